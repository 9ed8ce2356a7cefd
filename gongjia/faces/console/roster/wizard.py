"""The first two steps of an import: the file, and what its columns mean."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base import progress
from gongjia.base.refused import Refused
from gongjia.faces.console.roster.forms import FULL, UploadForm, mapping_of
from gongjia.faces.console.roster.pages import AT_ONCE, ONE, POLICY, address
from gongjia.faces.shared.files import download
from gongjia.faces.shared.pages import Crumb, FormPage, Page
from gongjia.who.members import powers, queries
from gongjia.who.members.actions import roster, roster_sheets
from gongjia.who.orgs import queries as orgs


class Template(Page):
    policy = POLICY

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return download(roster_sheets.template_workbook(), "会员名册模板.xlsx")


class Upload(FormPage):
    """Step 1: the file."""

    title = "导入名册"
    lead = "第 1 步，共 3 步：选择文件"
    policy = POLICY
    form_class = UploadForm
    submit_label = "上传并检查"
    fields_of = {"file_kind": "file", "file_too_big": "file", "file_empty": "file", "whole_union": "org"}
    template = "console/roster_upload.html"

    @property
    def cancel_url(self) -> str:
        return reverse("console:roster")

    def crumbs(self) -> list[Crumb]:
        return [Crumb("名册导入", reverse("console:roster"))]

    def form_kwargs(self) -> dict[str, Any]:
        return {"unions": union_choices(self.actor, self.request.GET.get("org", ""))}

    def initial(self) -> dict[str, Any]:
        standing = self.request.shell.standing
        wanted = self.request.GET.get("org", "")
        return {"org": wanted or (str(standing.org_id) if standing else "")}

    def act(self, form: UploadForm) -> Any:
        file = form.cleaned_data["file"]
        org = orgs.get(self.actor, UUID(form.cleaned_data["org"]), powers.IMPORT)
        batch = roster.upload(
            actor=self.actor, at=self.at, org=org, file=file, name=file.name, mode=form.cleaned_data["mode"],
            whole=org if form.cleaned_data["mode"] == FULL else None,
        )  # fmt: skip
        return batch, file.size

    def after(self, result: tuple[Any, int]) -> str:
        batch, size = result
        return check_then(batch, size, self.actor, self.at)


def check_then(batch: Any, size: int, actor: Any, at: Any) -> str:
    """Check a small file at once, a big one by the worker; where to go on."""
    if size > AT_ONCE:
        job = progress.start(
            kind="roster.check", label=f"检查名册：{batch.file.name}", actor=actor, at=at, args={"batch": str(batch.pk)},
            org=batch.org, url=address(batch),
        )  # fmt: skip
        return reverse("console:progress", args=[job.pk])
    try:
        roster.check(batch=batch, actor=actor, at=at)
    except Refused:
        return reverse("console:roster_columns", args=[batch.pk])
    return address(batch)


def union_choices(actor: Any, wanted: str = "") -> list[tuple[str, str]]:
    """Unions a file may be for: those of the actor's posts first, then the ones below."""
    found = orgs.visible(actor, powers.IMPORT).order_by("path").values_list("pk", "name", "level")[:1500]
    return [(str(pk), "　" * max(level - 1, 0) + name) for pk, name, level in found]


class Columns(Page):
    """Step 2: which column means what; guessed, and changed by hand."""

    title = "核对各列"
    lead = "第 2 步，共 3 步：系统已按表头猜出各列，请核对；猜错的改一下，下次同样的表头会记住。"
    policy = ONE
    template = "console/roster_columns.html"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("名册导入", reverse("console:roster"))]

    def batch(self) -> Any:
        return queries.roster_batch(self.kwargs["pk"], self.actor)

    def show(self, batch: Any, tables: list, reasons: Any = (), status: int = 200) -> HttpResponse:
        return self.render(
            status=status,
            batch=batch,
            tables=tables,
            columns=queries.roster_columns(),
            reasons=reasons,
            back=address(batch),
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch = self.batch()
        try:
            return self.show(batch, roster.tables_to_map(batch))
        except Refused as refused:
            return self.show(batch, [], refused.reasons, 422)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch = self.batch()
        try:
            tables = roster.tables_to_map(batch)
        except Refused as refused:
            return self.show(batch, [], refused.reasons, 422)
        try:
            roster.choose_columns(batch=batch, mapping=mapping_of(request.POST, tables), actor=self.actor, at=self.at)
            return HttpResponseRedirect(check_then(batch, batch.file.size, self.actor, self.at))
        except Refused as refused:
            return self.show(batch, tables, refused.reasons, 422)
