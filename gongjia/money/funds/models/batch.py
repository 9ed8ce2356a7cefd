"""A batch, who stands behind it, and the payments in it."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind
from gongjia.money.funds import kinds, registry, states


class Batch(Record):
    """What goes to the bank in one file. The database itself keeps its signers apart."""

    FLOW = states.BATCH_FLOW

    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")
    number = models.CharField(max_length=20)
    title = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField()
    layout = TextKind(kinds=registry.layout_labels, max_length=20)
    item = models.CharField(max_length=10)
    document_no = models.CharField(max_length=60, blank=True)  # 指标文号
    state = TextKind(kinds=states.BatchState, max_length=10, default=states.BATCH_FLOW.initial)

    digest = models.CharField(max_length=64, blank=True)  # of the rows as the maker signed them
    count = models.PositiveIntegerField(default=0)
    gross = models.BigIntegerField(default=0)
    tax = models.BigIntegerField(default=0)
    net = models.BigIntegerField(default=0)
    needs_approval = models.BooleanField(default=False)
    approval_why = models.CharField(max_length=200, blank=True)

    opened_by = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField()
    maker = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(null=True, blank=True)
    checker = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    approver = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    lapsed_why = models.CharField(max_length=200, blank=True)  # why its signatures were voided, until it is made anew

    class Meta:
        ordering = ("-opened_at",)
        constraints = [
            UniqueConstraint(fields=("org", "number"), name="batch_number_once"),
            CheckConstraint(condition=Q(maker__isnull=True) | ~Q(maker=F("checker")), name="batch_maker_not_checker"),
            CheckConstraint(condition=Q(maker__isnull=True) | ~Q(maker=F("approver")), name="batch_maker_not_approver"),
            CheckConstraint(
                condition=Q(checker__isnull=True) | ~Q(checker=F("approver")), name="batch_checker_not_approver"
            ),
            # null compares with nothing: that there are two is said apart from that they differ
            CheckConstraint(
                condition=~Q(state__in=("checked", "approved", "sent", "settled"))
                | Q(maker__isnull=False, checker__isnull=False),
                name="batch_two_persons",
            ),
            CheckConstraint(
                condition=~Q(state__in=("approved", "sent", "settled"))
                | Q(needs_approval=False)
                | Q(approver__isnull=False),
                name="batch_three_above_limit",
            ),
            CheckConstraint(
                condition=Q(state__in=("draft", "void")) | (~Q(digest="") & Q(maker__isnull=False)),
                name="batch_signed_has_digest",
            ),
            CheckConstraint(condition=Q(net=F("gross") - F("tax")), name="batch_sums"),
        ]
        indexes = [Index(fields=("org", "state", "-opened_at"), name="batch_state")]

    def __str__(self):
        return self.number


class Approval(Record):
    """One signature under one digest. A voided one stays, and no longer counts."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="approvals")
    step = TextKind(kinds=kinds.Step, max_length=8)
    person = models.ForeignKey("members.Person", models.PROTECT, related_name="+")
    account = models.UUIDField(null=True)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    live = models.BooleanField(default=True)

    class Meta:
        ordering = ("at",)
        constraints = [
            UniqueConstraint(fields=("batch", "person"), condition=Q(live=True), name="approval_once_per_person"),
            UniqueConstraint(fields=("batch", "step"), condition=Q(live=True), name="approval_once_per_step"),
        ]

    def __str__(self):
        return f"{self.step} {self.at:%Y-%m-%d}"


class Payment(Record):
    """One obligation: one instalment of one award. It has one row for ever, however often the bank sends it back."""

    FLOW = states.PAYMENT_FLOW

    key = models.CharField(max_length=60, unique=True)
    award = models.ForeignKey("programmes.Award", models.PROTECT, related_name="+", db_index=False)
    instalment = models.PositiveSmallIntegerField(default=1)
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")  # who pays
    union = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")  # the union it counts for
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, blank=True, related_name="payments")
    attempt = models.PositiveSmallIntegerField(default=1)
    state = TextKind(kinds=states.PaymentState, max_length=10, default=states.PAYMENT_FLOW.initial)

    round = models.ForeignKey("programmes.Round", models.PROTECT, null=True, blank=True, related_name="+")
    type = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    year = models.PositiveSmallIntegerField()
    person = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+")
    for_org = models.ForeignKey("orgs.Org", models.PROTECT, null=True, blank=True, related_name="+")
    household = models.ForeignKey(
        "households.HouseholdFile", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    account = models.ForeignKey("funds.PayeeAccount", models.PROTECT, null=True, blank=True, related_name="+")

    item = models.CharField(max_length=10)
    document_no = models.CharField(max_length=60, blank=True)
    gross = models.BigIntegerField()  # 应发
    tax = models.BigIntegerField(default=0)  # 代扣个税
    net = models.BigIntegerField()  # 实发
    tax_rule = models.CharField(max_length=60, blank=True)  # key of the row of the tax table

    planned_at = models.DateTimeField()
    sent_on = models.DateField(null=True, blank=True)
    paid_on = models.DateField(null=True, blank=True)
    returned_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=120, blank=True)  # of the last return, in the bank's words

    class Meta:
        constraints = [
            UniqueConstraint(fields=("award", "instalment"), name="payment_once"),
            CheckConstraint(condition=Q(gross__gt=0, tax__gte=0, net__gte=0), name="payment_positive"),
            CheckConstraint(condition=Q(net=F("gross") - F("tax")), name="payment_sums"),
            CheckConstraint(
                condition=~Q(state__in=("planned", "sent", "unknown", "paid")) | Q(batch__isnull=False),
                name="payment_in_a_batch",
            ),
            CheckConstraint(
                condition=~Q(state__in=("sent", "unknown", "paid")) | Q(account__isnull=False),
                name="payment_sent_has_account",
            ),
            CheckConstraint(condition=~Q(state="paid") | Q(paid_on__isnull=False), name="payment_paid_has_day"),
            CheckConstraint(
                condition=~Q(state="returned") | Q(returned_on__isnull=False), name="payment_returned_has_day"
            ),
        ]
        indexes = [
            Index(fields=("person", "year"), name="payment_person"),
            Index(fields=("household", "year"), condition=Q(household__isnull=False), name="payment_household"),
            Index(fields=("type", "year"), name="payment_type"),
            Index(fields=("org", "state"), name="payment_state"),
        ]

    def __str__(self):
        return self.key


class PaymentShare(Record):
    """The part of a payment that one earmark carries (shares between levels)."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="shares")
    earmark = models.ForeignKey("funds.Earmark", models.PROTECT, related_name="shares")
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=("payment", "earmark"), name="share_once"),
            CheckConstraint(condition=Q(amount__gt=0), name="share_positive"),
        ]

    def __str__(self):
        return f"{self.amount}"
