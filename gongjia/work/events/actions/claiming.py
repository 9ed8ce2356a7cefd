"""Places by first come: one claim or a thousand, the same lines.

`claim_many` judges everybody by set; `allotting` locks the few counters that are asked for, allots in the order it was
given and writes the rows by one statement. It is what the ordinary page calls with one claim and the rush with a
handful, so that neither can be more generous than the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Reason, Refused, refuse_if
from gongjia.work.events import kinds, rules
from gongjia.work.events.actions import places
from gongjia.work.events.actions.allotting import (
    ALREADY,
    PLACED,
    REFUSED,
    SOLD_OUT,
    WAITING,
    Claim,
    Outcome,
    Rerouted,
    Wish,
    allot,
    already,
    repeated,
)
from gongjia.work.events.actions.common import hold_persons, lock_event, tell, words_of
from gongjia.work.events.models import Event, Session, SignUp
from gongjia.work.events.queries.facts import eligible_facts, terms_of
from gongjia.work.events.queries.places import Counter, cap_of, cell_of, counters
from gongjia.work.events.states import SIGN_UP_FLOW

MACHINE = Actor.system("名额到期退回", ())
TRIES = 5


def claim(
    *,
    event: Event,
    person: Any,
    session: Session | None = None,
    guests: int = 0,
    request_key: str = "",
    way: str = kinds.SignedBy.SELF.value,
    wait: bool = True,
    clash_ok: bool = False,
    trade: str = "",
    told: bool = False,
    actor: Actor,
    at: datetime,
    **columns: Any,
) -> SignUp:
    """One person's place, or their place in the line; a retry with the same key answers the same row.

    `told`: what a children's class or 联谊 asks beside the place was told (`sign_up_children`, `sign_up_single`).

    Raises `Refused` with every reason; with `sold_out` where there is no waiting list (or none is wanted).
    """
    one = Claim(person.pk, getattr(session, "pk", None), guests, request_key, wait, clash_ok, None, trade)
    if not told:
        refuse_if(rules.untold(event.kind))
    with journal.act():
        outcome = claim_many(event=event, claims=[one], way=way, actor=actor, at=at, columns=columns)[0]
        if outcome.verdict == ALREADY and not (request_key and _same_request(outcome, request_key)):
            raise Refused(
                Reason(
                    "already",
                    "您已经报过这场活动了。",
                    states_label(outcome.state),
                    cure="在“我的报名”里可以看到，也可以取消。",
                )
            )
        if outcome.verdict in (REFUSED, SOLD_OUT):
            raise Refused(outcome.reasons)
        found = SignUp.objects.select_related("event", "session", "org", "person").get(pk=outcome.sign_up_id)
        if outcome.verdict in (PLACED, WAITING):
            template = "events.placed" if outcome.verdict == PLACED else "events.waiting"
            tell([person.pk], template, words_of(event, session), at, f"/m/events/signups/{found.pk}/")
        return found


def states_label(state: str) -> str:
    return SIGN_UP_FLOW.states.get(state, state)


def _same_request(outcome: Outcome, request_key: str) -> bool:
    return SignUp.objects.filter(pk=outcome.sign_up_id, request_key=request_key).exists()


def claim_many(
    *,
    event: Event,
    claims: Sequence[Claim],
    way: str = kinds.SignedBy.RUSH.value,
    actor: Actor,
    at: datetime,
    known: Sequence[Counter] | None = None,
    columns: dict[str, Any] | None = None,
) -> list[Outcome]:
    """Many claims on one event in one transaction, answered in their order. Whoever asks first here gets first.

    `known`: the cells as read a moment ago (the rush keeps them), to be spared a query: they route, and say
    "sold out" to whoever will not wait, so they must be read again when a place may have come back. Places are never
    given by them.
    """
    answers: dict[int, Outcome] = {}
    with journal.act():
        if any(row.get("check") == "series_most" for row in event.conditions):
            hold_persons({one.person_id for one in claims})
        had = already(event, claims)
        fresh: dict[UUID, int] = {}
        for place, one in enumerate(claims):
            if (outcome := repeated(one, had)) is not None:
                answers[place] = outcome
            elif one.person_id in fresh:  # twice in one batch: the second hears what the first got
                continue
            else:
                fresh[one.person_id] = place
        asked = {place: claims[place] for place in fresh.values()}
        made = _judge_and_allot(event, asked, way, actor, at, known, columns or {}, answers)
        if made:
            journal.write(
                "events.rushed" if way == kinds.SignedBy.RUSH else "events.claimed",
                actor=actor, at=at, org=event.org,
                subjects=[("events.signup", wish.id) for wish in made],
                payload={
                    "event": str(event.pk), "placed": sum(wish.state == PLACED for wish in made),
                    "waiting": sum(wish.state == WAITING for wish in made),
                },
            )  # fmt: skip
    for place, one in enumerate(claims):
        if place not in answers:
            first = answers[fresh[one.person_id]]
            answers[place] = (
                Outcome(one, ALREADY, first.sign_up_id, first.state, first.place_no, first.waiting_no)
                if first.sign_up_id
                else Outcome(one, first.verdict, reasons=first.reasons)
            )
    return [answers[place] for place in range(len(claims))]


def _judge_and_allot(
    event: Event,
    asked: dict[int, Claim],
    way: str,
    actor: Actor,
    at: datetime,
    known: Sequence[Counter] | None,
    columns: dict[str, Any],
    answers: dict[int, Outcome],
) -> list[Wish]:
    """Once; again with counters read anew where places went back between the routing and the lock."""
    if not asked:
        return []
    for turn in range(TRIES):
        found: dict[int, Outcome] = {}
        try:
            with journal.act():
                wishes = _judge(event, asked, way, at, known if turn == 0 else None, found)
                made = allot(event, wishes, way, actor, at, columns, found)
        except Rerouted:
            continue
        answers.update(found)
        return made
    busy = Reason("busy", "同一时间有别的操作，请再试一次。", cure="请再点一次。")
    answers.update({place: Outcome(one, REFUSED, reasons=(busy,)) for place, one in asked.items()})
    return []


def _judge(
    event: Event,
    claims: dict[int, Claim],
    way: str,
    at: datetime,
    known: Sequence[Counter] | None,
    answers: dict[int, Outcome],
) -> dict[int, Wish]:
    """Reasons by set; whoever may come is sent to the one counter that is theirs."""
    cells = list(known) if known is not None else counters(event.pk)
    if any(cell.due(at) for cell in cells):
        places.give_back_due(lock_event(event), places.hold_all(event), actor=MACHINE, at=at)
        cells = counters(event.pk)
    by_industry = any(cell.industry for cell in cells)
    named = {one.session_id for one in claims.values()}
    sessions = {
        one.pk: one for one in Session.objects.filter(event=event, cancelled=False, pk__in=[pk for pk in named if pk])
    } if named - {None} else {}  # fmt: skip
    wishes: dict[int, Wish] = {}
    for session_id in named:
        group = {place: one for place, one in claims.items() if one.session_id == session_id}
        session = sessions.get(session_id) if session_id else None
        if (session_id is not None) != event.by_session or (session_id is not None and session is None):
            wrong = Reason(
                "session_wrong", "请选择一个场次。" if event.by_session else "没有这个场次。", cure="请刷新页面再选。"
            )
            answers.update({place: Outcome(one, REFUSED, reasons=(wrong,)) for place, one in group.items()})
            continue
        terms = terms_of(event, session)
        facts = eligible_facts(
            [one.person_id for one in group.values()], event, at, session=session_id, guides=by_industry
        )
        for place, one in group.items():
            who = facts.get(one.person_id)
            if who is None:
                answers[place] = Outcome(one, REFUSED, reasons=(Reason("unknown_person", "没有这个人。"),))
                continue
            why = rules.reasons(who, terms, one.at or at, by=way) + rules.guest_faults(terms, one.guests)
            if way == kinds.SignedBy.RUSH:
                why += rules.untold(event.kind)
            if terms.way == kinds.Way.LOT and way in ("self", "rush"):
                why.append(Reason("by_lot", "本活动摇号，请登记摇号。", cure="请在登记时间内登记。"))
            if who.clashes and not one.clash_ok:
                why += [
                    Reason(
                        "clash",
                        "时间和您已报的活动冲突。",
                        name,
                        cure="确定都要参加的，勾选“仍要报名”；否则先取消一场。",
                    )
                    for name in who.clashes
                ]
            if why:
                answers[place] = Outcome(one, REFUSED, reasons=tuple(why))
                continue
            wishes[place] = Wish(
                one, who.org_id, rules.seats_of(terms, one.guests),  # type: ignore[arg-type]
                cell_of(cells, who.org_path, who.guides, session_id, one.at or at), cap_of(cells, who, terms.group),
            )  # fmt: skip
    return dict(sorted(wishes.items()))
