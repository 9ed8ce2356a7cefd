"""Which union takes an applicant, and what of an application may be claimed only once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A row of the routing table; empty columns match everything."""

    org: str
    trade: str = ""
    platform: str = ""
    area: str = ""
    order: int = 0


def union_for(rows: Sequence[Row], *, trade: str = "", platform: str = "", area: str = "") -> Row | None:
    """The most exact row that matches (trade weighs most, then platform, then area), then the lower order.

    会籍 of somebody without an employer's union lies in the township, the area or the trade's union (HJ16 6-7).
    """
    given = {"trade": trade.strip(), "platform": platform.strip(), "area": area.strip()}
    fitting = [
        row for row in rows
        if all(not getattr(row, name) or getattr(row, name) == value for name, value in given.items())
    ]  # fmt: skip
    return min(fitting, key=lambda row: (-exactness(row), row.order), default=None)


def exactness(row: Row) -> int:
    return 4 * bool(row.trade) + 2 * bool(row.platform) + bool(row.area)


def claim_key(
    *, once_per: str, round_id: str, type_key: str, year: int, subject: str, subject_id: str, extra: str = ""
) -> str:
    """What at most one live application may hold: the round, the year's or the lifelong claim of one subject.

    "" where there is no limit or nobody known to count by.
    """
    if once_per == "free" or not subject_id:
        return ""
    span = {"round": f"r:{round_id}", "year": f"y:{type_key}:{year}", "life": f"l:{type_key}"}[once_per]
    return ":".join(part for part in (span, subject[0], subject_id, extra) if part)


def describe(answers: Mapping[str, str]) -> str:
    """What a routing looked at, in words."""
    return "、".join(value for value in (answers.get("trade"), answers.get("platform"), answers.get("area")) if value)
