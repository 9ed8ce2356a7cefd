"""Posts: granted, ended, handed over, covered, confirmed each quarter, lapsed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Forbidden, Reason, Refused, refuse, refuse_if
from gongjia.who.accounts import actions as account_actions
from gongjia.who.members import powers, registry, rules
from gongjia.who.members.access import NEVER_LAPSES
from gongjia.who.members.actions import log_in, spells
from gongjia.who.members.actions.tell import tell_person
from gongjia.who.members.models import Correction, Cover, Help, Person, Position
from gongjia.who.members.queries import visible
from gongjia.who.orgs.models import Org
from gongjia.who.orgs.queries import range_of

CHAIR = "chair_grassroots"


def grant(
    *,
    person: Person,
    org: Org,
    role: str,
    since: date,
    actor: Actor,
    at: datetime,
    until: date | None = None,
    post_name: str = "",
    term: Any = None,
    full_time: bool = False,
    note: str = "",
    cause: Any = None,
) -> Position:
    """Give somebody a post. They get a log-in with it, when they have none."""
    actor.must(powers.POSITIONS_GRANT, org)
    with journal.act():
        held = spells.hold(person)
        refuse_if(_grant_reasons(held.person, org, role, since, until, actor))
        return _write_post(held.person, org, role, since, until, post_name, term, full_time, actor, at, note, cause)


def _grant_reasons(person: Person, org: Org, role: str, since: date, until: date | None, actor: Actor) -> list[Reason]:
    known = registry.roles()
    if role not in known:
        return [Reason("code_unknown", "没有这个岗位。", fact=role, cure="请从岗位目录里选。")]
    held = Position.objects.filter(person=person).filter(Q(until__isnull=True) | Q(until__gt=since))
    covered = Cover.objects.filter(stand_in=person, until__gt=since).values_list("position__role", flat=True)
    return rules.may_grant(
        rules.GrantFacts(
            role=known[role],
            roles=known,
            org_name=org.name,
            org_active=org.state in ("preparing", "active"),
            org_is_root=org.parent_id is None,
            since=since,
            until=until,
            to_self=person.pk == actor.person_id,
            system=actor.everywhere,
            granter_grants_here=_own_hand(actor, org),
            held_roles=frozenset(held.values_list("role", flat=True)) | frozenset(covered),
            held_same_here=held.filter(org=org, role=role).exists(),
            person_alive=person.died_on is None,
            person_merged=person.merged_into_id is not None,
        )
    )


def _own_hand(actor: Actor, org: Org) -> frozenset[str]:
    """Roles that may be handed out at a union, by own posts only: who covers for somebody on leave does
    their work, but appoints nobody."""
    grants: set[str] = set()
    for post in actor.posts:
        role = registry.roles().get(post.role)
        if not role or post.on_behalf_of:
            continue
        only = Actor(actor.account_id, actor.person_id, actor.label, (post,), guides=actor.guides)
        if only.can(powers.POSITIONS_GRANT, org):
            grants |= set(role.grants)
    return frozenset(grants)


def _write_post(
    person: Person,
    org: Org,
    role: str,
    since: date,
    until: date | None,
    post_name: str,
    term: Any,
    full_time: bool,
    actor: Actor,
    at: datetime,
    note: str,
    cause: Any,
) -> Position:
    known = registry.roles()[role]
    post = Position.objects.create(
        person=person,
        org=org,
        term=term,
        role=role,
        post_name=post_name.strip() or known.label,
        full_time=full_time,
        since=since,
        until=until,
        granted_by_id=actor.person_id,
        confirmed_on=max(since, spells.day_of(at)),
    )
    entry = journal.write(
        "positions.granted",
        actor=actor,
        at=at,
        org=org,
        subjects=[post, person],
        payload={"role": role, "since": since.isoformat(), "until": until.isoformat() if until else ""},
        note=note,
        cause=cause,
    )
    person = log_in.open_account(person=person, actor=actor, at=at, cause=entry)
    if known.needs_factor and person.account_id:
        account_actions.require_factor(account_ids=[person.account_id], required=True, actor=actor, at=at, cause=entry)
    tell_person(person, "positions.granted", {"org": org.name, "post": post.post_name}, at, url="/console/")
    return post


def end(
    *, position: Position, on: date, why: str, actor: Actor, at: datetime, document: str = "", cause: Any = None
) -> Position:
    """End a post. A chair in mid-term is moved only with the consent of the committee and the next higher
    union, shown by `document` (工会法 18); who holds a post may lay it down."""
    with journal.act():
        post = (
            Position.objects.select_for_update(of=("self",)).select_related("org", "person", "term").get(pk=position.pk)
        )
        resigns = actor.person_id == post.person_id
        if not resigns:
            actor.must(powers.POSITIONS_GRANT, post.org)
        refuse_if(
            rules.may_end(
                rules.EndFacts(
                    on=on,
                    since=post.since,
                    ended=post.until is not None and post.until <= spells.day_of(at),
                    chair_in_term=post.role == CHAIR
                    and post.term is not None
                    and post.term.ended_on is None
                    and on <= post.term.ends_on
                    and post.org.state == "active"
                    and post.person.died_on is None,
                    resigns=resigns,
                    document=document,
                    words=why,
                )
            )
        )
        return _end(post, on, why, actor, at, document, cause)


def _end(post: Position, on: date, why: str, actor: Actor, at: datetime, document: str, cause: Any) -> Position:
    post.until, post.ended_why = max(on, post.since), why.strip()[:100]
    post.save(update_fields=["until", "ended_why"])
    for cover in Cover.objects.filter(position=post, until__gt=post.until):
        cover.until = max(post.until, cover.since)
        cover.save(update_fields=["until"])
    entry = journal.write(
        "positions.ended",
        actor=actor,
        at=at,
        org=post.org,
        subjects=[post, post.person],
        payload={"role": post.role, "on": post.until.isoformat(), "document": document},
        note=why.strip(),
        cause=cause,
    )
    account_id = post.person.account_id
    if account_id and not log_in.needs_factor(post.person, post.until):
        account_actions.require_factor(account_ids=[account_id], required=False, actor=actor, at=at, cause=entry)
    return post


def end_with_union(post: Position, on: date, why: str, actor: Actor, at: datetime, cause: Any) -> Position:
    """A post ends because its union does; the caller was permitted to end the union."""
    return _end(post, on, why, actor, at, "", cause)


@dataclass(frozen=True)
class HandedOver:
    """The new post, and how many open to-dos went along."""

    position: Position
    todos: int


def hand_over(
    *,
    position: Position,
    to: Person,
    on: date,
    actor: Actor,
    at: datetime,
    document: str = "",
    note: str = "",
) -> HandedOver:
    """One person's post goes to another on a day, with everything that lies with the old holder by name."""
    with journal.act():
        first, second = sorted((position.person_id, to.pk))
        locked = {pk: spells.hold(pk).person for pk in dict.fromkeys((first, second))}
        post = Position.objects.select_for_update(of=("self",)).select_related("org", "term").get(pk=position.pk)
        new_holder = locked[to.pk]
        actor.must(powers.POSITIONS_GRANT, post.org)
        if post.person_id == to.pk:
            refuse("same_person", "接任的是同一个人。", cure="请另选一人。")
        entry = journal.write(
            "positions.handed_over", actor=actor, at=at, org=post.org, subjects=[post, locked[post.person_id], new_holder],
            payload={"role": post.role, "on": on.isoformat()}, note=note,
        )  # fmt: skip
        end(position=post, on=on, why=note or "移交", actor=actor, at=at, document=document, cause=entry)
        refuse_if(_grant_reasons(new_holder, post.org, post.role, on, None, actor))
        new = _write_post(
            new_holder, post.org, post.role, on, None, post.post_name, post.term, post.full_time, actor, at, note, entry
        )
        moved = _move_todos(post, new_holder)
        if moved:
            journal.write(
                "members.todos_moved", actor=actor, at=at, org=post.org, subject=new, payload={"count": moved},
                cause=entry,
            )  # fmt: skip
        return HandedOver(new, moved)


