"""What a member's phone and anybody's browser ask: one's own sign-ups and children, files of an event, public events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden
from gongjia.who.orgs.kinds import UPPER_KINDS
from gongjia.work.events import kinds, powers
from gongjia.work.events.models import (
    Attendance,
    Certificate,
    Child,
    Event,
    Fault,
    Feedback,
    Paper,
    PickUp,
    Session,
    SignUp,
)
from gongjia.work.events.queries.scope import visible
from gongjia.work.events.states import LIVE

SHOWN = (kinds.PaperUse.MATERIAL.value, kinds.PaperUse.PHOTO.value)  # evidence is for officers
COMING = timedelta(days=14)
PUBLIC_FOR = timedelta(days=30)  # an event stays on the public list so long after its end


def sessions_of(event: Event) -> list[Session]:
    """Those that take place, in order."""
    return list(Session.objects.filter(event=event, cancelled=False).order_by("number"))


def sessions_with_places(event: Event) -> list[tuple[Session, int | None]]:
    """Sessions to choose from, with the places that are free in each; None: without limit. Two queries."""
    from gongjia.work.events.queries.places import counters

    free: dict[UUID | None, int] = {}
    for cell in counters(event.pk):
        if not cell.group:
            free[cell.session_id] = free.get(cell.session_id, 0) + (0 if cell.shut else cell.free)
    return [(one, free.get(one.pk)) for one in sessions_of(event)]


def live_in(actor: Actor, event_ids: Iterable[UUID]) -> dict[UUID, SignUp]:
    """Event -> the live sign-up that the one who asks has in it. One query."""
    if actor.person_id is None:
        return {}
    rows = SignUp.objects.filter(person_id=actor.person_id, event_id__in=list(event_ids), state__in=LIVE)
    return {one.event_id: one for one in rows}


def offered_places(actor: Actor) -> QuerySet[SignUp]:
    """Places that wait for one's own word, the soonest to lapse first."""
    if actor.person_id is None:
        return SignUp.objects.none()
    rows = SignUp.objects.filter(person_id=actor.person_id, state="offered").select_related("event")
    return rows.order_by("held_until", "pk")


def coming_places(actor: Actor, at: datetime, limit: int = 5) -> QuerySet[SignUp]:
    """Where one has a place in the next days, the soonest first."""
    if actor.person_id is None:
        return SignUp.objects.none()
    soon = {"event__first_at__lt": at + COMING, "event__last_at__gt": at, "event__state__in": ("open", "closed")}
    rows = SignUp.objects.filter(person_id=actor.person_id, state="placed", **soon).select_related("event")
    return rows.order_by("event__first_at", "pk")[:limit]


def entries_of(event_id: UUID) -> int:
    """How many stand in the list of a lot now."""
    return SignUp.objects.filter(event_id=event_id, state="entered").count()


def attended(sign_up: SignUp) -> list[Attendance]:
    rows = Attendance.objects.filter(sign_up=sign_up).select_related("session")
    return list(rows.order_by("session__number"))


def certificate_to(sign_up: SignUp) -> Certificate | None:
    return Certificate.objects.filter(sign_up=sign_up).first()


def feedback_of(sign_up: SignUp) -> Feedback | None:
    return Feedback.objects.filter(sign_up=sign_up).defer("words").first()


def my_fault(actor: Actor, pk: UUID) -> Fault:
    """One's own no-show mark."""
    found = None
    if actor.person_id is not None:
        rows = Fault.objects.filter(person_id=actor.person_id).select_related("event__org", "org")
        found = one_of(rows.filter(pk=pk))
    if found is None:
        raise Hidden(str(pk))
    return found


def fault_in(sign_up: SignUp) -> Fault | None:
    return Fault.objects.filter(sign_up=sign_up).first()


# children ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class MyChild:
    """A child as its guardian sees it on the own phone. Names in full; numbers masked; of its health only whether."""

    id: UUID
    name: str
    born: str
    grade: int | None
    relation: str
    has_health: bool
    left_on: date | None
    pick_ups: tuple[tuple[UUID, str, str, str], ...]  # key, name, relation, masked phone
    days: tuple[Any, ...] = ()


def _opened(child: Child, people: Iterable[PickUp], days: Iterable[Any] = ()) -> MyChild:
    name: Any = child.name
    born: Any = child.born
    return MyChild(
        child.pk, name.open_unlogged() if name else "（资料已删除）", born.open_unlogged() if born else "", child.grade,
        child.relation, bool(child.health), child.left_on,
        tuple((one.pk, _plain(one.name), one.relation, str(one.phone) if one.phone else "") for one in people),
        tuple(days),
    )  # fmt: skip


