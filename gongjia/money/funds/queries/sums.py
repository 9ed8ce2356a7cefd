"""What is set aside, claimed and left: always added up from the rows, never kept in a counter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from gongjia.money.funds import data, kinds
from gongjia.money.funds.models import Batch, BudgetLine, Ceiling, Earmark, Payment, PaymentShare, Posting
from gongjia.money.funds.states import CLAIMED
from gongjia.who.orgs.queries import chain_of, in_force, range_of


def used_of_earmarks(keys: Iterable[UUID]) -> dict[UUID, int]:
    """Earmark -> fen claimed by payments."""
    found = PaymentShare.objects.filter(earmark_id__in=list(keys), payment__state__in=CLAIMED)
    return dict(found.values("earmark").annotate(sum=Sum("amount")).values_list("earmark", "sum"))


def paid_of_earmarks(keys: Iterable[UUID]) -> dict[UUID, int]:
    """Earmark -> fen that has arrived."""
    found = PaymentShare.objects.filter(earmark_id__in=list(keys), payment__state="paid")
    return dict(found.values("earmark").annotate(sum=Sum("amount")).values_list("earmark", "sum"))


def set_aside(line: BudgetLine, but: UUID | None = None) -> int:
    """Fen of a line that earmarks hold."""
    found = Earmark.objects.filter(line=line).exclude(pk=but) if but else Earmark.objects.filter(line=line)
    return found.aggregate(sum=Sum("amount"))["sum"] or 0


def claimed_of_award(award_id: UUID) -> int:
    found = Payment.objects.filter(award_id=award_id, state__in=CLAIMED)
    return found.aggregate(sum=Sum("gross"))["sum"] or 0


def ceilings_for(org, types: Iterable[str], on: date) -> QuerySet[Ceiling]:
    """Ceilings that bind payments of a union: its own and those of the unions above it."""
    line = [place.pk for place in chain_of(org)]
    return Ceiling.objects.filter(in_force(on), org_id__in=line, type__in=["", *types]).exclude(
        scope=kinds.Scope.APPROVAL
    )


def claimed_under(ceiling: Ceiling, year: int, persons: Iterable[UUID], households: Iterable[UUID]) -> dict:
    """What is claimed under a ceiling in a year: by person, by household, or (None) in all."""
    found = Payment.objects.filter(range_of(ceiling.org.path, "org__path"), year=year, state__in=CLAIMED)
    if ceiling.type:
        found = found.filter(type=ceiling.type)
    if ceiling.scope == kinds.Scope.PERSON:
        by = found.filter(person_id__in=list(persons)).values("person")
        return dict(by.annotate(sum=Sum("gross")).values_list("person", "sum"))
    if ceiling.scope == kinds.Scope.HOUSEHOLD:
        by = found.filter(household_id__in=list(households)).values("household")
        return dict(by.annotate(sum=Sum("gross")).values_list("household", "sum"))
    return {None: found.aggregate(sum=Sum("gross"))["sum"] or 0}


def approval_limit(org, on: date) -> int:
    """From which net total a batch needs a third person: the nearest union's own row, else the shipped one."""
    places = {place.pk: depth for depth, place in enumerate(chain_of(org))}
    rows = Ceiling.objects.filter(in_force(on), org_id__in=list(places), scope=kinds.Scope.APPROVAL)
    nearest = max(rows, key=lambda row: places[row.org_id], default=None)
    if nearest:
        return nearest.amount
    shipped = data.limit("approval", on)
    return int(shipped["value"]) if shipped else 0


def near_total(batch: Batch, rounds: Iterable[UUID], since) -> int:
    """Net of other live batches' payments of the same rounds since a moment: what a split would hide."""
    found = Payment.objects.filter(
        Q(batch__state__in=("made", "checked", "approved")) | Q(batch__sent_at__gte=since),
        round_id__in=list(rounds),
        org_id=batch.org_id,
        state__in=("planned", "sent", "unknown", "paid"),
    ).exclude(batch=batch)
    return found.aggregate(sum=Sum("net"))["sum"] or 0


def out_of(payment_id: UUID) -> tuple[int, int, int]:
    """(gross, tax, net) of a payment that is out now, by the ledger."""
    sums = Posting.objects.filter(payment_id=payment_id).aggregate(g=Sum("gross"), t=Sum("tax"), n=Sum("net"))
    return sums["g"] or 0, sums["t"] or 0, sums["n"] or 0
