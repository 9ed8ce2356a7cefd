"""Carrying a rotation through while people work.

Fields: each chunk re-seals rows under the active key. Index: four phases (see `keyring.IndexState`), each a
pass that makes both index columns of every row what the phase asks. A chunk compares before it writes, so a
row saved meanwhile is left alone; it is idempotent and may be killed at any instant. Callers commit the
cursor with the chunk, or simply start again: finished rows cost one comparison.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.apps import apps
from django.db import connection, models, transaction

from . import box, keys
from .errors import SecretError
from .fields import BlindIndexField, SealedBytesField, SealedField
from .keyring import STEADY

CHUNK = 1000
_FIRST = uuid.UUID(int=0)

Tick = Callable[[str, int], None]  # column, rows done


@dataclass
class Chunk:
    """One step. `cursor` is None when the table is through; `broken` are rows that do not open."""

    cursor: uuid.UUID | None
    seen: int = 0
    changed: int = 0
    broken: list[uuid.UUID] = field(default_factory=list)


def sealed_columns() -> Iterator[tuple[type[models.Model], SealedField | SealedBytesField]]:
    for model in apps.get_models():
        for one in model._meta.local_concrete_fields:
            if isinstance(one, (SealedField, SealedBytesField)):
                yield model, one


def undeclared_columns() -> Iterator[tuple[type[models.Model], models.BinaryField]]:
    """Binary columns that nobody declared sealed: looked into before a key is destroyed."""
    for model in apps.get_models():
        for one in model._meta.local_concrete_fields:
            if isinstance(one, models.BinaryField) and not isinstance(
                one, (SealedField, SealedBytesField, BlindIndexField)
            ):
                yield model, one


def index_columns() -> Iterator[tuple[type[models.Model], BlindIndexField]]:
    for model in apps.get_models():
        for one in model._meta.local_concrete_fields:
            if isinstance(one, BlindIndexField) and not one.second:
                yield model, one


def rotate_fields(
    model: type[models.Model], field_name: str, cursor: uuid.UUID | None = None, chunk: int = CHUNK
) -> Chunk:
    """Re-seal the next rows that lie under another key than the active one. Runs in the caller's transaction."""
    sealed = _sealed(model, field_name)
    head = keys.load(fresh=True).current("field").head
    pk, column, table = _names(model, sealed)
    with connection.cursor() as db:
        db.execute(
            f"select {pk}, {column} from {table} where {pk} > %s and {column} is not null"
            f" and substring({column} from 1 for {box.HEAD}) <> %s order by {pk} limit {int(chunk)}",
            [cursor or _FIRST, head],
        )
        rows = [(key, bytes(data)) for key, data in db.fetchall()]
        done = Chunk(rows[-1][0] if len(rows) == chunk else None, seen=len(rows))
        changes = []
        for key, data in rows:
            try:
                plain = box.unseal_bytes(sealed.label, key, data)
                changes.append((key, data, box.seal_bytes(sealed.label, key, plain)))
            except SecretError:
                done.broken.append(key)
        db.execute(
            f"update {table} t set {column} = n.new from unnest(%s::uuid[], %s::bytea[], %s::bytea[]) n(id, old, new)"
            f" where t.{pk} = n.id and t.{column} = n.old",
            [list(part) for part in zip(*changes, strict=True)] or [[], [], []],
        )
        done.changed = db.rowcount
    return done


def rotate_index(
    model: type[models.Model], field_name: str, cursor: uuid.UUID | None = None, chunk: int = CHUNK
) -> Chunk:
    """Make both index columns of the next rows what the phase of now asks. Runs in the caller's transaction."""
    index = _index(model, field_name)
    sealed = _sealed(model, index.of)
    keys.load(fresh=True)
    pk, column, table = _names(model, sealed)
    main, second = connection.ops.quote_name(index.column), connection.ops.quote_name(f"{index.column}_next")
    second_field: BlindIndexField = model._meta.get_field(f"{index.name}_next")  # type: ignore[assignment]
    with connection.cursor() as db:
        db.execute(
            f"select {pk}, {column}, {main}, {second} from {table} where {pk} > %s order by {pk} limit {int(chunk)}",
            [cursor or _FIRST],
        )
        rows = [(key, _bytes(data), had_main, had_second) for key, data, had_main, had_second in db.fetchall()]
        done = Chunk(rows[-1][0] if len(rows) == chunk else None, seen=len(rows))
        changes = []
        for key, data, had_main, had_second in rows:
            try:
                text = box.unseal(sealed.label, key, data) if data is not None else ""
            except SecretError:
                done.broken.append(key)
                continue
            want = index.digest_for_write(text), second_field.digest_for_write(text)
            if want != (_bytes(had_main), _bytes(had_second)):
                changes.append((key, data, *want))
        db.execute(
            f"update {table} t set {main} = n.main, {second} = n.second"
            " from unnest(%s::uuid[], %s::bytea[], %s::bytea[], %s::bytea[]) n(id, sealed, main, second)"
            f" where t.{pk} = n.id and t.{column} is not distinct from n.sealed",
            [list(part) for part in zip(*changes, strict=True)] or [[], [], [], []],
        )
        done.changed = db.rowcount
    return done


