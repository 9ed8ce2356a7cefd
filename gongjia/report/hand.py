"""Hand entries as rows that figures add up, and what they may not do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from gongjia.base.period import Period
from gongjia.report.figure import Figure, Window
from gongjia.report.kinds import Time
from gongjia.report.models import HandEntry


def hand_rows(window: Window, group: Iterable[Figure]) -> QuerySet[HandEntry]:
    """The standing entries that figures of one window add up, at most one per union, figure and span.

    Of what happens, every span that lies within the window; of what stands, each union's latest entry
    up to the window's day. Where records of a union have come in since, its entry gives way to them.
    """
    group = list(group)
    stock = [figure.key for figure in group if figure.time is Time.STOCK]
    rest = [figure.key for figure in group if figure.time is not Time.STOCK]
    if stock and rest:
        raise ValueError("figures of one window are of one kind of time")
    standing = HandEntry.objects.filter(state="standing", figure__in=stock or rest)
    if stock:
        latest = (
            standing.filter(end__lte=window.period.end)
            .order_by("figure", "org_id", "-end", "-id")
            .distinct("figure", "org_id")
        )
        found = HandEntry.objects.filter(pk__in=latest.values("pk"))
    else:
        found = standing.filter(start__gte=window.period.start, end__lte=window.period.end)
    for figure in group:
        if figure.base is not None:
            found = found.filter(~Q(figure=figure.key) | ~Exists(own_records(figure, window, OuterRef("org_id"))))
    return found.order_by()


def entered(keys: Iterable[str]) -> set[str]:
    """Which of these figures have any standing entry at all."""
    found = HandEntry.objects.filter(state="standing", figure__in=list(keys))
    return set(found.order_by().values_list("figure", flat=True).distinct())


def own_records(figure: Figure, window: Window, org_id: UUID | OuterRef) -> QuerySet:
    """Rows of the figure's base of one union itself: where there are any, records cover it, also when none
    of them fulfils the figure's own condition, and nothing is entered by hand."""
    return figure.base.rows(window.period).filter(**{figure.base.org: org_id}).order_by()


def given_way(window: Window, figure: Figure) -> QuerySet[HandEntry]:
    """Standing entries that records have replaced since."""
    standing = HandEntry.objects.filter(state="standing", figure=figure.key, end__lte=window.period.end)
    if figure.base is None:
        return standing.none()
    if figure.time is not Time.STOCK:
        standing = standing.filter(start__gte=window.period.start)
    return standing.filter(Exists(own_records(figure, window, OuterRef("org_id"))))


@dataclass
class Standing:
    """Entries that stand already for some unions and figures, read once for a whole sheet."""

    spans: dict[tuple[UUID, str], list[tuple[Period, int]]] = field(default_factory=lambda: defaultdict(list))
    org_ids: tuple[UUID, ...] = ()
    counted: dict[tuple[str, Period], dict[UUID, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, org_ids: Iterable[UUID], keys: Iterable[str]) -> Standing:
        standing = cls(org_ids=tuple(org_ids))
        rows = HandEntry.objects.filter(state="standing", org_id__in=list(standing.org_ids), figure__in=list(keys))
        for org_id, key, start, end, value in rows.values_list("org_id", "figure", "start", "end", "value"):
            standing.add(org_id, key, Period(start, end), value)
        return standing

    def add(self, org_id: UUID, key: str, span: Period, value: int) -> None:
        self.spans[org_id, key].append((span, value))

    def records(self, org_id: UUID, figure: Figure, span: Period) -> int:
        """How many records of its own a union has: of all unions of the sheet in one query."""
        if figure.base is None:
            return 0
        place = figure.key, span
        if place not in self.counted:
            path = figure.base.org
            rows = figure.base.rows(figure.window(span).period).filter(**{f"{path}__in": self.org_ids})
            self.counted[place] = dict(rows.order_by().values_list(path).annotate(n=Count("pk")))
        return self.counted[place].get(org_id, 0)

    def clash(self, org_id: UUID, figure: Figure, span: Period) -> Period | None:
        """The span of an entry that would count the same time twice."""
        for other, _value in self.spans.get((org_id, figure.key), ()):
            if other.end == span.end if figure.time is Time.STOCK else other.overlaps(span):
                return other
        return None

    def value(self, org_id: UUID, key: str, span: Period) -> int | None:
        """What was entered for exactly that span."""
        return next((value for other, value in self.spans.get((org_id, key), ()) if other == span), None)
