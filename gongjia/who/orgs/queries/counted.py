"""What figures count: rows of unions that stood on a day or came about in a span, and the tree they are summed over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from gongjia.base.period import Period
from gongjia.who.orgs import kinds
from gongjia.who.orgs.models import CoveredUnit, MembersHome, OpenUnit, Org, OrgClosure, Term
from gongjia.who.orgs.queries.scope import in_force
from gongjia.who.orgs.queries.tree import existing_on


def branches(org_id: UUID, day: date) -> list[tuple[UUID, UUID]]:
    """(union, child) of every union below `org_id` on a day: the child of `org_id` under which it lies,
    `org_id` itself for its own rows. An industry parent has none of these: it guides, it never sums.

    A closed union keeps its place, so that what happened with it is not lost; one not yet founded has none.
    """
    line = OrgClosure.objects.filter(in_force(day), via="line")
    children = line.filter(ancestor_id=org_id, depth=1).values("descendant_id")
    own = Q(ancestor_id=org_id, depth=0)
    return list(line.filter(own | Q(ancestor_id__in=children)).values_list("descendant_id", "ancestor_id"))


def lineages(day: date) -> list[tuple[UUID, UUID]]:
    """(union, ancestor or itself) of the whole tree of a day."""
    line = OrgClosure.objects.filter(in_force(day), via="line")
    return list(line.values_list("descendant_id", "ancestor_id"))


def registered_on(day: date) -> QuerySet[Org]:
    """Unions that stood on a day."""
    return Org.objects.filter(existing_on(day))


def founded_in(period: Period) -> QuerySet[Org]:
    """Unions founded in the span, also those closed since."""
    return Org.objects.filter(established=True, founded_on__gte=period.start, founded_on__lt=period.end)


def covered_units_on(day: date) -> QuerySet[CoveredUnit]:
    """Units that a joint union or an association covers on a day and that have no union of their own.

    A unit is the same by credit code, or else by name, and counts once: the first row stands for it.
    """
    unit = Coalesce(NullIf("uscc", Value("")), "name")
    own = registered_on(day).filter(kind=kinds.OrgKind.SINGLE)
    own = own.alias(unit=Coalesce(NullIf("employer_uscc", Value("")), "employer_name"))
    standing = CoveredUnit.objects.filter(in_force(day), existing_on(day, "org__")).alias(unit=unit)
    twins = standing.filter(unit=OuterRef("unit"), pk__lt=OuterRef("pk"))
    return standing.filter(~Exists(own.filter(unit=OuterRef("unit"))), ~Exists(twins))


def open_units_on(day: date) -> QuerySet[OpenUnit]:
    """Units without a union in the ledger on a day."""
    return OpenUnit.objects.filter(
        Q(built_on__isnull=True) | Q(built_on__gt=day),
        Q(gone_on__isnull=True) | Q(gone_on__gt=day),
        listed_on__lte=day,
    )


def homes_building_on(day: date) -> QuerySet[MembersHome]:
    """Members' homes begun and not yet opened on a day."""
    return MembersHome.objects.filter(
        Q(opened_on__isnull=True) | Q(opened_on__gt=day),
        Q(closed_on__isnull=True) | Q(closed_on__gt=day),
        started_on__lte=day,
    )


def homes_open_on(day: date) -> QuerySet[MembersHome]:
    """Members' homes in use on a day."""
    return MembersHome.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day), opened_on__lte=day)


def terms_overdue_on(day: date) -> QuerySet[Term]:
    """Terms that had run out on a day (an approved delay counted in) with no new one begun (GHF 16)."""
    return (
        Term.objects.alias(due_on=Coalesce("delayed_to", "ends_on"))
        .filter(
            Q(ended_on__isnull=True) | Q(ended_on__gt=day),
            existing_on(day, "org__"),
            started_on__lte=day,
            due_on__lt=day,
        )
        .exclude(org__kind__in=kinds.TERMLESS_KINDS)
    )


def codes_of(org_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Key -> code, of unions that lists of records name."""
    return dict(Org.objects.filter(pk__in=list(org_ids)).values_list("pk", "code"))
