"""Places: how many a group is guaranteed, how long one is held, what may be handed down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gongjia.base.refused import Reason


def cap_of(total: int, at_least_percent: int) -> int:
    """How many places those outside a group guaranteed `at_least_percent` may take: 30 places, 60% -> 12."""
    return total * (100 - at_least_percent) // 100


def held_until(at: datetime, hours: int, starts_at: datetime | None) -> datetime:
    """A place moved up to is held so many hours (24 at least: a night shift lies between), never past the start."""
    until = at + timedelta(hours=hours)
    return min(until, starts_at) if starts_at is not None else until


@dataclass(frozen=True)
class HandFacts:
    """A giver about to hand places to unions below: (name, new number, used or handed on there, held before)."""

    free: int  # what the giver has left
    giving: tuple[tuple[str, int, int, int], ...]
    outside: tuple[str, ...] = ()
    others: tuple[str, ...] = ()  # got theirs from another giver


def may_hand(facts: HandFacts) -> list[Reason]:
    """What is handed on stays within what is free; nobody's places fall below what they used."""
    found = [
        Reason("quota_outside", f"“{name}”不在您的下级里，不能分配名额。", name, cure="请只选下级工会。")
        for name in facts.outside
    ]
    found += [
        Reason("quota_other_giver", f"“{name}”的名额由别的工会分配。", name, cure="请联系分配的工会调整。")
        for name in facts.others
    ]
    for name, number, used, _before in facts.giving:
        if number < 0:
            found.append(Reason("quota_negative", f"“{name}”的名额不能是负数。", str(number)))
        elif number < used:
            found.append(Reason("quota_below_used", f"“{name}”已用 {used} 个名额，不能改成 {number} 个。", str(used)))
    more = sum(number - before for _name, number, _used, before in facts.giving)
    if more > facts.free:
        found.append(
            Reason(
                "quota_over",
                f"还要 {more} 个，可分配的只有 {facts.free} 个。",
                str(more),
                cure="请减少数量，或先请下级退回。",
            )
        )
    return found


def may_give_back(asked: int, free: int) -> list[Reason]:
    if asked < 1:
        return [Reason("quota_none", "请填写要退回的名额数。")]
    if asked > free:
        return [Reason("quota_not_free", f"没有用掉的名额只有 {free} 个。", str(asked), cure="请减少数量。")]
    return []


def may_resize(total: int, used: int, handed: int) -> list[Reason]:
    """The number of places never falls below what is taken or lies with unions."""
    if total < used + handed:
        return [
            Reason(
                "below_used", f"已经占用 {used} 个、分配给下级 {handed} 个，总名额不能少于 {used + handed} 个。", str(total),
                cure="先收回下级没用的名额，或等有人取消。",
            )
        ]  # fmt: skip
    return []


@dataclass(frozen=True)
class Waiter:
    """One in a line, in its order. `capped`: outside the guaranteed group."""

    id: object
    seats: int
    capped: bool


def next_up(line: Sequence[Waiter], free: int, cap_free: int | None) -> list[Waiter]:
    """Who moves up: in order, passing over whoever needs more than is free, so that no usable place stays empty."""
    found = []
    for one in line:
        if free <= 0:
            break
        if one.seats > free or (one.capped and cap_free is not None and one.seats > cap_free):
            continue
        found.append(one)
        free -= one.seats
        if one.capped and cap_free is not None:
            cap_free -= one.seats
    return found
