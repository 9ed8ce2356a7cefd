"""疗休养 (domain rules 6.6): at most five days with the journey, a daily and a yearly cost cap, a gap between two,
priority groups first, family at its own cost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from gongjia.base.money import show
from gongjia.work.programmes.kinds import AwardKind, CheckKind, Decides, DeskPlace, Once, Subject, Words
from gongjia.work.programmes.registry import TYPES, Desk, ProgrammeType
from gongjia.work.programmes.rules.conditions import decimal_of
from gongjia.work.programmes.rules.facts import Condition, Facts

CLAUSE = "浙江省职工疗休养有关规定（天数、标准）"
DAYS, DAYS_PARTNER = 5, 7  # with the journey; 对口帮扶 areas seven
PER_DAY, PER_YEAR = 60_000, 300_000  # fen
GROUPS = {
    "front_line": "一线岗位",
    "hard": "艰苦、有毒有害岗位",
    "model": "劳模先进",
    "skilled": "高技能人才",
    "injury": "工伤职工",
    "retiring": "临近退休",
}
POINTS: dict[str, int] = {"front_line": 25, "hard": 25, "model": 20, "skilled": 15, "injury": 20, "retiring": 10}
PLACES = (
    ["zhejiang", "省内"],
    ["delta", "长三角"],
    ["border", "浙皖闽赣国家生态旅游协作区"],
    ["partner", "对口支援、帮扶、合作地区"],
)

FIELDS: tuple[dict[str, Any], ...] = (
    {"key": "place", "label": "疗休养地", "kind": "choice", "required": True, "choices": [list(one) for one in PLACES]},
    {"key": "days", "label": "天数（含路途）", "kind": "number", "whole": True, "min": "1", "max": "14", "required": True},
    {"key": "cost", "label": "预计费用（元）", "kind": "money", "required": True},
    {"key": "parts", "label": "分几次", "kind": "number", "whole": True, "min": "1", "max": "5"},
    {"key": "groups", "label": "属于哪些优先对象", "kind": "choice", "many": True, "choices": [[k, v] for k, v in GROUPS.items()]},
    {"key": "family", "label": "同行家属人数", "kind": "number", "whole": True, "min": "0", "max": "10"},
    {"key": "family_own_cost", "label": "家属费用自理，另与旅行社签订合同", "kind": "tick"},
)  # fmt: skip


def check(facts: Facts) -> Sequence[Condition]:
    """Days, money, parts, family: each with what the rule says and what was filled in."""
    params = facts.round.params
    partner = facts.answer("place") == "partner"
    most_days = int(params.get("days_partner", DAYS_PARTNER) if partner else params.get("days", DAYS))
    days = int(decimal_of(facts.answer("days")) or Decimal(0))
    per_day, per_year = int(params.get("per_day", PER_DAY)), int(params.get("per_year", PER_YEAR))
    cost = int(facts.answer("cost", 0))
    cap = min(per_day * days, per_year)
    most_parts = int(params.get("parts", 2))
    parts = int(decimal_of(facts.answer("parts")) or Decimal(1))
    family = int(decimal_of(facts.answer("family")) or Decimal(0))
    own_cost = family == 0 or facts.answer("family_own_cost") is True
    return (
        _yes("days", days <= most_days, f"含路途不超过 {most_days} 天。", f"{days} 天", "请减少天数。"),
        _yes(
            "cost", cost <= cap, f"每人每天不超过 {show(per_day)}，每年不超过 {show(per_year)}。", show(cost), "超出部分不能列支，请调整。",
        ),
        _yes("parts", parts <= most_parts, f"最多分 {most_parts} 次。", f"{parts} 次", "请合并。"),
        _yes("family", own_cost, "家属随行费用自理，并另签旅游合同。", f"{family} 人", "请勾选家属费用自理。"),
    )  # fmt: skip


def _yes(code: str, fine: bool, sentence: str, fact: str, cure: str) -> Condition:
    return Condition(
        code if fine else f"{code}_over", fine, sentence, fact=fact, clause=CLAUSE, cure="" if fine else cure
    )


def score(params: Mapping[str, Any], answers: Mapping[str, Any]) -> Decimal:
    """Points of the priority groups, at most 100: who goes first when places are short."""
    table = {**POINTS, **(params.get("points") or {})}
    given = answers.get("groups") or []
    return Decimal(min(100, sum(int(table.get(code, 0)) for code in given)))


TYPES.register(
    ProgrammeType(
        key="convalescence",
        label="职工疗休养",
        area="4",
        code="LX",
        subject=Subject.PERSON,
        award_kind=AwardKind.PLACE,
        words=Words(award="列入名单", declined="未列入", act="安排疗休养", cycle="批", apply="报名"),
        brief="一线、艰苦岗位职工优先，五天以内（含路途）。",
        fields=FIELDS,
        desks=(Desk(DeskPlace.OWN, "基层工会推荐"), Desk(DeskPlace.OPENER, "主办部门审核")),
        decides=Decides.MEETING,
        once_per=Once.YEAR,
        gap_years=1,
        shared=({"check": "member"}, {"check": "in_area"}),
        params={"days": DAYS, "days_partner": DAYS_PARTNER, "per_day": PER_DAY, "per_year": PER_YEAR, "parts": 2},
        later=CheckKind.ATTENDANCE,
        check=check,
        score=score,
    )
)
