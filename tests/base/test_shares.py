"""Whole things divided: the sum is kept, the largest remainders are rounded up, ties go by key."""

from __future__ import annotations

import random

import pytest

from gongjia.base.shares import by_weight


def test_largest_remainder():
    # 21 of 100/55/45: 10.5, 5.775, 4.725: the two largest remainders are rounded up
    assert by_weight(21, {"a": 100, "b": 55, "c": 45}) == {"a": 10, "b": 6, "c": 5}


def test_of_equal_remainders_the_lower_code_comes_first():
    assert by_weight(5, {"330182003": 1, "330182001": 1, "330182002": 1}) == {
        "330182001": 2, "330182002": 2, "330182003": 1,
    }  # fmt: skip
    assert by_weight(1, {"b": 7, "a": 7}) == {"a": 1, "b": 0}


def test_who_weighs_nothing_gets_nothing():
    assert by_weight(7, {"a": 0, "b": 3, "c": 0}) == {"a": 0, "b": 7, "c": 0}
    assert by_weight(7, {"a": 0, "b": 0}) == {"a": 0, "b": 0}
    assert by_weight(0, {"a": 3}) == {"a": 0} and by_weight(3, {}) == {}


@pytest.mark.parametrize("total, weights", ((-1, {"a": 1}), (1, {"a": -1, "b": 3})))
def test_nothing_negative(total, weights):
    with pytest.raises(ValueError, match="not negative"):
        by_weight(total, weights)


def test_the_sum_is_kept_and_nobody_is_a_whole_one_off_the_exact_share():
    dice = random.Random(7)
    for _turn in range(300):
        weights = {f"{n:03d}": dice.choice((0, 1, dice.randint(0, 5000))) for n in range(dice.randint(1, 40))}
        total, whole = dice.randint(0, 500), sum(weights.values())
        shares = by_weight(total, weights)
        assert sum(shares.values()) == (total if whole else 0)
        for key, weight in weights.items():
            assert not whole or abs(shares[key] * whole - total * weight) < whole
