"""Base queries of figures: what was applied for, decided, awarded, and to whom. Grouping is the report's.

Imported history is in none of them. A person counts once however often they were given something; 人次 are the
awards themselves. Time is half-open: `period.start <= day < period.end`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet, Sum

from gongjia.base import clock
from gongjia.base.period import Period
from gongjia.who.orgs.queries import below
from gongjia.work.programmes.models import Application, Award, AwardCheck


def applied(
    period: Period, *, type: str | Iterable[str] = "", org: Any = None, rounds: Iterable[Any] = ()
) -> QuerySet[Application]:
    """Applications handed in within a period, whatever became of them. `org_id` is the union that counts."""
    found = Application.objects.filter(
        submitted_at__gte=clock.start_of(period.start), submitted_at__lt=clock.start_of(period.end)
    ).exclude(number="")
    return _of(found, type, org, period, rounds)


def awarded(
    period: Period,
    *,
    type: str | Iterable[str] = "",
    org: Any = None,
    rounds: Iterable[Any] = (),
    kind: str = "",
    active: bool = True,
) -> QuerySet[Award]:
    """Awards given within a period through the chain. With `active` those since revoked are left out only when
    they were revoked before the period ended: a later revocation does not rewrite the report."""
    found = Award.objects.filter(origin="chain", awarded_on__gte=period.start, awarded_on__lt=period.end)
    if active:
        found = found.filter(Q(revoked_on__isnull=True) | Q(revoked_on__gte=period.end))
    if kind:
        found = found.filter(kind=kind)
    return _of(found, type, org, period, rounds)


def attended(period: Period, *, type: str) -> QuerySet[AwardCheck]:
    """Who really took part within a period: the looks after awards that found so, whenever the place was given."""
    return AwardCheck.objects.filter(
        kind="attendance", result="ok", on__gte=period.start, on__lt=period.end, award__type=type, award__origin="chain",
    )  # fmt: skip


def persons(awards: QuerySet[Award]) -> int:
    """人: distinct persons among awards."""
    return awards.exclude(person__isnull=True).values("person_id").distinct().count()


def households(awards: QuerySet[Award]) -> int:
    """户: distinct household files among awards."""
    return awards.exclude(household__isnull=True).values("household_id").distinct().count()


def amount(awards: QuerySet[Award]) -> int:
    """Fen awarded (not: paid; funds counts that)."""
    return awards.aggregate(total=Sum("amount"))["total"] or 0


def _of(found: Any, type: str | Iterable[str], org: Any, period: Period, rounds: Iterable[Any]) -> Any:
    if type:
        found = found.filter(type=type) if isinstance(type, str) else found.filter(type__in=list(type))
    if ids := [getattr(one, "pk", one) for one in rounds]:
        found = found.filter(round_id__in=ids)
    if org is not None and org.parent_id is not None:
        found = found.filter(below(org, period.last_day))
    return found
