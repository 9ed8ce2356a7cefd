"""Done-when 1: a rider without an employer joins by the place he works in, applies for tuition aid with a photo, is sent
back for a paper and mends just that, follows the desks and the notice, says where money goes; three of finance pay him,
the phone says so, and the figure of the report has risen by one and climbs back to him."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse_lazy

from gongjia.base import clock
from gongjia.base.secret import masks
from gongjia.base.workdays import add_workdays
from gongjia.money.funds import actions as funds
from gongjia.money.funds.models import Payment
from gongjia.who.members.models import Membership
from gongjia.work.programmes import actions
from gongjia.work.programmes.models import Application, Award
from tests import looking
from tests.faces.portal.services.conftest import make  # noqa: F401
from tests.journeys import filling
from tests.journeys.conftest import PHONE
from tests.journeys.filling import photo, small_targets
from tests.journeys.paying import Finance, money_for
from tests.money.funds.bank import Bank
from tests.who.accounts.conftest import sms  # noqa: F401
from tests.who.members.conftest import AT, id_card, in_role

pytestmark = [pytest.mark.browser]
NUMBER, CARD = "19900007788", "6222020000000007"
TYPED = {
    "name": "吴骑手", "phone": NUMBER, "school": "测试开放大学", "major": "物流管理", "insured_months": "14",
    "tuition": "9600",
}  # fmt: skip
PICKED = {"id_kind": "id_card", "area": "洋溪街道", "level": "bachelor", "diploma": "college", "honour": "none"}
TICKED = ("rural", "agree", "contract", "promise")


def fill_screen(phone, typed, files) -> None:
    filling.fill_screen(phone, typed, PICKED, TICKED, files)


def through(phone, typed, files=None, shot: str = "") -> None:
    """Screen by screen to the summary."""
    for turn in range(15):
        if "/fill/" not in phone.page.url:
            return
        fill_screen(phone, typed, files or {})
        if shot:
            phone.look(f"{shot}-{turn + 1}")
            assert small_targets(phone) == []
        phone.press("下一步")
    raise AssertionError("the screens never end")


FIGURE = reverse_lazy("console:figure", args=["skills.tuition_grants"])


def figure(hands) -> str:
    """The number of the half-year, as its page shows it."""
    hands.open(f"{FIGURE}?period=2018H2")
    return hands.page.locator(".tile-value, .tile b").first.inner_text().strip()


def paid_by_three(one, award, world, officer, sit_down, tmp_path):
    """制单, 复核 and, the sum being above the limit, 审批; the file goes out and the bank's answer comes back."""
    finance = Finance.sit(world, officer, sit_down, approver=True)
    batch = finance.list_up("九月求学资助", "50101", 1)
    finance.sign(batch)
    batch.refresh_from_db()
    assert batch.maker_id != batch.checker_id and batch.approver_id not in (batch.maker_id, batch.checker_id)
    bank = Bank()
    finance.send(batch, bank, date(2018, 9, 5), tmp_path)
    assert bank.total() == award.amount and [done.account for done in bank.done.values()] == [CARD]
    payment = Payment.objects.get(award=award)
    assert (payment.state, payment.net) == ("paid", award.amount)
    return payment


