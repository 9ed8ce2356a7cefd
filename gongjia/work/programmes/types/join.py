"""入会申请 (domain rules 2.1–2.2): by a union's QR, or by trade, platform and area through the routing table.

Answered by the union's own desk within three working days; the desk's approval is the admission (ZC08 2).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from gongjia.base.clock import SHANGHAI
from gongjia.base.identity_numbers import check_document, check_phone
from gongjia.who.members import actions as members
from gongjia.work.programmes.kinds import AwardKind, Decides, DeskPlace, Once, Subject, Words
from gongjia.work.programmes.registry import TYPES, Desk, ProgrammeType
from gongjia.work.programmes.rules.facts import Condition, Facts

GHF, HJ16, CHARTER = "《中华人民共和国工会法》", "《工会会员会籍管理办法》", "《中国工会章程》"
LEAST_AGE = 16  # 劳动法 15: nobody works below 16, a member is a worker
ANSWER_WORKDAYS = 3

FIELDS: tuple[dict[str, Any], ...] = (
    {"key": "union", "label": "申请加入的工会", "kind": "union", "help": "扫工会二维码会自动填好；没有单位工会的可以不填。"},
    {"key": "name", "label": "姓名", "kind": "text", "required": True, "most": 30},
    {
        "key": "id_kind", "label": "证件类型", "kind": "choice", "required": True,
        "choices": [
            ["id_card", "居民身份证"], ["hmt_residence", "港澳台居民居住证"], ["passport", "护照"],
            ["foreign_residence", "外国人永久居留身份证"],
        ],
    },
    {"key": "id_no", "label": "证件号码", "kind": "text", "required": True, "sensitive": True, "most": 30},
    {"key": "phone", "label": "手机号", "kind": "text", "required": True, "sensitive": True, "most": 20},
    {"key": "employer", "label": "工作单位", "kind": "text", "most": 60, "help": "没有固定单位的可以不填。"},
    {"key": "trade", "label": "职业", "kind": "choice", "source": "trades", "choices": []},
    {"key": "platform", "label": "所在平台或站点", "kind": "text", "most": 30},
    {"key": "area", "label": "经常工作的地方", "kind": "text", "most": 30, "help": "乡镇、街道或园区。"},
    {"key": "job_post", "label": "岗位", "kind": "text", "most": 30},
    {"key": "rural", "label": "我是农民工", "kind": "tick"},
    {"key": "agree", "label": "我自愿加入中国工会，遵守《中国工会章程》", "kind": "tick", "required": True},
)  # fmt: skip


def conditions(facts: Facts) -> Sequence[Condition]:
    """One person has at most one 会籍 (HJ16 3 一次入会、动态接转)."""
    standing, name = facts.person.standing, facts.person.org_name
    free = standing not in ("active", "retained")
    return (
        Condition(
            "no_membership" if free else "already_member", free, "还没有会籍。" if free else "您已经是会员，不用再次申请入会。",
            fact=name or "没有会籍", clause=f"{HJ16}第三条", cure="" if free else "换了单位请办理会籍转接。",
        ),
    )  # fmt: skip


def check(facts: Facts) -> Sequence[Condition]:
    """The papers, and the age that the ID number says (at least 16 full years)."""
    paper = check_document(str(facts.answer("id_kind", "")), str(facts.answer("id_no", "")), today=facts.today)
    found = [
        Condition(
            "id_ok" if paper.ok else paper.code, paper.ok, "证件号码校验通过。" if paper.ok else paper.sentence,
            clause="GB 11643", cure="" if paper.ok else "请对照证件原件核对。",
        )
    ]  # fmt: skip
    phone = check_phone(str(facts.answer("phone", "")))
    if not phone.ok:
        found.append(Condition("phone_bad", False, phone.sentence, cure="请核对手机号。"))
    born = paper.born_on or facts.person.born_on
    if born is not None:
        found.append(_old_enough(born, facts.today))
    if not facts.answer("union") and not (facts.answer("trade") or facts.answer("area")):
        found.append(
            Condition(
                "place_missing", False, "没有选工会的，请填写职业和经常工作的地方。", clause=f"{HJ16}第六条、第七条",
                cure="请补填，系统会找到接收您的工会。",
            )
        )  # fmt: skip
    return found


def _old_enough(born: date, today: date) -> Condition:
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    fine = age >= LEAST_AGE
    return Condition(
        "age" if fine else "too_young", fine, f"{'已' if fine else '须'}年满 {LEAST_AGE} 周岁。", fact=f"{age} 周岁",
        clause="《中华人民共和国劳动法》第十五条", cure="" if fine else "请核对证件号码。",
    )  # fmt: skip


def admit(*, application: Any, award: Any, values: dict[str, Any], actor: Any, at: Any, cause: Any) -> dict[str, Any]:
    """The day of approval is the day of joining (入会日期=批准日); the log-in used for applying becomes theirs."""
    spell = members.admit(
        facts=members.PersonFacts(
            name=values["name"], id_kind=values["id_kind"], id_no=values["id_no"], phone=values["phone"],
            job_post=values.get("job_post", ""), is_rural_worker=bool(values.get("rural")),
        ),
        org=application.org,
        join=members.JoinFacts(
            on=at.astimezone(SHANGHAI).date(), employer=values.get("employer", ""), trade=values.get("trade", ""),
            platform=values.get("platform", "") if values.get("trade") else "",
            area=values.get("area", "") if values.get("trade") else "",
        ),
        actor=actor,
        at=at,
        note=f"入会申请 {application.number}",
        cause=cause,
    )  # fmt: skip
    if application.account_id is not None:
        members.link_account(person=spell.person, account_id=application.account_id, actor=actor, at=at, cause=cause)
    return {"person": spell.person}


TYPES.register(
    ProgrammeType(
        key="join",
        label="入会申请",
        area="7",
        code="RH",
        subject=Subject.NEWCOMER,
        award_kind=AwardKind.STATUS,
        words=Words(award="已批准入会", declined="未批准", act="批准入会", cycle="年度", apply="申请"),
        brief="有工作的人都可以申请加入工会，没有固定单位的也可以。三个工作日内答复。",
        fields=FIELDS,
        desks=(Desk(DeskPlace.OWN, "工会审核", days=ANSWER_WORKDAYS),),
        decides=Decides.DESK,
        once_per=Once.FREE,
        opens_always=True,
        conditions=conditions,
        check=check,
        on_award=admit,
        newcomer_goes="routes",
    )
)
