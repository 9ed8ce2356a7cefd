"""Marks of one round: typed line by line, or read from a sheet that is shown first and then run as it was shown."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base.journal import attachments
from gongjia.base.refused import Hidden, Reason, Refused
from gongjia.faces.console.events.one import RESULTS, ActsPage, OfEvent, event_url
from gongjia.faces.console.events.results import round_url
from gongjia.faces.console.orgs.paper import mine
from gongjia.faces.console.sections import keys_of
from gongjia.faces.shared import keyset
from gongjia.faces.shared.fields import UploadField
from gongjia.faces.shared.files import download
from gongjia.faces.shared.pages import Crumb, FormPage, Page
from gongjia.work.events import actions, powers, queries
from gongjia.work.events.queries import desk

SHOWN = 100  # entrants on one page


class OfRound(OfEvent):
    """A page about one round; its event beside it."""

    def get_record(self) -> Any:
        return desk.round_of(self.actor, self.kwargs["pk"])

    def org_of(self, record: Any) -> Any:
        return record.event.org

    def crumbs(self) -> list[Crumb]:
        event = self.record.event
        return [
            Crumb("活动", reverse("console:events")), Crumb(event.title, event_url(event.pk)),
            Crumb("成绩和名次", event_url(event.pk, "results")),
        ]  # fmt: skip

    @property
    def cancel_url(self) -> str:
        return round_url(self.kwargs["pk"], "scores")


class Scores(OfRound, ActsPage):
    """Marks of one round, typed line by line."""

    policy = RESULTS
    template = "console/events/scores.html"
    ops = {"save": powers.RESULTS}

    def heading(self) -> str:
        return f"{self.record.title or f'第{self.record.number}轮'}成绩"

    def lines(self) -> list[Any]:
        return queries.score_lines(self.actor, self.record)

    def context(self) -> dict[str, Any]:
        rows = self.lines()
        cursor = keyset.Cursor.decode(self.request.GET.get("c", ""))
        part = keyset.page_of_list(rows, lambda row: (row.trade, row.name, str(row.sign_up_id)), cursor, SHOWN)
        return {"record": self.record, "part": part, "rows": part.rows, "all": len(rows), "done": sum(row.total is not None for row in rows), "typed": self.typed,
                "upload": round_url(self.record.pk, "score_upload"), "sheet": round_url(self.record.pk, "score_sheet")}  # fmt: skip

    def do_save(self) -> str:
        marks = []
        for row in self.lines():
            theory, practice = (self.typed(f"{part}_{row.sign_up_id}").strip() for part in ("t", "p"))
            if theory or practice:
                marks.append(actions.NewMark(row.sign_up_id, theory or None, practice or None))
        count = actions.enter_scores(round_=self.record, marks=marks, actor=self.actor, at=self.at)
        return f"已登记 {count} 人的成绩。"


class ScoreSheet(OfRound, Page):
    """The round's list as a sheet to fill in."""

    policy = RESULTS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        round_ = self.get_record()
        self.must_here(round_.event.org)
        return download(actions.score_sheet(round_=round_, actor=self.actor), f"{round_.title or '成绩'}.xlsx")


class ScoreForm(forms.Form):
    file = UploadField(
        label="填好的成绩表", accept=".xlsx,.xls,.csv", help_text="先下载本轮的成绩表；缺考的那一行空着。"
    )


class ScoreUpload(OfRound, FormPage):
    """A sheet is read and shown line by line; then run exactly as it was shown."""

    title = "导入成绩表"
    policy = RESULTS
    form_class = ScoreForm
    template = "console/events/score_upload.html"
    submit_label = "上传并检查"
    fields_of = {"score_heads": "file", "too_many_rows": "file", "file_kind": "file", "file_empty": "file"}

    def context(self) -> dict[str, Any]:
        return {"record": self.record, "sheet": round_url(self.record.pk, "score_sheet")}

    def act(self, form: ScoreForm) -> Any:
        file = form.cleaned_data["file"]
        kept = attachments.store(file, name=file.name, actor=self.actor, at=self.at, org=self.record.event.org)
        _plan(self, kept)
        return kept

    def after(self, result: Any) -> str:
        return f"{round_url(self.record.pk, 'score_check')}?file={result.pk}"


def _plan(page: Any, kept: Any) -> Any:
    return actions.check_scores(
        round_=page.record, source=attachments.open(kept), name=kept.name, actor=page.actor, at=page.at
    )


def _mark_of(plan: Any) -> str:
    """What was shown, as a digest: the confirmation runs only the same."""
    rows = [(str(one.sign_up_id), str(one.theory), str(one.practice)) for one in plan.marks]
    return hashlib.sha256(repr((plan.round_id, rows, len(plan.refused))).encode()).hexdigest()


class ScoreCheck(OfRound, ActsPage):
    """What the sheet says, before it is entered."""

    title = "核对成绩表"
    policy = RESULTS
    template = "console/events/score_check.html"
    ops = {"run": powers.RESULTS}

    @property
    def kept(self) -> Any:
        keys = keys_of([self.request.GET.get("file", "")])
        found = mine(self.actor, keys[0]) if keys else None
        if found is None:
            raise Hidden("file")
        return found

    @property
    def plan(self) -> Any:
        if not hasattr(self, "_plan"):
            self._plan = _plan(self, self.kept)
        return self._plan

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _ = self.record
        if not request.GET.get("file"):
            return HttpResponseRedirect(round_url(self.kwargs["pk"], "score_upload"))
        return super().get(request, *args, **kwargs)

    def context(self) -> dict[str, Any]:
        plan = self.plan
        names = {row.sign_up_id: row for row in queries.score_lines(self.actor, self.record)}
        return {
            "record": self.record, "plan": plan, "digest": _mark_of(plan), "upload": round_url(self.record.pk, "score_upload"),
            "marks": [(names[one.sign_up_id], one) for one in plan.marks[:500]],
        }  # fmt: skip

    def do_run(self) -> str:
        if self.typed("digest") != _mark_of(self.plan):
            raise Refused(Reason("sheet_moved", "名单在您核对的时候有变动，请再看一遍。"))
        count = actions.run_scores(plan=self.plan, actor=self.actor, at=self.at)
        return f"已登记 {count} 人的成绩。"

    def next_url(self, name: str) -> str:
        return round_url(self.record.pk, "scores")
