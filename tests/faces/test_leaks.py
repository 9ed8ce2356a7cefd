"""Where a number may leave the program, and that the search for one (canaries.py) can go red.

Invented numbers lie in every sealed column. That no page carries one is asked in test_permissions.py, which opens
every page as every role. A number may leave the program in one place: the answer to a reveal, whose entry is
written first. (The duty phone of an officer is shown to the unions above; that and no more is allowed for there.)
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.urls import reverse

from tests.faces import placements
from tests.faces.canaries import WIDE, Canaries
from tests.faces.placements import World, undone

OWN_FILE = "console:roster_refused"  # the officer's own rows handed back to be mended


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    with placements.standing_world(django_db_blocker) as made:
        yield made


@pytest.fixture(scope="module")
def canaries(world) -> Canaries:
    return Canaries(world.numbers, world.births)


def leaks(world: World, canaries: Canaries, key: str, wanted: Iterable[tuple[str, str]]) -> set[str]:
    client, found = world.client(key), set()
    for name, where in wanted:
        with undone():
            response = client.get(where)
        if response.status_code < 400 and canaries.in_answer(response):
            found.add(f"{key}: {name}")
    return found


def test_the_rows_handed_back_are_journalled(world, canaries):
    from gongjia.base.journal.models import Entry

    client, batch = world.client("officer_township"), world.rows["batch"]["firm"]
    with undone():
        before = Entry.objects.count()
        response = client.get(reverse(OWN_FILE, args=[batch.pk]))
        assert response.status_code == 200 and response["Content-Disposition"].startswith("attachment")
        assert Entry.objects.count() == before + 1 or not canaries.in_answer(response)
    with undone():  # and to nobody else
        assert world.client("city_labour").get(reverse(OWN_FILE, args=[batch.pk])).status_code == 403


@pytest.mark.parametrize("name", ("console:search", "console:members"))
def test_a_number_searched_for_does_not_travel_in_an_address(world, canaries, name):
    person = world.rows["person"]["firm"]
    client = world.client("officer_township")
    number = next(one for one in world.births if person.id_no.open_unlogged() == one)
    with undone():
        answer = client.post(reverse(name), {"q": number})
        assert answer.status_code == 302 and not canaries.in_answer(answer)
        page = client.get(answer["Location"])
        assert page.status_code == 200 and person.name in page.content.decode()


def exports() -> tuple[str, ...]:
    return ("console:members", "console:positions", "console:orgs", "console:journal")


@pytest.mark.parametrize("name", exports())
@pytest.mark.parametrize("key", ("chair_grassroots", "city_publicity", "admin_audit"))
def test_an_export_is_masked(world, canaries, key, name):
    with undone():
        response = world.client(key).post(reverse(name), {"_export": "1"})
        assert response.status_code in (200, 302, 403, 422)
        assert canaries.in_answer(response) == set()


def test_a_reveal_gives_the_number_and_writes_its_entry_first(world, canaries):
    from gongjia.base.journal.models import Entry
    from gongjia.base.reveal import ACTION

    person = world.rows["person"]["firm"]
    number, where = person.id_no.open_unlogged(), reverse("console:members_reveal", args=[person.pk])
    client = world.client("chair_grassroots")
    with undone():
        entries = Entry.objects.filter(action=ACTION)
        before = entries.count()
        unreasoned = client.post(where, {"field": "id_no", "reason": ""})
        assert unreasoned.status_code == 422 and not canaries.in_answer(unreasoned) and entries.count() == before
        shown = client.post(where, {"field": "id_no", "reason": "办理互助保障核对证件"})
        assert canaries.in_answer(shown) == {number}
        assert "no-store" in shown["Cache-Control"]
        entry = entries.latest("recorded")
        assert entries.count() == before + 1
        assert entry.actor_account == world.accounts["chair_grassroots"].pk
        assert list(entry.subjects.values_list("subject_id", flat=True)) == [person.pk]
        assert "办理互助保障" in entry.payload.note + str(entry.payload.body)
        assert number not in str(entry.payload.body) + entry.payload.note


def test_a_reveal_without_its_entry_gives_nothing(world, canaries, monkeypatch):
    from gongjia.base import journal

    def broken(*args: Any, **kwargs: Any) -> None:
        raise OSError("no room")

    person = world.rows["person"]["firm"]
    monkeypatch.setattr(journal, "write", broken)
    with undone():
        answer = world.client("chair_grassroots").post(
            reverse("console:members_reveal", args=[person.pk]), {"field": "id_no", "reason": "办理互助保障核对证件"}
        )
    assert answer.status_code == 500 and not canaries.in_answer(answer)


# negative controls ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shown",
    [
        lambda number: number,
        lambda number: number.translate(WIDE),
        lambda number: base64.b64encode(b"id=" + number.encode()).decode(),
        lambda number: f"{number[6:10]}-{number[10:12]}-{number[12:14]} 尾号 {number[-6:]}",
    ],
    ids=["plain", "full width", "base64", "last six beside the birth"],
)
def test_a_page_that_prints_a_number_is_caught(world, canaries, monkeypatch, shown):
    from gongjia.faces.console.members.pages import PersonPage

    person = world.rows["person"]["firm"]
    wanted = [("console:members_person", reverse("console:members_person", args=[person.pk]))]
    assert not leaks(world, canaries, "chair_grassroots", wanted)
    monkeypatch.setattr(PersonPage, "subtitle", lambda page: shown(page.record.person.id_no.open_unlogged()))
    assert leaks(world, canaries, "chair_grassroots", wanted) == {"chair_grassroots: console:members_person"}
