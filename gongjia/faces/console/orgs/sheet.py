"""导入工会表: upload, a verdict for every cell, run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base import progress
from gongjia.base.journal import attachments
from gongjia.base.refused import Hidden, Refused
from gongjia.faces.console.orgs import forms as ours
from gongjia.faces.console.orgs import picking
from gongjia.faces.console.orgs.paper import OrgFormPage, mine
from gongjia.faces.shared.files import download
from gongjia.faces.shared.marks import Link
from gongjia.faces.shared.pages import Crumb, Page
from gongjia.faces.shared.policy import Policy
from gongjia.who.orgs import actions, powers
from gongjia.who.orgs import queries as orgs

POLICY = Policy("officer", powers.IMPORT)
SHEETS = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/vnd.ms-excel", "text/csv",
)  # fmt: skip
SHOWN = 200
JOB = "orgs.sheet"


class Upload(OrgFormPage):
    title = "导入工会表"
    lead = "先检查、再导入：上传后逐格列出问题，没有问题的行才会导入。"
    policy = POLICY
    form_class = ours.SheetForm
    submit_label = "上传并检查"
    template = "console/org_sheet_upload.html"
    names_unions, offer, offer_upper = True, powers.IMPORT, True

    @property
    def cancel_url(self) -> str:
        return reverse("console:orgs")

    def crumbs(self) -> list[Crumb]:
        return [Crumb("工会", reverse("console:orgs"))]

    def initial(self) -> dict[str, Any]:
        org = picking.home_of(self.request, powers.IMPORT)
        return {"under": org.name if org else ""}

    def act(self, form: forms.Form) -> Any:
        file, under = form.cleaned_data["file"], form.cleaned_data["under"]
        try:
            kept = attachments.store(
                file, name=file.name, actor=self.actor, at=self.at, org=under, kinds=SHEETS, limit=20 * 1024 * 1024
            )
            actions.check_sheet(attachments.open(kept), name=kept.name, under=under, actor=self.actor, at=self.at)
        except Refused as refused:
            raise Refused(replace(one, code="file") for one in refused.reasons) from refused
        return kept, under

    def after(self, result: Any) -> str:
        kept, under = result
        return reverse("console:orgs_sheet_one", args=[kept.pk]) + f"?under={under.code}"


class Blank(Page):
    policy = POLICY

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return download(actions.blank() or b"", "工会表.xlsx")


class Checked(Page):
    """What each row will do; checked anew each time it is opened, so that it never shows an old verdict."""

    title = "检查结果"
    policy = POLICY
    template = "console/org_sheet.html"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("工会", reverse("console:orgs")), Crumb("导入工会表", reverse("console:orgs_sheet"))]

    @property
    def source(self) -> tuple[Any, Any]:
        """The uploaded sheet of this very person, and the union it goes under."""
        kept = mine(self.actor, self.kwargs["pk"])
        if kept is None:
            raise Hidden
        code = self.request.GET.get("under", "")
        return kept, orgs.get(self.actor, code, powers.IMPORT) if code else None

    def check(self) -> tuple[Any, Any, Any]:
        kept, under = self.source
        done = actions.check_sheet(attachments.open(kept), name=kept.name, under=under, actor=self.actor, at=self.at)
        return kept, under, done

    def context(self) -> dict[str, Any]:
        kept, under, checked = self.check()
        ready = checked.counts.get("add", 0) + checked.counts.get("same", 0) + checked.counts.get("change", 0)
        return {
            "kept": kept,
            "under": under,
            "checked": checked,
            "counts": checked.counts,
            "ready": ready,
            "known": ready - checked.counts.get("add", 0),
            "faults": checked.faults[:SHOWN],
            "warnings": checked.warnings[:SHOWN],
            "adds": [row for row in checked.rows if row.verdict == "add"][:20],
            "refused": Link("下载有问题的行", f"{self.request.path}refused?{self.request.GET.urlencode()}", "download"),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The worker imports; a second click while it does leads to the same job."""
        kept, under = self.source
        args = {"file": str(kept.pk), "under": under.code if under else ""}
        job = progress.mine(self.actor.account_id).filter(kind=JOB, args__file=args["file"], ended_at=None).first()
        if job is None:
            job = progress.start(
                kind=JOB, label=f"导入工会表：{kept.name}", actor=self.actor, at=self.at, args=args, org=under,
                url=request.get_full_path(),
            )  # fmt: skip
        return HttpResponseRedirect(reverse("console:progress", args=[job.pk]))


class RefusedRows(Checked):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kept, _, checked = self.check()
        return download(actions.refused_rows(checked) or b"", f"未导入的行-{kept.name.rsplit('.', 1)[0]}.xlsx")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.get(request)
