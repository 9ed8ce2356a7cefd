"""Which channel carries short messages here, and how many it may carry in an hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.db import connection

from gongjia.base import clock
from gongjia.base.outbox.kinds import State
from gongjia.base.outbox.models import Message, SmsHour


@dataclass(frozen=True)
class Answer:
    """What the channel said. `again`: the same message may be tried later (with the same id)."""

    state: State
    ref: str = ""
    reason: str = ""
    detail: str = ""
    again: bool = False


class Sender(Protocol):
    def send(self, message: Message, phone: str, text: str) -> Answer: ...


def options() -> dict[str, Any]:
    return dict(getattr(settings, "GONGJIA_SMS", {}))


def name() -> str:
    """`file` in the demo and where the settings say so, `http_sms` with an address, else `none`: nothing is sent."""
    chosen = options()
    if channel := chosen.get("channel"):
        return channel
    if chosen.get("url"):
        return "http_sms"
    return "file" if getattr(settings, "GONGJIA_DEMO", False) else "none"


def sender() -> Sender:
    from gongjia.base.outbox import file_channel, http_sms

    chosen = name()
    if chosen == "http_sms":
        return http_sms.HttpSms(options())
    return file_channel.File() if chosen == "file" else Nothing()


class Nothing:
    """No channel is set: the message fails at once and says why, instead of waiting for ever."""

    def send(self, message: Message, phone: str, text: str) -> Answer:
        return Answer(State.FAILED, reason="no_channel")


# the hour's budget ----------------------------------------------------------------------------


def hourly_budget() -> int:
    return int(options().get("hourly_budget", 2000))


def _hour() -> datetime:
    return clock.real_now().replace(minute=0, second=0, microsecond=0)


def used_this_hour() -> int:
    return SmsHour.objects.filter(hour=_hour()).values_list("used", flat=True).first() or 0


def take_from_budget(share: float) -> bool:
    """Count one message against this hour, if that part of the budget is not used up. One statement: exact."""
    limit = int(hourly_budget() * share)
    if limit < 1:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into outbox_smshour as h (hour, used) values (%s, 1)"
            " on conflict (hour) do update set used = h.used + 1 where h.used < %s returning used",
            [_hour(), limit],
        )
        return cursor.fetchone() is not None
