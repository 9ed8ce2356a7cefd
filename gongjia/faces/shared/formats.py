"""How dates, money, numbers and masked values read on a page."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gongjia.base import clock, money, workdays
from gongjia.base.secret import masks

SHANGHAI = ZoneInfo("Asia/Shanghai")
EMPTY = "—"


def _as_day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).date() if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str) and value:
        return date.fromisoformat(value[:10])
    return None


def day(value: Any) -> str:
    """2018-06-30, for tables."""
    found = _as_day(value)
    return found.isoformat() if found else EMPTY


def until(value: Any) -> str:
    """The end of a window: 2018-06-30 24:00 rather than the first moment of the next day."""
    if not isinstance(value, datetime) or not value.tzinfo:
        return moment(value)
    local = value.astimezone(SHANGHAI)
    if (local.hour, local.minute) != (0, 0):
        return moment(value)
    return f"{local - timedelta(days=1):%Y-%m-%d} 24:00"


def day_zh(value: Any) -> str:
    """2018年6月30日, for sentences."""
    found = _as_day(value)
    return f"{found.year}年{found.month}月{found.day}日" if found else EMPTY


def moment(value: Any) -> str:
    """2018-06-30 14:05 in Asia/Shanghai."""
    if isinstance(value, str) and value:
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        return day(value)
    local = value.astimezone(SHANGHAI) if value.tzinfo else value
    return local.strftime("%Y-%m-%d %H:%M")


def hour(value: Any) -> str:
    """14:05."""
    return moment(value)[11:] if isinstance(value, datetime) else EMPTY


def yuan(fen: int | None) -> str:
    """45,000.00 元."""
    return EMPTY if fen is None else money.show(fen)


def plain(fen: int | None) -> str:
    """45,000.00, where the unit stands elsewhere."""
    return EMPTY if fen is None else money.plain(fen)


def wan(fen: int | None) -> str:
    """4.5 万元."""
    return EMPTY if fen is None else money.wan(fen)


def number(value: Any) -> str:
    """12,306; a float keeps at most two decimals."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)


def percent(value: float | None, places: int = 1) -> str:
    """0.954 -> 95.4%."""
    if value is None:
        return EMPTY
    text = f"{value * 100:.{places}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


def mask(value: Any, kind: str = "text") -> str:
    """A sealed value by its own rule; plain text by kind: name 张*, phone 138****1234, id 330***********0014."""
    if value is None or value == "":
        return EMPTY
    if hasattr(value, "masked"):
        return value.masked() or EMPTY
    return masks.MASKS[kind](str(value))


def days_left(value: Any, today: date | None = None, unit: workdays.Unit = "day") -> int | None:
    """Days until that day, in the unit that its rule counts in; negative when it is past."""
    found = _as_day(value)
    return None if found is None else workdays.days_left(today or clock.today(), found, unit)


def due(value: Any, today: date | None = None, unit: workdays.Unit = "day") -> str:
    """还有 3 天 · 今天到期 · 已逾期 2 个工作日 · 已过期限 (over, but no working day since)."""
    found, today = _as_day(value), today or clock.today()
    left = days_left(value, today, unit)
    if found is None or left is None:
        return EMPTY
    if found == today:
        return "今天到期"
    words = f"{abs(left)} {'个工作日' if unit == 'workday' else '天'}"
    if found < today:
        return f"已逾期 {words}" if left else "已过期限"
    return f"还有 {words}"


def due_tone(value: Any, today: date | None = None, unit: workdays.Unit = "day") -> str:
    """The tone of `due`: danger past, warning within three days."""
    found, today = _as_day(value), today or clock.today()
    left = days_left(value, today, unit)
    if found is None or left is None:
        return "neutral"
    return "danger" if found < today else "warning" if left <= 3 else "neutral"


def ago(value: Any, now: datetime | None = None) -> str:
    """刚刚 · 5 分钟前 · 3 小时前 · 昨天 14:05 · 2018-06-30."""
    if not isinstance(value, datetime):
        return day(value)
    now = now or clock.now()
    seconds = int((now - value).total_seconds())
    if seconds < 0:
        return moment(value)
    if seconds < 60:
        return "刚刚"
    if seconds < 3600:
        return f"{seconds // 60} 分钟前"
    here, there = now.astimezone(SHANGHAI), value.astimezone(SHANGHAI)
    gap = (here.date() - there.date()).days
    if gap == 0:
        return f"{seconds // 3600} 小时前"
    if gap == 1:
        return f"昨天 {there:%H:%M}"
    return there.strftime("%Y-%m-%d") if there.year != here.year or gap > 7 else f"{gap} 天前"


def span(seconds: float | None) -> str:
    """45 秒 · 3 分 20 秒 · 1 小时 5 分, for the time a job still needs."""
    if seconds is None:
        return EMPTY
    whole = max(int(seconds), 0)
    if whole < 60:
        return f"{whole} 秒"
    if whole < 3600:
        return f"{whole // 60} 分" + (f" {whole % 60} 秒" if whole % 60 else "")
    return f"{whole // 3600} 小时" + (f" {whole % 3600 // 60} 分" if whole % 3600 // 60 else "")


def size(count: int | None) -> str:
    """820 字节 · 12.4 KB · 3.1 MB."""
    if count is None:
        return EMPTY
    if count < 1024:
        return f"{count} 字节"
    for unit in ("KB", "MB"):
        count /= 1024
        if count < 1024 or unit == "MB":
            return f"{count:.1f} {unit}"
    raise AssertionError


FILTERS = {
    "day": day,
    "day_zh": day_zh,
    "moment": moment,
    "until": until,
    "hour": hour,
    "money": yuan,
    "plain_money": plain,
    "wan": wan,
    "number": number,
    "percent": percent,
    "mask": mask,
    "days_left": days_left,
    "due": due,
    "due_tone": due_tone,
    "ago": ago,
    "span": span,
    "filesize": size,
}
