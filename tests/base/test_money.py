from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongjia.base import money
from gongjia.base.refused import Refused


@pytest.mark.parametrize(
    "text,fen",
    [
        ("45,000.00", 4_500_000),
        ("45000", 4_500_000),
        (45000, 4_500_000),
        (Decimal("45000.5"), 4_500_050),
        ("4.5万", 4_500_000),
        ("4.5 万元", 4_500_000),
        ("20.16万元", 20_160_000),
        ("0.0001万元", 100),
        ("1.2亿元", 12_000_000_000),
        ("¥45,000.00", 4_500_000),
        ("￥ 45000元", 4_500_000),
        ("人民币45000元整", 4_500_000),
        ("４５，０００．００", 4_500_000),
        ("0.01", 1),
        ("1.500", 150),
        ("0", 0),
    ],
)
def test_yuan(text, fen):
    assert money.yuan(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "元",
        "4,50",
        "45,00.00",
        "1.234",
        "4.5万5千",
        "abc",
        "-5",
        "1e5",
        "1.2.3",
        "0.0000001万元",
        4.5,
        True,
        None,
        "9" * 20,
    ],
)
def test_yuan_is_strict(text):
    with pytest.raises(Refused) as caught:
        money.yuan(text)
    assert caught.value.codes == ("money_unreadable",)


def test_signed_only_where_asked():
    assert money.yuan("-5.00", signed=True) == -500
    assert money.yuan("¥-5.00", signed=True) == -500


def test_shown():
    assert money.show(4_500_000) == "45,000.00 元"
    assert money.show(-5) == "-0.05 元"
    assert money.plain(20_160_000) == "201,600.00"
    assert money.wan(4_500_000) == "4.5 万元"
    assert money.wan(20_160_000) == "20.16 万元"
    assert money.wan(1_000_000) == "1 万元"
    assert money.wan(123_456_789_01) == "12,345.678901 万元"
    assert money.wan(-1) == "-0.000001 万元"
    assert money.decimal(4_500_001) == Decimal("45000.01")
    with pytest.raises(TypeError):
        money.show(4.5)


@given(st.integers(0, 10**15))
def test_text_reads_back(fen):
    assert money.yuan(money.show(fen)) == fen
    assert money.yuan(money.wan(fen)) == fen
    assert money.yuan(money.decimal(fen)) == fen


@pytest.mark.parametrize(
    "fen,text",
    [
        (4_500_000, "肆万伍仟元整"),
        (0, "零元整"),
        (1000, "壹拾元整"),
        (140_950, "壹仟肆佰零玖元伍角整"),
        (600_714, "陆仟零柒元壹角肆分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (10_050_000, "壹拾万零伍佰元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (100_000_000_000_00, "壹仟亿元整"),
        (1_000_000_000_000_00, "壹万亿元整"),
        (1_000_000_010_000_00, "壹万亿零壹万元整"),
        (-32_504, "负叁佰贰拾伍元零肆分"),
    ],
)
def test_capital(fen, text):
    assert money.capital(fen) == text


@given(st.one_of(st.integers(1, 10**12), st.integers(1, 9999).map(lambda n: n * 10**6), st.integers(1, 10**6)))
def test_capital_against_cn2an(fen):
    """cn2an reads our text back to the same amount (whole yuan: it knows no 角 and 分)."""
    whole = fen - fen % 100
    if whole:
        text = money.capital(whole).removesuffix("元整")
        assert cn2an.cn2an(text, "strict") * 100 == whole


@given(st.integers(100, 10**13))
def test_capital_is_unique(fen):
    assert money.capital(fen) != money.capital(fen + 1)
    assert "零零" not in money.capital(fen)
