"""Timed work of programmes; `config/jobs.py` says when."""

from __future__ import annotations

from gongjia.base import clock
from gongjia.base.actor import Actor
from gongjia.work.programmes import actions, powers
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
