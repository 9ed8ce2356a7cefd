"""The one gate: which rounds, applications and awards an actor may read.

An application is visible to whoever may read programmes at its `scope_org` or above: the union that counts,
or, where the programme is sensitive, the first desk's union: the worker's own union, whose officer is often
the employer's, then learns only that one exists (`hidden_counts`). A person always sees their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Count, F, Model, Q, QuerySet

from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import Forbidden, Hidden
from gongjia.who.orgs.queries import within
from gongjia.work.programmes import powers
from gongjia.work.programmes.models import Appeal, Application, Award, Decision, HistoryBatch, Round

M = TypeVar("M", bound=Model)
NOTHING = Q(pk__in=[])

PREFIX: dict[type[Model], str] = {
    Round: "org__",
    Application: "scope_org__",
    Award: "org__",
    Decision: "org__",
    Appeal: "org__",
    HistoryBatch: "org__",
}


@cache
def related(name: str) -> Any:
    """The model that a field of an application points at: person, org, household, account."""
    return Application._meta.get_field(name).related_model


def own(actor: Actor) -> Q:
    """Applications that are the actor's own, by person or by log-in."""
    found = Q()
    if actor.person_id:
        found |= Q(person_id=actor.person_id)
    if actor.account_id:
        found |= Q(account_id=actor.account_id)
    return found or NOTHING


def gate(actor: Actor, model: type[Model], power: str = powers.READ) -> Q:
    """The condition of `visible`."""
    if not actor.holds(power):
        return NOTHING
    found = within(actor, power, prefix=PREFIX[model])
    # what was never handed in is the applicant's own business
    return found & ~Q(number="") if model is Application else found


def visible(actor: Actor, model: type[M] = Application, power: str = powers.READ) -> QuerySet[M]:
    """The rows that the actor may read as an officer."""
    found = model._default_manager.filter(gate(actor, model, power))
    # an award of a sensitive programme shows where its application shows
    if model is Award and not actor.everywhere:
        found = found.filter(Q(application__isnull=True) | Q(application__sensitive=False) | _award_scope(actor, power))
    return found


def _award_scope(actor: Actor, power: str) -> Q:
    return within(actor, power, prefix="application__scope_org__") if actor.holds(power) else NOTHING


def get(actor: Actor, pk: UUID, model: type[M] = Application, power: str = powers.READ) -> M:  # type: ignore[assignment]
    """One row: `Hidden` when it is none of the actor's, `Forbidden` when it is only readable."""
    found = one_of(visible(actor, model).filter(pk=pk))
    if found is None and model is Application:
        found = one_of(Application.objects.filter(own(actor), pk=pk))
        if found is not None and power != powers.READ:
            raise Forbidden(power)
    if found is None:
        raise Hidden(str(pk))
    if power != powers.READ and not visible(actor, model, power).filter(pk=pk).exists():
        raise Forbidden(power)
    return found  # type: ignore[return-value]


def mine(actor: Actor, pk: UUID) -> Application:
    """One application of the actor's own; `Hidden` when it is somebody else's."""
    found = one_of(Application.objects.filter(own(actor), pk=pk).select_related("round", "round__form", "org"))
    if found is None:
        raise Hidden(str(pk))
    return found


def hidden_counts(actor: Actor, round_ids: Iterable[UUID] = ()) -> dict[UUID, int]:
    """Round -> how many sensitive applications of the actor's own unions lie above their sight."""
    found = Application.objects.filter(within(actor, powers.READ, prefix="org__"), sensitive=True)
    found = found.exclude(gate(actor, Application)).exclude(state__in=("draft", "withdrawn")).exclude(
        scope_org=F("org")
    )  # fmt: skip
    if ids := list(round_ids):
        found = found.filter(round_id__in=ids)
    return dict(found.values("round_id").annotate(count=Count("pk")).values_list("round_id", "count"))
