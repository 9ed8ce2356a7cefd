"""What happens, when, and how many places there are."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind
from gongjia.work.events import kinds, states


class Event(Record):
    """One event. Members of `audience` and of the unions below it may come; `org` organises it.

    `total` places in all; 0: no limit. With `by_session` everybody chooses one session and the places are the
    sessions'; without it one sign-up is for all sessions (a course).
    """

    FLOW = states.EVENT_FLOW

    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="events")
    audience = models.ForeignKey("orgs.Org", models.PROTECT, related_name="+", db_index=False)
    kind = TextKind(kinds=kinds.kind_labels, max_length=16)
    area = TextKind(kinds=lambda: kinds.AREAS, max_length=1)
    level = TextKind(kinds=kinds.Level, max_length=12)
    # the event above that drew this one in (带动)
    led_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="drawn_in")
    title = models.CharField(max_length=120)
    summary = models.TextField(blank=True)
    place = models.CharField(max_length=120, blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)  # of the office, public

    way = TextKind(kinds=kinds.Way, max_length=12, default=kinds.Way.LOT)
    total = models.PositiveIntegerField(default=0)
    by_session = models.BooleanField(default=False)
    guests_max = models.PositiveSmallIntegerField(default=0)
    waiting_list = models.BooleanField(default=True)

    opens_at = models.DateTimeField(null=True, blank=True)  # sign-up in [opens_at, closes_at)
    closes_at = models.DateTimeField(null=True, blank=True)
    free_cancel_until = models.DateTimeField(null=True, blank=True)  # from here on a cancelling is a no-show mark
    hold_hours = models.PositiveSmallIntegerField(default=kinds.HOLD_HOURS)
    # for how long the window of a lot is shorter than usual, and why; "" where it is not
    short_window_why = models.CharField(max_length=200, blank=True)

    conditions = models.JSONField(default=list, blank=True)  # [{"check": key, …}] of rules.conditions
    groups = models.JSONField(default=list, blank=True)  # [{"key": "front_line", "at_least_percent": 60}], at most one
    weights = models.JSONField(default=list, blank=True)  # of a lot: [{"key","add"}], published with it
    params = models.JSONField(default=dict, blank=True)  # values that the kind's own rules read (titles, prizes, …)

    door_minutes_early = models.PositiveSmallIntegerField(default=60)
    certificate = models.BooleanField(default=False)
    series = models.UUIDField(null=True, blank=True)  # copies of one another

    state = TextKind(kinds=states.EventState, max_length=10, default=states.EVENT_FLOW.initial)
    state_on = models.DateField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    first_at = models.DateTimeField(null=True, blank=True)  # copies of the sessions' earliest start and latest end
    last_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-first_at", "-id")
        constraints = [
            CheckConstraint(
                condition=Q(opens_at__isnull=True) | Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="event_closes_after",
            ),
            CheckConstraint(
                condition=Q(total__gt=0) | Q(way__in=kinds.UNLIMITED) | Q(state="draft"), name="event_has_places"
            ),
            CheckConstraint(condition=Q(hold_hours__gte=kinds.HOLD_HOURS), name="event_holds_a_night"),
            CheckConstraint(condition=~Q(led_by=F("id")), name="event_not_led_by_itself"),
            CheckConstraint(
                condition=Q(state="cancelled") & ~Q(cancel_reason="") | ~Q(state="cancelled"),
                name="event_cancelled_says_why",
            ),
        ]
        indexes = [
            Index(fields=("state", "closes_at"), name="event_state"),
            Index(fields=("kind", "first_at"), name="event_kind"),
            Index(fields=("area", "first_at"), name="event_area"),
            Index(fields=("series",), condition=Q(series__isnull=False), name="event_series"),
        ]

    def __str__(self):
        return self.title


class Session(Record):
    """One meeting of an event. `minutes` are the hours that count for whoever is there."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="sessions", db_index=False)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=120, blank=True)  # "": the event's
    places = models.PositiveIntegerField(null=True, blank=True)  # its own, where everybody chooses one
    minutes = models.PositiveIntegerField(default=0)
    headcount = models.PositiveIntegerField(null=True, blank=True)  # counted on the spot where nobody signs up
    cancelled = models.BooleanField(default=False)
    reminded = models.BooleanField(default=False)  # whoever has a place was told the day before

    class Meta:
        ordering = ("number",)
        constraints = [
            UniqueConstraint(fields=("event", "number"), name="session_once"),
            CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after"),
        ]
        indexes = [Index(fields=("starts_at",), name="session_starts")]

    def __str__(self):
        return f"{self.number} {self.title}"


class Cell(Record):
    """A counter of places; kept narrow because a rush writes it. `group` "" is a partition cell, else a cap.

    `shut` when the event is cancelled; `returned` when its free places went back to the rest.
    """

    event = models.ForeignKey(Event, models.PROTECT, related_name="cells", db_index=False)
    session = models.ForeignKey(Session, models.PROTECT, null=True, blank=True, related_name="cells", db_index=False)
    org = models.ForeignKey("orgs.Org", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    group = models.CharField(max_length=20, blank=True)
    total = models.PositiveIntegerField(default=0)
    used = models.PositiveIntegerField(default=0)
    shut = models.BooleanField(default=False)
    returned = models.BooleanField(default=False)
    give_back_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=("event", "session", "org", "group"), name="cell_once", nulls_distinct=False),
            CheckConstraint(condition=Q(used__gte=0, used__lte=F("total")), name="cell_never_oversold"),
            CheckConstraint(condition=Q(group="") | Q(org__isnull=True), name="cell_cap_is_of_all"),
        ]
        indexes = [
            Index(fields=("give_back_on",), condition=Q(give_back_on__isnull=False, returned=False), name="cell_due")
        ]

    def __str__(self):
        return f"{self.used}/{self.total}"