def test_a_rider_joins_applies_is_paid_and_counted(world, make, site, sit_down, officer, sms, settings, tmp_path):  # noqa: F811
    routes = [actions.Route(world.firm, area="莲花镇"), actions.Route(world.other, area="洋溪街道")]
    actions.set_routes(rows=routes, actor=world.machine, at=AT)
    make(type="join", title="入会申请", opens_at=AT - timedelta(days=60))
    round_ = make(
        type="tuition", title="2018 年求学圆梦资助", closes_at=AT + timedelta(days=60), params={"later": ""},
        notice_phone="0571-00000000",
    )  # fmt: skip
    typed = {**TYPED, "id_no": id_card(date(1994, 6, 1))}

    phone = sit_down("rider", screen=PHONE)
    phone.open("/m/join/")
    assert phone.sees("用您自己的手机号")
    phone.page.fill("#f-phone", NUMBER)
    phone.press("获取验证码")
    phone.page.fill("#f-code", sms[-1].code)
    phone.press("登录")
    phone.press("我已看完，同意并登录")
    assert phone.sees("3 个工作日内答复")
    phone.look("join")
    assert small_targets(phone) == []
    phone.press("开始申请")
    through(phone, typed, shot="join-fill")
    phone.look("join-summary")
    phone.press("提交申请")
    assert phone.sees("乙公司工会委员会")
    phone.look("join-progress")
    joining = Application.objects.get(type="join")
    actions.pass_on(application=joining, actor=in_role(world.other, "chair_grassroots"), at=AT)
    assert Membership.objects.filter(person__name="吴骑手", org=world.other, standing="active").exists()

    phone.open("/m/services/")
    phone.look("services")
    phone.follow("求学圆梦")
    phone.look("service")
    phone.follow("我能申请吗")
    assert phone.sees("符合条件") and phone.sees("录取通知书或学籍证明")
    phone.look("can-i")
    phone.press("开始申请")
    fill_screen(phone, typed, {})
    phone.page.locator("input[name='a-major']").press_sequentially("学")  # typed by hand, kept without a button
    phone.page.wait_for_selector("text=已自动保存", timeout=12_000)
    kept = Application.objects.get(type="tuition")
    assert kept.answers["school"] == typed["school"] and kept.answers["level"] == "bachelor"
    through(phone, typed, {"enrolment": photo(tmp_path, "gray"), "insurance": photo(tmp_path, "white")}, "tuition-fill")
    phone.press("提交申请")
    one = Application.objects.get(type="tuition")
    assert one.state == "in_review" and phone.sees(one.number) and phone.sees("洋溪街道工会")
    phone.look("tuition-progress")
    assert small_targets(phone) == []

    desks = [
        in_role(world.other, "chair_grassroots"), in_role(world.yangxi, "officer_township"),
        in_role(world.fed, "city_labour"),
    ]  # fmt: skip
    actions.send_back(application=one, missing="社保缴纳证明看不清，请重拍", actor=desks[0], at=AT)
    phone.open("/m/")
    assert phone.sees("请补充材料")
    phone.follow("2018 年求学圆梦资助")
    phone.look("returned")
    phone.follow("去补正")
    phone.look("mend")
    phone.follow("社保缴纳证明")
    phone.page.set_input_files("input[name='a-insurance']", photo(tmp_path, "black"))
    phone.press("保存并返回核对")
    phone.press("提交补正")
    one.refresh_from_db()
    assert one.state == "in_review" and len(one.answers["insurance"]) == 2

    for desk in desks:
        actions.pass_on(application=one, actor=desk, at=AT)
    _, labour = officer(world.fed, "city_labour", name="周示例", home=world.school)
    assert figure(sit_down("labour-before", account=labour)) == "0名"
    decision = actions.decide(
        round_=round_, choices=[actions.Choice(one.pk)], decided_on=AT.date(), number="建总工〔2018〕30号",
        actor=world.machine, at=AT,
    )  # fmt: skip
    phone.open(f"/m/applications/{one.pk}/")
    assert phone.sees("公示中")
    phone.look("notice")
    after = clock.start_of(add_workdays(AT.date(), 6)) + timedelta(hours=10)
    actions.settle_notice(decision=decision, actor=world.machine, at=after)
    award = Award.objects.get(application=one)
    assert award.amount == 700_000

    phone.open(f"/m/applications/{one.pk}/")
    assert phone.sees("到账") and phone.sees("请填收款账户")
    phone.look("awarded")
    phone.follow("填收款账户")
    phone.page.fill("input[name=number]", CARD)
    phone.page.fill("input[name=bank]", "测试农商银行洋溪支行")
    phone.press("保存收款账户")
    assert not phone.sees("请填收款账户")
    phone.open("/m/account")
    assert phone.sees(f"尾号 {CARD[-4:]}") and not phone.sees(CARD)
    phone.look("account")
    phone.open("/m/done/")
    assert phone.sees("2018 年") and phone.sees("7,000.00 元") and phone.sees("入会")
    phone.look("done")

    # the treasurer pays, another approves, the bank answers; the figure rises by one and climbs back to him
    money_for(round_, 10_000_00, world.machine, item="50101")
    funds.set_ceiling(
        org=world.fed, scope="approval", type="", amount=5_000_00, since=AT.date(), clause="大额发放办法 第三条",
        actor=world.machine, at=AT,
    )  # fmt: skip
    settings.GONGJIA_CLOCK = "2018-09-05"
    payment = paid_by_three(one, award, world, officer, sit_down, tmp_path)
    again = sit_down("rider-later", account=award.person.account, screen=PHONE)
    again.open(f"/m/applications/{one.pk}/")
    again.look("paid")
    assert again.sees("2018-09-05") and again.sees("7,000.00")
    assert payment.paid_on == date(2018, 9, 5)
    desk = sit_down("labour", account=labour)
    assert figure(desk) == "1名"
    desk.look("figure")
    desk.follow("资助上大学")
    desk.look("records")
    desk.follow(masks.name("吴骑手"))
    assert str(award.pk) in desk.page.url and desk.sees("吴")
    desk.look("award")
    looking.press(desk.page, desk.page.locator(f"a[href$='/members/{award.person_id}/']").first)
    assert desk.sees("乙公司工会委员会")
    phone = again
    phone.page.set_viewport_size({"width": 320, "height": 640})
    for name, where in (("round", f"/m/rounds/{round_.pk}/"), ("application", f"/m/applications/{one.pk}/")):
        phone.open(where)
        phone.look(f"narrow-{name}")
    phone.page.set_viewport_size({"width": 1440, "height": 900})
    for name, where in (
        ("services", "/m/services/"), ("round", f"/m/rounds/{round_.pk}/"), ("application", f"/m/applications/{one.pk}/"),
        ("mine", "/m/applications/"), ("award", f"/m/awards/{award.pk}/"), ("join", "/m/join/"), ("done", "/m/done/"),
    ):  # fmt: skip
        phone.open(where)
        phone.look(f"wide-{name}")
