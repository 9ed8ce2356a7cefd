"""Words are free, numbers are tags."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongjia.report import show, words
from gongjia.report.figure import figures
from gongjia.report.kinds import Source
from gongjia.report.lines import LineView
from gongjia.report.render import printed


def line(key, value, **more):
    return LineView(figures.get(key), value, 1, Source.HAND, **more)


@pytest.mark.parametrize(
    ("key", "value", "how", "text"),
    [
        ("honours.craftsmen", 10, "", "10"),
        ("honours.craftsmen", 10, "unit", "10名"),
        ("honours.craftsmen", None, "", "×"),
        ("honours.craftsmen", None, "wan", "×"),
        ("care.mutual_aid_covers", 58_000, "wan", "5.8万"),
        ("care.mutual_aid_covers", 58_000, "", "58000"),
        ("care.accident_paid", 4_500_000, "wan", "4.5万元"),
        ("care.accident_paid", 4_500_000, "unit", "45000元"),
        ("care.accident_paid", 4_500_050, "unit", "45000.50元"),
        ("care.gifts_households_paid", 20_160_000, "wan", "20.16万元"),
        ("places.palace_investment", 3_860_000_000, "wan", "3860万元"),
    ],
)
def test_how_numbers_are_printed(key, value, how, text):
    assert printed(line(key, value), how) == text


@pytest.mark.parametrize(
    ("value", "target", "text"),
    [
        (46, 40, "超额完成年初预定工作目标"),
        (40, 40, "完成年初预定工作目标"),
        (35, 40, "完成年初预定工作目标的87.5%"),
        (46, None, "×"),
        (None, 40, "×"),
    ],
)
def test_the_claim_about_a_target_is_computed(value, target, text):
    assert printed(line("labour.model_units", value, target=target, reached=value), "attained") == text


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [(41, 40, "同比增长2.5%"), (30, 40, "同比下降25%"), (40, 40, "与上年同期持平"), (40, 0, "×"), (40, None, "×")],
)
def test_the_claim_about_the_year_before_is_computed(now, before, text):
    assert printed(line("skills.talks", now, compared=before), "compared") == text


def test_typed_numbers_are_noticed():
    text = "新建工会19家，\n2018年召开十五届十次全委会，第3期，投入1,200.5万元，参加{{ honours.craftsmen }}名。"
    assert words.typed_numbers(text) == [(1, "19家"), (2, "1,200.5万元")]


def test_lines_and_paragraphs():
    found = words.parse("# 标题\n甲，\n乙。\n\n{{ honours.craftsmen }}丙。")
    assert [(one.number, one.text, one.heading, one.opens) for one in found] == [
        (1, "标题", True, False), (2, "甲，", False, True), (3, "乙。", False, False), (5, "{{ honours.craftsmen }}丙。", False, True),
    ]  # fmt: skip
    assert [one.has_figure for one in found] == [False, False, False, True]
    assert words.digest_of("甲 ，") == found[1].digest


@given(st.text())
def test_any_text_is_parsed_and_judged(text):
    found = words.parse(text)
    faults = words.faults(text)
    assert all(1 <= one.number <= len(text.splitlines()) for one in found)
    assert bool(faults) or "{{" not in "".join(piece for one in found for piece in one.parts if isinstance(piece, str))


def test_stored_and_loaded():
    from decimal import Decimal

    ratio = figures.get("orgs.coverage")
    assert show.stored(ratio, Decimal("87.5")) == 875 and show.loaded(ratio, 875) == Decimal("87.5")
    assert show.outside(ratio, Decimal("87.5")) == 87.5
    money = figures.get("care.aid_paid")
    assert show.outside(money, 4_500_000) == 45000 and show.outside(money, 4_500_001) == 45000.01
    assert show.outside(money, None) is None
