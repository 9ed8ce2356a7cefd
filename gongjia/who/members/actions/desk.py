"""What workers ask of their union's officers: to mend a fact, or simply to help."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from gongjia.base import journal, outbox
from gongjia.base.actor import Actor
from gongjia.base.refused import Forbidden, Reason, refuse, refuse_if
from gongjia.base.reveal import reveal
from gongjia.base.secret import canonical
from gongjia.who.members import kinds, powers, rules
from gongjia.who.members.actions import persons, spells
from gongjia.who.members.actions.tell import tell_desk, tell_person
from gongjia.who.members.kinds import CorrectionField, HelpAbout
from gongjia.who.members.models import Correction, Help, Person
from gongjia.who.orgs.models import Org
from gongjia.who.orgs.queries import by_code, root

# What settling writes by itself; the others are settled by another act and a word.
_WRITTEN = frozenset(
    {
        CorrectionField.NAME,
        CorrectionField.PHONE,
        CorrectionField.SEX,
        CorrectionField.BORN_ON,
        CorrectionField.NATION,
        CorrectionField.EDUCATION,
        CorrectionField.POLITICAL,
        CorrectionField.SKILL_LEVEL,
        CorrectionField.HOUSEHOLD_PLACE,
        CorrectionField.JOB_POST,
        CorrectionField.IS_RURAL_WORKER,
    }
)
HELP_OPEN_MOST = 500  # open requests of strangers on one desk; beyond that only the newest counts
ANSWER = "已经收到。工会干部会尽快与您联系，请保持电话畅通。"


def ask_correction(*, account: Any, field: str, wanted: str, actor: Actor, at: datetime, words: str = "") -> Correction:
    """One tap: this is wrong, it should say that. Asked again for the same fact, the open request changes."""
    person = Person.objects.filter(account=account, merged_into__isnull=True).first()
    if person is None:
        refuse("not_on_file", "没有查到您的会籍，不能申请更正。", cure="请点“请工会干部帮我办”。")
    with journal.act():
        held = spells.hold(person)
        if field not in CorrectionField.values:
            refuse("code_unknown", "请选择哪一项有误。", fact=field, cure="请从列表里选。")
        if not wanted.strip() and not words.strip():
            refuse("wanted_missing", "请写明正确的内容。", cure="由本人填写。")
        refuse_if(_wanted_faults(held.person, field, wanted, spells.day_of(at)))
        org = spells.home_of(held.person, held.spell)
        row = Correction.objects.filter(person=held.person, field=field, state="open").first() or Correction(
            person=held.person, field=field, org=org, asked_on=spells.day_of(at)
        )
        row.wanted, row.words, row.org = wanted.strip() or None, words.strip()[:200], org
        row.save()
        journal.write(
            "members.correction_asked", actor=actor, at=at, org=org, subjects=[row, held.person],
            payload={"field": field, "wanted": journal.digest(wanted.strip())},
        )  # fmt: skip
        tell_desk(org, powers.SETTLE, "members.correction_waits", {"name": person.name, "field": row.field_label}, at)
        return row


def _wanted_faults(person: Person, field: str, wanted: str, today: date) -> list[Reason]:
    if field == CorrectionField.ID_NO and wanted.strip():
        return rules.identity_faults(person.id_kind or kinds.IdKind.ID_CARD, wanted, today)
    if field in _WRITTEN and wanted.strip():
        value = _value_of(field, wanted)
        if value is None:
            return [Reason("code_unknown", "写法不对，请重新填写。", fact="", cure="由本人填写。")]
        return persons.faults_of({field: value}, today)
    return []


def _value_of(field: str, text: str) -> Any:
    """The value as the person's file keeps it; None when it cannot be read."""
    text = text.strip()
    if field == CorrectionField.BORN_ON:
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None
    if field == CorrectionField.IS_RURAL_WORKER:
        return {"是": True, "1": True, "true": True, "否": False, "0": False, "false": False}.get(text.lower())
    if field == CorrectionField.PHONE:
        return canonical.phone(text)
    return text


