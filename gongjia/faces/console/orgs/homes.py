"""职工之家: planned, built, open, closed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse

from gongjia.base import journal
from gongjia.base.refused import Hidden
from gongjia.faces.console.orgs import forms as ours
from gongjia.faces.console.orgs import picking
from gongjia.faces.console.orgs.lists import union_url
from gongjia.faces.console.orgs.paper import OrgFormPage
from gongjia.faces.shared import keyset
from gongjia.faces.shared.marks import Badge, Column, Link
from gongjia.faces.shared.pages import Choice, Crumb, DetailPage, Fact, Facts, ListPage, Pick
from gongjia.faces.shared.policy import Policy
from gongjia.who.orgs import actions, powers
from gongjia.who.orgs import queries as orgs

TONES = {"planned": "info", "building": "warning", "open": "success", "closed": "neutral"}
STATES = (("planned", "计划"), ("building", "在建"), ("open", "已开放"), ("closed", "已停用"))
# step -> (words, from which states, icon)
STEPS = {
    "start": ("开工建设", ("planned",), "hammer"),
    "open": ("建成开放", ("planned", "building"), "home"),
    "close": ("停止使用", ("planned", "building", "open"), "ban"),
}
FIELDS_OF = {"name_missing": "name", "home_listed": "name", "home_dates_order": "on", "home_in_future": "on"}


def home_url(pk: Any) -> str:
    return reverse("console:orgs_home", args=[pk])


def crumbs() -> list[Crumb]:
    return [Crumb("职工之家", reverse("console:orgs_homes"))]


class Homes(ListPage):
    title = "职工之家"
    policy = Policy("officer", powers.READ)
    unit = "个"
    export_name = "职工之家"
    columns = (
        Column("name", "名称", link=lambda row: home_url(row.pk), head=True, width="l"),
        Column("org", "工会", value=lambda row: row.org.name, width="m"),
        Column("kind_label", "类型"),
        Column("state", "状态", kind="badge", tones=TONES),
        Column("standard_label", "达到的标准"),
        Column("area_m2", "面积（平方米）", kind="number"),
        Column("planned_on", "列入计划", kind="day", wide_only=True),
        Column("opened_on", "开放日期", kind="day"),
    )
    filters = (Choice("state", "状态", choices=STATES, tabs=True), Pick("org", "范围", find=picking.scope))
    empty_title = "还没有登记职工之家"
    empty_text = "计划建设的、已经开放的都登记在这里。"

    def primary(self) -> Link | None:
        if self.actor.holds(powers.HOMES):
            return Link("登记职工之家", reverse("console:orgs_home_new"), "plus", "primary")
        return None

    def rows(self, actor: Any, filters: Any, cursor: keyset.Cursor) -> keyset.Slice:
        found = orgs.homes(actor, under=filters["org"] or None, state=filters["state"])
        return keyset.page_of(found, orgs.HOMES_ORDER, cursor, self.size)


class HomePage(DetailPage):
    policy = Policy("officer", powers.READ, at="org")

    def get_record(self) -> Any:
        return orgs.get_home(self.actor, self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return crumbs()

    def heading(self) -> str:
        return self.record.name

    def subtitle(self) -> str:
        return self.record.org.name

    def badge(self) -> Badge:
        return Badge(self.record.state_label, TONES[self.record.state])

    def steps(self) -> list[Link]:
        home = self.record
        if not self.actor.can(powers.HOMES, home.org):
            return []
        found = [
            Link(
                words,
                reverse("console:orgs_home_stage", args=[home.pk, step]),
                icon,
                "primary" if step != "close" else "",
            )
            for step, (words, states, icon) in STEPS.items()
            if home.state in states
        ]
        return [*found, Link("修改", reverse("console:orgs_home_edit", args=[home.pk]), "edit")]

    def groups(self) -> list[Facts]:
        home = self.record
        return [
            Facts(
                "职工之家",
                [
                    Fact("工会", home.org.name, link=union_url(home.org_id)),
                    Fact("类型", home.kind_label),
                    Fact("达到的标准", home.standard_label),
                    Fact("评定日期", home.standard_on, "day"),
                    Fact("地址", home.address),
                    Fact("面积", f"{home.area_m2} 平方米" if home.area_m2 else ""),
                ],
            ),
            Facts(
                "进度",
                [
                    Fact("列入计划", home.planned_on, "day"),
                    Fact("开工", home.started_on, "day"),
                    Fact("开放", home.opened_on, "day"),
                    Fact("停用", home.closed_on, "day"),
                ],
            ),
        ]

    def timeline(self) -> list[Any]:
        return journal.timeline(self.record)


class HomeNew(OrgFormPage):
    title = "登记职工之家"
    policy = Policy("officer", powers.HOMES)
    form_class = ours.HomeForm
    submit_label = "登记"
    done_text = "已登记。"
    names_unions, offer = True, powers.HOMES
    fields_of = {**FIELDS_OF, "home_in_future": "planned_on"}

    @property
    def cancel_url(self) -> str:
        return reverse("console:orgs_homes")

    def crumbs(self) -> list[Crumb]:
        return crumbs()

    def initial(self) -> dict[str, Any]:
        wanted = self.request.GET.get("org", "")
        org = orgs.get(self.actor, wanted) if wanted else picking.home_of(self.request, powers.HOMES)
        return {"org": org.name if org else "", "planned_on": self.at.date(), "kind": "regional"}

    def act(self, form: forms.Form) -> Any:
        values = dict(form.cleaned_data)
        details = {key: values.pop(key) for key in ("address", "area_m2")}
        return actions.list_home(details=details, actor=self.actor, at=self.at, **values)

    def after(self, result: Any) -> str:
        return home_url(result.pk)


class HomeForm(OrgFormPage):
    policy = Policy("officer", powers.HOMES, at="org")
    fields_of = FIELDS_OF
    submit_label = "保存"
    done_text = "已保存。"

    def get_record(self) -> Any:
        return orgs.get_home(self.actor, self.kwargs["pk"])

    @property
    def cancel_url(self) -> str:
        return home_url(self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return [*crumbs(), Crumb(self.record.name, self.cancel_url)]

    def after(self, result: Any) -> str:
        return self.cancel_url


class HomeEdit(HomeForm):
    title = "修改"
    form_class = ours.HomeEditForm

    def initial(self) -> dict[str, Any]:
        return {key: getattr(self.record, key) for key in ours.HomeEditForm.base_fields if key != "note"}

    def act(self, form: forms.Form) -> Any:
        values = dict(form.cleaned_data)
        note = values.pop("note")
        return actions.edit_home(home=self.record, changes=values, actor=self.actor, at=self.at, note=note)


class HomeStage(HomeForm):
    """One step further."""

    form_class = ours.StageForm
    done_text = "已登记。"

    @property
    def step(self) -> str:
        if self.kwargs["step"] not in STEPS:
            raise Hidden
        return self.kwargs["step"]

    def heading(self) -> str:
        return STEPS[self.step][0]

    @property
    def lead(self) -> str:
        return f"{self.record.name}，现在：{self.record.state_label}。"

    def initial(self) -> dict[str, Any]:
        return {"on": self.at.date()}

    def act(self, form: forms.Form) -> Any:
        return actions.move_home(home=self.record, step=self.step, actor=self.actor, at=self.at, **form.cleaned_data)
