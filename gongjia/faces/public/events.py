"""Events and lots for anybody: what is on, the published list of a draw, the script that recomputes it."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.faces.public.notices import ANYONE, LAYOUT
from gongjia.faces.shared import event_words as words
from gongjia.faces.shared import keyset
from gongjia.faces.shared.pages import Crumb, Page
from gongjia.work.events import kinds, queries
from gongjia.work.events.queries import own

EVENTS_SHOWN = 30
LINES_SHOWN = 300  # of the list; the whole of it is in the file


class Events(Page):
    """What is open to members of many unions, or to whoever comes. Who signed up is nobody's business here."""

    title = "活动"
    policy = ANYONE
    layout = LAYOUT
    template = "public/events.html"

    def context(self) -> dict[str, Any]:
        text = self.request.GET.get("q", "").strip()[:40]
        cursor = keyset.Cursor.decode(self.request.GET.get("c", ""))
        part = keyset.page_of(own.public_events(self.at, text), own.PUBLIC_ORDER, cursor, EVENTS_SHOWN)
        places = queries.free_places([one.pk for one in part.rows])
        return {
            "part": part,
            "q": text,
            "rows": [
                {
                    "event": one,
                    "when": words.span(one.first_at, one.last_at),
                    "closing": words.closing(one, self.at),
                    "places": words.places(one, *places.get(one.pk, (0, 0))),
                    "over": one.last_at <= self.at,
                }
                for one in part.rows
            ],
        }


class EventPage(Page):
    """One event for anybody; signing up goes by the log-in."""

    policy = ANYONE
    layout = LAYOUT
    template = "public/event.html"

    @cached_property
    def event(self) -> Any:
        return own.public_event(self.kwargs["pk"])

    def heading(self) -> str:
        return self.event.title

    def crumbs(self) -> list[Crumb]:
        return [Crumb("活动", reverse("public:events")), Crumb(self.event.title)]

    def context(self) -> dict[str, Any]:
        event = self.event
        total, used = queries.free_places([event.pk]).get(event.pk, (0, 0))
        draw = queries.draw_of(event.pk) if event.way == kinds.Way.LOT else None
        found = (
            ("时间", words.span(event.first_at, event.last_at)), ("地点", event.place or "另行通知"), ("主办", event.org.name),
            ("面向", f"{event.audience.short_name or event.audience.name}及下级工会的会员"),
            ("名额", words.places(event, total, used)), ("方式", event.way_label), ("报名", words.closing(event, self.at)),
            ("咨询电话", event.contact_phone),
        )  # fmt: skip
        return {
            "event": event,
            "facts": [(label, value) for label, value in found if value],
            "sessions": [words.session_words(one) for one in own.sessions_of(event)],
            "draw": draw,
            "join": reverse("portal:service_event", args=[event.pk]),
        }


class Draws(Page):
    """Every lot there was, the newest first; also those that failed or are late."""

    title = "摇号公开"
    policy = ANYONE
    layout = LAYOUT
    template = "public/draws.html"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("活动", reverse("public:events")), Crumb("摇号公开")]

    def context(self) -> dict[str, Any]:
        cursor = keyset.Cursor.decode(self.request.GET.get("c", ""))
        return {"part": keyset.page_of(queries.draws(), ("-published_at", "-id"), cursor, 50), "tones": TONES}


TONES = {"committed": "info", "sealed": "warning", "opened": "success", "failed": "danger"}


class Draw(Page):
    """What was published of one lot, step by step, and how anybody recomputes it."""

    policy = ANYONE
    layout = LAYOUT
    template = "public/draw.html"

    @cached_property
    def draw(self) -> queries.PublicDraw:
        return queries.public_draw(self.kwargs["pk"])

    def heading(self) -> str:
        return f"摇号：{self.draw.title}"

    def crumbs(self) -> list[Crumb]:
        return [
            Crumb("活动", reverse("public:events")),
            Crumb("摇号公开", reverse("public:draws")),
            Crumb(self.draw.title),
        ]

    def context(self) -> dict[str, Any]:
        one = self.draw
        text = queries.proof(queries.draws().get(pk=one.id))
        wanted = self.request.GET.get("no", "").strip().upper()[:16]
        lines = lines_of(json.loads(text)) if text else []
        return {
            "draw": one,
            "tone": TONES[one.state],
            "has_file": text is not None,
            "lines": [line for line in lines if line["no"] == wanted] if wanted else lines[:LINES_SHOWN],
            "more": 0 if wanted else max(0, len(lines) - LINES_SHOWN),
            "wanted": wanted,
            "until": words.until,
        }


def lines_of(file: dict[str, Any]) -> list[dict[str, Any]]:
    """The published list; after the opening in the order of the tickets."""
    entries = {one["no"]: one for one in file["closing"]["entries"]}
    ranks = file.get("opening", {}).get("ranks")
    if not ranks:
        return [{"no": number, "weight": one["weight"], "rank": None} for number, one in entries.items()]
    return [
        {"no": one["no"], "weight": entries[one["no"]]["weight"], "rank": rank, "ticket": one["ticket"],
         "won": one["result"] == "won"}
        for rank, one in enumerate(ranks, 1)
    ]  # fmt: skip


class DrawFile(Draw):
    """The file for the script, byte by byte as it was published."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        text = queries.proof(queries.draws().get(pk=self.draw.id))
        if text is None:  # the page says when there will be one
            return HttpResponseRedirect(reverse("public:draw", args=[self.draw.id]))
        return _download(text, f"draw-{str(self.draw.id)[-8:]}.json", "application/json; charset=utf-8")


class Script(Page):
    """The program that recomputes a draw: one file, nothing but Python itself."""

    policy = ANYONE

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _download(queries.script(), "verify_draw.py", "text/x-python; charset=utf-8")


def _download(text: str, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(text.encode(), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
