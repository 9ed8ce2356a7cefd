"""Done-when 2: an officer without a programmer opens a round with six fields and two desks, hands 20 places to four
townships; a member applies on a phone; the desks pass it by keyboard."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse
from PIL import Image

from gongjia.who.accounts import actions as accounts
from gongjia.who.accounts import queries as account_queries
from gongjia.who.members import actions as members
from gongjia.who.orgs import actions as orgs
from gongjia.work.programmes.models import Application, Quota, Round
from tests import looking
from tests.journeys.conftest import PHONE
from tests.who.members.conftest import AT

pytestmark = [pytest.mark.browser]

SIX = (
    ("证书名称", "text", {"required": True}),
    ("取得日期", "date", {"required": True}),
    ("培训费", "money", {"max": "5000"}),
    ("证书级别", "choice", {"choices": "初级\n中级\n高级", "required": True}),
    ("证书照片", "file", {"required": True}),
    ("材料属实", "tick", {"required": True}),
)


@pytest.fixture
def townships(world, machine, paper):
    """Two more than the small world has."""
    more = [
        orgs.found(
            parent=world.fed, kind="township", name=name, code=code, founded_on=date(2015, 3, 1), document="建工〔2015〕1号",
            attachment=paper, actor=machine, at=AT,
        ).org
        for name, code in (("梅城镇总工会", "330182102"), ("寿昌镇总工会", "330182103"))
    ]  # fmt: skip
    return [world.lotus, world.yangxi, *more]


def step_on(desk, shot=""):
    if shot:
        desk.look(shot)
    desk.press("保存，下一步")


def draw_up(desk, world):
    """From the list to the published round, by the pages alone."""
    desk.open("/console/programmes/")
    desk.look("rounds-empty")
    desk.follow("新开一轮")
    desk.look("new")
    desk.follow("通用申报")
    page = desk.page
    page.fill("[name=title]", "2018年职工技能补贴")
    page.fill("[name=brief]", "今年考取证书的会员可以申请补贴。")
    page.fill("[name=opens_on]", "2018-08-20")
    page.fill("[name=closes_on]", "2018-12-31")
    page.select_option("[name=org]", label=world.fed.name)
    step_on(desk, "basics")
    for label, kind, more in SIX:
        desk.follow("加一个栏目")
        page.fill("[name=label]", label)
        page.select_option("[name=kind]", kind)
        for name, value in more.items():
            if value is True:
                page.check(f"[name={name}]")
            else:
                page.fill(f"[name={name}]", value)
        if label == "证书级别":
            desk.look("field")
        desk.press("保存栏目")
    looking.press(page, page.locator("button[value='drop:reason']"))
    assert desk.sees("手机上的样子")
    desk.look("form")
    desk.follow("下一步")
    page.check("[name=c_member]")
    page.check("[name=c_age]")
    page.fill("[name=c_age_min]", "18")
    page.fill("[name=c_age_max]", "60")
    step_on(desk, "conditions")
    page.select_option("[name=d1_place]", "own")
    page.select_option("[name=d2_place]", "opener")
    page.select_option("[name=d3_place]", "")
    step_on(desk, "desks")
    page.fill("[name=quota]", "20")
    page.fill("[name=amount]", "500")
    step_on(desk, "money")
    step_on(desk, "notice")
    desk.look("publish")
    desk.press("发布")
    assert desk.sees("正在申报")
    return Round.objects.get()


def apply_on_phone(phone, round_, photo: Path):
    """Screen by screen; the answers of those fields that a screen shows."""
    typed = {"证书名称": "电工证", "取得日期": "2018-06-01", "培训费": "1200"}
    keys = {one["label"]: one["key"] for one in round_.form.spec["fields"]}
    phone.open(reverse("portal:service_round", args=[round_.pk]))
    assert phone.sees("在册会员")
    phone.look("eligible")
    looking.press(phone.page, phone.page.locator("main form button.btn-primary").first)
    for turn in range(12):
        if "/fill/" not in phone.page.url:
            break
        for label, value in typed.items():
            box = phone.page.locator(f"[name='a-{keys[label]}']")
            if box.count():
                box.fill(value)
        level = phone.page.locator(f"[name='a-{keys['证书级别']}'][value=c3]")
        if level.count():
            level.check()
        file = phone.page.locator(f"input[type=file][name='a-{keys['证书照片']}']")
        if file.count():
            file.set_input_files(str(photo))
        tick = phone.page.locator(f"[name='a-{keys['材料属实']}']")
        if tick.count():
            tick.check()
        if turn == 0:
            phone.look("filling")
        phone.press("下一步")
    phone.look("summary")
    looking.press(phone.page, phone.page.locator("main form button.btn-primary").last)


def test_a_round_without_code_and_a_member_who_applies(world, townships, join, officer, sit_down, tmp_path):
    _, account = officer(world.fed, "city_labour", name="翁示例", home=world.school)
    desk = sit_down("labour", account=account)
    round_ = draw_up(desk, world)

    desk.open(reverse("console:programmes_quota", args=[round_.pk]))
    for org in townships:
        desk.page.fill(f"[name='q_{org.pk}']", "5")
    desk.look("quota")
    desk.press("下达名额")
    assert Quota.objects.filter(round=round_, given=5).count() == 4
    desk.look("quota-given")

    photo = tmp_path / "证书.png"
    Image.new("RGB", (60, 40), "white").save(photo)
    person = join(world.firm, "童示例").person
    members.open_account(person=person, actor=None, at=AT)
    person.refresh_from_db()
    accounts.give_consent(account=person.account, version=account_queries.current_notice().version, at=AT)
    phone = sit_down("applicant", account=person.account, screen=PHONE)
    apply_on_phone(phone, round_, photo)
    one = Application.objects.get()
    assert one.state == "in_review" and one.number
    assert phone.sees(one.number)

    _, first = officer(world.firm, "officer_grassroots", name="何示例", home=world.firm)
    for screen, name in ((None, "first-desk"), (PHONE, "first-desk-phone")):
        hands = sit_down(name, account=first, **({"screen": screen} if screen else {}))
        hands.open("/console/")
        assert hands.sees("1 件待审核")
        hands.open("/console/review/")
        hands.look("waiting")
        hands.follow("童示例")
        assert hands.sees("电工证") and hands.sees("您是在册会员")
        hands.look("application")
    desk_one = sit_down("keys", account=first)
    desk_one.open(reverse("console:programmes_application", args=[one.pk]))
    desk_one.page.keyboard.press("d")  # declining asks for the reason first
    assert desk_one.page.evaluate("document.activeElement.name") == "reason"
    desk_one.page.keyboard.press("Escape")
    desk_one.page.keyboard.press("p")
    desk_one.page.wait_for_url("**/review/")
    one.refresh_from_db()
    assert one.desk_no == 2

    desk.open(reverse("console:programmes_application", args=[one.pk]))
    desk.press("通过")
    one.refresh_from_db()
    assert one.ready
    desk.open(reverse("console:programmes_round", args=[round_.pk]))
    assert desk.sees("办到哪里了")
    desk.look("round")
    small = sit_down("labour-phone", account=account, screen=PHONE)
    for shot, name in (("round", "round"), ("form", "form"), ("quota", "quota"), ("entries", "entries")):
        small.open(reverse(f"console:programmes_{name}", args=[round_.pk]))
        small.look(shot)
