"""慰问登记: one short form, a list with its sums."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from gongjia.base import journal, money
from gongjia.base.journal import attachments, file_content
from gongjia.base.refused import Hidden, Reason, Refused
from gongjia.faces.console.households import forms as ours
from gongjia.faces.console.orgs import picking
from gongjia.faces.console.orgs.paper import OrgFormPage
from gongjia.faces.shared import keyset
from gongjia.faces.shared.marks import Badge, Column, Link
from gongjia.faces.shared.pages import (
    Choice,
    Crumb,
    Days,
    DetailPage,
    Fact,
    Facts,
    ListPage,
    MovePage,
    Page,
    Pick,
    Search,
)
from gongjia.faces.shared.policy import Policy
from gongjia.who.members import queries as members
from gongjia.work.households import actions, kinds, powers, queries

READ = Policy("officer", powers.CONDOLE_READ)


def one_url(pk: Any) -> str:
    return reverse("console:condolences_one", args=[pk])


def crumbs() -> list[Crumb]:
    return [Crumb("慰问登记", reverse("console:condolences"))]


def badge(row: Any) -> Badge | None:
    if row.void_on:
        return Badge("已作废", "neutral")
    return Badge("超过限额", "warning") if row.over_cap else None


class Condolences(ListPage):
    title = "慰问登记"
    policy = READ
    template = "console/condolences.html"
    unit = "次"
    export_name = "慰问登记"
    columns = (
        Column("person.name", "会员", link=lambda row: one_url(row.pk), head=True),
        Column("on", "日期", kind="day"),
        Column("why_label", "事由"),
        Column("amount", "慰问金", kind="money", value=lambda row: row.amount or None),
        Column("goods", "慰问品"),
        Column("purse_label", "钱从哪里出"),
        Column("org.name", "工会", width="m"),
        Column("mark", "", kind="badge", value=badge),
    )
    filters = (
        Choice("why", "事由", choices=kinds.CondoleWhy.choices),
        Days("on", "日期"),
        Search(hint="会员姓名"),
        Pick("org", "范围", find=picking.scope),
    )
    empty_title = "还没有慰问登记"
    empty_text = "住院、生日、退休、家庭困难……慰问过谁，十秒钟记一条。"

    def primary(self) -> Link | None:
        if self.actor.holds(powers.CONDOLE):
            return Link("登记慰问", reverse("console:condolences_new"), "plus", "primary")
        return None

    def _found(self, actor: Any, filters: Any) -> Any:
        return queries.condolences(
            actor, why=filters["why"], under=filters["org"] or None, words=filters["q"], span=filters["on"]
        )

    def rows(self, actor: Any, filters: Any, cursor: keyset.Cursor) -> keyset.Slice:
        return keyset.page_of(self._found(actor, filters), ("-on", "-id"), cursor, self.size)

    def extra(self, part: Any) -> dict[str, Any]:
        return {"totals": queries.totals(self._found(self.actor, self.chosen)), "yuan": money.show}


class New(OrgFormPage):
    """Ten seconds: a name, a reason, an amount."""

    title = "登记慰问"
    policy = Policy("officer", powers.CONDOLE)
    form_class = ours.CondoleForm
    submit_label = "登记"
    done_text = "已登记。"
    fields_of = {
        "who_unknown": "who", "not_member_here": "who", "on_in_future": "on", "nothing_given": "amount",
        "over_cap": "amount", "over_cap_warn": "accept_over",
    }  # fmt: skip

    @property
    def lead(self) -> str:
        org = picking.home_of(self.request, powers.CONDOLE)
        return f"由 {org.name} 登记；用工会经费的与帮扶资金分开统计。" if org else ""

    @property
    def cancel_url(self) -> str:
        return reverse("console:condolences")

    def crumbs(self) -> list[Crumb]:
        return crumbs()

    def initial(self) -> dict[str, Any]:
        return {"on": self.at.date(), "purse": "union", "why": "hospital"}

    def act(self, form: forms.Form) -> Any:
        org = picking.home_of(self.request, powers.CONDOLE)
        if org is None:
            raise Hidden
        person = self._person(form.cleaned_data["who"])
        photo = self._photo(form, org)
        values = form.cleaned_data
        return actions.condole(
            org=org, person=person, why=values["why"], on=values["on"], amount=values["amount"] or 0,
            goods=values["goods"], goods_value=values["goods_value"] or 0, purse=values["purse"], photo=photo,
            accept_over=values["accept_over"], actor=self.actor, at=self.at,
        )  # fmt: skip

    def _person(self, who: str) -> Any:
        digits = sum(letter.isdigit() for letter in who) >= 15
        found = members.find_person(self.actor, **({"id_no": who} if digits else {"name": who}))
        exact = [one for one in found if digits or one.name == who.strip()] or found
        if len(exact) == 1:
            return members.person_to_appoint(self.actor, exact[0].id)
        if exact:
            raise Refused(Reason("who_unknown", f"有 {len(exact)} 位会员对得上，请填身份证号。"))
        raise Refused(Reason("who_unknown", "名册里没有这个人，或不在您的范围内。"))

    def _photo(self, form: forms.Form, org: Any) -> Any:
        upload = form.cleaned_data.get("attachment")
        if upload is None:
            return self.paper(form, org)
        from dataclasses import replace

        try:
            self.kept = attachments.store(
                upload, name=upload.name, actor=self.actor, at=self.at, org=org, kinds=file_content.PICTURES
            )
        except Refused as refused:
            raise Refused(replace(one, code="attachment") for one in refused.reasons) from refused
        return self.kept

    def after(self, result: Any) -> str:
        return reverse("console:condolences")


class One(DetailPage):
    policy = Policy("officer", powers.CONDOLE_READ, at="org")

    def get_record(self) -> Any:
        return queries.condolence_of(self.actor, self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return crumbs()

    def heading(self) -> str:
        return f"{self.record.person.name} {self.record.why_label}"

    def subtitle(self) -> str:
        return self.record.org.name

    def badge(self) -> Badge | None:
        return badge(self.record)

    def steps(self) -> list[Link]:
        if self.record.void_on or not self.actor.can(powers.CONDOLE, self.record.org):
            return []
        return [Link("作废", reverse("console:condolences_void", args=[self.record.pk]), "ban", "danger")]

    def groups(self) -> list[Facts]:
        row = self.record
        photo = reverse("console:condolences_photo", args=[row.pk]) if row.photo_id else ""
        return [
            Facts(
                "慰问",
                [
                    Fact("日期", row.on, "day"), Fact("事由", row.why_label),
                    Fact("慰问金", money.show(row.amount) if row.amount else ""),
                    Fact("慰问品", row.goods),
                    Fact("慰问品价值", money.show(row.goods_value) if row.goods_value else ""),
                    Fact("钱从哪里出", row.purse_label), Fact("照片", "查看" if photo else "", link=photo),
                    Fact("登记人", row.entered_by), Fact("作废原因", row.void_why, wide=True),
                ],
            )
        ]  # fmt: skip

    def timeline(self) -> list[Any]:
        return journal.timeline(self.record)


class Photo(Page):
    policy = READ

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        row = queries.condolence_of(self.actor, self.kwargs["pk"])
        if row.photo is None:
            raise Hidden
        response = HttpResponse(attachments.open(row.photo), content_type=row.photo.kind)
        response["Cache-Control"] = "private, no-store"
        return response


class Void(MovePage):
    title = "作废慰问登记"
    policy = Policy("officer", powers.CONDOLE, at="org")
    verb = "作废"
    danger = True
    note_label = "原因"
    note_required = True
    done_text = "已作废。"

    def get_record(self) -> Any:
        return queries.condolence_of(self.actor, self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return crumbs()

    @property
    def cancel_url(self) -> str:
        return one_url(self.kwargs["pk"])

    def consequences(self) -> list[str]:
        return ["登记还在，标明作废，不再计入统计。"]

    def act(self, note: str) -> Any:
        return actions.void_condolence(row=self.record, why=note, actor=self.actor, at=self.at)

    def after(self, result: Any) -> str:
        return self.cancel_url
