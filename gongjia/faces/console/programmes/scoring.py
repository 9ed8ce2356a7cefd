"""A judge's own pages: what is to be scored, a mark per criterion, a conflict declared. Nobody else opens them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base.refused import Hidden, Reason, Refused
from gongjia.faces.console.sections import org_name
from gongjia.faces.shared import flash
from gongjia.faces.shared.fields import Mended
from gongjia.faces.shared.pages import Crumb, FormPage, Page
from gongjia.faces.shared.policy import Policy
from gongjia.work.programmes import actions
from gongjia.work.programmes.queries import lists, panel
from gongjia.work.programmes.queries.pages import answer_lines


class ForJudges:
    """A judge need not be an officer: who holds no post sees the pages in the portal's frame."""

    actor: Any

    @property
    def layout(self) -> str:
        return "ui/layouts/console.html" if self.actor.posts or self.actor.everywhere else "ui/layouts/portal.html"


class MyPanels(ForJudges, Page):
    """Rounds that I judge."""

    title = "我的评审"
    policy = Policy("member")
    template = "console/programmes/my_panels.html"

    def context(self) -> dict[str, Any]:
        return {"rows": panel.my_panels(self.actor)}


class Scoring(ForJudges, Page):
    """A judge's own page: what is to be scored, a mark per criterion, declare a conflict."""

    title = "评分"
    policy = Policy("member")
    template = "console/programmes/scoring.html"

    @property
    def judge(self) -> Any:
        if not hasattr(self, "_judge"):
            self._judge = lists.panel_of(self.actor, self.kwargs["judge"])
        return self._judge

    def heading(self) -> str:
        return f"{self.judge.round.title}评分"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("我的评审", reverse("console:programmes_my_panels"))]

    def context(self) -> dict[str, Any]:
        rows = panel.mark_rows(self.judge)
        return {
            "judge": self.judge,
            "rows": rows,
            "done": sum(row.total is not None for row in rows),
            "aside": sum(bool(row.aside) for row in rows),
            "criteria": self.judge.round.criteria,
            "org_of": org_name,
            "url_of": lambda pk: reverse("console:programmes_score", args=[self.judge.pk, pk]),
        }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(**self.context())


class ScoreForm(forms.Form):
    def __init__(self, *args: Any, criteria: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        for row in criteria:
            field = Mended(label=row["label"], unit=f"/ {row['most']}", help_text=f"权重 {row['weight']}")
            field.widget.attrs["inputmode"] = "decimal"
            self.fields[row["key"]] = field


class Score(ForJudges, FormPage):
    """One application as its judge sees it: the answers that are not sensitive, then a mark per criterion."""

    title = "打分"
    policy = Policy("member")
    form_class = ScoreForm
    template = "console/programmes/score.html"
    submit_label = "保存评分"

    def get_record(self) -> Any:
        judge = lists.panel_of(self.actor, self.kwargs["judge"])
        row = next((row for row in panel.mark_rows(judge) if row.application.pk == self.kwargs["pk"]), None)
        if row is None:
            raise Hidden(str(self.kwargs["pk"]))
        return {"judge": judge, "row": row}

    def org_of(self, record: Any) -> Any:
        return None

    @property
    def cancel_url(self) -> str:
        return reverse("console:programmes_scoring", args=[self.kwargs["judge"]])

    def heading(self) -> str:
        return self.record["row"].application.applicant_name

    def crumbs(self) -> list[Crumb]:
        return [
            Crumb("我的评审", reverse("console:programmes_my_panels")),
            Crumb(self.record["judge"].round.title, self.cancel_url),
        ]

    def form_kwargs(self) -> dict[str, Any]:
        return {"criteria": self.record["judge"].round.criteria}

    def initial(self) -> dict[str, Any]:
        return dict(self.record["row"].marks)

    @property
    def fields_of(self) -> dict[str, str]:  # type: ignore[override]
        return {}

    def context(self) -> dict[str, Any]:
        one = self.record["row"].application
        spec = self.record["judge"].round.form.spec
        return {
            "row": self.record["row"],
            "one": one,
            "answers": answer_lines(spec, one.answers, bool(one.answers_sealed), one.stage),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("_aside"):
            try:
                actions.declare_conflict(
                    judge=self.record["judge"], application=self.record["row"].application,
                    reason=request.POST.get("aside_reason", ""), actor=self.actor, at=self.at,
                )  # fmt: skip
            except Refused as refused:
                form = self.build()
                return self.render(
                    status=422, form=form, faults=[], groups=[("", tuple(form.fields))], reasons=refused.reasons,
                    submit_label=self.submit_label, draft_key="", from_draft=False, multipart=False, **self.context(),
                )  # fmt: skip
            flash.say(request, "已申明回避，您对这一件不再打分。")
            return HttpResponseRedirect(self.cancel_url)
        return super().post(request, *args, **kwargs)

    def act(self, form: ScoreForm) -> Any:
        try:
            return actions.score(
                judge=self.record["judge"], application=self.record["row"].application, marks=form.cleaned_data,
                actor=self.actor, at=self.at,
            )  # fmt: skip
        except Refused as refused:  # the fact of a fault in a mark is its criterion
            raise Refused(
                Reason(reason.fact if reason.fact in form.fields else reason.code, reason.sentence, "", reason.clause, reason.cure)
                for reason in refused.reasons
            ) from refused  # fmt: skip

    def after(self, result: Any) -> str:
        rows = panel.mark_rows(self.record["judge"])
        rest = [row for row in rows if row.total is None and not row.aside]
        flash.say(self.request, "评分已保存。" if rest else "评分已保存，都打完了。")
        if rest:
            return reverse("console:programmes_score", args=[self.kwargs["judge"], rest[0].application.pk])
        return self.cancel_url
