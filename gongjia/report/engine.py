"""Computes figures: those that share a base and a window in one statement, for a union and each child.

The statement never joins rows to the tree one by one: it counts per union first and then sums those
few thousand rows over `pairs` (union, bucket), which the tree of the figure's day gives. A bucket is
a child, the whole, or, for the kept summary, every ancestor.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, ExpressionWrapper, F, Q, QuerySet, UUIDField, Value

from gongjia.base.period import Period
from gongjia.report.figure import Base, Figure, Ratio, Window
from gongjia.report.figure import figures as registry
from gongjia.report.hand import entered, hand_rows
from gongjia.report.kinds import Measure, Source
from gongjia.who.orgs.queries import counted as orgs

WHOLE = UUID(int=0)  # the bucket of the union with all below it
Pairs = Sequence[tuple[UUID, UUID]]


@dataclass(frozen=True)
class Cell:
    """One number: what records bring in, what hand entries bring in, and how many of each there are."""

    value: int | Decimal | None = 0
    rows: int = 0  # records and hand entries behind it
    hand: int = 0  # the part of the value that was entered by hand
    hand_rows: int = 0
    hidden: bool = False  # too few persons to be shown to who may not see them

    @property
    def source(self) -> Source:
        if self.hand_rows == 0:
            return Source.RECORDS
        return Source.HAND if self.rows == self.hand_rows else Source.MIXED

    @property
    def hand_share(self) -> Decimal:
        """How much of the value was entered by hand, 0…1."""
        if self.source is Source.RECORDS:
            return Decimal(0)
        if self.source is Source.HAND or not self.value:
            return Decimal(1)
        return (Decimal(self.hand) / Decimal(self.value)).quantize(Decimal("0.001"))


@dataclass(frozen=True)
class Result:
    """A figure of one union: the whole, its own part, each child, and what children count twice."""

    figure: Figure
    org_id: UUID
    window: Window
    total: Cell
    cells: dict[UUID, Cell] = field(default_factory=dict)  # the union's own under its own id
    repeated: int = 0  # 重复: own + Σ children − repeated = total

    @property
    def own(self) -> Cell:
        return self.cells.get(self.org_id, _empty(self.figure))

    @property
    def children(self) -> dict[UUID, Cell]:
        return {key: cell for key, cell in self.cells.items() if key != self.org_id}

    @property
    def source(self) -> Source:
        """Of the line: a figure that knows no records stays a hand figure also while nothing is entered."""
        if self.total.rows == 0 and self.figure.base is None and not self.figure.parts:
            return Source.HAND
        return self.total.source


def compute(wanted: Iterable[Figure], org, period: Period, cutoff: date | None = None) -> dict[str, Result]:
    """Every wanted figure of `org` and each of its children: key -> Result, in the order asked for."""
    wanted = list(wanted)
    needed = {figure.key: figure for figure in wanted}
    for figure in wanted:
        needed |= {key: registry.get(key) for key in figure.parts if key not in needed}
    windows = {key: figure.window(period, cutoff) for key, figure in needed.items()}
    pairs: dict[date, Pairs] = {}
    for day in {window.tree_day for window in windows.values()}:
        branches = orgs.branches(org.pk, day)
        pairs[day] = [*branches, *((union, WHOLE) for union, _ in branches)]
    found = _gather(needed.values(), windows, pairs, restrict=org.parent_id is not None)
    results: dict[str, Result] = {}
    for key, figure in needed.items():
        if figure.parts:
            continue
        window = windows[key]
        cells = dict(found[key])
        total = cells.pop(WHOLE, _empty(figure))
        for child in {child for _, child in pairs[window.tree_day]} - {WHOLE}:
            cells.setdefault(child, _empty(figure))
        repeated = sum(cell.value or 0 for cell in cells.values()) - (total.value or 0)
        results[key] = Result(figure, org.pk, window, total, cells, repeated)
    for key, figure in needed.items():
        if isinstance(figure, Ratio):
            results[key] = _ratio(figure, org.pk, windows[key], results)
    return {figure.key: results[figure.key] for figure in wanted}


def compute_tree(wanted: Iterable[Figure], period: Period, cutoff: date | None = None) -> dict[str, dict[UUID, Cell]]:
    """The whole of every wanted figure for every union of the tree at once: what the summary keeps."""
    needed = {figure.key: figure for figure in wanted}
    for figure in list(needed.values()):
        needed |= {key: registry.get(key) for key in figure.parts}
    windows = {key: figure.window(period, cutoff) for key, figure in needed.items()}
    pairs: dict[date, Pairs] = {day: orgs.lineages(day) for day in {window.tree_day for window in windows.values()}}
    found = _gather(needed.values(), windows, pairs, restrict=False)
    answer: dict[str, dict[UUID, Cell]] = {}
    for key, figure in needed.items():
        unions = {bucket for _, bucket in pairs[windows[key].tree_day]}
        if not figure.parts:
            answer[key] = {union: found[key].get(union, _empty(figure)) for union in unions}
    for key, figure in needed.items():
        if isinstance(figure, Ratio):
            unions = {union for part in figure.parts for union in answer[part]}
            answer[key] = {union: _share(figure, lambda part, at=union: answer[part][at]) for union in unions}
    return answer


# one statement per base and window ------------------------------------------------------------------


def _gather(
    needed: Iterable[Figure], windows: dict[str, Window], pairs: dict[date, Pairs], restrict: bool
) -> dict[str, dict[UUID, Cell]]:
    by_base: dict[tuple[Base, Window], list[Figure]] = defaultdict(list)
    by_hand: dict[Window, list[Figure]] = defaultdict(list)
    found: dict[str, dict[UUID, Cell]] = {}
    for figure in needed:
        found[figure.key] = {}
        window = windows[figure.key]
        if figure.base is not None:
            by_base[figure.base, window].append(figure)
        if figure.has_hand:
            by_hand[window].append(figure)
    for (base, window), group in by_base.items():
        mapping = pairs[window.tree_day]
        for key, cells in _from_records(base, window.period, group, mapping, restrict).items():
            found[key] = cells
    told = entered(figure.key for group in by_hand.values() for figure in group) if by_hand else set()
    for window, group in by_hand.items():
        group = [figure for figure in group if figure.key in told]
        if not group:
            continue
        mapping = pairs[window.tree_day]
        for key, bucket, value, count in _from_hand(window, group, mapping):
            cell = found[key].get(bucket) or Cell()
            found[key][bucket] = replace(
                cell,
                value=(cell.value or 0) + value,
                rows=cell.rows + count,
                hand=cell.hand + value,
                hand_rows=cell.hand_rows + count,
            )
    return found


def _from_records(
    base: Base, period: Period, group: list[Figure], pairs: Pairs, restrict: bool
) -> dict[str, dict[UUID, Cell]]:
    """Counts of one base for a group of figures: {figure key: {bucket: Cell}}."""
    empty: dict[str, dict[UUID, Cell]] = {figure.key: {} for figure in group}
    if not pairs:
        return empty
    try:
        inner, inner_params = compiled(base, base.rows(period), period, group)
    except EmptyResultSet:
        return empty
    sql, params = f"({inner}) r({_columns(group)})", list(inner_params)
    where = ""
    if restrict:
        where, where_params = " WHERE r.org = ANY(%s::uuid[])", [sorted({union for union, _ in pairs})]
    else:
        where_params = []
    unions, buckets = [union for union, _ in pairs], [bucket for _, bucket in pairs]
    by_distinct = base.doubles is None and any(figure.distinct for figure in group)
    counts = [_counters(figure, number, by_distinct) for number, figure in enumerate(group)]
    if by_distinct:
        # persons repeat freely here: count them per bucket, which only a join row by row can do
        picked = ", ".join(f"{rows}, {value}" for rows, value in counts)
        statement = (
            f"SELECT m.bucket, {picked} FROM {sql} JOIN unnest(%s::uuid[], %s::uuid[]) AS m(org, bucket)"
            f" ON m.org = r.org{where} GROUP BY m.bucket"
        )
        params = [*params, unions, buckets, *where_params]
    else:
        picked = ", ".join(f"{rows} AS n{i}, {value} AS v{i}" for i, (rows, value) in enumerate(counts))
        sums = ", ".join(f"sum(g.n{i})::bigint, sum(g.v{i})::bigint" for i in range(len(counts)))
        statement = (
            f"SELECT m.bucket, {sums} FROM (SELECT r.org, {picked} FROM {sql}{where} GROUP BY r.org) g"
            " JOIN unnest(%s::uuid[], %s::uuid[]) AS m(org, bucket) ON m.org = g.org GROUP BY m.bucket"
        )
        params = [*params, *where_params, unions, buckets]
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        rows = cursor.fetchall()
    repeats = {} if by_distinct else _repeats(base, period, group, pairs)
    for bucket, *numbers in rows:
        for i, figure in enumerate(group):
            count, value = numbers[2 * i], numbers[2 * i + 1] or 0
            if count:
                value -= repeats.get((figure.key, bucket), 0)
                empty[figure.key][bucket] = Cell(value=value, rows=count)
    return empty


def _repeats(base: Base, period: Period, group: list[Figure], pairs: Pairs) -> dict[tuple[str, UUID], int]:
    """(figure key, bucket) -> how often a person was counted again, from the few who can be: `base.doubles`."""
    distinct = [figure for figure in group if figure.distinct]
    if not distinct or base.doubles is None:
        return {}
    rows = base.rows(period)
    twice = rows.filter(base.doubles).order_by().values(base.person)
    try:
        inner, params = compiled(base, rows.filter(**{f"{base.person}__in": twice}), period, group)
    except EmptyResultSet:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(inner, params)
        found = cursor.fetchall()
    if not found:
        return {}
    buckets: dict[UUID, list[UUID]] = defaultdict(list)
    for union, bucket in pairs:
        buckets[union].append(bucket)
    seen: dict[tuple[str, UUID, UUID], int] = defaultdict(int)
    for union, person, _amount, *flags in found:
        for i, figure in enumerate(group):
            if figure.distinct and flags[i]:
                for bucket in buckets.get(union, ()):
                    seen[figure.key, bucket, person] += 1
    repeats: dict[tuple[str, UUID], int] = defaultdict(int)
    for (key, bucket, _person), times in seen.items():
        repeats[key, bucket] += times - 1
    return repeats


def _from_hand(window: Window, group: list[Figure], pairs: Pairs) -> list[tuple[str, UUID, int, int]]:
    """(figure key, bucket, value, entries) of the standing hand entries."""
    if not pairs:
        return []
    inner, params = hand_rows(window, group).values_list("figure", "org_id", "value").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT h.figure, m.bucket, sum(h.value)::bigint, count(*) FROM ({inner}) h(figure, org, value)"
            " JOIN unnest(%s::uuid[], %s::uuid[]) AS m(org, bucket) ON m.org = h.org GROUP BY 1, 2",
            [*params, [union for union, _ in pairs], [bucket for _, bucket in pairs]],
        )
        return cursor.fetchall()


def compiled(base: Base, rows: QuerySet, period: Period, group: list[Figure], first: Any = None) -> tuple[str, tuple]:
    """The base's rows as (org, person, amount, one flag per figure): what every face of a figure reads.

    `first` puts another column where the union stands.
    """
    flags = {f"r_f{i}": _flag(figure.condition(period)) for i, figure in enumerate(group)}
    picked = rows.order_by().annotate(
        r_org=F(base.org) if first is None else first,
        r_person=F(base.person) if base.person else Value(None, output_field=UUIDField()),
        r_amount=F(base.amount) if base.amount else Value(0, output_field=BigIntegerField()),
        **flags,
    )
    return picked.values_list("r_org", "r_person", "r_amount", *flags).query.sql_with_params()


def _flag(condition: Q):
    """A figure's own condition as a column."""
    if condition == Q():
        return Value(True, output_field=BooleanField())
    return ExpressionWrapper(condition, output_field=BooleanField())


