"""我能报名吗: every condition answered one by one, and the reasons when the answer is no.

`checks` is what a page shows; `reasons` what an act refuses with. Both work on facts that were gathered by set, so
that one person at a counter and a thousand in a rush are judged by the same lines. 以上/以下 include the number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from gongjia.base.period import add_months
from gongjia.base.refused import Reason, fact_of
from gongjia.work.events import kinds
from gongjia.work.events.rules.facts import Check, Facts, Terms

NOTICE = "本活动通知"
_SHANGHAI = ZoneInfo("Asia/Shanghai")
OWN_UNION = "请联系所在基层工会核对。"
_SKILL_RANK = {"11": 7, "12": 6, "1": 5, "2": 4, "3": 3, "4": 2, "5": 1, "18": 0}
_SKILLS = {
    "11": "首席技师",
    "12": "特级技师",
    "1": "高级技师",
    "2": "技师",
    "3": "高级工",
    "4": "中级工",
    "5": "初级工",
}


@dataclass(frozen=True)
class Condition:
    """A shared condition. `asks` are the parameters that an officer fills in: key -> 中文."""

    key: str
    label: str
    test: Callable[[Facts, Terms, Mapping[str, Any], datetime], Check]
    asks: Mapping[str, str] = field(default_factory=dict)


def _age(facts: Facts, terms: Terms, params: Mapping[str, Any], at: datetime) -> Check:
    """Full years on the day of the event, both ends included (民法典 1259)."""
    least, most = whole(params.get("min")), whole(params.get("max"))
    words = "、".join(
        part for part in (
            f"年满 {least} 周岁" if least is not None else "", f"{most} 周岁以下" if most is not None else "",
        ) if part
    )  # fmt: skip
    age = facts.age_on(_day(terms.starts_at or at))
    if age is None:
        return Check(
            "age_unknown", False, f"须{words}，但没有登记出生日期。", clause="《民法典》第1259条", cure="请所在工会补登出生日期。",
        )  # fmt: skip
    fine = (least is None or age >= least) and (most is None or age <= most)
    return Check(
        "age" if fine else "age_out", fine, f"须{words}（含本数，按活动当天算）。", f"{age} 周岁", "《民法典》第1259条",
        "" if fine else "登记有误的，请所在工会更正出生日期。",
    )  # fmt: skip


def _sex(facts: Facts, terms: Terms, params: Mapping[str, Any], at: datetime) -> Check:
    wanted = str(params.get("sex") or "2")
    fine = facts.sex == wanted
    return Check(
        "sex" if fine else "sex_other", fine, f"面向{'女' if wanted == '2' else '男'}职工。",
        {"1": "男", "2": "女"}.get(facts.sex, "没有登记"), NOTICE, "" if fine else OWN_UNION,
    )  # fmt: skip


def _rural(facts: Facts, terms: Terms, params: Mapping[str, Any], at: datetime) -> Check:
    fine = facts.is_rural_worker
    return Check(
        "rural" if fine else "not_rural",
        fine,
        "面向农民工。",
        "是" if fine else "否",
        NOTICE,
        "" if fine else OWN_UNION,
    )


def _trade(facts: Facts, terms: Terms, params: Mapping[str, Any], at: datetime) -> Check:
    fine = bool(facts.trade)
    return Check(
        "new_trade" if fine else "not_new_trade", fine, "面向新就业形态劳动者。", facts.trade or "没有登记", NOTICE,
        "" if fine else "请所在工会登记职业。",
    )  # fmt: skip


def _skill(facts: Facts, terms: Terms, params: Mapping[str, Any], at: datetime) -> Check:
    least = str(params.get("least") or "3")
    fine = facts.skill_level in _SKILL_RANK and _SKILL_RANK[facts.skill_level] >= _SKILL_RANK.get(least, 99)
    return Check(
        "skill" if fine else "skill_low", fine, f"技术等级须达到{_SKILLS.get(least, least)}及以上。",
        _SKILLS.get(facts.skill_level, "没有登记"), NOTICE, "" if fine else "请带证书到所在工会更正技术等级。",
    )  # fmt: skip


def _membership(facts: Facts, terms: Terms, params: Mapping[str, Any], at: datetime) -> Check:
    months = whole(params.get("months")) or 0
    fine = facts.joined_on is not None and add_months(facts.joined_on, months) <= _day(at)
    return Check(
        "membership" if fine else "membership_short", fine, f"入会须满 {months} 个月。",
        f"{facts.joined_on:%Y-%m-%d} 入会" if facts.joined_on else "没有入会日期", NOTICE, "" if fine else OWN_UNION,
    )  # fmt: skip


def _work(facts: Facts, terms: Terms, params: Mapping[str, Any], at: datetime) -> Check:
    wanted = str(params.get("key") or kinds.WorkKey.FRONT_LINE)
    label = kinds.WorkKey(wanted).label if wanted in kinds.WorkKey.values else wanted
    fine = wanted in facts.work
    return Check(
        "work" if fine else "work_other", fine, f"面向{label}职工。", "是" if fine else "没有登记", NOTICE,
        "" if fine else "请所在工会登记岗位情况。",
    )  # fmt: skip


def _fresh(facts: Facts, terms: Terms, params: Mapping[str, Any], at: datetime) -> Check:
    """Not served within so many years: from the corresponding day on it is allowed again."""
    years = whole(params.get("years")) or kinds.NEVER_SERVED_YEARS
    fine = facts.served_on is None or add_months(facts.served_on, 12 * years) <= _day(at)
    return Check(
        "fresh" if fine else "served_lately", fine, f"{years} 年内没有参加过名额活动。",
        f"上次 {facts.served_on:%Y-%m-%d}" if facts.served_on else "没有参加过", NOTICE,
        "" if fine else "可以参加不限名额的活动。",
    )  # fmt: skip


def _most(facts: Facts, terms: Terms, params: Mapping[str, Any], at: datetime) -> Check:
    """A limit per person over the events of one series."""
    most = whole(params.get("most")) or 1
    fine = facts.of_series < most
    return Check(
        "series_free" if fine else "series_full", fine, f"同一系列每人最多报 {most} 场。", f"已报 {facts.of_series} 场",
        NOTICE, "" if fine else "取消其中一场以后可以再报。",
    )  # fmt: skip


CONDITIONS: dict[str, Condition] = {
    one.key: one
    for one in (
        Condition("age", "年龄", _age, {"min": "最小周岁", "max": "最大周岁"}),
        Condition("sex", "性别", _sex, {"sex": "代码"}),
        Condition("rural", "农民工", _rural),
        Condition("trade", "新就业形态", _trade),
        Condition("skill", "技术等级", _skill, {"least": "最低等级代码"}),
        Condition("membership", "入会满若干月", _membership, {"months": "月数"}),
        Condition("work", "岗位", _work, {"key": "岗位代码"}),
        Condition("fresh", "若干年内没参加过", _fresh, {"years": "年数"}),
        Condition("series_most", "同一系列最多几场", _most, {"most": "场数"}),
    )
}


def checks(facts: Facts, terms: Terms, at: datetime) -> list[Check]:
    """Every condition, answered; the page of an event shows them all. Windows and places are not among them."""
    fine = facts.standing == "active"
    found = [
        Check(
            "member" if fine else "not_member", fine, "须是在册工会会员。", facts.org_name or "没有会籍",
            "《工会会员会籍管理办法》第三条", "" if fine else "还没入会的请先申请入会；已入会的请联系所在基层工会核对会籍。",
        )
    ]  # fmt: skip
    if fine:
        found.append(
            Check(
                "in_audience" if facts.in_audience else "outside", facts.in_audience,
                f"面向{terms.audience}及下级工会的会员。", facts.org_name, NOTICE,
                "" if facts.in_audience else "请看看所在工会的活动。",
            )
        )  # fmt: skip
    if terms.matching:
        found.append(_adult(facts, terms, at))
    found += [
        CONDITIONS[row["check"]].test(facts, terms, row, at)
        for row in terms.conditions
        if row.get("check") in CONDITIONS
    ]
    if terms.way in (kinds.Way.FIRST, kinds.Way.LOT):
        found += _rest(facts, at)
    return found


def _adult(facts: Facts, terms: Terms, at: datetime) -> Check:
    """联谊: adults only; without a birth date on file nobody can tell (domain rules 7.6)."""
    age = facts.age_on(_day(terms.starts_at or at))
    fine = age is not None and age >= 18
    return Check(
        "adult" if fine else "not_adult", fine, "只面向成年人。", f"{age} 周岁" if age is not None else "没有登记出生日期",
        "《民法典》第十七条", "" if fine else "登记有误的，请所在工会更正出生日期。",
    )  # fmt: skip


def rest_until(faults: Sequence[date], day: date) -> date | None:
    """Until which day (exclusive) somebody gets no scarce place; None when they may.

    `FAULTS_MOST` marks within `FAULT_MONTHS` months bring `REST_MONTHS` months from the last of them.
    """
    known = sorted(faults)
    until = None
    for place in range(kinds.FAULTS_MOST - 1, len(known)):
        first, last = known[place - kinds.FAULTS_MOST + 1], known[place]
        if last < add_months(first, kinds.FAULT_MONTHS):
            until = add_months(last, kinds.REST_MONTHS)
    return until if until is not None and day < until else None


def _rest(facts: Facts, at: datetime) -> list[Check]:
    until = rest_until(facts.faults, _day(at))
    if until is None:
        return []
    return [
        Check(
            "resting", False,
            f"{kinds.FAULT_MONTHS} 个月内爽约 {kinds.FAULTS_MOST} 次，{until:%Y-%m-%d} 起才能再报名额活动。",
            "、".join(f"{day:%Y-%m-%d}" for day in facts.faults), "活动报名须知",
            "有正当理由的，可以在爽约记录里申诉；不限名额的活动和工会推荐不受影响。",
        )
    ]  # fmt: skip


def reasons(facts: Facts, terms: Terms, at: datetime, *, by: str = "self") -> list[Reason]:
    """Why this person may not sign up at this moment; empty when they may. `by`: kinds.SignedBy.

    A union that nominates is not bound to the opening moment; where everybody races for places, a group is.
    """
    found = window(terms, at, by=by)
    if by in ("self", "rush") and terms.way == kinds.Way.NOMINATION:
        found.append(
            Reason("by_nomination", "本活动由工会推荐，不接受个人报名。", clause=NOTICE, cure="请向所在基层工会提出。")
        )
    if by in ("self", "rush") and terms.way == kinds.Way.NONE:
        found.append(Reason("no_sign_up", "本活动不用报名，直接参加。", clause=NOTICE))
    if facts.died:
        found.append(Reason("died", "登记为已去世，不能报名。", cure=OWN_UNION))
    for check in checks(facts, terms, at):
        if not check.ok:
            found.append(Reason(check.code, check.sentence, check.fact, check.clause, check.cure))
    return found


def window(terms: Terms, at: datetime, *, by: str = "self") -> list[Reason]:
    """The sign-up window is [opens_at, closes_at): `opens_at` itself is in time, `closes_at` is too late."""
    if terms.state == "cancelled":
        return [Reason("cancelled", "活动已取消。")]
    if terms.state == "draft":
        return [Reason("not_published", "活动还没有发布。")]
    if terms.state in ("held", "settled"):
        return [Reason("over", "活动已经举办过了。")]
    early = by == "union" and terms.way == kinds.Way.NOMINATION
    if not early and terms.opens_at is not None and at < terms.opens_at:
        return [
            Reason(
                "not_open_yet",
                f"{fact_of(terms.opens_at)} 开始报名。",
                fact_of(at),
                cure="到时间再来，系统以服务器时间为准。",
            )
        ]
    if terms.closes_at is not None and at >= terms.closes_at:
        return [Reason("closed", f"报名已于 {fact_of(terms.closes_at)} 截止。", fact_of(at), cure="请看看其他活动。")]
    if terms.state == "closed":
        return [Reason("closed", "报名已经截止。", cure="请看看其他活动。")]
    if terms.starts_at is not None and at >= terms.starts_at:
        return [Reason("begun", "活动已经开始，不能再报名。", fact_of(terms.starts_at), cure="请看看其他活动。")]
    return []


def guest_faults(terms: Terms, guests: int) -> list[Reason]:
    """How many come along. In a children's class `guests` are the children, at least one."""
    if guests < 0 or guests > terms.guests_max:
        return [
            Reason(
                "guests_most", f"最多带 {terms.guests_max} 人。" if not terms.children else f"每人最多报 {terms.guests_max} 个孩子。",
                str(guests), NOTICE, "请减少人数。",
            )
        ]  # fmt: skip
    if terms.children and guests == 0:
        return [Reason("no_child", "请写明报名的孩子。", cure="至少填写一个孩子。")]
    return []


def seats_of(terms: Terms, guests: int) -> int:
    """How many places a sign-up takes: the person and those who come along; in a children's class the children."""
    return guests if terms.children else 1 + guests


def condition_faults(rows: Any) -> list[Reason]:
    """What is wrong with the conditions as an officer chose them."""
    if not isinstance(rows, (list, tuple)):
        return [Reason("conditions_bad", "条件的格式不对。")]
    found = []
    for row in rows:
        known = CONDITIONS.get(row.get("check", "")) if isinstance(row, dict) else None
        if known is None:
            found.append(Reason("condition_unknown", "没有这样的条件。", str(row)[:60], cure="请从列表里选。"))
        elif known.key == "age" and whole(row.get("min")) is None and whole(row.get("max")) is None:
            found.append(Reason("condition_empty", "年龄条件要填最小或最大周岁。"))
        elif known.key == "work" and row.get("key") not in kinds.WorkKey.values:
            found.append(Reason("condition_empty", "岗位条件要选一种岗位。"))
    return found


def whole(value: Any) -> int | None:
    try:
        return None if value in (None, "") else int(value)
    except (TypeError, ValueError):
        return None


def _day(moment: datetime) -> date:
    return moment.astimezone(_SHANGHAI).date()
