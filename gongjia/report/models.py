"""Rows of the report. A number is stored only where it was entered by hand, frozen, aimed at, or kept for speed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind
from gongjia.report import kinds, states


class HandEntry(Record):
    """One union's number of one figure for one span, entered by an officer with a piece of evidence.

    Never changed and never deleted: a wrong one is reversed with its own date and entered anew.
    """

    FLOW = states.HAND_FLOW

    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")
    figure = models.CharField(max_length=60)  # key of the catalogue
    start = models.DateField()
    end = models.DateField()  # exclusive
    value = models.BigIntegerField()  # in the figure's unit; fen for money
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    officer_name = models.CharField(max_length=60)
    attachment = models.ForeignKey("journal.Attachment", models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    entered_at = models.DateTimeField()
    batch = models.UUIDField(null=True, blank=True)  # entries that came in with one sheet
    state = TextKind(kinds=states.HandState, max_length=10, default=states.HAND_FLOW.initial)
    reversed_on = models.DateField(null=True, blank=True)
    reversed_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("org__path", "figure", "start")
        constraints = [
            CheckConstraint(condition=Q(end__gt=F("start")), name="handentry_order"),
            CheckConstraint(condition=Q(value__gte=0), name="handentry_not_negative"),
            CheckConstraint(
                condition=Q(state="standing", reversed_on__isnull=True)
                | (Q(state="reversed", reversed_on__isnull=False) & ~Q(reversed_why="")),
                name="handentry_reversed_has_day",
            ),
            UniqueConstraint(
                fields=("figure", "org", "start", "end"), condition=Q(state="standing"), name="handentry_once"
            ),
        ]
        indexes = [Index(fields=("figure", "end", "org"), condition=Q(state="standing"), name="handentry_standing")]

    def __str__(self):
        return f"{self.figure} {self.value}"


class Target(Record):
    """What a union aims at in a year."""

    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")
    figure = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    value = models.BigIntegerField()  # in the figure's unit; fen for money; tenths of a percent for a ratio
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("year", "figure")
        constraints = [
            UniqueConstraint(fields=("org", "figure", "year"), name="target_once"),
            CheckConstraint(condition=Q(value__gt=0), name="target_positive"),
        ]

    def __str__(self):
        return f"{self.figure} {self.year}: {self.value}"


class Wording(Record):
    """An area's words as this federation keeps them; without a row the shipped ones hold. The newest counts."""

    area = models.PositiveSmallIntegerField()
    text = models.TextField()
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ("area", "-saved_at")

    def __str__(self):
        return f"{kinds.AREAS[self.area].label} {self.saved_at:%Y-%m-%d}"


class Report(Record):
    """A work report: of one union, one period, read out on its cut-off day."""

    FLOW = states.REPORT_FLOW

    key = models.CharField(max_length=40)  # "2018H1"
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")
    start = models.DateField()
    end = models.DateField()  # exclusive
    cutoff = models.DateField()
    title = models.CharField(max_length=120)
    preface = models.TextField(blank=True)
    signature = models.CharField(max_length=120, blank=True)  # who issues it; empty: the union's name of that day
    red_head = models.BooleanField(default=False)
    document_no = models.CharField(max_length=60, blank=True)
    state = TextKind(kinds=states.ReportState, max_length=10, default=states.REPORT_FLOW.initial)
    opened_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-start", "key")
        constraints = [
            UniqueConstraint(fields=("org", "key"), name="report_key_once"),
            CheckConstraint(condition=Q(end__gt=F("start")), name="report_order"),
            CheckConstraint(condition=Q(cutoff__gte=F("start")), name="report_cutoff_after_start"),
            CheckConstraint(
                condition=Q(state="draft", frozen_at__isnull=True) | Q(state="frozen", frozen_at__isnull=False),
                name="report_frozen_has_time",
            ),
        ]

    def __str__(self):
        return self.title


class Section(Record):
    """One area of a report: its words, who writes it by when, and whether they signed."""

    FLOW = states.SECTION_FLOW

    report = models.ForeignKey(Report, models.PROTECT, related_name="sections")
    area = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=40)  # whose post writes and signs it
    department = models.CharField(max_length=40)
    due_on = models.DateField()
    text = models.TextField()
    state = TextKind(kinds=states.SectionState, max_length=10, default=states.SECTION_FLOW.initial)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("area",)
        constraints = [
            UniqueConstraint(fields=("report", "area"), name="section_once"),
            CheckConstraint(
                condition=Q(state="writing", signed_at__isnull=True) | Q(state="signed", signed_at__isnull=False),
                name="section_signed_has_time",
            ),
        ]

    def __str__(self):
        return f"{self.report_id} {self.area}"

    @property
    def org(self):
        return self.report.org


class EvidenceLine(Record):
    """Proof of a line of words that carries no figure. Bound to the words: when they change it must be looked at again."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="evidence")
    line_digest = models.CharField(max_length=64)
    line = models.TextField()
    attachments = models.ManyToManyField("journal.Attachment", related_name="+")
    note = models.CharField(max_length=200, blank=True)
    attached_at = models.DateTimeField()
    attached_by = models.CharField(max_length=120)
    removed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("attached_at",)
        constraints = [
            UniqueConstraint(
                fields=("section", "line_digest"), condition=Q(removed_on__isnull=True), name="evidenceline_once"
            )
        ]

    def __str__(self):
        return self.line[:40]


class Line(Record):
    """A frozen figure: the value, and which records made it up."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="lines")
    figure = models.CharField(max_length=60)
    label = models.CharField(max_length=60)
    unit = models.CharField(max_length=12)
    value = models.BigIntegerField(null=True)  # as in Target
    rows = models.PositiveIntegerField()
    source = TextKind(kinds=kinds.Source, max_length=8)
    hand_share = models.PositiveSmallIntegerField(default=0)  # thousandths
    target = models.BigIntegerField(null=True)
    reached = models.BigIntegerField(null=True)  # of the target, in the year so far
    compared = models.BigIntegerField(null=True)  # 同比: the value a year before
    records = models.BinaryField()  # see freeze.pack
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [UniqueConstraint(fields=("report", "figure"), name="line_once")]

    def __str__(self):
        return f"{self.figure} {self.value}"


class Summary(Record):
    """A figure of a union kept for the dashboard: what a recount gave at `counted_at`."""

    org = models.ForeignKey("orgs.Org", models.CASCADE, related_name="+")
    figure = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    day = models.DateField()  # the day counted up to
    value = models.BigIntegerField(null=True)
    rows = models.PositiveIntegerField(default=0)
    hand = models.BigIntegerField(default=0)
    hand_rows = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=("org", "year", "figure"), name="summary_once")]

    def __str__(self):
        return f"{self.figure} {self.value}"
