"""Acts of the next higher union on one below: name, place in the tree, kind, its end."""

from __future__ import annotations

from typing import Any

from django import forms

from gongjia.faces.console.orgs import forms as ours
from gongjia.faces.console.orgs.acts import UnionForm
from gongjia.faces.shared.policy import Policy
from gongjia.who.members import actions as member_actions
from gongjia.who.orgs import actions, powers
from gongjia.who.orgs import queries as orgs


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
