"""One sheet of earlier years: looked at, taken in, and taken out again while nothing depends on it."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Index, Q

from gongjia.base.models import Record, TextKind
from gongjia.work.programmes import kinds
from gongjia.work.programmes.models.round import _types


class HistoryBatch(Record):
    """`verdicts` is what the preview showed, a line each: [row number, masked name, verdict, words]; `digest` is of
    exactly what would be written, so that what runs is what was looked at."""

    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+", db_index=False)
    type = TextKind(kinds=_types, max_length=40)
    file = models.ForeignKey("journal.Attachment", models.PROTECT, related_name="+", db_index=False)
    before = models.DateField()  # only what was given earlier is history
    state = TextKind(kinds=kinds.HistoryState, max_length=8, default=kinds.HistoryState.UPLOADED)
    good = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)  # on file already
    refused = models.PositiveIntegerField(default=0)
    verdicts = models.JSONField(default=list, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    uploaded_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(state__in=("uploaded", "checked"), done_at__isnull=True)
                | Q(state__in=("done", "undone"), done_at__isnull=False),
                name="history_done_has_moment",
            )
        ]
        indexes = [Index(fields=("org", "uploaded_at"), name="history_org_at")]

    def __str__(self):
        return f"{self.type} {self.uploaded_at:%Y-%m-%d}"