def _plain(sealed: Any) -> str:
    return sealed.open_unlogged() if sealed else ""


def my_children(actor: Actor, sign_up: SignUp) -> list[MyChild]:
    """Two queries. Empty for anybody but the guardian."""
    if actor.person_id is None:
        return []
    rows = list(Child.objects.filter(sign_up=sign_up, guardian_id=actor.person_id).order_by("pk"))
    people: dict[UUID, list[PickUp]] = {}
    for one in PickUp.objects.filter(child__in=rows, removed_on__isnull=True).order_by("pk"):
        people.setdefault(one.child_id, []).append(one)
    return [_opened(one, people.get(one.pk, ())) for one in rows]


def my_child(actor: Actor, pk: UUID) -> tuple[Child, MyChild]:
    """One's own child, with who may fetch it and the days it was there."""
    found = None
    if actor.person_id is not None:
        rows = Child.objects.filter(guardian_id=actor.person_id).select_related("sign_up__event")
        found = one_of(rows.filter(pk=pk))
    if found is None:
        raise Hidden(str(pk))
    people = PickUp.objects.filter(child=found, removed_on__isnull=True).order_by("pk")
    days = found.days.select_related("session").order_by("session__number")
    return found, _opened(found, people, days)


def my_pick_up(actor: Actor, pk: UUID) -> PickUp:
    """Somebody who may fetch one's own child."""
    found = None
    if actor.person_id is not None:
        found = one_of(PickUp.objects.filter(child__guardian_id=actor.person_id, pk=pk).select_related("child"))
    if found is None:
        raise Hidden(str(pk))
    return found


# files ---------------------------------------------------------------------------------------------------
def shown_papers(event: Event) -> list[Paper]:
    """Materials and photos that whoever comes may see."""
    rows = Paper.objects.filter(event=event, use__in=SHOWN, removed_on__isnull=True)
    return list(rows.select_related("attachment"))


def shown_paper(event: Event, pk: UUID) -> Paper:
    found = next((one for one in shown_papers(event) if one.pk == pk), None)
    if found is None:
        raise Hidden(str(pk))
    return found


# the door ------------------------------------------------------------------------------------------------
def door_session(actor: Actor, pk: UUID) -> Session:
    """A session at whose door the officer may stand."""
    found = one_of(visible(actor, Session, powers.DOOR).select_related("event__org").filter(pk=pk))
    if found is None:
        raise Hidden(str(pk))
    return found


def door_today(actor: Actor, at: datetime) -> list[tuple[Session, int]]:
    """Sessions whose door opens within a day or is open now, with how many came. Two queries."""
    rows = visible(actor, Session, powers.DOOR).filter(
        cancelled=False,
        ends_at__gt=at,
        starts_at__lt=at + timedelta(days=1),
        event__state__in=("open", "closed", "held"),
    )
    found = list(rows.select_related("event__org").order_by("starts_at", "pk")[:50])
    counts: Any = (
        Attendance.objects.filter(session__in=found, standing__in=("present", "late"))
        .order_by("session").values("session_id").annotate(n=Count("pk"))
    )  # fmt: skip
    came = {row["session_id"]: row["n"] for row in counts}
    return [(one, came.get(one.pk, 0)) for one in found]


# anybody -------------------------------------------------------------------------------------------------
def _for_anybody() -> Q:
    """Whose members come from many unions, at whatever depth, and what needs no sign-up, whoever holds it.

    A single union's own, with a sign-up, is its members' affair: they find it on their phones.
    """
    return Q(audience__kind__in=UPPER_KINDS) | Q(way=kinds.Way.NONE)


PUBLIC_ORDER = ("over", "first_at", "id")


def public_events(at: datetime, text: str = "") -> QuerySet[Event]:
    """Published events for whoever looks, what is still to come first; by title, place or organiser."""
    found = Event.objects.filter(_for_anybody(), last_at__gt=at - PUBLIC_FOR).exclude(state__in=("draft", "cancelled"))
    if text:
        found = found.filter(named(text))
    return found.select_related("org", "audience").annotate(over=Q(last_at__lte=at)).order_by(*PUBLIC_ORDER)


def named(text: str) -> Q:
    """What people look for an event by."""
    whose = Q(org__name__icontains=text) | Q(org__short_name__icontains=text)
    return Q(title__icontains=text) | Q(place__icontains=text) | whose


def public_event(pk: UUID) -> Event:
    found = Event.objects.filter(_for_anybody()).exclude(state="draft")
    one = one_of(found.select_related("org", "audience").filter(pk=pk))
    if one is None:
        raise Hidden(str(pk))
    return one
