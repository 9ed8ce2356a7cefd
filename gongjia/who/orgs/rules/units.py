"""Units without a union and units a joint union covers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from gongjia.base.identity_numbers import uscc_ok
from gongjia.base.refused import Reason
from gongjia.who.orgs.kinds import COVERING_KINDS
from gongjia.who.orgs.rules.founding import GHF, SHIPPED, Values, label


def must_found(staff_count: int | None, values: Values = SHIPPED) -> bool:
    """工会法 11 speaks of 25 members; a unit without a union is marked by its staff."""
    return staff_count is not None and staff_count >= int(values["found.must_members"])


@dataclass(frozen=True)
class UnitFacts:
    name: str
    today: date
    uscc: str = ""
    staff_count: int | None = None
    staff_source: str = ""
    staff_on: date | None = None
    taken_by: str = ""  # the union that this unit already has
    listed_in: str = ""  # the ledger that already lists it
    promised_on: date | None = None


def may_list(facts: UnitFacts) -> list[Reason]:
    """Whether a unit may enter the ledger of units without a union."""
    reasons = []
    if not facts.name.strip():
        reasons.append(Reason("name_missing", "请填写单位全称。"))
    if facts.uscc and not uscc_ok(facts.uscc):
        reasons.append(
            Reason(
                "employer_uscc_bad",
                f"统一社会信用代码“{facts.uscc}”校验不通过。",
                fact=facts.uscc,
                clause="GB 32100-2015",
                cure="请对照营业执照重填。",
            )
        )
    if facts.taken_by:
        reasons.append(
            Reason(
                "unit_has_union",
                f"这家单位已经建会：{facts.taken_by}。",
                fact=facts.taken_by,
                cure="不用登记到未建会台账。",
            )
        )
    if facts.listed_in:
        reasons.append(
            Reason(
                "unit_listed",
                f"这家单位已在“{facts.listed_in}”的台账里。",
                fact=facts.listed_in,
                cure="请在原来那一条上修改。",
            )
        )
    reasons += staff_said(facts.staff_count, facts.staff_source, facts.staff_on, facts.today)
    return reasons


def staff_said(count: int | None, source: str, on: date | None, today: date) -> list[Reason]:
    """A staff count without its source and day cannot be the denominator of anything."""
    if count is None:
        return []
    reasons = []
    if not source:
        reasons.append(
            Reason(
                "staff_source_missing", "填了职工人数，还要填数据来源。", fact=str(count), cure="如：走访、社保参保数。"
            )
        )
    if on is None:
        reasons.append(Reason("staff_on_missing", "填了职工人数，还要填是哪一天的数。", fact=str(count)))
    elif on > today:
        reasons.append(Reason("staff_in_future", "职工人数的日期在今天之后。", fact=str(on)))
    return reasons


@dataclass(frozen=True)
class CoverFacts:
    kind: str
    open: bool
    name: str
    uscc: str = ""
    left_after: int | None = None  # covered units left when one is taken away
    values: Values = field(default_factory=lambda: SHIPPED)


def may_cover(facts: CoverFacts) -> list[Reason]:
    """Only joint unions and associations of unions cover several units (工会法 11)."""
    reasons = []
    if facts.kind not in COVERING_KINDS:
        reasons.append(
            Reason(
                "kind_covers_none",
                f"{label(facts.kind)}只对应一家单位，不登记涵盖单位。",
                fact=facts.kind,
                clause=f"{GHF}第十一条",
            )
        )
    if not facts.open:
        reasons.append(Reason("org_closed", "这家工会已撤销或合并。"))
    if not facts.name.strip():
        reasons.append(Reason("name_missing", "请填写单位全称。"))
    if facts.uscc and not uscc_ok(facts.uscc):
        reasons.append(
            Reason(
                "employer_uscc_bad",
                f"统一社会信用代码“{facts.uscc}”校验不通过。",
                fact=facts.uscc,
                clause="GB 32100-2015",
                cure="请对照营业执照重填。",
            )
        )
    return reasons


def cover_warnings(facts: CoverFacts) -> list[Reason]:
    """A joint union with one unit left should become a union of its own."""
    needed = int(facts.values["found.joint_units"])
    if facts.left_after is None or facts.left_after >= needed:
        return []
    return [
        Reason(
            "units_too_few",
            f"撤下后只剩 {facts.left_after} 家单位，不足 {needed} 家，应改建为单独基层工会。",
            fact=str(facts.left_after),
            clause=f"{GHF}第十一条",
            cure="请改登记组织类型或补登单位。",
        )
    ]
