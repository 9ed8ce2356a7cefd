"""What figures count: rows of unions that stood on a day or came about in a span, and the tree they are summed over."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from gongjia.base.period import Period
from gongjia.who.orgs import kinds
from gongjia.who.orgs.models import CoveredUnit, MembersHome, OpenUnit, Org, OrgClosure, Term
from gongjia.who.orgs.queries.scope import in_force
from gongjia.who.orgs.queries.tree import existing_on


def branches(org_id: UUID, day: date, since: date | None = None) -> list[tuple[UUID, UUID]]:
    """(union, child) of every union below `org_id` on a day: the child of `org_id` under which it lies,
    `org_id` itself for its own rows. An industry parent has none of these: it guides, it never sums.

    With `since`, unions that ended between the two days stand where they stood on their last day,
    so that what happened with them in that span is not lost.
    """
    line = OrgClosure.objects.filter(in_force(day), via="line")
    children = line.filter(ancestor_id=org_id, depth=1).values("descendant_id")
    pairs = [(org_id, org_id), *line.filter(ancestor_id__in=children).values_list("descendant_id", "ancestor_id")]
    for union, chain in _gone(day, since).items():
        if org_id in chain:
            pairs.append((union, chain[max(chain.index(org_id) - 1, 0)]))
    return pairs


def lineages(day: date, since: date | None = None) -> list[tuple[UUID, UUID]]:
    """(union, ancestor or itself) of the whole tree of a day; `since` as in `branches`."""
    pairs = list(OrgClosure.objects.filter(in_force(day), via="line").values_list("descendant_id", "ancestor_id"))
    for union, chain in _gone(day, since).items():
        pairs += [(union, ancestor) for ancestor in chain]
    return pairs


def _gone(day: date, since: date | None) -> dict[UUID, list[UUID]]:
    """Unions that left the tree in (since, day] -> the union and its ancestors upwards, as of their last day."""
    if since is None:
        return {}
    themselves = OrgClosure.objects.filter(via="line", depth=0)
    ended = dict(
        themselves.filter(until__gt=since, until__lte=day)
        .exclude(descendant_id__in=themselves.filter(in_force(day)).values("descendant_id"))
        .order_by("until")
        .values_list("descendant_id", "until")
    )
    if not ended:
        return {}
    chains: dict[UUID, dict[int, UUID]] = defaultdict(dict)
    rows = OrgClosure.objects.filter(via="line", descendant_id__in=list(ended))
    for union, ancestor, depth, begun, over in rows.values_list(
        "descendant_id", "ancestor_id", "depth", "since", "until"
    ):
        last = ended[union] - timedelta(days=1)
        if begun <= last and (over is None or over > last):
            chains[union][depth] = ancestor
    return {union: [chain[depth] for depth in sorted(chain)] for union, chain in chains.items()}


def registered_on(day: date) -> QuerySet[Org]:
    """Unions that stood on a day."""
    return Org.objects.filter(existing_on(day))


def founded_in(period: Period) -> QuerySet[Org]:
    """Unions founded in the span, also those closed since."""
    return Org.objects.filter(established=True, founded_on__gte=period.start, founded_on__lt=period.end)


def covered_units_on(day: date) -> QuerySet[CoveredUnit]:
    """Units covered on a day by a joint union or an association that stood then."""
    return CoveredUnit.objects.filter(in_force(day), existing_on(day, "org__"))


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
