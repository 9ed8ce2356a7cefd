"""求学圆梦 (domain rules 4.2): places, ages 18–45, six months of social insurance, one degree of a level; a fixed
sum, or 90% / 100% of the tuition by skill and honours; status checks until graduation, then the money.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from gongjia.base.money import show
from gongjia.work.programmes.kinds import (
    AwardKind,
    CheckKind,
    DayUnit,
    Decides,
    DeskPlace,
    NoticePlace,
    Once,
    Subject,
    Words,
)
from gongjia.work.programmes.registry import TYPES, Desk, ProgrammeType
from gongjia.work.programmes.rules.conditions import decimal_of, skill_at_least
from gongjia.work.programmes.rules.facts import Condition, Facts

CLAUSE = "求学圆梦行动实施方案（资助条件）"
INSURED_MONTHS = 6
FIXED = {"college": 500_000, "bachelor": 700_000}  # fen; a round sets its own
SKILLED, WHOLE = 90, 100  # percent of the tuition
HONOURS = frozenset({"model", "medal"})
# the diploma that a level asks for, and those that say the level has been reached already (GB/T 4658)
NEEDS = {"college": ("high_school", "college", "bachelor"), "bachelor": ("college", "bachelor")}
REACHED = {"college": ("college", "bachelor"), "bachelor": ("bachelor",)}
_REGISTER = {
    "20": "bachelor",
    "21": "bachelor",
    "10": "bachelor",
    "11": "bachelor",
    "14": "bachelor",
    "30": "college",
    "31": "college",
}

FIELDS: tuple[dict[str, Any], ...] = (
    {
        "key": "level", "label": "就读层次", "kind": "choice", "required": True,
        "choices": [["college", "大专（高中起点）"], ["bachelor", "本科（专升本）"]],
    },
    {"key": "school", "label": "学校", "kind": "text", "required": True, "most": 60},
    {"key": "major", "label": "专业", "kind": "text", "required": True, "most": 60},
    {
        "key": "diploma", "label": "已取得的最高学历", "kind": "choice", "required": True,
        "choices": [["below", "高中以下"], ["high_school", "高中、中专、技校"], ["college", "大专"], ["bachelor", "本科及以上"]],
    },
    {"key": "insured_months", "label": "连续缴纳社会保险的月数", "kind": "number", "whole": True, "min": "0", "max": "600", "required": True},
    {"key": "contract", "label": "已签订劳动合同；新就业形态劳动者已与平台或用工合作企业订立协议", "kind": "tick", "required": True},
    {"key": "tuition", "label": "学费总额（元）", "kind": "money", "min": "1", "max": "200000"},
    {
        "key": "honour", "label": "获得的荣誉", "kind": "choice", "required": True,
        "choices": [["none", "没有"], ["model", "县级以上劳动模范"], ["medal", "五一劳动奖章"]],
    },
    {"key": "enrolment", "label": "录取通知书或学籍证明", "kind": "file", "required": True},
    {"key": "insurance", "label": "社保缴纳证明", "kind": "file"},
    {"key": "promise", "label": "就读期间离开本地单位、会籍转到外地或退会的，不再资助", "kind": "tick", "required": True},
)  # fmt: skip

HELD = dict(next(one for one in FIELDS if one["key"] == "diploma")["choices"])


def check(facts: Facts) -> Sequence[Condition]:
    """Insurance of six months in a row; the degree below, and none of the same level yet."""
    months = decimal_of(facts.answer("insured_months")) or Decimal(0)
    least = int(facts.round.params.get("insured_months", INSURED_MONTHS))
    level, given = str(facts.answer("level", "")), str(facts.answer("diploma", ""))
    reached = given in REACHED.get(level, ()) or _REGISTER.get(facts.person.education, "") in REACHED.get(level, ())
    fits = given in NEEDS.get(level, ())
    name = {"college": "大专", "bachelor": "本科"}.get(level, level)
    return (
        Condition(
            "insured" if months >= least else "insured_short", months >= least, f"连续参加社会保险 {least} 个月以上。",
            fact=f"{months} 个月", clause=CLAUSE, cure="" if months >= least else "缴满后再申请。",
        ),
        Condition(
            "diploma" if fits else "diploma_missing", fits,
            "读本科须已取得大专学历。" if level == "bachelor" else "读大专须已取得高中（中专、技校）学历。",
            fact=HELD.get(given, given), clause=CLAUSE, cure="" if fits else "请核对已取得的学历。",
        ),
        Condition(
            "first_degree" if not reached else "same_level", not reached, f"不资助第二个{name}学历。",
            fact=HELD.get(given, given), clause=CLAUSE, cure="登记的学历有误的，请所在工会更正。" if reached else "",
        ),
    )  # fmt: skip


def amount(facts: Facts, tier: str = "") -> int:
    """Fen. 高级工 and above: 90% of the tuition; 高级技师, model workers and medal holders: 100%; else the fixed sum.

    Percentages never give less than the fixed sum would; the tuition itself is never exceeded by them.
    """
    params = facts.round.params
    fixed = int((params.get("fixed") or FIXED).get(str(facts.answer("level", "")), 0)) or facts.round.amount
    if facts.round.amount:
        fixed = facts.round.amount
    percent = percent_of(facts)
    tuition = int(facts.answer("tuition", 0) or 0)
    if not percent or not tuition:
        return fixed
    return max(min(fixed, tuition), tuition * percent // 100)


def percent_of(facts: Facts) -> int:
    """0 where the fixed sum applies."""
    if facts.answer("honour") in HONOURS or skill_at_least(facts.person.skill_level, "1"):
        return WHOLE
    return SKILLED if skill_at_least(facts.person.skill_level, "3") else 0


def conditions(facts: Facts) -> Sequence[Condition]:
    """What one may expect, before the form: no condition to fail, only the sum as it stands."""
    fixed = facts.round.amount or max((facts.round.params.get("fixed") or FIXED).values())
    percent = percent_of(facts)
    words = f"学费的 {percent}%" if percent else f"定额，最高 {show(int(fixed))}"
    return (
        Condition(
            "amount_expected",
            True,
            f"按登记的技术等级，资助标准为{words}。",
            fact=facts.person.skill_level or "没有登记",
            clause=CLAUSE,
        ),
    )


TYPES.register(
    ProgrammeType(
        key="tuition",
        label="求学圆梦资助",
        area="2",
        code="QX",
        subject=Subject.PERSON,
        award_kind=AwardKind.GRANT,
        words=Words(award="列入资助", declined="未列入", act="资助", cycle="年度", apply="申请"),
        brief="在职职工读大专、本科，毕业后按标准资助学费。",
        fields=FIELDS,
        desks=(
            Desk(DeskPlace.OWN, "基层工会审核"),
            Desk(DeskPlace.TOWNSHIP, "乡镇(街道)工会审核"),
            Desk(DeskPlace.OPENER, "资格复审"),
        ),
        decides=Decides.MEETING,
        notice_place=NoticePlace.SITE,
        notice_days=5,
        notice_unit=DayUnit.WORKDAY,
        once_per=Once.LIFE,
        shared=(
            {"check": "member"},
            {"check": "in_area"},
            {"check": "age", "min": 18, "max": 45},
        ),
        params={"insured_months": INSURED_MONTHS, "fixed": FIXED},
        later=CheckKind.GRADUATION,
        conditions=conditions,
        check=check,
        amount=amount,
    )
)
