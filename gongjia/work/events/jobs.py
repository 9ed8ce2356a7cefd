"""Timed work of events; `config/jobs.py` says when."""

from __future__ import annotations

from gongjia.base import clock
from gongjia.base.actor import Actor
from gongjia.work.events import actions, powers


def expire_offers() -> int:
    """Every minute: places moved up to and not confirmed in time go to the next in line."""
    return actions.expire_due(actor=Actor.system("递补到期", (powers.SIGN,)), at=clock.now())


def follow_events() -> dict[str, int]:
    """Every minute: windows close, handed-down places come back, events that are over count as held."""
    return actions.follow_due(actor=Actor.system("活动到期办理", (powers.OPEN,)), at=clock.now())


def follow_draws() -> dict[str, int]:
    """Every five minutes: lists that closed are sealed and published, large draws told, late ones written down."""
    return actions.follow_draws(actor=Actor.system("摇号到期办理", (powers.DRAW,)), at=clock.now())


def remind_of_events() -> int:
    """Every ten minutes: whoever has a place hears of it the day before."""
    return actions.remind(actor=Actor.system("活动提醒", ()), at=clock.now())


def tell_rushed() -> int:
    """Every minute: whoever got a place in the rush has a message of it, off the rush's own road."""
    return actions.tell_rushed(at=clock.now())


def check_counters() -> int:
    """Every night: every counter of places against its rows."""
    return actions.check_counters()


def forget_children() -> int:
    """Every night: names and notes of children whose class has been over for half a year."""
    return actions.forget_due(actor=Actor.system("托班资料清除", (powers.CHILDREN,)), at=clock.now())
