"""One event: what it is, 我能报名吗?, and signing up with one more tap."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base.journal import attachments
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden, Reason, Refused
from gongjia.faces.portal.events import family
from gongjia.faces.portal.pages import PortalPage
from gongjia.faces.portal.services.own import sent
from gongjia.faces.portal.services.pages import check_of
from gongjia.faces.shared import event_words as words
from gongjia.faces.shared import flash
from gongjia.faces.shared.fields import Mended, NoteField
from gongjia.faces.shared.pages import FormPage
from gongjia.faces.shared.pages.forms import put_reasons
from gongjia.faces.shared.rush import address
from gongjia.work.events import actions, kinds, queries, rules
from gongjia.work.events.queries import own

KEY_MOST = 64


class EventBase(PortalPage):
    """A published event, for whoever is logged in; a draft is none."""

    @cached_property
    def event(self) -> Any:
        return queries.open_to(self.actor, self.kwargs["pk"])

    @cached_property
    def kind(self) -> kinds.EventKind:
        return kinds.KINDS[self.event.kind]

    @property
    def back(self) -> str:
        return reverse("portal:service_events")

    @property
    def here(self) -> str:
        return reverse("portal:service_event", args=[self.event.pk])

    def heading(self) -> str:
        return self.event.title

    @cached_property
    def mine(self) -> Any:
        return own.live_in(self.actor, [self.event.pk]).get(self.event.pk)

    @property
    def lot(self) -> bool:
        return self.event.way == kinds.Way.LOT

    def session_named(self, text: str) -> Any:
        """The session that was chosen; None where one sign-up is for all."""
        if not self.event.by_session:
            return None
        try:
            wanted = UUID(text)
        except ValueError:
            wanted = None
        found = next((one for one in own.sessions_of(self.event) if one.pk == wanted), None)
        if found is None:
            raise Refused(Reason("session_wrong", "请选择一个场次。"))
        return found

    def key(self) -> str:
        """Of this filling-in: a double tap or a retry brings it again and gives the same place."""
        return self.request.POST.get("key", "")[:KEY_MOST] or uuid4().hex

    def asked_first(self) -> str:
        """The page that asks more before a place is taken, where there is one."""
        if self.lot:
            return ""  # asked once there is a place
        if self.kind.children:
            return reverse("portal:service_event_children", args=[self.event.pk])
        if self.kind.matching:
            return reverse("portal:service_event_single", args=[self.event.pk])
        return ""

    def said(self, found: Any) -> HttpResponse:
        sentence, tone = {
            "placed": ("报名成功。", "success"),
            "entered": ("已登记摇号，结果会通知您。", "success"),
            "waiting": ("名额已满，已为您排候补，有名额会通知您。", "info"),
        }.get(found.state, (f"当前状态：{found.state_label}。", "info"))
        flash.say(self.request, sentence, tone)
        return HttpResponseRedirect(reverse("portal:service_signup", args=[found.pk]))


class EventPage(EventBase):
    """The event, each condition met or not, and the button."""

    template = "portal/events/event.html"

    def context(self, reasons: Sequence[Reason] = ()) -> dict[str, Any]:
        event = self.event
        person = self.actor.person_id
        facts = queries.eligible_facts([person], event, self.at).get(person) if person else None
        terms = queries.terms_of(event)
        checks = rules.checks(facts, terms, self.at) if facts is not None else []
        why_not = rules.window(terms, self.at)
        by_self = event.way in kinds.BY_MEMBERS
        draw = queries.draw_of(event.pk) if self.lot else None
        if by_self and self.lot and draw is None and not why_not:
            why_not = [Reason("no_seed", "摇号的种子摘要还没公布，暂时不能登记。", cure="请过些时候再来。")]
        total, used = queries.free_places([event.pk]).get(event.pk, (0, 0))
        return {
            "event": event,
            "kind": self.kind,
            "mine": self.mine,
            "tone": words.TONES[self.mine.state] if self.mine else "",
            "facts": self.facts(total, used),
            "sessions": self.sessions(),
            "checks": [check_of(one) for one in checks],
            "unmet": sum(not one.ok for one in checks),
            "clashes": facts.clashes if facts else (),
            "why_not": why_not,
            "by_self": by_self,
            "can": by_self and facts is not None and not why_not and all(one.ok for one in checks) and self.mine is None,
            "known": facts is not None,
            "asked_first": self.asked_first(),
            "lot": self.lot,
            "draw": draw,
            "key": uuid4().hex,
            "full": bool(total) and used >= total and event.way == kinds.Way.FIRST,
            "rush": self.rush(),
            "early": [one.code for one in why_not] == ["not_open_yet"] and self.mine is None,
            "reasons": reasons,
            "clash_only": bool(reasons) and {one.code for one in reasons} == {"clash"},
            "chosen": self.request.POST,
            "papers": own.shown_papers(event),
            "until": words.until,
        }  # fmt: skip

    def facts(self, total: int, used: int) -> list[dict[str, Any]]:
        event = self.event
        asked = own.entries_of(event.pk) if self.lot and event.state == "open" else 0
        first_come = event.way == kinds.Way.FIRST
        found = (
            ("时间", words.span(event.first_at, event.last_at), "calendar-event"),
            ("地点", event.place or "另行通知", "map-pin"),
            ("主办", event.org.name, "building-community"),
            ("名额", words.places(event, total, used) + (f"，已有 {asked} 人登记" if asked else ""), "ticket"),
            ("怎么给名额", _WAYS[event.way] + ("，满了排候补" if first_come and event.waiting_list else ""), "scale"),
            ("报名时间" if not self.lot else "登记时间", self.window(), "clock"),
            ("可以带", f"最多 {event.guests_max} {'个孩子' if self.kind.children else '人'}" if event.guests_max else "", "users"),
            ("免责取消", f"{words.until(event.free_cancel_until)}前取消不记爽约" if event.free_cancel_until else "", "info-circle"),
            ("咨询电话", event.contact_phone, "phone"),
        )  # fmt: skip
        return [{"label": value, "note": label, "sign": sign} for label, value, sign in found if value]

    def window(self) -> str:
        event = self.event
        if event.opens_at is None:
            return ""
        return f"{words.clock_of(event.opens_at)} 至 {words.until(event.closes_at) or '另行通知'}"

    def sessions(self) -> list[dict[str, Any]]:
        shown = self.event.by_session
        return [
            {"session": one, "words": words.session_words(one), "place": one.place, "free": free if shown else None,
             "first_come": self.event.way == kinds.Way.FIRST}
            for one, free in own.sessions_with_places(self.event)
        ]  # fmt: skip

    def rush(self) -> str:
        """The waiting page of a rush, where that process runs beside this one."""
        return address(self.event)


_WAYS = {
    "lot": "摇号：登记的人按公布的规则抽签，名单和票号谁都可以核对",
    "first": "先到先得",
    "nomination": "由工会推荐，不接受个人报名",
    "open": "不限名额",
    "none": "不用报名，直接参加",
}


class Join(EventPage):
    """The second tap."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(self.here)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # where the rush runs it is the only line: a script that posts here stands at its end like everybody
        if self.mine is None and (elsewhere := self.rush() or self.asked_first()):
            return HttpResponseRedirect(elsewhere)
        try:
            return self.said(self.join())
        except Refused as refused:
            if "already" in refused.codes and self.mine is not None:
                return HttpResponseRedirect(reverse("portal:service_signup", args=[self.mine.pk]))
            return self.render(status=422, **self.context(refused.reasons))

    def join(self) -> Any:
        data = self.request.POST
        guests = data.get("guests", "0")
        if self.me is None:
            raise Refused(
                Reason("not_member", "您的手机号还没有对应到会员档案。", cure="请先申请入会，或请工会干部核对。")
            )
        values = {
            "event": self.event, "person": self.me.person, "session": self.session_named(data.get("session", "")),
            "guests": int(guests) if guests.isdecimal() and len(guests) < 4 else 0, "request_key": self.key(),
            "trade": data.get("trade", "").strip()[:40], "actor": self.actor, "at": self.at,
        }  # fmt: skip
        if self.lot:
            return actions.enter(**values)
        return actions.claim(**values, clash_ok=bool(data.get("clash_ok")))


