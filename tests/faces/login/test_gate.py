"""Whose address counts, and who reaches the demo."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from gongjia.faces.login import visitor

FAR = {"REMOTE_ADDR": "192.168.1.20"}


def test_a_forwarded_address_counts_only_from_a_trusted_proxy(rf, settings):
    settings.GONGJIA_TRUSTED_PROXIES = ("10.0.0.0/8",)
    forged = rf.get("/", REMOTE_ADDR="203.0.113.5", HTTP_X_FORWARDED_FOR="198.51.100.1")
    assert visitor.network(forged) == "203.0.113.5"
    handed_on = rf.get("/", REMOTE_ADDR="10.0.0.2", HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.5, 10.0.0.1")
    assert visitor.network(handed_on) == "203.0.113.5"  # what the client wrote before it does not matter


def test_control_trusting_everybody_the_client_would_choose_its_network(rf, settings):
    settings.GONGJIA_TRUSTED_PROXIES = ("0.0.0.0/0",)
    seen = {
        visitor.network(rf.get("/", REMOTE_ADDR="203.0.113.5", HTTP_X_FORWARDED_FOR=f"198.51.100.{n}"))
        for n in range(9)
    }
    assert len(seen) == 9


@pytest.mark.parametrize(
    ("address", "network", "shown"),
    [
        ("122.224.9.77", "122.224.9.77", "122.224.*.*"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", "2001:0db8:0001:*"),
        ("127.0.0.1", "127.0.0.1", "本机"),
        ("", "local", "本机"),
    ],
)
def test_networks(rf, address, network, shown):
    request = rf.get("/", REMOTE_ADDR=address)
    assert (visitor.network(request), visitor.shown_network(request)) == (network, shown)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Linux; Android 10) Chrome/78.0 Mobile MicroMessenger/7.0", "安卓手机 · 微信"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 15_0) Version/15.0 Safari/604.1", "苹果手机 · Safari"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "Windows 电脑 · Edge"),
        ("curl", "其他设备 · 浏览器"),
    ],
)
def test_devices_have_names_people_know(rf, agent, words):
    assert visitor.label(rf.get("/", HTTP_USER_AGENT=agent)) == words


@pytest.fixture
def demo(settings, db, tmp_path):
    settings.GONGJIA_DEMO = True
    settings.GONGJIA_HOME = tmp_path
    settings.GONGJIA_ACCESS_CODE = ""
    settings.ALLOWED_HOSTS = ["*"]
    return settings


def test_the_demo_answers_this_machine_only(demo):
    assert Client().get("/login/").status_code == 200
    answer = Client(**FAR).get("/login/")
    assert answer.status_code == 403 and "只在本机" in answer.content.decode()
    assert Client(**FAR).get("/login/?access=").status_code == 403


def test_control_outside_the_demo_everybody_is_answered(db, settings):
    settings.GONGJIA_DEMO = False
    assert Client(**FAR).get("/login/").status_code == 200


def test_a_phone_shows_the_access_code_once(demo):
    demo.GONGJIA_ACCESS_CODE = "abcd2345"
    phone = Client(**FAR)
    assert phone.get("/login/")["Location"] == "/demo/access/"
    answer = phone.get("/login/?next=/m/&access=abcd2345")
    assert answer["Location"] == "/login/?next=%2Fm%2F"  # the code is out of the address bar
    assert phone.get("/login/").status_code == 200
    demo.GONGJIA_ACCESS_CODE = "wxyz6789"  # the next start
    assert phone.get("/login/").status_code == 302


def test_the_access_code_can_be_typed_and_not_guessed(demo):
    demo.GONGJIA_ACCESS_CODE = "abcd2345"
    phone = Client(**FAR)
    assert phone.get("/demo/access/").status_code == 200
    assert phone.post("/demo/access/", {"access": "abcd2346"}).status_code == 422
    assert phone.post("/demo/access/", {"access": " ABCD2345 "}).status_code == 302
    assert phone.get("/login/").status_code == 200


def test_the_page_of_demo_messages_shows_what_phones_would(demo, person):
    """Through the real outbox: what is asked for on the log-in page can be read here."""
    demo.GONGJIA_SMS = {"channel": "file", "hourly_budget": 100}
    person("方建国", "19900000031")
    client = Client()
    from django.test import TestCase

    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post("/login/", {"phone": "19900000031"})
    text = client.get("/demo/outbox/").content.decode()
    assert "199****0031" in text and "登录验证码" in text


def test_demo_accounts_stand_on_the_log_in_page(demo, bound):
    _account, app = bound("钱敏", "19900000041")
    folder = demo.GONGJIA_HOME / "demo"
    folder.mkdir()
    rows = [{"role": "权益保障部", "name": "钱敏", "phone": "19900000041", "org": "建德市总工会", "factor": True}]
    (folder / "accounts.json").write_text(json.dumps(rows), "utf-8")
    client = Client()
    assert "19900000041" in client.get("/login/").content.decode()
    assert app.code() in client.get("/demo/outbox/").content.decode()
    demo.GONGJIA_DEMO = False
    assert "19900000041" not in client.get("/login/").content.decode()
    assert client.get("/demo/outbox/").status_code == 404


def test_the_demo_messages_are_not_for_the_neighbours(demo):
    demo.GONGJIA_ACCESS_CODE = "abcd2345"
    assert Client(**FAR).get("/demo/outbox/").status_code == 302
