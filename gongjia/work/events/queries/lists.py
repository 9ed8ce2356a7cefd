"""Lists for officers and members: the roster to nominate from, teams, one's own sign-ups and marks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from gongjia.base.actor import Actor
from gongjia.base.clock import SHANGHAI
from gongjia.base.refused import Reason
from gongjia.who.members.queries import spells_on
from gongjia.who.orgs.queries import below, guided_by
from gongjia.work.events import powers, rules
from gongjia.work.events.models import Event, Fault, Session, SignUp, Team
from gongjia.work.events.queries.facts import eligible_facts, terms_of
from gongjia.work.events.queries.scope import for_member, gate, visible

MOST = 2000


@dataclass(frozen=True)
class RosterRow:
    """One member on the list to nominate from. `reasons` why they may not; `state` of the sign-up they have."""

    person_id: UUID
    name: str
    org_id: UUID | None
    org_name: str
    work: frozenset[str]
    served_on: date | None
    state: str
    reasons: tuple[Reason, ...]
    org_path: str = ""

    @property
    def order(self) -> tuple[int, str, str, str, str]:
        """Never served first, then the longest ago; whoever may not go, or goes already, comes last."""
        since = self.served_on.isoformat() if self.served_on else ""
        return (int(bool(self.reasons or self.state)), since, self.org_path, self.name, str(self.person_id))


def members_of(org: Any) -> Q:
    """Memberships of a union and of those below it, or guided by it."""
    mine = below(org)
    if org.kind in ("industry", "trade"):
        mine |= Q(org_id__in=guided_by(org).values("pk"))
    return mine


def roster(
    actor: Actor, event: Event, org: Any, at: datetime, *, session: Session | None = None, text: str = ""
) -> list[RosterRow]:
    """Members of a union and of those below it, never-served first, then who was served longest ago. Three queries.

    Empty for one who may not sign them up. Union by union where there are more than `MOST`.
    """
    if not actor.can(powers.SIGN, org):
        return []
    spells = spells_on(at.astimezone(SHANGHAI).date()).filter(members_of(org), standing="active")
    if text:
        spells = spells.filter(person__name__contains=text)
    ids = list(spells.order_by("org_path", "pk").values_list("person_id", flat=True)[:MOST])
    terms = terms_of(event, session)
    facts = eligible_facts(ids, event, at, session=session, whole=True)
    rows = [
        RosterRow(
            pk, one.name, one.org_id, one.org_name, one.work, one.served_on, one.live,
            tuple(rules.reasons(one, terms, at, by="union")), one.org_path or "",
        )
        for pk, one in ((pk, facts[pk]) for pk in ids)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: row.order)


@dataclass(frozen=True)
class TeamRow:
    team: Team
    members: int
    minutes: int  # of volunteer service of those who were in it on the day, over all years

    @property
    def hours(self) -> int:
        return self.minutes // 60


def teams(actor: Actor, *, open_only: bool = False) -> list[TeamRow]:
    """Teams in the actor's sight, with members now and hours served while they were in it. Two queries."""
    found = visible(actor, Team).select_related("org").order_by("org__path", "founded_on", "pk")
    rows = list(found.filter(closed_on__isnull=True) if open_only else found)
    with connection.cursor() as cursor:
        cursor.execute(
            "select m.team_id, count(distinct m.person_id) filter (where m.until is null),"
            " coalesce(sum((select sum(a.minutes) from events_attendance a join events_event e on e.id = a.event_id"
            "  where a.person_id = m.person_id and e.kind = 'volunteer' and a.standing in ('present', 'late')"
            "  and a.on >= m.since and (m.until is null or a.on < m.until))), 0)"
            " from events_teammember m where m.team_id = any(%s) group by m.team_id",
            [[row.pk for row in rows]],
        )
        sums = {pk: (members, int(minutes)) for pk, members, minutes in cursor.fetchall()}
    return [TeamRow(row, *sums.get(row.pk, (0, 0))) for row in rows]


def offered_to(actor: Actor, at: datetime) -> QuerySet[Event]:
    """活动 for the one who asks: published, not over, for members of their union. Soonest to close first."""
    all_events = Event.objects.annotate(until=Coalesce("closes_at", "first_at", "last_at"))
    spell = (
        spells_on(at.astimezone(SHANGHAI).date())
        .filter(person_id=actor.person_id, standing="active")
        .values_list("org_path", "org_id")
        .first()
        if actor.person_id is not None
        else None
    )
    if spell is None:
        return all_events.none()
    found = all_events.filter(for_member(*spell), state__in=("open", "closed"), last_at__gt=at)
    return found.select_related("org").order_by(*SOONEST)


SOONEST = ("until", "id")  # until one can sign up, else the day itself


def my_sign_ups(actor: Actor) -> QuerySet[SignUp]:
    """One's own sign-ups, newest first."""
    if actor.person_id is None:
        return SignUp.objects.none()
    mine = SignUp.objects.filter(person_id=actor.person_id)
    return mine.select_related("event__org", "session").order_by("-entered_at", "-pk")


def my_faults(actor: Actor) -> QuerySet[Fault]:
    if actor.person_id is None:
        return Fault.objects.none()
    return Fault.objects.filter(person_id=actor.person_id).select_related("event", "org").order_by("-on", "-pk")


def appeals(actor: Actor) -> QuerySet[Fault]:
    """Appeals that wait for the actor's answer, oldest first; one's own is answered by somebody else."""
    found = Fault.objects.filter(gate(actor, Fault, powers.APPEALS), state="appealed")
    if actor.person_id is not None:
        found = found.exclude(person_id=actor.person_id)
    return found.select_related("event", "person", "org").order_by("appealed_at", "pk")


def sign_up_list(actor: Actor, event: Event, *, state: str = "", text: str = "") -> QuerySet[SignUp]:
    """The sign-ups of an event in the actor's sight, in the order of the line."""
    found = visible(actor, SignUp).filter(event=event).select_related("person", "org", "session")
    if state:
        found = found.filter(state=state)
    if text:
        found = found.filter(person__name__contains=text)
    return found.order_by("state", "waiting_no", "entered_at", "pk")
