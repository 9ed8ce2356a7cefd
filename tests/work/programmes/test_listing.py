"""A pile of papers at the counter: the same checks and the same rows as one by one, by a fixed number of queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongjia.base import journal
from gongjia.base.refused import Forbidden, Refused
from gongjia.work.programmes import actions
from gongjia.work.programmes.models import Application
from tests.who.members.conftest import AT, DAY, in_role

pytestmark = pytest.mark.django_db
ANSWERS = {"reason": "家里有困难", "income": "3000"}
SAME = (
    "type", "subject", "org_id", "scope_org_id", "state", "stage", "answers", "desk_no", "desk_org_id", "desk_role",
    "desk_since", "desk_due", "ready", "route", "counter", "happened_on", "amount", "tier", "score", "sensitive",
)  # fmt: skip


def pile(people, answers=ANSWERS, on=DAY):
    return [actions.Paper(answers, on, person_id=one.pk) for one in people]


@pytest.fixture
def clerk(world, join):
    """An officer on file: a paper at the counter names who entered it."""
    return in_role(world.firm, "chair_grassroots", join(world.firm, "何干部").person)


def test_a_pile_is_what_one_by_one_would_have_been(world, make, people, clerk):
    some = people(3)
    round_ = make()
    handed = actions.hand_in_list(round_=round_, papers=pile(some[:2]), actor=clerk, at=AT)
    assert [one.person_id for one in handed.done] == [one.pk for one in some[:2]] and not handed.refused
    draft = actions.start_draft(round_=round_, person_id=some[2].pk, happened_on=DAY, actor=clerk, at=AT)
    draft = actions.save_draft(application=draft, answers=ANSWERS, actor=clerk, at=AT)
    single = actions.submit(application=draft, actor=clerk, at=AT)
    single.refresh_from_db()
    for one in Application.objects.filter(pk__in=[one.pk for one in handed.done]):
        assert {name: getattr(one, name) for name in SAME} == {name: getattr(single, name) for name in SAME}
        assert one.answers_sealed.open_unlogged() == single.answers_sealed.open_unlogged()
        assert {"programmes.at_counter", "application.submit"} <= {line.action for line in journal.timeline(one)}
    numbers = [one.number for one in (*handed.done, single)]
    assert numbers == sorted(numbers) and len(set(numbers)) == 3
    assert journal.verify() == []
    passed = actions.review_many(applications=handed.done, verdict="pass", actor=world.machine, at=AT)
    assert len(passed.done) == 2


def test_each_that_may_not_go_in_is_named_and_the_others_go(world, make, people, clerk):
    some = people(4)
    round_ = make()
    first = actions.hand_in_list(round_=round_, papers=pile(some[:1]), actor=clerk, at=AT)
    papers = [
        *pile(some[:1]),  # handed in already
        *pile(some[1:2]),
        *pile(some[1:2]),  # twice on this pile
        *pile(some[2:3], answers={"income": "3000"}),  # no reason given
        *pile(some[3:], on=DAY + timedelta(1)),  # a day that has not been
    ]
    handed = actions.hand_in_list(round_=round_, papers=papers, actor=clerk, at=AT)
    assert [one.person_id for one in handed.done] == [some[1].pk]
    said = {number: [reason.code for reason in reasons] for number, reasons in handed.refused}
    assert said == {1: ["applied_already"], 3: ["applied_already"], 4: ["reason_missing"], 5: ["happened_on"]}, said
    facts = dict(handed.refused)
    assert facts[1][0].fact == first.done[0].number and "第 2 件" in facts[3][0].fact
    assert Application.objects.count() == 2


def test_only_for_unions_of_ones_own_and_in_time(world, make, people, join):
    stranger = in_role(world.other, "chair_grassroots", join(world.other, "别处干部").person)
    with pytest.raises(Forbidden):
        actions.hand_in_list(round_=make(), papers=pile(people(1)), actor=stranger, at=AT)
    closed = make(closes_at=AT + timedelta(hours=1))
    late = actions.hand_in_list(round_=closed, papers=pile(people(1), on=(AT + timedelta(3)).date()), actor=world.machine,
                                at=AT + timedelta(3))  # fmt: skip
    assert [reason.code for reason in late.refused[0][1]] == ["too_late"] and not late.done
    with pytest.raises(Refused):
        actions.hand_in_list(round_=make(), papers=pile(people(1)) * 501, actor=world.machine, at=AT)


def test_the_number_of_queries_does_not_grow_with_the_pile(world, make, people, clerk):
    def queries(count: int) -> int:
        round_, papers = make(), pile(people(count))
        with CaptureQueriesContext(connection) as seen:
            assert len(actions.hand_in_list(round_=round_, papers=papers, actor=clerk, at=AT).done) == count
        return len([one for one in seen if "outbox_" not in one["sql"]])  # each is told with a number of their own

    few = queries(2)
    assert queries(20) == few
