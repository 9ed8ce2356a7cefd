"""隐私政策: every version so far, and the next one, which everybody is asked about at log-in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse

from gongjia.base import clock
from gongjia.base.refused import Hidden
from gongjia.faces.console.setup import forms as ours
from gongjia.faces.shared import keyset
from gongjia.faces.shared.marks import Badge, Column, Link
from gongjia.faces.shared.pages import Crumb, FormPage, ListPage, Page
from gongjia.faces.shared.policy import Policy
from gongjia.who.accounts import actions, powers, queries

POLICY = Policy("officer", powers.NOTICE)


def address(notice: Any) -> str:
    return reverse("console:setup_notice", args=[notice.version])


def badge_of(notice: Any) -> Badge:
    if notice.in_force_on > clock.today():
        return Badge("待施行", "info")
    now = queries.current_notice().version == notice.version
    return Badge("现行", "success") if now else Badge("已被替代", "neutral")


class Notices(ListPage):
    title = "隐私政策"
    lead = "现行的版本写在登录时的同意页和公开的“个人信息怎么用”里。发布过的版本不能改，要改就发布新版本。"
    policy = POLICY
    unit = "版"
    columns = (
        Column("version", "版本", head=True, link=address),
        Column("title", "标题"),
        Column("in_force_on", "施行日期", kind="day"),
        Column("state", "状态", kind="badge", value=badge_of),
    )

    def key_of(self, row: Any) -> str:
        return row.version

    def primary(self) -> Link:
        return Link("发布新版本", reverse("console:setup_notice_new"), "plus", "primary")

    def rows(self, actor: Any, filters: Any, cursor: Any) -> keyset.Slice:
        rows = queries.notices()
        return keyset.Slice(rows=rows, total=len(rows))


class Notice(Page):
    """One version as it reads."""

    policy = POLICY
    template = "console/setup_notice.html"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("隐私政策", reverse("console:setup_notices"))]

    @property
    def notice(self) -> Any:
        found = next((one for one in queries.notices() if one.version == self.kwargs["version"]), None)
        if found is None:
            raise Hidden(self.kwargs["version"])
        return found

    def heading(self) -> str:
        return f"{self.notice.title} {self.notice.version}"

    def context(self) -> dict[str, Any]:
        return {"notice": self.notice, "badge": badge_of(self.notice)}


class Publish(FormPage):
    """The next version. Before it is published it is shown once as it will read."""

    title = "发布新版本"
    lead = "施行那天起，每个人下次登录都要先看新版本、再决定是否同意；不同意的，会籍不受影响。发布后不能修改。"
    policy = POLICY
    form_class = ours.NoticeForm
    template = "console/setup_notice_new.html"
    draft = "setup.notice"
    done_text = "已发布。"
    fields_of = {
        "version_bad": "version", "version_taken": "version", "body_short": "body", "date_past": "in_force_on",
    }  # fmt: skip
    preview: Any = None

    @property
    def submit_label(self) -> str:
        return "确认发布" if self.preview else "看一看效果"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("隐私政策", self.cancel_url)]

    @property
    def cancel_url(self) -> str:
        return reverse("console:setup_notices")

    def initial(self) -> dict[str, Any]:
        now = queries.current_notice()
        return {"title": now.title, "body": now.body, "in_force_on": self.at.date()}

    def context(self) -> dict[str, Any]:
        return {"preview": self.preview, "seen": self.preview.sha256 if self.preview else ""}

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Published is what was on the screen: other words than those looked at are looked at first."""
        form = self.build(request.POST)
        if not request.headers.get("X-Check-Field") and not request.POST.get("_drop_draft") and form.is_valid():
            notice = queries.Notice(**form.cleaned_data)
            if request.POST.get("seen") != notice.sha256:
                self.preview = notice
                return self.show(form)
        return super().post(request, *args, **kwargs)

    def act(self, form: forms.Form) -> Any:
        return actions.publish_notice(actor=self.actor, at=self.at, **form.cleaned_data)

    def after(self, result: Any) -> str:
        return self.cancel_url
