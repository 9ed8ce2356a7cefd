"""One event: what it is, how far it is, what can be done next."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.urls import reverse

from gongjia.base import journal
from gongjia.faces.console.events import plan_forms
from gongjia.faces.console.events.one import (
    DRAW_TONES,
    READ,
    OfEvent,
    event_badge,
    event_url,
    hours_words,
    kind_of,
    session_name,
    span_words,
)
from gongjia.faces.console.sections import org_name
from gongjia.faces.shared.jinja import link_to
from gongjia.faces.shared.marks import Badge, Link, NotNow
from gongjia.faces.shared.pages import Crumb, DetailPage, Fact, Facts, Page
from gongjia.work.events import kinds, powers, queries, rules
from gongjia.work.events.queries import desk
from gongjia.work.events.rules.draw import WEIGHTS
from gongjia.work.events.states import SignUpState

RUNNING = ("open", "closed")
AFTER = ("held", "settled")


class EventPage(OfEvent, DetailPage):
    """What, when, for whom; sign-ups by state; sessions with attendance; the steps that are possible now."""

    policy = READ
    template = "console/events/event.html"

    def crumbs(self) -> list[Crumb]:
        return [Crumb("活动", reverse("console:events"))]

    def heading(self) -> str:
        return self.record.title

    def badge(self) -> Badge:
        return event_badge(self.record)

    def subtitle(self) -> str:
        one = self.record
        return " · ".join(
            part for part in (one.kind_label, org_name(one.org), span_words(one.first_at, one.last_at)) if part
        )

    @cached_property
    def kind(self) -> kinds.EventKind:
        return kind_of(self.record)

    @cached_property
    def draw(self) -> Any:
        return queries.draw_of(self.record.pk) if self.record.way == kinds.Way.LOT else None

    @cached_property
    def counts(self) -> dict[str, int]:
        return desk.tally([self.record.pk]).get(self.record.pk, {})

    def steps(self) -> list[Link | NotNow]:
        one, found = self.record, []
        if one.state == "draft" and self.may(powers.OPEN):
            found += [
                Link("修改", event_url(one.pk, "edit"), "edit"),
                Link("发布", event_url(one.pk, "publish"), "send", "primary"),
            ]
        if one.state != "draft" and one.way != kinds.Way.NONE:
            found.append(Link("报名名单", event_url(one.pk, "sign_ups"), "list-details"))
        if one.state in RUNNING and one.way != kinds.Way.NONE and self.actor.holds(powers.SIGN):
            if not (self.kind.children or self.kind.matching):
                found.append(Link("推荐、集体报名", event_url(one.pk, "nominate"), "users-plus"))
            if not self.kind.matching:
                found.append(Link("窗口代报", event_url(one.pk, "counter"), "user-plus"))
        if one.state in RUNNING and one.total:
            found.append(Link("名额", event_url(one.pk, "quota"), "ticket"))
        if one.way == kinds.Way.LOT and one.state != "draft":
            waits = self.draw is None or self.draw.state == "sealed"
            found.append(
                Link(
                    "摇号",
                    event_url(one.pk, "draw"),
                    "arrows-sort",
                    "primary" if waits and self.may(powers.DRAW) else "",
                )
            )
        if self.kind.contest and one.state != "draft":
            found.append(
                Link("成绩和名次", event_url(one.pk, "results"), "trophy", "primary" if one.state == "held" else "")
            )
        if one.state in RUNNING and self.may(powers.OPEN):
            late = one.last_at is not None and self.at >= one.last_at
            if late:
                found.append(Link("登记已举办", event_url(one.pk, "hold"), "calendar-event", "primary"))
        if one.state == "held" and self.may(powers.OPEN):
            found.append(
                Link("办结", event_url(one.pk, "settle"), "circle-check", "primary")
                if one.last_at and self.at >= one.last_at
                else NotNow("办结", "活动全部结束以后再办结。", "circle-check")
            )
        return found

    def rarer(self) -> list[Link]:
        one, found = self.record, []
        if one.state != "draft":
            found.append(Link("发到群里", event_url(one.pk, "share"), "message-circle"))
        if self.may(powers.OPEN):
            if one.state in RUNNING:
                found.append(Link("修改", event_url(one.pk, "change"), "edit"))
            if one.state == "open" and one.way != kinds.Way.NONE:
                found.append(Link("截止报名", event_url(one.pk, "close"), "lock"))
            if one.state in RUNNING:
                found.append(Link("登记已举办", event_url(one.pk, "hold"), "calendar-event"))
            found.append(Link("材料和照片", event_url(one.pk, "papers"), "photo"))
            found.append(Link("复制成系列", event_url(one.pk, "copy"), "copy"))
            found.append(Link("照这场另开", f"{reverse('console:events_new')}?from={one.pk}", "plus"))
        if self.kind.matching and one.state != "draft" and self.may(powers.OPEN):
            found.append(Link("单身声明和举报", event_url(one.pk, "matching"), "heart-handshake"))
        if one.certificate and one.state not in ("draft", "open", "cancelled"):
            found.append(Link("培训证书", event_url(one.pk, "certificates"), "certificate"))
        if one.state not in ("draft", "cancelled") and self.may(powers.READ):
            found.append(Link("满意度", event_url(one.pk, "feedback"), "star"))
        if one.state in ("draft", *RUNNING) and self.may(powers.OPEN):
            found.append(Link("取消活动", event_url(one.pk, "cancel"), "ban", "danger"))
        return found

    def groups(self) -> list[Facts]:
        one = self.record
        signs = [
            Fact("名额办法", one.way_label),
            Fact("名额", f"{one.total} 个" if one.total else "不限"),
            Fact("报名", span_words(one.opens_at, one.closes_at) if one.opens_at else "不用报名"),
            Fact("家属", f"每人最多 {one.guests_max} 位" if one.guests_max else "不带"),
            Fact("候补", f"可以排，递补名额保留 {one.hold_hours} 小时" if one.waiting_list else "不排候补"),
            Fact("取消", f"{span_words(one.free_cancel_until, None)} 以后取消算爽约" if one.free_cancel_until else "开始前都可以取消"),
            *(Fact("保底", f"{kinds.WorkKey(row['key']).label}至少占 {row['at_least_percent']}%") for row in one.groups),
        ]  # fmt: skip
        if one.way == kinds.Way.LOT and one.weights:
            signs.append(
                Fact("加票", "、".join(f"{WEIGHTS[row['key']]} +{row['add']}" for row in one.weights), wide=True)
            )
        if one.way == kinds.Way.NONE:
            signs = [Fact("名额办法", "不用报名，来了就能参加", wide=True)]
        conditions = [
            Fact(rules.CONDITIONS[row["check"]].label, plan_forms.condition_words(row))
            for row in one.conditions if row.get("check") in rules.CONDITIONS
        ]  # fmt: skip
        return [
            Facts(
                "基本情况",
                [
                    Fact("类型", one.kind_label), Fact("级别", one.level_label), Fact("领域", kinds.AREAS[one.area]),
                    Fact("主办工会", one.org.name), Fact("面向", one.audience.name), Fact("地点", one.place),
                    Fact("咨询电话", one.contact_phone),
                    *([Fact("带动竞赛", one.led_by.title, link=event_url(one.led_by_id))] if one.led_by_id else []),
                    *([Fact("取消原因", one.cancel_reason, wide=True)] if one.cancel_reason else []),
                    Fact("说明", one.summary, wide=True),
                ],
            ),
            Facts("报名办法", signs),
            *([] if one.way == kinds.Way.NONE else [Facts("条件", conditions or [Fact("条件", "在册会员都可以报名", wide=True)])]),
        ]  # fmt: skip

    def timeline(self) -> list[Any]:
        return journal.timeline(self.record)

    def extra(self) -> dict[str, Any]:
        one = self.record
        minutes, times, people = desk.hours_done(one) if one.state not in ("draft", "cancelled") else (0, 0, 0)
        rows = desk.session_rows(one)
        held = [row for row in rows if not row.session.cancelled]
        counted = any(row.session.headcount is not None for row in held)  # on the spot, as the figures take it
        visits = sum(row.came if row.session.headcount is None else row.session.headcount for row in held)
        order = ("placed", "offered", "waiting", "entered", "cancelled", "declined", "expired", "lost")
        return {
            "kind": self.kind,
            "counts": [
                (SignUpState(key).label, self.counts[key], f"{event_url(one.pk, 'sign_ups')}?state={key}")
                for key in order if self.counts.get(key)
            ],
            "places": queries.free_places([one.pk]).get(one.pk),
            "placed": self.counts.get("placed", 0),
            "waiting": self.counts.get("waiting", 0) + self.counts.get("offered", 0),
            "entered": self.counts.get("entered", 0),
            "done": {"minutes": hours_words(minutes), "times": times, "people": people},
            "visits": visits,
            "counted": counted,
            "sessions": rows,
            "session_name": session_name,
            "session_span": lambda row: span_words(row.starts_at, row.ends_at),
            "may_door": self.may(powers.DOOR),
            "may_open": self.may(powers.OPEN),
            "may_children": self.may(powers.CHILDREN),
            "draw": self.draw,
            "draw_badge": Badge(self.draw.state_label, DRAW_TONES[self.draw.state]) if self.draw else None,  # type: ignore[arg-type]
            "liking": queries.liking(one) if one.state in (*RUNNING, *AFTER) else None,
            "rarer": self.rarer(),
            "drift": [] if one.state == "draft" else queries.drift(one),
        }  # fmt: skip


class Share(OfEvent, Page):
    """What to paste into a chat group."""

    title = "发到群里"
    policy = READ
    template = "console/events/share.html"

    @cached_property
    def record(self) -> Any:  # type: ignore[override]
        return self.get_record()

    def context(self) -> dict[str, Any]:
        one = self.record
        path = link_to("portal:service_event", one.pk) or f"/m/events/{one.pk}/"
        return {"record": one, "text": chat_text(one, desk.sessions_of(one), self.request.build_absolute_uri(path))}


def chat_text(one: Any, sessions: list[Any], address: str) -> str:
    """Short, in the order in which people ask: what, when, where, how many, until when, how."""
    lines = [f"【{one.title}】"]
    if len(sessions) == 1:
        lines.append(f"时间：{span_words(sessions[0].starts_at, sessions[0].ends_at)}")
    elif sessions:
        lines.append(f"时间：{span_words(one.first_at, one.last_at)}，共 {len(sessions)} 场")
    if one.place:
        lines.append(f"地点：{one.place}")
    if one.summary:
        lines.append(one.summary.strip().splitlines()[0][:80])
    way = {
        "lot": f"{one.total} 个名额，摇号确定，结果人人可核对", "first": f"{one.total} 个名额，先到先得",
        "nomination": "由各工会推荐，请向所在工会报名", "open": "不限名额，报名就能参加", "none": "不用报名，直接来",
    }[one.way]  # fmt: skip
    lines.append(f"名额：{way}")
    if one.closes_at:
        lines.append(f"报名：{span_words(one.opens_at, one.closes_at)}")
    if one.way in kinds.BY_MEMBERS:
        lines.append(f"点这里报名：{address}")
    if one.contact_phone:
        lines.append(f"咨询：{one.contact_phone}")
    return "\n".join([*lines, one.org.name])
