"""Many hands at one draw and one ticket: an entry at the closing moment, two openings, two phones in one instant."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.clock import SHANGHAI
from gongjia.base.refused import Refused
from gongjia.work.events import actions, queries
from gongjia.work.events.actions import entering
from gongjia.work.events.models import Attendance, Draw, Scan, SignUp
from tests.work.events.conftest import AT, HOUR, STARTS, in_role, laws, persons

pytestmark = pytest.mark.django_db(transaction=True)

MACHINE = Actor.system("测试", ["*"])
CLOSES = datetime(2018, 9, 1, tzinfo=SHANGHAI)
VALUE_ON = datetime(2018, 9, 1, 21, 15, tzinfo=SHANGHAI)
MS = timedelta(milliseconds=1)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Each in a thread with a connection of its own; its answer, or the codes it was refused with."""
    answers: list[Any] = [None] * len(calls)

    def run(place: int) -> None:
        try:
            answers[place] = calls[place]()
        except Refused as refused:
            answers[place] = set(refused.codes)
        except Exception as error:
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert not any(one.is_alive() for one in threads)
    return answers


@pytest.fixture
def lot(make, world):
    def of(count: int, entered: int) -> tuple[Any, Any, list[Any]]:
        event = make(way="lot", total=3, closes_at=CLOSES)
        draw = actions.commit_draw(event=event, source="福利彩票3D开奖号", public_on=VALUE_ON, actor=MACHINE, at=AT)
        some = persons(world.firm, count)
        for one in some[:entered]:
            actions.enter(event=event, person=one, actor=MACHINE, at=AT)
        return event, draw, some

    return of


@pytest.mark.parametrize("held", [True, False])
def test_an_entry_in_flight_at_closing_is_in_the_list(lot, monkeypatch, held):
    """It came in time and is being written when the list is sealed: the sealing waits for it. Without the hold on the
    event's row (the control) the list misses an entry that was accepted."""
    event, draw, (_a, b) = lot(2, 1)
    written, sealing = threading.Event(), threading.Event()
    if not held:
        monkeypatch.setattr(entering, "share_event", lambda pk: "open")

    def late() -> Any:
        with journal.act():
            row = actions.enter(event=event, person=b, actor=MACHINE, at=CLOSES - MS)
            written.set()
            sealing.wait(10)
            threading.Event().wait(0.7)  # the sealing is on its way; this is not yet committed
        return row

    def seal() -> Any:
        written.wait(10)
        sealing.set()
        return actions.seal_draw(draw=draw, actor=MACHINE, at=CLOSES).entries_count

    row, count = at_once(late, seal)
    assert SignUp.objects.get(pk=row.pk).state == "entered"
    assert count == (2 if held else 1)
    assert (queries.proof(Draw.objects.get()).count('"no"') == SignUp.objects.count()) is held


def test_who_comes_while_it_is_sealed_is_refused(lot):
    event, draw, (_a, b) = lot(2, 1)
    holding, go = threading.Event(), threading.Event()

    def seal() -> Any:
        with journal.act():
            done = actions.seal_draw(draw=draw, actor=MACHINE, at=CLOSES)
            holding.set()
            go.wait(10)
            threading.Event().wait(0.5)
        return done.entries_count

    def late() -> Any:
        holding.wait(10)
        go.set()
        return actions.enter(event=event, person=b, actor=MACHINE, at=CLOSES - MS)

    assert at_once(seal, late) == [1, {"closed"}]
    assert SignUp.objects.count() == 1


def test_two_openings_at_once_are_one(lot):
    event, draw, _ = lot(5, 5)
    actions.seal_draw(draw=draw, actor=MACHINE, at=CLOSES)
    start = threading.Barrier(2)

    def opening(value: str) -> Callable[[], Any]:
        def call() -> Any:
            start.wait(10)
            return actions.open_draw(draw=draw, value=value, actor=MACHINE, at=VALUE_ON).public_value

        return call

    answers = at_once(opening("3 5 8"), opening("9 9 9"))
    assert {"opened_already"} in answers and (set(map(str, answers)) & {"3 5 8", "9 9 9"})
    assert Draw.objects.get().public_value in answers
    laws(event)


def test_one_ticket_on_two_phones_in_one_instant(make, world):
    from gongjia.who.accounts.models import Account

    event = make("training", total=3, closes_at=STARTS)
    actions.claim_many(event=event, claims=[actions.Claim(persons(world.firm, 1)[0].pk)], actor=MACHINE, at=AT)
    row, session = SignUp.objects.get(), event.sessions.get()
    role = in_role(world.fed, "city_service")
    packs = []
    for number in (1, 2):
        account = Account.objects.create(display_name=f"签到员{number}", created_at=AT)
        actor = Actor(account.pk, role.person_id, role.label, role.posts, guides=role.guides)
        packs.append((actions.issue_pack(session=session, device=f"{number}号机", actor=actor, at=STARTS).row, actor))
    ticket, start = queries.ticket_of(row).digest, threading.Barrier(2)

    def syncing(number: int) -> Callable[[], Any]:
        pack, actor = packs[number]
        scans = [{"ticket": ticket, "at": (STARTS + timedelta(seconds=10 * number)).isoformat()}]

        def call() -> Any:
            start.wait(10)
            return actions.sync(pack=pack, scans=scans, actor=actor, at=STARTS + HOUR)

        return call

    answers = at_once(syncing(0), syncing(1))
    assert [one.taken for one in answers] == [1, 1] and sum(one.marked for one in answers) == 1
    assert sorted(Scan.objects.values_list("verdict", "device")) == [("double", "2号机"), ("ok", "1号机")]
    assert Attendance.objects.get().at == STARTS
    assert sum(len(one.doubles) for one in answers) >= 1