def settle_correction(
    *, correction: Correction, actor: Actor, at: datetime, words: str = "", value: str = ""
) -> Correction:
    """The officer writes what was asked (or `value`, when the paper says something else) and closes it.

    An identity number takes the power that identity numbers take; a wrong union is settled by a
    hand-over or by a word, since the fact is not on the person's file.
    """
    today = spells.day_of(at)
    with journal.act():
        held, row = _held(correction)
        text = value.strip() or (row.wanted.open_unlogged() if row.wanted else "")
        writes = row.field in _WRITTEN or row.field == CorrectionField.ID_NO
        faults = _wanted_faults(held.person, row.field, text, today) if writes else []
        if writes and not text:
            faults = [Reason("wanted_missing", "请填写正确的内容。", cure="由办理人填写。")]
        facts = rules.SettleFacts(words=words, merged=held.person.merged_into_id is not None, faults=tuple(faults))
        if not writes:
            refuse_if(rules.says_why(rules.AnswerFacts(words)))
        entry = journal.move(
            row, "settle", actor=actor, at=at, facts=facts, note=words.strip(),
            changes={"ended_on": today, "answer": words.strip()[:200]},
            payload={"field": row.field, "as_asked": not value.strip()},
        )  # fmt: skip
        note = words.strip() or f"按本人更正申请：{row.field_label}"
        if row.field == CorrectionField.ID_NO:
            persons.set_identity(
                person=held.person, id_kind=held.person.id_kind or kinds.IdKind.ID_CARD.value, id_no=text,
                actor=actor, at=at, note=note, cause=entry,
            )  # fmt: skip
        elif writes:
            persons.correct(
                person=held.person, changes={row.field: _value_of(row.field, text)}, actor=actor, at=at, note=note,
                cause=entry,
            )  # fmt: skip
        tell_person(held.person, "members.correction_settled", {"field": row.field_label, "words": words.strip()}, at)
        return row


def refuse_correction(*, correction: Correction, words: str, actor: Actor, at: datetime) -> Correction:
    """No, and why; the member reads the words."""
    with journal.act():
        held, row = _held(correction)
        journal.move(
            row, "refuse", actor=actor, at=at, facts=rules.AnswerFacts(words), note=words.strip(),
            changes={"ended_on": spells.day_of(at), "answer": words.strip()[:200]},
        )  # fmt: skip
        tell_person(held.person, "members.correction_refused", {"field": row.field_label, "words": words.strip()}, at)
        return row


def withdraw_correction(*, correction: Correction, actor: Actor, at: datetime) -> Correction:
    """The member takes the request back."""
    with journal.act():
        held, row = _held(correction)
        if actor.person_id != held.person.pk:
            raise Forbidden("", "只有本人可以撤回。")
        journal.move(row, "withdraw", actor=actor, at=at, changes={"ended_on": spells.day_of(at)})
        return row


def _held(correction: Correction) -> tuple[spells.Held, Correction]:
    held = spells.hold(correction.person_id)
    row = Correction.objects.select_for_update(of=("self",)).select_related("org").get(pk=correction.pk)
    row.person = held.person
    return held, row


@dataclass(frozen=True)
class Asked:
    """What somebody who asked for help is told: the same words whoever they are."""

    sentence: str = ANSWER


def ask_help(*, account: Any, about: str, words: str, actor: Actor, at: datetime, org: Org | None = None) -> Help:
    """A logged-in person asks the officer of the own union (or of the one named) to do something for them."""
    person = Person.objects.filter(account=account, merged_into__isnull=True).first()
    if about not in HelpAbout.values:
        refuse("code_unknown", "请选择要办的事。", fact=about, cure="请从列表里选。")
    if not words.strip():
        refuse("words_missing", "请写一句话说明要办什么。", cure="由本人填写。")
    desk = _desk_of(person) if person else (org or root())
    with journal.act():
        row = Help.objects.filter(account=account, about=about, state="open").first() or Help(
            account=account, about=about, asked_on=spells.day_of(at)
        )
        row.org, row.person, row.words = desk, person, words.strip()[:400]
        row.name = person.name if person else account.display_name
        if not row.phone and account.phone and not _phone_taken(account, about):
            row.phone = account.phone.carry()
        row.save()
        _announce(row, actor, at)
        return row


def _phone_taken(account: Any, about: str) -> bool:
    """Whether the household's other phone user has the same request open: then this one goes without a number."""
    return Help.objects.filter(phone_index=account.phone.open_unlogged(), about=about, state="open").exists()


def _desk_of(person: Person) -> Org:
    org = spells.home_of(person)
    while org.state not in ("preparing", "active") and org.parent is not None:
        org = org.parent
    return org


def ask_from_outside(
    *,
    name: str,
    phone: str,
    at: datetime,
    id_no: str = "",
    employer: str = "",
    union_code: str = "",
    about: str = HelpAbout.FIND_ME.value,
    words: str = "",
) -> Asked:
    """Somebody whose phone is not on file asks to be found. Nobody is told whether they exist.

    The request lands on the desk of the union that keeps their file, when the ID number says whose it is;
    else of the union they named; else of the federation. The answer and the writing are the same for all.
    """
    number = canonical.phone(phone)
    plain = canonical.id_number(id_no)
    faults = rules.phone_faults(number)
    if not name.strip():
        faults.append(Reason("name_missing", "请填写姓名。", cure="由本人填写。"))
    refuse_if(faults)
    about = about if about in HelpAbout.values else HelpAbout.FIND_ME.value
    person = Person.objects.filter(id_index=plain, merged_into__isnull=True).first() if plain else None
    named = by_code(union_code) if union_code else None
    desk = _desk_of(person) if person else (named if named and named.state == "active" else root())
    with journal.act():
        row = Help.objects.select_for_update().filter(phone_index=number, about=about, state="open").first()
        if row is None:
            if Help.objects.filter(org=desk, state="open", account__isnull=True).count() >= HELP_OPEN_MOST:
                return Asked()
            row = Help(about=about, asked_on=spells.day_of(at))
            row.phone = number
        row.org, row.person, row.name = desk, person, name.strip()[:60]
        row.id_no = plain or None
        row.employer, row.words = employer.strip()[:120], words.strip()[:400]
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:  # the same phone asked twice at the same instant
            return Asked()
        _announce(row, None, at)
    return Asked()


