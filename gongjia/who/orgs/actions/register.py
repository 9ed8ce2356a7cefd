"""The facts, names and kind of a union, its legal person, the confirmation of its roster."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from gongjia.base import clock, journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Reason, refuse, refuse_if
from gongjia.who.orgs import powers, queries, rules
from gongjia.who.orgs.actions import tree
from gongjia.who.orgs.actions.founding import OPEN, Done, check_known, employer_union, reach_back, save_org
from gongjia.who.orgs.kinds import COVERING_KINDS, OrgKind
from gongjia.who.orgs.models import Org, OrgName
from gongjia.who.orgs.states import OrgState

# Names of natural persons stay out of the journal's payload: a digest is enough there.
PERSONAL = frozenset({"head_name", "contact_name", "phone", "email"})


def change_kind(*, org: Org, kind: str, actor: Actor, at: datetime, document: str = "", note: str = "") -> Done:
    """Enter a union as of another kind, as when a joint union is left with one unit."""
    with journal.act():
        org = tree.lock(org)
        actor.must(powers.MOVE, org.org)
        if kind not in OrgKind.values or kind == org.kind:
            refuse("kind_same", "请选择另一种组织类型。", fact=kind)
        above = org.parent
        refuse_if(rules.placement(kind, above.kind if above else None, above.name if above else ""))
        for child in Org.objects.filter(parent=org, state__in=OPEN):
            refuse_if(rules.placement(child.kind, kind, org.name))
        before, org.kind = org.kind, kind
        refuse_if(rules.one_per_employer(kind, employer_union(org)))
        if kind == OrgKind.JOINT:
            needed = int(queries.rule_values(at.astimezone(clock.SHANGHAI).date())["found.joint_units"])
            units = org.covered.filter(until__isnull=True).count()
            if before in COVERING_KINDS and units < needed:
                refuse(
                    "units_too_few", f"联合基层工会要涵盖 {needed} 家以上单位，现在登记了 {units} 家。", fact=str(units)
                )
        save_org(org, ["kind"])
        entry = journal.write(
            "orgs.kind_changed",
            actor=actor,
            at=at,
            org=org,
            subject=org,
            payload={"from": before, "to": kind, "document": document},
            note=note,
        )
        return Done(org, (), entry)


def edit(
    *, org: Org, changes: Mapping[str, Any], actor: Actor, at: datetime, note: str = "", cause: Any = None
) -> Done:
    """Change facts of the register. The entry tells which fields, and their old and new values
    where they are not a person's."""
    check_known(changes)
    with journal.act():
        org = tree.lock(org)
        actor.must(powers.EDIT, org)
        old = {field: getattr(org, field) for field in changes}
        for field, value in changes.items():
            setattr(org, field, value.strip() if isinstance(value, str) else value)
        changed = [field for field in changes if getattr(org, field) != old[field]]
        if not changed:
            return Done(org)
        today = at.astimezone(clock.SHANGHAI).date()
        reasons = rules.codes(org.uscc, org.employer_uscc)
        reasons += rules.one_per_employer(org.kind, employer_union(org))
        if org.staff_count is not None and org.staff_women is not None and org.staff_women > org.staff_count:
            reasons.append(
                Reason(
                    "women_over_staff",
                    "女职工数多于职工数。",
                    fact=f"{org.staff_women} > {org.staff_count}",
                    cure="请核对两个数字。",
                )
            )
        if org.founded_on and org.founded_on > today:
            reasons.append(Reason("founded_in_future", "成立日期在今天之后。", fact=str(org.founded_on)))
        refuse_if(reasons)
        save_org(org, changed)
        if "founded_on" in changed and org.founded_on:
            reach_back(org)
        shown = {
            field: [journal.digest(str(old[field])), journal.digest(str(getattr(org, field)))]
            if field in PERSONAL
            else [_plain(old[field]), _plain(getattr(org, field))]
            for field in changed
        }
        entry = journal.write(
            "orgs.edited", actor=actor, at=at, org=org, subject=org, payload={"fields": shown}, note=note, cause=cause
        )
        title, table = queries.committee_table(str(queries.rule_values(today)["size.scheme"]))
        return Done(org, tuple(rules.size_warnings(org.founding_members, org.committee_size, table, title)), entry)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def rename(
    *,
    org: Org,
    name: str,
    from_on: date,
    actor: Actor,
    at: datetime,
    short_name: str = "",
    document: str = "",
    note: str = "",
) -> Done:
    """Give a union another name from a day on; reports on earlier days keep the old one."""
    name, short_name = name.strip(), short_name.strip()
    with journal.act():
        org = tree.lock(org)
        actor.must(powers.MOVE, org.org)
        today = at.astimezone(clock.SHANGHAI).date()
        current = org.names.filter(to_on__isnull=True).first()
        if not name:
            refuse("name_missing", "请填写新名称。")
        if from_on > today:
            refuse("renamed_in_future", "更名日期在今天之后。", fact=str(from_on), cure="到那一天再办理。")
        if current and from_on < current.from_on:
            refuse(
                "renamed_before_last",
                f"现名从 {current.from_on} 起使用，更名日期不能更早。",
                fact=str(from_on),
                cure="请核对日期。",
            )
        if Org.objects.filter(parent=org.parent, name=name, state__in=OPEN).exclude(pk=org.pk).exists():
            refuse("name_taken", "上级工会之下已有同名的工会。", fact=name)
        if current:
            current.to_on = from_on
            current.save(update_fields=["to_on"])
        OrgName.objects.create(org=org, name=name, short_name=short_name, from_on=from_on)
        before, org.name, org.short_name = org.name, name, short_name
        org.name_keys = rules.name_keys(name, short_name)
        org.save(update_fields=["name", "short_name", "name_keys"])
        entry = journal.write(
            "orgs.renamed",
            actor=actor,
            at=at,
            org=org,
            subject=org,
            payload={"from": before, "to": name, "on": from_on.isoformat(), "document": document},
            note=note,
        )
        return Done(org, (), entry)


