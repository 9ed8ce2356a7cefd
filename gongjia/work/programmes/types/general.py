"""通用申报: no rules of its own; an officer chooses fields, conditions, desks and amounts in the round."""

from __future__ import annotations

from gongjia.work.programmes.kinds import AwardKind, DeskPlace, Subject, Words
from gongjia.work.programmes.registry import TYPES, Desk, ProgrammeType

TYPES.register(
    ProgrammeType(
        key="general",
        label="通用申报",
        area="4",
        code="TY",
        subject=Subject.PERSON,
        award_kind=AwardKind.PLACE,
        words=Words(award="通过", declined="未通过", act="给付", cycle="批", apply="申请"),
        brief="不带专门规则的申报项目，栏目、条件、审核环节都可以自己定。",
        fields=({"key": "reason", "label": "申请理由", "kind": "text", "required": True, "most": 500},),
        desks=(
            Desk(DeskPlace.OWN, "基层工会审核"),
            Desk(DeskPlace.TOWNSHIP, "乡镇(街道)工会审核"),
            Desk(DeskPlace.OPENER, "主办部门审核"),
        ),
        shared=({"check": "member"}, {"check": "in_area"}),
    )
)
TYPES.register(
    ProgrammeType(
        key="general_org",
        label="通用申报（工会、单位）",
        area="7",
        code="TD",
        subject=Subject.ORG,
        award_kind=AwardKind.HONOUR,
        words=Words(award="通过", declined="未入选", act="命名", cycle="批", unit="家"),
        brief="由工会替单位申报，栏目、条件、审核环节都可以自己定。",
        fields=({"key": "deeds", "label": "主要做法", "kind": "text", "required": True, "lines": True, "most": 2000},),
        desks=(Desk(DeskPlace.TOWNSHIP, "乡镇(街道)工会推荐"), Desk(DeskPlace.OPENER, "主办部门审核")),
        shared=({"check": "org_active"}, {"check": "in_area"}),
        certificate=True,
    )
)
