"""Notices, the few things they show of each person, and objections.

`Notice.org` is the union that answers for it. A line never holds more than a masked name, the unit and what
it is about: the fixed minimal set (个人信息保护法 6、25).
"""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind
from gongjia.base.secret import SealedField
from gongjia.work.publish import kinds, states


class Notice(Record):
    """One public notice (公示): drafted, posted for some days, ended or taken down."""

    FLOW = states.NOTICE_FLOW

    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="notices")
    title = models.CharField(max_length=120)
    body = models.TextField()
    place = TextKind(kinds=kinds.Place, max_length=8)
    sensitive = models.BooleanField(default=False)
    ground = models.CharField(max_length=120, blank=True)  # by what rule or consent it is made public
    days = models.PositiveSmallIntegerField()
    day_unit = TextKind(kinds=kinds.DayUnit, max_length=8, default=kinds.DayUnit.WORKDAY.value)
    starts_on = models.DateField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)  # exclusive
    phone = models.CharField(max_length=40, blank=True)  # 受理电话: a duty number, meant to be public
    document_no = models.CharField(max_length=60, blank=True)
    state = TextKind(kinds=states.NoticeState, max_length=12, default=states.NOTICE_FLOW.initial)
    poster = models.ForeignKey("journal.Attachment", models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    taken_down_at = models.DateTimeField(null=True, blank=True)
    why_down = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-made_at", "-id")
        constraints = [
            # what is sensitive hangs inside the unit and nowhere else, whoever writes the row
            CheckConstraint(condition=Q(sensitive=False) | Q(place="unit"), name="notice_sensitive_inside"),
            CheckConstraint(
                condition=Q(state__in=("draft", "taken_down")) | Q(starts_on__isnull=False, ends_at__isnull=False),
                name="notice_posted_has_days",
            ),
            CheckConstraint(condition=Q(days__gte=1), name="notice_some_days"),
        ]
        indexes = [
            Index(fields=("org", "-made_at"), name="notice_org"),
            Index(fields=("ends_at",), condition=Q(state="posted"), name="notice_posted_until"),
        ]

    def __str__(self):
        return self.title


class NoticeLine(Record):
    """What a notice shows of one person or union. `ref` is the key of the application: who asks knows whose it is."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="lines")
    ref = models.UUIDField()
    position = models.PositiveIntegerField()
    name_shown = models.CharField(max_length=120)
    unit_shown = models.CharField(max_length=120, blank=True)
    item_shown = models.CharField(max_length=100, blank=True)
    standing = TextKind(kinds=kinds.Standing, max_length=8, default=kinds.Standing.LISTED.value)

    class Meta:
        ordering = ("position",)
        constraints = [
            UniqueConstraint(fields=("notice", "position"), name="noticeline_position_once"),
            UniqueConstraint(fields=("notice", "ref"), name="noticeline_ref_once"),
        ]
        indexes = [Index(fields=("ref",), name="noticeline_ref")]

    def __str__(self):
        return f"{self.position} {self.name_shown}"


class Objection(Record):
    """What somebody said against a notice, with a name or without one. Its words are for those who answer it."""

    FLOW = states.OBJECTION_FLOW

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="objections")
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")  # the notice's
    line = models.ForeignKey(NoticeLine, models.PROTECT, null=True, blank=True, related_name="objections")
    text = SealedField(label="objection.text", mask="text")
    contact = SealedField(label="objection.contact", mask="text", null=True)
    account = models.ForeignKey("accounts.Account", models.PROTECT, null=True, blank=True, related_name="+")
    number = models.CharField(max_length=12, unique=True)  # told to whoever objected, to ask for the answer by
    received_at = models.DateTimeField()
    state = TextKind(kinds=states.ObjectionState, max_length=12, default=states.OBJECTION_FLOW.initial)
    answer = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ("-received_at", "-id")
        constraints = [CheckConstraint(condition=Q(state="open") | ~Q(answer=""), name="objection_settled_has_answer")]
        indexes = [Index(fields=("notice", "state"), name="objection_notice")]

    def __str__(self):
        return self.number
