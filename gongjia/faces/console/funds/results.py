"""银行回盘: read, looked at line by line, then posted exactly as shown."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base import money
from gongjia.base.refused import Reason, Refused
from gongjia.faces.console.funds import forms as ours
from gongjia.faces.console.funds import words
from gongjia.faces.shared import flash
from gongjia.faces.shared.marks import Badge
from gongjia.faces.shared.pages import Crumb, Fact, FormPage, MovePage
from gongjia.faces.shared.policy import Policy
from gongjia.money.funds import actions, kinds, powers, queries


class ResultNew(FormPage):
    title = "登记银行回盘"
    lead = "上传银行给的处理结果。先看预览，确认后才入账。"
    policy = Policy("officer", powers.SEND, at="org")
    form_class = ours.ResultForm
    submit_label = "读取并预览"
    fields_of = dict.fromkeys(
        (
            "result_already_read", "result_foreign", "result_nothing_new", "result_head", "result_day", "result_empty",
            "money_unreadable", "file_kind", "file_empty",
        ),
        "file",
    )  # fmt: skip

    def get_record(self) -> Any:
        return queries.batch(self.actor, self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return words.batch_crumbs(self.record)

    @property
    def cancel_url(self) -> str:
        return words.batch_url(self.record)

    def act(self, form: forms.Form) -> Any:
        upload = form.cleaned_data["file"]
        return actions.see_result(
            batch=self.record, content=upload.read(), name=upload.name, actor=self.actor, at=self.at
        )

    def after(self, result: Any) -> str:
        return reverse("console:funds_result", args=[result.pk])


class Result(MovePage):
    """The preview: each line with what it will do. The button posts exactly that."""

    verb = "确认入账"
    ask_note = False
    policy = Policy("officer", powers.SEND, at="org")
    template = "console/funds_result.html"

    def get_record(self) -> Any:
        file, self.rows = queries.result_page(self.actor, self.kwargs["pk"])
        return file

    def crumbs(self) -> list[Crumb]:
        return words.batch_crumbs(self.record.batch)

    def heading(self) -> str:
        return "银行回盘预览" if self.record.state == "seen" else "银行回盘"

    @property
    def cancel_url(self) -> str:
        return words.batch_url(self.record.batch)

    def facts(self) -> list[Fact]:
        file = self.record
        return [
            Fact("批次", f"{file.batch.number} {file.batch.title}", link=words.batch_url(file.batch)),
            Fact("文件", file.name),
            Fact("校验码", words.short(file.sha256), "code"),
            Fact("上传", file.at, "moment", note=file.person.name if file.person else ""),
            Fact("状态", Badge(file.state_label, "success" if file.state == "applied" else "warning"), "badge"),
        ]

    def consequences(self) -> list[str]:
        return ["入账后台账和发放状态随之改变；退汇的可以重新发放，结果不明的只能查询。"] if self.open else []

    @property
    def open(self) -> bool:
        return self.record.state == "seen"

    def blocked(self) -> Refused | None:
        if self.open:
            return None
        return Refused(Reason("state_not_allowed", f"这份回盘{self.record.state_label}。"))

    def context(self) -> dict[str, Any]:
        counts: dict[str, list[int]] = {}
        for one in self.rows:
            pair = counts.setdefault(one.verdict, [0, 0])
            pair[0] += 1
            pair[1] += one.amount if one.amount is not None else (one.line.amount if one.line else 0)
        return {
            "rows": self.rows,
            "counts": [
                (Badge(kinds.Verdict(key).label, words.VERDICT_TONES[key]), count, money.show(fen))  # type: ignore[arg-type]
                for key, (count, fen) in counts.items()
            ],
            "to_ask": sum(one.verdict in kinds.TO_ASK for one in self.rows),
            "payee": words.payee,
            "tones": words.VERDICT_TONES,
            "Badge": Badge,
            "open": self.open,
        }

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("_drop"):
            actions.drop_result(file=self.record, actor=self.actor, at=self.at)
            flash.say(request, "已放弃这份回盘，没有入账。", "info")
            return HttpResponseRedirect(self.cancel_url)
        return super().post(request, *args, **kwargs)

    def act(self, note: str) -> Any:
        return actions.apply_result(file=self.record, actor=self.actor, at=self.at)

    def after(self, result: dict[str, int]) -> str:
        said = "，".join(f"{kinds.Verdict(key).label} {count} 笔" for key, count in result.items())
        flash.say(self.request, f"已入账：{said}。")
        return self.cancel_url