def _move_todos(post: Position, to: Person) -> int:
    here = range_of(post.org.path, "org__path")
    moved = 0
    for model in (Correction, Help):
        moved += model.objects.filter(here, state="open", handler_id=post.person_id).update(handler=to)
    for source in registry.TODOS.all():
        if source.hand_over is not None:
            moved += source.hand_over(post.person_id, to.pk, post.org_id)
    return moved


def cover(
    *, position: Position, stand_in: Person, since: date, until: date, why: str, actor: Actor, at: datetime
) -> Cover:
    """Leave cover: the holder, or who may appoint there, lets somebody act from this post for a while."""
    with journal.act():
        person = spells.hold(stand_in).person
        post = Position.objects.select_for_update(of=("self",)).select_related("org").get(pk=position.pk)
        own = actor.person_id == post.person_id
        if not own:
            actor.must(powers.POSITIONS_GRANT, post.org)
        known = registry.roles()
        held = Position.objects.filter(person=person).filter(Q(until__isnull=True) | Q(until__gt=since))
        reasons = rules.may_cover(
            rules.CoverFacts(
                since=since,
                until=until,
                position_since=post.since,
                position_until=post.until,
                to_holder=person.pk == post.person_id,
                to_self=person.pk == actor.person_id,
                role=known[post.role],
                roles=known,
                held_roles=frozenset(held.values_list("role", flat=True)),
                stand_in_alive=person.died_on is None and person.merged_into_id is None,
                own_post=own,
            )
        )
        if not own and not actor.everywhere and not {"*", post.role} & _own_hand(actor, post.org):
            reasons.append(
                Reason(
                    "grant_beyond_own",
                    "这不是您能任命的岗位，不能安排代理。",
                    clause="GB/T 22239 8.1.4.2",
                    cure="请本人或上级安排。",
                )
            )
        if Cover.objects.filter(position=post, since__lt=until, until__gt=since).exists():
            reasons.append(Reason("covered_already", "这段时间已经安排了代理。", cure="请先结束原来的代理。"))
        refuse_if(reasons)
        row = Cover.objects.create(
            position=post, stand_in=person, since=since, until=until, why=why.strip()[:100],
            granted_by_id=actor.person_id,
        )  # fmt: skip
        entry = journal.write(
            "positions.covered", actor=actor, at=at, org=post.org, subjects=[row, post, person],
            payload={"since": since.isoformat(), "until": until.isoformat()}, note=why.strip(),
        )  # fmt: skip
        person = log_in.open_account(person=person, actor=actor, at=at, cause=entry)
        if known[post.role].needs_factor and person.account_id:
            account_actions.require_factor(
                account_ids=[person.account_id], required=True, actor=actor, at=at, cause=entry
            )
        tell_person(person, "positions.covered", {"org": post.org.name, "post": post.post_name}, at, url="/console/")
        return row


