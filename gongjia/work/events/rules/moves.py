"""Guards of moves: facts in, reasons out. Half-open times: a limit named T holds for moments before T."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gongjia.base.refused import Reason, fact_of

Facts = Mapping[str, Any]


def says_why(facts: Facts | None) -> list[Reason]:
    """Whoever takes something from others says why."""
    if str((facts or {}).get("why", "")).strip():
        return []
    return [Reason("why_missing", "请写明原因。", cure="写一句当事人看得懂的话。")]


def may_open(facts: Facts) -> list[Reason]:
    """What an event must have before anybody sees it: `faults` were found by `rules.plan`."""
    return list(facts.get("faults", ()))


def may_close(facts: Facts) -> list[Reason]:
    """By hand only with a reason; by itself from `closes_at` on."""
    at, closes_at = facts["at"], facts["closes_at"]
    if closes_at is None or at >= closes_at or str(facts.get("why", "")).strip():
        return []
    return [
        Reason(
            "closes_later",
            "还没到报名截止时间，提前截止要写明原因。",
            fact=fact_of(closes_at),
            cure="写明原因，或等到截止时间。",
        )
    ]


def may_hold(facts: Facts) -> list[Reason]:
    """An event has been held when its last session began; a draw must not lie open."""
    found = []
    if not facts["sessions"]:
        found.append(Reason("no_session", "没有场次，不能登记为已举办。", cure="先补上举办时间。"))
    elif facts["at"] < facts["last_start"]:
        found.append(
            Reason(
                "not_yet_held",
                "最后一场还没开始，不能登记为已举办。",
                fact=fact_of(facts["last_start"]),
                cure="等活动开始以后再登记。",
            )
        )
    if facts.get("draw_open"):
        found.append(Reason("draw_open", "摇号还没有开号，不能登记为已举办。", cure="先开号，或登记未能开号的原因。"))
    return found


def may_settle(facts: Facts) -> list[Reason]:
    """Settled once every session is over."""
    if facts["at"] >= facts["last_end"]:
        return []
    return [
        Reason(
            "not_yet_over",
            "活动还没结束，不能办结。",
            fact=fact_of(facts["last_end"]),
            cure="活动全部结束以后再办结。",
        )
    ]


def may_confirm(facts: Facts) -> list[Reason]:
    """A place is held for `[offered, held_until)`."""
    if facts["at"] < facts["held_until"]:
        return []
    return [
        Reason(
            "held_over",
            "递补名额的保留时间已过。",
            fact=fact_of(facts["held_until"]),
            cure="名额已给下一位候补，可以重新排候补。",
        )
    ]


def may_expire(facts: Facts) -> list[Reason]:
    if facts["at"] >= facts["held_until"]:
        return []
    return [Reason("still_held", "递补名额还在保留时间内。", fact=fact_of(facts["held_until"]))]


def may_cancel(facts: Facts) -> list[Reason]:
    """Until the first session that the sign-up is for begins; afterwards it is attended or a no-show."""
    starts_at = facts.get("starts_at")
    if starts_at is None or facts["at"] < starts_at or facts.get("by_event"):
        return []
    return [
        Reason(
            "already_begun",
            "活动已经开始，不能再取消报名。",
            fact=fact_of(starts_at),
            cure="没能到场的，可以向主办工会说明原因。",
        )
    ]
