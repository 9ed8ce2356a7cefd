"""How big the demonstration is: as it is shown, or small, for a test that builds it twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """`share` of the basic unions below each second-level one; `members` of all rosters of January together."""

    share: float
    members: int

    def of(self, count: int, *, at_least: int = 3) -> int:
        """So many of a count in the full story."""
        return max(min(count, at_least), round(count * self.share))


FULL = Size(share=1, members=60_000)
SMALL = Size(share=0.06, members=2_400)

_size: ContextVar[Size] = ContextVar("gongjia_demo_size", default=FULL)


def now() -> Size:
    return _size.get()


@contextmanager
def being(size: Size) -> Iterator[None]:
    token = _size.set(size)
    try:
        yield
    finally:
        _size.reset(token)
