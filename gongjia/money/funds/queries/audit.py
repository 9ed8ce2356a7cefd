"""What the auditor reads: populations, samples, queries to departments, the file of one payment."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden
from gongjia.money.funds import powers, rules
from gongjia.money.funds.models import Doubt, Payment, Sample
from gongjia.money.funds.queries.scope import get, visible
from gongjia.who.members import registry as members
from gongjia.who.orgs.queries import range_of


def population(org, since: date, until: date, type: str = "") -> list[Payment]:
    """Payments that arrived in [since, until), also those that came back or were recovered later, in a fixed order."""
    found = Payment.objects.filter(
        range_of(org.path, "org__path"), postings__kind="paid", postings__on__gte=since, postings__on__lt=until
    )
    if type:
        found = found.filter(type=type)
    # an identity by key: the same rows whatever happened to them since
    return list(found.distinct().order_by("pk").only("pk", "type", "union_id", "batch_id"))


def stratum_of(one: Payment, stratum: str) -> str:
    if stratum == "type":
        return one.type
    if stratum == "union":
        return str(one.union_id)
    return str(one.batch_id) if stratum == "batch" else ""


def redraw(sample: Sample) -> tuple[bool, list[UUID]]:
    """Draw a sample again: (whether the population is still the one it was drawn from, the keys drawn now)."""
    people = population(sample.org, sample.since, sample.until, sample.type)
    same = rules.population_digest(str(one.pk) for one in people) == sample.digest
    drawn = rules.draw([(str(one.pk), stratum_of(one, sample.stratum)) for one in people], sample.size, sample.seed)
    return same, [UUID(key) for key in drawn]


def samples(actor: Actor) -> QuerySet[Sample]:
    return visible(actor, Sample).select_related("org", "drawn_by")


def sample_page(actor: Actor, pk: UUID) -> tuple[Sample, list[Payment], list[Doubt]]:
    """A sample, its payments in the order drawn, and what was asked about them."""
    sample = get(actor, Sample, pk, "org", "drawn_by")
    items = sample.items.select_related("payment__person", "payment__for_org", "payment__batch", "payment__union")
    return sample, [one.payment for one in items.order_by("position")], list(sample.doubts.all())


def doubts(actor: Actor) -> QuerySet[Doubt]:
    """Queries that the actor raised or may have to answer: an auditor sees all, a department its own."""
    found = visible(actor, Doubt).select_related("org", "raised_by", "answered_by", "payment")
    if actor.everywhere or actor.holds(powers.AUDIT):
        return found
    return found.filter(department__in={post.role for post in actor.posts})


def doubt(actor: Actor, pk: UUID) -> Doubt:
    found = one_of(doubts(actor).filter(pk=pk).select_related("sample", "paper", "payment__person", "payment__for_org"))
    if found is None:
        raise Hidden(str(pk))
    return found


def departments() -> dict[str, str]:
    """Role -> 中文 of those who answer the auditor."""
    return {role.key: role.label for role in members.roles().values() if powers.ANSWER in role.powers}
