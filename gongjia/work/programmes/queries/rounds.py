"""Rounds: for the officer's list, for the worker's list, and whether one may apply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from gongjia.base.actor import Actor
from gongjia.base.clock import SHANGHAI
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden
from gongjia.who.members.queries import spells_on
from gongjia.who.orgs.queries import within
from gongjia.work.programmes import powers
from gongjia.work.programmes.models import Application, JoinRoute, Round
from gongjia.work.programmes.queries.facts import Who, conditions_of, gather
from gongjia.work.programmes.queries.scope import own, related
from gongjia.work.programmes.registry import TYPES
from gongjia.work.programmes.rules.facts import Condition
from gongjia.work.programmes.rules.moves import unmet

_COUNTS = {
    "applied": ~Q(number=""),
    "in_review": Q(state__in=("in_review", "returned"), ready=False),
    "ready": Q(state="in_review", ready=True),
    "on_notice": Q(state="on_notice"),
    "awarded": Q(state="awarded"),
    "declined": Q(state="declined"),
}


def upper_rounds(actor: Actor) -> Q:
    """Rounds that unions above (or guiding) the actor's posts have opened: their desks are in them."""
    paths = {post.path for post in actor.posts if powers.READ in post.powers}
    uppers = {path[:end] for path in paths for end in range(4, len(path) + 1, 4)}
    return Q(org__path__in=uppers) & ~Q(state="draft")


def rounds_of(actor: Actor) -> QuerySet[Round]:
    """Rounds the actor may see: those of unions within reach, and opened ones of unions above."""
    if not actor.holds(powers.READ):
        return Round.objects.none()
    if actor.everywhere:
        return Round.objects.all()
    return Round.objects.filter(within(actor, powers.READ, prefix="org__") | upper_rounds(actor))


def round_of(actor: Actor, pk: UUID) -> Round:
    """One round for an officer; `Hidden` when it is none of theirs."""
    found = one_of(rounds_of(actor).filter(pk=pk).select_related("org", "form", "previous"))
    if found is None:
        raise Hidden(str(pk))
    return found


def progress_of(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    """Round -> counts by where applications are, over those the actor may see. One query."""
    found = Application.objects.filter(within(actor, powers.READ, prefix="scope_org__"), round_id__in=list(ids))
    plain = {name: Count("pk", filter=condition) for name, condition in _COUNTS.items()}
    rows = found.order_by().values("round_id").annotate(**plain)
    return {row["round_id"]: {name: row[name] for name in _COUNTS} for row in rows}


# -- the worker's side ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenRound:
    """A round as a worker sees it in the list of services."""

    id: UUID
    type: str
    title: str
    brief: str
    area: str
    apply_word: str
    org_name: str
    opens_at: datetime
    closes_at: datetime | None
    amount: int
    goods: str
    quota: int | None
    mine: UUID | None = None  # the actor's own application in it
    mine_state: str = ""


def open_rounds(actor: Actor, *, at: datetime, type: str = "", area: str = "") -> list[OpenRound]:
    """What somebody can apply for now: rounds of the unions above their own (or guiding it), and those for
    newcomers. Rounds for unions show only to officers of unions. Three queries."""
    found = Round.objects.filter(state="open", opens_at__lte=at).filter(Q(closes_at__isnull=True) | Q(closes_at__gt=at))
    if type:
        found = found.filter(type=type)
    if area:
        found = found.filter(area=area)
    place = _place_of(actor, at.astimezone(SHANGHAI).date())
    reach = Q(subject="newcomer")
    if place is not None:
        reach |= Q(org__path__in=[place.path[:end] for end in range(4, len(place.path) + 1, 4)])
        if place.industry_parent_id:
            reach |= Q(org_id=place.industry_parent_id)
    found = found.filter(reach).exclude(subject="result")  # listed by the organiser of the contest
    if not any(powers.COUNTER in post.powers for post in actor.posts):
        found = found.exclude(subject="org")
    rounds = list(found.select_related("org").order_by("closes_at", "-opens_at", "pk")[:200])
    held = {
        row[0]: row[1:]
        for row in Application.objects.filter(own(actor), round__in=rounds)
        .exclude(state__in=("withdrawn",))
        .order_by("saved_at")
        .values_list("round_id", "pk", "state")
    }
    return [
        OpenRound(
            one.pk, one.type, one.title, one.brief, one.area, TYPES.get(one.type).words.apply,
            one.org.short_name or one.org.name, one.opens_at, one.closes_at, one.amount, one.goods, one.quota,
            *held.get(one.pk, (None, "")),
        )
        for one in rounds
    ]  # fmt: skip


def standing_round(type: str, *, at: datetime) -> Round | None:
    """The open round of a type that stands open all the year (join): the newest of the federation."""
    found = Round.objects.filter(type=type, state="open", opens_at__lte=at)
    found = found.filter(Q(closes_at__isnull=True) | Q(closes_at__gt=at))
    return found.select_related("org", "form").order_by("org__level", "-opens_at").first()


@dataclass(frozen=True)
class Eligibility:
    """我能申请吗: every condition, met or not, the fact used, the clause, who can mend it."""

    round: Round
    conditions: tuple[Condition, ...]
    reasons: tuple[Any, ...] = field(default=())  # of those not met: what the API and a refusal say

    @property
    def ok(self) -> bool:
        return not any(one.ok is False for one in self.conditions)

    @property
    def later(self) -> tuple[Condition, ...]:
        return tuple(one for one in self.conditions if one.ok is None)


def eligibility(
    actor: Actor, round_: Round, *, at: datetime, for_org: Any = None, answers: Mapping[str, Any] | None = None
) -> Eligibility:
    """Asked before the form; with `answers`, also what depends on them."""
    who = Who(
        "me", person_id=actor.person_id, for_org_id=getattr(for_org, "pk", for_org),
        answers=dict(answers or {}), answered=answers is not None,
    )  # fmt: skip
    facts = gather(round_, [who], at.astimezone(SHANGHAI).date())["me"]
    found = tuple(conditions_of(round_, facts))
    return Eligibility(round_, found, tuple(unmet(one for one in found if one.ok is False)))


def join_routes() -> list[JoinRoute]:
    """The routing table in force, in its order."""
    return list(JoinRoute.objects.filter(until__isnull=True).select_related("org"))


def _place_of(actor: Actor, day: date) -> Any:
    if actor.person_id is not None:
        spell = spells_on(day).filter(person_id=actor.person_id).select_related("org").first()
        if spell is not None:
            return spell.org
    post = next((post for post in actor.posts if powers.COUNTER in post.powers), None)
    return one_of(related("org").objects.filter(pk=post.org_id)) if post else None
