"""A file from application to approval: filled in, submitted, visited, reviewed, approved; returned or declined."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from gongjia.base import clock, identity_numbers, journal, outbox
from gongjia.base.actor import Actor
from gongjia.base.refused import Forbidden, Reason, Refused, refuse
from gongjia.who.members import queries as members
from gongjia.who.orgs import kinds as org_kinds
from gongjia.who.orgs import queries as orgs
from gongjia.work.households import kinds, powers, queries, rules, states
from gongjia.work.households.actions.facts import facts_of
from gongjia.work.households.models import FileMember, HouseholdFile, Visit

CAUSES = ("cause_main", "cause_second", "level", "rural_worker")


@dataclass(frozen=True)
class HouseholdMember:
    """One person of the household as told; the worker is one of them, with relation "self"."""

    relation: str
    name: str
    id_no: str = ""
    facts: rules.MemberFacts = field(default_factory=rules.MemberFacts)


def today(at: datetime) -> date:
    return at.astimezone(clock.SHANGHAI).date()


def may_touch(actor: Actor, file: HouseholdFile, power: str = powers.EDIT) -> None:
    """An officer of the union that keeps the file, or the worker whose file it is."""
    if actor.person_id is not None and actor.person_id == file.head_id and power == powers.EDIT:
        return
    actor.must(power, file.org)


def lock_households() -> None:
    """One at a time: whether a household has a file already is asked and answered under this lock."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('households.one_file'))")


def next_number(city: str, year: int) -> str:
    """330182-K2018-00012. Under `lock_households`."""
    stem = f"{city}-K{year}-"
    last = HouseholdFile.objects.filter(number__startswith=stem).order_by("-number").values_list("number", flat=True)
    return f"{stem}{int(last[0].rsplit('-', 1)[1]) + 1 if last else 1:05d}"


def keeper_of(own: Any, via: str) -> Any:
    """Who keeps the file: the own union, or, applied for straight at the township, the nearest union above it that
    is no employer's."""
    if via == kinds.Via.OWN:
        return own
    above = [org for org in orgs.chain_of(own) if org.pk != own.pk and org.kind in org_kinds.UPPER_KINDS]
    return above[-1] if above else own


def start_file(
    *, head: Any, via: str, actor: Actor, at: datetime, applied_on: date | None = None, level: str = "",
    note: str = "",
) -> HouseholdFile:  # fmt: skip
    """Open an application for the household of one worker."""
    spell = head.memberships.filter(until__isnull=True).select_related("org").order_by("-since").first()
    if spell is None:
        refuse("not_member", "这位职工不是在册会员，请先办理入会。", cure="请本单位工会登记入会后再申请。")
    day = applied_on or today(at)
    if day > today(at):
        refuse("applied_in_future", "申请日期在今天之后。", fact=str(day))
    with journal.act():
        org = keeper_of(spell.org, via)
        if actor.person_id is None or actor.person_id != head.pk:
            actor.must(powers.EDIT, org)
        lock_households()
        root = orgs.root()
        city = (root.division_code or root.code)[:6] if root else ""
        _one_file(None, {head.pk}, [])
        file = HouseholdFile(
            number=next_number(city, day.year), org=org, home_org=spell.org, head=head, via=via, city=city,
            applied_on=day, entered_by=actor.label, level=level, persons=1, rural_worker=head.is_rural_worker,
        )  # fmt: skip
        file.save(force_insert=True)
        FileMember(
            file=file, person=head, relation=kinds.Relation.SELF.value, name=head.name,
            id_no=head.id_no.carry() if head.id_no else None, since=day,
        ).save(force_insert=True)  # fmt: skip
        journal.write(
            "households.started", actor=actor, at=at, org=org, subject=file,
            payload={"via": via, "number": file.number}, note=note,
        )  # fmt: skip
        return file


