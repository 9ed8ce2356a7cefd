"""Where an event's rush is reached, for the pages that lead there."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from gongjia.work.events.queries.rush import suits_rush


def address(event: Any) -> str:
    """The waiting page of an event by first come; "" where the rush is not configured or does not suit it."""
    if not settings.GONGJIA_RUSH_PORT or event.state != "open" or not suits_rush(event):
        return ""
    return f"{settings.GONGJIA_RUSH_URL.rstrip('/')}/rush/{event.pk}/"
