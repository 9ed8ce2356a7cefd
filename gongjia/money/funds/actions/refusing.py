"""A refusal in matters of money is itself written down: who tried what, and why it was not done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Refused


@contextmanager
def refusing(what: str, *, actor: Actor, at: datetime, org: Any, subject: Any = None) -> Iterator[None]:
    """Around an act: what is refused is rolled back, and an entry of it stays. Must stand outside `journal.act()`."""
    try:
        yield
    except Refused as why:
        note_refusal(what, why, actor=actor, at=at, org=org, subjects=[subject] if subject is not None else [])
        raise


def note_refusal(what: str, why: Refused, *, actor: Actor, at: datetime, org: Any, subjects: list[Any]) -> None:
    journal.write(
        "funds.refused", actor=actor, at=at, org=org, subjects=subjects,
        payload={"act": what, "codes": list(dict.fromkeys(why.codes))}, note=str(why)[:500],
    )  # fmt: skip
