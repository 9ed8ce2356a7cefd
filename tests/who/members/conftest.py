"""A small federation with people: two townships, an education union, firms, a school guided by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from gongjia.base import clock
from gongjia.base.actor import Actor, Post
from gongjia.base.identity_numbers import check_digit
from gongjia.base.models import uuid7
from tests.kept import told_once

DAY = date(2018, 8, 27)
AT = datetime(2018, 8, 27, 9, 30, tzinfo=clock.SHANGHAI)
PAPER = UUID(int=0x2015)

_numbers = count(1)


def id_card(born: date = date(1990, 1, 1), *, woman: bool = False) -> str:
    """An invented ID number: 330100, a right check digit, an order number of its own within one test."""
    order = (next(_numbers) * 2 + (0 if woman else 1)) % 1000
    first17 = f"330100{born:%Y%m%d}{order:03d}"
    return first17 + check_digit(first17)


def phone() -> str:
    """An invented number, far from those that tests write out: the counter runs on from test to test."""
    return f"1990{5_000_000 + next(_numbers):07d}"


def officer(org: Any, *powers: str, reach: str = "subtree", role: str = "officer", person: Any = None) -> Actor:
    """An officer with one post at a union, as access.py would build it."""
    from gongjia.who.orgs import queries

    post = Post(uuid7(), role, "工会干部", org.pk, org.name, org.path, reach, frozenset(powers))
    return Actor(uuid7(), person.pk if person else uuid7(), "测试干部", (post,), guides=queries.guides)


def in_role(org: Any, role: str, person: Any = None) -> Actor:
    """An officer with a role of the page of roles, and a person behind it."""
    from gongjia.who.members import registry
    from gongjia.who.members.models import Person
    from gongjia.who.orgs import queries

    known = registry.roles()[role]
    person = person or Person.objects.create(name=known.label)
    post = Post(uuid7(), role, known.label, org.pk, org.name, org.path, known.reach, frozenset(known.powers))
    return Actor(uuid7(), person.pk, known.label, (post,), guides=queries.guides)


@dataclass
class World:
    fed: Any
    lotus: Any
    yangxi: Any
    edu: Any
    firm: Any
    other: Any
    school: Any
    workshop: Any
    paper: Any
    machine: Actor

    def path_of(self, org: Any) -> Any:
        org.refresh_from_db()
        return org


@pytest.fixture
def at() -> datetime:
    return AT


@pytest.fixture
def machine() -> Actor:
    return Actor.system("测试", ["*"])


@pytest.fixture
def paper(db):
    from gongjia.base.journal.models import Attachment

    return Attachment.objects.create(
        id=PAPER, name="批复.pdf", kind="application/pdf", size=10, sha256="0" * 64, key_version=1, created_at=AT
    )


@pytest.fixture
def world(db, machine, paper) -> World:
    return told_once("federation", lambda: found_all(machine, paper))


def found_all(machine: Actor, paper: Any) -> World:
    """The federation of these tests, by the acts that found unions."""
    from gongjia.who.orgs import actions

    by = {"actor": machine, "at": AT}
    paid = {"document": "建工〔2015〕1号", "attachment": paper}

    def found(parent, kind, name, on=date(2015, 3, 1), **more):
        return actions.found(parent=parent, kind=kind, name=name, founded_on=on, **paid, **by, **more).org

    fed = actions.found_federation(code="330182", name="测试市总工会", founded_on=date(1950, 5, 1), **by).org
    lotus = found(fed, "township", "莲花镇工会", code="330182101")
    yangxi = found(fed, "township", "洋溪街道工会", code="330182002")
    edu = found(fed, "industry", "测试市教育工会")
    firm = found(lotus, "single", "甲公司工会委员会", details={"founding_members": 40, "staff_count": 60})
    other = found(yangxi, "single", "乙公司工会委员会")
    school = found(lotus, "single", "莲花小学工会委员会", industry_parent=edu)
    workshop = found(firm, "branch", "甲公司一车间分工会")
    return World(fed, lotus, yangxi, edu, firm, other, school, workshop, paper, machine)


@pytest.fixture
def join(world) -> Callable[..., Any]:
    """Admit somebody: join(org, "王小明") -> the spell."""
    from gongjia.who.members import actions

    def admit(org, name="王小明", *, on=date(2018, 1, 15), with_phone=True, woman=False, id_no=None, **more):
        facts = {"nation": "01", **{k: v for k, v in more.items() if k in actions.CORRECTABLE}}
        rest = {k: v for k, v in more.items() if k not in actions.CORRECTABLE}
        if with_phone and "phone" not in facts:
            facts["phone"] = phone()
        return actions.admit(
            facts=actions.PersonFacts(name=name, id_kind="id_card", id_no=id_no or id_card(woman=woman), **facts),
            org=org,
            join=actions.JoinFacts(on=on, **rest),
            actor=world.machine,
            at=AT,
        )

    return admit
