"""A file in force: checks with other offices, the yearly verification, the end, the national number."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from gongjia.faces.console.households import forms as ours
from gongjia.faces.console.households.acts import APPROVE, FileForm, FileMove
from gongjia.faces.console.households.filling import (
    Family,
    family_groups,
    family_in,
    family_of,
    income_of,
    rows_of,
    with_income,
)
from gongjia.faces.shared.marks import Link
from gongjia.faces.shared.pages import Fact
from gongjia.faces.shared.policy import Policy
from gongjia.work.households import actions, kinds, powers, queries

VERIFY = Policy("officer", powers.VERIFY, at="org")


class SendCheck(FileForm):
    title = "发核对请求"
    lead = "回复没到之前，这户的帮扶资金不能发放。"
    policy = APPROVE
    form_class = ours.CheckForm
    submit_label = "登记发出"
    done_text = "已登记，等对方回复。"
    fields_of = {"sent_in_future": "on", "check_sent": "to"}

    def initial(self) -> dict[str, Any]:
        return {"to": "civil", "on": self.at.date()}

    def act(self, form: forms.Form) -> Any:
        return actions.send_check(file=self.record, actor=self.actor, at=self.at, **form.cleaned_data)


class AnswerCheck(FileForm):
    title = "登记核对结果"
    policy = APPROVE
    form_class = ours.AnswerForm
    submit_label = "登记"
    done_text = "已登记核对结果。"
    fields_of = {"answer_in_future": "on", "answer_before_sent": "on"}

    def get_record(self) -> Any:
        return queries.check_of(self.actor, self.kwargs["pk"])

    @property
    def lead(self) -> str:
        return f"{self.record.file.number}，{self.record.to_label}，{self.record.sent_on:%Y-%m-%d} 发出。"

    @property
    def cancel_url(self) -> str:
        return reverse("console:households_one", args=[self.record.file_id])

    def crumbs(self) -> list[Any]:
        return []

    def initial(self) -> dict[str, Any]:
        return {"on": self.at.date(), "result": "agrees"}

    def act(self, form: forms.Form) -> Any:
        paper = self.paper(form, self.record.org)
        values = form.cleaned_data
        return actions.answer_check(
            check=self.record, result=values["result"], on=values["on"], found=values["found"], paper=paper,
            actor=self.actor, at=self.at,
        )  # fmt: skip


class DropCheck(FileMove):
    title = "撤销核对请求"
    policy = APPROVE
    verb = "撤销"
    note_label = "原因"
    note_required = True
    done_text = "已撤销。"

    def get_record(self) -> Any:
        return queries.check_of(self.actor, self.kwargs["pk"])

    def facts(self) -> list[Fact]:
        return [Fact("档案", self.record.file.number), Fact("向谁核对", self.record.to_label)]

    @property
    def cancel_url(self) -> str:
        return reverse("console:households_one", args=[self.record.file_id])

    def crumbs(self) -> list[Any]:
        return []

    def act(self, note: str) -> Any:
        return actions.drop_check(check=self.record, why=note, actor=self.actor, at=self.at)


class Verify(FileForm):
    """The facts of this year beside the verdict: the computation is made anew."""

    title = "年度复核"
    policy = VERIFY
    form_class = ours.VerifyForm
    submit_label = "复核"
    done_text = "已复核。"
    template = "console/household_verify.html"
    reckoned: Any = None
    fields_of = {
        "above_lines": "verdict", "category_changed": "verdict", "verified": "verdict", "low_line_missing": "verdict",
        **Family.fields_of,
        **{f"excluded_{code}": "exclusions" for code in kinds.Exclusion.values},
    }  # fmt: skip

    @property
    def lead(self) -> str:
        file = self.record
        last = f"{file.verified_year} 年" if file.verified_year else "建档时"
        return (
            f"{file.number}，现为{file.category_label}，上次复核 {last}。按今年的情况改家庭成员和数字，系统重新核算。"
        )

    @property
    def told(self) -> Any:
        if not hasattr(self, "_told"):
            self._told = actions.open_facts(file=self.record, reason="年度复核", actor=self.actor, at=self.at)
        return self._told

    @property
    def count(self) -> int:
        return rows_of(self)

    @property
    def groups(self) -> list[tuple[str, tuple[str, ...]]]:  # type: ignore[override]
        return [*family_groups(self.count), *ours.INCOME_GROUPS, ("结论", ("verdict", "why", "note"))]

    def form_kwargs(self) -> dict[str, Any]:
        return {"rows": self.count}

    def context(self) -> dict[str, Any]:
        more = Link("再加一位家庭成员", f"?rows={self.count + 1}", "plus")
        return {"more": more, "reckoned": self.reckoned, "file": self.record}

    def initial(self) -> dict[str, Any]:
        family = family_of(queries.members(self.record), self.told.members)
        return {**income_of(self.told.facts), **family, "verdict": "keep"}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """「核算」 shows the category by the figures typed, with its formula; nothing is kept."""
        if not request.POST.get("_reckon"):
            return super().post(request, *args, **kwargs)
        _ = self.record
        form = self.build(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form, status=422)
        values = form.cleaned_data
        self.reckoned = queries.reckoned(
            self.record, with_income(self.told.facts, values), on=self.at.date(),
            persons=self.record.persons if (family := self._family(values)) is None else len(family) + 1,
        )  # fmt: skip
        return self.show(form)

    def _family(self, values: dict[str, Any]) -> list[actions.HouseholdMember] | None:
        """The family as typed; None where the page sent none, which leaves it as it is."""
        return family_in(values, self.count) if "_rows" in self.request.POST else None

    def build(self, data: Any = None, files: Any = None) -> forms.Form:
        form = super().build(data, files)
        if not self.actor.can(powers.APPROVE, self.record.org):  # the end of a file is the city's to say
            form.fields["verdict"].choices = [one for one in kinds.Verdict.choices if one[0] in ("keep", "change")]
            form.fields["verdict"].help_text = "应当脱困、注销的，请报市总办理。"
        return form

    def act(self, form: forms.Form) -> Any:
        values = form.cleaned_data
        return actions.verify(
            file=self.record, verdict=values["verdict"], why=values["why"], note=values["note"],
            facts=with_income(self.told.facts, values), household=self._family(values), actor=self.actor,
            at=self.at,
        )  # fmt: skip

    def after(self, result: Any) -> str:
        return reverse("console:households_due")


class End(FileForm):
    title = "脱困、注销"
    lead = "收入高于标准的是脱困，帮扶再保留 12 个月；其他原因是注销。"
    policy = APPROVE
    form_class = ours.EndForm
    submit_label = "办理"
    done_text = "已办理。"
    fields_of = {"exit_in_future": "on", "exit_before_opened": "on", "why_missing": "note"}

    def initial(self) -> dict[str, Any]:
        return {"on": self.at.date(), "why": "above"}

    def act(self, form: forms.Form) -> Any:
        return actions.end_file(file=self.record, actor=self.actor, at=self.at, **form.cleaned_data)


class UpperNo(FileForm):
    title = "登记上级编号"
    policy = Policy("officer", powers.UPWARD, at="org")
    form_class = ours.NumberForm
    submit_label = "登记"
    done_text = "已登记。"

    def initial(self) -> dict[str, Any]:
        return {"number": self.record.upper_no}

    def act(self, form: forms.Form) -> Any:
        return actions.set_upper_no(file=self.record, number=form.cleaned_data["number"], actor=self.actor, at=self.at)
