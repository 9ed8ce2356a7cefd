"""Contests and the rounds that reward their ranks, as an officer sees the one from the other."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from gongjia.base.actor import Actor
from gongjia.work.events import queries as events
from gongjia.work.programmes import powers
from gongjia.work.programmes.kinds import Subject
from gongjia.work.programmes.models import Application, Round
from gongjia.work.programmes.queries.scope import related, visible
from gongjia.work.programmes.states import LIVE


def rounds_of_contest(actor: Actor, event: Any) -> QuerySet[Round]:
    """The rounds in the actor's sight in which ranks of this contest are listed; `listed` says how many. One query."""
    listed = Application.objects.filter(contest_result__event=event, state__in=LIVE)
    counted = visible(actor, Round).filter(applications__in=listed).annotate(listed=Count("applications"))
    return counted.select_related("org").order_by("-opens_at", "pk")


def rounds_for_prizes(actor: Actor, event: Any) -> QuerySet[Round]:
    """Open rounds for prizes, of the organiser or a union above it, into which the actor may list. One query."""
    if not actor.can(powers.COUNTER, event.org):
        return Round.objects.none()
    path = event.org.path
    above = [path[:end] for end in range(4, len(path) + 1, 4)]
    found = visible(actor, Round).filter(subject=Subject.RESULT, state="open", org__path__in=above)
    return found.select_related("org").order_by("-opens_at", "pk")


def unlisted(event: Any) -> int:
    """Decided ranks with money that are in no round yet. Two queries."""
    won = [one.result_id for one in events.prizes(event_ids=[event])]
    listed = Application.objects.filter(contest_result_id__in=won, state__in=LIVE)
    return len(won) - listed.values("contest_result_id").distinct().count()


def contests_of(actor: Actor, round_: Round) -> list[tuple[UUID, str, int]]:
    """(contest, title, how many of its ranks) listed in a round: contests in the actor's sight only. Two queries."""
    if round_.subject != Subject.RESULT:
        return []
    rows: Any = (
        Application.objects.filter(round=round_, contest_result__isnull=False, state__in=LIVE)
        .order_by().values("contest_result__event").annotate(count=Count("pk"))
    )  # fmt: skip
    counts = {row["contest_result__event"]: row["count"] for row in rows}
    if not counts:
        return []
    event: Any = related("contest_result")._meta.get_field("event").related_model
    seen = events.visible(actor, event).filter(pk__in=counts).order_by("-first_at", "pk")
    return [(pk, title, counts[pk]) for pk, title in seen.values_list("pk", "title")]
