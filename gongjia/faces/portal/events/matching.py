"""联谊 on a phone: the declaration, badges by number, choosing, contacts of those who agree, blocking and reporting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base.refused import Hidden, Reason, Refused
from gongjia.faces.portal.events.one import SingleForm
from gongjia.faces.portal.events.sign_up import OwnSignUp
from gongjia.faces.shared import event_words as words
from gongjia.faces.shared import flash
from gongjia.faces.shared.pages import FormPage
from gongjia.work.events import actions, kinds, queries, rules


class Declare(FormPage, OwnSignUp):
    """For a place that came by a lot or by one's union: only the person can say that they are single."""

    title = "单身声明"
    template = "portal/form.html"
    form_class = SingleForm
    submit_label = "提交声明"
    done_text = "声明已保存。"
    fields_of = {"not_single": "single", "contact_missing": "contact", "about_long": "about"}

    @property
    def back(self) -> str:
        return self.home

    def get_record(self) -> Any:
        if not kinds.KINDS[self.event.kind].matching:
            raise Hidden(str(self.sign_up.pk))

    def act(self, form: forms.Form) -> Any:
        return actions.declare_single(sign_up=self.sign_up, **form.cleaned_data, actor=self.actor, at=self.at)

    def after(self, result: Any) -> str:
        return self.home


class Match(OwnSignUp):
    """Who is here, by the numbers on the badges; my slips; those with whom it is mutual."""

    title = "互选"
    template = "portal/events/match.html"

    @property
    def back(self) -> str:
        return self.home

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show()

    def show(
        self, reasons: Sequence[Reason] = (), status: int = 200, contact: str = "", number: int = 0
    ) -> HttpResponse:
        card = queries.card_of(self.sign_up)
        if card is None and kinds.KINDS[self.event.kind].matching:
            return HttpResponseRedirect(reverse("portal:service_signup_single", args=[self.sign_up.pk]))
        badges = queries.badges(self.actor, self.sign_up)
        answer = self.render(
            status=status, card=card, badges=badges, event=self.event, one=self.sign_up, reasons=reasons,
            contact=contact, number=number, most=int(self.event.params.get("choices", rules.CHOICES_MOST)),
            starts=words.clock_of(self.event.first_at),
            begun=self.event.first_at is not None and self.at >= self.event.first_at, law=rules.MATCH_LAW,
        )  # fmt: skip
        answer["Cache-Control"] = "no-store"
        return answer

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Choose anew."""
        numbers = [int(one) for one in request.POST.getlist("number") if one.isdecimal() and len(one) < 6]
        try:
            mutual = actions.choose(sign_up=self.sign_up, numbers=numbers, actor=self.actor, at=self.at)
        except Refused as refused:
            return self.show(refused.reasons, 422)
        sentence = "已保存。" + (
            f"您和 {'、'.join(f'{n} 号' for n in mutual)}互相选择了。" if mutual else "对方也选您时，会发消息告诉您。"
        )
        flash.say(request, sentence)
        return HttpResponseRedirect(request.path)


class MatchAct(Match):
    """A button beside one badge."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("portal:service_signup_match", args=[self.sign_up.pk]))

    @property
    def number(self) -> int:
        text = self.request.POST.get("number", "")
        return int(text) if text.isdecimal() and len(text) < 6 else 0


class Contact(MatchAct):
    """How to reach the other, once both chose: shown on the answer itself, which nothing keeps."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            found = actions.open_contact(sign_up=self.sign_up, number=self.number, actor=self.actor, at=self.at)
        except Refused as refused:
            return self.show(refused.reasons, 422)
        return self.show(contact=found, number=self.number)


class Block(MatchAct):
    """Wants nothing to do with that number any more; with words it goes to the organiser."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        report = request.POST.get("report", "")
        try:
            actions.block(sign_up=self.sign_up, number=self.number, report=report, actor=self.actor, at=self.at)
        except Refused as refused:
            return self.show(refused.reasons, 422)
        flash.say(
            request, "已举报，主办工会会处理。对方也看不到您了。" if report.strip() else "已拉黑，你们互相看不到了。"
        )
        return HttpResponseRedirect(reverse("portal:service_signup_match", args=[self.sign_up.pk]))


class Leave(MatchAct):
    """Takes part no more; contacts that were seen are hidden again."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            actions.leave_matching(sign_up=self.sign_up, actor=self.actor, at=self.at)
        except Refused as refused:
            return self.show(refused.reasons, 422)
        flash.say(request, "已退出互选，别人看不到您了。")
        return HttpResponseRedirect(self.home)
