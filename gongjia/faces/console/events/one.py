"""What the pages of events share: badges, the way back, pages of several small acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base.clock import SHANGHAI
from gongjia.base.refused import Reason, Refused
from gongjia.faces.shared import flash
from gongjia.faces.shared.marks import Badge
from gongjia.faces.shared.pages import Crumb, RecordPage
from gongjia.faces.shared.policy import Policy
from gongjia.work.events import kinds, powers
from gongjia.work.events.queries import desk

READ = Policy("officer", powers.READ)
OPEN = Policy("officer", powers.OPEN, at="org")
SIGN = Policy("officer", powers.SIGN)
DRAW = Policy("officer", powers.DRAW, at="org")
DOOR = Policy("officer", powers.DOOR, at="org")
RESULTS = Policy("officer", powers.RESULTS, at="org")
CHILDREN = Policy("officer", powers.CHILDREN, at="org")

EVENT_TONES = {
    "draft": "neutral", "open": "success", "closed": "info", "held": "warning", "settled": "neutral", "cancelled": "danger",
}  # fmt: skip
SIGN_UP_TONES = {
    "entered": "info", "waiting": "warning", "offered": "warning", "placed": "success", "cancelled": "neutral",
    "lost": "neutral", "expired": "neutral", "declined": "neutral",
}  # fmt: skip
DRAW_TONES = {"committed": "info", "sealed": "warning", "opened": "success", "failed": "danger"}
STANDING_TONES = {"present": "success", "late": "warning", "absent": "danger", "excused": "neutral"}
FAULT_TONES = {"stands": "danger", "appealed": "warning", "kept": "neutral", "struck": "success"}


def event_url(pk: Any, name: str = "event", *more: Any) -> str:
    return reverse(f"console:events_{name}", args=[pk, *more])


def event_badge(one: Any) -> Badge:
    return Badge(one.state_label, EVENT_TONES[one.state])  # type: ignore[arg-type]


def sign_up_badge(one: Any) -> Badge:
    return Badge(one.state_label, SIGN_UP_TONES[one.state])  # type: ignore[arg-type]


def span_words(start: Any, end: Any) -> str:
    """2018-09-05 19:00–21:00; with the second day where it ends on another one. An end at midnight is 24:00."""
    if start is None:
        return ""
    one = start.astimezone(SHANGHAI)
    if end is None:
        return f"{one:%Y-%m-%d %H:%M}"
    two = end.astimezone(SHANGHAI)
    day, hour = (two.date(), f"{two:%H:%M}") if f"{two:%H%M}" != "0000" else (two.date() - timedelta(days=1), "24:00")
    return f"{one:%Y-%m-%d %H:%M}–{hour}" if one.date() == day else f"{one:%Y-%m-%d %H:%M} 至 {day:%m-%d} {hour}"


def until_words(end: Any) -> str:
    """2018-09-01 24:00, as people say the end of a day."""
    if end is None:
        return ""
    two = end.astimezone(SHANGHAI)
    return f"{two:%Y-%m-%d %H:%M}" if f"{two:%H%M}" != "0000" else f"{two - timedelta(days=1):%Y-%m-%d} 24:00"


def session_name(one: Any) -> str:
    return one.title or f"第 {one.number} 场"


def hours_words(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} 小时" if hours else "", f"{rest} 分钟" if rest else "") if part) or "0"


def kind_of(event: Any) -> kinds.EventKind:
    return kinds.KINDS[event.kind]


class OfEvent:
    """A page about one event: the record is the event, the path leads back to it."""

    kwargs: dict[str, Any]
    actor: Any
    record: Any

    def get_record(self) -> Any:
        return desk.event_of(self.actor, self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return [Crumb("活动", reverse("console:events")), Crumb(self.record.title, event_url(self.record.pk))]

    @property
    def cancel_url(self) -> str:
        return event_url(self.kwargs["pk"])

    def after(self, result: Any) -> str:
        return event_url(self.kwargs["pk"])

    def may(self, power: str) -> bool:
        return self.actor.can(power, self.record.org)


class OfSession(OfEvent):
    """A page about one session; `record` is the session, `event` its event."""

    def get_record(self) -> Any:
        return desk.session_of(self.actor, self.kwargs["pk"])

    def org_of(self, record: Any) -> Any:
        return record.event.org

    @property
    def event(self) -> Any:
        return self.record.event

    def crumbs(self) -> list[Crumb]:
        return [Crumb("活动", reverse("console:events")), Crumb(self.event.title, event_url(self.event.pk))]

    @property
    def cancel_url(self) -> str:
        return event_url(self.record.pk, "session")

    def after(self, result: Any) -> str:
        return event_url(self.record.pk, "session")

    def may(self, power: str) -> bool:
        return self.actor.can(power, self.event.org)


class ActsPage(RecordPage):
    """A page with several small forms: `_op` names the one that was sent, `do_<op>` does it and answers a sentence.

    What was typed stays when an act is refused; the reasons stand on top.
    """

    ops: Mapping[str, str] = {}  # name -> the power that it needs; "" where the action alone asks
    reasons: Sequence[Reason] = ()

    def typed(self, name: str, otherwise: Any = "") -> Any:
        """What was typed into a field of a refused act."""
        return self.request.POST.get(name, otherwise)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _ = self.record
        return self.render(reasons=(), **self.context())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _ = self.record
        name = request.POST.get("_op", "")
        if name not in self.ops:
            return HttpResponseRedirect(request.get_full_path())
        try:
            said = getattr(self, f"do_{name}")()
        except Refused as refused:
            self.reasons = refused.reasons
            return self.render(status=422, reasons=self.reasons, **self.context())
        if isinstance(said, HttpResponse):
            return said
        if said:
            flash.say(request, said)
        return HttpResponseRedirect(self.next_url(name))

    def next_url(self, name: str) -> str:
        return self.request.get_full_path()
