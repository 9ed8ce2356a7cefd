"""The same verdict on many: each is checked by itself, and those that do not go through are named with why."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base.refused import Reason, Refused
from gongjia.faces.console.programmes.one import application_url
from gongjia.faces.console.programmes.review import REVIEW, VERBS
from gongjia.faces.console.sections import keys_of
from gongjia.faces.shared import flash
from gongjia.faces.shared.pages import Crumb, Fact, MovePage
from gongjia.work.programmes import actions
from gongjia.work.programmes.queries import scope


class BulkVerdict(MovePage):
    """The same verdict on the ticked ones: each is checked by itself; those that did not pass are named with why."""

    policy = REVIEW
    verdict = "pass"
    note_help = "写进每一件的办理记录，申报人看得到。"

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"批量{VERBS[self.verdict]}"

    @property
    def verb(self) -> str:  # type: ignore[override]
        return f"全部{VERBS[self.verdict]}"

    @property
    def danger(self) -> bool:  # type: ignore[override]
        return self.verdict == "decline"

    @property
    def note_label(self) -> str:  # type: ignore[override]
        return {"pass": "意见", "return": "要补什么", "decline": "原因"}[self.verdict]

    @property
    def note_required(self) -> bool:  # type: ignore[override]
        return self.verdict != "pass"

    @property
    def cancel_url(self) -> str:  # type: ignore[override]
        return self.way_back(reverse("console:programmes_review"))

    def crumbs(self) -> list[Crumb]:
        return [Crumb("待我审核", reverse("console:programmes_review"))]

    def get_record(self) -> list[Any]:
        return list(
            scope.visible(self.actor).filter(pk__in=keys_of(self.request.POST.getlist("pick")))
            .select_related("org", "round", "desk_org").order_by("submitted_at")
        )  # fmt: skip

    def org_of(self, record: Any) -> Any:
        return None

    def blocked(self) -> Refused | None:
        if not self.record:
            return Refused(Reason("nothing_picked", "还没有选中任何申报。", cure="请回到列表，先勾选要办的。"))
        return None

    def facts(self) -> list[Fact]:
        names = "、".join(one.applicant_name for one in self.record[:12])
        more = f" 等 {len(self.record)} 件" if len(self.record) > 12 else ""
        return [Fact("件数", len(self.record), "number"), Fact("申报人", names + more, wide=True)]

    def consequences(self) -> list[str]:
        return {
            "pass": ["每一件仍按条件逐件核对，不符合的不会通过，会列出来并说明原因。"],
            "return": ["退回申报人补正，补齐后再回到您这里。"],
            "decline": ["申报到此终止，申报人会收到原因，可以申请复核。"],
        }[self.verdict]

    def act(self, note: str) -> Any:
        return actions.review_many(
            applications=[one.pk for one in self.record],
            verdict=self.verdict,
            actor=self.actor,
            at=self.at,
            reason=note,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.POST.get("_confirm"):
            return self.show()
        note = request.POST.get("note", "").strip()
        if self.note_required and not note:
            return self.show(status=422, fault=f"请填写{self.note_label}。")
        if not self.record:
            return self.show(status=422)
        try:
            bulk = self.act(note)
        except Refused as refused:
            return self.show(status=422, note=note, reasons=refused.reasons)
        if not bulk.refused:
            flash.say(request, f"{len(bulk.done)} 件已{VERBS[self.verdict]}。")
            return HttpResponseRedirect(self.cancel_url)
        return self.render(
            template="console/programmes/bulk_result.html", bulk=bulk, verb=VERBS[self.verdict], back=self.cancel_url,
            url_of=application_url,
        )  # fmt: skip


class BulkReturn(BulkVerdict):
    verdict = "return"


class BulkDecline(BulkVerdict):
    verdict = "decline"