def fill(
    *, file: HouseholdFile, actor: Actor, at: datetime, facts: rules.HouseholdFacts | None = None,
    household: Sequence[HouseholdMember] | None = None, causes: Mapping[str, Any] | None = None,
) -> HouseholdFile:  # fmt: skip
    """Write down what the household tells: sealed from the first keystroke. Possible until a desk has it."""
    with journal.act():
        file = _locked(file)
        may_touch(actor, file)
        if file.state not in ("draft", "returned"):
            refuse("not_open", "已经提交的申请不能直接改，请先退回补正。", fact=file.state_label)
        changed = _write(file, actor, at, facts, household, causes)
        journal.write(
            "households.filled", actor=actor, at=at, org=file.org, subject=file, payload={"parts": sorted(changed)}
        )
        return file


def _write(
    file: HouseholdFile, actor: Actor, at: datetime, facts: rules.HouseholdFacts | None,
    household: Sequence[HouseholdMember] | None, causes: Mapping[str, Any] | None,
) -> list[str]:  # fmt: skip
    """Put the parts that are given; answers their names. The file is locked by the caller."""
    changed = []
    if facts is not None:
        _plausible(facts)
        file.facts = facts.dumps()
        changed.append("facts")
    for name, value in (causes or {}).items():
        if name not in CAUSES:
            raise ValueError(f"no cause of a file: {name}")
        setattr(file, name, value)
        changed.append(name)
    if household is not None:
        _put_household(file, household, actor, today(at))
        changed.append("persons")
    if changed:
        file.save(update_fields=changed)
    return changed


def _plausible(facts: rules.HouseholdFacts) -> None:
    money = {"own_monthly", "income_other", "accident_cost", *rules.RIGID}
    if any(getattr(facts, name) < 0 for name in money):
        refuse("negative", "收入、支出不能是负数。")
    for code in facts.exclusions:
        kinds.Exclusion(code)


def told_members(household: Sequence[HouseholdMember], kept: Mapping[tuple[str, str], str]) -> list[HouseholdMember]:
    """The others of the household as told, checked. `kept`: numbers told before; one left blank stays, a form never
    shows it again."""
    reasons = []
    told = [
        replace(one, id_no=one.id_no or kept.get((one.relation, one.name.strip()), ""))
        for one in household
        if one.relation != kinds.Relation.SELF
    ]
    for number, one in enumerate(told, 2):
        if not one.name.strip():
            reasons.append(Reason("member_name", f"第 {number} 位家庭成员没有填姓名。"))
        if one.id_no and not (checked := identity_numbers.check_id_card(one.id_no)).ok:
            reasons.append(Reason("member_id", f"第 {number} 位家庭成员：{checked.sentence}"))
    numbers = _numbers(told)
    if len(set(numbers)) < len(numbers):
        reasons.append(Reason("member_twice", "家庭成员里有人填了两次。"))
    if reasons:
        raise Refused(reasons)
    return told


def _numbers(told: Sequence[HouseholdMember]) -> list[str]:
    return [identity_numbers.canonical.id_number(one.id_no) for one in told if one.id_no]


def owners_of(told: Sequence[HouseholdMember], actor: Actor) -> dict[str, UUID]:
    """Number -> the person on file who has it."""
    found = {number: members.identity_owner(actor, number) for number in _numbers(told)}
    return {number: owner.person_id for number, owner in found.items() if owner is not None}


def member_row(
    file: HouseholdFile, one: HouseholdMember, place: int, owners: Mapping[str, UUID], day: date
) -> FileMember:
    number = identity_numbers.canonical.id_number(one.id_no) if one.id_no else ""
    return FileMember(
        file=file, person_id=owners.get(number), relation=one.relation, name=one.name.strip(), id_no=number or None,
        facts=one.facts.dumps(), position=place, since=day,
    )  # fmt: skip


