"""Every read of figures, reports, hand entries and targets that is scoped or joined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from gongjia.base import money
from gongjia.base.actor import Actor
from gongjia.base.period import Period
from gongjia.base.refused import Hidden, Reason, Refused
from gongjia.report import figure as figure_module
from gongjia.report import freeze, lines, powers, records, render, show, summary, words
from gongjia.report.engine import Cell, Result
from gongjia.report.figure import Figure, parts_of
from gongjia.report.figure import figures as registry
from gongjia.report.kinds import AREAS, SMALL_CELL, Measure, Time
from gongjia.report.models import EvidenceLine, HandEntry, Report, Section, Target, Wording
from gongjia.who.orgs import queries as orgs

DASHBOARD = (
    "members.total",
    "members.real_name",
    "members.portal_activated",
    "orgs.registered",
    "orgs.basic",
    "orgs.platforms_opened",
    "orgs.coverage",
    "orgs.open_units_due",
    "orgs.founded",
    "orgs.terms_due",
    "cadres.officers",
)


# one figure -----------------------------------------------------------------------------------------


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
}


def definition(key: str) -> Definition:
    """What a figure means; `Refused` for an unknown key."""
    figure = figure_module.find(key)
    ratio = None
    if figure.parts:
        ratio = tuple(registry.get(one) for one in figure.part), tuple(registry.get(one) for one in figure.whole)
    source = "系统记录" if not figure.has_hand else ("系统记录，没有记录的工会可手工填报" if figure.base else "手工填报")
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
        rows.append(ChildRow(pk, "本级" if own else name, "本级" if own else short or name, cell, _cell(figure, cell), own))
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


# reports --------------------------------------------------------------------------------------------


def cutoff_for(org: Any, period: Period) -> date | None:
    """The cut-off of the report of that period that the union's figures are read in: its own, or one above."""
    line = {one.pk: place for place, one in enumerate(reversed(orgs.chain_of(org)))}
    found = Report.objects.filter(org_id__in=list(line), start=period.start, end=period.end)
    reports = sorted(found.values_list("org_id", "cutoff", "opened_at"), key=lambda row: (line[row[0]], -row[2].timestamp()))
    return reports[0][1] if reports else None


def reports(actor: Actor) -> QuerySet[Report]:
    """Reports that the actor may read, newest first."""
    return Report.objects.filter(orgs.within(actor, powers.READ, "org__")).select_related("org")


def get_report(actor: Actor, key: UUID | str, org: Any = None) -> Report:
    """One report by id, or by its key and union; `Hidden` when it is none of the actor's."""
    match = Q(pk=key) if isinstance(key, UUID) else Q(key=key)
    if org is not None:
        match &= Q(org_id=org.pk)
    report = reports(actor).filter(match).first()
    if report is None:
        raise Hidden(str(key))
    return report


def get_section(actor: Actor, key: UUID) -> Section:
    section = (
        Section.objects.filter(orgs.within(actor, powers.READ, "report__org__"), pk=key)
        .select_related("report__org")
        .first()
    )
    if section is None:
        raise Hidden(str(key))
    return section


def is_department(actor: Actor, section: Section) -> bool:
    """Whether the actor writes and signs that section: a post of its role at the report's union, or its editor."""
    held = any(post.role == section.role and post.org_id == section.report.org_id for post in actor.posts)
    return held or actor.can(powers.FREEZE, section.report.org) or actor.can(powers.CATALOGUE, section.report.org)


@dataclass(frozen=True)
class Waiting:
    """A section that waits for its department, as a to-do."""

    section: Section
    days_left: int
    unfilled: tuple[str, ...]


def waiting(actor: Actor, on: date) -> list[Waiting]:
    """Sections of draft reports that the actor's departments have yet to sign, the most urgent first."""
    roles = {post.role for post in actor.posts}
    found = (
        Section.objects.filter(orgs.within(actor, powers.SIGN, "report__org__"))
        .filter(state="writing", report__state="draft", role__in=roles)
        .select_related("report__org")
        .order_by("due_on", "area")
    )
    return [Waiting(section, (section.due_on - on).days, unfilled(section)) for section in found]


def unfilled(section: Section) -> tuple[str, ...]:
    """Labels of the figures in a section's words that have no value."""
    wanted = [registry.get(key) for key in words.keys_in(section.text) if key in registry]
    report = section.report
    if not wanted:
        return ()
    views = lines.live(report.org, Period(report.start, report.end), report.cutoff, wanted=wanted)
    printed = render.facts_of(report)
    shown = render.part(section, 0, views, printed, {})
    return tuple(
        dict.fromkeys(
            views[run.key].figure.label
            for paragraph in shown.paragraphs
            for statement in paragraph
            for run in statement.runs
            if run.missing
        )
    )


def wording(area: int) -> str:
    """The words of an area: as this federation keeps them, else as shipped."""
    saved = Wording.objects.filter(area=area).order_by("-saved_at", "-id").values_list("text", flat=True).first()
    return words.shipped(area) if saved is None else saved


