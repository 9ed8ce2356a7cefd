"""Working days of mainland China, and deadlines counted in days, working days, months or years.

The State Council's notices for 2018–2026 come as a file (`holidays/holidays.csv`); rows of the table
`Holiday` add later years and correct single days. A year nobody has entered yet counts Monday to
Friday and leaves a warning: a deadline is then at worst a few days off, and never a crash.
"""

from __future__ import annotations

import csv
import logging
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Literal

from gongjia.base.period import add_months

log = logging.getLogger(__name__)

Unit = Literal["day", "workday", "month", "year"]
_DAY = timedelta(days=1)
# no notice gives more than ten days off in a row: a longer walk means bad rows in the table
_LONGEST_REST = 60


@cache
def shipped() -> Mapping[date, tuple[bool, str]]:
    """day -> (is it worked, the holiday it belongs to), as printed in the yearly notices."""
    text = resources.files("gongjia.base.holidays").joinpath("holidays.csv").read_text(encoding="utf-8")
    return {
        date.fromisoformat(row["day"]): (row["kind"] == "work", row["name"])
        for row in csv.DictReader(text.splitlines())
    }


def _nothing() -> Mapping[date, tuple[bool, str]]:
    return {}


_entered: Callable[[], Mapping[date, tuple[bool, str]]] = _nothing
_warned: set[int] = set()


def use(entered: Callable[[], Mapping[date, tuple[bool, str]]]) -> None:
    """Told by the app `holidays` where the officers' own rows are; this module itself needs no database."""
    global _entered
    _entered = entered


def known_years() -> frozenset[int]:
    """Years whose holidays are on file or entered."""
    return frozenset(day.year for day in shipped()) | frozenset(day.year for day in _entered())


def special(day: date) -> tuple[bool, str] | None:
    """What the notices or an officer say of that very day; None for an ordinary one."""
    entered = _entered()
    return entered[day] if day in entered else shipped().get(day)


def is_workday(day: date) -> bool:
    told = special(day)
    if told is not None:
        return told[0]
    if day.year not in _warned and day.year not in known_years():
        _warned.add(day.year)
        log.warning("no holidays on file for %s: counting Monday to Friday", day.year)
    return day.weekday() < 5


def is_holiday(day: date) -> bool:
    return not is_workday(day)


def next_workday(day: date) -> date:
    """The day itself when it is worked, else the first worked day after it."""
    for _ in range(_LONGEST_REST):
        if is_workday(day):
            return day
        day += _DAY
    return day


def add_workdays(day: date, count: int) -> date:
    """The `count`-th working day after (before, when negative) `day`; `day` itself is not counted."""
    step, left = (_DAY, count) if count >= 0 else (-_DAY, -count)
    fruitless = 0
    while left:
        day += step
        if is_workday(day) or fruitless >= _LONGEST_REST:
            left -= 1
            fruitless = 0
        else:
            fruitless += 1
    return day


def workdays_between(first: date, end: date) -> int:
    """Working days in `[first, end)`; negative when `end` is earlier."""
    if end < first:
        return -workdays_between(end, first)
    return sum(is_workday(first + timedelta(days=offset)) for offset in range((end - first).days))


def deadline(start: date, count: int, unit: Unit = "day") -> date:
    """The last day on which it is still in time (until 24:00).

    The day of the event is not counted (MFD 201). Months and years end on the corresponding day, or on
    the month's last day (MFD 202). A last day that falls on a 法定休假日 moves to the first worked day
    after it (MFD 203); weekly rest days are such days and 调休 is followed, as courts read the rule.
    `workday` counts working days only, so its last day is always worked.
    """
    if count < 0:
        raise ValueError("a deadline lies after its start")
    if unit == "workday":
        return add_workdays(start, count)
    if unit == "day":
        last = start + timedelta(days=count)
    elif unit in ("month", "year"):
        last = add_months(start, count * (12 if unit == "year" else 1))
    else:
        raise ValueError(f"unknown unit {unit!r}")
    return next_workday(last)


def days_left(today: date, last_day: date, unit: Unit = "day") -> int:
    """Days until the deadline, in the unit it was counted in; 0 on the last day, negative when overdue.

    日 and 工作日 are different units: on the Monday after a Friday that was the last day, a matter of working days is
    one day late, one of days three. A weekend alone adds no working day, though the time is over.
    """
    if unit != "workday":
        return (last_day - today).days
    return workdays_between(today + _DAY, last_day + _DAY)
