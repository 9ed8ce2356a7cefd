"""What tests of events and of programmes stand on: the small federation, its members, one's own actor.

A conftest takes from here what its tests need; a fixture is known where its name is imported.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from gongjia.base.actor import Actor
from gongjia.who.orgs import queries as org_queries
from tests.who.members.conftest import (
    AT,
    DAY,
    World,
    id_card,
    in_role,
    join,
    machine,
    officer,
    paper,
    phone,
    world,
)

__all__ = [
    "AT", "DAY", "World", "admitted", "id_card", "in_role", "join", "machine", "me", "officer", "paper", "persons", "phone",
    "world",
]  # fmt: skip


def me(person: Any) -> Actor:
    """The member themself, without any post."""
    return Actor(person.account_id, person.pk, person.name, (), guides=org_queries.guides)


def admitted(join: Any, org: Any, names: Iterable[str], *, log_in: bool = False) -> list[Any]:
    """Members of a union, admitted one by one; with a log-in they have a phone too."""
    from gongjia.who.members import actions

    if not log_in:
        return [join(org, name, with_phone=False).person for name in names]
    return [actions.open_account(person=join(org, name).person, actor=None, at=AT) for name in names]


def persons(org: Any, count: int) -> list[Any]:
    """Many members by COPY-like inserts: for races, where admitting one by one would take longer than the race."""
    from gongjia.base.models import uuid7
    from gongjia.who.members.models import Membership, Person

    made = Person.objects.bulk_create([Person(id=uuid7(), name=f"会员{n}", sex="1") for n in range(count)])
    since = DAY - timedelta(400)
    Membership.objects.bulk_create(
        [Membership(person=one, org=org, org_path=org.path, since=since, joined_on=since) for one in made]
    )
    return made
