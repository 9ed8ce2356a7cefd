"""What the rush asks of an event, by set and without touching its counters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from gongjia.base import arrays, clock
from gongjia.work.events import kinds, rules
from gongjia.work.events.models import Event, Session
from gongjia.work.events.queries.places import Counter


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody's live sign-up."""

    sign_up_id: UUID
    state: str
    place_no: int | None
    waiting_no: int | None


def standings(event_id: UUID, person_ids: Iterable[UUID]) -> dict[UUID, Standing]:
    """Who of these has a live sign-up in the event. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select person_id, id, state, place_no, waiting_no from events_signup where event_id = %s"
            " and person_id = any(%s::uuid[]) and state in ('entered', 'waiting', 'offered', 'placed')",
            [event_id, arrays.uuids(person_ids)],
        )
        return {row[0]: Standing(*row[1:]) for row in cursor.fetchall()}


def version_of(event_id: UUID) -> tuple[datetime, str]:
    """The database's clock, and a mark of the event's row that changes with it ("" when there is none)."""
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp(), (select xmin::text from events_event where id = %s)", [event_id])
        real, mark = cursor.fetchone()
    return clock.business(real), mark or ""


def suits_rush(event: Event) -> bool:
    """First come, and a sign-up that asks for no more than a session and a number of guests."""
    return event.way == kinds.Way.FIRST and not rules.untold(event.kind)


def running_sessions(event: Event) -> list[Session]:
    """The sessions that one may choose from; none where one sign-up is for all of them."""
    return list(Session.objects.filter(event=event, cancelled=False).order_by("number")) if event.by_session else []


def all_gone(cells: Iterable[Counter], session_id: UUID | None) -> bool:
    """No counter of this session has a place left. An event without counters is never sold out."""
    mine = [cell for cell in cells if not cell.group and cell.session_id == session_id]
    return bool(mine) and all(cell.shut or cell.free <= 0 for cell in mine)
