from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongjia.base import workdays
from gongjia.base.workdays import add_workdays, deadline, is_workday, workdays_between

D = date


@pytest.fixture(autouse=True)
def nothing_entered():
    """Only the shipped file: no table is asked in these tests."""
    before = workdays._entered
    workdays.use(dict)
    yield
    workdays.use(before)


def test_every_day_of_the_shipped_years_agrees_with_the_library():
    day = D(2018, 1, 1)
    while day <= D(2026, 12, 31):
        assert is_workday(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_the_file_covers_exactly_the_promised_years():
    assert {day.year for day in workdays.shipped()} == set(range(2018, 2027))


def test_a_year_without_data_counts_weekdays_and_warns_once(caplog):
    workdays._warned.discard(2031)
    assert not is_workday(D(2031, 10, 4)) and is_workday(D(2031, 10, 1))
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_entered_rows_override_and_extend():
    workdays.use(lambda: {D(2031, 10, 1): (False, "国庆节"), D(2018, 5, 1): (True, "加班")})
    assert not is_workday(D(2031, 10, 1))
    assert is_workday(D(2018, 5, 1))
    assert 2031 in workdays.known_years()


def test_counting():
    assert add_workdays(D(2018, 9, 28), 1) == D(2018, 9, 29)  # a worked Saturday
    assert add_workdays(D(2018, 9, 30), 1) == D(2018, 10, 8)  # over the week of National Day
    assert add_workdays(D(2018, 10, 8), -1) == D(2018, 9, 30)
    assert add_workdays(D(2018, 10, 3), 0) == D(2018, 10, 3)
    assert workdays_between(D(2018, 10, 1), D(2018, 10, 15)) == 5
    assert workdays_between(D(2018, 10, 15), D(2018, 10, 1)) == -5


@pytest.mark.parametrize(
    "start,count,unit,last",
    [
        (D(2018, 8, 1), 10, "day", D(2018, 8, 13)),  # 11 August is a Saturday
        (D(2018, 8, 1), 9, "day", D(2018, 8, 10)),  # the first day is not counted
        (D(2018, 9, 21), 10, "day", D(2018, 10, 8)),  # ends on 1 October
        (D(2018, 9, 19), 10, "day", D(2018, 9, 29)),  # ends on a worked Saturday: no move
        (D(2018, 9, 21), 10, "workday", D(2018, 10, 11)),  # 29 and 30 September are worked
        (D(2018, 8, 31), 6, "month", D(2019, 2, 28)),
        (D(2018, 3, 1), 6, "month", D(2018, 9, 3)),  # 1 September is a Saturday
        (D(2016, 2, 29), 3, "year", D(2019, 2, 28)),
        (D(2018, 8, 1), 0, "workday", D(2018, 8, 1)),
    ],
)
def test_deadlines(start, count, unit, last):
    assert deadline(start, count, unit) == last


def test_deadline_refuses_nonsense():
    with pytest.raises(ValueError):
        deadline(D(2018, 1, 1), 3, "week")
    with pytest.raises(ValueError):
        deadline(D(2018, 1, 1), -3)


@given(st.dates(D(2018, 1, 1), D(2026, 6, 1)), st.integers(1, 90))
def test_laws(start, count):
    last = deadline(start, count, "workday")
    assert is_workday(last) and workdays_between(start + timedelta(days=1), last + timedelta(days=1)) == count
    assert is_workday(deadline(start, count)) and deadline(start, count) >= start + timedelta(days=count)


def test_rows_that_rest_for_ever_do_not_hang():
    workdays.use(lambda: {D(2018, 1, 1) + timedelta(days=n): (False, "") for n in range(2000)})
    assert add_workdays(D(2018, 1, 1), 5) > D(2018, 1, 1)
    assert deadline(D(2018, 1, 1), 1)


@pytest.mark.parametrize(
    "today,unit,left",
    [
        (D(2018, 9, 29), "workday", 1),  # a worked Saturday before a worked Sunday
        (D(2018, 9, 30), "workday", 0),
        (D(2018, 10, 7), "workday", 0),  # over, and no working day since
        (D(2018, 10, 8), "workday", -1),
        (D(2018, 10, 8), "day", -8),
        (D(2018, 9, 28), "day", 2),
    ],
)
def test_days_left_in_the_unit_of_the_rule(today, unit, left):
    assert workdays.days_left(today, D(2018, 9, 30), unit) == left
