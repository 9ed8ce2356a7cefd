"""What waits on the desk: a hand-over, a correction, a request for help."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base import journal
from gongjia.base.refused import Refused
from gongjia.faces.console.members import forms as ours
from gongjia.faces.console.members.pages import person_url
from gongjia.faces.shared import flash
from gongjia.faces.shared.marks import Badge, Link
from gongjia.faces.shared.pages import Crumb, DetailPage, Fact, Facts, FormPage, MovePage
from gongjia.faces.shared.policy import Policy
from gongjia.who.members import actions, powers, queries


class TransferPage(DetailPage):
    """One hand-over; whose turn it is."""

    policy = Policy("officer", powers.READ)

    def crumbs(self) -> list[Crumb]:
        return [Crumb("会员转接", reverse("console:members_transfers"))]

    def get_record(self) -> Any:
        return queries.transfer_of(self.actor, self.kwargs["pk"])

    def heading(self) -> str:
        return f"{self.record.person.name}的转接"

    def badge(self) -> Badge:
        return Badge(self.record.state_label, "warning" if self.record.state in ("asked", "offered") else "neutral")

    def steps(self) -> list[Link]:
        one = self.record
        if one.state not in ("asked", "offered") or not self.actor.can(powers.TRANSFER, one.org):
            return []
        verb = "确认转出" if one.state == "asked" else "接收"
        return [
            Link(verb, reverse("console:members_transfer_accept", args=[one.pk]), "check", "primary"),
            Link(
                "不接收" if one.state == "offered" else "不同意转出",
                reverse("console:members_transfer_decline", args=[one.pk]),
                "x",
            ),
        ]

    def groups(self) -> list[Facts]:
        one = self.record
        return [
            Facts(
                "转接",
                [
                    Fact("会员", one.person.name),
                    Fact("证件号码", str(one.person.id_no) if one.person.id_no else ""),
                    Fact("转出工会", one.from_org.name),
                    Fact("转入工会", one.to_org.name),
                    Fact("原因", one.reason_label),
                    Fact("说明", one.words),
                    Fact("提出日期", one.asked_on, "day"),
                    Fact("办结日期", one.ended_on, "day"),
                    Fact("答复", one.answer),
                ],
            )
        ]

    def timeline(self) -> list[Any]:
        return journal.timeline(self.record)


class TransferMove(MovePage):
    policy = Policy("officer", powers.TRANSFER)

    def crumbs(self) -> list[Crumb]:
        return [Crumb("会员转接", reverse("console:members_transfers"))]

    def get_record(self) -> Any:
        return queries.transfer_of(self.actor, self.kwargs["pk"])

    def facts(self) -> list[Fact]:
        one = self.record
        return [Fact("会员", one.person.name), Fact("转出工会", one.from_org.name), Fact("转入工会", one.to_org.name)]

    @property
    def cancel_url(self) -> str:
        return reverse("console:members_transfer", args=[self.kwargs["pk"]])

    def after(self, result: Any) -> str:
        return self.cancel_url


class AcceptTransfer(TransferMove):
    title = "接收会员"
    verb = "确认"
    ask_note = False
    done_text = "已办理。"

    def consequences(self) -> list[str]:
        if self.record.state == "asked":
            return [f"转给{self.record.to_org.name}接收；接收之前会籍不变。"]
        return ["会籍从今天起转到转入工会，转出工会的名册上不再有此人。"]

    def act(self, note: str) -> Any:
        one = self.record
        if one.state == "asked" and one.asked_by != "receiving":
            return actions.confirm_transfer(transfer=one, actor=self.actor, at=self.at)
        return actions.accept(transfer=one, actor=self.actor, at=self.at)


class DeclineTransfer(TransferMove):
    title = "不接收"
    verb = "不接收"
    note_label = "原因"
    note_required = True
    done_text = "已答复对方工会。"

    def act(self, note: str) -> Any:
        return actions.decline(transfer=self.record, words=note, actor=self.actor, at=self.at)


class CorrectionPage(FormPage):
    """更正申请: what is on file, what the member says, settle or refuse."""

    title = "更正申请"
    policy = Policy("officer", powers.SETTLE, at="org")
    form_class = ours.SettleForm
    submit_label = "更正"
    template = "console/correction.html"
    fields_of = {"phone_bad": "value", "id_check_digit": "value", "wanted_missing": "value", "words_missing": "words"}

    def crumbs(self) -> list[Crumb]:
        return [Crumb("更正与求助", reverse("console:members_desk"))]

    def get_record(self) -> Any:
        return queries.correction_of(self.actor, self.kwargs["pk"])

    def context(self) -> dict[str, Any]:
        one = self.record
        now = getattr(one.person, one.field, "") if one.field not in ("union", "other") else ""
        label = getattr(one.person, f"{one.field}_label", None)
        return {
            "one": one,
            "now": label if label is not None else now,
            "wanted": queries.wanted_label(one),
            "timeline": journal.timeline(one),
            "person_url": person_url(one.person_id),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("_refuse"):
            try:
                actions.refuse_correction(
                    correction=self.record, actor=self.actor, at=self.at, words=request.POST.get("words", "")
                )
            except Refused as refused:
                from gongjia.faces.shared.pages.forms import put_reasons

                form = self.build(request.POST)
                form.is_valid()
                put_reasons(form, refused, self.fields_of)
                return self.show(form, 422)
            flash.say(request, "已答复本人。")
            return HttpResponseRedirect(self.after(None))
        return super().post(request, *args, **kwargs)

    done_text = "已更正，并告知本人。"

    def act(self, form: forms.Form) -> Any:
        return actions.settle_correction(correction=self.record, actor=self.actor, at=self.at, **form.cleaned_data)

    def after(self, result: Any) -> str:
        return reverse("console:members_correction", args=[self.kwargs["pk"]])


class HelpPage(FormPage):
    """请工会干部帮我办: answer it."""

    title = "求助"
    policy = Policy("officer", powers.SETTLE, at="org")
    form_class = ours.AnswerForm
    submit_label = "已办好"
    template = "console/help.html"
    done_text = "已答复本人。"
    fields_of = {"words_missing": "words"}

    def crumbs(self) -> list[Crumb]:
        return [Crumb("更正与求助", reverse("console:members_desk"))]

    def get_record(self) -> Any:
        return queries.help_of(self.actor, self.kwargs["pk"])

    def context(self) -> dict[str, Any]:
        one = self.record
        return {
            "one": one,
            "timeline": journal.timeline(one),
            "person_url": person_url(one.person_id) if one.person_id else "",
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("_call"):
            number = actions.help_number(help=self.record, actor=self.actor, at=self.at)
            return self.render(
                template="console/revealed.html", label="手机号", value=number, back=request.path, record=self.record
            )
        return super().post(request, *args, **kwargs)

    def act(self, form: forms.Form) -> Any:
        return actions.finish_help(help=self.record, actor=self.actor, at=self.at, **form.cleaned_data)

    def after(self, result: Any) -> str:
        return reverse("console:members_desk")
