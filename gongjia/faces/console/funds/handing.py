"""What leaves a batch: rows taken out, the file for the bank, the list of questions, the voucher's number."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base import money
from gongjia.base.refused import Hidden, Reason, Refused
from gongjia.faces.console.funds import forms as ours
from gongjia.faces.console.funds import words
from gongjia.faces.console.funds.batches import BatchPage
from gongjia.faces.console.funds.topay import picked
from gongjia.faces.shared import flash
from gongjia.faces.shared.files import download
from gongjia.faces.shared.fresh import need_fresh
from gongjia.faces.shared.pages import Crumb, Fact, FormPage, MovePage
from gongjia.faces.shared.policy import Policy
from gongjia.money.funds import actions, powers, queries


class TakeOut(MovePage):
    """The ticked rows out of a batch in editing."""

    title = "移出批次"
    verb = "移出"
    policy = Policy("officer", powers.MAKE)
    done_text = "已移出。"

    def get_record(self) -> Any:
        keys = picked(self.request.POST.getlist("pick"))
        found = queries.payments_of(self.actor, keys)
        if len(found) != len(keys):
            raise Hidden("payment")
        return found

    def org_of(self, record: Any) -> Any:
        return None

    def must_here(self, org: Any) -> None:
        """The rows bring their own unions: the action asks for each."""

    def facts(self) -> list[Fact]:
        return [Fact(words.payee(one), one.title, note=money.show(one.gross)) for one in self.record[:100]]

    def blocked(self) -> Refused | None:
        return (
            None
            if self.record
            else Refused(Reason("nothing_picked", "还没有选择要移出的人。", cure="请回到批次里勾选。"))
        )

    def consequences(self) -> list[str]:
        return ["移出的回到待发放名单；重发的回到退汇名单。"]

    @property
    def cancel_url(self) -> str:
        batch = self.record[0].batch if self.record else None
        return words.batch_url(batch) if batch else reverse("console:funds_batches")

    def act(self, note: str) -> Any:
        self.back = self.cancel_url
        return actions.take_out(payments=self.record, actor=self.actor, at=self.at, note=note)

    def after(self, result: Any) -> str:
        return self.back


class TakeFile(BatchPage):
    """The file for the bank. Whole account numbers leave here, so it is asked for by a post and written down."""

    policy = Policy("officer", powers.SEND, at="org")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(words.batch_url(self.record))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch = self.record
        if asks := need_fresh(request, words.batch_url(batch)):
            return asks
        return self.hand_out(lambda: actions.take_file(batch=batch, actor=self.actor, at=self.at))

    def hand_out(self, make: Any) -> HttpResponse:
        try:
            name, content = make()
        except Refused as why:
            flash.say(self.request, str(why), "danger")
            return HttpResponseRedirect(words.batch_url(self.record))
        return download(content, name)


class Ask(TakeFile):
    """The list of what the bank has not answered."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch = self.record
        return self.hand_out(lambda: actions.ask_bank(batch=batch, actor=self.actor, at=self.at))


class Voucher(FormPage):
    title = "登记凭证号"
    policy = Policy("officer", powers.SEND, at="org")
    form_class = ours.VoucherForm
    submit_label = "登记"
    fields_of = {"voucher_missing": "number", "voucher_nothing": "number"}

    def get_record(self) -> Any:
        return queries.batch(self.actor, self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return words.batch_crumbs(self.record)

    @property
    def cancel_url(self) -> str:
        return words.batch_url(self.record)

    def act(self, form: forms.Form) -> Any:
        return actions.set_voucher(batch=self.record, number=form.cleaned_data["number"], actor=self.actor, at=self.at)

    def after(self, result: Any) -> str:
        flash.say(self.request, f"已给 {result} 笔收支登记凭证号。")
        return self.cancel_url
