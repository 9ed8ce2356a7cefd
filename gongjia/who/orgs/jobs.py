"""Timed work of unions; `config/jobs.py` says when."""

from __future__ import annotations

from gongjia.base import clock
from gongjia.base.actor import Actor
from gongjia.who.orgs import actions, powers


def remind_of_terms() -> dict[str, int]:
    """Every morning: who must prepare an election, and who is late with one."""
    return actions.remind_of_terms(actor=Actor.system("换届提醒", (powers.CHASE,)), at=clock.now())
