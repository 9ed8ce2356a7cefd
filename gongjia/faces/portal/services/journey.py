"""The progress line of one application, as `ui.journey` draws it: the real desks, the notice, the money."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from gongjia.faces.shared import formats

NOTICE = "公示"
STATES = {"done": "done", "here": "now", "ahead": "todo", "stopped": "back"}
# a payment on the way, in a worker's words
PAID = {
    "planned": ("now", "财务已列入发放"),
    "sent": ("now", "已送银行，等银行回复"),
    "unknown": ("now", "已送银行，等银行回复"),
    "returned": ("back", "银行退回了，请核对收款账户"),
    "paid": ("done", ""),
    "recovered": ("back", "已追回"),
}


def journey_of(page: Any, payments: Iterable[Any], today: date) -> list[dict[str, Any]]:
    """Items for `ui.journey`. `page` is `queries.ApplicationPage`."""
    back = page.application.state == "returned"
    found = []
    for step in page.steps:
        state = STATES[step.state]
        found.append(
            {
                "label": step.label,
                "state": "back" if back and state == "now" else state,
                "at": step.on if state == "done" else None,
                "note": note_of(step, today, back),
            }
        )
    if page.application.state in ("draft", "declined", "withdrawn", "revoked"):
        return found
    return found + _money(page, list(payments))


def note_of(step: Any, today: date, back: bool) -> str:
    if step.state != "here":
        return step.note
    if back:
        return "退回给您补正，改好后再交到这里"
    if step.label == NOTICE:  # nobody is to act: it runs its days
        return f"公示到{formats.day_zh(step.due)}" if step.due else step.note
    parts = [f"{formats.day_zh(step.on)}起在这里" if step.on else "现在在这里"]
    if step.due and step.due < today:
        parts.append(f"{step.words}，上级工会已经看得到")
    elif step.due:
        parts.append(f"{formats.day_zh(step.due)}前办，{step.words}")
    return "，".join(parts)


def _money(page: Any, payments: list[Any]) -> list[dict[str, Any]]:
    """到账: one line an instalment; before anything is planned, one line when money is to come."""
    award = page.award
    if payments:
        found = []
        for one in payments:
            state, note = PAID.get(one.state, ("todo", ""))
            words = formats.yuan(one.net) + (f"（已代扣个税 {formats.yuan(one.tax)}）" if one.tax else "")
            if one.state == "returned" and one.reason:
                note = f"银行退回：{one.reason}。请核对收款账户"
            found.append(
                {
                    "label": "到账" if len(payments) == 1 else f"到账（第 {one.instalment} 笔）",
                    "state": state,
                    "at": one.paid_on if one.state == "paid" else None,
                    "note": "，".join(part for part in (words, note) if part),
                }
            )
        return found
    expects = (award is not None and award.amount) or (award is None and page.application.amount)
    if not expects:
        return []
    if award is None:
        return [{"label": "到账", "state": "todo", "at": None, "note": ""}]
    waits = "，核查合格后发放" if award.ready_on is None else ""
    return [{"label": "到账", "state": "todo", "at": None, "note": f"{formats.yuan(award.amount)}{waits}"}]
