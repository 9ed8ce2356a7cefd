"""A file of whole values that somebody asked for, and the second person who said yes or no."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q

from gongjia.base.handout.kinds import State
from gongjia.base.models import Record, TextKind


class Handout(Record):
    """Who asked and who approved are natural persons: two log-ins of one person are one."""

    kind = models.CharField(max_length=40)  # which file: "households.upward"
    klass = models.CharField(max_length=20)
    label = models.CharField(max_length=120)
    count = models.PositiveIntegerField()  # records, when it was asked for
    reason = models.CharField(max_length=300)
    state = TextKind(kinds=State, max_length=10, default=State.ASKED.value)
    asked_account = models.UUIDField()
    asked_person = models.UUIDField()
    asked_by = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    decided_person = models.UUIDField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)
    until = models.DateTimeField(null=True)  # of the approval, by the database's own clock
    session = models.CharField(max_length=64, blank=True)  # digest of the session that asked: no other takes it
    sha256 = models.CharField(max_length=64, blank=True)  # of what was handed out
    taken_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-asked_at", "-id")
        constraints = [
            CheckConstraint(condition=Q(count__gt=0), name="handout_some"),
            CheckConstraint(
                condition=Q(state__in=("asked", "declined"), until__isnull=True)
                | Q(state__in=("approved", "taken"), until__isnull=False, decided_person__isnull=False),
                name="handout_approved_has_person",
            ),
            CheckConstraint(
                condition=Q(decided_person__isnull=True) | ~Q(decided_person=F("asked_person")), name="handout_two_persons"
            ),
        ]  # fmt: skip
        indexes = [Index(fields=("kind", "state", "-asked_at"), name="handout_kind_state")]

    def __str__(self) -> str:
        return f"{self.label} {self.count}"
