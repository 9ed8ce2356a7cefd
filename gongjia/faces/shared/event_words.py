"""How an event reads on a page: days, ways of giving places, where one stands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from gongjia.base.clock import SHANGHAI
from gongjia.faces.shared.marks import Tone
from gongjia.work.events import kinds

TONES: dict[str, Tone] = {
    "entered": "info", "waiting": "warning", "offered": "brand", "placed": "success", "cancelled": "neutral",
    "lost": "neutral", "expired": "neutral", "declined": "neutral",
}  # fmt: skip
EVENT_TONES: dict[str, Tone] = {
    "open": "success", "closed": "neutral", "held": "neutral", "settled": "neutral", "cancelled": "danger",
}  # fmt: skip
DAYS = "一二三四五六日"


def clock_of(moment: datetime | None) -> str:
    """9月1日（周六）19:00; midnight at the end of a window is 24:00 of the day before, as people say it."""
    if moment is None:
        return ""
    local = moment.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日（周{DAYS[local.weekday()]}）{local:%H:%M}"


def until(moment: datetime | None) -> str:
    """The end of a window, as people say it: midnight is 24:00 of the day before."""
    if moment is None:
        return ""
    local = moment.astimezone(SHANGHAI)
    if (local.hour, local.minute) != (0, 0):
        return clock_of(moment)
    day = local - timedelta(days=1)
    return f"{day.month}月{day.day}日（周{DAYS[day.weekday()]}）24:00"


def span(starts_at: datetime | None, ends_at: datetime | None) -> str:
    """9月6日（周四）19:00–21:00, and over several days with both days."""
    if starts_at is None:
        return "时间另行通知"
    if ends_at is None:
        return clock_of(starts_at)
    start, end = starts_at.astimezone(SHANGHAI), ends_at.astimezone(SHANGHAI)
    if start.date() == end.date():
        return f"{clock_of(starts_at)}–{end:%H:%M}"
    if end - start < timedelta(hours=12):
        return f"{clock_of(starts_at)}–次日 {end:%H:%M}"
    return f"{start.month}月{start.day}日—{end.month}月{end.day}日"


def session_words(session: Any) -> str:
    name = session.title or f"第 {session.number} 场"
    return f"{name}　{span(session.starts_at, session.ends_at)}"


def hours(minutes: int) -> str:
    """1.5 小时."""
    value = f"{minutes / 60:.1f}".removesuffix(".0")
    return f"{value} 小时"


def closing(event: Any, at: datetime) -> str:
    """One line of a list: whether one can sign up now, and until when."""
    if event.way == kinds.Way.NONE:
        return "不用报名，直接参加"
    if event.way == kinds.Way.NOMINATION:
        return "由工会推荐"
    verb = "登记" if event.way == kinds.Way.LOT else "报名"
    if event.opens_at is not None and at < event.opens_at:
        return f"{clock_of(event.opens_at)}开始{verb}"
    if event.state != "open" or (event.closes_at is not None and at >= event.closes_at):
        return f"{verb}已截止"
    return f"{until(event.closes_at)}截止{verb}" if event.closes_at else f"现在可以{verb}"


def places(event: Any, total: int, used: int) -> str:
    """How many places there are, and where it is by first come also how many are free."""
    if not total:
        return ""
    if event.way == kinds.Way.FIRST:
        return f"余 {max(0, total - used)} / {total} 个名额"
    return f"{total} 个名额"


def short_code(digest: str) -> str:
    """Eight digits of a ticket for typing at the door, where nobody can scan. The same in `door.js`."""
    number = int(digest[:12], 16) % 100_000_000
    return f"{number:08d}"


def spaced(code: str) -> str:
    return f"{code[:4]} {code[4:]}"
