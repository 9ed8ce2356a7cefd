"""Timed work of accounts; `config/jobs.py` says when."""

from __future__ import annotations

from gongjia.base import clock
from gongjia.who.accounts import actions


def sweep_log_ins() -> dict[str, int]:
    """Every hour: dead sessions, used codes, old brakes."""
    return actions.sweep(at=clock.now())
