"""The three-way reconciliation: obligations, the bank's lines, and the ledger say the same to the fen."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection


@dataclass(frozen=True)
class Difference:
    """Where two of the three disagree."""

    kind: str
    label: str
    payment: UUID
    key: str
    batch: str
    expected: int
    found: int


LABELS = {
    "ledger": "台账与发放状态不符",
    "bank": "银行结果与发放状态不符",
    "line_ledger": "银行结果与台账不符",
    "shares": "资金来源合计与应发不符",
}

# what each payment should have in the ledger by its state, by its bank lines, and what it has
_SQL = """
with p as (
    select p.id, p.key, p.state, p.gross, p.net, b.number
      from funds_payment p left join funds_batch b on b.id = p.batch_id
     where p.org_id = %(org)s
), l as (
    select payment_id, count(*) filter (where state = 'paid') as paid,
           count(*) filter (where state in ('sent', 'unknown')) as open,
           sum(amount) filter (where state = 'paid') as amount
      from funds_bankline where payment_id in (select id from p) group by payment_id
), g as (
    select payment_id, sum(net) as net, sum(net) filter (where kind in ('paid', 'returned')) as bank
      from funds_posting where payment_id in (select id from p) group by payment_id
), s as (
    select payment_id, sum(amount) as amount from funds_paymentshare
     where payment_id in (select id from p) group by payment_id
), r as (
    select payment_id, sum(amount) as amount from funds_reversal
     where state = 'confirmed' and payment_id in (select id from p) group by payment_id
), d as (
    select 'ledger' as kind, p.*, case when p.state = 'paid' then p.net - coalesce(r.amount, 0) else 0 end as expected,
           coalesce(g.net, 0) as found
      from p left join g on g.payment_id = p.id left join r on r.payment_id = p.id
    union all
    select 'bank', p.*, case when p.state in ('paid', 'recovered') then 1 else 0 end,
           coalesce(l.paid, 0)::int
      from p left join l on l.payment_id = p.id
    union all
    select 'line_ledger', p.*, coalesce(l.amount, 0), coalesce(g.bank, 0)
      from p left join l on l.payment_id = p.id left join g on g.payment_id = p.id
    union all
    select 'shares', p.*, p.gross, coalesce(s.amount, 0)
      from p left join s on s.payment_id = p.id where p.state <> 'dropped'
)
select kind, id, key, coalesce(number, ''), expected, found from d where expected <> found order by kind, key limit 500
"""


def reconcile(org_id: UUID) -> list[Difference]:
    """Every difference in the books of a paying union; empty when they agree. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"org": org_id})
        return [
            Difference(kind, LABELS[kind], pk, key, number, int(expected), int(found))
            for kind, pk, key, number, expected, found in cursor.fetchall()
        ]
