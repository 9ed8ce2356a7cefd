"""An import of a roster, from the upload to its undoing. What is personal lies sealed, by chunk."""

from __future__ import annotations

from django.db import models
from django.db.models import Index, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind
from gongjia.base.secret import SealedBytesField
from gongjia.who.members import kinds, states


class RosterBatch(Record):
    """One file on its way in. `org` is the union whose officer imports it: every row lies in its subtree."""

    FLOW = states.ROSTER_FLOW

    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")
    account_id = models.UUIDField(null=True)  # who uploaded it
    mode = TextKind(kinds=kinds.RosterMode, max_length=8, default=kinds.RosterMode.CHANGES)
    # in full-list mode: the one union that the file lists completely
    whole = models.ForeignKey("orgs.Org", models.PROTECT, null=True, blank=True, related_name="+")
    state = TextKind(kinds=states.RosterState, max_length=10, default=states.RosterState.UPLOADED)
    file = models.ForeignKey("journal.Attachment", models.PROTECT, related_name="+")
    mapping = models.JSONField(default=dict)  # sheet title -> {"header_row": n, "columns": {key: position}}
    headers = models.JSONField(default=dict)  # sheet title -> the header's texts
    digest = models.CharField(max_length=64, blank=True)  # of what was previewed: exactly this runs

    uploaded_at = models.DateTimeField()
    ran_at = models.DateTimeField(null=True, blank=True)
    ran_recorded = models.DateTimeField(null=True, blank=True)  # the database's time: what came later forbids the undo
    progress_id = models.UUIDField(null=True, blank=True)

    rows = models.PositiveIntegerField(default=0)
    ok = models.PositiveIntegerField(default=0)
    to_add = models.PositiveIntegerField(default=0)
    to_change = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    warned = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            UniqueConstraint(fields=("org",), condition=Q(state="running"), name="roster_one_running"),
        ]
        indexes = [Index(fields=("org", "uploaded_at"), name="roster_org")]

    def __str__(self):
        return f"{self.file_id} {self.uploaded_at:%Y-%m-%d}"


class RosterChunk(Record):
    """Some thousand rows of a checked file. Its data and `done_at` commit together."""

    batch = models.ForeignKey(RosterBatch, models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    row_count = models.PositiveIntegerField()
    plan = SealedBytesField("roster.plan")  # sealed: what to add and change, with the keys that the rows will have
    before = SealedBytesField("roster.plan", null=True)  # sealed: what changed rows said before, for the undo
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("number",)
        constraints = [UniqueConstraint(fields=("batch", "number"), name="rosterchunk_once")]

    def __str__(self):
        return f"{self.batch_id} #{self.number}"


class RosterVerdict(Record):
    """What is wrong with one cell. `shown` is the cell as it may be printed: masked."""

    batch = models.ForeignKey(RosterBatch, models.CASCADE, related_name="verdicts", db_index=False)
    sheet = models.CharField(max_length=60, blank=True)
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=20)
    code = models.CharField(max_length=30)
    message = models.CharField(max_length=300)
    shown = models.CharField(max_length=120, blank=True)
    refuses = models.BooleanField()

    class Meta:
        indexes = [Index(fields=("batch", "refuses", "row"), name="rosterverdict_list")]

    def __str__(self):
        return f"{self.row} {self.code}"


class RosterMissing(Record):
    """A member whom a full list does not name: somebody decides, nobody leaves by silence."""

    batch = models.ForeignKey(RosterBatch, models.CASCADE, related_name="missing", db_index=False)
    membership = models.ForeignKey("members.Membership", models.PROTECT, related_name="+")
    decision = TextKind(kinds=kinds.MissingDecision, max_length=10, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [UniqueConstraint(fields=("batch", "membership"), name="rostermissing_once")]

    def __str__(self):
        return f"{self.membership_id} {self.decision}"


class RosterHeader(Record):
    """How a union's sheet was mapped last time: the same header is not asked about twice."""

    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")
    signature = models.CharField(max_length=64)  # of the header's texts
    mapping = models.JSONField()

    class Meta:
        constraints = [UniqueConstraint(fields=("org", "signature"), name="rosterheader_once")]

    def __str__(self):
        return self.signature[:8]
