"""Many files in one act: a township hands in several families, civil affairs answers one letter with a list, the
federation approves by one document. Each file is checked as if it were alone; one that fails refuses the whole, since
the paper names them together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Reason, Refused, refuse
from gongjia.who.members.queries import spells_on
from gongjia.who.orgs import queries as orgs
from gongjia.work.households import kinds, powers, rules
from gongjia.work.households.actions import file as filing
from gongjia.work.households.actions.facts import facts_many
from gongjia.work.households.models import CheckRequest, FileMember, HouseholdFile, Visit

MOST_AT_ONCE = 500


@dataclass(frozen=True)
class Family:
    """What one household told on its form. `head` is a member on file."""

    head: Any
    facts: rules.HouseholdFacts
    household: Sequence[filing.HouseholdMember]
    causes: Mapping[str, Any] = field(default_factory=dict)
    applied_on: date | None = None


@dataclass(frozen=True)
class Seen:
    """One visit: which file, who went, what they found."""

    file: HouseholdFile
    first: UUID
    second: UUID
    photo: Any
    agrees: bool = True
    note: str = ""


def take_in(*, families: Sequence[Family], via: str, actor: Actor, at: datetime) -> list[HouseholdFile]:
    """Open, fill and hand in the applications of several households, under one lock: a household that is on the list
    twice, or has a file already, is named."""
    _not_too_many(families)
    today = filing.today(at)
    with journal.act():
        spells = {
            row.person_id: row
            for row in spells_on(today).filter(person_id__in=[one.head.pk for one in families]).select_related("org")
        }
        keepers: dict[UUID, Any] = {}
        filing.lock_households()
        root = orgs.root()
        city = (root.division_code or root.code)[:6] if root else ""
        number = filing.next_number(city, today.year)
        stem, first = number.rsplit("-", 1)
        files = []
        for place, family in enumerate(families):
            spell = spells.get(family.head.pk)
            if spell is None:
                refuse(
                    "not_member", "这位职工不是在册会员，请先办理入会。", fact=family.head.name, cure="请先登记入会。"
                )
            day = family.applied_on or today
            if day > today:
                refuse("applied_in_future", "申请日期在今天之后。", fact=str(day))
            if spell.org_id not in keepers:
                keepers[spell.org_id] = filing.keeper_of(spell.org, via)
            filing._plausible(family.facts)
            files.append(
                HouseholdFile(
                    number=f"{stem}-{int(first) + place:05d}", org=keepers[spell.org_id], home_org=spell.org,
                    head=family.head, via=via, city=city, applied_on=day, entered_by=actor.label, facts=family.facts.dumps(),
                    persons=1 + sum(one.relation != kinds.Relation.SELF for one in family.household),
                    rural_worker=family.head.is_rural_worker, **family.causes,
                )
            )  # fmt: skip
        for org in keepers.values():
            actor.must(powers.EDIT, org)
        if clash := _heads_with_files(files):
            raise Refused(rules.one_household(clash))
        _insert(files)
        _put_families(families, files, actor, today)
        entry = journal.write(
            "households.started", actor=actor, at=at, org=files[0].org, subjects=files,
            payload={"via": via, "count": len(files)},
        )  # fmt: skip
        _move(files, "submit", facts_many(files, actor, at), actor, at, cause=entry)
        return files


def visit_many(*, on: date, visits: Sequence[Seen], actor: Actor, at: datetime) -> None:
    """The visits of one round through the villages."""
    _not_too_many(visits)
    with journal.act():
        files = _locked(one.file for one in visits)
        made, reasons = [], []
        households = _persons_of(files)
        for one in visits:
            file = files[one.file.pk]
            actor.must(powers.EDIT, file.org)
            if file.state != "visiting":
                reasons.append(
                    _named(file, Reason("not_now", f"{file.state_label}的档案不在这一步。", fact=file.state_label))
                )
            if one.photo is None:
                reasons.append(_named(file, Reason("photo_missing", "请上传入户照片。")))
            found = rules.visit_faults(
                on=on, today=filing.today(at), first=one.first, second=one.second, household=list(households[file.pk])
            )
            reasons += [_named(file, reason) for reason in found]
            made.append(
                Visit(
                    file=file, on=on, first_id=one.first, second_id=one.second, photo=one.photo, agrees=one.agrees,
                    note=one.note.strip() or None, entered_at=at,
                )
            )  # fmt: skip
        if reasons:
            raise Refused(reasons)
        Visit.objects.bulk_create(made, batch_size=500)
        entry = journal.write(
            "households.visited", actor=actor, at=at, org=_stream(files), subjects=list(files.values()),
            payload={"on": on.isoformat(), "count": len(made)},
        )  # fmt: skip
        _move(list(files.values()), "visit_done", facts_many(list(files.values()), actor, at), actor, at, cause=entry)


def review_many(*, files: Sequence[HouseholdFile], actor: Actor, at: datetime, note: str = "") -> None:
    """乡镇审核 of several; the computation of each is kept."""
    _not_too_many(files)
    with journal.act():
        held = list(_locked(files).values())
        filing.lock_households()
        facts = facts_many(held, actor, at)
        for file in held:
            _keep(file, facts[file.pk], {})
        _move(held, "review", facts, actor, at, note=note)


def send_checks(
    *, files: Sequence[HouseholdFile], to: str, on: date, actor: Actor, at: datetime, document_no: str = ""
) -> list[CheckRequest]:
    """One letter to another office with a list of households."""
    _not_too_many(files)
    with journal.act():
        held = list(_locked(files).values())
        if on > filing.today(at):
            refuse("sent_in_future", "发出日期在今天之后。", fact=str(on))
        waiting = set(CheckRequest.objects.filter(file__in=held, to=to, state="sent").values_list("file_id", flat=True))
        label, reasons = kinds.CheckWith(to).label, []
        for file in held:
            actor.must(powers.APPROVE, file.org)
            if file.state not in ("reviewing", "approving", "active"):
                reasons.append(
                    _named(file, Reason("not_now", f"{file.state_label}的档案不能发核对请求。", fact=file.state_label))
                )
            if file.pk in waiting:
                reasons.append(
                    _named(
                        file, Reason("check_sent", f"已经向{label}发过请求，还没有回复。", cure="请先登记回复或撤销。")
                    )
                )
        if reasons:
            raise Refused(reasons)
        checks = [
            CheckRequest(
                file=file, org=file.org, to=to, document_no=document_no.strip(), sent_on=on, due_on=rules.check_due(on),
                sent_by=actor.label,
            )
            for file in held
        ]  # fmt: skip
        CheckRequest.objects.bulk_create(checks, batch_size=500)
        journal.write(
            "households.check_sent", actor=actor, at=at, org=orgs.root(), subjects=[*held, *checks],
            payload={"to": to, "count": len(checks), "document_no": document_no.strip()},
        )  # fmt: skip
        return checks


def answer_checks(
    *, checks: Sequence[CheckRequest], result: str, on: date, actor: Actor, at: datetime, paper: Any = None
) -> None:
    """The answer to such a letter, for those of its list that it says the same of."""
    _not_too_many(checks)
    if any(on < check.sent_on for check in checks):
        refuse("answer_before_sent", "回复日期早于发出日期。", fact=str(on))
    with journal.act():
        facts = rules.FileFacts(filing.today(at), on=on)
        journal.move_many(
            CheckRequest.objects.filter(pk__in=[check.pk for check in checks]).select_related("org"), "answer",
            actor=actor, at=at, org=orgs.root(), facts={check.pk: facts for check in checks},
            changes={"answered_on": on, "result": result, "paper": paper},
        )  # fmt: skip


def note_notices(
    *, files: Sequence[HouseholdFile], notice_id: UUID, until: datetime, actor: Actor, at: datetime
) -> None:
    """Which notice inside the unit names these files, and how long it hangs."""
    _not_too_many(files)
    with journal.act():
        held = _locked(files)
        for file in held.values():
            actor.must(powers.EDIT, file.org)
        HouseholdFile.objects.filter(pk__in=list(held)).update(notice_ref=notice_id, notice_until=until)
        journal.write(
            "households.noticed", actor=actor, at=at, org=_stream(held),
            subjects=[*held.values(), ("publish.notice", notice_id)], payload={"until": until.isoformat(), "count": len(held)},
        )  # fmt: skip


def approve_many(
    *, files: Sequence[HouseholdFile], level: str, document_no: str, actor: Actor, at: datetime,
    objections_open: Mapping[UUID, int] | None = None, note: str = "",
) -> list[HouseholdFile]:  # fmt: skip
    """审批建档 by one document. `objections_open`: file -> open objections of its notice, which the caller asked for."""
    _not_too_many(files)
    day = filing.today(at)
    with journal.act():
        held = list(_locked(files).values())
        filing.lock_households()
        open_ = objections_open or {}
        facts = facts_many(
            held, actor, at,
            {one.pk: {"level": level, "document_no": document_no, "objections_open": open_.get(one.pk, 0)} for one in held},
        )  # fmt: skip
        for file in held:
            rural = file.rural_worker and filing._rural(file, facts[file.pk].computation)
            _keep(file, facts[file.pk], {"rural_worker": rural})
        _move(
            held, "approve", facts, actor, at, note=note,
            changes={"level": level, "document_no": document_no.strip(), "opened_on": day, "verified_year": day.year},
        )  # fmt: skip
        held = list(_locked(files).values())
        for file in held:
            filing._tell(file, "households.approved", {"number": file.number, "category": file.category_label}, at)
        return held


def _not_too_many(rows: Sequence[Any]) -> None:
    if not rows:
        refuse("nobody_chosen", "请至少选一户。")
    if len(rows) > MOST_AT_ONCE:
        refuse("too_many", f"一次最多办理 {MOST_AT_ONCE} 户。", fact=str(len(rows)))


def _named(file: HouseholdFile, reason: Reason) -> Reason:
    return Reason(reason.code, f"{file.number}：{reason.sentence}", reason.fact, reason.clause, reason.cure)


def _locked(files: Any) -> dict[UUID, HouseholdFile]:
    """File -> itself under lock, in the order given."""
    keys = [file.pk for file in files]
    found = {
        file.pk: file
        for file in HouseholdFile.objects.select_for_update(of=("self",))
        .select_related("org", "head")
        .filter(pk__in=keys)
        .order_by("pk")
    }
    return {key: found[key] for key in keys}


def _stream(files: Mapping[UUID, HouseholdFile]) -> Any:
    """Whose stream an entry about them goes to: their union's, of several the federation's."""
    places = {file.org_id: file.org for file in files.values()}
    return next(iter(places.values())) if len(places) == 1 else orgs.root()


def _heads_with_files(files: Sequence[HouseholdFile]) -> str:
    """Number of a living file of one of the heads: the database's own rule, said in a sentence before it strikes."""
    heads = [file.head_id for file in files]
    if len(set(heads)) < len(heads):
        twice = next(file for file in files if heads.count(file.head_id) > 1)
        return twice.number
    return filing.other_file(None, heads, [])


