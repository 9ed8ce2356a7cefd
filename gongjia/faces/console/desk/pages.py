"""The desk, the search over everything, messages, and the page of a long job."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base import clock, journal, outbox
from gongjia.faces.console.desk import todos
from gongjia.faces.shared import opaque
from gongjia.faces.shared.marks import Link
from gongjia.faces.shared.pages import Page, ProgressPage
from gongjia.faces.shared.policy import Policy
from gongjia.report import powers as report_powers
from gongjia.report import queries as reports
from gongjia.who.members import powers as member_powers
from gongjia.who.members import queries as members
from gongjia.who.orgs import powers as org_powers
from gongjia.who.orgs import queries as orgs
from gongjia.work.programmes import powers as programme_powers
from gongjia.work.programmes.queries import lists

GLANCE = (
    "members.total",
    "orgs.registered",
    "orgs.coverage",
    "orgs.terms_due",
    "members.portal_activated",
    "orgs.open_units_due",
)


class Home(Page):
    """工作台."""

    title = "工作台"
    policy = Policy("officer")
    template = "console/home.html"

    def context(self) -> dict[str, Any]:
        today = clock.today()
        standing = self.request.shell.standing
        org = orgs.get(self.actor, standing.org_id) if standing and self.actor.holds(org_powers.READ) else None
        tiles = []
        if org is not None and self.actor.can(report_powers.READ, org):
            board = reports.dashboard(self.actor, org, today, GLANCE)
            tiles = [(key, tile) for key, tile in board.tiles.items() if tile.kept.value is not None]
        return {
            "today": today,
            "todos": todos.items(self.actor, today),
            "org": org,
            "tiles": tiles,
            "figure_url": lambda key: reverse("console:figure", args=[key]),
            "changes": journal.lines(limit=12, org_id=org.pk) if org is not None else [],
            "shortcuts": self.shortcuts(),
        }

    def shortcuts(self) -> list[Link]:
        """The acts of the day, only those this person may do."""
        wanted = (
            (programme_powers.REVIEW, "待我审核", "console:programmes_review", "clipboard-check"),
            (member_powers.IMPORT, "导入名册", "console:roster_new", "upload"),
            (member_powers.ADMIT, "登记入会", "console:members_admit", "user-plus"),
            (org_powers.FOUND, "登记建会", "console:orgs_found", "plus"),
            (org_powers.CHASE, "看谁迟了", "console:orgs_desk", "speakerphone"),
            (report_powers.READ, "半年总结", "console:reports", "report"),
        )
        from gongjia.faces.shared.jinja import link_to

        return [
            Link(label, address, icon)
            for power, label, name, icon in wanted
            if self.actor.holds(power) and (address := link_to(name))
        ]


class Search(Page):
    """One box for a member (name, pinyin, exact number), a union, a card. The words travel sealed, not in the URL."""

    title = "搜索"
    policy = Policy("officer")
    template = "console/search.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        text = request.POST.get("q", "").strip()[:60]
        sealed = opaque.wrap([text], "search") if text else ""
        return HttpResponseRedirect(reverse("console:search") + (f"?q={sealed}" if sealed else ""))

    def context(self) -> dict[str, Any]:
        unwrapped = opaque.unwrap(self.request.GET.get("q", ""), "search") if self.request.GET.get("q") else None
        text = unwrapped[0] if unwrapped else ""
        found_members, found_unions, found_applications = [], [], []
        if text and self.actor.holds(member_powers.READ):
            wanted = members.MemberFilter(text=text, status="all")
            if wanted.is_exact:
                journal.write(
                    "members.searched_exact", actor=self.actor, at=self.at, payload={"words": journal.digest(text)}
                )
            found_members = members.member_rows(self.actor, filters=wanted, limit=20).rows
        if text and self.actor.holds(org_powers.READ):
            found_unions = orgs.search(self.actor, text)[:20]
        if text and self.actor.holds(programme_powers.READ):
            wanted_text = text.upper() if "-" in text else text
            found_applications = list(lists.applications(self.actor, text=wanted_text).order_by("-submitted_at")[:20])
        return {"text": text, "members": found_members, "unions": found_unions, "applications": found_applications}


class Job(ProgressPage):
    """How far a long job is."""

    policy = Policy("officer")

    def result_link(self, job: Any) -> Link | None:
        if job.url:
            return Link("看结果", job.url, "arrow-right", "primary")
        return None


class Inbox(Page):
    """Messages to me."""

    title = "消息"
    policy = Policy("officer")
    template = "console/inbox.html"

    def context(self) -> dict[str, Any]:
        rows = list(outbox.inbox(self.actor.account_id)[:100])
        return {"rows": rows}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        outbox.mark_read(self.actor.account_id, at=self.at)
        return HttpResponseRedirect(request.path)
