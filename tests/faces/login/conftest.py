from __future__ import annotations

import base64
import re

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.test import Client

from gongjia.base import clock
from gongjia.who.accounts import actions, queries
from gongjia.who.accounts.models import Account
from tests.who.accounts.conftest import directory, sms, told  # noqa: F401

PHONE = "19900000001"


@pytest.fixture(autouse=True)
def quick(settings):
    """No waiting for the even answer (it has a test of its own); static files as they lie in the tree."""
    settings.GONGJIA_EVEN_MS = 0
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def visitor(db) -> Client:
    """Somebody with a browser, who is checked for forgery tokens as everybody."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def person(db):
    def make(name="王建国", phone=PHONE, agreed=True, **fields) -> Account:
        account = Account(display_name=name, phone=phone or None, created_at=clock.now(), **fields)
        account.save()
        if agreed:
            actions.give_consent(account=account, version=queries.current_notice().version, at=clock.now())
        return account

    return make


class App:
    """The authenticator on somebody's phone. Steps forward by itself, as a patient person would wait."""

    def __init__(self, key: str):
        self.key = base64.b32decode(key.replace(" ", ""))
        self.last = 0

    def code(self) -> str:
        step = max(int(clock.real_now().timestamp()) // 30, self.last + 1)
        self.last = step
        return TOTP(self.key, 6, SHA1(), 30).generate(step * 30).decode()


@pytest.fixture
def bound(person):
    """Staff with a bound app."""

    def make(*args, **fields):
        account = person(*args, **{"requires_second_factor": True, **fields})
        actions.begin_enrolment(account=account, at=clock.now())
        app = App(actions.waiting_enrolment(account).key)
        actions.finish_enrolment(account=account, code=app.code(), at=clock.now())
        return account, app

    return make


class Walk:
    """A person walking through pages: sends forms with the token of the page before."""

    def __init__(self, client: Client):
        self.client = client
        self.page = None

    def get(self, url: str, **extra):
        self.page = self.client.get(url, follow=True, **extra)
        return self

    def post(self, url: str | None = None, **fields):
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.text)
        where = url or self.url
        data = {**fields, "csrfmiddlewaretoken": token.group(1) if token else ""}
        self.page = self.client.post(where, data, follow=True)
        return self

    @property
    def text(self) -> str:
        return self.page.content.decode()

    @property
    def url(self) -> str:
        return self.page.request["PATH_INFO"]

    @property
    def status(self) -> int:
        return self.page.status_code


@pytest.fixture
def walk(visitor) -> Walk:
    return Walk(visitor)


@pytest.fixture
def walk_in(walk, sms):  # noqa: F811
    """Up to the end of the code page."""

    def go(phone=PHONE, next_url=""):
        walk.get(f"/login/?next={next_url}" if next_url else "/login/").post("/login/", phone=phone, next=next_url)
        return walk.post(code=sms[-1].code)

    return go
