"""Claims through the rush: one person one right, answers equal rows, order, and what is said when nothing is left."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest
from django.db import OperationalError

from gongjia.base import clock
from gongjia.base.journal.models import Entry, EntrySubject
from gongjia.faces.rush import desk, numbers
from gongjia.work.events import actions
from gongjia.work.events.models import Event, SignUp
from tests.faces.rush.conftest import Visitors
from tests.work.events.conftest import laws
from tests.work.events.test_races import MACHINE

pytestmark = pytest.mark.django_db(transaction=True)


def rows(event, state: str = "placed") -> list[SignUp]:
    return list(SignUp.objects.filter(event=event, state=state).order_by("place_no"))


def test_a_claim_is_a_row_and_asking_again_gives_the_same(rush, crowd, event):
    ((key, person),) = crowd(1)
    made, crowdy = event(), Visitors(rush(), None)

    async def scene():
        crowdy.event_id = made.pk
        return [await crowdy.post(key) for _ in range(3)]

    first, *more = asyncio.run(scene())
    (row,) = rows(made)
    assert first.json == {
        "verdict": "placed",
        "state": "placed",
        "place_no": 1,
        "waiting_no": None,
        "sign_up": str(row.pk),
    }
    assert [one.verdict for one in more] == ["already", "already"] and more[0].json["sign_up"] == str(row.pk)
    assert (row.person_id, row.way) == (person, "rush")
    laws(made)


def test_a_crowd_gets_the_places_and_no_more(rush, crowd, event):
    people, made = crowd(90), event(30)
    visitors = Visitors(rush(), made.pk)

    async def scene():
        first = await visitors.answered([key for key, _ in people])
        return first, await visitors.all([key for key, _ in people])

    first, again = asyncio.run(scene())
    assert sorted(one.verdict for one in first) == ["placed"] * 30 + ["sold_out"] * 60
    assert all(one.status == (200 if one.verdict == "placed" else 409) for one in first)
    assert [one.verdict for one in again] == ["already" if one.verdict == "placed" else "sold_out" for one in first]
    assert len(rows(made)) == 30 and [row.place_no for row in rows(made)] == list(range(1, 31))
    laws(made)
    entries = Entry.objects.filter(action="events.rushed")
    assert 0 < entries.count() < 30  # one for each gathered transaction …
    assert EntrySubject.objects.filter(entry__in=entries, label="events.signup").count() == 30  # … and each row named


def test_sold_out_is_taken_back_when_a_place_comes_free(rush, crowd, event):
    (a, _), (b, _) = crowd(2)
    made = event(1)
    visitors = Visitors(rush(), made.pk)

    async def scene():
        assert (await visitors.post(a)).verdict == "placed"
        assert (await visitors.post(b)).verdict == "sold_out"
        await asyncio.to_thread(cancel)
        until = time.monotonic() + 8
        while (said := await visitors.post(b)).verdict == "sold_out" and time.monotonic() < until:
            await asyncio.sleep(0.3)
        return said

    def cancel():
        from django.db import connection

        actions.cancel(sign_up=rows(made)[0], actor=MACHINE, at=clock.now())
        connection.close()

    assert asyncio.run(scene()).verdict == "placed"
    laws(made)


def test_a_double_tap_is_one_row(rush, crowd, event):
    ((key, _),) = crowd(1)
    made = event(5)
    visitors = Visitors(rush(), made.pk)
    said = asyncio.run(visitors.all([key] * 6, body={"key": "the same tap"}))
    assert len({one.json["sign_up"] for one in said}) == 1 and len(rows(made)) == 1
    laws(made)


def test_after_the_opening_the_order_is_that_of_arrival(rush, crowd, event):
    people, made = crowd(60), event(60)
    visitors = Visitors(rush(), made.pk)

    async def scene():
        await visitors.get()
        tasks = []
        for key, _ in people:
            tasks.append(asyncio.create_task(visitors.post(key)))
            await asyncio.sleep(0.001)
        return [(await one).json["place_no"] for one in tasks]

    assert asyncio.run(scene()) == list(range(1, 61))


def test_before_the_opening_the_order_is_random_and_needs_no_tap(rush, crowd, event):
    """Whoever came before is served by the order of the numbers, whenever they came; whoever comes later, after."""
    people, late, made = crowd(40), crowd(5), event(42, opens_in=2.5)
    visitors = Visitors(rush(), made.pk)

    async def scene():
        said = await visitors.all([key for key, _ in people])
        assert {one.verdict for one in said} == {"in_line"} and {one.status for one in said} == {202}
        assert not any(one.json["open"] for one in said)
        assert not rows_now()
        until = time.monotonic() + 15
        while (await visitors.get(people[0][0], number=said[0].number)).verdict == "in_line":
            assert time.monotonic() < until
            await asyncio.sleep(0.05)
        after = await visitors.all([key for key, _ in late])
        mine = [await visitors.get(key, number=one.number) for (key, _), one in zip(people, said, strict=True)]
        return [one.json for one in mine], after

    def rows_now():
        return SignUp.objects.filter(event=made).exists()

    mine, after = asyncio.run(scene())
    assert {one["verdict"] for one in mine} == {"placed"}
    order = sorted(range(40), key=lambda n: numbers.early_rank(made.pk, people[n][1]))
    assert [mine[n]["place_no"] for n in order] == list(range(1, 41))
    assert order != list(range(40))
    assert sorted(one.verdict for one in after) == ["placed"] * 2 + ["sold_out"] * 3
    assert SignUp.objects.filter(event=made, entered_at__lt=made.opens_at).count() == 0
    laws(made)


def test_the_random_order_is_not_the_order_of_coming(world):
    """Ranks of 4,000 people who came one after another: half of all pairs stand the other way round."""
    from uuid import uuid4

    from gongjia.base.models import uuid7

    event_id, people = uuid4(), [uuid7() for _ in range(4000)]
    ranks = [numbers.early_rank(event_id, one) for one in people]
    before = sum(a < b for a, b in zip(ranks[::2], ranks[1::2], strict=True))
    assert abs(before - 1000) < 115  # 5 sigma of 2,000 fair throws is 112
    assert ranks == [numbers.early_rank(event_id, one) for one in people]
    assert ranks != [numbers.early_rank(uuid4(), one) for one in people]


def test_whoever_went_away_is_passed_over_and_may_come_back(rush, crowd, event, monkeypatch):
    (a, _), (b, _) = crowd(2)
    made = event(1, opens_in=1.5)
    visitors = Visitors(rush(), made.pk)
    monkeypatch.setattr("gongjia.faces.rush.hall.PRESENT", 0.6)

    async def scene():
        gone, here = await visitors.all([a, b])
        until = time.monotonic() + 10
        while (said := await visitors.get(b, number=here.number)).verdict == "in_line" and time.monotonic() < until:
            await asyncio.sleep(0.1)
        await visitors.get(a, number=gone.number)  # back: in the line again by the number alone
        await asyncio.sleep(0.5)
        return said, await visitors.get(a, number=gone.number)

    stayed, gone = asyncio.run(scene())
    assert stayed.verdict == "placed" and gone.verdict == "sold_out"


def test_a_fault_after_the_commit_gives_nobody_two_places(rush, crowd, event, monkeypatch):
    """The database dies between the commit and the answer: the same wishes again, the same places."""
    people, made = crowd(12), event(8)
    visitors, real, faults = Visitors(rush(), made.pk), desk.serve, []

    def dying(sight, wishes, people):
        found = real(sight, wishes, people)
        if len(faults) < 2:
            faults.append(len(wishes))
            raise OperationalError("server closed the connection unexpectedly")
        return found

    monkeypatch.setattr(desk, "serve", dying)
    said = asyncio.run(visitors.all([key for key, _ in people]))
    assert faults
    assert sorted(one.verdict for one in said) == ["already"] * 8 + ["sold_out"] * 4
    assert {one.json["sign_up"] for one in said if one.verdict == "already"} == {str(row.pk) for row in rows(made)}
    laws(made)


def test_one_bad_wish_does_not_spoil_the_others(rush, crowd, event, monkeypatch):
    people, made = crowd(6), event(10)
    visitors, real, bad = Visitors(rush(), made.pk), actions.claim_many, people[3][1]

    def picky(**given):
        if any(one.person_id == bad for one in given["claims"]) and len(given["claims"]) > 1:
            from django.db import IntegrityError

            raise IntegrityError("somebody in here is impossible")
        return real(**given)

    monkeypatch.setattr(actions, "claim_many", picky)
    said = asyncio.run(visitors.all([key for key, _ in people]))
    assert {one.verdict for one in said} == {"placed"} and len(rows(made)) == 6


def test_who_stands_in_a_waiting_list_hears_it(rush, crowd, event):
    (a, _), (b, _), (c, _) = crowd(3)
    made = event(1, waiting_list=True)
    visitors = Visitors(rush(), made.pk)

    async def scene():
        return [
            await visitors.post(a), await visitors.post(b), await visitors.post(c, body={"wait": 0}), await visitors.post(b),
        ]  # fmt: skip

    first, second, third, again = (one.json for one in asyncio.run(scene()))
    assert (first["verdict"], second["verdict"], third["verdict"]) == ("placed", "waiting", "sold_out")
    assert second["waiting_no"] == 1 and again["verdict"] == "already" and again["state"] == "waiting"


def test_refusals_carry_the_reasons_of_the_rules(rush, crowd, event):
    ((key, _),) = crowd(1)
    made = event(5, conditions=[{"check": "sex", "sex": "2"}])
    said = asyncio.run(Visitors(rush(), made.pk).post(key))
    assert said.status == 422 and [one["code"] for one in said.json["reasons"]] == ["sex_other"]


@pytest.mark.parametrize(
    ("edge", "moment", "verdict"),
    [
        ("opens_at", -1, "not_yet"), ("opens_at", 0, "placed"), ("opens_at", 1, "placed"),
        ("closes_at", -1, "placed"), ("closes_at", 0, "refused"), ("closes_at", 1, "refused"),
    ],
)  # fmt: skip
def test_the_limits_are_the_databases_to_the_millisecond(crowd, event, edge, moment, verdict):
    ((key, _),) = crowd(1)
    made = event(5)
    with clock.standing(getattr(made, edge) + timedelta(milliseconds=moment)):
        sight = desk.look(made.pk)
        came = time.monotonic() + 1  # the clock stands: not a microsecond before the moment that is asked about
        (said,), _after = desk.serve(sight, [desk.Wish(key, None, "rush:1", came)])
    assert said.verdict == verdict


def test_whoever_came_in_time_is_not_late_by_the_line(crowd, event):
    """Received before the closing, served after it: in time. The stamp cannot make anybody early."""
    (a, _), (b, _) = crowd(2)
    made = event(5)
    Event.objects.filter(pk=made.pk).update(closes_at=clock.now() + timedelta(seconds=1))
    sight = desk.look(made.pk)
    came = time.monotonic()
    time.sleep(1.2)
    found, _ = desk.serve(sight, [desk.Wish(a, None, "rush:1", came), desk.Wish(b, None, "rush:2", time.monotonic())])
    assert [one.verdict for one in found] == ["placed", "refused"]
    assert found[1].reasons[0].code == "closed"
