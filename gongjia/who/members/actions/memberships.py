"""Joining, keeping, leaving, expelling: four different ends, one beginning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Reason, Refused, refuse, refuse_if
from gongjia.base.secret import canonical
from gongjia.who.members import kinds, powers, rules
from gongjia.who.members.actions import persons, spells
from gongjia.who.members.kinds import ChangeKind, ChangeReason
from gongjia.who.members.models import Membership, MembershipChange, Person, Trade
from gongjia.who.members.queries import identity_owner
from gongjia.who.orgs.models import Org
from gongjia.who.orgs.queries import in_force


@dataclass(frozen=True)
class JoinFacts:
    """What a joining says beside the person: dates, employer, trade of the new forms of employment."""

    on: date
    joined_on: date | None = None  # first joining ever, when it was elsewhere
    came_from: str = ""  # a union outside the federation: then it is a transfer in
    employer: str = ""
    trade: str = ""
    platform: str = ""
    area: str = ""


def admit(
    *,
    facts: persons.PersonFacts,
    org: Org,
    join: JoinFacts,
    actor: Actor,
    at: datetime,
    note: str = "",
    cause: Any = None,
) -> Membership:
    """Admit somebody into a union: a new person, or one on file without a membership.

    One act for the officer's form and for an application that was approved (then with its `cause`).
    A former member keeps the file: facts given now replace what is on file.
    """
    actor.must(powers.ADMIT, org)
    today = spells.day_of(at)
    with journal.act():
        plain = canonical.id_number(facts.id_no)
        owner = identity_owner(actor, plain) if plain else None
        held = spells.hold(owner.person_id) if owner else None
        values = persons.completed(facts, today)
        born_on = values["born_on"] or (held.person.born_on if held else None)
        refuse_if(
            rules.may_admit(
                rules.AdmitFacts(
                    on=join.on,
                    today=today,
                    org=spells.org_facts(org),
                    name=facts.name,
                    born_on=born_on,
                    has_identity=bool(plain),
                    faults=tuple(persons.faults_of(facts, today)),
                    already_active=bool(held and held.standing == "active"),
                    already_retained=bool(held and held.standing == "retained"),
                    member_of=owner.org_name if owner else "",
                    died=bool(held and held.person.died_on),
                    merged=bool(held and held.person.merged_into_id),
                    last_left_on=held.spell.until if held and held.spell else None,
                    trade=join.trade,
                    trade_known=not join.trade or _trade_known(join.trade, join.on),
                )
            )
        )
        if held is None:
            person = persons.write_new(values)
        else:
            person = _renewed(held, values, actor, at)
        return _begin(person, held, org, join, actor=actor, at=at, note=note, cause=cause)


def admit_known(
    *, person: Person, org: Org, join: JoinFacts, actor: Actor, at: datetime, note: str = "", cause: Any = None
) -> Membership:
    """Admit somebody whose file exists: an applicant who logged in, an officer who was no member yet."""
    actor.must(powers.ADMIT, org)
    today = spells.day_of(at)
    with journal.act():
        held = spells.hold(person)
        locked = held.person
        refuse_if(
            rules.may_admit(
                rules.AdmitFacts(
                    on=join.on,
                    today=today,
                    org=spells.org_facts(org),
                    name=locked.name,
                    born_on=locked.born_on,
                    has_identity=bool(locked.id_no),
                    already_active=held.standing == "active",
                    already_retained=held.standing == "retained",
                    member_of="",
                    died=locked.died_on is not None,
                    merged=locked.merged_into_id is not None,
                    last_left_on=held.spell.until if held.spell else None,
                    trade=join.trade,
                    trade_known=not join.trade or _trade_known(join.trade, join.on),
                )
            )
        )
        return _begin(locked, held, org, join, actor=actor, at=at, note=note, cause=cause)


def _begin(
    person: Person,
    held: spells.Held | None,
    org: Org,
    join: JoinFacts,
    *,
    actor: Actor,
    at: datetime,
    note: str,
    cause: Any,
) -> Membership:
    kind = ChangeKind.TRANSFER_IN if join.came_from.strip() else ChangeKind.JOIN
    try:
        with transaction.atomic():
            spell = spells.begin(
                person=person,
                org=org,
                since=join.on,
                change_in=kind,
                joined_on=join.joined_on or (held.spell.joined_on if held and held.spell else None) or join.on,
                before=held.spell if held else None,
                employer=join.employer,
                trade=join.trade,
                platform=join.platform,
                area=join.area,
            )
    except IntegrityError as error:  # two officers admitted the same person at the same instant
        raise Refused(
            Reason("already_member", "这位同志刚刚已由别处办理入会。", clause="会籍管理办法 3", cure="请刷新后核对。")
        ) from error
    spells.note_change(spell, kind, join.on, outside=join.came_from.strip())
    journal.write(
        "members.admitted",
        actor=actor,
        at=at,
        org=org,
        subjects=[person, spell],
        payload={"on": join.on.isoformat(), "kind": kind.value, "trade": join.trade, "again": held is not None},
        note=note,
        cause=cause,
    )
    return spell


def _renewed(held: spells.Held, values: dict[str, Any], actor: Actor, at: datetime) -> Person:
    """The file of one who comes back, with what the form says now. Their former union has no say."""
    person = held.person
    if person.name != values["name"]:
        refuse(
            "name_differs",
            "这个证件号码登记的是另一个姓名。",
            clause="总工办发〔2017〕14号",
            cure="请核对证件；如原登记有误，请乡镇(街道)工会更正后再办。",
        )
    fresh = {
        name: value
        for name, value in values.items()
        if name in persons.CORRECTABLE and value not in ("", None, False) and name not in ("name", "sex", "born_on")
    }
    machine = Actor.system(actor.label, (powers.EDIT,))
    return persons.correct(person=person, changes=fresh, actor=machine, at=at, note="重新入会") if fresh else person


def _trade_known(code: str, on: date) -> bool:
    return Trade.objects.filter(in_force(on), code=code).exists()


def retain(
    *, person: Person, reason: str, on: date, actor: Actor, at: datetime, note: str = "", cause: Any = None
) -> Membership:
    """保留会籍: the active spell ends and one without dues and vote begins, in the same union."""
    with journal.act():
        held = _held(person, actor, powers.LEAVE)
        refuse_if(rules.may_retain(_retain_facts(held, on, at, reason)))
        before = spells.end(held.spell, on, ChangeKind.RETAIN)
        spell = spells.begin(
            person=held.person, org=before.org, since=before.until, change_in=ChangeKind.RETAIN,
            standing="retained", reason=reason, before=before,
        )  # fmt: skip
        spells.note_change(spell, ChangeKind.RETAIN, spell.since, reason=reason)
        if employment := rules.employment_of(reason):
            Person.objects.filter(pk=held.person.pk).update(employment=employment)
        _write("members.retained", held, spell, actor, at, note, cause, reason=reason)
        return spell


def resume(*, person: Person, on: date, actor: Actor, at: datetime, reason: str = "", note: str = "") -> Membership:
    """恢复会籍 in the same union, after new work or military service."""
    with journal.act():
        held = _held(person, actor, powers.LEAVE)
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
        _write("members.resumed", held, spell, actor, at, note, None, reason=str(reason))
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
        held = _held(person, actor, powers.LEAVE)
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
        _write("members.left", held, spell, actor, at, note, None, reason=reason)
        return spell


def leave_for_outside(
    *, person: Person, to: str, on: date, actor: Actor, at: datetime, reason: str = "1", note: str = ""
) -> Membership:
    """转出 to a union outside the federation, which nobody here can accept."""
    with journal.act():
        held = _held(person, actor, powers.TRANSFER)
        if not to.strip():
            refuse("outside_missing", "请填写转入的工会名称。", cure="由转出工会填写。")
        if reason not in kinds.TRANSFER_REASONS:
            refuse("code_unknown", "请选择转出原因。", fact=reason, cure="由经办人选择。")
        refuse_if(_plain_end(held, on, at))
        spell = spells.end(held.spell, on, ChangeKind.TRANSFER_OUT)
        spells.note_change(spell, ChangeKind.TRANSFER_OUT, spell.until, reason=reason, outside=to.strip())
        _write("members.left_outside", held, spell, actor, at, note, None, reason=reason)
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
        held = _held(person, actor, powers.EXPEL)
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
        entry = _write(
            "members.expelled", held, spell, actor, at, note, None, document=document, clause=clause
        )
        persons.end_posts_of(held.person, spell.until, "除名", actor, at, entry)
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
        held = _held(person, actor, powers.LEAVE, closed=True)
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
        _write("members.entry_undone", held, again, actor, at, note, None, kind=spell.change_out)
        return again


def set_trade(
    *, person: Person, trade: str, platform: str, area: str, actor: Actor, at: datetime, note: str = ""
) -> Membership:
    """The trade of the new forms of employment that a member works in now; "" for none."""
    today = spells.day_of(at)
    with journal.act():
        held = _held(person, actor, powers.EDIT)
        if held.open is None:
            refuse("no_membership", "现在没有会籍可以办理。", cure="请先办理入会。")
        if trade and not _trade_known(trade, today):
            refuse("code_unknown", "职业不在现行的新就业形态目录里。", fact=trade, cure="请从目录里选。")
        spell, before = held.open, held.open.trade
        spell.trade = trade
        spell.platform, spell.area = (platform.strip(), area.strip()) if trade else ("", "")
        spell.save(update_fields=["trade", "platform", "area"])
        _write("members.trade_set", held, spell, actor, at, note, None, before=before, after=trade)
        return spell


def set_trades(*, rows: Sequence[tuple[str, str, str]], from_on: date, actor: Actor, at: datetime) -> list[Trade]:
    """The list of trades from a day on: (code, name, group). Codes not named end on that day."""
    actor.must(powers.TRADES, None)
    codes = [code for code, _name, _group in rows]
    if len(set(codes)) != len(codes):
        refuse("code_twice", "目录里有重复的代码。", cure="请删去重复的一行。")
    with journal.act():
        now = {trade.code: trade for trade in Trade.objects.select_for_update().filter(until__isnull=True)}
        if any(trade.since > from_on for trade in now.values()):
            refuse("before_last_list", "日期早于现行目录的开始日期。", fact=str(from_on), cure="请核对日期。")
        for order, (code, name, group) in enumerate(rows, start=1):
            old = now.pop(code, None)
            if old and (old.name, old.group) == (name, group):
                Trade.objects.filter(pk=old.pk).update(order=order)
                continue
            if old:
                Trade.objects.filter(pk=old.pk).update(until=from_on)
            Trade.objects.create(code=code, name=name, group=group, since=from_on, order=order)
        Trade.objects.filter(pk__in=[trade.pk for trade in now.values()]).update(until=from_on)
        journal.write(
            "members.trades_changed", actor=actor, at=at, payload={"from": from_on.isoformat(), "codes": codes}
        )
        return list(Trade.objects.filter(until__isnull=True))


def _held(person: Person, actor: Actor, power: str, *, closed: bool = False) -> spells.Held:
    held = spells.hold(person)
    place = held.spell if closed else (held.open or held.spell)
    actor.must(power, place.org if place else persons.home_of(held.person))
    return held


def _write(
    action: str, held: spells.Held, spell: Membership, actor: Actor, at: datetime, note: str, cause: Any, **payload: Any
) -> Any:
    on = spell.until or spell.since
    return journal.write(
        action,
        actor=actor,
        at=at,
        org=spell.org,
        subjects=[held.person, spell],
        payload={"on": on.isoformat(), **{key: str(value) for key, value in payload.items()}},
        note=note,
        cause=cause,
    )
