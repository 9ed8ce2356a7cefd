"""联谊: declare to be single, choose by number, see how to reach one another only when both did; block and report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden, refuse, refuse_if
from gongjia.base.reveal import reveal
from gongjia.work.events import kinds, powers, rules
from gongjia.work.events.actions.claiming import claim
from gongjia.work.events.actions.common import is_own, lock_event, tell
from gongjia.work.events.models import Event, MatchBlock, MatchCard, Session, SignUp, Slip
from gongjia.work.events.queries.matching import blocked_with, is_match, may_see_contact
from gongjia.work.events.states import LIVE


def sign_up_single(
    *,
    event: Event,
    person: Any,
    single: bool,
    contact: str,
    about: str = "",
    session: Session | None = None,
    request_key: str = "",
    wait: bool = True,
    clash_ok: bool = False,
    actor: Actor,
    at: datetime,
) -> SignUp:
    """One's own place, with the declaration; without it there is none. A retry answers the same row."""
    with journal.act():
        if actor.person_id != person.pk:
            raise Hidden(str(person.pk))
        # age and membership are asked by the claim itself; here what only this kind of event asks
        refuse_if(_card_faults(event, None, single, contact, about))
        found = claim(
            event=event, person=person, told=True, session=session, request_key=request_key, wait=wait, clash_ok=clash_ok, actor=actor,
            at=at,
        )  # fmt: skip
        if not MatchCard.objects.filter(sign_up=found).exists():
            lock_event(event)
            _put_card(event, found, contact, about, actor, at)
        return found


def declare_single(
    *, sign_up: SignUp, single: bool, contact: str, about: str = "", actor: Actor, at: datetime
) -> MatchCard:
    """For a place that came by a lot or a union's nomination: only the person can say that they are single."""
    with journal.act():
        event = lock_event(sign_up.event_id)
        found = one_of(SignUp.objects.select_for_update().filter(pk=sign_up.pk))
        if found is None or not is_own(found, actor):
            raise Hidden(str(sign_up.pk))
        refuse_if(_card_faults(event, found, single, contact, about))
        if MatchCard.objects.filter(sign_up=found).exists():
            refuse("declared_already", "您已经填过单身声明。")
        return _put_card(event, found, contact, about, actor, at)


def _card_faults(event: Event, sign_up: SignUp | None, single: bool, contact: str, about: str) -> Any:
    """Whoever has a place is of age: the claim and the nomination ask it of everybody."""
    return rules.card_faults(
        rules.CardFacts(
            kinds.KINDS[event.kind].matching, single, contact, about, live=sign_up is None or sign_up.state in LIVE
        )
    )


def _put_card(event: Event, sign_up: SignUp, contact: str, about: str, actor: Actor, at: datetime) -> MatchCard:
    """The event is locked: numbers are given one after the other."""
    last = MatchCard.objects.filter(event=event).aggregate(last=Max("number"))["last"] or 0
    card = MatchCard.objects.create(
        event=event, sign_up=sign_up, number=last + 1, declared_at=at, about=about.strip(), contact=contact.strip()
    )
    journal.write("events.declared_single", actor=actor, at=at, org=event.org, subject=card, subjects=[sign_up])
    return card


def _own_card(sign_up: SignUp, actor: Actor) -> tuple[Event, MatchCard]:
    if actor.person_id is None or sign_up.person_id != actor.person_id:
        raise Hidden(str(sign_up.pk))
    card = MatchCard.objects.select_related("event__org", "sign_up").filter(sign_up=sign_up).first()
    if card is None:
        refuse("no_card", "只有参加本场联谊、声明单身的人可以互选。", cure="请先填写单身声明。")
    return card.event, card


def leave_matching(*, sign_up: SignUp, actor: Actor, at: datetime) -> MatchCard:
    """Wants no more of it: nobody can choose them, whoever saw their contact sees it no longer."""
    with journal.act():
        event, card = _own_card(sign_up, actor)
        card.left_at = at
        card.save(update_fields=["left_at"])
        journal.write("events.match_left", actor=actor, at=at, org=event.org, subject=card)
        return card


