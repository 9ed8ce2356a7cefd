"""Keeping, resuming, leaving, expelling: four different ends of a spell, and taking a wrong entry back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Reason, refuse, refuse_if
from gongjia.who.members import kinds, powers, rules
from gongjia.who.members.actions import endings, spells
from gongjia.who.members.kinds import ChangeKind, ChangeReason
from gongjia.who.members.models import Membership, MembershipChange, Person


def retain(
    *, person: Person, reason: str, on: date, actor: Actor, at: datetime, note: str = "", cause: Any = None
) -> Membership:
    """保留会籍: the active spell ends and one without dues and vote begins, in the same union."""
    with journal.act():
        held = spells.held_by(person, actor, powers.LEAVE)
        refuse_if(rules.may_retain(_retain_facts(held, on, at, reason)))
        before = spells.end(held.spell, on, ChangeKind.RETAIN)
        spell = spells.begin(
            person=held.person, org=before.org, since=before.until, change_in=ChangeKind.RETAIN,
            standing="retained", reason=reason, before=before,
        )  # fmt: skip
        spells.note_change(spell, ChangeKind.RETAIN, spell.since, reason=reason)
        if employment := rules.employment_of(reason):
            Person.objects.filter(pk=held.person.pk).update(employment=employment)
        spells.write("members.retained", held, spell, actor, at, note, cause, reason=reason)
        return spell


def resume(*, person: Person, on: date, actor: Actor, at: datetime, reason: str = "", note: str = "") -> Membership:
    """恢复会籍 in the same union, after new work or military service."""
    with journal.act():
        held = spells.held_by(person, actor, powers.LEAVE)
        kept_for = held.spell.reason if held.spell else ""
        refuse_if(rules.may_resume(_retain_facts(held, on, at, kept_for)))
        before = spells.end(held.spell, on, ChangeKind.RESUME)
        reason = reason or (ChangeReason.ARMY_DONE if kept_for == ChangeReason.ARMY else ChangeReason.BACK_TO_WORK)
        spell = spells.begin(
            person=held.person, org=before.org, since=before.until, change_in=ChangeKind.RESUME,
            reason=reason, before=before,
        )  # fmt: skip
        spells.note_change(spell, ChangeKind.RESUME, spell.since, reason=reason)
        Person.objects.filter(pk=held.person.pk, employment=kinds.Employment.UNEMPLOYED).update(
            employment=kinds.Employment.AT_WORK
        )
        spells.write("members.resumed", held, spell, actor, at, note, None, reason=str(reason))
        return spell


def _retain_facts(held: spells.Held, on: date, at: datetime, reason: str) -> rules.RetainFacts:
    org = held.spell.org if held.spell else None
    return rules.RetainFacts(
        on=on,
        today=spells.day_of(at),
        standing=held.standing,
        spell_since=held.open.since if held.open else None,
        reason=reason,
        org_active=org is None or org.state == "active",
        org_takes_members=org is None or spells.org_facts(org).takes_members,
        org_name=org.name if org else "",
        transfer_open=spells.transfer_open(held.person),
        died=held.person.died_on is not None,
        merged=held.person.merged_into_id is not None,
    )


def leave(
    *,
    person: Person,
    on: date,
    reason: str,
    actor: Actor,
    at: datetime,
    own_word: bool = False,
    months_without_dues: int = 0,
    months_without_meetings: int = 0,
    was_talked_to: bool = False,
    note: str = "",
) -> Membership:
    """退会: announced by the committee on the member's own word, or by the three facts of the automatic exit."""
    with journal.act():
        held = spells.held_by(person, actor, powers.LEAVE)
        refuse_if(
            rules.may_leave(
                rules.LeaveFacts(
                    on=on,
                    today=spells.day_of(at),
                    standing=held.standing,
                    spell_since=held.open.since if held.open else None,
                    reason=reason,
                    own_word=own_word,
                    months_without_dues=months_without_dues,
                    months_without_meetings=months_without_meetings,
                    was_talked_to=was_talked_to,
                    transfer_open=spells.transfer_open(held.person),
                    died=held.person.died_on is not None,
                    merged=held.person.merged_into_id is not None,
                )
            )
        )
        spell = spells.end(held.spell, on, ChangeKind.LEAVE)
        spells.note_change(spell, ChangeKind.LEAVE, spell.until, reason=reason)
        spells.write("members.left", held, spell, actor, at, note, None, reason=reason)
        return spell


def leave_for_outside(
    *, person: Person, to: str, on: date, actor: Actor, at: datetime, reason: str = "1", note: str = ""
) -> Membership:
    """转出 to a union outside the federation, which nobody here can accept."""
    with journal.act():
        held = spells.held_by(person, actor, powers.TRANSFER)
        if not to.strip():
            refuse("outside_missing", "请填写转入的工会名称。", cure="由转出工会填写。")
        if reason not in kinds.TRANSFER_REASONS:
            refuse("code_unknown", "请选择转出原因。", fact=reason, cure="由经办人选择。")
        refuse_if(_plain_end(held, on, at))
        spell = spells.end(held.spell, on, ChangeKind.TRANSFER_OUT)
        spells.note_change(spell, ChangeKind.TRANSFER_OUT, spell.until, reason=reason, outside=to.strip())
        spells.write("members.left_outside", held, spell, actor, at, note, None, reason=reason)
        return spell


