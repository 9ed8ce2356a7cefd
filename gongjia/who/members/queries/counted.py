"""Rows that figures of the report count, beside those of `counts`: posts held, unions whose officers work here."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from gongjia.who.members.models import Position
from gongjia.who.members.queries.counts import platforms_on
from gongjia.who.orgs.queries import in_force
from gongjia.who.orgs.queries.counted import registered_on

# Of a person with two spells on one day at least one has ended since: the database keeps the open one unique.
DOUBLE_SPELLS = Q(until__isnull=False)


def posts_on(day: date) -> QuerySet[Position]:
    """Posts held on a day."""
    return Position.objects.filter(in_force(day))


def unions_at_work(day: date) -> QuerySet:
    """Unions that stood on a day with an officer who had logged in by then (口径 of 开通管理平台)."""
    return registered_on(day).filter(Exists(platforms_on(day).filter(org_id=OuterRef("pk"))))