def _announce(row: Help, actor: Actor | None, at: datetime) -> None:
    journal.write(
        "members.help_asked", actor=actor, at=at, org=row.org, subjects=[row, *([row.person] if row.person else [])],
        payload={"about": row.about},
    )  # fmt: skip
    tell_desk(row.org, powers.SETTLE, "members.help_waits", {"about": row.about_label}, at)


def pass_help(*, help: Help, to_org: Org, actor: Actor, at: datetime, note: str = "") -> Help:
    """The request belongs on another desk."""
    with journal.act():
        row = Help.objects.select_for_update(of=("self",)).select_related("org").get(pk=help.pk)
        actor.must(powers.SETTLE, row.org)
        if row.state != "open":
            refuse("state_not_allowed", "这件事已经办结。", fact=row.state, cure="请刷新页面。")
        if to_org.pk == row.org_id or to_org.state != "active":
            refuse("org_not_active", "请选另一家存续的工会。", fact=to_org.name, cure="由办理人选择。")
        before, row.org, row.handler = row.org, to_org, None
        row.save(update_fields=["org", "handler"])
        entry = journal.write(
            "members.help_passed", actor=actor, at=at, org=before, subject=row, payload={"to": to_org.code}, note=note
        )
        journal.write("members.help_passed", actor=actor, at=at, org=to_org, subject=row, cause=entry)
        tell_desk(to_org, powers.SETTLE, "members.help_waits", {"about": row.about_label}, at)
        return row


def finish_help(*, help: Help, words: str, actor: Actor, at: datetime, found: Person | None = None) -> Help:
    """Done, and what was done. `found`: the person it was about, when the officer found them."""
    with journal.act():
        changes: dict[str, Any] = {"ended_on": spells.day_of(at), "answer": words.strip()[:200]}
        if found is not None:
            changes["person"] = found
        journal.move(
            help, "finish", actor=actor, at=at, facts=rules.AnswerFacts(words), note=words.strip(), changes=changes
        )
        _answer(help, at)
        return help


def close_help(*, help: Help, words: str, actor: Actor, at: datetime) -> Help:
    """Nothing can be done, or nobody answered; why."""
    with journal.act():
        journal.move(
            help, "close", actor=actor, at=at, facts=rules.AnswerFacts(words), note=words.strip(),
            changes={"ended_on": spells.day_of(at), "answer": words.strip()[:200]},
        )  # fmt: skip
        _answer(help, at)
        return help


def _answer(row: Help, at: datetime) -> None:
    if row.account_id:
        outbox.notify(
            [row.account_id], template="members.help_answered",
            context={"about": row.about_label, "words": row.answer}, at=at, url="/m/",
        )  # fmt: skip


def take(*, row: Correction | Help, actor: Actor, at: datetime) -> Correction | Help:
    """我来办: so that two officers do not do the same thing."""
    with journal.act():
        locked = type(row).objects.select_for_update(of=("self",)).select_related("org").get(pk=row.pk)
        actor.must(powers.SETTLE, locked.org)
        if locked.state != "open":
            refuse("state_not_allowed", "这件事已经办结。", fact=locked.state, cure="请刷新页面。")
        locked.handler_id = actor.person_id
        locked.save(update_fields=["handler"])
        journal.write("members.taken", actor=actor, at=at, org=locked.org, subject=locked)
        return locked


def call_number(*, person: Person, actor: Actor, at: datetime, why: str = "电话联系本会会员") -> str:
    """The full number, to call with one tap: written down like every other reveal. "" when there is none."""
    held = Person.objects.get(pk=person.pk)
    if not held.phone:
        return ""
    return reveal(held, "phone", actor=actor, at=at, power=powers.READ, reason=why, org=spells.home_of(held))


def help_number(*, help: Help, actor: Actor, at: datetime, why: str = "回复求助") -> str:
    """The number somebody left to be called back on."""
    row = Help.objects.select_related("org").get(pk=help.pk)
    return reveal(row, "phone", actor=actor, at=at, power=powers.SETTLE, reason=why) if row.phone else ""
