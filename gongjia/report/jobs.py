"""Timed calls of the report."""

from __future__ import annotations

from gongjia.base import clock
from gongjia.report import summary


def refresh_summaries() -> int:
    """Keep the dashboard's numbers up to date; safe to run at any time and twice."""
    return summary.refresh(at=clock.now(), day=clock.today())
