"""Facts of a whole set of persons for one event, by a fixed number of statements. The ordinary page and the rush both ask here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from gongjia.base import arrays
from gongjia.base.clock import SHANGHAI
from gongjia.base.period import add_months
from gongjia.work.events import kinds
from gongjia.work.events.models import Event, Session
from gongjia.work.events.rules import Facts, Terms
from gongjia.work.events.states import COUNTING

GUIDING = ("industry", "trade")

# Each look at the sign-ups is lateral or has a limit of one: in a rush the table grows by thousands before the next
# analyze, and a plan that once thought it empty would read all of it for every batch.
_SELECT = """
select p.id, p.name, p.sex, p.born_on, p.died_on, p.employment, p.education, p.skill_level, p.is_rural_worker,
       m.standing, m.joined_on, m.org_id, o.name, coalesce(m.org_path, ''), m.trade, p.account_id,
       s.state, {guides}, {work}, {served}, {faults}, {series}, {busy}
from members_person p
left join members_membership m on m.person_id = p.id and m.since <= %(day)s and (m.until is null or m.until > %(day)s)
left join orgs_org o on o.id = m.org_id
left join lateral (
    select x.state from events_signup x where x.event_id = %(event)s and x.person_id = p.id
    and x.state in ('entered', 'waiting', 'offered', 'placed') limit 1
) s on true
where p.id = any(%(ids)s::uuid[])
"""
_GUIDES = (
    "(select array_agg(c.ancestor_id) from orgs_orgclosure c where c.descendant_id = m.org_id and c.via = 'industry'"
    " and c.until is null)"
)
_WORK = (
    "(select array_agg(w.key) from events_workfact w where w.person_id = p.id and w.since <= %(day)s"
    " and (w.until is null or w.until > %(day)s))"
)
_SERVED = (
    "(select max(a.on) from events_attendance a join events_event e on e.id = a.event_id where a.person_id = p.id"
    " and a.standing in ('present', 'late') and e.way in ('first', 'lot', 'nomination') and e.kind <> 'volunteer'"
    " and a.on <= %(day)s)"
)
_FAULTS = (
    "(select array_agg(f.on order by f.on) from events_fault f where f.person_id = p.id and f.state = any(%(counting)s)"
    " and f.on > %(faults_from)s)"
)
_SERIES = (
    "(select count(*) from events_signup u join events_event e on e.id = u.event_id where u.person_id = p.id"
    " and e.series = %(series)s and u.event_id <> %(event)s and u.state in ('entered', 'waiting', 'offered', 'placed'))"
)
_BUSY = (
    "(select true from events_signup u where u.person_id = p.id and u.event_id = any(%(near)s::uuid[])"
    " and u.state in ('offered', 'placed') limit 1)"
)
# which other events run in the same hours: mostly none, and then nobody has to be asked
_NEAR = """
select distinct x.event_id from events_session y
join events_session x on x.starts_at < y.ends_at and y.starts_at < x.ends_at and not x.cancelled
where y.event_id = %(event)s and not y.cancelled and (%(session)s::uuid is null or y.id = %(session)s)
  and x.event_id <> %(event)s
