"""Pages with lists cost the same number of queries for two people and for many."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongjia.work.events import actions, queries
from gongjia.work.events.models import Session
from tests.faces.console.events.conftest import text, to
from tests.who.members.conftest import AT


def asked(client: Any, address: str) -> int:
    text(client.get(address))  # what is asked once and kept
    with CaptureQueriesContext(connection) as seen:
        text(client.get(address))
    return len(seen)


@pytest.mark.parametrize("page", ("sign_ups", "nominate", "session", "event", "quota"))
def test_as_many_queries_for_two_as_for_many(world, city, make, people, page):
    event = make(way="first", total=99, sessions=None)
    session = Session.objects.get(event=event)
    address = to(page, session.pk if page == "session" else event.pk)

    def placed(count: int, name: str) -> None:
        ids = [one.pk for one in people(count, name=name)]
        actions.nominate(event=event, org=world.fed, person_ids=ids, actor=world.machine, at=AT)

    placed(2, "甲")
    people(2, name="乙")
    few = asked(city, address)
    placed(15, "丙")
    people(15, name="丁")
    assert asked(city, address) == few


def test_marks_of_a_round(world, city, make, people):
    event = make("contest", way="nomination", total=0)
    round_ = actions.set_rounds(event=event, rounds=[actions.RoundPlan("决赛")], actor=world.machine, at=AT)[0]

    def marked(count: int, name: str) -> None:
        some = people(count, name=name)
        actions.nominate(event=event, org=world.fed, person_ids=[one.pk for one in some], actor=world.machine, at=AT)
        marks = [actions.NewMark(line.sign_up_id, "80", "90") for line in queries.score_lines(world.machine, round_)]
        actions.enter_scores(round_=round_, marks=marks, actor=world.machine, at=AT)
        actions.work_out(event=event, actor=world.machine, at=AT)

    marked(2, "甲")
    few = asked(city, to("scores", round_.pk)), asked(city, to("results", event.pk))
    marked(12, "乙")
    assert (asked(city, to("scores", round_.pk)), asked(city, to("results", event.pk))) == few
