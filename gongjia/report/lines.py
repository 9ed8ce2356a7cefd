"""A line: a figure of one union and period with its source, its target and the year before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from gongjia.base.period import Period, add_months
from gongjia.report import engine, show
from gongjia.report.figure import Figure
from gongjia.report.figure import figures as registry
from gongjia.report.kinds import Source, Time
from gongjia.report.models import Line, Report, Target

TENTH = Decimal("0.1")


@dataclass(frozen=True)
class LineView:
    """What a page, a document and an answer say about one figure."""

    figure: Figure
    value: int | Decimal | None
    rows: int
    source: Source
    hand_share: Decimal = Decimal(0)
    target: int | Decimal | None = None
    reached: int | Decimal | None = None  # what counts towards the year's target
    compared: int | Decimal | None = None  # 同比: the same span a year before
    frozen: bool = False

    @property
    def key(self) -> str:
        return self.figure.key

    @property
    def shown(self) -> str:
        return show.full(self.figure, self.value)

    @property
    def target_shown(self) -> str:
        return "—" if self.target is None else show.full(self.figure, self.target)

    @property
    def compared_shown(self) -> str:
        return "—" if self.compared is None else show.full(self.figure, self.compared)

    @property
    def completion(self) -> Decimal | None:
        """完成率 in percent: of the year's target, what the year has reached so far."""
        if not self.target or self.reached is None:
            return None
        return (Decimal(100) * self.reached / Decimal(self.target)).quantize(TENTH, ROUND_HALF_UP)

    @property
    def change(self) -> Decimal | None:
        """同比 in percent; None without a value a year before (a ratio: in percentage points)."""
        if self.value is None or self.compared is None:
            return None
        if self.figure.parts:
            return Decimal(self.value) - Decimal(self.compared)
        if not self.compared:
            return None
        return (Decimal(100) * (self.value - self.compared) / Decimal(self.compared)).quantize(TENTH, ROUND_HALF_UP)

    @property
    def source_label(self) -> str:
        """系统记录, 手工填报, or how much of it was entered by hand."""
        if self.source is Source.MIXED:
            return f"记录与手工（手工占 {show.percent(self.hand_share * 100)}）"
        return str(self.source.label)

    @property
    def attained(self) -> str:
        """What the words may claim about the year's target."""
        completion = self.completion
        if completion is None:
            return show.MISSING
        if completion > 100:
            return "超额完成年初预定工作目标"
        if completion == 100:
            return "完成年初预定工作目标"
        return f"完成年初预定工作目标的{completion.normalize():f}%"

    @property
    def change_words(self) -> str:
        change = self.change
        if change is None:
            return show.MISSING
        if change == 0:
            return "与上年同期持平"
        unit = "个百分点" if self.figure.parts else "%"
        return f"同比{'增长' if change > 0 else '下降'}{abs(change).normalize():f}{unit}"


def live(
    org: Any,
    period: Period,
    cutoff: date | None = None,
    *,
    wanted: Iterable[Figure] | None = None,
    compare: bool = False,
) -> dict[str, LineView]:
    """Lines counted now. `compare` also counts the year before and, within a year, up to date for the target."""
    wanted = list(registry if wanted is None else wanted)
    results = engine.compute(wanted, org, period, cutoff)
    targets = targets_of(org, period.last_day.year)
    before = year_before(wanted, org, period, cutoff) if compare else {}
    reached = results if period.start == date(period.last_day.year, 1, 1) else _this_year(wanted, org, period, targets)
    lines = {}
    for figure in wanted:
        result, total = results[figure.key], results[figure.key].total
        sofar = reached.get(figure.key) if figure.time is Time.FLOW else result
        lines[figure.key] = LineView(
            figure=figure,
            value=total.value,
            rows=total.rows,
            source=result.source,
            hand_share=total.hand_share,
            target=show.loaded(figure, targets.get(figure.key)),
            reached=sofar.total.value if sofar else None,
            compared=before[figure.key].total.value if before else None,
        )
    return lines


def year_before(wanted: Iterable[Figure], org: Any, period: Period, cutoff: date | None) -> dict[str, engine.Result]:
    """The same figures for the same span a year earlier, up to the same day of the year."""
    return engine.compute(wanted, org, period.year_before(), add_months(cutoff, -12) if cutoff else None)


def _this_year(wanted: list[Figure], org: Any, period: Period, targets: dict[str, int]) -> dict[str, engine.Result]:
    aimed = [figure for figure in wanted if figure.key in targets and figure.time is Time.FLOW]
    sofar = Period(date(period.last_day.year, 1, 1), period.end)
    return engine.compute(aimed, org, sofar) if aimed else {}


def targets_of(org: Any, year: int) -> dict[str, int]:
    """Figure key -> what the union aims at in a year."""
    return dict(Target.objects.filter(org_id=org.pk, year=year).values_list("figure", "value"))


def frozen(report: Report) -> dict[str, LineView]:
    """Lines as they were when the report was frozen; figures that the catalogue no longer has are left out."""
    lines = {}
    for line in Line.objects.filter(report=report).defer("records"):
        figure = registry.find(line.figure)
        if figure is None:
            continue
        value, target = show.loaded(figure, line.value), show.loaded(figure, line.target)
        lines[line.figure] = LineView(
            figure=figure,
            value=value,
            rows=line.rows,
            source=Source(line.source),
            hand_share=Decimal(line.hand_share) / 1000,
            target=target,
            reached=show.loaded(figure, line.reached),
            compared=show.loaded(figure, line.compared),
            frozen=True,
        )
    return {figure.key: lines[figure.key] for figure in registry if figure.key in lines}


def of_report(report: Report, *, compare: bool = False) -> dict[str, LineView]:
    """The lines of a report: frozen ones for a frozen report, live ones for a draft."""
    if report.state == "frozen":
        return frozen(report)
    return live(report.org, Period(report.start, report.end), report.cutoff, compare=compare)
