"""A person's file: begun, corrected, closed by death; and the log-in behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Forbidden, Reason, Refused, refuse, refuse_if
from gongjia.base.secret import canonical, with_indexes
from gongjia.who.accounts import actions as account_actions
from gongjia.who.accounts import powers as account_powers
from gongjia.who.members import kinds, powers, registry, rules
from gongjia.who.members.actions import spells
from gongjia.who.members.models import Cover, Membership, Person, Position, Transfer
from gongjia.who.members.queries import identity_owner
from gongjia.who.orgs.models import Org
from gongjia.who.orgs.queries import root


@dataclass(frozen=True)
class PersonFacts:
    """What a form or a sheet says about somebody. Numbers as typed."""

    name: str
    id_kind: str = ""
    id_no: str = ""
    phone: str = ""
    sex: str = ""
    born_on: date | None = None
    nation: str = ""
    political: str = ""
    education: str = ""
    skill_level: str = ""
    employment: str = ""
    household_kind: str = ""
    household_place: str = ""
    native_place: str = ""
    job_post: str = ""
    is_rural_worker: bool = False
    note: str = ""


# What `correct` may change; identity, death and merging are acts of their own.
CORRECTABLE = tuple(one.name for one in fields(PersonFacts) if one.name not in ("id_kind", "id_no"))
_CODES: dict[str, Any] = {
    "sex": kinds.Sex,
    "political": kinds.Political,
    "education": kinds.Education,
    "skill_level": kinds.SkillLevel,
    "employment": kinds.Employment,
    "household_kind": kinds.HouseholdKind,
}
SECRET = frozenset({"id_no", "phone"})
PERSONAL = frozenset({"name", "born_on", "household_place", "native_place", "note"})


def faults_of(facts: PersonFacts | Mapping[str, Any], today: date) -> list[Reason]:
    """What is wrong with the values themselves."""
    given = facts if isinstance(facts, Mapping) else vars(facts)
    found: list[Reason] = []
    if given.get("id_no"):
        found += rules.identity_faults(given.get("id_kind") or "", given["id_no"], today)
    if given.get("phone"):
        found += rules.phone_faults(given["phone"])
    for name, values in _CODES.items():
        if given.get(name) and given[name] not in values.values:
            found.append(Reason("code_unknown", f"{_LABELS[name]}的代码不在目录里。", fact=given[name], cure="请从目录里选。"))
    if given.get("nation") and given["nation"] not in kinds.NATIONS:
        found.append(Reason("code_unknown", "民族的代码不在目录里。", fact=given["nation"], cure="请从目录里选。"))
    born = given.get("born_on")
    if born and (born > today or born.year < 1900):
        found.append(Reason("date_impossible", "出生日期不可能。", fact=str(born), cure="请核对证件。"))
    return found


_LABELS = {
    "sex": "性别",
    "political": "政治面貌",
    "education": "学历",
    "skill_level": "技术等级",
    "employment": "就业状况",
    "household_kind": "户籍类型",
}


def completed(facts: PersonFacts, today: date) -> dict[str, Any]:
    """The values as they are stored: canonical numbers, birth date and sex from an ID card where empty."""
    values = {one.name: getattr(facts, one.name) for one in fields(PersonFacts)}
    values["name"] = facts.name.strip()
    values["phone"] = canonical.phone(facts.phone) or None
    values["id_no"] = canonical.id_number(facts.id_no) or None
    if values["id_no"]:
        read = rules.read_identity(facts.id_kind, facts.id_no, today)
        values["born_on"] = facts.born_on or read.born_on
        values["sex"] = facts.sex or read.sex
    values["sex"] = values["sex"] or kinds.Sex.UNKNOWN.value
    return values


def write_new(values: Mapping[str, Any]) -> Person:
    """Put a new person; the caller has checked the values and writes the entry."""
    latin, initials = rules.latin_of(values["name"])
    person = Person(**values, name_py=latin, name_initials=initials)
    person.card_serial = rules.card_serial(person.pk)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:
        if "id_index" not in str(error):
            raise
        raise Refused(taken("")) from error
    return person


def taken(place: str) -> Reason:
    """The number is somebody's already; where, is said only to one who may see it."""
    return Reason(
        "id_duplicate_elsewhere",
        f"这个证件号码已登记{f'，会籍在{place}' if place else '在别处'}。",
        fact=place,
        clause="会籍管理办法 3",
        cure="请核对号码；确属同一个人的，请办理转接，或请乡镇(街道)工会合并重复档案。",
    )


