"""A figure is a query plus a measure, never a number.

`value()`, `by_child()` and `records()` all run the one query of the figure's base with the
figure's own condition; nothing else may produce a number of a report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from gongjia.base.period import Period
from gongjia.base.registry import Registry
from gongjia.report.kinds import AREAS, Measure, Time

if TYPE_CHECKING:
    from gongjia.report.engine import Result
    from gongjia.report.records import Listed


EVERY = Q()


@dataclass(frozen=True, eq=False)
class Base:
    """Rows that figures count, of one model. Figures that share a base are computed in one statement.

    `rows(period)` answers the rows of that span: those that happened in it, or that stood on its
    last day; it must not multiply rows by a join, and nothing but the span may decide which they are
    (what it asks is written once and kept). The other fields are field paths of those rows.
    """

    key: str
    label: str  # 中文: what one row is
    rows: Callable[[Period], QuerySet]
    org: str = "org_id"  # the union a row counts for
    person: str = ""  # who is counted by Measure.PERSONS
    amount: str = ""  # what is added up: by Measure.SUM in fen, by Measure.TOTAL as it is
    on: str = ""  # the day shown beside a record
    # A condition that at least one row of every person with more than one row fulfils: where the
    # database itself keeps persons unique, only those few can count twice.
    doubles: Q | None = None
    related: tuple[str, ...] = ()  # to select with a record
    only: tuple[str, ...] = ()  # the fields a record is listed by; empty: all
    name: Callable[[Any], str] = str  # masked label of a record
    climbs: tuple[str, ...] = ()  # foreign keys that lead to a person or an attachment, tried in order
    page: str = "pk"  # the field of a row whose value its page is found by
    url: str = ""  # page of a record, "{id}" stands for that value
    power: str = "report.read"  # who may see the rows


@dataclass(frozen=True)
class Window:
    """What a figure looks at: the rows of `period`, summed over the tree of `tree_day`."""

    period: Period
    tree_day: date


@dataclass(frozen=True, eq=False, kw_only=True)
class Figure:
    """One number of the report, and everything its definition page (口径) says.

    Without a `base` a figure lives on hand entries alone.
    """

    key: str
    area: int
    label: str
    unit: str
    time: Time
    measure: Measure = Measure.COUNT
    base: Base | None = None
    where: Q | Callable[[Period], Q] = EVERY  # which rows of the base; of the day where it depends on it
    meaning: str  # 含义
    counts: str = ""  # 统计范围: who and what counts, what does not
    part_of: str = ""  # key of the figure that this one is contained in (其中)
    overlap: str = ""  # what it shares with others: do the 30 drawn in contain the 11?
    upper: str = ""  # the upper system's equivalent
    beside: str = ""  # key of the figure of persons that a figure of 人次 stands beside
    to_cutoff: bool = False  # 截至目前: counted up to a report's cut-off, not to its period's end
    sensitive: bool = False
    has_hand: bool = True  # whether hand entries may stand in for records
    order: int = 0

    def __post_init__(self):
        if self.area not in AREAS:
            raise ValueError(f"{self.key}: no area {self.area}")
        if self.measure is Measure.TIMES and not self.beside:
            raise ValueError(f"{self.key}: 人次 must stand beside a figure of persons")
        if self.base and self.measure is Measure.PERSONS and not self.base.person:
            raise ValueError(f"{self.key}: its base does not say who is counted")
        if self.base and self.summed and not self.base.amount:
            raise ValueError(f"{self.key}: its base does not say what is added up")

    # definition ---------------------------------------------------------------------------------
    @property
    def distinct(self) -> bool:
        """True: a parent counts each person once, so that its children may add up to more."""
        return self.measure is Measure.PERSONS and self.base is not None

    def condition(self, period: Period) -> Q:
        """Which rows of the base count."""
        return self.where if isinstance(self.where, Q) else self.where(period)

    @property
    def money(self) -> bool:
        return self.measure is Measure.SUM

    @property
    def summed(self) -> bool:
        """True: a value is the sum of what its rows say, not their number."""
        return self.measure in (Measure.SUM, Measure.TOTAL)

    @property
    def parts(self) -> tuple[str, ...]:
        """Figures whose values a figure is made of; only ratios have any."""
        return ()

    def window(self, period: Period, cutoff: date | None = None) -> Window:
        """What the figure looks at in a report of that period and cut-off."""
        end = period.end
        if self.to_cutoff and cutoff is not None:
            end = max(end, cutoff + timedelta(days=1))
        last = end - timedelta(days=1)
        if self.time is Time.STOCK:
            return Window(Period.days(last, last), last)
        if self.time is Time.YEAR:
            return Window(Period.year(last.year), last)
        return Window(Period(period.start, end), last)

    # one query, three faces ---------------------------------------------------------------------
    def value(self, org: Any, period: Period, cutoff: date | None = None) -> Any:
        """The number: int (fen for money), a decimal for a ratio, None where nothing was reported."""
        return self.result(org, period, cutoff).total.value

    def result(self, org: Any, period: Period, cutoff: date | None = None) -> Result:
        from gongjia.report import engine

        return engine.compute([self], org, period, cutoff)[self.key]

    def by_child(self, org: Any, period: Period, cutoff: date | None = None) -> Result:
        """Own, each child and what counts twice: own + Σ children − repeated = total."""
        return self.result(org, period, cutoff)

    def records(
        self, org: Any, period: Period, cutoff: date | None = None, *, child: UUID | None = None
    ) -> Iterator[Listed]:
        """Every record behind the number, as an iterator of `Listed`."""
        from gongjia.report import records

        return records.listed(self, org, period, cutoff, child=child)


@dataclass(frozen=True, eq=False, kw_only=True)
class Ratio(Figure):
    """A share in percent: not additive. Its records are those of its two sides."""

    part: tuple[str, ...] = ()  # keys of the figures above the line
    whole: tuple[str, ...] = ()  # keys of the figures below the line, the part included
    has_hand: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.part, *self.whole)))


figures: Registry[Figure] = Registry("figures")


def find(key: str) -> Figure:
    """The figure of a key; `Refused` names an unknown one."""
    from gongjia.base.refused import refuse

    figure = figures.find(key)
    if figure is None:
        refuse("figure_unknown", "没有这个指标。", fact=str(key)[:60], cure="请从指标目录里选择。")
    return figure


def of_area(number: int) -> list[Figure]:
    """The figures of an area in the order of the catalogue."""
    return [figure for figure in figures if figure.area == number]


def parts_of(key: str) -> list[Figure]:
    """The 其中 of a figure."""
    return [figure for figure in figures if figure.part_of == key]


def model_of(base: Base) -> type[Model]:
    return base.rows(Period.year(2000)).model
