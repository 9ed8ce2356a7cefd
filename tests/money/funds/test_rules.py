"""Pure decisions, every reason; no database."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongjia.money.funds import data, rules, states
from gongjia.money.funds.registry import LAYOUTS
from gongjia.money.funds.rules import BatchFacts, CeilingUse, LineFacts, Natural, Purse, ResultFacts, RowFacts

A, B, C = (Natural(UUID(int=n), f"人{n}", bytes([n]), bytes([n])) for n in (1, 2, 3))
GOOD = BatchFacts(actor=B, maker=A, rows=(RowFacts("王*（帮扶）"),), shown="d", now="d", made="d")


def codes(found) -> list[str]:
    return [one.code for one in found]


def test_tax_of_prizes_and_relief_by_the_day():
    on = date(2018, 6, 1)
    rows, classes = data.tax_rows(on), data.tax_classes()
    assert rules.tax_of(10_000_00, "honour", "craftsman", False, classes, rows).amount == 2_000_00
    assert "第二条第十项" in rules.tax_of(100, "honour", "x", False, classes, rows).clause
    assert rules.tax_of(10_000_00, "grant", "tuition", False, classes, rows).amount == 0
    assert rules.tax_of(10_000_00, "honour", "model_unit", True, classes, rows).rule == "none"
    assert rules.tax_of(3, "honour", "x", False, classes, rows).amount == 1  # 0.6 fen: half up
    assert rules.tax_of(2, "honour", "x", False, classes, rows).amount == 0
    assert data.tax_rows(date(2019, 1, 1))["prize"]["key"] == "prize-2019"
    assert data.tax_rows(date(2018, 12, 31))["prize"]["key"] == "prize-2011"


@given(
    st.integers(1, 10**9),
    st.lists(st.tuples(st.integers(0, 10**9), st.one_of(st.none(), st.integers(1, 4000))), max_size=4),
)
def test_a_split_never_takes_more_than_there_is(gross, purses):
    found = [Purse(UUID(int=n), left, share, n) for n, (left, share) in enumerate(purses)]
    if sum(share or 0 for _, share in purses) > 10000:
        return
    parts = rules.split(gross, found)
    assert sum(parts.values()) <= gross
    assert all(parts[one.id] <= one.left for one in found if one.id in parts)
    assert (sum(parts.values()) == gross) == (rules.covered(gross, found) == [])


def test_half_and_half_carries_the_odd_fen():
    halves = [Purse(UUID(int=n), 10**6, 5000) for n in (1, 2)]
    assert sorted(rules.split(333_33, halves).values()) == [166_66, 166_67]


def test_a_ceiling_includes_its_number():
    use = CeilingUse("每户每年", 1000, 400, "第十条")
    assert rules.over_ceilings(600, [use]) == []
    assert codes(rules.over_ceilings(601, [use])) == ["over_ceiling"]


def test_the_same_natural_person():
    assert rules.same_natural(A, Natural(A.root))
    assert rules.same_natural(A, Natural(UUID(int=9), "别名", A.id_index))
    assert rules.same_natural(Natural(UUID(int=8), "张三", None, b"p"), Natural(UUID(int=9), "张三", None, b"p"))
    assert not rules.same_natural(Natural(UUID(int=8), "张三", b"1", b"p"), Natural(UUID(int=9), "张三", b"2", b"p"))
    assert not rules.same_natural(A, B) and not rules.same_natural(Natural(None), Natural(None))


CASES = {
    "same_person": {"actor": A},
    "person_unknown": {"actor": Natural(None)},
    "own_interest": {"payees": (B,)},
    "own_union": {"own_union": True},
    "own_entry": {"entered": True},
    "batch_empty": {"rows": ()},
    "award_stopped": {"rows": (RowFacts("x", award_ok=False),)},
    "account_missing": {"rows": (RowFacts("x", account=False),)},
    "account_changed": {"rows": (RowFacts("x", account_current=False),)},
    "account_cooling": {"rows": (RowFacts("x", account_ready=False),)},
    "earmark_short": {"rows": (RowFacts("x", covered=False),)},
    "not_as_shown": {"shown": "other"},
    "changed_after_made": {"made": "other"},
}


def changed(**more) -> BatchFacts:
    from dataclasses import replace

    return replace(GOOD, **more)


@pytest.mark.parametrize("code", CASES)
def test_every_reason_of_the_check(code):
    assert rules.may_check(GOOD) == []
    assert code in codes(rules.may_check(changed(**CASES[code])))


def test_reasons_of_making_approving_sending():
    assert rules.may_make(changed(maker=None, made="")) == []
    assert codes(rules.may_make(changed(differences=2))) == ["books_differ"]
    assert codes(rules.may_approve(changed(actor=C, checker=B))) == ["approval_not_needed"]
    assert rules.may_approve(changed(actor=C, checker=B, needs_approval=True)) == []
    assert codes(rules.may_approve(changed(actor=B, checker=B, needs_approval=True))) == ["same_person"]
    assert codes(rules.may_send(changed(checker=None))) == ["two_persons"]
    assert codes(rules.may_send(changed(checker=Natural(A.root)))) == ["two_persons"]
    assert rules.may_send(changed(checker=B)) == []
    assert codes(rules.may_send(changed(checker=B, needs_approval=True))) == ["approval_missing"]


def test_a_third_person_from_the_limit_on():
    assert rules.needs_approval(4_999_999, 5_000_000) == ""
    assert rules.needs_approval(5_000_000, 5_000_000)
    assert "合并计算" in rules.needs_approval(2_500_000, 5_000_000, 2_500_000)


SENT = LineFacts("sent", 100, "1234")
JUNE, JULY = date(2018, 6, 20), date(2018, 7, 3)
PAID, BACK = LineFacts("paid", 100, "1234", JUNE), LineFacts("returned", 100, "1234", None, JULY)
PAID_BACK = LineFacts("returned", 100, "1234", JUNE, JULY)


@pytest.mark.parametrize(
    ("line", "outcome", "on", "verdict"),
    [
        (None, "paid", JUNE, "stranger"),
        (SENT, "paid", JUNE, "paid"),
        (SENT, "returned", JUNE, "returned"),
        (SENT, "unknown", JUNE, "unknown"),
        (LineFacts("unknown", 100, "1234"), "unknown", JUNE, "again"),
        (LineFacts("unknown", 100, "1234"), "paid", JUNE, "paid"),
        (LineFacts("unknown", 100, "1234"), "returned", JUNE, "returned"),
        (PAID, "paid", JULY, "again"),
        (PAID, "unknown", JULY, "again"),
        (PAID, "returned", JULY, "returned_late"),
        (PAID, "returned", date(2018, 6, 1), "conflict"),
        (BACK, "returned", JULY, "again"),
        (BACK, "paid", JUNE, "paid_before"),
        (BACK, "paid", date(2018, 7, 9), "conflict"),
        (PAID_BACK, "paid", JUNE, "again"),
        (LineFacts("closed", 100, "1234", JUNE), "returned", JULY, "conflict"),
        (LineFacts("closed", 100, "1234", JUNE), "paid", JULY, "again"),
    ],
)
def test_every_answer_of_the_bank(line, outcome, on, verdict):
    assert rules.verdict(line, ResultFacts(outcome, 100, "1234", on)) == verdict


def test_another_sum_or_account_is_never_posted():
    assert rules.verdict(SENT, ResultFacts("paid", 101, "1234", JUNE)) == "mismatch"
    assert rules.verdict(SENT, ResultFacts("paid", 100, "9999", JUNE)) == "mismatch"
    assert rules.verdict(SENT, ResultFacts("paid", None, "", JUNE)) == "paid"


def test_files_read_twice_or_foreign_are_refused_whole():
    assert codes(rules.file_faults(True, [])) == ["result_already_read"]
    assert codes(rules.file_faults(False, ["stranger"])) == ["result_foreign"]
    assert codes(rules.file_faults(False, ["again", "mismatch"])) == ["result_nothing_new"]
    assert rules.file_faults(False, ["again", "paid"]) == []


def test_accounts():
    good = rules.AccountFacts("person", "62000000000000000000"[:10], "王小明", "农行", "王小明")
    assert rules.account_faults(good) == []
    assert codes(rules.account_faults(rules.AccountFacts("person", "12", "别人", "", "王小明"))) == [
        "account_digits", "bank_missing", "holder_differs",
    ]  # fmt: skip
    at = datetime(2018, 6, 1, 9)
    assert rules.cooling(at, 24, at + timedelta(hours=23, minutes=59))
    assert not rules.cooling(at, 24, at + timedelta(hours=24)) and not rules.cooling(None, 24, at)


@given(
    st.lists(st.tuples(st.uuids(), st.sampled_from("abc")), min_size=1, max_size=60, unique_by=lambda row: row[0]),
    st.integers(1, 70),
    st.text(max_size=8),
)
def test_a_sample_is_drawn_again_the_same(rows, size, seed):
    people = [(str(key), stratum) for key, stratum in rows]
    drawn = rules.draw(people, size, seed)
    assert drawn == rules.draw(list(reversed(people)), size, seed)
    assert len(drawn) == len(set(drawn)) == min(size, len(people))
    if size >= 3:
        assert {stratum for _, stratum in people} == {dict(people)[key] for key in drawn}


def test_every_state_and_move_has_words():
    for flow in (states.BATCH_FLOW, states.PAYMENT_FLOW, states.REVERSAL_FLOW, states.DOUBT_FLOW):
        assert all(move.label for move in flow.moves)
        assert {move.target for move in flow.moves} | {flow.initial} == set(flow.states)


def test_layouts_are_registered():
    assert set(LAYOUTS.keys()) >= {"sheet", "csv", "short"}
