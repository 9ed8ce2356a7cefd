"""Sums: tax, the share of each purse, what is left under a line and under every ceiling. All in fen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from gongjia.base import money
from gongjia.base.refused import Reason


@dataclass(frozen=True)
class Tax:
    """What is withheld, by which row of the table."""

    amount: int
    rule: str
    clause: str


def class_of(kind: str, type_key: str, to_org: bool, classes: Iterable[dict[str, str]]) -> str:
    """The tax class of an award; money to a union is nobody's income."""
    if to_org:
        return "none"
    found = ""
    for row in classes:
        if row.get("type") and row["type"] == type_key:
            return row["class"]
        if not row.get("type") and row["kind"] == kind:
            found = found or row["class"]
    return found or "none"


def tax_of(
    gross: int, kind: str, type_key: str, to_org: bool, classes: Iterable[dict[str, str]], rows: dict[str, dict]
) -> Tax:
    """个人所得税法: prizes are 偶然所得, relief is exempt. Rounded half up to the fen, never a float."""
    row = rows.get(class_of(kind, type_key, to_org, classes))
    if row is None:
        return Tax(0, "", "")
    return Tax((gross * int(row["rate"]) + 5000) // 10000, row["key"], row["clause"])


@dataclass(frozen=True)
class Purse:
    """One earmark of a round and what is left of it. `share`: its part of every payment in 1/10000; None: it fills
    up in order of `position` with what the shares leave."""

    id: UUID
    left: int
    share: int | None = None
    position: int = 0


def split(gross: int, purses: Sequence[Purse]) -> dict[UUID, int]:
    """How one payment is carried by the purses of its round (shares between levels, domain rules 10).

    Fixed shares are rounded down to the fen and the rest goes to the purses that fill up, else to the last share.
    An answer that does not add up to `gross` means that there is not enough.
    """
    fixed = [one for one in purses if one.share is not None]
    free = sorted((one for one in purses if one.share is None), key=lambda one: (one.position, str(one.id)))
    parts = {one.id: gross * int(one.share or 0) // 10000 for one in fixed}
    rest = gross - sum(parts.values())
    if rest and not free and fixed and sum(int(one.share or 0) for one in fixed) == 10000:
        parts[fixed[-1].id] += rest
        rest = 0
    for one in fixed:
        if parts[one.id] > one.left:
            parts[one.id] = max(one.left, 0)
    for one in free:
        if take := min(rest, max(one.left, 0)):
            parts[one.id] = take
            rest -= take
    return {key: part for key, part in parts.items() if part}


def covered(gross: int, purses: Sequence[Purse]) -> list[Reason]:
    """专款专用: a payment is carried whole by the money set aside for its round."""
    if not purses:
        return [
            Reason(
                "no_earmark",
                "这个申报批次还没有安排资金，不能发放。",
                clause="专款专用",
                cure="请先在预算里给它安排资金。",
            )
        ]
    have = sum(split(gross, purses).values())
    if have == gross:
        return []
    left = sum(max(one.left, 0) for one in purses)
    return [
        Reason(
            "earmark_short",
            f"安排给这个申报批次的资金不够：还差 {money.show(gross - have)}，一共只剩 {money.show(left)}。",
            fact=money.plain(left),
            clause="专款专用，不超预算",
            cure="请先追加资金安排，或减少本批人数。",
        )
    ]


def within_line(amount: int, left: int) -> list[Reason]:
    """What is set aside stays within the budget line."""
    if amount <= left:
        return []
    return [
        Reason(
            "line_short",
            f"这条预算只剩 {money.show(left)}，不能安排 {money.show(amount)}。",
            fact=money.plain(left),
            clause="不超预算",
            cure="请先追加预算，或换一条预算。",
        )
    ]


def within_award(gross: int, award_amount: int, before: int) -> list[Reason]:
    """All instalments of an award together are at most what was awarded."""
    if gross <= 0:
        return [Reason("amount_zero", "发放金额要大于零。", fact=money.plain(gross))]
    if before + gross <= award_amount:
        return []
    return [
        Reason(
            "award_exceeded",
            f"超过核定金额：核定 {money.show(award_amount)}，已列支 {money.show(before)}，这次又要 {money.show(gross)}。",
            fact=money.plain(before),
            cure="请核对是否重复发放。",
        )
    ]


@dataclass(frozen=True)
class CeilingUse:
    """One ceiling that applies to a payment, and what is claimed under it already."""

    label: str  # 每户每年 · 困难帮扶
    limit: int
    used: int
    clause: str = ""


def over_ceilings(gross: int, uses: Iterable[CeilingUse]) -> list[Reason]:
    """以下 includes the number: a sum equal to the ceiling passes."""
    return [
        Reason(
            "over_ceiling",
            f"超过上限“{use.label}”{money.show(use.limit)}：已列支 {money.show(use.used)}，这次又要 {money.show(gross)}。",
            fact=money.plain(use.used),
            clause=use.clause,
            cure="请减少金额，或按程序调整上限后再办。",
        )
        for use in uses
        if use.used + gross > use.limit
    ]
