"""The one gate: which rows of money an actor may read."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import Forbidden, Hidden
from gongjia.money.funds import powers
from gongjia.money.funds.models import (
    BankFile,
    BankLine,
    Batch,
    BudgetLine,
    Ceiling,
    Doubt,
    Earmark,
    Payment,
    Posting,
    Reversal,
    Sample,
)
from gongjia.who.orgs.queries import within

M = TypeVar("M", bound=Model)

# model -> (path to the union that pays, powers any of which lets one read)
GATES: dict[type[Model], tuple[str, tuple[str, ...]]] = {
    BudgetLine: ("org__", (powers.READ,)),
    Earmark: ("line__org__", (powers.READ,)),
    Ceiling: ("org__", (powers.READ,)),
    Batch: ("org__", (powers.READ,)),
    Payment: ("org__", (powers.READ,)),
    BankFile: ("batch__org__", (powers.READ,)),
    BankLine: ("batch__org__", (powers.READ,)),
    Posting: ("org__", (powers.READ,)),
    Reversal: ("payment__org__", (powers.READ,)),
    Sample: ("org__", (powers.AUDIT,)),
    Doubt: ("org__", (powers.AUDIT, powers.ANSWER)),
}


def visible(actor: Actor, model: type[M], power: str = "") -> QuerySet[M]:
    """The rows of a model that the actor may read, or those that another power reaches."""
    prefix, reading = GATES[model]
    gate = Q(pk__in=[])
    for one in (power,) if power else reading:
        if actor.holds(one):
            gate |= within(actor, one, prefix=prefix)
    return model._default_manager.filter(gate)


def get(actor: Actor, model: type[M], pk: UUID, *related: str, power: str = "") -> M:
    """One row: `Hidden` when it is none of the actor's, `Forbidden` when it is only readable."""
    row: Any = one_of(visible(actor, model).filter(pk=pk).select_related(*related))
    if row is None:
        raise Hidden(str(pk))
    if power and not actor.can(power, row.org):
        raise Forbidden(power)
    return row
