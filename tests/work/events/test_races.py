"""C12: many hands at the same places: never one too many, never twice, the counter equals the rows at every instant.

20,000 attempts here, 1,000,000 in the proof; the same with the locks off must oversell, else it proves nothing.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter as Tally
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from gongjia.base.actor import Actor
from gongjia.base.refused import Refused
from gongjia.work.events import actions
from gongjia.work.events.actions import places
from gongjia.work.events.models import Cell, Event, SignUp, WorkFact
from gongjia.work.events.queries import drift
from tests.work.events.conftest import AT, DAY, laws, persons

pytestmark = pytest.mark.django_db(transaction=True)

MACHINE = Actor.system("测试", ["*"])
LATER = AT + timedelta(days=2)


class Race:
    """So many clients at one event until so many attempts are made; somebody looks on all the while."""

    def __init__(
        self, world: Any, make: Any, clients: int, total: int, attempts: int, batch: int, seed: int = 7, others: int = 1
    ):
        self.world, self.clients, self.left, self.batch = world, clients, attempts, batch
        self.attempts, self.total = attempts, total
        self.event = Event.objects.select_related("org", "audience").get(pk=make(
            "show", total=total, guests_max=1, groups=[{"key": "front_line", "at_least_percent": 40}],
            closes_at=AT + timedelta(days=8),
        ).pk)  # fmt: skip
        crowd = max(450, min(3 * total, 1500))
        self.people = [one.pk for org in (world.firm, world.school, world.other) for one in persons(org, crowd // 3)]
        WorkFact.objects.bulk_create(
            [WorkFact(person_id=pk, org=world.fed, key="front_line", since=DAY) for pk in self.people[::2]]
        )
        if total >= 10:
            actions.hand_down(
                event=self.event, giver=world.fed, to=[(world.lotus, total // 2)], actor=MACHINE, at=AT,
                give_back_on=None,
            )  # fmt: skip
        self.guard, self.barrier = threading.Lock(), threading.Barrier(clients)
        self.rows: list[Any] = []  # ids of sign-ups that were made
        self.seen: Tally[str] = Tally()
        self.faults: list[str] = []
        self.wrong: list[Any] = []
        self.looks, self.seed, self.others = 0, seed, others

    def run(self) -> None:
        threads = [threading.Thread(target=self.client, args=(number,)) for number in range(self.clients)]
        done = threading.Event()
        watcher = threading.Thread(target=self.watch, args=(done,))
        watcher.start()
        for one in threads:
            one.start()
        for one in threads:
            one.join(900)
        done.set()
        watcher.join(30)
        assert not any(one.is_alive() for one in threads), "somebody waits for ever"

    def watch(self, done: threading.Event) -> None:
        """One statement sees one instant: counter = rows, and no person twice."""
        try:
            while not done.wait(0.02):
                self.looks += 1
                if found := drift(self.event):
                    self.wrong.append(found)
        finally:
            connection.close()

    def client(self, number: int) -> None:
        chance = random.Random(self.seed * 1000 + number)
        try:
            self.barrier.wait(60)
            while True:
                size = 1 if chance.random() < 0.1 else chance.randint(self.batch // 2, self.batch)
                with self.guard:
                    if self.left <= 0:
                        return
                    self.left -= size
                self.claims(chance, size)
                for _ in range(self.others):
                    if chance.random() < 0.8:
                        self.other(chance)
        except Exception as error:
            self.faults.append(f"{type(error).__name__}: {error}"[:300])
        finally:
            connection.close()

    def claims(self, chance: random.Random, size: int) -> None:
        wishes = [
            actions.Claim(chance.choice(self.people), guests=chance.randint(0, 1), wait=chance.random() < 0.1)
            for _ in range(size)
        ]
        found = actions.claim_many(event=self.event, claims=wishes, actor=MACHINE, at=AT)
        assert len(found) == size
        with self.guard:
            self.seen.update(one.verdict for one in found)
            self.rows += [one.sign_up_id for one in found if one.verdict in ("placed", "waiting")]

    def other(self, chance: random.Random) -> None:
        what = chance.choices(("cancel", "confirm", "expire", "resize", "return", "hand"), (70, 10, 6, 6, 4, 4))[0]
        try:
            getattr(self, what)(chance)
            with self.guard:
                self.seen[what] += 1
        except (Refused, SignUp.DoesNotExist):
            with self.guard:
                self.seen[f"{what} refused"] += 1

    def pick(self, chance: random.Random) -> Any:
        """Mostly one that holds a place, else any: it may be gone by the time it is touched."""
        if chance.random() < 0.75:
            held = SignUp.objects.filter(event=self.event, state__in=("placed", "offered")).order_by("?").first()
            if held is not None:
                return held
        with self.guard:
            pk = chance.choice(self.rows) if self.rows else None
        return SignUp.objects.get(pk=pk)

    def cancel(self, chance: random.Random) -> None:
        actions.cancel(sign_up=self.pick(chance), actor=MACHINE, at=AT)

    def confirm(self, chance: random.Random) -> None:
        actions.confirm(sign_up=self.pick(chance), actor=MACHINE, at=AT)

    def expire(self, chance: random.Random) -> None:
        actions.expire_due(event=self.event, actor=MACHINE, at=LATER)

    def resize(self, chance: random.Random) -> None:
        actions.resize(event=self.event, total=self.total + chance.randint(-2, 2), actor=MACHINE, at=AT)

    def hand(self, chance: random.Random) -> None:
        to = [(self.world.lotus, chance.randint(0, self.total))]
        actions.hand_down(event=self.event, giver=self.world.fed, to=to, actor=MACHINE, at=AT)

    def give_back(self, chance: random.Random) -> None:
        actions.return_places(event=self.event, org=self.world.lotus, number=1, actor=MACHINE, at=AT)


setattr(Race, "return", Race.give_back)


def report(race: Race, took: float) -> None:
    print(
        f"\n{race.clients} clients, {race.total} places: {race.attempts} attempts in {took:.1f} s, {race.looks} looks;"
        f" {dict(race.seen)}"
    )


def check(race: Race) -> None:
    assert race.faults == []
    assert race.wrong == [], "the counter differed from the rows"
    assert race.looks > 3
    laws(race.event)
    assert race.seen["placed"] > 0 and race.seen["already"] > 0 and race.seen["cancel"] > 0


@pytest.mark.parametrize(("clients", "total", "attempts"), [(2, 1, 3_000), (8, 10, 4_000), (64, 1_000, 13_000)])
def test_no_place_twice(world, make, clients, total, attempts):
    race, began = Race(world, make, clients, total, attempts, batch=80), time.monotonic()
    race.run()
    report(race, time.monotonic() - began)
    check(race)


@pytest.mark.proof
@pytest.mark.parametrize(("clients", "total", "attempts"), [(2, 1, 200_000), (8, 10, 300_000), (64, 1_000, 500_000)])
def test_no_place_twice_in_a_million(world, make, clients, total, attempts):
    race, began = Race(world, make, clients, total, attempts, batch=600, others=3), time.monotonic()
    race.run()
    report(race, time.monotonic() - began)
    check(race)


def alone(world, make, hands: int, total: int) -> int:
    """So many single claims of different members at the same instant; how many seats the rows hold."""
    event = Event.objects.select_related("org", "audience").get(pk=make(total=total, waiting_list=False).pk)
    crowd, barrier, faults = persons(world.firm, hands), threading.Barrier(hands), []

    def one(person: Any) -> None:
        try:
            barrier.wait(60)
            actions.claim(event=event, person=person, actor=MACHINE, at=AT)
        except Refused as why:
            faults.extend(set(why.codes) - {"sold_out"})
        except Exception as error:
            faults.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(person,)) for person in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert faults == []
    return SignUp.objects.filter(event=event, state="placed").count()


def test_sixty_four_single_claims_on_ten_places(world, make):
    assert alone(world, make, 64, 10) == 10


def test_control_with_the_lock_off_it_oversells(world, make, monkeypatch):
    """Check, then write: each reads what is free, then takes it. Must oversell, or the tests above prove nothing."""

    def unlocked(ids):
        found = {cell.pk: cell for cell in Cell.objects.filter(pk__in=[pk for pk in ids if pk])}
        time.sleep(0.2)  # all have read before the first writes
        return found

    def blind(cell, seats):
        with connection.cursor() as cursor:
            cursor.execute("update events_cell set used = least(total, used + %s) where id = %s", [seats, cell.pk])

    monkeypatch.setattr(places, "hold", unlocked)
    monkeypatch.setattr(places, "take", blind)
    assert alone(world, make, 32, 10) > 10


def test_control_the_watcher_sees_a_counter_that_is_off(world, make):
    race = Race(world, make, 2, 10, 200, batch=20)
    race.run()
    Cell.objects.filter(event=race.event, group="", org=None).update(used=0)
    assert drift(race.event)
    with pytest.raises(AssertionError):
        laws(race.event)


def test_the_database_itself_refuses_one_too_many(world, make):
    from django.db import IntegrityError

    event = make(total=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Cell.objects.filter(event=event).update(used=2)
    with pytest.raises(places.PlacesGone):
        places.take(Cell.objects.get(event=event), 2)


def test_two_requests_of_one_person_at_once_give_one_row(world, make):
    event = Event.objects.select_related("org", "audience").get(pk=make(total=50).pk)
    (person,) = persons(world.firm, 1)
    barrier, found = threading.Barrier(8), []

    def tap(number: int) -> None:
        try:
            barrier.wait(30)
            one = actions.Claim(person.pk, request_key="same" if number % 2 else f"k{number}")
            found.append(actions.claim_many(event=event, claims=[one], actor=MACHINE, at=AT)[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=tap, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 8
    assert sorted(one.verdict for one in found) == ["already"] * 7 + ["placed"]
    assert len({one.sign_up_id for one in found}) == 1
    laws(event)


def test_a_claim_and_the_cancelling_of_the_event_at_once(world, make):
    """Whoever commits first: afterwards nobody holds or awaits a place of a cancelled event."""
    for turn in range(6):
        event = Event.objects.select_related("org", "audience").get(pk=make(total=5).pk)
        crowd, barrier, faults = persons(world.firm, 6), threading.Barrier(7), []

        def tap(person: Any, event=event, barrier=barrier, faults=faults) -> None:
            try:
                barrier.wait(30)
                actions.claim(event=event, person=person, actor=MACHINE, at=AT)
            except Refused:
                pass
            except Exception as error:
                faults.append(str(error))
            finally:
                connection.close()

        def stop(event=event, barrier=barrier, faults=faults, turn=turn) -> None:
            try:
                barrier.wait(30)
                time.sleep(0.004 * turn)
                actions.cancel_event(event=event, why="场地停电", actor=MACHINE, at=AT)
            except Exception as error:
                faults.append(str(error))
            finally:
                connection.close()

        threads = [threading.Thread(target=tap, args=(one,)) for one in crowd] + [threading.Thread(target=stop)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert faults == []
        assert not SignUp.objects.filter(event=event).exclude(state="cancelled").exists()
        laws(event)
