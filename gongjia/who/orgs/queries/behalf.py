"""Acting for a union below (代办): who may."""

from __future__ import annotations

from uuid import UUID

from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.who.orgs import powers
from gongjia.who.orgs.models import Org
from gongjia.who.orgs.states import OrgState


def behalf_of(actor: Actor, union: UUID) -> Org | None:
    """The union for which the actor may act: active, below one of the own, and one that the actor may chase.

    An officer of the union itself does not act *for* it.
    """
    org = one_of(Org.objects.filter(pk=union, state=OrgState.ACTIVE))
    if org is None or not actor.can(powers.CHASE, org) or any(post.org_id == org.pk for post in actor.posts):
        return None
    return org
