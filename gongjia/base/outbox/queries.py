"""What administrators see of the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count

from gongjia.base import clock
from gongjia.base.outbox.kinds import REASONS, State
from gongjia.base.outbox.models import Message
from gongjia.base.outbox.models import Template as Row
from gongjia.base.outbox.templates import Template, names_of, offered


@dataclass(frozen=True)
class Wording:
    """One line of the page of templates: the default, and what stands now."""

    default: Template
    title: str
    body: str
    version: int
    edited: bool
    changed_by: str

    @property
    def names(self) -> list[str]:
        return sorted(names_of(self.default))


def template_rows() -> list[Wording]:
    rows = {f"{row.channel}:{row.key}": row for row in Row.objects.all()}
    found = []
    for default in offered:
        row = rows.get(default.id)
        if row is None or not row.edited:
            found.append(Wording(default, default.title, default.body, row.version if row else 1, False, ""))
        else:
            found.append(Wording(default, row.title, row.body, row.version, True, row.changed_by))
    return found


def status(hours: int = 24) -> dict[str, Any]:
    """How sending goes: counts by state and by reason in the last hours, what waits, the channel in use."""
    from gongjia.base.outbox import channels

    since = clock.real_now() - timedelta(hours=hours)
    recent = Message.objects.filter(created_at__gte=since)
    return {
        "channel": channels.name(),
        "states": dict(recent.values_list("state").annotate(n=Count("pk")).order_by()),
        "reasons": {
            REASONS.get(reason, reason): n
            for reason, n in recent.exclude(reason="").values_list("reason").annotate(n=Count("pk")).order_by()
        },
        "waiting": Message.objects.filter(state=State.QUEUED).count(),
        "used_this_hour": channels.used_this_hour(),
        "hourly_budget": channels.hourly_budget(),
    }
