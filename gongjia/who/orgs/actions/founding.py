"""Founding a union: directly with its approval document, or prepared first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import Q

from gongjia.base import clock, journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Reason, Refused, refuse, refuse_if
from gongjia.who.orgs import powers, queries, rules
from gongjia.who.orgs.actions import tree
from gongjia.who.orgs.kinds import BASIC_KINDS, CommitteeForm, OrgKind
from gongjia.who.orgs.models import CoveredUnit, Org, OrgClosure, OrgName
from gongjia.who.orgs.states import OrgState

OPEN = (OrgState.PREPARING.value, OrgState.ACTIVE.value)


# Facts that an officer may change; state, tree, name and code have acts of their own.
EDITABLE = (
    "division_code", "uscc", "employer_name", "employer_uscc", "unit_nature", "economy", "industry",
    "address", "postcode", "phone", "email", "head_name", "contact_name", "opened_on", "founded_on",
    "founding_document", "founding_members", "staff_count", "staff_women", "staff_on", "form",
    "committee_size", "women_committee", "audit_committee",
)  # fmt: skip


@dataclass(frozen=True)
class Covered:
    """A unit covered by a joint union, as entered."""

    name: str
    uscc: str = ""
    staff_count: int | None = None


@dataclass(frozen=True)
class Done:
    """The union after an act, what should be known about it, and the journal's entry."""

    org: Org
    warnings: tuple[Reason, ...] = ()
    entry: Any = None


def found(
    *,
    parent: Org | None,
    kind: str,
    name: str,
    founded_on: date,
    document: str,
    attachment: Any,
    actor: Actor,
    at: datetime,
    code: str = "",
    short_name: str = "",
    industry_parent: Org | None = None,
    women_members: int | None = None,
    kin_on_committee: bool = False,
    covered: Sequence[Covered] = (),
    details: Mapping[str, Any] | None = None,
    note: str = "",
) -> Done:
    """Enter a union as founded, with the higher union's approval document (工会法 11, 12)."""
    with journal.act():
        org = _enter(
            parent=parent, kind=kind, name=name, short_name=short_name, code=code,
            industry_parent=industry_parent, since=founded_on, details=details, actor=actor,
        )  # fmt: skip
        _cover(org, covered, founded_on)
        facts = _founding_facts(
            org, founded_on=founded_on, document=document, attachment=attachment, at=at,
            women_members=women_members, kin_on_committee=kin_on_committee,
        )  # fmt: skip
        entry = journal.move(
            org,
            "approve",
            actor=actor,
            at=at,
            facts=facts,
            note=note,
            changes={
                "established": True,
                "founded_on": founded_on,
                "founding_document": document,
                "founding_attachment": attachment,
            },
            payload={"code": org.code, "kind": kind, "covered": len(covered)},
        )
        return Done(org, _founding_warnings(facts), entry)


def found_federation(
    *,
    code: str,
    name: str,
    actor: Actor,
    at: datetime,
    short_name: str = "",
    founded_on: date | None = None,
    details: Mapping[str, Any] | None = None,
) -> Done:
    """Enter the federation that this installation serves. It has stood for long; its own approval is not asked."""
    with journal.act():
        org = _enter(
            parent=None, kind=OrgKind.FEDERATION.value, name=name, short_name=short_name, code=code,
            industry_parent=None, since=founded_on or tree.ALWAYS,
            details={"division_code": code, **(details or {})}, actor=actor,
        )  # fmt: skip
        facts = _founding_facts(
            org, founded_on=founded_on or tree.ALWAYS, document="", attachment=None, at=at,
            women_members=None, kin_on_committee=False,
        )  # fmt: skip
        entry = journal.move(
            org, "approve", actor=actor, at=at, facts=facts, changes={"established": True, "founded_on": founded_on}
        )
        return Done(org, (), entry)


