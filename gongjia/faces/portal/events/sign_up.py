"""One's own sign-up: where it stands, the ticket, why not me, giving it up, what came of it."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import qrcode
import qrcode.image.svg
from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from icalendar import Alarm, Calendar
from icalendar import Event as Entry
from markupsafe import Markup

from gongjia.base.refused import Hidden, Refused
from gongjia.faces.portal.pages import PortalPage
from gongjia.faces.shared import event_words as words
from gongjia.faces.shared import flash
from gongjia.faces.shared.fields import NoteField, OneOf
from gongjia.faces.shared.jinja import link_to
from gongjia.faces.shared.pages import FormPage
from gongjia.work.events import actions, kinds, queries
from gongjia.work.events.queries import own

LIVE = ("entered", "waiting", "offered", "placed")


class OwnSignUp(PortalPage):
    """Somebody else's sign-up is none."""

    @cached_property
    def sign_up(self) -> Any:
        return queries.mine(self.actor, self.kwargs["pk"])

    @property
    def event(self) -> Any:
        return self.sign_up.event

    @property
    def home(self) -> str:
        return reverse("portal:service_signup", args=[self.sign_up.pk])

    @property
    def starts_at(self) -> Any:
        return self.sign_up.session.starts_at if self.sign_up.session else self.event.first_at

    @property
    def ends_at(self) -> Any:
        return self.sign_up.session.ends_at if self.sign_up.session else self.event.last_at

    @cached_property
    def draw(self) -> Any:
        return queries.draw_of(self.event.pk) if self.event.way == kinds.Way.LOT else None


class SignUpPage(OwnSignUp):
    """Where it stands, in a sentence, and what can be done now."""

    template = "portal/events/sign_up.html"

    @property
    def back(self) -> str:
        return reverse("portal:service_signups")

    def heading(self) -> str:
        return self.event.title

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().get(request, *args, **kwargs)
        answer["Cache-Control"] = "no-store"  # children's names
        return answer

    def context(self) -> dict[str, Any]:
        one, event, kind = self.sign_up, self.event, kinds.KINDS[self.event.kind]
        begun = self.starts_at is not None and self.at >= self.starts_at
        sealed = self.draw is not None and self.draw.state in ("sealed", "opened")
        attended = own.attended(one)
        children = own.my_children(self.actor, one) if kind.children else []
        here = [child for child in children if child.left_on is None]
        certificate = own.certificate_to(one)
        came = not attended or any(row.standing in ("present", "late") for row in attended)
        return {
            "one": one,
            "event": event,
            "kind": kind,
            "tone": words.TONES[one.state],
            "ahead": queries.ahead(one),
            "held": words.clock_of(one.held_until) if one.held_until else "",
            "facts": self.facts(),
            "draw": self.draw,
            "draw_page": link_to("public:draw", self.draw.pk) if self.draw else "",
            "may_cancel": one.state in LIVE and not begun and not (one.state == "entered" and sealed),
            "late": bool(
                one.state == "placed" and event.way in (kinds.Way.FIRST, kinds.Way.LOT)
                and event.free_cancel_until is not None and self.at >= event.free_cancel_until
            ),
            "free_until": words.until(event.free_cancel_until),
            "attended": [
                {
                    "label": words.session_words(row.session),
                    "note": kinds.Standing(row.standing).label + (f"，计 {words.hours(row.minutes)}" if row.minutes else ""),
                }
                for row in attended
            ],
            "result": queries.my_result(self.actor, one) if kind.contest else None,
            "certificate": certificate,
            "feedback": own.feedback_of(one),
            "may_say": one.state == "placed" and begun and came,
            "children": children,
            "lacking": one.seats - len(here) if kind.children and one.state in LIVE else 0,
            "card": queries.card_of(one) if kind.matching else None,
            "fault": own.fault_in(one),
            "papers": own.shown_papers(event),
            "until": words.until,
            "clock_of": words.clock_of,
        }  # fmt: skip

    def facts(self) -> list[dict[str, Any]]:
        one, event = self.sign_up, self.event
        when = words.session_words(one.session) if one.session else words.span(event.first_at, event.last_at)
        place = (one.session.place if one.session else "") or event.place or "另行通知"
        guests = ""
        if one.guests:
            guests = f"{one.guests} 个孩子" if kinds.KINDS[event.kind].children else f"{one.guests} 人"
        found = (
            ("时间", when, "calendar-event"), ("地点", place, "map-pin"), ("一起来的", guests, "users"),
            ("怎么报的", one.way_label, "user-check"), ("报名时间", words.clock_of(one.entered_at), "clock"),
            ("咨询电话", event.contact_phone, "phone"),
        )  # fmt: skip
        return [{"label": value, "note": label, "sign": sign} for label, value, sign in found if value]


