"""The rush's side of the database: blocking calls of one thread, each one transaction at most.

Nothing is decided here: who may come and who gets a place is said by the functions of events, by set.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection

from gongjia.base.actor import Actor
from gongjia.base.refused import Hidden, Reason, Refused
from gongjia.faces.rush import visitors
from gongjia.work.events import actions, kinds, queries
from gongjia.work.events.queries.rush import Standing, all_gone, devices, running_sessions, suits_rush, version_of

MACHINE = Actor.system("抢名额", ())
COUNT_AGAIN = 0.2  # seconds after which a batch reads the counters anew
LOGGED_OUT, NOT_YET, NO_MEMBER, USED_UP = "logged_out", "not_yet", "no_member", "used_up"


@dataclass(frozen=True, slots=True)
class Sight:
    """An event as everybody may see it, read once for all who wait. `moment`: the database's, read at `local`."""

    event_id: UUID
    title: str
    place: str
    state: str
    opens_at: datetime | None
    closes_at: datetime | None
    first_at: datetime | None
    waiting_list: bool
    guests_max: int
    sessions: tuple[tuple[UUID, str], ...]
    cells: tuple[queries.Counter, ...]
    moment: datetime
    asked: float  # local clock before the question …
    local: float  # … and after the answer
    counted: float  # … and when the cells were read
    mark: str  # of the row that `event` was read from
    event: Any = field(repr=False, compare=False)
    opens_local: float = field(init=False)  # the limits on the local clock, by the least that the database's is at
    closes_local: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "opens_local", self._local(self.opens_at, -math.inf))
        object.__setattr__(self, "closes_local", self._local(self.closes_at, math.inf))

    def _local(self, limit: datetime | None, none: float) -> float:
        return none if limit is None else self.local + (limit - self.moment).total_seconds()

    def most(self, at: float) -> datetime:
        """The database's clock is at most here when the local one is at `at`."""
        return self.moment + timedelta(seconds=at - self.asked)

    def opened(self, at: float) -> bool:
        return at >= self.opens_local

    def seconds_to_opening(self, at: float) -> float:
        return self.opens_local - at if self.opens_at is not None else 0.0

    def over(self, at: float) -> bool:
        return self.state != "open" or at >= self.closes_local

    def sold_out(self, session_id: UUID | None) -> bool:
        return all_gone(self.cells, session_id)


@dataclass(frozen=True, slots=True)
class Wish:
    """One claim on its way: `person_id` where a signed number says whose it must be."""

    session_key: str
    person_id: UUID | None
    request_key: str
    received: float  # local clock
    alive: float = 0.0
    session_id: UUID | None = None
    guests: int = 0
    wait: bool = True
    clash_ok: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """`verdict`: placed, waiting, already, sold_out, refused, or one of the words above."""

    verdict: str
    person_id: UUID | None = None
    standing: Standing | None = None
    reasons: tuple[Reason, ...] = field(default=())

    def again(self) -> Answer:
        """The same said a second time: theirs already."""
        return replace(self, verdict=actions.ALREADY) if self.standing is not None else self


def look(event_id: UUID) -> Sight | None:
    """None: no published event that a rush suits."""
    asked = time.monotonic()
    (moment, mark), local = version_of(event_id), time.monotonic()
    try:
        event = queries.open_to(MACHINE, event_id)
    except Hidden:
        return None
    if not suits_rush(event):
        return None
    sessions = tuple((one.pk, one.title or f"第 {one.number} 场") for one in running_sessions(event))
    return Sight(
        event.pk, event.title, event.place, event.state, event.opens_at, event.closes_at, event.first_at,
        event.waiting_list, event.guests_max, sessions, tuple(queries.counters(event.pk)), moment, asked, local, asked,
        mark, event,
    )  # fmt: skip


def _now(sight: Sight) -> Sight:
    """The same sight at this moment of the database; read anew when the event's row is another."""
    asked = time.monotonic()
    (moment, mark), local = version_of(sight.event_id), time.monotonic()
    if mark == sight.mark:
        return replace(sight, moment=moment, asked=asked, local=local)
    found = look(sight.event_id)
    if found is None:
        raise Hidden(str(sight.event_id))
    return found


def who(keys: Mapping[str, float]) -> dict[str, UUID | None]:
    return visitors.persons(keys)