def add_person(*, facts: PersonFacts, org: Org, actor: Actor, at: datetime, note: str = "", cause: Any = None) -> Person:
    """Begin the file of somebody who is no member: an officer of a union above, an invited expert."""
    actor.must(powers.POSITIONS_GRANT, org)
    today = spells.day_of(at)
    with journal.act():
        if not facts.name.strip():
            refuse("name_missing", "请填写姓名。", cure="由办理人填写。")
        refuse_if(faults_of(facts, today))
        if facts.id_no and (owner := identity_owner(actor, facts.id_no)):
            raise Refused(taken(owner.org_name))
        person = write_new(completed(facts, today))
        journal.write(
            "members.person_added", actor=actor, at=at, org=org, subject=person, note=note, cause=cause,
            payload={"with_identity": bool(facts.id_no)},
        )  # fmt: skip
        return person


def home_of(person: Person, spell: Membership | None = None) -> Org:
    """The union that keeps a person's file: of the latest spell, else of a post, else the federation."""
    spell = spell or Membership.objects.filter(person=person, is_latest=True).select_related("org").first()
    if spell is not None:
        return spell.org
    post = Position.objects.filter(person=person).select_related("org").order_by("until", "-since").first()
    return post.org if post else root()


def correct(
    *,
    person: Person,
    changes: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    note: str = "",
    cause: Any = None,
) -> Person:
    """Change facts of a person.

    A changed phone also becomes the log-in's, where the officer may reset log-ins; else the log-in stays.
    """
    unknown = set(changes) - set(CORRECTABLE)
    if unknown:
        raise ValueError(f"not facts of a person that may be corrected: {sorted(unknown)}")
    today = spells.day_of(at)
    with journal.act():
        held = spells.hold(person)
        locked, org = held.person, home_of(person, held.spell)
        actor.must(powers.EDIT, org)
        _must_be_current(locked)
        values = dict(changes)
        if "name" in values:
            values["name"] = str(values["name"]).strip()
            if not values["name"]:
                refuse("name_missing", "请填写姓名。", cure="由办理人填写。")
        if "phone" in values:
            values["phone"] = canonical.phone(values["phone"]) or None
        refuse_if(faults_of(values, today))
        changed = [name for name, value in values.items() if not _same(locked, name, value)]
        if not changed:
            return locked
        before = {name: _shown(locked, name) for name in changed}
        for name in changed:
            setattr(locked, name, values[name])
        written = with_indexes(Person, changed)
        if "name" in changed:
            locked.name_py, locked.name_initials = rules.latin_of(locked.name)
            written += ["name_py", "name_initials"]
            Membership.objects.filter(person=locked).update(name_keys=rules.keys_of(locked.name))
        if "phone" in changed:
            locked.phone_ok = False
            written.append("phone_ok")
        locked.save(update_fields=written)
        after = {name: _shown(locked, name, values[name]) for name in changed}
        entry = journal.write(
            "members.corrected",
            actor=actor,
            at=at,
            org=org,
            subject=locked,
            payload={"fields": {name: [before[name], after[name]] for name in changed}},
            note=note,
            cause=cause,
        )
        if locked.account_id and "name" in changed:
            account_actions.rename(account_id=locked.account_id, display_name=locked.name, actor=actor, at=at)
        if "phone" in changed:
            _follow_phone(locked, org, actor, at, note, entry)
        return locked


def _follow_phone(person: Person, org: Org, actor: Actor, at: datetime, note: str, cause: Any) -> None:
    account = person.account
    if account is None or not person.phone or account.pk == actor.account_id or account.requires_second_factor:
        return
    if actor.can(account_powers.RESET, org):
        account_actions.reset_phone(
            account_id=account.pk,
            phone=person.phone.open_unlogged(),
            org=org,
            actor=actor,
            at=at,
            reason=note or "会员资料中的手机号已更正",
        )


def follow_log_in(*, person: Person, phone: Any, proven: bool, actor: Actor | None, at: datetime) -> Person:
    """The log-in phone was changed and confirmed: the file takes it over, closed from row to row."""
    with journal.act():
        held = spells.hold(person)
        locked = held.person
        before = _shown(locked, "phone")
        locked.phone, locked.phone_ok = phone, proven
        after = _shown(locked, "phone")
        locked.save(update_fields=with_indexes(Person, ["phone", "phone_ok"]))
        if before != after:
            journal.write(
                "members.corrected", actor=actor, at=at, org=home_of(locked, held.spell), subject=locked,
                payload={"fields": {"phone": [before, after]}}, note="登录手机号更换",
            )  # fmt: skip
        return locked


