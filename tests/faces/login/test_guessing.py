"""Guessing, stuffing and bombing at full size, through the pages (reliability C22). Run by `make proof`."""

from __future__ import annotations

import math
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client

from gongjia.base import clock
from gongjia.base.outbox.models import Message
from gongjia.who.accounts import actions
from gongjia.who.accounts.models import Brake, LoginCode

pytestmark = [pytest.mark.proof, pytest.mark.django_db]
PHONE = "19900000001"


def rank_p(ours: list[float], theirs: list[float]) -> float:
    """Two-sided p of the rank-sum test (normal approximation): small when the two differ in time."""
    ranked = sorted([(value, 0) for value in ours] + [(value, 1) for value in theirs])
    ranks = sum(place for place, (_, who) in enumerate(ranked, 1) if who == 0)
    a, b = len(ours), len(theirs)
    mean, spread = a * (a + b + 1) / 2, math.sqrt(a * b * (a + b + 1) / 12)
    return math.erfc(abs(ranks - mean) / spread / math.sqrt(2))


def times(known: str, unknown: str, count: int) -> tuple[list[float], list[float]]:
    """Seconds of answers to a known and an unknown phone, taken in turn."""
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(count):
        for which, phone in enumerate((known, unknown)):
            client = Client()
            Brake.objects.all().delete()
            LoginCode.objects.all().delete()
            Message.objects.all().delete()
            started = time.perf_counter()
            assert client.post("/login/", {"phone": phone}).status_code == 302
            found[which].append(time.perf_counter() - started)
    return found


@pytest.fixture
def real_outbox(settings, tmp_path):
    settings.GONGJIA_DEMO, settings.GONGJIA_HOME = True, tmp_path
    settings.GONGJIA_SMS = {"channel": "file", "hourly_budget": 10**6}


@pytest.mark.parametrize("count", [2000])
def test_the_time_of_the_answer_does_not_tell_who_is_on_file(person, settings, real_outbox, count):
    settings.GONGJIA_EVEN_MS = 250
    person()
    known, unknown = times(PHONE, "19900000077", count)
    assert rank_p(known, unknown) > 0.01


def test_control_without_the_even_answer_it_would(person, settings, real_outbox):
    settings.GONGJIA_EVEN_MS = 0
    person()
    known, unknown = times(PHONE, "19900000077", 200)
    assert rank_p(known, unknown) < 0.01


def test_ten_thousand_guesses_on_one_member(person, sms):
    """A client that starts anew whenever it is refused, from ever new networks and devices."""
    person()
    came_in = asked = 0
    for guess in range(10_000):
        client = Client(REMOTE_ADDR=f"10.{guess >> 16 & 255}.{guess >> 8 & 255}.{guess & 255}")
        answer = client.post("/login/", {"phone": PHONE})
        if answer.status_code != 302:
            continue
        asked += 1
        for n in range(6):
            client.post("/login/code/", {"code": f"{(guess * 7 + n * 111_111) % 1_000_000:06d}"})
        came_in += "_auth_user_id" in client.session
    assert came_in == 0 and asked == len(sms) <= 5


def test_one_guess_on_each_of_many_members(db, sms):
    rows = [actions.NewAccount(f"会员{n}", f"1990{n:07d}") for n in range(2000)]
    actions.open_accounts(rows=rows, actor=None, at=clock.now())
    came_in = 0
    for n in range(2000):
        client = Client(REMOTE_ADDR=f"10.0.{n >> 8}.{n & 255}")
        client.post("/login/", {"phone": f"1990{n:07d}"})
        client.post("/login/code/", {"code": "123456" if sms[-1].code != "123456" else "654321"})
        came_in += "_auth_user_id" in client.session
    assert came_in == 0


def test_no_member_is_bombed_and_strangers_get_nothing(db, sms):
    """20,000 requests over 40 members and any number of strangers, from one network and from many, over 20 minutes."""
    rows = [actions.NewAccount(f"会员{n}", f"1990{n:07d}") for n in range(40)]
    actions.open_accounts(rows=rows, actor=None, at=clock.now())
    for n in range(20_000):
        phone = f"1990{n // 2 % 40:07d}" if n % 2 else f"199{n:08d}"
        client = Client(REMOTE_ADDR="203.0.113.9" if n % 3 else f"10.0.{n >> 8 & 255}.{n & 255}")
        client.post("/login/", {"phone": phone})
        if n % 1000 == 0:
            LoginCode.objects.update(issued_at=F("issued_at") - timedelta(minutes=1))
    counts = Counter(one.phone for one in sms)
    assert set(counts) <= {f"1990{n:07d}" for n in range(40)} and max(counts.values()) == 5
