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
    from gongjia.base import sheets
    from gongjia.who.orgs import actions
    from gongjia.who.orgs.models import Org

    rows = [
        ["工会编码", "工会名称", "组织类型", "上级工会", "产业指导工会", "成立日期", "建会时会员数", "职工人数"],
        ["330182", "测试市总工会", "总工会", "", "", "1950-05-01"],
        ["330182101", "莲花镇工会", "乡镇工会", "330182", "", "2015-03-01"],
        ["330182002", "洋溪街道工会", "街道工会", "330182", "", "2015-03-01"],
        ["330182-K01", "测试市教育工会", "产业工会", "330182", "", "2015-03-01"],
        ["330182101-0001", "甲公司工会委员会", "单独基层工会", "330182101", "", "2015-03-01", "40", "60"],
        ["330182002-0001", "乙公司工会委员会", "单独基层工会", "330182002", "", "2015-03-01"],
        ["330182101-0002", "莲花小学工会委员会", "单独基层工会", "330182101", "330182-K01", "2015-03-01"],
        ["330182101-0001-01", "甲公司一车间分工会", "分工会", "330182101-0001", "", "2015-03-01"],
    ]
    assert actions.import_sheet(sheets.Sheet("工会", rows), actor=machine, at=AT).added == 8
    by_code = {org.code: org for org in Org.objects.select_related("parent")}
    return Tree(*(by_code[row[0]] for row in rows[1:]), paper)
