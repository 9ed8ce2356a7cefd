"""Posts: who holds which role where, from when to when; and dated cover for an absent holder."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from gongjia.base.models import Record, TextKind


def _roles() -> dict[str, str]:
    from django.utils.module_loading import import_string

    return {role.key: role.label for role in import_string(settings.GONGJIA_ROLES)}


class Position(Record):
    """One person's post in [since, until). Rights are read from here at every request."""

    person = models.ForeignKey("members.Person", models.PROTECT, related_name="positions")
    org = models.ForeignKey("orgs.Org", models.PROTECT, related_name="positions")
    term = models.ForeignKey("orgs.Term", models.PROTECT, null=True, blank=True, related_name="positions")
    role = TextKind(kinds=_roles, max_length=40)
    post_name = models.CharField(max_length=40, blank=True)  # as printed on the door: 主席, 主任, 组织委员
    full_time = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_on = models.DateField()  # last quarterly re-confirmation; the first one is the grant
    ended_why = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ("since",)
        constraints = [
            UniqueConstraint(
                fields=("person", "org", "role"), condition=Q(until__isnull=True), name="position_once_now"
            ),
            CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="position_order"),
            # nobody grants to themselves
            CheckConstraint(
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("person")), name="position_not_by_self"
            ),
        ]
        indexes = [Index(fields=("org", "role"), name="position_org_role")]

    def __str__(self):
        return f"{self.role} {self.since}"


class Cover(Record):
    """Leave cover: in [since, until) the stand-in may act from the holder's post."""

    position = models.ForeignKey(Position, models.PROTECT, related_name="covers")
    stand_in = models.ForeignKey("members.Person", models.PROTECT, related_name="covers")
    since = models.DateField()
    until = models.DateField()
    why = models.CharField(max_length=100, blank=True)
    granted_by = models.ForeignKey("members.Person", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("since",)
        constraints = [
            # `until` may come back to `since` when a cover is called off before it began
            CheckConstraint(condition=Q(until__gte=F("since")), name="cover_order"),
        ]

    def __str__(self):
        return f"{self.position_id} {self.since}"
