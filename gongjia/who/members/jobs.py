"""Timed work of members; `config/jobs.py` says when."""

from __future__ import annotations

from gongjia.base import clock
from gongjia.base.actor import Actor
from gongjia.who.members import actions, powers


def end_posts() -> dict[str, int]:
    """Every night: posts that nobody confirmed for two quarters end, second factors follow ended posts."""
    return actions.end_overdue(actor=Actor.system("每日任职检查", (powers.POSITIONS_GRANT,)), at=clock.now())
