"""Desks: what lies at the actor's, who may speak there, what is late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet
from django.utils.module_loading import import_string

from gongjia.base.actor import Actor
from gongjia.base.refused import Reason
from gongjia.who.orgs.queries import in_force, within
from gongjia.work.programmes import powers
from gongjia.work.programmes.models import Application
from gongjia.work.programmes.queries.scope import NOTHING, related
from gongjia.work.programmes.rules import desks


def reviewing_roles() -> frozenset[str]:
    """Keys of the roles that may review."""
    return frozenset(role.key for role in import_string(settings.GONGJIA_ROLES) if powers.REVIEW in role.powers)


class DeskRights:
    """Whether an actor may speak for each of some applications: here, standing in from above, or not."""

    def __init__(self, actor: Actor, applications: Sequence[Application], today: date):
        self.actor, self.today = actor, today
        self.posts = [(str(post.org_id), post.role) for post in actor.posts if powers.REVIEW in post.powers]
        self._sitting = _sitting({one.desk_org_id for one in applications if one.desk_org_id}, today)
        self._known: dict[Any, str] = {}

    def how(self, one: Application) -> str:
        """ "here" | "above" | "" """
        if one.desk_org is None or one.ready:
            return ""
        if self.actor.everywhere:
            return "here" if self.actor.holds(powers.REVIEW) else ""
        late = one.desk_due is not None and one.desk_due < self.today
        key = (one.desk_org_id, one.desk_role, late)
        if key not in self._known:
            roles = [role for role in one.desk_role.split("|") if role]
            sits = self._sitting.get(one.desk_org_id, set())
            vacant = late or not (sits & set(roles) if roles else sits)
            above = self.actor.can(powers.REVIEW, one.desk_org)
            self._known[key] = desks.may_review(str(one.desk_org_id), one.desk_role, self.posts, vacant, above)
        return self._known[key]

    def why_not(self, one: Application) -> Reason:
        if one.ready or one.desk_org is None:
            return Reason("at_no_desk", "这一件现在不在审核环节。", fact=one.state_label, cure="请刷新页面。")
        return Reason(
            "other_desk", f"现在由{one.desk_org.short_name or one.desk_org.name}审核，还没有轮到您。",
            fact=one.desk_org.name, cure="请等这一环节办完；逾期后上级可以代审。",
        )  # fmt: skip


def _sitting(org_ids: set[Any], today: date) -> dict[UUID, set[str]]:
    """Union -> roles with the power that somebody holds there today."""
    if not org_ids:
        return {}
    model = related("person")._meta.get_field("positions").related_model
    found: dict[UUID, set[str]] = {}
    rows = model.objects.filter(in_force(today), org_id__in=org_ids, role__in=reviewing_roles())
    for org_id, role in rows.values_list("org_id", "role").distinct():
        found.setdefault(org_id, set()).add(role)
    return found


@dataclass(frozen=True)
class DeskRow:
    """One application as a desk's list shows it."""

    id: UUID
    number: str
    name: str
    org_name: str
    round_id: UUID
    round_title: str
    type: str
    submitted_at: datetime
    desk_name: str
    desk_since: date
    due: date
    counter: bool
    score: Any
    missing: str  # what an earlier return asked for: it was mended


_COLUMNS = (
    "pk", "number", "applicant_name", "org__short_name", "org__name", "round_id", "round__title", "type",
    "submitted_at", "desk_org__short_name", "desk_org__name", "desk_since", "desk_due", "counter", "score", "missing",
)  # fmt: skip


def words_left(one: Application, today: date) -> str:
    """How much time a desk still has or how late it is, in the unit that the round declares for it."""
    if one.desk_due is None:
        return ""
    return desks.late_words(one.desk_due, today, desks.unit_at(one.route, one.desk_no))


def days_left(one: Application, today: date) -> int | None:
    """The same as a number: 0 on the last day."""
    return desks.days_to(one.desk_due, today, desks.unit_at(one.route, one.desk_no)) if one.desk_due else None


def at_my_desks(actor: Actor) -> Q:
    """What lies at desks where the actor sits: by union and role of each post."""
    if actor.everywhere:
        return Q() if actor.holds(powers.REVIEW) else NOTHING
    found = NOTHING
    for post in actor.posts:
        if powers.REVIEW in post.powers:
            role = Q(desk_role="") | Q(desk_role=post.role) | Q(desk_role__contains=f"{post.role}|")
            role |= Q(desk_role__endswith=f"|{post.role}")
            found |= Q(desk_org_id=post.org_id) & role
    return found


