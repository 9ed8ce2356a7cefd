"""What a figure means, and a figure opened up: the whole, each child, the records, small cells hidden."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from gongjia.base.actor import Actor
from gongjia.base.period import Period
from gongjia.report import figure as figure_module
from gongjia.report import powers, records, show
from gongjia.report.engine import Cell, Result
from gongjia.report.figure import Figure, parts_of
from gongjia.report.figure import figures as registry
from gongjia.report.kinds import AREAS, SMALL_CELL, Measure, Time
from gongjia.who.orgs import queries as orgs


@dataclass(frozen=True)
class Definition:
    """The definition page (口径) of a figure."""

    figure: Figure
    area: str
    time: str
    measure: str
    source: str
    parts: tuple[Figure, ...]
    whole: Figure | None
    beside: Figure | None
    ratio: tuple[tuple[Figure, ...], tuple[Figure, ...]] | None


_MEASURES = {
    Measure.COUNT: "计件数，下级之和等于上级",
    Measure.PERSONS: "计人数，上级对同一人只计一次，下级之和可能多于上级（另列“重复”）",
    Measure.TIMES: "计人次，与人数并列",
    Measure.SUM: "计金额，下级之和等于上级",
    Measure.TOTAL: "把每条记录的数相加，下级之和等于上级",
}


def definition(key: str) -> Definition:
    """What a figure means; `Refused` for an unknown key."""
    figure = figure_module.find(key)
    ratio = None
    if figure.parts:
        ratio = tuple(registry.get(one) for one in figure.part), tuple(registry.get(one) for one in figure.whole)
    source = (
        "系统记录" if not figure.has_hand else ("系统记录，没有记录的工会可手工填报" if figure.base else "手工填报")
    )
    return Definition(
        figure=figure,
        area=AREAS[figure.area].label,
        time=Time(figure.time).label + ("，计到报告截止日" if figure.to_cutoff else ""),
        measure="比率，不能相加" if figure.parts else _MEASURES[figure.measure],
        source="由其他指标计算" if figure.parts else source,
        parts=tuple(parts_of(key)),
        whole=registry.find(figure.part_of) if figure.part_of else None,
        beside=registry.find(figure.beside) if figure.beside else None,
        ratio=ratio,
    )


def catalogue() -> dict[int, list[Figure]]:
    """Area -> its figures, in order."""
    return {number: figure_module.of_area(number) for number in AREAS}


@dataclass(frozen=True)
class ChildRow:
    """One row of 下级: a child's number, or what the asker may know of it."""

    org_id: UUID
    name: str
    short_name: str
    cell: Cell
    shown: str
    own: bool


@dataclass(frozen=True)
class Drill:
    """A figure opened up: the whole, own and children, what counts twice."""

    figure: Figure
    org: Any
    period: Period
    cutoff: date | None
    total: Cell
    total_shown: str
    rows: tuple[ChildRow, ...]
    repeated: int
    source: str
    may_list: bool


def may_list(actor: Actor, figure: Figure, org: Any) -> bool:
    """Whether the actor may see the records behind a figure of that union."""
    if figure.parts:
        return all(may_list(actor, registry.get(key), org) for key in figure.parts)
    power = figure.base.power if figure.base else powers.READ
    if figure.sensitive and figure.base is None:
        power = powers.HAND
    return actor.can(power, org)


def drill(actor: Actor, key: str, org: Any, period: Period, cutoff: date | None = None) -> Drill:
    """The whole and each child of a figure, with small cells of sensitive figures hidden from who may not see rows."""
    actor.must(powers.READ, org)
    figure = figure_module.find(key)
    result = figure.by_child(org, period, cutoff)
    children = {child.pk: child for child in orgs.children_of(org, result.window.tree_day)}
    names = orgs.names_on(result.window.tree_day, [org.pk, *children])
    may_see = {one.pk: may_list(actor, figure, one) for one in (org, *children.values())}
    cells = masked(figure, result, may_see)
    order = [org.pk, *children, *(pk for pk in cells if pk not in children and pk != org.pk)]
    rows = []
    for pk in order:
        cell = cells.get(pk)
        if cell is None or (pk not in names and not cell.rows):
            continue
        name, short = names.get(pk, ("", ""))
        own = pk == org.pk
        child = children.get(pk)
        if child is not None and child.closed_on and child.closed_on <= result.window.tree_day and not cell.rows:
            continue
        rows.append(
            ChildRow(pk, "本级" if own else name, "本级" if own else short or name, cell, _cell(figure, cell), own)
        )
    return Drill(
        figure=figure,
        org=org,
        period=period,
        cutoff=cutoff,
        total=result.total,
        total_shown=show.full(figure, result.total.value),
        rows=tuple(rows),
        repeated=result.repeated,
        source=str(result.source.label),
        may_list=may_list(actor, figure, org),
    )


def _cell(figure: Figure, cell: Cell) -> str:
    if cell.hidden:
        return f"少于{SMALL_CELL}"
    return "未填报" if cell.value is None else show.full(figure, cell.value)


def masked(figure: Figure, result: Result, may_see: dict[UUID, bool]) -> dict[UUID, Cell]:
    """The cells with small ones hidden. When one alone is hidden the next smallest goes with it: the totals
    stay, and would give the single one away."""
    cells = dict(result.cells)
    if not figure.sensitive:
        return cells
    blind = [pk for pk in cells if not may_see.get(pk, False)]
    small = [pk for pk in blind if cells[pk].value and cells[pk].value < SMALL_CELL]
    if len(small) == 1 and len(blind) > 1:
        rest = sorted((pk for pk in blind if pk not in small and cells[pk].value), key=lambda pk: cells[pk].value)
        small += rest[:1]
    for pk in small:
        cells[pk] = replace(cells[pk], value=None, rows=0, hand=0, hidden=True)
    return cells


@dataclass(frozen=True)
class RecordRow:
    """One record behind a number, as a list shows it."""

    record: records.Listed
    org_name: str
    amount: str
    after: str


def record_rows(
    actor: Actor,
    key: str,
    org: Any,
    period: Period,
    cutoff: date | None = None,
    *,
    child: UUID | None = None,
    after: str = "",
    limit: int = 50,
) -> list[RecordRow]:
    """A page of the records behind a figure; `Forbidden` to who may not see them."""
    actor.must(powers.READ, org)
    figure = figure_module.find(key)
    for side in [registry.get(one) for one in figure.parts] or [figure]:
        actor.must(side.base.power if side.base else powers.HAND if side.sensitive else powers.READ, org)
    found = list(records.listed(figure, org, period, cutoff, child=child, after=after, limit=limit))
    names = records.names_of(found, figure.window(period, cutoff).tree_day)
    return [
        RecordRow(
            record=one,
            org_name=names.get(one.org_id, ("", ""))[0],
            amount=show.full(figure, one.weight) if one.amount is not None or one.hand else "",
            after=one.cursor,
        )
        for one in found
    ]
