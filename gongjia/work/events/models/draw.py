"""The lot and its proof: what was promised before, what was sealed at closing, what came out."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind
from gongjia.base.secret import SealedField
from gongjia.work.events import kinds, states
from gongjia.work.events.models.event import Event, Session


class Draw(Record):
    """One lot of an event (or of one session). The seed is sealed until it is opened; its hash is public at once."""

    FLOW = states.DRAW_FLOW

    event = models.ForeignKey(Event, models.PROTECT, related_name="draws", db_index=False)
    session = models.ForeignKey(Session, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+", db_index=False)
    state = TextKind(kinds=states.DrawState, max_length=10, default=states.DRAW_FLOW.initial)

    seed = SealedField(label="event_draw.seed", mask="text", null=True)  # hex
    seed_hash = models.CharField(max_length=64)
    public_source = models.CharField(max_length=120)  # 福利彩票3D第2018180期开奖号
    public_on = models.DateTimeField()  # when the value comes to exist: after closing
    public_value = models.CharField(max_length=60, blank=True)
    rules = models.JSONField(default=list, blank=True)  # weights as published: [{"key","label","add"}]
    published_at = models.DateTimeField()

    # named anew while it did not exist: [{"at","why","source","public_on"}], public
    changes = models.JSONField(default=list, blank=True)

    cells = models.JSONField(default=dict, blank=True)  # number of a counter in the published list -> its key
    entries_digest = models.CharField(max_length=64, blank=True)
    entries_count = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)
    places = models.PositiveIntegerField(default=0)  # free at opening

    opened_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)  # everybody who entered knows what came out
    failed_reason = models.CharField(max_length=200, blank=True)
    late_at = models.DateTimeField(null=True, blank=True)  # when it was written down that it was not opened in time

    class Meta:
        ordering = ("-published_at", "-id")
        constraints = [
            UniqueConstraint(
                fields=("event", "session"), condition=~Q(state="failed"), name="draw_one", nulls_distinct=False
            ),
            CheckConstraint(
                condition=Q(state__in=("committed", "failed")) | (~Q(entries_digest="") & Q(closed_at__isnull=False)),
                name="draw_sealed_has_list",
            ),
            CheckConstraint(
                condition=~Q(state="opened") | (~Q(public_value="") & Q(opened_at__isnull=False)),
                name="draw_opened_has_value",
            ),
            CheckConstraint(condition=~Q(state="failed") | ~Q(failed_reason=""), name="draw_failed_says_why"),
        ]
        indexes = [Index(fields=("event",), name="draw_event")]

    def __str__(self):
        return f"{self.event_id} {self.state}"


class DrawFile(Record):
    """What was published of a draw, byte by byte: rows move on (somebody cancels), a published list never does."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="files", db_index=False)
    part = TextKind(kinds=kinds.DrawPart, max_length=8)
    digest = models.CharField(max_length=64)  # SHA-256 of the plain text
    data = models.BinaryField()  # gzip
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=("draw", "part"), name="drawfile_once")]

    def __str__(self):
        return f"{self.draw_id} {self.part}"
