"""Children's classes: no child without a guardian's consent, none handed to somebody who is not on the list (7.5)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongjia.base.refused import Reason
from gongjia.base.secret import canonical
from gongjia.work.events import kinds
from gongjia.work.events.rules.eligibility import whole

CONSENT = "《个人信息保护法》第三十一条"
HEALTH = "《个人信息保护法》第二十八条至第三十条"
KEEPING = "托班接送约定"
PICK_UPS_MOST = 6
ADULT = 18


def phone_faults(number: str) -> list[Reason]:
    """A number at which somebody can be reached: a mobile one, or a landline with its area code."""
    digits = canonical.phone(number)
    if re.fullmatch(r"1\d{10}|0\d{9,11}", digits):
        return []
    return [Reason("phone_bad", "接送人的电话号码不对。", cure="填 11 位手机号，或带区号的电话。")]


@dataclass(frozen=True)
class ChildFacts:
    """A child as the guardian filled it in. `phones`: what is wrong with the numbers of those who fetch it."""

    name: str
    born: date | None
    relation: str
    consent: bool
    grade: int | None = None
    health: bool = False
    health_consent: bool = False
    pick_ups: Sequence[str] = ()  # names
    phones: Sequence[Reason] = ()
    on_paper: bool = True  # at the counter the guardian signs; on the own phone nothing is asked


def child_faults(facts: ChildFacts, params: Mapping[str, Any], first_day: date) -> list[Reason]:
    """Everything that keeps a child out of the class, all at once."""
    who = facts.name.strip() or "孩子"
    found = []
    if not facts.name.strip():
        found.append(Reason("child_name", "请填写孩子姓名。"))
    if not facts.consent:
        found.append(
            Reason(
                "no_consent", f"没有监护人同意，不能收“{who}”。", "", CONSENT,
                "请监护人看过托班须知后勾选同意；窗口代报的，请监护人在同意书上签字。",
            )
        )  # fmt: skip
    elif not facts.on_paper:
        found.append(
            Reason(
                "no_consent_paper", f"“{who}”还没有监护人签字的同意书。", "", CONSENT, "请上传监护人签字的同意书照片。"
            )
        )
    if facts.health and not facts.health_consent:
        found.append(
            Reason(
                "no_health_consent", f"填了“{who}”的健康情况，还要监护人单独同意。", "", HEALTH, "请勾选单独同意，或不填健康情况。"
            )
        )  # fmt: skip
    if not facts.relation.strip():
        found.append(Reason("relation_missing", f"请写明与“{who}”的关系。", cure="例如：父亲、母亲。"))
    found += _age_faults(who, facts, params, first_day)
    names = [name.strip() for name in facts.pick_ups]
    if not names or any(not name for name in names):
        found.append(Reason("no_pick_up", f"请填写谁可以接“{who}”，至少一人。", "", KEEPING))
    elif len(names) > PICK_UPS_MOST:
        found.append(Reason("pick_ups_most", f"接送人最多 {PICK_UPS_MOST} 人。", str(len(names))))
    elif len(set(names)) < len(names):
        found.append(Reason("pick_up_twice", "同一个接送人写了两次。"))
    return found + list(facts.phones)


def _age_faults(who: str, facts: ChildFacts, params: Mapping[str, Any], day: date) -> list[Reason]:
    if facts.born is None or facts.born >= day:
        return [Reason("born_missing", f"请填写“{who}”的出生日期。", str(facts.born or ""))]
    age = day.year - facts.born.year - ((day.month, day.day) < (facts.born.month, facts.born.day))
    found = []
    least, most = whole(params.get("age_min")), whole(params.get("age_max"))
    if age >= ADULT:
        found.append(Reason("no_child_any_more", f"“{who}”已满 {ADULT} 周岁。", f"{age} 周岁", "《民法典》第十七条"))
    elif (least is not None and age < least) or (most is not None and age > most):
        found.append(
            Reason(
                "child_age", f"本班收 {'' if least is None else least}—{'' if most is None else most} 周岁的孩子（含本数）。",
                f"{age} 周岁", "本活动通知",
            )
        )  # fmt: skip
    low, high = whole(params.get("grade_min")), whole(params.get("grade_max"))
    if (low is not None or high is not None) and (
        facts.grade is None or (low is not None and facts.grade < low) or (high is not None and facts.grade > high)
    ):
        found.append(
            Reason(
                "child_grade",
                f"本班收 {low or 1}—{high or 9} 年级的孩子。",
                f"{facts.grade or '没有填年级'}",
                "本活动通知",
            )
        )
    return found


@dataclass(frozen=True)
class DayFacts:
    """A child on one day, at the moment of the act."""

    name: str
    placed: bool
    left: bool
    consent: bool
    same_day: bool
    came: bool
    gone: bool


def may_come_in(facts: DayFacts) -> list[Reason]:
    found = []
    if not facts.placed:
        found.append(Reason("not_placed", f"“{facts.name}”没有报上这个班。", cure="请核对报名。"))
    if facts.left or not facts.consent:
        found.append(
            Reason("no_consent", f"没有监护人同意，不能收“{facts.name}”。", "", CONSENT, "请监护人重新办理同意。")
        )
    if not facts.same_day:
        found.append(Reason("other_day", "今天没有这一场。", cure="请选当天的场次。"))
    if facts.came:
        found.append(Reason("came_already", f"“{facts.name}”今天已经到班。"))
    return found


def may_go(facts: DayFacts) -> list[Reason]:
    if facts.gone:
        return [Reason("gone_already", f"“{facts.name}”今天已经接走。")]
    if not facts.came:
        return [Reason("not_here", f"“{facts.name}”今天没有到班。", cure="请先登记到班。")]
    return []


def not_on_list(child: str, by: str) -> Reason:
    """Whoever comes, and however well known: a child goes only with somebody whom its guardian named."""
    return Reason(
        "not_on_list", f"“{by or '来的人'}”不在“{child}”的接送人名单上，不能把孩子交给他。", "", KEEPING,
        "请联系监护人：由监护人在手机上，或到场签字，把他加进接送人名单。",
    )  # fmt: skip


def untold(kind: str) -> list[Reason]:
    """A place in a children's class or a 联谊 is not taken with one tap: something must be said first."""
    if kinds.KINDS[kind].children:
        return [
            Reason(
                "no_consent",
                "没有监护人同意和孩子资料，不能报托班。",
                "",
                CONSENT,
                "请填写孩子和接送人，看过托班须知后勾选同意。",
            )
        ]
    if kinds.KINDS[kind].matching:
        return [Reason("not_single", "没有声明目前单身，不能参加联谊。", "", "本活动通知", "请本人如实勾选单身声明。")]
    return []
