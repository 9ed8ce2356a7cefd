"""What officers entered, kept in memory for a minute: a list of 80 deadlines asks the table once."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from datetime import date

from gongjia.base.holidays.models import Holiday

log = logging.getLogger(__name__)

FRESH_FOR = 60.0  # seconds until another process sees a change

_kept: tuple[float, Mapping[date, tuple[bool, str]]] | None = None


def entered() -> Mapping[date, tuple[bool, str]]:
    """day -> (worked, name). Without a usable table (before `init`, in a rule's test) there is nothing entered."""
    global _kept
    if _kept is not None and time.monotonic() - _kept[0] < FRESH_FOR:
        return _kept[1]
    try:
        rows = {day: (is_work, name) for day, is_work, name in Holiday.objects.values_list("day", "is_work", "name")}
    except Exception as error:
        log.debug("holidays not read: %s", error)
        return {}
    _kept = (time.monotonic(), rows)
    return rows


def forget() -> None:
    """Read the table again at the next question."""
    global _kept
    _kept = None


def of_year(year: int) -> list[tuple[date, bool, str, bool]]:
    """Every special day of a year: (day, worked, name, whether an officer entered it)."""
    from gongjia.base import workdays

    rows = {day: (*told, False) for day, told in workdays.shipped().items() if day.year == year}
    rows |= {day: (*told, True) for day, told in entered().items() if day.year == year}
    return [(day, *rows[day]) for day in sorted(rows)]
