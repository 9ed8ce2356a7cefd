"""My applications: where each lies, what came of it; take back, ask to look again, confirm what was handed over."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base.refused import Hidden
from gongjia.faces.portal.pages import PortalForm, PortalPage
from gongjia.faces.portal.services.journey import journey_of
from gongjia.faces.portal.services.own import EDITABLE, OwnPage, PostOnly, lines_of
from gongjia.faces.portal.services.tiles import note_of
from gongjia.faces.shared import flash
from gongjia.faces.shared.fields import NoteField
from gongjia.money.funds import queries as funds
from gongjia.work.programmes import actions, queries
from gongjia.work.programmes.actions.after import APPEAL_DAYS

TONES = {
    "draft": "neutral", "in_review": "info", "returned": "warning", "on_notice": "info", "awarded": "success",
    "declined": "danger", "withdrawn": "neutral", "revoked": "danger",
}  # fmt: skip


class Mine(PortalPage):
    """All of them, newest first."""

    title = "我的申请"
    template = "portal/services/mine.html"

    def context(self) -> dict[str, Any]:
        rows = [
            {
                "title": one.round.title,
                "note": "　".join(part for part in (one.number, note_of(one)) if part),
                "state": state_label(one),
                "tone": TONES[one.state],
                "url": reverse("portal:service_application", args=[one.pk]),
            }
            for one in queries.my_applications(self.actor)
        ]
        return {"rows": rows}


def state_label(one: Any, words: Any = None) -> str:
    """The state in the words of the type: 未入选 for an honour, 不予通过 for aid."""
    if one.state == "declined" and words is not None:
        return words.declined
    return one.state_label


class Application(OwnPage):
    """One of them: the line of real desks, what is missing, the result, what I said."""

    template = "portal/services/application.html"

    @property
    def back(self) -> str:
        return reverse("portal:service_mine")

    def heading(self) -> str:
        return self.one.round.title

    @cached_property
    def page(self) -> queries.ApplicationPage:
        return queries.my_application(self.actor, self.one.pk, today=self.at.date())

    def context(self) -> dict[str, Any]:
        one, page, award = self.page.application, self.page, self.page.award
        payments = funds.paid_awards([award.pk]).get(award.pk, []) if award is not None else []
        appeals = list(page.appeals)
        late = one.decided_on and self.at.date() > one.decided_on + timedelta(days=APPEAL_DAYS)
        return {
            "one": one,
            "words": page.words,
            "state": state_label(one, page.words),
            "tone": TONES[one.state],
            "journey": journey_of(page, payments, self.at.date()) if one.state != "draft" else [],
            "lines": lines_of(self),
            "award": award,
            "title_given": award.title if award else "",
            "receipt": next((row for row in page.checks if row.kind == "receipt" and row.result == "waiting"), None),
            "account_asked": award is not None and bool(award.amount) and self.needs_account(payments),
            "appeals": appeals,
            "may_appeal": one.state == "declined" and not late and not any(row.state == "open" for row in appeals),
            "may_withdraw": one.state in ("in_review", "returned"),
            "may_fill": one.state in EDITABLE,
            "notice": queries.notice_state(one, self.at),
        }

    def needs_account(self, payments: list[Any]) -> bool:
        """Money is to come and there is no account, or the bank sent it back."""
        if self.me is None or any(one.state in ("sent", "paid") for one in payments):
            return False
        return funds.account_of(self.me.person) is None or any(one.state == "returned" for one in payments)


class Withdraw(PostOnly):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actions.withdraw(application=self.one, actor=self.actor, at=self.at)
        flash.say(request, "已撤回。")
        return HttpResponseRedirect(self.home)


class Discard(PostOnly):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actions.discard_draft(application=self.one, actor=self.actor, at=self.at)
        flash.say(request, "草稿已删除。")
        return HttpResponseRedirect(reverse("portal:service_mine"))


class Received(PostOnly):
    """The receiver confirms on the phone what was handed over."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        award = queries.my_application(self.actor, self.one.pk, today=self.at.date()).award
        if award is None:
            raise Hidden("award")
        actions.check_award(award=award, kind="receipt", ok=True, how="self", actor=self.actor, at=self.at)
        flash.say(request, "已确认收到。")
        return HttpResponseRedirect(self.home)


class AppealForm(forms.Form):
    text = NoteField(
        label="为什么认为结果有误", rows=6, max_length=2000,
        help_text="写清楚哪一项有出入、有什么依据。主办工会会重新核对并答复您。",
    )  # fmt: skip


class Appeal(OwnPage, PortalForm):
    """Ask to look again at a decline."""

    title = "申请复核"
    form_class = AppealForm
    submit_label = "提交复核申请"
    done_text = "已提交，主办工会会答复您。"
    fields_of = {"text_short": "text"}

    @property
    def back(self) -> str:
        return self.home

    def context(self) -> dict[str, Any]:
        return {"lead": f"{self.one.round.title}：{self.one.outcome or self.one.state_label}"}

    def show(self, form: forms.Form, status: int = 200) -> HttpResponse:
        if self.one.state != "declined":
            return HttpResponseRedirect(self.home)
        return super().show(form, status)

    def act(self, form: forms.Form) -> Any:
        return actions.file_appeal(application=self.one, text=form.cleaned_data["text"], actor=self.actor, at=self.at)

    def after(self, result: Any) -> str:
        return self.home
