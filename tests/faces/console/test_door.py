"""The door on officers' phones in a real browser: 50 scans without network, two phones, what stays on the phone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from gongjia.base import clock
from gongjia.faces.shared import event_words
from gongjia.work.events import actions, queries
from gongjia.work.events.models import Attendance, Scan, SignUp
from tests.faces.login.tools import log_in
from tests.journeys.conftest import Hands, site  # noqa: F401
from tests.who.members.conftest import AT, join, machine, paper, world  # noqa: F401
from tests.work.events.conftest import in_role, make, me, people  # noqa: F401

# at the day's end: the browser's clock stands on the day, the time of day is that of the machine
STARTS = datetime(2018, 8, 27, 23, 59, tzinfo=clock.SHANGHAI)
STORED = "JSON.stringify(Object.keys(localStorage).map(function (key) { return localStorage.getItem(key); }))"
HERE = "caches.match(location.pathname).then(function (kept) { return !!kept; })"
REACHED = "fetch('/healthz').then(function () { return 'net'; }, function () { return 'none'; })"
CACHED = "caches.keys().then(function (names) { return names.length; })"


@pytest.fixture
def door(world, make, people):  # noqa: F811
    """A session with so many tickets: door(3) -> (session, rows in order)."""

    def of(count: int):
        event = make(
            total=count + 5,
            title="职工夜校",
            sessions=[(STARTS, None)],
            closes_at=STARTS - timedelta(hours=1),
            door_minutes_early=1440,
        )
        rows = [
            actions.claim(event=event, person=one, actor=me(one), at=AT, told=True)
            for one in people(count, name="持票人")
        ]
        return event.sessions.get(), rows

    return of


@pytest.fixture
def at_door(world):  # noqa: F811
    """An account that may stand at doors: at_door("何敏")."""
    from gongjia.who.accounts import actions as accounts
    from gongjia.who.accounts import queries as account_queries
    from gongjia.who.members import actions as members
    from gongjia.who.members.models import Person

    def make_one(name: str):
        person = Person.objects.create(name=name, phone=f"1990077{Person.objects.count():04d}")
        members.grant(person=person, org=world.fed, role="city_publicity", since=AT.date(), actor=world.machine, at=AT)
        person.refresh_from_db()
        accounts.give_consent(account=person.account, version=account_queries.current_notice().version, at=AT)
        return person.account

    return make_one


class Phone:
    """An officer's phone of 375 px at the door page."""

    def __init__(self, chromium, site, account, name):  # noqa: F811
        self.context = chromium.new_context(
            viewport={"width": 375, "height": 740}, locale="zh-CN", reduced_motion="reduce", has_touch=True
        )
        key = log_in(Client(), account).cookies[django_settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": key, "url": site.url}])
        self.hands, self.name = Hands(self.context, site, f"door-{name}"), name
        self.page = self.hands.page

    def open(self, session) -> None:
        self.hands.open(reverse("console:door", args=[session.pk]))
        self.page.fill("#f-device", self.name)
        self.page.click("[data-do=fetch]")
        self.page.wait_for_selector("[data-part=work]:not([hidden])")
        self.page.wait_for_selector("[data-kept=kept]")

    def type(self, code: str) -> str:
        self.page.fill("#f-code", code)
        self.page.press("#f-code", "Enter")
        return self.page.inner_text("[data-verdict]")


def code_of(row) -> str:
    return event_words.short_code(queries.ticket_of(row).digest)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_fifty_scans_without_network_and_one_ticket_on_two_phones(chromium, site, door, at_door):  # noqa: F811
    session, rows = door(50)
    one, two = (Phone(chromium, site, at_door(name), name) for name in ("东门", "西门"))
    one.open(session)
    two.open(session)
    one.hands.look("pack")
    one.context.set_offline(True)
    assert one.page.evaluate(HERE) is True and one.page.evaluate(REACHED) == "none"
    one.page.reload()  # the page comes from the phone
    assert "职工夜校" in one.page.inner_text("h1") and "没有网络" in one.page.inner_text("[data-net]")
    for row in rows:
        assert one.type(code_of(row)).startswith("有效")
    assert one.type("00000001") == "名单里没有这个数，请核对"
    assert "入场票" in one.type("随便写的")
    assert one.page.inner_text("[data-count=left]") == "50" and one.page.inner_text("[data-count=seen]") == "50"
    assert not Scan.objects.exists()
    kept = one.page.evaluate(STORED)
    assert queries.ticket_of(rows[0]).digest in kept and "持票人" not in kept
    one.hands.look("offline")
    # the same ticket at the other door, with network; the whole text of the code is read as well
    two.type(queries.ticket_of(rows[7]).text)
    two.page.wait_for_selector("[data-part=said]:not([hidden])")
    assert "已同步 1 条" in two.page.inner_text("[data-said]")
    one.context.set_offline(False)
    one.page.wait_for_selector("[data-named] li")
    assert "持票人07" in one.page.inner_text("[data-named]") and "已在“" in one.page.inner_text("[data-named]")
    assert "已同步 50 条" in one.page.inner_text("[data-said]")
    one.hands.look("synced")
    assert Attendance.objects.filter(session=session, standing__in=("present", "late")).count() == 50
    assert Scan.objects.count() == 51 and Scan.objects.filter(verdict="double").count() == 1
    # and nothing stays
    one.page.click("[data-do=finish]")
    one.page.wait_for_selector("[data-part=start]:not([hidden])")
    one.page.wait_for_selector("[data-kept='']")
    assert one.page.evaluate(STORED) == "[]" and one.page.evaluate(CACHED) == 0
    assert one.hands.problems == [] and two.hands.problems == []
    for phone in (one, two):
        phone.context.close()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_somebody_who_moved_up_since_is_let_in_and_a_forged_ticket_is_not(chromium, site, door, at_door, people):  # noqa: F811
    session, rows = door(2)
    phone = Phone(chromium, site, at_door("何敏"), "东门")
    phone.open(session)
    late = people(1, name="后补")[0]
    fresh = actions.claim(event=session.event, person=late, actor=me(late), at=AT)
    forged = queries.ticket_of(rows[0]).text[:-4] + "AAAA"
    phone.type(forged)
    phone.page.wait_for_selector("[data-verdict]:has-text('不是这一场的票')")
    phone.type(queries.ticket_of(fresh).text)
    phone.page.wait_for_selector("[data-verdict].is-ok:has-text('有效')")
    assert [one.sign_up_id for one in Attendance.objects.filter(session=session)] == [fresh.pk]
    phone.context.close()


@pytest.mark.django_db
def test_who_may_not_stand_at_the_door_finds_none(door, at_door, world, plain_static):  # noqa: F811
    with clock.standing(AT):
        session, rows = door(1)
        inside = log_in(Client(), at_door("何敏"))
        where = {
            name: reverse(f"console:{name}", args=[session.pk])
            for name in ("door", "door_pack", "door_sync", "door_scan")
        }
        assert inside.get(where["door"]).status_code == 200
        assert inside.get(reverse("console:doors")).content.decode().count("职工夜校") == 1
        said = inside.post(where["door_pack"], {"device": "东门"}, content_type="application/json")
        content = said.content.decode()
        assert said.status_code == 200 and rows[0].person.name not in content and str(rows[0].pk) not in content
        # rubbish is refused in words
        for body in ("[]", "{", '{"pack": "x", "scans": []}', f'{{"pack": "{said.json()["pack"]}", "scans": [1]}}'):
            answer = inside.post(where["door_sync"], body, content_type="application/json")
            assert answer.status_code == 422 and answer.json()["said"], body
        # another officer has no business with this phone's pack
        body = {"pack": said.json()["pack"], "scans": []}
        other = log_in(Client(), at_door("李敏"))
        assert other.post(where["door_sync"], body, content_type="application/json").status_code == 404
        worker = Client().get(reverse("console:door_worker"))
        assert worker.status_code == 200 and worker["Content-Type"].startswith("text/javascript")
        assert SignUp.objects.count() == 1
