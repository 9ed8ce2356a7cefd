"""The gateway's report of what became of a message: signed, and without effect when it comes again."""

from __future__ import annotations

import json
import secrets
import time

import pytest
from django.test import Client
from django.urls import reverse

from gongjia.base import clock, outbox
from gongjia.base.outbox import http_sms
from gongjia.base.outbox.models import Message
from tests.base.outbox.gateway import KEY_ID, SECRET, Gateway

pytestmark = pytest.mark.django_db


@pytest.fixture
def gateway(settings):
    made = Gateway()
    settings.GONGJIA_SMS = {"url": made.url, "key_id": KEY_ID, "secret": SECRET, "hourly_budget": 2000, "timeout": 2}
    yield made
    made.close()


@pytest.fixture
def sent(gateway) -> Message:
    message = outbox.send_sms(
        "19900000001", template="login.code", context={"code": "123456", "minutes": 5}, at=clock.now(), purpose="login"
    )
    outbox.deliver(message.pk)
    message.refresh_from_db()
    assert message.state == "sent" and gateway.took
    return message


def signed(body: bytes, *, age: int = 0, secret: str = SECRET) -> dict[str, str]:
    moment, nonce = str(int(time.time()) - age), secrets.token_hex(8)
    return {
        "X-Gongjia-Key": KEY_ID, "X-Gongjia-Time": moment, "X-Gongjia-Nonce": nonce,
        "X-Gongjia-Signature": http_sms.sign(secret, moment, nonce, body),
    }  # fmt: skip


def report(message: Message, state: str, **more: str) -> bytes:
    return json.dumps({"id": str(message.pk), "state": state, **more}).encode()


def post(body: bytes, headers: dict[str, str]):
    client = Client(enforce_csrf_checks=True)
    return client.post(reverse("api:sms_report"), body, content_type="application/json", headers=headers)


def state_of(message: Message) -> tuple[str, str]:
    message.refresh_from_db()
    return message.state, message.provider_ref


def test_a_report_is_noted_once_however_often_it_comes(sent):
    ref = sent.provider_ref
    body = report(sent, "delivered")
    headers = signed(body)
    assert post(body, headers).status_code == 204
    assert state_of(sent) == ("delivered", ref)
    at = sent.delivered_at
    late = report(sent, "failed", ref="other")
    old = signed(late)
    for again, its in ((body, headers), (late, old), (late, old)):  # recorded and sent again; out of order
        assert post(again, its).status_code == 204
    assert state_of(sent) == ("delivered", ref) and sent.delivered_at == at


def test_a_failure_is_told_to_administrators(sent):
    body = report(sent, "failed", ref="r9")
    assert post(body, signed(body)).status_code == 204
    assert state_of(sent) == ("failed", "r9") and sent.reason == "refused"


def test_what_the_gateway_did_not_sign_is_turned_away(sent):
    body = report(sent, "delivered")
    for headers in ({}, signed(body, secret="another"), signed(body, age=3600), signed(body + b" ")):
        answer = post(body, headers)
        assert answer.status_code == 401 and answer.json()["reasons"][0]["code"] == "signature"
    assert state_of(sent)[0] == "sent"


def test_our_own_request_sent_back_says_nothing(sent, gateway):
    """The same secret signs both ways: a request that was overheard is no report."""
    body = json.dumps(gateway.requests[0], ensure_ascii=False).encode()
    assert post(body, signed(body)).status_code == 204
    assert state_of(sent)[0] == "sent"


def test_unknown_messages_odd_bodies_and_other_methods(sent, settings):
    for body in (b'{"id": "x", "state": "delivered"}', b"{}", b'{"id": 5, "state": []}'):
        assert post(body, signed(body)).status_code == 204
    for body in (b"[]", b"not json"):
        assert post(body, signed(body)).status_code == 401
    big = b" " * 9000
    assert post(big, signed(big)).status_code == 413
    assert Client().get(reverse("api:sms_report")).status_code == 405
    settings.GONGJIA_SMS = {}
    body = report(sent, "delivered")
    assert post(body, signed(body, secret="")).status_code == 401  # no gateway is set: nobody may report
    assert state_of(sent)[0] == "sent"
