"""What the pages of the treasurer show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from gongjia.base.actor import Actor
from gongjia.money.funds import powers
from gongjia.money.funds.models import (
    BankFile,
    BankLine,
    Batch,
    BudgetLine,
    Ceiling,
    Earmark,
    Payment,
    Posting,
    Reversal,
)
from gongjia.money.funds.queries import norms
from gongjia.money.funds.queries.scope import get, visible
from gongjia.money.funds.queries.sums import paid_of_earmarks, used_of_earmarks
from gongjia.who.orgs.queries import in_force


@dataclass
class LineRow:
    """A budget line with what is set aside, claimed, arrived and left of it."""

    line: BudgetLine
    set_aside: int
    used: int
    paid: int
    earmarks: list[Any]

    @property
    def id(self) -> UUID:
        return self.line.pk

    @property
    def free(self) -> int:
        """Not set aside for anything yet."""
        return self.line.amount - self.set_aside


@dataclass
class EarmarkRow:
    earmark: Earmark
    used: int
    paid: int

    @property
    def left(self) -> int:
        return self.earmark.amount - self.used


def budget(actor: Actor, year: int | None = None, line_id: UUID | None = None) -> list[LineRow]:
    """Lines of a year with their earmarks. Four queries."""
    found = visible(actor, BudgetLine).select_related("org")
    if year is not None:
        found = found.filter(year=year)
    if line_id is not None:
        found = found.filter(pk=line_id)
    lines = list(found.order_by("-year", "source", "title")[:500])
    marks = list(
        Earmark.objects.filter(line__in=[one.pk for one in lines]).select_related("round", "line").order_by("position")
    )
    keys = [one.pk for one in marks]
    used, paid = used_of_earmarks(keys), paid_of_earmarks(keys)
    by: dict[UUID, list[EarmarkRow]] = {}
    for one in marks:
        by.setdefault(one.line_id, []).append(EarmarkRow(one, used.get(one.pk, 0), paid.get(one.pk, 0)))
    return [
        LineRow(
            line=one,
            set_aside=sum(row.earmark.amount for row in by.get(one.pk, [])),
            used=sum(row.used for row in by.get(one.pk, [])),
            paid=sum(row.paid for row in by.get(one.pk, [])),
            earmarks=by.get(one.pk, []),
        )
        for one in lines
    ]


def budget_line(actor: Actor, pk: UUID) -> BudgetLine:
    return get(actor, BudgetLine, pk, "org")


def budget_years(actor: Actor) -> list[int]:
    return sorted(set(visible(actor, BudgetLine).values_list("year", flat=True)), reverse=True)


def changes_of(line: BudgetLine) -> list[Any]:
    return list(line.changes.select_related("person")[:100])


def item_for(rounds: Iterable[UUID | None]) -> str:
    """The expenditure item of the money set aside for these rounds: what their batch most likely is booked under."""
    found = Earmark.objects.filter(round_id__in=[key for key in rounds if key]).order_by("-amount", "pk")
    return found.values_list("line__item", flat=True).first() or ""


def ceilings(actor: Actor, on: date) -> list[Ceiling]:
    """Ceilings in force, and those that begin later."""
    found = visible(actor, Ceiling).filter(in_force(on) | Q(since__gt=on))
    return list(found.select_related("org").order_by("org__path", "scope", "type", "since")[:200])


def batch_rows(actor: Actor) -> QuerySet[Batch]:
    """Batches with how many of their lines came back and how many have no answer."""
    return (
        visible(actor, Batch)
        .select_related("org", "maker", "checker", "approver")
        .annotate(
            came_back=Count("lines", filter=Q(lines__state="returned"), distinct=True),
            open_lines=Count("lines", filter=Q(lines__state__in=("sent", "unknown")), distinct=True),
        )
    )


def drafts(actor: Actor) -> list[Batch]:
    """Batches in editing, to choose from."""
    return list(visible(actor, Batch, powers.MAKE).filter(state="draft").order_by("-opened_at")[:50])


@dataclass
class BatchPage:
    """A batch with everything its page shows."""

    batch: Batch
    rows: list[Payment]
    approvals: list[Any]
    files: list[BankFile]
    lines: dict[UUID, BankLine]
    sources: list[tuple[str, str, int]]  # title, document, fen


def batch_page(actor: Actor, pk: UUID) -> BatchPage:
    """Eight queries, whatever the length."""
    batch = get(actor, Batch, pk, "org", "maker", "checker", "approver")
    lines = {
        one.payment_id: one
        for one in BankLine.objects.filter(batch=batch).select_related("account", "payment__person", "payment__for_org")
    }
    rows = list(
        Payment.objects.filter(Q(batch=batch) | Q(pk__in=list(lines)))
        .select_related("person", "for_org", "account", "round", "union")
        .prefetch_related("shares__earmark__line")
        .order_by("key")
    )
    sources: dict[tuple[str, str], int] = {}
    for one in rows:
        for share in one.shares.all():
            line = share.earmark.line
            key = (f"{line.source_label} · {line.title}", line.document_no)
            sources[key] = sources.get(key, 0) + share.amount
    return BatchPage(
        batch=batch,
        rows=rows,
        approvals=list(batch.approvals.select_related("person")),
        files=list(batch.files.select_related("attachment", "person")),
        lines=lines,
        sources=[(title, document, amount) for (title, document), amount in sorted(sources.items())],
    )


def result_page(actor: Actor, pk: UUID) -> tuple[BankFile, list[Any]]:
    """A result file with its lines. Two queries."""
    file = get(actor, BankFile, pk, "batch__org", "person")
    rows = file.results.select_related("line__account", "line__payment__person", "line__payment__for_org")
    return file, list(rows.order_by("position"))


def batch(actor: Actor, pk: UUID) -> Batch:
    return get(actor, Batch, pk, "org", "maker", "checker", "approver")


def payments_of(actor: Actor, keys: Iterable[UUID]) -> list[Payment]:
    """Of these payments, those in reach."""
    found = visible(actor, Payment).filter(pk__in=list(keys))
    return list(found.select_related("org", "person", "for_org", "batch", "round", "account").order_by("pk"))


def reversal(actor: Actor, pk: UUID) -> Reversal:
    return get(actor, Reversal, pk, "payment__org", "payment__person", "payment__for_org", "asked_by")


def payment(actor: Actor, pk: UUID, power: str = "") -> Payment:
    return get(actor, Payment, pk, "org", "person", "for_org", "account", "batch", "round", "union", power=power)


def attempts_of(one: Payment) -> list[BankLine]:
    return list(one.lines.select_related("account", "batch").order_by("attempt"))


def postings_of(one: Payment) -> list[Posting]:
    return list(one.postings.order_by("on", "pk"))


def reversals_of(one: Payment) -> list[Reversal]:
    return list(one.reversals.select_related("asked_by", "confirmed_by").order_by("asked_on", "pk"))


def tax_clause(one: Payment) -> str:
    """The row of the tax table that the payment was reckoned by."""
    return norms.tax_clause(one.tax_rule)


def shares_of(one: Payment) -> list[Any]:
    return list(one.shares.select_related("earmark__line"))


def reversals_waiting(actor: Actor) -> list[Reversal]:
    found = visible(actor, Reversal).filter(state="asked")
    return list(found.select_related("payment__person", "payment__for_org", "payment__org", "asked_by")[:200])


def vouchers(actor: Actor, since: date, until: date) -> QuerySet[Posting]:
    """凭证清单: every movement of the ledger in a span."""
    return (
        visible(actor, Posting)
        .filter(on__gte=since, on__lt=until)
        .select_related("payment__person", "payment__for_org", "payment__batch", "line__batch", "union")
        .order_by("on", "pk")
    )


def voucher_sums(found: QuerySet[Posting]) -> dict[str, int]:
    """(gross, tax, net) of a list of movements."""
    sums = found.order_by().aggregate(gross=Sum("gross"), tax=Sum("tax"), net=Sum("net"))
    return {name: sums[name] or 0 for name in ("gross", "tax", "net")}
