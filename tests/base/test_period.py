from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongjia.base.period import Period, add_months
from gongjia.base.refused import Refused

D = date
FORMS = [
    ("2018", D(2018, 1, 1), D(2018, 12, 31), "2018", "2018年"),
    ("2018年", D(2018, 1, 1), D(2018, 12, 31), "2018", "2018年"),
    ("2018年度", D(2018, 1, 1), D(2018, 12, 31), "2018", "2018年"),
    ("2018H1", D(2018, 1, 1), D(2018, 6, 30), "2018H1", "2018年上半年"),
    ("2018h2", D(2018, 7, 1), D(2018, 12, 31), "2018H2", "2018年下半年"),
    ("2018-H1", D(2018, 1, 1), D(2018, 6, 30), "2018H1", "2018年上半年"),
    ("２０１８Ｈ１", D(2018, 1, 1), D(2018, 6, 30), "2018H1", "2018年上半年"),
    ("2018年上半年", D(2018, 1, 1), D(2018, 6, 30), "2018H1", "2018年上半年"),
    ("2018Q3", D(2018, 7, 1), D(2018, 9, 30), "2018Q3", "2018年第三季度"),
    ("2018年第三季度", D(2018, 7, 1), D(2018, 9, 30), "2018Q3", "2018年第三季度"),
    ("2018年4季度", D(2018, 10, 1), D(2018, 12, 31), "2018Q4", "2018年第四季度"),
    ("2018-06", D(2018, 6, 1), D(2018, 6, 30), "2018-06", "2018年6月"),
    ("2018/2", D(2018, 2, 1), D(2018, 2, 28), "2018-02", "2018年2月"),
    ("2020年2月", D(2020, 2, 1), D(2020, 2, 29), "2020-02", "2020年2月"),
    ("2018-06-30", D(2018, 6, 30), D(2018, 6, 30), "2018-06-30", "2018年6月30日"),
    ("2018年6月30日", D(2018, 6, 30), D(2018, 6, 30), "2018-06-30", "2018年6月30日"),
    ("2018-01-01..2018-06-30", D(2018, 1, 1), D(2018, 6, 30), "2018H1", "2018年上半年"),
    ("2018-01-15 .. 2018-06-20", D(2018, 1, 15), D(2018, 6, 20), "2018-01-15..2018-06-20", "2018年1月15日至6月20日"),
    (
        "2018年1月15日至2019年6月20日",
        D(2018, 1, 15),
        D(2019, 6, 20),
        "2018-01-15..2019-06-20",
        "2018年1月15日至2019年6月20日",
    ),
    ("2018年1月15日至6月20日", D(2018, 1, 15), D(2018, 6, 20), "2018-01-15..2018-06-20", "2018年1月15日至6月20日"),
    ("2018年1至8月", D(2018, 1, 1), D(2018, 8, 31), "2018-01-01..2018-08-31", "2018年1至8月"),
]


@pytest.mark.parametrize("text,first,last,canonical,label", FORMS)
def test_every_form(text, first, last, canonical, label):
    period = Period.parse(text)
    assert (period.start, period.last_day) == (first, last)
    assert period.end == last + timedelta(days=1)
    assert str(period) == canonical
    assert period.label_zh() == label
    assert Period.parse(label) == period


@pytest.mark.parametrize(
    "text",
    ["", "18H1", "2018H3", "2018Q5", "2018-13", "2018-02-30", "0000", "2018-06-30..2018-01-01", "去年", "2018年9至8月"],
)
def test_unreadable_is_refused(text):
    with pytest.raises(Refused) as caught:
        Period.parse(text)
    assert caught.value.codes[0] in ("period_unreadable", "period_empty")


def test_half_open():
    half = Period.parse("2018H1")
    assert half.contains(D(2018, 1, 1)) and half.contains(D(2018, 6, 30))
    assert not half.contains(D(2018, 7, 1)) and not half.contains(D(2017, 12, 31))
    assert not half.overlaps(Period.parse("2018H2"))


@pytest.mark.parametrize(
    "text,previous,year_before",
    [
        ("2018H1", "2017H2", "2017H1"),
        ("2018", "2017", "2017"),
        ("2018Q1", "2017Q4", "2017Q1"),
        ("2018-03", "2018-02", "2017-03"),
        ("2020-02", "2020-01", "2019-02"),
        ("2021-02", "2021-01", "2020-02"),
        ("2018-01-01..2018-08-31", "2017-05-01..2017-12-31", "2017-01-01..2017-08-31"),
        ("2018-01-11..2018-01-20", "2018-01-01..2018-01-10", "2017-01-11..2017-01-20"),
        ("2020-02-29", "2020-02-28", "2019-02-28"),
    ],
)
def test_neighbours(text, previous, year_before):
    period = Period.parse(text)
    assert str(period.previous()) == previous
    assert str(period.year_before()) == year_before
    assert period.previous().end == period.start


@given(st.dates(D(1901, 1, 1), D(2900, 1, 1)), st.integers(1, 800))
def test_text_reads_back(start, length):
    period = Period(start, start + timedelta(days=length))
    assert Period.parse(str(period)) == period
    assert Period.parse(period.label_zh()) == period


def test_months_end_where_the_month_ends():
    assert add_months(D(2018, 1, 31), 1) == D(2018, 2, 28)
    assert add_months(D(2018, 12, 31), 2) == D(2019, 2, 28)
    assert add_months(D(2018, 3, 15), -3) == D(2017, 12, 15)
