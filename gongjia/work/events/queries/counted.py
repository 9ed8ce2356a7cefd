"""Base queries of figures: what was held, who was there, what came of it. Grouping is the report's.

An event counts by the day of its last session (the final of a contest, the end of a course), once it was held; 人次 are
attendances, or what was counted on the spot where nobody signs up. Half-open: `period.start <= day < period.end`.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from gongjia.base import clock
from gongjia.base.period import Period
from gongjia.work.events.models import Attendance, Certificate, Child, Event, Result, Session, SignUp, Team

TOOK_PLACE = ("held", "settled")
THERE = ("present", "late")


def _within(period: Period, path: str) -> Q:
    return Q(**{f"{path}__gte": clock.start_of(period.start), f"{path}__lt": clock.start_of(period.end)})


def held(period: Period, *, kind: str) -> QuerySet[Event]:
    """Events of a kind whose last session ended within the period."""
    return Event.objects.filter(_within(period, "last_at"), kind=kind, state__in=TOOK_PLACE)


def sessions(period: Period, *, kind: str) -> QuerySet[Any]:
    """Each session held within the period, with `visits`: 人次 of it."""
    there = (
        Attendance.objects.filter(session=OuterRef("pk"), standing__in=THERE)
        .order_by().values("session").annotate(n=Count("pk")).values("n")
    )  # fmt: skip
    found = Session.objects.filter(
        _within(period, "starts_at"), event__kind=kind, event__state__in=TOOK_PLACE, cancelled=False
    )
    return found.annotate(visits=Coalesce(F("headcount"), Subquery(there, output_field=IntegerField()), 0))


def attended(period: Period, *, kind: str) -> QuerySet[Any]:
    """Who was there, each session once, with the whole `hours` of it (half an hour and more is one)."""
    found = Attendance.objects.filter(
        on__gte=period.start, on__lt=period.end, event__kind=kind, event__state__in=TOOK_PLACE, standing__in=THERE
    )
    return found.annotate(hours=(F("minutes") + 30) / 60)


def placed(period: Period, *, kind: str) -> QuerySet[SignUp]:
    """Who had a place in an event held within the period."""
    return SignUp.objects.filter(
        _within(period, "event__last_at"), event__kind=kind, event__state__in=TOOK_PLACE, state="placed"
    )


def decided(period: Period) -> QuerySet[Result]:
    """Ranks of contests decided within the period."""
    return Result.objects.filter(state="decided", decided_on__gte=period.start, decided_on__lt=period.end)


def certified(period: Period) -> QuerySet[Certificate]:
    """Training certificates issued within the period and not revoked in it."""
    found = Certificate.objects.filter(issued_on__gte=period.start, issued_on__lt=period.end)
    return found.filter(Q(revoked_on__isnull=True) | Q(revoked_on__gte=period.end))


def children(period: Period) -> QuerySet[Child]:
    """Children of classes that began within the period: `identity` is the child, whatever the class."""
    return Child.objects.filter(
        _within(period, "sign_up__event__first_at"), sign_up__state="placed",
        sign_up__event__state__in=("closed", "held", "settled"),
    )  # fmt: skip


def teams(period: Period) -> QuerySet[Team]:
    """Volunteer teams founded within the period."""
    return Team.objects.filter(founded_on__gte=period.start, founded_on__lt=period.end)