def confirm_phone(*, account: Any) -> None:
    """Its owner has just logged in by a code sent to it: mark the phone on file, when it is the same one."""
    person = Person.objects.filter(account=account, phone_ok=False, merged_into__isnull=True).first()
    if person is not None and person.phone and account.phone and _same(person, "phone", account.phone.open_unlogged()):
        Person.objects.filter(pk=person.pk).update(phone_ok=True)


def _same(person: Person, name: str, value: Any) -> bool:
    if name in SECRET:
        held = getattr(person, name)
        return (held.open_unlogged() if held else None) == (value or None)
    return getattr(person, name) == value


def _shown(person: Person, name: str, new: Any = None) -> Any:
    """For the journal: codes as they are, personal values as digests."""
    if name in SECRET:
        plain = new if new is not None else (getattr(person, name).open_unlogged() if getattr(person, name) else "")
        return journal.digest(str(plain or ""))
    value = getattr(person, name)
    if name in PERSONAL:
        return journal.digest(str(value or ""))
    return value if isinstance(value, (str, bool, int, type(None))) else str(value)


def _must_be_current(person: Person) -> None:
    if person.merged_into_id:
        refuse("person_merged", "这份档案已并入另一份档案。", cure="请在合并后的档案里办理。")


def set_identity(
    *,
    person: Person,
    id_kind: str,
    id_no: str,
    actor: Actor,
    at: datetime,
    note: str,
    cause: Any = None,
) -> Person:
    """Enter the identity number that was missing, or correct a wrong one.

    The first number takes the power to edit; another in the place of one takes the power to merge,
    since it says that this is somebody else than was thought.
    """
    today = spells.day_of(at)
    with journal.act():
        held = spells.hold(person)
        locked, org = held.person, home_of(person, held.spell)
        actor.must(powers.MERGE if locked.id_no else powers.EDIT, org)
        _must_be_current(locked)
        if locked.id_no and not note.strip():
            refuse("words_missing", "更正证件号码要写明依据。", cure="如：核对身份证原件。")
        refuse_if(rules.identity_faults(id_kind, id_no, today))
        plain = canonical.id_number(id_no)
        if not plain:
            refuse("id_missing", "请填写证件号码。", cure="请对照证件填写。")
        if locked.id_kind == id_kind and _same(locked, "id_no", plain):
            return locked
        owner = identity_owner(actor, plain)
        if owner is not None and owner.person_id != locked.pk:
            raise Refused(taken(owner.org_name))
        before = _shown(locked, "id_no")
        read = rules.read_identity(id_kind, id_no, today)
        locked.id_kind, locked.id_no = id_kind, plain
        written = with_indexes(Person, ["id_kind", "id_no"])
        if read.born_on:
            locked.born_on, locked.sex = read.born_on, read.sex
            written += ["born_on", "sex"]
        try:
            with transaction.atomic():
                locked.save(update_fields=written)
        except IntegrityError as error:
            raise Refused(taken("")) from error
        journal.write(
            "members.identity_corrected",
            actor=actor,
            at=at,
            org=org,
            subject=locked,
            payload={"kind": id_kind, "from": before, "to": journal.digest(plain)},
            note=note,
            cause=cause,
        )
        return locked


def record_death(*, person: Person, died_on: date, actor: Actor, at: datetime, note: str = "") -> Person:
    """A death: the membership, posts, covers and hand-overs end, the log-in is closed, the file stays."""
    today = spells.day_of(at)
    with journal.act():
        held = spells.hold(person)
        locked, org = held.person, home_of(person, held.spell)
        actor.must(powers.LEAVE, org)
        _must_be_current(locked)
        if locked.died_on:
            refuse("person_died", "这位同志已登记去世。", fact=str(locked.died_on), cure="如登记有误，请先更正。")
        if died_on > today:
            refuse("date_in_future", "日期不能晚于今天。", fact=str(died_on), cure="请核对日期。")
        if locked.born_on and died_on < locked.born_on:
            refuse("date_impossible", "去世日期早于出生日期。", fact=str(died_on), cure="请核对日期。")
        locked.died_on = died_on
        locked.save(update_fields=["died_on"])
        entry = journal.write(
            "members.died",
            actor=actor,
            at=at,
            org=org,
            subjects=[locked, *([held.open] if held.open else [])],
            payload={"on": died_on.isoformat()},
            note=note,
        )
        if held.open:
            spell = spells.end(held.open, died_on, kinds.ChangeKind.DEATH)
            spells.note_change(spell, kinds.ChangeKind.DEATH, spell.until, reason=kinds.ChangeReason.DEATH)
        withdraw_transfers(locked, actor, at, "本人去世", entry)
        end_posts_of(locked, died_on, "去世", actor, at, entry)
        close_log_in(locked, org, actor, at, "登记去世")
        return locked


