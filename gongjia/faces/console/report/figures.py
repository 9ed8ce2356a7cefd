"""One number opened up: its meaning, its children, its records; the catalogue; hand entries; targets."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base import clock
from gongjia.base.journal import attachments, timeline
from gongjia.base.period import Period
from gongjia.base.refused import Refused
from gongjia.faces.console.sections import key_of
from gongjia.faces.shared import flash, keyset
from gongjia.faces.shared.fields import DayField, Mended, NoteField, UploadField
from gongjia.faces.shared.files import download
from gongjia.faces.shared.marks import Badge, Column, Link
from gongjia.faces.shared.pages import Crumb, DetailPage, Fact, Facts, FormPage, ListPage, MovePage, Page
from gongjia.faces.shared.policy import Policy
from gongjia.report import actions, powers, queries
from gongjia.report.kinds import AREAS
from gongjia.who.orgs import queries as orgs

READ = Policy("officer", powers.READ)


def span_of(request: HttpRequest) -> tuple[Period, str]:
    """The period asked for, else the year up to today."""
    text = request.GET.get("period", "")
    try:
        return Period.parse(text), text
    except (ValueError, Refused):
        day = clock.today()
        period = Period.year(day.year)
        return period, str(period)


class StandingOrg(Page):
    """Pages about a union: `?org=`, else the one that the officer stands in."""

    def union(self) -> Any:
        wanted = self.request.GET.get("org", "")
        if wanted:
            return orgs.get(self.actor, key_of(wanted), powers.READ)
        roots = [post for post in self.actor.posts if powers.READ in post.powers]
        standing = self.request.shell.standing
        post = standing if standing in roots else (roots[0] if roots else None)
        return orgs.get(self.actor, post.org_id, powers.READ) if post else orgs.root()


class Catalogue(StandingOrg):
    """口径: every figure, area by area."""

    title = "指标口径"
    lead = "每个数怎么算、什么时候算、谁计入。点开一个数，看它的记录。"
    policy = READ
    template = "console/catalogue.html"

    def context(self) -> dict[str, Any]:
        return {"areas": [(AREAS[number], figures) for number, figures in queries.catalogue().items()]}


class Figure(StandingOrg):
    """这个数哪来的: the definition, by child, and on to the records."""

    policy = READ
    template = "console/figure.html"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("指标口径", reverse("console:figures"))]

    def heading(self) -> str:
        return queries.definition(self.kwargs["key"]).figure.label

    def context(self) -> dict[str, Any]:
        org = self.union()
        period, text = span_of(self.request)
        cutoff = queries.cutoff_for(org, period)
        drill = queries.drill(self.actor, self.kwargs["key"], org, period, cutoff)
        return {
            "drill": drill,
            "define": queries.definition(self.kwargs["key"]),
            "org": org,
            "period": period,
            "period_text": text,
            "records_url": reverse("console:figure_records", args=[self.kwargs["key"]])
            + f"?org={org.pk}&period={text}",
            "periods": periods(),
            "may_list": drill.may_list,
        }


def periods() -> list[tuple[str, str]]:
    """Spans offered at the top of a figure."""
    year = clock.today().year
    wanted = (f"{year}H1", f"{year}H2", str(year), str(year - 1))
    return [(text, Period.parse(text).label_zh()) for text in wanted]


class Records(StandingOrg):
    """The records behind a number: each opens the person, the union or the paper."""

    policy = READ
    template = "console/figure_records.html"

    def crumbs(self) -> list[Crumb]:
        key = self.kwargs["key"]
        return [
            Crumb("指标口径", reverse("console:figures")),
            Crumb(self.heading(), reverse("console:figure", args=[key])),
        ]

    def heading(self) -> str:
        return queries.definition(self.kwargs["key"]).figure.label

    def context(self) -> dict[str, Any]:
        org = self.union()
        period, text = span_of(self.request)
        cutoff = queries.cutoff_for(org, period)
        child = self.request.GET.get("child", "")
        rows = queries.record_rows(
            self.actor, self.kwargs["key"], org, period, cutoff, child=UUID(child) if child else None,
            after=self.request.GET.get("after", ""), limit=50,
        )  # fmt: skip
        drill = queries.drill(self.actor, self.kwargs["key"], org, period, cutoff)
        return {"rows": rows, "org": org, "period": period, "period_text": text, "drill": drill, "child": child}


# entered by hand --------------------------------------------------------------------------------------


class HandList(ListPage):
    """手工填报: numbers that are not born here yet, each with an officer and a paper."""

    title = "手工填报"
    lead = "系统里还没有记录的数，由经办人带凭据填报；有了记录就不能再填。"
    policy = Policy("officer", powers.READ)
    unit = "条"
    columns = (
        Column(
            "figure",
            "指标",
            value=lambda row: queries.definition(row.figure).figure.label,
            link=lambda row: reverse("console:hand_one", args=[row.pk]),
            head=True,
            width="l",
        ),
        Column("org", "工会", value=lambda row: row.org.name, width="l"),
        Column("span", "期间", value=lambda row: Period(row.start, row.end).label_zh()),
        Column("value", "数", value=lambda row: queries.shown(row.figure, row.value), kind="text"),
        Column("officer_name", "填报人"),
        Column("entered_at", "填报时间", kind="moment"),
        Column("state", "状态", kind="badge", tones={"standing": "success", "reversed": "neutral"}),
    )
    empty_title = "没有手工填报"

    def primary(self) -> Link | None:
        return Link("填报", reverse("console:hand_new"), "plus", "primary") if self.actor.holds(powers.HAND) else None

    def links(self) -> list[Link]:
        return (
            [Link("用表格给各工会填报", reverse("console:hand_sheet"), "table")]
            if self.actor.holds(powers.HAND)
            else []
        )

    def rows(self, actor: Any, filters: Any, cursor: Any) -> keyset.Slice:
        return keyset.page_of(queries.hand_entries(actor, reversed_too=True), ("-entered_at", "-id"), cursor, self.size)


class HandForm(forms.Form):
    org = forms.ChoiceField(label="填报工会")
    figure = forms.ChoiceField(label="指标")
    start = DayField(label="期间从")
    end = DayField(label="到(含)")
    value = Mended(label="数", help_text="金额填元，可以带两位小数；其余填整数。")
    file = UploadField(label="凭据", help_text="能证明这个数的文件：通知、名单、报表或照片。")
    note = NoteField(label="说明", required=False)

    def __init__(self, *args: Any, unions: Any = (), figures: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["org"].choices = unions
        self.fields["figure"].choices = figures


class HandNew(FormPage):
    title = "手工填报"
    policy = Policy("officer", powers.HAND)
    form_class = HandForm
    submit_label = "提交填报"
    done_text = "已填报。"
    fields_of = {
        "hand_covered_by_records": "figure", "hand_not_taken": "figure", "hand_negative": "value", "hand_in_future": "end",
        "hand_doubled": "figure", "hand_part_exceeds_whole": "value", "hand_value": "value", "file_kind": "file",
    }  # fmt: skip

    def crumbs(self) -> list[Crumb]:
        return [Crumb("手工填报", reverse("console:hand"))]

    @property
    def cancel_url(self) -> str:
        return reverse("console:hand")

    def form_kwargs(self) -> dict[str, Any]:
        found = orgs.visible(self.actor, powers.HAND).order_by("path").values_list("pk", "name")[:1500]
        return {
            "unions": [(str(pk), name) for pk, name in found],
            "figures": [(one.key, f"{one.label}（{one.unit}）") for one in queries.hand_figures()],
        }

    def initial(self) -> dict[str, Any]:
        standing = self.request.shell.standing
        return {"org": str(standing.org_id) if standing else "", "figure": self.request.GET.get("figure", "")}

    def act(self, form: forms.Form) -> Any:
        from datetime import timedelta

        values = form.cleaned_data
        org = orgs.get(self.actor, UUID(values["org"]), powers.HAND)
        period = Period(values["start"], values["end"] + timedelta(days=1))
        number = queries.read_value(values["figure"], values["value"])
        file = attachments.store(values["file"], name=values["file"].name, actor=self.actor, at=self.at, org=org)
        return actions.enter_hand(
            org=org, figure=values["figure"], period=period, value=number, attachment=file, actor=self.actor, at=self.at,
            note=values["note"],
        )  # fmt: skip

    def after(self, result: Any) -> str:
        return reverse("console:hand_one", args=[result.pk])


class HandOne(DetailPage):
    policy = Policy("officer", powers.READ, at="org")

    def crumbs(self) -> list[Crumb]:
        return [Crumb("手工填报", reverse("console:hand"))]

    def get_record(self) -> Any:
        return queries.get_hand(self.actor, self.kwargs["pk"])

    def heading(self) -> str:
        return queries.definition(self.record.figure).figure.label

    def badge(self) -> Badge:
        return Badge(self.record.state_label, "success" if self.record.state == "standing" else "neutral")

    def subtitle(self) -> str:
        return self.record.org.name

    def steps(self) -> list[Link]:
        if self.record.state == "standing" and self.actor.can(powers.HAND, self.record.org):
            return [Link("冲销", reverse("console:hand_reverse", args=[self.record.pk]), "arrow-back-up", "danger")]
        return []

    def groups(self) -> list[Facts]:
        one = self.record
        facts = [
            Fact("数", queries.shown(one.figure, one.value)),
            Fact("期间", Period(one.start, one.end).label_zh()),
            Fact("填报人", one.officer_name),
            Fact("填报时间", one.entered_at, "moment"),
            Fact("凭据", one.attachment.name, link=reverse("console:paper", args=[one.pk])),
            Fact("说明", one.note),
        ]
        if one.state != "standing":
            facts += [Fact("冲销日期", one.reversed_on, "day"), Fact("冲销原因", one.reversed_why)]
        return [Facts("填报", facts)]

    def timeline(self) -> list[Any]:
        return timeline(self.record)


class HandReverse(MovePage):
    title = "冲销填报"
    verb = "确认冲销"
    danger = True
    note_label = "冲销原因"
    note_required = True
    done_text = "已冲销。"
    policy = Policy("officer", powers.HAND, at="org")

    def get_record(self) -> Any:
        return queries.get_hand(self.actor, self.kwargs["pk"])

    def consequences(self) -> list[str]:
        return ["原来的填报保留，从今天起不再计入；之后可以重新填报。"]

    @property
    def cancel_url(self) -> str:
        return reverse("console:hand_one", args=[self.kwargs["pk"]])

    def act(self, note: str) -> Any:
        return actions.reverse_hand(entry=self.record, on=self.at.date(), why=note, actor=self.actor, at=self.at)

    def after(self, result: Any) -> str:
        return self.cancel_url


class Paper(Page):
    """The piece of evidence behind a hand entry."""

    policy = Policy("officer", powers.READ, at="org")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        entry = queries.get_hand(self.actor, self.kwargs["pk"])
        self.must_here(entry.org)
        return download(attachments.open(entry.attachment), entry.attachment.name, entry.attachment.kind)


class SheetForm(forms.Form):
    start = DayField(label="期间从")
    end = DayField(label="到(含)")
    file = UploadField(label="填好的表格", help_text="一行一家工会，一列一个指标；这份表格同时作为凭据。")


class HandSheet(FormPage):
    """Numbers of all unions in one sheet."""

    title = "用表格给各工会填报"
    policy = Policy("officer", powers.HAND)
    form_class = SheetForm
    submit_label = "检查并填报"
    template = "console/hand_sheet.html"
    done_text = "已填报。"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("手工填报", reverse("console:hand"))]

    @property
    def cancel_url(self) -> str:
        return reverse("console:hand")

    def org(self) -> Any:
        return orgs.get(self.actor, self.request.shell.standing.org_id, powers.HAND)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("blank"):
            keys = request.GET.getlist("key") or [one.key for one in queries.hand_figures()]
            data = actions.hand_template(org=self.org(), wanted=keys, actor=self.actor)
            return download(data, "手工填报空白表.xlsx")
        return super().get(request, *args, **kwargs)

    def context(self) -> dict[str, Any]:
        return {"faults_of_sheet": getattr(self, "sheet_faults", [])}

    def act(self, form: forms.Form) -> Any:
        from datetime import timedelta

        from gongjia.base.refused import Reason

        values = form.cleaned_data
        source, org = values["file"].read(), self.org()
        period = Period(values["start"], values["end"] + timedelta(days=1))
        plan = actions.check_hand_sheet(
            source=source, name=values["file"].name, org=org, period=period, actor=self.actor, at=self.at
        )
        if plan.faults:
            self.sheet_faults = plan.faults
            raise Refused(Reason("sheet_faults", f"有 {len(plan.faults)} 格不能填报，请改好后再传；没有写入任何数。"))
        return actions.import_hand(plan=plan, source=source, org=org, actor=self.actor, at=self.at)

    def after(self, result: Any) -> str:
        return reverse("console:hand")


# targets ------------------------------------------------------------------------------------------------


class Targets(StandingOrg):
    """年度目标 with 完成率."""

    title = "年度目标"
    policy = READ
    template = "console/targets.html"

    def context(self) -> dict[str, Any]:
        org, day = self.union(), clock.today()
        return {
            "org": org,
            "year": day.year,
            "rows": queries.target_rows(self.actor, org, day.year, day),
            "may_set": self.actor.can(powers.TARGET, org),
            "figures": [one for ones in queries.catalogue().values() for one in ones],
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        org, day = self.union(), clock.today()
        try:
            value = queries.read_value(request.POST.get("figure", ""), request.POST.get("value", ""))
            actions.set_target(
                org=org, figure=request.POST["figure"], year=day.year, value=value, actor=self.actor, at=self.at,
                note=request.POST.get("note", ""),
            )  # fmt: skip
        except Refused as refused:
            return self.render(status=422, reasons=refused.reasons, **self.context())
        flash.say(request, "目标已保存。")
        return HttpResponseRedirect(request.get_full_path())