def end_cover(*, cover: Cover, on: date, actor: Actor, at: datetime, note: str = "") -> Cover:
    """Call off a cover from a day on: the holder is back."""
    with journal.act():
        row = Cover.objects.select_for_update(of=("self",)).select_related("position__org", "stand_in").get(pk=cover.pk)
        if actor.person_id not in (row.position.person_id, row.stand_in_id):
            actor.must(powers.POSITIONS_GRANT, row.position.org)
        if on >= row.until:
            refuse("cover_ended", "这次代理到那天已经结束。", fact=str(row.until), cure="无需再办。")
        row.until = max(on, row.since)
        row.save(update_fields=["until"])
        journal.write(
            "positions.cover_ended", actor=actor, at=at, org=row.position.org, subjects=[row, row.position],
            payload={"on": row.until.isoformat()}, note=note,
        )  # fmt: skip
        return row


def confirm(*, positions: Iterable[Position], actor: Actor, at: datetime, note: str = "") -> int:
    """The quarterly re-confirmation: these people still hold these posts. Nobody confirms their own."""
    wanted = {post.pk for post in positions}
    today = spells.day_of(at)
    with journal.act():
        rows = list(
            visible(actor, Position, powers.POSITIONS_CONFIRM)
            .select_for_update(of=("self",))
            .filter(pk__in=wanted)
            .order_by("pk")
        )
        if len(rows) != len(wanted):
            raise Forbidden(powers.POSITIONS_CONFIRM)
        if any(post.person_id == actor.person_id for post in rows):
            raise Refused(
                Reason("confirm_self", "不能确认自己的岗位。", clause="GB/T 22239 8.1.4.2", cure="由上级工会确认。")
            )
        if any(post.until is not None and post.until <= today for post in rows):
            refuse("post_ended", "其中有的岗位已经结束。", cure="请刷新后再确认。")
        if not rows:
            return 0
        Position.objects.filter(pk__in=wanted).update(confirmed_on=today)
        journal.write("positions.confirmed", actor=actor, at=at, subjects=rows, payload={"count": len(rows)}, note=note)
        return len(rows)


def end_overdue(*, actor: Actor, at: datetime) -> dict[str, int]:
    """By the clock: posts that nobody confirmed for two quarters end, and marks of a second factor follow
    posts that ended by their own date. Rights were gone before: the Actor looks at dates and confirmations."""
    if not actor.everywhere:
        raise Forbidden(powers.POSITIONS_GRANT)
    today = spells.day_of(at)
    with journal.act():
        running = Position.objects.select_for_update(of=("self",)).filter(until__isnull=True)
        lapsed = [
            post
            for post in running.exclude(role__in=NEVER_LAPSES).order_by("pk")
            if today >= rules.lapses_on(post.confirmed_on)
        ]
        Position.objects.filter(pk__in=[post.pk for post in lapsed]).update(until=today, ended_why="逾期未确认")
        if lapsed:
            journal.write("positions.lapsed", actor=actor, at=at, subjects=lapsed, payload={"count": len(lapsed)})
        released = _release_factors(actor, at, today)
        return {"lapsed": len(lapsed), "released": released}


def _release_factors(actor: Actor, at: datetime, today: date) -> int:
    staff = [role.key for role in registry.roles().values() if role.needs_factor]
    marked = Person.objects.filter(account__requires_second_factor=True, positions__role__in=staff)
    still = Position.objects.filter(role__in=staff).filter(Q(until__isnull=True) | Q(until__gt=today)).values("person")
    covering = Cover.objects.filter(position__role__in=staff, until__gt=today).values("stand_in")
    over = marked.exclude(pk__in=still).exclude(pk__in=covering)
    ids = list(dict.fromkeys(over.values_list("account_id", flat=True)))
    return account_actions.require_factor(account_ids=ids, required=False, actor=actor, at=at) if ids else 0
