"""Posts: who holds what where, what waits to be confirmed, and the printed role matrix."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from gongjia.base.actor import Actor
from gongjia.base.refused import Hidden
from gongjia.base.secret import Sealed
from gongjia.who.members import powers, registry, rules
from gongjia.who.members.kinds import Role
from gongjia.who.members.models import Correction, Cover, Help, Person, Position
from gongjia.who.members.queries.scope import gate
from gongjia.who.orgs.queries import in_force, range_of


class PostRow(NamedTuple):
    """One post. `phone` is the officer's duty phone, visible to the unions above."""

    id: UUID
    person_id: UUID
    person_name: str
    phone: Sealed
    org_id: UUID
    org_name: str
    role: str
    role_label: str
    post_name: str
    since: date
    until: date | None
    confirmed_on: date
    last_login: datetime | None
    due_since: date | None  # unconfirmed since that quarter's first day
    lapses_on: date
    stand_in: str


def position_rows(
    actor: Actor,
    *,
    today: date,
    org=None,
    role: str = "",
    text: str = "",
    past: bool = False,
    limit: int = 200,
    offset: int = 0,
    power: str = powers.POSITIONS_READ,
) -> list[PostRow]:
    """Posts in force (or ended ones) at the unions the actor may see. Two queries."""
    when = Q(until__isnull=False, until__lte=today) if past else in_force(today)
    found = Position.objects.filter(gate(actor, Position, power)).filter(when)
    if org is not None:
        found = found.filter(range_of(org.path, "org__path"))
    if role:
        found = found.filter(role=role)
    if text.strip():
        found = found.filter(Q(person__name__icontains=text.strip()) | Q(org__name__icontains=text.strip()))
    return _rows(found.order_by("org__path", "since", "pk")[offset : offset + min(limit, 500)], today)


def unconfirmed_rows(actor: Actor, *, today: date, limit: int = 200) -> list[PostRow]:
    """Posts that the actor may confirm and that wait for it this quarter; own ones are others' to confirm."""
    found = unconfirmed(actor, today)
    return _rows(found.order_by("confirmed_on", "org__path", "pk")[: min(limit, 500)], today)


def unconfirmed(actor: Actor, today: date) -> QuerySet[Position]:
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    found = Position.objects.filter(gate(actor, Position, powers.POSITIONS_CONFIRM))
    found = found.filter(in_force(today), confirmed_on__lt=quarter)
    return found.exclude(person_id=actor.person_id) if actor.person_id else found


def _rows(found: Iterable[Any], today: date) -> list[PostRow]:
    known = registry.roles()
    phone = Person._meta.get_field("phone")
    rows = list(
        found.values_list(  # type: ignore[attr-defined]
            "pk",
            "person_id",
            "person__name",
            "person__phone",
            "org_id",
            "org__name",
            "role",
            "post_name",
            "since",
            "until",
            "confirmed_on",
            "person__account__last_login",
        )
    )
    stand_ins = dict(
        Cover.objects.filter(position_id__in=[row[0] for row in rows], since__lte=today, until__gt=today).values_list(
            "position_id", "stand_in__name"
        )
    )
    return [
        PostRow(
            *row[:3],
            phone.wrap(row[1], row[3]),
            *row[4:7],
            known[row[6]].label if row[6] in known else row[6],
            *row[7:12],
            rules.confirmation_due_since(row[10], today),
            rules.lapses_on(row[10]),
            stand_ins.get(row[0], ""),
        )
        for row in rows
    ]


def position_of(actor: Actor, pk: UUID) -> Position:
    """One post that the actor may see, with its holder, union and term; `Hidden` when it is none of theirs."""
    found = Position.objects.filter(gate(actor, Position, powers.POSITIONS_READ), pk=pk)
    post = found.select_related("person", "org", "term", "granted_by").first()
    if post is None:
        raise Hidden(str(pk))
    return post


def positions_of(actor: Actor, keys: Iterable[UUID], power: str = powers.POSITIONS_READ) -> list[Position]:
    """Of these posts, those that a power reaches."""
    found = Position.objects.filter(gate(actor, Position, power), pk__in=list(keys))
    return list(found.select_related("person", "org").order_by("org__path", "pk"))


def covers_of(post: Position) -> list[Cover]:
    """Leave covers of a post, newest first."""
    return list(Cover.objects.filter(position=post).select_related("stand_in").order_by("-since")[:50])


