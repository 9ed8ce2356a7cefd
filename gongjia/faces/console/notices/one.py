"""One notice: what it says, who it names, where it hangs, what was said against it; its poster."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from gongjia.base import journal
from gongjia.base.journal import attachments
from gongjia.base.refused import Hidden
from gongjia.faces.console.notices.lists import READ, TONES, notice_url
from gongjia.faces.shared.jinja import link_to
from gongjia.faces.shared.marks import Badge, Link, NotNow
from gongjia.faces.shared.pages import Crumb, DetailPage, Fact, Facts, Page
from gongjia.faces.shared.policy import Policy
from gongjia.work.publish import kinds, powers, queries

AT_ORG = Policy("officer", powers.READ, at="org")


def crumbs() -> list[Crumb]:
    return [Crumb("公示", reverse("console:notices"))]


class NoticePage(DetailPage):
    policy = AT_ORG
    template = "console/notice_one.html"

    def get_record(self) -> Any:
        return queries.get(self.actor, self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        return crumbs()

    def heading(self) -> str:
        return self.record.title

    def subtitle(self) -> str:
        return self.record.org.name

    def badge(self) -> Badge:
        return Badge(self.record.state_label, TONES[self.record.state])

    def _to(self, name: str) -> str:
        return reverse(f"console:notices_{name}", args=[self.record.pk])

    def steps(self) -> list[Link | NotNow]:
        notice, found = self.record, []
        may = self.actor.can(powers.NOTICE, notice.org)
        wall = notice.place in kinds.ON_WALL
        if may and notice.state == "draft":
            found.append(Link("开始公示", self._to("post"), "speakerphone", "primary"))
            found.append(Link("修改", self._to("edit"), "edit"))
        if wall and notice.state in ("draft", "posted"):
            found.append(Link("打印张榜稿", self._to("poster"), "printer"))
        if may and wall and notice.state in ("posted", "ended"):
            tone = "" if notice.poster_id else "primary"
            found.append(Link("换张榜照片" if notice.poster_id else "上传张榜照片", self._to("upload"), "camera", tone))
        if self.actor.can(powers.TAKE_DOWN, notice.org) and notice.state != "taken_down":
            found.append(Link("撤下", self._to("down"), "ban", "danger"))
        return found

    def groups(self) -> list[Facts]:
        notice = self.record
        period = ""
        if notice.starts_on:
            period = f"{notice.starts_on:%Y-%m-%d} 至 {queries.last_day_of(notice):%Y-%m-%d} 24:00"
        site = link_to("public:notice", notice.pk) if notice.place in kinds.ON_SITE and notice.state == "posted" else ""
        return [
            Facts(
                "公示",
                [
                    Fact("公示地点", notice.place_label, note="困难帮扶类只在单位内张榜" if notice.sensitive else ""),
                    Fact("公示期", f"{notice.days} {notice.day_unit_label}", note="开始当天不计入"),
                    Fact("起止", period),
                    Fact("受理电话", notice.phone),
                    Fact("文号", notice.document_no),
                    Fact("公示依据", notice.ground),
                    Fact("网站地址", "打开公开页面" if site else "", link=site),
                    Fact("撤下原因", notice.why_down, wide=True),
                ],
            )
        ]

    def files(self) -> list[Any]:
        return []

    def timeline(self) -> list[Any]:
        return journal.timeline(self.record)

    def extra(self) -> dict[str, Any]:
        notice = self.record
        return {
            "lines": queries.lines(notice),
            "objections": queries.objections(self.actor, notice),
            "may_answer": self.actor.can(powers.ANSWER, notice.org),
            "photo": reverse("console:notices_photo", args=[notice.pk]) if notice.poster_id else "",
        }


class Poster(Page):
    """The sheet that hangs on the wall: what the notice says and no more."""

    policy = AT_ORG
    template = "console/notice_poster.html"

    def context(self) -> dict[str, Any]:
        notice = queries.get(self.actor, self.kwargs["pk"])
        self.must_here(notice.org)
        if notice.place not in kinds.ON_WALL:
            raise Hidden
        lines = [line for line in queries.lines(notice) if line.standing == kinds.Standing.LISTED]
        return {
            "notice": notice,
            "lines": lines,
            "paragraphs": [part for part in notice.body.split("\n") if part.strip()],
            "last_day": queries.last_day_of(notice),
            "has_units": any(line.unit_shown for line in lines),
            "has_items": any(line.item_shown for line in lines),
            "back": notice_url(notice.pk),
        }


class Photo(Page):
    """The photo that proves it hung."""

    policy = READ

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        notice = queries.get(self.actor, self.kwargs["pk"])
        if notice.poster is None:
            raise Hidden
        response = HttpResponse(attachments.open(notice.poster), content_type=notice.poster.kind)
        response["Content-Disposition"] = "inline"
        response["Cache-Control"] = "private, no-store"
        return response
