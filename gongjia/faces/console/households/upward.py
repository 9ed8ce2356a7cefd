"""对上报送 of hardship files, and earlier years' files from a sheet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base import handout
from gongjia.base.journal import attachments
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden, Refused
from gongjia.faces.console.households import forms as ours
from gongjia.faces.console.households.lists import crumbs, file_url
from gongjia.faces.console.orgs.paper import mine
from gongjia.faces.console.orgs.sheet import SHEETS
from gongjia.faces.shared import flash, keyset
from gongjia.faces.shared.files import download
from gongjia.faces.shared.fresh import need_fresh
from gongjia.faces.shared.marks import Badge, Column, Link
from gongjia.faces.shared.pages import Crumb, FormPage, ListPage, Page
from gongjia.faces.shared.pages.forms import put_reasons
from gongjia.faces.shared.policy import Policy
from gongjia.work.households import actions, powers, queries

UPWARD = Policy("officer", powers.UPWARD)
IMPORT = Policy("officer", powers.IMPORT)
TONES = {"not_sent": "warning", "sent": "success", "changed": "info"}


class Upward(ListPage):
    title = "困难职工档案报送"
    lead = "按全国系统的登记表生成；哪些没报、哪些报后又变了，一看就知道。"
    policy = UPWARD
    unit = "份"
    columns = (
        Column("number", "档案编号", kind="code", link=lambda row: file_url(row.id), head=True),
        Column("name", "职工", kind="mask", mask="name"),
        Column("org_name", "工会", width="m"),
        Column("upper_no", "全国系统编号", kind="code"),
        Column("state", "报送", kind="badge", value=lambda row: Badge(row.state_label, TONES[row.state])),
        Column("gaps", "还缺的必填项", value=lambda row: "、".join(row.gaps), width="l"),
    )
    empty_title = "没有要报送的档案"

    def crumbs(self) -> list[Crumb]:
        return crumbs()

    def primary(self) -> Link:
        return Link("生成报送表", reverse("console:households_send"), "file-spreadsheet", "primary")

    def links(self) -> list[Link]:
        return [
            Link("登记上级编号", reverse("console:households_numbers"), "upload"),
            Link("导出审批", reverse("console:households_asked"), "checks"),
        ]

    def rows(self, actor: Any, filters: Any, cursor: keyset.Cursor) -> keyset.Slice:
        listed = queries.upward_list(actor)
        start = int(cursor.after[0]) if cursor.after else 0  # the whole list is in hand: its places are the keys
        return keyset.Slice(
            rows=listed[start : start + self.size],
            offset=start,
            total=len(listed),
            next=keyset.Cursor((start + self.size,)) if start + self.size < len(listed) else None,
            previous=keyset.Cursor((max(start - self.size, 0),)) if start else None,
        )


class OfUpward(FormPage):
    policy = UPWARD

    @property
    def cancel_url(self) -> str:
        return reverse("console:households_upward")

    def crumbs(self) -> list[Crumb]:
        return [*crumbs(), Crumb(Upward.title, self.cancel_url)]

    def after(self, result: Any) -> str:
        return self.cancel_url


class Send(OfUpward):
    """The sheet goes out at once and is kept nowhere: it carries whole numbers and incomes."""

    title = "生成报送表"
    lead = "表里有完整身份证号和家庭收入，请在专用电脑上保存，报送后删除。表里的档案登记为已报。"
    form_class = ours.ReasonForm
    submit_label = "生成并下载"
    fields_of = {"reason_missing": "reason"}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.build(request.POST)
        if not form.is_valid():
            return self.show(form, 422)
        reason, by = form.cleaned_data["reason"], {"actor": self.actor, "at": self.at}
        try:
            content, _sent, _held = actions.send_files(reason=reason, **by)
        except Refused as refused:
            if refused.codes == ("approval_needed",):
                return self.ask(form, reason)
            put_reasons(form, refused, self.fields_of)
            return self.show(form, 422)
        answer = download(content, f"困难职工档案-{self.at:%Y%m%d}.xlsx")
        answer["Cache-Control"] = "no-store"
        return answer

    def ask(self, form: forms.Form, reason: str) -> HttpResponse:
        """From fifty households a day another officer must say yes first."""
        try:
            actions.ask_to_send(
                reason=reason, actor=self.actor, at=self.at, session_key=self.request.session.session_key or ""
            )
        except Refused as refused:
            put_reasons(form, refused, self.fields_of)
            return self.show(form, 422)
        flash.say(self.request, "户数较多，已提交申请。另一位干部批准后，15 分钟内在这里下载一次。")
        return HttpResponseRedirect(reverse("console:households_asked"))


class Asked(Page):
    """Sheets that wait for a second person's word, and my own approved one: taken once, at the log-in that asked."""

    title = "导出审批"
    policy = UPWARD
    template = "console/household_asked.html"
    reasons: Any = ()

    def crumbs(self) -> list[Crumb]:
        return [*crumbs(), Crumb(Upward.title, reverse("console:households_upward"))]

    def context(self) -> dict[str, Any]:
        return {
            "crumbs": self.crumbs(),
            "mine": handout.asked(self.actor, actions.KIND)[:20],
            "waiting": handout.waiting(self.actor, actions.KIND)[:50],
            "reasons": self.reasons,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if asks := need_fresh(request, request.path):
            return asks
        verb, pk = request.POST.get("verb", ""), request.POST.get("handout", "")
        rows = handout.asked(self.actor, actions.KIND) if verb == "take" else handout.waiting(self.actor, actions.KIND)
        one = one_of(rows.filter(pk=pk)) if is_key(pk) else None
        if one is None:
            raise Hidden(pk)
        by = {"actor": self.actor, "at": self.at}
        try:
            if verb == "take":
                content, _sent, _held = actions.send_files(
                    reason=one.reason, approved=one, session_key=request.session.session_key or "", **by
                )
                answer = download(content, f"困难职工档案-{self.at:%Y%m%d}.xlsx")
                answer["Cache-Control"] = "no-store"
                return answer
            if verb == "approve":
                handout.approve(handout=one, **by)
            else:
                handout.decline(handout=one, note=request.POST.get("note", ""), **by)
        except Refused as refused:
            self.reasons = refused.reasons
            return self.render(status=422, **self.context())
        flash.say(request, "已答复，申请人会收到消息。")
        return HttpResponseRedirect(request.path)


def is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


class Numbers(OfUpward):
    title = "登记上级编号"
    lead = "上传全国系统返回的表，按“本地档案编号”对应。"
    form_class = ours.SheetForm
    submit_label = "登记"

    def act(self, form: forms.Form) -> Any:
        file = form.cleaned_data["file"]
        try:
            changed, unknown = actions.take_numbers(file, name=file.name, actor=self.actor, at=self.at)
        except Refused as refused:
            raise Refused(replace(one, code="file") for one in refused.reasons) from refused
        flash.say(self.request, f"已登记 {changed} 份。")
        if unknown:
            flash.say(self.request, f"有 {len(unknown)} 个编号我们没有：{'、'.join(unknown[:5])}。", "warning")
        return changed


class Earlier(FormPage):
    title = "导入往年档案"
    lead = "已经退出的往年档案，从表格导入作历史记录：办理时能查到，不计入今年的数字。先检查、再导入。"
    policy = IMPORT
    form_class = ours.SheetForm
    submit_label = "上传并检查"
    template = "console/household_step.html"

    @property
    def cancel_url(self) -> str:
        return reverse("console:households")

    def crumbs(self) -> list[Crumb]:
        return crumbs()

    def context(self) -> dict[str, Any]:
        return {"more": Link("下载空白表", reverse("console:households_blank"), "download")}

    def act(self, form: forms.Form) -> Any:
        file = form.cleaned_data["file"]
        try:
            kept = attachments.store(
                file, name=file.name, actor=self.actor, at=self.at, kinds=SHEETS, limit=20 * 1024 * 1024
            )
            actions.check_earlier(attachments.open(kept), name=kept.name, actor=self.actor, at=self.at)
        except Refused as refused:
            raise Refused(replace(one, code="file") for one in refused.reasons) from refused
        return kept

    def after(self, result: Any) -> str:
        return reverse("console:households_sheet", args=[result.pk])


class Blank(Page):
    policy = IMPORT

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return download(actions.blank(), "往年困难职工档案.xlsx")


class OfSheet(Page):
    policy = IMPORT

    def source(self) -> Any:
        kept = mine(self.actor, self.kwargs["pk"])
        if kept is None:
            raise Hidden
        return kept

    def checked(self) -> Any:
        kept = self.source()
        return actions.check_earlier(attachments.open(kept), name=kept.name, actor=self.actor, at=self.at)


class Checked(OfSheet):
    """What was found, checked anew each time it is opened; then run."""

    title = "检查结果"
    template = "console/household_sheet.html"

    def crumbs(self) -> list[Crumb]:
        return [*crumbs(), Crumb(Earlier.title, reverse("console:households_earlier"))]

    def context(self) -> dict[str, Any]:
        checked = self.checked()
        return {
            "good": len(checked.good),
            "bad": checked.bad[:200],
            "bad_count": len(checked.bad),
            "refused": reverse("console:households_refused", args=[self.kwargs["pk"]]),
            "back": reverse("console:households_earlier"),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kept = self.source()
        done = actions.import_earlier(attachments.open(kept), name=kept.name, paper=kept, actor=self.actor, at=self.at)
        flash.say(request, f"已导入 {len(done.good)} 份往年档案。")
        return HttpResponseRedirect(reverse("console:households") + "?origin=import")


class Refusals(OfSheet):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return download(actions.refused_sheet(self.checked().bad), "没有导入的行.xlsx")
