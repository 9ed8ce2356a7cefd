"""States and sorts of messages, and the limits that hold for each sort."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta

from django.db.models import TextChoices


class Channel(TextChoices):
    INBOX = "inbox", "站内消息"
    SMS = "sms", "短信"


class State(TextChoices):
    QUEUED = "queued", "待发送"
    SENDING = "sending", "发送中"
    SENT = "sent", "已发出"
    DELIVERED = "delivered", "已送达"
    FAILED = "failed", "没有发出"
    UNKNOWN = "unknown", "结果不明"


class Purpose(TextChoices):
    LOGIN = "login", "验证码"
    NOTICE = "notice", "通知"


# why a message was not sent: told to administrators, never to whoever asked for it (that would tell who is on file)
REASONS = {
    "too_soon": "同一号码一分钟内已发过",
    "day_limit": "同一号码当天已发满",
    "budget": "本小时短信额度已用完",
    "no_channel": "没有设置短信通道",
    "expired": "已过有效时间",
    "refused": "短信平台拒收",
    "tries": "多次没有发出",
    "lost": "发送时中断，结果不明",
}


@dataclass(frozen=True)
class Rule:
    """Limits of one purpose. Numbers are per phone number."""

    apart: timedelta  # least time between two
    per_day: int
    day_and_night: bool  # may go out in the quiet hours
    life: timedelta  # later it is of no use
    share: float  # of the hourly budget; the rest is kept for codes
    at_once: bool  # sent as soon as the act is committed, not at the next minute


RULES: dict[str, Rule] = {
    Purpose.LOGIN: Rule(timedelta(minutes=1), 5, True, timedelta(minutes=10), 1.0, True),
    Purpose.NOTICE: Rule(timedelta(0), 10, False, timedelta(days=3), 0.8, False),
}

QUIET_FROM, QUIET_UNTIL = time(22, 0), time(7, 0)
# waits before the next try; after the last one the message has failed
WAITS = (timedelta(seconds=20), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))
LEASE = timedelta(seconds=60)  # a try that has not ended by then was cut off
