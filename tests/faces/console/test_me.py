"""The person's own pages in the console, and the links that lead to the log-in's pages."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from gongjia.faces.console.desk.me import TOPICS
from gongjia.who.members.models import Person
from tests.who.accounts.conftest import sms  # noqa: F401


def to(name: str, *args) -> str:
    return reverse(f"console:{name}", args=args)


def test_my_account_shows_posts_and_leads_to_devices(officer):
    page = officer.get(to("me")).content.decode()
    assert "莲花镇工会" in page and reverse("login:devices") in page and "岗位不要求" in page
    assert "1990000" not in page  # the own phone too is shown in part only
    for name in ("me", "guide"):
        assert to(name) in officer.get(to("home")).content.decode()  # the menu of the person


def test_the_guide_tells_what_the_post_may_do(officer, holds, world):
    township, leader = officer.get(to("guide")).content.decode(), holds("leader", world.fed).get(to("guide")).content
    assert "代办" in township and "登记筹建" in township
    assert "代办" not in leader.decode() and "总结里的数字从哪里来" in leader.decode()
    assert all(reverse(topic.url) for topic in TOPICS if topic.url)


def test_the_portal_leads_to_the_devices(officer):
    assert reverse("login:devices") in officer.get(reverse("portal:me")).content.decode()


@pytest.fixture
def member(world, join) -> Person:
    from gongjia.who.members import actions
    from tests.who.members.conftest import AT

    person = actions.open_account(person=join(world.firm, "王小明").person, actor=None, at=AT)
    person.refresh_from_db()
    return person


def test_a_member_page_leads_to_the_care_of_the_log_in(officer, holds, world, member):
    care = reverse("login:care", args=[member.account_id])
    assert care in officer.get(to("members_person", member.pk)).content.decode()
    assert officer.get(care).status_code in (200, 302)  # asks once more who they are
    chair = holds("chair_grassroots", world.firm)
    assert care not in chair.get(to("members_person", member.pk)).content.decode()
    assert chair.get(care).status_code == 403


def test_logging_in_by_a_code_confirms_the_phone_on_file(settings, member, sms):  # noqa: F811
    from gongjia.who.accounts import actions as accounts
    from gongjia.who.accounts import queries
    from tests.who.members.conftest import AT

    settings.GONGJIA_EVEN_MS = 0
    accounts.give_consent(account=member.account, version=queries.current_notice().version, at=AT)
    assert not member.phone_ok
    browser = Client()
    phone = member.phone.open_unlogged()
    browser.post("/login/", {"phone": phone})
    assert browser.post("/login/code/", {"code": "000000" if sms[-1].code != "000000" else "111111"}).status_code == 422
    member.refresh_from_db()
    assert not member.phone_ok  # a wrong code proves nothing
    browser.post("/login/code/", {"code": sms[-1].code})
    assert browser.session.get("_auth_user_id") == str(member.account_id)
    member.refresh_from_db()
    assert member.phone_ok
