"""The nudge in the queue, and the minute's look for jobs that stand still."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app

from gongjia.base import journal
from gongjia.base.journal import powers
from gongjia.base.progress import running
from gongjia.base.progress.actions import TASK
from gongjia.base.progress.registry import job

MOST_FAULTS = 500  # kept with the job; how many there are in all is kept too


@app.task(name=TASK)
def run(progress_id: str) -> None:
    running.execute(UUID(progress_id))


def sweep() -> int:
    return running.sweep()


@job("journal.verify")
def verify_journal(run: Any) -> None:
    """Recompute every chain. The journal lies below this package and cannot put its own work into the queue."""
    run.actor.must(powers.VERIFY, None)
    faults = journal.verify(tick=run.tick)
    with journal.act():
        journal.write("journal.verified", actor=run.actor, at=run.at, payload={"faults": len(faults)})
        shown = [
            {"stream": one.stream, "seq": one.seq, "label": one.label_zh, "detail": one.detail}
            for one in faults[:MOST_FAULTS]
        ]
        words = f"发现 {len(faults)} 处异常。" if faults else "日志完整，没有发现改动、删除、插入或调换。"
        run.finish({"count": len(faults), "faults": shown}, message=words)
