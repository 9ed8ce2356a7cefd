"""Long jobs that one may leave and come back to: how far they are, cancel, the result.

    from gongjia.base import progress

    @progress.job("roster.run")          # in an app's jobs.py
    def run(job): ...                    # job.args, job.actor, job.tick(done), job.finish({...}, file=attachment)

    row = progress.start(kind="roster.run", label="导入花名册", actor=actor, at=at, total=3000, args={"batch": ...})

The row is the truth and the queued job only a nudge: a job may be called again after its worker was killed, and
must then go on from what it has committed. Names load late, since models need Django to be ready.
"""

from __future__ import annotations

import importlib
from typing import Any

_HOME = {
    "job": "registry",
    "start": "actions",
    "tick": "actions",
    "finish": "actions",
    "fail": "actions",
    "cancel": "actions",
    "Cancelled": "actions",
    "Lost": "actions",
    "run_now": "running",
    "Run": "running",
    "sweep": "running",
    "find": "queries",
    "mine": "queries",
    "under_way": "queries",
    "State": "kinds",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(f"gongjia.base.progress.{_HOME[name]}"), name)
    raise AttributeError(name)
