"""Lists of an event with more rows than a page: the three hundred and first is reached, and no page costs more."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongjia.base import clock
from gongjia.faces.console.events import door
from gongjia.work.events import actions, queries
from gongjia.work.events.models import Attendance, Certificate, Result, Score, Session, SignUp
from tests.faces.console.events.conftest import done, text, to
from tests.who.members.conftest import AT, DAY
from tests.work.events.conftest import persons

MANY = 310


def next_of(page: str) -> str:
    found = re.search(r'rel="next" href="([^"]+)"', page)
    return unescape(found[1]) if found else ""


def walk(client, address: str) -> tuple[list[str], list[int]]:
    """Every page from the first on, and what each cost."""
    pages, costs, query = [], [], ""
    text(client.get(address))  # what is asked once and kept
    while True:
        with CaptureQueriesContext(connection) as seen:
            pages.append(text(client.get(address + query)))
        costs.append(len(seen))
        query = next_of(pages[-1])
        if not query:
            return pages, costs
        address = address.partition("?")[0]


def names(pages: list[str]) -> list[str]:
    return [name for page in pages for name in re.findall(r"会员\d+(?=</a>|</span>)", page)]


@pytest.fixture
def crowd(world):
    return persons(world.firm, MANY)


def placed(event, crowd, world):
    actions.claim_many(event=event, claims=[actions.Claim(one.pk) for one in crowd], actor=world.machine, at=AT)
    assert SignUp.objects.filter(event=event, state="placed").count() == MANY


def test_sign_ups(world, city, make, crowd):
    event = make(total=MANY)
    placed(event, crowd, world)
    pages, costs = walk(city, to("sign_ups", event.pk))
    assert sorted(names(pages)) == sorted(one.name for one in crowd) and len(pages) == 7
    assert max(costs[1:]) == min(costs[1:]) <= costs[0]
    assert "第 301–310 人，共 310 人" in pages[-1]


def test_the_list_at_the_door(world, city, make, crowd):
    event = make(total=MANY)
    placed(event, crowd, world)
    session = Session.objects.get(event=event)
    pages, costs = walk(city, to("session", session.pk))
    assert sorted(names(pages)) == sorted(one.name for one in crowd) and len(pages) == 4
    assert max(costs[1:]) == min(costs[1:]) <= costs[0]
    last = next_of(pages[2])
    row = SignUp.objects.get(person__name=names([pages[3]])[-1])
    with clock.standing(session.starts_at + timedelta(minutes=1)):
        where = done(
            city.post(to("session", session.pk) + last, {"_op": "tick", "pick": [str(row.pk)], "standing": "present"})
        )
        assert where == to("session", session.pk) + last  # one stays on the page
        assert names([text(city.get(to("session", session.pk) + "?is=present"))]) == [row.person.name]
        others, _ = walk(city, to("session", session.pk) + "?is=none")
    assert len(names(others)) == MANY - 1 and row.person.name not in names(others)
    assert names([text(city.get(to("session", session.pk) + f"?q={row.person.name}"))])[0] == row.person.name


def test_the_list_at_the_door_by_letter_and_by_first_letters(world, city, make, people, monkeypatch):
    monkeypatch.setattr(door, "SHOWN", 3)
    event = make(total=20)
    some = [*people(2, name="王"), *people(2, name="李")]
    for one in some:
        actions.at_counter(
            event=event, person=one, org=world.firm, happened_on=DAY, note="到窗口", actor=world.machine, at=AT
        )
    address = to("session", Session.objects.get(event=event).pk)
    page = text(city.get(address))
    assert "letter=L" in page and "letter=W" in page and "letter=Z" not in page
    only = text(city.get(address + "?letter=L"))
    assert some[2].name in only and some[0].name not in only
    assert some[0].name in text(city.get(address + "?q=w")) and some[2].name not in text(city.get(address + "?q=w"))


def test_ranks_and_marks(world, city, make, crowd):
    event = make("contest", total=MANY)
    placed(event, crowd, world)
    (round_,) = actions.set_rounds(event=event, rounds=[actions.RoundPlan("决赛")], actor=world.machine, at=AT)
    address = to("scores", round_.pk)
    pages, costs = walk(city, address)
    assert len(pages) == 4 and len(set(re.findall(r'name="p_([-\w]+)"', "".join(pages)))) == MANY
    assert max(costs) == min(costs)
    (key,) = re.findall(r'name="p_([-\w]+)"', pages[3])[-1:]
    done(city.post(address + next_of(pages[2]), {"_op": "save", f"t_{key}": "90", f"p_{key}": "80"}))
    assert Score.objects.get().sign_up_id == SignUp.objects.get(pk=key).pk
    rows = SignUp.objects.filter(event=event).exclude(pk=key)
    actions.enter_scores(
        round_=round_, marks=[actions.NewMark(one.pk, "70", "60") for one in rows], actor=world.machine, at=AT
    )
    actions.work_out(event=event, actor=world.machine, at=AT)
    Result.objects.update(tie=False)  # how ties are shown is another test's
    pages, costs = walk(city, to("results", event.pk))
    assert sorted(names(pages)) == sorted(one.name for one in crowd) and len(pages) == 4
    assert max(costs[1:]) == min(costs[1:]) <= costs[0]
    assert all('<span class="count">310</span>' in page for page in pages)


def test_certificates_and_their_files(world, city, make, crowd, monkeypatch):
    event = make("training", total=MANY, certificate=True)
    placed(event, crowd, world)
    session = Session.objects.get(event=event)
    rows = SignUp.objects.filter(event=event)
    actions.tick(session=session, sign_ups=[one.pk for one in rows], actor=world.machine, at=session.ends_at)
    assert Attendance.objects.count() == MANY
    actions.hold(event=event, actor=world.machine, at=session.ends_at)
    with CaptureQueriesContext(connection) as seen:
        actions.issue_certificates(event=event, actor=world.machine, at=session.ends_at + timedelta(days=1))
    assert len(seen) < 40, len(seen)  # not one for each
    assert Certificate.objects.count() == MANY
    pages, costs = walk(city, to("certificates", event.pk))
    assert sorted(names(pages)) == sorted(one.name for one in crowd) and len(pages) == 4
    assert max(costs[1:]) == min(costs[1:]) <= costs[0]
    assert "下载打印</span>" in pages[0]
    monkeypatch.setattr(door, "PRINTED", 300)
    assert "下载打印第 301–310 张" in text(city.get(to("certificates", event.pk)))
    printed: list[int] = []
    monkeypatch.setattr(door, "certificates_pdf", lambda some: printed.append(len(some)) or b"%PDF-")
    for part in ("", "?part=2", "?part=3", "?part=x"):
        city.get(to("certificates_file", event.pk) + part)
    assert printed == [300, 10, 300]  # beyond the last there is nothing to print


def test_the_roster_to_name_from(world, city, make, crowd):
    event = make(total=MANY)
    address = to("nominate", event.pk) + f"?at={world.firm.code}"
    first = text(city.get(address))
    picked = re.findall(r'name="pick" value="([-\w]+)"', first)
    assert len(picked) == 100
    # whoever was named sinks to the end; the second page still begins where the first one ended
    following = next_of(first)
    text(city.post(address, {"at": world.firm.code, "pick": picked[:50]}))
    second = text(city.get(to("nominate", event.pk) + following))
    assert not set(re.findall(r'name="pick" value="([-\w]+)"', second)) & set(picked)
    pages, _ = walk(city, address)
    assert {one.name for one in crowd} <= set(names(pages))
    assert queries.drift(event) == []
