"""What proves a file: visits to the home, checks with other offices, yearly verifications."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind
from gongjia.base.secret import SealedField
from gongjia.work.households import kinds, states
from gongjia.work.households.models.file import HouseholdFile


class Visit(Record):
    """入户核查: two officers and a photo."""

    file = models.ForeignKey(HouseholdFile, models.PROTECT, related_name="visits")
    on = models.DateField()
    first = models.ForeignKey("members.Person", models.PROTECT, related_name="+")
    second = models.ForeignKey("members.Person", models.PROTECT, related_name="+")
    photo = models.ForeignKey("journal.Attachment", models.PROTECT, related_name="+")
    note = SealedField(label="household.visit", mask="text", null=True)
    agrees = models.BooleanField(default=True)  # what was seen agrees with what was told
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ("-on", "-id")
        constraints = [CheckConstraint(condition=~Q(first=F("second")), name="visit_two_officers")]
        indexes = [Index(fields=("file", "-on"), name="visit_file")]

    def __str__(self):
        return f"{self.on}"


class CheckRequest(Record):
    """核对请求: what was asked of another office, by when it should answer, what it said."""

    FLOW = states.CHECK_FLOW

    file = models.ForeignKey(HouseholdFile, models.PROTECT, related_name="checks")
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")  # the file's
    to = TextKind(kinds=kinds.CheckWith, max_length=10)
    document_no = models.CharField(max_length=60, blank=True)
    sent_on = models.DateField()
    due_on = models.DateField()
    sent_by = models.CharField(max_length=80)
    state = TextKind(kinds=states.CheckState, max_length=10, default=states.CHECK_FLOW.initial)
    answered_on = models.DateField(null=True, blank=True)
    result = TextKind(kinds=kinds.CheckResult, max_length=10, blank=True)
    found = SealedField(label="household.check", mask="text", null=True)
    paper = models.ForeignKey("journal.Attachment", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-sent_on", "-id")
        constraints = [
            CheckConstraint(
                condition=~Q(state="answered") | (Q(answered_on__isnull=False) & ~Q(result="")),
                name="check_answered_has_result",
            ),
            UniqueConstraint(fields=("file", "to"), condition=Q(state="sent"), name="check_open_once"),
        ]
        indexes = [Index(fields=("file", "state"), name="check_file")]

    def __str__(self):
        return self.to_label


class Verification(Record):
    """年度复核: what was found in one year."""

    file = models.ForeignKey(HouseholdFile, models.PROTECT, related_name="verifications")
    year = models.PositiveSmallIntegerField()
    verdict = TextKind(kinds=kinds.Verdict, max_length=10)
    category = TextKind(kinds=kinds.Category, max_length=10, blank=True)
    on = models.DateField()
    by = models.CharField(max_length=80)
    computed = SealedField(label="household.verified", mask="text", null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-year",)
        constraints = [UniqueConstraint(fields=("file", "year"), name="verification_once")]

    def __str__(self):
        return f"{self.year} {self.verdict_label}"
