"""Computes figures: those that share a base and a window in one statement, for a union and each child.

The statement never joins rows to the tree one by one: it counts per union, and those few thousand rows
are summed here over the buckets that the tree of the figure's day puts each union in: a child and the
whole or, for the kept summary, every ancestor.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import accumulate
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import BigIntegerField, BooleanField, Count, ExpressionWrapper, F, Q, QuerySet, UUIDField, Value

from gongjia.base.period import Period
from gongjia.report.figure import Base, Figure, Ratio, Window
from gongjia.report.figure import figures as registry
from gongjia.report.hand import entered, hand_rows
from gongjia.report.kinds import Source
from gongjia.who.orgs.queries import counted as orgs

WHOLE = UUID(int=0)  # the bucket of the union with all below it
Tree = Mapping[UUID, Sequence[UUID]]  # union -> the buckets it counts in


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
        return source_of(self.figure, self.total.rows, self.total.hand_rows)


def source_of(figure: Figure, rows: int, hand_rows: int) -> Source:
    """Of a line: a figure that knows no records stays a hand figure also while nothing is entered."""
    if rows == 0 and figure.base is None and not figure.parts:
        return Source.HAND
    return Cell(rows=rows, hand_rows=hand_rows).source


def compute(wanted: Iterable[Figure], org, period: Period, cutoff: date | None = None) -> dict[str, Result]:
    """Every wanted figure of `org` and each of its children: key -> Result, in the order asked for."""
    wanted, needed = _with_parts(wanted)
    windows = {key: figure.window(period, cutoff) for key, figure in needed.items()}
    trees: dict[date, Tree] = {}
    for day in {window.tree_day for window in windows.values()}:
        trees[day] = {union: (child, WHOLE) for union, child in orgs.branches(org.pk, day)}
    with _room(org.parent_id is None):
        found = _gather(needed.values(), windows, trees, restrict=org.parent_id is not None)
    results: dict[str, Result] = {}
    for key, figure in needed.items():
        if figure.parts:
            continue
        cells = found[key]
        total = cells.pop(WHOLE, _empty(figure))
        for child, _whole in trees[windows[key].tree_day].values():
            if child not in cells:
                cells[child] = _empty(figure)
        repeated = sum(cell.value or 0 for cell in cells.values()) - (total.value or 0)
        results[key] = Result(figure, org.pk, windows[key], total, cells, repeated)
    for key, figure in needed.items():
        if isinstance(figure, Ratio):
            results[key] = _ratio(figure, org.pk, windows[key], results)
    return {figure.key: results[figure.key] for figure in wanted}


def compute_tree(wanted: Iterable[Figure], period: Period, cutoff: date | None = None) -> dict[str, dict[UUID, Cell]]:
    """The whole of every wanted figure for every union of the tree at once: what the summary keeps."""
    _wanted, needed = _with_parts(wanted)
    windows = {key: figure.window(period, cutoff) for key, figure in needed.items()}
    trees: dict[date, Tree] = {}
    for day in {window.tree_day for window in windows.values()}:
        trees[day] = defaultdict(list)
        for union, ancestor in orgs.lineages(day):
            trees[day][union].append(ancestor)
    with _room():
        found = _gather(needed.values(), windows, trees, restrict=False)
    answer: dict[str, dict[UUID, Cell]] = {}
    for key, figure in needed.items():
        if not figure.parts:
            empty = _empty(figure)
            answer[key] = {union: found[key].get(union, empty) for union in trees[windows[key].tree_day]}
    for key, figure in needed.items():
        if isinstance(figure, Ratio):
            unions = {union for part in figure.parts for union in answer[part]}
            answer[key] = {union: share(figure, lambda part, at=union: answer[part][at]) for union in unions}
    return answer


@contextmanager
def _room(needed: bool = True) -> Iterator[None]:
    """Memory for joining all members to all persons at once; with the ordinary setting a million spills to disk."""
    with transaction.atomic(savepoint=False):
        if needed:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL work_mem = '128MB'")
        yield


def _with_parts(wanted: Iterable[Figure]) -> tuple[list[Figure], dict[str, Figure]]:
    """The wanted figures, and with them those that ratios are made of."""
    wanted = list(wanted)
    needed = {figure.key: figure for figure in wanted}
    for figure in wanted:
        needed |= {key: registry.get(key) for key in figure.parts if key not in needed}
    return wanted, needed


# one statement per base and window ------------------------------------------------------------------


def _gather(
    needed: Iterable[Figure], windows: dict[str, Window], trees: dict[date, Tree], restrict: bool
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
        found.update(_from_records(base, window.period, group, trees[window.tree_day], restrict))
    told = entered(figure.key for group in by_hand.values() for figure in group) if by_hand else set()
    for window, group in by_hand.items():
        group = [figure for figure in group if figure.key in told]
        if group:
            _add_hand(window, group, trees[window.tree_day], restrict, found)
    return found


def _from_records(
    base: Base, period: Period, group: list[Figure], tree: Tree, restrict: bool
) -> dict[str, dict[UUID, Cell]]:
    """Counts of one base for a group of figures: {figure key: {bucket: Cell}}."""
    found: dict[str, dict[UUID, Cell]] = {figure.key: {} for figure in group}
    if not tree:
        return found
    statement = _statement(base, period, tuple(figure.condition(period) for figure in group))
    if statement is None:
        return found
    inner, params = statement
    here = ""
    if restrict:
        here, params = "WHERE r.org = ANY(%s)", (*params, list(tree))
    counters = [_counters(figure, number) for number, figure in enumerate(group)]
    picked = ", ".join(column for columns in counters for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT r.org, {picked} FROM ({inner}) r({_columns(group)}) {here} GROUP BY r.org", params)
        counted = cursor.fetchall()
    width = sum(map(len, counters))
    sums: dict[UUID, list[int]] = {}
    for union, *numbers in counted:
        for bucket in tree.get(union, ()):
            if bucket in sums:
                kept = sums[bucket]
                for i in range(width):
                    kept[i] += int(numbers[i])
            else:
                sums[bucket] = list(map(int, numbers))
    starts = list(accumulate(map(len, counters), initial=0))
    # only where a figure counted two rows can it have counted somebody twice
    twofold = [
        figure
        for figure, at in zip(group, starts, strict=False)
        if figure.distinct and any(numbers[at] > 1 for numbers in sums.values())
    ]
    repeats = _repeats(base, period, twofold, tree, restrict)
    for figure, columns, at in zip(group, counters, starts, strict=False):
        for bucket, numbers in sums.items():
            if count := numbers[at]:
                value = numbers[at + 1] if len(columns) > 1 else count - repeats.get((figure.key, bucket), 0)
                found[figure.key][bucket] = Cell(value=value, rows=count)
    return found


def _repeats(
    base: Base, period: Period, group: list[Figure], tree: Tree, restrict: bool
) -> dict[tuple[str, UUID], int]:
    """(figure key, bucket) -> how often a person was counted again: from the rows of those few persons alone
    who have more than one. `base.doubles` says where to look for them; without it every person is looked at."""
    if not group:
        return {}
    rows = base.rows(period)
    if restrict:
        rows = rows.filter(**{f"{base.org}__in": list(tree)})
    if base.doubles is not None:
        twice = rows.filter(base.doubles).order_by().values(base.person)
    else:
        twice = rows.order_by().values(base.person).annotate(_n=Count("pk")).filter(_n__gt=1).values(base.person)
    try:
        inner, params = compiled(base, rows.filter(**{f"{base.person}__in": twice}), period, group)
    except EmptyResultSet:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(inner, params)
        found = cursor.fetchall()
    seen: dict[tuple[str, UUID, UUID], int] = defaultdict(int)
    for union, person, _amount, *flags in found:
        for i, figure in enumerate(group):
            if flags[i]:
                for bucket in tree.get(union, ()):
                    seen[figure.key, bucket, person] += 1
    repeats: dict[tuple[str, UUID], int] = defaultdict(int)
    for (key, bucket, _person), times in seen.items():
        repeats[key, bucket] += times - 1
    return repeats


def _add_hand(
    window: Window, group: list[Figure], tree: Tree, restrict: bool, found: dict[str, dict[UUID, Cell]]
) -> None:
    """Put the standing hand entries of a window to the cells of their figures."""
    entries = hand_rows(window, group)
    if restrict:
        entries = entries.filter(org_id__in=list(tree))
    for key, union, value in entries.values_list("figure", "org_id", "value"):
        for bucket in tree.get(union, ()):
            cell = found[key].get(bucket) or Cell()
            found[key][bucket] = replace(
                cell,
                value=(cell.value or 0) + value,
                rows=cell.rows + 1,
                hand=cell.hand + value,
                hand_rows=cell.hand_rows + 1,
            )


def compiled(base: Base, rows: QuerySet, period: Period, group: list[Figure], first: Any = None) -> tuple[str, tuple]:
    """The base's rows as (org, person, amount, one flag per figure): what every face of a figure reads.

    `first` puts another column where the union stands.
    """
    return _compiled(base, rows, [figure.condition(period) for figure in group], first)


@lru_cache(maxsize=512)
def _statement(base: Base, period: Period, conditions: tuple[Q, ...]) -> tuple[str, tuple] | None:
    """`compiled` over all unions, written once for a span and its conditions: writing takes longer than
    asking a small federation. None: no row can fulfil it."""
    try:
        return _compiled(base, base.rows(period), conditions)
    except EmptyResultSet:
        return None


def _compiled(base: Base, rows: QuerySet, conditions: Iterable[Q], first: Any = None) -> tuple[str, tuple]:
    flags = {f"r_f{i}": _flag(condition) for i, condition in enumerate(conditions)}
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


def _counters(figure: Figure, number: int) -> tuple[str, ...]:
    """The rows of one figure as SQL and, where the value is not their number, the value."""
    only = "" if figure.where == Q() else f" FILTER (WHERE r.f{number})"
    if figure.summed:
        return f"count(*){only}", f"coalesce(sum(r.amount){only}, 0)"
    return (f"count(*){only}",)


# values that are made of others ---------------------------------------------------------------------


def _empty(figure: Figure) -> Cell:
    """No records is 0; no hand entry is "nothing reported", which is not 0."""
    return Cell(value=0 if figure.base is not None else None)


def share(figure: Figure, cell_of: Callable[[str], Cell]) -> Cell:
    """A ratio from the cells of its two sides."""
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
    total = share(figure, lambda key: results[key].total)
    children = {child for key in figure.parts for child in results[key].cells}
    empty = Cell(value=0)
    cells = {child: share(figure, lambda key, at=child: results[key].cells.get(at, empty)) for child in children}
    return Result(figure, org_id, window, total, cells, 0)
