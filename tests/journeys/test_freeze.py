"""Done-when 4: a report is frozen, a record is corrected and somebody leaves; the report keeps its numbers, and the
list of drift names line and record."""

from __future__ import annotations

import re
from datetime import date

import pytest

from gongjia.base.actor import Actor, Post
from gongjia.base.models import uuid7
from gongjia.base.period import Period
from gongjia.who.members.models import Person
from tests import looking
from tests.journeys.conftest import PHONE
from tests.who.members.conftest import AT

pytestmark = [pytest.mark.browser]
H1 = Period.parse("2018H1")


@pytest.fixture
def report(world, join, machine, paper, officer):
    """One section, about what the records say, signed: only the freezing is still to be done."""
    from gongjia.report import actions
    from gongjia.who.members.access import actor_for

    for name, woman in (("童示例", True), ("方示例", True), ("钱示例", False)):
        join(world.firm, name, woman=woman)
    _, account = officer(world.fed, "city_publicity", name="宣示例")
    actor = actor_for(account, AT)
    actions.enter_hand(
        org=world.fed, figure="members.city_app", period=H1, value=21_650, attachment=paper, actor=actor, at=AT
    )
    made = actions.open_report(
        key="2018H1", org=world.fed, period=H1, cutoff=date(2018, 8, 27), title="2018年上半年工作总结", areas=(8,),
        actor=machine, at=AT,
    )  # fmt: skip
    actions.sign_section(section=made.sections.get(), actor=actor, at=AT)
    return made


def members_in(words: str) -> int:
    return int(re.search(r"实名制录入(\d+)人", words.replace("\n", "")).group(1))


def test_a_frozen_report_keeps_its_numbers_and_drift_names_line_and_record(world, report, officer, sit_down):
    _, chair_account = officer(world.firm, "chair_grassroots", name="翁示例", home=world.firm)
    _, account = officer(world.fed, "leader", name="领示例")
    leader = sit_down("leader", account=account)
    leader.open("/console/report/")
    leader.follow("2018年上半年工作总结")
    members = members_in(leader.page.inner_text("article"))
    leader.follow("定稿")
    leader.press("确认定稿")
    assert leader.sees("已定稿")
    leader.follow("定稿后的变动")
    assert leader.sees("没有变动")

    chair = sit_down("chair", account=chair_account)
    gone, corrected = Person.objects.get(name="童示例"), Person.objects.get(name="方示例")
    chair.open(f"/console/members/{gone.pk}/leave")
    chair.page.fill("input[name=on]", "2018-06-20")
    chair.page.check("input[name=own_word]")
    chair.press("办理退会")
    assert chair.sees("已办理退会")
    chair.open(f"/console/members/{corrected.pk}/edit")
    chair.page.check("input[name=is_rural_worker]")
    chair.press("保存")
    assert chair.sees("已保存")

    leader.open(f"/console/report/{report.pk}/")
    assert members_in(leader.page.inner_text("article")) == members  # as frozen
    leader.page.get_by_text("定稿之后有").wait_for()  # recounted while one reads
    leader.look("frozen")
    leader.follow("看哪些变了")
    leader.look("drift")
    line = leader.page.locator(".card", has=leader.page.get_by_role("heading", name="实名制会员"))
    assert f"定稿时 {members}人，现在重新计算是 {members - 1}人" in line.inner_text()
    assert "童*" in line.inner_text() and "甲公司工会委员会" in line.inner_text() and "方*" not in line.inner_text()
    rural = leader.page.locator(".card", has=leader.page.get_by_role("heading", name="农民工会员"))
    assert "方*" in rural.inner_text() and "新增" in rural.inner_text()
    looking.press(
        leader.page, leader.page.locator(".card", has_text="实名制会员").get_by_role("link", name="童*").first
    )
    assert leader.sees("退会")  # the record itself, with what happened to it

    phone = sit_down("leader-phone", account=account, screen=PHONE)
    phone.open(f"/console/report/{report.pk}/drift")
    assert phone.sees("实名制会员")
    phone.look("drift")


def test_who_may_not_see_the_records_is_told_the_numbers_only(world, report, machine):
    """The names behind a line are for who may list them; the drift of the number is for every reader."""
    from gongjia.report import actions, queries

    actions.freeze_report(report=report, actor=machine, at=AT)
    Person.objects.filter(name="方示例").update(is_rural_worker=True)
    post = Post(
        uuid7(), "reader", "读者", world.fed.pk, world.fed.name, world.fed.path, "subtree", frozenset({"report.read"})
    )
    actor = Actor(account_id=None, person_id=None, label="读者", posts=(post,))
    [drift] = [one for one in queries.drift_of(actor, report) if one.figure.label.startswith("农民工")]
    assert (drift.count, drift.moved) == (1, ())
    assert queries.drift_of(machine, report)[0].moved
