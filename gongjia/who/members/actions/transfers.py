"""The hand-over of a member from union to union. Both sides are told and both have it in their journal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Forbidden, Refused, refuse, refuse_if
from gongjia.who.members import kinds, powers, rules
from gongjia.who.members.actions import spells
from gongjia.who.members.actions.tell import tell_desk, tell_person
from gongjia.who.members.kinds import ChangeReason, TransferAsker
from gongjia.who.members.models import Person, Transfer
from gongjia.who.orgs.models import Org


def offer(
    *,
    person: Person,
    to_org: Org,
    actor: Actor,
    at: datetime,
    reason: str = ChangeReason.LABOUR_RELATION.value,
    words: str = "",
) -> Transfer:
    """The union that keeps the member gives them away; they stay until the other one accepts."""
    return _ask(person, to_org, TransferAsker.GIVING, actor, at, reason, words)


def ask_in(
    *,
    person: Person,
    to_org: Org,
    actor: Actor,
    at: datetime,
    reason: str = ChangeReason.LABOUR_RELATION.value,
    words: str = "",
) -> Transfer:
    """The union where somebody works now asks for them; the one that keeps them releases, and it is done."""
    return _ask(person, to_org, TransferAsker.RECEIVING, actor, at, reason, words)


def ask_by_member(*, account: Any, to_org: Org, actor: Actor, at: datetime, words: str = "") -> Transfer:
    """A member says where they work now. Their own act: it takes no power."""
    person = Person.objects.filter(account=account, merged_into__isnull=True).first()
    if person is None:
        refuse("not_on_file", "没有查到您的会籍，不能申请转接。", cure="请点“请工会干部帮我办”。")
    return _ask(person, to_org, TransferAsker.MEMBER, actor, at, ChangeReason.LABOUR_RELATION.value, words)


def _ask(
    person: Person, to_org: Org, asker: TransferAsker, actor: Actor, at: datetime, reason: str, words: str
) -> Transfer:
    today = spells.day_of(at)
    with journal.act():
        held = spells.hold(person)
        if held.open is None:
            refuse("no_membership", "现在没有会籍可以转接。", clause="会籍管理办法 3", cure="请办理入会。")
        from_org = held.open.org
        if asker == TransferAsker.GIVING:
            actor.must(powers.TRANSFER, from_org)
        elif asker == TransferAsker.RECEIVING:
            actor.must(powers.TRANSFER, to_org)
        refuse_if(rules.may_hand_over(_facts(held, to_org, today, today, reason, None)))
        offered = asker == TransferAsker.GIVING
        transfer = Transfer.objects.create(
            person=held.person,
            from_org=from_org,
            to_org=to_org,
            asked_by=asker,
            state="offered" if offered else "asked",
            reason=reason,
            words=words.strip()[:200],
            asked_on=today,
            offered_on=today if offered else None,
        )
        entry = journal.write(
            "members.transfer_offered" if offered else "members.transfer_asked",
            actor=actor,
            at=at,
            org=from_org,
            subjects=[transfer, held.person],
            payload={"to": to_org.code, "asked_by": asker.value},
        )
        journal.write(
            "members.transfer_announced", actor=actor, at=at, org=to_org, subject=transfer,
            payload={"from": from_org.code}, cause=entry,
        )  # fmt: skip
        tell_desk(to_org if offered else from_org, powers.TRANSFER, "members.transfer_waits", _words(transfer), at)
        return transfer


def confirm(*, transfer: Transfer, actor: Actor, at: datetime, note: str = "") -> Transfer:
    """The giving union agrees to what the member asked; asked for by the receiving union, it is done at once."""
    today = spells.day_of(at)
    with journal.act():
        held, transfer = _both(transfer)
        if transfer.asked_by == TransferAsker.RECEIVING:
            return _take_over(transfer, held, "release", today, actor, at, note)
        facts = _facts(held, transfer.to_org, today, today, transfer.reason, transfer)
        journal.move(transfer, "confirm", actor=actor, at=at, facts=facts, note=note, changes={"offered_on": today})
        tell_desk(transfer.to_org, powers.TRANSFER, "members.transfer_waits", _words(transfer), at)
        return transfer


def accept(*, transfer: Transfer, actor: Actor, at: datetime, on: date | None = None, note: str = "") -> Transfer:
    """The receiving union takes the member over: one spell ends and the next begins on the same day."""
    today = spells.day_of(at)
    with journal.act():
        held, transfer = _both(transfer)
        return _take_over(transfer, held, "accept", on or today, actor, at, note)


def accept_many(
    *, transfers: Iterable[Transfer], actor: Actor, at: datetime
) -> tuple[list[Transfer], list[tuple[Transfer, Refused]]]:
    """Accept each that can be; (accepted, refused with its reasons). One that is not permitted stops all."""
    done, refused = [], []
    with journal.act():
        for transfer in sorted(transfers, key=lambda one: one.pk):
            try:
                done.append(accept(transfer=transfer, actor=actor, at=at))
            except Refused as why:
                refused.append((transfer, why))
    return done, refused


def _take_over(
    transfer: Transfer, held: spells.Held, step: str, on: date, actor: Actor, at: datetime, note: str
) -> Transfer:
    facts = _facts(held, transfer.to_org, on, spells.day_of(at), transfer.reason, transfer)
    entry = journal.move(
        transfer, step, actor=actor, at=at, facts=facts, note=note,
        changes={"ended_on": spells.day_of(at)}, payload={"on": on.isoformat()},
    )  # fmt: skip
    before = spells.end(held.spell, on, kinds.ChangeKind.TRANSFER_OUT)
    spell = spells.begin(
        person=held.person,
        org=transfer.to_org,
        since=before.until,
        change_in=kinds.ChangeKind.TRANSFER_IN,
        reason=transfer.reason,
        before=before,
    )
    spells.note_change(before, kinds.ChangeKind.TRANSFER_OUT, on, reason=transfer.reason, other=transfer.to_org)
    spells.note_change(spell, kinds.ChangeKind.TRANSFER_IN, on, reason=transfer.reason, other=before.org)
    journal.write(
        "members.handed_over", actor=actor, at=at, org=before.org, subjects=[held.person, before],
        payload={"to": transfer.to_org.code, "on": on.isoformat()}, cause=entry,
    )  # fmt: skip
    journal.write(
        "members.taken_over", actor=actor, at=at, org=transfer.to_org, subjects=[held.person, spell],
        payload={"from": before.org.code, "on": on.isoformat()}, cause=entry,
    )  # fmt: skip
    if before.standing == "retained":
        Person.objects.filter(pk=held.person.pk).update(employment=kinds.Employment.AT_WORK)
    tell_desk(before.org, powers.TRANSFER, "members.transfer_done", _words(transfer), at)
    tell_person(held.person, "members.transfer_done", _words(transfer), at)
    return transfer


def decline(*, transfer: Transfer, words: str, actor: Actor, at: datetime) -> Transfer:
    """The union whose turn it is says no, and why."""
    with journal.act():
        held, transfer = _both(transfer)
        at_giving = transfer.state == "asked"
        journal.move(
            transfer, "decline", actor=actor, at=at, facts=rules.AnswerFacts(words), note=words.strip(),
            changes={"ended_on": spells.day_of(at), "answer": words.strip()[:200]},
        )  # fmt: skip
        other = transfer.to_org if at_giving else transfer.from_org
        journal.write("members.transfer_declined", actor=actor, at=at, org=other, subject=transfer, note=words.strip())
        tell_desk(other, powers.TRANSFER, "members.transfer_declined", _words(transfer), at)
        tell_person(held.person, "members.transfer_declined", _words(transfer), at)
        return transfer


def withdraw(*, transfer: Transfer, actor: Actor, at: datetime, words: str = "") -> Transfer:
    """Who set the hand-over going takes it back: the member, the giving or the receiving union."""
    with journal.act():
        held, transfer = _both(transfer)
        if transfer.asked_by == TransferAsker.MEMBER:
            if actor.person_id != held.person.pk and not actor.everywhere:
                raise Forbidden("", "只有本人可以撤回。")
        else:
            actor.must(
                powers.TRANSFER, transfer.from_org if transfer.asked_by == TransferAsker.GIVING else transfer.to_org
            )
        journal.move(
            transfer, "withdraw", actor=actor, at=at, note=words.strip(),
            changes={"ended_on": spells.day_of(at), "answer": words.strip()[:200]},
        )  # fmt: skip
        return transfer


def _both(transfer: Transfer) -> tuple[spells.Held, Transfer]:
    """The person under lock, then the hand-over under lock, always in this order."""
    held = spells.hold(transfer.person_id)
    fresh = Transfer.objects.select_for_update(of=("self",)).select_related("from_org", "to_org").get(pk=transfer.pk)
    fresh.person = held.person
    return held, fresh


def _facts(
    held: spells.Held, to_org: Org, on: date, today: date, reason: str, transfer: Transfer | None
) -> rules.TransferFacts:
    spell = held.open
    from_id = transfer.from_org_id if transfer else (spell.org_id if spell else None)
    others = Transfer.objects.filter(person=held.person, state__in=("asked", "offered"))
    if transfer is not None:
        others = others.exclude(pk=transfer.pk)
    return rules.TransferFacts(
        on=on,
        today=today,
        person_name=held.person.name,
        to_org=spells.org_facts(to_org),
        open_here=spell is not None and spell.org_id == from_id,
        retained=spell is not None and spell.standing == "retained",
        reason=reason,
        same_union=from_id == to_org.pk,
        other_open=others.exists(),
        spell_since=spell.since if spell else None,
        died=held.person.died_on is not None,
        merged=held.person.merged_into_id is not None,
        retire_kept=spell is not None and spell.standing == "retained" and spell.reason == ChangeReason.RETIREMENT,
    )


def _words(transfer: Transfer) -> dict[str, str]:
    return {
        "name": transfer.person.name,
        "from_org": transfer.from_org.name,
        "to_org": transfer.to_org.name,
        "words": transfer.answer,
    }
