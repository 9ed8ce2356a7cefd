"""Rows of unions. Dates are half-open: [since, until)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind
from gongjia.who.orgs import kinds, states


class Org(Record):
    """A union, from the federation down to a group, with the facts of its register."""

    FLOW = states.ORG_FLOW

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=40, blank=True)
    name_keys = ArrayField(models.CharField(max_length=2), default=list, editable=False)
    kind = TextKind(kinds=kinds.OrgKind)
    state = TextKind(kinds=states.OrgState, max_length=12, default=states.ORG_FLOW.initial)

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    industry_parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="guided")
    # Pre-order sort key: four base-36 characters a level, byte order; a subtree is a range of it.
    path = models.CharField(max_length=80, unique=True, db_collation="C")
    level = models.PositiveSmallIntegerField(default=0)

    division_code = models.CharField(max_length=12, blank=True)
    uscc = models.CharField(max_length=18, blank=True)  # the union's own (81…)
    employer_name = models.CharField(max_length=120, blank=True)
    employer_uscc = models.CharField(max_length=18, blank=True)
    unit_nature = TextKind(kinds=lambda: kinds.UNIT_NATURES, max_length=4, blank=True)
    economy = TextKind(kinds=lambda: kinds.ECONOMIES, max_length=16, blank=True)
    industry = TextKind(kinds=lambda: kinds.INDUSTRIES, max_length=1, blank=True)

    address = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=6, blank=True)
    phone = models.CharField(max_length=40, blank=True)  # of the office, public; not a person's
    email = models.EmailField(blank=True)
    head_name = models.CharField(max_length=40, blank=True)
    contact_name = models.CharField(max_length=40, blank=True)

    # True once the union really existed: a preparation that came to nothing never did.
    established = models.BooleanField(default=False)
    founded_on = models.DateField(null=True, blank=True)
    founding_document = models.CharField(max_length=80, blank=True)
    founding_attachment = models.ForeignKey(
        "journal.Attachment", models.PROTECT, null=True, blank=True, related_name="+"
    )
    founding_members = models.PositiveIntegerField(null=True, blank=True)
    opened_on = models.DateField(null=True, blank=True)  # when the employer opened
    closed_on = models.DateField(null=True, blank=True)
    closing_document = models.CharField(max_length=80, blank=True)
    closing_attachment = models.ForeignKey(
        "journal.Attachment", models.PROTECT, null=True, blank=True, related_name="+"
    )
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_from")

    staff_count = models.PositiveIntegerField(null=True, blank=True)
    staff_women = models.PositiveIntegerField(null=True, blank=True)
    staff_on = models.DateField(null=True, blank=True)
    form = TextKind(kinds=kinds.CommitteeForm, max_length=12, blank=True)
    committee_size = models.PositiveSmallIntegerField(null=True, blank=True)
    women_committee = models.BooleanField(default=False)
    audit_committee = models.BooleanField(default=False)

    legal_person = models.BooleanField(default=False)
    legal_person_on = models.DateField(null=True, blank=True)
    legal_person_no = models.CharField(max_length=40, blank=True)

    roster_confirmed_on = models.DateField(null=True, blank=True)
    upper_no = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("path",)
        constraints = [
            # One employer, one basic organisation of its own (ZC08 11).
            UniqueConstraint(
                fields=("employer_uscc",),
                condition=Q(kind="single", state__in=("preparing", "active")) & ~Q(employer_uscc=""),
                name="org_one_per_employer",
            ),
            UniqueConstraint(
                fields=("uscc",),
                condition=Q(state__in=("preparing", "active")) & ~Q(uscc=""),
                name="org_uscc_once",
            ),
            CheckConstraint(
                condition=Q(state__in=("preparing", "active"), closed_on__isnull=True)
                | Q(state__in=("dissolved", "merged"), closed_on__isnull=False),
                name="org_closed_has_date",
            ),
            CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="org_merged_has_target",
            ),
            CheckConstraint(
                condition=Q(state__in=("active", "merged"), established=True)
                | Q(state="preparing", established=False)
                | Q(state="dissolved"),
                name="org_established",
            ),
            CheckConstraint(condition=~Q(parent=F("id")), name="org_not_own_parent"),
            CheckConstraint(condition=~Q(industry_parent=F("id")), name="org_not_own_guide"),
            CheckConstraint(
                condition=Q(staff_women__isnull=True)
                | Q(staff_count__isnull=True)
                | Q(staff_women__lte=F("staff_count")),
                name="org_women_within_staff",
            ),
            CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(founded_on__isnull=True) | Q(closed_on__gte=F("founded_on")),
                name="org_closed_after_founded",
            ),
        ]
        indexes = [
            GinIndex(fields=("name_keys",), name="org_name_keys"),
            Index(fields=("employer_uscc",), name="org_employer_uscc"),
            Index(fields=("founded_on",), name="org_founded_on"),
        ]

    def __str__(self):
        return self.name

    @property
    def org(self) -> Org:
        """Whose power counts for a move of the register: the next higher union's (工会法 12)."""
        return self.parent or self


