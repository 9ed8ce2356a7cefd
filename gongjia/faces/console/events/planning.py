"""A draft step by step: what and when, how to sign up, who may; then published. Later: changed, copied, called off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from gongjia.base import clock
from gongjia.base.clock import SHANGHAI
from gongjia.base.refused import Reason, Refused
from gongjia.faces.console.events import change_forms as changes
from gongjia.faces.console.events import plan_forms as ours
from gongjia.faces.console.events.one import OPEN, OfEvent, OfSession, event_url, kind_of, session_name, span_words
from gongjia.faces.console.orgs import picking
from gongjia.faces.shared import flash
from gongjia.faces.shared.pages import Fact, FormPage, MovePage
from gongjia.work.events import actions, kinds, powers, queries, rules
from gongjia.work.events.queries import desk

STEPS = (("edit", "活动和时间"), ("plan", "报名办法"), ("terms", "条件和保底"), ("publish", "发布"))


def step_tabs(pk: Any, here: str) -> list[dict[str, Any]]:
    return [
        {"label": f"{number}. {label}", "url": event_url(pk, name), "active": name == here}
        for number, (name, label) in enumerate(STEPS, start=1)
    ]


class Step(OfEvent, FormPage):
    """One step of a draft."""

    policy = OPEN
    template = "console/events/step.html"
    submit_label = "保存，下一步"
    fields_of = ours.FIELDS_OF
    here = ""

    def context(self) -> dict[str, Any]:
        return {"tabs": step_tabs(self.record.pk, self.here), "event": self.record, "offered": []}

    def show(self, form: Any, status: int = 200) -> HttpResponse:
        self.groups = form.blocks
        return super().show(form, status)

    def after(self, result: Any) -> str:
        names = [name for name, _label in STEPS]
        return event_url(self.record.pk, names[names.index(self.here) + 1])


class Edit(Step):
    title = "活动和时间"
    form_class = ours.BasicsForm
    here = "edit"

    @property
    def sessions(self) -> list[Any]:
        return desk.sessions_of(self.record)

    def form_kwargs(self) -> dict[str, Any]:
        kind = kind_of(self.record)
        led = [one for one in desk.leaders(self.actor, kind.key) if one.pk != self.record.pk] if kind.contest else []
        count = max(ours.SESSIONS, len(self.sessions) + ours.SPARE)
        return {"actor": self.actor, "leaders": led, "kind": kind, "count": count}

    def initial(self) -> dict[str, Any]:
        one = self.record
        found = {name: getattr(one, name) for name in ("title", "area", "level", "summary", "place", "contact_phone")}
        found["led_by"] = str(one.led_by_id or "")
        found["audience"] = one.audience.name if one.audience_id != one.org_id else ""
        return found | ours.sessions_initial(self.sessions)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "offered": picking.offered(self.actor, powers.OPEN)}

    def act(self, form: Any) -> Any:
        values = form.event_values(desk.event_of, self.actor)
        values["audience"] = form.cleaned_data["audience"] or self.record.org
        if "led_by" not in form.fields:
            values.pop("led_by")
        if not values["level"]:
            values.pop("level")
        return actions.change_draft(event=self.record, sessions=form.sessions(), actor=self.actor, at=self.at, **values)


class Plan(Step):
    title = "报名办法"
    form_class = ours.SignForm
    here = "plan"

    def form_kwargs(self) -> dict[str, Any]:
        return {"kind": kind_of(self.record), "by_session": self.record.by_session}

    def initial(self) -> dict[str, Any]:
        one, found = self.record, ours.SignForm.initial_of(self.record)
        if one.opens_at is None and one.way != kinds.Way.NONE:
            tomorrow = clock.start_of(self.at.astimezone(SHANGHAI).date() + timedelta(days=1)) + timedelta(hours=9)
            last = (one.first_at - timedelta(days=3)) if one.first_at else tomorrow + timedelta(days=7)
            found |= {
                "opens_at": tomorrow,
                "closes_on": max(last, tomorrow + timedelta(days=4)).astimezone(SHANGHAI).date(),
            }
        return found

    def act(self, form: Any) -> Any:
        return actions.change_draft(event=self.record, actor=self.actor, at=self.at, **form.event_values(self.record))


class Terms(Step):
    title = "条件和保底"
    lead = "在册会员都能报的，什么也不用勾。"
    form_class = ours.TermsForm
    here = "terms"

    def form_kwargs(self) -> dict[str, Any]:
        way = self.record.way
        return {"lot": way == kinds.Way.LOT, "places": way not in (kinds.Way.OPEN, kinds.Way.NONE)}

    def initial(self) -> dict[str, Any]:
        return ours.TermsForm.initial_of(self.record)

    def act(self, form: Any) -> Any:
        return actions.change_draft(event=self.record, actor=self.actor, at=self.at, **form.event_values())


# what is done with an event as a whole ------------------------------------------------------------------------


def told_words(event: Any, session: Any = None) -> str:
    """Who will hear of it, in a sentence."""
    people, reached = desk.told_of(event, session)
    if not people:
        return "还没有人报名，不用通知。"
    rest = f"；{people - reached} 人没有手机账号，请另行转告" if people > reached else ""
    return f"已报名的 {people} 人里，{reached} 人马上收到通知{rest}。"


class EventMove(OfEvent, MovePage):
    policy = OPEN

    def facts(self) -> list[Fact]:
        one = self.record
        return [
            Fact("活动", one.title), Fact("主办工会", one.org.name), Fact("状态", one.state_label),
            Fact("时间", span_words(one.first_at, one.last_at) or "没有场次"),
        ]  # fmt: skip


class Publish(EventMove):
    title = "发布活动"
    verb = "发布"
    ask_note = False
    done_text = "已发布，参加范围内的会员现在就能看到。"
    template = "console/events/publish.html"

    def context(self) -> dict[str, Any]:
        return {"tabs": step_tabs(self.record.pk, "publish") if self.record.state == "draft" else []}

    def facts(self) -> list[Fact]:
        one = self.record
        sessions = desk.sessions_of(one)
        conditions = "；".join(
            f"{rules.CONDITIONS[row['check']].label}：{ours.condition_words(row)}"
            for row in one.conditions
            if row.get("check") in rules.CONDITIONS
        )
        return [
            *super().facts(),
            Fact("类型", f"{one.kind_label}，{one.level_label}，{kinds.AREAS[one.area]}"),
            Fact("面向", one.audience.name),
            Fact("地点", one.place),
            Fact("场次", f"{len(sessions)} 场" + ("，每人选一场" if one.by_session else "")),
            Fact("名额", f"{one.way_label}，{one.total} 个" if one.total else one.way_label),
            Fact("报名", span_words(one.opens_at, one.closes_at) if one.opens_at else "不用报名"),
            Fact("条件", conditions or "在册会员都可以", wide=True),
        ]

    def blocked(self) -> Refused | None:
        if self.record.state != "draft":
            return Refused(Reason("published", "活动已经发布过了。", self.record.state_label))
        found = rules.faults(actions.plan_of(self.record), self.at)
        return Refused(found) if found else None

    def consequences(self) -> list[str]:
        found = ["发布后报名条件、方式和参加范围不能再改；时间、地点和说明还可以改，改了会通知已报名的人。"]
        if self.record.way == kinds.Way.LOT:
            found.append("摇号还要公布种子摘要，公布以后职工才能登记。")
        return found

    def act(self, note: str) -> Any:
        return actions.publish(event=self.record, actor=self.actor, at=self.at)

    def after(self, result: Any) -> str:
        lot = result.way == kinds.Way.LOT and self.may(powers.DRAW)
        return event_url(result.pk, "draw" if lot else "event")


class Close(EventMove):
    title = "截止报名"
    verb = "截止报名"
    note_label = "原因"
    note_help = "还没到截止时间就截止的，要写明原因。"
    done_text = "报名已截止。"

    def consequences(self) -> list[str]:
        return ["不再接受新的报名；候补的仍按顺序递补。", "保底名额没用完的，给所有候补的人（摇号的等开号以后）。"]

    def act(self, note: str) -> Any:
        return actions.close(event=self.record, why=note, actor=self.actor, at=self.at)


class Hold(EventMove):
    title = "登记已举办"
    verb = "登记已举办"
    ask_note = False
    done_text = "已登记为已举办。"

    def consequences(self) -> list[str]:
        counts = desk.tally([self.record.pk]).get(self.record.pk, {})
        waiting = counts.get("waiting", 0) + counts.get("entered", 0)
        return [f"还在候补的 {waiting} 人会收到“没有轮到”的通知。", "签到还可以继续补登，核对以后办结。"]

    def act(self, note: str) -> Any:
        return actions.hold(event=self.record, actor=self.actor, at=self.at)


class Settle(EventMove):
    title = "办结活动"
    verb = "办结"
    ask_note = False
    done_text = "活动已办结。"

    def consequences(self) -> list[str]:
        found = ["人次、人数、学时和服务时长从签到来，办结前请先核对名单。"]
        if self.record.way in (kinds.Way.FIRST, kinds.Way.LOT):
            away = queries.absent_of(self.record).count()
            found.append(
                f"占了名额、没有请假也没有到场的 {away} 人，各记一次爽约，本人会收到通知，可以申诉。"
                if away
                else "没有要记爽约的人。"
            )
        return found

    def act(self, note: str) -> Any:
        return actions.settle(event=self.record, actor=self.actor, at=self.at)


class Cancel(EventMove):
    title = "取消活动"
    verb = "取消活动"
    danger = True
    note_label = "原因"
    note_help = "会原样发给每一位报名的人。"
    note_required = True
    done_text = "活动已取消，已通知报名的人。"

    def consequences(self) -> list[str]:
        return ["所有报名、候补和登记全部取消，不记爽约。", told_words(self.record)]

    def act(self, note: str) -> Any:
        return actions.cancel_event(event=self.record, why=note, actor=self.actor, at=self.at)


class Change(OfEvent, FormPage):
    """What may change once it is published; says who will be told."""

    title = "修改活动"
    policy = OPEN
    form_class = changes.ChangeForm
    template = "console/events/change.html"
    submit_label = "保存并通知"
    fields_of = ours.FIELDS_OF

    def context(self) -> dict[str, Any]:
        return {"told": told_words(self.record), "sessions": desk.sessions_of(self.record), "session_name": session_name,
                "span": span_words, "at": self.at}  # fmt: skip

    def initial(self) -> dict[str, Any]:
        one = self.record
        names = (
            "title",
            "place",
            "summary",
            "contact_phone",
            "hold_hours",
            "door_minutes_early",
            "certificate",
            "waiting_list",
        )
        found = {name: getattr(one, name) for name in names}
        return found | {"free_until": one.free_cancel_until} | ours.closing_initial(one.closes_at)

    def act(self, form: Any) -> Any:
        values = dict(form.cleaned_data)
        why = values.pop("why")
        values["closes_at"] = ours.closing(values.pop("closes_on"), values.pop("closes_time"))
        values["free_cancel_until"] = values.pop("free_until")
        changed = {key: value for key, value in values.items() if value != getattr(self.record, key)}
        if not changed:
            raise Refused(Reason("nothing_changed", "没有改动任何内容。"))
        return actions.change_event(event=self.record, why=why, actor=self.actor, at=self.at, **changed)

    def after(self, result: Any) -> str:
        flash.say(self.request, "已保存。" + told_words(self.record))
        return event_url(self.record.pk)


class ChangeSession(OfSession, FormPage):
    title = "改场次"
    policy = OPEN
    form_class = changes.SessionForm
    submit_label = "保存并通知"
    fields_of = {"session_order": "ends_at", "window_past": "starts_at", "begun": "starts_at", "session_taken": "called_off", "no_session": "called_off"}  # fmt: skip

    def heading(self) -> str:
        return f"改{session_name(self.record)}的时间、地点"

    @property
    def lead(self) -> str:  # type: ignore[override]
        return told_words(self.event, self.record)

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.record, name) for name in ("starts_at", "ends_at", "place", "minutes")}

    def act(self, form: Any) -> Any:
        return actions.change_session(session=self.record, actor=self.actor, at=self.at, **form.cleaned_data)

    def after(self, result: Any) -> str:
        flash.say(self.request, "场次已改。" + told_words(self.event, self.record))
        return event_url(self.event.pk)


class Copy(OfEvent, FormPage):
    title = "复制成系列"
    lead = "照这一场复制成草稿，时间按天往后推；名额分配、报名和材料不带过去。复制后逐场检查、发布。"
    policy = OPEN
    form_class = changes.CopyForm
    submit_label = "复制"
    fields_of = {"shift_missing": "every"}

    def initial(self) -> dict[str, Any]:
        return {"every": 7, "times": 1}

    def act(self, form: Any) -> Any:
        every, times = form.cleaned_data["every"], form.cleaned_data["times"]
        shifts = [timedelta(days=every * n) for n in range(1, times + 1)]
        return actions.copy_event(event=self.record, shifts=shifts, actor=self.actor, at=self.at)

    def after(self, result: Any) -> str:
        flash.say(self.request, f"已复制 {len(result)} 场草稿，请逐场检查、发布。")
        return event_url(result[0].pk) if len(result) == 1 else reverse("console:events") + "?state=draft"
