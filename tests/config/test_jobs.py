"""The queue: in the caller's transaction, in schema public, and no job lost with its worker."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app

from gongjia.config import jobs
from tests.config.outside import wait_for
from tests.house.sources import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "timed.journal.seal_roots"  # any task of ours


def rows(query: str, *values) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall() if cursor.description else []


def states() -> list[str]:
    return [row[0] for row in rows("select status::text from procrastinate_jobs order by id")]


def enqueue(**more) -> int:
    return app.configure_task(NAME, **more).defer(timestamp=0)


def test_a_rollback_enqueues_nothing() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        enqueue()
        raise RuntimeError
    assert states() == []
    with transaction.atomic():
        enqueue()
    assert states() == ["todo"]


def doing(job_id: int, *, heartbeat_age: float, attempts: int = 1) -> None:
    """As a worker leaves it that took the job and was last alive so many seconds ago."""
    worker = rows(
        "insert into procrastinate_workers (last_heartbeat) values (now() - make_interval(secs => %s)) returning id",
        heartbeat_age,
    )[0][0]
    rows("update procrastinate_jobs set status = 'doing', worker_id = %s, attempts = %s where id = %s",
         worker, attempts, job_id)  # fmt: skip


def take_up() -> int:
    async def run() -> int:
        worker = jobs.worker_app()
        async with worker.open_async():
            return await jobs.take_up_stalled(worker)

    return asyncio.run(run())


def test_a_job_of_a_dead_worker_is_taken_up_again() -> None:
    doing(enqueue(), heartbeat_age=jobs.STALLED + 60)
    assert take_up() == 1
    assert states() == ["todo"]


def test_a_job_of_a_living_worker_is_left_alone() -> None:
    doing(enqueue(), heartbeat_age=1)
    assert take_up() == 0
    assert states() == ["doing"]


def test_a_job_that_ends_every_worker_is_given_up() -> None:
    doing(enqueue(), heartbeat_age=jobs.STALLED + 60, attempts=jobs.MOST_ATTEMPTS)
    take_up()
    assert states() == ["failed"]


def test_a_dead_nudge_whose_successor_waits_is_dropped() -> None:
    doing(enqueue(queueing_lock=NAME), heartbeat_age=jobs.STALLED + 60)
    enqueue(queueing_lock=NAME)
    take_up()
    assert states() == ["todo"]


SCRIPT = """
import os, sys, time
from pathlib import Path
from gongjia.config.cli.common import ready
ready()
from procrastinate.contrib.django import app
from gongjia.config import jobs
jobs.HEARTBEAT, jobs.STALLED, jobs.SWEEP = 0.5, 3.0, 0.5

@app.task(name="test.slow")
def slow(trace):
    trace = Path(trace)
    first = not trace.exists()
    with trace.open("a") as file:
        file.write("begun\\n")
    if first:
        time.sleep(120)
    from django.db import transaction
    try:
        with transaction.atomic():
            app.configure_task("test.second").defer()
            raise RuntimeError
    except RuntimeError:
        pass
    with trace.open("a") as file:
        file.write("ended\\n")

@app.task(name="test.second")
def second():
    raise AssertionError("enqueued in a transaction that was rolled back")

jobs.run_worker()
"""


def test_a_killed_workers_job_is_finished_by_the_next(tmp_path) -> None:
    """And a job that enqueues does so in its own transaction, also in the worker."""
    trace = tmp_path / "trace"
    with transaction.atomic():
        app.configure_task("test.slow", allow_unknown=True).defer(trace=str(trace))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    def worker() -> subprocess.Popen:
        return subprocess.Popen([sys.executable, "-c", SCRIPT], env=environment, cwd=ROOT)

    killed = worker()
    try:
        wait_for(trace.exists, 90, "the first worker to begin")
    finally:
        killed.kill()
        killed.wait()
    rescuer = worker()
    try:
        wait_for(lambda: "ended" in trace.read_text(), 120, "the second worker to end it")
        wait_for(lambda: not states(), 30, "the queue to be empty")
        time.sleep(0.5)
        assert states() == []  # no failed test.second either
        rescuer.terminate()
        assert rescuer.wait(40) == 0
    finally:
        rescuer.kill()
    assert trace.read_text().split() == ["begun", "begun", "ended"]
