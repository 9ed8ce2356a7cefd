"""The one gate: which rows an actor may read.

A person is visible where their file is kept: at the union of their latest spell, whether it is
still open or not; a person who never was a member, where they hold or held a post. A union they
left keeps the row of its own spell, not the person.
"""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import Forbidden, Hidden
from gongjia.who.members import powers
from gongjia.who.members.models import (
    Correction,
    Cover,
    Help,
    Membership,
    MembershipChange,
    Person,
    Position,
    Transfer,
)
from gongjia.who.orgs.queries import EVERYTHING, NOTHING, within

M = TypeVar("M", bound=Model)

READING: dict[type[Model], str] = {
    Person: powers.READ,
    Membership: powers.READ,
    MembershipChange: powers.READ,
    Transfer: powers.READ,
    Correction: powers.READ,
    Help: powers.SETTLE,
    Position: powers.POSITIONS_READ,
    Cover: powers.POSITIONS_READ,
}


def visible(actor: Actor, model: type[M], power: str = "") -> QuerySet[M]:
    """The rows of a model that the actor may read, or those that another power reaches."""
    return model._default_manager.filter(gate(actor, model, power))


def gate(actor: Actor, model: type[Model], power: str = "") -> Q:
    """The condition of `visible`. Never empty, so that it may stand in an OR."""
    power = power or READING[model]
    if not actor.holds(power):
        return NOTHING
    if actor.everywhere:
        return EVERYTHING
    if model is Membership:
        return within(actor, power, prefix="org__", path="org_path")
    if model is Person:
        return _of_persons(actor, power)
    if model is Transfer:
        return within(actor, power, prefix="from_org__") | within(actor, power, prefix="to_org__")
    if model is Cover:
        return within(actor, power, prefix="position__org__")
    return within(actor, power, prefix="org__")


def _of_persons(actor: Actor, power: str) -> Q:
    spells = Membership.objects.filter(person=OuterRef("pk"), is_latest=True)
    posts = Position.objects.filter(person=OuterRef("pk"))
    return Q(Exists(spells.filter(within(actor, power, prefix="org__", path="org_path")))) | (
        ~Q(Exists(spells)) & Q(Exists(posts.filter(within(actor, power, prefix="org__"))))
    )


def get(actor: Actor, model: type[M], pk: UUID, power: str = "") -> M:
    """One row: `Hidden` when it is none of the actor's, `Forbidden` when it is only readable.

    The id of a person that was merged away answers with the person kept.
    """
    if model is Person:
        pk = alive(pk)
    row = one_of(visible(actor, model).filter(pk=pk))
    if row is None:
        raise Hidden(str(pk))
    if power and power != READING[model] and not visible(actor, model, power).filter(pk=pk).exists():
        raise Forbidden(power)
    return row


def alive(person_id: UUID) -> UUID:
    """The person that an id answers for: itself, or the one it was merged into, however often."""
    seen = {person_id}
    while True:
        into = one_of(Person.objects.filter(pk=person_id).values_list("merged_into_id", flat=True))
        if into is None or into in seen:
            return person_id
        seen.add(into)
        person_id = into
