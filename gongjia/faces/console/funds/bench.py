"""经审: samples that can be drawn again, the file of each payment, queries to departments."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base import journal
from gongjia.base.journal import attachments
from gongjia.base.refused import Hidden
from gongjia.faces.console.funds import forms as ours
from gongjia.faces.console.funds import words
from gongjia.faces.console.funds.budgets import paying_union
from gongjia.faces.shared import formats, keyset
from gongjia.faces.shared.files import download
from gongjia.faces.shared.marks import Badge, Column, Link
from gongjia.faces.shared.pages import Crumb, DetailPage, Fact, Facts, FormPage, ListPage, MovePage
from gongjia.faces.shared.pages.filters import Choice
from gongjia.faces.shared.policy import Policy
from gongjia.money.funds import actions, powers, queries
from gongjia.money.funds.states import DoubtState


def sample_url(one: Any) -> str:
    return reverse("console:funds_sample", args=[one.pk])


def doubt_url(one: Any) -> str:
    return reverse("console:funds_doubt", args=[one.pk])


class Samples(ListPage):
    title = "抽样"
    lead = "从到账的发放里抽样核查。种子和总体都有记录，谁都可以重抽出同样的名单。"
    policy = Policy("officer", powers.AUDIT)
    unit = "次"
    columns = (
        Column("title", "名称", link=sample_url, head=True),
        Column("method_label", "方法"),
        Column("since", "到账从", kind="day"),
        Column("until", "到", kind="day", value=lambda row: row.until - timedelta(1)),
        Column("size", "抽取", kind="number"),
        Column("population", "总体", kind="number"),
        Column("seed", "种子", kind="code"),
        Column("drawn_at", "抽取时间", kind="moment", wide_only=True),
    )
    empty_title = "还没有抽过样"
    empty_text = "点“抽样”，按日期和项目从到账的发放里随机抽几笔，每笔打一份带目录的卷宗核查。"

    def primary(self) -> Link:
        return Link("抽样", reverse("console:funds_draw"), "refresh", "primary")

    def links(self) -> list[Link]:
        return [Link("疑点单", reverse("console:funds_doubts"), "flag")]

    def rows(self, actor: Any, filters: Any, cursor: Any) -> keyset.Slice:
        return keyset.page_of(queries.samples(actor), ("-pk",), cursor, self.size)


class Draw(FormPage):
    title = "抽样"
    policy = Policy("officer", powers.AUDIT)
    form_class = ours.SampleForm
    submit_label = "抽取"
    fields_of = {"dates_order": "until", "sample_size": "size", "sample_empty": "since", "code_unknown": "stratum"}

    def crumbs(self) -> list[Crumb]:
        return [Crumb("抽样", self.cancel_url)]

    @property
    def cancel_url(self) -> str:
        return reverse("console:funds_samples")

    def initial(self) -> dict[str, Any]:
        return {
            "since": date(self.at.year, 1, 1), "until": self.at.date(), "method": "random", "size": 10,
        }  # fmt: skip

    def act(self, form: forms.Form) -> Any:
        org = paying_union(self.actor, powers.AUDIT)
        values = form.cleaned_data
        values["until"] += timedelta(1)  # the page says the last day, the program the day after it
        return actions.draw(org=org, actor=self.actor, at=self.at, **values)

    def after(self, result: Any) -> str:
        return sample_url(result)


class SamplePage(DetailPage):
    policy = Policy("officer", powers.AUDIT, at="org")
    template = "console/funds_sample.html"

    def get_record(self) -> Any:
        sample, self.payments, self.doubts = queries.sample_page(self.actor, self.kwargs["pk"])
        return sample

    def crumbs(self) -> list[Crumb]:
        return [Crumb("抽样", reverse("console:funds_samples"))]

    def steps(self) -> list[Link]:
        return [Link("发疑点单", reverse("console:funds_doubt_new") + f"?sample={self.record.pk}", "flag", "primary")]

    def groups(self) -> list[Facts]:
        one = self.record
        same, drawn = queries.redraw(one)
        again = drawn == [payment.pk for payment in self.payments]
        if same:
            verdict = Badge("重抽一致" if again else "重抽不一致", "success" if again else "danger")
        else:
            verdict = Badge("总体有变动", "warning")
        return [
            Facts(
                "怎样抽的",
                [
                    Fact("方法", one.method_label),
                    Fact("分层", one.stratum_label),
                    Fact("总体", f"{one.population} 笔到账的发放"),
                    Fact("抽取", f"{one.size} 笔"),
                    Fact("随机种子", one.seed, "code"),
                    Fact("总体校验码", words.short(one.digest), "code"),
                    Fact("现在重抽", verdict, "badge"),
                    Fact("抽取人", one.drawn_by.name if one.drawn_by else ""),
                    Fact("抽取时间", one.drawn_at, "moment"),
                ],
            )
        ]

    def timeline(self) -> list[Any]:
        return journal.timeline(self.record)

    def extra(self) -> dict[str, Any]:
        return {
            "payments": self.payments, "doubts": self.doubts, "payee": words.payee,
            "payment_badge": words.payment_badge, "payment_url": words.payment_url, "doubt_url": doubt_url,
            "doubt_tones": words.DOUBT_TONES,
        }  # fmt: skip


class Dossier(DetailPage):
    """The indexed PDF of one payment; each reading is written down."""

    policy = Policy("officer", powers.AUDIT, at="org")

    def get_record(self) -> Any:
        return queries.payment(self.actor, self.kwargs["pk"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(words.payment_url(self.record))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name, content = actions.dossier(payment=self.record, actor=self.actor, at=self.at)
        return download(content, name, "application/pdf")


class Doubts(ListPage):
    title = "疑点单"
    policy = Policy("officer", (powers.AUDIT, powers.ANSWER))
    unit = "张"
    columns = (
        Column("number", "编号", link=doubt_url),
        Column("title", "标题", head=True, link=doubt_url),
        Column("department", "答复部门", value=lambda row: queries.departments().get(row.department, "")),
        Column("raised_on", "发出", kind="day"),
        Column("due_on", "期限", kind="day"),
        Column("answered_on", "答复", kind="day"),
        Column("state", "状态", kind="badge", tones=words.DOUBT_TONES),  # type: ignore[arg-type]
    )
    filters = (Choice("state", "状态", choices=DoubtState.choices, tabs=True),)
    empty_title = "没有疑点单"
    empty_text = "核查中有疑问的，发疑点单给经办部门，请它在期限内答复。"

    def primary(self) -> Link | None:
        if not self.actor.holds(powers.AUDIT):
            return None
        return Link("发疑点单", reverse("console:funds_doubt_new"), "flag", "primary")

    def row_tone(self, row: Any) -> str:
        return "danger" if row.state == "open" and row.due_on < self.at.date() else ""

    def rows(self, actor: Any, filters: Any, cursor: Any) -> keyset.Slice:
        found = queries.doubts(actor)
        if filters["state"]:
            found = found.filter(state=filters["state"])
        return keyset.page_of(found, ("-number", "-pk"), cursor, self.size)


class DoubtNew(FormPage):
    title = "发疑点单"
    policy = Policy("officer", powers.AUDIT)
    form_class = ours.DoubtForm
    submit_label = "发出"
    done_text = "已发出，答复部门的待办里会看到。"
    fields_of = {"dates_order": "due_on", "words_missing": "words", "code_unknown": "department"}

    def crumbs(self) -> list[Crumb]:
        return [Crumb("疑点单", reverse("console:funds_doubts"))]

    @property
    def cancel_url(self) -> str:
        return reverse("console:funds_doubts")

    def about(self) -> dict[str, Any]:
        """The payment or the sample that the address names, within reach."""
        found: dict[str, Any] = {}
        for key, read in (
            ("payment", queries.payment),
            ("sample", lambda actor, pk: queries.sample_page(actor, pk)[0]),
        ):
            if text := self.request.GET.get(key, ""):
                try:
                    found[key] = read(self.actor, UUID(text))
                except ValueError:
                    raise Hidden(key) from None
        return found

    def initial(self) -> dict[str, Any]:
        about = self.about()
        title = about["payment"].title if "payment" in about else (about["sample"].title if about else "")
        return {"due_on": self.at.date() + timedelta(10), "title": title[:80], "department": "city_service"}

    def act(self, form: forms.Form) -> Any:
        about = self.about()
        org = about["payment"].org if "payment" in about else paying_union(self.actor, powers.AUDIT)
        return actions.raise_doubt(org=org, actor=self.actor, at=self.at, **about, **form.cleaned_data)

    def after(self, result: Any) -> str:
        return doubt_url(result)


class DoubtPage(DetailPage):
    policy = Policy("officer", (powers.AUDIT, powers.ANSWER), at="org")

    def get_record(self) -> Any:
        return queries.doubt(self.actor, self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return [Crumb("疑点单", reverse("console:funds_doubts"))]

    def heading(self) -> str:
        return f"{self.record.number} {self.record.title}"

    def badge(self) -> Badge:
        return Badge(self.record.state_label, words.DOUBT_TONES[self.record.state])  # type: ignore[arg-type]

    def steps(self) -> list[Link]:
        one, found = self.record, []
        mine = any(post.role == one.department for post in self.actor.posts)
        if one.state == "open" and mine and self.actor.can(powers.ANSWER, one.org):
            found.append(Link("答复", reverse("console:funds_doubt_answer", args=[one.pk]), "writing-sign", "primary"))
        if self.actor.can(powers.AUDIT, one.org) and one.state != "closed":
            if one.state == "answered":
                found.append(Link("继续追问", reverse("console:funds_doubt_again", args=[one.pk]), "help-circle"))
            found.append(Link("了结", reverse("console:funds_doubt_close", args=[one.pk]), "circle-check"))
        return found

    def groups(self) -> list[Facts]:
        one = self.record
        about = one.payment
        audits = self.actor.can(powers.AUDIT, one.org)
        return [
            Facts(
                "疑点",
                [
                    Fact("内容", one.words, wide=True),
                    Fact("涉及的发放", f"{words.payee(about)} · {about.title}" if about else "",
                         link=words.payment_url(about) if about and self.actor.can(powers.READ, one.org) else ""),
                    Fact("抽样", one.sample.title if one.sample else "", link=sample_url(one.sample) if one.sample and audits else ""),
                    Fact("答复部门", queries.departments().get(one.department, "")),
                    Fact("发出", one.raised_on, "day", note=one.raised_by.name if one.raised_by else ""),
                    Fact("期限", one.due_on, "day", note=formats.due(one.due_on, self.at.date()) if one.state == "open" else ""),
                ],
            ),
            Facts(
                "答复",
                [
                    Fact("内容", one.answer, wide=True),
                    Fact("答复日期", one.answered_on, "day", note=one.answered_by.name if one.answered_by else ""),
                    Fact("佐证材料", one.paper.name if one.paper else "",
                         link=reverse("console:funds_doubt_paper", args=[one.pk]) if one.paper else ""),
                ],
            ),
        ]  # fmt: skip

    def timeline(self) -> list[Any]:
        return journal.timeline(self.record)


class DoubtPaper(DoubtPage):
    """What the department attached."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        paper = self.record.paper
        if paper is None:
            raise Hidden("paper")
        return download(attachments.open(paper), paper.name, paper.kind)


