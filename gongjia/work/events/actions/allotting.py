"""Allotting places: who is there already, which counters are locked, who gets one, and the rows, by set.

The second half of a claim. Whoever comes here has been judged; nothing below asks who they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection

from gongjia.base import arrays
from gongjia.base.actor import Actor
from gongjia.base.models import uuid7
from gongjia.base.refused import Reason, Refused
from gongjia.work.events import rules
from gongjia.work.events.actions import places
from gongjia.work.events.actions.common import share_event
from gongjia.work.events.models import Cell, Event, SignUp
from gongjia.work.events.queries.places import Counter

PLACED, WAITING, ALREADY, SOLD_OUT, REFUSED = "placed", "waiting", "already", "sold_out", "refused"


class Rerouted(Exception):
    """A union's places went back while the claim was on its way to them: it is to be sent anew."""


@dataclass(frozen=True)
class Claim:
    """One wish. `at`: when it reached us, which is what the window is held against; None: the moment of the act.

    `wait`: whether to stand in line when nothing is free. `clash_ok`: the person was told of a clash and wants both.
    """

    person_id: UUID
    session_id: UUID | None = None
    guests: int = 0
    request_key: str = ""
    wait: bool = True
    clash_ok: bool = False
    at: datetime | None = None
    trade: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of one wish. `sign_up_id` of the row it led to, or that was there already, in `state`."""

    claim: Claim
    verdict: str
    sign_up_id: UUID | None = None
    state: str = ""
    place_no: int | None = None
    waiting_no: int | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass
class Wish:
    """A claim that was judged and found good, with the counters that count for it."""

    claim: Claim
    org_id: UUID
    seats: int
    cell: Counter | None
    cap: Counter | None
    state: str = ""
    place_no: int | None = None
    waiting_no: int | None = None
    id: UUID = field(default_factory=uuid7)


# by index for each person and each key, whatever the planner believes of a table that is just filling up
_HAD = """
select s.person_id, s.request_key, s.id, s.state, s.place_no, s.waiting_no
from unnest(%(people)s::uuid[]) as k(id) cross join lateral (
    select * from events_signup x where x.event_id = %(event)s and x.person_id = k.id
    and x.state in ('entered', 'waiting', 'offered', 'placed') limit 1) s
union all
select s.person_id, s.request_key, s.id, s.state, s.place_no, s.waiting_no
from jsonb_array_elements_text(%(keys)s::jsonb) as k(key) cross join lateral (
    select * from events_signup x where x.event_id = %(event)s and x.request_key = k.key
    and x.request_key <> '' limit 1) s
