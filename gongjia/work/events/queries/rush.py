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


@dataclass(frozen=True, slots=True)
class Device:
    """Whoever a device was last let in as, and what they have in the event: a lead, no proof of who asks."""

    person_id: UUID | None
    standing: Standing | None


def devices(event_id: UUID, session_keys: Iterable[str]) -> dict[str, Device]:
    """The devices of these sessions that nobody has logged out. One query, for very many; no session is opened."""
    with connection.cursor() as cursor:
        cursor.execute(_DEVICES, {"event": event_id, "keys": arrays.texts(session_keys)})
        return {row[0]: Device(row[1], Standing(*row[2:]) if row[2] else None) for row in cursor.fetchall()}


_DEVICES = f"""
select d.session_key, p.id, s.id, s.state, s.place_no, s.waiting_no
  from accounts_devicesession d
  join accounts_account a on a.id = d.account_id and a.is_active
  left join members_person p on p.account_id = a.id and p.merged_into_id is null and p.died_on is null
  left join lateral (
    select x.id, x.state, x.place_no, x.waiting_no from events_signup x where x.event_id = %(event)s
    and x.person_id = p.id and x.state in ('entered', 'waiting', 'offered', 'placed') limit 1) s on true
 where d.session_key = any({arrays.TEXTS.replace("%s", "%(keys)s")}) and d.ended_at is null
"""


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
