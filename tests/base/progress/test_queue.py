"""From `start` through the real queue: the nudge reaches a worker and the row comes back done."""

from __future__ import annotations

import asyncio

import pytest

from gongjia.base import clock, progress
from gongjia.base.actor import Actor
from gongjia.base.progress.registry import jobs
from gongjia.config.jobs import worker_app


@pytest.mark.django_db(transaction=True)
def test_the_worker_takes_it_up():
    progress.job("test.queue")(lambda run: {"args": run.args})
    try:
        row = progress.start(kind="test.queue", label="试", actor=Actor.system("试验"), at=clock.now(), args={"n": 1})

        async def work():
            app = worker_app()
            async with app.open_async():
                await app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

        asyncio.run(work())
    finally:
        jobs._things.pop("test.queue")
    row.refresh_from_db()
    assert (row.state, row.result, row.attempts) == ("done", {"args": {"n": 1}}, 1)
