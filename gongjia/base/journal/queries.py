"""What a reader of the journal sees: entries as a queryset, one entry with its subjects and what it caused."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from gongjia.base.journal.models import Entry, EntrySubject


def entries(
    within: Q | None = None,
    *,
    action: str = "",
    subject: UUID | None = None,
    account: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[Entry]:
    """Entries with their payload. `within`: which streams the reader may see, as a condition on `org_id`;
    `since` ≤ recorded < `until`."""
    found = Entry.objects.filter(within) if within is not None else Entry.objects.all()
    if action:
        found = found.filter(action=action)
    if subject is not None:
        found = found.filter(subjects__subject_id=subject)
    if account is not None:
        found = found.filter(actor_account=account)
    if since is not None:
        found = found.filter(recorded__gte=since)
    if until is not None:
        found = found.filter(recorded__lt=until)
    return found.select_related("payload")


def subjects_of(entry: Entry, limit: int = 200) -> list[tuple[str, UUID]]:
    """(label of the table, key) of the records an entry speaks of."""
    found = EntrySubject.objects.filter(entry_id=entry.pk).order_by("label", "subject_id")
    return list(found.values_list("label", "subject_id")[:limit])


def caused_by(entry: Entry, within: Q | None = None, limit: int = 50) -> list[Entry]:
    """What followed from an entry, oldest first."""
    return list(entries(within).filter(cause_id=entry.pk).order_by("recorded", "id")[:limit])
