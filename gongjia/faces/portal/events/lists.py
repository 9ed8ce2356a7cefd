"""Lists: events for me, my sign-ups, my hours and certificates, my no-show marks with the appeal."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.urls import reverse

from gongjia.base.clock import SHANGHAI
from gongjia.faces.portal.events.tiles import held_places
from gongjia.faces.portal.pages import PortalPage
from gongjia.faces.shared import event_words as words
from gongjia.faces.shared import flash, keyset
from gongjia.faces.shared.fields import NoteField
from gongjia.faces.shared.pages import FormPage
from gongjia.work.events import actions, kinds, queries
from gongjia.work.events.queries import own
from gongjia.work.events.queries.lists import SOONEST

MOST = 100
SHOWN = 20  # events on one page


class Events(PortalPage):
    """What members of my union can join, soonest to close first."""

    title = "活动"
    template = "portal/events/list.html"

    def context(self) -> dict[str, Any]:
        text = self.request.GET.get("q", "").strip()[:40]
        found = queries.offered_to(self.actor, self.at)
        cursor = keyset.Cursor.decode(self.request.GET.get("c", ""))
        part = keyset.page_of(found.filter(own.named(text)) if text else found, SOONEST, cursor, SHOWN)
        rows = part.rows
        mine = own.live_in(self.actor, [one.pk for one in rows])
        places = queries.free_places([one.pk for one in rows])
        return {
            "part": part,
            "q": text,
            "rows": [self.row(one, mine.get(one.pk), *places.get(one.pk, (0, 0))) for one in rows],
            "offered": held_places(self.actor),
            "member": self.me is not None and self.me.standing in ("active", "retained"),
        }

    def row(self, event: Any, mine: Any, total: int, used: int) -> dict[str, Any]:
        return {
            "event": event,
            "when": words.span(event.first_at, event.last_at),
            "closing": words.closing(event, self.at),
            "places": words.places(event, total, used),
            "mine": mine,
            "tone": words.TONES[mine.state] if mine else "",
            "url": reverse("portal:service_signup", args=[mine.pk])
            if mine
            else reverse("portal:service_event", args=[event.pk]),
        }


class Mine(PortalPage):
    """My sign-ups: those that are still to come first."""

    title = "我的报名"
    template = "portal/events/mine.html"

    @property
    def back(self) -> str:
        return reverse("portal:service_events")

    def context(self) -> dict[str, Any]:
        rows = [self.row(one) for one in queries.my_sign_ups(self.actor)[:MOST]]
        return {"now": [one for one in rows if one["now"]], "past": [one for one in rows if not one["now"]]}

    def row(self, one: Any) -> dict[str, Any]:
        start, end = (
            (one.session.starts_at, one.session.ends_at) if one.session else (one.event.first_at, one.event.last_at)
        )
        live = one.state in ("entered", "waiting", "offered", "placed")
        return {
            "sign_up": one,
            "title": one.event.title,
            "when": words.span(start, end),
            "tone": words.TONES[one.state],
            "now": live and end is not None and end > self.at and one.event.state in ("open", "closed", "held"),
            "cancelled": one.event.state == "cancelled",
        }


class Hours(PortalPage):
    """Volunteer and training hours by year, and the certificates."""

    title = "我的学时和证书"
    template = "portal/events/hours.html"

    @property
    def back(self) -> str:
        return reverse("portal:me")

    def context(self) -> dict[str, Any]:
        person = self.actor.person_id
        if person is None:
            return {"years": (), "certificates": (), "times": ()}
        return {
            "years": queries.hours_of(person),
            "certificates": list(queries.my_certificates(person)[:MOST]),
            "times": [
                {
                    "label": one.event.title,
                    "note": f"{one.on:%Y-%m-%d}　{kinds.Standing(one.standing).label}",
                    "value": words.hours(one.minutes) if one.minutes else "",
                }
                for one in queries.my_attendance(person)[:MOST]
            ],
            "hours": words.hours,
        }


class Faults(PortalPage):
    """My no-show marks: what they lead to, until when one may appeal, what came of it."""

    title = "我的爽约记录"
    template = "portal/events/faults.html"

    @property
    def back(self) -> str:
        return reverse("portal:service_signups")

    def context(self) -> dict[str, Any]:
        today = self.at.astimezone(SHANGHAI).date()
        return {
            "rows": [
                {"fault": one, "may": one.state == "stands" and today <= one.appeal_until}
                for one in queries.my_faults(self.actor)[:MOST]
            ],
            "most": kinds.FAULTS_MOST,
            "months": kinds.FAULT_MONTHS,
            "rest": kinds.REST_MONTHS,
        }


class AppealForm(forms.Form):
    words = NoteField(
        label="为什么没能到场",
        rows=4,
        max_length=1000,
        help_text="例如：临时加班、生病、家里有急事。只有处理申诉的干部看得到。",
    )


class Appeal(FormPage, PortalPage):
    """Say why one did not come."""

    title = "对爽约记录申诉"
    template = "portal/form.html"
    form_class = AppealForm
    submit_label = "提交申诉"
    fields_of = {"why_missing": "words"}

    @property
    def back(self) -> str:
        return reverse("portal:service_faults")

    @cached_property
    def fault(self) -> Any:
        return own.my_fault(self.actor, self.kwargs["pk"])

    def get_record(self) -> Any:
        _ = self.fault

    def context(self) -> dict[str, Any]:
        one = self.fault
        return {
            "lead": f"“{one.event.title}”：{one.kind_label}。可以申诉到 {one.appeal_until:%Y-%m-%d}，由{one.org.name}答复。"
        }

    def act(self, form: forms.Form) -> Any:
        found = actions.appeal(fault=self.fault, words=form.cleaned_data["words"], actor=self.actor, at=self.at)
        flash.say(self.request, "申诉已提交，答复会发到消息里。")
        return found

    def after(self, result: Any) -> str:
        return reverse("portal:service_faults")
