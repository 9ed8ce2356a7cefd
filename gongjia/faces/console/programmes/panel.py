"""The panel: who judges, what is scored, who stands aside, score sheets, the ranking with its ties."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base import journal, sheets
from gongjia.base.refused import Reason, Refused
from gongjia.faces.console.programmes.one import OfRound, application_url, round_url
from gongjia.faces.console.sections import org_name
from gongjia.faces.shared import flash
from gongjia.faces.shared.fields import Mended, UploadField
from gongjia.faces.shared.files import download
from gongjia.faces.shared.pages import Crumb, FormPage, Page
from gongjia.faces.shared.policy import Policy
from gongjia.who.members import powers as member_powers
from gongjia.who.members import queries as members
from gongjia.work.programmes import actions, powers
from gongjia.work.programmes.queries import lists, panel, scope

PANEL = Policy("officer", powers.PANEL, at="org")
SPARE = 3  # empty lines for further judges


class Panel(OfRound, Page):
    """One page: judges with how far each is, the ranking, ties named."""

    title = "评分排名"
    policy = PANEL
    template = "console/programmes/panel.html"

    @property
    def record(self) -> Any:
        if not hasattr(self, "_record"):
            self._record = self.get_record()
            self.must_here(self._record.org)
        return self._record

    def context(self, reasons: Sequence[Reason] = ()) -> dict[str, Any]:
        one = self.record
        rows = panel.ranking_rows(self.actor, one)
        ready = sum(row.state == "in_review" for row in rows)
        seats = one.quota or 0
        taken = sum(row.state in ("on_notice", "awarded") for row in rows)
        edge = panel.tie_at_edge(one, seats - taken) if seats else []
        return {
            "record": one,
            "judges": panel.judges_of(one) if one.criteria else [],
            "rows": rows,
            "ready": ready,
            "spans": lists.span_of_marks(one) if one.criteria else {},
            "edge": edge,
            "seats": seats,
            "ties": _ties(rows),
            "url_of": application_url,
            "org_of": org_name,
            "reasons": reasons,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            places = actions.rank(round_=self.record, actor=self.actor, at=self.at)
        except Refused as refused:
            return self.render(status=422, **self.context(refused.reasons))
        flash.say(request, f"已排出 {len(places)} 件的名次。")
        return HttpResponseRedirect(request.path)


def _ties(rows: Sequence[Any]) -> list[tuple[int, list[Any]]]:
    """(rank, who) of equal ranks."""
    found: dict[int, list[Any]] = {}
    for row in rows:
        if row.tied and row.rank:
            found.setdefault(row.rank, []).append(row)
    return sorted(found.items())


class JudgesForm(forms.Form):
    """Judges, a line each: a name, a title, and the member's phone or ID number when they score on the system."""

    def __init__(self, *args: Any, count: int = 5, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.count = count
        self.blocks: list[tuple[str, tuple[str, ...]]] = []
        for n in range(1, count + 1):
            self.fields[f"j{n}_name"] = Mended(label="姓名", required=False, max_length=60)
            self.fields[f"j{n}_title"] = Mended(label="单位和职务", required=False, max_length=80)
            self.fields[f"j{n}_member"] = Mended(
                label="手机号或证件号码", required=False, max_length=24,
                help_text="评委是会员、要自己在系统里打分的才填，只用来对上本人。",
            )  # fmt: skip
            self.blocks.append((f"评委 {n}", tuple(f"j{n}_{part}" for part in ("name", "title", "member"))))


class Judges(OfRound, FormPage):
    title = "设定评委"
    policy = PANEL
    form_class = JudgesForm
    submit_label = "保存评委"
    done_text = "评委已设定。"
    lead = "去掉一位评委，他打的分就不再计入；名字清空就是去掉。"
    fields_of = {"judge_names": "j1_name", "no_criteria": "j1_name"}

    @property
    def held(self) -> list[Any]:
        return panel.judges_of(self.record)

    @property
    def cancel_url(self) -> str:
        return round_url(self.kwargs["pk"], "panel")

    def form_kwargs(self) -> dict[str, Any]:
        return {"count": min(30, len(self.held) + SPARE)}

    def show(self, form: forms.Form, status: int = 200) -> HttpResponse:
        self.groups = form.blocks
        return super().show(form, status)

    def initial(self) -> dict[str, Any]:
        found = {}
        for n, one in enumerate(self.held, start=1):
            found |= {f"j{n}_name": one.name, f"j{n}_title": one.title}
        return found

    def act(self, form: JudgesForm) -> Any:
        known = {one.name: one.person_id for one in self.held}
        judges, faults = [], []
        for n in range(1, form.count + 1):
            name = form.cleaned_data[f"j{n}_name"]
            if not name:
                continue
            person = known.get(name)
            if wanted := form.cleaned_data[f"j{n}_member"]:
                person = member_named(self.actor, wanted, self.at, name)
                if person is None:
                    faults.append(
                        Reason(f"j{n}_member", f"没有找到叫“{name}”、号码对得上的会员，或不在您能看到的范围内。")
                    )
            judges.append(actions.NewJudge(name, form.cleaned_data[f"j{n}_title"], person))
        if faults:
            raise Refused(faults)
        return actions.set_judges(round_=self.record, judges=judges, actor=self.actor, at=self.at)

    def after(self, result: Any) -> str:
        return self.cancel_url


def member_named(actor: Any, number: str, at: Any, name: str = "") -> UUID | None:
    """The one member in reach with that phone or ID number (and name). That a number was asked for is written down."""
    if not actor.holds(member_powers.READ):
        return None
    wanted = members.MemberFilter(text=number, status="all")
    if not wanted.is_exact:
        return None
    journal.write("members.searched_exact", actor=actor, at=at, payload={"words": journal.digest(number)})
    rows = members.member_rows(actor, filters=wanted, limit=5).rows
    found = {row.person_id for row in rows if not name or row.name == name}
    return found.pop() if len(found) == 1 else None


# score sheets ----------------------------------------------------------------------------------------------


class Sheet(Page):
    """The judge's score sheet as a workbook, with what has been scored so far."""

    policy = Policy("officer", powers.PANEL)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        judge = _judge(self.actor, self.kwargs["judge"])
        buffer = BytesIO()
        sheet = sheets.SheetOut(
            title="评分表", columns=panel.score_columns(judge.round), rows=panel.score_lines(judge),
            notes=[f"{judge.round.title}　评委：{judge.name}"],
        )  # fmt: skip
        sheets.write(buffer, [sheet])
        return download(buffer.getvalue(), f"评分表-{judge.name}.xlsx")


def _judge(actor: Any, pk: UUID) -> Any:
    judge = panel.judge_of(actor, pk)
    actor.must(powers.PANEL, judge.round.org)
    return judge


class SheetForm(forms.Form):
    file = UploadField(label="评分表", help_text="用系统导出的评分表填写；有一行不对，整张表都不导入。")


class SheetUpload(FormPage):
    title = "导入评分表"
    policy = Policy("officer", powers.PANEL)
    form_class = SheetForm
    submit_label = "导入"
    template = "console/programmes/sheet_upload.html"
    fields_of = {"score_heads": "file", "file_kind": "file", "file_empty": "file"}
    result: Any = None

    def get_record(self) -> Any:
        return _judge(self.actor, self.kwargs["judge"])

    def org_of(self, record: Any) -> Any:
        return record.round.org

    def heading(self) -> str:
        return f"导入评分表：{self.record.name}"

    @property
    def cancel_url(self) -> str:
        return round_url(self.record.round_id, "panel")

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.record.round.title, round_url(self.record.round_id)), Crumb("评分排名", self.cancel_url)]

    def context(self) -> dict[str, Any]:
        return {"result": self.result, "sheet_url": reverse("console:programmes_sheet", args=[self.record.pk])}

    def act(self, form: SheetForm) -> Any:
        file = form.cleaned_data["file"]
        done = actions.import_scores(judge=self.record, source=file, name=file.name, actor=self.actor, at=self.at)
        if done.refused:
            self.result = done
            raise Refused(
                Reason("rows_refused", f"有 {len(done.refused)} 行不对，一行也没有导入。", cure="请改好再传。")
            )
        return done

    def after(self, result: Any) -> str:
        flash.say(self.request, f"已导入 {result.scored} 件的评分。")
        return self.cancel_url


