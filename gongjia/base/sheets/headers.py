"""Finding the head of a table that somebody else drew: title rows above it, stars, brackets, two lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gongjia.base.sheets.cells import clean

Aliases = Mapping[str, Sequence[str]]
_BRACKETED = re.compile(r"[(（\[【〔{「<《][^)）\]】〕}」>》]*[)）\]】〕}」>》]")
_SIGNS = re.compile(r"[\s*＊※★☆:：、,，。.·•/／\\_\-—()（）\[\]【】〔〕{}「」<>《》\"'“”‘’?？!！]+")


def normal(title: str) -> str:
    """`* 姓 名（必填）` and `姓名` are the same head; what stands only in brackets counts when nothing else does."""
    title = clean(str(title)).lower()
    return _SIGNS.sub("", _BRACKETED.sub("", title)) or _SIGNS.sub("", title)


def match(row: Sequence[str], aliases: Aliases) -> dict[str, int]:
    """key -> index of its column. A name listed earlier wins over one listed later, the left column over the right."""
    rank: dict[str, tuple[str, int]] = {}
    for key, names in aliases.items():
        for place, name in enumerate(names):
            rank.setdefault(normal(name), (key, place))
    found: dict[str, tuple[int, int]] = {}
    for index, title in enumerate(row):
        if not title or (hit := rank.get(normal(title))) is None:
            continue
        key, place = hit
        if key not in found or place < found[key][0]:
            found[key] = (place, index)
    return {key: index for key, (_, index) in found.items()}


@dataclass(frozen=True)
class Head:
    """Where the head is (index into the rows, how many rows it takes) and which column means what."""

    index: int
    height: int
    columns: dict[str, int]
    titles: list[str]

    @property
    def first_data(self) -> int:
        return self.index + self.height


def find(rows: Sequence[Sequence[str]], aliases: Aliases, within: int = 30, at_least: int = 1) -> Head | None:
    """The row (or two rows) among the first `within` that names the most columns; None when none names `at_least`."""
    heads: list[Head] = []
    for index, row in enumerate(rows[:within]):
        if single := match(row, aliases):
            heads.append(Head(index, 1, single, list(row)))
            if index + 1 < len(rows) and (double := _two_lines(index, row, rows[index + 1], aliases)):
                heads.append(double)
    best = max(heads, key=lambda head: len(head.columns), default=None)  # the first of equals
    return best if best is not None and len(best.columns) >= at_least else None


def _two_lines(index: int, upper: Sequence[str], lower: Sequence[str], aliases: Aliases) -> Head | None:
    """A head of two lines: under 家庭情况 stand 住房 and 人口. Where the lower line names something, it counts.

    The lower line is a head only when it has no figures: a first row of data mostly has.
    """
    if any(re.search(r"\d{4}", cell) for cell in lower):
        return None
    width = max(len(upper), len(lower))
    titles = [
        (lower[i] if i < len(lower) and lower[i] else "") or (upper[i] if i < len(upper) else "") for i in range(width)
    ]
    columns = match(titles, aliases)
    return Head(index, 2, columns, titles) if len(columns) > len(match(upper, aliases)) else None


def unknown(titles: Sequence[str], columns: Mapping[str, int]) -> list[tuple[int, str]]:
    """Columns that have a title and no meaning yet: (index, title)."""
    taken = set(columns.values())
    return [(index, title) for index, title in enumerate(titles) if title.strip() and index not in taken]
