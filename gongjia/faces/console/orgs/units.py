"""未建会台账: units without a union, visited until they have one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from gongjia.base import journal
from gongjia.base.journal import attachments
from gongjia.base.refused import Hidden
from gongjia.faces.console.orgs import forms as ours
from gongjia.faces.console.orgs import picking
from gongjia.faces.console.orgs.lists import union_url
from gongjia.faces.console.orgs.paper import OrgFormPage
from gongjia.faces.shared import keyset
from gongjia.faces.shared.files import download
from gongjia.faces.shared.marks import Badge, Column, Link
from gongjia.faces.shared.pages import Crumb, DetailPage, Fact, Facts, ListPage, Page, Pick, Search, Tick
from gongjia.faces.shared.policy import Policy
from gongjia.who.orgs import actions, kinds, powers
from gongjia.who.orgs import queries as orgs

SOURCES = dict(kinds.StaffSource.choices)
FIELDS_OF = {
    "name_missing": "name", "unit_has_union": "uscc", "unit_listed": "name", "employer_uscc_bad": "uscc",
    "staff_source_missing": "staff_source", "staff_on_missing": "staff_on", "staff_in_future": "staff_on",
    "listed_in_future": "listed_on", "visited_in_future": "visited_on", "promised_before_visit": "promised_on",
    "union_not_active": "by", "built_on_wrong": "on", "gone_on_wrong": "on", "why_missing": "why",
}  # fmt: skip


def unit_url(pk: Any) -> str:
    return reverse("console:orgs_unit", args=[pk])


def ledger() -> list[Crumb]:
    return [Crumb("未建会台账", reverse("console:orgs_units"))]


def promise_badge(row: orgs.UnitRow) -> Badge | None:
    if row.promised_on is None:
        return None
    words = f"{row.promised_on:%Y-%m-%d}"
    return Badge(f"{words} 已过期", "danger") if row.promise_broken else Badge(words, "info")


class Ledger(ListPage):
    """Most staff first."""

    title = "未建会台账"
    policy = Policy("officer", powers.READ)
    template = "console/org_units.html"
    unit = "家"
    export_name = "未建会台账"
    columns = (
        Column("name", "单位", link=lambda row: unit_url(row.id), head=True, width="l"),
        Column("org_name", "所在地工会", width="m"),
        Column("staff_count", "职工", kind="number"),
        Column("must_found", "建会要求", kind="badge",
               value=lambda row: Badge("应当建会", "warning") if row.must_found else None),
        Column("staff_source", "人数来源", value=lambda row: SOURCES.get(row.staff_source, ""), wide_only=True),
        Column("visits", "走访", kind="number"),
        Column("visited_on", "上次走访", kind="day"),
        Column("promised", "承诺建会", kind="badge", value=promise_badge),
    )  # fmt: skip
    filters = (
        Search(hint="单位名称"),
        Tick("must", "只看 25 人以上"),
        Pick("org", "范围", find=picking.scope),
    )
    empty_title = "没有未建会单位"
    empty_text = "发现有职工、没有工会的单位，登记在这里，走访到建会为止。"

    def primary(self) -> Link | None:
        if self.actor.holds(powers.UNITS):
            return Link("登记单位", reverse("console:orgs_unit_new"), "plus", "primary")
        return None

    def rows(self, actor: Any, filters: Any, cursor: keyset.Cursor) -> keyset.Slice:
        wanted = {"under": filters["org"] or None, "q": filters["q"], "must": filters["must"]}

        def fetch(after: tuple, back: bool, limit: int) -> list:
            place = {"before" if back else "after": after[0]} if after else {}
            return orgs.unit_rows(actor, on=self.at.date(), limit=limit, **place, **wanted)

        def count() -> int | None:
            if filters["q"]:
                return None
            return self.counts["must" if filters["must"] else "all"]

        return keyset.take(fetch, key=lambda row: (row.cursor,), cursor=cursor, size=self.size, count=count)

    @property
    def counts(self) -> dict[str, int]:
        if not hasattr(self, "_counts"):
            self._counts = orgs.unit_counts(self.actor, on=self.at.date(), under=self.chosen["org"] or None)
        return self._counts

    def extra(self, part: Any) -> dict[str, Any]:
        org = self.chosen["org"] or picking.home_of(self.request)
        return {"counts": self.counts, "cover": orgs.coverage(org, self.at.date()) if org else None, "cover_org": org}


class UnitPage(DetailPage):
    policy = Policy("officer", powers.READ, at="org")
    template = "console/org_unit.html"

    def crumbs(self) -> list[Crumb]:
        return ledger()

    def get_record(self) -> Any:
        return orgs.get_unit(self.actor, self.kwargs["pk"])

    def heading(self) -> str:
        return self.record.name

    def subtitle(self) -> str:
        return self.record.org.name

    def badge(self) -> Badge:
        unit = self.record
        if unit.built_on:
            return Badge("已建会", "success")
        if unit.gone_on:
            return Badge("已注销或迁出", "neutral")
        return Badge("未建会", "warning")

    def steps(self) -> list[Link]:
        unit = self.record
        if unit.built_on or unit.gone_on or not self.actor.can(powers.UNITS, unit.org):
            return []
        steps = (
            ("登记走访", "visit", "map-pin", "primary"), ("承诺日期", "promise", "calendar-event", ""),
            ("已经建会", "built", "circle-check", ""), ("修改", "edit", "edit", ""), ("注销、迁出", "gone", "ban", ""),
        )  # fmt: skip
        return [
            Link(label, reverse(f"console:orgs_unit_{name}", args=[unit.pk]), icon, tone)
            for label, name, icon, tone in steps
        ]

    def groups(self) -> list[Facts]:
        unit = self.record
        return [
            Facts(
                "单位",
                [
                    Fact("单位全称", unit.name, wide=True),
                    Fact("信用代码", unit.uscc, "code"),
                    Fact("单位类别", kinds.UNIT_NATURES.get(unit.unit_nature, "")),
                    Fact("所属行业", kinds.INDUSTRIES.get(unit.industry, "")),
                    Fact("地址", unit.address),
                    Fact("联系人", unit.contact_name),
                    Fact("开业日期", unit.opened_on, "day"),
                    Fact(
                        "职工", unit.staff_count, "number",
                        note=f"{SOURCES.get(unit.staff_source, '')}，{unit.staff_on:%Y-%m-%d}" if unit.staff_on else "",
                    ),
                ],
            ),
            Facts(
                "建会",
                [
                    Fact("登记日期", unit.listed_on, "day"),
                    Fact("承诺建会", unit.promised_on, "day"),
                    Fact("建会日期", unit.built_on, "day"),
                    Fact(
                        "所属工会", unit.built_org.name if unit.built_org else "",
                        link=union_url(unit.built_org_id) if unit.built_org and self.actor.can(powers.READ, unit.built_org) else "",
                    ),
                    Fact("注销、迁出", unit.gone_on, "day", note=unit.gone_why),
                ],
            ),
        ]  # fmt: skip

    def timeline(self) -> list[Any]:
        return journal.timeline(self.record)

    def extra(self) -> dict[str, Any]:
        return {"visits": list(self.record.visits.select_related("attachment"))}


class VisitPaper(Page):
    policy = Policy("officer", powers.READ, at="org")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        unit = orgs.get_unit(self.actor, self.kwargs["pk"])
        self.must_here(unit.org)
        visit = unit.visits.select_related("attachment").filter(attachment_id=self.kwargs["paper"]).first()
        if visit is None:
            raise Hidden
        return download(attachments.open(visit.attachment), visit.attachment.name, visit.attachment.kind)


class UnitNew(OrgFormPage):
    title = "登记未建会单位"
    policy = Policy("officer", powers.UNITS)
    form_class = ours.UnitForm
    submit_label = "登记"
    draft = "orgs.unit"
    done_text = "已登记。"
    names_unions, offer, offer_upper = True, powers.UNITS, True
    fields_of = FIELDS_OF

    @property
    def cancel_url(self) -> str:
        return reverse("console:orgs_units")

    def crumbs(self) -> list[Crumb]:
        return ledger()

    def initial(self) -> dict[str, Any]:
        org = picking.home_of(self.request, powers.UNITS)
        return {"org": org.name if org else "", "listed_on": self.at.date()}

    def act(self, form: forms.Form) -> Any:
        values = form.cleaned_data
        return actions.list_unit(
            org=values["org"], name=values["name"], listed_on=values["listed_on"], promised_on=values["promised_on"],
            details={key: values[key] for key in ours.UNIT_FACTS if key != "name"}, note=values["note"],
            actor=self.actor, at=self.at,
        )  # fmt: skip

    def after(self, result: Any) -> str:
        return unit_url(result.pk)


class UnitForm(OrgFormPage):
    """A form about one unit."""

    policy = Policy("officer", powers.UNITS, at="org")
    submit_label = "保存"
    done_text = "已保存。"
    fields_of = FIELDS_OF

    def get_record(self) -> Any:
        return orgs.get_unit(self.actor, self.kwargs["pk"])

    @property
    def cancel_url(self) -> str:
        return unit_url(self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return [*ledger(), Crumb(self.record.name, self.cancel_url)]

    def after(self, result: Any) -> str:
        return self.cancel_url


class UnitEdit(UnitForm):
    title = "修改"
    form_class = ours.UnitEditForm

    def initial(self) -> dict[str, Any]:
        return {key: getattr(self.record, key) for key in ours.UNIT_FACTS}

    def act(self, form: forms.Form) -> Any:
        changes = {key: form.cleaned_data[key] for key in ours.UNIT_FACTS}
        return actions.edit_unit(
            unit=self.record, changes=changes, actor=self.actor, at=self.at, note=form.cleaned_data["note"]
        )


class Visit(UnitForm):
    title = "登记走访"
    form_class = ours.VisitForm
    draft = "orgs.visit"

    def initial(self) -> dict[str, Any]:
        return {"visited_on": self.at.date()}

    def act(self, form: forms.Form) -> Any:
        values = dict(form.cleaned_data)
        values.pop("attachment", None)
        paper = self.paper(form, self.record.org)
        return actions.visit_unit(unit=self.record, attachment=paper, actor=self.actor, at=self.at, **values)


class Promise(UnitForm):
    title = "承诺建会日期"
    form_class = ours.PromiseForm

    def initial(self) -> dict[str, Any]:
        return {"promised_on": self.record.promised_on}

    def act(self, form: forms.Form) -> Any:
        return actions.promise(unit=self.record, actor=self.actor, at=self.at, **form.cleaned_data)


class Built(UnitForm):
    title = "已经建会"
    lead = "先登记建会（或登记为联合工会的涵盖单位），再在这里销号。"
    form_class = ours.BuiltForm
    done_text = "已销号。"
    names_unions = True

    def initial(self) -> dict[str, Any]:
        return {"on": self.at.date()}

    def act(self, form: forms.Form) -> Any:
        return actions.built(unit=self.record, actor=self.actor, at=self.at, **form.cleaned_data)


class Gone(UnitForm):
    title = "注销、迁出"
    form_class = ours.GoneForm
    done_text = "已从台账中销去。"

    def initial(self) -> dict[str, Any]:
        return {"on": self.at.date()}

    def act(self, form: forms.Form) -> Any:
        return actions.gone(unit=self.record, actor=self.actor, at=self.at, **form.cleaned_data)
