from __future__ import annotations

import json
import stat
import threading
import time
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connections

from gongjia.base import clock, outbox
from gongjia.base.outbox import channels, http_sms, sending
from gongjia.base.outbox.models import Message, SmsHour
from gongjia.base.refused import Refused
from tests.base.outbox.gateway import KEY_ID, SECRET, Gateway

pytestmark = pytest.mark.django_db
PHONE = "19900000001"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=clock.SHANGHAI)


@pytest.fixture
def gateway(settings):
    made = Gateway()
    settings.GONGJIA_SMS = {"url": made.url, "key_id": KEY_ID, "secret": SECRET, "hourly_budget": 2000, "timeout": 0.5}
    yield made
    made.close()


@pytest.fixture
def at(monkeypatch):
    """Move the real clock that sending goes by."""
    moment = [NOON]
    monkeypatch.setattr(clock, "real_now", lambda: moment[0])

    def go(to):
        moment[0] = moment[0] + to if isinstance(to, timedelta) else to

    return go


def code(phone=PHONE, number="123456"):
    facts = {"code": number, "minutes": 5}
    return outbox.send_sms(phone, template="test.code", context=facts, at=clock.now(), purpose="login")


def note(phone=PHONE):
    facts = {"org": "洋溪街道总工会", "matters": "换届"}
    return outbox.send_sms(phone, template="test.note", context=facts, at=clock.now(), purpose="notice")


def again(message):
    message.refresh_from_db()
    return message


# keeping ----------------------------------------------------------------------------------------


def test_phone_and_words_lie_sealed(at):
    message = code()
    row = Message.objects.filter(pk=message.pk).values().get()
    assert PHONE not in repr(row) and "123456" not in repr(row)
    assert message.to_label == "199****0001" and Message.objects.get(phone_index=PHONE) == message
    with pytest.raises(Refused):
        code("12x")


# the file channel ---------------------------------------------------------------------------------


def test_file_channel(settings, at, tmp_path, django_capture_on_commit_callbacks):
    settings.GONGJIA_SMS, settings.GONGJIA_HOME = {"channel": "file"}, tmp_path
    with django_capture_on_commit_callbacks(execute=True):
        message = code()
    assert again(message).state == "delivered" and not message.text
    (path,) = (tmp_path / "outbox").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and PHONE not in path.read_text()
    with path.open("a") as file:
        file.write('{"cut')
    (line,) = outbox.last_sms()
    assert (line["phone"], line["text"], line["at"]) == ("199****0001", "验证码 123456，5 分钟内有效。", NOON)


def test_without_a_channel_it_fails_and_says_why(settings, at):
    settings.GONGJIA_SMS, settings.GONGJIA_DEMO = {}, False
    message = outbox.deliver(code().pk)
    assert (message.state, message.reason) == ("failed", "no_channel")
    assert outbox.status()["reasons"] == {"没有设置短信通道": 1} and outbox.status()["channel"] == "none"


# the gateway ----------------------------------------------------------------------------------------


def test_signed_request_and_delivery_report(gateway):
    message = code()
    assert outbox.deliver(message.pk).state == "sent"
    assert gateway.requests == [
        {"id": str(message.pk), "to": PHONE, "text": "验证码 123456，5 分钟内有效。", "purpose": "login"}
    ]
    assert (again(message).provider_ref, bool(message.text), message.tries) == ("r0", False, 1)
    assert outbox.deliver(message.pk) is None and len(gateway.requests) == 1

    body = json.dumps({"id": str(message.pk), "state": "delivered"}).encode()
    moment = str(int(time.time()))
    headers = {
        "X-Gongjia-Time": moment,
        "X-Gongjia-Nonce": "n",
        "X-Gongjia-Signature": http_sms.sign(SECRET, moment, "n", body),
    }
    said = outbox.verify_report(headers, body)
    assert outbox.note_delivery(said["id"], state=said["state"], ref="r0")
    assert again(message).state == "delivered" and message.delivered_at
    assert not outbox.note_delivery(message.pk, state="failed")  # late and out of order: delivered stays
    assert not outbox.note_delivery(message.pk, state="nonsense") and not outbox.note_delivery("x", state="sent")
    assert outbox.verify_report(headers, body + b" ") is None
    assert outbox.verify_report({**headers, "X-Gongjia-Time": str(int(moment) - 3600)}, body) is None


