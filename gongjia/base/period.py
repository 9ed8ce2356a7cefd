"""A span of days, half-open: `end` is the first day that no longer belongs to it.

One text form per span, so that `2018H1` means the same on a page, in an address and in a file:
`2018`, `2018H1`, `2018Q3`, `2018-06`, `2018-06-30`, `2018-01-01..2018-06-30` (both days inclusive in
this last form, since that is how people write a span).
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from gongjia.base.refused import Reason, Refused

_DAY = timedelta(days=1)
_QUARTERS = "一二三四"
_WIDE = str.maketrans("０１２３４５６７８９－．／ＨｈＱｑ～", "0123456789-./HhQq~")
_ISO = r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?"
_YEAR = re.compile(r"(\d{4})(?:年度?|年全年)?")
_HALF = re.compile(r"(\d{4})-?[Hh]([12])|(\d{4})年?([上下])半年")
_QUARTER = re.compile(r"(\d{4})-?[Qq]([1-4])|(\d{4})年?第?([一二三四1-4])季度")
_MONTH = re.compile(r"(\d{4})[-./年](\d{1,2})月?")
_ONE_DAY = re.compile(_ISO)
_SPAN = re.compile(_ISO + r"(?:\.\.|~|至|到|—)" + _ISO)
_SPAN_SAME_YEAR = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日[至到](\d{1,2})月(\d{1,2})日")
_MONTHS = re.compile(r"(\d{4})年(\d{1,2})[至到~-](\d{1,2})月")


def add_months(day: date, months: int) -> date:
    """The same day of another month; where that month is shorter, its last day (MFD 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, order=True)
class Period:
    """`[start, end)`: `Period.parse("2018H1")` is 2018-01-01 up to, not including, 2018-07-01."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise Refused(
                Reason(
                    "period_empty",
                    "期间的开始日不能晚于结束日。",
                    fact=f"{self.start.isoformat()}..{(self.end - _DAY).isoformat()}",
                    cure="请重新填写起止日期",
                )
            )

    # building -------------------------------------------------------------------------------
    @classmethod
    def year(cls, year: int) -> Period:
        return cls(date(year, 1, 1), date(year + 1, 1, 1))

    @classmethod
    def months(cls, year: int, first: int, count: int) -> Period:
        """`count` whole months from month `first` of `year`."""
        start = date(year, first, 1)
        return cls(start, add_months(start, count))

    @classmethod
    def days(cls, first: date, last: date) -> Period:
        """Both days belong to it."""
        return cls(first, last + _DAY)

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read any of the text forms, also the Chinese ones of `label_zh`; `Refused` otherwise."""
        given = re.sub(r"\s+", "", str(text)).translate(_WIDE)
        try:
            period = cls._read(given)
        except ValueError:  # a 13th month, a 31st of June, year 0
            period = None
        if period is None:
            raise Refused(
                Reason(
                    "period_unreadable",
                    "看不懂这个期间。可以写成 2018、2018H1、2018Q3、2018-06 或 2018-01-01..2018-06-30。",
                    fact=str(text)[:40],
                    cure="请按例子重新填写",
                )
            )
        return period

    @classmethod
    def _read(cls, text: str) -> Period | None:
        if match := _YEAR.fullmatch(text):
            return cls.year(int(match[1]))
        if match := _HALF.fullmatch(text):
            second = (match[2] or match[4]) in ("2", "下")
            return cls.months(int(match[1] or match[3]), 7 if second else 1, 6)
        if match := _QUARTER.fullmatch(text):
            which = match[2] or match[4]
            number = int(which) if which.isdigit() else _QUARTERS.index(which) + 1
            if not 1 <= number <= 4:
                return None
            return cls.months(int(match[1] or match[3]), number * 3 - 2, 3)
        if match := _SPAN.fullmatch(text):
            numbers = [int(part) for part in match.groups()]
            return cls.days(date(*numbers[:3]), date(*numbers[3:]))
        if match := _SPAN_SAME_YEAR.fullmatch(text):
            year, *rest = (int(part) for part in match.groups())
            return cls.days(date(year, rest[0], rest[1]), date(year, rest[2], rest[3]))
        if match := _MONTHS.fullmatch(text):
            year, first, last = (int(part) for part in match.groups())
            return cls.months(year, first, last - first + 1) if 1 <= first <= last <= 12 else None
        if match := _ONE_DAY.fullmatch(text):
            day = date(*(int(part) for part in match.groups()))
            return cls.days(day, day)
        if match := _MONTH.fullmatch(text):
            return cls.months(int(match[1]), int(match[2]), 1)
        return None

    # reading --------------------------------------------------------------------------------
    @property
    def last_day(self) -> date:
        return self.end - _DAY

    @property
    def length(self) -> int:
        """Days in it."""
        return (self.end - self.start).days

    def contains(self, day: date) -> bool:
        return self.start <= day < self.end

    __contains__ = contains

    def overlaps(self, other: Period) -> bool:
        return self.start < other.end and other.start < self.end

    @property
    def whole_months(self) -> int:
        """How many whole calendar months it is made of; 0 when it is not made of whole months."""
        if self.start.day != 1 or self.end.day != 1:
            return 0
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month

    def __str__(self) -> str:
        months, start = self.whole_months, self.start
        if months == 12 and start.month == 1:
            return f"{start.year:04d}"
        if months == 6 and start.month in (1, 7):
            return f"{start.year:04d}H{1 if start.month == 1 else 2}"
        if months == 3 and start.month % 3 == 1:
            return f"{start.year:04d}Q{(start.month + 2) // 3}"
        if months == 1:
            return f"{start.year:04d}-{start.month:02d}"
        if self.length == 1:
            return start.isoformat()
        return f"{start.isoformat()}..{self.last_day.isoformat()}"

    def label_zh(self) -> str:
        """`2018年上半年`, `2018年`, `2018年第三季度`, `2018年6月`, `2018年1月1日至6月30日` …"""
        months, start, last = self.whole_months, self.start, self.last_day
        if months == 12 and start.month == 1:
            return f"{start.year}年"
        if months == 6 and start.month in (1, 7):
            return f"{start.year}年{'上' if start.month == 1 else '下'}半年"
        if months == 3 and start.month % 3 == 1:
            return f"{start.year}年第{_QUARTERS[start.month // 3]}季度"
        if months == 1:
            return f"{start.year}年{start.month}月"
        if months and start.year == last.year:
            return f"{start.year}年{start.month}至{last.month}月"
        first = f"{start.year}年{start.month}月{start.day}日"
        if self.length == 1:
            return first
        year = "" if start.year == last.year else f"{last.year}年"
        return f"{first}至{year}{last.month}月{last.day}日"

    # neighbours -----------------------------------------------------------------------------
    def previous(self) -> Period:
        """The span of the same length right before (环比): of 2018H1 it is 2017H2."""
        if months := self.whole_months:
            return Period(add_months(self.start, -months), self.start)
        return Period(self.start - timedelta(days=self.length), self.start)

    def year_before(self) -> Period:
        """The same span one year earlier (同比); a 29 February becomes the 28th, a whole month stays whole."""
        if self.whole_months:
            return Period(add_months(self.start, -12), add_months(self.end, -12))
        return Period.days(add_months(self.start, -12), add_months(self.last_day, -12))
