"""建会申请 (domain rules 1.2–1.4): the next higher union agrees to the preparation, the election is reported, the
decision with its document founds the union in the register (工会法 11、12; ZC08 16; XJ16 7).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from gongjia.base.clock import SHANGHAI
from gongjia.base.refused import refuse
from gongjia.who.orgs import actions as unions
from gongjia.work.programmes.kinds import AwardKind, Decides, DeskPlace, Once, Subject, Words
from gongjia.work.programmes.models import Application
from gongjia.work.programmes.registry import TYPES, Desk, ProgrammeType
from gongjia.work.programmes.rules.conditions import decimal_of
from gongjia.work.programmes.rules.facts import Condition, Facts

GHF, CHARTER = "《中华人民共和国工会法》", "《中国工会章程》"
MUST_COMMITTEE = 25  # members: 25 and more need a committee of their own (工会法 11)
MUST_WOMEN = 10  # women members: a women's committee, below it one member of the committee (charter; configurable)
REPORT_DAYS = 15  # the higher union answers an election result within 15 days (XJ16)

_NUMBER = {"kind": "number", "whole": True, "min": "0", "max": "1000000"}
FIELDS: tuple[dict[str, Any], ...] = (
    {"key": "parent", "label": "上一级工会", "kind": "union", "required": True},
    {
        "key": "org_kind", "label": "组建形式", "kind": "choice", "required": True,
        "choices": [["single", "单独建会"], ["joint", "几家单位联合建会"]],
    },
    {"key": "name", "label": "拟建工会全称", "kind": "text", "required": True, "most": 60},
    {"key": "employer_name", "label": "单位名称", "kind": "text", "required": True, "most": 60},
    {"key": "employer_uscc", "label": "单位统一社会信用代码", "kind": "text", "most": 18},
    {
        "key": "units", "label": "联合建会的各单位", "kind": "rows", "most": 60,
        "show_if": {"field": "org_kind", "is": ["joint"]},
        "columns": [
            {"key": "name", "label": "单位", "kind": "text", "required": True, "most": 60},
            {"key": "uscc", "label": "信用代码", "kind": "text", "most": 18},
            {"key": "staff", "label": "职工数", **_NUMBER},
        ],
    },
    {"key": "opened_on", "label": "单位开业日期", "kind": "date", "past": True},
    {"key": "staff_count", "label": "职工人数", "required": True, **_NUMBER},
    {"key": "staff_women", "label": "其中女职工", **_NUMBER},
    {
        "key": "group", "label": "筹备组成员", "kind": "rows", "required": True, "most": 15,
        "columns": [
            {"key": "name", "label": "姓名", "kind": "text", "required": True, "most": 30},
            {
                "key": "side", "label": "代表", "kind": "choice", "required": True,
                "choices": [["party", "同级党组织"], ["workers", "职工"], ["upper", "上级工会派员"]],
            },
            {"key": "post", "label": "职务", "kind": "text", "most": 30},
        ],
    },
    {"key": "elected_on", "label": "选举日期", "kind": "date", "required": True, "past": True, "stage": 2},
    {"key": "members", "label": "会员人数", "required": True, "stage": 2, **_NUMBER},
    {"key": "women_members", "label": "其中女会员", "required": True, "stage": 2, **_NUMBER},
    {
        "key": "form", "label": "领导形式", "kind": "choice", "required": True, "stage": 2,
        "choices": [["committee", "工会委员会"], ["joint", "联合工会委员会"], ["organiser", "选举组织员"]],
    },
    {"key": "committee_size", "label": "委员人数", "stage": 2, **_NUMBER},
    {"key": "chair", "label": "主席（组织员）姓名", "kind": "text", "required": True, "most": 30, "stage": 2},
    {"key": "women_committee", "label": "同时建立女职工委员会", "kind": "tick", "stage": 2},
    {"key": "audit_committee", "label": "同时选举经费审查委员会", "kind": "tick", "stage": 2},
    {
        "key": "no_kin", "label": "单位主要负责人的近亲属没有作为委员会成员人选", "kind": "tick", "required": True,
        "stage": 2,
    },
    {"key": "result", "label": "选举结果报告", "kind": "file", "required": True, "stage": 2},
)  # fmt: skip


def check(facts: Facts) -> Sequence[Condition]:
    """A preparation group of party and workers; from the second part on what the election must have brought."""
    sides = {row.get("side") for row in facts.answer("group", [])}
    fine = "workers" in sides and bool(sides & {"party", "upper"})
    found = [
        Condition(
            "group_ok" if fine else "group_one_sided", fine, "筹备组须有同级党组织代表（或上级工会派员）和职工代表。",
            fact=f"{len(facts.answer('group', []))} 人", clause="《工会基层组织选举工作条例》第七条",
            cure="" if fine else "请补上缺少的一方代表。",
        )
    ]  # fmt: skip
    units = facts.answer("units", [])
    if facts.answer("org_kind") == "joint":
        fine = len(units) >= 2
        found.append(
            Condition(
                "joint_units" if fine else "joint_one_unit", fine, "联合基层工会至少要有两家单位。", fact=f"{len(units)} 家",
                clause=f"{GHF}第十一条", cure="" if fine else "请列出各单位，或改为单独建会。",
            )
        )  # fmt: skip
    if facts.answer("members") is not None:
        found += elected(facts)
    return found


def elected(facts: Facts) -> list[Condition]:
    """工会法 11: with 25 members a committee is a must, with 24 it is one of three; women's committee from ten."""
    members, women = _count(facts.answer("members")), _count(facts.answer("women_members"))
    form = facts.answer("form")
    fine = members < MUST_COMMITTEE or form in ("committee", "joint")
    found = [
        Condition(
            "form_ok" if fine else "committee_must", fine,
            f"会员 {MUST_COMMITTEE} 人以上须建立工会委员会；不足 {MUST_COMMITTEE} 人可单独建、联合建，或选举组织员。",
            fact=f"会员 {members} 人", clause=f"{GHF}第十一条", cure="" if fine else "请选举工会委员会。",
        ),
        Condition(
            "women_within", women <= members, "女会员数不能多于会员数。", fact=f"{women} / {members}",
            cure="" if women <= members else "请核对两个数字。",
        ),
    ]  # fmt: skip
    needs = women >= MUST_WOMEN
    has = facts.answer("women_committee") is True
    found.append(
        Condition(
            "women_committee" if has or not needs else "women_committee_missing", has or not needs,
            f"女会员 {MUST_WOMEN} 人以上须同时建立女职工委员会。", fact=f"女会员 {women} 人", clause=f"{CHARTER}（女职工委员会）",
            cure="" if has or not needs else "请同时选举女职工委员会。",
        )
    )  # fmt: skip
    return found