def _put_household(file: HouseholdFile, household: Sequence[HouseholdMember], actor: Actor, day: date) -> None:
    """The list as told now: who is no longer on it leaves with that day, nobody is deleted."""
    kept = {
        (row.relation, row.name.open_unlogged()): row.id_no.open_unlogged()
        for row in file.members.filter(until__isnull=True)
        if row.id_no
    }
    told = told_members(household, kept)
    lock_households()
    owners = owners_of(told, actor)
    _one_file(file, {file.head_id, *owners.values()}, _numbers(told))
    file.members.filter(until__isnull=True).exclude(relation=kinds.Relation.SELF.value).update(until=day)
    own = next((one for one in household if one.relation == kinds.Relation.SELF), None)
    if own is not None:
        me = file.members.get(relation=kinds.Relation.SELF.value, until__isnull=True)
        me.facts = own.facts.dumps()
        me.save(update_fields=["facts"])
    for place, one in enumerate(told, 1):
        member_row(file, one, place, owners, day).save(force_insert=True)
    file.persons = len(told) + 1


def _one_file(file: HouseholdFile | None, persons: Iterable[UUID], numbers: Sequence[str]) -> None:
    if other := other_file(file, persons, numbers):
        raise Refused(rules.one_household(other))


def other_file(file: HouseholdFile | None, persons: Iterable[UUID], numbers: Sequence[str]) -> str:
    """Number of another living file that has one of these people. Ask under `lock_households`."""
    of_household = Q(head_id__in=list(persons)) | Q(members__person_id__in=list(persons), members__until__isnull=True)
    if numbers:
        of_household |= Q(members__id_index__in=list(numbers), members__until__isnull=True)
    found = HouseholdFile.objects.filter(of_household, state__in=states.LIVE)
    if file is not None:
        found = found.exclude(pk=file.pk)
    return found.values_list("number", flat=True).first() or ""


def submit(*, file: HouseholdFile, actor: Actor, at: datetime, note: str = "") -> HouseholdFile:
    """Hand it in: complete, and the only one of its household."""
    with journal.act():
        file = _locked(file)
        may_touch(actor, file)
        journal.move(file, "submit", actor=actor, at=at, facts=facts_of(file, actor, at), note=note)
        return file


def withdraw(*, file: HouseholdFile, actor: Actor, at: datetime, note: str = "") -> HouseholdFile:
    with journal.act():
        may_touch(actor, file)
        journal.move(file, "withdraw", actor=actor, at=at, note=note)
        return file


def visit(
    *, file: HouseholdFile, on: date, first: Any, second: Any, photo: Any, agrees: bool, actor: Actor, at: datetime,
    note: str = "",
) -> Visit:  # fmt: skip
    """入户核查 by two officers, with a photo. Also possible later, for a verification."""
    with journal.act():
        file = _locked(file)
        actor.must(powers.EDIT, file.org)
        if file.state not in ("visiting", "reviewing", "approving", "active"):
            refuse("not_now", f"{file.state_label}的档案不用入户核查。", fact=file.state_label)
        if photo is None:
            refuse("photo_missing", "请上传入户照片。")
        household = queries.household_person_ids(file)
        first_id, second_id = getattr(first, "pk", first), getattr(second, "pk", second)
        reasons = rules.visit_faults(
            on=on, today=today(at), first=first_id, second=second_id, household=list(household)
        )
        if reasons:
            raise Refused(reasons)
        made = Visit(
            file=file, on=on, first_id=first_id, second_id=second_id, photo=photo, agrees=agrees, note=note.strip() or None,
            entered_at=at,
        )  # fmt: skip
        made.save(force_insert=True)
        journal.write(
            "households.visited", actor=actor, at=at, org=file.org, subjects=[file, photo],
            payload={"on": on.isoformat(), "agrees": agrees, "officers": [str(first_id), str(second_id)]},
        )  # fmt: skip
        if file.state == "visiting":
            journal.move(file, "visit_done", actor=actor, at=at, facts=facts_of(file, actor, at))
        return made


def review(*, file: HouseholdFile, actor: Actor, at: datetime, note: str = "") -> HouseholdFile:
    """乡镇审核: passes when the visit agreed and the household falls in a category. The computation is kept."""
    with journal.act():
        file = _locked(file)
        lock_households()
        facts = facts_of(file, actor, at)
        journal.move(
            file, "review", actor=actor, at=at, facts=facts, note=note, changes=_kept(facts.computation),
            payload={"category": facts.computation.category if facts.computation else ""},
        )  # fmt: skip
        return file


