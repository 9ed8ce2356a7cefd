"""What waits at a desk is told in the desk's own unit, with a week of National Day in between (30 September 2018 is a
worked Sunday, 1 to 7 October are not worked)."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from gongjia.base import clock
from gongjia.who.members.registry import TODOS
from gongjia.work.programmes import actions
from gongjia.work.programmes.models import Application
from gongjia.work.programmes.queries import desks, lists
from tests.who.members.conftest import in_role

pytestmark = pytest.mark.django_db
LAST = date(2018, 9, 30)


def morning(day: int, month: int = 10) -> datetime:
    return datetime.combine(date(2018, month, day), time(8, 10), clock.SHANGHAI)


@pytest.fixture
def at_desk(world, make, apply, people):
    """at_desk("workday", due): an application at the own union's desk of that unit, its last day set."""

    def lies(unit: str, due: date):
        rules = [actions.DeskRule(1, "own", days=3, unit=unit), actions.DeskRule(2, "opener")]
        one = apply(make(title=f"按{unit}", desk_rules=rules), people(1)[0])
        assert one.route[0]["unit"] == unit
        Application.objects.filter(pk=one.pk).update(desk_due=due)
        one.refresh_from_db()
        return one

    return lies


def reminded(world, at) -> int:
    return actions.remind_overdue(actor=world.machine, at=at)


def test_a_desk_of_working_days_is_not_chased_in_the_holidays(world, at_desk):
    at_desk("workday", LAST)
    assert [reminded(world, morning(day)) for day in range(1, 8)] == [0] * 7
    assert reminded(world, morning(8)) == 1  # the first working day after its last one
    assert [reminded(world, morning(day)) for day in (9, 10)] == [0, 0]
    assert reminded(world, morning(11)) == 1  # three working days later


def test_control_a_desk_of_days_is_chased_the_day_after(world, at_desk):
    at_desk("day", LAST)
    assert reminded(world, morning(1)) == 1


def test_the_to_do_names_working_days(world, at_desk):
    officer, source = in_role(world.firm, "officer_grassroots"), TODOS.get("reviews")
    at_desk("workday", date(2018, 10, 9))
    [row] = source.rows(officer, date(2018, 9, 29), 10)
    assert (row.unit, row.days_left(date(2018, 9, 29)), row.days_left(date(2018, 10, 10))) == ("workday", 3, -1)
    at_desk("day", date(2018, 10, 8))
    rows = {row.unit: row for row in source.rows(officer, date(2018, 9, 29), 10)}
    assert rows["day"].days_left(date(2018, 9, 29)) == 9


def test_of_a_round_with_both_units_the_oldest_one_speaks(world, at_desk):
    officer = in_role(world.firm, "officer_grassroots")
    first = at_desk("workday", date(2018, 10, 9))
    other = at_desk("day", date(2018, 10, 8))
    Application.objects.filter(pk=other.pk).update(round=first.round)
    [count] = desks.desk_counts(officer, today=date(2018, 9, 29))
    assert (count.count, count.oldest_due, count.unit) == (2, date(2018, 10, 8), "day")


def test_three_days_are_the_desk_s_own(world, at_desk):
    """On Saturday 29 September, worked: the third working day after it is Tuesday 9 October."""
    officer, today = in_role(world.firm, "officer_grassroots"), date(2018, 9, 29)

    def soon() -> set:
        return set(lists.desk_list(officer, today=today, when="soon").values_list("pk", flat=True))

    worked = at_desk("workday", date(2018, 10, 9))
    at_desk("workday", date(2018, 10, 10))
    at_desk("day", date(2018, 10, 9))
    near = at_desk("day", date(2018, 10, 2))
    assert soon() == {worked.pk, near.pk}
    assert desks.days_left(worked, today) == 3 and desks.days_left(near, today) == 3
    assert lists.desk_list(officer, today=date(2018, 10, 10), when="overdue").count() == 3
