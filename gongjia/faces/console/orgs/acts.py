"""What an officer does to a union: each page one form, one action behind it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse

from gongjia.base.refused import Hidden, Reason, Refused
from gongjia.faces.console.orgs import forms as ours
from gongjia.faces.console.orgs import picking
from gongjia.faces.console.orgs.lists import union_url
from gongjia.faces.console.orgs.paper import OrgFormPage
from gongjia.faces.shared.pages import Crumb, Fact, MovePage
from gongjia.faces.shared.policy import Policy
from gongjia.who.members import actions as member_actions
from gongjia.who.members import queries as member_queries
from gongjia.who.orgs import actions, kinds, powers
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


class Rename(UnionForm):
    title = "更名"
    above = True
    policy = Policy("officer", powers.MOVE, at="org")
    form_class = ours.RenameForm
    done_text = "已更名。"
    fields_of = {
        "name_missing": "name", "name_taken": "name", "renamed_in_future": "from_on", "renamed_before_last": "from_on",
    }  # fmt: skip

    def initial(self) -> dict[str, Any]:
        return {"name": self.record.name, "short_name": self.record.short_name, "from_on": self.at.date()}

    def act(self, form: forms.Form) -> Any:
        return actions.rename(org=self.record, actor=self.actor, at=self.at, **form.cleaned_data)


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


class Delay(UnionForm):
    title = "批准延期换届"
    above = True
    policy = Policy("officer", powers.DELAY, at="org")
    form_class = ours.DelayForm
    submit_label = "批准延期"
    done_text = "已批准延期。"
    fields_of = {
        "approval_missing": "attachment",
        "delay_too_long": "delayed_to",
        "delay_not_later": "delayed_to",
        "delayed_already": "delayed_to",
    }

    @property
    def lead(self) -> str:
        term = orgs.file_of(self.record, self.at.date()).term
        return f"本届（第 {term.number} 届）{term.ends_on:%Y-%m-%d} 届满。" if term else "没有登记届次。"

    def act(self, form: forms.Form) -> Any:
        values = dict(form.cleaned_data)
        values.pop("attachment", None)
        paper = self.paper(form, self.record)
        return actions.approve_delay(org=self.record, attachment=paper, actor=self.actor, at=self.at, **values)


class Move(UnionForm):
    title = "调整隶属关系"
    lead = "连同它下面的工会和会员一起调整；调整日期以前的统计仍按原来的上级。"
    above = True
    policy = Policy("officer", powers.MOVE, at="org")
    form_class = ours.MoveForm
    submit_label = "调整"
    done_text = "已调整隶属关系。"
    names_unions, offer, offer_upper = True, powers.MOVE, True
    fields_of = {
        "parent_same": "parent", "parent_kind_wrong": "parent", "parent_inside": "parent", "parent_closed": "parent",
        "moved_in_future": "on", "moved_before_last": "on",
    }  # fmt: skip

    def initial(self) -> dict[str, Any]:
        return {"on": self.at.date()}

    def act(self, form: forms.Form) -> Any:
        return member_actions.move_union(org=self.record, actor=self.actor, at=self.at, **form.cleaned_data)


class Guide(UnionForm):
    title = "产业指导关系"
    lead = "产业工会可以查看和指导，人数、经费仍统计在隶属的上级。"
    above = True
    policy = Policy("officer", powers.MOVE, at="org")
    form_class = ours.GuideForm
    done_text = "已保存。"
    fields_of = {"guide_same": "guide", "guide_kind_wrong": "guide", "guide_closed": "guide", "guide_circle": "guide"}

    def initial(self) -> dict[str, Any]:
        guide = self.record.industry_parent
        return {"guide": guide.name if guide else "", "on": self.at.date()}

    def act(self, form: forms.Form) -> Any:
        return actions.guide_by(org=self.record, actor=self.actor, at=self.at, **form.cleaned_data)


class Kind(UnionForm):
    title = "变更组织类型"
    above = True
    policy = Policy("officer", powers.MOVE, at="org")
    form_class = ours.KindForm
    done_text = "已变更。"
    fields_of = {
        "kind_same": "kind",
        "parent_kind_wrong": "kind",
        "units_too_few": "kind",
        "employer_has_union": "kind",
    }

    @property
    def lead(self) -> str:
        return f"现在是{self.record.kind_label}。"

    def act(self, form: forms.Form) -> Any:
        return actions.change_kind(org=self.record, actor=self.actor, at=self.at, **form.cleaned_data)


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


class Dissolve(UnionForm):
    """撤销: nobody is left behind by silence."""

    title = "撤销工会"
    above = True
    policy = Policy("officer", powers.CLOSE, at="org")
    form_class = ours.DissolveForm
    submit_label = "撤销这家工会"
    done_text = "已撤销。"
    names_unions = True
    fields_of = {
        "approval_missing": "attachment", "closed_on_wrong": "closed_on", "closed_before_founded": "closed_on",
        "cause_missing": "cause", "congress_needed": "congress_passed", "rest_missing": "to",
    }  # fmt: skip

    @property
    def lead(self) -> str:
        left = member_actions.members_left(self.record).count()
        return f"{self.record.name}现有会员 {left} 人。" if left else f"{self.record.name}没有会员在册。"

    def extra(self) -> dict[str, Any]:
        return {"danger": "撤销之后，会员按您选的去向一起办理，任职同时终止，正在办的转接作废。撤销不能收回。"}

    def act(self, form: forms.Form) -> Any:
        values = dict(form.cleaned_data)
        values.pop("attachment", None)
        paper = self.paper(form, self.record)
        return member_actions.dissolve_union(org=self.record, attachment=paper, actor=self.actor, at=self.at, **values)


class Merge(UnionForm):
    title = "合并工会"
    above = True
    policy = Policy("officer", powers.CLOSE, at="org")
    form_class = ours.MergeForm
    submit_label = "合并"
    done_text = "已合并。"
    names_unions, offer = True, powers.CLOSE
    fields_of = {
        "approval_missing": "attachment", "closed_on_wrong": "closed_on", "closed_before_founded": "closed_on",
        "merge_into_self": "into", "merge_into_child": "into", "target_closed": "into",
    }  # fmt: skip

    def extra(self) -> dict[str, Any]:
        left = member_actions.members_left(self.record).count()
        below = sum(orgs.file_of(self.record, self.at.date()).children.values())
        return {"danger": f"{left} 名会员和下级 {below} 家工会一起转到合并后的工会，这家工会的任职终止。合并不能收回。"}

    def act(self, form: forms.Form) -> Any:
        values = dict(form.cleaned_data)
        values.pop("attachment", None)
        paper = self.paper(form, self.record)
        return member_actions.merge_unions(org=self.record, attachment=paper, actor=self.actor, at=self.at, **values)


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
