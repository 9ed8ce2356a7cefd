"""What was given: the list, one award with its checks, its certificate, revocation; appeals against a decline."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from gongjia.base import journal, money
from gongjia.base.journal import attachments
from gongjia.base.refused import Hidden, Refused
from gongjia.base.reveal import reveal
from gongjia.faces.console.programmes import papers
from gongjia.faces.console.programmes.deciding import decision_url
from gongjia.faces.console.programmes.one import application_url, round_url
from gongjia.faces.console.programmes.rounds import READ
from gongjia.faces.console.sections import keys_of, org_name
from gongjia.faces.shared import flash, keyset
from gongjia.faces.shared.fields import DayField, NoteField, OneOf, UploadField
from gongjia.faces.shared.files import download
from gongjia.faces.shared.marks import Badge, Column, Link
from gongjia.faces.shared.pages import Bulk, Crumb, DetailPage, Fact, Facts, FormPage, ListPage, MovePage, Page
from gongjia.faces.shared.pages.filters import Choice, Pick, Search
from gongjia.faces.shared.policy import Policy
from gongjia.money.funds import queries as funds
from gongjia.who.members import powers as members
from gongjia.work.programmes import actions, kinds, powers
from gongjia.work.programmes.queries import lists
from gongjia.work.programmes.queries import money as payable
from gongjia.work.programmes.queries import rounds as round_queries
from gongjia.work.programmes.registry import TYPES
from gongjia.work.programmes.states import AppealState, AwardState


def award_url(pk: Any, name: str = "award") -> str:
    return reverse(f"console:programmes_{name}", args=[pk])


def award_badge(one: Any) -> Badge:
    return Badge(one.state_label, "success" if one.state == "active" else "danger")


def _round(actor: Any, text: str) -> tuple[Any, str] | None:
    from uuid import UUID

    try:
        one = round_queries.round_of(actor, UUID(text))
    except (ValueError, Hidden):
        return None
    return one, one.title


class Awards(ListPage):
    """Everything that was given in reach, imported history among it."""

    title = "授予名单"
    policy = READ
    unit = "件"
    export_name = "授予名单"
    filters = (
        Choice("state", "状态", choices=AwardState.choices, tabs=True),
        Choice("type", "类型", choices=lambda actor: [(one.key, one.label) for one in TYPES]),
        Choice("origin", "来源", choices=kinds.Origin.choices),
        Pick("round", "项目", find=_round),
        Search(hint="姓名、单位、证书编号"),
    )
    columns = (
        Column("name", "授予", value=lists.subject_name, link=lambda row: award_url(row.pk), head=True),
        Column("title", "称号或项目", width="l"),
        Column("org", "所在工会", value=lambda row: org_name(row.org), width="l"),
        Column("awarded_on", "日期", kind="day"),
        Column("amount", "金额", kind="money", value=lambda row: row.amount or None),
        Column("state", "状态", kind="badge", value=award_badge),
        Column("origin", "来源", value=lambda row: row.origin_label if row.origin == "import" else ""),
        Column("serial", "证书编号", kind="code", wide_only=True),
    )
    bulk = (Bulk("登记签收", "console:programmes_received", "signature", powers.REVIEW),)
    empty_title = "还没有授予"
    empty_text = "决定经公示期满后授予，会出现在这里；以往年度的可以导入。"

    def links(self) -> list[Link]:
        if self.actor.holds(powers.IMPORT):
            return [Link("导入以往年度", reverse("console:programmes_history"), "upload")]
        return []

    def rows(self, actor: Any, filters: Any, cursor: Any) -> keyset.Slice:
        found = lists.award_list(
            actor, round_=filters.round, type=filters.type, state=filters.state, origin=filters.origin, text=filters.q
        )
        return keyset.page_of(found, ("-awarded_on", "-id"), cursor, self.size)


class OfAward:
    kwargs: dict[str, Any]
    actor: Any
    record: Any

    def get_record(self) -> Any:
        return lists.award_of(self.actor, self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return [Crumb("授予名单", reverse("console:programmes_awards"))]

    @property
    def cancel_url(self) -> str:
        return award_url(self.kwargs["pk"])

    def after(self, result: Any) -> str:
        return award_url(self.kwargs["pk"])


class AwardPage(OfAward, DetailPage):
    policy = READ
    template = "console/programmes/award.html"

    def heading(self) -> str:
        return lists.subject_name(self.record) or self.record.title

    def subtitle(self) -> str:
        return self.record.title

    def badge(self) -> Badge:
        return award_badge(self.record)

    def steps(self) -> list[Link]:
        one, found = self.record, []
        if one.serial and one.round_id:
            found.append(Link("证书（PDF）", award_url(one.pk, "certificate"), "certificate"))
        if one.state == "active" and one.origin == "chain" and self.actor.can(powers.REVIEW, one.org):
            found.append(Link("后续核查", award_url(one.pk, "check"), "clipboard-check"))
        if one.state == "active" and self.actor.can(powers.REVOKE, one.org):
            found.append(Link("撤销", award_url(one.pk, "revoke"), "ban", "danger"))
        return found

    def groups(self) -> list[Facts]:
        one = self.record
        found = [
            Facts(
                "授予",
                [
                    Fact("姓名", lists.subject_name(one), link=self.person_url()),
                    Fact("所在工会", one.org.name),
                    Fact("类型", TYPES.get(one.type).label),
                    Fact("项目", one.round.title if one.round_id else "", link=round_url(one.round_id) if one.round_id else ""),
                    Fact("届次", one.cycle),
                    Fact("日期", one.awarded_on, "day"),
                    Fact("金额", one.amount or None, "money"),
                    Fact("实物", one.goods),
                    Fact("证书编号", one.serial, "code"),
                    Fact("申报", one.application.number if one.application_id else "", link=application_url(one.application_id) if one.application_id else ""),
                    Fact("决定", one.decision.number or "查看" if one.decision_id else "", link=decision_url(one.decision_id) if one.decision_id else ""),
                    Fact("来源", f"{one.origin_label}：{one.source}" if one.origin == "import" else ""),
                    *([Fact("撤销日期", one.revoked_on, "day"), Fact("撤销原因", one.revoked_why)] if one.revoked_on else []),
                ],
            )
        ]  # fmt: skip
        if one.amount and one.origin == "chain":
            pays = funds.paid_awards([one.pk]).get(one.pk, [])
            facts = [Fact(f"第 {pay.instalment} 笔", f"{pay.state_label}，{money.show(pay.net)}") for pay in pays]
            why = payable.why_not_payable(one, at=self.at) if not pays else []
            facts += [Fact("还不能发放", "".join(why), wide=True)] if why else []
            facts += [] if pays or why else [Fact("发放", "可以发放，等财务制单")]
            found.append(Facts("发放", facts))
        return found

    def person_url(self) -> str:
        """The way from what was given to whom; "" for a union, or for who may not open the person."""
        one = self.record
        if one.person_id is None or not self.actor.can(members.READ, one.org):
            return ""
        return reverse("console:members_person", args=[one.person_id])

    def timeline(self) -> list[Any]:
        return journal.timeline(self.record)

    def extra(self) -> dict[str, Any]:
        return {"checks": list(self.record.checks.all())}


class Revoke(OfAward, MovePage):
    title = "撤销"
    verb = "撤销"
    danger = True
    policy = Policy("officer", powers.REVOKE, at="org")
    note_label = "原因"
    note_required = True
    done_text = "已撤销。"

    def facts(self) -> list[Fact]:
        one = self.record
        return [
            Fact("授予", lists.subject_name(one)),
            Fact("称号或项目", one.title),
            Fact("日期", one.awarded_on, "day"),
        ]

    def consequences(self) -> list[str]:
        found = ["证书立即失效，扫码会看到已撤销。", "当事人会收到通知。"]
        if self.record.amount:
            found.append("已经发放的钱由财务另行追回。")
        return found

    def act(self, note: str) -> Any:
        return actions.revoke(award=self.record, reason=note, actor=self.actor, at=self.at)


class CheckForm(forms.Form):
    kind = OneOf(label="核查什么", choices=kinds.CheckKind.choices)
    ok = OneOf(label="结果", choices=(("yes", "符合"), ("no", "失去资格")), row=True)
    how = OneOf(label="怎么确认的", choices=kinds.ReceiptBy.choices[:2], required=False, row=True)
    note = NoteField(label="说明", required=False, max_length=200, help_text="失去资格的须写明原因，当事人会看到。")
    next_due = DayField(label="下次核查", required=False)
    attachment = UploadField(label="凭据", required=False, accept="application/pdf,image/*")


class Check(OfAward, FormPage):
    """A look after the award: still studying, graduated, handed over, took part."""

    title = "后续核查"
    policy = Policy("officer", powers.REVIEW, at="org")
    form_class = CheckForm
    submit_label = "登记核查"
    done_text = "已登记核查结果。"
    fields_of = {"reason_missing": "note", "award_revoked": "kind"}

    def initial(self) -> dict[str, Any]:
        waiting = self.record.checks.filter(result="waiting").first()
        later = TYPES.get(self.record.type).later
        return {"kind": waiting.kind if waiting else later or "status", "ok": "yes"}

    def act(self, form: CheckForm) -> Any:
        values = dict(form.cleaned_data)
        file = values.pop("attachment")
        kept = (
            attachments.store(file, name=file.name, actor=self.actor, at=self.at, org=self.record.org) if file else None
        )
        return actions.check_award(
            award=self.record, ok=values.pop("ok") == "yes", attachment=kept, actor=self.actor, at=self.at, **values
        )


class ReceivedForm(forms.Form):
    how = OneOf(label="怎么确认的", choices=kinds.ReceiptBy.choices[:2], row=True)
    attachment = UploadField(label="签字表照片", required=False, accept="image/*,application/pdf")
    note = NoteField(label="说明", required=False, max_length=200)


class Received(FormPage):
    """实名签收: every award that was ticked was handed over; the photo of the signed list is the proof."""

    title = "登记签收"
    lead = "勾选的每一份都由本人签收；签字确认的要上传签字表照片，电话回访的写明什么时候、谁打的。"
    policy = Policy("officer", powers.REVIEW)
    form_class = ReceivedForm
    template = "console/programmes/received.html"
    submit_label = "登记签收"
    fields_of = {"photo_missing": "attachment"}

    @property
    def cancel_url(self) -> str:
        return self.way_back(reverse("console:programmes_awards"))

    def crumbs(self) -> list[Crumb]:
        return [Crumb("授予名单", reverse("console:programmes_awards"))]

    @property
    def picked(self) -> list[Any]:
        keys = keys_of(self.request.POST.getlist("pick"))
        return list(lists.award_list(self.actor, state="active").filter(pk__in=keys, origin="chain")[:2000])

    def initial(self) -> dict[str, Any]:
        return {"how": "signature"}

    def context(self) -> dict[str, Any]:
        some = self.picked
        return {"some": some, "names": [lists.subject_name(one) for one in some[:30]]}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.POST.get("_confirm") or not self.picked:
            return self.show(self.build())
        return super().post(request, *args, **kwargs)

    def act(self, form: ReceivedForm) -> Any:
        values = dict(form.cleaned_data)
        file = values.pop("attachment")
        kept = attachments.store(file, name=file.name, actor=self.actor, at=self.at) if file else None
        return actions.receive_many(awards=self.picked, attachment=kept, actor=self.actor, at=self.at, **values)

    def after(self, result: Any) -> str:
        flash.say(self.request, f"已登记 {result} 份签收。")
        return self.cancel_url


class Certificate(OfAward, Page):
    """The certificate of one award, as PDF with the code that anybody can verify."""

    policy = READ

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        one = self.get_record()
        if not one.serial or one.round_id is None:
            raise Hidden(str(one.pk))
        papers.written_down(self, one, "certificate")
        row = papers.Named(lists.subject_name(one), one.org.name, one)
        return download(papers.certificates_pdf(request, one.round, [row]), f"证书-{one.serial}.pdf", "application/pdf")


# appeals -----------------------------------------------------------------------------------------------------

APPEALS = Policy("officer", powers.APPEALS)


class Appeals(ListPage):
    title = "复核申请"
    policy = APPEALS
    unit = "件"
    filters = (Choice("state", "状态", choices=AppealState.choices, tabs=True),)
    columns = (
        Column("name", "申请人", value=lambda row: row.application.applicant_name, link=lambda row: reverse("console:programmes_appeal", args=[row.pk]), head=True),
        Column("round", "项目", value=lambda row: row.application.round.title, width="l"),
        Column("org", "所在工会", value=lambda row: org_name(row.application.org)),
        Column("filed_on", "提出", kind="day"),
        Column("state", "状态", kind="badge", value=lambda row: Badge(row.state_label, "warning" if row.state == "open" else "neutral")),
    )  # fmt: skip
    empty_title = "没有复核申请"
    empty_text = "没有通过的申报，申请人可以要求复核。"

    def rows(self, actor: Any, filters: Any, cursor: Any) -> keyset.Slice:
        return keyset.page_of(lists.appeals(actor, state=filters.state), ("-filed_on", "-id"), cursor, self.size)


class AnswerForm(forms.Form):
    upheld = OneOf(label="复核结果", choices=(("yes", "成立，退回原环节重新审核"), ("no", "维持原结果")))
    answer = NoteField(label="答复", max_length=300, help_text="会告诉申请人。")


class AppealPage(FormPage):
    """One appeal: what was declined and why, what the applicant says, the answer."""

    title = "处理复核申请"
    policy = APPEALS
    form_class = AnswerForm
    submit_label = "答复"
    template = "console/programmes/appeal.html"
    done_text = "已答复申请人。"
    fields_of = {"reason_missing": "answer", "round_over": "upheld", "applied_again": "upheld"}
    text = ""  # what the applicant says, once it has been opened
    why: tuple[Any, ...] = ()  # why it was not

    def get_record(self) -> Any:
        return lists.appeal_of(self.actor, self.kwargs["pk"])

    @property
    def cancel_url(self) -> str:
        return reverse("console:programmes_appeals")

    def crumbs(self) -> list[Crumb]:
        return [Crumb("复核申请", self.cancel_url)]

    def context(self) -> dict[str, Any]:
        one = self.record
        return {
            "one": one,
            "text": self.text,
            "why": self.why,
            "application_url": application_url(one.application_id),
            "timeline": journal.timeline(one),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """`_open`: the sealed text, with a reason and written down first; else the answer."""
        if "_open" not in request.POST:
            return super().post(request, *args, **kwargs)
        try:
            self.text = reveal(
                self.record, "text", actor=self.actor, at=self.at, power=powers.APPEALS,
                reason=request.POST.get("why", ""),
            )  # fmt: skip
        except Refused as refused:
            self.why = refused.reasons
        return self.show(self.build(), 422 if self.why else 200)

    def act(self, form: AnswerForm) -> Any:
        return actions.settle_appeal(
            appeal=self.record, upheld=form.cleaned_data["upheld"] == "yes", answer=form.cleaned_data["answer"],
            actor=self.actor, at=self.at,
        )  # fmt: skip

    def after(self, result: Any) -> str:
        return self.cancel_url
