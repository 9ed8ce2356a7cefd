"""The report as a page: nine sections whose numbers open what is behind them; sign, freeze, drift, files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base import clock, journal
from gongjia.base.journal import attachments
from gongjia.base.period import Period
from gongjia.base.refused import Hidden, Refused
from gongjia.faces.console.report.figures import READ, StandingOrg
from gongjia.faces.shared import flash, keyset
from gongjia.faces.shared.fields import DayField, Mended, NoteField
from gongjia.faces.shared.files import download
from gongjia.faces.shared.marks import Badge, Column, Link, NotNow
from gongjia.faces.shared.pages import Crumb, Fact, FormPage, ListPage, MovePage, Page
from gongjia.faces.shared.policy import Policy
from gongjia.report import actions, powers, queries, render, show
from gongjia.report.kinds import AREAS
from gongjia.who.orgs import queries as orgs


class Reports(ListPage):
    title = "工作总结"
    lead = "数字从系统记录来，点开就能看到每一条记录。"
    policy = READ
    unit = "份"
    columns = (
        Column("title", "总结", link=lambda row: reverse("console:report", args=[row.pk]), head=True, width="l"),
        Column("org", "工会", value=lambda row: row.org.name, width="l"),
        Column("period", "期间", value=lambda row: Period(row.start, row.end).label_zh()),
        Column("cutoff", "数字截止", kind="day"),
        Column("state", "状态", kind="badge", tones={"draft": "warning", "frozen": "success"}),
    )
    empty_title = "还没有工作总结"
    empty_text = "新建一份总结，九个部分的文字和数字都已备好。"

    def primary(self) -> Link | None:
        return (
            Link("新建总结", reverse("console:report_new"), "plus", "primary")
            if self.actor.holds(powers.FREEZE)
            else None
        )

    def rows(self, actor: Any, filters: Any, cursor: Any) -> keyset.Slice:
        return keyset.page_of(queries.reports(actor), ("-start", "-id"), cursor, self.size)


class ReportForm(forms.Form):
    org = forms.ChoiceField(label="工会")
    key = Mended(label="编号", help_text="例如 2018H1。", max_length=20)
    period = Mended(label="期间", help_text="2018H1 是上半年，2018H2 是下半年，2018 是全年。", max_length=30)
    cutoff = DayField(label="数字截止日", help_text="“截至目前”的数算到这一天。")
    title = Mended(label="标题", max_length=120)
    due_on = DayField(label="各部门签认期限", required=False)
    preface = NoteField(label="开头的话", required=False, rows=5, max_length=2000)

    def __init__(self, *args: Any, unions: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["org"].choices = unions


class NewReport(FormPage):
    title = "新建总结"
    policy = Policy("officer", powers.FREEZE)
    form_class = ReportForm
    submit_label = "新建"
    done_text = "已新建，各部分已分给相应的部门。"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("工作总结", reverse("console:reports"))]

    def form_kwargs(self) -> dict[str, Any]:
        found = orgs.visible(self.actor, powers.FREEZE).order_by("path").values_list("pk", "name")[:200]
        return {"unions": [(str(pk), name) for pk, name in found]}

    def initial(self) -> dict[str, Any]:
        return {"cutoff": clock.today()}

    def act(self, form: forms.Form) -> Any:
        values = dict(form.cleaned_data)
        org = orgs.get(self.actor, UUID(values.pop("org")), powers.FREEZE)
        return actions.open_report(
            org=org, period=Period.parse(values.pop("period")), actor=self.actor, at=self.at, **values
        )

    def after(self, result: Any) -> str:
        return reverse("console:report", args=[result.pk])


class OneReport(Page):
    """九个部分. Every number is a link."""

    policy = Policy("officer", powers.READ, at="org")
    template = "console/report.html"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("工作总结", reverse("console:reports"))]

    @property
    def report(self) -> Any:
        if not hasattr(self, "_report"):
            self._report = queries.get_report(self.actor, self.kwargs["pk"])
            self.must_here(self._report.org)
        return self._report

    def heading(self) -> str:
        return self.report.title

    def context(self) -> dict[str, Any]:
        report = self.report
        sections = {section.area: section for section in report.sections.all()}
        return {
            "report": report,
            "document": render.document(report),
            "sections": sections,
            "mine": {area for area, section in sections.items() if queries.is_department(self.actor, section)},
            "steps": self.steps(sections),
            "badge": Badge(report.state_label, "success" if report.state == "frozen" else "warning"),
            "period": str(Period(report.start, report.end)),
            "timeline": journal.timeline(report)[:20],
        }

    def steps(self, sections: dict) -> list[Link | NotNow]:
        report = self.report
        found: list[Link | NotNow] = [
            Link("Word", reverse("console:report_export", args=[report.pk, "docx"]), "file-word"),
            Link("PDF", reverse("console:report_export", args=[report.pk, "pdf"]), "file-type-pdf"),
            Link("一页简报", reverse("console:report_export", args=[report.pk, "brief"]), "file-text"),
        ]
        if report.state == "draft" and self.actor.can(powers.FREEZE, report.org):
            unsigned = [area for area, section in sections.items() if section.state != "signed"]
            if unsigned:
                found.append(NotNow("定稿", "第 " + "、".join(map(str, unsigned)) + " 部分还没有签认。"))
            else:
                found.append(Link("定稿", reverse("console:report_freeze", args=[report.pk]), "lock", "primary"))
        if report.state == "frozen":
            found.append(Link("定稿后的变动", reverse("console:report_drift", args=[report.pk]), "history"))
        return found


class Export(Page):
    policy = Policy("officer", powers.READ, at="org")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        report = queries.get_report(self.actor, self.kwargs["pk"])
        made = actions.export(report=report, what=self.kwargs["what"], actor=self.actor, at=self.at)
        return download(made.data, made.name, made.kind)


class SectionForm(forms.Form):
    text = forms.CharField(label="文字", widget=forms.Textarea(attrs={"rows": 14, "class": "input-code"}))
    note = NoteField(label="修改说明", required=False)


class Section(FormPage):
    """A department writes its words; numbers stay tags; then signs."""

    policy = Policy("officer", powers.READ)
    form_class = SectionForm
    submit_label = "保存文字"
    template = "console/report_section.html"
    done_text = "已保存。"

    def get_record(self) -> Any:
        report = queries.get_report(self.actor, self.kwargs["pk"])
        section = report.sections.filter(area=self.kwargs["area"]).select_related("report__org").first()
        if section is None:
            raise Hidden(str(self.kwargs["area"]))
        return section

    def heading(self) -> str:
        return f"第 {self.record.area} 部分　{AREAS[self.record.area].label}"

    def crumbs(self) -> list[Crumb]:
        report = self.record.report
        return [
            Crumb("工作总结", reverse("console:reports")),
            Crumb(report.title, reverse("console:report", args=[report.pk])),
        ]

    @property
    def cancel_url(self) -> str:
        return reverse("console:report", args=[self.kwargs["pk"]])

    def initial(self) -> dict[str, Any]:
        return {"text": self.record.text}

    def context(self) -> dict[str, Any]:
        section = self.record
        document = render.document(section.report)
        part = next(part for part in document.parts if part.area == section.area)
        return {
            "section": section,
            "part": part,
            "period": str(Period(section.report.start, section.report.end)),
            "org": section.report.org,
            "mine": queries.is_department(self.actor, section) and section.report.state == "draft",
            "unfilled": queries.unfilled(section),
            "known": [one for ones in queries.catalogue().values() for one in ones if one.area == section.area],
            "timeline": journal.timeline(section)[:30],
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        step = request.POST.get("_step", "")
        if not step:
            return super().post(request, *args, **kwargs)
        section = self.record
        try:
            if step == "sign":
                actions.sign_section(section=section, actor=self.actor, at=self.at)
                flash.say(request, "已签认。")
            elif step == "reopen":
                actions.reopen_section(section=section, actor=self.actor, at=self.at)
                flash.say(request, "已退回修改。")
            elif step == "evidence":
                file = request.FILES.get("file")
                if file is not None:
                    kept = attachments.store(file, name=file.name, actor=self.actor, at=self.at, org=section.report.org)
                    actions.attach_evidence(
                        section=section,
                        line=request.POST.get("line", ""),
                        attachments=[kept],
                        actor=self.actor,
                        at=self.at,
                    )
                    flash.say(request, "凭据已挂上。")
        except Refused as refused:
            return self.render(status=422, reasons=refused.reasons, form=self.build(), faults=[], groups=[("", ("text", "note"))],
                               submit_label=self.submit_label, draft_key="", from_draft=False, multipart=False, **self.context())  # fmt: skip
        return HttpResponseRedirect(request.path)

    def act(self, form: forms.Form) -> Any:
        return actions.write_section(section=self.record, actor=self.actor, at=self.at, **form.cleaned_data)

    def after(self, result: Any) -> str:
        return self.request.path


class Freeze(MovePage):
    title = "定稿"
    verb = "确认定稿"
    done_text = "已定稿。以后记录再变，总结的数字不变，变动另列。"
    policy = Policy("officer", powers.FREEZE, at="org")

    def get_record(self) -> Any:
        return queries.get_report(self.actor, self.kwargs["pk"])

    def facts(self) -> list[Fact]:
        return [Fact("总结", self.record.title), Fact("数字截止", self.record.cutoff, "day")]

    def consequences(self) -> list[str]:
        notes = ["每个数连同它的记录一起封存，之后不再改动。"]
        return notes + [f"请先看一眼：{one}" for one in queries.checks(self.record)]

    @property
    def cancel_url(self) -> str:
        return reverse("console:report", args=[self.kwargs["pk"]])

    def act(self, note: str) -> Any:
        return actions.freeze_report(report=self.record, actor=self.actor, at=self.at, note=note)

    def after(self, result: Any) -> str:
        return self.cancel_url


class DriftPage(Page):
    """What moved since: line by line, record by record."""

    title = "定稿后的变动"
    lead = "总结里的数保持定稿时的样子；这里列出之后变了的数和记录。"
    policy = Policy("officer", powers.READ, at="org")
    template = "console/report_drift.html"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("工作总结", reverse("console:reports"))]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The report's own page asks for the sentence alone, once it stands: a recount of every figure takes a while."""
        if request.headers.get("HX-Request"):
            report = queries.get_report(self.actor, self.kwargs["pk"])
            self.must_here(report.org)
            drifted = len(queries.drift_of(self.actor, report))
            return self.render(template="console/report_drifted.html", report=report, drifted=drifted)
        return super().get(request, *args, **kwargs)

    def context(self) -> dict[str, Any]:
        report = queries.get_report(self.actor, self.kwargs["pk"])
        self.must_here(report.org)
        drifts = queries.drift_of(self.actor, report)
        places = {moved.record.org_id for one in drifts for moved in one.moved if moved.record}
        return {
            "report": report,
            "drifts": drifts,
            "names": orgs.names_of(places),
            "shown": lambda one, value: show.full(one.figure, value),
            "period": str(Period(report.start, report.end)),
        }