class OrgName(Record):
    """A name that a union bore in [from_on, to_on), so that old reports show the old name."""

    org = models.ForeignKey(Org, models.PROTECT, related_name="names")
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=40, blank=True)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("from_on",)
        constraints = [
            UniqueConstraint(fields=("org",), condition=Q(to_on__isnull=True), name="orgname_one_now"),
            CheckConstraint(condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="orgname_order"),
        ]

    def __str__(self):
        return self.name


class OrgClosure(Record):
    """Ancestor and descendant (itself included, by line) in [since, until): the tree of any day."""

    ancestor = models.ForeignKey(Org, models.PROTECT, related_name="below")
    descendant = models.ForeignKey(Org, models.PROTECT, related_name="above")
    depth = models.PositiveSmallIntegerField()
    via = TextKind(kinds=kinds.Via, max_length=8)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=("descendant", "ancestor", "via"),
                condition=Q(until__isnull=True),
                name="orgclosure_one_now",
            ),
            CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="orgclosure_order"),
        ]
        indexes = [
            Index(fields=("ancestor", "via", "descendant"), name="orgclosure_down"),
            Index(fields=("descendant", "via", "depth"), name="orgclosure_up"),
        ]

    def __str__(self):
        return f"{self.ancestor_id} > {self.descendant_id}"


class Term(Record):
    """One term (届) of a union's committee: from the election to the corresponding day."""

    org = models.ForeignKey(Org, models.PROTECT, related_name="terms")
    number = models.PositiveSmallIntegerField()
    years = models.PositiveSmallIntegerField()
    started_on = models.DateField()
    ends_on = models.DateField()  # the last day of the term
    ended_on = models.DateField(null=True, blank=True)  # the day the next one began
    document = models.CharField(max_length=80, blank=True)
    attachment = models.ForeignKey("journal.Attachment", models.PROTECT, null=True, blank=True, related_name="+")
    committee_size = models.PositiveSmallIntegerField(null=True, blank=True)
    delayed_to = models.DateField(null=True, blank=True)
    delay_document = models.CharField(max_length=80, blank=True)
    delay_attachment = models.ForeignKey("journal.Attachment", models.PROTECT, null=True, blank=True, related_name="+")

    # when its officers were told that it ends soon, and that it has ended
    reminded_on = models.DateField(null=True, blank=True)
    overdue_told_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("number",)
        constraints = [
            UniqueConstraint(fields=("org", "number"), name="term_number_once"),
            UniqueConstraint(fields=("org",), condition=Q(ended_on__isnull=True), name="term_one_now"),
            CheckConstraint(condition=Q(ends_on__gt=F("started_on")), name="term_order"),
            CheckConstraint(
                condition=Q(delayed_to__isnull=True) | Q(delayed_to__gt=F("ends_on")), name="term_delay_later"
            ),
        ]
        indexes = [Index(fields=("ends_on",), condition=Q(ended_on__isnull=True), name="term_ends_on")]

    def __str__(self):
        return f"第{self.number}届"


class CoveredUnit(Record):
    """A unit whose staff a joint union or an association of unions covers."""

    org = models.ForeignKey(Org, models.PROTECT, related_name="covered")
    name = models.CharField(max_length=120)
    uscc = models.CharField(max_length=18, blank=True)
    staff_count = models.PositiveIntegerField(null=True, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("name",)
        constraints = [
            UniqueConstraint(fields=("org", "name"), condition=Q(until__isnull=True), name="covered_once_by_name"),
            UniqueConstraint(
                fields=("org", "uscc"),
                condition=Q(until__isnull=True) & ~Q(uscc=""),
                name="covered_once_by_uscc",
            ),
            CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="covered_order"),
        ]

    def __str__(self):
        return self.name
