"""Dates of a members' home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from gongjia.base.refused import Reason


@dataclass(frozen=True)
class HomeFacts:
    today: date
    planned_on: date
    started_on: date | None = None
    opened_on: date | None = None
    closed_on: date | None = None


def home_dates_in_order(facts: HomeFacts) -> list[Reason]:
    """Planned, started, opened, closed follow each other, none in the future."""
    steps = [
        ("计划", facts.planned_on),
        ("开工", facts.started_on),
        ("开放", facts.opened_on),
        ("停用", facts.closed_on),
    ]
    known = [(what, day) for what, day in steps if day is not None]
    reasons = [
        Reason(
            "home_dates_order",
            f"{later[0]}日期早于{earlier[0]}日期。",
            fact=f"{earlier[1]} > {later[1]}",
            cure="请核对日期。",
        )
        for earlier, later in pairwise(known)
        if later[1] < earlier[1]
    ]
    if any(day > facts.today for what, day in known[1:]):
        reasons.append(Reason("home_in_future", "日期在今天之后。", cure="到那一天再登记。"))
    return reasons
