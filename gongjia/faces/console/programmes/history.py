"""Earlier years: a sheet of awards, looked at row by row; nothing is taken in while a row is wrong."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from gongjia.base import clock, sheets
from gongjia.base.refused import Hidden, Reason, Refused
from gongjia.faces.console.orgs.paper import download
from gongjia.faces.shared import flash
from gongjia.faces.shared.fields import DayField, UploadField
from gongjia.faces.shared.marks import Link
from gongjia.faces.shared.pages import Crumb, FormPage, Page
from gongjia.faces.shared.policy import Policy
from gongjia.who.orgs import queries as orgs
from gongjia.work.programmes import actions, powers
from gongjia.work.programmes.registry import TYPES

IMPORT = Policy("officer", powers.IMPORT)


class HistoryForm(forms.Form):
    type = forms.ChoiceField(label="类型")
    org = forms.ChoiceField(label="主办工会", help_text="表里没有写所在工会、也查不到会籍的，记在这里。")
    before = DayField(label="早于哪一天", help_text="只导入这一天以前的；之后的要在系统里按流程办理。")
    file = UploadField(label="表格", help_text="xlsx、xls 或 csv。有一行不对，整张表都不导入。")

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
    submit_label = "检查并导入"
    fields_of = {
        "type_unknown": "type",
        "history_heads": "file",
        "file_kind": "file",
        "file_empty": "file",
        "too_many_rows": "file",
    }
    result: Any = None

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
            "result": self.result,
            "blanks": [Link(one.label, reverse("console:programmes_history_blank", args=[one.key]), "download") for one in TYPES],
        }  # fmt: skip

    def act(self, form: HistoryForm) -> Any:
        values = form.cleaned_data
        org = orgs.get(self.actor, UUID(values["org"]), powers.IMPORT)
        file = values["file"]
        done = actions.import_awards(
            type=values["type"],
            org=org,
            source=file,
            name=file.name,
            before=values["before"],
            actor=self.actor,
            at=self.at,
        )
        if done.refused:
            self.result = done
            raise Refused(
                Reason(
                    "rows_refused", f"有 {len(done.refused)} 行有问题，一行也没有导入。", cure="照下面的说明改好再传。"
                )
            )
        return done

    def after(self, result: Any) -> str:
        words = f"已导入 {result.added} 条" + (f"，{result.skipped} 条以前已导入，跳过" if result.skipped else "")
        flash.say(self.request, words + "。")
        return f"{self.cancel_url}?origin=import"


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
