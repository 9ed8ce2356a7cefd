from __future__ import annotations

from datetime import date

import pytest

from gongjia.base import clock, workdays
from gongjia.base.actor import Actor
from gongjia.base.holidays import actions, queries
from gongjia.base.holidays.models import Holiday
from gongjia.base.journal.models import Entry
from gongjia.base.refused import Forbidden

pytestmark = pytest.mark.django_db
EDITOR = Actor.system("试验", ["setup.edit"])
DAY, WORKED = date(2031, 10, 1), date(2031, 10, 11)


@pytest.fixture(autouse=True)
def asked_anew():
    queries.forget()
    yield
    queries.forget()


def test_entered_days_count_at_once():
    assert workdays.is_workday(DAY) and not workdays.is_workday(WORKED)
    days = {DAY: (False, "国庆节"), WORKED: (True, "国庆节")}
    assert actions.set_days(days=days, actor=EDITOR, at=clock.now()) == 2
    assert not workdays.is_workday(DAY) and workdays.is_workday(WORKED)
    assert queries.of_year(2031) == [(DAY, False, "国庆节", True), (WORKED, True, "国庆节", True)]
    assert Entry.objects.get(action="holidays.set").payload.body == {
        "2031-10-01": ["off", "国庆节"],
        "2031-10-11": ["work", "国庆节"],
    }


def test_a_correction_of_a_shipped_day_and_back():
    labour_day = date(2018, 5, 1)
    actions.set_days(days={labour_day: (True, "抢修")}, actor=EDITOR, at=clock.now())
    actions.set_days(days={labour_day: (True, "抢险")}, actor=EDITOR, at=clock.now())
    assert workdays.is_workday(labour_day) and Holiday.objects.get().name == "抢险"
    assert actions.forget_day(day=labour_day, actor=EDITOR, at=clock.now())
    assert not actions.forget_day(day=labour_day, actor=EDITOR, at=clock.now())
    assert not workdays.is_workday(labour_day)


def test_only_who_may():
    with pytest.raises(Forbidden):
        actions.set_days(days={DAY: (False, "")}, actor=Actor.system("谁", []), at=clock.now())


def test_eighty_deadlines_ask_the_table_once(django_assert_num_queries):
    with django_assert_num_queries(1):
        for count in range(80):
            workdays.deadline(date(2018, 8, 1), count, "workday")


def test_a_table_that_cannot_be_asked_is_no_crash(monkeypatch):
    def broken(*args):
        raise RuntimeError("no database here")

    monkeypatch.setattr(Holiday.objects, "values_list", broken)
    assert workdays.deadline(date(2018, 9, 28), 1) == date(2018, 9, 29)
