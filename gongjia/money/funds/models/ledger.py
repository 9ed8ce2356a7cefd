"""What was sent to the bank, what it answered, and the ledger that follows from it."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind
from gongjia.money.funds import kinds, states


class BankLine(Record):
    """One attempt: one payment as one line of one file, under a reference that is never used again."""

    batch = models.ForeignKey("funds.Batch", models.PROTECT, related_name="lines")
    payment = models.ForeignKey("funds.Payment", models.PROTECT, related_name="lines")
    account = models.ForeignKey("funds.PayeeAccount", models.PROTECT, related_name="+")
    attempt = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=30)
    amount = models.BigIntegerField()
    state = TextKind(kinds=kinds.LineState, max_length=10, default=kinds.LineState.SENT)
    sent_on = models.DateField()
    paid_on = models.DateField(null=True, blank=True)
    returned_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=120, blank=True)
    asked_on = models.DateField(null=True, blank=True)  # when the bank was last asked about it

    class Meta:
        ordering = ("reference",)
        constraints = [
            UniqueConstraint(fields=("batch", "reference"), name="bankline_reference_once"),
            UniqueConstraint(fields=("payment", "attempt"), name="bankline_attempt_once"),
            # an obligation is on its way to the bank at most once
            UniqueConstraint(
                fields=("payment",), condition=Q(state__in=("sent", "unknown", "paid")), name="bankline_one_live"
            ),
            CheckConstraint(condition=Q(amount__gt=0), name="bankline_positive"),
        ]

    def __str__(self):
        return self.reference


class BankFile(Record):
    """A file to the bank or from it, with the hash that both ends can compare."""

    batch = models.ForeignKey("funds.Batch", models.PROTECT, related_name="files")
    direction = TextKind(kinds=kinds.Direction, max_length=4)
    state = TextKind(kinds=kinds.FileState, max_length=8, default=kinds.FileState.APPLIED)
    attachment = models.ForeignKey("journal.Attachment", models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    person = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+")
    takes = models.PositiveSmallIntegerField(default=0)  # how often a file to the bank was downloaded

    class Meta:
        ordering = ("at",)
        constraints = [
            UniqueConstraint(fields=("batch",), condition=Q(direction="out"), name="bankfile_one_out"),
            UniqueConstraint(
                fields=("batch", "sha256"), condition=Q(direction="in", state="applied"), name="bankfile_read_once"
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def org(self):
        return self.batch.org


class BankResult(Record):
    """One line of a result file as it was read, and what it will do or did."""

    file = models.ForeignKey(BankFile, models.PROTECT, related_name="results")
    position = models.PositiveIntegerField()
    line = models.ForeignKey(BankLine, models.PROTECT, null=True, blank=True, related_name="results")
    reference = models.CharField(max_length=40, blank=True)
    outcome = TextKind(kinds=kinds.Outcome, max_length=10)
    amount = models.BigIntegerField(null=True, blank=True)
    tail = models.CharField(max_length=4, blank=True)
    on = models.DateField()
    reason = models.CharField(max_length=120, blank=True)
    verdict = TextKind(kinds=kinds.Verdict, max_length=14)

    class Meta:
        ordering = ("position",)
        constraints = [UniqueConstraint(fields=("file", "position"), name="bankresult_once")]

    def __str__(self):
        return f"{self.position} {self.outcome}"


class Posting(Record):
    """One movement of money: paid, or (negative) returned in the month it returns, recovered, written off."""

    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")  # who pays
    union = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")  # the union it counts for
    payment = models.ForeignKey("funds.Payment", models.PROTECT, related_name="postings")
    line = models.ForeignKey(BankLine, models.PROTECT, null=True, blank=True, related_name="postings")
    reversal = models.OneToOneField("funds.Reversal", models.PROTECT, null=True, blank=True, related_name="posting")
    person = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+")
    type = models.CharField(max_length=40)
    kind = TextKind(kinds=kinds.PostingKind, max_length=12)
    on = models.DateField()
    gross = models.BigIntegerField()
    tax = models.BigIntegerField()
    net = models.BigIntegerField()
    reason = models.CharField(max_length=120, blank=True)
    voucher_no = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("on", "id")
        constraints = [
            UniqueConstraint(fields=("line", "kind"), condition=Q(line__isnull=False), name="posting_once"),
            CheckConstraint(
                condition=Q(kind="paid", gross__gt=0) | (~Q(kind="paid") & Q(gross__lt=0)), name="posting_sign"
            ),
            CheckConstraint(condition=Q(net=F("gross") - F("tax")), name="posting_sums"),
            CheckConstraint(
                condition=Q(line__isnull=False, reversal__isnull=True) | Q(line__isnull=True, reversal__isnull=False),
                name="posting_has_cause",
            ),
        ]
        indexes = [Index(fields=("org", "on"), name="posting_org"), Index(fields=("type", "on"), name="posting_type")]

    def __str__(self):
        return f"{self.kind} {self.on} {self.net}"


class Reversal(Record):
    """追回 or 冲销 of a paid sum: asked by one person, confirmed by another."""

    FLOW = states.REVERSAL_FLOW

    payment = models.ForeignKey("funds.Payment", models.PROTECT, related_name="reversals")
    kind = TextKind(kinds=kinds.ReversalKind, max_length=12)
    state = TextKind(kinds=states.ReversalState, max_length=10, default=states.REVERSAL_FLOW.initial)
    amount = models.BigIntegerField()  # of what was paid out
    why = models.CharField(max_length=200)
    document_no = models.CharField(max_length=60, blank=True)
    asked_by = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+")
    asked_on = models.DateField()
    confirmed_by = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+")
    on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("asked_on", "id")
        constraints = [
            CheckConstraint(condition=Q(amount__gt=0), name="reversal_positive"),
            CheckConstraint(
                condition=Q(asked_by__isnull=True) | ~Q(asked_by=F("confirmed_by")), name="reversal_two_persons"
            ),
            CheckConstraint(
                condition=~Q(state="confirmed")
                | Q(confirmed_by__isnull=False, asked_by__isnull=False, on__isnull=False),
                name="reversal_confirmed_by_two",
            ),
            UniqueConstraint(fields=("payment",), condition=Q(state="asked"), name="reversal_one_open"),
        ]

    def __str__(self):
        return f"{self.kind} {self.amount}"

    @property
    def org(self):
        return self.payment.org
