"""Gathering what a signature is decided on. Everything is read under the batch's lock, in a fixed number of queries."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from gongjia.base.actor import Actor
from gongjia.base.secret import masks
from gongjia.money.funds import kinds, queries, rules
from gongjia.money.funds.actions.telling import day_of
from gongjia.money.funds.models import Batch, PayeeAccount, Payment

ROWS = ("account", "person", "for_org")


def rows_of(batch: Batch, lock: bool = True) -> list[Payment]:
    """The payments of a batch in their order, accounts and all."""
    found = Payment.objects.filter(batch=batch).select_related(*ROWS).prefetch_related("shares__earmark__line")
    if lock:
        found = found.select_for_update(of=("self",))
    return list(found.order_by("key"))


def digest_of(batch: Batch, rows: Sequence[Payment]) -> str:
    """What a signature is put under: every payee, account, sum, item and source, and the head of the batch.

    The account enters by its keyed index: another number gives another digest, and the number is not in it.
    """
    lines = [
        [
            one.key, one.attempt, str(one.award_id), str(one.person_id or one.for_org_id or ""), one.title,
            [str(one.account.pk), one.account.kind, one.account.holder, one.account.bank,
             (one.account.account_index or b"").hex()] if one.account else [],
            one.gross, one.tax, one.net, one.tax_rule, one.item, one.document_no,
            sorted([str(share.earmark_id), share.amount] for share in one.shares.all()),
        ]
        for one in sorted(rows, key=lambda row: row.key)
    ]  # fmt: skip
    head = [str(batch.pk), str(batch.org_id), batch.number, batch.title, batch.layout, batch.item, batch.document_no]
    text = json.dumps([head, lines], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def label_of(one: Payment) -> str:
    """A masked name and what it is for."""
    name = masks.name(one.person.name) if one.person else (one.for_org.name if one.for_org else "")
    return f"{name}（{one.title}）"


def gather(
    batch: Batch, rows: Sequence[Payment], actor: Actor, at: datetime, shown: str = "", lock: bool = True
) -> rules.BatchFacts:
    """Everything that `rules.may_*` look at. `lock=False`: for telling beforehand what would be refused."""
    awards = [one.award_id for one in rows]
    stopped = queries.payable_ids(awards, at)
    accounts = [one.account for one in rows if one.account]
    current = PayeeAccount.objects.filter(pk__in=[one.pk for one in accounts], until__isnull=True).order_by("pk")
    if lock:
        current = current.select_for_update(of=("self",))
    fresh = set(current.values_list("pk", flat=True))
    hours = queries.limit("cooling_hours", day_of(at))
    kin = queries.household_persons({one.household_id for one in rows if one.household_id})
    persons = {one.person_id for one in rows if one.person_id} | kin
    signers = {key for key in (actor.person_id, batch.maker_id, batch.checker_id) if key}
    naturals = queries.naturals(persons | signers | {one.entered_by_id for one in accounts if one.entered_by_id})
    nobody = rules.Natural(None)

    def natural(key: UUID | None) -> rules.Natural:
        return naturals.get(key, nobody) if key else nobody

    me = natural(actor.person_id)
    entered = [one for one in accounts if one.who == kinds.AccountWho.COUNTER and one.entered_by_id]
    return rules.BatchFacts(
        actor=me,
        maker=natural(batch.maker_id) if batch.maker_id else None,
        checker=natural(batch.checker_id) if batch.checker_id else None,
        rows=tuple(
            rules.RowFacts(
                label=label_of(one),
                award_ok=not stopped.get(one.award_id, "这一笔现在不能发放。"),
                why_not=stopped.get(one.award_id, ""),
                account=one.account is not None,
                account_current=one.account is None or one.account.pk in fresh,
                account_ready=one.account is None
                or not rules.cooling(one.account.since if one.account.replaces_id else None, hours, at),
                covered=sum(share.amount for share in one.shares.all()) == one.gross,
            )
            for one in rows
        ),
        payees=tuple(naturals[key] for key in persons if key in naturals),
        own_account=_own_account(accounts, actor),
        entered=any(rules.same_natural(me, natural(one.entered_by_id)) for one in entered),
        own_union=bool(
            {one.for_org_id for one in rows if one.for_org_id and one.person_id is None}
            & ({post.org_id for post in actor.posts} - {batch.org_id})
        ),
        shown=shown,
        now=digest_of(batch, rows),
        made=batch.digest,
        needs_approval=batch.needs_approval,
        approved=batch.approver_id is not None,
    )


def _own_account(accounts: Sequence[PayeeAccount], actor: Actor) -> bool:
    """Whether an account of the batch is one that the actor has, or had, as the own."""
    if actor.person_id is None:
        return False
    indexes = [bytes(one.account_index) for one in accounts if one.account_index and one.person_id != actor.person_id]
    return bool(indexes) and PayeeAccount.objects.filter(person_id=actor.person_id, account_index__in=indexes).exists()


def split_since(at: datetime) -> datetime:
    return at - timedelta(days=queries.limit("split_days", day_of(at)))