class Paper(EventBase):
    """A material or a photo of the event."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = own.shown_paper(self.event, self.kwargs["file"])
        return sent(one_of(attachments.Attachment.objects.filter(pk=found.attachment_id)))


# where more is asked before a place is taken --------------------------------------------------------------
class SingleForm(forms.Form):
    """联谊: what the person alone can say."""

    single = forms.BooleanField(
        label="我声明目前单身，填写的内容属实", error_messages={"required": "没有声明目前单身，不能参加联谊。"}
    )
    contact = Mended(
        label="联系方式", max_length=60, help_text="手机或微信。加密保存，只有您选了对方、对方也选了您，对方才看得到。"
    )
    about = NoteField(
        label="自我介绍",
        required=False,
        rows=3,
        max_length=120,
        help_text="别人按胸牌号码选人，只看得到这一段，看不到姓名。",
    )


class Asking(FormPage, EventBase):
    """A page that asks more, then takes the place."""

    template = "portal/events/asking.html"

    @property
    def back(self) -> str:
        return self.here

    def get_record(self) -> Any:
        if not self.asked_first():
            raise Hidden(str(self.event.pk))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.get_record()
        if self.mine is not None:
            return HttpResponseRedirect(reverse("portal:service_signup", args=[self.mine.pk]))
        return super().get(request, *args, **kwargs)

    def context(self) -> dict[str, Any]:
        return {
            "event": self.event,
            "key": self.request.POST.get("key", "")[:KEY_MOST] or uuid4().hex,
            "sessions": [
                {"pk": one.pk, "words": words.session_words(one)} for one in own.sessions_of(self.event)
            ] if self.event.by_session else (),
            "chosen": self.request.POST.get("session", ""),
        }  # fmt: skip

    def common(self) -> dict[str, Any]:
        if self.me is None:
            raise Refused(
                Reason("not_member", "您的手机号还没有对应到会员档案。", cure="请先申请入会，或请工会干部核对。")
            )
        return {
            "event": self.event, "session": self.session_named(self.request.POST.get("session", "")),
            "request_key": self.key(), "clash_ok": bool(self.request.POST.get("clash_ok")), "actor": self.actor,
            "at": self.at,
        }  # fmt: skip

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.get_record()
        form = self.build(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            return self.said(self.act(form))
        except Refused as refused:
            if "already" in refused.codes and self.mine is not None:
                return HttpResponseRedirect(reverse("portal:service_signup", args=[self.mine.pk]))
            put_reasons(form, refused, self.fields_of)
            return self.show(form, status=422)


class Single(Asking):
    """One's declaration, then the place in the 联谊."""

    form_class = SingleForm
    submit_label = "确认报名"
    fields_of = {"not_single": "single", "contact_missing": "contact", "about_long": "about"}

    def heading(self) -> str:
        return "联谊报名"

    def act(self, form: forms.Form) -> Any:
        values = self.common()
        return actions.sign_up_single(person=self.me.person, **form.cleaned_data, **values)  # type: ignore[union-attr]


class Children(family.ChildrenForms, Asking):
    """The children, the guardian's consent, who may fetch them; then the places."""

    submit_label = "确认报名"

    @property
    def most(self) -> int:
        return max(1, self.event.guests_max)

    def heading(self) -> str:
        return "给孩子报名"

    def act(self, form: forms.Form) -> Any:
        values = self.common()
        return actions.sign_up_children(
            guardian=self.me.person, children=form.children(), **values,  # type: ignore[union-attr, attr-defined]
        )  # fmt: skip
