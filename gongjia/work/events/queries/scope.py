"""The one gate: which events, sign-ups and what hangs on them an actor may read as an officer.

An event shows at its organiser and above, and, once published, to the officers of every union whose members it is
for. A sign-up shows at the union that counts and above, and to whoever may read events at the organiser. Teams,
faults and work facts show at their union and above. A person always sees their own.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import Forbidden, Hidden
from gongjia.who.orgs.queries import EVERYTHING, NOTHING, within
from gongjia.work.events import powers
from gongjia.work.events.models import (
    Attendance,
    Certificate,
    Child,
    Draw,
    Event,
    Fault,
    Paper,
    Result,
    Session,
    SignUp,
    Team,
    WorkFact,
)

M = TypeVar("M", bound=Model)

# what belongs to an event shows at its organiser; the second path, where there is one, at the union that counts
PREFIX: dict[type[Model], tuple[str, ...]] = {
    SignUp: ("org__", "event__org__"),
    Attendance: ("org__", "event__org__"),
    Result: ("home_org__", "org__"),
    Certificate: ("org__", "sign_up__org__"),
    Child: ("sign_up__event__org__",),
    Draw: ("org__",),
    Fault: ("org__", "sign_up__org__"),
    Team: ("org__",),
    WorkFact: ("org__",),
}
READING: dict[type[Model], str] = {Child: powers.CHILDREN, WorkFact: powers.FACTS}


@cache
def related(name: str) -> Any:
    """The model that a field of a sign-up points at: person, org."""
    return SignUp._meta.get_field(name).related_model


def gate(actor: Actor, model: type[Model], power: str = "") -> Q:
    """The condition of `visible`. Never empty."""
    power = power or READING.get(model, powers.READ)
    if not actor.holds(power):
        return NOTHING
    if actor.everywhere:
        return EVERYTHING
    if model is Event:
        return _of_events(actor, power)
    if model in (Session, Paper):
        return Q(Exists(Event.objects.filter(_of_events(actor, power), pk=OuterRef("event_id"))))
    found = NOTHING
    for prefix in PREFIX[model]:
        found |= within(actor, power, prefix=prefix)
    return found


def _of_events(actor: Actor, power: str) -> Q:
    """Organised at or below the actor's posts; to read also what is published for the unions of these posts."""
    found = within(actor, power, prefix="org__")
    if power != powers.READ:
        return found
    for root in actor.roots(power):
        found |= for_member(root.path, root.org_id)
    return found


def visible(actor: Actor, model: type[M] = Event, power: str = "") -> QuerySet[M]:  # type: ignore[assignment]
    """The rows that the actor may read as an officer (or those that another power reaches)."""
    return model._default_manager.filter(gate(actor, model, power))


def get(actor: Actor, pk: UUID, model: type[M] = Event, power: str = "") -> M:  # type: ignore[assignment]
    """One row: `Hidden` when it is none of the actor's, `Forbidden` when it is only readable."""
    found = one_of(visible(actor, model).filter(pk=pk))
    if found is None:
        raise Hidden(str(pk))
    if power and not visible(actor, model, power).filter(pk=pk).exists():
        raise Forbidden(power)
    return found


def mine(actor: Actor, pk: UUID) -> SignUp:
    """One sign-up of the actor's own; `Hidden` when it is somebody else's."""
    found = None
    if actor.person_id is not None:
        found = one_of(
            SignUp.objects.filter(person_id=actor.person_id, pk=pk).select_related("event__org", "session", "org")
        )
    if found is None:
        raise Hidden(str(pk))
    return found


def for_member(org_path: str, org_id: UUID | None) -> Q:
    """Published events that members of a union may see: their audience is that union, one above it, or guides it."""
    found = Q(audience__path__in=[org_path[:end] for end in range(4, len(org_path) + 1, 4)])
    if org_id is not None:
        closure = related("org")._meta.get_field("above").related_model
        guiding = closure.objects.filter(descendant_id=org_id, via="industry", until__isnull=True)
        found |= Q(audience_id__in=guiding.values("ancestor_id"))
    return found & ~Q(state="draft")


def open_to(actor: Actor, event_id: UUID) -> Event:
    """A published event, whoever asks: for portal pages. Drafts are `Hidden`."""
    found = one_of(Event.objects.select_related("org", "audience").filter(pk=event_id).exclude(state="draft"))
    if found is None:
        raise Hidden(str(event_id))
    return found
