"""代办: an officer above does the work of a union below; every act names both."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base.refused import Reason, Refused
from gongjia.faces.console.orgs.lists import union_url
from gongjia.faces.shared import flash, shell
from gongjia.faces.shared.pages import Crumb, Fact, MovePage, Page
from gongjia.faces.shared.policy import Policy
from gongjia.who.orgs import actions, powers
from gongjia.who.orgs import queries as orgs


class Begin(MovePage):
    title = "代办"
    verb = "开始代办"
    policy = Policy("officer", powers.CHASE, at="org")
    note_label = "为什么代办"
    note_help = "会写进这家工会的办理记录，例如“主席请假，来电委托”。"

    def get_record(self) -> Any:
        return orgs.get(self.actor, self.kwargs["pk"])

    def org_of(self, record: Any) -> Any:
        return record

    def heading(self) -> str:
        return f"代{self.record.short_name or self.record.name}办理"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("看谁迟了", reverse("console:orgs_desk")), Crumb(self.record.name, union_url(self.record.pk))]

    @property
    def cancel_url(self) -> str:
        return self.way_back(union_url(self.kwargs["pk"]))

    def blocked(self) -> Refused | None:
        if orgs.behalf_of(self.actor, self.record.pk) is not None:
            return None
        why = "只能代自己下面的、正常的工会办理。"
        return Refused(Reason("behalf_not_below", why, fact=self.record.name, cure="请从“看谁迟了”里选一家。"))

    def facts(self) -> list[Fact]:
        return [Fact("工会", self.record.name), Fact("办理人", self.actor.label)]

    def consequences(self) -> list[str]:
        both = self.actor.acting_for(self.record, self.record.short_name or self.record.name).label
        return [
            "从现在起您只看到、只办理这一家工会和它下面的事。",
            f"每一件都记为“{both}”，这家工会的人看得到。",
            "办完后点页面上方的“结束代办”；退出登录也就结束了。",
        ]

    def act(self, note: str) -> Any:
        actions.begin_behalf(org=self.record, actor=self.actor, at=self.at, note=note)
        self.request.session[shell.BEHALF] = str(self.record.pk)

    def after(self, result: Any) -> str:
        return union_url(self.record.pk)


class End(Page):
    """Back to the own name. Anybody who acts for a union may stop at any time."""

    policy = Policy("officer")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("console:home"))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        behalf = self.actor.behalf
        actions.end_behalf(actor=self.actor, at=self.at)
        if request.session.pop(shell.BEHALF, "") and behalf is not None:
            flash.say(request, f"已结束代{behalf.name}办理，现在以您自己的名义办理。")
            return HttpResponseRedirect(union_url(behalf.id))
        return HttpResponseRedirect(reverse("console:home"))
