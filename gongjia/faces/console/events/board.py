"""The board of events; a new one from a kind or from an earlier event."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongjia.base import clock
from gongjia.base.clock import SHANGHAI
from gongjia.base.refused import Hidden
from gongjia.faces.console.events import plan_forms as ours
from gongjia.faces.console.events.one import READ, event_badge, event_url, span_words
from gongjia.faces.console.orgs import picking
from gongjia.faces.console.sections import org_name
from gongjia.faces.shared import keyset
from gongjia.faces.shared.marks import Column, Link
from gongjia.faces.shared.pages import Crumb, FormPage, ListPage
from gongjia.faces.shared.pages.filters import Choice, Days, Search, Tick
from gongjia.faces.shared.policy import Policy
from gongjia.who.orgs import queries as orgs
from gongjia.work.events import actions, kinds, powers, queries
from gongjia.work.events.queries import desk
from gongjia.work.events.states import EventState

DUE_WORDS = {
    "open": ("可以开号", "公开数值已产生", "ticket"), "commit": ("公布种子摘要", "公布以后才能登记摇号", "lock"),
    "today": ("快开始了", "开始", "calendar-event"), "closing": ("报名快截止", "截止", "clock"),
    "settle": ("待办结", "核对签到后办结", "clipboard-check"),
}  # fmt: skip
DUE_LINKS = {"open": "draw", "commit": "draw"}


def _counted(event: Any, counts: dict[UUID, dict[str, int]], state: str) -> int | None:
    """None: nobody signs up for it."""
    number = counts.get(event.pk, {}).get(state, 0)
    return number if number or event.way != kinds.Way.NONE else None


def _signed(row: dict[str, Any], state: str) -> str:
    if row["event"].way == kinds.Way.NONE:
        return ""
    return f"{event_url(row['event'].pk, 'sign_ups')}?state={state}"


class Board(ListPage):
    """Every event in sight, the latest first, with places and sign-ups; on top what is due."""

    title = "活动"
    policy = READ
    template = "console/events/board.html"
    unit = "场"
    export_name = "活动"
    filters = (
        Choice("state", "状态", choices=EventState.choices, tabs=True),
        Choice("kind", "类型", choices=tuple(kinds.kind_labels().items())),
        Choice("area", "领域", choices=tuple(kinds.AREAS.items())),
        Choice("level", "级别", choices=kinds.Level.choices),
        Days("first", "举办日期"),
        Tick("mine", "只看本级主办"),
        Search(hint="活动名称"),
    )
    columns = (
        Column("title", "活动", value=lambda row: row["event"].title, link=lambda row: event_url(row["event"].pk), head=True, width="l"),
        Column("state", "状态", kind="badge", value=lambda row: event_badge(row["event"])),
        Column("kind", "类型", value=lambda row: row["event"].kind_label),
        Column("when", "时间", value=lambda row: span_words(row["event"].first_at, row["event"].last_at) or "未定", width="l"),
        Column("org", "主办", value=lambda row: org_name(row["event"].org)),
        Column("way", "名额办法", value=lambda row: row["event"].way_label, wide_only=True),
        Column("places", "名额", kind="number", value=lambda row: row["places"]),
        Column("taken", "已报上", kind="number", link=lambda row: _signed(row, "placed")),
        Column("waiting", "候补", kind="number", wide_only=True, link=lambda row: _signed(row, "waiting")),
    )  # fmt: skip
    empty_title = "还没有活动"
    empty_text = "竞赛、培训、讲座、演出、联谊、托班、体检、志愿服务，都从这里新建。"

    def primary(self) -> Link | None:
        if not self.actor.holds(powers.OPEN):
            return None
        return Link("新建活动", reverse("console:events_new"), "plus", "primary")

    @property
    def empty_link(self) -> Link | None:
        return self.primary()

    def key_of(self, row: dict[str, Any]) -> str:
        return str(row["event"].pk)

    def rows(self, actor: Any, filters: Any, cursor: Any) -> keyset.Slice:
        found = queries.visible(actor).select_related("org")
        for name in ("state", "kind", "area", "level"):
            if filters[name]:
                found = found.filter(**{name: filters[name]})
        if filters.mine:
            found = found.filter(org__in=[post.org_id for post in actor.posts])
        if filters.first:
            start, end = filters.first
            if start:
                found = found.filter(last_at__gte=clock.start_of(start))
            if end:
                found = found.filter(first_at__lt=clock.start_of(end + timedelta(1)))
        if filters.q:
            found = found.filter(title__icontains=filters.q)
        part = keyset.page_of(desk.latest_first(found), ("-day", "-id"), cursor, self.size)
        keys = [one.pk for one in part.rows]
        places, counts = queries.free_places(keys), desk.tally(keys)
        rows = [
            {
                "event": one, "places": places.get(one.pk, (one.total or None, 0))[0],
                "taken": _counted(one, counts, "placed"), "waiting": _counted(one, counts, "waiting"),
            }
            for one in part.rows
        ]  # fmt: skip
        return keyset.Slice(rows, part.offset, part.total, part.next, part.previous)

    def extra(self, part: keyset.Slice) -> dict[str, Any]:
        if self.request.GET:
            return {"due": []}
        items = []
        for one in desk.due_of(self.actor, self.at):
            label, words, sign = DUE_WORDS[one.sort]
            when = f"{one.when.astimezone(SHANGHAI):%m-%d %H:%M} " if one.when else ""
            items.append(
                {
                    "title": one.event.title, "note": f"{label} · {when}{words}", "sign": sign,
                    "url": event_url(one.event.pk, DUE_LINKS.get(one.sort, "event")),
                    "tone": "warning" if one.sort in ("open", "commit", "settle") else "info",
                }
            )  # fmt: skip
        return {"due": items}


class New(FormPage):
    """First from what; then the title, the place, the time."""

    title = "新建活动"
    policy = Policy("officer", powers.OPEN)
    form_class = ours.BasicsForm
    template = "console/events/new.html"
    submit_label = "保存，下一步"
    fields_of = ours.FIELDS_OF

    @property
    def kind(self) -> kinds.EventKind | None:
        return kinds.KINDS.get(self.source.kind if self.source else self.request.GET.get("kind", ""))

    @property
    def source(self) -> Any:
        """The earlier event that this one is made like."""
        if not hasattr(self, "_source"):
            self._source = None
            if wanted := self.request.GET.get("from"):
                try:
                    self._source = desk.event_of(self.actor, UUID(wanted))
                except (ValueError, Hidden):
                    self._source = None
        return self._source

    @property
    def cancel_url(self) -> str:
        return reverse("console:events_new") if self.kind else reverse("console:events")

    def crumbs(self) -> list[Crumb]:
        return [Crumb("活动", reverse("console:events"))]

    def unions(self) -> list[tuple[str, str]]:
        """Where one has a post, and one step below it: who runs something for a union further down acts there."""
        own = [root.org_id for root in self.actor.roots(powers.OPEN)]
        near = Q(pk__in=own) | Q(parent_id__in=own) | Q(industry_parent_id__in=own)
        reach = orgs.visible(self.actor, powers.OPEN).filter(near, state="active").exclude(kind="group")
        return [(str(pk), name) for pk, name in reach.order_by("path").values_list("pk", "name")[:300]]

    def form_kwargs(self) -> dict[str, Any]:
        kind = self.kind
        assert kind is not None
        led = desk.leaders(self.actor, kind.key) if kind.contest else []
        return {"actor": self.actor, "unions": self.unions(), "leaders": led, "kind": kind, "fresh": True}

    def initial(self) -> dict[str, Any]:
        standing = self.request.shell.standing
        found: dict[str, Any] = {
            "org": str(standing.org_id) if standing else "",
            "area": self.kind.area if self.kind else "",
        }
        if self.source is not None:
            one = self.source
            found |= {
                "title": one.title, "summary": one.summary, "place": one.place, "contact_phone": one.contact_phone,
                "area": one.area, "level": one.level, "org": str(one.org_id),
                "audience": one.audience.name if one.audience_id != one.org_id else "",
            }  # fmt: skip
            if one.led_by_id:
                found["led_by"] = str(one.led_by_id)
        return found

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.kind is None:
            return self.render(chosen=None, kinds=list(kinds.KINDS.values()), earlier=desk.earlier(self.actor))
        return super().get(request, *args, **kwargs)

    def context(self) -> dict[str, Any]:
        return {"chosen": self.kind, "source": self.source, "offered": picking.offered(self.actor, powers.OPEN)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.kind is None:
            return HttpResponseRedirect(reverse("console:events_new"))
        return super().post(request, *args, **kwargs)

    def show(self, form: Any, status: int = 200) -> HttpResponse:
        self.groups = form.blocks
        return super().show(form, status)

    def act(self, form: ours.BasicsForm) -> Any:
        kind = self.kind
        assert kind is not None
        values = form.event_values(desk.event_of, self.actor)
        org = orgs.get(self.actor, UUID(form.cleaned_data["org"]), powers.OPEN)
        values["audience"] = form.cleaned_data["audience"] or org
        if not values.get("level"):
            values.pop("level", None)
        if self.source is not None:
            values |= ours.kept_of(self.source)
        return actions.make_event(
            org=org, kind=kind.key, sessions=form.sessions(), actor=self.actor, at=self.at, **values
        )

    def after(self, result: Any) -> str:
        return event_url(result.pk, "plan")