"""


def already(event: Event, claims: Iterable[Claim]) -> dict[Any, tuple[Any, ...]]:
    """Live sign-ups by person, and any sign-up by the key of the request that made it."""
    people = [one.person_id for one in claims]
    keys = [one.request_key for one in claims if one.request_key]
    found: dict[Any, tuple[Any, ...]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_HAD, {"event": event.pk, "people": arrays.uuids(people), "keys": arrays.texts(keys)})
        for row in cursor.fetchall():
            if row[1]:
                found[row[1]] = row
            if row[3] in ("entered", "waiting", "offered", "placed"):
                found[row[0]] = row
    return found


def repeated(one: Claim, had: dict[Any, tuple[Any, ...]]) -> Outcome | None:
    row = had.get(one.request_key) if one.request_key else None
    if row is not None and row[0] != one.person_id:
        return Outcome(
            one, REFUSED, reasons=(Reason("request_key", "这次提交已被使用，请刷新页面再试。", cure="请刷新页面。"),)
        )
    row = row or had.get(one.person_id)
    return Outcome(one, ALREADY, row[2], row[3], row[4], row[5]) if row is not None else None


def allot(
    event: Event,
    wishes: dict[int, Wish],
    way: str,
    actor: Actor,
    at: datetime,
    columns: dict[str, Any],
    answers: dict[int, Outcome],
) -> list[Wish]:
    """Lock, allot in order, write the rows, count them: by four statements whatever the number."""
    # sold out is said at once, without a lock, to those who will not wait
    for place, wish in list(wishes.items()):
        if wish.cell is not None and not _waits(event, wish) and wish.cell.free < wish.seats:
            answers[place] = _sold_out(wish)
            del wishes[place]
    if not wishes:
        return []
    if any(wish.cell is None or _waits(event, wish) for wish in wishes.values()):
        _still_open(event)
    held = places.hold(pk for wish in wishes.values() for pk in _ids(wish))
    if any(wish.cell is not None and held[wish.cell.id].returned for wish in wishes.values()):
        raise Rerouted
    used = {pk: cell.used for pk, cell in held.items()}
    numbers: dict[UUID, int] = {}
    for place, wish in list(wishes.items()):
        if _fits(wish, held, used):
            wish.state = PLACED
            for pk in _ids(wish):
                used[pk] += wish.seats
            wish.place_no = used[wish.cell.id] if wish.cell is not None else None
        elif _waits(event, wish) and not held[wish.cell.id].shut:  # type: ignore[union-attr]
            cell = held[wish.cell.id]  # type: ignore[union-attr]
            numbers[cell.pk] = numbers[cell.pk] + 1 if cell.pk in numbers else places.next_number(cell)
            wish.state, wish.waiting_no = WAITING, numbers[cell.pk]
        else:
            answers[place] = _sold_out(wish)
            del wishes[place]
    made = _write(event, wishes, way, actor, at, columns)
    for place, wish in wishes.items():
        if wish.id in made:
            answers[place] = Outcome(wish.claim, wish.state, wish.id, wish.state, wish.place_no, wish.waiting_no)
    count_in(held, [wish for wish in wishes.values() if wish.id in made])
    # somebody else's transaction signed the same person up in between
    lost = {place: wish.claim for place, wish in wishes.items() if wish.id not in made}
    if lost:
        had = already(event, lost.values())
        for place, one in lost.items():
            answers[place] = repeated(one, had) or Outcome(
                one, REFUSED, reasons=(Reason("busy", "同一时间有另一次提交，请再试一次。", cure="请再点一次。"),)
            )
    return [wish for wish in wishes.values() if wish.id in made]


def count_in(held: dict[UUID, Cell], wishes: Iterable[Wish]) -> None:
    """The counters follow the rows that were written, each by one conditional statement."""
    seats: dict[UUID, int] = {}
    for wish in wishes:
        if wish.state == PLACED:
            for pk in _ids(wish):
                seats[pk] = seats.get(pk, 0) + wish.seats
    for pk in sorted(seats):
        places.take(held[pk], seats[pk])


def _ids(wish: Wish) -> list[UUID]:
    return [cell.id for cell in (wish.cell, wish.cap) if cell is not None]


def _fits(wish: Wish, held: dict[UUID, Cell], used: dict[UUID, int]) -> bool:
    """Whether every counter of this wish has room."""
    return all(not held[pk].shut and used[pk] + wish.seats <= held[pk].total for pk in _ids(wish))


def _waits(event: Event, wish: Wish) -> bool:
    return event.waiting_list and wish.claim.wait and wish.cell is not None


def _still_open(event: Event) -> None:
    """Where no counter says that the event was closed or cancelled meanwhile, its row does."""
    state = share_event(event.pk)
    if state != "open":
        raise Refused(rules.window(rules.Terms(state=state), event.opens_at or event.closes_at or event.first_at))  # type: ignore[arg-type]


def _sold_out(wish: Wish) -> Outcome:
    return Outcome(
        wish.claim, SOLD_OUT, reasons=(Reason("sold_out", "名额已满。", cure="有候补的可以排候补，有人取消会通知您。"),)
    )


def _write(
    event: Event, wishes: dict[int, Wish], way: str, actor: Actor, at: datetime, columns: dict[str, Any]
) -> set[UUID]:
    """The rows, by one statement; a person or a key that is there already is passed over."""
    if not wishes:
        return set()
    rows = sorted(wishes.values(), key=lambda wish: wish.claim.person_id)  # two batches never wait in a circle
    more = {"happened_on": None, "note": "", **columns}
    values = {
        **_untouched(), "event_id": event.pk, "way": str(way), "entered_by": actor.account_id,
        "happened_on": more["happened_on"], "note": more["note"],
    }  # fmt: skip
    lists: dict[str, tuple[str, list[Any]]] = {
        "id": ("uuid", [wish.id for wish in rows]),
        "session_id": ("uuid", [wish.claim.session_id for wish in rows]),
        "person_id": ("uuid", [wish.claim.person_id for wish in rows]),
        "org_id": ("uuid", [wish.org_id for wish in rows]),
        "cell_id": ("uuid", [wish.cell.id if wish.cell else None for wish in rows]),
        "cap_cell_id": ("uuid", [wish.cap.id if wish.cap else None for wish in rows]),
        "state": ("text", [wish.state for wish in rows]),
        "state_at": ("timestamptz", [wish.claim.at or at for wish in rows]),
        "entered_at": ("timestamptz", [wish.claim.at or at for wish in rows]),
        "guests": ("int", [wish.claim.guests for wish in rows]),
        "seats": ("int", [wish.seats for wish in rows]),
        "request_key": ("text", [wish.claim.request_key for wish in rows]),
        "trade": ("text", [wish.claim.trade for wish in rows]),
        "place_no": ("int", [wish.place_no for wish in rows]),
        "waiting_no": ("int", [wish.waiting_no for wish in rows]),
    }
    # what is the same in all rows is said once: of a rush nearly everything
    same = {name: (kind, column[0]) for name, (kind, column) in lists.items() if column.count(column[0]) == len(column)}
    same.pop("id", None)
    own = {name: one for name, one in lists.items() if name not in same}
    with connection.cursor() as cursor:
        cursor.execute(
            _insert(
                tuple(values),
                tuple((name, kind) for name, (kind, _v) in same.items()),
                tuple((name, kind) for name, (kind, _v) in own.items()),
            ),
            [
                *values.values(),
                *(one for _kind, one in same.values()),
                *(arrays.of(kind, column)[1] for kind, column in own.values()),
            ],
        )
        return {row[0] for row in cursor.fetchall()}


# columns that a claim sets, row by row or for all; every other one keeps the default of the model
_SET = frozenset({
    "id", "event_id", "session_id", "person_id", "org_id", "cell_id", "cap_cell_id", "state", "state_at", "way",
    "guests", "seats", "request_key", "entered_at", "entered_by", "happened_on", "note", "trade", "place_no",
    "waiting_no",
})  # fmt: skip


@cache
def _untouched() -> dict[str, Any]:
    return {
        one.column: one.get_db_prep_save(one.get_default(), connection)
        for one in SignUp._meta.concrete_fields
        if one.column not in _SET
    }


@cache
def _insert(fixed: tuple[str, ...], same: tuple[tuple[str, str], ...], lists: tuple[tuple[str, str], ...]) -> str:
    """The statement for columns that are the same in all rows (`fixed` need no type) and columns that come as lists."""
    names = ", ".join([*fixed, *(name for name, _kind in (*same, *lists))])
    marks = ", ".join(["%s"] * len(fixed) + [f"%s::{kind}" for _name, kind in same])
    given = ", ".join(arrays.of(kind, [])[0] for _name, kind in lists)
    own = ", ".join(f"n.{name}" for name, _kind in lists)
    columns = ", ".join(name for name, _kind in lists)
    return (
        f"insert into events_signup ({names}) select {marks}, {own} from unnest({given}) as n({columns})"
        " on conflict do nothing returning id"
    )