def _plain_end(held: spells.Held, on: date, at: datetime) -> list[Reason]:
    """The conditions that every end of a spell shares, by the rule of leaving on one's own word."""
    return rules.may_leave(
        rules.LeaveFacts(
            on=on,
            today=spells.day_of(at),
            standing=held.standing,
            spell_since=held.open.since if held.open else None,
            own_word=True,
            transfer_open=spells.transfer_open(held.person),
            died=held.person.died_on is not None,
            merged=held.person.merged_into_id is not None,
        )
    )


def expel(
    *,
    person: Person,
    on: date,
    document: str,
    clause: str,
    attachment: Any,
    group_agreed: bool,
    convicted: bool,
    actor: Actor,
    at: datetime,
    note: str = "",
) -> MembershipChange:
    """除名(开除会籍): the decision of the committee, which the next higher union is then to note."""
    with journal.act():
        held = spells.held_by(person, actor, powers.EXPEL)
        refuse_if(
            rules.may_expel(
                rules.ExpelFacts(
                    on=on,
                    today=spells.day_of(at),
                    standing=held.standing,
                    spell_since=held.open.since if held.open else None,
                    document=document,
                    clause=clause,
                    has_paper=attachment is not None,
                    group_agreed=group_agreed,
                    convicted=convicted,
                    transfer_open=spells.transfer_open(held.person),
                    died=held.person.died_on is not None,
                    merged=held.person.merged_into_id is not None,
                )
            )
        )
        spell = spells.end(held.spell, on, ChangeKind.EXPEL)
        change = spells.note_change(
            spell, ChangeKind.EXPEL, spell.until, reason=ChangeReason.CRIME, document=document.strip(),
            clause=clause.strip(), attachment=attachment,
        )  # fmt: skip
        entry = spells.write("members.expelled", held, spell, actor, at, note, None, document=document, clause=clause)
        endings.end_posts_of(held.person, spell.until, "除名", actor, at, entry)
        return change


def note_expulsion(*, change: MembershipChange, actor: Actor, at: datetime, note: str = "") -> MembershipChange:
    """The next higher union takes note of an expulsion (ZC08 7)."""
    with journal.act():
        locked = (
            MembershipChange.objects.select_for_update(of=("self",))
            .select_related("org__parent", "person")
            .get(pk=change.pk)
        )
        actor.must(powers.EXPEL, locked.org.parent or locked.org)
        if locked.kind != ChangeKind.EXPEL:
            refuse("not_an_expulsion", "这不是除名，不用备案。", fact=locked.kind)
        if locked.noted_on:
            refuse("already_noted", "已经备案。", fact=str(locked.noted_on), cure="无需再办。")
        locked.noted_on = spells.day_of(at)
        locked.save(update_fields=["noted_on"])
        journal.write(
            "members.expulsion_noted", actor=actor, at=at, org=locked.org.parent or locked.org,
            subjects=[locked, locked.person], note=note,
        )  # fmt: skip
        return locked


def restore(*, person: Person, actor: Actor, at: datetime, note: str) -> Membership:
    """Take back a wrong entry of leaving, keeping for retirement, moving away or death.

    Nothing is wiped out: from today on a spell goes on where the last one ended, so that what was
    counted on the days between stays counted. An expulsion is not taken back here.
    """
    today = spells.day_of(at)
    with journal.act():
        held = spells.held_by(person, actor, powers.LEAVE, closed=True)
        spell = held.spell
        if not note.strip():
            refuse("words_missing", "请写明登记错在哪里。", cure="由办理人填写。")
        if held.person.merged_into_id:
            refuse("person_merged", "这份档案已并入另一份档案。", cure="请在合并后的档案里办理。")
        if spell is None or held.standing == "active":
            refuse("nothing_to_restore", "没有可以撤回的登记。", cure="会籍是正常状态时不用办。")
        if spell.change_out == ChangeKind.EXPEL:
            refuse("expelled", "除名不能在这里撤回。", clause="章程 7", cure="请由基层工会委员会重新作出决定。")
        if held.person.died_on:
            Person.objects.filter(pk=held.person.pk).update(died_on=None)
        if held.open:
            spells.end(spell, today, ChangeKind.UNDONE)
        again = spells.begin(
            person=held.person, org=spell.org, since=max(today, spell.until), change_in=ChangeKind.UNDONE,
            reason=ChangeReason.WRONG_ENTRY, before=spell,
        )  # fmt: skip
        spells.note_change(again, ChangeKind.UNDONE, again.since, reason=ChangeReason.WRONG_ENTRY)
        spells.write("members.entry_undone", held, again, actor, at, note, None, kind=spell.change_out)
        return again
