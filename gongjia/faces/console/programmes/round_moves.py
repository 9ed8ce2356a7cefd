"""What is done with a round as a whole: published, closed, extended, opened again, cancelled, finished."""

from __future__ import annotations

from typing import Any

from django import forms

from gongjia.faces.console.programmes.one import OfRound
from gongjia.faces.console.programmes.rounds import OPEN, closing_day, condition_facts, end_of
from gongjia.faces.shared.fields import DayField, NoteField
from gongjia.faces.shared.pages import Fact, FormPage, MovePage
from gongjia.work.programmes import actions
from gongjia.work.programmes.queries import lists


class RoundMove(OfRound, MovePage):
    policy = OPEN

    def facts(self) -> list[Fact]:
        one = self.record
        return [
            Fact("项目", one.title),
            Fact("主办工会", one.org.name),
            Fact("状态", one.state_label),
            Fact("截止", closing_day(one) or "常年开放", "day" if one.closes_at else "text"),
        ]


class Publish(RoundMove):
    title = "发布申报项目"
    verb = "发布"
    ask_note = False
    done_text = "已发布，符合条件的会员和工会现在就能看到。"

    def facts(self) -> list[Fact]:
        """What is published, once more at a glance: most of it stands fast afterwards."""
        one = self.record
        fields = [str(row["label"]) for row in one.form.spec.get("fields", [])]
        desks = [desk.label for desk in one.desks.all()]
        conditions = [fact.label for fact in condition_facts(one)]
        return [
            *super().facts(),
            Fact("申报表", f"{len(fields)} 个栏目：{'、'.join(fields)}", wide=True),
            Fact("条件", "、".join(conditions), wide=True),
            Fact("审核环节", f"{len(desks)} 道：{'、'.join(desks)}", wide=True),
            Fact("名额", one.quota if one.quota is not None else "不限"),
            Fact("每份金额", one.amount or None, "money"),
            Fact("决定方式", one.decides_label),
            Fact("公示", f"{one.notice_days} {one.notice_unit_label}" if one.notice_days else "不公示"),
        ]

    def consequences(self) -> list[str]:
        return [
            "发布后条件、审核环节和申报表不能再改；说明、名额和截止时间还可以调整。",
            "申报表随项目发布，填报的内容都按这一版。",
        ]

    def act(self, note: str) -> Any:
        return actions.open_round(round_=self.record, actor=self.actor, at=self.at)


class Close(RoundMove):
    title = "截止申报"
    verb = "截止申报"
    done_text = "已截止，不再接受新的申报。"
    note_label = "原因"
    note_help = "提前截止须写明原因，申报人看得到。"

    def consequences(self) -> list[str]:
        return ["不再接受新的申报；已提交的继续审核，退回补正的还可以补。"]

    def act(self, note: str) -> Any:
        return actions.close_round(round_=self.record, actor=self.actor, at=self.at, reason=note)


class Cancel(RoundMove):
    title = "取消申报项目"
    verb = "取消项目"
    danger = True
    note_label = "原因"
    note_help = "会告诉每一位已经填报的人。"
    note_required = True
    done_text = "项目已取消，已通知申报人。"

    def consequences(self) -> list[str]:
        count = lists.funnel(self.actor, self.record).counts["applied"]
        return [f"已提交的 {count} 件申报全部终止，申报人会收到通知；没有提交的草稿作废。"]

    def act(self, note: str) -> Any:
        return actions.cancel_round(round_=self.record, reason=note, actor=self.actor, at=self.at)


class Finish(RoundMove):
    title = "办结申报项目"
    verb = "办结"
    ask_note = False
    done_text = "项目已办结。"

    def consequences(self) -> list[str]:
        count = lists.funnel(self.actor, self.record).counts["ready"]
        return [f"还没有列入决定的 {count} 件，按“{self.kind.words.declined}”告知申报人。", "没有提交的草稿作废。"]

    def act(self, note: str) -> Any:
        return actions.finish_round(round_=self.record, actor=self.actor, at=self.at)


class UntilForm(forms.Form):
    until = DayField(label="新的截止日期", help_text="含当天。")
    reason = NoteField(label="原因", help_text="会告诉已经开始填报的人。")


class Extend(OfRound, FormPage):
    title = "延长申报"
    policy = OPEN
    form_class = UntilForm
    submit_label = "延长"
    done_text = "已延长，已通知填报的人。"
    fields_of = {"until_in_past": "until", "until_earlier": "until"}

    def act(self, form: forms.Form) -> Any:
        return actions.extend_round(
            round_=self.record, until=end_of(form.cleaned_data["until"]), reason=form.cleaned_data["reason"],
            actor=self.actor, at=self.at,
        )  # fmt: skip


class Reopen(OfRound, FormPage):
    title = "重新开放申报"
    policy = OPEN
    form_class = UntilForm
    submit_label = "重新开放"
    done_text = "已重新开放申报。"
    fields_of = {"until_in_past": "until"}

    def act(self, form: forms.Form) -> Any:
        return actions.reopen_round(
            round_=self.record, until=end_of(form.cleaned_data["until"]), reason=form.cleaned_data["reason"],
            actor=self.actor, at=self.at,
        )  # fmt: skip
