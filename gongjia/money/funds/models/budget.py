"""Budget lines, what is set aside of them for a round, and the ceilings."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind
from gongjia.money.funds import kinds


class BudgetLine(Record):
    """Money of one source for one year. What is used follows from the payments, never from a counter."""

    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    source = TextKind(kinds=kinds.Source, max_length=10)
    title = models.CharField(max_length=80)
    document_no = models.CharField(max_length=60, blank=True)  # 指标文号
    item = models.CharField(max_length=10)  # expenditure item of what is paid from it: a code of `queries.items`
    amount = models.BigIntegerField()
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("-year", "source", "title")
        constraints = [
            UniqueConstraint(fields=("org", "year", "source", "title"), name="budgetline_once"),
            CheckConstraint(condition=Q(amount__gte=0), name="budgetline_not_negative"),
        ]

    def __str__(self):
        return f"{self.year} {self.title}"


class LineChange(Record):
    """An addition to a line, or a cut (追加、调减), by its document."""

    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="changes")
    on = models.DateField()
    delta = models.BigIntegerField()
    document_no = models.CharField(max_length=60)
    why = models.CharField(max_length=200, blank=True)
    person = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("on", "id")
        constraints = [CheckConstraint(condition=~Q(delta=0), name="linechange_not_zero")]

    def __str__(self):
        return f"{self.on} {self.delta}"


class Earmark(Record):
    """Money of a line set aside for a round. `share`: its part of every payment, in 1/10000."""

    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="earmarks")
    round = models.ForeignKey("programmes.Round", models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    share = models.PositiveSmallIntegerField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "id")
        constraints = [
            UniqueConstraint(fields=("line", "round"), name="earmark_once"),
            CheckConstraint(condition=Q(amount__gte=0), name="earmark_not_negative"),
            CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gte=1, share__lte=10000), name="earmark_share_range"
            ),
        ]

    def __str__(self):
        return f"{self.line_id} {self.amount}"

    @property
    def org(self):
        return self.line.org


class Ceiling(Record):
    """The most that may go to one person, one household, one programme or all of it within a year; valid [since,
    until). The row itself is the lock: whoever adds to the sum holds it."""

    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")
    scope = TextKind(kinds=kinds.Scope, max_length=10)
    type = models.CharField(max_length=40, blank=True)  # key of a programme type; "": all together
    amount = models.BigIntegerField()
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    clause = models.CharField(max_length=120)
    person = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+")  # who set it

    class Meta:
        ordering = ("scope", "type", "since")
        constraints = [
            UniqueConstraint(fields=("org", "scope", "type", "since"), name="ceiling_once"),
            UniqueConstraint(fields=("org", "scope", "type"), condition=Q(until__isnull=True), name="ceiling_one_open"),
            CheckConstraint(condition=Q(amount__gte=0), name="ceiling_not_negative"),
            CheckConstraint(condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="ceiling_order"),
        ]

    def __str__(self):
        return f"{self.scope} {self.type} {self.amount}"


class Norm(Record):
    """A row of a shipped table (`data/`) set anew from a day on: an expenditure item's name ("" = no longer used), the
    tax class of awards, a limit in days or hours. The shipped rows come partly from memory; whoever knows better
    changes them here and says by which document."""

    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")
    table = TextKind(kinds=kinds.Norms, max_length=10)
    key = models.CharField(max_length=60)  # item: its code; tax: "grant" or "grant/tuition"; limit: its key
    value = models.CharField(max_length=80, blank=True)
    since = models.DateField()
    clause = models.CharField(max_length=200)
    person = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+")  # who set it

    class Meta:
        ordering = ("table", "key", "since")
        constraints = [UniqueConstraint(fields=("org", "table", "key", "since"), name="norm_once")]

    def __str__(self):
        return f"{self.table} {self.key}"
