"""What somebody has typed and not yet sent. Sealed, since it may hold anything."""

from __future__ import annotations

from django.db import models

from gongjia.base.models import Record
from gongjia.base.secret import SealedBytesField


class Draft(Record):
    """One unfinished form of one account. The account is named by value: a draft never holds up anything else."""

    account_id = models.UUIDField()
    key = models.CharField(max_length=120)
    body = SealedBytesField("draft.body")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "key"], name="draft_once")]
        indexes = [models.Index(fields=["saved_at"], name="draft_saved_at")]

    def __str__(self) -> str:
        return f"{self.key} {self.saved_at:%Y-%m-%d %H:%M}"
