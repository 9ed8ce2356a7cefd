"""How much a grassroots union may give at a 慰问: the province's table as data (domain rules 6.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gongjia.base import money
from gongjia.base.refused import Reason
from gongjia.work.households import kinds


@dataclass(frozen=True)
class Cap:
    why: str
    valid_from: date
    amount: int
    per: str
    mode: str
    document: str = ""


@dataclass(frozen=True)
class Given:
    """What is to be entered, and what the person had in the year for the same reason."""

    why: str
    on: date
    today: date
    worth: int  # money and goods, fen
    before: int = 0


def cap_on(caps: Iterable[Cap], why: str, day: date) -> Cap | None:
    """The cap in force that day."""
    found = [cap for cap in caps if cap.why == why and cap.valid_from <= day]
    return max(found, key=lambda cap: cap.valid_from, default=None)


def faults(given: Given) -> list[Reason]:
    found = []
    if given.on > given.today:
        found.append(Reason("on_in_future", "慰问日期在今天之后。", fact=str(given.on)))
    if given.worth <= 0:
        found.append(Reason("nothing_given", "请填写慰问金，或慰问品和价值。"))
    return found


def over_cap(given: Given, cap: Cap | None) -> Reason | None:
    """Why it is above the table; None when it is not. As much as the cap is within it."""
    if cap is None:
        return None
    total = given.worth + (given.before if cap.per == kinds.CapPer.YEAR else 0)
    if total <= cap.amount:
        return None
    label, each = kinds.CondoleWhy(cap.why).label, kinds.CapPer(cap.per).label
    sum_words = f"{money.show(total)}" if total == given.worth else f"本年累计 {money.show(total)}"
    return Reason(
        "over_cap",
        f"{label}{each}最多 {money.show(cap.amount)}，这次{sum_words}。",
        fact=money.show(total),
        clause=cap.document,
        cure="请核对金额；确需超过的，先报上级工会。",
    )
