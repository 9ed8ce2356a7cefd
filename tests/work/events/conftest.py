"""A small federation with members, and events at hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.work.worlds import (  # noqa: F401  (fixtures)
    AT,
    DAY,
    World,
    admitted,
    id_card,
    in_role,
    join,
    machine,
    me,
    officer,
    paper,
    persons,
    phone,
    world,
)

HOUR = timedelta(hours=1)
STARTS = AT + timedelta(days=10)


@pytest.fixture
def people(world, join) -> Callable[..., list[Any]]:  # noqa: F811
    """So many members of a union: people(3, world.firm)."""

    def of(count: int, org: Any = None, name: str = "王") -> list[Any]:
        return admitted(join, org or world.firm, [f"{name}{n:02d}" for n in range(count)])

    return of


@pytest.fixture
def make(world) -> Callable[..., Any]:  # noqa: F811
    """A published event: make(way="first", total=3, **values) -> Event."""
    from gongjia.work.events import actions

    def event(
        kind: str = "other",
        *,
        org: Any = None,
        sessions: Any = None,
        published: bool = True,
        at: datetime = AT,
        **values: Any,
    ):
        by = {"actor": world.machine, "at": at}
        starts = at + timedelta(days=10)
        values = {
            "title": "夜校", "place": "文化宫", "way": "first", "opens_at": at - HOUR, "closes_at": at + timedelta(days=5),
            **values,
        }  # fmt: skip
        values.setdefault("total", 0 if values["way"] in ("open", "none") or values.get("by_session") else 3)
        if values["way"] == "none":
            values |= {"opens_at": None, "closes_at": None}
        if sessions is None:
            sessions = [(starts, None)]
        plans = [
            one
            if isinstance(one, actions.SessionPlan)
            else actions.SessionPlan(one[0], one[0] + 2 * HOUR, places=one[1])
            for one in sessions
        ]
        made = actions.make_event(org=org or world.fed, kind=kind, sessions=plans, **values, **by)
        return actions.publish(event=made, **by) if published else made

    return event


@pytest.fixture
def claim(world) -> Callable[..., Any]:  # noqa: F811
    """One's own claim: claim(event, person)."""
    from gongjia.work.events import actions

    def own(event: Any, person: Any, *, at: datetime = AT, **more: Any):
        return actions.claim(event=event, person=person, actor=me(person), at=at, **more)

    return own


def laws(event: Any) -> None:
    """Counter = rows, never beyond the total, one live sign-up each: the block that the nightly check uses too."""
    from django.db import connection

    from gongjia.work.events.queries import drift

    assert drift(event) == []
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from (select person_id from events_signup where event_id = %s and state in"
            " ('entered', 'waiting', 'offered', 'placed') group by person_id having count(*) > 1) x",
            [event.pk],
        )
        assert cursor.fetchone()[0] == 0
        cursor.execute(
            "select coalesce(sum(seats), 0) from events_signup where event_id = %s and state in ('offered', 'placed')",
            [event.pk],
        )
        held = cursor.fetchone()[0]
        cursor.execute(
            "select coalesce(sum(total), 0), coalesce(sum(used), 0) from events_cell"
            " where event_id = %s and \"group\" = ''",
            [event.pk],
        )
        total, used = cursor.fetchone()
        assert used == held <= total