def checks(report: Report) -> list[str]:
    """What does not add up in a report: parts larger than their whole, 人次 below 人, groundless records."""
    values = lines.of_report(report)
    found = []
    for view in values.values():
        whole = values.get(view.figure.part_of)
        if whole and view.value is not None and (whole.value is None or view.value > whole.value):
            found.append(f"“{view.figure.label}”大于“{whole.figure.label}”。")
        beside = values.get(view.figure.beside)
        if beside and view.value is not None and beside.value is not None and view.value < beside.value:
            found.append(f"“{view.figure.label}”的人次少于“{beside.figure.label}”的人数。")
    period = Period(report.start, report.end)
    for figure in registry:
        rows = records.groundless(figure, report.org, period, report.cutoff)
        if rows is not None and (count := rows.count()):
            found.append(f"“{figure.label}”有 {count} 条记录查不到人或凭据。")
    return found


def drift_of(actor: Actor, report: Report) -> list[freeze.Drift]:
    """What has moved since the report was frozen."""
    actor.must(powers.READ, report.org)
    return freeze.drift(report) if report.state == "frozen" else []


# entered by hand ------------------------------------------------------------------------------------


def hand_entries(
    actor: Actor, *, org: Any = None, figure: str = "", period: Period | None = None, reversed_too: bool = False
) -> QuerySet[HandEntry]:
    """Hand entries of the unions the actor may read."""
    found = HandEntry.objects.filter(orgs.within(actor, powers.READ, "org__")).select_related(
        "org", "officer", "attachment"
    )
    if org is not None:
        found = found.filter(orgs.range_of(org.path, "org__path"))
    if figure:
        found = found.filter(figure=figure)
    if period is not None:
        found = found.filter(start__gte=period.start, end__lte=period.end)
    return found if reversed_too else found.filter(state="standing")


def get_hand(actor: Actor, pk: UUID) -> HandEntry:
    entry = hand_entries(actor, reversed_too=True).filter(pk=pk).first()
    if entry is None:
        raise Hidden(str(pk))
    return entry


def hand_figures() -> list[Figure]:
    """Figures that hand entries may fill."""
    return [figure for figure in registry if figure.has_hand and not figure.parts]


# the dashboard --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tile:
    """One number of the dashboard with the year's target."""

    kept: summary.Kept
    target: int | Decimal | None
    completion: Decimal | None


@dataclass(frozen=True)
class Dashboard:
    """A union and its children side by side, from kept rows."""

    org: Any
    day: date
    tiles: dict[str, Tile]
    children: tuple[tuple[Any, dict[str, summary.Kept]], ...]


def dashboard(actor: Actor, org: Any, day: date, keys: Iterable[str] = DASHBOARD) -> Dashboard:
    """Members, unions, coverage, targets with 完成率, and the children. Three queries, no counting."""
    actor.must(powers.READ, org)
    keys = list(keys)
    children = [child for child in orgs.children_of(org) if child.state == "active"]
    kept = summary.kept([org.pk, *(child.pk for child in children)], day.year, keys)
    targets = dict(Target.objects.filter(org_id=org.pk, year=day.year).values_list("figure", "value"))
    tiles = {}
    for key in keys:
        one = kept[org.pk][key]
        view = lines.LineView(
            one.figure,
            one.value,
            one.rows,
            one.source,
            target=show.loaded(one.figure, targets.get(key)),
            reached=one.value,
        )
        tiles[key] = Tile(one, view.target, view.completion)
    return Dashboard(org, day, tiles, tuple((child, kept[child.pk]) for child in children))


def target_rows(actor: Actor, org: Any, year: int, on: date) -> list[lines.LineView]:
    """Every target of a union's year with what was reached by a day."""
    actor.must(powers.READ, org)
    wanted = [registry.get(key) for key in lines.targets_of(org, year) if key in registry]
    span = summary.year_to(on) if on.year == year else Period.year(year)
    return list(lines.live(org, span, wanted=wanted).values()) if wanted else []


def shown(key: str, stored: int) -> str:
    """A stored number of a figure as people read it."""
    figure = figure_module.find(key)
    return show.full(figure, show.loaded(figure, stored))


def read_value(key: str, text: str) -> int:
    """A number as somebody typed it, in the figure's stored unit: fen for money, tenths of a percent for a ratio."""
    figure = figure_module.find(key)
    plain = text.strip().replace(",", "").replace("，", "")
    if figure.money:
        return money.yuan(plain)
    try:
        number = Decimal(plain)
        stored = number * 10 if figure.parts else number
        if stored != stored.to_integral_value():
            raise ValueError(plain)
        return int(stored)
    except (ValueError, ArithmeticError):
        raise Refused(Reason("hand_value", f"“{text}”不是{figure.label}能用的数。", cure=f"请填整数，单位是{figure.unit}。")) from None


def evidence_file(report: Report, attachment_id: UUID) -> Any:
    """A paper that hangs on a line of that report; `Hidden` when it hangs on none."""
    for evidence in EvidenceLine.objects.filter(section__report=report).prefetch_related("attachments"):
        for file in evidence.attachments.all():
            if file.pk == attachment_id:
                return file
    raise Hidden(str(attachment_id))
