"""A person's file: begun, corrected, closed by death; and the log-in behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Reason, Refused, refuse, refuse_if
from gongjia.base.secret import canonical, with_indexes
from gongjia.who.accounts import actions as account_actions
from gongjia.who.accounts import powers as account_powers
from gongjia.who.members import kinds, powers, rules
from gongjia.who.members.actions import spells
from gongjia.who.members.models import Membership, Person
from gongjia.who.members.queries import identity_owner
from gongjia.who.orgs.models import Org


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
            found.append(
                Reason("code_unknown", f"{_LABELS[name]}的代码不在目录里。", fact=given[name], cure="请从目录里选。")
            )
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


def add_person(
    *, facts: PersonFacts, org: Org, actor: Actor, at: datetime, note: str = "", cause: Any = None
) -> Person:
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
        locked, org = held.person, spells.home_of(person, held.spell)
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
        changed = [name for name, value in values.items() if not same(locked, name, value)]
        if not changed:
            return locked
        before = {name: shown(locked, name) for name in changed}
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
        after = {name: shown(locked, name, values[name]) for name in changed}
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


def same(person: Person, name: str, value: Any) -> bool:
    if name in SECRET:
        held = getattr(person, name)
        return (held.open_unlogged() if held else None) == (value or None)
    return getattr(person, name) == value


def shown(person: Person, name: str, new: Any = None) -> Any:
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
        locked, org = held.person, spells.home_of(person, held.spell)
        actor.must(powers.MERGE if locked.id_no else powers.EDIT, org)
        _must_be_current(locked)
        if locked.id_no and not note.strip():
            refuse("words_missing", "更正证件号码要写明依据。", cure="如：核对身份证原件。")
        refuse_if(rules.identity_faults(id_kind, id_no, today))
        plain = canonical.id_number(id_no)
        if not plain:
            refuse("id_missing", "请填写证件号码。", cure="请对照证件填写。")
        if locked.id_kind == id_kind and same(locked, "id_no", plain):
            return locked
        owner = identity_owner(actor, plain)
        if owner is not None and owner.person_id != locked.pk:
            raise Refused(taken(owner.org_name))
        before = shown(locked, "id_no")
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
