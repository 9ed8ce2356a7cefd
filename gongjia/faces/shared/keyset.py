"""Keyset paging: every page costs the same, however deep, and says where it stands.

The cursor carries the key of the row it stands at, the running offset and the total counted
on the first page, so that "第 51–100 条，共 12,306 条" needs no further counting.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BooleanField, F, Func, Q, QuerySet, Value

from gongjia.faces.shared import opaque

MOST = 200


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after (or, going back, before) the row of key `after`."""

    after: tuple = ()
    offset: int = 0
    back: bool = False
    total: int | None = None

    def encode(self) -> str:
        return opaque.wrap([list(self.after), self.offset, int(self.back), self.total], "cursor")

    @classmethod
    def decode(cls, token: str) -> Cursor:
        """The first page for anything that is not a cursor of ours."""
        value = opaque.unwrap(token, "cursor") if token else None
        if not (isinstance(value, list) and len(value) == 4):
            return cls()
        return cls(tuple(value[0]), int(value[1]), bool(value[2]), value[3])


@dataclass(frozen=True)
class Slice:
    """One page of rows."""

    rows: Sequence[Any] = field(default_factory=list)
    offset: int = 0
    total: int | None = None
    next: Cursor | None = None
    previous: Cursor | None = None

    @property
    def first(self) -> int:
        return self.offset + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return self.offset + len(self.rows)


Fetch = Callable[[tuple, bool, int], Sequence[Any]]


def take(
    fetch: Fetch,
    *,
    key: Callable[[Any], Sequence],
    cursor: Cursor,
    size: int = 50,
    count: Callable[[], int] | None = None,
) -> Slice:
    """One page. `fetch(after, back, limit)` answers rows after that key in the list's order, or, when `back`,
    the rows before it in the opposite order; an empty key means from the beginning. `key(row)` gives a row's key.
    """
    if not 0 < size <= MOST:
        raise ValueError(f"a page has 1 to {MOST} rows")
    rows = list(fetch(cursor.after, cursor.back, size + 1))
    more = len(rows) > size
    rows = rows[:size]
    if cursor.back:
        rows.reverse()
        if not more and len(rows) < size:  # rows before us have come or gone meanwhile: begin anew
            return take(fetch, key=key, cursor=Cursor(total=cursor.total), size=size, count=count)
    total = cursor.total if cursor.total is not None else (count() if count else None)
    offset = max(cursor.offset - len(rows), 0) if cursor.back else cursor.offset
    if cursor.back and not more:
        offset = 0
    has_next = bool(rows) and (cursor.back or more)
    has_previous = bool(rows) and (more if cursor.back else bool(cursor.after))
    return Slice(
        rows=rows,
        offset=offset,
        total=total,
        next=Cursor(tuple(key(rows[-1])), offset + len(rows), False, total) if has_next else None,
        previous=Cursor(tuple(key(rows[0])), offset, True, total) if has_previous else None,
    )


class RowCompare(Func):
    """`(a, b, c) > (x, y, z)`: PostgreSQL walks one index for it, however long the key."""

    output_field = BooleanField()

    def __init__(self, fields: Sequence[str], sign: str, values: Sequence[Any]):
        self.sign, self.width = sign, len(fields)
        super().__init__(*[F(name) for name in fields], *[Value(value) for value in values])

    def as_sql(self, compiler, connection, **extra):
        parts, params = [], []
        for index, expression in enumerate(self.get_source_expressions()):
            if index >= self.width:
                target = self.get_source_expressions()[index - self.width].output_field
                params.append(target.get_db_prep_value(target.to_python(expression.value), connection))
                parts.append("%s")
            else:
                sql, own = compiler.compile(expression)
                parts.append(sql)
                params.extend(own)
        left, right = ", ".join(parts[: self.width]), ", ".join(parts[self.width :])
        return f"({left}) {self.sign} ({right})", params


def by_queryset(queryset: QuerySet, order: Sequence[str]) -> Fetch:
    """A `fetch` from a queryset. `order` ends with a unique field and has no nulls; `-` means descending."""
    names = [name.lstrip("-") for name in order]
    descending = [name.startswith("-") for name in order]

    def beyond(values: tuple, back: bool) -> Q | RowCompare:
        signs = ["<" if down != back else ">" for down in descending]
        if len(set(signs)) == 1:
            return RowCompare(names, signs[0], values)
        condition = Q()
        for index, (name, sign) in enumerate(zip(names, signs, strict=True)):
            step = Q(**{names[before]: values[before] for before in range(index)})
            condition |= step & Q(**{f"{name}__{'lt' if sign == '<' else 'gt'}": values[index]})
        return condition

    def fetch(after: tuple, back: bool, limit: int) -> Sequence[Any]:
        rows = queryset.filter(beyond(after, back)) if after else queryset
        return rows.order_by(
            *[f"{'-' if down != back else ''}{name}" for name, down in zip(names, descending, strict=True)]
        )[:limit]

    return fetch


def key_of(order: Sequence[str]) -> Callable[[Any], tuple]:
    """Reads the ordering key from an object or a mapping; `org__path` is followed or taken as a plain name."""
    names = [name.lstrip("-") for name in order]

    def read(row: Any, name: str) -> Any:
        if isinstance(row, dict):
            return row[name]
        for part in name.split("__"):
            row = getattr(row, part)
        return row

    return lambda row: tuple(read(row, name) for name in names)


def page_of_list(rows: Sequence[Any], key: Callable[[Any], tuple], cursor: Cursor, size: int = 50) -> Slice:
    """For rows that are worked out and not read. `key` is unique, of text and numbers; it is the order."""
    ordered = sorted(rows, key=key)

    def fetch(after: tuple, back: bool, limit: int) -> Sequence[Any]:
        if back:
            return [row for row in reversed(ordered) if key(row) < after][:limit]
        return [row for row in ordered if not after or key(row) > after][:limit]

    return take(fetch, key=key, cursor=cursor, size=size, count=lambda: len(ordered))


def page_of(queryset: QuerySet, order: Sequence[str], cursor: Cursor, size: int = 50, *, counted: bool = True) -> Slice:
    """The usual case: one page of a queryset, two statements on the first page and one afterwards."""
    return take(
        by_queryset(queryset, order),
        key=key_of(order),
        cursor=cursor,
        size=size,
        count=queryset.order_by().count if counted else None,
    )
