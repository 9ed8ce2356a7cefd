"""From a preparation to a union: prepared, approved or given up; or entered as founded at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse

from gongjia.base.refused import Reason, Refused, refuse
from gongjia.faces.console.orgs import forms as ours
from gongjia.faces.console.orgs import picking
from gongjia.faces.console.orgs.acts import UnionForm
from gongjia.faces.console.orgs.lists import union_url
from gongjia.faces.console.orgs.paper import OrgFormPage
from gongjia.faces.shared.pages import Crumb, Fact, MovePage, Page
from gongjia.faces.shared.policy import Policy
from gongjia.who.orgs import actions, powers
from gongjia.who.orgs import queries as orgs


def covered_of(text: str) -> list[actions.Covered]:
    """One unit a line: name, credit code, staff; the last two may be left out."""
    found, faults = [], []
    for number, line in enumerate(text.splitlines(), 1):
        parts = [part.strip() for part in line.replace("，", ",").replace("\t", ",").split(",")]
        if not any(parts):
            continue
        rest = [part for part in parts[1:] if part]
        staff = rest.pop() if rest and len(rest[-1]) < 7 else ""
        if len(rest) > 1 or (staff and not staff.isdigit()):
            faults.append(
                Reason("covered", f"涵盖单位第 {number} 行看不懂。", cure="请写成：名称，信用代码，职工人数。")
            )
            continue
        found.append(actions.Covered(parts[0], rest[0] if rest else "", int(staff) if staff else None))
    if faults:
        raise Refused(faults)
    return found


class Found(OrgFormPage):
    """登记建会: with the higher union's approval."""

    title = "登记建会"
    lead = "上一级工会已经批复的，在这里登记；批复文号和文件都要有。"
    policy = Policy("officer", powers.FOUND)
    form_class = ours.FoundForm
    submit_label = "登记"
    draft = "orgs.found"
    done_text = "已登记建会。"
    names_unions, offer, offer_upper = True, powers.FOUND, True
    fields_of = {
        "approval_missing": "attachment", "name_missing": "name", "name_taken": "name", "kind_unknown": "kind",
        "parent_missing": "parent", "parent_kind_wrong": "parent", "parent_closed": "parent",
        "uscc_bad": "employer_uscc", "employer_uscc_bad": "employer_uscc", "employer_uscc_is_union": "employer_uscc",
        "employer_has_union": "employer_uscc", "founded_on_missing": "founded_on", "founded_in_future": "founded_on",
        "units_too_few": "covered", "kind_covers_none": "covered", "covered_twice": "covered",
        "committee_needed": "form", "women_over_staff": "staff_women", "kin_on_committee": "kin_on_committee",
        "guide_kind_wrong": "industry_parent",
    }  # fmt: skip
    groups = (
        ("批复", ("parent", "kind", "name", "short_name", "industry_parent", "founded_on", "document", "attachment")),
        (
            "单位",
            (
                "employer_name", "employer_uscc", "unit_nature", "economy", "industry", "opened_on", "address",
                "covered",
            ),
        ),
        (
            "人员",
            (
                "head_name", "contact_name", "phone", "staff_count", "staff_women", "staff_on", "founding_members",
                "women_members", "form", "committee_size", "women_committee", "audit_committee", "kin_on_committee",
            ),
        ),
        ("其他", ("note",)),
    )  # fmt: skip

    @property
    def cancel_url(self) -> str:
        return reverse("console:orgs")

    def crumbs(self) -> list[Crumb]:
        return [Crumb("工会", reverse("console:orgs"))]

    def initial(self) -> dict[str, Any]:
        wanted = self.request.GET.get("parent", "")
        above = orgs.get(self.actor, wanted) if wanted else picking.home_of(self.request, powers.FOUND)
        return {"parent": above.name if above is not None else "", "kind": "single", "founded_on": self.at.date()}

    def act(self, form: forms.Form) -> Any:
        values = dict(form.cleaned_data)
        paper = self.paper(form, values["parent"])
        details = {name: values[name] for name in ours.FACTS if values[name] not in ("", None)}
        done = actions.found(
            parent=values["parent"], kind=values["kind"], name=values["name"], short_name=values["short_name"],
            founded_on=values["founded_on"], document=values["document"], attachment=paper,
            industry_parent=values["industry_parent"], women_members=values["women_members"],
            kin_on_committee=values["kin_on_committee"], covered=covered_of(values["covered"]), details=details,
            note=values["note"], actor=self.actor, at=self.at,
        )  # fmt: skip
        self.warn(done.warnings)
        return done.org

    def after(self, result: Any) -> str:
        return union_url(result.pk)


