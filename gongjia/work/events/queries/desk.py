"""What an officer's pages ask beside the lists: figures of a board, one record with what hangs on it, who would be told."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from gongjia.base.actor import Actor
from gongjia.base.clock import start_of
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden
from gongjia.who.members.queries import spells_on
from gongjia.who.orgs.queries import below
from gongjia.work.events import kinds, powers
from gongjia.work.events.models import (
    Child,
    ChildDay,
    ContestRound,
    Draw,
    Event,
    Fault,
    Paper,
    PickUp,
    Result,
    Session,
    SignUp,
    Team,
    TeamMember,
    WorkFact,
)
from gongjia.work.events.queries.draws import published
from gongjia.work.events.queries.scope import gate, visible
from gongjia.work.events.states import LIVE

WORK_MOST = 500
UNDATED = start_of(date(9999, 1, 1))


def event_of(actor: Actor, pk: UUID) -> Event:
    """One event with its organiser; `Hidden` outside the actor's sight."""
    found = one_of(visible(actor).select_related("org", "audience", "led_by").filter(pk=pk))
    if found is None:
        raise Hidden(str(pk))
    return found


def session_of(actor: Actor, pk: UUID) -> Session:
    found = one_of(visible(actor, Session).select_related("event__org", "event__audience").filter(pk=pk))
    if found is None:
        raise Hidden(str(pk))
    return found


def sign_up_of(actor: Actor, pk: UUID) -> SignUp:
    found = one_of(
        visible(actor, SignUp)
        .select_related("event__org", "event__audience", "session", "person", "org", "cell__org")
        .filter(pk=pk)
    )
    if found is None:
        raise Hidden(str(pk))
    return found


def sessions_of(event: Event, *, all_of_them: bool = False) -> list[Session]:
    rows = Session.objects.filter(event=event)
    return list((rows if all_of_them else rows.filter(cancelled=False)).order_by("number"))


@dataclass(frozen=True)
class SessionRow:
    """A session with how many are expected and how many came."""

    session: Session
    expected: int
    came: int


def session_rows(event: Event) -> list[SessionRow]:
    """Two queries, whatever the number of sessions."""
    rows = Session.objects.filter(event=event).order_by("number")
    came = Count("attendance", filter=Q(attendance__standing__in=("present", "late")))
    found = list(rows.annotate(n_came=came))
    placed = dict(
        SignUp.objects.filter(event=event, state="placed").order_by().values_list("session_id").annotate(n=Count("pk"))
    )
    return [
        SessionRow(one, placed.get(one.pk if event.by_session else None, 0), one.n_came)  # type: ignore[attr-defined]
        for one in found
    ]