def plan(
    *,
    parent: Org,
    kind: str,
    name: str,
    planned_on: date,
    actor: Actor,
    at: datetime,
    code: str = "",
    short_name: str = "",
    industry_parent: Org | None = None,
    covered: Sequence[Covered] = (),
    details: Mapping[str, Any] | None = None,
    note: str = "",
) -> Done:
    """Enter a union that is being prepared; it counts nowhere until it is approved."""
    with journal.act():
        org = _enter(
            parent=parent, kind=kind, name=name, short_name=short_name, code=code,
            industry_parent=industry_parent, since=planned_on, details=details, actor=actor,
        )  # fmt: skip
        refuse_if(rules.placement(kind, parent.kind, parent.name))
        if parent.state != OrgState.ACTIVE:
            refuse("parent_closed", f"上级工会“{parent.name}”不是正常状态。", cure="请换一个上级工会。")
        refuse_if(rules.codes(org.uscc, org.employer_uscc))
        refuse_if(rules.one_per_employer(kind, employer_union(org)))
        _cover(org, covered, planned_on)
        entry = journal.write(
            "orgs.planned", actor=actor, at=at, org=org.org, subject=org, payload={"code": org.code}, note=note
        )
        return Done(org, (), entry)


def approve(
    *,
    org: Org,
    founded_on: date,
    document: str,
    attachment: Any,
    actor: Actor,
    at: datetime,
    women_members: int | None = None,
    kin_on_committee: bool = False,
    details: Mapping[str, Any] | None = None,
    note: str = "",
) -> Done:
    """The higher union approves a prepared union: from that day it exists.

    `details`: facts of the register as they stand at the founding (members, staff, committee).
    """
    check_known(details or {})
    with journal.act():
        org = tree.lock(org)
        for name, value in (details or {}).items():
            setattr(org, name, value)
        facts = _founding_facts(
            org, founded_on=founded_on, document=document, attachment=attachment, at=at,
            women_members=women_members, kin_on_committee=kin_on_committee,
        )  # fmt: skip
        entry = journal.move(
            org,
            "approve",
            actor=actor,
            at=at,
            facts=facts,
            note=note,
            changes={
                **(details or {}),
                "established": True,
                "founded_on": founded_on,
                "founding_document": document,
                "founding_attachment": attachment,
            },
        )
        reach_back(org)
        return Done(org, _founding_warnings(facts), entry)


def abandon(*, org: Org, on: date, actor: Actor, at: datetime, note: str = "") -> Done:
    """End a preparation that came to nothing."""
    with journal.act():
        entry = journal.move(org, "abandon", actor=actor, at=at, changes={"closed_on": on}, note=note)
        return Done(org, (), entry)


def _enter(
    *,
    parent: Org | None,
    kind: str,
    name: str,
    short_name: str,
    code: str,
    industry_parent: Org | None,
    since: date,
    details: Mapping[str, Any] | None,
    actor: Actor,
) -> Org:
    """The row itself, its first name and its place in the tree."""
    if kind not in OrgKind.values:
        refuse("kind_unknown", "请选择组织类型。", fact=kind)
    if parent is not None:
        parent = tree.lock(parent)
        actor.must(powers.FOUND, parent)
    else:
        actor.must(powers.FOUND, None)
        if queries.root() is not None:
            refuse("root_exists", "本系统已经登记了最上一级的总工会。", cure="请选定上级工会。")
    if not code and parent is not None:
        code = tree.free_code(parent, kind)
    if not code:
        refuse("code_missing", "请填写区划代码作为总工会编码。")
    if not rules.code_ok(code):
        refuse("code_bad", f"编码“{code}”不合规则。", fact=code, cure="如 330182、330182001、330182001-0007。")
    if Org.objects.filter(code=code).exists():
        refuse("code_taken", f"编码“{code}”已被使用。", fact=code, cure="请换一个编码，或留空由系统编号。")
    if industry_parent is not None:
        refuse_if(rules.guidance(industry_parent.kind, industry_parent.name))
    details = dict(details or {})
    check_known(details)
    org = Org(
        code=code,
        name=name.strip(),
        short_name=short_name.strip(),
        name_keys=rules.name_keys(name, short_name),
        kind=kind,
        parent=parent,
        industry_parent=industry_parent,
        path=tree.next_path(parent),
        level=parent.level + 1 if parent else 0,
        **details,
    )
    save_org(org)
    OrgName.objects.create(org=org, name=org.name, short_name=org.short_name, from_on=since)
    tree.link_new(org, since)
    return org


