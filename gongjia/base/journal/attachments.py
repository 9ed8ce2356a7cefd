"""Files that prove something: checked by content, encrypted at rest under GONGJIA_HOME/files.

A file lies on the disk before its row is committed and is never changed after; one left behind by a
transaction that did not commit is found by `sweep`. The entry of storing carries the file's digest, so
that the journal also binds the evidence.
"""

from __future__ import annotations

import hashlib
import logging
import time
import uuid
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.journal import file_content
from gongjia.base.journal.file_content import PICTURES, SUFFIX, refuse
from gongjia.base.journal.models import Attachment
from gongjia.base.models import uuid7
from gongjia.base.secret import SecretError, files, keys

__all__ = ["LIMIT", "PICTURES", "open", "path_of", "rotate", "sealed_with", "store", "sweep"]

LIMIT = 32 * 1024 * 1024  # bytes; GONGJIA_UPLOAD_LIMIT in the settings replaces it
_PIECE = 256 * 1024

log = logging.getLogger(__name__)


def store(
    source: bytes | Path | IO[bytes] | Any,
    *,
    name: str,
    actor: Actor | None,
    at: datetime,
    org: Any = None,
    kinds: Collection[str] = (),
    limit: int | None = None,
) -> Attachment:
    """Keep a file. `source`: bytes, a path, an open file, an upload. `kinds` narrows what is allowed.

    Raises `Refused` with a sentence for whoever uploaded it.
    """
    data = _read(source, limit or int(getattr(settings, "GONGJIA_UPLOAD_LIMIT", LIMIT)))
    content = file_content.examine(data, name)
    del data
    if kinds and content.kind not in kinds:
        words = "、".join(SUFFIX[kind].lstrip(".") for kind in kinds)
        refuse("file_kind", f"这里只能上传 {words} 文件。")
    kept = Attachment(
        id=uuid7(),
        name=file_content.clean_name(name, content.kind),
        kind=content.kind,
        size=len(content.data),
        sha256=hashlib.sha256(content.data).hexdigest(),
        created_at=at,
        created_by=actor.account_id if actor else None,
        org_id=getattr(org, "id", org),
    )
    kept.key_version = files.seal_to(path_of(kept.id), kept.id, content.data)
    try:
        with journal.act():
            kept.save(force_insert=True)
            facts = {"kind": kept.kind, "size": kept.size, "sha256": kept.sha256}
            journal.write("attachment.stored", actor=actor, at=at, org=kept.org_id, subject=kept, payload=facts)
    except BaseException:
        path_of(kept.id).unlink(missing_ok=True)
        raise
    return kept


def open(attachment: Attachment) -> bytes:
    """The plain file. Refused when it is gone, was changed, or is another one than was stored."""
    try:
        data = files.open_from(path_of(attachment.id), attachment.id)
    except FileNotFoundError:
        log.error("attachment %s is missing", attachment.id)
        refuse("file_missing", "这份文件在服务器上找不到了。", cure="请联系系统管理员，从备份中恢复。")
    except SecretError as error:
        log.error("attachment %s does not open: %s", attachment.id, error)
        _changed()
    if len(data) != attachment.size or hashlib.sha256(data).hexdigest() != attachment.sha256:
        log.error("attachment %s differs from its row", attachment.id)
        _changed()
    return data


def path_of(pk: uuid.UUID) -> Path:
    # the last two digits are random in a UUIDv7; the first ones are the time and would fill one folder
    return Path(settings.GONGJIA_HOME) / "files" / str(pk)[-2:] / str(pk)


def sealed_with(number: int) -> int:
    """How many files lie under that key version."""
    return Attachment.objects.filter(key_version=number).count()


def rotate(tick: Callable[[str, int], None] | None = None) -> int:
    """Re-seal files under the active key, one by one; may be killed and started again."""
    active, done = keys.load(fresh=True).active["file"], 0
    waiting = Attachment.objects.exclude(key_version=active).order_by("id")
    for attachment in waiting.iterator(chunk_size=500):
        try:
            data = files.open_from(path_of(attachment.id), attachment.id)
        except (SecretError, FileNotFoundError) as error:
            log.error("attachment %s cannot be re-sealed: %s", attachment.id, error)
            continue
        # the file names its key itself; a kill before the row is saved only means that it is done once more
        number = files.seal_to(path_of(attachment.id), attachment.id, data)
        Attachment.objects.filter(pk=attachment.pk).update(key_version=number)
        done += 1
        if tick:
            tick("files", done)
    return done


def sweep(older_than: float = 24 * 3600) -> list[str]:
    """Remove files without a row (their transaction never committed) older than that many seconds."""
    removed = []
    limit = time.time() - older_than
    for folder in sorted((Path(settings.GONGJIA_HOME) / "files").glob("??")):
        old = [path for path in folder.iterdir() if path.stat().st_mtime < limit]
        ids = {path: _uuid(path.name) for path in old}
        known = set(Attachment.objects.filter(id__in=[pk for pk in ids.values() if pk]).values_list("id", flat=True))
        for path, pk in ids.items():
            if pk is None and not path.name.startswith(".sealing-"):
                continue  # not ours
            if pk not in known:
                path.unlink(missing_ok=True)
                removed.append(path.name)
    return removed


def _changed() -> None:
    refuse(
        "file_tampered", "这份文件和存档时不一样，可能被改动过，已停止打开。", cure="请联系系统管理员，从备份中恢复。"
    )


def _read(source: Any, limit: int) -> bytes:
    """Piece by piece, and no further than the limit."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        pieces: Any = (source,)
    elif isinstance(source, Path):
        with source.open("rb") as file:
            return _read(file, limit)
    elif hasattr(source, "chunks"):
        pieces = source.chunks(_PIECE)
    else:
        pieces = iter(lambda: source.read(_PIECE), b"")
    held = bytearray()
    for piece in pieces:
        if len(held) + len(piece) > limit:
            refuse("file_too_big", f"文件太大，最多 {limit // (1024 * 1024)} MB。照片请选“标准”画质，文件可分开上传。")
        held += piece
    return bytes(held)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
