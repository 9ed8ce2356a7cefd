"""Numbers entered by hand, scoped."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.period import Period
from gongjia.base.refused import Hidden
from gongjia.report import powers
from gongjia.report.figure import Figure
from gongjia.report.figure import figures as registry
from gongjia.report.models import HandEntry
from gongjia.who.orgs import queries as orgs


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
    entry = one_of(hand_entries(actor, reversed_too=True).filter(pk=pk))
    if entry is None:
        raise Hidden(str(pk))
    return entry


def hand_figures() -> list[Figure]:
    """Figures that hand entries may fill."""
    return [figure for figure in registry if figure.has_hand and not figure.parts]
