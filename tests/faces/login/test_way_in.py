"""The way in, as people walk it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client

from gongjia.base import clock
from gongjia.base.journal.models import Entry
from gongjia.faces.login import inside
from gongjia.who.accounts import actions, kinds, queries
from gongjia.who.accounts.models import Account, DeviceSession, LoginCode
from tests.faces.login.conftest import PHONE


def in_as(walk) -> str:
    """Whose session the browser holds, "" when nobody's."""
    pk = walk.client.session.get("_auth_user_id")
    return Account.objects.get(pk=pk).display_name if pk else ""


def age(**shift):
    back = timedelta(**shift)
    LoginCode.objects.update(issued_at=F("issued_at") - back, expires_at=F("expires_at") - back)


def test_a_member_comes_in_for_the_first_time(walk, person, sms):
    account = person(agreed=False)
    walk.get("/login/").post(phone=PHONE)
    assert walk.url == "/login/code/" and "199****0001" in walk.text and PHONE not in walk.text
    walk.post(code=sms[0].code)
    assert walk.url == "/login/consent/" and in_as(walk) == ""  # not in before agreeing
    walk.post(version=queries.current_notice().version)
    assert in_as(walk) == "王建国" and walk.url == "/m/"
    account.refresh_from_db()
    assert account.activated_at and account.last_login and account.consented_version
    assert [e.action for e in Entry.objects.filter(stream="logins")] == ["login.ok"]


def test_who_has_agreed_goes_straight_to_where_he_wanted(walk_in, person):
    person()
    walk = walk_in(next_url="/m/card/")
    assert walk.url == "/m/card/" and in_as(walk) == "王建国"


@pytest.mark.parametrize("bad", ["https://evil.example/", "//evil.example/", "/login/out/", "javascript:alert(1)"])
def test_nobody_is_led_away(walk_in, person, bad):
    person()
    assert walk_in(next_url=bad).url == "/m/"


def test_no_is_an_answer(walk_in, person):
    person(agreed=False)
    walk = walk_in().post(no="1")
    assert "没有登录" in walk.text and in_as(walk) == "" and "会籍" in walk.text
    assert walk.get("/login/consent/").url == "/login/"


def test_wrong_code_says_how_often_still(walk, person, sms):
    person()
    walk.get("/login/").post(phone=PHONE).post(code="000000" if sms[0].code != "000000" else "111111")
    assert walk.status == 422 and "还可以再试 4 次" in walk.text and in_as(walk) == ""


def same(text: str) -> str:
    """A page without what differs at every request: tokens, digits of the number typed, waiting seconds."""
    text = re.sub(r'value="[A-Za-z0-9]{64}"', "", text)
    text = re.sub(r"199\*{4}\d{4}", "", text)
    return re.sub(r"请过 \d+ 秒", "", text).replace(PHONE, "").replace("19900000077", "")


def test_known_and_unknown_phones_get_the_same_pages(person, sms):
    """Body, status and headers of every answer, over the whole course."""
    person()
    courses = []
    for phone in (PHONE, "19900000077"):
        client, course = Client(), []

        def note(response, course=course):
            headers = {k: v for k, v in response.headers.items() if k != "Content-Length"}
            course.append((response.status_code, headers, same(response.content.decode())))

        note(client.get("/login/"))
        note(client.post("/login/", {"phone": phone}))
        note(client.get("/login/code/"))
        note(client.post("/login/code/", {"again": "1"}))
        for _ in range(6):
            note(client.post("/login/code/", {"code": "abcdef"}))
        note(client.post("/login/", {"phone": phone}))
        for _ in range(5):
            age(minutes=1)
            note(client.post("/login/", {"phone": phone}))
        courses.append(course)
    assert courses[0] == courses[1]
    assert {sent.phone for sent in sms} == {PHONE}


@pytest.mark.parametrize(("spent", "whole"), [(0.001, 0.25), (0.04, 0.25), (0.24, 0.25), (0.26, 0.5), (0.9, 1.0)])
def test_answers_to_a_phone_take_even_time(rf, settings, monkeypatch, spent, whole):
    """Known or not, fast or slow: a whole number of quarter seconds."""
    from gongjia.faces.login.views import steps

    class Watch:
        at = 100.0

        def monotonic(self):
            return self.at

        def sleep(self, seconds):
            self.at += seconds

    watch = Watch()
    monkeypatch.setattr(steps, "time", watch)

    def view(request):
        watch.at += spent
        return "answer"

    settings.GONGJIA_EVEN_MS = 250
    assert steps.even(view)(rf.post("/")) == "answer"
    assert watch.at == pytest.approx(100 + whole)
    watch.at = 100.0
    steps.even(view)(rf.get("/"))
    assert watch.at == pytest.approx(100 + spent)  # reading the page tells nothing


