"""After the rush: everybody with a place or a number in the line has one message of it, whenever the job runs."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from gongjia.base import clock
from gongjia.base.outbox.models import InboxItem
from gongjia.work.events import actions, jobs
from gongjia.work.events.models import SignUp
from tests.work.events.conftest import AT, me

DAYS = timedelta(days=1)


@pytest.fixture
def phoned(people):
    """Members with a log-in."""
    from gongjia.who.members import actions as members

    return lambda count, org=None: [members.open_account(person=one, actor=None, at=AT) for one in people(count, org)]


def rush(event, crowd, machine, at=AT):
    return actions.claim_many(event=event, claims=[actions.Claim(one.pk) for one in crowd], actor=machine, at=at)


def told() -> set[tuple]:
    return set(InboxItem.objects.values_list("account_id", "template", "url"))


def due(crowd) -> set[tuple]:
    rows = SignUp.objects.filter(person__in=crowd, state__in=("placed", "waiting"))
    return {
        (account, f"events.{state}", f"/m/events/signups/{pk}/")
        for account, state, pk in rows.values_list("person__account_id", "state", "pk")
    }


@pytest.mark.django_db
def test_each_hears_once_what_came_of_it(make, phoned, people, machine):
    event = make(total=3)
    crowd, silent = phoned(5), people(1, name="李")
    rush(event, [*crowd, *silent], machine)
    assert told() == set()  # nothing on the road of the claims themselves
    with clock.standing(AT):
        assert jobs.tell_rushed() == 5  # nobody to tell for whom has no log-in
        assert jobs.tell_rushed() == 0
    assert told() == due(crowd) and len(told()) == 5
    (words,) = {one.body for one in InboxItem.objects.filter(template="events.placed")}
    assert words.startswith("您已报上“夜校”，") and words.endswith("，文化宫。")


@pytest.mark.django_db
def test_who_left_is_not_told_and_who_signed_up_on_the_page_not_twice(make, claim, phoned, machine):
    event = make(total=5)
    a, b, c = phoned(3)
    rush(event, [a, b], machine)
    row = claim(event, c)
    actions.cancel(sign_up=SignUp.objects.get(person=b), actor=me(b), at=AT)
    before = InboxItem.objects.filter(account_id=b.account_id).count()
    assert actions.tell_rushed(at=AT) == 1
    assert InboxItem.objects.filter(account_id=b.account_id).count() == before
    ours = InboxItem.objects.filter(account_id=c.account_id, template="events.placed")
    assert [one.url for one in ours] == [f"/m/events/signups/{row.pk}/"]
    assert actions.tell_rushed(at=AT + DAYS) == 0


@pytest.mark.django_db
def test_a_worker_that_stood_still_tells_them_later(make, phoned, machine):
    event = make(total=5)
    rush(event, phoned(2), machine)
    assert actions.tell_rushed(at=AT + DAYS - timedelta(minutes=1)) == 2


@pytest.mark.django_db
def test_by_set(make, phoned, machine):
    counts = []
    for size in (2, 20):
        rush(make(total=100), phoned(size), machine)
        with CaptureQueriesContext(connection) as seen:
            assert actions.tell_rushed(at=AT) == size
        counts.append(len(seen))
        InboxItem.objects.all().delete()
        SignUp.objects.all().delete()
    assert counts[0] == counts[1], counts


@pytest.mark.django_db(transaction=True)
def test_two_at_once_tell_everybody_once(make, phoned, machine):
    rush(make(total=9), phoned(6), machine)
    gate, done = threading.Barrier(4), []

    def one():
        gate.wait()
        done.append(actions.tell_rushed(at=AT))
        connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 6 == len(told()) == InboxItem.objects.count()
