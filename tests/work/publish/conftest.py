"""A notice and those around it."""

from __future__ import annotations

import pytest

from gongjia.base.models import uuid7
from gongjia.work.publish import actions
from tests.who.members.conftest import AT, at, join, machine, paper, world  # noqa: F401  (fixtures)


@pytest.fixture
def draft(world):  # noqa: F811
    """Make a draft: draft(place="site", names=("王小明",)) -> the notice."""

    def make(place="both", names=("王小明", "李小红"), org=None, at=AT, **more):  # noqa: F811
        facts = {"title": "2018 年建德工匠拟命名人选公示", "body": "现将拟命名人选公示如下。", "days": 5, "phone": "0571-64710000",
                 "ground": "建德工匠命名办法", "item": "拟命名"}  # fmt: skip
        facts |= more
        item = facts.pop("item")
        return actions.draft_notice(
            org=org or world.fed, place=place, actor=world.machine, at=at,
            lines=[actions.Line(uuid7(), name, "甲公司", item) for name in names], **facts,
        )  # fmt: skip

    return make
