"""Canaries: invented numbers lie in every sealed column, every page is opened as every role, and no answer carries one.

A number may leave the program in one place: the answer to a reveal, whose entry is written first. (The duty phone
of an officer is shown to the unions above; that and no more is allowed for below.) The search looks
into bodies, headers and inside the sheets and documents that are handed out; plain, full-width, URL-encoded, base64
and the last six digits beside the date of birth.
"""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from urllib.parse import unquote

import pytest
from django.urls import reverse

from tests.faces import placements
from tests.faces.placements import World, undone
from tests.faces.test_permissions import urls

WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
BESIDE = 24  # characters between a date of birth and the last six digits that would give the number away
OWN_FILE = "console:roster_refused"  # the officer's own rows handed back to be mended; asked of the journal below


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    with placements.standing_world(django_db_blocker) as made:
        yield made


def in_base64(number: str) -> Iterator[bytes]:
    """What base64 makes of it wherever it begins in the text: the letters that depend on nothing around it."""
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + number.encode())
        yield coded[(0, 2, 3)[shift] : len(coded) - 4]


def shapes(number: str) -> Iterator[bytes]:
    yield number.encode()
    yield number.translate(WIDE).encode()
    yield "".join(f"%3{digit}" for digit in number if digit.isdigit()).encode()
    yield from in_base64(number)


def beside_birth(text: str, number: str, born: date) -> bool:
    """The last six digits close to the date of birth: together with the district they are the number."""
    days = (f"{born:%Y%m%d}", f"{born:%Y-%m-%d}", f"{born.year}年{born.month}月{born.day}日", f"{born:%Y/%m/%d}")
    for place in re.finditer(re.escape(number[-6:]), text):
        around = text[max(0, place.start() - BESIDE) : place.end() + BESIDE]
        if any(day in around for day in days):
            return True
    return False


def unpacked(data: bytes) -> bytes:
    """A sheet or a document is a packed folder: its texts, one after the other."""
    if not data.startswith(b"PK\x03\x04"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return b"\n".join(packed.read(name) for name in packed.namelist())


def content_of(response: Any) -> bytes:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    head = "\n".join(f"{name}: {value}\n{unquote(value)}" for name, value in response.items())
    cookies = response.cookies.output()
    return unpacked(body) + b"\n" + head.encode() + b"\n" + cookies.encode()


class Canaries:
    def __init__(self, numbers: Iterable[str], births: dict[str, date]):
        self.shapes = {shape: number for number in numbers for shape in shapes(number)}
        self.births = births

    def in_answer(self, response: Any) -> set[str]:
        """Which of them an answer carries."""
        data = content_of(response)
        found = {number for shape, number in self.shapes.items() if shape in data}
        text = data.decode(errors="replace")
        return found | {number for number, born in self.births.items() if beside_birth(text, number, born)}


@pytest.fixture(scope="module")
def canaries(world) -> Canaries:
    return Canaries(world.numbers, world.births)


def addresses(world: World) -> Iterator[tuple[str, str]]:
    """Every URL, with a record of two places where it names one."""
    for url in urls():
        found = placements.targets(world, url.name) if url.pattern.pattern.converters else [None]
        for target in found if found[0] is None or found[0].owner else [*found[:1], *found[-1:]]:
            yield url.name, reverse(url.name, args=target.args if target else ())


def leaks(world: World, canaries: Canaries, key: str, wanted: Iterable[tuple[str, str]]) -> set[str]:
    client, found = world.client(key), set()
    for name, where in wanted:
        with undone():
            response = client.get(where)
        if response.status_code < 400 and canaries.in_answer(response):
            found.add(f"{key}: {name}")
    return found


@pytest.mark.parametrize("key", placements.PERSONAS)
def test_no_page_carries_a_number(world, canaries, key):
    assert leaks(world, canaries, key, [one for one in addresses(world) if one[0] != OWN_FILE]) == set()


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
