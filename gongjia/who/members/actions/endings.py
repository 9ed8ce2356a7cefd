"""A death, and what ends with a person: hand-overs, posts, covers, the log-in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import refuse
from gongjia.who.accounts import actions as account_actions
from gongjia.who.accounts import powers as account_powers
from gongjia.who.members import kinds, powers
from gongjia.who.members.actions import spells
from gongjia.who.members.models import Cover, Person, Position, Transfer
from gongjia.who.orgs.models import Org


def record_death(*, person: Person, died_on: date, actor: Actor, at: datetime, note: str = "") -> Person:
    """A death: the membership, posts, covers and hand-overs end, the log-in is closed, the file stays."""
    today = spells.day_of(at)
    with journal.act():
        held = spells.hold(person)
        locked, org = held.person, spells.home_of(person, held.spell)
        actor.must(powers.LEAVE, org)
        if locked.merged_into_id:
            refuse("person_merged", "这份档案已并入另一份档案。", cure="请在合并后的档案里办理。")
        if locked.died_on:
            refuse("person_died", "这位同志已登记去世。", fact=str(locked.died_on), cure="如登记有误，请先更正。")
        if died_on > today:
            refuse("date_in_future", "日期不能晚于今天。", fact=str(died_on), cure="请核对日期。")
        if locked.born_on and died_on < locked.born_on:
            refuse("date_impossible", "去世日期早于出生日期。", fact=str(died_on), cure="请核对日期。")
        locked.died_on = died_on
        locked.save(update_fields=["died_on"])
        entry = journal.write(
            "members.died",
            actor=actor,
            at=at,
            org=org,
            subjects=[locked, *([held.open] if held.open else [])],
            payload={"on": died_on.isoformat()},
            note=note,
        )
        if held.open:
            spell = spells.end(held.open, died_on, kinds.ChangeKind.DEATH)
            spells.note_change(spell, kinds.ChangeKind.DEATH, spell.until, reason=kinds.ChangeReason.DEATH)
        withdraw_transfers(locked, actor, at, "本人去世", entry)
        end_posts_of(locked, died_on, "去世", actor, at, entry)
        close_log_in(locked, org, actor, at, "登记去世")
        return locked


def withdraw_transfers(person: Person, actor: Actor, at: datetime, why: str, cause: Any) -> None:
    """An open hand-over has nothing left to hand over."""
    for transfer in Transfer.objects.filter(person=person, state__in=("asked", "offered")):
        journal.move(
            transfer, "withdraw", actor=actor, at=at, note=why, cause=cause,
            changes={"ended_on": spells.day_of(at), "answer": why},
        )  # fmt: skip


def end_posts_of(person: Person, on: date, why: str, actor: Actor, at: datetime, cause: Any) -> None:
    """All posts and covers of a person end on a day, for a reason that lies in the person."""
    for post in Position.objects.filter(person=person, until__isnull=True).select_related("org"):
        post.until, post.ended_why = max(on, post.since), why
        post.save(update_fields=["until", "ended_why"])
        journal.write(
            "positions.ended", actor=actor, at=at, org=post.org, subjects=[post, person], note=why, cause=cause
        )
    today = spells.day_of(at)
    Cover.objects.filter(stand_in=person, until__gt=today, since__lte=today).update(until=today)
    for cover in Cover.objects.filter(stand_in=person, since__gt=today):
        cover.until = cover.since
        cover.save(update_fields=["until"])


def close_log_in(person: Person, org: Org, actor: Actor, at: datetime, reason: str) -> None:
    """Close the account behind a person as the consequence of another act that was permitted."""
    account = person.account
    if account is None or not account.is_active:
        return
    machine = Actor.system(actor.label, (account_powers.CLOSE, getattr(account_powers, "STAFF", account_powers.CLOSE)))
    account_actions.close_account(account_id=account.pk, org=org, actor=machine, at=at, reason=reason)
