"""Timed work of members; `config/jobs.py` says when."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from gongjia.base import clock, progress
from gongjia.base.actor import Actor
from gongjia.who.members import actions, powers, queries
from gongjia.who.members.actions import roster


def end_posts() -> dict[str, int]:
    """Every night: posts that nobody confirmed for two quarters end, second factors follow ended posts."""
    return actions.end_overdue(actor=Actor.system("每日任职检查", (powers.POSITIONS_GRANT,)), at=clock.now())


@progress.job("roster.check")
def check_roster(job: Any) -> None:
    """Check a big file; a killed check is simply done again."""
    batch = queries.roster_batch(UUID(job.args["batch"]), job.actor)
    roster.check(batch=batch, actor=job.actor, at=clock.now(), tick=job.tick)
    job.finish({"rows": batch.rows, "ok": batch.ok, "refused": batch.refused})


@progress.job("roster.run")
def run_roster(job: Any) -> None:
    """Run a checked roster; after a kill it goes on behind the last chunk that committed."""
    batch = queries.roster_batch(UUID(job.args["batch"]), job.actor)
    if batch.state == "running":
        roster.run(batch=batch, actor=job.actor, tick=job.tick)
    job.finish({"added": batch.added, "changed": batch.changed})
