"""From a contest to the round that rewards it and back: for whoever may see the other end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongjia.work.events import actions, queries
from gongjia.work.events import powers as event_powers
from gongjia.work.events.models import SignUp
from gongjia.work.programmes import actions as programmes
from gongjia.work.programmes import powers
from gongjia.work.programmes.models import Application
from gongjia.work.programmes.queries import prizes
from tests.faces.console.events.conftest import done, text, to
from tests.who.members.conftest import AT, in_role, officer


@pytest.fixture
def contest(world, make, people):
    """Decided: three ranks, two with money."""
    by = {"actor": world.machine, "at": AT}

    def one(count: int = 3, title: str = "钳工竞赛", org=None):
        event = make("contest", title=title, org=org, way="nomination", total=0)
        some = people(count, name=title[:1])
        actions.nominate(event=event, org=org or world.fed, person_ids=[one.pk for one in some], trade="钳工", **by)
        (round_,) = actions.set_rounds(event=event, rounds=[actions.RoundPlan("决赛")], **by)
        rows = SignUp.objects.filter(event=event).order_by("person__name")
        marks = [actions.NewMark(row.pk, 90 - place, 90 - place) for place, row in enumerate(rows)]
        actions.enter_scores(round_=round_, marks=marks, **by)
        rewards = [
            {"level": "一等奖", "count": 1, "amount": 300_000},
            {"level": "二等奖", "count": 1, "amount": 100_000},
        ]
        actions.set_prizes(event=event, prizes=rewards, **by)
        actions.work_out(event=event, **by)
        actions.decide_results(event=event, decided_on=AT.date(), document="建总工〔2018〕9号", **by)
        return event

    return one


def opened(world, title: str = "技能竞赛奖励"):
    by = {"actor": world.machine, "at": AT}
    made = programmes.make_round(
        type="contest_prize", org=world.fed, title=title, year=2018, opens_at=AT - timedelta(hours=1),
        notice_phone="0571-64000000", **by,
    )  # fmt: skip
    return programmes.open_round(round_=made, **by)


def page_of(round_) -> str:
    return reverse("console:programmes_round", args=[round_.pk])


def test_listed_from_the_ranks_and_back(world, holds, contest):
    event = contest()
    hand = holds("city_labour", world.fed)
    page = text(hand.get(to("results", event.pk)))
    assert "开设竞赛奖励" in page and "type=contest_prize" in page
    round_ = opened(world)
    page = text(hand.get(to("results", event.pk)))
    assert "还有 2 人没有列入" in page and round_.title in page and page_of(round_) not in page
    assert "请选择" in text(hand.post(to("results", event.pk), {"_op": "prizes", "round": "x"}), 422)
    done(hand.post(to("results", event.pk), {"_op": "prizes", "round": str(round_.pk)}))
    assert Application.objects.filter(round=round_, contest_result__event=event).count() == 2
    page = text(hand.get(to("results", event.pk)))
    assert page_of(round_) in page and "列入 2 人" in page and "没有列入" not in page
    back = text(hand.get(page_of(round_)))
    assert to("results", event.pk) in back and "奖励哪场竞赛" in back
    assert "已经列入" in text(hand.post(to("results", event.pk), {"_op": "prizes", "round": str(round_.pk)}), 422)


def test_only_for_whoever_sees_the_other_end(world, holds, chair, contest):
    event, round_ = contest(), opened(world)
    labour = officer(world.fed, powers.READ, powers.COUNTER)
    doing = {"happened_on": AT.date(), "actor": in_role(world.fed, "city_labour"), "at": AT}
    programmes.list_prizes(round_=round_, contests=[event], **doing)
    page = text(
        chair.get(to("results", event.pk))
    )  # a union below: it sees the contest, and no round of the federation
    assert "名次已认定" in page and page_of(round_) not in page and "奖金发放" not in page
    assert chair.post(to("results", event.pk), {"_op": "prizes", "round": str(round_.pk)}).status_code == 422
    assert prizes.contests_of(labour, round_) == []  # who may read no events is not told of one
    both = officer(world.fed, powers.READ, event_powers.READ)
    assert prizes.contests_of(both, round_) == [(event.pk, event.title, 2)]
    assert list(prizes.rounds_of_contest(officer(world.fed, event_powers.READ), event)) == []


def test_a_draft_round_and_one_of_another_sort_are_not_offered(world, holds, contest):
    event = contest()
    by = {"actor": world.machine, "at": AT}
    programmes.make_round(type="contest_prize", org=world.fed, title="草稿", year=2018, opens_at=AT, **by)
    below = opened(world)
    other = contest(title="另一场", org=world.lotus)
    labour = officer(world.fed, powers.READ, powers.COUNTER, event_powers.READ)
    assert list(prizes.rounds_for_prizes(labour, event)) == [below] == list(prizes.rounds_for_prizes(labour, other))
    assert list(prizes.rounds_for_prizes(officer(world.firm, powers.READ, powers.COUNTER), event)) == []


def test_as_many_queries_for_one_contest_as_for_several(world, holds, contest):
    hand, round_ = holds("city_labour", world.fed), opened(world)
    labour = in_role(world.fed, "city_labour")
    counts = []
    for n in range(3):
        event = contest(title=f"第{n}场")
        programmes.list_prizes(round_=round_, contests=[event], happened_on=AT.date(), actor=labour, at=AT)
        text(hand.get(page_of(round_)))
        with CaptureQueriesContext(connection) as seen:
            text(hand.get(page_of(round_)))
            text(hand.get(to("results", event.pk)))
        counts.append(len(seen))
    assert counts[0] == counts[2], counts
    assert queries.drift() == []
