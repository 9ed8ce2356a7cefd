"""What lies on an officer's desk from this app: appeals to answer, lots to open, events to settle."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import QuerySet

from gongjia.base.actor import Actor
from gongjia.base.clock import SHANGHAI, start_of
from gongjia.who.members.registry import TodoRow, TodoSource
from gongjia.work.events import powers
from gongjia.work.events.models import Draw, Event, Fault
from gongjia.work.events.queries.lists import appeals
from gongjia.work.events.queries.scope import gate

ANSWER_DAYS = 10  # an appeal should be answered within so many
SETTLE_DAYS = 7


def _name(org) -> str:
    return org.short_name or org.name


def _appeal_rows(actor: Actor, today: date, limit: int) -> list[TodoRow]:
    return [
        TodoRow(
            source="faults", subject=one.pk, title=f"{one.person.name}对“{one.event.title}”的爽约记录申诉",
            org_id=one.org_id, org_name=_name(one.org), since=_day(one),
            due_on=_day(one) + timedelta(days=ANSWER_DAYS), link=("events.fault", one.pk),
        )
        for one in appeals(actor)[:limit]
    ]  # fmt: skip


def _day(fault: Fault) -> date:
    return fault.appealed_at.astimezone(SHANGHAI).date() if fault.appealed_at else fault.on


def _draws(actor: Actor, today: date) -> QuerySet[Draw]:
    """Sealed, and the public value exists by today: whoever may draw opens it."""
    found = Draw.objects.filter(gate(actor, Draw, powers.DRAW), state="sealed")
    return found.filter(public_on__lt=start_of(today + timedelta(days=1)))


def _draw_rows(actor: Actor, today: date, limit: int) -> list[TodoRow]:
    return [
        TodoRow(
            source="draws", subject=one.pk, title=f"“{one.event.title}”可以开号：{one.public_source}", org_id=one.org_id,
            org_name=_name(one.org), since=one.public_on.astimezone(SHANGHAI).date(),
            due_on=one.public_on.astimezone(SHANGHAI).date() + timedelta(days=1), link=("events.draw", one.event_id),
        )
        for one in _draws(actor, today).select_related("event", "org").order_by("public_on", "pk")[:limit]
    ]  # fmt: skip


def _unsettled(actor: Actor) -> QuerySet[Event]:
    """Held by the unions of the actor's own posts: those of the unions below lie on the desks there."""
    own = [root.org_id for root in actor.roots(powers.OPEN)]
    return Event.objects.filter(gate(actor, Event, powers.OPEN), state="held", org_id__in=own)


def _unsettled_rows(actor: Actor, today: date, limit: int) -> list[TodoRow]:
    return [
        TodoRow(
            source="unsettled", subject=one.pk, title=f"“{one.title}”已举办，核对签到后办结", org_id=one.org_id,
            org_name=_name(one.org), since=one.state_on or today,
            due_on=(one.state_on or today) + timedelta(days=SETTLE_DAYS), link=("events.event", one.pk),
        )
        for one in _unsettled(actor).select_related("org").order_by("state_on", "pk")[:limit]
    ]  # fmt: skip


SOURCES = (
    TodoSource("faults", "爽约申诉", _appeal_rows, lambda actor, today: appeals(actor).count()),
    TodoSource("draws", "待开号", _draw_rows, lambda actor, today: _draws(actor, today).count()),
    TodoSource("unsettled", "待办结活动", _unsettled_rows, lambda actor, today: _unsettled(actor).count()),
)
