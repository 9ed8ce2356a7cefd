"""Timed work of unions; `config/jobs.py` says when."""

from __future__ import annotations

from typing import Any

from gongjia.base import clock, journal, progress
from gongjia.base.actor import Actor
from gongjia.base.journal import attachments
from gongjia.base.models import one_of
from gongjia.base.refused import refuse
from gongjia.who.orgs import actions, powers, queries


def remind_of_terms() -> dict[str, int]:
    """Every morning: who must prepare an election, and who is late with one."""
    return actions.remind_of_terms(actor=Actor.system("换届提醒", (powers.CHASE,)), at=clock.now())


@progress.job("orgs.sheet")
def run_sheet(job: Any) -> None:
    """Bring unions in from an uploaded sheet. The sheet and the end of the job are one transaction: killed at any
    instant, either all of it is done and told, or it is simply done again."""
    file = one_of(attachments.Attachment.objects.filter(pk=job.args["file"], created_by=job.account_id))
    if file is None:
        refuse("sheet_gone", "找不到上传的工会表。", cure="请重新上传。")
    under = queries.get(job.actor, job.args["under"], powers.IMPORT) if job.args["under"] else None
    content = attachments.open(file)
    with journal.act():
        done = actions.import_sheet(content, name=file.name, under=under, actor=job.actor, at=clock.now())
        counts = {name: getattr(done, name) for name in ("added", "changed", "unchanged", "refused")}
        words = (
            f"新增 {done.added} 家，更新 {done.changed} 家，没有变化 {done.unchanged} 家，未导入 {done.refused} 行。"
        )
        job.finish(counts, message=words)