"""
# asked only of those who have a place at one of these: planning it costs more than answering the rest
_CLASHES = """
select u.person_id, e.title || ' ' || to_char(x.starts_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI')
from events_signup u
join events_event e on e.id = u.event_id and e.state in ('open', 'closed')
join events_session x on x.event_id = u.event_id and (u.session_id is null or u.session_id = x.id) and not x.cancelled
where u.person_id = any(%(ids)s) and u.event_id = any(%(near)s::uuid[]) and u.state in ('offered', 'placed')
  and exists (select 1 from events_session y where y.event_id = %(event)s and not y.cancelled
              and (%(session)s::uuid is null or y.id = %(session)s) and y.starts_at < x.ends_at
              and x.starts_at < y.ends_at)
order by x.starts_at, e.title
"""


def terms_of(event: Event, session: Session | None = None) -> Terms:
    """What the event says. Two queries at most, when `org` and `audience` are not loaded."""
    starts_at = session.starts_at if session is not None else event.first_at
    audience = event.audience
    return Terms(
        title=event.title,
        kind=event.kind,
        state=event.state,
        way=event.way,
        opens_at=event.opens_at,
        closes_at=event.closes_at,
        starts_at=starts_at,
        audience=audience.short_name or audience.name,
        conditions=tuple(event.conditions),
        group=event.groups[0]["key"] if event.groups else "",
        guests_max=event.guests_max,
        children=kinds.KINDS[event.kind].children,
        matching=kinds.KINDS[event.kind].matching,
        by_session=event.by_session,
        params=event.params,
    )


def eligible_facts(
    person_ids: Iterable[UUID],
    event: Event,
    at: datetime,
    *,
    session: Session | UUID | None = None,
    whole: bool = False,
    guides: bool = False,
    clashes: bool = True,
) -> dict[UUID, Facts]:
    """Person -> facts. Three statements at most, whatever the number; what the event does not ask is not looked up.

    `whole` looks everything up (weights of a draw, a list to nominate from); `guides` also which industry unions
    guide each person's union (places were handed to one); `clashes` what they have a place in at the same hours.
    """
    ids = list(person_ids)
    if not ids:
        return {}
    day = at.astimezone(SHANGHAI).date()
    asked = {row.get("check") for row in event.conditions}
    scarce = event.way in (kinds.Way.FIRST, kinds.Way.LOT)
    by_industry = event.audience.kind in GUIDING
    parts = {
        "guides": _GUIDES if guides or by_industry or whole else "null",
        "work": _WORK if whole or event.groups or "work" in asked else "null",
        "served": _SERVED if whole or "fresh" in asked else "null",
        "faults": _FAULTS if whole or scarce else "null",
        "series": _SERIES if event.series is not None and (whole or "series_most" in asked) else "0",
    }
    params = {
        "ids": arrays.uuids(ids),
        "event": event.pk,
        "day": day,
        "session": getattr(session, "pk", session),
        "series": event.series,
        "counting": list(COUNTING),
        # a rest lasts REST_MONTHS from the last of two marks that lie within FAULT_MONTHS
        "faults_from": add_months(day, -(kinds.FAULT_MONTHS + kinds.REST_MONTHS)),
    }
    path, audience = event.audience.path, event.audience_id
    with connection.cursor() as cursor:
        near: list[UUID] = []
        if clashes:
            cursor.execute(_NEAR, params)
            near = [row[0] for row in cursor.fetchall()]
        params["near"], parts["busy"] = arrays.uuids(near), _BUSY if near else "false"
        cursor.execute(_SELECT.format(**parts), params)
        rows = cursor.fetchall()
        at_odds: dict[UUID, list[str]] = {}
        if busy := [row[0] for row in rows if row[22]]:
            cursor.execute(_CLASHES, {**params, "ids": busy})
            for person_id, words in cursor.fetchall():
                at_odds.setdefault(person_id, []).append(words)
    return {row[0]: _facts(row, path, audience, at_odds.get(row[0], ())) for row in rows}


def _facts(row: tuple[Any, ...], path: str, audience: UUID, clashes: Iterable[str]) -> Facts:
    guides = frozenset(row[17] or ())
    return Facts(
        person_id=row[0],
        name=row[1],
        sex=row[2],
        born_on=row[3],
        died=row[4] is not None,
        employment=row[5],
        education=row[6],
        skill_level=row[7],
        is_rural_worker=row[8],
        standing=row[9] or "none",
        joined_on=row[10],
        org_id=row[11],
        org_name=row[12] or "",
        org_path=row[13],
        trade=row[14] or "",
        account_id=row[15],
        live=row[16] or "",
        in_audience=bool(row[13]) and (row[13].startswith(path) or audience in guides),
        guides=guides,
        work=frozenset(row[18] or ()),
        served_on=row[19],
        faults=tuple(row[20] or ()),
        of_series=row[21] or 0,
        clashes=tuple(clashes),
    )


def served_lately(facts: Facts, day: date) -> bool:
    """Whether somebody had a scarce place within the last `NEVER_SERVED_YEARS` years."""
    return facts.served_on is not None and day < add_months(facts.served_on, 12 * kinds.NEVER_SERVED_YEARS)