def tally(event_ids: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    """Event -> state of sign-ups -> how many. One query."""
    rows = SignUp.objects.filter(event_id__in=list(event_ids)).order_by()
    found: dict[UUID, dict[str, int]] = {}
    for pk, state, count in rows.values_list("event_id", "state").annotate(n=Count("pk")):
        found.setdefault(pk, {})[state] = count
    return found


def told_of(event: Event, session: Session | None = None) -> tuple[int, int]:
    """(who would hear of a change, how many of these have a log-in to be told at). One query."""
    rows = SignUp.objects.filter(event=event, state__in=LIVE)
    if session is not None and event.by_session:
        rows = rows.filter(session=session)
    found = rows.aggregate(n=Count("pk"), told=Count("pk", filter=Q(person__account__isnull=False)))
    return found["n"], found["told"]


@dataclass(frozen=True)
class Due:
    """What on the board wants something from the actor, and until when."""

    event: Event
    sort: str  # seal | open | lapse | closing | today | settle
    when: datetime | None


def latest_first(found: QuerySet[Event]) -> QuerySet[Event]:
    """With `day`, to be ordered by it: when the event begins. What has no day yet stands at the head."""
    return found.annotate(day=Coalesce("first_at", Value(UNDATED)))


def due_of(actor: Actor, at: datetime, most: int = 5) -> list[Due]:
    """Sign-ups that close or sessions that begin soon, lots to open, events to settle, of those the actor runs."""
    mine = Event.objects.filter(gate(actor, Event, powers.OPEN)).select_related("org")
    own = mine.filter(org_id__in=[root.org_id for root in actor.roots(powers.OPEN)])  # each union settles its own
    soon = at + timedelta(days=3)
    found = [
        *(Due(one.event, "open", one.public_on) for one in _lots(actor, at)[:most]),
        *(Due(one, "commit", one.opens_at) for one in _without_seed(mine)[:most]),
        *(
            Due(one, "today", one.first_at)
            for one in mine.filter(state__in=("open", "closed"), first_at__gte=at, first_at__lt=soon).order_by(
                "first_at"
            )[:most]
        ),
        *(
            Due(one, "closing", one.closes_at)
            for one in mine.filter(state="open", closes_at__gt=at, closes_at__lte=soon).order_by("closes_at")[:most]
        ),
        *(Due(one, "settle", one.last_at) for one in own.filter(state="held").order_by("last_at")[:most]),
    ]
    return found[:most]


def _lots(actor: Actor, at: datetime) -> QuerySet[Draw]:
    rows = Draw.objects.filter(gate(actor, Draw, powers.DRAW), state="sealed", public_on__lte=at)
    return rows.select_related("event__org").order_by("public_on")


def _without_seed(mine: QuerySet[Event]) -> QuerySet[Event]:
    """Published lots whose seed hash is not: nobody can enter before it is."""
    lots = mine.filter(state="open", way=kinds.Way.LOT)
    return lots.exclude(pk__in=Draw.objects.exclude(state="failed").values("event_id")).order_by("opens_at")


def earlier(actor: Actor, limit: int = 15) -> list[Event]:
    """Events that the actor may run, to start a new one from: those of the actor's own unions first."""
    rows = Event.objects.filter(gate(actor, Event, powers.OPEN)).exclude(state="draft")
    below = rows.annotate(below=~Q(org_id__in=[root.org_id for root in actor.roots(powers.OPEN)]))
    return list(below.select_related("org").order_by("below", F("first_at").desc(nulls_last=True), "-pk")[:limit])


def leaders(actor: Actor, kind: str, limit: int = 200) -> list[Event]:
    """Events that may have drawn a new one in: of the same kind, of a higher level, in sight."""
    rows = visible(actor).filter(kind=kind, level__in=("prefecture", "county", "provincial", "national"))
    return list(rows.exclude(state="cancelled").order_by("-first_at", "-pk")[:limit])


# papers -------------------------------------------------------------------------------------------------
def papers_of(event: Event) -> list[Paper]:
    rows = Paper.objects.filter(event=event, removed_on__isnull=True).select_related("attachment")
    return list(rows.order_by("use", "pk"))


def paper_of(actor: Actor, pk: UUID) -> Paper:
    found = visible(actor, Paper).filter(removed_on__isnull=True, pk=pk).select_related("event__org", "attachment")
    one = found.first()
    # evidence is for those who answer for the event
    if one is None or (one.use == kinds.PaperUse.EVIDENCE and not actor.can(powers.READ, one.event.org)):
        raise Hidden(str(pk))
    return one


# the lot ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class LotLine:
    """One line of the published list, with what came out."""

    number: str
    weight: int
    seats: int
    label: str
    rank: int | None
    ticket: str
    won: bool | None


def lot_lines(draw: Draw, most: int = 200) -> list[LotLine]:
    """The list exactly as it was published: in the order of numbers while sealed, by rank once opened."""
    text = published(draw.pk, "closing")
    if not text:
        return []
    closing = json.loads(text)
    of_number = {one["no"]: one for one in closing["entries"]}
    opened = published(draw.pk, "opening")
    if not opened:
        return [_line(closing, one, None, "", None) for one in closing["entries"][:most]]
    ranks = json.loads(opened)["ranks"][:most]
    return [
        _line(closing, of_number[one["no"]], rank, one["ticket"], one["result"] == "won")
        for rank, one in enumerate(ranks, start=1)
    ]


def _line(closing: Any, one: Any, rank: int | None, ticket: str, won: bool | None) -> LotLine:
    label = closing["cells"][one["cells"][0]]["label"]
    return LotLine(one["no"], one["weight"], one["seats"], label, rank, ticket, won)


def failed_draws(event: Event) -> list[Draw]:
    return list(Draw.objects.filter(event=event, state="failed").order_by("published_at"))


# contests -----------------------------------------------------------------------------------------------
def round_of(actor: Actor, pk: UUID) -> ContestRound:
    found = one_of(ContestRound.objects.filter(event__in=visible(actor), pk=pk).select_related("event__org"))
    if found is None:
        raise Hidden(str(pk))
    return found


def tied(event: Event) -> dict[tuple[str, int], list[Result]]:
    """Undecided ties: (trade, rank) -> results."""
    rows = Result.objects.filter(event=event, tie=True, state="draft").select_related("person", "home_org")
    found: dict[tuple[str, int], list[Result]] = {}
    for one in rows.order_by("trade", "rank", "person__name"):
        found.setdefault((one.trade, one.rank), []).append(one)
    return {key: some for key, some in found.items() if len(some) > 1}


# children -----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class ClassCount:
    children: int
    here: int
    gone: int


def class_count(session: Session) -> ClassCount:
    """How many belong to the class, are here, were fetched. No names. Two queries."""
    rows = Child.objects.filter(sign_up__event=session.event, sign_up__state="placed", left_on__isnull=True)
    if session.event.by_session:
        rows = rows.filter(sign_up__session=session)
    days = ChildDay.objects.filter(session=session).aggregate(
        came=Count("pk", filter=Q(in_at__isnull=False)), gone=Count("pk", filter=Q(out_at__isnull=False))
    )
    return ClassCount(rows.count(), days["came"] - days["gone"], days["gone"])


def without_children(event: Event) -> QuerySet[SignUp]:
    """Placed guardians who have not named their children yet."""
    rows = SignUp.objects.filter(event=event, state="placed", children__isnull=True)
    return rows.select_related("person", "org").order_by("entered_at", "pk")


def child_of(actor: Actor, pk: UUID) -> Child:
    found = one_of(visible(actor, Child).select_related("sign_up__event__org", "sign_up__person").filter(pk=pk))
    if found is None:
        raise Hidden(str(pk))
    return found


def pick_up_in(child: Child, pk: UUID) -> PickUp:
    found = one_of(PickUp.objects.filter(child=child, pk=pk, removed_on__isnull=True))
    if found is None:
        raise Hidden(str(pk))
    return found


# teams and what unions say of their members' work ------------------------------------------------------------
def team_of(actor: Actor, pk: UUID) -> Team:
    found = one_of(visible(actor, Team).select_related("org", "leader").filter(pk=pk))
    if found is None:
        raise Hidden(str(pk))
    return found


@dataclass(frozen=True)
class TeamLine:
    member: TeamMember
    minutes: int
    times: int


def team_members(team: Team) -> list[TeamLine]:
    """Who is or was in it, with the service done while in it. Two queries."""
    rows = list(TeamMember.objects.filter(team=team).select_related("person").order_by("until", "since", "pk"))
    with connection.cursor() as cursor:
        cursor.execute(
            "select m.id, coalesce(sum(a.minutes), 0), count(a.id) from events_teammember m"
            " join events_attendance a on a.person_id = m.person_id and a.standing in ('present', 'late')"
            "  and a.on >= m.since and (m.until is null or a.on < m.until)"
            " join events_event e on e.id = a.event_id and e.kind = 'volunteer'"
            " where m.team_id = %s group by m.id",
            [team.pk],
        )
        done = {pk: (int(minutes), times) for pk, minutes, times in cursor.fetchall()}
    return [TeamLine(one, *done.get(one.pk, (0, 0))) for one in rows]


def team_member_of(team: Team, pk: UUID) -> TeamMember:
    found = one_of(TeamMember.objects.filter(team=team, pk=pk).select_related("team"))
    if found is None:
        raise Hidden(str(pk))
    return found


@dataclass(frozen=True)
class WorkRow:
    person_id: UUID
    name: str
    org_name: str
    work: frozenset[str]


def work_rows(actor: Actor, org: Any, day: date, *, text: str = "", power: str = powers.FACTS) -> list[WorkRow]:
    """Members of a union and below with what is said of their work. Two queries; empty without the power there."""
    if not actor.can(power, org):
        return []
    spells = spells_on(day).filter(below(org), standing="active").select_related("person", "org")
    if text:
        spells = spells.filter(person__name__contains=text)
    rows = list(spells.order_by("org_path", "person__name_py", "pk")[:WORK_MOST])
    facts: dict[UUID, set[str]] = {}
    known = WorkFact.objects.filter(person_id__in=[one.person_id for one in rows], since__lte=day)
    for pk, key in known.filter(Q(until__isnull=True) | Q(until__gt=day)).values_list("person_id", "key"):
        facts.setdefault(pk, set()).add(key)
    return [
        WorkRow(
            one.person_id, one.person.name, one.org.short_name or one.org.name, frozenset(facts.get(one.person_id, ()))
        )
        for one in rows
    ]  # fmt: skip


# no-shows -----------------------------------------------------------------------------------------------
def fault_of(actor: Actor, pk: UUID) -> Fault:
    found = one_of(visible(actor, Fault).select_related("event", "person", "org", "sign_up__org").filter(pk=pk))
    if found is None:
        raise Hidden(str(pk))
    return found


def faults(actor: Actor, *, state: str = "") -> QuerySet[Fault]:
    rows = visible(actor, Fault).select_related("event", "person", "org", "sign_up__org")
    return rows.filter(state=state) if state else rows


def hours_done(event: Event) -> tuple[int, int, int]:
    """(minutes, 人次, 人) of an event. One query."""
    rows = event.attendance.filter(standing__in=("present", "late"))
    found = rows.aggregate(minutes=Sum("minutes", default=0), times=Count("pk"), people=Count("person", distinct=True))
    return found["minutes"], found["times"], found["people"]
