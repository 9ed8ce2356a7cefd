"""A worker is killed at any instant; the sweep finds the row, the next worker ends the work, nothing is done twice."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from datetime import timedelta

import pytest
from django.db import connections

from gongjia.base import clock, progress
from gongjia.base.actor import Actor
from gongjia.base.holidays.models import Holiday
from gongjia.base.progress import running
from gongjia.base.progress.registry import jobs
from tests.base.progress import victim


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(running, "BEAT", 0.1)
    monkeypatch.setattr(running, "STALE", timedelta(seconds=0.6))
    monkeypatch.setattr(running, "MOST_ATTEMPTS", 1000)
    progress.job("test.victim")(victim.enter_days)
    yield
    jobs._things.pop("test.victim")


def work(pk) -> None:
    for connection in connections.all():
        connection.connection = None  # the parent's: neither used nor closed here
    running.execute(pk)
    os._exit(0)


def worker(row) -> multiprocessing.Process:
    """A process of its own, forked: a fresh one would spend the test on loading the program."""
    process = multiprocessing.get_context("fork").Process(target=work, args=(row.pk,))
    process.start()
    return process


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kills", [3, pytest.param(30, marks=pytest.mark.proof)])
def test_kill_nine_and_go_on(quick, kills):
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
        while Holiday.objects.count() == before and process.is_alive() and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(chance.random() * 0.1)
        if process.is_alive():
            os.kill(process.pid, signal.SIGKILL)
            killed += 1
        process.join()
        row.refresh_from_db()
        if row.state == "done":
            break
        assert Holiday.objects.count() % victim.CHUNK == 0
        time.sleep(0.7)
        assert progress.sweep() == 1
    assert killed, "the work ended before it could be killed"
    for _ in range(50):  # until the server has noticed that the killed worker's connection is gone
        if running.execute(row.pk) or row.state == "done":
            break
        time.sleep(0.1)
    row.refresh_from_db()
    assert (row.state, row.done, row.result) == ("done", victim.DAYS, {"days": victim.DAYS})
    assert Holiday.objects.count() == victim.DAYS == Holiday.objects.values("day").distinct().count()
    assert row.attempts <= 2  # it got on each time: its attempts never add up to a giving up
