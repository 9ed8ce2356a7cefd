"""Who is told about a union, asked of the floor that knows posts, without importing it.

`members` names the answer when it is ready: `registry.use(accounts_with)`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

Officers = Callable[[str, Any, date], Sequence[UUID]]


def _nobody(power: str, org: Any, on: date) -> Sequence[UUID]:
    return ()


_officers: Officers = _nobody


def use(officers: Officers) -> None:
    """`officers(power, org, day)`: accounts of those who hold the power at the union, or next above it."""
    global _officers
    _officers = officers


def officers(power: str, org: Any, on: date) -> Sequence[UUID]:
    return _officers(power, org, on)
