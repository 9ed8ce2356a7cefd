"""Units without a union (未建会单位), and the units that joint unions cover."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError

from gongjia.base import clock, journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Reason, Refused, refuse, refuse_if
from gongjia.who.orgs import powers, queries, rules
from gongjia.who.orgs.actions import tree
from gongjia.who.orgs.kinds import OrgKind
from gongjia.who.orgs.models import CoveredUnit, OpenUnit, OpenUnitVisit, Org
from gongjia.who.orgs.states import OrgState

UNIT_FIELDS = (
    "name", "uscc", "unit_nature", "industry", "address", "contact_name", "opened_on",
    "staff_count", "staff_source", "staff_on",
)  # fmt: skip
OPEN = (OrgState.PREPARING.value, OrgState.ACTIVE.value)


def _today(at: datetime) -> date:
    return at.astimezone(clock.SHANGHAI).date()


def add_covered(
    *,
    org: Org,
    name: str,
    actor: Actor,
    at: datetime,
    since: date,
    uscc: str = "",
    staff_count: int | None = None,
    note: str = "",
) -> CoveredUnit:
    """A joint union or an association covers one more unit from a day on."""
    with journal.act():
        org = tree.lock(org)
        actor.must(powers.EDIT, org)
        name = name.strip()
        refuse_if(rules.may_cover(rules.CoverFacts(org.kind, org.state in OPEN, name, uscc)))
        standing = org.covered.filter(until__isnull=True)
        if standing.filter(name=name).exists() or (uscc and standing.filter(uscc=uscc).exists()):
            refuse("covered_twice", f"“{name}”已经在涵盖单位里。", fact=name)
        if since > _today(at):
            refuse("since_in_future", "加入日期在今天之后。", fact=str(since))
        unit = CoveredUnit.objects.create(org=org, name=name, uscc=uscc, staff_count=staff_count, since=since)
        journal.write(
            "orgs.covered_added",
            actor=actor,
            at=at,
            org=org,
            subjects=[org, unit],
            payload={"name": name, "uscc": uscc, "since": since.isoformat(), "staff": staff_count},
            note=note,
        )
        return unit


def end_covered(
    *, unit: CoveredUnit, until: date, actor: Actor, at: datetime, note: str = ""
) -> tuple[CoveredUnit, tuple[Reason, ...]]:
    """A unit is no longer covered from a day on; warns when too few are left."""
    with journal.act():
        org = tree.lock(unit.org)
        actor.must(powers.EDIT, org)
        unit = CoveredUnit.objects.select_for_update().get(pk=unit.pk)
        if unit.until is not None:
            refuse("covered_ended", f"“{unit.name}”已在 {unit.until} 撤下。", fact=str(unit.until))
        if until < unit.since or until > _today(at):
            refuse("until_wrong", "撤下日期应在加入之后、今天之前。", fact=str(until))
        unit.until = until
        unit.save(update_fields=["until"])
        left = org.covered.filter(until__isnull=True).count()
        journal.write(
            "orgs.covered_ended",
            actor=actor,
            at=at,
            org=org,
            subjects=[org, unit],
            payload={"name": unit.name, "until": until.isoformat(), "left": left},
            note=note,
        )
        warnings: list[Reason] = []
        if org.kind == OrgKind.JOINT:
            facts = rules.CoverFacts(org.kind, True, unit.name, left_after=left, values=queries.rule_values(_today(at)))
            warnings = rules.cover_warnings(facts)
        return unit, tuple(warnings)


def list_unit(
    *,
    org: Org,
    name: str,
    listed_on: date,
    actor: Actor,
    at: datetime,
    details: Mapping[str, Any] | None = None,
    promised_on: date | None = None,
    note: str = "",
) -> OpenUnit:
    """Enter a unit without a union in the ledger of the union in whose area it lies."""
    details = dict(details or {})
    if set(details) - set(UNIT_FIELDS):
        raise ValueError(f"not facts of a unit: {sorted(set(details) - set(UNIT_FIELDS))}")
    with journal.act():
        actor.must(powers.UNITS, org)
        unit = OpenUnit(org=org, listed_on=listed_on, promised_on=promised_on, **{**details, "name": name.strip()})
        if listed_on > _today(at):
            refuse("listed_in_future", "登记日期在今天之后。", fact=str(listed_on))
        _check(unit, at)
        _save(unit)
        journal.write(
            "orgs.unit_listed",
            actor=actor,
            at=at,
            org=org,
            subject=unit,
            payload={"name": unit.name, "uscc": unit.uscc, "staff": unit.staff_count, "source": unit.staff_source},
            note=note,
        )
        return unit


def edit_unit(*, unit: OpenUnit, changes: Mapping[str, Any], actor: Actor, at: datetime, note: str = "") -> OpenUnit:
    """Change facts of a unit without a union."""
    if set(changes) - set(UNIT_FIELDS):
        raise ValueError(f"not facts of a unit: {sorted(set(changes) - set(UNIT_FIELDS))}")
    with journal.act():
        unit = _lock(unit, actor)
        old = {field: getattr(unit, field) for field in changes}
        for field, value in changes.items():
            setattr(unit, field, value.strip() if isinstance(value, str) else value)
        changed = [field for field in changes if getattr(unit, field) != old[field]]
        if not changed:
            return unit
        _check(unit, at)
        _save(unit)
        shown = {field: [str(old[field]), str(getattr(unit, field))] for field in changed if field != "contact_name"}
        journal.write(
            "orgs.unit_edited", actor=actor, at=at, org=unit.org, subject=unit, payload={"fields": shown}, note=note
        )
        return unit


def visit_unit(
    *,
    unit: OpenUnit,
    visited_on: date,
    said: str,
    actor: Actor,
    at: datetime,
    staff_count: int | None = None,
    promised_on: date | None = None,
    attachment: Any = None,
) -> OpenUnitVisit:
    """Enter a visit; a staff count or a promised date learned there is kept on the unit."""
    with journal.act():
        unit = _lock(unit, actor)
        if visited_on > _today(at):
            refuse("visited_in_future", "走访日期在今天之后。", fact=str(visited_on))
        if promised_on and promised_on < visited_on:
            refuse("promised_before_visit", "承诺建会的日期早于走访日期。", fact=str(promised_on))
        visit = OpenUnitVisit.objects.create(
            unit=unit,
            visited_on=visited_on,
            by=actor.label,
            said=said,
            staff_count=staff_count,
            promised_on=promised_on,
            attachment=attachment,
        )
        if staff_count is not None and (unit.staff_on is None or visited_on >= unit.staff_on):
            unit.staff_count, unit.staff_source, unit.staff_on = staff_count, "visit", visited_on
        if promised_on is not None:
            unit.promised_on = promised_on
        unit.save(update_fields=["staff_count", "staff_source", "staff_on", "promised_on"])
        journal.write(
            "orgs.unit_visited",
            actor=actor,
            at=at,
            org=unit.org,
            subjects=[unit, visit],
            payload={
                "on": visited_on.isoformat(),
                "staff": staff_count,
                "promised": promised_on.isoformat() if promised_on else "",
            },
        )
        return visit


def promise(*, unit: OpenUnit, promised_on: date, actor: Actor, at: datetime, note: str = "") -> OpenUnit:
    """The unit promises to found a union by a day."""
    with journal.act():
        unit = _lock(unit, actor)
        before, unit.promised_on = unit.promised_on, promised_on
        unit.save(update_fields=["promised_on"])
        journal.write(
            "orgs.unit_promised",
            actor=actor,
            at=at,
            org=unit.org,
            subject=unit,
            payload={"from": str(before or ""), "to": promised_on.isoformat()},
            note=note,
        )
        return unit


def built(
    *, unit: OpenUnit, by: Org, on: date, actor: Actor, at: datetime, note: str = "", cause: Any = None
) -> OpenUnit:
    """The unit has a union now: its own, or a joint one that covers it."""
    with journal.act():
        unit = _lock(unit, actor)
        if by.state != OrgState.ACTIVE:
            refuse("union_not_active", f"“{by.name}”还不是正常状态。", fact=by.state)
        if on < unit.listed_on or on > _today(at):
            refuse("built_on_wrong", "建会日期应在登记之后、今天之前。", fact=str(on))
        unit.built_org, unit.built_on = by, on
        unit.save(update_fields=["built_org", "built_on"])
        journal.write(
            "orgs.unit_built",
            actor=actor,
            at=at,
            org=unit.org,
            subjects=[unit, by],
            payload={"union": by.code, "on": on.isoformat()},
            note=note,
            cause=cause,
        )
        return unit


def gone(*, unit: OpenUnit, on: date, why: str, actor: Actor, at: datetime) -> OpenUnit:
    """The unit closed or moved away: it leaves the denominator from that day."""
    with journal.act():
        unit = _lock(unit, actor)
        if not why.strip():
            refuse("why_missing", "请写明注销或迁出的情况。")
        if on < unit.listed_on or on > _today(at):
            refuse("gone_on_wrong", "日期应在登记之后、今天之前。", fact=str(on))
        unit.gone_on, unit.gone_why = on, why.strip()
        unit.save(update_fields=["gone_on", "gone_why"])
        journal.write(
            "orgs.unit_gone",
            actor=actor,
            at=at,
            org=unit.org,
            subject=unit,
            payload={"on": on.isoformat()},
            note=why,
        )
        return unit


def _lock(unit: OpenUnit, actor: Actor) -> OpenUnit:
    unit = OpenUnit.objects.select_for_update(of=("self",)).select_related("org").get(pk=unit.pk)
    actor.must(powers.UNITS, unit.org)
    if unit.built_on is not None:
        refuse("unit_built", f"“{unit.name}”已在 {unit.built_on} 建会。", fact=str(unit.built_on))
    if unit.gone_on is not None:
        refuse("unit_gone", f"“{unit.name}”已在 {unit.gone_on} 注销或迁出。", fact=str(unit.gone_on))
    return unit


def _check(unit: OpenUnit, at: datetime) -> None:
    standing = OpenUnit.objects.filter(built_on__isnull=True, gone_on__isnull=True).exclude(pk=unit.pk)
    taken = listed = ""
    if unit.uscc:
        owner = Org.objects.filter(employer_uscc=unit.uscc, state__in=OPEN).first()
        cover = CoveredUnit.objects.filter(uscc=unit.uscc, until__isnull=True).select_related("org").first()
        taken = owner.name if owner else cover.org.name if cover else ""
        other = standing.filter(uscc=unit.uscc).select_related("org").first()
        listed = other.org.name if other else ""
    if not listed and standing.filter(org=unit.org, name=unit.name).exists():
        listed = unit.org.name
    refuse_if(
        rules.may_list(
            rules.UnitFacts(
                name=unit.name,
                today=_today(at),
                uscc=unit.uscc,
                staff_count=unit.staff_count,
                staff_source=unit.staff_source,
                staff_on=unit.staff_on,
                taken_by=taken,
                listed_in=listed,
                promised_on=unit.promised_on,
            )
        )
    )
    unit.name_keys = rules.name_keys(unit.name)


def _save(unit: OpenUnit) -> None:
    try:
        with journal.act():
            unit.save()
    except IntegrityError as error:
        if "openunit_uscc_once" in str(error) or "openunit_name_once" in str(error):
            raise Refused(
                Reason("unit_listed", "这家单位刚刚已被登记。", fact=unit.name, cure="请刷新台账。")
            ) from error
        raise
