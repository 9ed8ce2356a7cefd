"""The nudge in the queue, and the minute's look for jobs that stand still."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from gongjia.base.progress import running
from gongjia.base.progress.actions import TASK


@app.task(name=TASK)
def run(progress_id: str) -> None:
    running.execute(UUID(progress_id))


def sweep() -> int:
    return running.sweep()
