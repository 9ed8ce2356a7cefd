"""A small federation in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pytest

from gongjia.base import clock
from gongjia.base.actor import Actor, Post
from gongjia.base.models import uuid7

DAY = date(2018, 8, 27)
AT = datetime(2018, 8, 27, 9, 30, tzinfo=clock.SHANGHAI)


@pytest.fixture
def at() -> datetime:
    return AT


@pytest.fixture
def machine() -> Actor:
    return Actor.system("测试", ["*"])


def officer(org, *powers: str, reach: str = "subtree") -> Actor:
    """An officer with one post at a union."""
    from gongjia.who.orgs import queries

    post = Post(uuid7(), "officer", "工会干部", org.pk, org.name, org.path, reach, frozenset(powers))
    return Actor(uuid7(), uuid7(), "测试干部", (post,), guides=queries.guides)


@dataclass
class Tree:
    """330182 with two townships, an education union, a school guided by it, and firms."""

    fed: object
    lotus: object
    yangxi: object
    edu: object
    firm: object
    other: object
    school: object
    workshop: object
    paper: object  # an approval document


@pytest.fixture
def paper(db):
    """An approval document on file."""
    from gongjia.base.journal.models import Attachment

    return Attachment.objects.create(
        name="批复.pdf", kind="application/pdf", size=10, sha256="0" * 64, key_version=1, created_at=AT
    )


@pytest.fixture
def tree(db, machine, paper) -> Tree:
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
    return Tree(fed, lotus, yangxi, edu, firm, other, school, workshop, paper)