def choose(*, sign_up: SignUp, numbers: Sequence[int], actor: Actor, at: datetime) -> list[int]:
    """One's slips anew, by the numbers on the badges; answers the numbers with whom it is mutual now."""
    with journal.act():
        event, card = _own_card(sign_up, actor)
        event = lock_event(event)
        wanted = list(dict.fromkeys(int(one) for one in numbers))
        others = {
            one.number: one
            for one in MatchCard.objects.filter(event=event, left_at__isnull=True, sign_up__state="placed")
        }  # fmt: skip
        barred = blocked_with(sign_up)
        unknown = [str(one) for one in wanted if one not in others or others[one].sign_up_id in barred]
        refuse_if(
            rules.may_choose(
                rules.SlipFacts(
                    at=at, starts_at=event.first_at, last_at=event.last_at, placed=card.sign_up.state == "placed",
                    declared=True, left=card.left_at is not None, chosen=len(wanted),
                    most=int(event.params.get("choices", rules.CHOICES_MOST)), unknown=tuple(unknown),
                    oneself=card.number in wanted, days=int(event.params.get("slip_days", rules.SLIP_DAYS)),
                )
            )
        )  # fmt: skip
        targets = {others[one].sign_up_id for one in wanted}
        had = set(Slip.objects.filter(chooser=sign_up).values_list("chosen_id", flat=True))
        Slip.objects.filter(chooser=sign_up).exclude(chosen_id__in=targets).delete()
        Slip.objects.bulk_create(
            [Slip(event=event, chooser=sign_up, chosen_id=pk, at=at) for pk in sorted(targets - had)]
        )
        journal.write("events.chosen", actor=actor, at=at, org=event.org, subject=card, payload={"count": len(targets)})
        mutual = [one for one in wanted if is_match(sign_up, others[one].sign_up)]
        for one in mutual:
            if others[one].sign_up_id in had:
                continue  # both were told when it came about
            for mine, other in ((card, others[one]), (others[one], card)):
                words = {"title": event.title, "other": str(other.number)}
                tell([mine.sign_up.person_id], "events.matched", words, at, f"/m/events/signups/{mine.sign_up_id}/")
        return mutual


def open_contact(*, sign_up: SignUp, number: int, actor: Actor, at: datetime) -> str:
    """How to reach the other, for one of two who chose one another and neither blocked nor left; on the record."""
    with journal.act():
        event, card = _own_card(sign_up, actor)
        other = MatchCard.objects.select_related("sign_up").filter(event=event, number=number).first()
        if other is None or not may_see_contact(card, other):
            refuse(
                "not_mutual",
                "对方没有选您，或者已经退出，看不到联系方式。",
                clause=rules.MATCH_LAW,
                cure="互相选择以后才能看到。",
            )
        journal.write("events.contact_seen", actor=actor, at=at, org=event.org, subject=other, subjects=[card])
        return other.contact.open_unlogged()


def block(
    *, sign_up: SignUp, number: int, report: str = "", actor: Actor, at: datetime
) -> MatchBlock:  # fmt: skip
    """Wants nothing to do with that number any more; with words it is reported to the organiser too."""
    with journal.act():
        event, card = _own_card(sign_up, actor)
        other = MatchCard.objects.filter(event=event, number=number).exclude(pk=card.pk).first()
        if other is None:
            refuse("number_unknown", "本场没有这个号码。", fact=str(number))
        words = report.strip()[:1000]
        row = MatchBlock.objects.select_for_update().filter(by=sign_up, other_id=other.sign_up_id).first()
        if row is None:
            row = MatchBlock(event=event, by=sign_up, other_id=other.sign_up_id, at=at)
        if words and not row.reported:
            row.reported, row.words = True, words
        row.save()
        Slip.objects.filter(chooser=sign_up, chosen_id=other.sign_up_id).delete()
        journal.write(
            "events.match_reported" if words else "events.match_blocked", actor=actor, at=at, org=event.org, subject=row
        )
        return row


def read_report(*, row: MatchBlock, reason: str, actor: Actor, at: datetime) -> str:
    """What was reported, for whoever organises; on the record."""
    found = _report(row, actor)
    return reveal(found, "words", actor=actor, at=at, power=powers.OPEN, reason=reason, org=found.event.org)


def answer_report(
    *, row: MatchBlock, words: str, take_out: bool = False, actor: Actor, at: datetime
) -> MatchBlock:  # fmt: skip
    """The organiser answers; `take_out`: whom it is about takes part no more."""
    with journal.act():
        found = _report(row, actor)
        if actor.person_id is not None and actor.person_id in (found.by.person_id, found.other.person_id):
            refuse("own_report", "不能处理与自己有关的举报。", cure="请由别的干部处理。")
        if found.answered_at is not None:
            refuse("answered", "这条举报已经处理。", fact=found.answer)
        if not words.strip():
            refuse("why_missing", "请写明处理结果。")
        found.answer, found.answered_at = words.strip()[:200], at
        found.save(update_fields=["answer", "answered_at"])
        if take_out:
            MatchCard.objects.filter(sign_up_id=found.other_id, left_at__isnull=True).update(left_at=at)
        journal.write(
            "events.match_answered", actor=actor, at=at, org=found.event.org, subject=found, note=words,
            payload={"taken_out": take_out},
        )  # fmt: skip
        told = {"title": found.event.title, "answer": found.answer}
        tell([found.by.person_id], "events.match_answer", told, at, "/m/events/mine/")
        return found


def _report(row: MatchBlock, actor: Actor) -> MatchBlock:
    found = (
        one_of(MatchBlock.objects.select_related("event__org", "by", "other").filter(pk=row.pk, reported=True))
    )  # fmt: skip
    if found is None or not actor.can(powers.OPEN, found.event.org):
        raise Hidden(str(row.pk))
    return found
