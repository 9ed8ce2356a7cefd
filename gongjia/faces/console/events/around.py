"""What stands beside an event: papers and photos, what people thought of it, 联谊 reports; no-show marks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from gongjia.base import journal
from gongjia.base.journal import attachments
from gongjia.base.refused import Hidden, Reason, Refused
from gongjia.base.reveal import reveal
from gongjia.faces.console.events.one import FAULT_TONES, OPEN, READ, ActsPage, OfEvent, event_url
from gongjia.faces.console.sections import keys_of, org_name
from gongjia.faces.shared import keyset
from gongjia.faces.shared.fields import Mended, NoteField, OneOf, UploadField
from gongjia.faces.shared.files import download
from gongjia.faces.shared.marks import Badge, Column
from gongjia.faces.shared.pages import Crumb, FormPage, ListPage, Page
from gongjia.faces.shared.pages.filters import Choice
from gongjia.faces.shared.policy import Policy
from gongjia.work.events import actions, kinds, powers, queries
from gongjia.work.events.queries import desk
from gongjia.work.events.states import FaultState

PICTURES = ("jpg", "png", "jpeg")


class PaperForm(forms.Form):
    use = OneOf(
        label="是什么", choices=kinds.PaperUse.choices, row=True, help_text="材料和照片会员看得到；佐证材料只给干部看。"
    )
    caption = Mended(label="说明", max_length=120, required=False, wide="full", help_text="如：签到表、开班照片。")
    file = UploadField(label="文件", accept="image/*,application/pdf,.docx,.xlsx")


class Papers(OfEvent, FormPage):
    title = "材料和照片"
    policy = OPEN
    form_class = PaperForm
    template = "console/events/papers.html"
    submit_label = "上传"
    done_text = "已上传。"
    fields_of = {"file_kind": "file", "file_empty": "file", "use_unknown": "use"}

    def initial(self) -> dict[str, Any]:
        return {"use": "material"}

    def context(self) -> dict[str, Any]:
        return {"record": self.record, "papers": desk.papers_of(self.record), "pictures": PICTURES}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if gone := keys_of([request.POST.get("_remove", "")]):
            _ = self.record
            paper = desk.paper_of(self.actor, gone[0])
            if paper.event_id == self.record.pk:
                actions.remove_paper(paper=paper, actor=self.actor, at=self.at)
            return self.show(self.build())
        return super().post(request, *args, **kwargs)

    def act(self, form: PaperForm) -> Any:
        file = form.cleaned_data["file"]
        kept = attachments.store(file, name=file.name, actor=self.actor, at=self.at, org=self.record.org)
        return actions.add_paper(
            event=self.record, attachment=kept, use=form.cleaned_data["use"], caption=form.cleaned_data["caption"],
            actor=self.actor, at=self.at,
        )  # fmt: skip

    def after(self, result: Any) -> str:
        return event_url(self.record.pk, "papers")


class PaperFile(Page):
    policy = READ

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        file = desk.paper_of(self.actor, self.kwargs["pk"]).attachment
        return download(attachments.open(file), file.name, "application/octet-stream")


class Feedback(OfEvent, ActsPage):
    """How many said what; the words only on the record, and not while they would tell who wrote them."""

    title = "满意度"
    policy = READ
    template = "console/events/feedback.html"
    ops = {"words": powers.OPEN}
    words: Any = None

    def get_record(self) -> Any:
        one = super().get_record()
        if not self.actor.can(powers.READ, one.org):  # what people thought is between them and the organiser
            raise Hidden(str(one.pk))
        return one

    def context(self) -> dict[str, Any]:
        liking = queries.liking(self.record)
        most = max(liking.scores.values()) or 1
        labels = {5: "很满意", 4: "满意", 3: "一般", 2: "不满意", 1: "很不满意"}
        return {
            "record": self.record, "liking": liking, "words": self.words, "may_open": self.may(powers.OPEN),
            "bars": [(labels[score], liking.scores[score], liking.scores[score] / most) for score in (5, 4, 3, 2, 1)],
            "labels": labels,
        }  # fmt: skip

    def do_words(self) -> HttpResponse:
        self.words = actions.read_words(event=self.record, actor=self.actor, at=self.at)
        return self.render(reasons=(), **self.context())


class Matching(OfEvent, ActsPage):
    """联谊: who has not declared to be single; what was reported, opened with a reason, answered."""

    title = "单身声明和举报"
    policy = OPEN
    template = "console/events/matching.html"
    ops = {"read": powers.OPEN, "answer": powers.OPEN}
    opened: tuple[Any, str] | None = None

    def context(self) -> dict[str, Any]:
        rows = list(queries.reports(self.actor, self.record, open_only=False)[:100])
        return {
            "record": self.record, "undeclared": list(queries.undeclared(self.record)[:200]), "rows": rows,
            "opened": self.opened, "org_name": org_name, "typed": self.typed,
        }  # fmt: skip

    def row(self) -> Any:
        keys = keys_of([self.typed("report")])
        found = queries.reports(self.actor, self.record, open_only=False).filter(pk__in=keys).first()
        if found is None:
            raise Refused(Reason("no_report", "没有这件举报。"))
        return found

    def do_read(self) -> HttpResponse:
        row = self.row()
        words = actions.read_report(row=row, reason=self.typed("why"), actor=self.actor, at=self.at)
        self.opened = (row.pk, words)
        return self.render(reasons=(), **self.context())

    def do_answer(self) -> str:
        actions.answer_report(
            row=self.row(),
            words=self.typed("words"),
            take_out=bool(self.typed("take_out")),
            actor=self.actor,
            at=self.at,
        )
        return "已答复举报人。"


# no-shows ------------------------------------------------------------------------------------------------------

APPEALS = Policy("officer", powers.APPEALS)


def fault_url(pk: Any) -> str:
    return reverse("console:events_fault", args=[pk])


def fault_badge(row: Any) -> Badge:
    return Badge(row.state_label, FAULT_TONES[row.state])  # type: ignore[arg-type]


class Faults(ListPage):
    """Marks of those who had a place and did not come; appeals first."""

    title = "爽约和申诉"
    policy = READ
    unit = "条"
    filters = (
        Choice("state", "状态", choices=FaultState.choices, tabs=True),
        Choice("kind", "原因", choices=kinds.FaultKind.choices),
    )
    columns = (
        Column("name", "姓名", value=lambda row: row.person.name, link=lambda row: fault_url(row.pk), head=True),
        Column("state", "状态", kind="badge", value=fault_badge),
        Column("event", "活动", value=lambda row: row.event.title, width="l"),
        Column("kind", "原因", value=lambda row: row.kind_label),
        Column("org", "所在工会", value=lambda row: org_name(row.sign_up.org)),
        Column("on", "登记", kind="day"),
        Column("appealed_at", "申诉", kind="day"),
    )  # fmt: skip
    empty_title = "没有爽约记录"
    empty_text = "占了名额没有到场、又没有请假的，活动办结时自动登记；本人可以申诉。"

    def rows(self, actor: Any, filters: Any, cursor: Any) -> keyset.Slice:
        found = desk.faults(actor, state=filters.state)
        if filters.kind:
            found = found.filter(kind=filters.kind)
        return keyset.page_of(found, ("-on", "-id"), cursor, self.size)


class AnswerForm(forms.Form):
    strike = OneOf(label="结果", choices=(("yes", "申诉成立，撤销爽约记录"), ("no", "申诉未成立，记录保留")))
    words = NoteField(label="答复", max_length=200, help_text="会告诉本人。")


class FaultPage(FormPage):
    """One mark: what happened, what the person says, the answer."""

    title = "爽约记录"
    policy = READ
    form_class = AnswerForm
    template = "console/events/fault.html"
    submit_label = "答复"
    done_text = "已答复本人。"
    fields_of = {"why_missing": "words", "own_appeal": "strike"}
    text = ""
    why: tuple[Any, ...] = ()

    def get_record(self) -> Any:
        return desk.fault_of(self.actor, self.kwargs["pk"])

    @property
    def cancel_url(self) -> str:
        return reverse("console:events_faults")

    def crumbs(self) -> list[Crumb]:
        return [Crumb("爽约和申诉", self.cancel_url)]

    def context(self) -> dict[str, Any]:
        one = self.record
        may = actions.may_answer(one, self.actor)
        return {
            "one": one, "badge": fault_badge(one), "text": self.text, "why": self.why, "may_read": may and one.appealed_at is not None,
            "may_answer": may and one.state in ("stands", "appealed"), "org_name": org_name, "timeline": journal.timeline(one),
            "event_url": event_url(one.event_id),
        }  # fmt: skip

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """`_open`: the sealed words, with a reason and written down first; else the answer."""
        if "_open" not in request.POST:
            return super().post(request, *args, **kwargs)
        try:
            self.text = reveal(
                self.record,
                "appeal",
                actor=self.actor,
                at=self.at,
                power=powers.APPEALS,
                reason=request.POST.get("why", ""),
            )
        except Refused as refused:
            self.why = refused.reasons
        return self.show(self.build(), 422 if self.why else 200)

    def act(self, form: AnswerForm) -> Any:
        values = form.cleaned_data
        if values["strike"] == "no" and self.record.state == "stands":
            raise Refused(Reason("not_appealed", "本人没有申诉，不用答复维持。", cure="确实记错的，可以撤销。"))
        return actions.answer_appeal(
            fault=self.record, strike=values["strike"] == "yes", words=values["words"], actor=self.actor, at=self.at
        )

    def after(self, result: Any) -> str:
        return self.cancel_url
