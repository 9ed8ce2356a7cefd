"""Volunteer teams with members and hours; what unions say of their members' work."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base import clock, journal
from gongjia.base.refused import Reason, Refused
from gongjia.faces.console.events.one import READ, ActsPage, hours_words
from gongjia.faces.console.events.signups import member_of
from gongjia.faces.console.orgs import picking
from gongjia.faces.console.sections import keys_of, org_name
from gongjia.faces.shared import flash
from gongjia.faces.shared.fields import DayField, Mended
from gongjia.faces.shared.marks import Badge, Link
from gongjia.faces.shared.pages import Crumb, FormPage, Page
from gongjia.faces.shared.policy import Policy
from gongjia.who.orgs import queries as orgs
from gongjia.work.events import actions, kinds, powers, queries
from gongjia.work.events.queries import desk


def team_url(pk: Any) -> str:
    return reverse("console:events_team", args=[pk])


class Teams(Page):
    """Every team in sight, with members and hours."""

    title = "志愿服务队"
    policy = READ
    template = "console/events/teams.html"

    def context(self) -> dict[str, Any]:
        rows = queries.teams(self.actor)
        open_rows = [row for row in rows if row.team.closed_on is None]
        return {
            "rows": rows, "count": len(open_rows), "members": sum(row.members for row in open_rows),
            "minutes": hours_words(sum(row.minutes for row in rows)), "hours_words": hours_words, "org_name": org_name,
            "primary": Link("成立服务队", reverse("console:events_team_new"), "plus", "primary") if self.actor.holds(powers.TEAMS) else None,
        }  # fmt: skip


class TeamForm(picking.UnionForm):
    org = forms.ChoiceField(label="哪家工会的")
    name = Mended(label="队名", max_length=80)
    purpose = Mended(
        label="做什么", max_length=200, required=False, wide="full", help_text="如：家电维修、理发、心理疏导。"
    )
    founded_on = DayField(label="成立日期")
    leader = Mended(label="队长", max_length=40, required=False, help_text="填手机号或证件号码，最准；也可以填姓名。")

    def __init__(self, *args: Any, unions: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["org"].choices = list(unions)


class TeamNew(FormPage):
    title = "成立志愿服务队"
    policy = Policy("officer", powers.TEAMS)
    form_class = TeamForm
    submit_label = "成立"
    done_text = "服务队已成立。"
    fields_of = {
        "name_missing": "name", "founded_later": "founded_on", "team_twice": "name", "member_none": "leader",
        "member_many": "leader",
    }  # fmt: skip

    @property
    def cancel_url(self) -> str:
        return reverse("console:events_teams")

    def crumbs(self) -> list[Crumb]:
        return [Crumb("志愿服务队", self.cancel_url)]

    def form_kwargs(self) -> dict[str, Any]:
        reach = orgs.visible(self.actor, powers.TEAMS).filter(state="active")
        rows = reach.order_by("path").values_list("pk", "name")[:300]
        return {"actor": self.actor, "unions": [(str(pk), name) for pk, name in rows]}

    def initial(self) -> dict[str, Any]:
        standing = self.request.shell.standing
        return {"founded_on": clock.today(), "org": str(standing.org_id) if standing else ""}

    def act(self, form: TeamForm) -> Any:
        values = dict(form.cleaned_data)
        leader = values.pop("leader")
        org = orgs.get(self.actor, UUID(values.pop("org")), powers.TEAMS)
        person = member_of(self.actor, leader, self.at) if leader else None
        return actions.make_team(org=org, leader=person, actor=self.actor, at=self.at, **values)

    def after(self, result: Any) -> str:
        return team_url(result.pk)


class TeamPage(ActsPage):
    """One team: who is in it, how long they served; members come and go, the team ends."""

    policy = READ
    template = "console/events/team.html"
    ops = {"add": powers.TEAMS, "remove": powers.TEAMS, "close": powers.TEAMS}

    def get_record(self) -> Any:
        return desk.team_of(self.actor, self.kwargs["pk"])

    def heading(self) -> str:
        return self.record.name

    def crumbs(self) -> list[Crumb]:
        return [Crumb("志愿服务队", reverse("console:events_teams"))]

    def context(self) -> dict[str, Any]:
        one = self.record
        lines = desk.team_members(one)
        now = [line for line in lines if line.member.until is None]
        may = self.actor.can(powers.TEAMS, one.org)
        text = self.request.GET.get("q", "").strip()[:40]
        offered = []
        if may and one.closed_on is None and text:
            here = {line.member.person_id for line in now}
            rows = desk.work_rows(
                self.actor, one.org, self.at.astimezone(clock.SHANGHAI).date(), text=text, power=powers.TEAMS
            )
            offered = [row for row in rows if row.person_id not in here][:50]
        return {
            "record": one, "lines": lines, "count": len(now), "minutes": hours_words(sum(line.minutes for line in lines)),
            "times": sum(line.times for line in lines), "hours_words": hours_words, "may": may and one.closed_on is None,
            "offered": offered, "q": text, "today": clock.today(), "typed": self.typed, "timeline": journal.timeline(one),
            "badge": Badge("已撤销", "neutral") if one.closed_on else None,
        }  # fmt: skip

    def day(self, name: str) -> Any:
        try:
            return date.fromisoformat(self.typed(name))
        except ValueError:
            raise Refused(Reason("day_wrong", "请按 2018-06-30 的样子填写日期。")) from None

    def do_add(self) -> str:
        picked = keys_of(self.request.POST.getlist("pick"))
        if not picked:
            raise Refused(Reason("nobody", "请先勾选要加入的人。"))
        count = actions.add_team_members(
            team=self.record, person_ids=picked, since=self.day("since"), actor=self.actor, at=self.at
        )
        return f"已加入 {count} 人。"

    def do_remove(self) -> str:
        keys = keys_of([self.typed("member")])
        member = desk.team_member_of(self.record, keys[0]) if keys else None
        if member is None:
            raise Refused(Reason("nobody", "请选择退出的队员。"))
        actions.remove_team_member(member=member, on=clock.today(), actor=self.actor, at=self.at)
        return "已登记退出，服务时长保留。"

    def do_close(self) -> str:
        actions.close_team(team=self.record, on=self.day("on"), why=self.typed("why"), actor=self.actor, at=self.at)
        return "服务队已撤销，做过的服务时长保留。"

    def next_url(self, name: str) -> str:
        return team_url(self.record.pk)


class Work(Page):
    """一线、倒班、艰苦岗位: what the union says; guaranteed places and tickets of lots go by it."""

    title = "岗位情况"
    lead = "保底名额和摇号加票按这里登记的算。登记的是本工会会员现在的岗位。"
    policy = Policy("officer", powers.FACTS)
    template = "console/events/work.html"

    @property
    def org(self) -> Any:
        if not hasattr(self, "_org"):
            wanted = self.request.POST.get("at") or self.request.GET.get("at", "")
            self._org = (
                orgs.get(self.actor, wanted, powers.FACTS) if wanted else picking.home_of(self.request, powers.FACTS)
            )
        return self._org

    def context(self) -> dict[str, Any]:
        org, text = self.org, self.request.GET.get("q", "").strip()[:40]
        rows = desk.work_rows(self.actor, org, self.at.astimezone(clock.SHANGHAI).date(), text=text) if org else []
        which = self.request.GET.get("key", "")
        if which:
            rows = [row for row in rows if which in row.work]
        return {
            "org": org, "rows": rows, "q": text, "which": which, "keys": kinds.WorkKey.choices, "most": desk.WORK_MOST,
            "labels": dict(kinds.WorkKey.choices), "today": clock.today(),
            "unions": [one for one in orgs.children_of(org) if one.state == "active"][:200] if org else [],
        }  # fmt: skip

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(reasons=(), **self.context())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        picked = keys_of(request.POST.getlist("pick"))
        try:
            if not picked or self.org is None:
                raise Refused(Reason("nobody", "请先勾选会员。"))
            try:
                on = date.fromisoformat(request.POST.get("on", ""))
            except ValueError:
                raise Refused(Reason("day_wrong", "请按 2018-06-30 的样子填写日期。")) from None
            holds = request.POST.get("holds") != "no"
            count = actions.set_work_fact(
                org=self.org, person_ids=picked, key=request.POST.get("key", ""), holds=holds, on=on, actor=self.actor,
                at=self.at,
            )  # fmt: skip
        except Refused as refused:
            return self.render(status=422, reasons=refused.reasons, **self.context())
        flash.say(
            request, f"{'登记' if holds else '取消'}了 {count} 人。" if count else "没有变动：这些人已经是这样登记的。"
        )
        return HttpResponseRedirect(request.get_full_path())
