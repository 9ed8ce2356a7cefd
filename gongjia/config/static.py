"""Static files as they are served: hashed names only, compressed once at start-up."""

from __future__ import annotations

import brotli
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

LARGE = 200_000  # bytes: above it the last tenth of size is not worth twenty times the work
# our own copy of htmx is the one of vendor.lock; the others are Django's own defaults
IGNORED = ("django_htmx/*", "CVS", ".*", "*~")


class QuickCompressor(Compressor):
    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        return brotli.compress(data, quality=9 if len(data) > LARGE else 11)


class Storage(CompressedManifestStaticFilesStorage):
    """`GONGJIA_HOME/static`, made by `gongjia migrate`."""

    keep_only_hashed_files = True

    def create_compressor(self, **kwargs) -> Compressor:
        return QuickCompressor(**kwargs)
