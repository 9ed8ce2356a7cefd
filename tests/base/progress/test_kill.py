"""A worker is killed at any instant; the sweep finds the row, the next worker ends the work, nothing is done twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from gongjia.base import clock, progress
from gongjia.base.actor import Actor
from gongjia.base.holidays.models import Holiday
from gongjia.base.progress import running
from tests.base.progress import victim


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(running, "BEAT", 0.1)
    monkeypatch.setattr(running, "STALE", timedelta(seconds=0.6))


def worker(row) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.base.progress.victim", str(row.pk)],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "gongjia.config.settings"},
        stderr=subprocess.PIPE,
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kills", [3, pytest.param(30, marks=pytest.mark.proof)])
def test_kill_nine_and_go_on(quick, monkeypatch, kills):
    monkeypatch.setattr(running, "MOST_ATTEMPTS", 1000)
    victim.prepare()
    chance = random.Random(5)
    row = progress.start(
        kind="test.victim", label="试", actor=Actor.system("试验", []), at=clock.now(), total=victim.DAYS, defer=False
    )
    killed = 0
    while killed < kills:
        process = worker(row)
        deadline = time.monotonic() + 30
        before = Holiday.objects.count()
        # killed only when it is at work: else it proves nothing
        while Holiday.objects.count() == before and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(chance.random() * 0.1)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.wait()
        process.stderr.close()
        row.refresh_from_db()
        if row.state == "done":
            break
        assert Holiday.objects.count() % victim.CHUNK == 0
        time.sleep(0.7)
        assert progress.sweep() == 1
    assert killed, "the work ended before it could be killed"
    running.execute(row.pk)
    row.refresh_from_db()
    assert (row.state, row.done, row.result) == ("done", victim.DAYS, {"days": victim.DAYS})
    assert Holiday.objects.count() == victim.DAYS == Holiday.objects.values("day").distinct().count()
    assert row.attempts >= 2
