"""A worker in need, the officers who help, and the steps of a file."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from gongjia.base.models import uuid7
from gongjia.work.households import actions, rules
from tests.who.members.conftest import AT, at, in_role, join, machine, paper, world  # noqa: F401  (fixtures)

DAY = AT.date()
FACTS = rules.HouseholdFacts(
    own_monthly=8000_00, rigid_medical=30000_00, rigid_school=6000_00, address="测试小区", health="good",
    housing="rented", story="家属大病，孩子上学。", sources={"own_monthly": "收入证明", "rigid_medical": "医药费单据"},
)  # fmt: skip
FAMILY = tuple(
    actions.HouseholdMember(relation, name)
    for relation, name in (("self", "王小明"), ("spouse", "李小红"), ("child", "王乐"), ("parent", "王大山"))
)


@pytest.fixture
def line(world):  # noqa: F811
    """1,250 yuan: above the quotient of the vector's household by nothing, see test_rules."""
    return actions.set_low_line(
        city="330100",
        valid_from=date(2018, 1, 1),
        amount=1300_00,
        document="杭民发〔2018〕1号",
        actor=world.machine,
        at=AT,
    )


@pytest.fixture
def steps(world, join, paper, line):  # noqa: F811
    """The steps of a file one by one; each answers the file."""
    spell = join(world.firm, "王小明")
    officers = [join(world.firm, name).person for name in ("何敏", "陆川")]
    by = {"actor": world.machine, "at": AT}

    def start(person=None, **more):
        facts = {"via": "own", **by, **more}
        return actions.start_file(head=person or spell.person, **facts)

    def filled(person=None, facts=FACTS, family=FAMILY, **more):
        file = start(person, **more)
        actions.fill(file=file, facts=facts, household=family, causes={"cause_main": "kin_illness"}, **by)
        file.refresh_from_db()
        return file

    def visited(**more):
        file = filled(**more)
        actions.submit(file=file, **by)
        actions.visit(
            file=file, on=DAY, first=officers[0], second=officers[1], photo=paper, agrees=True, note="属实", **by
        )
        file.refresh_from_db()
        return file

    def reviewed(**more):
        file = visited(**more)
        actions.review(file=file, **by)
        check = actions.send_check(file=file, to="civil", on=DAY, **by)
        file.refresh_from_db()
        return file, check

    def opened(**more):
        file, check = reviewed(**more)
        actions.answer_check(check=check, result="agrees", on=DAY, **by)
        actions.note_notice(file=file, notice_id=uuid7(), until=AT - timedelta(seconds=1), **by)
        actions.approve(file=file, level="national", document_no="建工帮〔2018〕1号", **by)
        file.refresh_from_db()
        return file

    return SimpleNamespace(
        start=start, filled=filled, visited=visited, reviewed=reviewed, opened=opened, officers=officers,
        person=spell.person, by=by, world=world, role=in_role,
    )  # fmt: skip
