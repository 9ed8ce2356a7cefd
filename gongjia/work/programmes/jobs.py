"""Timed work of programmes; `config/jobs.py` says when."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from gongjia.base import clock, journal, progress
from gongjia.base.actor import Actor
from gongjia.work.programmes import actions, powers
from gongjia.work.programmes.queries.history import batch_of
from gongjia.work.publish import powers as notices


def follow_rounds() -> dict[str, int]:
    """Every ten minutes: rounds whose time is over close; notices that have run their days are settled."""
    machine = Actor.system("申报到期办理", (powers.OPEN, powers.DECIDE, powers.REVIEW, notices.NOTICE))
    closed = actions.close_due_rounds(actor=machine, at=clock.now())
    return {"closed": closed, **actions.settle_due_notices(actor=machine, at=clock.now())}


def follow_members() -> dict[str, int]:
    """Every night: applicants whose membership moved on go to the desk that is theirs now."""
    return actions.follow_movers(actor=Actor.system("申报随会籍", (powers.OPEN,)), at=clock.now())


def remind_desks() -> int:
    """Every morning: desks past their day are told, later the union above as well."""
    return actions.remind_overdue(actor=Actor.system("申报催办", (powers.OPEN,)), at=clock.now())


def purge_drafts() -> int:
    """Every night: drafts nobody came back to."""
    return actions.purge_drafts(actor=Actor.system("清理申报草稿", (powers.OPEN,)), at=clock.now())


@progress.job("programmes.history_check")
def check_history(job: Any) -> None:
    """Look at a big sheet of earlier years; a killed check is simply done again."""
    batch = actions.check_history(batch=batch_of(job.actor, UUID(job.args["batch"])), actor=job.actor, at=clock.now())
    job.finish(message=f"可以导入 {batch.good} 行，有问题 {batch.refused} 行。")


@progress.job("programmes.history_run")
def run_history(job: Any) -> None:
    """Take a looked-at sheet in. The rows and the end of the job are one transaction: all of it, or done again."""
    with journal.act():
        batch = batch_of(job.actor, UUID(job.args["batch"]))
        batch = actions.run_history(batch=batch, digest=job.args["digest"], actor=job.actor, at=clock.now())
        job.finish(message=f"已导入 {batch.good} 条。")