def _insert(files: Sequence[HouseholdFile]) -> None:
    HouseholdFile.objects.bulk_create(files, batch_size=500)


def _put_families(families: Sequence[Family], files: Sequence[HouseholdFile], actor: Actor, day: date) -> None:
    rows = []
    for family, file in zip(families, files, strict=True):
        own = next((one for one in family.household if one.relation == kinds.Relation.SELF), None)
        rows.append(
            FileMember(
                file=file, person=file.head, relation=kinds.Relation.SELF.value, name=file.head.name,
                id_no=file.head.id_no.carry() if file.head.id_no else None, since=file.applied_on,
                facts=own.facts.dumps() if own is not None else None,
            )
        )  # fmt: skip
        told = filing.told_members(family.household, {})
        owners = filing.owners_of(told, actor)
        rows += [filing.member_row(file, one, place, owners, file.applied_on) for place, one in enumerate(told, 1)]
    FileMember.objects.bulk_create(rows, batch_size=500)


def _persons_of(files: Mapping[UUID, HouseholdFile]) -> dict[UUID, set[UUID]]:
    found = {key: {file.head_id} for key, file in files.items()}
    rows = FileMember.objects.filter(file_id__in=list(files), person__isnull=False, until__isnull=True)
    for file_id, person_id in rows.values_list("file_id", "person_id"):
        found[file_id].add(person_id)
    return found


def _keep(file: HouseholdFile, facts: rules.FileFacts, more: Mapping[str, Any]) -> None:
    """The category as a column, the way to it sealed: bound to the row, so one by one."""
    kept = {**filing._kept(facts.computation), **more}
    if not kept:
        return
    for name, value in kept.items():
        setattr(file, name, value)
    file.save(update_fields=list(kept))


def _move(
    files: Sequence[HouseholdFile], arc: str, facts: Mapping[UUID, rules.FileFacts], actor: Actor, at: datetime, *,
    note: str = "", changes: Mapping[str, Any] | None = None, cause: Any = None,
) -> None:  # fmt: skip
    """All or none: whichever fails is named with its number."""
    reasons = [_named(file, reason) for file in files for reason in file.FLOW.check(arc, file.state, facts[file.pk])]
    if reasons:
        raise Refused(dict.fromkeys(reasons))
    journal.move_many(
        HouseholdFile.objects.filter(pk__in=[file.pk for file in files]).select_related("org"), arc, actor=actor, at=at,
        org=_stream({file.pk: file for file in files}), facts=dict(facts), note=note, changes=dict(changes or {}), cause=cause,
    )  # fmt: skip
    target = files[0].FLOW.move(arc).target
    for file in files:
        file.state = target
