"""Beginning and ending to act for a union below (代办): the union finds both in its own journal."""

from __future__ import annotations

from datetime import datetime

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import refuse
from gongjia.who.orgs import powers, queries
from gongjia.who.orgs.models import Org


def begin_behalf(*, org: Org, actor: Actor, at: datetime, note: str = "") -> None:
    actor.must(powers.CHASE, org)
    if actor.behalf is not None or queries.behalf_of(actor, org.pk) is None:
        refuse("behalf_not_below", "只能代自己下面的、正常的工会办理；一次只代一家。", fact=org.name)
    with journal.act():
        journal.write("orgs.behalf_begun", actor=actor, at=at, org=org, subject=org, note=note)


def end_behalf(*, actor: Actor, at: datetime) -> None:
    """`actor`: still acting for the union."""
    if actor.behalf is None:
        return
    with journal.act():
        journal.write(
            "orgs.behalf_ended", actor=actor, at=at, org=actor.behalf.id, subjects=[("orgs.org", actor.behalf.id)]
        )