class Ticket(OwnSignUp):
    """The code to show at the door; eight digits for where nobody can scan."""

    title = "入场票"
    template = "portal/events/ticket.html"

    @property
    def back(self) -> str:
        return self.home

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.sign_up.state != "placed":
            return HttpResponseRedirect(self.home)
        return super().get(request, *args, **kwargs)

    def context(self) -> dict[str, Any]:
        found = queries.my_ticket(self.actor, self.sign_up.pk)
        picture = io.BytesIO()
        qrcode.make(found.text, image_factory=qrcode.image.svg.SvgPathImage, border=2).save(picture)
        one = self.sign_up
        return {
            "picture": Markup(picture.getvalue().decode().split("?>", 1)[-1]),
            "code": words.spaced(words.short_code(found.digest)),
            "one": one,
            "event": self.event,
            "when": words.session_words(one.session) if one.session else words.span(self.event.first_at, self.event.last_at),
            "place": (one.session.place if one.session else "") or self.event.place,
        }  # fmt: skip


class Why(OwnSignUp):
    """我为什么没摇中: my weight, my tickets, the cut; how to check it oneself."""

    title = "我的摇号结果"
    template = "portal/events/why.html"

    @property
    def back(self) -> str:
        return self.home

    def context(self) -> dict[str, Any]:
        found = queries.why(self.actor, self.sign_up.pk)
        return {
            "why": found,
            "event": self.event,
            "page_url": link_to("public:draw", found.draw.pk),
            "clock_of": words.clock_of,
        }


class CalendarFile(OwnSignUp):
    """The sessions as a file that every phone's calendar takes."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        one, event = self.sign_up, self.event
        if one.state not in ("placed", "offered"):
            raise Hidden(str(one.pk))
        calendar = Calendar()
        calendar.add("prodid", "-//Gongjia//Events//ZH")
        calendar.add("version", "2.0")
        sessions = [one.session] if one.session else own.sessions_of(event)
        for session in sessions:
            calendar.add_component(self.entry(session))
        response = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="event.ics"'
        return response

    def entry(self, session: Any) -> Entry:
        event, entry, alarm = self.event, Entry(), Alarm()
        entry.add("uid", f"{session.pk}@gongjia")
        entry.add("summary", event.title)
        entry.add("dtstamp", self.at.astimezone(UTC))
        entry.add("dtstart", _utc(session.starts_at))
        entry.add("dtend", _utc(session.ends_at))
        entry.add("location", session.place or event.place)
        entry.add("url", self.request.build_absolute_uri(self.home))
        alarm.add("action", "DISPLAY")
        alarm.add("description", event.title)
        alarm["TRIGGER"] = "-PT2H"
        entry.add_component(alarm)
        return entry


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


class Act(OwnSignUp):
    """A button of the page."""

    done = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(self.home)

    def act(self) -> Any:
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        home = self.home
        try:
            self.act()
        except Refused as refused:
            one = refused.reasons[0]
            flash.say(request, f"{one.sentence}{one.cure}", "danger")
        else:
            flash.say(request, self.done)
        return HttpResponseRedirect(home)


class Cancel(Act):
    done = "已取消，名额给下一位。"

    def act(self) -> Any:
        return actions.cancel(sign_up=self.sign_up, actor=self.actor, at=self.at)


class Confirm(Act):
    done = "已确认，名额是您的了。"

    def act(self) -> Any:
        return actions.confirm(sign_up=self.sign_up, actor=self.actor, at=self.at)


class Decline(Act):
    done = "已放弃，名额给下一位。"

    def act(self) -> Any:
        return actions.decline(sign_up=self.sign_up, actor=self.actor, at=self.at)


class FeedbackForm(forms.Form):
    score = OneOf(
        label="总的来说", choices=[("5", "很满意"), ("4", "满意"), ("3", "一般"), ("2", "不满意"), ("1", "很不满意")]
    )
    words = NoteField(
        label="想说的话",
        required=False,
        rows=4,
        max_length=1000,
        help_text="不显示您的名字，写的人多了才给主办工会看。",
    )


class Feedback(FormPage, OwnSignUp):
    """How one liked it, once."""

    title = "评价活动"
    template = "portal/form.html"
    form_class = FeedbackForm
    submit_label = "提交评价"
    done_text = "谢谢，评价已收到。"
    fields_of = {"score_range": "score"}

    @property
    def back(self) -> str:
        return self.home

    def get_record(self) -> Any:
        _ = self.sign_up

    def context(self) -> dict[str, Any]:
        return {"lead": self.event.title}

    def act(self, form: forms.Form) -> Any:
        values = form.cleaned_data
        return actions.give_feedback(
            sign_up=self.sign_up, score=int(values["score"]), words=values["words"], actor=self.actor, at=self.at
        )

    def after(self, result: Any) -> str:
        return self.home
