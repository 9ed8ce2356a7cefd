"""Acts on unions in which memberships move: moved in the tree, merged, dissolved.

The tree is `orgs`'; here the memberships follow, in the same act. Nobody leaves by silence (工会法 13:
members of a union whose employer ended keep their membership).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import refuse, refuse_if
from gongjia.who.members import rules
from gongjia.who.members.actions import positions, spells
from gongjia.who.members.actions.tell import tell_desk
from gongjia.who.members.kinds import ChangeKind, ChangeReason
from gongjia.who.members.models import Correction, Help, Membership, Position, Transfer
from gongjia.who.members.powers import TRANSFER
from gongjia.who.orgs import actions as org_actions
from gongjia.who.orgs import powers as org_powers
from gongjia.who.orgs.models import Org

KEEP_ABOVE = "keep_above"  # 保留会籍 in the next higher union, until they work again
MOVE = "move"  # active, into another union of the same employer or place


def move_union(
    *, org: Org, parent: Org, on: date, actor: Actor, at: datetime, document: str = "", note: str = ""
) -> Any:
    """Hang a union with all below it elsewhere in the tree; rights and lists follow in the same instant."""
    with journal.act():
        placed = org_actions.place_under(
            org=org, parent=parent, on=on, actor=actor, at=at, document=document, note=note
        )
        copied = copy_paths(placed.old_path, placed.new_path)
        if copied:
            journal.write(
                "members.moved_with_union", actor=actor, at=at, org=placed.org, subject=placed.org,
                payload={"memberships": copied}, cause=placed.entry,
            )  # fmt: skip
        return placed


def copy_paths(old: str, new: str) -> int:
    """Bring the copies of paths below `old` to `new`: one statement, whatever the number of members."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update members_membership set org_path = %s || substr(org_path, %s)"
            " where org_path >= %s and org_path < %s",
            [new, len(old) + 1, old, old + "~"],
        )
        return cursor.rowcount


@dataclass(frozen=True)
class Closed:
    """A union that ended, and where its people went."""

    org: Org
    active_moved: int = 0
    retained_moved: int = 0
    posts_ended: int = 0
    entry: Any = None


def members_left(org: Org) -> QuerySet[Membership]:
    """Open spells of a union that is to be closed: listed for one tap each before the rest goes together."""
    return Membership.objects.filter(org=org, until__isnull=True).select_related("person").order_by("pk")


def dissolve_union(
    *,
    org: Org,
    closed_on: date,
    cause: str,
    document: str,
    attachment: Any,
    actor: Actor,
    at: datetime,
    rest: str = KEEP_ABOVE,
    to: Org | None = None,
    congress_passed: bool = False,
    note: str = "",
) -> Closed:
    """Dissolve a union. Members not yet handed over one by one go together: kept in the next higher union
    without dues and vote until they work again (`KEEP_ABOVE`), or active into another union (`MOVE`)."""
    with journal.act():
        actor.must(org_powers.CLOSE, org.org)
        target = _target_of_rest(org, rest, to, actor)
        open_spells = _locked_spells(org)
        entry = _note_closing(org, actor, at, note, {"rest": rest, "to": target.code})
        _settle_open_things(org, target, actor, at, entry)
        reason = ChangeReason.UNION_DISSOLVED
        active = [spell for spell in open_spells if spell.standing == "active"]
        kept = [spell for spell in open_spells if spell.standing == "retained"]
        if rest == MOVE:
            spells.move_many(active, target, closed_on, reason=reason, **spells.TRANSFER_KINDS)
        else:
            spells.move_many(
                active, target, closed_on, standing="retained", kind_out=ChangeKind.RETAIN,
                kind_in=ChangeKind.RETAIN, reason=reason,
            )  # fmt: skip
        _keep_reasons(kept, target, closed_on)
        _journal_moved(open_spells, org, target, actor, at, entry)
        ended = _end_posts(org, closed_on, "工会撤销", actor, at, entry)
        closing = org_actions.close(
            org=org, closed_on=closed_on, cause=cause, document=document, attachment=attachment, members=0,
            actor=actor, at=at, congress_passed=congress_passed, note=note, cause_entry=entry,
        )  # fmt: skip
        if open_spells:
            tell_desk(
                target, TRANSFER, "members.union_closed",
                {"org": org.name, "count": str(len(open_spells)), "to": target.name}, at,
            )  # fmt: skip
        return Closed(org, len(active), len(kept), ended, closing)


def _target_of_rest(org: Org, rest: str, to: Org | None, actor: Actor) -> Org:
    if rest == KEEP_ABOVE:
        if org.parent is None:
            refuse("no_parent", "最上一级工会不能撤销。", clause="工会法 13")
        return org.parent
    if rest != MOVE or to is None:
        refuse("rest_missing", "请选定会员的去向：保留在上级工会，或整体转入另一家工会。", cure="由办理人选择。")
    refuse_if(rules.may_receive(spells.org_facts(to), same=to.pk == org.pk))
    actor.must(TRANSFER, to)
    return to


