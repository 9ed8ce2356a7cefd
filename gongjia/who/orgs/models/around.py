"""What stands beside unions: units without one, homes, chases, tables of rules, what was told upward."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind
from gongjia.who.orgs import kinds, states
from gongjia.who.orgs.models.org import Org


class OpenUnit(Record):
    """A unit without a union (未建会单位), in the ledger of the union in whose area it lies."""

    org = models.ForeignKey(Org, models.PROTECT, related_name="open_units")
    name = models.CharField(max_length=120)
    name_keys = ArrayField(models.CharField(max_length=2), default=list, editable=False)
    uscc = models.CharField(max_length=18, blank=True)
    unit_nature = TextKind(kinds=lambda: kinds.UNIT_NATURES, max_length=4, blank=True)
    industry = TextKind(kinds=lambda: kinds.INDUSTRIES, max_length=1, blank=True)
    address = models.CharField(max_length=200, blank=True)
    contact_name = models.CharField(max_length=40, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    listed_on = models.DateField()
    staff_count = models.PositiveIntegerField(null=True, blank=True)
    staff_source = TextKind(kinds=kinds.StaffSource, max_length=12, blank=True)
    staff_on = models.DateField(null=True, blank=True)
    promised_on = models.DateField(null=True, blank=True)
    built_org = models.ForeignKey(Org, models.PROTECT, null=True, blank=True, related_name="built_units")
    built_on = models.DateField(null=True, blank=True)
    gone_on = models.DateField(null=True, blank=True)
    gone_why = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ("-staff_count", "name")
        constraints = [
            UniqueConstraint(
                fields=("uscc",),
                condition=Q(built_on__isnull=True, gone_on__isnull=True) & ~Q(uscc=""),
                name="openunit_uscc_once",
            ),
            UniqueConstraint(
                fields=("org", "name"),
                condition=Q(built_on__isnull=True, gone_on__isnull=True),
                name="openunit_name_once",
            ),
            CheckConstraint(
                condition=Q(built_org__isnull=True, built_on__isnull=True)
                | Q(built_org__isnull=False, built_on__isnull=False),
                name="openunit_built_both",
            ),
            # A staff count is worth nothing without its source and day.
            CheckConstraint(
                condition=Q(staff_count__isnull=True) | (~Q(staff_source="") & Q(staff_on__isnull=False)),
                name="openunit_staff_sourced",
            ),
        ]
        indexes = [GinIndex(fields=("name_keys",), name="openunit_name_keys")]

    def __str__(self):
        return self.name


class OpenUnitVisit(Record):
    """One visit to a unit without a union."""

    unit = models.ForeignKey(OpenUnit, models.PROTECT, related_name="visits")
    visited_on = models.DateField()
    by = models.CharField(max_length=80)
    said = models.TextField(blank=True)
    staff_count = models.PositiveIntegerField(null=True, blank=True)
    promised_on = models.DateField(null=True, blank=True)
    attachment = models.ForeignKey("journal.Attachment", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-visited_on",)

    def __str__(self):
        return f"{self.visited_on}"


class MembersHome(Record):
    """A members' home (职工之家) and how far it is."""

    FLOW = states.HOME_FLOW

    org = models.ForeignKey(Org, models.PROTECT, related_name="homes")
    name = models.CharField(max_length=120)
    kind = TextKind(kinds=kinds.HomeKind, max_length=12)
    standard = TextKind(kinds=kinds.HomeStandard, max_length=12, default=kinds.HomeStandard.NONE.value)
    standard_on = models.DateField(null=True, blank=True)
    state = TextKind(kinds=states.HomeState, max_length=12, default=states.HOME_FLOW.initial)
    address = models.CharField(max_length=200, blank=True)
    area_m2 = models.PositiveIntegerField(null=True, blank=True)
    planned_on = models.DateField()
    started_on = models.DateField(null=True, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    attachment = models.ForeignKey("journal.Attachment", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("name",)
        constraints = [UniqueConstraint(fields=("org", "name"), name="home_name_once")]

    def __str__(self):
        return self.name


class Chase(Record):
    """One reminder sent to one union (催办), with what it was late with."""

    org = models.ForeignKey(Org, models.PROTECT, related_name="chases")
    matters = ArrayField(models.CharField(max_length=20))
    note = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=80)
    reached = models.PositiveSmallIntegerField(default=0)  # how many accounts got it

    class Meta:
        ordering = ("-asked_at",)
        indexes = [Index(fields=("org", "-asked_at"), name="chase_org")]

    def __str__(self):
        return "、".join(kinds.Matter(matter).label for matter in self.matters)


class CommitteeSize(Record):
    """One row of a committee-size table; a scheme in the table replaces the shipped one of that name."""

    scheme = models.CharField(max_length=40)
    at_least = models.PositiveIntegerField()
    at_most = models.PositiveIntegerField(null=True, blank=True)
    low = models.PositiveSmallIntegerField()
    high = models.PositiveSmallIntegerField()
    odd_only = models.BooleanField(default=False)
    note = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ("scheme", "at_least")
        constraints = [
            UniqueConstraint(fields=("scheme", "at_least"), name="committeesize_once"),
            CheckConstraint(condition=Q(high__gte=F("low")), name="committeesize_order"),
        ]

    def __str__(self):
        return f"{self.scheme} ≥{self.at_least}"


class RuleValue(Record):
    """A threshold set by this federation from a day on; without a row the shipped value holds."""

    key = models.CharField(max_length=40)
    value = models.CharField(max_length=40)
    from_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("key", "from_on")
        constraints = [UniqueConstraint(fields=("key", "from_on"), name="rulevalue_once")]

    def __str__(self):
        return f"{self.key} = {self.value}"


class UpwardMark(Record):
    """What was last sent to the upper system of one record of ours, as a keyed digest."""

    mapping = models.CharField(max_length=40)
    label = models.CharField(max_length=40)  # model label: a record of any app above or below
    subject = models.UUIDField()
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=("mapping", "subject"), name="upwardmark_once")]

    def __str__(self):
        return f"{self.mapping}: {self.subject}"
