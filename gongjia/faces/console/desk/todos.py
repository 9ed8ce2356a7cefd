"""Everything that waits for the one who asks, from all apps, as one list: overdue first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import NoReverseMatch, reverse

from gongjia.faces.shared import formats
from gongjia.report import queries as reports
from gongjia.who.members.registry import TODOS

SIGNS = {
    "transfers": "arrows-left-right", "corrections": "edit", "helps": "help-circle", "expulsions": "user-x", "posts": "id-badge-2",
    "sections": "writing-sign", "reviews": "clipboard-check", "appeals": "scale", "panels": "trophy", "batches": "wallet", "returned": "arrow-back-up", "reversals": "arrow-back-up", "doubts": "flag",
    "faults": "calendar-event", "draws": "arrows-sort", "unsettled": "calendar-event",
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """A line of the list, as the macro `todo_list` takes it."""

    title: str
    note: str
    url: str
    due: date | None
    sign: str
    tone: str = "neutral"
    unit: str = "day"


def items(actor: Any, today: date, limit: int = 60) -> list[Item]:
    """What waits: members' desks, other apps' desks, sections of a report."""
    rows = [row for source in TODOS for row in source.rows(actor, today, limit)]
    rows.sort(key=lambda row: (row.due_on or date.max, row.since))
    found = [
        Item(
            title=row.title,
            note=row.org_name,
            url=link_of(row.link),
            due=row.due_on,
            sign=SIGNS.get(row.source, "clipboard-list"),
            tone=tone_of(row.due_on, today, row.unit),
            unit=row.unit,
        )
        for row in rows[:limit]
    ]
    for waiting in reports.waiting(actor, today):
        section = waiting.section
        missing = f"还缺 {len(waiting.unfilled)} 个数" if waiting.unfilled else "可以签认"
        found.insert(
            0 if waiting.days_left < 0 else len(found),
            Item(
                title=f"签认“{section.report.title}”第 {section.area} 部分",
                note=f"{section.department} · {missing}",
                url=reverse("console:report_section", args=[section.report_id, section.area]),
                due=section.due_on,
                sign=SIGNS["sections"],
                tone=tone_of(section.due_on, today),
            ),
        )
    return found


def tone_of(due: date | None, today: date, unit: Any = "day") -> str:
    if due is None:
        return "neutral"
    tone = formats.due_tone(due, today, unit)
    return "info" if tone == "neutral" else tone


def link_of(link: tuple[str, Any]) -> str:
    """`("members.transfer", id)` is the page `console:members_transfer`."""
    name, subject = link
    try:
        return reverse(f"console:{name.replace('.', '_')}", args=[subject])
    except NoReverseMatch:
        return reverse("console:home")
