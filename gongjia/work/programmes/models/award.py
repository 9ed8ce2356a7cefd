"""What was decided, what was given, and what is looked at afterwards."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind
from gongjia.work.programmes import kinds, states
from gongjia.work.programmes.models.application import Application
from gongjia.work.programmes.models.round import Round, _types


class Decision(Record):
    """One decision over applications of a round: of a meeting, or a supplement when somebody moves up."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="decisions")
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=80, blank=True)  # document number (文号)
    meeting = models.CharField(max_length=120, blank=True)
    decided_on = models.DateField()
    attachment = models.ForeignKey(
        "journal.Attachment", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    notice = models.OneToOneField(
        "publish.Notice", models.PROTECT, null=True, blank=True, related_name="programmes_decision"
    )
    supplement_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="supplements", db_index=False
    )
    by = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        ordering = ("decided_on", "id")

    def __str__(self):
        return self.number or str(self.decided_on)


class Award(Record):
    """What somebody was given: an honour, money, a place, a status. Imported history has no chain behind it.

    Figures count awards of origin `chain` only; rules about earlier awards count both.
    """

    FLOW = states.AWARD_FLOW

    application = models.OneToOneField(Application, models.PROTECT, null=True, blank=True, related_name="award")
    round = models.ForeignKey(Round, models.PROTECT, null=True, blank=True, related_name="awards", db_index=False)
    type = TextKind(kinds=_types, max_length=40)
    cycle = models.CharField(max_length=40, blank=True)
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="awards", db_index=False)
    person = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="awards")
    for_org = models.ForeignKey("orgs.Org", models.PROTECT, null=True, blank=True, related_name="+")
    household = models.ForeignKey(
        "households.HouseholdFile", models.PROTECT, null=True, blank=True, related_name="awards"
    )
    contest_result = models.ForeignKey(
        "events.Result", models.PROTECT, null=True, blank=True, related_name="awards", db_index=False
    )
    kind = TextKind(kinds=kinds.AwardKind, max_length=8)
    title = models.CharField(max_length=120)
    tier = models.CharField(max_length=40, blank=True)
    amount = models.BigIntegerField(default=0)  # fen; 0: no money
    goods = models.CharField(max_length=120, blank=True)
    awarded_on = models.DateField()
    # from when it may be paid; None while a later check must come first (graduation, real-name receipt)
    ready_on = models.DateField(null=True, blank=True)
    state = TextKind(kinds=states.AwardState, max_length=8, default=states.AWARD_FLOW.initial)
    revoked_on = models.DateField(null=True, blank=True)
    revoked_why = models.CharField(max_length=200, blank=True)
    origin = TextKind(kinds=kinds.Origin, max_length=6, default=kinds.Origin.CHAIN)
    source = models.CharField(max_length=120, blank=True)  # of imported history: the sheet and its row
    batch = models.ForeignKey(
        "programmes.HistoryBatch", models.PROTECT, null=True, blank=True, related_name="awards", db_index=False
    )
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True, related_name="awards", db_index=False)
    serial = models.CharField(max_length=40, blank=True)  # certificate; "" where none is given

    class Meta:
        constraints = [
            UniqueConstraint(fields=("serial",), condition=~Q(serial=""), name="award_serial_once"),
            UniqueConstraint(
                fields=("type", "cycle", "person", "title", "awarded_on"),
                condition=Q(origin="import", person__isnull=False),
                name="award_import_once",
            ),
            UniqueConstraint(
                fields=("contest_result",),
                condition=Q(contest_result__isnull=False, state="active"),
                name="award_result_once",
            ),
            CheckConstraint(
                condition=Q(origin="chain", application__isnull=False, round__isnull=False)
                | Q(origin="import", application__isnull=True),
                name="award_chain_has_application",
            ),
            CheckConstraint(
                condition=Q(state="active", revoked_on__isnull=True) | Q(state="revoked", revoked_on__isnull=False),
                name="award_revoked_has_date",
            ),
            CheckConstraint(condition=Q(amount__gte=0), name="award_amount"),
        ]
        indexes = [
            Index(fields=("type", "awarded_on"), name="award_type_on"),
            Index(fields=("round", "state"), name="award_round"),
            Index(fields=("org", "awarded_on"), name="award_org_on"),
            Index(fields=("ready_on", "id"), condition=Q(state="active", origin="chain"), name="award_ready"),
            Index(fields=("decision",), name="award_decision"),
            Index(fields=("batch",), condition=Q(batch__isnull=False), name="award_batch"),
        ]

    def __str__(self):
        return f"{self.title} {self.awarded_on}"


class AwardCheck(Record):
    """One look after the award: still studying, graduated, handed over, took part."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="checks")
    kind = TextKind(kinds=kinds.CheckKind, max_length=10)
    due_on = models.DateField(null=True, blank=True)
    result = TextKind(kinds=kinds.CheckResult, max_length=8, default=kinds.CheckResult.WAITING)
    on = models.DateField(null=True, blank=True)
    how = TextKind(kinds=kinds.ReceiptBy, max_length=10, blank=True)
    note = models.CharField(max_length=200, blank=True)
    attachment = models.ForeignKey(
        "journal.Attachment", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    by = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        ordering = ("due_on", "id")
        constraints = [
            CheckConstraint(
                condition=Q(result="waiting", on__isnull=True) | (~Q(result="waiting") & Q(on__isnull=False)),
                name="awardcheck_done_has_date",
            ),
        ]
        indexes = [Index(fields=("due_on",), condition=Q(result="waiting"), name="awardcheck_due")]

    def __str__(self):
        return f"{self.kind} {self.result}"
