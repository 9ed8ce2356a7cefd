"""Titles that ranks of a contest bring, by its level and class (domain rules 4.1).

一类: across industries, led by 人社; 二类: of one industry or system. A contest may name titles of its own instead.
"""

from __future__ import annotations

from dataclasses import dataclass

CLASSES = {"1": "一类（跨行业，人社部门牵头）", "2": "二类（单个行业、系统）"}


@dataclass(frozen=True)
class TitleRow:
    """Ranks 1 to `upto` of each trade get it. `{place}` stands for the province, city or county."""

    level: str
    klass: str
    upto: int
    title: str


TITLES = (
    TitleRow("provincial", "1", 5, "{place}技术能手"),
    TitleRow("provincial", "2", 3, "{place}技术能手"),
    TitleRow("prefecture", "1", 2, "{place}技术能手"),
    TitleRow("prefecture", "2", 1, "{place}技术能手"),
    TitleRow("county", "1", 2, "{place}技术能手"),
    TitleRow("county", "2", 1, "{place}技术能手"),
)
# ranks up to which somebody may be promoted to technician out of turn (破格晋升技师、高级技师)
PROMOTES = {("provincial", "1"): 8, ("provincial", "2"): 5, ("prefecture", "1"): 3, ("prefecture", "2"): 1}


def promotes(level: str, klass: str, rank: int) -> bool:
    return rank <= PROMOTES.get((level, klass), 0)
