"""The desk of eighty unions: who is late with what. Set queries, never one per union."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Case, Count, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from gongjia.base.actor import Actor
from gongjia.base.period import add_months
from gongjia.who.orgs import kinds, powers, rules
from gongjia.who.orgs.kinds import Matter
from gongjia.who.orgs.models import Chase, Org
from gongjia.who.orgs.queries.register import named, open_term
from gongjia.who.orgs.queries.scope import range_of, within
from gongjia.who.orgs.queries.values import rule_values
from gongjia.who.orgs.states import OrgState


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One union on the desk."""

    id: UUID
    code: str
    name: str
    short_name: str
    kind: str
    path: str
    parent_name: str
    head_name: str
    phone: str
    matters: tuple[str, ...]
    missing: tuple[str, ...]
    term_number: int | None
    term_ends_on: date | None
    delayed_to: date | None
    days_over: int | None  # past the last day allowed; negative while days are left
    roster_confirmed_on: date | None
    chased_at: datetime | None
    chases: int

    @property
    def matter_labels(self) -> list[str]:
        return [Matter(matter).label for matter in self.matters]

    @property
    def urgency(self) -> tuple:
        """Overdue elections first, the longest first; then by how much is late."""
        overdue = Matter.TERM_OVERDUE in self.matters
        return (not overdue, -(self.days_over or 0) if overdue else 0, -len(self.matters), self.path)


def _conditions(on: date, values: dict[str, Any], logged_in: Any) -> dict[str, Q]:
    """Matter -> which unions are late with it; the database decides, so that counts and lists agree."""
    has_term = ~Q(kind__in=kinds.TERMLESS_KINDS)
    horizon = rules.reminder_horizon(on, values)
    overdue = has_term & Q(due_on__lt=on)
    missing = Q()
    for field, (_, of_kinds) in rules.ASKED.items():
        blank = Q(**{f"{field}__isnull": True}) if field in ("founded_on", "staff_count") else Q(**{field: ""})
        missing |= blank & Q(kind__in=of_kinds) if of_kinds else blank
    stale = add_months(on, -int(values["roster.confirm_months"]))
    conditions = {
        Matter.TERM_OVERDUE.value: overdue,
        Matter.TERM_DUE.value: has_term & Q(due_on__gte=on, term__ends_on__lte=horizon),
        Matter.ROSTER.value: Q(kind__in=kinds.BASIC_KINDS)
        & (Q(roster_confirmed_on__isnull=True) | Q(roster_confirmed_on__lt=stale)),
        Matter.FIELDS.value: missing | (has_term & Q(term__isnull=True)),
    }
    if logged_in is not None:
        conditions[Matter.LOGIN.value] = ~Q(pk__in=logged_in)
    return conditions


def _desk(actor: Actor, org: Org, on: date, logged_in: Any) -> tuple[QuerySet[Org], dict[str, Q]]:
    found = (
        Org.objects.filter(within(actor, powers.READ), range_of(org.path), state=OrgState.ACTIVE)
        .exclude(kind__in=kinds.PART_KINDS)
        .annotate(term=open_term())
        .alias(due_on=Coalesce("term__delayed_to", "term__ends_on"))
    )
    return found, _conditions(on, rule_values(on), logged_in)


def desk(
    actor: Actor,
    org: Org,
    *,
    on: date,
    logged_in_org_ids: QuerySet | Collection[UUID] | None = None,
    matters: Collection[str] = (),
    q: str = "",
    after: str = "",
    before: str = "",
    limit: int = 200,
) -> list[DeskRow]:
    """Unions below `org` that are late with something, in tree order. Two queries.

    `logged_in_org_ids`: unions with an officer who has logged in (members knows; a subquery will do).
    `matters`: only these; `after`: path of the last row seen;
    `before`: the rows before that path, in the opposite order.
    """
    found, conditions = _desk(actor, org, on, logged_in_org_ids)
    late = Q()
    for matter, condition in conditions.items():
        if not matters or matter in matters:
            late |= condition
    chases = Chase.objects.filter(org=OuterRef("pk")).order_by().values("org")
    rows = (
        found.filter(late, named(q))
        .annotate(
            chased_at=Subquery(chases.annotate(last=Max("asked_at")).values("last")),
            chased=Subquery(chases.annotate(times=Count("pk")).values("times")),
            **{f"is_{matter}": _flag(condition) for matter, condition in conditions.items()},
        )
        .order_by("-path" if before else "path")
    )
    if after:
        rows = rows.filter(path__gt=after)
    if before:
        rows = rows.filter(path__lt=before)
    picked = rows.values(
        "pk", "code", "name", "short_name", "kind", "path", "parent__name", "chased_at", "chased",
        "roster_confirmed_on", "term__number", "term__ends_on", "term__delayed_to",
        *rules.ASKED, *(f"is_{matter}" for matter in conditions),
    )[:limit]  # fmt: skip
    return [_row(row, on, conditions) for row in picked]


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _row(row: dict[str, Any], on: date, conditions: Iterable[str]) -> DeskRow:
    last = row["term__delayed_to"] or row["term__ends_on"]
    no_term = rules.has_term(row["kind"]) and last is None
    return DeskRow(
        id=row["pk"],
        code=row["code"],
        name=row["name"],
        short_name=row["short_name"],
        kind=row["kind"],
        path=row["path"],
        parent_name=row["parent__name"] or "",
        head_name=row["head_name"],
        phone=row["phone"],
        matters=tuple(matter for matter in conditions if row[f"is_{matter}"]),
        missing=tuple(rules.missing_fields(row["kind"], row, no_term)),
        term_number=row["term__number"],
        term_ends_on=row["term__ends_on"],
        delayed_to=row["term__delayed_to"],
        days_over=(on - last).days if last else None,
        roster_confirmed_on=row["roster_confirmed_on"],
        chased_at=row["chased_at"],
        chases=row["chased"] or 0,
    )


def desk_counts(
    actor: Actor,
    org: Org,
    *,
    on: date,
    logged_in_org_ids: QuerySet | Collection[UUID] | None = None,
) -> dict[str, int]:
    """How many unions there are on the desk ("all"), late at all ("late") and with each matter. Two queries."""
    found, conditions = _desk(actor, org, on, logged_in_org_ids)
    late = Q()
    for condition in conditions.values():
        late |= condition
    return found.aggregate(
        all=Count("pk"),
        late=Count("pk", filter=late),
        **{matter: Count("pk", filter=condition) for matter, condition in conditions.items()},
    )


def chases(actor: Actor, org: Org) -> QuerySet[Chase]:
    """Reminders to a union and those below it; a list pages them by ("-asked_at", "-id")."""
    found = Chase.objects.filter(within(actor, powers.READ, "org__"), range_of(org.path, "org__path"))
    return found.select_related("org").order_by("-asked_at", "-id")


def chase_log(actor: Actor, org: Org, limit: int = 50) -> list[Chase]:
    """The latest reminders to the union itself and those below it."""
    return list(chases(actor, org)[:limit])


def desk_orgs(actor: Actor, org_ids: Collection[UUID], power: str = powers.CHASE) -> list[Org]:
    """Unions picked on the desk, as far as the power reaches."""
    return list(Org.objects.filter(within(actor, power), pk__in=list(org_ids)).order_by("path"))


def chat_text(rows: Iterable[DeskRow]) -> str:
    """What unions are late with, as text to paste into a chat group."""
    return rules.chase_text((row.short_name or row.name, row.matters, row.missing) for row in rows)
