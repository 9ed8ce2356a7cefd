"""The journal: entries chained per stream, their payload apart, the records they speak of.

An entry holds no personal value: names, notes and facts lie in `EntryPayload`, which can be
shredded while the chain still verifies (it binds only the payload's digest).
"""

from __future__ import annotations

from django.db import models

from gongjia.base.models import Record


class StreamHead(models.Model):
    """The last link of a stream: locked last, in order of name, by whoever adds to it."""

    stream = models.CharField(max_length=60, primary_key=True)
    seq = models.BigIntegerField(default=0)
    mac = models.BinaryField(default=b"")
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.stream} #{self.seq}"


class Entry(Record):
    """One act. Append-only for the application's role; chained by HMAC with a key outside the database."""

    stream = models.CharField(max_length=60)
    seq = models.BigIntegerField()
    at = models.DateTimeField()  # business time
    recorded = models.DateTimeField()  # the database's time
    action = models.CharField(max_length=60)
    actor_account = models.UUIDField(null=True)
    actor_person = models.UUIDField(null=True)
    org_id = models.UUIDField(null=True)
    subject_count = models.PositiveIntegerField(default=0)
    subjects_digest = models.BinaryField()
    payload_digest = models.BinaryField()
    cause_id = models.UUIDField(null=True)
    prev = models.BinaryField()
    mac = models.BinaryField()  # carries its key's version

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="entry_stream_seq")]
        indexes = [
            models.Index(fields=["org_id", "recorded"], name="entry_org_recorded"),
            models.Index(fields=["actor_account", "recorded"], name="entry_actor_recorded"),
            models.Index(fields=["action", "recorded"], name="entry_action_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.stream} #{self.seq} {self.action}"


class EntryPayload(models.Model):
    """What the entry says in words and facts; `shredded_at` marks that it was destroyed on purpose."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="payload")
    actor_label = models.CharField(max_length=120, blank=True)
    note = models.TextField(blank=True)
    body = models.JSONField(default=dict)
    shredded_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"payload of {self.entry_id}"


class EntrySubject(models.Model):
    """A record that an entry speaks of: its own timeline stays whole, also after a bulk act."""

    pk = models.CompositePrimaryKey("subject_id", "entry_id")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="subjects", db_index=False)
    label = models.CharField(max_length=60)
    subject_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["entry"], name="entrysubject_entry")]

    def __str__(self) -> str:
        return f"{self.label} {self.subject_id}"


class Attachment(Record):
    """A file that proves something. Its bytes lie encrypted under GONGJIA_HOME/files."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=100)  # media type found by content
    size = models.PositiveBigIntegerField()  # bytes of the plain file
    sha256 = models.CharField(max_length=64)  # of the plain file
    key_version = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()
    created_by = models.UUIDField(null=True)
    org_id = models.UUIDField(null=True)

    def __str__(self) -> str:
        return self.name
