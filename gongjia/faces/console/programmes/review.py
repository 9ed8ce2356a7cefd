"""The review desk: what waits for me across rounds, and one application beside its documents."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base import journal
from gongjia.base.journal import attachments
from gongjia.base.refused import Forbidden, Reason, Refused
from gongjia.faces.console.programmes.one import application_url, round_url, state_badge
from gongjia.faces.console.programmes.rounds import READ
from gongjia.faces.console.sections import org_name
from gongjia.faces.shared import flash, keyset
from gongjia.faces.shared.fields import NoteField, SomeOf
from gongjia.faces.shared.files import download
from gongjia.faces.shared.jinja import link_to
from gongjia.faces.shared.marks import Badge, Column, Link, NotNow
from gongjia.faces.shared.pages import Bulk, Crumb, DetailPage, Fact, Facts, FormPage, ListPage, Page
from gongjia.faces.shared.pages.filters import Choice, Search
from gongjia.faces.shared.pages.forms import put_reasons
from gongjia.faces.shared.policy import Policy
from gongjia.work.programmes import actions, powers
from gongjia.work.programmes.queries import desks, lists, pages, scope
from gongjia.work.programmes.queries import rounds as round_queries

REVIEW = Policy("officer", powers.REVIEW)
VERBS = {"pass": "通过", "return": "退回补正", "decline": "不通过"}


def due_badge(row: Any, today: Any) -> Badge | None:
    if row.desk_due is None:
        return None
    words, left = desks.words_left(row, today), desks.days_left(row, today)
    if row.desk_due < today:
        return Badge(words, "danger", "alert-circle")
    return Badge(words, "warning" if left is not None and left <= lists.SOON else "neutral", "clock")


class Waiting(ListPage):
    """待我审核: across rounds, the most urgent first."""

    title = "待我审核"
    policy = REVIEW
    unit = "件"
    template = "console/programmes/waiting.html"
    filters = (
        Choice("when", "期限", choices=(("overdue", "已逾期"), ("soon", "三天内到期")), tabs=True),
        Choice("round", "项目", choices=lambda actor: _rounds_at_desk(actor)),
        Choice("above", "范围", choices=(("1", "下级环节里的"),), every="我的环节"),
        Search(hint="姓名、单位或编号"),
    )
    bulk = (
        Bulk("批量通过", "console:programmes_review_pass", "check", powers.REVIEW, "primary"),
        Bulk("批量退回补正", "console:programmes_review_return", "arrow-back-up", powers.REVIEW),
        Bulk("批量不通过", "console:programmes_review_decline", "x", powers.REVIEW),
    )
    empty_title = "没有等您审核的申报"

    @cached_property
    def below(self) -> int:
        """How many wait at desks below, some of them perhaps with nobody to sit there."""
        return sum(one.count for one in desks.desk_counts(self.actor, today=self.at.date(), above=True))

    @property
    def empty_text(self) -> str:  # type: ignore[override]
        if not self.below:
            return "申报到了您的环节，会出现在这里，逾期的排在最前面。"
        return f"下级环节里还有 {self.below} 件。逾期的、那里没有人办的，您可以代审。"

    @property
    def empty_link(self) -> Link | None:  # type: ignore[override]
        return Link("看下级环节里的", "?above=1", "eye") if self.below and not self.chosen.above else None

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        today = self.at.date()
        above = "?above=1" if self.chosen.above else ""
        return (
            Column("name", "申报人", value=lambda row: row.applicant_name, link=lambda row: application_url(row.pk) + above, head=True),
            Column("round", "项目", value=lambda row: row.round.title, width="l"),
            Column("org", "所在工会", value=lambda row: org_name(row.org)),
            Column("number", "编号", kind="code", wide_only=True),
            Column("submitted_at", "提交", kind="day"),
            Column("desk", "环节", value=lambda row: org_name(row.desk_org)),
            Column("due", "期限", kind="badge", value=lambda row: due_badge(row, today)),
        )  # fmt: skip

    def row_tone(self, row: Any) -> str:
        return "danger" if row.desk_due and row.desk_due < self.at.date() else ""

    def links(self) -> list[Link]:
        first = lists.next_waiting(self.actor)
        return [Link("逐件审核", application_url(first), "arrow-right", "primary")] if first else []

    def rows(self, actor: Any, filters: Any, cursor: Any) -> keyset.Slice:
        found = lists.desk_list(
            actor, today=self.at.date(), round_id=filters.round or None, when=filters.when, above=bool(filters.above),
            text=filters.q,
        )  # fmt: skip
        return keyset.page_of(found, ("desk_due", "submitted_at", "id"), cursor, self.size)


def _rounds_at_desk(actor: Any) -> list[tuple[str, str]]:
    from gongjia.base import clock

    return [(str(one.round_id), one.round_title) for one in desks.desk_counts(actor, today=clock.today(), above=True)]


class RoundDesk(Page):
    """The desk of one round: the address that a to-do leads to."""

    policy = REVIEW

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        one = round_queries.round_of(self.actor, self.kwargs["pk"])
        mine = desks.waiting(self.actor).filter(round=one).exists()
        below = not mine and desks.waiting(self.actor, above=True).filter(round=one).exists()
        where = f"{reverse('console:programmes_review')}?round={one.pk}"
        return HttpResponseRedirect(where + ("&above=1" if below else ""))


class ApplicationPage(DetailPage):
    """Facts beside documents, the verdict below; j and k walk through the desk, p r d give the verdict."""

    policy = READ
    template = "console/programmes/application.html"
    saying = ""  # what was typed when the verdict was refused
    verdict = ""
    reasons: tuple[Reason, ...] = ()

    def crumbs(self) -> list[Crumb]:
        one = self.record.application
        return [Crumb(one.round.title, round_url(one.round_id)), Crumb("申报", round_url(one.round_id, "entries"))]

    def get_record(self) -> pages.ApplicationPage:
        return pages.application_page(self.actor, self.kwargs["pk"], today=self.at.date())

    def org_of(self, record: Any) -> Any:
        return record.application.scope_org

    def heading(self) -> str:
        return self.record.application.applicant_name

    def subtitle(self) -> str:
        one = self.record.application
        return f"{one.round.title} · {one.number}"

    def badge(self) -> Badge:
        return state_badge(self.record.application)

    def steps(self) -> list[Link | NotNow]:
        one, found = self.record.application, []
        if self.record.award is not None:
            found.append(Link("看授予", reverse("console:programmes_award", args=[self.record.award.pk]), "award"))
        if (
            one.counter
            and one.state in ("draft", "returned")
            and self.actor.can(powers.COUNTER, one.for_org or one.org)
        ):
            found.append(Link("代为补正", reverse("console:programmes_fill", args=[one.pk]), "edit", "primary"))
        for appeal in self.record.appeals:
            if appeal.state == "open" and self.actor.can(powers.APPEALS, one.round.org):
                found.append(
                    Link("处理复核申请", reverse("console:programmes_appeal", args=[appeal.pk]), "scale", "primary")
                )
        return found

    def groups(self) -> list[Facts]:
        page = self.record
        one = page.application
        person_url = ""
        if one.person_id and self.actor.can("members.read", one.org):
            person_url = reverse("console:members_person", args=[one.person_id])
        found = [
            Facts(
                "申报",
                [
                    Fact("申报人", one.applicant_name, link=person_url),
                    Fact("所在工会", one.org.name),
                    Fact("提交", one.submitted_at, "moment"),
                    Fact("现在在", org_name(one.desk_org) if one.desk_org_id and not one.ready else ""),
                    Fact("办理期限", one.desk_due, "day"),
                    *([Fact("档次", self._tier(one))] if one.tier else []),
                    *([Fact("拟定金额", one.amount, "money")] if one.amount else []),
                    *([Fact("得分", f"{one.score:.2f}" + (f"，第 {one.rank} 名" if one.rank else ""))] if one.score is not None else []),
                    *([Fact("方式", f"窗口代办，{one.happened_on:%Y-%m-%d} 收到")] if one.counter and one.happened_on else []),
                    *([Fact("要补的", one.missing, wide=True)] if one.missing and one.state == "returned" else []),
                    *([Fact("结果", one.outcome, wide=True)] if one.outcome else []),
                ],
            )
        ]  # fmt: skip
        return found

    def _tier(self, one: Any) -> str:
        return next((row["label"] for row in one.round.tiers if row["key"] == one.tier), one.tier)

    def timeline(self) -> list[Any]:
        return journal.timeline(self.record.application)

    def extra(self) -> dict[str, Any]:
        page, one = self.record, self.record.application
        above = page.may_review == "above"
        beside = lists.neighbours(self.actor, one, above=bool(self.request.GET.get("above")) or above)
        tail = "?above=1" if self.request.GET.get("above") else ""
        sealed = [line for line in page.answers if line.sealed]
        may_reveal = bool(sealed) and self.actor.can(powers.REVEAL, one.scope_org)
        notice = one.decision.notice if one.decision_id and one.decision and one.decision.notice_id else None
        return {
            "page_": page,
            "one": one,
            "may_review": page.may_review,
            "progress": progress_items(page.steps),
            "beside": beside,
            "previous_url": application_url(beside.previous) + tail if beside.previous else "",
            "next_url": application_url(beside.next) + tail if beside.next else "",
            "due": due_badge(one, self.at.date()),
            "earlier": lists.earlier_awards(self.actor, one),
            "reveal_url": application_url(one.pk, "reveal") if may_reveal else "",
            "file_url": lambda pk: reverse("console:programmes_file", args=[one.pk, pk]),
            "award_url": lambda pk: reverse("console:programmes_award", args=[pk]),
            "notice": notice,
            "notice_url": link_to("console:notices_one", notice.pk) if notice else "",
            "saying": self.saying,
            "verdict": self.verdict,
            "reasons": self.reasons,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        one = self.record.application
        if not self.actor.holds(powers.REVIEW):
            raise Forbidden(powers.REVIEW)
        self.verdict = request.POST.get("verdict", "")
        self.saying = request.POST.get("reason", "").strip()
        if self.verdict not in VERBS:
            return HttpResponseRedirect(request.path)
        after = lists.place_of(one)
        try:
            if self.verdict == "pass":
                actions.pass_on(application=one, actor=self.actor, at=self.at, reason=self.saying)
            elif self.verdict == "return":
                actions.send_back(application=one, missing=self.saying, actor=self.actor, at=self.at)
            else:
                actions.decline(application=one, reason=self.saying, actor=self.actor, at=self.at)
        except Refused as refused:
            self.reasons = refused.reasons
            return self.render(status=422, **self.context())
        flash.say(request, f"{one.number} 已{VERBS[self.verdict]}。")
        following = lists.next_waiting(self.actor, after)
        return HttpResponseRedirect(application_url(following) if following else reverse("console:programmes_review"))


def progress_items(steps: Any) -> list[dict[str, str]]:
    states = {"done": "done", "here": "now", "ahead": "todo", "stopped": "back"}
    found = []
    for step in steps:
        note = step.note or (step.words if step.due and step.words.startswith(("逾期", "已过")) else "")
        if not note and step.on:
            note = f"{step.on:%m-%d}"
        found.append({"label": step.label, "state": states[step.state], "note": note})
    return found


class RevealForm(forms.Form):
    keys = SomeOf(label="查看哪些")
    reason = NoteField(label="事由", help_text="会和您的姓名、时间一起记录在案。")

    def __init__(self, *args: Any, choices: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["keys"].choices = choices


class Reveal(FormPage):
    """Sensitive answers, shown once after a reason; the page is never stored."""

    title = "查看敏感内容"
    policy = Policy("officer", powers.REVEAL)
    form_class = RevealForm
    submit_label = "查看"
    template = "console/reveal.html"
    fields_of = {"reveal_reason": "reason"}

    def get_record(self) -> Any:
        return scope.get(self.actor, self.kwargs["pk"], power=powers.REVEAL)

    def org_of(self, record: Any) -> Any:
        return record.scope_org

    @property
    def cancel_url(self) -> str:
        return application_url(self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.record.applicant_name, self.cancel_url)]

    def _choices(self) -> list[tuple[str, str]]:
        return [(one["key"], one["label"]) for one in lists.asked(self.record.round.form.spec) if one.get("sensitive")]

    def form_kwargs(self) -> dict[str, Any]:
        return {"choices": self._choices()}

    def initial(self) -> dict[str, Any]:
        return {"keys": [key for key, _label in self._choices()]}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _ = self.record
        form = self.build(request.POST)
        if not form.is_valid():
            return self.show(form, 422)
        try:
            found = actions.read_sealed(
                application=self.record, keys=form.cleaned_data["keys"], reason=form.cleaned_data["reason"],
                actor=self.actor, at=self.at,
            )  # fmt: skip
        except Refused as refused:
            put_reasons(form, refused, self.fields_of)
            return self.show(form, 422)
        labels = dict(self._choices())
        return self.render(
            template="console/programmes/revealed.html", lines=[(labels[key], text) for key, text in found.items()],
            back=self.cancel_url,
        )  # fmt: skip


class File(Page):
    """A file that an answer names, as a download."""

    policy = READ

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        file = lists.file_of(self.actor, self.kwargs["pk"], self.kwargs["file"])
        return download(attachments.open(file), file.name, file.kind)


class Applications(ListPage):
    """Applications of one round: every number of the funnel opens its list here."""

    policy = READ
    unit = "件"
    export_name = "申报名单"
    filters = (
        Choice(
            "stage", "进度", choices=tuple((key, label) for key, (label, _where) in lists.STAGES.items()), tabs=True
        ),
        Choice("passed", "已过", choices=tuple((str(n), f"第 {n} 道") for n in range(1, 9))),
        Choice("desk", "在办", choices=tuple((str(n), f"第 {n} 道") for n in range(1, 9))),
        Search(hint="姓名、单位或编号"),
    )
    columns = (
        Column("name", "申报人", value=lambda row: row.applicant_name, link=lambda row: application_url(row.pk), head=True),
        Column("number", "编号", kind="code"),
        Column("org", "所在工会", value=lambda row: org_name(row.org), width="l"),
        Column("state", "状态", kind="badge", value=state_badge),
        Column("desk", "现在在", value=lambda row: org_name(row.desk_org) if row.state == "in_review" else ""),
        Column("submitted_at", "提交", kind="day"),
        Column("score", "得分", value=lambda row: f"{row.score:.2f}" if row.score is not None else ""),
        Column("rank", "名次", kind="number"),
        Column("counter", "方式", value=lambda row: "窗口代办" if row.counter else ""),
    )  # fmt: skip
    empty_title = "还没有人申报"
    empty_text = "申报人提交以后会出现在这里。"

    @property
    def round(self) -> Any:
        if not hasattr(self, "_round"):
            self._round = round_queries.round_of(self.actor, self.kwargs["pk"])
        return self._round

    def heading(self) -> str:
        return "申报名单"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("申报项目", reverse("console:programmes")), Crumb(self.round.title, round_url(self.round.pk))]

    def notes(self) -> list[tuple[str, str]]:
        hidden = scope.hidden_counts(self.actor, [self.round.pk]).get(self.round.pk, 0)
        words = f"另有 {hidden} 件涉及隐私的申报直接由上级工会审核，这里只显示件数。"
        return [("info", words)] if hidden else []

    def rows(self, actor: Any, filters: Any, cursor: Any) -> keyset.Slice:
        found = lists.applications(
            actor, self.round, stage=filters.stage, passed=int(filters.passed or 0), at_desk=int(filters.desk or 0),
            text=filters.q,
        )  # fmt: skip
        return keyset.page_of(found, ("-submitted_at", "-id"), cursor, self.size)
