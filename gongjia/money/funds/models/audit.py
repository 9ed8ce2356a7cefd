"""The auditor's own rows: samples that can be drawn again, and queries to the departments."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind
from gongjia.money.funds import kinds, states


class Sample(Record):
    """A sample of paid payments. Seed, span and digest of the population make it reproducible."""

    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    seed = models.CharField(max_length=40)
    method = TextKind(kinds=kinds.SampleMethod, max_length=12)
    stratum = TextKind(kinds=kinds.Stratum, max_length=8, blank=True)
    since = models.DateField()
    until = models.DateField()
    type = models.CharField(max_length=40, blank=True)
    size = models.PositiveIntegerField()
    population = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-drawn_at",)
        constraints = [CheckConstraint(condition=Q(until__gt=F("since")), name="sample_order")]

    def __str__(self):
        return self.title


class SampleItem(Record):
    """A payment drawn, and what the auditor found."""

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="items")
    position = models.PositiveIntegerField()
    payment = models.ForeignKey("funds.Payment", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("position",)
        constraints = [
            UniqueConstraint(fields=("sample", "position"), name="sampleitem_position"),
            UniqueConstraint(fields=("sample", "payment"), name="sampleitem_once"),
        ]

    def __str__(self):
        return f"{self.position}"


class Doubt(Record):
    """疑点单: what an auditor asks of a department, by when, and what was answered."""

    FLOW = states.DOUBT_FLOW

    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")
    department = models.CharField(max_length=40)  # key of the role that answers
    payment = models.ForeignKey("funds.Payment", models.PROTECT, null=True, blank=True, related_name="+")
    sample = models.ForeignKey(Sample, models.PROTECT, null=True, blank=True, related_name="doubts")
    number = models.CharField(max_length=20)
    title = models.CharField(max_length=80)
    words = models.TextField(max_length=2000)
    state = TextKind(kinds=states.DoubtState, max_length=10, default=states.DOUBT_FLOW.initial)
    raised_on = models.DateField()
    raised_by = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField()
    answer = models.TextField(max_length=2000, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+")
    paper = models.ForeignKey("journal.Attachment", models.PROTECT, null=True, blank=True, related_name="+")
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("-raised_on", "-number")
        constraints = [
            UniqueConstraint(fields=("org", "number"), name="doubt_number_once"),
            CheckConstraint(
                condition=Q(raised_by__isnull=True) | ~Q(raised_by=F("answered_by")), name="doubt_two_persons"
            ),
            CheckConstraint(condition=~Q(state="answered") | Q(answered_on__isnull=False), name="doubt_answer_has_day"),
        ]
        indexes = [Index(fields=("org", "state", "due_on"), name="doubt_open")]

    def __str__(self):
        return self.number
