"""Earlier years: a sheet of awards is looked at row by row, confirmed, and may be taken out again."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base import clock, progress, sheets
from gongjia.base.refused import Hidden, Reason, Refused
from gongjia.faces.shared import flash
from gongjia.faces.shared.fields import DayField, UploadField
from gongjia.faces.shared.files import download
from gongjia.faces.shared.marks import Badge, Link, Tone
from gongjia.faces.shared.pages import Crumb, DetailPage, Fact, Facts, FormPage, Page
from gongjia.faces.shared.policy import Policy
from gongjia.who.orgs import queries as orgs
from gongjia.work.programmes import actions, powers
from gongjia.work.programmes.queries import history
from gongjia.work.programmes.registry import TYPES

IMPORT = Policy("officer", powers.IMPORT)
AT_ONCE = 400_000  # bytes; a bigger sheet is looked at and taken in by the worker
WORDS = {
    "good": Badge("可以导入", "success"), "held": Badge("以前已导入", "neutral"), "refused": Badge("有问题", "danger"),
}  # fmt: skip
TONES: dict[str, Tone] = {"uploaded": "neutral", "checked": "info", "done": "success", "undone": "neutral"}


class HistoryForm(forms.Form):
    type = forms.ChoiceField(label="类型")
    org = forms.ChoiceField(label="主办工会", help_text="表里没有写所在工会、也查不到会籍的，记在这里。")
    before = DayField(label="早于哪一天", help_text="只导入这一天以前的；之后的要在系统里按流程办理。")
    file = UploadField(label="表格", help_text="xlsx、xls 或 csv。先逐行检查，看过再确认导入。")

    def __init__(self, *args: Any, unions: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [(one.key, one.label) for one in TYPES]
        self.fields["org"].choices = list(unions)


class Upload(FormPage):
    title = "导入以往年度"
    lead = "以往的获奖、资助、疗休养记录。导入后计入“只能获得一次”“间隔几年”，不计入本期的数字。"
    policy = IMPORT
    form_class = HistoryForm
    template = "console/programmes/history.html"
    submit_label = "上传并检查"
    fields_of = {
        "type_unknown": "type",
        "history_heads": "file",
        "file_kind": "file",
        "file_empty": "file",
        "too_many_rows": "file",
        "before_in_future": "before",
    }

    @property
    def cancel_url(self) -> str:
        return reverse("console:programmes_awards")

    def crumbs(self) -> list[Crumb]:
        return [Crumb("授予名单", self.cancel_url)]

    def form_kwargs(self) -> dict[str, Any]:
        reach = orgs.visible(self.actor, powers.IMPORT).filter(state="active").order_by("path")
        return {"unions": [(str(pk), name) for pk, name in reach.values_list("pk", "name")[:300]]}

    def initial(self) -> dict[str, Any]:
        today = clock.today()
        standing = self.request.shell.standing
        return {"before": today.replace(month=1, day=1), "org": str(standing.org_id) if standing else ""}

    def context(self) -> dict[str, Any]:
        return {
            "batches": history.batches(self.actor),
            "blanks": [Link(one.label, reverse("console:programmes_history_blank", args=[one.key]), "download") for one in TYPES],
        }  # fmt: skip

    def act(self, form: HistoryForm) -> Any:
        values = form.cleaned_data
        org = orgs.get(self.actor, UUID(values["org"]), powers.IMPORT)
        file = values["file"]
        batch = actions.upload_history(
            type=values["type"], org=org, source=file, name=file.name, before=values["before"], actor=self.actor,
            at=self.at,
        )  # fmt: skip
        return check_then(batch, self.actor, self.at)

    def after(self, result: str) -> str:
        return result


def batch_url(batch: Any) -> str:
    return reverse("console:programmes_history_one", args=[batch.pk])


def check_then(batch: Any, actor: Any, at: Any) -> str:
    """Look at a small sheet at once, let the worker look at a big one; where to go on."""
    if batch.file.size > AT_ONCE:
        job = progress.start(
            kind="programmes.history_check", label=f"检查历史记录：{batch.file.name}", actor=actor, at=at,
            args={"batch": str(batch.pk)}, org=batch.org, url=batch_url(batch),
        )  # fmt: skip
        return reverse("console:progress", args=[job.pk])
    actions.check_history(batch=batch, actor=actor, at=at)
    return batch_url(batch)


class Batch(DetailPage):
    """One sheet: the verdict of every row, then the confirmation; afterwards the way back."""

    policy = IMPORT
    template = "console/programmes/history_one.html"
    reasons: tuple[Reason, ...] = ()
    note = ""

    def crumbs(self) -> list[Crumb]:
        return [
            Crumb("授予名单", reverse("console:programmes_awards")),
            Crumb("导入以往年度", reverse("console:programmes_history")),
        ]

    def get_record(self) -> Any:
        return history.batch_of(self.actor, self.kwargs["pk"])

    def heading(self) -> str:
        return self.record.file.name

    def subtitle(self) -> str:
        return f"{TYPES.get(self.record.type).label}　{self.record.org.name}"

    def badge(self) -> Badge:
        return Badge(self.record.state_label, TONES[self.record.state])

    def steps(self) -> list[Link]:
        if not self.record.refused:
            return []
        where = reverse("console:programmes_history_refused", args=[self.record.pk])
        return [Link("下载有问题的行", where, "download")]

    def groups(self) -> list[Facts]:
        one = self.record
        return [
            Facts(
                "检查结果",
                [
                    Fact("可以导入", one.good, "number"),
                    Fact("以前已导入", one.held, "number"),
                    Fact("有问题", one.refused, "number"),
                    Fact("早于", one.before, "day"),
                    Fact("上传", one.uploaded_at, "moment"),
                    *([Fact("导入", one.done_at, "moment")] if one.done_at else []),
                ],
            )
        ]

    def extra(self) -> dict[str, Any]:
        only = self.request.GET.get("only", "")
        after = self.request.GET.get("after", "")
        only = only if only in WORDS else ""
        rows, following = history.verdict_rows(self.record, only, int(after) if after.isdigit() else 0)
        tabs = [("", "全部", len(self.record.verdicts))] + [
            (key, badge.label, getattr(self.record, key)) for key, badge in WORDS.items()
        ]
        return {
            "one": self.record,
            "rows": rows,
            "words": WORDS,
            "only": only,
            "tabs": tabs,
            "following": f"?only={only}&after={following}" if following else "",
            "reasons": self.reasons,
            "note": self.note,
            "awards_url": reverse("console:programmes_awards") + "?origin=import",
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch, by = self.record, {"actor": self.actor, "at": self.at}
        try:
            if "check" in request.POST:
                return HttpResponseRedirect(check_then(batch, self.actor, self.at))
            if "undo" in request.POST:
                self.note = request.POST.get("note", "")
                actions.undo_history(batch=batch, reason=self.note, **by)
                flash.say(request, "已整批撤销。")
            else:
                digest = request.POST.get("digest", "")
                if batch.file.size > AT_ONCE:
                    job = progress.start(
                        kind="programmes.history_run", label=f"导入历史记录：{batch.file.name}", total=batch.good,
                        args={"batch": str(batch.pk), "digest": digest}, org=batch.org, url=batch_url(batch), **by,
                    )  # fmt: skip
                    return HttpResponseRedirect(reverse("console:progress", args=[job.pk]))
                done = actions.run_history(batch=batch, digest=digest, **by)
                flash.say(request, f"已导入 {done.good} 条。")
        except Refused as refused:
            self.reasons = refused.reasons
            return self.render(status=422, **self.context())
        return HttpResponseRedirect(batch_url(batch))


class RefusedRows(Page):
    """The rows that cannot be taken in, as they were sent, each with why: to be mended and sent again."""

    policy = IMPORT

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch = history.batch_of(self.actor, self.kwargs["pk"])
        data = actions.refused_history(batch=batch, actor=self.actor, at=self.at)
        return download(data, f"有问题的行-{batch.file.name.rsplit('.', 1)[0]}.xlsx")


class Blank(Page):
    """The blank sheet of one type."""

    policy = IMPORT

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kind = TYPES.find(self.kwargs["type"])
        if kind is None:
            raise Hidden(self.kwargs["type"])
        buffer = BytesIO()
        notes = [
            "带星号的列必须填写。",
            "日期写成 2016-05-01，金额写元。",
            "证件号码列请设为文本，不要被表格软件改成科学计数。",
        ]
        sheets.template(buffer, f"{kind.label}历史记录", actions.blank_sheet(kind.key), notes)
        return download(buffer.getvalue(), f"{kind.label}历史记录模板.xlsx")
