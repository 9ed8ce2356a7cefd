"""工会为我做了什么, year by year; every line opens its record. And the account that money goes to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from gongjia.base.journal import attachments
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden, Refused
from gongjia.faces.portal.pages import PortalForm, PortalPage
from gongjia.faces.shared.fields import Mended, NameField, UploadField
from gongjia.faces.shared.formats import yuan
from gongjia.faces.shared.fresh import need_fresh
from gongjia.faces.shared.jinja import link_to
from gongjia.faces.shared.policy import Policy
from gongjia.money.funds import actions as money_actions
from gongjia.money.funds import queries as funds
from gongjia.work.households.queries.condolences import given_to
from gongjia.work.programmes import queries
from gongjia.work.programmes.queries.offers import my_award


class Done(PortalPage):
    """Awards with what was paid, memberships, posts, newest year first."""

    title = "工会为我做了什么"
    template = "portal/services/done.html"

    @property
    def back(self) -> str:
        return reverse("portal:me")

    def lines(self) -> list[tuple[date, dict[str, Any]]]:
        # a status (joining) shows as what it changed
        awards = [one for one in queries.my_awards(self.actor) if one.kind != "status"]
        paid = funds.paid_awards([one.pk for one in awards if one.amount])
        found = [(one.awarded_on, award_line(one, paid.get(one.pk, []))) for one in awards]
        if self.me is not None:
            found += [(one.on, condolence_line(one)) for one in given_to(self.me.person.pk)]
            standing = reverse("portal:standing")
            for change in self.me.changes:
                note = "　".join(part for part in (change.org_name, change.reason) if part)
                found.append((change.on, {"label": change.label, "note": note, "url": standing, "sign": "id-badge-2"}))
            for post in self.me.positions:
                label = f"担任{post.post_name or post.role_label}"
                found.append(
                    (post.since, {"label": label, "note": post.org.name, "url": standing, "sign": "user-check"})
                )
        return sorted(found, key=lambda pair: pair[0], reverse=True)

    def context(self) -> dict[str, Any]:
        years: dict[int, list[dict[str, Any]]] = {}
        for on, line in self.lines():
            years.setdefault(on.year, []).append({**line, "on": on})
        return {"years": years}


def award_line(one: Any, payments: list[Any]) -> dict[str, Any]:
    arrived = sum(row.net for row in payments if row.state == "paid")
    parts = [one.org.short_name or one.org.name]
    if arrived:
        parts.append(f"到账 {yuan(arrived)}")
    elif one.amount:
        parts.append(yuan(one.amount))
    if one.goods:
        parts.append(one.goods)
    if one.state != "active":
        parts.append(one.state_label)
    return {
        "label": one.title,
        "note": "　".join(parts),
        "url": reverse("portal:service_award", args=[one.pk]),
        "sign": "award" if one.kind == "honour" else "gift",
    }


def condolence_line(one: Any) -> dict[str, Any]:
    what = "、".join(part for part in (yuan(one.amount) if one.amount else "", one.goods) if part)
    return {
        "label": f"慰问（{one.why_label}）",
        "note": f"{one.org.short_name or one.org.name}　{what}",
        "url": reverse("portal:service_condolence", args=[one.pk]),
        "sign": "heart-handshake",
    }


class CondolencePage(PortalPage):
    """One visit with money or goods."""

    title = "慰问"
    template = "portal/services/award.html"

    @property
    def back(self) -> str:
        return reverse("portal:service_done")

    def context(self) -> dict[str, Any]:
        one = one_of(given_to(self.me.person.pk).filter(pk=self.kwargs["pk"])) if self.me else None
        if one is None:
            raise Hidden(str(self.kwargs["pk"]))
        facts = [
            {"label": "时间", "value": one.on.isoformat()},
            {"label": "事由", "value": one.why_label},
            {"label": "哪家工会", "value": one.org.name},
            {"label": "慰问金", "value": yuan(one.amount) if one.amount else ""},
            {"label": "慰问品", "value": one.goods},
        ]
        return {"facts": [row for row in facts if row["value"]], "paid": [], "application": "", "verify": ""}


class AwardPage(PortalPage):
    """One thing that was given: by which document, by whom, what was paid, the application behind it."""

    template = "portal/services/award.html"

    @property
    def back(self) -> str:
        return reverse("portal:service_done")

    @cached_property
    def award(self) -> Any:
        return my_award(self.actor, self.kwargs["pk"])

    def heading(self) -> str:
        return self.award.title

    def context(self) -> dict[str, Any]:
        one = self.award
        payments = funds.paid_awards([one.pk]).get(one.pk, [])
        facts = [
            {"label": "时间", "value": one.awarded_on.isoformat()},
            {"label": "所在工会", "value": one.org.name},
            {"label": "项目", "value": one.round.title if one.round_id else one.cycle},
            {"label": "金额", "value": yuan(one.amount) if one.amount else ""},
            {"label": "实物", "value": one.goods},
            {"label": "文号", "value": one.decision.number if one.decision_id else ""},
            {"label": "证书编号", "value": one.serial},
            {"label": "来源", "value": "" if one.origin == "chain" else "系统启用前的记录"},
            {"label": "已撤销", "value": f"{one.revoked_on} {one.revoked_why}" if one.state != "active" else ""},
        ]
        paid = [
            {
                "label": f"第 {row.instalment} 笔" if len(payments) > 1 else "发放",
                "note": f"{row.paid_on} 到账" if row.state == "paid" else row.state_label,
                "value": yuan(row.net),
            }
            for row in payments
        ]
        return {
            "facts": [one for one in facts if one["value"]],
            "paid": paid,
            "application": reverse("portal:service_application", args=[one.application_id])
            if one.application_id and one.application.state != "draft"
            else "",
            "verify": link_to("public:certificate", one.serial) if one.serial else "",
        }


class AccountForm(forms.Form):
    number = Mended(label="银行卡号", max_length=40, wide="full")
    bank = Mended(label="开户银行", max_length=80, wide="full", help_text="例如：建德农商银行洋溪支行。")
    holder = NameField(label="户名", help_text="要和您本人的姓名一致；收款人是监护人的，填监护人的姓名。")
    guardian = forms.BooleanField(label="未成年或不能开户，由监护人收款", required=False)
    relation = Mended(
        label="监护人和您的关系", max_length=20, required=False, help_text="例如：父亲。只在由监护人收款时填。"
    )
    paper = UploadField(
        label="监护关系材料",
        accept="image/*,application/pdf",
        required=False,
        help_text="户口本等，只在由监护人收款时传。",
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["number"].widget.attrs |= {"inputmode": "numeric", "class": "input-code"}


class Account(PortalForm):
    """The account that money is paid into. A change after an approval voids the approval; so it asks who it is again."""

    title = "收款账户"
    template = "portal/services/account.html"
    policy = Policy("member")
    form_class = AccountForm
    submit_label = "保存收款账户"
    done_text = "已保存。以后的补助会发到这个账户。"
    fields_of = {
        "account_digits": "number", "account_check": "number", "bank_missing": "bank", "holder_missing": "holder",
        "holder_differs": "holder", "relation_missing": "relation", "proof_missing": "paper",
    }  # fmt: skip

    @property
    def back(self) -> str:
        return self.way_back(reverse("portal:me"))

    @property
    def person(self) -> Any:
        if self.me is None:
            raise Hidden("account")
        return self.me.person

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return need_fresh(request) or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return need_fresh(request) or super().post(request, *args, **kwargs)

    def initial(self) -> dict[str, Any]:
        return {"holder": self.person.name}

    def context(self) -> dict[str, Any]:
        return {"held": funds.account_of(self.person)}

    def act(self, form: forms.Form) -> Any:
        values = form.cleaned_data
        return money_actions.enter_account(
            actor=self.actor, at=self.at, person=self.person, number=values["number"], bank=values["bank"],
            holder=values["holder"], guardian=values["guardian"], relation=values["relation"], paper=self.paper(values),
        )  # fmt: skip

    def paper(self, values: dict[str, Any]) -> Any:
        upload = values["paper"] if values["guardian"] else None
        if upload is None:
            return None
        try:
            return attachments.store(upload, name=upload.name, actor=self.actor, at=self.at)
        except Refused as refused:
            raise Refused(replace(one, code="paper") for one in refused.reasons) from refused

    def after(self, result: Any) -> str:
        return self.back
