"""At the door: the pack on a phone, what it scanned, who was there, and what they are given for it."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind
from gongjia.work.events import kinds
from gongjia.work.events.models.event import Event, Session
from gongjia.work.events.models.sign_up import SignUp


class DoorPack(Record):
    """What an officer's phone may keep for an hour: ticket hashes and a public key, no names."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, models.PROTECT, related_name="packs")
    issued_to = models.ForeignKey("accounts.Account", models.PROTECT, related_name="+", db_index=False)
    device = models.CharField(max_length=64, blank=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    count = models.PositiveIntegerField(default=0)
    synced_at = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return f"{self.session_id} {self.issued_at}"


class Scan(Record):
    """A raw scan as it came in; what is wrong with it is named."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="+", db_index=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="scans", db_index=False)
    pack = models.ForeignKey(DoorPack, models.PROTECT, null=True, blank=True, related_name="scans", db_index=False)
    sign_up = models.ForeignKey(SignUp, models.PROTECT, null=True, blank=True, related_name="scans", db_index=False)
    ticket = models.CharField(max_length=64)  # digest
    device = models.CharField(max_length=64, blank=True)
    by = models.UUIDField(null=True, blank=True)  # account
    at = models.DateTimeField()  # as the phone says, kept within the pack's hour
    came_at = models.DateTimeField()  # when it reached us
    verdict = TextKind(kinds=kinds.ScanVerdict, max_length=10)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [UniqueConstraint(fields=("session", "ticket", "device", "at"), name="scan_once")]
        indexes = [
            Index(fields=("session", "came_at"), name="scan_session"),
            Index(fields=("sign_up",), name="scan_sign_up"),
        ]

    def __str__(self):
        return f"{self.ticket[:8]} {self.at}"


class Attendance(Record):
    """Who was at a session. `minutes` are what counts for them; volunteer and training hours are sums of these."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="attendance", db_index=False)
    sign_up = models.ForeignKey(SignUp, models.PROTECT, related_name="attendance", db_index=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="attendance", db_index=False)
    person = models.ForeignKey("members.Person", models.PROTECT, related_name="+", db_index=False)
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+", db_index=False)  # of the sign-up
    standing = TextKind(kinds=kinds.Standing, max_length=8)
    on = models.DateField()  # the session's day
    at = models.DateTimeField(null=True, blank=True)
    how = TextKind(kinds=kinds.MarkedBy, max_length=8)
    by = models.UUIDField(null=True, blank=True)  # account
    minutes = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=("sign_up", "session"), name="attendance_once"),
            CheckConstraint(
                condition=Q(standing__in=("present", "late")) | Q(minutes=0), name="attendance_absent_has_no_minutes"
            ),
        ]
        indexes = [
            Index(fields=("session", "standing"), name="attendance_session"),
            Index(fields=("person", "on"), name="attendance_person"),
            Index(fields=("event", "standing"), name="attendance_event"),
            Index(fields=("org", "on"), name="attendance_org"),
        ]

    def __str__(self):
        return f"{self.sign_up_id} {self.standing}"


class Certificate(Record):
    """A training certificate: a human number that anybody may verify."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="certificates")
    sign_up = models.OneToOneField(SignUp, models.PROTECT, related_name="certificate")
    person = models.ForeignKey("members.Person", models.PROTECT, related_name="+")
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+", db_index=False)  # who issues it
    serial = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    minutes = models.PositiveIntegerField(default=0)
    issued_on = models.DateField()
    revoked_on = models.DateField(null=True, blank=True)
    revoked_why = models.CharField(max_length=200, blank=True)

    def __str__(self):
        return self.serial