def waiting(actor: Actor, *, above: bool = False) -> QuerySet[Application]:
    """Applications that wait at the actor's own desks; with `above` also those at desks below."""
    found = Application.objects.filter(state="in_review", ready=False)
    if not above:
        return found.filter(at_my_desks(actor))
    return found.filter(within(actor, powers.REVIEW, prefix="desk_org__"))


def desk_rows(
    actor: Actor,
    *,
    today: date,
    round_id: UUID | None = None,
    overdue: bool = False,
    above: bool = False,
    text: str = "",
    after: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[DeskRow]:
    """The list of a desk, oldest first; `after` is the (submitted_at, id) of the last row shown. One query."""
    found = waiting(actor, above=above)
    if round_id is not None:
        found = found.filter(round_id=round_id)
    if overdue:
        found = found.filter(desk_due__lt=today)
    if text.strip():
        found = found.filter(
            Q(applicant_name__startswith=text.strip()) | Q(number=text.strip()) | Q(org__name__contains=text.strip())
        )
    if after is not None:
        found = found.filter(Q(submitted_at__gt=after[0]) | Q(submitted_at=after[0], pk__gt=after[1]))
    rows = found.order_by("submitted_at", "pk").values_list(*_COLUMNS)[: min(limit, 500)]
    return [
        DeskRow(
            id=row[0], number=row[1], name=row[2], org_name=row[3] or row[4], round_id=row[5], round_title=row[6],
            type=row[7], submitted_at=row[8], desk_name=row[9] or row[10], desk_since=row[11], due=row[12],
            counter=row[13], score=row[14], missing=row[15],
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class DeskCount:
    round_id: UUID
    round_title: str
    count: int
    overdue: int
    oldest_due: date | None
    unit: Any = "workday"  # of the oldest one's desk


def desk_counts(actor: Actor, *, today: date, above: bool = False) -> list[DeskCount]:
    """Per round what waits at the actor's desks. Two queries."""
    return counted(waiting(actor, above=above), today)


def counted(waits: QuerySet[Application], today: date) -> list[DeskCount]:
    """Applications at desks, per round, the most urgent round first. Two queries."""
    held = waits.order_by()
    rows = held.values("round_id", "round__title").annotate(
        count=Count("pk"), late=Count("pk", filter=Q(desk_due__lt=today)), due=Min("desk_due")
    )
    oldest = held.order_by("round_id", "desk_due", "pk").distinct("round_id")
    units = {
        round_id: desks.unit_at(route, no) for round_id, route, no in oldest.values_list("round_id", "route", "desk_no")
    }
    found = [
        DeskCount(row["round_id"], row["round__title"], row["count"], row["late"], row["due"], units[row["round_id"]])
        for row in rows
        if row["round_id"] in units
    ]
    return sorted(found, key=lambda one: (one.oldest_due or date.max, one.round_title))


def vacant(actor: Actor, *, today: date) -> QuerySet[Application]:
    """What waits below at desks where nobody sits, for the nearest union above where somebody does.

    Two queries to know the desks; none for a machine, or for who reviews nowhere.
    """
    mine = {post.org_id for post in actor.posts if powers.REVIEW in post.powers}
    if actor.everywhere or not mine:
        return Application.objects.none()
    held = waiting(actor, above=True).exclude(desk_org_id__in=mine)
    places = held.order_by().values_list("desk_org_id", "desk_org__path", "desk_role").distinct()
    positions = related("person")._meta.get_field("positions").related_model.objects
    sitting: dict[str, tuple[UUID, set[str]]] = {}
    for path, org_id, role in positions.filter(
        in_force(today), within(actor, powers.REVIEW, prefix="org__"), role__in=reviewing_roles()
    ).values_list("org__path", "org_id", "role"):
        sitting.setdefault(path, (org_id, set()))[1].add(role)
    empty: dict[str, list[UUID]] = {}  # named roles of a desk -> unions
    for org_id, path, named in places:
        roles = {role for role in named.split("|") if role}
        if path in sitting and (not roles or roles & sitting[path][1]):
            continue
        above = (path[:end] for end in range(len(path) - 1, 0, -1))
        if next((sitting[one][0] for one in above if one in sitting), None) in mine:
            empty.setdefault(named, []).append(org_id)
    wanted = NOTHING
    for named, org_ids in empty.items():
        wanted |= Q(desk_role=named, desk_org_id__in=org_ids)
    return held.filter(wanted)
