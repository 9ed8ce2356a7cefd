"""What a contest came to."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind
from gongjia.work.events import states
from gongjia.work.events.models.event import Event
from gongjia.work.events.models.sign_up import SignUp


class ContestRound(Record):
    """One round of a contest: how much theory and practice count, in percent."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="rounds", db_index=False)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=60)
    theory_percent = models.PositiveSmallIntegerField(default=30)
    practice_percent = models.PositiveSmallIntegerField(default=70)
    go_on = models.PositiveSmallIntegerField(default=0)  # how many per trade reach the next round; 0: all
    on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("number",)
        constraints = [
            UniqueConstraint(fields=("event", "number"), name="contestround_once"),
            CheckConstraint(
                condition=Q(theory_percent=100 - models.F("practice_percent")), name="contestround_adds_to_100"
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"


class Score(Record):
    """One entrant's marks of one round, out of 100 each; `total` is weighted."""

    round = models.ForeignKey(ContestRound, models.PROTECT, related_name="scores", db_index=False)
    sign_up = models.ForeignKey(SignUp, models.PROTECT, related_name="scores", db_index=False)
    theory = models.DecimalField(max_digits=7, decimal_places=3, null=True, blank=True)
    practice = models.DecimalField(max_digits=7, decimal_places=3, null=True, blank=True)
    total = models.DecimalField(max_digits=9, decimal_places=4)
    entered_by = models.UUIDField(null=True, blank=True)  # account
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=("round", "sign_up"), name="score_once"),
            CheckConstraint(condition=Q(total__gte=0, total__lte=100), name="score_range"),
        ]
        indexes = [Index(fields=("sign_up",), name="score_sign_up")]

    def __str__(self):
        return f"{self.sign_up_id} {self.total}"


class Result(Record):
    """One entrant's rank in a trade, and what it brings. Whatever gives prizes reads decided ones."""

    FLOW = states.RESULT_FLOW

    event = models.ForeignKey(Event, models.PROTECT, related_name="results", db_index=False)
    sign_up = models.OneToOneField(SignUp, models.PROTECT, related_name="result")
    person = models.ForeignKey("members.Person", models.PROTECT, related_name="contest_results")
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+", db_index=False)  # the organiser
    home_org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+", db_index=False)  # the entrant's union
    trade = models.CharField(max_length=40, blank=True)
    total = models.DecimalField(max_digits=9, decimal_places=4)
    practice = models.DecimalField(max_digits=9, decimal_places=4, null=True, blank=True)  # ties go by it
    rank = models.PositiveIntegerField()
    tie = models.BooleanField(default=False)
    title_won = models.CharField(max_length=60, blank=True)
    prize_level = models.CharField(max_length=40, blank=True)
    prize = models.BigIntegerField(default=0)  # fen
    state = TextKind(kinds=states.ResultState, max_length=8, default=states.RESULT_FLOW.initial)
    decided_on = models.DateField(null=True, blank=True)
    document = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ("trade", "rank", "id")
        constraints = [
            CheckConstraint(condition=Q(prize__gte=0), name="result_prize"),
            CheckConstraint(
                condition=Q(state="draft", decided_on__isnull=True) | Q(state="decided", decided_on__isnull=False),
                name="result_decided_has_date",
            ),
        ]
        indexes = [Index(fields=("event", "trade", "rank"), name="result_event")]

    def __str__(self):
        return f"{self.trade} {self.rank}"
