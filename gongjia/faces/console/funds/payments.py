"""One payment: its attempts, its movements, its reversals; the voucher list; the reconciliation."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.urls import reverse

from gongjia.base import journal, money
from gongjia.faces.console.funds import forms as ours
from gongjia.faces.console.funds import words
from gongjia.faces.console.funds.budgets import paying_union
from gongjia.faces.shared import keyset
from gongjia.faces.shared.marks import Badge, Column, Link
from gongjia.faces.shared.pages import Crumb, Days, DetailPage, Fact, Facts, FormPage, ListPage, MovePage, Page
from gongjia.faces.shared.policy import Policy
from gongjia.money.funds import actions, powers, queries


class PaymentPage(DetailPage):
    policy = Policy("officer", powers.READ, at="org")
    template = "console/funds_payment.html"

    def get_record(self) -> Any:
        return queries.payment(self.actor, self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        batch = self.record.batch
        return words.batch_crumbs(batch) if batch else [Crumb("待发放", reverse("console:funds_topay"))]

    def heading(self) -> str:
        return f"{words.payee(self.record)} · {self.record.title}"

    def badge(self) -> Badge:
        return words.payment_badge(self.record)

    def subtitle(self) -> str:
        return f"实发 {money.show(self.record.net)}"

    def steps(self) -> list[Any]:
        one, found = self.record, []
        waiting = next((row for row in self.reversals if row.state == "asked"), None)
        if one.state == "paid" and waiting is None and self.actor.can(powers.MAKE, one.org):
            found.append(Link("追回或冲销", reverse("console:funds_reversal_new", args=[one.pk]), "arrow-back-up"))
        if waiting is not None and self.actor.can(powers.CHECK, one.org):
            found.append(
                Link("确认追回或冲销", reverse("console:funds_reversal", args=[waiting.pk]), "checks", "primary")
            )
        if waiting is not None and self.actor.can(powers.MAKE, one.org):
            found.append(
                Link("撤回追回或冲销", reverse("console:funds_reversal_drop", args=[waiting.pk]), "arrow-back-up")
            )
        if self.actor.can(powers.AUDIT, one.org):
            found.append(Link("调阅卷宗", reverse("console:funds_dossier", args=[one.pk]), "file-type-pdf", post=True))
            found.append(Link("发疑点单", reverse("console:funds_doubt_new") + f"?payment={one.pk}", "flag"))
        return found

    @property
    def reversals(self) -> list[Any]:
        if not hasattr(self, "_reversals"):
            self._reversals = queries.reversals_of(self.record)
        return self._reversals

    def groups(self) -> list[Facts]:
        one = self.record
        return [
            Facts(
                "款项",
                [
                    Fact("应发", one.gross, "money"),
                    Fact("代扣个税", one.tax, "money", note=queries.tax_clause(one)),
                    Fact("实发", one.net, "money"),
                    Fact("支出科目", words.item(one)),
                    Fact("指标文号", one.document_no),
                    Fact(
                        "发放批次",
                        one.batch.number if one.batch else "",
                        link=words.batch_url(one.batch) if one.batch else "",
                    ),
                    Fact("业务编号", one.key, "code", note=f"第 {one.attempt} 次发放" if one.attempt > 1 else ""),
                ],
            ),
            Facts(
                "收款人",
                [
                    Fact("收款人", words.payee(one)),
                    Fact("所在工会", one.union.name),
                    Fact("账户", words.account_words(one.account)),
                    Fact("账户由谁录入", one.account.who_label if one.account else ""),
                    Fact("申报项目", one.round.title if one.round else ""),
                ],
            ),
        ]

    def timeline(self) -> list[Any]:
        return journal.timeline(self.record)

    def extra(self) -> dict[str, Any]:
        one = self.record
        return {
            "attempts": queries.attempts_of(one),
            "postings": queries.postings_of(one),
            "shares": queries.shares_of(one),
            "reversals": self.reversals,
            "account_words": words.account_words,
        }


class ReversalNew(FormPage):
    title = "追回或冲销"
    policy = Policy("officer", powers.MAKE, at="org")
    form_class = ours.ReversalForm
    submit_label = "提出"
    done_text = "已提出，等另一位同事确认后入账。"
    fields_of = {"reversal_too_much": "amount", "words_missing": "why", "code_unknown": "kind"}

    def get_record(self) -> Any:
        return queries.payment(self.actor, self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.record.title, self.cancel_url)]

    @property
    def cancel_url(self) -> str:
        return words.payment_url(self.record)

    def initial(self) -> dict[str, Any]:
        return {"kind": "recovered", "amount": money.plain(queries.out_of(self.record.pk)[2])}

    def act(self, form: forms.Form) -> Any:
        return actions.ask_reversal(payment=self.record, actor=self.actor, at=self.at, **form.cleaned_data)

    def after(self, result: Any) -> str:
        return self.cancel_url


class ReversalConfirm(MovePage):
    """Another person confirms."""

    title, verb = "确认追回或冲销", "确认入账"
    policy = Policy("officer", powers.CHECK, at="org")
    done_text = "已入账。"
    ask_note = False

    def get_record(self) -> Any:
        return queries.reversal(self.actor, self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.record.payment.title, self.cancel_url)]

    @property
    def cancel_url(self) -> str:
        return words.payment_url(self.record.payment)

    def facts(self) -> list[Fact]:
        row = self.record
        return [
            Fact("办什么", row.kind_label),
            Fact("收款人", words.payee(row.payment)),
            Fact("金额", row.amount, "money"),
            Fact("原因", row.why),
            Fact("文号", row.document_no),
            Fact("提出人", row.asked_by.name if row.asked_by else "", note=str(row.asked_on)),
        ]

    def consequences(self) -> list[str]:
        return ["按今天的日期记一笔负数，原来的记录不改。", "全部追回或冲销后，这笔钱不再占预算和上限。"]

    def act(self, note: str) -> Any:
        return actions.confirm_reversal(reversal=self.record, actor=self.actor, at=self.at)

    def after(self, result: Any) -> str:
        return self.cancel_url


class ReversalDrop(ReversalConfirm):
    title, verb = "撤回追回或冲销", "撤回"
    policy = Policy("officer", powers.MAKE, at="org")
    done_text = "已撤回。"

    def consequences(self) -> list[str]:
        return ["不再追回或冲销，账目不变。"]

    def act(self, note: str) -> Any:
        return actions.drop_reversal(reversal=self.record, actor=self.actor, at=self.at)


class Vouchers(ListPage):
    """凭证清单: every movement of money in a span, with its voucher."""

    title = "凭证清单"
    lead = "每一笔发放、退汇、追回和冲销，按发生的日期列示。退汇记在退回的月份。"
    policy = Policy("officer", powers.READ)
    unit = "笔"
    template = "console/funds_vouchers.html"
    columns = (
        Column("on", "日期", kind="day"),
        Column("kind_label", "收支", width="s"),
        Column(
            "payee",
            "收款人",
            value=lambda row: words.payee(row.payment),
            head=True,
            link=lambda row: words.payment_url(row.payment),
        ),
        Column("title", "事项", value=lambda row: row.payment.title),
        Column("batch", "批次", kind="code", value=lambda row: row.line.batch.number if row.line else ""),
        Column("item", "支出科目", value=lambda row: row.item_name, wide_only=True),
        Column("document", "指标文号", value=lambda row: row.payment.document_no, wide_only=True),
        Column("gross", "应发", kind="money"),
        Column("tax", "代扣个税", kind="money"),
        Column("net", "实发", kind="money"),
        Column("voucher_no", "凭证号", kind="code"),
    )
    filters = (Days("on", "日期"),)
    empty_title = "这段时间没有收支"
    export_name = "凭证清单"

    def links(self) -> list[Link]:
        return [Link("三方对账", reverse("console:funds_books"), "scale")]

    def span(self) -> tuple[date, date]:
        pair = self.chosen["on"] or (None, None)
        return pair[0] or date(self.at.year, 1, 1), (pair[1] or self.at.date()) + timedelta(1)

    def rows(self, actor: Any, filters: Any, cursor: Any) -> keyset.Slice:
        part = keyset.page_of(queries.vouchers(actor, *self.span()), ("on", "pk"), cursor, self.size)
        names = queries.item_names()
        for row in part.rows:
            row.item_name = names.get(row.payment.item, row.payment.item)
        return part

    def extra(self, part: Any) -> dict[str, Any]:
        since, until = self.span()
        found = queries.vouchers(self.actor, since, until)
        return {
            "sums": queries.voucher_sums(found), "since": since, "last": until - timedelta(1),
            "without": found.filter(voucher_no="").count(),
        }  # fmt: skip


class Books(Page):
    """对账: obligations, the bank's answers and the ledger."""

    title = "三方对账"
    lead = "发放状态、银行结果、台账三方逐笔核对到分。有差异时不能制单。"
    policy = Policy("officer", powers.READ)
    template = "console/funds_books.html"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("凭证清单", reverse("console:funds_vouchers"))]

    def context(self) -> dict[str, Any]:
        return {
            "rows": queries.reconcile(paying_union(self.actor, powers.READ).pk),
            "unanswered": list(queries.unanswered(self.actor).select_related("person", "for_org", "batch")[:200]),
            "payee": words.payee,
            "payment_badge": words.payment_badge,
        }
