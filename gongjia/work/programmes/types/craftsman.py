"""工匠命名 (domain rules 3.1): ten years in the trade and one of five conditions; a first prize waives the years;
a weighted panel, a notice of at least five working days, the prize of the round.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from gongjia.work.programmes.kinds import AwardKind, DayUnit, Decides, DeskPlace, NoticePlace, Once, Subject, Words
from gongjia.work.programmes.registry import TYPES, Desk, ProgrammeType
from gongjia.work.programmes.rules.conditions import decimal_of
from gongjia.work.programmes.rules.facts import Condition, Facts

CLAUSE = "工匠认定办法（申报条件）"
YEARS = 10
NOTICE_LEAST = 5  # working days
FIVE = (
    ["skill", "掌握绝技绝活，或有先进操作法"],
    ["influence", "在同行业有较大影响力"],
    ["innovation", "有技术革新、攻关成果，取得经济或社会效益"],
    ["contest", "在市级以上技能大赛获第一名"],
    ["teaching", "培养技能人才、传授技艺成绩突出"],
)
# places that waive the ten years: world and national the first three, provincial and city the first
PRIZES = (
    ["none", "没有"],
    ["world", "世界级前三名"],
    ["national", "国家级前三名"],
    ["province", "省级第一名"],
    ["city", "设区的市级第一名"],
)
WAIVES = frozenset({"world", "national", "province"})

FIELDS: tuple[dict[str, Any], ...] = (
    {"key": "trade", "label": "所从事的工种", "kind": "text", "required": True, "most": 30},
    {"key": "years", "label": "从事本工种的年数", "kind": "number", "whole": True, "min": "0", "max": "60", "required": True},
    {"key": "front_line", "label": "现在一线岗位工作", "kind": "tick", "required": True},
    {"key": "five", "label": "符合的条件（至少一项）", "kind": "choice", "many": True, "required": True, "choices": list(FIVE)},
    {"key": "prize", "label": "大赛名次", "kind": "choice", "required": True, "choices": list(PRIZES)},
    {
        "key": "prize_proof", "label": "获奖证书", "kind": "file", "required": True,
        "show_if": {"field": "prize", "is": ["world", "national", "province", "city"]},
    },
    {"key": "deeds", "label": "主要事迹", "kind": "text", "required": True, "lines": True, "most": 2000},
    {"key": "brief", "label": "简要事迹（公示用，不写隐私）", "kind": "text", "required": True, "most": 100},
    {"key": "proof", "label": "证明材料", "kind": "file", "most": 10},
    {"key": "honest", "label": "遵纪守法，材料属实", "kind": "tick", "required": True},
)  # fmt: skip


def conditions(facts: Facts) -> Sequence[Condition]:
    """In service; below the age of the round where it sets one."""
    at_work = facts.person.employment in ("", "1")
    found = [
        Condition(
            "in_service" if at_work else "not_in_service", at_work, "在职职工。" if at_work else "须是在职职工。",
            fact=facts.person.employment or "没有登记", clause=CLAUSE, cure="" if at_work else "请所在工会更正就业状况。",
        )
    ]  # fmt: skip
    most = facts.round.params.get("below_age")
    age = facts.person.age_on(facts.today)
    if most and not facts.round.params.get("outstanding_exempt"):
        fine = age is not None and age < int(most)
        found.append(
            Condition(
                "below_age" if fine else "over_age", fine, f"须不满 {most} 周岁。",
                fact=f"{age} 周岁" if age is not None else "没有登记出生日期", clause=CLAUSE,
                cure="" if fine else "登记有误的，请所在工会更正出生日期。",
            )
        )  # fmt: skip
    return found


def check(facts: Facts) -> Sequence[Condition]:
    """Ten years and more (以上 includes ten), waived by a first prize; one of the five conditions."""
    least = int(facts.round.params.get("years", YEARS))
    years = decimal_of(facts.answer("years")) or Decimal(0)
    waived = facts.answer("prize") in WAIVES
    long = years >= least
    five = facts.answer("five", [])
    contest = facts.answer("prize", "none") != "none"
    found = [
        Condition(
            "years" if long or waived else "years_few", long or waived,
            f"从事本工种 {least} 年以上" + ("（大赛获奖，不受年限限制）。" if waived and not long else "。"), fact=f"{years} 年",
            clause=CLAUSE, cure="" if long or waived else "年限不够的，可等满年限再申报。",
        ),
        Condition(
            "one_of_five" if five else "none_of_five", bool(five), "五项条件至少符合一项。", fact=f"{len(five)} 项", clause=CLAUSE,
        ),
    ]  # fmt: skip
    if "contest" in five:
        found.append(
            Condition(
                "contest_named" if contest else "contest_unnamed", contest, "选了“大赛第一名”的，要选明大赛名次并附证书。",
                clause=CLAUSE, cure="" if contest else "请选大赛名次，或去掉这一项。",
            )
        )  # fmt: skip
    return found


TYPES.register(
    ProgrammeType(
        key="craftsman",
        label="工匠命名",
        area="1",
        code="GJ",
        subject=Subject.PERSON,
        award_kind=AwardKind.HONOUR,
        words=Words(award="命名", declined="未入选", act="命名", cycle="届"),
        brief="一线技能人才，经基层推荐、专家评审、社会公示后命名。",
        fields=FIELDS,
        desks=(
            Desk(DeskPlace.OWN, "基层推荐"),
            Desk(DeskPlace.TOWNSHIP, "乡镇(街道)、产业工会推荐"),
            Desk(DeskPlace.OPENER, "资格审查", "city_labour"),
            Desk(DeskPlace.OPENER, "复审", "city_publicity|leader"),
        ),
        decides=Decides.MEETING,
        notice_place=NoticePlace.BOTH,
        notice_days=NOTICE_LEAST,
        notice_unit=DayUnit.WORKDAY,
        notice_least=NOTICE_LEAST,
        once_per=Once.LIFE,
        shared=({"check": "member"}, {"check": "in_area"}),
        params={"years": YEARS},
        criteria=(
            {"key": "craft", "label": "技艺水平", "weight": 40, "most": 10},
            {"key": "results", "label": "业绩贡献", "weight": 30, "most": 10},
            {"key": "teaching", "label": "传帮带", "weight": 20, "most": 10},
            {"key": "conduct", "label": "职业道德", "weight": 10, "most": 10},
        ),
        certificate=True,
        conditions=conditions,
        check=check,
    )
)
