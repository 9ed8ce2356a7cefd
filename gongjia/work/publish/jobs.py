"""Timed work of notices; `config/jobs.py` says when."""

from __future__ import annotations

from gongjia.base import clock
from gongjia.base.actor import Actor
from gongjia.work.publish import actions, powers


def end_notices() -> int:
    """Every ten minutes: notices whose time is over."""
    return actions.end_due(actor=Actor.system("公示期满", (powers.NOTICE,)), at=clock.now())