def _columns(group: list[Figure]) -> str:
    return ", ".join(["org", "person", "amount", *(f"f{i}" for i in range(len(group)))])


def _counters(figure: Figure, number: int, by_distinct: bool) -> tuple[str, str]:
    """(rows, value) of one figure as SQL."""
    only = "" if figure.where == Q() else f" FILTER (WHERE r.f{number})"
    rows = f"count(*){only}"
    if figure.measure is Measure.SUM:
        return rows, f"coalesce(sum(r.amount){only}, 0)"
    if figure.measure is Measure.PERSONS and by_distinct:
        return rows, f"count(DISTINCT r.person){only}"
    return rows, rows


# values that are made of others ---------------------------------------------------------------------


def _empty(figure: Figure) -> Cell:
    """No records is 0; no hand entry is "nothing reported", which is not 0."""
    return Cell(value=0 if figure.base is not None else None)


def _share(figure: Ratio, cell_of) -> Cell:
    part = [cell_of(key) for key in figure.part]
    whole = [cell_of(key) for key in figure.whole]
    below = sum(cell.value or 0 for cell in whole)
    value = None
    if below:
        above = sum(cell.value or 0 for cell in part)
        value = (Decimal(100) * above / below).quantize(Decimal("0.1"), ROUND_HALF_UP)
    parts = [cell_of(key) for key in figure.parts]
    hand_rows = sum(cell.hand_rows for cell in parts)
    return Cell(value=value, rows=sum(cell.rows for cell in parts), hand_rows=hand_rows)


def _ratio(figure: Ratio, org_id: UUID, window: Window, results: dict[str, Result]) -> Result:
    total = _share(figure, lambda key: results[key].total)
    children = {child for key in figure.parts for child in results[key].cells}
    empty = Cell(value=0)
    cells = {child: _share(figure, lambda key, at=child: results[key].cells.get(at, empty)) for child in children}
    return Result(figure, org_id, window, total, cells, 0)
