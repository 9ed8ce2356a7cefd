"""What time does: rounds that end, desks that are late, applicants whose membership moved on."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from gongjia.base import journal, outbox, workdays
from gongjia.base.actor import Actor
from gongjia.who.members.queries import spells_on
from gongjia.who.orgs import registry as orgs
from gongjia.work.programmes import powers
from gongjia.work.programmes.actions.applying import at_desk, way_of
from gongjia.work.programmes.actions.common import day_of, tell
from gongjia.work.programmes.kinds import REMIND_EVERY_WORKDAYS
from gongjia.work.programmes.models import Application, Round
from gongjia.work.programmes.queries.scope import related
from gongjia.work.programmes.rules import desks, moves

# conditions of a round that ask for a membership
ASKS_MEMBERSHIP = frozenset({"member", "in_area", "membership"})


def close_due_rounds(*, actor: Actor, at: datetime) -> int:
    """Rounds whose time is over take no further application."""
    closed = 0
    for round_ in Round.objects.filter(state="open", closes_at__lte=at).select_related("org").order_by("pk"):
        with journal.act():
            facts = moves.CloseFacts(at, round_.closes_at)
            journal.move(
                round_, "close", actor=actor, at=at, facts=facts,
                changes={"state_on": day_of(at), "state_why": "到期截止"},
            )  # fmt: skip
        closed += 1
    return closed


def remind_overdue(*, actor: Actor, at: datetime) -> int:
    """Desks past their day are told, again every three working days; after that the union above as well.

    Each in its own unit: a desk of working days is not told on the rest days after its last one, no working day of
    its is over yet.
    """
    actor.must(powers.OPEN, None)
    today = day_of(at)
    again = workdays.add_workdays(today, -REMIND_EVERY_WORKDAYS)
    late = Application.objects.filter(state="in_review", ready=False, desk_due__lt=today).filter(
        Q(reminded_on__isnull=True) | Q(reminded_on__lte=again)
    )
    groups: dict[tuple[UUID, UUID, bool], list[UUID]] = {}
    columns = ("pk", "desk_org_id", "round_id", "reminded_on", "desk_due", "route", "desk_no")
    for pk, org_id, round_id, reminded, due, route, no in late.values_list(*columns):
        if desks.days_over(due, today, desks.unit_at(route, no)):
            groups.setdefault((org_id, round_id, reminded is not None), []).append(pk)
    if not groups:
        return 0
    with journal.act():
        places = related("org").objects.select_related("parent").in_bulk({key[0] for key in groups})
        titles = dict(Round.objects.filter(pk__in={key[1] for key in groups}).values_list("pk", "title"))
        for (org_id, round_id, before), keys in groups.items():
            org = places[org_id]
            words = {"title": titles[round_id], "count": str(len(keys)), "org": org.short_name or org.name}
            accounts = list(orgs.officers(powers.REVIEW, org, today))
            if before and org.parent is not None:
                accounts += list(orgs.officers(powers.REVIEW, org.parent, today))
            outbox.notify(accounts, template="programmes.overdue", context=words, at=at, url="/console/review/")
            Application.objects.filter(pk__in=keys).update(reminded_on=today)
            journal.write(
                "programmes.reminded", actor=actor, at=at, org=org, payload={"count": len(keys), "again": before},
                subjects=[("programmes.application", key) for key in keys],
            )  # fmt: skip
    return sum(map(len, groups.values()))


def follow_movers(*, actor: Actor, at: datetime) -> dict[str, int]:
    """Applicants whose membership changed while their application is under way: the rule is `desks.after_moving`.

    Before the own union has spoken the new union takes it over; later the union of the day of applying counts.
    Who left stays listed: the desk sees the condition that no longer holds and says so with a reason.
    """
    actor.must(powers.OPEN, None)
    today = day_of(at)
    held = list(
        Application.objects.filter(
            state="in_review", ready=False, person__isnull=False, subject__in=("person", "household")
        )
        .filter(desk_no=1)
        .select_related("round__org", "org")
        .order_by("pk")
    )
    spells = {
        row.person_id: row
        for row in spells_on(today).filter(person_id__in={one.person_id for one in held}).select_related("org")
    }
    counts = {"rerouted": 0, "gone": 0}
    for one in held:
        spell = spells.get(one.person_id)
        if spell is not None and spell.org_id == one.org_id and spell.standing == "active":
            continue
        answer = _after(one, spell)
        if answer.act == "reroute":
            assert spell is not None
            _reroute(one, spell.org, answer.why, actor, at)
            counts["rerouted"] += 1
        elif answer.act == "gone":
            counts["gone"] += 1
    return counts


def _after(one: Application, spell: Any) -> desks.Move:
    asked = {row.get("check") for row in one.round.conditions}
    return desks.after_moving(
        counts=str(one.org_id),
        now=str(spell.org_id) if spell else "",
        in_area=bool(spell) and spell.org.path.startswith(one.round.org.path),
        standing=spell.standing if spell else "left",
        desk_no=one.desk_no,
        first_place=one.route[0]["place"] if one.route else "",
        needs_member=bool(asked & ASKS_MEMBERSHIP),
    )


def _reroute(one: Application, org: Any, why: str, actor: Actor, at: datetime) -> None:
    stops = way_of(one.round, org)
    if not stops:
        return
    with journal.act():
        before = one.org
        columns = {
            "org": org,
            "scope_org": related("org").objects.get(pk=desks.scope_of(stops, str(org.pk), sensitive=one.sensitive)),
            "route": [stop.as_dict() for stop in stops],
            **at_desk(stops[0], day_of(at)),
        }
        for name, value in columns.items():
            setattr(one, name, value)
        one.save(update_fields=list(columns))
        journal.write(
            "programmes.rerouted", actor=actor, at=at, org=before, subject=one, note=why,
            payload={"from": before.code, "to": org.code},
        )  # fmt: skip
        tell([one], "programmes.rerouted", {"title": one.round.title, "org": org.name}, at)