def approve(
    *, file: HouseholdFile, actor: Actor, at: datetime, objections_open: int = 0, level: str = "", document_no: str = "",
    note: str = "",
) -> HouseholdFile:  # fmt: skip
    """审批建档. `objections_open`: of the notice inside the unit, which the caller has asked for."""
    with journal.act():
        file = _locked(file)
        lock_households()
        level = level or file.level
        facts = facts_of(file, actor, at, objections_open=objections_open, level=level, document_no=document_no)
        day = today(at)
        journal.move(
            file, "approve", actor=actor, at=at, facts=facts, note=note,
            changes={
                **_kept(facts.computation), "level": level, "document_no": document_no.strip(), "opened_on": day,
                "verified_year": day.year,
                "rural_worker": file.rural_worker and _rural(file, facts.computation),
            },
            payload={"category": facts.computation.category if facts.computation else "", "level": level},
        )  # fmt: skip
        _tell(file, "households.approved", {"number": file.number, "category": file.category_label}, at)
        return file


def _rural(file: HouseholdFile, computation: rules.Computation | None) -> bool:
    told = queries.facts_in(file)
    return bool(
        told is not None
        and computation is not None
        and rules.rural_worker(
            category=computation.category, lives_in_city=told.lives_in_city, months_of_work=told.months_of_work
        )
    )


def _kept(computation: rules.Computation | None) -> dict[str, Any]:
    """The category as a column, the way to it sealed."""
    if computation is None:
        return {}
    return {
        "category": computation.category,
        "computed": json.dumps(computation.as_dict(), ensure_ascii=False, sort_keys=True),
    }


def return_back(*, file: HouseholdFile, why: str, actor: Actor, at: datetime) -> HouseholdFile:
    """退回补正, with what is missing."""
    return _back(file, "return", why, actor, at, "households.returned")


def decline(*, file: HouseholdFile, why: str, actor: Actor, at: datetime) -> HouseholdFile:
    """不予建档, with the reason."""
    return _back(file, "decline", why, actor, at, "households.declined")


def _back(file: HouseholdFile, step: str, why: str, actor: Actor, at: datetime, template: str) -> HouseholdFile:
    with journal.act():
        facts = rules.FileFacts(today(at), why=why)
        journal.move(
            file, step, actor=actor, at=at, facts=facts, note=why.strip(), changes={"why_back": why.strip()[:300]}
        )
        _tell(file, template, {"note": why.strip()[:200]}, at)
        return file


def note_notice(*, file: HouseholdFile, notice_id: UUID, until: datetime, actor: Actor, at: datetime) -> HouseholdFile:
    """Which notice inside the unit names this file, and how long it hangs."""
    with journal.act():
        file = _locked(file)
        actor.must(powers.EDIT, file.org)
        file.notice_ref, file.notice_until = notice_id, until
        file.save(update_fields=["notice_ref", "notice_until"])
        journal.write(
            "households.noticed", actor=actor, at=at, org=file.org,
            subjects=[file, ("publish.notice", notice_id)], payload={"until": until.isoformat()},
        )  # fmt: skip
        return file


def _locked(file: HouseholdFile) -> HouseholdFile:
    return HouseholdFile.objects.select_for_update(of=("self",)).select_related("org", "head").get(pk=file.pk)


def _tell(file: HouseholdFile, template: str, context: Mapping[str, str], at: datetime) -> None:
    if file.head.account_id is not None:
        outbox.notify([file.head.account_id], template=template, context=dict(context), at=at)


def must_see(actor: Actor, file: HouseholdFile) -> None:
    """The household's own people, or an officer with the power to read its facts."""
    if actor.person_id is not None and actor.person_id == file.head_id:
        return
    if not actor.can(powers.FACTS, file.org):
        raise Forbidden(powers.FACTS)
