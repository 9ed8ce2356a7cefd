"""Our own stable codes and the pre-order key of the tree."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gongjia.who.orgs.kinds import PART_KINDS, UPPER_KINDS

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
WIDTH = 4
CODE = re.compile(r"\d{6}(?:\d{3}|\d{6})?(?:-(?:K\d{2,3}|\d{2,6}))*")


def code_ok(code: str) -> bool:
    """330182, 330182001, 330182-K01, 330182001-0007, 330182001-0007-01 …"""
    return CODE.fullmatch(code) is not None


def segment(number: int) -> str:
    """One level of a path: four base-36 characters, so that byte order is the order of siblings."""
    if not 0 <= number < 36**WIDTH:
        raise ValueError(f"no room for sibling {number}")
    text = ""
    for _ in range(WIDTH):
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
    return text


def next_segment(last: str | None) -> str:
    """The segment after a sibling's (the first one is 0001)."""
    return segment(int(last, 36) + 1 if last else 1)


def stem(parent_code: str, kind: str) -> tuple[str, int]:
    """What a new code below a parent begins with, and how many digits follow.

    Upper unions without a division code of their own (development zones, industries) are K01 …;
    basic unions 0001 …; branches and groups 01 …
    """
    if kind in UPPER_KINDS:
        return f"{parent_code}-K", 2
    return f"{parent_code}-", 2 if kind in PART_KINDS else 4


def next_code(parent_code: str, kind: str, taken: Iterable[str]) -> str:
    """The next free code below a parent. A code is never used again, so `taken` includes closed unions."""
    start, width = stem(parent_code, kind)
    numbers = [int(rest) for code in taken if code.startswith(start) and (rest := code[len(start) :]).isdigit()]
    return f"{start}{max(numbers, default=0) + 1:0{width}d}"