def standing(event_id: UUID, keys: Mapping[str, float]) -> dict[str, Answer]:
    """Where those stand who ask after the last place was gone: theirs already, or sold out.

    That nothing is left is everybody's to hear; who has something is asked for the log-in before it is said.
    """
    found, leads = {}, devices(event_id, keys)
    people = visitors.persons({key: keys[key] for key, lead in leads.items() if lead.standing is not None})
    for key in keys:
        lead = leads.get(key)
        if lead is None:
            found[key] = Answer(LOGGED_OUT)
        elif lead.person_id is None:
            found[key] = Answer(NO_MEMBER)
        elif lead.standing is None:
            found[key] = Answer(actions.SOLD_OUT, lead.person_id)
        elif people.get(key) == lead.person_id:
            found[key] = Answer(actions.ALREADY, lead.person_id, lead.standing)
        else:
            found[key] = Answer(LOGGED_OUT)
    return found


def recognise(wishes: Sequence[Wish]) -> dict[str, UUID | None]:
    """Who is behind each of these claims, read anew."""
    return visitors.persons({one.session_key: one.alive for one in wishes})


def serve(
    sight: Sight, wishes: Sequence[Wish], people: Mapping[str, UUID | None] | None = None
) -> tuple[list[Answer], Sight]:
    """Claims in the order given, in one transaction; and the event as it is after it.

    `people` of `recognise`, a moment ago; asked here when it is not given. Raises `DatabaseError` when it is unknown whether anything was written: the same
    wishes may be given again, nobody gets two places by it.
    """
    sight = _now(sight)
    event, at = sight.event, sight.moment
    people = recognise(wishes) if people is None else people
    answers: list[Answer | None] = [_not_in(one, people) for one in wishes]
    if event.opens_at is not None and at < event.opens_at:
        return [one or Answer(NOT_YET) for one in answers], sight
    claims = [
        _claim(one, people[one.session_key], sight, at)
        for one, answer in zip(wishes, answers, strict=True)
        if answer is None
    ]
    outcomes = iter(_claim_all(event, claims, at, sight.cells)) if claims else iter(())
    found = [answer or _answer(next(outcomes)) for answer in answers]
    if any(one.verdict == actions.SOLD_OUT for one in found) or sight.asked - sight.counted > COUNT_AGAIN:
        counted = time.monotonic()
        sight = replace(sight, cells=tuple(queries.counters(event.pk)), counted=counted)
    return found, sight


def _claim_all(event, claims: Sequence[actions.Claim], at: datetime, cells) -> list[actions.Outcome]:
    """By set; where one wish spoils the others' transaction, one by one."""
    try:
        return actions.claim_many(
            event=event, claims=claims, way=kinds.SignedBy.RUSH.value, actor=MACHINE, at=at, known=cells
        )
    except Refused as why:
        return [actions.Outcome(one, actions.REFUSED, reasons=why.reasons) for one in claims]
    except DatabaseError:
        if len(claims) == 1 or not connection.is_usable():
            raise
        return [_claim_all(event, [one], at, cells)[0] for one in claims]


def _not_in(one: Wish, people: Mapping[str, UUID | None]) -> Answer | None:
    if one.session_key not in people:
        return Answer(LOGGED_OUT)
    person = people[one.session_key]
    if person is None:
        return Answer(NO_MEMBER)
    if one.person_id is not None and one.person_id != person:
        return Answer(
            actions.REFUSED, person, reasons=(Reason("number_other", "这个排队号不是您本人的。", cure="请重新排队。"),)
        )
    return None


def _claim(one: Wish, person: UUID | None, sight: Sight, at: datetime) -> actions.Claim:
    """Whoever came before the closing is not late because the line was long; nobody is early by it."""
    received = sight.most(one.received)
    in_time = sight.closes_at is not None and received < sight.closes_at <= at
    return actions.Claim(
        person, one.session_id, one.guests, one.request_key, one.wait, one.clash_ok, received if in_time else None
    )  # type: ignore[arg-type]


def _answer(outcome: actions.Outcome) -> Answer:
    person = outcome.claim.person_id
    if outcome.sign_up_id is None:
        return Answer(outcome.verdict, person, reasons=outcome.reasons)
    if outcome.verdict == actions.ALREADY and outcome.state not in ("entered", "waiting", "offered", "placed"):
        return Answer(USED_UP, person)
    standing = Standing(outcome.sign_up_id, outcome.state, outcome.place_no, outcome.waiting_no)
    return Answer(outcome.verdict, person, standing)


def let_go() -> None:
    """After a fault: the next call opens the connection anew."""
    connection.close()