def left(klass: str, number: int) -> int:
    """Rows and files still sealed with that version."""
    if klass == "file":
        from gongjia.base.journal import attachments

        return attachments.sealed_with(number)
    if klass != "field":
        return 0
    head = keys.version(klass, number).head
    count = 0
    # a digest of a fixed length may begin with the same three bytes by chance; sealed values are told by theirs
    by_chance = " and octet_length({}) not in (16, 20, 32, 34, 64)"
    for columns, also in ((sealed_columns(), ""), (undeclared_columns(), by_chance)):
        for model, one in columns:
            _, column, table = _names(model, one)
            with connection.cursor() as db:
                db.execute(
                    f"select count(*) from {table} where substring({column} from 1 for {box.HEAD}) = %s"
                    + also.format(column),
                    [head],
                )
                count += db.fetchone()[0]
    return count


def run_fields(tick: Tick | None = None, chunk: int = CHUNK) -> tuple[int, list[str]]:
    """Re-seal every sealed column; gives rows changed and the rows that do not open. Repeat-safe."""
    changed, broken = 0, list[str]()
    for again in (False, True):
        if again:  # rows written meanwhile by a process that had not seen the new key yet
            time.sleep(2 * keys.REFRESH)
        broken = []
        for model, sealed in sealed_columns():
            cursor: uuid.UUID | None = _FIRST
            while cursor is not None:
                with transaction.atomic():
                    done = rotate_fields(model, sealed.name, cursor, chunk)
                cursor, changed = done.cursor, changed + done.changed
                broken += [f"{sealed.label} {key}" for key in done.broken]
                if tick:
                    tick(sealed.label, changed)
    return changed, broken


def run_index(tick: Tick | None = None, chunk: int = CHUNK) -> tuple[int, list[str]]:
    """Carry a begun index rotation to its end, phase by phase. May be started again after a kill."""
    changed, broken = 0, list[str]()
    while keys.load(fresh=True).phase != STEADY:
        settled = 0
        while settled < 2:  # a phase is complete when a pass finds nothing to do, after every process has seen it
            time.sleep(2 * keys.REFRESH)
            moved, broken = _index_pass(tick, chunk)
            changed += moved
            settled = 0 if moved else settled + 1
        keys.next_phase()
    _index_pass(tick, chunk)  # rows of a transaction that had begun in an earlier phase
    return changed, broken


def run_files(tick: Tick | None = None) -> int:
    from gongjia.base.journal import attachments

    return attachments.rotate(tick)


def retire(klass: str, number: int) -> None:
    """Destroy an old key once nothing needs it. Backups made before can then not be read in these columns."""
    if klass in ("journal", "token"):
        raise ValueError("old keys of this class verify what was written with them; they are kept")
    if count := left(klass, number):
        raise ValueError(f"{count} values are still sealed with version {number}")
    keys.drop(klass, number)


def _index_pass(tick: Tick | None, chunk: int) -> tuple[int, list[str]]:
    changed, broken = 0, list[str]()
    for model, index in index_columns():
        cursor: uuid.UUID | None = _FIRST
        while cursor is not None:
            with transaction.atomic():
                done = rotate_index(model, index.name, cursor, chunk)
            cursor, changed = done.cursor, changed + done.changed
            broken += [f"{index.label} {key}" for key in done.broken]
            if tick:
                tick(index.label, changed)
    return changed, broken


def _bytes(value: bytes | memoryview | None) -> bytes | None:
    return None if value is None else bytes(value)


def _sealed(model: type[models.Model], name: str) -> SealedField | SealedBytesField:
    found = model._meta.get_field(name)
    if not isinstance(found, (SealedField, SealedBytesField)):
        raise TypeError(f"{model.__name__}.{name} is not sealed")
    return found


def _index(model: type[models.Model], name: str) -> BlindIndexField:
    found = model._meta.get_field(name)
    if not isinstance(found, BlindIndexField) or found.second:
        raise TypeError(f"{model.__name__}.{name} is no blind index")
    return found


def _names(model: type[models.Model], sealed: models.BinaryField) -> tuple[str, str, str]:
    quote = connection.ops.quote_name
    return quote(model._meta.pk.column), quote(sealed.column), quote(model._meta.db_table)