def test_negative_control_a_wrong_secret_is_turned_away(gateway, settings):
    settings.GONGJIA_SMS = {**settings.GONGJIA_SMS, "secret": "another"}
    message = outbox.deliver(code().pk)
    assert (message.state, message.reason, message.detail) == ("failed", "refused", "HTTP 401") and not gateway.requests


@pytest.mark.parametrize(
    "status,said,state,reason",
    [
        (200, {"state": "failed", "reason": "空号"}, "failed", "refused"),
        (400, {}, "failed", "refused"),
        (302, {}, "failed", "refused"),
        (202, {"state": "delivered", "ref": "x"}, "delivered", ""),
    ],
)
def test_last_words_of_the_gateway(gateway, status, said, state, reason):
    gateway.behave = lambda *_: (status, said)
    message = outbox.deliver(code().pk)
    assert (message.state, message.reason) == (state, reason) and len(gateway.requests) == 1


@pytest.mark.parametrize(
    "status,said,end",
    [(503, {}, "unknown"), (429, {}, "failed"), (200, b"<html>", "unknown"), ("hang", 0.8, "unknown")],
)
def test_what_is_open_is_asked_again_with_the_same_id_until_it_is_given_up(gateway, at, status, said, end):
    gateway.behave = lambda *_: (status, said)
    message = note()
    for tried in range(1, 5):
        assert outbox.deliver(message.pk).state == "queued"
        assert outbox.deliver(message.pk) is None  # not before its time
        assert again(message).tries == tried
        at(timedelta(hours=1))
    last = outbox.deliver(message.pk)
    assert (last.state, last.reason, last.tries) == (end, "tries", 5)
    assert {request["id"] for request in gateway.requests} == {str(message.pk)}


def test_a_gateway_that_recovers(gateway, at):
    gateway.behave = lambda *_: (503, {})
    message = code()
    outbox.deliver(message.pk)
    gateway.behave = lambda *_: (200, {"state": "sent"})
    at(timedelta(seconds=20))
    assert outbox.send_due() == 1 and again(message).state == "sent"


def test_nothing_listens(settings, at):
    settings.GONGJIA_SMS = {"url": "http://127.0.0.1:9/", "secret": "s"}
    assert outbox.deliver(code().pk).state == "queued"


@pytest.mark.parametrize("url", ["http://gateway.example/", "file:///etc/passwd", "ftp://x"])
def test_only_https_leaves_the_machine(settings, at, url):
    settings.GONGJIA_SMS = {"url": url, "secret": "s"}
    assert (m := outbox.deliver(code().pk)).reason == "no_channel" and "https" in m.detail
    assert urlsplit(url).scheme != "https"


def test_cut_off_between_request_and_answer(gateway, at):
    """The process died there: the gateway knows the id, so the same message may be asked for again."""
    message = code()
    assert sending._claim(message.pk) is not None
    assert outbox.send_due() == 0
    at(timedelta(seconds=61))
    assert outbox.send_due() == 1 and again(message).state == "sent"
    lost = note()
    Message.objects.filter(pk=lost.pk).update(state="sending", tries=5, next_at=NOON)
    outbox.send_due()
    assert (again(lost).state, lost.reason) == ("unknown", "lost")


def test_an_old_code_is_of_no_use(gateway, at):
    message = code()
    at(timedelta(minutes=10))
    assert outbox.send_due() == 1
    assert (again(message).state, message.reason) == ("failed", "expired") and not gateway.requests


# limits ---------------------------------------------------------------------------------------------


