"""制单、复核、审批: each signs under the digest of exactly what was on the screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db.models import Sum

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Reason, refuse
from gongjia.money.funds import kinds, powers, queries, rules
from gongjia.money.funds.actions import batches, facts
from gongjia.money.funds.actions.payees import UNSIGNED, void_approvals
from gongjia.money.funds.actions.refusing import refusing
from gongjia.money.funds.actions.telling import day_of, tell_desk
from gongjia.money.funds.models import Approval, Batch


def make(*, batch: Batch, shown: str, actor: Actor, at: datetime) -> Batch:
    """制单: the rows are closed and the first name stands under them."""
    with refusing("make", actor=actor, at=at, org=batch.org, subject=batch), journal.act():
        held = hold(batch)
        rows = facts.rows_of(held)
        found = facts.gather(held, rows, actor, at, shown)
        found = replace(found, differences=len(queries.reconcile(held.org_id)))
        sums = held.payments.aggregate(gross=Sum("gross"), tax=Sum("tax"), net=Sum("net"))
        net = sums["net"] or 0
        near = queries.near_total(held, {one.round_id for one in rows if one.round_id}, facts.split_since(at))
        why = rules.needs_approval(net, queries.approval_limit(held.org, day_of(at)), near)
        journal.move(
            held, "make", actor=actor, at=at, facts=found, payload={"digest": found.now, "count": len(rows), "net": net},
            changes={
                "digest": found.now, "maker_id": actor.person_id, "made_at": at, "count": len(rows),
                "gross": sums["gross"] or 0, "tax": sums["tax"] or 0, "net": net, "needs_approval": bool(why),
                "approval_why": why[:200], "lapsed_why": "",
            },
        )  # fmt: skip
        _sign(held, kinds.Step.MAKE, found.now, actor, at)
        _tell(held, powers.CHECK, "复核", at)
        return _back(batch)


def check(*, batch: Batch, shown: str, actor: Actor, at: datetime) -> Batch:
    """复核 by another person."""
    with refusing("check", actor=actor, at=at, org=batch.org, subject=batch), journal.act():
        held = hold(batch, lapsed=True)
        found = facts.gather(held, facts.rows_of(held), actor, at, shown)
        journal.move(
            held, "check", actor=actor, at=at, facts=found, payload={"digest": found.now},
            changes={"checker_id": actor.person_id, "checked_at": at},
        )  # fmt: skip
        _sign(held, kinds.Step.CHECK, found.now, actor, at)
        if held.needs_approval:
            _tell(held, powers.APPROVE, "审批", at)
        else:
            _tell(held, powers.SEND, "送银行", at)
        return _back(batch)


def approve(*, batch: Batch, shown: str, actor: Actor, at: datetime) -> Batch:
    """审批 by a third person, above the limit."""
    with refusing("approve", actor=actor, at=at, org=batch.org, subject=batch), journal.act():
        held = hold(batch, lapsed=True)
        found = facts.gather(held, facts.rows_of(held), actor, at, shown)
        journal.move(
            held, "approve", actor=actor, at=at, facts=found, payload={"digest": found.now},
            changes={"approver_id": actor.person_id, "approved_at": at},
        )  # fmt: skip
        _sign(held, kinds.Step.APPROVE, found.now, actor, at)
        _tell(held, powers.SEND, "送银行", at)
        return _back(batch)


GUARDS = {
    "make": (powers.MAKE, rules.may_make),
    "check": (powers.CHECK, rules.may_check),
    "approve": (powers.APPROVE, rules.may_approve),
    "send": (powers.SEND, rules.may_send),
}


def next_steps(batch: Batch) -> list[str]:
    """What a batch waits for, by its state."""
    if batch.state == "checked":
        return ["approve"] if batch.needs_approval else ["send"]
    return {"draft": ["make"], "made": ["check"], "approved": ["send"]}.get(batch.state, [])


def why_not(*, batch: Batch, actor: Actor, at: datetime) -> dict[str, list[Reason]]:
    """For every next step that the actor has the power for: what would be refused now. Nothing is locked or written."""
    steps = [step for step in next_steps(batch) if actor.can(GUARDS[step][0], batch.org)]
    if not steps:
        return {}
    rows = facts.rows_of(batch, lock=False)
    found = facts.gather(batch, rows, actor, at, facts.digest_of(batch, rows), lock=False)
    if "make" in steps:
        found = replace(found, differences=len(queries.reconcile(batch.org_id)))
    return {step: list(GUARDS[step][1](found)) for step in steps}


# move -> the power that its button asks
BACK = {"reopen": powers.MAKE, "send_back": powers.CHECK, "turn_down": powers.APPROVE}


def back_to_editing(*, batch: Batch, move: str, note: str, actor: Actor, at: datetime) -> Batch:
    """`reopen` by the makers, `send_back` by the checkers, `turn_down` by the approver: every signature is void."""
    if move not in BACK:
        raise ValueError(move)
    with refusing(move, actor=actor, at=at, org=batch.org, subject=batch), journal.act():
        held = hold(batch)
        journal.move(held, move, actor=actor, at=at, facts=note, note=note.strip(), changes=dict(UNSIGNED))
        void_approvals(held)
        return _back(batch)


def void(*, batch: Batch, note: str, actor: Actor, at: datetime) -> Batch:
    """The batch is given up: its awards wait in the to-pay list again, returned ones among the returned."""
    with refusing("void", actor=actor, at=at, org=batch.org, subject=batch), journal.act():
        held = hold(batch)
        if held.state in ("made", "checked", "approved"):
            journal.move(held, "reopen", actor=actor, at=at, facts=note, note=note.strip(), changes=dict(UNSIGNED))
            void_approvals(held)
        rows = list(held.payments.all())
        if rows and held.state == "draft":
            batches.take_out(payments=rows, actor=actor, at=at, note=note.strip())
        held.refresh_from_db()
        journal.move(held, "void", actor=actor, at=at, facts=note, note=note.strip())
        return _back(batch)


def hold(batch: Batch, lapsed: bool = False) -> Batch:
    """The batch under lock. `lapsed`: the act needs signatures that may have been voided since."""
    held = Batch.objects.select_for_update(of=("self",)).select_related("org").get(pk=batch.pk)
    if lapsed:
        refuse_lapsed(held)
    return held


def refuse_lapsed(batch: Batch) -> None:
    """The page may still show signatures that an account's change has voided: say so, not only that the state differs."""
    if batch.state == "draft" and batch.lapsed_why:
        refuse(
            "approvals_void",
            f"{batch.lapsed_why}，原来的制单、复核、审批已经作废，不能继续办理。",
            clause="收款账户变更须重新审核",
            cure="请制单人核对新账户后重新制单。",
        )


def _sign(batch: Batch, step: kinds.Step, digest: str, actor: Actor, at: datetime) -> None:
    Approval.objects.create(
        batch=batch, step=step, person_id=actor.person_id, account=actor.account_id, digest=digest, at=at
    )


def _tell(batch: Batch, power: str, step: str, at: datetime) -> None:
    tell_desk(
        batch.org, power, "funds.batch_waits",
        {"number": batch.number, "title": batch.title, "step": step, "amount": batch.net}, at,
        f"/console/funds/batches/{batch.pk}/",
    )  # fmt: skip


def _back(batch: Batch) -> Batch:
    batch.refresh_from_db()
    return batch
