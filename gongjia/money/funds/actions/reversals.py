"""追回 and 冲销: a wrong payment is never changed; it is followed by its reversal, asked by one, confirmed by another."""

from __future__ import annotations

from datetime import date, datetime

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import refuse, refuse_if
from gongjia.money.funds import kinds, powers, queries, rules
from gongjia.money.funds.actions.refusing import refusing
from gongjia.money.funds.actions.telling import day_of
from gongjia.money.funds.models import Payment, Posting, Reversal


def ask_reversal(
    *, payment: Payment, kind: str, amount: int, why: str, actor: Actor, at: datetime, document_no: str = ""
) -> Reversal:
    """Say that a paid sum comes back (追回) or was booked wrongly (冲销)."""
    with refusing("reversal", actor=actor, at=at, org=payment.org, subject=payment), journal.act():
        held = _hold(payment)
        actor.must(powers.MAKE, held.org)
        if kind not in kinds.ReversalKind.values:
            refuse("code_unknown", "请选择追回还是冲销。", cure="请从列表里选。")
        if held.state != "paid":
            refuse("state_not_allowed", f"这笔发放现在是“{held.state_label}”，不能追回或冲销。", fact=held.state)
        refuse_if(rules.says_why(why))
        if held.reversals.filter(state="asked").exists():
            refuse("reversal_open", "这笔发放已经有一件待确认的追回或冲销。", cure="请先确认或撤回那一件。")
        found = _facts(held, None, amount, actor)
        refuse_if(one for one in rules.may_confirm_reversal(found) if one.code == "reversal_too_much")
        row = Reversal.objects.create(
            payment=held, kind=kind, amount=amount, why=why.strip()[:200], document_no=document_no.strip()[:60],
            asked_by_id=actor.person_id, asked_on=day_of(at),
        )  # fmt: skip
        journal.write(
            "funds.reversal_asked", actor=actor, at=at, org=held.org, subjects=[row, held], note=why.strip(),
            payload={"kind": kind, "amount": amount},
        )  # fmt: skip
        return row


def confirm_reversal(*, reversal: Reversal, actor: Actor, at: datetime, on: date | None = None) -> Reversal:
    """Another person confirms that the money is back, or that the booking was wrong; it stands from that day."""
    with refusing("reversal", actor=actor, at=at, org=reversal.org, subject=reversal), journal.act():
        held = _hold(reversal.payment)
        row = Reversal.objects.select_for_update(of=("self",)).get(pk=reversal.pk)
        day = on or day_of(at)
        if day > day_of(at):
            refuse("dates_order", "日期不能晚于今天。", fact=str(day))
        gross, tax, net = queries.out_of(held.pk)
        journal.move(
            row, "confirm", actor=actor, at=at, facts=_facts(held, row, row.amount, actor),
            changes={"confirmed_by_id": actor.person_id, "on": day},
        )  # fmt: skip
        whole = row.amount == net
        sums = (gross, tax, net) if whole else (row.amount, 0, row.amount)
        Posting.objects.create(
            org_id=held.org_id, union_id=held.union_id, payment=held, reversal=row, person_id=held.person_id,
            type=held.type, kind=row.kind, on=day, gross=-sums[0], tax=-sums[1], net=-sums[2], reason=row.why[:120],
        )  # fmt: skip
        if whole:
            journal.move(held, "recover", actor=actor, at=at, note=row.why)
        reversal.refresh_from_db()
        return row


def drop_reversal(*, reversal: Reversal, actor: Actor, at: datetime, note: str = "") -> Reversal:
    with journal.act():
        row = Reversal.objects.select_for_update(of=("self",)).get(pk=reversal.pk)
        journal.move(row, "drop", actor=actor, at=at, note=note)
        reversal.refresh_from_db()
        return row


def _hold(payment: Payment) -> Payment:
    return Payment.objects.select_for_update(of=("self",)).select_related("org").get(pk=payment.pk)


def _facts(payment: Payment, row: Reversal | None, amount: int, actor: Actor) -> rules.ReversalFacts:
    kin = queries.household_persons([payment.household_id] if payment.household_id else [])
    payees = kin | ({payment.person_id} if payment.person_id else set())
    asker = row.asked_by_id if row else None
    known = queries.naturals(payees | {key for key in (actor.person_id, asker) if key})
    nobody = rules.Natural(None)
    return rules.ReversalFacts(
        actor=known.get(actor.person_id, nobody) if actor.person_id else nobody,
        asker=known.get(asker) if asker else None,
        amount=amount,
        left=queries.out_of(payment.pk)[2],
        payees=tuple(known[key] for key in payees if key in known),
    )
