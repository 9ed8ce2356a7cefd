"""Hand entries as rows that figures add up, and what they may not do."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from gongjia.base.period import Period
from gongjia.report.figure import Figure, Window
from gongjia.report.kinds import Time
from gongjia.report.models import HandEntry


def hand_rows(window: Window, group: Iterable[Figure]) -> QuerySet[HandEntry]:
    """The standing entries that figures of one window add up, at most one per union, figure and span.

    Of what happens, every span that lies within the window; of what stands, each union's latest entry
    up to the window's day.
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
        return HandEntry.objects.filter(pk__in=latest.values("pk")).order_by()
    return standing.filter(start__gte=window.period.start, end__lte=window.period.end).order_by()


def standing_overlaps(org_id: UUID, figure: Figure, span: Period) -> QuerySet[HandEntry]:
    """Standing entries of the same union and figure that would count the same time twice."""
    same = HandEntry.objects.filter(state="standing", org_id=org_id, figure=figure.key)
    if figure.time is Time.STOCK:
        return same.filter(end=span.end)
    return same.filter(Q(start__lt=span.end) & Q(end__gt=span.start))
