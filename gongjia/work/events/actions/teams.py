"""Volunteer teams, what unions say of their members' work, and the papers of an event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden, refuse
from gongjia.who.members.queries import spells_on
from gongjia.work.events import kinds, powers
from gongjia.work.events.actions.common import day_of, lock_event
from gongjia.work.events.models import Event, Paper, Team, TeamMember, WorkFact
from gongjia.work.events.queries.scope import related


def make_team(
    *, org: Any, name: str, founded_on: date, purpose: str = "", leader: Any = None, actor: Actor, at: datetime
) -> Team:
    """A team of a union. Its name is used once among those that exist there."""
    with journal.act():
        actor.must(powers.TEAMS, org)
        name = name.strip()
        if not name:
            refuse("name_missing", "请填写队名。")
        if founded_on > day_of(at):
            refuse("founded_later", "成立日期不能晚于今天。", fact=str(founded_on))
        if Team.objects.filter(org=org, name=name, closed_on__isnull=True).exists():
            refuse("team_twice", "已经有同名的志愿服务队。", fact=name, cure="请换一个队名。")
        team = Team.objects.create(org=org, name=name, purpose=purpose.strip(), leader=leader, founded_on=founded_on)
        journal.write("events.team_made", actor=actor, at=at, org=org, subject=team)
        if leader is not None:
            TeamMember.objects.create(team=team, person=leader, since=founded_on)
        return team


def _team(team: Team, actor: Actor) -> Team:
    found = one_of(Team.objects.select_for_update(of=("self",)).select_related("org").filter(pk=team.pk))
    if found is None:
        raise Hidden(str(team.pk))
    actor.must(powers.TEAMS, found.org)
    return found


def close_team(*, team: Team, on: date, why: str, actor: Actor, at: datetime) -> Team:
    """The team ends on a day, and with it every spell in it; hours done stay."""
    with journal.act():
        found = _team(team, actor)
        if found.closed_on is not None:
            refuse("closed", "这支队伍已经撤销。", fact=str(found.closed_on))
        if not why.strip():
            refuse("why_missing", "请写明原因。")
        if on < found.founded_on or on > day_of(at):
            refuse("day_wrong", "撤销日期要在成立以后、今天以前。", fact=str(on))
        found.closed_on, found.closed_why = on, why.strip()[:200]
        found.save(update_fields=["closed_on", "closed_why"])
        for member in TeamMember.objects.filter(team=found, until__isnull=True):
            member.until = max(on, member.since)
            member.save(update_fields=["until"])
        journal.write("events.team_closed", actor=actor, at=at, org=found.org, subject=found, note=why)
        return found


def add_team_members(*, team: Team, person_ids: Sequence[UUID], since: date, actor: Actor, at: datetime) -> int:
    """Whoever is in it already stays as they are. Members of the union or below it; answers how many are new."""
    with journal.act():
        found = _team(team, actor)
        if found.closed_on is not None:
            refuse("closed", "这支队伍已经撤销，不能再加队员。")
        if since < found.founded_on or since > day_of(at):
            refuse("day_wrong", "入队日期要在成立以后、今天以前。", fact=str(since))
        ids = set(person_ids)
        ours = set(
            spells_on(day_of(at)).filter(org__path__startswith=found.org.path, person_id__in=ids)
            .values_list("person_id", flat=True)
        )  # fmt: skip
        if ids - ours:
            refuse("not_ours", "有人不是本工会（含下级）的会员。", fact=f"{len(ids - ours)} 人", cure="请从名册里选。")
        here = set(
            TeamMember.objects.filter(team=found, person_id__in=ids, until__isnull=True).values_list(
                "person_id", flat=True
            )
        )
        TeamMember.objects.bulk_create(
            [TeamMember(team=found, person_id=pk, since=since) for pk in sorted(ids - here)], batch_size=1000
        )
        journal.write(
            "events.team_members", actor=actor, at=at, org=found.org, subject=found,
            subjects=[("members.person", pk) for pk in sorted(ids - here)], payload={"added": len(ids - here)},
        )  # fmt: skip
        return len(ids - here)


def remove_team_member(*, member: TeamMember, on: date, actor: Actor, at: datetime) -> TeamMember:
    with journal.act():
        team = _team(member.team, actor)
        found = TeamMember.objects.select_for_update().get(pk=member.pk)
        if found.until is not None:
            refuse("left", "已经退出。", fact=str(found.until))
        if on < found.since or on > day_of(at):
            refuse("day_wrong", "退出日期不对。", fact=str(on))
        found.until = on
        found.save(update_fields=["until"])
        journal.write(
            "events.team_members", actor=actor, at=at, org=team.org, subject=team,
            subjects=[("members.person", found.person_id)], payload={"removed": 1},
        )  # fmt: skip
        return found


def set_work_fact(
    *, org: Any, person_ids: Sequence[UUID], key: str, holds: bool, on: date, actor: Actor, at: datetime
) -> int:
    """What the union says of its members' work from a day on; guaranteed groups and weights ask it. How many changed."""
    with journal.act():
        actor.must(powers.FACTS, org)
        if key not in kinds.WorkKey.values:
            refuse("work_unknown", "没有这种岗位情况。", fact=key)
        if on > day_of(at):
            refuse("day_wrong", "日期不能晚于今天。", fact=str(on))
        ids = set(person_ids)
        model = related("person")
        spells = spells_on(day_of(at)).filter(org__path__startswith=org.path, person_id__in=ids)
        if ids - set(spells.values_list("person_id", flat=True)):
            refuse("not_ours", "有人不是本工会（含下级）的会员。", cure="请从名册里选。")
        now = {
            row.person_id: row
            for row in WorkFact.objects.select_for_update().filter(person_id__in=ids, key=key, until__isnull=True)
        }
        if holds:
            changed = sorted(ids - set(now))
            WorkFact.objects.bulk_create(
                [WorkFact(person_id=pk, org=org, key=key, since=on) for pk in changed], batch_size=1000
            )
        else:
            changed = sorted(now)
            for row in now.values():
                row.until = max(on, row.since)
                row.save(update_fields=["until"])
        if changed:
            journal.write(
                "events.work_fact", actor=actor, at=at, org=org,
                subjects=[(model._meta.label_lower, pk) for pk in changed], payload={"key": key, "holds": holds},
            )  # fmt: skip
        return len(changed)


def add_paper(*, event: Event, attachment: Any, use: str, caption: str = "", actor: Actor, at: datetime) -> Paper:
    """A material, a photo, a piece of evidence. Materials and photos show to members; evidence to officers only."""
    with journal.act():
        found = lock_event(event)
        actor.must(powers.OPEN, found.org)
        if use not in kinds.PaperUse.values:
            refuse("use_unknown", "没有这种材料。", fact=use)
        paper = Paper.objects.create(event=found, attachment=attachment, use=use, caption=caption.strip()[:120])
        journal.write(
            "events.paper_added", actor=actor, at=at, org=found.org, subject=found, subjects=[attachment],
            payload={"use": use},
        )  # fmt: skip
        return paper


def remove_paper(*, paper: Paper, actor: Actor, at: datetime) -> Paper:
    """It is no longer shown; the file and the entry of the journal stay."""
    with journal.act():
        event = lock_event(paper.event_id)
        actor.must(powers.OPEN, event.org)
        paper.removed_on = day_of(at)
        paper.save(update_fields=["removed_on"])
        journal.write("events.paper_removed", actor=actor, at=at, org=event.org, subject=event)
        return paper
