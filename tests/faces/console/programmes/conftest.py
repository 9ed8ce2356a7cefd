"""A round with its desks in the small world, and people who sit at them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gongjia.base import clock
from gongjia.base.actor import Actor
from gongjia.work.programmes import actions
from gongjia.work.programmes.models import Application
from tests.faces.console.conftest import *  # noqa: F403
from tests.who.members.conftest import AT, in_role

UNTIL = datetime(2018, 12, 1, tzinfo=clock.SHANGHAI)
DESKS = (
    actions.DeskRule(1, "own", "基层工会审核"),
    actions.DeskRule(2, "opener", "主办部门审核"),
)
FIELDS = (
    {"key": "reason", "label": "申请理由", "kind": "text", "required": True, "most": 200},
    {"key": "income", "label": "家庭收入", "kind": "money", "sensitive": True},
)


def to(name: str, *args: Any) -> str:
    return reverse(f"console:programmes_{name}" if name else "console:programmes", args=args)


def drawn(world: Any, **more: Any) -> Any:
    """A draft of a general round of the federation."""
    values = {
        "title": "2018年职工书屋", "year": 2018, "opens_at": clock.start_of(date(2018, 8, 1)), "closes_at": UNTIL,
        "fields": FIELDS, "desk_rules": DESKS, "conditions": [{"check": "member"}], "quota": 20, **more,
    }  # fmt: skip
    return actions.make_round(type=more.pop("type", "general"), org=world.fed, actor=world.machine, at=AT, **values)


def opened(world: Any, **more: Any) -> Any:
    return actions.open_round(round_=drawn(world, **more), actor=world.machine, at=AT)


def applied(world: Any, round_: Any, person: Any, **answers: Any) -> Application:
    """Handed in by the person themself."""
    me = Actor(person.account_id, person.pk, person.name)
    draft = actions.start_draft(round_=round_, actor=me, at=AT)
    actions.save_draft(application=draft, answers={"reason": "想看书", "income": "3500", **answers}, actor=me, at=AT)
    return actions.submit(application=draft, actor=me, at=AT)


def passed(application: Application, *desks: Any) -> Application:
    """Through the desks of these unions, one after the other."""
    for org in desks:
        role = "officer_grassroots" if org.kind == "single" else "city_publicity"
        actions.pass_on(application=application, actor=in_role(org, role), at=AT)
        application.refresh_from_db()
    return application


@pytest.fixture
def round_(world: Any) -> Any:
    return opened(world)


@pytest.fixture
def city(world: Any, holds: Any) -> Client:
    return holds("city_publicity", world.fed)


@pytest.fixture
def firm_officer(world: Any, holds: Any) -> Client:
    return holds("officer_grassroots", world.firm)


def text(answer: Any, status: int = 200) -> str:
    words = answer.content.decode()
    assert answer.status_code == status, (answer.status_code, answer.get("Location"), words[-1500:])
    return words
