"""What waits at the desks of the treasurer, the checker, the approver, the auditor and the departments."""

from __future__ import annotations

from datetime import date

from gongjia.base.actor import Actor
from gongjia.base.clock import SHANGHAI
from gongjia.money.funds import powers
from gongjia.money.funds.models import Batch, Doubt, Payment, Reversal
from gongjia.money.funds.queries.audit import doubts
from gongjia.money.funds.queries.scope import visible
from gongjia.who.members.registry import TodoRow, TodoSource


def _batches(actor: Actor):
    """Batches whose next step is the actor's and which the actor has not signed."""
    found = Batch.objects.none()
    for power, wanted in (
        (powers.CHECK, {"state": "made"}),
        (powers.APPROVE, {"state": "checked", "needs_approval": True}),
        (powers.SEND, {"state": "checked", "needs_approval": False}),
        (powers.SEND, {"state": "approved"}),
    ):
        if actor.holds(power):
            found = found | visible(actor, Batch, power).filter(**wanted)
    return found


def _batch_rows(actor: Actor, today: date, limit: int) -> list[TodoRow]:
    words = {"made": "复核", "checked": "审批", "approved": "生成代发文件"}
    rows = []
    for one in _batches(actor).select_related("org").order_by("made_at", "pk")[:limit]:
        step = "生成代发文件" if one.state == "checked" and not one.needs_approval else words[one.state]
        rows.append(
            TodoRow(
                source="batches", subject=one.pk, title=f"{one.number}《{one.title}》请{step}", org_id=one.org_id,
                org_name=one.org.name, since=(one.made_at or one.opened_at).astimezone(SHANGHAI).date(),
                link=("funds.batch", one.pk),
            )
        )  # fmt: skip
    return rows


def _returned(actor: Actor):
    return (
        visible(actor, Payment, powers.MAKE).filter(state="returned")
        if actor.holds(powers.MAKE)
        else Payment.objects.none()
    )


def _returned_rows(actor: Actor, today: date, limit: int) -> list[TodoRow]:
    rows = _returned(actor).select_related("org").order_by("returned_on", "pk")[:limit]
    return [
        TodoRow(
            source="returned", subject=one.pk, title=f"{one.title}退汇：{one.reason}", org_id=one.org_id,
            org_name=one.org.name, since=one.returned_on or today, link=("funds.payment", one.pk),
        )
        for one in rows
    ]  # fmt: skip


def _reversals(actor: Actor):
    found = visible(actor, Reversal, powers.CHECK) if actor.holds(powers.CHECK) else Reversal.objects.none()
    return found.filter(state="asked").exclude(asked_by_id=actor.person_id)


def _reversal_rows(actor: Actor, today: date, limit: int) -> list[TodoRow]:
    rows = _reversals(actor).select_related("payment__org").order_by("asked_on", "pk")[:limit]
    return [
        TodoRow(
            source="reversals", subject=one.pk, title=f"{one.payment.title}：{one.kind_label}待确认",
            org_id=one.payment.org_id, org_name=one.payment.org.name, since=one.asked_on,
            link=("funds.payment", one.payment_id),
        )
        for one in rows
    ]  # fmt: skip


def _doubts(actor: Actor):
    if not actor.holds(powers.ANSWER):
        return Doubt.objects.none()
    return doubts(actor).filter(state="open", department__in={post.role for post in actor.posts})


def _doubt_rows(actor: Actor, today: date, limit: int) -> list[TodoRow]:
    rows = _doubts(actor).order_by("due_on", "pk")[:limit]
    return [
        TodoRow(
            source="doubts", subject=one.pk, title=f"答复疑点单《{one.title}》", org_id=one.org_id,
            org_name=one.org.name, since=one.raised_on, due_on=one.due_on, link=("funds.doubt", one.pk),
        )
        for one in rows
    ]  # fmt: skip


SOURCES = (
    TodoSource("batches", "发放批次", _batch_rows, lambda actor, day: _batches(actor).count()),
    TodoSource("returned", "退汇", _returned_rows, lambda actor, day: _returned(actor).count()),
    TodoSource("reversals", "追回和冲销", _reversal_rows, lambda actor, day: _reversals(actor).count()),
    TodoSource("doubts", "疑点单", _doubt_rows, lambda actor, day: _doubts(actor).count()),
)
