"""对上报送: what the upper system has been told of our unions, the sheet for it, the numbers it gives back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from gongjia.base.journal import attachments
from gongjia.base.refused import Hidden, Refused
from gongjia.faces.console.orgs import forms as ours
from gongjia.faces.console.orgs.lists import union_url
from gongjia.faces.console.orgs.paper import OrgFormPage, mine
from gongjia.faces.shared import flash, keyset
from gongjia.faces.shared.files import download
from gongjia.faces.shared.marks import Badge, Column, Link
from gongjia.faces.shared.pages import Choice, Crumb, Fact, ListPage, MovePage, Page
from gongjia.faces.shared.policy import Policy
from gongjia.who.orgs import actions, powers
from gongjia.who.orgs import queries as orgs

POLICY = Policy("officer", powers.UPWARD)
TONES = {"not_sent": "warning", "sent": "success", "changed": "info"}
STATES = tuple((str(state), label) for state, label in orgs.SENT_LABELS.items())


class Upward(ListPage):
    title = "对上报送"
    lead = "上级系统要的工会资料，按它的模板填好再上传；哪些没报、哪些报后又变了，一看就知道。"
    policy = POLICY
    template = "console/org_upward.html"
    unit = "家"
    columns = (
        Column("name", "工会", link=lambda row: union_url(row.id), head=True, width="l"),
        Column("code", "编码", kind="code"),
        Column("upper_no", "上级编号", kind="code"),
        Column("state", "报送", kind="badge", value=lambda row: Badge(row.state_label, TONES[row.state])),
        Column("gaps", "还缺的必填项", value=lambda row: "、".join(row.gaps), width="l"),
    )
    filters = (Choice("state", "报送", choices=STATES, tabs=True),)
    empty_title = "没有要报送的工会"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("工会", reverse("console:orgs"))]

    @property
    def listed(self) -> list[orgs.UpwardRow]:
        if not hasattr(self, "_listed"):
            self._listed = orgs.upward_list(self.actor)
        return self._listed

    def primary(self) -> Link:
        return Link("生成报送表", reverse("console:orgs_upward_send"), "file-spreadsheet", "primary")

    def links(self) -> list[Link]:
        return [Link("登记上级编号", reverse("console:orgs_upward_numbers"), "upload")]

    def rows(self, actor: Any, filters: Any, cursor: keyset.Cursor) -> keyset.Slice:
        rows = [row for row in self.listed if not filters["state"] or row.state == filters["state"]]
        start = int(cursor.after[0]) if cursor.after else 0  # the whole list is in hand: its places are the keys
        part = rows[start : start + self.size]
        return keyset.Slice(
            rows=part,
            offset=start,
            total=len(rows),
            next=keyset.Cursor((start + self.size,)) if start + self.size < len(rows) else None,
            previous=keyset.Cursor((max(start - self.size, 0),)) if start else None,
        )

    def extra(self, part: Any) -> dict[str, Any]:
        counts = {state: sum(row.state == state for row in self.listed) for state, _ in STATES}
        made = mine(self.actor, self.request.GET["sheet"]) if _is_key(self.request.GET.get("sheet", "")) else None
        return {"counts": counts, "states": STATES, "gaps": sum(bool(row.gaps) for row in self.listed), "made": made}


def _is_key(text: str) -> bool:
    from uuid import UUID

    try:
        return bool(UUID(text))
    except ValueError:
        return False


class Send(MovePage):
    """Fill the template with what is due; from then on these count as told."""

    title = "生成报送表"
    policy = POLICY
    verb = "生成"
    note_label = "说明"

    @property
    def cancel_url(self) -> str:
        return reverse("console:orgs_upward")

    def crumbs(self) -> list[Crumb]:
        return [Crumb("对上报送", self.cancel_url)]

    def get_record(self) -> list[orgs.UpwardRow]:
        return [row for row in orgs.upward_list(self.actor) if row.state != "sent"]

    def org_of(self, record: Any) -> Any:
        return None

    def facts(self) -> list[Fact]:
        lacking = sum(bool(row.gaps) for row in self.record)
        return [
            Fact("要报送", len(self.record), "number"),
            Fact("可以报", len(self.record) - lacking, "number"),
            Fact("缺必填项，先不报", lacking, "number"),
        ]

    def consequences(self) -> list[str]:
        return [
            "表里的工会登记为已报；以后资料有变化的，会显示“报后有变化”。",
            "缺必填项的不放进表里，免得整张表被退回。",
        ]

    def act(self, note: str) -> Any:
        sending = actions.send_orgs(actor=self.actor, at=self.at, note=note)
        kept = attachments.store(
            sending.content, name=f"对上报送-工会-{self.at:%Y%m%d}.xlsx", actor=self.actor, at=self.at
        )
        words = f"已生成报送表，{sending.sent} 家。"
        if sending.held_back:
            words += f"另有 {sending.held_back} 家缺必填项，没有放进去。"
        flash.say(self.request, words, "warning" if sending.held_back else "success")
        return kept

    def after(self, result: Any) -> str:
        return f"{self.cancel_url}?sheet={result.pk}"


class SentSheet(Page):
    policy = POLICY

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kept = mine(self.actor, self.kwargs["pk"])
        if kept is None:
            raise Hidden
        return download(attachments.open(kept), kept.name, kept.kind)


class Numbers(OrgFormPage):
    """The numbers that the upper system gave our unions."""

    title = "登记上级编号"
    policy = POLICY
    form_class = ours.NumbersForm
    submit_label = "登记"

    @property
    def cancel_url(self) -> str:
        return reverse("console:orgs_upward")

    def crumbs(self) -> list[Crumb]:
        return [Crumb("对上报送", self.cancel_url)]

    def act(self, form: forms.Form) -> Any:
        file = form.cleaned_data["file"]
        try:
            changed, unknown = actions.take_org_numbers(file, name=file.name, actor=self.actor, at=self.at)
        except Refused as refused:
            raise Refused(replace(one, code="file") for one in refused.reasons) from refused
        flash.say(self.request, f"已登记 {changed} 家的上级编号。")
        if unknown:
            more = "等" if len(unknown) > 5 else ""
            flash.say(self.request, f"有 {len(unknown)} 个编码我们没有：{'、'.join(unknown[:5])}{more}。", "warning")
        return changed

    def after(self, result: Any) -> str:
        return self.cancel_url