def test_one_code_a_minute_and_five_a_day(gateway, at):
    states = []
    for _ in range(8):
        states.append((code().state, code().reason))
        at(timedelta(minutes=1))
    assert states == [("queued", "too_soon")] * 5 + [("failed", "day_limit")] * 3
    assert code("19900000002").state == "queued"  # another number
    assert code("+86 199-0000-0002").reason == "too_soon"  # the same number, written otherwise
    at(timedelta(days=1))
    assert code().state == "queued"


def test_notices_have_a_limit_of_their_own(at):
    assert [note().state for _ in range(11)].count("queued") == 10
    assert code().state == "queued"


@pytest.mark.parametrize(
    "hour,minute,due",
    [(21, 59, None), (22, 0, (21, 7)), (23, 30, (21, 7)), (0, 10, (20, 7)), (6, 59, (20, 7)), (7, 0, None)],
)
def test_quiet_hours(gateway, at, hour, minute, due):
    at(NOON.replace(hour=hour, minute=minute))
    waiting, now = note(), code()
    assert now.next_at == clock.real_now()
    assert waiting.next_at == (clock.real_now() if due is None else NOON.replace(day=due[0], hour=due[1]))
    outbox.send_due()
    assert (again(now).state, again(waiting).state) == ("sent", "sent" if due is None else "queued")
    at(NOON.replace(day=21, hour=7))
    outbox.send_due()
    assert again(waiting).state == "sent"


def test_a_second_try_does_not_wake_anybody(gateway, at):
    gateway.behave = lambda *_: (503, {})
    at(NOON.replace(hour=21, minute=59, second=50))
    message = outbox.deliver(note().pk)
    assert message.next_at == NOON.replace(day=21, hour=7)


def test_the_hours_budget_is_exact_and_keeps_a_part_for_codes(gateway, at, settings, caplog):
    settings.GONGJIA_SMS = {**settings.GONGJIA_SMS, "hourly_budget": 10}
    notes = [note(f"199000001{n:02d}") for n in range(12)]
    codes = [code(f"199000002{n:02d}") for n in range(5)]
    for message in notes + codes:
        outbox.deliver(message.pk)
    assert [again(m).state for m in notes] == ["sent"] * 8 + ["queued"] * 4
    assert [again(m).state for m in codes] == ["sent"] * 2 + ["failed"] * 3 and codes[4].reason == "budget"
    assert len(gateway.requests) == 10 == SmsHour.objects.get().used == channels.used_this_hour()
    assert "budget" in caplog.text and notes[11].next_at == NOON.replace(hour=13) and notes[11].tries == 0
    at(timedelta(hours=1))
    outbox.send_due()
    assert all(again(m).state == "sent" for m in notes)


@pytest.mark.django_db(transaction=True)
def test_two_wishes_at_once_are_one_message(gateway):
    """Without the lock both would see no earlier one."""
    start, found = threading.Barrier(4), []

    def wish():
        start.wait()
        found.append(code().state)
        connections.close_all()

    threads = [threading.Thread(target=wish) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["failed", "failed", "failed", "queued"]


@pytest.mark.django_db(transaction=True)
def test_a_code_leaves_by_itself_once_the_act_is_committed(gateway):
    from django.db import transaction

    with transaction.atomic():
        message = code()
        assert not gateway.requests
    for _ in range(100):
        if again(message).state == "sent":
            break
        threading.Event().wait(0.05)
    assert again(message).state == "sent" and len(gateway.requests) == 1
    sending._threads.shutdown(wait=True)
    sending._threads = None


@pytest.mark.django_db(transaction=True)
def test_budget_under_a_race(gateway, settings):
    settings.GONGJIA_SMS = {**settings.GONGJIA_SMS, "hourly_budget": 20}
    taken = []

    def grab():
        taken.extend(channels.take_from_budget(1.0) for _ in range(10))
        connections.close_all()

    threads = [threading.Thread(target=grab) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken.count(True) == 20
