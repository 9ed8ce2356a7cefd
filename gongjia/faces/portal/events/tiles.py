"""What lies on the first page from events: places that wait for my word, and where I go next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from gongjia.faces.shared import event_words as words
from gongjia.work.events.queries import own


def held_places(actor: Any) -> list[dict[str, str]]:
    """The soonest to lapse first."""
    return [
        {
            "label": f"{one.event.title}有名额了",
            "note": f"为您保留到{words.clock_of(one.held_until)}，请确认",
            "url": reverse("portal:service_signup", args=[one.pk]),
        }
        for one in own.offered_places(actor)
    ]


def going_to(actor: Any, at: datetime) -> list[dict[str, str]]:
    """With the ticket one tap away on the day itself."""
    return [
        {
            "label": one.event.title,
            "note": f"{words.span(one.event.first_at, one.event.last_at)}，已报上，看入场票",
            "url": reverse("portal:service_signup", args=[one.pk]),
        }
        for one in own.coming_places(actor, at)
    ]
