"""Sealed files: blocks of 256 KiB, each bound to the file's id, its place and whether it is the last.

`magic(3) suite(1) version(2)`, then per block `nonce(12) ciphertext tag(16)`. So blocks cannot be changed,
exchanged, dropped, cut off at the end, or moved to another file, and memory stays small.
"""

from __future__ import annotations

import io
import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from . import keys
from .errors import Tampered
from .keyring import KeyVersion
from .suites import BY_CODE, NONCE, TAG, nonces

MAGIC = b"GJ1"
BLOCK = 256 * 1024
_HEAD = len(MAGIC) + 3


def seal_to(target: Path, pk: uuid.UUID, data: bytes) -> int:
    """Write `data` sealed; whole or not at all. Gives the key version."""
    return seal_stream(target, pk, io.BytesIO(data))


def seal_stream(target: Path, pk: uuid.UUID, source: BinaryIO) -> int:
    """Like `seal_to`, for what is too large for memory: `source` is read to its end."""
    version = keys.current("file")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".sealing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(MAGIC + version.head)
            place, block, last = 0, source.read(BLOCK), False
            while not last:
                following = source.read(BLOCK)
                last = not following
                (nonce,) = nonces(1)
                file.write(nonce + version.seal(nonce, block, _bound(version, pk, place, last)))
                place, block = place + 1, following
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return version.number


def blocks(source: Path, pk: uuid.UUID) -> Iterator[bytes]:
    """The plain blocks in order; raises `Tampered` before giving one that is not right."""
    with source.open("rb") as file:
        head = file.read(_HEAD)
        if len(head) != _HEAD or head[:3] != MAGIC or head[3] not in BY_CODE:
            raise Tampered("no sealed file")
        version = keys.version("file", int.from_bytes(head[4:], "big"))
        if version.suite.code != head[3]:
            raise Tampered("a sealed file names another suite than its key")
        place, piece = 0, file.read(NONCE + BLOCK + TAG)
        while True:
            following = file.read(NONCE + BLOCK + TAG)
            yield version.open(piece[:NONCE], piece[NONCE:], _bound(version, pk, place, not following))
            if not following:
                return
            place, piece = place + 1, following


def open_from(source: Path, pk: uuid.UUID) -> bytes:
    return b"".join(blocks(source, pk))


def _bound(version: KeyVersion, pk: uuid.UUID, place: int, last: bool) -> bytes:
    return MAGIC + version.head + b"file\0" + pk.bytes + place.to_bytes(8, "big") + bytes([last])
