"""Members' homes (职工之家): listed, started, opened, closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from gongjia.base import clock, journal
from gongjia.base.actor import Actor
from gongjia.base.refused import refuse, refuse_if
from gongjia.who.orgs import powers, rules
from gongjia.who.orgs.models import MembersHome, Org

HOME_FIELDS = ("name", "kind", "standard", "standard_on", "address", "area_m2")
_DATE_OF = {"start": "started_on", "open": "opened_on", "close": "closed_on"}


def list_home(
    *,
    org: Org,
    name: str,
    kind: str,
    planned_on: date,
    actor: Actor,
    at: datetime,
    details: Mapping[str, Any] | None = None,
    attachment: Any = None,
    note: str = "",
) -> MembersHome:
    """Enter a members' home that is planned."""
    details = dict(details or {})
    if set(details) - set(HOME_FIELDS):
        raise ValueError(f"not facts of a home: {sorted(set(details) - set(HOME_FIELDS))}")
    with journal.act():
        actor.must(powers.HOMES, org)
        if not name.strip():
            refuse("name_missing", "请填写职工之家名称。")
        if org.homes.filter(name=name.strip()).exists():
            refuse("home_listed", f"“{name}”已经登记过。", fact=name)
        refuse_if(rules.home_dates_in_order(_facts_of(planned_on, at)))
        home = MembersHome.objects.create(
            org=org, planned_on=planned_on, attachment=attachment, **{**details, "name": name.strip(), "kind": kind}
        )
        journal.write(
            "orgs.home_listed",
            actor=actor,
            at=at,
            org=org,
            subject=home,
            payload={"name": home.name, "kind": kind, "on": planned_on.isoformat()},
            note=note,
        )
        return home


def move_home(*, home: MembersHome, step: str, on: date, actor: Actor, at: datetime, note: str = "") -> MembersHome:
    """One step further: "start" (building), "open" or "close", on a day."""
    field = _DATE_OF[step]
    with journal.act():
        dates = {"started_on": home.started_on, "opened_on": home.opened_on, "closed_on": home.closed_on}
        changes = {field: on}
        if step == "open" and home.started_on is None:
            changes["started_on"] = on
        facts = rules.HomeFacts(_today(at), home.planned_on, **{**dates, **changes})
        journal.move(
            home, step, actor=actor, at=at, facts=facts, note=note, changes=changes, payload={"on": on.isoformat()}
        )
        return home


def edit_home(
    *, home: MembersHome, changes: Mapping[str, Any], actor: Actor, at: datetime, note: str = ""
) -> MembersHome:
    """Change facts of a home, the standard it meets among them."""
    if set(changes) - set(HOME_FIELDS):
        raise ValueError(f"not facts of a home: {sorted(set(changes) - set(HOME_FIELDS))}")
    with journal.act():
        home = MembersHome.objects.select_for_update(of=("self",)).select_related("org").get(pk=home.pk)
        actor.must(powers.HOMES, home.org)
        old = {field: getattr(home, field) for field in changes}
        for field, value in changes.items():
            setattr(home, field, value)
        changed = [field for field in changes if getattr(home, field) != old[field]]
        if not changed:
            return home
        if "name" in changed and home.org.homes.filter(name=home.name).exclude(pk=home.pk).exists():
            refuse("home_listed", f"“{home.name}”已经登记过。", fact=home.name)
        home.save(update_fields=changed)
        shown = {field: [str(old[field]), str(getattr(home, field))] for field in changed}
        journal.write(
            "orgs.home_edited", actor=actor, at=at, org=home.org, subject=home, payload={"fields": shown}, note=note
        )
        return home


def _today(at: datetime) -> date:
    return at.astimezone(clock.SHANGHAI).date()


def _facts_of(planned_on: date, at: datetime) -> rules.HomeFacts:
    return rules.HomeFacts(_today(at), planned_on)