class EvidenceFile(Page):
    """A paper that hangs on a line of words."""

    policy = Policy("officer", powers.READ, at="org")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        report = queries.get_report(self.actor, self.kwargs["pk"])
        file = queries.evidence_file(report, self.kwargs["file"])
        return download(attachments.open(file), file.name, file.kind)


# the dashboard -------------------------------------------------------------------------------------------


class Dashboard(StandingOrg):
    """Members, unions, coverage, targets, the second level side by side; from kept rows."""

    title = "数据看板"
    policy = READ
    template = "console/dashboard.html"
    COMPARE = (
        "members.total",
        "members.portal_activated",
        "orgs.basic",
        "orgs.coverage",
        "orgs.terms_due",
        "orgs.founded",
        "orgs.open_units_due",
    )

    def context(self) -> dict[str, Any]:
        org, day = self.union(), clock.today()
        board = queries.dashboard(self.actor, org, day)
        children = [(child, kept) for child, kept in board.children]
        return {
            "org": org,
            "board": board,
            "tiles": [(key, tile) for key, tile in board.tiles.items()],
            "targets": [
                row for row in queries.target_rows(self.actor, org, day.year, day) if row.completion is not None
            ],
            "children": children,
            "compare": [key for key in self.COMPARE if key in board.tiles],
            "labels": {key: tile.kept.figure for key, tile in board.tiles.items()},
            "by_child": self.chart(children),
            "year": day.year,
        }

    def chart(self, children: list) -> dict[str, Any]:
        rows = sorted(children, key=lambda row: -(row[1]["members.total"].value or 0))
        return {
            "kind": "hbar",
            "unit": "人",
            "head": "工会",
            "categories": [child.short_name or child.name for child, _ in rows],
            "series": [
                {
                    "name": "会员",
                    "data": [int(kept["members.total"].value or 0) for _, kept in rows],
                    "links": [
                        reverse("console:figure", args=["members.total"]) + f"?org={child.pk}" for child, _ in rows
                    ],
                }
            ],
        }


class Screen(Dashboard):
    """The same on a wall."""

    layout = "ui/layouts/screen.html"
    template = "console/screen.html"
