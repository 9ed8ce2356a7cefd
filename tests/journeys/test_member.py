"""Done-when 6: a member on a phone sees the card and asks for a correction; the officer settles it; a slip lets in
somebody whose phone is wrong."""

from __future__ import annotations

import pytest

from gongjia.base.actor import Actor
from gongjia.who.accounts import actions as accounts
from gongjia.who.members import actions
from gongjia.who.members.models import Person
from tests import looking
from tests.journeys.conftest import PHONE
from tests.who.accounts.conftest import sms  # noqa: F401
from tests.who.members.conftest import AT

pytestmark = [pytest.mark.browser]


def test_a_member_logs_in_sees_the_card_and_has_a_fact_corrected(world, join, officer, sit_down, sms):  # noqa: F811
    person = join(world.firm, "童示例", education="60").person
    number = person.phone.open_unlogged()
    phone = sit_down("member", screen=PHONE)
    phone.open("/m/")
    phone.page.fill("#f-phone", number)
    phone.press("获取验证码")
    phone.page.fill("#f-code", sms[-1].code)
    phone.press("登录")
    phone.press("我已看完，同意并登录")
    phone.open("/m/")
    assert phone.sees("童示例") and phone.sees("甲公司工会委员会")
    phone.look("home")
    phone.open("/m/card")
    phone.look("card")
    phone.open("/m/standing")
    assert phone.sees("会籍正常")
    phone.look("standing")
    phone.open("/m/data")
    phone.follow("学历")
    phone.page.select_option("select[name=wanted]", "30")
    phone.page.fill("textarea[name=words]", "今年大专毕业")
    phone.look("correct")
    phone.press("请工会更正")
    assert phone.sees("待处理")

    _, chair = officer(world.firm, "chair_grassroots", name="方示例", home=world.firm)
    desk = sit_down("chair", account=chair)
    desk.open("/console/")
    assert desk.sees("童示例请求更正学历")
    desk.follow("童示例请求更正学历")
    assert desk.sees("大学专科") and desk.sees("普通高中")
    desk.look("correction")
    desk.press("更正")
    assert Person.objects.get(pk=person.pk).education == "30"

    phone.open("/m/data")
    assert phone.sees("大学专科") and phone.sees("已更正")
    phone.open("/m/inbox/")
    phone.look("inbox")


def test_a_member_with_a_wrong_phone_comes_in_by_a_slip(world, join, sit_down):
    person = join(world.firm, "钱示例").person
    machine = Actor.system("测试", ["*"])
    actions.open_account(person=person, actor=machine, at=AT)
    person.refresh_from_db()
    (slip,) = accounts.issue_slips(org=world.firm, account_ids=[person.account_id], actor=machine, at=AT)
    phone = sit_down("slip", screen=PHONE)
    phone.open("/login/slip/")
    phone.page.fill("#f-slip", slip.code)
    phone.look("slip")
    looking.press(phone.page, phone.page.get_by_role("button").last)
    phone.press("我已看完，同意并登录")
    phone.open("/m/")
    assert phone.sees("钱示例")


def test_a_stranger_gets_the_same_answer_as_a_member_whose_phone_is_not_on_file(world, join, sit_down):
    member = join(world.firm, "周示例").person
    answers = []
    for number, id_no in (("19900000888", member.id_no.open_unlogged()), ("19900000889", "")):
        phone = sit_down("find", screen=PHONE)
        phone.open("/m/find")
        phone.page.fill("input[name=name]", "周示例")
        phone.page.fill("input[name=phone]", number)
        phone.page.fill("input[name=id_no]", id_no)
        phone.press("提交")
        answers.append(phone.page.inner_text("main"))
    assert answers[0] == answers[1] and "已收到" in answers[0]
