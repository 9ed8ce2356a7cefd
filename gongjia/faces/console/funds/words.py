"""What the pages of money share: badges, masked payees, the way back."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from gongjia.base.secret import masks
from gongjia.faces.shared.marks import Badge
from gongjia.faces.shared.pages import Crumb
from gongjia.money.funds import queries

BATCH_TONES = {
    "draft": "neutral", "made": "warning", "checked": "info", "approved": "info", "sent": "info", "settled": "success",
    "void": "neutral",
}  # fmt: skip
PAYMENT_TONES = {
    "planned": "neutral", "sent": "info", "unknown": "warning", "paid": "success", "returned": "danger",
    "dropped": "neutral", "recovered": "neutral",
}  # fmt: skip
VERDICT_TONES = {
    "paid": "success", "returned": "danger", "returned_late": "danger", "paid_before": "warning", "unknown": "warning",
    "again": "neutral", "stranger": "danger", "mismatch": "danger", "conflict": "danger",
}  # fmt: skip
DOUBT_TONES = {"open": "warning", "answered": "info", "closed": "success"}
STEP_WORDS = {"make": "制单", "check": "复核", "approve": "审批", "send": "生成代发文件"}
STEP_SIGNS = {"make": "writing-sign", "check": "checks", "approve": "certificate", "send": "file-export"}


def item(one: Any) -> str:
    """The expenditure item by its name; a code no longer in use keeps its last one."""
    return queries.item_names().get(one.item, one.item)


def payee(one: Any) -> str:
    """Who the money is for: a person masked, a union by its name."""
    if one.person_id:
        return masks.name(one.person.name)
    return one.for_org.name if one.for_org_id else ""


def account_words(account: Any) -> str:
    """本人 建德农商银行 尾号 1234."""
    if account is None:
        return "没有账户"
    holder = masks.name(account.holder) if account.kind != "org" else account.holder
    return f"{account.kind_label} {holder} {account.bank} 尾号 {account.tail}"


def batch_badge(one: Any) -> Badge:
    if one.state == "draft" and one.lapsed_why:
        return Badge("审核作废，待重新制单", "danger")
    if one.state == "checked" and one.needs_approval:
        return Badge("待审批", "warning")
    return Badge(one.state_label, BATCH_TONES[one.state])  # type: ignore[arg-type]


def payment_badge(one: Any) -> Badge:
    return Badge(one.state_label, PAYMENT_TONES[one.state])  # type: ignore[arg-type]


def batch_url(one: Any) -> str:
    return reverse("console:funds_batch", args=[one.pk])


def payment_url(one: Any) -> str:
    return reverse("console:funds_payment", args=[one.pk])


def batch_crumbs(batch: Any = None) -> list[Crumb]:
    found = [Crumb("发放批次", reverse("console:funds_batches"))]
    return [*found, Crumb(batch.number, batch_url(batch))] if batch is not None else found


def short(digest: str) -> str:
    """A hash in groups that two people can read to each other."""
    return " ".join(digest[at : at + 4] for at in range(0, 16, 4)) if digest else ""
