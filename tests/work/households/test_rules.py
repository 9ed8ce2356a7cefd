"""The categories (domain rules 6.1, vector of appendix C), every state against every move, caps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongjia.work.households import kinds, rules, states

VECTOR = rules.Means(income=96_000_00, rigid=36_000_00, persons=4, low_line=1_200_00)
DAY = date(2018, 8, 27)


def category(**changes):
    return rules.compute(replace(VECTOR, **changes)).category


def test_the_vector_of_appendix_c() -> None:
    """Income 96,000 a year, rigid 36,000, four people: 1,250 a month; line 1,200: not deep, yes relative."""
    done = rules.compute(VECTOR)
    assert done.quotient == 1_250_00 and done.category == "relative" and done.eligible
    shown = {line.what: (line.how, line.answer, line.ok) for line in done.lines}
    assert shown["月人均"] == ("（96,000.00 元 − 36,000.00 元）÷ 12 ÷ 4 人", "1,250.00 元", None)
    assert shown["深度困难"] == ("月人均 1,250.00 元 ＜ 1,200.00 元", "不符合", False)
    assert shown["相对困难"] == ("月人均 1,250.00 元 ＜ 2 × 1,200.00 元", "符合", True)


def test_below_means_below() -> None:
    """＜ excludes the number: a quotient equal to the line is not below it."""
    assert category(low_line=1_250_00) == "relative" and category(low_line=1_250_01) == "deep"
    assert category(low_line=625_00) == "" and category(low_line=625_01) == "relative"


def test_the_comparison_is_exact_where_rounding_would_lie() -> None:
    """100.00 − 0 over 12 × 7: 1.190476…, shown 1.19; a line of 1.20 is above it, one of 1.19 is not."""
    means = rules.Means(income=100_00, rigid=0, persons=7, low_line=1_19)
    assert rules.quotient(means) == 1_19 and not rules.below(means, 1) and rules.below(replace(means, low_line=1_20), 1)


def test_accident_by_harm_and_by_share() -> None:
    rich = {"income": 200_000_00, "rigid": 0}
    assert category(**rich) == ""
    assert category(**rich, accident="natural", accident_harm=True) == "accident"
    assert category(**rich, accident="natural", accident_harm=False) == ""
    assert category(**rich, accident_cost=160_000_00) == ""  # 80%, not above it
    assert category(**rich, accident_cost=160_000_01) == "accident"


@pytest.mark.parametrize("code", kinds.Exclusion.values)
def test_an_exclusion_keeps_the_poorest_out(code) -> None:
    done = rules.compute(replace(VECTOR, income=0, exclusions=(code,)))
    assert done.category == "deep" and not done.eligible and done.reasons[0].code == f"excluded_{code}"
    assert done.reasons[0].clause


def test_nothing_to_reckon_with() -> None:
    assert [one.code for one in rules.compute(replace(VECTOR, persons=0, low_line=0)).reasons] == [
        "persons_missing", "low_line_missing",
    ]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, 10**9), st.integers(0, 10**9), st.integers(1, 12), st.integers(1, 10**6), st.integers(0, 10**9)
)  # fmt: skip
def test_against_an_oracle_of_fractions(income, rigid, persons, line, cost) -> None:
    head = Decimal(income - rigid) / 12 / persons
    want = (
        "deep" if head < line else "relative" if head < 2 * line else "accident" if cost > 0 and Decimal(cost) > Decimal(income) * Decimal("0.8") else ""
    )  # fmt: skip
    assert rules.compute(rules.Means(income, rigid, persons, line, accident_cost=cost)).category == want


def test_rural_workers() -> None:
    assert rules.rural_worker(category="deep", lives_in_city=True, months_of_work=12)
    assert not rules.rural_worker(category="deep", lives_in_city=True, months_of_work=11)
    assert not rules.rural_worker(category="", lives_in_city=True, months_of_work=24)


READY = rules.FileFacts(
    DAY, visits=1, computation=rules.compute(VECTOR), checks_sent=1, notice_until=object(), notice_over=True,
    level="national", why="原因",
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"checks_open": ("民政",)}, "checks_open"), ({"checks_sent": 0}, "no_check"),
        ({"check_differs": True}, "check_differs"), ({"on_relief": True}, "on_relief"),
        ({"notice_until": None}, "no_notice"), ({"notice_over": False}, "notice_runs"),
        ({"objections_open": 2}, "objections_open"), ({"level": ""}, "level_missing"), ({"own_case": True}, "own_case"),
        ({"other_file": "330182-K2018-00001"}, "household_has_file"), ({"visit_disagrees": True}, "visit_disagrees"),
        ({"computation": None}, "not_computed"),
        ({"computation": rules.compute(replace(VECTOR, income=900_000_00))}, "above_lines"),
    ],
)  # fmt: skip
def test_every_reason_against_approval(change, code) -> None:
    assert rules.may_approve(READY) == []
    assert code in [one.code for one in rules.may_approve(replace(READY, **change))]


@pytest.mark.parametrize("flow", [states.FILE_FLOW, states.CHECK_FLOW], ids=lambda flow: flow.name)
def test_every_state_against_every_move(flow) -> None:
    for state in flow.states:
        for move in flow.moves:
            found = flow.check(move.name, state, READY)
            assert (found == []) is (state in move.sources), (state, move.name)


def test_ends_are_ends() -> None:
    for state in ("exited", "cancelled", "declined", "withdrawn"):
        assert states.FILE_FLOW.possible(state) == ()


def test_verification_is_due_once_a_year() -> None:
    assert rules.verify_due(date(2017, 12, 31), None, DAY)
    assert not rules.verify_due(date(2018, 1, 1), None, DAY)
    assert not rules.verify_due(date(2017, 5, 1), 2018, DAY)


def test_help_is_kept_twelve_months_after_the_way_out_only() -> None:
    assert rules.help_until(DAY, "above") == date(2019, 8, 27) and rules.help_until(DAY, "death") is None


def test_a_check_is_due_after_fifteen_working_days() -> None:
    assert rules.check_due(DAY) == date(2018, 9, 17)


def test_half_open_days() -> None:
    assert rules.active_on(DAY, date(2018, 9, 1), DAY) and not rules.active_on(DAY, date(2018, 9, 1), date(2018, 9, 1))


CAPS = [
    rules.Cap("hospital", date(2018, 1, 1), 1000_00, "once", "warn"),
    rules.Cap("hospital", date(2018, 7, 1), 1500_00, "once", "refuse"),
    rules.Cap("festival", date(2018, 1, 1), 1500_00, "year", "refuse"),
]


def test_the_cap_of_the_day_counts() -> None:
    assert rules.cap_on(CAPS, "hospital", date(2018, 6, 30)).amount == 1000_00
    assert rules.cap_on(CAPS, "hospital", date(2018, 7, 1)).amount == 1500_00
    assert rules.cap_on(CAPS, "birth", DAY) is None


def test_as_much_as_the_cap_is_within_it() -> None:
    given_ = rules.Given("festival", DAY, DAY, 500_00, before=1000_00)
    cap = rules.cap_on(CAPS, "festival", DAY)
    assert rules.over_cap(given_, cap) is None
    assert rules.over_cap(replace(given_, worth=500_01), cap).code == "over_cap"
    assert rules.over_cap(replace(given_, why="hospital"), CAPS[1]) is None  # per time: what was before does not count
