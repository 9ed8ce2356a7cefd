"""What stands beside events: papers, what people said, no-shows, front-line lists, volunteer teams."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind
from gongjia.base.secret import SealedField
from gongjia.work.events import kinds, states
from gongjia.work.events.models.event import Event
from gongjia.work.events.models.sign_up import SignUp


class Paper(Record):
    """A file that belongs to an event."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="papers")
    attachment = models.ForeignKey("journal.Attachment", models.PROTECT, related_name="+", db_index=False)
    use = TextKind(kinds=kinds.PaperUse, max_length=8)
    caption = models.CharField(max_length=120, blank=True)
    removed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self):
        return self.caption


class Feedback(Record):
    """How somebody liked it, once."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="feedback")
    sign_up = models.OneToOneField(SignUp, models.PROTECT, related_name="feedback")
    score = models.PositiveSmallIntegerField()
    words = SealedField(label="event_feedback.words", mask="text", null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="feedback_range")]

    def __str__(self):
        return str(self.score)


class Slip(Record):
    """联谊: one chose another. Only where both did do they see how to reach one another."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="slips")
    chooser = models.ForeignKey(SignUp, models.PROTECT, related_name="slips_out", db_index=False)
    chosen = models.ForeignKey(SignUp, models.PROTECT, related_name="slips_in")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=("chooser", "chosen"), name="slip_once"),
            CheckConstraint(condition=~Q(chooser=F("chosen")), name="slip_not_oneself"),
        ]

    def __str__(self):
        return str(self.pk)


class Fault(Record):
    """A no-show mark (爽约), its reason, and the appeal against it. `org` is the organiser, who answers."""

    FLOW = states.FAULT_FLOW

    person = models.ForeignKey("members.Person", models.PROTECT, related_name="event_faults", db_index=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="faults")
    sign_up = models.OneToOneField(SignUp, models.PROTECT, related_name="fault")
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+", db_index=False)
    kind = TextKind(kinds=kinds.FaultKind, max_length=12)
    on = models.DateField()
    appeal_until = models.DateField()  # the last day
    state = TextKind(kinds=states.FaultState, max_length=8, default=states.FAULT_FLOW.initial)
    appeal = SealedField(label="event_fault.appeal", mask="text", null=True)  # reasons may be of health
    appealed_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=~Q(state__in=("kept", "struck")) | Q(answered_at__isnull=False),
                name="fault_answered_has_date",
            ),
        ]
        indexes = [
            Index(fields=("person", "on"), name="fault_person"),
            Index(fields=("org",), condition=Q(state="appealed"), name="fault_appealed"),
        ]

    def __str__(self):
        return f"{self.kind} {self.on}"


class WorkFact(Record):
    """What a union says of a member's work, in [since, until): front line, shifts, hard posts."""

    person = models.ForeignKey("members.Person", models.PROTECT, related_name="work_facts", db_index=False)
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+")  # which union says so
    key = TextKind(kinds=kinds.WorkKey, max_length=12)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=("person", "key"), condition=Q(until__isnull=True), name="workfact_once_now"),
            CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="workfact_order"),
        ]

    def __str__(self):
        return f"{self.person_id} {self.key}"


class Team(Record):
    """A volunteer team, from the day it was founded to the day it was closed."""

    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="teams")
    name = models.CharField(max_length=80)
    purpose = models.CharField(max_length=200, blank=True)
    leader = models.ForeignKey(
        "members.Person", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    founded_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    closed_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("founded_on", "id")
        constraints = [
            UniqueConstraint(fields=("org", "name"), condition=Q(closed_on__isnull=True), name="team_name_once"),
            CheckConstraint(condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("founded_on")), name="team_order"),
        ]

    def __str__(self):
        return self.name


class TeamMember(Record):
    """A spell in a team, [since, until)."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="members", db_index=False)
    person = models.ForeignKey("members.Person", models.PROTECT, related_name="teams")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=("team", "person"), condition=Q(until__isnull=True), name="teammember_once_now"),
            CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="teammember_order"),
        ]

    def __str__(self):
        return f"{self.team_id} {self.person_id}"
