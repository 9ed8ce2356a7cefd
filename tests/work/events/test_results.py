"""Contests: marks, who goes on, ranks, ties, titles, prizes, the sheet, the decision."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal

import pytest

from gongjia.base import journal, sheets
from gongjia.base.refused import Forbidden, Refused
from gongjia.work.events import actions, queries, rules
from gongjia.work.events.models import Result, Score, SignUp
from tests.work.events.conftest import AT, DAY, in_role, me

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=12)
PRIZES = [
    {"level": "一等奖", "count": 1, "amount": 300_000},
    {"level": "二等奖", "count": 2, "amount": 200_000},
    {"level": "三等奖", "count": 3, "amount": 100_000},
]


def codes(call, *args, **more) -> set[str]:
    with pytest.raises(Refused) as why:
        call(*args, **more)
    return set(why.value.codes)


@pytest.fixture
def contest(world, make, people):
    """A held contest with so many entrants, two rounds and prizes: contest(24) -> (event, sign-ups in order)."""

    def held(count: int, trades=("钳工",), rounds=None, prizes=PRIZES, klass="2"):
        by = {"actor": world.machine, "at": AT}
        event = make("contest", title="职工技能竞赛", way="nomination", total=0)
        some = people(count)
        for place, one in enumerate(some):
            actions.nominate(event=event, org=world.fed, person_ids=[one.pk], trade=trades[place % len(trades)], **by)
        actions.set_rounds(
            event=event, rounds=rounds or [actions.RoundPlan("初赛", 30, 70, go_on=6), actions.RoundPlan("决赛", 20, 80)], **by
        )  # fmt: skip
        actions.set_prizes(event=event, prizes=prizes, klass=klass, **by)
        actions.hold(event=event, actor=world.machine, at=LATER)
        return event, list(SignUp.objects.filter(event=event).order_by("person__name"))

    return held


def mark(world, event, number, rows, at=LATER):
    round_ = queries.rounds_of(event)[number - 1]
    return actions.enter_scores(
        round_=round_, marks=[actions.NewMark(pk, theory, practice) for pk, theory, practice in rows], actor=world.machine, at=at
    )  # fmt: skip


def test_theory_and_practice_by_percent_and_what_a_mark_may_be():
    weights = rules.Weights(30, 70)
    assert rules.total(weights, Decimal("80"), Decimal("90.5")) == Decimal("87.35")
    assert rules.mark_faults(weights, "88.5", 90) == []
    assert [one.code for one in rules.mark_faults(weights, "100.001", "-1")] == ["mark_range", "mark_range"]
    assert [one.code for one in rules.mark_faults(weights, None, "九十")] == ["mark_missing", "mark_bad"]
    assert [one.code for one in rules.mark_faults(weights, "NaN", "80.1234")] == ["mark_bad", "mark_decimals"]
    assert rules.mark_faults(rules.Weights(0, 100), None, "70") == []
    # whole numbers with many zeros are no decimals
    assert rules.mark_faults(weights, "100", "1E+1") == []


def entrant(key, total, practice, number=1, theory=80, trade="钳工"):
    return rules.Entrant(
        key, key, trade, (rules.Mark(number, Decimal(theory), Decimal(practice), Decimal(total)),)
    )  # fmt: skip


def test_ties_go_by_practice_and_what_is_equal_is_named():
    weights = {1: rules.Weights(30, 70), 2: rules.Weights(20, 80)}
    found = rules.ranking(
        [
            entrant("甲", 90, 85),
            entrant("乙", 90, 95),
            entrant("丙", 80, 80),
            entrant("丁", 80, 80),
            entrant("戊", 70, 99, 2),
        ],
        weights,
    )
    # 戊 came further: before whoever has more in the first round
    assert [(one.key, one.rank, one.tie) for one in found] == [
        ("戊", 1, False), ("乙", 2, False), ("甲", 3, False), ("丁", 4, True), ("丙", 4, True),
    ]  # fmt: skip
    assert rules.tie_faults(found, [3, 5]) == []  # the tie lies inside one prize
    named = rules.tie_faults(found, [4])
    assert [one.code for one in named] == ["tie_at_edge"] and "丁、丙" in named[0].sentence


def test_a_title_needs_both_parts_passed_and_the_table_of_level_and_class():
    table = rules.title_rows("county", {"class": "1"})
    assert [(row.upto, row.title) for row in table] == [(2, "{place}技术能手")]
    assert rules.title_at(2, True, table, "建德市") == "建德市技术能手"
    assert rules.title_at(2, False, table, "建德市") == ""
    assert rules.title_at(3, True, table, "建德市") == ""
    assert [row.upto for row in rules.title_rows("county", {"class": "2"})] == [1]
    assert [row.upto for row in rules.title_rows("provincial", {"class": "1"})] == [5]
    assert rules.title_rows("unit", {"class": "1"}) == []
    own = rules.title_rows("unit", {"titles": [{"upto": 3, "title": "操作能手"}]})
    assert rules.title_at(3, True, own, "") == "操作能手"
    assert rules.promotes("provincial", "1", 8) and not rules.promotes("provincial", "1", 9)
    assert not rules.promotes("county", "1", 1)


def test_two_thirds_with_a_prize_is_within_one_more_is_not():
    assert rules.scope(24, 16) == []
    over = rules.scope(24, 17)
    assert [one.code for one in over] == ["prize_scope"]
    assert "三分之二" in over[0].sentence and "经费收支管理办法" in over[0].clause
    assert rules.scope(2, 1) == [] and rules.scope(1, 1)


def test_a_contest_of_two_rounds_with_a_tie_from_marks_to_decided_ranks(world, contest):
    event, entrants = contest(24, trades=("钳工", "焊工"))
    by = {"actor": world.machine, "at": LATER}
    mark(world, event, 1, [(one.pk, 70 + place % 20, 60 + place) for place, one in enumerate(entrants)])
    second = queries.in_round(event, 2)
    assert len(second) == 12  # six of each trade
    weakest = next(one for one in entrants if one.pk not in second)
    assert codes(mark, world, event, 2, [(weakest.pk, 90, 90)]) == {"not_in_round"}
    fitters = sorted((one for one in entrants if one.pk in second and one.trade == "钳工"), key=lambda one: one.pk)
    welders = [one for one in entrants if one.pk in second and one.trade == "焊工"]
    mark(world, event, 2, [(one.pk, 80, 95 - place) for place, one in enumerate(welders)])
    # the first two fitters are equal in total and practice: one first prize, one title for two
    mark(world, event, 2, [(one.pk, 80, 90 if place < 2 else 80 - place) for place, one in enumerate(fitters)])
    worked = actions.work_out(event=event, **by)
    # which round a total is from: it is not one scale for those who stayed behind
    last = queries.last_round_of(worked.results)
    assert {one.sign_up_id for one in worked.results if last[one.pk] == "决赛"} == second
    assert {last[one.pk] for one in worked.results if one.sign_up_id not in second} == {"初赛"}
    assert len(worked.results) == 24 and worked.warnings == []
    assert [one.code for one in worked.ties] == ["tie_at_edge"]
    assert fitters[0].person.name in worked.ties[0].sentence and fitters[1].person.name in worked.ties[0].sentence
    assert codes(actions.decide_results, event=event, decided_on=DAY, **by) == {"tie_at_edge"}

    tied = [one for one in worked.results if one.trade == "钳工" and one.rank == 1]
    other = next(one for one in worked.results if one.trade == "钳工" and one.rank == 3)
    assert codes(actions.settle_tie, event=event, order=[tied[0].pk, other.pk], why="加赛", **by) == {"tie_wrong"}
    assert codes(actions.settle_tie, event=event, order=[tied[1].pk, tied[0].pk], why=" ", **by) == {"why_missing"}
    actions.settle_tie(event=event, order=[tied[1].pk, tied[0].pk], why="加赛，后者先完成", **by)
    done = actions.decide_results(event=event, decided_on=DAY, document="建工竞〔2018〕3号", **by)
    first, second_ = (Result.objects.get(pk=tied[place].pk) for place in (1, 0))
    assert (first.rank, first.prize_level, first.prize, first.title_won) == (1, "一等奖", 300_000, f"{world.fed.name.removesuffix('总工会')}技术能手")  # fmt: skip
    assert (second_.rank, second_.prize_level, second_.title_won, second_.tie) == (2, "二等奖", "", True)
    assert {one.state for one in done.results} == {"decided"}
    assert sum(one.prize for one in done.results) == 2 * (300_000 + 2 * 200_000 + 3 * 100_000)
    # decided ranks stay: no marks, no prizes, no ranking afterwards
    assert codes(mark, world, event, 2, [(fitters[0].pk, 90, 90)]) == {"decided"}
    assert codes(actions.work_out, event=event, **by) == {"decided"}
    assert codes(actions.set_prizes, event=event, prizes=[], **by) == {"decided"}


def test_tied_people_may_share_the_better_with_a_reason(world, contest):
    event, entrants = contest(6, rounds=[actions.RoundPlan("决赛", 30, 70)], prizes=PRIZES[:1])
    mark(world, event, 1, [(one.pk, 80, 90 if place < 2 else 70 - place) for place, one in enumerate(entrants)])
    by = {"actor": world.machine, "at": LATER}
    actions.work_out(event=event, **by)
    done = actions.decide_results(event=event, decided_on=DAY, share_ties="评委会决定并列第一", **by)
    assert [one.prize_level for one in done.results][:3] == ["一等奖", "一等奖", ""]


def test_a_prize_to_more_than_two_thirds_warns_with_its_clause(world, contest):
    event, entrants = contest(
        6, rounds=[actions.RoundPlan("决赛")], prizes=[{"level": "优秀奖", "count": 5, "amount": 10_000}]
    )
    mark(world, event, 1, [(one.pk, 80, 90 - place) for place, one in enumerate(entrants)])
    worked = actions.work_out(event=event, actor=world.machine, at=LATER)
    assert [one.code for one in worked.warnings] == ["prize_scope"]
    assert [one.code for one in queries.warnings_of(event)] == ["prize_scope"]
    assert actions.decide_results(event=event, decided_on=DAY, actor=world.machine, at=LATER).warnings
    decided = next(line for line in journal.timeline(event.results.first()) if line.action == "result.decide")
    assert "三分之二" in decided.note


def test_ranks_go_when_marks_change_and_an_empty_round_is_not_decided(world, contest):
    event, entrants = contest(4)
    by = {"actor": world.machine, "at": LATER}
    assert codes(actions.work_out, event=event, **by) == {"no_marks"}
    mark(world, event, 1, [(one.pk, 80, 90 - place) for place, one in enumerate(entrants)])
    actions.work_out(event=event, **by)
    assert codes(actions.decide_results, event=event, decided_on=DAY, **by) == {"round_unmarked"}
    mark(world, event, 2, [(entrants[0].pk, 80, 90)])
    assert not Result.objects.filter(event=event).exists()
    assert codes(actions.decide_results, event=event, decided_on=DAY, **by) == {"not_ranked"}
    assert codes(actions.set_rounds, event=event, rounds=[actions.RoundPlan("初赛", 50, 50)], **by) == {"round_marked"}
    assert codes(actions.set_rounds, event=event, rounds=[actions.RoundPlan("初赛", 50, 40)], **by) == {"weights"}


def test_only_whoever_may_enter_results_of_the_organiser(world, contest):
    event, entrants = contest(3, rounds=[actions.RoundPlan("决赛")])
    round_ = queries.rounds_of(event)[0]
    stranger = in_role(world.firm, "officer_grassroots")
    with pytest.raises(Forbidden):
        actions.enter_scores(round_=round_, marks=[actions.NewMark(entrants[0].pk, 80, 80)], actor=stranger, at=LATER)
    with pytest.raises(Forbidden):
        queries.score_lines(stranger, round_)
    labour = in_role(world.fed, "city_labour")
    assert (
        actions.enter_scores(round_=round_, marks=[actions.NewMark(entrants[0].pk, 80, 80)], actor=labour, at=LATER)
        == 1
    )


def sheet(rows, heads=("参赛号", "姓名", "工种", "理论成绩", "实操成绩")) -> bytes:
    out = io.BytesIO()
    sheets.write(out, [sheets.SheetOut("成绩", [sheets.Column(one, text=True) for one in heads], rows)])
    return out.getvalue()


def test_a_sheet_is_checked_line_by_line_and_then_run_as_shown(world, contest, django_assert_max_num_queries):
    event, entrants = contest(5, rounds=[actions.RoundPlan("决赛")])
    round_ = queries.rounds_of(event)[0]
    by = {"actor": world.machine, "at": LATER}
    numbers = {one.pk: queries.entrant_no(one.pk) for one in entrants}
    a, b, c, d, e = entrants
    rows = [
        [numbers[a.pk].lower(), a.person.name, "钳工", "80", "９０.５"],
        ["", b.person.name, "钳工", "70", "75"],
        [numbers[c.pk], "别人", "钳工", "80", "80"],
        ["ZZZZZZZZ", "不认识", "钳工", "80", "80"],
        [numbers[d.pk], d.person.name, "钳工", "180", ""],
        [numbers[a.pk], a.person.name, "钳工", "81", "81"],
        [numbers[e.pk], e.person.name, "钳工", "", ""],
    ]
    with django_assert_max_num_queries(12):
        plan = actions.check_scores(round_=round_, source=sheet(rows), name="成绩.xlsx", **by)
    assert [[one.code for one in why] for _row, _who, why in plan.refused] == [
        ["name_differs"], ["entrant_unknown"], ["mark_range", "mark_missing"], ["entrant_twice"],
    ]  # fmt: skip
    assert (len(plan.marks), plan.absent, plan.missing) == (2, 1, 2)
    assert codes(actions.run_scores, plan=plan, **by) == {"sheet_refused"}
    assert not Score.objects.exists()
    plan = actions.check_scores(round_=round_, source=sheet(rows[:2]), name="成绩.xlsx", **by)
    assert actions.run_scores(plan=plan, **by) == 2
    assert Score.objects.get(sign_up=a).total == Decimal("87.35")
    no_practice = sheet([["1", "2"]], heads=("姓名", "理论成绩"))
    assert codes(actions.check_scores, round_=round_, source=no_practice, name="x.xlsx", **by) == {"score_heads"}
    again = actions.check_scores(
        round_=round_, source=actions.score_sheet(round_=round_, actor=world.machine), name="成绩.xlsx", **by
    )
    assert not again.refused and len(again.marks) == 2 and again.absent == 3


def test_a_member_sees_the_own_rank_once_it_is_decided(world, contest):
    event, entrants = contest(3, rounds=[actions.RoundPlan("决赛")])
    mark(world, event, 1, [(one.pk, 80, 90 - place) for place, one in enumerate(entrants)])
    by = {"actor": world.machine, "at": LATER}
    actions.work_out(event=event, **by)
    one, other = entrants[0], entrants[1]
    assert queries.my_result(me(one.person), one) is None
    actions.decide_results(event=event, decided_on=DAY, **by)
    assert queries.my_result(me(one.person), one).rank == 1
    assert queries.my_result(me(other.person), one) is None
    # an officer of the entrant's union reads it, one of another firm does not
    assert queries.visible(in_role(world.firm, "officer_grassroots"), Result).count() == 3
    assert queries.visible(in_role(world.school, "officer_grassroots"), Result).count() == 0


def test_marks_wait_for_the_day_of_the_round(world, contest):
    event, entrants = contest(2, rounds=[actions.RoundPlan("决赛", on=(LATER + timedelta(days=1)).date())])
    assert codes(mark, world, event, 1, [(entrants[0].pk, 80, 80)]) == {"round_later"}
    assert mark(world, event, 1, [(entrants[0].pk, 80, 80)], at=LATER + timedelta(days=1)) == 1
