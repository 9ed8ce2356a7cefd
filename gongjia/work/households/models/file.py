"""One household, one file; its members; the 低保 line it is measured by."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind
from gongjia.base.secret import BlindIndexField, SealedField, canonical
from gongjia.work.households import kinds, states


class LowLine(Record):
    """低保标准 of a city from a day on: fen per person and month. Published each year, so a row and no constant."""

    city = models.CharField(max_length=12)  # division code
    valid_from = models.DateField()
    amount = models.BigIntegerField()
    document = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("city", "-valid_from")
        constraints = [
            UniqueConstraint(fields=("city", "valid_from"), name="lowline_once"),
            CheckConstraint(condition=Q(amount__gt=0), name="lowline_some"),
        ]

    def __str__(self):
        return f"{self.city} {self.valid_from} {self.amount}"


class HouseholdFile(Record):
    """A hardship file. What the household earns and suffers is sealed; plain columns are what figures count.

    `org` is the union that keeps it and whose powers count; `home_org` the worker's own union. They differ when
    it was applied for straight at the township: the own union then learns only that one exists.
    """

    FLOW = states.FILE_FLOW

    number = models.CharField(max_length=24, unique=True)
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="household_files")
    home_org = models.ForeignKey("orgs.Org", models.PROTECT, null=True, blank=True, related_name="+")
    head = models.ForeignKey("members.Person", models.PROTECT, related_name="household_files")
    via = TextKind(kinds=kinds.Via, max_length=10, default=kinds.Via.OWN.value)
    origin = TextKind(kinds=kinds.Origin, max_length=8, default=kinds.Origin.CHAIN.value)
    state = TextKind(kinds=states.FileState, max_length=12, default=states.FILE_FLOW.initial)
    category = TextKind(kinds=kinds.Category, max_length=10, blank=True)
    level = TextKind(kinds=kinds.Level, max_length=12, blank=True)
    city = models.CharField(max_length=12)  # whose 低保 line counts
    cause_main = TextKind(kinds=kinds.Cause, max_length=12, blank=True)
    cause_second = TextKind(kinds=kinds.Cause, max_length=12, blank=True)
    rural_worker = models.BooleanField(default=False)  # 困难农民工
    persons = models.PositiveSmallIntegerField(default=0)
    facts = SealedField(label="household.facts", mask="text", null=True)  # JSON of rules.Facts
    computed = SealedField(label="household.computed", mask="text", null=True)  # JSON of the last computation shown
    applied_on = models.DateField()
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)  # exclusive: [opened_on, closed_on)
    close_why = TextKind(kinds=kinds.ExitWhy, max_length=12, blank=True)
    help_until = models.DateField(null=True, blank=True)  # help kept for a while after 脱困
    verified_year = models.PositiveSmallIntegerField(null=True, blank=True)
    document_no = models.CharField(max_length=60, blank=True)  # of the approval
    # the notice inside the unit lies in the app beside this one: its key and its end are noted here
    notice_ref = models.UUIDField(null=True, blank=True)
    notice_until = models.DateTimeField(null=True, blank=True)
    upper_no = models.CharField(max_length=40, blank=True)
    entered_by = models.CharField(max_length=80, blank=True)
    why_back = models.CharField(max_length=300, blank=True)  # of the last return or decline

    class Meta:
        ordering = ("-applied_on", "-id")
        constraints = [
            UniqueConstraint(fields=("head",), condition=Q(state__in=states.LIVE), name="household_one_live_file"),
            CheckConstraint(
                condition=~Q(state__in=states.ONCE_ACTIVE) | (Q(opened_on__isnull=False) & ~Q(category="")),
                name="household_opened_has_category",
            ),
            CheckConstraint(
                condition=Q(state__in=("exited", "cancelled"), closed_on__isnull=False)
                | (~Q(state__in=("exited", "cancelled")) & Q(closed_on__isnull=True)),
                name="household_closed_has_day",
            ),
            CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")), name="household_days_in_order"
            ),
            # earlier years' files are closed history: they never are files of now
            CheckConstraint(
                condition=Q(origin="chain") | Q(state__in=("exited", "cancelled")), name="household_import_closed"
            ),
        ]
        indexes = [
            Index(fields=("org", "state", "-applied_on"), name="household_org_state"),
            Index(fields=("head", "opened_on"), name="household_head"),
            Index(fields=("verified_year",), condition=Q(state="active"), name="household_due"),
        ]

    def __str__(self):
        return self.number


class FileMember(Record):
    """One person of the household, the worker among them. Whoever has a number is found by its blind index."""

    file = models.ForeignKey(HouseholdFile, models.PROTECT, related_name="members")
    person = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+")
    relation = TextKind(kinds=kinds.Relation, max_length=10)
    name = SealedField(label="household.member.name", mask="name")
    id_no = SealedField(label="household.member.id_no", mask="id", null=True)
    id_index = BlindIndexField(of="id_no", canonical=canonical.id_number, db_index=True)
    facts = SealedField(label="household.member.facts", mask="text", null=True)  # JSON: born_on, income, health …
    position = models.PositiveSmallIntegerField(default=0)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("position", "id")
        constraints = [
            UniqueConstraint(
                fields=("file",), condition=Q(relation="self", until__isnull=True), name="filemember_one_self"
            ),
            UniqueConstraint(
                fields=("file", "person"),
                condition=Q(person__isnull=False, until__isnull=True),
                name="filemember_person_once",
            ),
        ]
        indexes = [Index(fields=("person",), name="filemember_person")]

    def __str__(self):
        return self.relation_label
