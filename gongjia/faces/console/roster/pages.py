"""The imports: every one in reach, its preview, its run, its undoing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base import journal, progress
from gongjia.base.refused import Refused
from gongjia.faces.console.roster.forms import FULL
from gongjia.faces.shared import flash, keyset
from gongjia.faces.shared.files import download
from gongjia.faces.shared.marks import Badge, Column, Link, NotNow
from gongjia.faces.shared.pages import Crumb, DetailPage, Fact, Facts, ListPage, MovePage, Page
from gongjia.faces.shared.pages.filters import Choice
from gongjia.faces.shared.policy import Policy
from gongjia.who.members import powers, queries
from gongjia.who.members.actions import roster, roster_missing, roster_sheets
from gongjia.who.orgs import queries as orgs

POLICY = Policy("officer", powers.IMPORT)
ONE = Policy("officer", powers.IMPORT, at="org")
AT_ONCE = 800_000  # bytes; a bigger file is checked and run by the worker
TONES = {
    "uploaded": "neutral", "checked": "info", "running": "warning", "done": "success", "undone": "neutral",
    "cancelled": "neutral",
}  # fmt: skip


def address(batch: Any) -> str:
    return reverse("console:roster_one", args=[batch.pk])


def badge_of(batch: Any) -> Badge:
    return Badge(batch.state_label, TONES[batch.state])


class Batches(ListPage):
    """Every import in reach, newest first."""

    title = "名册导入"
    lead = "上传名册 → 核对各列 → 逐格检查 → 导入 → 可整批撤销。"
    policy = POLICY
    unit = "次"
    columns = (
        Column("file", "名册", value=lambda row: row.file.name, link=address, head=True, width="l"),
        Column("org", "工会", value=lambda row: row.org.name, width="l"),
        Column("state", "状态", kind="badge", value=badge_of),
        Column("rows", "行数", kind="number"),
        Column("added", "入册", kind="number"),
        Column("changed", "更新", kind="number"),
        Column("refused", "未导入", kind="number"),
        Column("uploaded_at", "上传时间", kind="moment"),
    )
    empty_title = "还没有导入过名册"
    empty_text = "把单位的人员名册(Excel)传上来，系统逐格检查，哪一格有问题一目了然。"

    def primary(self) -> Link:
        return Link("导入名册", reverse("console:roster_new"), "upload", "primary")

    def links(self) -> list[Link]:
        return [Link("下载空白模板", reverse("console:roster_template"), "download")]

    @property
    def empty_link(self) -> Link:
        return self.primary()

    def rows(self, actor: Any, filters: Any, cursor: Any) -> Any:
        found = queries.roster_batches(actor)
        return keyset.page_of(found, ("-uploaded_at", "-id"), cursor, self.size)


class OneBatch(DetailPage):
    """Step 3 and after: the preview, the result, what can still be done."""

    policy = ONE
    template = "console/roster_one.html"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("名册导入", reverse("console:roster"))]

    def get_record(self) -> Any:
        return queries.roster_batch(self.kwargs["pk"], self.actor)

    def heading(self) -> str:
        return self.record.file.name

    def badge(self) -> Badge:
        return badge_of(self.record)

    def subtitle(self) -> str:
        words = "完整名册" if self.record.mode == FULL else "新增和变动"
        return f"{self.record.org.name} · {words}"

    def steps(self) -> list[Link | NotNow]:
        batch, found = self.record, []
        if batch.state == "checked":
            if batch.to_add or batch.to_change or batch.mode == FULL:
                found.append(Link("开始导入", reverse("console:roster_run", args=[batch.pk]), "check", "primary"))
            else:
                found.append(NotNow("开始导入", "没有要新增或更新的人。"))
            found.append(Link("重新指定各列", reverse("console:roster_columns", args=[batch.pk]), "table"))
            found.append(Link("取消", reverse("console:roster_cancel", args=[batch.pk]), "x"))
        if batch.state == "uploaded":
            found.append(Link("指定各列并检查", reverse("console:roster_columns", args=[batch.pk]), "table", "primary"))
        if batch.state == "running" and batch.progress_id:
            found.append(Link("看进度", reverse("console:progress", args=[batch.progress_id]), "progress", "primary"))
        if batch.refused and batch.state in ("checked", "done"):
            found.append(Link("下载有问题的行", reverse("console:roster_refused", args=[batch.pk]), "download"))
        if batch.state == "done":
            found.append(Link("整批撤销", reverse("console:roster_undo", args=[batch.pk]), "arrow-back-up", "danger"))
        return found

    def groups(self) -> list[Facts]:
        batch = self.record
        return [
            Facts(
                "这份名册",
                [
                    Fact("属于", batch.org.name),
                    Fact("内容", "完整名册" if batch.mode == FULL else "只列新增和变动"),
                    Fact("上传时间", batch.uploaded_at, "moment"),
                    Fact("导入时间", batch.ran_at, "moment"),
                ],
            )
        ]

    def timeline(self) -> list[Any]:
        return journal.timeline(self.record)

    def extra(self) -> dict[str, Any]:
        batch = self.record
        sample = queries.roster_sample(batch) if batch.state == "checked" else []
        missing = queries.roster_missing(batch) if batch.mode == FULL else None
        return {
            "counts": [
                (code, refuses, times, queries.verdict_label(code))
                for code, refuses, times in queries.roster_fault_counts(batch)
            ],
            "faults": queries.roster_verdicts(batch, refuses=True)[:50],
            "warnings": queries.roster_verdicts(batch, refuses=False)[:10],
            "sample": sample,
            "union_names": orgs.names_of({row.union_id for row in sample}),
            "missing_open": missing.filter(decision="").count() if missing is not None else 0,
            "missing_all": missing.count() if missing is not None else 0,
        }


class Verdicts(ListPage):
    """Only the faults (or the warnings), at their cells."""

    title = "逐格检查结果"
    policy = ONE
    unit = "处"
    columns = (
        Column("row", "行", kind="number", head=True, width="xs"),
        Column("column", "列"),
        Column("shown", "内容"),
        Column("message", "问题", width="l"),
        Column(
            "refuses",
            "处理",
            kind="badge",
            value=lambda row: Badge("不导入", "danger") if row.refuses else Badge("提醒", "warning"),
        ),
    )
    filters = (Choice("kind", "结果", choices=(("fault", "有问题"), ("warn", "提醒")), tabs=True),)

    def crumbs(self) -> list[Crumb]:
        return [Crumb("名册导入", reverse("console:roster")), Crumb(self.batch.file.name, address(self.batch))]

    @property
    def batch(self) -> Any:
        if not hasattr(self, "_batch"):
            self._batch = queries.roster_batch(self.kwargs["pk"], self.actor)
        return self._batch

    def rows(self, actor: Any, filters: Any, cursor: Any) -> Any:
        wanted = filters["kind"]
        found = queries.roster_verdicts(self.batch, refuses={"fault": True, "warn": False}.get(wanted))
        return keyset.page_of(found, ("row", "id"), cursor, self.size)


class BatchMove(MovePage):
    """What the acts on one import share."""

    policy = ONE
    note_required = False

    def crumbs(self) -> list[Crumb]:
        return [Crumb("名册导入", reverse("console:roster")), Crumb(self.record.file.name, address(self.record))]

    @property
    def cancel_url(self) -> str:
        return address(self.record)

    def get_record(self) -> Any:
        return queries.roster_batch(self.kwargs["pk"], self.actor)

    def after(self, result: Any) -> str:
        return address(self.record)


class Run(BatchMove):
    title = "开始导入"
    verb = "确认导入"
    ask_note = False

    def facts(self) -> list[Fact]:
        batch = self.record
        return [
            Fact("名册", batch.file.name),
            Fact("入册", batch.to_add, "number"),
            Fact("更新资料", batch.to_change, "number"),
            Fact("没有变化", batch.unchanged, "number"),
            Fact("不导入", batch.refused, "number"),
        ]

    def consequences(self) -> list[str]:
        return [
            "导入的正是刚才预览的内容。",
            "有问题的行不导入，可以下载后改好再传。",
            "在没有办理后续事项之前，可以整批撤销。",
        ]

    def hidden(self) -> list[tuple[str, str]]:
        return [("digest", self.request.POST.get("digest") or self.record.digest)]

    def act(self, note: str) -> Any:
        batch = roster.start(batch=self.record, digest=self.request.POST["digest"], actor=self.actor, at=self.at)
        if batch.file.size > AT_ONCE:
            job = progress.start(
                kind="roster.run", label=f"导入名册：{batch.file.name}", actor=self.actor, at=self.at,
                total=batch.to_add + batch.to_change, args={"batch": str(batch.pk)}, org=batch.org, url=address(batch),
            )  # fmt: skip
            roster.note_progress(batch=batch, progress_id=job.pk)
            return job
        roster.run(batch=batch, actor=self.actor)
        flash.say(self.request, f"已导入：入册 {batch.added} 人，更新 {batch.changed} 人。")
        return None

    def after(self, result: Any) -> str:
        return reverse("console:progress", args=[result.pk]) if result else address(self.record)


class Undo(BatchMove):
    title = "整批撤销"
    verb = "确认撤销"
    danger = True
    note_label = "撤销原因"
    note_required = True
    done_text = "已整批撤销。"

    def consequences(self) -> list[str]:
        batch = self.record
        return [
            f"{batch.added} 人的入册撤销，{batch.changed} 人的资料恢复到导入之前。",
            "之后已办理其他事项的，不能整批撤销。",
        ]

    def act(self, note: str) -> Any:
        return roster.undo(batch=self.record, actor=self.actor, at=self.at, note=note)


class Cancel(BatchMove):
    title = "取消这次导入"
    verb = "确认取消"
    ask_note = False
    done_text = "已取消，没有改动任何人。"

    def act(self, note: str) -> Any:
        return roster.cancel(batch=self.record, actor=self.actor, at=self.at)


class RefusedRows(Page):
    policy = ONE

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch = queries.roster_batch(self.kwargs["pk"], self.actor)
        data = roster_sheets.refused_workbook(batch=batch, actor=self.actor, at=self.at)
        return download(data, f"有问题的行-{batch.file.name.rsplit('.', 1)[0]}.xlsx")


class Missing(Page):
    """Full list: one tap for each member whom the file does not name."""

    title = "名册中没有的会员"
    lead = "这些会员系统里有、完整名册里没有。请逐人确认，没有确认的仍在册。"
    policy = ONE
    template = "console/roster_missing.html"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("名册导入", reverse("console:roster"))]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show()

    def show(self, reasons: Any = (), status: int = 200) -> HttpResponse:
        batch = queries.roster_batch(self.kwargs["pk"], self.actor)
        rows = list(queries.roster_missing(batch)[:200])
        return self.render(
            status=status, batch=batch, rows=rows, reasons=reasons, back=address(batch),
            decisions=queries.missing_decisions(), total=queries.roster_missing(batch).count(),
        )  # fmt: skip

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch = queries.roster_batch(self.kwargs["pk"], self.actor)
        one, decision = request.POST.get("one", ""), request.POST.get("decision", "")
        wanted = [row.pk for row in queries.roster_missing(batch, open_only=True) if one in (str(row.pk), "all")]
        try:
            done = roster_missing.decide_missing(
                batch=batch, decisions=dict.fromkeys(wanted, decision), actor=self.actor, at=self.at,
                moved_to=request.POST.get("moved_to", ""),
            )  # fmt: skip
        except Refused as refused:
            return self.show(refused.reasons, 422)
        flash.say(request, f"已确认 {done} 人。")
        return HttpResponseRedirect(request.path)
