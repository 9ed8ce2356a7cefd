"""What somebody applies for, what desks said of it, and the appeal against a decline."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind
from gongjia.base.secret import SealedField
from gongjia.work.programmes import kinds, states
from gongjia.work.programmes.models.round import Round, _types


class Application(Record):
    """One application. `org` is the union that counts; `scope_org` the lowest one whose officers may see it.

    Which desk it lies at is in the `desk_*` columns; the whole way, as it was when submitted, in `route`.
    Answers to sensitive fields are never in `answers`, only sealed in `answers_sealed` (JSON).
    """

    FLOW = states.APPLICATION_FLOW

    number = models.CharField(max_length=30, blank=True)  # 2018-ZX-000123; "" while a draft
    round = models.ForeignKey(Round, models.PROTECT, related_name="applications", db_index=False)
    type = TextKind(kinds=_types, max_length=40)
    subject = TextKind(kinds=kinds.Subject, max_length=10)
    person = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="applications")
    account = models.ForeignKey(
        "accounts.Account", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    applicant_name = models.CharField(max_length=120)
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="applications", db_index=False)
    scope_org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+", db_index=False)
    for_org = models.ForeignKey("orgs.Org", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    household = models.ForeignKey(
        "households.HouseholdFile", models.PROTECT, null=True, blank=True, related_name="applications", db_index=False
    )
    contest_result = models.ForeignKey(
        "events.Result", models.PROTECT, null=True, blank=True, related_name="applications", db_index=False
    )
    sensitive = models.BooleanField(default=False)
    claim_key = models.CharField(max_length=120, blank=True)  # what may be claimed once: see rules.claims

    state = TextKind(kinds=states.ApplicationState, max_length=12, default=states.APPLICATION_FLOW.initial)
    stage = models.PositiveSmallIntegerField(default=1)  # how far the form has been asked
    answers = models.JSONField(default=dict, blank=True)
    answers_sealed = SealedField(label="application.answers", mask="text", null=True)
    saved_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=0)  # of the draft: two open pages do not overwrite one another

    submitted_at = models.DateTimeField(null=True, blank=True)
    route = models.JSONField(default=list, blank=True)  # [{"no","org","name","label","role","days","unit","stage"}]
    desk_no = models.PositiveSmallIntegerField(default=0)  # 0: at no desk
    desk_org = models.ForeignKey("orgs.Org", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    desk_role = models.CharField(max_length=60, blank=True)
    desk_since = models.DateField(null=True, blank=True)
    desk_due = models.DateField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    ready = models.BooleanField(default=False)  # every desk has passed it: waits for the decision
    missing = models.TextField(blank=True)  # what the last return asked for
    outcome = models.CharField(max_length=300, blank=True)  # why it was declined, withdrawn, revoked

    counter = models.BooleanField(default=False)  # 代办: entered by an officer for somebody
    happened_on = models.DateField(null=True, blank=True)  # the day it was handed in on paper
    entered_by = models.ForeignKey(
        "members.Person", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    tier = models.CharField(max_length=40, blank=True)
    amount = models.BigIntegerField(default=0)  # fen, as proposed
    amount_set = models.BooleanField(default=False)  # the meeting set it: it is not computed again
    score = models.DecimalField(max_digits=9, decimal_places=4, null=True, blank=True)
    rank = models.PositiveIntegerField(null=True, blank=True)
    tied = models.BooleanField(default=False)
    decision = models.ForeignKey(
        "programmes.Decision", models.PROTECT, null=True, blank=True, related_name="applications", db_index=False
    )
    decided_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=("number",), condition=~Q(number=""), name="application_number_once"),
            UniqueConstraint(
                fields=("claim_key",),
                condition=~Q(claim_key="") & Q(state__in=states.LIVE),
                name="application_claim_once",
            ),
            CheckConstraint(
                condition=Q(subject="person", person__isnull=False, for_org__isnull=True)
                | Q(subject="org", for_org__isnull=False)
                | Q(subject="household", household__isnull=False)
                | Q(subject="result", contest_result__isnull=False, person__isnull=False)
                | Q(subject="newcomer"),
                name="application_has_subject",
            ),
            CheckConstraint(
                condition=Q(state="in_review", desk_no__gt=0, ready=False)
                | Q(state="in_review", ready=True)
                | ~Q(state="in_review"),
                name="application_lies_somewhere",
            ),
            CheckConstraint(
                condition=Q(state="draft") | Q(state="withdrawn") | (~Q(number="") & Q(submitted_at__isnull=False)),
                name="application_submitted_has_number",
            ),
            CheckConstraint(
                condition=Q(counter=False) | (Q(happened_on__isnull=False) & Q(entered_by__isnull=False)),
                name="application_counter_has_day",
            ),
            CheckConstraint(condition=Q(amount__gte=0), name="application_amount"),
        ]
        indexes = [
            # a desk's list, oldest first, at any depth of paging
            Index(
                fields=("desk_org", "round", "submitted_at", "id"),
                condition=Q(state="in_review", ready=False),
                name="application_desk",
            ),
            Index(fields=("round", "state", "submitted_at", "id"), name="application_round"),
            Index(fields=("org", "state"), name="application_org"),
            Index(fields=("scope_org", "submitted_at"), name="application_scope"),
            Index(fields=("account",), condition=Q(account__isnull=False), name="application_account"),
            Index(fields=("saved_at",), condition=Q(state="draft"), name="application_drafts"),
            Index(fields=("desk_due",), condition=Q(state="in_review", ready=False), name="application_due"),
            Index(fields=("type", "submitted_at"), name="application_type"),
            # most have none of these: no entry is written for them when ten thousand are ranked or passed at once
            Index(fields=("decision",), condition=Q(decision__isnull=False), name="application_decision"),
            Index(fields=("for_org",), condition=Q(for_org__isnull=False), name="application_for_org"),
            Index(fields=("household",), condition=Q(household__isnull=False), name="application_household"),
            Index(fields=("contest_result",), condition=Q(contest_result__isnull=False), name="application_result"),
        ]

    def __str__(self):
        return self.number or f"draft {self.pk}"


class Review(Record):
    """What one desk said at one time. A desk that sees it again leaves another row."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="reviews", db_index=False)
    desk = models.PositiveSmallIntegerField()
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+", db_index=False)
    verdict = TextKind(kinds=kinds.Verdict, max_length=8)
    reason = models.CharField(max_length=500, blank=True)
    score = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    by = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    by_name = models.CharField(max_length=120)
    on = models.DateField()
    days_over = models.PositiveSmallIntegerField(default=0)  # days past its due date, in the desk's own unit
    from_above = models.BooleanField(default=False)  # an officer of a higher union stood in

    class Meta:
        ordering = ("on", "id")
        indexes = [
            Index(fields=("application", "on"), name="review_application"),
            Index(fields=("org", "on"), name="review_org"),
        ]

    def __str__(self):
        return f"{self.desk} {self.verdict}"


class Appeal(Record):
    """A request to look again at a decline."""

    FLOW = states.APPEAL_FLOW

    application = models.ForeignKey(Application, models.PROTECT, related_name="appeals")
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+", db_index=False)  # whose turn: the round's
    text = SealedField(label="appeal.text", mask="text")
    filed_on = models.DateField()
    state = TextKind(kinds=states.AppealState, max_length=10, default=states.APPEAL_FLOW.initial)
    answer = models.CharField(max_length=300, blank=True)
    settled_on = models.DateField(null=True, blank=True)
    settled_by = models.ForeignKey(
        "members.Person", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            UniqueConstraint(fields=("application",), condition=Q(state="open"), name="appeal_one_open"),
            CheckConstraint(
                condition=Q(state="open", settled_on__isnull=True) | (~Q(state="open") & Q(settled_on__isnull=False)),
                name="appeal_settled_has_date",
            ),
        ]
        indexes = [Index(fields=("org", "state"), name="appeal_org")]

    def __str__(self):
        return f"{self.application_id} {self.state}"
