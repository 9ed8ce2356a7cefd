"""Timed work: what it moves, that it may run twice, and that a counter which is off is seen."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from gongjia.base import clock
from gongjia.base.journal.models import Entry, EntrySubject
from gongjia.who.members.registry import TODOS
from gongjia.work.events import actions, jobs
from gongjia.work.events.models import Cell, Event, Fault, SignUp
from tests.work.events.conftest import AT, DAY, HOUR, STARTS, in_role, laws, me

pytestmark = pytest.mark.django_db


def test_jobs_stand_on_the_one_clock_and_may_run_twice(make, claim, people, world, machine):
    event = make(total=2)
    actions.hand_down(
        event=event, giver=world.fed, to=[(world.yangxi, 1)], give_back_on=DAY + timedelta(1), actor=machine, at=AT
    )
    a, b, c = people(3)
    claim(event, a), claim(event, b), claim(event, c)
    with clock.standing(AT + timedelta(days=1)):
        assert [jobs.follow_events()["returned"], jobs.follow_events()["returned"]] == [1, 0]
    assert SignUp.objects.get(person=b).state == "offered"
    with clock.standing(AT + timedelta(days=2)):
        assert [jobs.expire_offers(), jobs.expire_offers()] == [1, 0]
    assert [SignUp.objects.get(person=one).state for one in (a, b, c)] == ["placed", "expired", "offered"]
    with clock.standing(event.closes_at):
        assert [jobs.follow_events()["closed"], jobs.follow_events()["closed"]] == [1, 0]
    with clock.standing(STARTS - HOUR):
        assert [jobs.remind_of_events(), jobs.expire_offers()] == [0, 1]  # nobody here has a log-in to be told at
    with clock.standing(event.last_at):
        assert [jobs.follow_events()["held"], jobs.follow_events()["held"]] == [1, 0]
    laws(event)


def test_a_counter_that_is_off_is_seen_at_night(make, claim, people, caplog):
    event = make(total=2)
    claim(event, people(1)[0])
    assert jobs.check_counters() == 0
    Cell.objects.filter(event=event).update(used=2)
    with caplog.at_level(logging.ERROR):
        assert jobs.check_counters() == 1
    assert "says 2 of 2, its rows say 1" in caplog.text


def test_what_lies_on_the_desk(make, claim, people, world, machine):
    department, chair = in_role(world.fed, "city_labour"), in_role(world.firm, "chair_grassroots")
    event = make(free_cancel_until=AT + HOUR)
    (a,) = people(1)
    actions.cancel(sign_up=claim(event, a), actor=me(a), at=AT + 2 * HOUR)
    actions.appeal(fault=Fault.objects.get(), words="临时加班", actor=me(a), at=AT + 3 * HOUR)
    actions.hold(event=event, actor=machine, at=STARTS)
    for key, words in (("faults", "爽约记录申诉"), ("unsettled", "核对签到后办结")):
        source = TODOS.get(key)
        (row,) = source.rows(department, DAY, 10)
        assert words in row.title and source.count(department, DAY) == 1
        assert source.count(chair, DAY) == 0 and source.rows(chair, DAY, 10) == []
    assert TODOS.get("draws").count(department, DAY) == 0
    town = in_role(world.yangxi, "officer_township")
    actions.hold(event=make(org=world.yangxi), actor=machine, at=STARTS)
    source = TODOS.get("unsettled")
    assert (source.count(town, DAY), source.count(department, DAY)) == (1, 1)  # each settles its own
    assert [row.org_id for row in source.rows(department, DAY, 10)] == [world.fed.pk]


def test_every_act_is_written_down_with_its_subjects(make, people, world, machine):
    """A bulk act is one entry, and each sign-up keeps its own timeline."""
    from gongjia.base import journal

    event = make(total=2)
    crowd = people(3)
    actions.claim_many(event=event, claims=[actions.Claim(one.pk) for one in crowd], actor=machine, at=AT)
    assert Entry.objects.filter(action="events.rushed").count() == 1
    row = SignUp.objects.get(person=crowd[0])
    assert EntrySubject.objects.filter(subject_id=row.pk).count() == 1
    actions.cancel(sign_up=row, actor=me(crowd[0]), at=AT)
    lines = list(journal.timeline(row))
    assert [line.action for line in lines] in (["events.rushed", "sign_up.cancel"], ["sign_up.cancel", "events.rushed"])
    for action in Entry.objects.values_list("action", flat=True).distinct():
        assert journal.label_of(action) != action, action
    assert Event.objects.get(pk=event.pk).state == "open"
