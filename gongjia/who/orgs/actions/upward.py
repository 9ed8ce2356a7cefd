"""Reporting to the upper system: the filled template, what was told, the numbers it gives back."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from gongjia.base import journal, sheets
from gongjia.base.actor import Actor
from gongjia.base.refused import refuse
from gongjia.who.orgs import powers, queries
from gongjia.who.orgs.models import Org, UpwardMark
from gongjia.who.orgs.rules.upward import Template

SENDING = 5000


def template_book(template: Template, rows: Iterable[Sequence[str]], target: str | Path | IO[bytes]) -> int:
    """Write the upper system's sheet; every cell is text, as such systems want it."""
    columns = [
        sheets.Column(column.title, width=column.width, text=True, required=column.required)
        for column in template.columns
    ]
    return sheets.write(target, [sheets.SheetOut(template.sheet, columns, rows)])


def mark_sent(template: Template, rows: Mapping[UUID, Sequence[str]], at: datetime) -> None:
    """Remember what was told of each record. Call inside an act."""
    marks = [
        UpwardMark(mapping=template.key, label=template.of, subject=key, digest=queries.told(template, row), sent_at=at)
        for key, row in rows.items()
    ]
    UpwardMark.objects.bulk_create(
        marks,
        batch_size=SENDING,
        update_conflicts=True,
        unique_fields=["mapping", "subject"],
        update_fields=["digest", "sent_at"],
    )


@dataclass(frozen=True)
class Sending:
    """A filled template and what it holds."""

    content: bytes
    sent: int
    held_back: int  # rows with a required column blank


def send_orgs(
    *,
    actor: Actor,
    at: datetime,
    template: Template | None = None,
    under: Org | None = None,
    orgs: Iterable[UUID] | None = None,
    only_new: bool = True,
    note: str = "",
) -> Sending:
    """Fill the upper template with unions not yet told of or changed since, and remember what was told.

    Rows with a required column blank are held back: the upper system would refuse the whole sheet.
    """
    template = template or queries.orgs_template()
    with journal.act():
        listed = queries.upward_list(actor, template=template, under=under, orgs=orgs)
        if not actor.holds(powers.UPWARD):
            actor.must(powers.UPWARD, under)
        due = [row for row in listed if not only_new or row.state != queries.Sent.SENT]
        ready = [row for row in due if not row.gaps]
        if not due:
            refuse("nothing_to_send", "没有需要报送的工会：都已报，也没有变化。")
        if not ready:
            refuse("all_incomplete", "要报送的工会都缺必填项。", fact=str(len(due)), cure="请先补齐资料。")
        buffer = io.BytesIO()
        template_book(template, (row.row for row in ready), buffer)
        mark_sent(template, {row.id: row.row for row in ready}, at)
        journal.write(
            "orgs.upward_sent",
            actor=actor,
            at=at,
            org=under,
            subjects=[("orgs.org", row.id) for row in ready],
            payload={"template": template.key, "sent": len(ready), "held_back": len(due) - len(ready)},
            note=note,
        )
        return Sending(buffer.getvalue(), len(ready), len(due) - len(ready))


def set_upper_numbers(*, numbers: Mapping[UUID, str], actor: Actor, at: datetime, note: str = "") -> int:
    """Keep the upper system's numbers of unions; answers how many were new or other than before."""
    with journal.act():
        reach = queries.within(actor, powers.UPWARD)
        orgs = list(Org.objects.select_for_update(no_key=True).filter(reach, pk__in=list(numbers)).order_by("path"))
        changed = []
        for org in orgs:
            if org.upper_no != numbers[org.pk].strip():
                org.upper_no = numbers[org.pk].strip()
                changed.append(org)
        Org.objects.bulk_update(changed, ["upper_no"], batch_size=500)
        if changed:
            journal.write(
                "orgs.upward_number",
                actor=actor,
                at=at,
                org=None,
                subjects=changed,
                payload={"count": len(changed)},
                note=note,
            )
        return len(changed)


def returned_numbers(template: Template, source: Any, name: str = "") -> dict[str, str]:
    """Our key -> the upper system's number, from the sheet that the upper system gives back."""
    aliases = {"key": (template.match,), "number": (template.number,)}
    for sheet in sheets.read(source, name).sheets:
        head = sheets.headers.find(sheet.rows, aliases, at_least=2)
        if head is None:
            continue
        found = {}
        for row in sheet.rows[head.first_data :]:
            key, number = (
                row[head.columns[part]].strip() if head.columns[part] < len(row) else "" for part in ("key", "number")
            )
            if key and number:
                found[key] = number
        return found
    refuse("sheet_no_head", f"表里没有找到“{template.match}”和“{template.number}”两列。")
    return {}


def take_org_numbers(
    source: Any, *, actor: Actor, at: datetime, name: str = "", template: Template | None = None
) -> tuple[int, list[str]]:
    """Take the numbers of a returned sheet over: how many changed, and the codes we do not know."""
    template = template or queries.orgs_template()
    numbers = returned_numbers(template, source, name)
    orgs = queries.by_codes(numbers)
    changed = set_upper_numbers(
        numbers={org.pk: numbers[code] for code, org in orgs.items()}, actor=actor, at=at, note=name
    )
    return changed, sorted(set(numbers) - set(orgs))
