"""困难帮扶 (domain rules 6.2–6.3): only with a hardship file in force (先建档、后帮扶); kinds with caps per household
and year; made public inside the unit at most.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gongjia.base.money import show
from gongjia.work.programmes.kinds import AwardKind, DayUnit, Decides, DeskPlace, NoticePlace, Once, Subject, Words
from gongjia.work.programmes.registry import TYPES, Desk, ProgrammeType
from gongjia.work.programmes.rules.conditions import below_cap
from gongjia.work.programmes.rules.facts import Condition, Facts

CLAUSE = "总工发〔2015〕20号"
KINDS = {
    "living": "生活救助",
    "medical": "医疗救助",
    "school": "子女助学",
    "work": "就业、职业培训",
    "legal": "法律援助",
}
# fen per household and year; local tables differ, a round sets its own
CAPS: dict[str, int] = {"living": 500_000, "medical": 2_000_000, "school": 500_000, "work": 200_000, "legal": 300_000}
CAP_ALL = 2_500_000

FIELDS: tuple[dict[str, Any], ...] = (
    {"key": "kin", "label": "申请的帮扶", "kind": "choice", "required": True, "choices": [[k, v] for k, v in KINDS.items()]},
    {"key": "asked", "label": "申请金额（元）", "kind": "money", "required": True, "min": "1", "max": "100000"},
    {"key": "why", "label": "困难情况", "kind": "text", "required": True, "sensitive": True, "lines": True, "most": 1000},
    {"key": "proof", "label": "证明材料（诊断、费用单据、学籍证明等）", "kind": "file", "sensitive": True, "most": 12},
    {"key": "student", "label": "就读子女的学校", "kind": "text", "most": 60, "show_if": {"field": "kin", "is": ["school"]}},
    {"key": "honest", "label": "所填情况属实，同意工会向民政等部门核对", "kind": "tick", "required": True},
)  # fmt: skip


def caps_of(params: Mapping[str, Any]) -> tuple[Mapping[str, int], int]:
    """(cap of each kind, cap of all kinds together), fen per household and year."""
    return {**CAPS, **(params.get("caps") or {})}, int(params.get("cap_all", CAP_ALL))


def used(facts: Facts, kin: str = "") -> int:
    """What the household has been given this year, imported history and what is decided already among it."""
    year = facts.round.year or facts.today.year
    return sum(
        one.amount
        for one in (*facts.earlier, *facts.pending)
        if one.awarded_on.year == year and (not kin or one.kin == kin)
    )


def check(facts: Facts) -> Sequence[Condition]:
    """Below the cap of the kind and of all kinds, per household and year (以下 includes the cap)."""
    caps, most = caps_of(facts.round.params)
    kin, asked = str(facts.answer("kin", "")), int(facts.answer("asked", 0))
    return (
        below_cap("kind_cap", f"{KINDS.get(kin, kin)}每户每年", used(facts, kin), asked, int(caps.get(kin, 0)), CLAUSE),
        below_cap("household_cap", "各项帮扶每户每年合计", used(facts), asked, most, CLAUSE),
    )


def conditions(facts: Facts) -> Sequence[Condition]:
    """What is left of the household's cap this year; and the yearly verification of the file (6.2)."""
    _caps, most = caps_of(facts.round.params)
    left = max(0, most - used(facts))
    found = [
        Condition(
            "cap_left" if left else "cap_used_up", left > 0, f"今年每户合计不超过 {show(most)}。", fact=f"还可申请 {show(left)}",
            clause=CLAUSE, cure="" if left else "请明年再申请，或申请别的救助。",
        )
    ]  # fmt: skip
    if facts.file is not None and facts.file.verified_year is not None:
        fresh = facts.file.verified_year >= facts.today.year - 1
        found.append(
            Condition(
                "file_verified" if fresh else "file_not_verified", fresh, "困难职工档案按年复核。",
                fact=f"最近复核 {facts.file.verified_year} 年", clause="困难职工档案管理办法（年度复核）",
                cure="" if fresh else "请所在工会先办理年度复核。",
            )
        )  # fmt: skip
    return found


def amount(facts: Facts, tier: str = "") -> int:
    """What was asked, at most what the caps leave."""
    caps, most = caps_of(facts.round.params)
    kin = str(facts.answer("kin", ""))
    asked = int(facts.answer("asked", 0)) or facts.round.amount
    return max(0, min(asked, int(caps.get(kin, most)) - used(facts, kin), most - used(facts)))


TYPES.register(
    ProgrammeType(
        key="aid",
        label="困难帮扶",
        area="4",
        code="BF",
        subject=Subject.HOUSEHOLD,
        award_kind=AwardKind.GRANT,
        words=Words(award="已批准帮扶", declined="不予通过", act="帮扶发放", cycle="批", unit="户", apply="申请"),
        brief="在档困难职工家庭的生活、医疗、助学等帮扶。",
        sensitive=True,
        fields=FIELDS,
        desks=(
            Desk(DeskPlace.TOWNSHIP, "乡镇(街道)工会审核"),
            Desk(DeskPlace.OPENER, "主管部门审核", "city_rights|city_service"),
        ),
        decides=Decides.MEETING,
        notice_place=NoticePlace.UNIT,
        notice_days=5,
        notice_unit=DayUnit.WORKDAY,
        once_per=Once.FREE,
        file_needed=True,
        shared=({"check": "member", "retained": True}, {"check": "in_area"}),
        params={"caps": CAPS, "cap_all": CAP_ALL},
        conditions=conditions,
        check=check,
        amount=amount,
        tier_of=lambda values: str(values.get("kin", "")),
        asks="asked",
    )
)
