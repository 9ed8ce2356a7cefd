from __future__ import annotations

import uuid
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from gongjia.base import clock, outbox
from gongjia.base.actor import Actor, Post
from gongjia.who.accounts import powers, registry
from gongjia.who.accounts.models import Account


@dataclass
class Sent:
    phone: str
    template: str
    code: str


@pytest.fixture
def sms(monkeypatch) -> list[Sent]:
    """Every code that would go out, as the phone's owner reads it."""
    sent: list[Sent] = []

    def send_sms(phone, *, template, context, at, purpose):
        assert purpose == "login"
        sent.append(Sent(phone, template, context["code"]))

    monkeypatch.setattr(outbox, "send_sms", send_sms, raising=False)
    return sent


@pytest.fixture
def told(monkeypatch) -> list[tuple]:
    """Messages put into people's inboxes."""
    found: list[tuple] = []

    def notify(accounts, *, template, context=None, at, url=""):
        found.append((tuple(accounts), template))

    monkeypatch.setattr(outbox, "notify", notify, raising=False)
    return found


@pytest.fixture
def person(db):
    """Make an account: `person("王建国", "19900000001")`."""

    def make(name: str = "王建国", phone: str = "19900000001", **fields) -> Account:
        account = Account(display_name=name, phone=phone or None, created_at=clock.now(), **fields)
        account.save()
        return account

    return make


@pytest.fixture
def union() -> SimpleNamespace:
    return SimpleNamespace(id=uuid.uuid4(), path="0001", code="330182001", name="洋溪街道总工会")


@pytest.fixture
def officer(union):
    """Somebody who holds a post at `union` with these powers."""

    def make(*held: str, account_id=None, org=union) -> Actor:
        post = Post(
            id=uuid.uuid4(), role="test", role_label="测试岗位", org_id=org.id, org_name=org.name, path=org.path,
            reach="subtree", powers=frozenset(held or (powers.SLIP, powers.RESET, powers.CLOSE)),
        )  # fmt: skip
        return Actor(account_id or uuid.uuid4(), uuid.uuid4(), "赵干部", posts=(post,))

    return make


class Directory(registry.Directory):
    """Persons as the floor above would know them."""

    def __init__(self):
        self.places: dict[uuid.UUID, set] = {}  # union id -> account ids
        self.waiting: dict[str, list[str]] = {}  # phone -> names of persons without an account
        self.factor: set = set()
        self.changed: list = []

    def knows(self, phone):
        return phone in self.waiting

    def open_for(self, phone, *, at):
        from gongjia.who.accounts import actions

        names = self.waiting.pop(phone, [])
        actions.open_accounts(rows=[actions.NewAccount(name, phone) for name in names], actor=None, at=at)

    def within(self, account_ids, org):
        return set(account_ids) & self.places.get(org.id, set())

    def needs_factor(self, account_id, at):
        return account_id in self.factor

    def phone_changed(self, account_id, phone, *, actor, at):
        self.changed.append(account_id)


@pytest.fixture
def directory(monkeypatch) -> Directory:
    found = Directory()
    monkeypatch.setattr(registry, "_directory", found)
    return found