def register_legal_person(
    *,
    org: Org,
    uscc: str,
    registered_on: date,
    actor: Actor,
    at: datetime,
    certificate_no: str = "",
    note: str = "",
) -> Done:
    """Enter the legal-person certificate with the union's own credit code (工会法 15)."""
    with journal.act():
        org = tree.lock(org)
        actor.must(powers.EDIT, org)
        today = at.astimezone(clock.SHANGHAI).date()
        facts = rules.LegalPersonFacts(
            kind=org.kind,
            open=org.state == OrgState.ACTIVE,
            uscc=uscc,
            registered_on=registered_on,
            today=today,
            founded_on=org.founded_on,
            elected=not rules.has_term(org.kind) or org.terms.exists(),
            certificate_no=certificate_no,
        )
        refuse_if(rules.may_register(facts))
        org.uscc, org.legal_person, org.legal_person_on = uscc, True, registered_on
        org.legal_person_no = certificate_no
        save_org(org, ["uscc", "legal_person", "legal_person_on", "legal_person_no"])
        entry = journal.write(
            "orgs.legal_person",
            actor=actor,
            at=at,
            org=org,
            subject=org,
            payload={"uscc": uscc, "on": registered_on.isoformat(), "certificate": certificate_no},
            note=note,
        )
        return Done(org, tuple(rules.registration_warnings(facts, queries.rule_values(today))), entry)


def confirm_roster(*, org: Org, on: date, actor: Actor, at: datetime, note: str = "") -> Done:
    """The union says that its roster is right as of a day."""
    with journal.act():
        org = tree.lock(org)
        actor.must(powers.EDIT, org)
        if on > at.astimezone(clock.SHANGHAI).date():
            refuse("confirmed_in_future", "确认日期在今天之后。", fact=str(on))
        if org.roster_confirmed_on and on < org.roster_confirmed_on:
            refuse("confirmed_before_last", f"{org.roster_confirmed_on} 已经确认过。", fact=str(on))
        org.roster_confirmed_on = on
        org.save(update_fields=["roster_confirmed_on"])
        entry = journal.write(
            "orgs.roster_confirmed",
            actor=actor,
            at=at,
            org=org,
            subject=org,
            payload={"on": on.isoformat()},
            note=note,
        )
        return Done(org, (), entry)
