"""The timeline of a record, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Model

from gongjia.base.journal.labels import label_of
from gongjia.base.journal.models import Entry


@dataclass(frozen=True)
class Line:
    """One line of a timeline."""

    id: UUID
    at: datetime
    recorded: datetime
    action: str
    label_zh: str
    actor_label: str
    note: str
    body: dict
    cause_id: UUID | None
    subject_count: int


def timeline(record: Model | UUID, limit: int = 200) -> list[Line]:
    """Everything that happened to one record: one query."""
    pk = getattr(record, "pk", record)
    return _lines(Entry.objects.filter(subjects__subject_id=pk), limit)


def lines(limit: int = 100, **where) -> list[Line]:
    """Entries by any of Entry's columns (org_id, action, actor_account …), newest first."""
    return _lines(Entry.objects.filter(**where), limit)


def _lines(entries, limit: int) -> list[Line]:
    return [
        Line(
            id=entry.id,
            at=entry.at,
            recorded=entry.recorded,
            action=entry.action,
            label_zh=label_of(entry.action),
            actor_label=entry.payload.actor_label or ("系统" if entry.actor_account is None else ""),
            note=entry.payload.note,
            body=entry.payload.body,
            cause_id=entry.cause_id,
            subject_count=entry.subject_count,
        )
        for entry in entries.select_related("payload").order_by("-recorded", "-id")[:limit]
    ]
