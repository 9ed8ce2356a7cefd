"""Into a lot; and the ways in which others sign somebody up: nomination from the roster, a group, the counter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Reason, Refused, refuse
from gongjia.work.events import kinds, powers, rules
from gongjia.work.events.actions.claiming import (
    ALREADY,
    PLACED,
    Claim,
    Outcome,
    claim,
    claim_many,
    states_label,
)
from gongjia.work.events.actions.common import day_of, hold_persons, link_of, share_event, tell, tell_each, words_of
from gongjia.work.events.models import Event, Session, SignUp
from gongjia.work.events.queries.facts import eligible_facts, terms_of
from gongjia.work.events.queries.lists import members_of
from gongjia.work.events.states import LIVE

MOST_AT_ONCE = 2000


def enter(
    *,
    event: Event,
    person: Any,
    session: Session | None = None,
    guests: int = 0,
    request_key: str = "",
    way: str = kinds.SignedBy.SELF.value,
    trade: str = "",
    actor: Actor,
    at: datetime,
    **columns: Any,
) -> SignUp:
    """An entry of a lot, in [opens_at, closes_at) and only after the hash of the seed was published.

    The event's row is shared until this is committed, so that a list sealed meanwhile holds every entry or refuses it.
    A retry answers the same row.
    """
    with journal.act():
        state = share_event(event.pk)
        if any(row.get("check") == "series_most" for row in event.conditions):
            hold_persons([person.pk])
        had = SignUp.objects.filter(event=event, person=person, state__in=LIVE).first()
        if had is not None:
            if request_key and had.request_key == request_key:
                return had
            raise Refused(
                Reason("already", "您已经登记过了。", states_label(had.state), cure="在“我的报名”里可以看到。")
            )
        draw = _lot_of(event, session, at)
        terms = terms_of(event, session)
        who = eligible_facts([person.pk], event, at, session=session).get(person.pk)
        if who is None:
            refuse("unknown_person", "没有这个人。")
        why = rules.reasons(who, terms, at, by=way) + rules.guest_faults(terms, guests)
        if draw.state != "committed" or state != "open":
            why = why or [Reason("closed", "登记已经截止。", cure="请看看其他活动。")]
        if why:
            raise Refused(why)
        found = SignUp.objects.create(
            event=event, session=session, person=person, org_id=who.org_id, state="entered", state_at=at, way=way,
            guests=guests, seats=rules.seats_of(terms, guests), request_key=request_key, entered_at=at,
            entered_by=actor.account_id, trade=trade, **columns,
        )  # fmt: skip
        journal.write("events.entered", actor=actor, at=at, org=event.org, subject=found)
        tell([person.pk], "events.entered", words_of(event, session), at, link_of(found))
        return found


def nominate(
    *,
    event: Event,
    org: Any,
    person_ids: Sequence[UUID],
    session: Session | None = None,
    trade: str = "",
    wait: bool = False,
    actor: Actor,
    at: datetime,
    note: str = "",
    trades: Mapping[UUID, str] | None = None,
) -> list[Outcome]:
    """A union names those who go, or signs up a group: all at once, each with an answer. Members of it or below only.

    In an event by lot the entries are made instead. `trades`: of a contest, where not all have the same. Nothing is half done without being said: whoever may not go is
    answered with the reasons, the others have their places.
    """
    with journal.act():
        actor.must(powers.SIGN, org)
        ids = list(dict.fromkeys(person_ids))
        if not ids or len(ids) > MOST_AT_ONCE:
            refuse("nobody", f"请选 1 到 {MOST_AT_ONCE} 人。", fact=str(len(ids)))
        foreign = _not_below(org, ids, day_of(at))
        if foreign:
            refuse(
                "not_ours",
                "有人不是本工会（含下级）的会员，不能推荐。",
                fact=f"{len(foreign)} 人",
                cure="请从名册里重新选择。",
            )
        if event.way == kinds.Way.NONE:
            refuse("no_sign_up", "本活动不用报名。")
        own = {pk: (trades or {}).get(pk) or trade for pk in ids}
        if event.way == kinds.Way.LOT:
            return _enter_all(event, ids, session, actor, at, own)
        session_id = session.pk if session is not None else None
        claims = [Claim(pk, session_id, wait=wait, clash_ok=True, trade=own[pk]) for pk in ids]
        found = claim_many(
            event=event, claims=claims, way=kinds.SignedBy.UNION.value, actor=actor, at=at, columns={"note": note[:200]}
        )
        placed = [one for one in found if one.verdict == PLACED]
        if placed:
            journal.write(
                "events.nominated", actor=actor, at=at, org=org, subject=event,
                subjects=[("events.signup", one.sign_up_id) for one in placed if one.sign_up_id], note=note,
                payload={"count": len(placed)},
            )  # fmt: skip
            words = {**words_of(event, session), "org": org.short_name or org.name}
            tell([one.claim.person_id for one in placed], "events.nominated", words, at, "/m/events/mine/")
        return found


def _enter_all(
    event: Event, ids: Sequence[UUID], session: Session | None, actor: Actor, at: datetime, trades: Mapping[UUID, str]
) -> list[Outcome]:
    """Entries of a lot for many, judged and written by set; each answered as `enter` would."""
    state, draw = share_event(event.pk), _lot_of(event, session, at)
    terms = terms_of(event, session)
    shut = [] if draw.state == "committed" and state == "open" else [Reason("closed", "登记已经截止。")]
    session_id = session.pk if session is not None else None
    if any(row.get("check") == "series_most" for row in event.conditions):
        hold_persons(ids)
    facts = eligible_facts(ids, event, at, session=session)
    refused: dict[UUID, tuple[Reason, ...]] = {}
    rows: dict[UUID, SignUp] = {}
    for pk in ids:
        who = facts.get(pk)
        if who is None:
            refused[pk] = (Reason("unknown_person", "没有这个人。"),)
        elif why := rules.reasons(who, terms, at, by=kinds.SignedBy.UNION.value) or shut:
            refused[pk] = tuple(why)
        elif not who.live:
            rows[pk] = SignUp(
                event=event, session=session, person_id=pk, org_id=who.org_id, state="entered", state_at=at,
                way=kinds.SignedBy.UNION.value, seats=rules.seats_of(terms, 0), entered_at=at,
                entered_by=actor.account_id, trade=trades.get(pk, ""),
            )  # fmt: skip
    # somebody else's transaction may have entered the same person in between: theirs stands
    SignUp.objects.bulk_create([rows[pk] for pk in sorted(rows)], batch_size=1000, ignore_conflicts=True)
    live = SignUp.objects.filter(event=event, person_id__in=ids, state__in=LIVE).values_list("person_id", "pk", "state")
    held = {person: (pk, state) for person, pk, state in live}
    made = [pk for pk, row in rows.items() if held.get(pk, (None,))[0] == row.pk]
    if made:
        journal.write(
            "events.entered", actor=actor, at=at, org=event.org, subject=event, subjects=[rows[pk] for pk in made],
            payload={"count": len(made)},
        )  # fmt: skip
        tell_each({pk: rows[pk].pk for pk in made}, "events.entered", words_of(event, session), at)
    answers = []
    for pk in ids:
        one = Claim(pk, session_id)
        if pk in held:
            verdict = "entered" if pk in made else ALREADY
            answers.append(Outcome(one, verdict, *held[pk]))
        else:
            answers.append(Outcome(one, "refused", reasons=refused.get(pk, ())))
    return answers


def _lot_of(event: Event, session: Session | None, at: datetime) -> Any:
    """The lot that is open for entries, or open no more; refused where there is none to enter."""
    if event.way != kinds.Way.LOT:
        refuse("no_lot", "本活动不摇号。", fact=event.way_label)
    if (session is not None) != event.by_session or (session is not None and session.event_id != event.pk):
        refuse("session_wrong", "请选择一个场次。" if event.by_session else "没有这个场次。")
    draw = event.draws.exclude(state="failed").first()  # one lot for all sessions: each is a counter of its list
    if draw is None or at < draw.published_at:
        refuse("draw_not_committed", "摇号的种子摘要还没公布，暂时不能登记。", cure="请等主办工会公布以后再来。")
    return draw


def _not_below(org: Any, ids: Sequence[UUID], day: date) -> set[UUID]:
    """Of these persons, who is no member of a union or of one below it (or guided by it) on the day."""
    from gongjia.who.members.queries import spells_on

    ours = spells_on(day).filter(members_of(org), person_id__in=list(ids))
    return set(ids) - set(ours.values_list("person_id", flat=True))


def at_counter(
    *,
    event: Event,
    person: Any,
    org: Any,
    happened_on: date,
    session: Session | None = None,
    guests: int = 0,
    request_key: str = "",
    clash_ok: bool = True,
    trade: str = "",
    note: str = "",
    actor: Actor,
    at: datetime,
) -> SignUp:
    """窗口代报: for somebody without a phone, by an officer of their union or one above.

    Places go by the moment of entry, as for everybody; the day on which it was asked for on paper is kept beside it.
    """
    with journal.act():
        actor.must(powers.SIGN, org)
        if _not_below(org, [person.pk], day_of(at)):
            refuse("not_ours", "这个人不是本工会（含下级）的会员。", cure="请到所在工会办理。")
        if happened_on > day_of(at):
            refuse("happened_later", "登记日期不能晚于今天。", fact=str(happened_on))
        columns = {"happened_on": happened_on, "note": note[:200]}
        common = {
            "event": event, "person": person, "session": session, "guests": guests, "request_key": request_key,
            "way": kinds.SignedBy.COUNTER.value, "trade": trade, "actor": actor, "at": at,
        }  # fmt: skip
        found = enter(**common, **columns) if event.way == kinds.Way.LOT else claim(
            **common, clash_ok=clash_ok, **columns
        )  # fmt: skip
        journal.write("events.at_counter", actor=actor, at=at, org=org, subject=found, note=note)
        return found
