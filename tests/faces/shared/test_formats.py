"""How values read on a page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from gongjia.base import clock
from gongjia.faces.shared import formats

TODAY = date(2018, 8, 27)
NOW = datetime(2018, 8, 27, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai


@pytest.mark.parametrize(
    ("value", "words", "tone"),
    [
        (date(2018, 8, 25), "已逾期 2 天", "danger"),
        (date(2018, 8, 27), "今天到期", "warning"),
        (date(2018, 8, 30), "还有 3 天", "warning"),
        (date(2018, 9, 9), "还有 13 天", "neutral"),
        (None, "—", "neutral"),
    ],
)
def test_days_left(value, words, tone):
    assert formats.due(value, TODAY) == words
    assert formats.due_tone(value, TODAY) == tone


@pytest.mark.parametrize(
    ("today", "words", "tone"),
    [
        (date(2018, 9, 28), "还有 2 个工作日", "warning"),
        (date(2018, 9, 21), "还有 6 个工作日", "neutral"),  # over Mid-autumn
        (date(2018, 9, 30), "今天到期", "warning"),
        (date(2018, 10, 5), "已过期限", "danger"),
        (date(2018, 10, 9), "已逾期 2 个工作日", "danger"),
    ],
)
def test_working_days_left_over_a_holiday(today, words, tone):
    assert formats.due(date(2018, 9, 30), today, "workday") == words
    assert formats.due_tone(date(2018, 9, 30), today, "workday") == tone


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=20), "刚刚"),
        (timedelta(minutes=5), "5 分钟前"),
        (timedelta(hours=3), "3 小时前"),
        (timedelta(hours=20), "昨天 14:00"),
        (timedelta(days=4), "4 天前"),
        (timedelta(days=20), "2018-08-07"),
        (timedelta(minutes=-5), "2018-08-27 10:05"),
    ],
)
def test_how_long_ago(before, words):
    assert formats.ago(NOW - before, NOW) == words


def test_times_are_those_of_shanghai():
    late = datetime(2018, 6, 30, 17, 30, tzinfo=UTC)
    assert formats.day(late) == "2018-07-01"
    assert formats.day_zh(late) == "2018年7月1日"
    assert formats.moment(late) == "2018-07-01 01:30"
    assert formats.moment(date(2018, 7, 1)) == "2018-07-01"
    assert formats.until(clock.start_of(date(2018, 7, 1))) == "2018-06-30 24:00"
    assert formats.until(late) == "2018-07-01 01:30"


@pytest.mark.parametrize(
    ("call", "value", "words"),
    [
        (formats.number, 12306, "12,306"),
        (formats.number, 1.50, "1.5"),
        (formats.number, None, "—"),
        (formats.number, 0, "0"),
        (formats.percent, 0.954, "95.4%"),
        (formats.percent, 1, "100%"),
        (formats.percent, 0.1, "10%"),
        (formats.percent, None, "—"),
        (formats.yuan, 4_500_000, "45,000.00 元"),
        (formats.wan, 4_500_000, "4.5 万元"),
        (formats.plain, 0, "0.00"),
        (formats.span, 45, "45 秒"),
        (formats.span, 200, "3 分 20 秒"),
        (formats.span, 3900, "1 小时 5 分"),
        (formats.size, 820, "820 字节"),
        (formats.size, 12_700, "12.4 KB"),
        (formats.size, 3_250_586, "3.1 MB"),
    ],
)
def test_numbers(call, value, words):
    assert call(value) == words


@pytest.mark.parametrize(
    ("value", "kind", "words"),
    [
        ("方建国", "name", "方*"),
        ("19900001200", "phone", "199****1200"),
        ("330100199001010014", "id", "330***********0014"),
        ("", "id", "—"),
        (None, "phone", "—"),
        ("任何内容", "text", "******"),
    ],
)
def test_masks(value, kind, words):
    assert formats.mask(value, kind) == words


def test_a_sealed_value_masks_itself():
    class Sealed:
        def masked(self):
            return "138****1234"

    assert formats.mask(Sealed(), "name") == "138****1234"