def merge_unions(
    *,
    org: Org,
    into: Org,
    closed_on: date,
    document: str,
    attachment: Any,
    actor: Actor,
    at: datetime,
    note: str = "",
) -> Closed:
    """Merge a union into another: its members and the unions below it go along (章程 16, 40)."""
    with journal.act():
        if org.pk == into.pk:
            refuse("merge_into_self", "不能合并到自己。", cure="请选另一家工会。")
        actor.must(org_powers.CLOSE, org.org)
        open_spells = _locked_spells(org)
        if open_spells:
            refuse_if(rules.may_receive(spells.org_facts(into)))
        entry = _note_closing(org, actor, at, note, {"into": into.code})
        _settle_open_things(org, into, actor, at, entry)
        for child in list(Org.objects.filter(parent=org, state__in=("preparing", "active")).order_by("path")):
            move_union(org=child, parent=into, on=closed_on, actor=actor, at=at, document=document, note="随合并调整")
        into.refresh_from_db()
        active = [spell for spell in open_spells if spell.standing == "active"]
        kept = [spell for spell in open_spells if spell.standing == "retained"]
        spells.move_many(active, into, closed_on, reason=ChangeReason.UNION_MERGED, **spells.TRANSFER_KINDS)
        _keep_reasons(kept, into, closed_on)
        _journal_moved(open_spells, org, into, actor, at, entry)
        ended = _end_posts(org, closed_on, "工会合并", actor, at, entry)
        closing = org_actions.merge_into(
            org=org, into=into, closed_on=closed_on, document=document, attachment=attachment, members=0,
            actor=actor, at=at, note=note, cause_entry=entry,
        )  # fmt: skip
        if open_spells:
            tell_desk(
                into, TRANSFER, "members.union_closed",
                {"org": org.name, "count": str(len(open_spells)), "to": into.name}, at,
            )  # fmt: skip
        return Closed(org, len(active), len(kept), ended, closing)


def _locked_spells(org: Org) -> list[Membership]:
    """The open spells under lock: their persons first, as everywhere, then the union against new ones,
    then whoever joined between the two.

    The whole lock, not `no_key`: who joins holds the union's row FOR KEY SHARE, and so does the foreign key of a
    roster's rows; only FOR UPDATE stands against that.
    """
    _lock_people(org)
    Org.objects.select_for_update(of=("self",)).get(pk=org.pk)
    _lock_people(org)
    return list(Membership.objects.filter(org=org, until__isnull=True).order_by("pk"))


def _lock_people(org: Org) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select id from members_person where id in"
            " (select person_id from members_membership where org_id = %s and until is null)"
            " order by id for update",
            [org.pk],
        )


def _keep_reasons(kept: list[Membership], target: Org, on: date) -> None:
    """Kept members stay kept for the reason they had: a retired one does not become an unemployed one."""
    by_reason: dict[str, list[Membership]] = {}
    for spell in kept:
        by_reason.setdefault(spell.reason, []).append(spell)
    for reason, some in by_reason.items():
        spells.move_many(some, target, on, reason=reason, **spells.TRANSFER_KINDS)


def _note_closing(org: Org, actor: Actor, at: datetime, note: str, payload: dict[str, str]) -> Any:
    return journal.write("members.union_closed", actor=actor, at=at, org=org, subject=org, payload=payload, note=note)


def _journal_moved(moved: list[Membership], org: Org, to: Org, actor: Actor, at: datetime, cause: Any) -> None:
    if not moved:
        return
    people = [("members.person", spell.person_id) for spell in moved]
    journal.write(
        "members.handed_over", actor=actor, at=at, org=org, subjects=people,
        payload={"to": to.code, "count": len(people)}, cause=cause,
    )  # fmt: skip
    journal.write(
        "members.taken_over", actor=actor, at=at, org=to, subjects=people,
        payload={"from": org.code, "count": len(people)}, cause=cause,
    )  # fmt: skip


def _settle_open_things(org: Org, target: Org, actor: Actor, at: datetime, cause: Any) -> None:
    """Hand-overs to or from the union are void; what workers asked goes to the desk that takes over."""
    for transfer in (
        Transfer.objects.filter(state__in=("asked", "offered"))
        .filter(Q(from_org=org) | Q(to_org=org))
        .order_by("person_id")
    ):
        journal.move(
            transfer, "withdraw", actor=actor, at=at, cause=cause, note="工会撤销或合并",
            changes={"ended_on": spells.day_of(at), "answer": "工会撤销或合并"},
        )  # fmt: skip
    for model in (Correction, Help):
        model.objects.filter(org=org, state="open").update(org=target, handler=None)


def _end_posts(org: Org, on: date, why: str, actor: Actor, at: datetime, cause: Any) -> int:
    posts = list(
        Position.objects.select_for_update(of=("self",))
        .filter(org=org, until__isnull=True)
        .select_related("org", "person", "term")
    )
    for post in posts:
        positions.end_with_union(post, on, why, actor, at, cause)
    return len(posts)