def cover_of(actor: Actor, pk: UUID) -> Cover:
    found = Cover.objects.filter(gate(actor, Cover, powers.POSITIONS_READ), pk=pk)
    row = found.select_related("stand_in", "position__person", "position__org").first()
    if row is None:
        raise Hidden(str(pk))
    return row


def todos_by_name(post: Position) -> int:
    """How many open corrections and requests for help lie with the holder by name: what a hand-over takes along."""
    here = range_of(post.org.path, "org__path")
    return sum(
        model.objects.filter(here, state="open", handler_id=post.person_id).count() for model in (Correction, Help)
    )


def grantable(actor: Actor) -> list[Role]:
    """Roles that the actor's own posts let them hand out, in the order of the page of roles. No query."""
    known = registry.roles()
    keys = {
        key for post in actor.posts if not post.on_behalf_of and post.role in known for key in known[post.role].grants
    }
    return [role for role in known.values() if "*" in keys or role.key in keys]


def officers_of(org_ids: Iterable[UUID], today: date) -> dict[UUID, list[PostRow]]:
    """Officers in force of many unions at once, chairs first: the desk of eighty unions."""
    found = Position.objects.filter(in_force(today), org_id__in=list(org_ids)).order_by("org_id", "role", "since")
    answer: dict[UUID, list[PostRow]] = {}
    for row in _rows(found, today):
        answer.setdefault(row.org_id, []).append(row)
    return answer


def duty_phones(actor: Actor, rows: Iterable[PostRow]) -> dict[UUID, str]:
    """Post -> phone to print: whole for the unions above the post's (an officer's duty phone, design 8),
    masked for everybody else."""
    rows = list(rows)
    paths = dict(Position.objects.filter(pk__in=[row.id for row in rows]).values_list("pk", "org__path"))
    roots = [root for root in actor.roots(powers.POSITIONS_READ) if root.reach != "own"]
    answer = {}
    for row in rows:
        path = paths.get(row.id, "")
        above = any(path.startswith(root.path) and path != root.path for root in roots)
        answer[row.id] = row.phone.open_unlogged() if above and row.phone else str(row.phone)
    return answer


def chair_of(org, today: date) -> PostRow | None:
    """Who heads a union now, by post; None when the post is empty."""
    found = Position.objects.filter(in_force(today), org=org, role="chair_grassroots").order_by("since")
    rows = _rows(found[:1], today)
    return rows[0] if rows else None


def accounts_with(power: str, org, today: date) -> list[UUID]:
    """Accounts of those who hold a power over a union now, nearest desk first: whom to notify.

    Only the nearest union up the line with such a holder is named: one desk, not all above.
    """
    from gongjia.who.orgs.queries import chain_of

    keys = [role.key for role in registry.roles().values() if power in role.powers]
    for place in reversed(chain_of(org)):
        found = Position.objects.filter(in_force(today), org=place, role__in=keys, person__account__isnull=False)
        if accounts := list(dict.fromkeys(found.values_list("person__account_id", flat=True))):
            return accounts
    return []


def guards(today: date) -> list[UUID]:
    """Accounts of those who guard the journal: told when too much leaves through one pair of hands."""
    keys = [role.key for role in registry.roles().values() if "journal.verify" in role.powers]
    found = Position.objects.filter(in_force(today), role__in=keys, person__account__isnull=False)
    return list(dict.fromkeys(found.order_by("pk").values_list("person__account_id", flat=True)))


def accounts_at(org_ids: Iterable[UUID], today: date) -> dict[UUID, list[UUID]]:
    """Accounts of those who hold a post at each union itself: whom a chase reaches. One query."""
    found = Position.objects.filter(in_force(today), org_id__in=list(org_ids), person__account__isnull=False)
    answer: dict[UUID, list[UUID]] = {}
    for org_id, account in found.values_list("org_id", "person__account_id").order_by("since", "pk"):
        if account not in answer.setdefault(org_id, []):
            answer[org_id].append(account)
    return answer


class MatrixLine(NamedTuple):
    """One power, and which roles hold it."""

    power: str
    label: str
    roles: frozenset[str]


def role_matrix() -> tuple[list[tuple[str, str, str]], list[MatrixLine]]:
    """((role key, label, reach), …) and the lines of the printed matrix. No query."""
    known = registry.roles().values()
    heads = [(role.key, role.label, role.reach) for role in known]
    lines = [
        MatrixLine(power, label, frozenset(role.key for role in known if power in role.powers))
        for power, label in registry.all_powers().items()
    ]
    return heads, lines