class DoubtAnswer(FormPage):
    title = "答复疑点单"
    policy = Policy("officer", powers.ANSWER, at="org")
    form_class = ours.AnswerForm
    submit_label = "提交答复"
    done_text = "已答复。"

    def get_record(self) -> Any:
        return queries.doubt(self.actor, self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return [Crumb("疑点单", reverse("console:funds_doubts")), Crumb(self.record.number, self.cancel_url)]

    @property
    def cancel_url(self) -> str:
        return doubt_url(self.record)

    def act(self, form: forms.Form) -> Any:
        upload = form.cleaned_data["file"]
        paper = None
        if upload:
            paper = attachments.store(upload, name=upload.name, actor=self.actor, at=self.at, org=self.record.org)
        return actions.answer_doubt(
            doubt=self.record, words=form.cleaned_data["words"], paper=paper, actor=self.actor, at=self.at
        )

    def after(self, result: Any) -> str:
        return self.cancel_url


class DoubtMove(MovePage):
    policy = Policy("officer", powers.AUDIT, at="org")
    note_label = "意见"
    note_required = True

    def get_record(self) -> Any:
        return queries.doubt(self.actor, self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return [Crumb("疑点单", reverse("console:funds_doubts")), Crumb(self.record.number, self.cancel_url)]

    @property
    def cancel_url(self) -> str:
        return doubt_url(self.record)

    def facts(self) -> list[Fact]:
        return [Fact("疑点", self.record.words), Fact("答复", self.record.answer)]

    def after(self, result: Any) -> str:
        return self.cancel_url


class DoubtAgain(DoubtMove):
    title, verb, done_text = "继续追问", "追问", "已追问。"

    def act(self, note: str) -> Any:
        return actions.ask_again(doubt=self.record, words=note, actor=self.actor, at=self.at)


class DoubtClose(DoubtMove):
    title, verb, done_text = "了结疑点单", "了结", "已了结。"

    def act(self, note: str) -> Any:
        return actions.close_doubt(doubt=self.record, words=note, actor=self.actor, at=self.at)