class Plan(Found):
    """登记筹建: a union on its way. It counts nowhere until it is approved."""

    title = "登记筹建"
    lead = "还没有批复的，先登记为筹建中，批复以后再办“批准成立”。筹建中的工会不计入工会数。"
    form_class = ours.PlanForm
    draft = "orgs.plan"
    done_text = "已登记为筹建中。"
    groups = (
        ("筹建", ("parent", "kind", "name", "short_name", "industry_parent", "planned_on")),
        Found.groups[1],
        ("人员", ("head_name", "contact_name", "phone", "staff_count", "staff_women", "staff_on")),
        ("其他", ("note",)),
    )

    def initial(self) -> dict[str, Any]:
        found = super().initial()
        return {**found, "planned_on": found.pop("founded_on")}

    def act(self, form: forms.Form) -> Any:
        values = dict(form.cleaned_data)
        details = {name: values[name] for name in ours.PLANNED if values[name] not in ("", None)}
        done = actions.plan(
            parent=values["parent"], kind=values["kind"], name=values["name"], short_name=values["short_name"],
            planned_on=values["planned_on"], industry_parent=values["industry_parent"],
            covered=covered_of(values["covered"]), details=details, note=values["note"], actor=self.actor, at=self.at,
        )  # fmt: skip
        return done.org


class Approve(UnionForm):
    """批准成立: with the approval document; from its day on the union counts."""

    title = "批准成立"
    above = True
    policy = Policy("officer", powers.FOUND, at="org")
    form_class = ours.ApproveForm
    submit_label = "批准成立"
    done_text = "已批准成立。"
    fields_of = {
        "approval_missing": "attachment", "founded_on_missing": "founded_on", "founded_in_future": "founded_on",
        "committee_needed": "form", "women_over_staff": "staff_women", "kin_on_committee": "kin_on_committee",
    }  # fmt: skip
    groups = (
        ("批复", ("founded_on", "document", "attachment")),
        (
            "人员",
            (
                "staff_count", "staff_women", "founding_members", "women_members", "form", "committee_size",
                "women_committee", "audit_committee", "kin_on_committee",
            ),
        ),
        ("其他", ("note",)),
    )  # fmt: skip

    def get_record(self) -> Any:
        return in_preparation(self, super().get_record())

    @property
    def lead(self) -> str:
        return f"{self.record.name}，{self.record.kind_label}，上级是{self.record.parent.name}。"

    def initial(self) -> dict[str, Any]:
        return {"founded_on": self.at.date(), **{name: getattr(self.record, name) for name in ours.APPROVED}}

    def act(self, form: forms.Form) -> Any:
        paper = self.paper(form, self.record)
        values = form.cleaned_data
        done = actions.approve(
            org=self.record, founded_on=values["founded_on"], document=values["document"], attachment=paper,
            women_members=values["women_members"], kin_on_committee=values["kin_on_committee"],
            details={name: values[name] for name in ours.APPROVED}, note=values["note"], actor=self.actor, at=self.at,
        )  # fmt: skip
        self.warn(done.warnings)


class Abandon(MovePage):
    """终止筹建: a preparation that came to nothing stays in the register as ended."""

    title = "终止筹建"
    verb = "终止筹建"
    danger = True
    policy = Policy("officer", powers.FOUND, at="org")
    note_label = "原因"
    note_required = True
    done_text = "已终止筹建。"

    def get_record(self) -> Any:
        return in_preparation(self, orgs.get(self.actor, self.kwargs["pk"]))

    def crumbs(self) -> list[Crumb]:
        return [Crumb("工会", reverse("console:orgs")), Crumb(self.record.name, self.cancel_url)]

    @property
    def cancel_url(self) -> str:
        return union_url(self.kwargs["pk"])

    def facts(self) -> list[Fact]:
        return [Fact("工会", self.record.name), Fact("上级工会", self.record.parent.name)]

    def consequences(self) -> list[str]:
        return ["登记为今天终止，名称可以再用；要重新筹建的，另外登记。"]

    def act(self, note: str) -> Any:
        return actions.abandon(org=self.record, on=self.at.date(), actor=self.actor, at=self.at, note=note)

    def after(self, result: Any) -> str:
        return self.cancel_url


def in_preparation(page: Page, org: Any) -> Any:
    """The union, if it is still being prepared. Who may act here is asked first."""
    page.must_here(org.org)
    if org.state != "preparing":
        refuse("not_preparing", f"{org.name}现在是“{org.state_label}”，不在筹建中。", cure="请回到工会页面查看。")
    return org
