"""What a fixture told once, put back as rows for every later test of the process.

Founding a federation by its own acts takes a third of a second, its rows some milliseconds; hundreds
of tests begin with the same one. Each test still gets rows and objects of its own.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

TABLES = """
    select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables
    where schemaname in ('cell', 'public') order by 1
"""


@dataclass(frozen=True)
class Kept:
    rows: list[tuple[str, bytes]]  # table -> its lines, as COPY writes them
    answer: bytes  # pickled


_kept: dict[str, Kept] = {}


def told_once(name: str, tell: Callable[[], Any]) -> Any:
    """The answer of `tell` and the rows it wrote: told by the first test, put back for the others.

    `tell` may use rows that its test made before (with the same keys every time) and must not touch them.
    """
    if name in _kept:
        _put_back(_kept[name].rows)
        return pickle.loads(_kept[name].answer)
    before = _state()
    with transaction.atomic():
        answer = tell()
    after = _state()
    written = [table for table in after if after[table] != before[table]]
    mixed = [table for table in written if before[table][0]]
    assert not mixed, f"{name}: writes where other rows are: {mixed}"
    _kept[name] = Kept([(table, _lines(table)) for table in written], pickle.dumps(answer))
    return answer


def _state() -> dict[str, tuple[int, int]]:
    """Rows and an order-free sum over all of them, table by table."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = [table for (table,) in cursor.fetchall()]
        parts = [
            f"select '{one}', count(*), coalesce(sum(hashtext(t::text)::bigint), 0) from {one} t" for one in tables
        ]
        cursor.execute(" union all ".join(parts))
        return {table: (rows, total) for table, rows, total in cursor.fetchall()}


def _lines(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f"copy {table} to stdout") as copy:
        return b"".join(bytes(part) for part in copy)


def _put_back(rows: list[tuple[str, bytes]]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for table, lines in rows:
            with cursor.copy(f"copy {table} from stdin") as copy:
                copy.write(lines)
