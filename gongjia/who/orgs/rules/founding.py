"""Founding a union."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from gongjia.base.identity_numbers import uscc_ok
from gongjia.base.period import add_months
from gongjia.base.refused import Reason
from gongjia.who.orgs.kinds import (
    BASIC_KINDS,
    RULE_VALUES,
    UPPER_KINDS,
    CommitteeForm,
    OrgKind,
)

Values = Mapping[str, int | str]
SHIPPED: Values = {key: kind.default for key, kind in RULE_VALUES.items()}

GHF = "《中华人民共和国工会法》"
CHARTER = "《中国工会章程》"

_AREA = frozenset({OrgKind.FEDERATION, OrgKind.TOWNSHIP, OrgKind.WORK_COMMITTEE, OrgKind.OFFICE})
_PARTS_OF = frozenset({*BASIC_KINDS, OrgKind.BRANCH})
# Which kinds may stand directly above a kind.
PARENTS: dict[OrgKind, frozenset[OrgKind]] = {
    OrgKind.FEDERATION: frozenset({OrgKind.FEDERATION}),
    OrgKind.WORK_COMMITTEE: frozenset({OrgKind.FEDERATION}),
    OrgKind.OFFICE: frozenset({OrgKind.FEDERATION}),
    OrgKind.TOWNSHIP: frozenset({OrgKind.FEDERATION}),
    OrgKind.INDUSTRY: frozenset({OrgKind.FEDERATION, OrgKind.INDUSTRY}),
    OrgKind.REGIONAL: _AREA | {OrgKind.REGIONAL},
    OrgKind.TRADE: _AREA | {OrgKind.INDUSTRY, OrgKind.REGIONAL},
    # A group company's union may have the unions of its subsidiaries below it.
    OrgKind.SINGLE: UPPER_KINDS | {OrgKind.SINGLE},
    OrgKind.JOINT: UPPER_KINDS,
    OrgKind.BRANCH: _PARTS_OF,
    OrgKind.GROUP: _PARTS_OF,
    OrgKind.OTHER: UPPER_KINDS | _PARTS_OF,
}
GUIDES = frozenset({OrgKind.INDUSTRY, OrgKind.TRADE})


@dataclass(frozen=True)
class FoundingFacts:
    """What a founding is judged by. Counts are None when nobody has said them."""

    kind: str
    name: str
    today: date
    parent_kind: str | None = None
    parent_name: str = ""
    parent_open: bool = True
    founded_on: date | None = None
    document: str = ""
    has_attachment: bool = False
    form: str = ""
    members: int | None = None
    women_members: int | None = None
    staff: int | None = None
    staff_women: int | None = None
    committee_size: int | None = None
    women_committee: bool = False
    audit_committee: bool = False
    units: int = 0
    uscc: str = ""
    employer_uscc: str = ""
    employer_taken_by: str = ""
    name_taken: bool = False
    opened_on: date | None = None
    kin_on_committee: bool = False
    values: Values = field(default_factory=lambda: SHIPPED)

    def number(self, key: str) -> int:
        return int(self.values[key])


def label(kind: str) -> str:
    return OrgKind(kind).label


def placement(kind: str, parent_kind: str | None, parent_name: str = "") -> list[Reason]:
    """Which union may stand below which (工会法 10–11, charter on basic and part organisations)."""
    if parent_kind is None:
        if kind == OrgKind.FEDERATION:
            return []
        return [
            Reason("parent_missing", f"{label(kind)}必须有上级工会。", clause=f"{GHF}第十条", cure="请选定上级工会。")
        ]
    if parent_kind in PARENTS[OrgKind(kind)]:
        return []
    return [
        Reason(
            "parent_kind_wrong",
            f"{label(kind)}不能直接隶属于{label(parent_kind)}“{parent_name}”。",
            fact=f"{kind} < {parent_kind}",
            clause=f"{GHF}第十条",
            cure="请换一个上级工会，或核对组织类型。",
        )
    ]


def guidance(guide_kind: str, guide_name: str = "") -> list[Reason]:
    """Only an industry or trade union guides others by industry (charter 11)."""
    if guide_kind in GUIDES:
        return []
    return [
        Reason(
            "guide_kind_wrong",
            f"“{guide_name}”是{label(guide_kind)}，不能作产业指导工会。",
            fact=guide_kind,
            clause=f"{CHARTER}第十一条",
            cure="产业指导只能选产业(系统)工会或行业性工会联合会。",
        )
    ]


def codes(uscc: str, employer_uscc: str) -> list[Reason]:
    """The union's own code (81…/89…) and the employer's code are two things (GB 32100-2015)."""
    reasons = []
    if uscc and not uscc_ok(uscc):
        reasons.append(
            Reason(
                "uscc_bad",
                f"工会统一社会信用代码“{uscc}”校验不通过。",
                fact=uscc,
                clause="GB 32100-2015",
                cure="请对照法人资格证书重填。",
            )
        )
    elif uscc and not uscc.startswith("8"):
        reasons.append(
            Reason(
                "uscc_not_union",
                "这里要填工会自己的信用代码(81 开头)，填的像是单位的代码。",
                fact=uscc,
                clause="GB 32100-2015",
                cure="单位的代码请填在“单位信用代码”一栏。",
            )
        )
    if employer_uscc and not uscc_ok(employer_uscc):
        reasons.append(
            Reason(
                "employer_uscc_bad",
                f"单位统一社会信用代码“{employer_uscc}”校验不通过。",
                fact=employer_uscc,
                clause="GB 32100-2015",
                cure="请对照营业执照重填。",
            )
        )
    elif employer_uscc.startswith("8"):
        reasons.append(
            Reason(
                "employer_uscc_is_union",
                "单位信用代码填成了工会的代码。",
                fact=employer_uscc,
                clause="GB 32100-2015",
                cure="请填单位营业执照上的代码。",
            )
        )
    return reasons


def one_per_employer(kind: str, taken_by: str) -> list[Reason]:
    """Members of one employer form one basic organisation (charter 11)."""
    if kind != OrgKind.SINGLE or not taken_by:
        return []
    return [
        Reason(
            "employer_has_union",
            f"这家单位已经有工会：{taken_by}。同一单位的会员组织在一个工会基层组织中。",
            fact=taken_by,
            clause=f"{CHARTER}第十一条",
            cure="请核对单位信用代码；若是车间、分厂，请登记为分工会。",
        )
    ]


def may_found(facts: FoundingFacts) -> list[Reason]:
    """Whether a union may be entered as founded.

    工会法 11: with 25 members or more a committee is a must; below it an own committee, a joint
    one of two or more units, or an organiser. 工会法 12: each founding is approved by the next
    higher union, shown by its document. 工会法 10: no near relatives of the employer's head.
    """
    reasons = [
        *placement(facts.kind, facts.parent_kind, facts.parent_name),
        *codes(facts.uscc, facts.employer_uscc),
        *one_per_employer(facts.kind, facts.employer_taken_by),
    ]
    if not facts.name.strip():
        reasons.append(Reason("name_missing", "请填写工会全称。", cure="按上级批复上的名称填写。"))
    if facts.name_taken:
        reasons.append(
            Reason("name_taken", "上级工会之下已有同名的工会。", fact=facts.name, cure="请核对是否重复登记。")
        )
    if not facts.parent_open:
        reasons.append(
            Reason(
                "parent_closed",
                f"上级工会“{facts.parent_name}”不是正常状态。",
                clause=f"{GHF}第十二条",
                cure="请换一个上级工会。",
            )
        )
    if facts.parent_kind is not None and not (facts.document.strip() and facts.has_attachment):
        missing = "批复文号" if not facts.document.strip() else "批复文件"
        reasons.append(
            Reason(
                "approval_missing",
                f"建立工会须报上一级工会批准，还缺{missing}。",
                fact=missing,
                clause=f"{GHF}第十二条",
                cure="请上一级工会补上批复文号和文件。",
            )
        )
    if facts.founded_on is None:
        reasons.append(Reason("founded_on_missing", "请填写成立日期。", cure="按上级批复的日期填写。"))
    elif facts.founded_on > facts.today:
        reasons.append(
            Reason("founded_in_future", "成立日期在今天之后。", fact=str(facts.founded_on), cure="请核对批复日期。")
        )
    reasons += _led_as_law_asks(facts)
    if facts.staff_women is not None and facts.staff is not None and facts.staff_women > facts.staff:
        reasons.append(
            Reason(
                "women_over_staff",
                "女职工数多于职工数。",
                fact=f"{facts.staff_women} > {facts.staff}",
                cure="请核对两个数字。",
            )
        )
    if facts.kin_on_committee:
        reasons.append(
            Reason(
                "kin_on_committee",
                "单位主要负责人的近亲属不得作为本单位工会委员会成员的人选。",
                clause=f"{GHF}第十条",
                cure="请更换人选后重新选举。",
            )
        )
    return reasons


def _led_as_law_asks(facts: FoundingFacts) -> list[Reason]:
    if facts.kind == OrgKind.JOINT:
        needed = facts.number("found.joint_units")
        if facts.units >= needed:
            return []
        return [
            Reason(
                "units_too_few",
                f"联合基层工会要由 {needed} 家以上单位的会员组成，现在登记了 {facts.units} 家。",
                fact=str(facts.units),
                clause=f"{GHF}第十一条",
                cure="请补登涵盖单位；只有一家的，请登记为单独基层工会。",
            )
        ]
    must = facts.number("found.must_members")
    if facts.kind == OrgKind.SINGLE and facts.form == CommitteeForm.ORGANISER and (facts.members or 0) >= must:
        return [
            Reason(
                "committee_needed",
                f"会员 {facts.members} 人，满 {must} 人的应当建立基层工会委员会，不能只设组织员。",
                fact=str(facts.members),
                clause=f"{GHF}第十一条",
                cure="请选举工会委员会。",
            )
        ]
    return []


def founding_warnings(facts: FoundingFacts) -> list[Reason]:
    """What the officer should know but what stops nothing.

    Charter 14 (women's committee at the same time), 工会法 14 (full-time chair may), 45 (audit
    committee); the months after opening are local practice.
    """
    notes = []
    if facts.kind in BASIC_KINDS and facts.members is None:
        notes.append(
            Reason(
                "members_unsaid",
                "没有填会员人数，无法核对 25 人的规定。",
                clause=f"{GHF}第十一条",
                cure="请按批复补填。",
            )
        )
    bound = facts.number("women.committee_members")
    if facts.kind in BASIC_KINDS and (facts.women_members or 0) >= bound and not facts.women_committee:
        notes.append(
            Reason(
                "women_committee_due",
                f"女会员 {facts.women_members} 人，满 {bound} 人的应同时建立女职工委员会。",
                fact=str(facts.women_members),
                clause=f"{CHARTER}第十四条",
                cure="请同时选举女职工委员会。",
            )
        )
    if facts.kind in BASIC_KINDS and facts.form != CommitteeForm.ORGANISER and not facts.audit_committee:
        notes.append(
            Reason(
                "audit_committee_due",
                "没有登记经费审查委员会。",
                clause=f"{GHF}第四十五条",
                cure="单独开户的工会应同时选举经审会。",
            )
        )
    if facts.kind in BASIC_KINDS and (facts.staff or 0) >= facts.number("staff.full_time_chair"):
        notes.append(
            Reason(
                "full_time_chair_may",
                f"职工 {facts.staff} 人，可以设专职工会主席。",
                fact=str(facts.staff),
                clause=f"{GHF}第十四条",
            )
        )
    if facts.opened_on and facts.founded_on:
        months = facts.number("found.months_after_opening")
        if facts.founded_on > add_months(facts.opened_on, months):
            notes.append(
                Reason(
                    "founded_late",
                    f"开业超过 {months} 个月才建会。",
                    fact=str(facts.opened_on),
                    clause="本地规定",
                    cure="无须补办，仅供统计。",
                )
            )
    return notes
