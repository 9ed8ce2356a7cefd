"""Done-when 1, the worker's side: a rider without an employer joins by the place he works in, applies for tuition aid
with a photo, is sent back for a paper, mends just that, follows the desks and the notice, and says where money goes."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from PIL import Image

from gongjia.base import clock
from gongjia.base.workdays import add_workdays
from gongjia.who.members.models import Membership
from gongjia.work.programmes import actions
from gongjia.work.programmes.models import Application, Award
from tests.faces.portal.services.conftest import make  # noqa: F401
from tests.journeys.conftest import PHONE
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


def photo(path, shade: str) -> str:
    made = io.BytesIO()
    Image.new("RGB", (60, 80), shade).save(made, "JPEG")
    file = path / f"{shade}.jpg"
    file.write_bytes(made.getvalue())
    return str(file)


def fill_screen(phone, typed: dict[str, str], files: dict[str, str]) -> None:
    """What stands on this screen, by the names of its fields."""
    page = phone.page
    for key, value in typed.items():
        if page.locator(f"input[name='a-{key}']").count():
            page.fill(f"input[name='a-{key}']", value)
    for key, value in PICKED.items():
        if page.locator(f"input[name='a-{key}'][value='{value}']").count():
            page.check(f"input[name='a-{key}'][value='{value}']")
    for key in TICKED:
        if page.locator(f"input[type=checkbox][name='a-{key}']").count():
            page.check(f"input[name='a-{key}']")
    for key, value in files.items():
        if page.locator(f"input[type=file][name='a-{key}']").count():
            page.set_input_files(f"input[name='a-{key}']", value)


def small_targets(phone) -> list[str]:
    """Links and buttons under 44 px, those inside a running text aside."""
    return phone.page.evaluate(
        """() => Array.from(document.querySelectorAll('main a, main button, nav a, label.choice')).filter(e => {
             const r = e.getBoundingClientRect();
             return r.width > 0 && r.height < 44 && !e.closest('p, .fault, .alert, .toast') && !e.classList.contains('skip');
           }).map(e => e.outerHTML.slice(0, 120))"""
    )


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


def test_a_rider_joins_applies_is_sent_back_and_mends(world, make, site, sit_down, sms, tmp_path):  # noqa: F811
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
