"""The officers' page for somebody who cannot get in."""

from __future__ import annotations

import pytest
from django.test import Client

from gongjia.base import clock
from gongjia.who.accounts import queries
from gongjia.who.accounts.models import Account
from gongjia.who.members import actions as members
from tests.faces.login.test_inside import shift
from tests.faces.login.tools import log_in
from tests.who.members.conftest import in_role, join, machine, paper, world  # noqa: F401

WHY = "手机遗失，本人持身份证到场"


@pytest.fixture
def lost(world, join) -> Account:  # noqa: F811
    """A member of a firm below 莲花, with an account."""
    member = join(world.firm, "王小明").person
    return members.open_account(person=member, actor=world.machine, at=clock.now()).account


@pytest.fixture
def as_role(world, person, monkeypatch):  # noqa: F811
    """A client of somebody who holds a role at a union."""
    count = iter(range(60, 99))

    def make(org, role) -> Client:
        actor = in_role(org, role)
        monkeypatch.setattr("gongjia.faces.shared.middleware.actor_of", lambda request: actor)
        return log_in(Client(), person("何干部", f"199000000{next(count)}"))

    return make


def url(account) -> str:
    return f"/login/care/{account.pk}/"


def test_a_township_replaces_a_lost_phone(as_role, world, lost, told):  # noqa: F811
    client = as_role(world.lotus, "officer_township")
    text = client.get(url(lost)).content.decode()
    assert "王小明" in text and "199****" in text and "停用" not in text
    page = client.post(url(lost), {"what": "phone", "phone": "19900000009", "reason": WHY}, follow=True)
    assert "登录手机号已更换" in page.content.decode()
    assert queries.by_phone("19900000009") == [lost]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"what": "phone", "phone": "123", "reason": WHY}, "11 位数字"),
        ({"what": "phone", "phone": "19900000009", "reason": ""}, "请写明原因"),
        ({"what": "factor", "reason": WHY}, "没有绑定动态口令"),
        ({"what": "", "reason": WHY}, "请选择"),
    ],
)
def test_what_is_refused_says_why(as_role, world, lost, told, fields, words):  # noqa: F811
    page = as_role(world.lotus, "officer_township").post(url(lost), fields)
    assert page.status_code == 422 and words in page.content.decode()


def test_foreign_and_none_are_the_same(as_role, world, lost):  # noqa: F811
    client = as_role(world.yangxi, "officer_township")
    foreign = client.get(url(lost))
    none = client.get("/login/care/01900000-0000-7000-8000-000000000000/")
    assert foreign.status_code == none.status_code == 404
    assert client.post(url(lost), {"what": "end", "reason": WHY}).status_code == 404


def test_a_chair_without_the_power_is_not_let_in(as_role, world, lost):  # noqa: F811
    assert as_role(world.firm, "chair_grassroots").get(url(lost)).status_code == 403


def test_a_township_does_not_reset_those_above(as_role, world, lost, told):  # noqa: F811
    Account.objects.filter(pk=lost.pk).update(requires_second_factor=True)
    fields = {"what": "phone", "phone": "19900000009", "reason": WHY}
    page = as_role(world.lotus, "officer_township").post(url(lost), fields)
    assert page.status_code == 422 and "安全管理员" in page.content.decode()
    assert as_role(world.fed, "admin_security").post(url(lost), fields).status_code == 302


def test_the_security_administrator_closes_and_reopens(as_role, world, lost):  # noqa: F811
    client = as_role(world.fed, "admin_security")
    assert client.post(url(lost), {"what": "close", "reason": WHY}).status_code == 302
    lost.refresh_from_db()
    assert not lost.is_active and "恢复账号" in client.get(url(lost)).content.decode()
    client.post(url(lost), {"what": "reopen", "reason": WHY})
    lost.refresh_from_db()
    assert lost.is_active


def test_an_unattended_desk_is_asked_who_it_is(as_role, world, lost):  # noqa: F811
    client = as_role(world.lotus, "officer_township")
    shift(client, proved=601)
    for answer in (client.get(url(lost)), client.post(url(lost), {"what": "end", "reason": WHY})):
        assert answer.status_code == 302 and answer["Location"].startswith("/login/again/")
