"""A small federation with members, and rounds at hand."""

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
    phone,
    world,
)

FIELDS = [
    {"key": "reason", "label": "申请理由", "kind": "text", "required": True, "most": 100},
    {"key": "income", "label": "家庭年收入", "kind": "money", "sensitive": True},
]


@pytest.fixture
def member(world, join) -> Any:  # noqa: F811
    """A member of the firm's union, with a log-in."""
    from gongjia.who.members import actions

    return actions.open_account(person=join(world.firm, born_on=None).person, actor=None, at=AT)


@pytest.fixture
def make(world) -> Callable[..., Any]:  # noqa: F811
    """An open round: make(type="general", **values) -> Round."""
    from gongjia.work.programmes import actions

    def round_(type="general", *, org=None, fields=None, opened=True, at=AT, **values):
        values.setdefault("title", "测试申报")
        values.setdefault("year", at.year)
        values.setdefault("opens_at", at - timedelta(days=1))
        by = {"actor": world.machine, "at": at}
        if type == "general" and fields is None:
            fields = FIELDS
        made = actions.make_round(type=type, org=org or world.fed, fields=fields, **values, **by)
        return actions.open_round(round_=made, **by) if opened else made

    return round_


@pytest.fixture
def apply(world) -> Callable[..., Any]:  # noqa: F811
    """Somebody hands in: apply(round, person, answers) -> Application."""
    from gongjia.work.programmes import actions

    def hand_in(round_, person, answers=None, *, at: datetime = AT, submit=True, **more):
        actor = more.pop("actor", None) or me(person)
        draft = actions.start_draft(round_=round_, actor=actor, at=at, **more)
        draft = actions.save_draft(application=draft, answers=answers or {"reason": "家里有困难"}, actor=actor, at=at)
        return actions.submit(application=draft, actor=actor, at=at) if submit else draft

    return hand_in


@pytest.fixture
def through(world) -> Callable[..., Any]:  # noqa: F811
    """Every desk passes: through(application) -> the application."""
    from gongjia.work.programmes import actions

    def run(application, *, at: datetime = AT):
        while application.state == "in_review" and not application.ready:
            application = actions.pass_on(application=application, actor=world.machine, at=at)
        return application

    return run


@pytest.fixture
def people(world, join) -> Callable[..., Any]:  # noqa: F811
    """Members with log-ins: people(3) -> [Person, …]."""

    def some(count, org=None):
        return admitted(join, org or world.firm, [f"员工{n}" for n in range(count)], log_in=True)

    return some
