"""Registration of a union as a legal person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from gongjia.base.refused import Reason
from gongjia.who.orgs.kinds import BASIC_KINDS, OrgKind
from gongjia.who.orgs.rules.founding import GHF, SHIPPED, Values, codes

LEGAL = "《基层工会法人登记管理办法》"


@dataclass(frozen=True)
class LegalPersonFacts:
    kind: str
    open: bool
    uscc: str
    registered_on: date
    today: date
    founded_on: date | None = None
    elected: bool = True
    certificate_no: str = ""


def by_law(kind: str) -> bool:
    """Local federations and industry unions are legal persons by law; others after registration (工会法 15)."""
    return kind in (OrgKind.FEDERATION, OrgKind.INDUSTRY)


def may_register(facts: LegalPersonFacts) -> list[Reason]:
    """Whether a legal-person certificate may be entered (工会法 15, 法人登记管理办法 2–3)."""
    reasons = codes(facts.uscc, "")
    if facts.kind not in BASIC_KINDS | {
        OrgKind.REGIONAL,
        OrgKind.TRADE,
        OrgKind.TOWNSHIP,
        OrgKind.OTHER,
    } and not by_law(facts.kind):
        reasons.append(
            Reason(
                "not_registrable",
                "派出机关、分工会和工会小组不单独登记法人。",
                fact=facts.kind,
                clause=f"{LEGAL}第二条",
            )
        )
    if not facts.open:
        reasons.append(Reason("org_closed", "这家工会不是正常状态。", clause=LEGAL))
    if not facts.uscc:
        reasons.append(Reason("uscc_missing", "请填写证书上的统一社会信用代码。", clause=f"{LEGAL}第三条"))
    if not facts.elected:
        reasons.append(Reason("not_elected", "还没有登记选举结果，不能登记法人。", clause=LEGAL, cure="请先登记届次。"))
    if facts.registered_on > facts.today:
        reasons.append(Reason("registered_in_future", "登记日期在今天之后。", fact=str(facts.registered_on)))
    if facts.founded_on and facts.registered_on < facts.founded_on:
        reasons.append(
            Reason(
                "registered_before_founded",
                "登记日期早于成立日期。",
                fact=str(facts.registered_on),
                clause=f"{GHF}第十五条",
            )
        )
    return reasons


def registration_warnings(facts: LegalPersonFacts, values: Values = SHIPPED) -> list[Reason]:
    """Late registration is told, not stopped: the limit of days differs by place."""
    days = int(values["legal.apply_days"])
    if facts.founded_on and facts.registered_on > facts.founded_on + timedelta(days=days):
        return [
            Reason("registered_late", f"成立满 {days} 日后才办理法人登记。", fact=str(facts.founded_on), clause=LEGAL)
        ]
    return []