def test_every_page_that_looks_at_a_number_or_a_slip_is_stretched(settings, monkeypatch, person):
    from gongjia.faces.login.views import steps

    settings.GONGJIA_EVEN_MS = 250
    slept = []
    monkeypatch.setattr(steps.time, "sleep", slept.append)
    person()
    client = Client()
    posts = [("", {"phone": PHONE}), ("", {"phone": "19900000077"}), ("", {"phone": "no phone"}),
             ("code/", {"code": "1"}), ("code/", {"again": "1"}), ("slip/", {"slip": "2222"})]  # fmt: skip
    client.post("/login/", {"phone": "19900000055"})
    for count, (page, fields) in enumerate(posts, start=2):
        client.post(f"/login/{page}", fields)
        assert len(slept) == count and 0 < slept[-1] <= 0.25


def test_two_persons_on_one_phone_are_asked_who(walk_in, person):
    person("王建国")
    other = person("李梅")
    walk = walk_in()
    assert walk.url == "/login/who/" and "王*" in walk.text and "李*" in walk.text and "王建国" not in walk.text
    assert walk.post().status == 422
    walk.post(person=str(other.pk))
    assert in_as(walk) == "李梅"


def test_who_is_asked_can_only_be_one_of_them(walk_in, person):
    person("王建国")
    person("李梅")
    stranger = person("赵六", "19900000009")
    walk = walk_in()
    assert walk.post(person=str(stranger.pk)).status == 422 and in_as(walk) == ""


def test_a_slip_lets_in_and_asks_for_the_right_phone(walk, person, sms, directory):
    account = person(phone="19900000066")
    from gongjia.base.actor import Actor

    (slip,) = actions.issue_slips(
        org=None, account_ids=[account.pk], actor=Actor.system("命令行", ["*"]), at=clock.now()
    )
    walk.get("/login/slip/")
    walk.get("/login/slip/")  # opening the link uses nothing up
    walk.post(slip=slip.code.lower())
    assert walk.url == "/login/phone/" and in_as(walk) == "王建国" and "199****0066" in walk.text
    walk.post(phone=PHONE)
    assert "199****0001" in walk.text and sms[-1].template == "login.new_phone"
    walk.post(code=sms[-1].code)
    assert walk.url == "/m/" and directory.changed == [account.pk]
    account.refresh_from_db()
    assert str(account.phone) == "199****0001" and account.phone_confirmed_at
    other = Client()
    page = other.post("/login/slip/", {"slip": slip.code})
    assert page.status_code == 422 and "用过" in page.content.decode()


@pytest.mark.parametrize("button", ["keep", "later"])
def test_after_a_slip_the_phone_may_stay(walk, person, button):
    from gongjia.base.actor import Actor

    account = person()
    (slip,) = actions.issue_slips(
        org=None, account_ids=[account.pk], actor=Actor.system("命令行", ["*"]), at=clock.now()
    )
    walk.get("/login/slip/?next=/m/card/").post(slip=slip.code, next="/m/card/").post(**{button: "1"})
    assert walk.url == "/m/card/"
    account.refresh_from_db()
    assert bool(account.phone_confirmed_at) is (button == "keep")


def test_a_member_besieged_still_gets_in(walk, person, sms):
    """Strangers have used up the day's messages to the number: the slip from the chair opens."""
    from gongjia.base.actor import Actor

    account = person()
    for n in range(5):
        Client(REMOTE_ADDR=f"10.0.0.{n}").post("/login/", {"phone": PHONE})
        age(minutes=1)
    walk.get("/login/").post(phone=PHONE)
    assert walk.status == 422 and len(sms) == 5 and "登录条" in walk.text
    (slip,) = actions.issue_slips(
        org=None, account_ids=[account.pk], actor=Actor.system("命令行", ["*"]), at=clock.now()
    )
    walk.get("/login/slip/").post(slip=slip.code)
    assert in_as(walk) == "王建国"