def withdraw_transfers(person: Person, actor: Actor, at: datetime, why: str, cause: Any) -> None:
    """An open hand-over has nothing left to hand over."""
    for transfer in Transfer.objects.filter(person=person, state__in=("asked", "offered")):
        journal.move(
            transfer, "withdraw", actor=actor, at=at, note=why, cause=cause,
            changes={"ended_on": spells.day_of(at), "answer": why},
        )  # fmt: skip


def end_posts_of(person: Person, on: date, why: str, actor: Actor, at: datetime, cause: Any) -> None:
    """All posts and covers of a person end on a day, for a reason that lies in the person."""
    for post in Position.objects.filter(person=person, until__isnull=True).select_related("org"):
        post.until, post.ended_why = max(on, post.since), why
        post.save(update_fields=["until", "ended_why"])
        journal.write("positions.ended", actor=actor, at=at, org=post.org, subjects=[post, person], note=why, cause=cause)
    today = spells.day_of(at)
    Cover.objects.filter(stand_in=person, until__gt=today, since__lte=today).update(until=today)
    for cover in Cover.objects.filter(stand_in=person, since__gt=today):
        cover.until = cover.since
        cover.save(update_fields=["until"])


def close_log_in(person: Person, org: Org, actor: Actor, at: datetime, reason: str) -> None:
    """Close the account behind a person as the consequence of another act that was permitted."""
    account = person.account
    if account is None or not account.is_active:
        return
    machine = Actor.system(actor.label, (account_powers.CLOSE, getattr(account_powers, "STAFF", account_powers.CLOSE)))
    account_actions.close_account(account_id=account.pk, org=org, actor=machine, at=at, reason=reason)


def open_account(*, person: Person, actor: Actor | None, at: datetime, cause: Any = None) -> Person:
    """A log-in for a person who has none: of a new officer, or of somebody who proved the phone."""
    with journal.act():
        held = spells.hold(person)
        locked = held.person
        if locked.account_id or locked.merged_into_id or locked.died_on:
            return locked
        org = home_of(locked, held.spell)
        row = account_actions.NewAccount(
            display_name=locked.name,
            phone=locked.phone.open_unlogged() if locked.phone else "",
            requires_second_factor=needs_factor(locked, spells.day_of(at)),
        )
        [account_id] = account_actions.open_accounts(rows=[row], actor=actor, at=at, org=org, cause=cause)
        locked.account_id = account_id
        locked.save(update_fields=["account"])
        journal.write("members.account_linked", actor=actor, at=at, org=org, subject=locked, cause=cause)
        return locked


def open_accounts(*, person_ids: Iterable[UUID], actor: Actor, at: datetime) -> dict[UUID, UUID]:
    """Log-ins for many members at once, those who have none: person -> account. The machine itself only."""
    if not actor.everywhere:
        raise Forbidden("accounts.adopt")
    with journal.act():
        persons = list(
            Person.objects.select_for_update(of=("self",))
            .filter(pk__in=list(person_ids), account__isnull=True, merged_into__isnull=True, died_on__isnull=True)
            .order_by("pk")
        )
        rows = [
            account_actions.NewAccount(display_name=one.name, phone=one.phone.open_unlogged() if one.phone else "")
            for one in persons
        ]
        opened = account_actions.open_accounts(rows=rows, actor=actor, at=at)
        with connection.cursor() as cursor:
            cursor.execute(
                "update members_person p set account_id = n.account from unnest(%s::uuid[], %s::uuid[]) as n(id, account)"
                " where p.id = n.id",
                [[one.pk for one in persons], opened],
            )
        if persons:
            journal.write("members.account_linked", actor=actor, at=at, subjects=persons, payload={"count": len(persons)})
    return dict(zip((one.pk for one in persons), opened, strict=True))


def needs_factor(person: Person, day: date) -> bool:
    """Whether a post held on that day asks for a second factor (city departments, finance, administrators)."""
    staff = [role.key for role in registry.roles().values() if role.needs_factor]
    posts = Position.objects.filter(person=person, role__in=staff, since__lte=day)
    return posts.exclude(until__lte=day).exists()