def check_known(details: Mapping[str, Any]) -> None:
    unknown = set(details) - set(EDITABLE)
    if unknown:
        raise ValueError(f"not facts of the register: {sorted(unknown)}")


def save_org(org: Org, fields: Sequence[str] | None = None) -> None:
    """Save, telling a race for one employer or one code as a refusal."""
    try:
        with journal.act():
            org.save(update_fields=fields)
    except IntegrityError as error:
        text = str(error)
        if "org_one_per_employer" in text:
            raise Refused(rules.one_per_employer(OrgKind.SINGLE, employer_union(org) or org.employer_name)) from error
        if "org_uscc_once" in text:
            raise Refused(
                Reason("uscc_taken", "这个工会信用代码已登记在另一家工会。", fact=org.uscc, cure="请对照法人资格证书。")
            ) from error
        raise


def employer_union(org: Org) -> str:
    if not org.employer_uscc or org.kind != OrgKind.SINGLE:
        return ""
    others = Org.objects.filter(employer_uscc=org.employer_uscc, kind=OrgKind.SINGLE, state__in=OPEN)
    return others.exclude(pk=org.pk).values_list("name", flat=True).first() or ""


def _cover(org: Org, covered: Sequence[Covered], since: date) -> None:
    for unit in covered:
        refuse_if(rules.may_cover(rules.CoverFacts(org.kind, True, unit.name, unit.uscc)))
    names = [unit.name.strip() for unit in covered]
    if len(set(names)) < len(names):
        refuse("covered_twice", "涵盖单位里有重名的。", cure="请删去重复的一家。")
    CoveredUnit.objects.bulk_create(
        CoveredUnit(org=org, name=unit.name.strip(), uscc=unit.uscc, staff_count=unit.staff_count, since=since)
        for unit in covered
    )


def _founding_facts(
    org: Org,
    *,
    founded_on: date,
    document: str,
    attachment: Any,
    at: datetime,
    women_members: int | None,
    kin_on_committee: bool,
) -> rules.FoundingFacts:
    parent = org.parent
    today = at.astimezone(clock.SHANGHAI).date()
    return rules.FoundingFacts(
        kind=org.kind,
        name=org.name,
        today=today,
        parent_kind=parent.kind if parent else None,
        parent_name=parent.name if parent else "",
        parent_open=parent is None or parent.state == OrgState.ACTIVE,
        founded_on=founded_on,
        document=document,
        has_attachment=attachment is not None,
        form=org.form or (CommitteeForm.JOINT.value if org.kind == OrgKind.JOINT else ""),
        members=org.founding_members,
        women_members=women_members,
        staff=org.staff_count,
        staff_women=org.staff_women,
        committee_size=org.committee_size,
        women_committee=org.women_committee,
        audit_committee=org.audit_committee,
        units=org.covered.filter(until__isnull=True).count(),
        uscc=org.uscc,
        employer_uscc=org.employer_uscc,
        employer_taken_by=employer_union(org),
        name_taken=Org.objects.filter(parent=parent, name=org.name, state__in=OPEN).exclude(pk=org.pk).exists(),
        opened_on=org.opened_on,
        kin_on_committee=kin_on_committee,
        values=queries.rule_values(today),
    )


def _founding_warnings(facts: rules.FoundingFacts) -> tuple[Reason, ...]:
    warnings = rules.founding_warnings(facts)
    if facts.kind in BASIC_KINDS:
        title, table = queries.committee_table(str(facts.values["size.scheme"]))
        warnings += rules.size_warnings(facts.members, facts.committee_size, table, title)
    return tuple(warnings)


def reach_back(org: Org) -> None:
    """A founding day corrected to an earlier one: the tree of those days must hold the union too."""
    OrgClosure.objects.filter(Q(descendant=org), since__gt=org.founded_on, since=_first_day(org)).update(
        since=org.founded_on
    )
    OrgName.objects.filter(pk=org.names.order_by("from_on").values("pk")[:1], from_on__gt=org.founded_on).update(
        from_on=org.founded_on
    )


def _first_day(org: Org) -> date:
    return OrgClosure.objects.filter(descendant=org, via="line", depth=0).values_list("since", flat=True)[0]