def test_staff_bind_an_app_at_the_first_log_in(walk_in, person, sms):
    from tests.faces.login.conftest import App

    account = person("钱市级", requires_second_factor=True)
    walk = walk_in()
    assert walk.url == "/login/bind/" and in_as(walk) == "" and "<svg" in walk.text and "style=" not in walk.text
    app = App(re.search(r'class="qr-code">([A-Z2-7 ]+)<', walk.text).group(1))
    assert walk.post(code="000000").status == 422
    walk.post(code=app.code())
    assert len(re.findall(r"<li class=\"num\">", walk.text)) == 10 and in_as(walk) == ""
    walk.post("/login/go/")
    assert in_as(walk) == "钱市级"
    assert DeviceSession.objects.get(account=account, ended_at__isnull=True).factor_at


def test_staff_do_not_come_in_without_the_second_factor(walk_in, bound):
    _account, app = bound("钱市级")
    walk = walk_in()
    assert walk.url == "/login/factor/"
    for page in ("/login/consent/", "/login/bind/", "/console/", "/login/devices/"):
        walk.get(page)
        assert in_as(walk) == ""
    walk.get("/login/factor/").post("/login/go/")  # the step after, straight away
    assert walk.url == "/login/factor/" and in_as(walk) == ""
    walk.post(code=app.code())
    assert in_as(walk) == "钱市级"


def test_control_an_account_without_the_mark_comes_in_with_one_factor(walk_in, bound):
    _account, _ = bound("钱市级")
    Account.objects.update(requires_second_factor=False)
    assert in_as(walk_in()) == "钱市级"


def test_a_post_held_now_asks_for_the_second_factor(walk_in, person, directory):
    account = person()
    directory.factor.add(account.pk)
    assert walk_in().url == "/login/bind/"
    account.refresh_from_db()
    assert account.requires_second_factor


def test_a_slip_does_not_replace_the_second_factor(walk, bound):
    from gongjia.base.actor import Actor

    account, _app = bound("钱市级")
    (slip,) = actions.issue_slips(
        org=None, account_ids=[account.pk], actor=Actor.system("命令行", ["*"]), at=clock.now()
    )
    walk.get("/login/slip/").post(slip=slip.code)
    assert walk.url == "/login/factor/" and in_as(walk) == ""


def test_every_step_has_a_new_session_key(walk, person, sms):
    """An id that somebody planted in the browser beforehand is worth nothing afterwards."""
    person("王建国", agreed=False)
    walk.get("/login/").post(phone=PHONE)
    planted = walk.client.session.session_key
    walk.post(code=sms[0].code)
    proven = walk.client.session.session_key
    walk.post(version=queries.current_notice().version)
    inside_key = walk.client.session.session_key
    assert len({planted, proven, inside_key}) == 3
    for old in (planted, proven):
        client = Client()
        client.cookies["gongjia"] = old
        assert client.get("/login/devices/").status_code == 302


def test_the_way_in_is_forgotten_after_ten_minutes(walk_in, bound, visitor):
    bound("钱市级")
    walk = walk_in()
    session = visitor.session
    session["way_in"] = {**session["way_in"], "since": session["way_in"]["since"] - 601}
    session.save()
    assert walk.get("/login/factor/").url == "/login/"


def test_forms_need_their_token(visitor, person, sms):
    person()
    visitor.get("/login/")
    assert visitor.post("/login/", {"phone": PHONE}).status_code == 403 and sms == []


def test_no_page_of_the_way_in_is_stored(visitor, person):
    for page in ("/login/", "/login/slip/", "/login/out/"):
        assert "no-store" in visitor.get(page)["Cache-Control"]


def test_reading_pages_changes_no_row(walk_in, bound, person):
    """Every page of the way in, opened by GET, leaves codes, slips, factors and accounts as they are."""
    from django.apps import apps

    bound("钱市级")
    walk = walk_in()

    def rows():
        return {
            model.__name__: sorted(map(str, model.objects.values_list()))
            for model in apps.get_app_config("accounts").get_models()
        }

    before = rows()
    for page in ("", "code/", "who/", "slip/", "factor/", "bind/", "consent/", "out/", "again/", "phone/", "devices/"):
        walk.get(f"/login/{page}")
    assert rows() == before


def test_pages_that_only_take_a_post(visitor):
    assert visitor.get("/login/go/").status_code == 405


def test_the_demos_pages_are_not_there_elsewhere(visitor, settings):
    settings.GONGJIA_DEMO = False
    assert visitor.get("/demo/outbox/").status_code == 404
    assert visitor.get("/demo/access/").status_code == 404


def test_kinds_cover_every_end():
    from gongjia.faces.login.views.start import ENDED

    assert set(ENDED) <= set(kinds.Ended) and inside.WHY
