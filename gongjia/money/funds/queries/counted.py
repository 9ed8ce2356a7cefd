"""What figures of the report count: movements of the ledger on their own day, so that a sum of a past span stays.

A return is a negative row of the month it returns in; a payment that came back and was paid again counts once.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet, Sum

from gongjia.base.period import Period
from gongjia.money.funds.models import Payment, Posting
from gongjia.money.funds.states import PaymentState


def postings_in(period: Period) -> QuerySet[Posting]:
    """Movements of a span. `union_id` is the union they count for, `gross` (应发) and `net` (实发) what they add up."""
    return Posting.objects.filter(on__gte=period.start, on__lt=period.end)


def paid_sums(period: Period, types: Iterable[str] = ()) -> dict[str, dict[str, int]]:
    """Programme type -> gross, tax, net of a span."""
    found = postings_in(period)
    if types:
        found = found.filter(type__in=list(types))
    rows = found.order_by().values("type").annotate(gross=Sum("gross"), tax=Sum("tax"), net=Sum("net"))
    return {row["type"]: {name: row[name] for name in ("gross", "tax", "net")} for row in rows}


def paid_in(period: Period) -> QuerySet[Payment]:
    """Payments whose money arrived in the span and is still out on its last day: persons and households paid."""
    return Payment.objects.filter(state=PaymentState.PAID, paid_on__gte=period.start, paid_on__lt=period.end)


def paid_awards(keys: Iterable[UUID]) -> dict[UUID, list[Payment]]:
    """Award -> its payments, for the progress line of a worker: sent, arrived, came back."""
    found: dict[UUID, list[Payment]] = {}
    rows = Payment.objects.filter(award_id__in=list(keys)).exclude(state="dropped").select_related("account")
    for one in rows.order_by("instalment"):
        found.setdefault(one.award_id, []).append(one)
    return found
