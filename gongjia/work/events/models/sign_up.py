"""Who wants to come, who comes along, and the children of a class."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind
from gongjia.base.secret import SealedField
from gongjia.work.events import kinds, states
from gongjia.work.events.models.event import Cell, Event, Session


class SignUp(Record):
    """One person's right in one event. `org` is the union that counts, as it was at entry.

    `cell` is the counter that its seats are taken from, or in whose line it waits; `cap_cell` the one of those
    outside the guaranteed group. `seats` is how many places it takes: the person and those who come along, or,
    in a children's class, the children.
    """

    FLOW = states.SIGN_UP_FLOW

    event = models.ForeignKey(Event, models.PROTECT, related_name="sign_ups", db_index=False)
    session = models.ForeignKey(Session, models.PROTECT, null=True, blank=True, related_name="sign_ups", db_index=False)
    person = models.ForeignKey("members.Person", models.PROTECT, related_name="sign_ups", db_index=False)
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="sign_ups", db_index=False)
    cell = models.ForeignKey(Cell, models.PROTECT, null=True, blank=True, related_name="sign_ups", db_index=False)
    cap_cell = models.ForeignKey(Cell, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    state = TextKind(kinds=states.SignUpState, max_length=10)
    state_at = models.DateTimeField()
    way = TextKind(kinds=kinds.SignedBy, max_length=8, default=kinds.SignedBy.SELF)
    guests = models.PositiveSmallIntegerField(default=0)
    seats = models.PositiveSmallIntegerField(default=1)
    request_key = models.CharField(max_length=64, blank=True)  # of the one who asks: a retry gives the same row
    entered_at = models.DateTimeField()
    entered_by = models.UUIDField(null=True, blank=True)  # account; None: the machine
    happened_on = models.DateField(null=True, blank=True)  # counter work: the day it was asked for on paper
    note = models.CharField(max_length=200, blank=True)
    trade = models.CharField(max_length=40, blank=True)  # of a contest

    place_no = models.PositiveIntegerField(null=True, blank=True)  # how many seats of its cell were taken with it
    waiting_no = models.PositiveIntegerField(null=True, blank=True)  # order in the line of its cell
    held_until = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    late_cancel = models.BooleanField(default=False)
    end_reason = models.CharField(max_length=200, blank=True)

    weight = models.PositiveIntegerField(default=1)  # tickets of a lot
    weight_why = models.CharField(max_length=120, blank=True)  # keys of the weights that were added: "idle front_line"
    lot_no = models.CharField(max_length=16, blank=True)  # public, masked: names nobody
    lot_ticket = models.CharField(max_length=64, blank=True)
    lot_won = models.BooleanField(null=True, blank=True)  # what the draw said, whatever became of it since
    lot_rank = models.PositiveIntegerField(null=True, blank=True)

    ticket = models.CharField(max_length=64, blank=True)  # digest of the ticket at the door

    class Meta:
        constraints = [
            UniqueConstraint(fields=("event", "person"), condition=Q(state__in=states.LIVE), name="signup_one_live"),
            UniqueConstraint(fields=("event", "request_key"), condition=~Q(request_key=""), name="signup_request_once"),
            UniqueConstraint(fields=("event", "lot_no"), condition=~Q(lot_no=""), name="signup_lot_no_once"),
            CheckConstraint(condition=Q(seats__gte=1), name="signup_takes_some"),
            CheckConstraint(
                condition=~Q(state="offered") | Q(held_until__isnull=False), name="signup_offered_is_held_until"
            ),
            CheckConstraint(
                condition=~Q(state="waiting") | Q(waiting_no__isnull=False), name="signup_waiting_has_number"
            ),
        ]
        indexes = [
            Index(fields=("event", "state", "entered_at", "id"), name="signup_event"),
            Index(
                fields=("cell", "waiting_no", "entered_at", "id"), condition=Q(state="waiting"), name="signup_waiting"
            ),
            Index(fields=("cell",), condition=Q(state__in=states.HOLDING), name="signup_holding"),
            Index(fields=("held_until",), condition=Q(state="offered"), name="signup_held"),
            Index(fields=("person", "event"), name="signup_person"),
            Index(fields=("org", "event"), name="signup_org"),
        ]

    def __str__(self):
        return f"{self.event_id} {self.state}"


class Guest(Record):
    """Somebody who comes along."""

    sign_up = models.ForeignKey(SignUp, models.PROTECT, related_name="guest_rows")
    name = models.CharField(max_length=60)
    relation = models.CharField(max_length=20, blank=True)
    id_no = SealedField(label="event_guest.id_no", mask="id", null=True)

    def __str__(self):
        return self.name


class Child(Record):
    """A child of a class. Names, birth and health are sealed; the class sees them, nobody else."""

    sign_up = models.ForeignKey(SignUp, models.PROTECT, related_name="children")
    name = SealedField(label="event_child.name", mask="text", null=True)
    born = SealedField(label="event_child.born", mask="text", null=True)  # ISO day
    # keyed digest of guardian, name and birth: the same child in two classes counts once
    identity = models.UUIDField()
    grade = models.PositiveSmallIntegerField(null=True, blank=True)
    guardian = models.ForeignKey("members.Person", models.PROTECT, related_name="+", db_index=False)
    relation = models.CharField(max_length=20, blank=True)  # of the guardian to the child
    consent_at = models.DateTimeField(null=True, blank=True)
    consent = models.ForeignKey(
        "journal.Attachment", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    health = SealedField(label="event_child.health", mask="text", null=True)
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            # a class has no child whose guardian has not agreed; who withdraws it, takes the child home for good
            CheckConstraint(condition=Q(consent_at__isnull=False) | Q(left_on__isnull=False), name="child_has_consent"),
        ]
        indexes = [Index(fields=("identity",), name="child_identity")]

    def __str__(self):
        return str(self.pk)


class PickUp(Record):
    """Who may take a child home."""

    child = models.ForeignKey(Child, models.PROTECT, related_name="pick_ups")
    name = SealedField(label="event_pickup.name", mask="text", null=True)
    phone = SealedField(label="event_pickup.phone", mask="phone", null=True)
    relation = models.CharField(max_length=20, blank=True)
    removed_on = models.DateField(null=True, blank=True)

    def __str__(self):
        return str(self.pk)


class ChildDay(Record):
    """One child on one day of the class: brought and fetched, by whom."""

    child = models.ForeignKey(Child, models.PROTECT, related_name="days", db_index=False)
    session = models.ForeignKey(Session, models.PROTECT, related_name="child_days")
    in_at = models.DateTimeField(null=True, blank=True)
    in_by = models.UUIDField(null=True, blank=True)  # account of who received the child
    out_at = models.DateTimeField(null=True, blank=True)
    out_by = models.UUIDField(null=True, blank=True)
    picked_by = models.ForeignKey(PickUp, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            UniqueConstraint(fields=("child", "session"), name="childday_once"),
            CheckConstraint(
                condition=Q(out_at__isnull=True) | Q(in_at__isnull=False, out_at__gte=F("in_at")),
                name="childday_in_then_out",
            ),
            CheckConstraint(
                condition=Q(out_at__isnull=True) | Q(picked_by__isnull=False), name="childday_fetched_by_somebody"
            ),
        ]

    def __str__(self):
        return f"{self.child_id} {self.session_id}"
