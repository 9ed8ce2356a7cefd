"""Timed work of the journal; `config/jobs.py` says when."""

from __future__ import annotations

from gongjia.base.journal import attachments, audit


def seal_roots() -> int:
    """Every five minutes: sign the heads of all chains that moved, outside the database."""
    return audit.seal_roots()


def sweep_files() -> int:
    """Every night: remove files whose transaction never committed."""
    return len(attachments.sweep())
