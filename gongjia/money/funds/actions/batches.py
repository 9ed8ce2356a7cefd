"""A batch is filled from decided awards: what is owed, under every ceiling, from money set aside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Reason, Refused, refuse, refuse_if
from gongjia.money.funds import kinds, powers, queries, registry, rules
from gongjia.money.funds.actions.refusing import note_refusal, refusing
from gongjia.money.funds.actions.telling import day_of
from gongjia.money.funds.models import Batch, Ceiling, Earmark, Payment, PaymentShare
from gongjia.money.funds.states import CLAIMED


def open_batch(
    *, org: Any, title: str, actor: Actor, at: datetime, layout: str = "sheet", item: str = "502", document_no: str = ""
) -> Batch:
    """An empty batch with the next number of the year."""
    actor.must(powers.MAKE, org)
    if not title.strip():
        refuse("title_missing", "请填写批次名称。", cure="例如：2018年上半年困难帮扶。")
    if registry.LAYOUTS.find(layout) is None or item not in queries.items(day_of(at)):
        refuse("code_unknown", "请选择代发文件格式和支出科目。", cure="请从列表里选。")
    year = day_of(at).year
    with journal.act():
        with connection.cursor() as cursor:  # numbers of one union and year one after the other
            cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"funds.batch:{org.pk}:{year}"])
        count = Batch.objects.filter(org=org, year=year).count()
        batch = Batch.objects.create(
            org=org, number=f"{year}-F{count + 1:04d}", title=title.strip()[:80], year=year, layout=layout, item=item,
            document_no=document_no.strip()[:60], opened_by_id=actor.person_id, opened_at=at,
        )  # fmt: skip
        journal.write("funds.batch_opened", actor=actor, at=at, org=org, subject=batch, payload={"layout": layout})
        return batch


@dataclass
class Planned:
    """What came of pulling awards into a batch."""

    added: list[Payment] = field(default_factory=list)
    refused: list[tuple[Any, Refused]] = field(default_factory=list)


def plan(
    *, batch: Batch, awards: Sequence[Any], actor: Actor, at: datetime, amounts: Mapping[UUID, int] | None = None
) -> Planned:
    """Pull awards into a batch in editing. Each is checked by itself; one that may not be paid stays out with its
    reasons. When none may, all of it is refused. `amounts`: less than the whole, for an instalment.
    """
    with refusing("plan", actor=actor, at=at, org=batch.org, subject=batch), journal.act():
        held = hold(batch, "draft", "列入")
        actor.must(powers.MAKE, held.org)
        awards = sorted({one.pk: one for one in awards}.values(), key=lambda one: one.pk)
        if not awards:
            refuse("nothing_picked", "还没有选择要发放的人。", cure="请在待发放名单里勾选。")
        purse = _Purse(held, awards, at)
        answer = Planned()
        for award in awards:
            try:
                with journal.act():
                    answer.added.append(_plan_one(held, award, purse, (amounts or {}).get(award.pk), at))
            except Refused as why:
                answer.refused.append((award, why))
        if not answer.added:
            raise Refused(list(dict.fromkeys(reason for _, why in answer.refused for reason in why.reasons)))
        for award, why in answer.refused:
            note_refusal("plan", why, actor=actor, at=at, org=held.org, subjects=[held, award])
        _retotal(held)
        journal.write(
            "funds.planned", actor=actor, at=at, org=held.org, subjects=[held, *answer.added],
            payload={"count": len(answer.added), "gross": sum(one.gross for one in answer.added)},
        )  # fmt: skip
        batch.refresh_from_db()
        return answer


class _Purse:
    """Everything that limits the payments of one `plan`, read once under its locks: ceilings, then earmarks.

    Whoever pays under the same ceiling waits here, so that each sees what the other has claimed.
    """

    def __init__(self, batch: Batch, awards: Sequence[Any], at: datetime):
        self.year = {award.pk: award.awarded_on.year for award in awards}
        types = {award.type for award in awards}
        keys = queries.ceilings_for(batch.org, types, day_of(at)).values_list("pk", flat=True)
        self.ceilings = hold_ceilings(keys)
        self.earmarks: dict[UUID, list[Earmark]] = {}
        for one in hold_earmarks({award.round_id for award in awards if award.round_id}):
            self.earmarks.setdefault(one.round_id, []).append(one)
        used = queries.used_of_earmarks(one.pk for some in self.earmarks.values() for one in some)
        self.left = {one.pk: one.amount - used.get(one.pk, 0) for some in self.earmarks.values() for one in some}
        persons = {award.person_id for award in awards if award.person_id}
        households = {award.household_id for award in awards if award.household_id}
        self.claimed: dict[tuple[UUID, int], dict] = {}
        for ceiling in self.ceilings:
            for year in set(self.year.values()):
                self.claimed[ceiling.pk, year] = queries.claimed_under(ceiling, year, persons, households)
        found = Payment.objects.select_for_update().filter(award_id__in=[award.pk for award in awards])
        self.payments: dict[UUID, list[Payment]] = {}
        for payment in found.order_by("instalment"):
            self.payments.setdefault(payment.award_id, []).append(payment)
        self.payable = queries.payable_ids([award.pk for award in awards], at)
        self.accounts = queries.current_accounts(awards)
        self.tax_rows = queries.tax_rows(day_of(at))
        self.tax_classes = queries.tax_classes(day_of(at))

    def _who(self, ceiling: Ceiling, award: Any) -> Any:
        if ceiling.scope == kinds.Scope.PERSON:
            return award.person_id
        return award.household_id if ceiling.scope == kinds.Scope.HOUSEHOLD else None

    def uses(self, award: Any) -> list[tuple[Any, rules.CeilingUse]]:
        """(place in `claimed`, use) of each ceiling that applies to the award."""
        found = []
        for one in self.ceilings:
            who = self._who(one, award)
            if (one.type and one.type != award.type) or (who is None and one.scope in ("person", "household")):
                continue
            year = self.year[award.pk]
            label = queries.ceiling_label(one)
            used = self.claimed[one.pk, year].get(who, 0)
            found.append((((one.pk, year), who), rules.CeilingUse(label, one.amount, used, one.clause)))
        return found

    def take(self, award: Any, gross: int, parts: Mapping[UUID, int], uses: list[tuple[Any, Any]]) -> None:
        for (place, who), _ in uses:
            self.claimed[place][who] = self.claimed[place].get(who, 0) + gross
        for key, part in parts.items():
            self.left[key] -= part

    def purses(self, award: Any) -> list[rules.Purse]:
        rows = self.earmarks.get(award.round_id, [])
        return [rules.Purse(one.pk, self.left[one.pk], one.share, one.position) for one in rows]


def hold_ceilings(keys: Iterable[UUID]) -> list[Ceiling]:
    """The ceilings under lock, always in the same order."""
    return list(
        Ceiling.objects.select_for_update(of=("self",)).select_related("org").filter(pk__in=list(keys)).order_by("pk")
    )


def hold_earmarks(rounds: Iterable[UUID]) -> list[Earmark]:
    return list(
        Earmark.objects.select_for_update(of=("self",))
        .select_related("line")
        .filter(round_id__in=list(rounds))
        .order_by("pk")
    )


def _plan_one(batch: Batch, award: Any, purse: _Purse, wanted: int | None, at: datetime) -> Payment:
    rows = purse.payments.get(award.pk, [])
    live = [one for one in rows if one.state in CLAIMED]
    before = sum(one.gross for one in live)
    gross = award.amount - before if wanted is None else wanted
    if wanted is None and live and gross <= 0:
        refuse(
            "already_planned",
            f"{award.title}已经列入发放，不能重复列入。",
            fact=live[-1].key,
            clause="同一笔补助只发一次",
            cure="退汇的请在“退汇”里重新发放。",
        )
    if why := purse.payable.get(award.pk, "这一笔现在不能发放。"):
        refuse("award_stopped", why, cure="请等公示期满、异议办结、核对答复到齐后再办。")
    refuse_if(rules.within_award(gross, award.amount, before))
    uses = purse.uses(award)
    refuse_if(rules.over_ceilings(gross, [use for _, use in uses]))
    purses = purse.purses(award)
    refuse_if(rules.covered(gross, purses))
    parts = rules.split(gross, purses)
    to_org = award.person_id is None and award.for_org_id is not None
    tax = rules.tax_of(gross, award.kind, award.type, to_org, purse.tax_classes, purse.tax_rows)
    carriers = [one for one in purse.earmarks[award.round_id] if one.pk in parts]
    # 指标文号: of the purse that carries most; of equals, of one that came with a document
    line = max(carriers, key=lambda one: (parts[one.pk], bool(one.line.document_no))).line
    dropped = next((one for one in rows if one.state == "dropped"), None)
    payment = dropped or Payment(award=award, instalment=max((one.instalment for one in rows), default=0) + 1)
    values = {
        "org": batch.org, "union_id": award.org_id, "batch": batch, "round_id": award.round_id, "type": award.type,
        "title": award.title, "year": purse.year[award.pk], "person_id": award.person_id, "for_org_id": award.for_org_id,
        "household_id": award.household_id, "account": purse.accounts.get(award.pk), "item": batch.item,
        "document_no": line.document_no or batch.document_no, "gross": gross, "tax": tax.amount,
        "net": gross - tax.amount, "tax_rule": tax.rule, "planned_at": at, "state": "planned", "reason": "",
    }  # fmt: skip
    for name, value in values.items():
        setattr(payment, name, value)
    payment.key = f"{award.pk}/{payment.instalment}"
    if dropped is not None:
        payment.attempt += 1 if payment.lines.exists() else 0
        payment.shares.all().delete()
    payment.save()
    PaymentShare.objects.bulk_create(
        PaymentShare(payment=payment, earmark_id=key, amount=part) for key, part in parts.items()
    )
    purse.take(award, gross, parts, uses)
    purse.payments.setdefault(award.pk, []).append(payment)
    return payment


def retry(*, batch: Batch, payments: Iterable[Payment], actor: Actor, at: datetime) -> list[Payment]:
    """Put returned payments into a batch again: the same obligation, one more attempt. Only a returned one: a line
    whose result is unknown may have been paid, and is asked about."""
    with refusing("retry", actor=actor, at=at, org=batch.org, subject=batch), journal.act():
        held = hold(batch, "draft", "重新发放")
        actor.must(powers.MAKE, held.org)
        keys = [one.pk for one in payments]
        rows = list(Payment.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
        if not rows:
            refuse("nothing_picked", "还没有选择要重新发放的人。", cure="请在退汇名单里勾选。")
        for one in rows:
            if one.org_id != held.org_id:
                refuse("not_here", "有不属于本级的发放，不能列入。")
            if one.state == "unknown":
                refuse(
                    "result_unknown",
                    f"{one.title}的银行结果不明，可能已经到账，不能重发。",
                    clause="结果不明的先查询，不重发",
                    cure="请向银行查询，等明确答复后再办。",
                )
        stopped = queries.payable_ids([one.award_id for one in rows], at)
        refuse_if(
            [Reason("award_stopped", why) for one in rows if (why := stopped.get(one.award_id, "现在不能发放。"))]
        )
        current = queries.accounts_of([one.person_id for one in rows], [one.for_org_id for one in rows])
        for one in rows:
            account = current.get(one.person_id or one.for_org_id)
            journal.move(
                one, "replan", actor=actor, at=at,
                changes={"batch": held, "attempt": one.attempt + 1, "account": account, "planned_at": at},
            )  # fmt: skip
        _retotal(held)
        batch.refresh_from_db()
        return rows


def take_out(*, payments: Iterable[Payment], actor: Actor, at: datetime, note: str = "") -> int:
    """Out of a batch in editing: the award waits in the to-pay list again. A retried one goes back to the returned."""
    with journal.act():
        keys = [one.pk for one in payments]
        rows = list(Payment.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
        batches = {one.batch_id: hold(one.batch, "draft", "移出") for one in rows if one.batch_id}
        for one in rows:
            again = one.lines.exists()
            changes: dict[str, Any] = {"batch": None}
            if again:
                changes["attempt"] = one.attempt - 1
            journal.move(one, "put_back" if again else "drop", actor=actor, at=at, note=note, changes=changes)
        for batch in batches.values():
            _retotal(batch)
        return len(rows)


def hold(batch: Batch, state: str, verb: str) -> Batch:
    """A batch under lock, in the state that the act needs."""
    held = Batch.objects.select_for_update(of=("self",)).select_related("org").get(pk=batch.pk)
    if held.state != state:
        refuse(
            "state_not_allowed",
            f"发放批次{held.number}现在是“{held.state_label}”，不能{verb}。",
            fact=held.state,
            cure="请刷新页面，看看是否已有人办理。",
        )
    return held


def _retotal(batch: Batch) -> None:
    sums = batch.payments.aggregate(gross=Sum("gross"), tax=Sum("tax"), net=Sum("net"))
    batch.count = batch.payments.count()
    batch.gross, batch.tax, batch.net = (sums[name] or 0 for name in ("gross", "tax", "net"))
    batch.save(update_fields=["count", "gross", "tax", "net"])
