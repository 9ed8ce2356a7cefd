"""送温暖、送清凉 (domain rules 6.3): money or goods to households on file, goods to firms and sites; what is handed
over is confirmed person by person, by a photo of the signed list or by phone (实名发放).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from gongjia.work.programmes.kinds import AwardKind, CheckKind, Decides, DeskPlace, Once, Subject, Words
from gongjia.work.programmes.registry import TYPES, Desk, ProgrammeType
from gongjia.work.programmes.rules.conditions import decimal_of
from gongjia.work.programmes.rules.facts import Condition, Facts

CLAUSE = "送温暖、送清凉活动通知（发放对象）"
GROUPS = (
    ["laid_off", "非个人意愿下岗失业、低收入或学费过重"],
    ["illness", "大病、灾害、意外"],
    ["firm", "困难企业减薪"],
    ["injury", "工伤、职业病、因公牺牲家属、重病手术"],
    ["new_jobs", "新就业形态劳动者"],
    ["front_line", "重点工程和艰苦岗位一线"],
)

HOUSEHOLD_FIELDS: tuple[dict[str, Any], ...] = (
    {
        "key": "group",
        "label": "慰问对象类别",
        "kind": "choice",
        "required": True,
        "choices": [list(one) for one in GROUPS],
    },
    {"key": "note", "label": "说明", "kind": "text", "sensitive": True, "lines": True, "most": 300},
)
UNIT_FIELDS: tuple[dict[str, Any], ...] = (
    {"key": "site", "label": "慰问的单位或项目", "kind": "text", "required": True, "most": 60},
    {"key": "group", "label": "慰问对象类别", "kind": "choice", "required": True, "choices": [list(one) for one in GROUPS]},
    {"key": "workers", "label": "慰问职工人数", "kind": "number", "whole": True, "min": "1", "max": "100000", "required": True},
    {
        "key": "goods", "label": "慰问品", "kind": "rows", "required": True, "most": 30,
        "columns": [
            {"key": "name", "label": "品名", "kind": "text", "required": True, "most": 30},
            {"key": "count", "label": "数量", "kind": "number", "required": True, "min": "1"},
            {"key": "value", "label": "单价（元）", "kind": "money"},
        ],
    },
    {"key": "on", "label": "计划日期", "kind": "date"},
)  # fmt: skip


def check_unit(facts: Facts) -> Sequence[Condition]:
    """Goods for the people who are there: at most what the round gives per head."""
    per_head = int(facts.round.params.get("per_head", 0))
    workers = int(decimal_of(facts.answer("workers")) or Decimal(0))
    value = goods_value(facts)
    if not per_head or not workers:
        return ()
    fine = value <= per_head * workers
    return (
        Condition(
            "per_head_ok" if fine else "per_head_over", fine, f"慰问品人均不超过 {per_head // 100} 元。",
            fact=f"人均 {value // workers / 100:.2f} 元", clause=CLAUSE, cure="" if fine else "请减少品种或数量。",
        ),
    )  # fmt: skip


def goods_value(facts: Facts) -> int:
    """Fen of all goods of the list."""
    rows = facts.answer("goods", [])
    return int(sum((Decimal(row.get("value", 0)) * (decimal_of(row.get("count")) or 0) for row in rows), Decimal(0)))


TYPES.register(
    ProgrammeType(
        key="gifts",
        label="送温暖、送清凉（困难家庭）",
        area="4",
        code="WN",
        subject=Subject.HOUSEHOLD,
        award_kind=AwardKind.GRANT,
        words=Words(award="列入慰问", declined="未列入", act="慰问", cycle="批", unit="户", apply="申请"),
        brief="夏送清凉、冬送温暖，慰问在档困难职工家庭。",
        sensitive=True,
        fields=HOUSEHOLD_FIELDS,
        desks=(
            Desk(DeskPlace.TOWNSHIP, "乡镇(街道)工会审核"),
            Desk(DeskPlace.OPENER, "主管部门审核", "city_rights|city_service"),
        ),
        decides=Decides.MEETING,
        once_per=Once.ROUND,
        file_needed=True,
        shared=({"check": "member", "retained": True}, {"check": "in_area"}),
    )
)
TYPES.register(
    ProgrammeType(
        key="gifts_units",
        label="送温暖、送清凉（企业、项目）",
        area="4",
        code="WQ",
        subject=Subject.ORG,
        award_kind=AwardKind.GRANT,
        words=Words(award="列入慰问", declined="未列入", act="慰问", cycle="批", unit="家", apply="申请"),
        brief="到企业、工地慰问一线职工，发放慰问品。",
        fields=UNIT_FIELDS,
        desks=(Desk(DeskPlace.TOWNSHIP, "乡镇(街道)工会推荐"), Desk(DeskPlace.OPENER, "主管部门审核")),
        decides=Decides.MEETING,
        once_per=Once.ROUND,
        shared=({"check": "org_active"}, {"check": "in_area"}),
        later=CheckKind.RECEIPT,
        check=check_unit,
        # goods bought by the federation: no money goes to the unit unless the round says an amount
    )
)