def _count(value: Any) -> int:
    return int(decimal_of(value) or Decimal(0))


def prepare(*, application: Any, desk: Any, values: dict[str, Any], actor: Any, at: Any, cause: Any) -> None:
    """The first desk's yes is the 同意筹建: the union stands in the register as one in preparation."""
    if desk.stage != 1 or application.for_org_id is not None:
        return
    joint = values["org_kind"] == "joint"
    done = unions.plan(
        parent=application.org,
        kind=values["org_kind"],
        name=values["name"],
        planned_on=at.astimezone(SHANGHAI).date(),
        actor=actor,
        at=at,
        covered=[
            unions.Covered(row["name"], row.get("uscc", ""), _count(row.get("staff")) or None)
            for row in values.get("units", [])
        ] if joint else (),
        details={
            "employer_name": values["employer_name"],
            "employer_uscc": values.get("employer_uscc", ""),
            "staff_count": _count(values["staff_count"]),
            "staff_women": _count(values["staff_women"]) if values.get("staff_women") else None,
            "opened_on": date.fromisoformat(values["opened_on"]) if values.get("opened_on") else None,
        },
        note=f"建会申请 {application.number}",
    )  # fmt: skip
    application.for_org = done.org
    Application.objects.filter(pk=application.pk).update(for_org=done.org)


def found(*, application: Any, award: Any, values: dict[str, Any], actor: Any, at: Any, cause: Any) -> dict[str, Any]:
    """The decision with its document is the approval (工会法 12); the register follows it."""
    decision = award.decision
    if decision is None or not decision.number or decision.attachment is None:
        refuse(
            "approval_missing", "批准建会要写明批复文号，并上传批复文件。", clause=f"{GHF}第十二条", cure="请补上文号和文件。",
        )  # fmt: skip
    org = application.for_org
    unions.edit(
        org=org,
        changes={
            "founding_members": _count(values["members"]),
            "form": values["form"] if values["org_kind"] == "single" else "joint",
            "committee_size": _count(values["committee_size"]) if values.get("committee_size") else None,
            "women_committee": values.get("women_committee") is True,
            "audit_committee": values.get("audit_committee") is True,
            "head_name": values["chair"],
        },
        actor=actor,
        at=at,
    )
    unions.approve(
        org=org, founded_on=decision.decided_on, document=decision.number, attachment=decision.attachment, actor=actor,
        at=at, women_members=_count(values["women_members"]), note=f"建会申请 {application.number}",
    )  # fmt: skip
    return {"for_org": org}


TYPES.register(
    ProgrammeType(
        key="found",
        label="建会申请",
        area="7",
        code="JH",
        subject=Subject.NEWCOMER,
        award_kind=AwardKind.STATUS,
        words=Words(award="已批准成立", declined="未批准", act="批复", cycle="年度", unit="家", apply="申请"),
        brief="单位或几家单位职工申请建立工会：先报筹建，选举后报结果，上一级工会批复。",
        fields=FIELDS,
        desks=(
            Desk(DeskPlace.OWN, "同意筹建", days=10),
            Desk(DeskPlace.OWN, "审核选举结果", days=REPORT_DAYS, unit="day", stage=2),
        ),
        decides=Decides.MEETING,
        once_per=Once.FREE,
        opens_always=True,
        check=check,
        on_pass=prepare,
        on_award=found,
        newcomer_goes="parent",
    )
)
