"""Sessions of people who are in: limits, devices, delicate acts, log-out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from gongjia.base import clock
from gongjia.base.actor import Actor
from gongjia.faces.login import inside
from gongjia.who.accounts import actions, kinds, queries
from gongjia.who.accounts.models import Account, DeviceSession, LoginCode, RecoveryCode
from tests.faces.login.conftest import PHONE, Walk
from tests.faces.login.tools import log_in

HOME = "/login/devices/"  # a page for anybody who is in


def is_in(client: Client) -> bool:
    return client.get(HOME).status_code == 200


def shift(client: Client, **back: float) -> None:
    """Move stamps of the session into the past, by seconds."""
    session = client.session
    session[inside.KEY] = {k: v - back.get(k, 0) if k in back else v for k, v in session[inside.KEY].items()}
    session.save()


@pytest.fixture
def member(person) -> Client:
    return log_in(Client(), person())


@pytest.fixture
def staff(bound) -> Client:
    account, _ = bound("钱市级")
    return log_in(Client(), account)


def test_a_member_may_think_for_half_an_hour(member):
    shift(member, seen=29 * 60)
    assert is_in(member)
    shift(member, seen=30 * 60)
    page = member.get(HOME, follow=True)
    assert page.request["PATH_INFO"] == "/login/" and "没有操作" in page.content.decode()
    row = DeviceSession.objects.get()
    assert (row.ended_how, row.session_key) == (kinds.Ended.IDLE, None)


def test_staff_may_think_for_a_quarter_of_an_hour(staff):
    shift(staff, seen=14 * 60)
    assert is_in(staff)
    shift(staff, seen=15 * 60)
    assert not is_in(staff)


@pytest.mark.parametrize(("who", "hours"), [("member", 12), ("staff", 8)])
def test_nobody_stays_in_for_ever(request, who, hours):
    client = request.getfixturevalue(who)
    shift(client, started=hours * 3600 - 60)
    assert is_in(client)
    shift(client, started=61)
    assert not is_in(client)
    assert DeviceSession.objects.get().ended_how == kinds.Ended.ABSOLUTE


def test_being_busy_keeps_one_in(member):
    for _ in range(4):
        shift(member, seen=20 * 60, started=20 * 60)
        assert is_in(member)


def test_control_a_session_without_its_stamps_is_none(person):
    """`force_login` knows nothing of limits: such a session is thrown away, not trusted."""
    client = Client()
    client.force_login(person())
    assert not is_in(client)


def test_an_account_that_comes_under_the_rule_is_out_at_once(member):
    actions.require_factor(account_ids=[Account.objects.get().pk], required=True, actor=None, at=clock.now())
    page = member.get(HOME, follow=True)
    assert "动态口令" in page.content.decode() and not is_in(member)


@pytest.mark.parametrize(
    "change",
    [
        {"is_active": False},
        {"session_round": 7},
    ],
)
def test_a_closed_account_is_out_on_the_next_request(member, change):
    assert is_in(member)
    Account.objects.update(**change)
    assert not is_in(member)
    Account.objects.update(is_active=True, session_round=0)
    assert not is_in(member)  # the session is gone, not asleep


def test_private_pages_are_stored_nowhere(member):
    assert "no-store" in member.get(HOME)["Cache-Control"]
    answer = member.get("/nowhere/")
    assert answer.status_code == 404 and "no-store" in answer["Cache-Control"]


def test_log_out_ends_the_session_on_the_server(member):
    key = member.session.session_key
    assert member.get("/login/out/").status_code == 200 and is_in(member)  # a link alone does nothing
    answer = member.post("/login/out/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.filter(session_key=key).exists()
    again = Client()
    again.cookies["gongjia"] = key
    assert not is_in(again)
    assert DeviceSession.objects.get().ended_how == kinds.Ended.LOGOUT


def test_one_sees_and_ends_ones_other_devices(person):
    account = person()
    here, there = log_in(Client(), account), log_in(Client(), account)
    text = here.get(HOME).content.decode()
    assert text.count('class="device"') == 2 and text.count("本机") >= 1
    other = DeviceSession.objects.get(session_key=there.session.session_key)
    assert here.post(f"/login/devices/{other.pk}/end/").status_code == 302
    assert not is_in(there) and is_in(here)


def test_nobody_ends_a_strangers_device(person):
    mine, his = log_in(Client(), person()), log_in(Client(), person("李梅", "19900000002"))
    row = DeviceSession.objects.get(session_key=his.session.session_key)
    answer = mine.post(f"/login/devices/{row.pk}/end/")
    none = mine.post("/login/devices/01900000-0000-7000-8000-000000000000/end/")
    assert answer.status_code == none.status_code == 404 and is_in(his)


def test_staff_are_in_at_one_place_only(bound):
    account, _ = bound("钱市级")
    first = log_in(Client(), account)
    second = log_in(Client(), account)
    assert not is_in(first) and is_in(second)


def why_at(browser: Client) -> str:
    return browser.get("/console/", follow=True).content.decode()


@pytest.mark.parametrize(
    ("how", "words"),
    [(kinds.Ended.NEWER, "在别处登录"), (kinds.Ended.KILLED, "另一台设备上退出"), (kinds.Ended.RESET, "重置登录")],
)
def test_a_browser_that_was_logged_out_from_elsewhere_is_told_why(person, how, words):
    browser = Client()
    browser.get("/login/")  # it gets its mark
    log_in(browser, person())
    row = DeviceSession.objects.get()
    assert words not in why_at(browser)
    DeviceSession.objects.update(
        session_key=None, ended_at=clock.real_now(), ended_how=how, device=browser.cookies["gj_device"].value
    )
    Session.objects.all().delete()
    assert words in why_at(browser)
    assert words not in why_at(Client())  # another browser hears nothing
    DeviceSession.objects.filter(pk=row.pk).update(ended_at=clock.real_now() - timedelta(hours=13))
    assert words not in why_at(browser)


def test_a_new_key_anywhere_keeps_the_list_of_devices_right(member, rf):
    """Another page gives the session a new key (another post): ending the device still works."""
    from gongjia.faces.login.middleware import SessionLimits

    old = member.session.session_key
    request = rf.get("/")
    request.session = member.session
    request.user = Account.objects.get()
    SessionLimits(lambda request: request.session.cycle_key() or __import__("django.http").http.HttpResponse())(request)
    request.session.save()
    new = request.session.session_key
    assert new != old and DeviceSession.objects.get().session_key == new
    assert not Session.objects.filter(session_key=old).exists()


def again(walk: Walk, code: str) -> Walk:
    return walk.post(code=code)


def test_changing_the_phone_asks_once_more_who_it_is(person, sms, directory):
    account = person()
    client = log_in(Client(enforce_csrf_checks=True), account)
    shift(client, proved=11 * 60)
    key = client.session.session_key
    walk = Walk(client).get("/login/phone/")
    assert walk.url == "/login/again/" and "199****0001" in walk.text
    walk.post(send="1")
    assert sms[-1].template == "login.again" and sms[-1].phone == PHONE
    walk.post(code=sms[-1].code, next="/login/phone/")
    assert walk.url == "/login/phone/" and client.session.session_key != key
    assert DeviceSession.objects.get().session_key == client.session.session_key
    walk.post(phone="19900000009").post(code=sms[-1].code)
    account.refresh_from_db()
    assert str(account.phone) == "199****0009" and walk.url == "/login/devices/"


def test_a_phone_left_lying_open_does_not_give_the_account_away(person, sms):
    client = log_in(Client(), person())
    shift(client, proved=11 * 60)
    assert client.post("/login/phone/", {"phone": "19900000009"}).status_code == 302 and sms == []


def test_control_within_ten_minutes_nobody_is_asked(member):
    assert member.get("/login/phone/").status_code == 200


def test_a_code_for_confirming_is_none_for_logging_in(person, sms):
    """Purposes do not mix: what one page sent, another does not take."""
    client = log_in(Client(), person())
    client.post("/login/again/", {"send": "1"})
    other = Client()
    LoginCode.objects.update(issued_at=clock.real_now() - timedelta(minutes=2))
    other.post("/login/", {"phone": PHONE})
    assert other.post("/login/code/", {"code": sms[0].code}).status_code == 422


def test_staff_confirm_with_the_app(bound):
    account, app = bound("钱市级")
    client = log_in(Client(), account)
    shift(client, proved=11 * 60)
    answer = client.post("/login/recovery/")
    assert answer.status_code == 302 and "/login/again/" in answer["Location"]
    assert client.post("/login/again/", {"code": "000000"}).status_code == 422
    answer = client.post("/login/again/", {"code": app.code(), "next": "/login/devices/"})
    assert answer.status_code == 302
    before = set(RecoveryCode.objects.values_list("pk", flat=True))
    page = client.post("/login/recovery/")
    assert page.status_code == 200 and page.content.decode().count('<li class="num">') == 10
    assert not before & set(RecoveryCode.objects.values_list("pk", flat=True))


def test_without_a_phone_the_page_says_what_to_do(person):
    client = log_in(Client(), person(phone=""), way=kinds.Way.SLIP)
    page = client.post("/login/again/", {"send": "1"})
    assert page.status_code == 422 and "登录条" in page.content.decode()


def test_taking_consent_back(member):
    assert "会籍不受影响" in member.get("/login/withdraw/").content.decode() and is_in(member)
    page = member.post("/login/withdraw/", follow=True)
    assert "已撤回同意" in page.content.decode() and not is_in(member)
    account = Account.objects.get()
    assert queries.needs_consent(account, queries.current_notice()) and account.is_active


def test_a_reset_by_an_officer_ends_what_the_finder_of_the_phone_has_open(member, told):
    account = Account.objects.get()
    actions.reset_phone(
        account_id=account.pk, phone="19900000009", org=None, actor=Actor.system("测试", ["*"]), at=clock.now(),
        reason="手机遗失，本人持证到场",
    )  # fmt: skip
    assert not is_in(member)


def test_pages_for_those_who_are_in_send_others_to_the_door(db):
    for page in ("devices", "phone", "again", "withdraw"):
        answer = Client().get(f"/login/{page}/")
        assert answer.status_code == 302 and answer["Location"].startswith("/login/?next=")
