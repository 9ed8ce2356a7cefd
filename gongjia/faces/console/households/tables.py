"""The 低保 lines and the caps of condolences: what the authorities publish, as dated rows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse

from gongjia.faces.console.households import forms as ours
from gongjia.faces.shared.marks import Link
from gongjia.faces.shared.pages import Crumb, FormPage, Page
from gongjia.faces.shared.policy import Policy
from gongjia.work.households import actions, powers, queries

POLICY = Policy("officer", powers.RULES)


class Lines(Page):
    title = "低保标准和慰问限额"
    lead = "每年公布的标准登记在这里，从执行日起按新标准核算；以前的核算不变。"
    policy = POLICY
    template = "console/low_lines.html"

    def context(self) -> dict[str, Any]:
        return {
            "low": queries.low_lines(),
            "caps": queries.caps(),
            "new_line": Link("登记低保标准", reverse("console:low_lines_new"), "plus", "primary"),
            "new_cap": Link("登记慰问限额", reverse("console:low_lines_cap"), "plus"),
        }


class Row(FormPage):
    policy = POLICY
    submit_label = "登记"
    done_text = "已登记。"

    @property
    def cancel_url(self) -> str:
        return reverse("console:low_lines")

    def crumbs(self) -> list[Crumb]:
        return [Crumb(Lines.title, self.cancel_url)]

    def after(self, result: Any) -> str:
        return self.cancel_url


class NewLine(Row):
    title = "登记低保标准"
    form_class = ours.LineForm
    fields_of = {"city_wrong": "city", "amount_missing": "amount"}

    def initial(self) -> dict[str, Any]:
        return {"valid_from": self.at.date()}

    def act(self, form: forms.Form) -> Any:
        return actions.set_low_line(actor=self.actor, at=self.at, **form.cleaned_data)


class NewCap(Row):
    title = "登记慰问限额"
    form_class = ours.CapForm
    fields_of = {"amount_missing": "amount"}

    def initial(self) -> dict[str, Any]:
        return {"valid_from": self.at.date(), "per": "once", "mode": "warn"}

    def act(self, form: forms.Form) -> Any:
        return actions.set_cap(actor=self.actor, at=self.at, **form.cleaned_data)
