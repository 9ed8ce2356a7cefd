"""联谊: who declared to be single, how to reach them once both agree, and who wants nothing to do with whom."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from gongjia.base.models import Record
from gongjia.base.secret import SealedField
from gongjia.work.events.models.event import Event
from gongjia.work.events.models.sign_up import SignUp


class MatchCard(Record):
    """What one who takes part says of themself. `number` is on the badge: others choose by it, not by name."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="match_cards", db_index=False)
    sign_up = models.OneToOneField(SignUp, models.PROTECT, related_name="match_card")
    number = models.PositiveSmallIntegerField()
    declared_at = models.DateTimeField()  # 本人声明目前单身
    about = models.CharField(max_length=120, blank=True)
    contact = SealedField(label="event_match.contact", mask="text")
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("number",)
        constraints = [UniqueConstraint(fields=("event", "number"), name="matchcard_number_once")]

    def __str__(self):
        return f"{self.number}号"


class MatchBlock(Record):
    """One does not want to be chosen or reached by another any more; with `words` it is reported to the organiser."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="match_blocks", db_index=False)
    by = models.ForeignKey(SignUp, models.PROTECT, related_name="blocks_out", db_index=False)
    other = models.ForeignKey(SignUp, models.PROTECT, related_name="blocks_in")
    at = models.DateTimeField()
    reported = models.BooleanField(default=False)
    words = SealedField(label="event_match_block.words", mask="text", null=True)
    answer = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=("by", "other"), name="matchblock_once"),
            CheckConstraint(condition=~Q(by=F("other")), name="matchblock_not_oneself"),
        ]
        indexes = [
            Index(fields=("event",), condition=Q(reported=True, answered_at__isnull=True), name="matchblock_open")
        ]

    def __str__(self):
        return str(self.pk)
