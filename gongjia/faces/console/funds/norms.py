"""科目和计税: the shipped tables of items, tax classes, rates and limits, and what an officer sets anew from a day on."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.urls import reverse

from gongjia.base.refused import Hidden
from gongjia.faces.console.funds import forms as ours
from gongjia.faces.console.funds.budgets import crumbs_of, paying_union
from gongjia.faces.shared.marks import Badge
from gongjia.faces.shared.pages import Crumb, FormPage, Page
from gongjia.faces.shared.policy import Policy
from gongjia.money.funds import actions, kinds, powers, queries
from gongjia.work.programmes.kinds import AwardKind

LEADS = {
    "item": "预算和发放批次从这里选支出科目。停用的不再出现，以前的账仍按原名显示。",
    "tax": "按授予的种类定；某个项目另有规定的，单独设一行，它优先。",
    "rate": "应发按这里的税率代扣个税，四舍五入到分。",
    "limit": "制单、账户和疑点单的天数、小时数。须审批的金额在“发放上限”里设。",
}


def label_of(table: str, key: str) -> str:
    """What a row is about, in words."""
    if table == kinds.Norms.ITEM:
        return key
    if table == kinds.Norms.LIMIT:
        return kinds.LIMITS[key][0]
    if table == kinds.Norms.RATE:
        return kinds.TaxClass(key).label
    kind, _, type_key = key.partition("/")
    return f"{AwardKind(kind).label}{' · ' + queries.type_label(type_key) if type_key else ''}"


def value_of(table: str, key: str, value: str) -> str:
    if table == kinds.Norms.TAX:
        return kinds.TaxClass(value).label
    if table == kinds.Norms.RATE:
        return f"{value}%"
    if table == kinds.Norms.LIMIT:
        return f"{value} {kinds.LIMITS[key][1]}"
    return value or "已停用"


class Norms(Page):
    title = "科目和计税"
    lead = "系统自带的是通行做法，标“待核对”的还没有人对照文件确认。核对后在这里按文件改，从所填的那天起执行。"
    policy = Policy("officer", powers.READ)
    template = "console/funds_norms.html"

    def crumbs(self) -> list[Crumb]:
        return crumbs_of()

    def context(self) -> dict[str, Any]:
        rows = queries.norms(self.at.date())
        may_set = self.actor.holds(powers.CEILING)
        groups = []
        for table, label in kinds.Norms.choices:
            own = [row for row in rows if row.table == table]
            add = f"{reverse('console:funds_norm_new')}?table={table}" if table in ("item", "tax") and may_set else ""
            groups.append((table, label, LEADS[table], own, add))
        return {
            "groups": groups, "label_of": label_of, "value_of": value_of, "may_set": may_set,
            "to_check": sum(row.check for row in rows), "mark": Badge("待核对", "warning"),
        }  # fmt: skip


class NormNew(FormPage):
    """One row anew; `?table=` says of which, without `?key=` it is a further item or a type of its own."""

    policy = Policy("officer", powers.CEILING)
    form_class = ours.NormForm
    submit_label = "保存"
    done_text = "已保存，从所填的那天起执行；以前算过的不变。"
    fields_of = {
        "dates_order": "since", "clause_missing": "clause", "item_code": "key", "limit_number": "value",
        "code_unknown": "key",
    }  # fmt: skip

    @property
    def table(self) -> str:
        asked = self.request.GET.get("table", kinds.Norms.ITEM.value)
        if asked not in kinds.Norms.values:
            raise Hidden("norm")
        return asked

    @property
    def key(self) -> str:
        return self.request.GET.get("key", "")

    def now(self) -> Any:
        found = next((row for row in queries.norms(self.at.date(), self.table) if row.key == self.key), None)
        if found is None and (self.key or self.table in ("rate", "limit")):
            raise Hidden("norm")
        return found

    def heading(self) -> str:
        label = kinds.Norms(self.table).label
        return f"修改{label}：{label_of(self.table, self.key)}" if self.key else f"增加{label}"

    def crumbs(self) -> list[Crumb]:
        return [*crumbs_of(), Crumb("科目和计税", self.cancel_url)]

    @property
    def cancel_url(self) -> str:
        return reverse("console:funds_norms")

    def form_kwargs(self) -> dict[str, Any]:
        return {"table": self.table, "now": self.now()}

    def initial(self) -> dict[str, Any]:
        now = self.now()
        return {"since": self.at.date(), "value": now.value if now else ""}

    def act(self, form: forms.Form) -> Any:
        values = form.cleaned_data
        since: date = values["since"]
        return actions.set_norm(
            org=paying_union(self.actor, powers.CEILING), table=self.table, key=self.key or values["key"],
            value=values["value"], since=since, clause=values["clause"], actor=self.actor, at=self.at,
        )  # fmt: skip

    def after(self, result: Any) -> str:
        return self.cancel_url
