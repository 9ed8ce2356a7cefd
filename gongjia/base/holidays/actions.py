"""Writing the calendar: one act per notice, journalled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.holidays import queries
from gongjia.base.holidays.models import Holiday
from gongjia.base.holidays.powers import EDIT


def set_days(*, days: Mapping[date, tuple[bool, str]], actor: Actor, at: datetime) -> int:
    """Enter or correct days: `{day: (worked, name)}`. Answers how many rows now stand for them."""
    actor.must(EDIT, None)
    with journal.act():
        for day, (is_work, name) in sorted(days.items()):
            Holiday.objects.update_or_create(day=day, defaults={"is_work": is_work, "name": name})
        journal.write(
            "holidays.set",
            actor=actor,
            at=at,
            org=None,
            payload={day.isoformat(): ["work" if is_work else "off", name] for day, (is_work, name) in days.items()},
        )
        transaction.on_commit(queries.forget)
    queries.forget()
    return len(days)


def forget_day(*, day: date, actor: Actor, at: datetime) -> bool:
    """Take an entered day back: the shipped file, or the weekday, counts again."""
    actor.must(EDIT, None)
    with journal.act():
        gone, _ = Holiday.objects.filter(day=day).delete()
        if gone:
            journal.write("holidays.forgotten", actor=actor, at=at, org=None, payload={"day": day.isoformat()})
        transaction.on_commit(queries.forget)
    queries.forget()
    return bool(gone)
