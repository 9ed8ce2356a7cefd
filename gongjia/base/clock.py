"""The one source of time.

`now()` is the database's clock, so that two application machines never disagree.
The demo stands on a day (`GONGJIA_CLOCK=2018-08-27`): the date is fixed, the time of day
runs on. Tests use `standing(...)`. Nothing else may replace the clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

SHANGHAI = ZoneInfo("Asia/Shanghai")

_standing: ContextVar[datetime | date | None] = ContextVar("gongjia_clock", default=None)


def real_now() -> datetime:
    """The database's time, never replaced: sessions, throttles and `recorded` use it."""
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        return cursor.fetchone()[0].astimezone(SHANGHAI)


def now() -> datetime:
    """Business time, aware, in Asia/Shanghai."""
    if isinstance(fixed := _standing.get(), datetime):
        return fixed.astimezone(SHANGHAI)
    return business(real_now())


def business(real: datetime) -> datetime:
    """Business time at a real moment that the database has told: for a statement that asked it along the way."""
    fixed = _standing.get() or demo_day()
    if fixed is None:
        return real.astimezone(SHANGHAI)
    if isinstance(fixed, datetime):
        return fixed.astimezone(SHANGHAI)
    return datetime.combine(fixed, real.astimezone(SHANGHAI).timetz())


def today() -> date:
    """Business day in Asia/Shanghai."""
    fixed = _standing.get() or demo_day()
    if isinstance(fixed, date) and not isinstance(fixed, datetime):
        return fixed
    return now().date()


def demo_day() -> date | None:
    """The day the demo stands on, or None where the clock runs."""
    value = getattr(settings, "GONGJIA_CLOCK", "")
    return date.fromisoformat(value) if value else None


def start_of(day: date) -> datetime:
    """00:00 of that day in Asia/Shanghai: the left edge of a half-open interval."""
    return datetime.combine(day, time.min, SHANGHAI)


@contextmanager
def standing(moment: datetime | date) -> Iterator[None]:
    """Let the clock stand: for tests and for building the demo."""
    token = _standing.set(moment)
    try:
        yield
    finally:
        _standing.reset(token)
