"""待发放: decided awards by round; choose, and put them into a batch. 退汇: choose, and send them again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse

from gongjia.base.refused import Hidden, refuse
from gongjia.faces.console.funds import forms as ours
from gongjia.faces.console.funds import words
from gongjia.faces.console.funds.budgets import paying_union
from gongjia.faces.shared import flash, keyset
from gongjia.faces.shared.marks import Badge, Column, Link
from gongjia.faces.shared.pages import Bulk, Crumb, FormPage, ListPage, Page
from gongjia.faces.shared.policy import Policy
from gongjia.money.funds import actions, powers, queries


class ToPay(Page):
    title = "待发放"
    lead = "已经决定、公示期满、核对齐全，还没有发的。勾选后列入发放批次。"
    policy = Policy("officer", powers.READ)
    template = "console/funds_topay.html"

    def context(self) -> dict[str, Any]:
        groups = queries.to_pay(self.actor, self.at)
        return {
            "groups": groups,
            "count": sum(len(one.rows) for one in groups),
            "total": sum(one.total for one in groups),
            "payee": words.payee,
            "account_words": words.account_words,
            "may_make": self.actor.holds(powers.MAKE),
            "may_budget": self.actor.holds(powers.BUDGET),
            "returned": queries.returned(self.actor).count(),
            "recover": list(queries.to_recover(self.actor)[:100]),
            "payment_url": words.payment_url,
            "type_label": queries.type_label,
        }


def picked(values: list[str]) -> list[UUID]:
    """The keys that a list posted; anything else counts as foreign."""
    try:
        return [UUID(value) for value in dict.fromkeys(values)]
    except ValueError:
        raise Hidden("award") from None


class Plan(FormPage):
    """The picked awards into a batch: a new one, or one in editing."""

    title = "列入发放批次"
    policy = Policy("officer", powers.MAKE)
    form_class = ours.BatchForm
    template = "console/funds_plan.html"
    submit_label = "列入批次"
    fields_of = {"title_missing": "title", "code_unknown": "layout"}

    def crumbs(self) -> list[Crumb]:
        return [Crumb("待发放", reverse("console:funds_topay"))]

    @property
    def cancel_url(self) -> str:
        return reverse("console:funds_topay")

    @property
    def keys(self) -> list[UUID]:
        return picked([*self.request.POST.getlist("pick"), *self.request.GET.getlist("pick")])

    def rows(self) -> list[Any]:
        """Picked ones that wait: (what it is for, payee, fen)."""
        keys = set(self.keys)
        found = [row for group in queries.to_pay(self.actor, self.at) for row in group.rows if row.id in keys]
        if len(found) != len(keys):
            refuse("picked_gone", "所选的名单里有已经不在待发放的。", cure="请返回待发放名单重新选择。")
        return found

    def form_kwargs(self) -> dict[str, Any]:
        return {"drafts": queries.drafts(self.actor)}

    def initial(self) -> dict[str, Any]:
        awards = [row.award for row in self.rows()]
        titles = {one.title for one in awards}
        return {
            "title": titles.pop() if len(titles) == 1 else "",
            "item": queries.item_for([one.round_id for one in awards]) or "50204", "layout": "sheet",
        }  # fmt: skip

    def context(self) -> dict[str, Any]:
        rows = self.rows()
        return {"rows": rows, "total": sum(one.left for one in rows), "payee": words.payee, "picked": self.keys}

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if "layout" not in request.POST:  # from the list: the form comes first
            return self.show(self.build())
        return super().post(request, *args, **kwargs)

    def act(self, form: forms.Form) -> Any:
        values = form.cleaned_data
        rows = self.rows()
        if not rows:
            refuse("nothing_picked", "还没有选择要发放的人。", cure="请返回待发放名单勾选。")
        batch = into(self, values)
        return batch, actions.plan(batch=batch, awards=[row.award for row in rows], actor=self.actor, at=self.at)

    def after(self, result: Any) -> str:
        batch, planned = result
        flash.say(self.request, f"已列入 {len(planned.added)} 笔。")
        for award, why in planned.refused[:10]:
            flash.say(self.request, f"{words.payee(award)}（{award.title}）没有列入：{why}", "warning")
        return words.batch_url(batch)


def into(page: Any, values: dict[str, Any]) -> Any:
    """The batch chosen in the form: one in editing, or a new one."""
    if values.get("into"):
        return queries.batch(page.actor, UUID(values["into"]))
    return actions.open_batch(
        org=paying_union(page.actor, powers.MAKE), title=values["title"], item=values["item"], layout=values["layout"],
        document_no=values["document_no"], actor=page.actor, at=page.at,
    )  # fmt: skip


class Returned(ListPage):
    """退汇: who did not get the money, and why."""

    title = "退汇"
    lead = "银行退回、还没有重新发放的。收款人改好账户后，勾选列入新批次重发；结果不明的不在这里，只能向银行查询。"
    policy = Policy("officer", powers.READ)
    unit = "笔"
    columns = (
        Column("title", "事项", link=words.payment_url, head=True),
        Column("payee", "收款人", value=words.payee),
        Column("net", "实发", kind="money"),
        Column("returned_on", "退汇日期", kind="day"),
        Column("reason", "原因", width="m"),
        Column("account", "现在的账户", value=lambda row: words.account_words(row.current_account), width="l"),
        Column("changed", "账户", kind="badge", value=lambda row: changed(row)),
    )
    bulk = (Bulk("重新发放", "console:funds_retry", "refresh", powers.MAKE),)
    empty_title = "没有退汇"
    empty_text = "银行退回的款项会列在这里，写明原因。"

    def rows(self, actor: Any, filters: Any, cursor: Any) -> keyset.Slice:
        part = keyset.page_of(queries.returned(actor), ("-returned_on", "-pk"), cursor, self.size)
        queries.put_current_accounts(part.rows)
        return part

    def links(self) -> list[Link]:
        return [Link("待发放", reverse("console:funds_topay"), "list-check")]


def changed(row: Any) -> Badge:
    """Whether the payee has another account than the one that failed."""
    now = getattr(row, "current_account", None)
    if now is None:
        return Badge("没有账户", "danger")
    return Badge("已更换", "success") if now.pk != row.account_id else Badge("还是原账户", "warning")


class Retry(Plan):
    """The picked returned payments into a batch again."""

    title = "重新发放"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("退汇", reverse("console:funds_returned"))]

    @property
    def cancel_url(self) -> str:
        return reverse("console:funds_returned")

    def rows(self) -> list[Any]:
        keys = self.keys
        found = queries.payments_of(self.actor, keys)
        if len(found) != len(keys):
            raise Hidden("payment")
        return found

    def initial(self) -> dict[str, Any]:
        """As it was booked the first time."""
        rows = self.rows()
        return {"item": rows[0].item if rows else "50204", "layout": "sheet"}

    def context(self) -> dict[str, Any]:
        rows = self.rows()
        return {
            "rows": rows,
            "total": sum(one.net for one in rows),
            "payee": words.payee,
            "picked": self.keys,
            "again": True,
        }

    def act(self, form: forms.Form) -> Any:
        rows = self.rows()
        batch = into(self, form.cleaned_data)
        return batch, actions.retry(batch=batch, payments=rows, actor=self.actor, at=self.at)

    def after(self, result: Any) -> str:
        batch, rows = result
        flash.say(self.request, f"已列入 {len(rows)} 笔，制单、复核后送银行。")
        return words.batch_url(batch)
