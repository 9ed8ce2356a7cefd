"""收款账户: keyed in at the counter from a signed paper, or by a union for itself. Finance has no such page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse

from gongjia.base.journal import attachments
from gongjia.base.secret import masks
from gongjia.faces.console.funds import forms as ours
from gongjia.faces.console.funds import words
from gongjia.faces.shared.pages import Crumb, FormPage
from gongjia.faces.shared.policy import Policy
from gongjia.money.funds import actions, powers, queries
from gongjia.who.members import queries as members
from gongjia.who.orgs import queries as orgs

FIELDS = {
    "account_digits": "number", "account_check": "number", "bank_missing": "bank", "holder_missing": "holder",
    "holder_differs": "holder", "relation_missing": "relation", "proof_missing": "file", "paper_missing": "file",
}  # fmt: skip


class PersonAccount(FormPage):
    policy = Policy("officer", powers.ACCOUNT, at="org")
    form_class = ours.AccountForm
    submit_label = "登记账户"
    done_text = "账户已登记。如果是变更，本人会收到消息，审核过的批次要重新审核。"
    fields_of = FIELDS

    def get_record(self) -> Any:
        return members.person_page(self.actor, self.kwargs["pk"])

    def heading(self) -> str:
        return f"代录收款账户 {masks.name(self.record.person.name)}"

    @property
    def lead(self) -> str:  # type: ignore[override]
        now = queries.account_of(self.record.person)
        return f"现在的账户：{words.account_words(now)}。本人能用手机的，请本人自己填。"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("会员", self.cancel_url)]

    @property
    def cancel_url(self) -> str:
        return reverse("console:members_person", args=[self.record.person.pk])

    def act(self, form: forms.Form) -> Any:
        values = dict(form.cleaned_data)
        upload = values.pop("file")
        paper = attachments.store(upload, name=upload.name, actor=self.actor, at=self.at, org=self.record.org)
        return actions.enter_account(person=self.record.person, paper=paper, actor=self.actor, at=self.at, **values)

    def after(self, result: Any) -> str:
        return self.cancel_url


class UnionAccount(FormPage):
    policy = Policy("officer", powers.UNION_ACCOUNT, at="org")
    form_class = ours.UnionAccountForm
    submit_label = "登记账户"
    done_text = "账户已登记。"
    fields_of = FIELDS

    def get_record(self) -> Any:
        return orgs.get(self.actor, self.kwargs["pk"])

    def org_of(self, record: Any) -> Any:
        return record

    def heading(self) -> str:
        return f"{self.record.name}的收款账户"

    @property
    def lead(self) -> str:  # type: ignore[override]
        return f"户名为工会全称。现在的账户：{words.account_words(queries.account_of_union(self.record))}。"

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.record.name, self.cancel_url)]

    @property
    def cancel_url(self) -> str:
        return reverse("console:orgs_one", args=[self.record.pk])

    def act(self, form: forms.Form) -> Any:
        return actions.enter_account(union=self.record, actor=self.actor, at=self.at, **form.cleaned_data)

    def after(self, result: Any) -> str:
        return self.cancel_url