class Aside(OfRound, FormPage):
    """Whoever runs the panel enters a judge's conflict that was said aloud."""

    title = "登记回避"
    policy = PANEL
    submit_label = "登记回避"
    done_text = "已登记回避，这位评委对这一件的打分不计。"

    class form_class(forms.Form):
        judge = forms.ChoiceField(label="评委")
        application = forms.ChoiceField(label="申报")
        reason = Mended(label="原因", max_length=200, wide="full", help_text="如：师徒、亲属、同单位。")

        def __init__(self, *args: Any, judges: Any = (), applications: Any = (), **kwargs: Any):
            super().__init__(*args, **kwargs)
            self.fields["judge"].choices = judges
            self.fields["application"].choices = applications

    fields_of = {"reason_missing": "reason", "other_round": "application"}

    @property
    def cancel_url(self) -> str:
        return round_url(self.kwargs["pk"], "panel")

    def form_kwargs(self) -> dict[str, Any]:
        rows = panel.ranking_rows(self.actor, self.record)
        return {
            "judges": [(str(one.pk), one.name) for one in panel.judges_of(self.record)],
            "applications": [(str(one.pk), f"{one.applicant_name}　{org_name(one.org)}　{one.number}") for one in rows],
        }

    def act(self, form: Any) -> Any:
        values = form.cleaned_data
        return actions.declare_conflict(
            judge=panel.judge_of(self.actor, UUID(values["judge"])),
            application=scope.get(self.actor, UUID(values["application"])), reason=values["reason"],
            actor=self.actor, at=self.at,
        )  # fmt: skip

    def after(self, result: Any) -> str:
        return self.cancel_url
