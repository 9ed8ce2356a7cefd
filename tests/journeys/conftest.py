"""A site on the loopback with real people behind it, and a browser held to what every page is held to."""

from __future__ import annotations

import pytest
from django.conf import settings as django_settings
from django.test import Client

from tests import looking
from tests.faces.login.tools import log_in
from tests.who.members.conftest import AT, join, machine, paper, world  # noqa: F401

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 375, "height": 740}


@pytest.fixture
def site(transactional_db, settings, plain_static):
    from pytest_django.live_server_helper import LiveServer

    settings.GONGJIA_CLOCK = "2018-08-27"
    settings.ALLOWED_HOSTS = ["*"]
    settings.GONGJIA_EVEN_MS = 0
    server = LiveServer("localhost")
    yield server
    server.stop()


class Hands:
    """Somebody at a screen: opens, fills, presses, looks."""

    def __init__(self, context, site, name: str):
        self.page, self.site, self.name = context.new_page(), site, name
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on(
            "request",
            lambda one: None if one.url.startswith((site.url, "data:")) else self.problems.append(one.url),
        )

    def open(self, path: str) -> None:
        self.page.goto(self.site.url + path, wait_until="load")

    def press(self, label: str, nth: int = 0) -> None:
        looking.press(self.page, self.page.get_by_role("button", name=label, exact=True).nth(nth))

    def follow(self, label: str) -> None:
        looking.press(self.page, self.page.get_by_role("link", name=label).first)

    def sees(self, text: str) -> bool:
        return text in self.page.inner_text("body")

    def look(self, shot: str) -> None:
        """A picture, no request to another host, nothing clipped, no serious axe finding."""
        looking.keep(self.page, "journeys", f"{self.name}-{shot}")
        assert self.problems == [], self.problems
        beyond = looking.pixels_outside(self.page)
        assert beyond <= 0, f"{shot}: {beyond} px lie outside"
        found = looking.barriers(self.page)
        assert found == [], (shot, found)

    def look_twice(self, shot: str) -> None:
        """On a phone's screen and on a desk's, without loading the page again."""
        before = self.page.viewport_size
        for screen in (PHONE, DESK):
            looking.resize(self.page, screen)
            self.look(f"{shot}-{screen['width']}")
        looking.resize(self.page, before)


@pytest.fixture
def sit_down(chromium, site):
    """sit_down("name", account=…, screen=DESK) -> Hands, logged in when an account is given."""
    contexts = []

    def make(name: str, *, account=None, screen=DESK) -> Hands:
        context = chromium.new_context(
            viewport=screen, locale="zh-CN", reduced_motion="reduce", has_touch=screen is PHONE
        )
        contexts.append(context)
        if account is not None:
            key = log_in(Client(), account).cookies[django_settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": key, "url": site.url}])
        return Hands(context, site, name)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def officer(world, join, machine):  # noqa: F811
    """officer(org, role, home=…) -> (person, account): a member with a post, who has agreed to the privacy rules."""
    from gongjia.who.accounts import actions as accounts
    from gongjia.who.accounts import queries as account_queries
    from gongjia.who.members import actions

    def make(org, role, name="翁示例", home=None):
        person = join(home or world.school, name).person
        actions.grant(person=person, org=org, role=role, since=AT.date(), post_name="主席", actor=machine, at=AT)
        person.refresh_from_db()
        accounts.give_consent(account=person.account, version=account_queries.current_notice().version, at=AT)
        return person, person.account

    return make
