"""What an event must have before anybody sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from gongjia.base.refused import Reason, fact_of
from gongjia.work.events import kinds
from gongjia.work.events.rules.eligibility import condition_faults


@dataclass(frozen=True)
class Plan:
    """An event as it would be published."""

    kind: str
    title: str
    way: str
    total: int
    by_session: bool
    guests_max: int
    hold_hours: int
    opens_at: datetime | None
    closes_at: datetime | None
    free_cancel_until: datetime | None
    short_window_why: str
    place: str
    conditions: Any = ()
    groups: Any = ()
    sessions: Sequence[tuple[datetime, datetime, int | None, str]] = ()  # start, end, places, place
    params: Mapping[str, Any] = field(default_factory=dict)


def faults(plan: Plan, at: datetime) -> list[Reason]:
    """Everything that is missing or does not fit, all at once."""
    return _numbers(plan) + _times(plan, at) + condition_faults(plan.conditions) + group_faults(plan)


def _numbers(plan: Plan) -> list[Reason]:
    found = []
    if not plan.title.strip():
        found.append(Reason("title_missing", "请填写活动名称。"))
    if not plan.sessions:
        found.append(Reason("no_session", "请填写举办时间。", cure="至少要有一场。"))
    if not plan.place.strip() and not (plan.sessions and all(place.strip() for _s, _e, _n, place in plan.sessions)):
        found.append(Reason("place_missing", "请填写地点。"))
    places = [places for _s, _e, places, _p in plan.sessions]
    if plan.by_session and not all(places):
        found.append(Reason("session_places", "按场次报名的，每一场都要填名额。"))
    if not plan.by_session and any(places):
        found.append(Reason("session_places_unused", "不按场次报名的，名额填在活动上，场次上不填。"))
    if plan.way not in kinds.UNLIMITED and not plan.total and not plan.by_session:
        found.append(Reason("total_missing", "请填写名额。", cure="不限名额的，请把方式改成“不限名额”。"))
    if plan.way in (kinds.Way.OPEN, kinds.Way.NONE) and (plan.total or plan.by_session):
        found.append(Reason("total_unused", "不限名额或不用报名的活动不填名额。"))
    if plan.hold_hours < kinds.HOLD_HOURS:
        found.append(
            Reason(
                "hold_short", f"递补名额至少保留 {kinds.HOLD_HOURS} 小时，夜班职工才来得及确认。", str(plan.hold_hours)
            )
        )
    return found


def _times(plan: Plan, at: datetime) -> list[Reason]:
    found = []
    signs = plan.way != kinds.Way.NONE
    if signs and (plan.opens_at is None or plan.closes_at is None):
        return [Reason("window_missing", "请填写报名开始和截止时间。")]
    if not signs:
        return []
    assert plan.opens_at is not None and plan.closes_at is not None
    if plan.closes_at <= plan.opens_at:
        found.append(Reason("window_order", "报名截止要晚于开始。", fact_of(plan.closes_at)))
    if plan.closes_at <= at:
        found.append(Reason("window_past", "报名截止时间已经过去。", fact_of(plan.closes_at)))
    first = min((start for start, _e, _n, _p in plan.sessions), default=None)
    if first is not None and plan.closes_at > first:
        found.append(Reason("window_after_start", "报名截止不能晚于第一场开始。", fact_of(first)))
    if plan.free_cancel_until is not None and first is not None and plan.free_cancel_until > first:
        found.append(Reason("free_cancel_late", "免责取消的时间不能晚于第一场开始。", fact_of(first)))
    if plan.way == kinds.Way.LOT and not plan.short_window_why.strip():
        found += _lot_window(plan)
    return found


def _lot_window(plan: Plan) -> list[Reason]:
    """The entry window of a lot lasts 72 hours and ends at 24:00 unless said otherwise."""
    found: list[Reason] = []
    opens_at, closes_at = plan.opens_at, plan.closes_at
    if opens_at is None or closes_at is None:
        return found
    if closes_at - opens_at < timedelta(hours=kinds.LOT_WINDOW_HOURS):
        found.append(
            Reason(
                "lot_window_short", f"摇号登记至少开放 {kinds.LOT_WINDOW_HOURS} 小时。", fact_of(closes_at),
                cure="延长登记时间，或写明缩短的原因。",
            )
        )  # fmt: skip
    if fact_of(closes_at)[-5:] != "00:00":
        found.append(
            Reason(
                "lot_window_midnight",
                "摇号登记在当天 24:00 截止。",
                fact_of(closes_at),
                cure="改成次日零点，或写明原因。",
            )
        )
    return found


def group_faults(plan: Plan) -> list[Reason]:
    """At most one guaranteed group: two would each take from what the other is guaranteed."""
    groups = plan.groups
    if not groups:
        return []
    if not isinstance(groups, (list, tuple)) or len(groups) > 1:
        return [Reason("group_one", "一场活动最多保障一类人。", cure="请只留一类。")]
    row = groups[0]
    if not isinstance(row, dict) or row.get("key") not in kinds.WorkKey.values:
        return [Reason("group_unknown", "没有这样的保障对象。", str(row)[:60], cure="请从列表里选。")]
    percent = row.get("at_least_percent")
    if isinstance(percent, bool) or not isinstance(percent, int) or not 1 <= percent <= 100:
        return [Reason("group_percent", "保障比例填 1 到 100。", str(percent))]
    if plan.way in (kinds.Way.OPEN, kinds.Way.NONE):
        return [Reason("group_unused", "不限名额的活动不用保障比例。")]
    return []
