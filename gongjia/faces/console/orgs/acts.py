"""What a union's own officer keeps up: each page one form, one action behind it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse

from gongjia.base.refused import Hidden
from gongjia.faces.console.orgs import forms as ours
from gongjia.faces.console.orgs.lists import union_url
from gongjia.faces.console.orgs.paper import OrgFormPage
from gongjia.faces.shared.pages import Crumb, Fact, MovePage
from gongjia.faces.shared.policy import Policy
from gongjia.who.members import queries as member_queries
from gongjia.who.orgs import actions, kinds, powers
from gongjia.who.orgs import queries as orgs


class UnionForm(OrgFormPage):
    """What the forms about one union share. `above`: the power counts at the next higher union."""

    above = False
    submit_label = "保存"

    def get_record(self) -> Any:
        return orgs.get(self.actor, self.kwargs["pk"])

    def org_of(self, record: Any) -> Any:
        return record.org if self.above else record

    def crumbs(self) -> list[Crumb]:
        return [Crumb("工会", reverse("console:orgs")), Crumb(self.record.name, self.cancel_url)]

    @property
    def cancel_url(self) -> str:
        return union_url(self.kwargs["pk"])

    def after(self, result: Any) -> str:
        return self.cancel_url


class Edit(UnionForm):
    title = "修改登记资料"
    policy = Policy("officer", powers.EDIT, at="org")
    form_class = ours.EditForm
    done_text = "已保存。"
    fields_of = {
        "employer_uscc_bad": "employer_uscc", "employer_uscc_is_union": "employer_uscc",
        "employer_has_union": "employer_uscc", "women_over_staff": "staff_women", "founded_in_future": "founded_on",
    }  # fmt: skip
    groups = (
        ("单位", ("employer_name", "employer_uscc", "unit_nature", "economy", "industry", "opened_on")),
        ("联系", ("head_name", "contact_name", "phone", "address", "postcode", "email")),
        (
            "职工和委员会",
            (
                "staff_count", "staff_women", "staff_on", "form", "founding_members", "committee_size",
                "women_committee", "audit_committee",
            ),
        ),
        ("成立", ("founded_on", "founding_document")),
        ("其他", ("note",)),
    )  # fmt: skip

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.record, name) for name in ours.EDITED}

    def act(self, form: forms.Form) -> Any:
        changes = {name: form.cleaned_data[name] for name in ours.EDITED}
        done = actions.edit(
            org=self.record, changes=changes, actor=self.actor, at=self.at, note=form.cleaned_data["note"]
        )
        self.warn(done.warnings)


class Elect(UnionForm):
    title = "登记换届"
    lead = "选举结果经上一级工会批复后登记。"
    policy = Policy("officer", powers.EDIT, at="org")
    form_class = ours.ElectForm
    done_text = "已登记。"
    fields_of = {
        "approval_missing": "attachment", "years_wrong": "years", "number_wrong": "number",
        "elected_in_future": "started_on", "elected_before_last": "started_on", "elected_before_founded": "started_on",
    }  # fmt: skip

    def initial(self) -> dict[str, Any]:
        file = orgs.file_of(self.record, self.at.date())
        last = file.terms[0] if file.terms else None
        years = str(last.years) if last else "5" if self.record.kind in ("federation", "industry") else "3"
        return {"number": last.number + 1 if last else 1, "years": years, "committee_size": self.record.committee_size}

    def act(self, form: forms.Form) -> Any:
        values = dict(form.cleaned_data)
        values.pop("attachment", None)
        values["years"] = int(values["years"])
        paper = self.paper(form, self.record)
        done = actions.elect(org=self.record, attachment=paper, actor=self.actor, at=self.at, **values)
        self.warn(done.warnings)


class Legal(UnionForm):
    title = "登记法人资格"
    policy = Policy("officer", powers.EDIT, at="org")
    form_class = ours.LegalForm
    done_text = "已登记。"
    fields_of = {
        "uscc_bad": "uscc", "uscc_not_union": "uscc", "uscc_taken": "uscc", "uscc_missing": "uscc",
        "registered_in_future": "registered_on", "registered_before_founded": "registered_on",
    }  # fmt: skip

    def act(self, form: forms.Form) -> Any:
        done = actions.register_legal_person(org=self.record, actor=self.actor, at=self.at, **form.cleaned_data)
        self.warn(done.warnings)


class Cover(UnionForm):
    title = "登记涵盖单位"
    policy = Policy("officer", powers.EDIT, at="org")
    form_class = ours.CoverForm
    done_text = "已登记。"
    fields_of = {
        "covered_twice": "name", "name_missing": "name", "employer_uscc_bad": "uscc", "since_in_future": "since",
    }  # fmt: skip

    def initial(self) -> dict[str, Any]:
        return {"since": self.at.date()}

    def act(self, form: forms.Form) -> Any:
        return actions.add_covered(org=self.record, actor=self.actor, at=self.at, **form.cleaned_data)


class CoverEnd(UnionForm):
    title = "撤下涵盖单位"
    policy = Policy("officer", powers.EDIT, at="org")
    form_class = ours.CoverEndForm
    submit_label = "撤下"
    done_text = "已撤下。"
    fields_of = {"until_wrong": "until", "covered_ended": "until"}

    @property
    def unit(self) -> Any:
        found = next((one for one in self.record.covered.all() if one.pk == self.kwargs["unit"]), None)
        if found is None:
            raise Hidden
        return found

    @property
    def lead(self) -> str:
        return self.unit.name

    def initial(self) -> dict[str, Any]:
        return {"until": self.at.date()}

    def act(self, form: forms.Form) -> Any:
        _, warnings = actions.end_covered(unit=self.unit, actor=self.actor, at=self.at, **form.cleaned_data)
        self.warn(warnings)


class Confirm(MovePage):
    """确认名册: the union says that its list is right today."""

    title = "确认名册"
    verb = "名册没有差错，确认"
    policy = Policy("officer", powers.EDIT, at="org")
    done_text = "已确认名册。"

    def get_record(self) -> Any:
        return orgs.get(self.actor, self.kwargs["pk"])

    def org_of(self, record: Any) -> Any:
        return record

    def crumbs(self) -> list[Crumb]:
        return [Crumb("工会", reverse("console:orgs")), Crumb(self.record.name, self.cancel_url)]

    @property
    def cancel_url(self) -> str:
        return union_url(self.kwargs["pk"])

    def facts(self) -> list[Fact]:
        count, _ = member_queries.member_total(self.actor, org=self.record)
        return [
            Fact("工会", self.record.name),
            Fact("类型", kinds.OrgKind(self.record.kind).label),
            Fact("在册会员", count, "number", link=f"{reverse('console:members')}?org={self.record.code}"),
            Fact("上次确认", self.record.roster_confirmed_on, "day"),
        ]

    def consequences(self) -> list[str]:
        return ["登记为今天确认；有差错的，请先改好名册再确认。"]

    def act(self, note: str) -> Any:
        return actions.confirm_roster(org=self.record, on=self.at.date(), actor=self.actor, at=self.at, note=note)

    def after(self, result: Any) -> str:
        return self.cancel_url
