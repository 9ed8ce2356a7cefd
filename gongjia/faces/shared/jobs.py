"""Timed work of the faces; `config/jobs.py` says when."""

from __future__ import annotations

from gongjia.faces.shared import drafts


def sweep_drafts() -> int:
    """Every night: forget drafts that nobody came back to."""
    return drafts.sweep()
