"""What figures count: spells of membership, posts and changes that stood on a day or happened in a span."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from gongjia.base.clock import start_of
from gongjia.base.period import Period
from gongjia.who.members.models import Membership, MembershipChange, Position
from gongjia.who.orgs.queries import in_force
from gongjia.who.orgs.queries.counted import registered

# Of a person with two spells on one day at least one has ended since: the database keeps the open one unique.
DOUBLE_SPELLS = Q(until__isnull=False)


def midnight_after(period: Period) -> datetime:
    """The first moment past the last day."""
    return start_of(period.last_day + timedelta(days=1))


def spells(period: Period) -> QuerySet[Membership]:
    """Spells of membership, active and retained, that held on the last day."""
    return Membership.objects.filter(in_force(period.last_day))


def activated(period: Period) -> Q:
    """Of a spell or a post: its person had logged in and agreed by the end of the last day."""
    return Q(person__account__activated_at__lt=midnight_after(period))


def changes(period: Period) -> QuerySet[MembershipChange]:
    """What happened to memberships in the span."""
    return MembershipChange.objects.filter(on__gte=period.start, on__lt=period.end)


def posts(period: Period) -> QuerySet[Position]:
    """Posts held on the last day."""
    return Position.objects.filter(in_force(period.last_day))


def unions_at_work(period: Period) -> QuerySet:
    """Unions that stood on the last day with an officer who had logged in by then."""
    officers = posts(period).filter(activated(period), org_id=OuterRef("pk"))
    return registered(period).filter(Exists(officers))
