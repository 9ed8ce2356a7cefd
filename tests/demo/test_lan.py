"""`gongjia demo --lan`: whoever comes from the network meets the gate, and every page says that it is open."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
PHONE = {"REMOTE_ADDR": "192.168.1.20"}
OPEN = "已对同一网络开放"


@pytest.fixture
def opened(settings, tmp_path, plain_static):
    settings.GONGJIA_DEMO = True
    settings.GONGJIA_CLOCK = "2018-08-27"
    settings.GONGJIA_HOME = tmp_path
    settings.GONGJIA_ACCESS_CODE = "abcd2345"
    settings.ALLOWED_HOSTS = ["*"]
    return settings


def test_without_the_code_the_gate_with_it_the_demo(opened) -> None:
    phone = Client(**PHONE)
    gate = phone.get("/login/", follow=True)
    assert gate.redirect_chain[-1][0] == "/demo/access/" and "访问码" in gate.content.decode()
    inside = phone.get("/login/?access=abcd2345", follow=True)
    assert inside.status_code == 200 and OPEN in inside.content.decode()
    other = Client(**PHONE)  # what one phone showed does not open the door for the next
    assert other.get("/login/")["Location"] == "/demo/access/"
    assert Client(**PHONE).get("/login/?access=abcd2346", follow=True).redirect_chain[-1][0] == "/demo/access/"


def test_without_lan_no_page_says_so(opened) -> None:
    assert OPEN in Client().get("/login/").content.decode()
    opened.GONGJIA_ACCESS_CODE = ""
    page = Client().get("/login/").content.decode()
    assert "2018年8月27日" in page and OPEN not in page
