"""Moving a union under another parent, and closing it.

Memberships lie above this floor: `members` calls these inside one act together with its own part.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Max, Value
from django.db.models.functions import Greatest

from gongjia.base import clock, journal
from gongjia.base.actor import Actor
from gongjia.base.refused import refuse, refuse_if
from gongjia.who.orgs import powers, rules
from gongjia.who.orgs.actions import tree
from gongjia.who.orgs.models import CoveredUnit, Org, OrgClosure, Term
from gongjia.who.orgs.states import OrgState


@dataclass(frozen=True)
class Placed:
    """A union after its move. Copies of paths below `old_path` must be rewritten to `new_path`."""

    org: Org
    old_path: str
    new_path: str
    entry: Any


def place_under(
    *,
    org: Org,
    parent: Org,
    on: date,
    actor: Actor,
    at: datetime,
    document: str = "",
    note: str = "",
    cause: Any = None,
) -> Placed:
    """Hang a union with all below it under another line parent from a day on."""
    with journal.act():
        # One tree change at a time, so that two of them cannot make a circle.
        list(Org.objects.select_for_update(no_key=True).filter(parent__isnull=True).order_by("pk").values_list("pk"))
        org, parent = tree.lock(org), tree.lock(parent)
        actor.must(powers.MOVE, org.org)
        actor.must(powers.MOVE, parent)
        if org.parent_id == parent.pk:
            refuse("parent_same", f"它现在就隶属于“{parent.name}”。", fact=parent.code)
        if org.state not in (OrgState.ACTIVE, OrgState.PREPARING):
            refuse("org_closed", "这家工会已撤销或合并，不能调整隶属关系。", fact=org.state)
        last = OrgClosure.objects.filter(descendant=org, via="line", depth__gt=0).aggregate(last=Max("until"))["last"]
        refuse_if(
            rules.may_move(
                rules.MoveFacts(
                    kind=org.kind,
                    parent_kind=parent.kind,
                    parent_name=parent.name,
                    parent_open=parent.state == OrgState.ACTIVE,
                    parent_inside=tree.stands_above(org, parent),
                    moved_on=on,
                    today=at.astimezone(clock.SHANGHAI).date(),
                    last_moved_on=last,
                )
            )
        )
        before = org.parent
        old, new = tree.rehang(org, parent, on)
        entry = journal.write(
            "orgs.moved",
            actor=actor,
            at=at,
            org=org,
            subjects=[org, before, parent] if before else [org, parent],
            payload={
                "from": before.code if before else "",
                "to": parent.code,
                "on": on.isoformat(),
                "document": document,
            },
            note=note,
            cause=cause,
        )
        return Placed(org, old, new, entry)


def guide_by(*, org: Org, guide: Org | None, on: date, actor: Actor, at: datetime, note: str = "") -> Any:
    """Set or take away the industry parent from a day on: it gives reach, never sums."""
    with journal.act():
        org = tree.lock(org)
        actor.must(powers.MOVE, org.org)
        if org.industry_parent_id == (guide.pk if guide else None):
            refuse("guide_same", "产业指导关系没有变化。")
        if guide is not None:
            refuse_if(rules.guidance(guide.kind, guide.name))
            if guide.state != OrgState.ACTIVE:
                refuse("guide_closed", f"“{guide.name}”不是正常状态。")
            if tree.guide_would_circle(org, guide):
                refuse("guide_circle", f"“{guide.name}”在它的下面，不能反过来指导它。")
        before, org.industry_parent = org.industry_parent, guide
        org.save(update_fields=["industry_parent"])
        tree.reguide(tree.below_of(org), on)
        return journal.write(
            "orgs.industry_parent",
            actor=actor,
            at=at,
            org=org,
            subjects=[org, *([guide] if guide else [])],
            payload={
                "from": before.code if before else "",
                "to": guide.code if guide else "",
                "on": on.isoformat(),
            },
            note=note,
        )


def close(
    *,
    org: Org,
    closed_on: date,
    cause: str,
    document: str,
    attachment: Any,
    members: int,
    actor: Actor,
    at: datetime,
    congress_passed: bool = False,
    note: str = "",
    cause_entry: Any = None,
) -> Any:
    """Dissolve a union. `members`: how many memberships still lie there after the caller's part (must be 0)."""
    with journal.act():
        org = tree.lock(org)
        facts = rules.ClosingFacts(
            today=at.astimezone(clock.SHANGHAI).date(),
            closed_on=closed_on,
            founded_on=org.founded_on,
            cause=cause,
            document=document,
            has_attachment=attachment is not None,
            congress_passed=congress_passed,
            open_children=_open_children(org),
            members=members,
        )
        entry = journal.move(
            org,
            "dissolve",
            actor=actor,
            at=at,
            facts=facts,
            note=note,
            changes={"closed_on": closed_on, "closing_document": document, "closing_attachment": attachment},
            payload={"cause": cause, "on": closed_on.isoformat()},
            cause=cause_entry,
        )
        _end_belongings(org, closed_on)
        return entry


def merge_into(
    *,
    org: Org,
    into: Org,
    closed_on: date,
    document: str,
    attachment: Any,
    members: int,
    actor: Actor,
    at: datetime,
    note: str = "",
    cause_entry: Any = None,
) -> Any:
    """Merge a union into another. Children must have been placed and members moved by the caller."""
    with journal.act():
        org, into = tree.lock(org), tree.lock(into)
        actor.must(powers.CLOSE, into.org)
        if children := _open_children(org):
            refuse(
                "children_left",
                f"下面还有 {children} 家工会。",
                fact=str(children),
                cure="请先调整到合并后的工会之下。",
            )
        facts = rules.ClosingFacts(
            today=at.astimezone(clock.SHANGHAI).date(),
            closed_on=closed_on,
            founded_on=org.founded_on,
            document=document,
            has_attachment=attachment is not None,
            members=members,
            target_open=into.state == OrgState.ACTIVE,
            target_is_self=into.pk == org.pk,
            target_below=into.pk != org.pk and tree.stands_above(org, into),
        )
        entry = journal.move(
            org,
            "merge",
            actor=actor,
            at=at,
            facts=facts,
            note=note,
            changes={
                "closed_on": closed_on,
                "closing_document": document,
                "closing_attachment": attachment,
                "merged_into": into,
            },
            payload={"into": into.code, "on": closed_on.isoformat()},
            cause=cause_entry,
        )
        _end_belongings(org, closed_on)
        return entry


def _open_children(org: Org) -> int:
    return Org.objects.filter(parent=org, state__in=(OrgState.PREPARING, OrgState.ACTIVE)).count()


def _end_belongings(org: Org, on: date) -> None:
    """What ends with a union: its running term, the units it covers."""
    Term.objects.filter(org=org, ended_on__isnull=True).update(ended_on=on)
    CoveredUnit.objects.filter(org=org, until__isnull=True).update(until=Greatest(F("since"), Value(on)))
