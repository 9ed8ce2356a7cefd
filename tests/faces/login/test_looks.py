"""The way in through a real browser, on a desk and on a phone: looks, axe, nothing blocked, nothing clipped."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from gongjia.base import clock
from gongjia.base.actor import Actor
from gongjia.who.accounts import actions
from gongjia.who.members import actions as members
from tests import looking
from tests.faces.login.conftest import PHONE, App
from tests.faces.login.tools import log_in
from tests.who.members.conftest import in_role, join, machine, paper, world  # noqa: F401

pytestmark = [pytest.mark.browser]
ACCOUNTS = [
    {"role": "基层工会主席", "name": "方建国", "phone": "19900000031", "org": "建德市某某机械有限公司工会"},
    {"role": "乡镇街道工会干部", "name": "何敏", "phone": "19900000032", "org": "洋溪街道总工会"},
    {"role": "财务审批", "name": "钱敏", "phone": PHONE, "org": "建德市总工会", "factor": True},
]


@pytest.fixture
def site(transactional_db, settings, tmp_path):
    """The demo on this machine."""
    from pytest_django.live_server_helper import LiveServer

    settings.GONGJIA_DEMO, settings.GONGJIA_CLOCK, settings.GONGJIA_HOME = True, "2018-08-27", tmp_path
    settings.ALLOWED_HOSTS = ["*"]
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "accounts.json").write_text(json.dumps(ACCOUNTS), "utf-8")
    server = LiveServer("localhost")
    yield server
    server.stop()


class Browser:
    def __init__(self, context, site):
        self.page, self.site = context.new_page(), site
        self.problems: list[str] = []
        self.page.on("console", lambda said: self.problems.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", self.watch)

    def watch(self, request):
        if not request.url.startswith((self.site.url, "data:")):
            self.problems.append(request.url)

    def open(self, path: str):
        self.page.goto(self.site.url + path, wait_until="load")

    def look(self, name: str):
        """Keep pictures, and hold the page to what every page is held to, on every width."""
        said = [text for text in self.problems if "422" not in text]  # a refused form is an answer
        assert said == [], (name, said)
        for width in (1440, 320, 375):
            looking.resize(self.page, {"width": width, "height": 812})
            beyond = looking.pixels_outside(self.page)
            assert beyond <= 0, f"{name}: {beyond} px lie outside a page of {width} px"
            if width == 320:
                continue
            looking.keep(self.page, "login", f"{name}-{width}")
            found = looking.barriers(self.page)
            assert found == [], (name, width, found)

    def press(self, label: str):
        looking.press(self.page, self.page.get_by_role("button", name=label))


@pytest.fixture
def browser(chromium, site):
    context = chromium.new_context(viewport={"width": 375, "height": 812}, reduced_motion="reduce", has_touch=True)
    yield Browser(context, site)
    context.close()


def test_the_whole_way(browser, person, sms, told):
    person("钱敏", requires_second_factor=True, agreed=False)
    person("李梅", agreed=False)
    browser.open("/login/")
    browser.look("start")
    browser.page.fill("#f-phone", "1990000")
    browser.press("获取验证码")
    browser.look("start-bad")
    browser.page.fill("#f-phone", PHONE)
    browser.press("获取验证码")
    browser.look("code")
    browser.page.fill("#f-code", "12")
    browser.press("登录")
    browser.look("code-bad")
    browser.page.fill("#f-code", sms[-1].code)
    browser.press("登录")
    browser.look("who")
    browser.page.get_by_label("钱*").check()
    browser.press("继续")
    browser.look("bind")
    key = re.sub(r"\s", "", browser.page.inner_text(".qr-code"))
    browser.page.fill("#f-code", App(key).code())
    browser.press("绑定")
    browser.look("recovery")
    browser.press("已经抄好，继续")
    browser.look("consent")
    browser.press("我已看完，同意并登录")
    browser.problems.clear()  # the desk of officers belongs to others
    for name in ("devices", "phone", "withdraw", "again", "out"):
        browser.open(f"/login/{name}/")
        browser.look(name)
    browser.open("/demo/outbox/")
    browser.look("demo-outbox")
    browser.open("/login/out/")
    browser.press("退出登录")
    browser.look("start-out")


def test_a_scanned_slip_fills_itself_in(browser, person, sms, told):
    account = person(phone="19900000066")
    (slip,) = actions.issue_slips(org=None, account_ids=[account.pk], actor=Actor.system("测试", ["*"]), at=clock.now())
    browser.open(f"/login/slip/#{slip.code}")
    assert browser.page.input_value("#f-slip") == slip.code
    assert "#" not in browser.page.url and slip.code not in browser.page.url
    browser.look("slip")
    browser.press("登录")
    browser.look("phone-after-slip")
    browser.page.fill("#f-phone", PHONE)
    browser.press("获取验证码")
    browser.look("phone-code")
    browser.page.fill("#f-code", sms[-1].code)
    browser.press("确认更换")
    account.refresh_from_db()
    assert str(account.phone) == "199****0001"


def test_saying_no(browser, person, sms):
    person(agreed=False)
    browser.open("/login/")
    browser.page.fill("#f-phone", PHONE)
    browser.press("获取验证码")
    browser.page.fill("#f-code", sms[-1].code)
    browser.press("登录")
    browser.press("不同意")
    browser.look("declined")


def test_printing_slips(browser, world, join, person, settings, monkeypatch):  # noqa: F811
    account = person("何干部", "19900000055")
    for name in ("王小明", "李小红", "赵小刚"):
        join(world.firm, name)
    actor = in_role(world.lotus, "officer_township")
    monkeypatch.setattr("gongjia.faces.shared.middleware.actor_of", lambda request: actor)
    cookie = log_in(Client(), account).cookies[settings.SESSION_COOKIE_NAME].value
    browser.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": browser.site.url}])
    browser.open("/login/slips/")
    browser.look("slips")
    member = members.open_account(person=world.firm.memberships.first().person, actor=world.machine, at=clock.now())
    browser.open(f"/login/care/{member.account_id}/")
    browser.look("care")
    browser.open("/login/slips/")
    browser.page.get_by_label("全部在册会员").check()
    browser.press("打印登录条")
    browser.look("slip-cards")
    assert browser.page.locator(".slip svg").count() == 3
