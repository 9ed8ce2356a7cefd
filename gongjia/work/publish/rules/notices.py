"""When a notice may hang, how long, and what it may say of a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gongjia.base import workdays
from gongjia.base.refused import Reason, fact_of
from gongjia.base.secret import masks
from gongjia.work.publish import kinds

LAW = "《个人信息保护法》第二十五条、第二十八条"
LEAST_LAW = "《个人信息保护法》第六条、第二十五条"
# what a notice on hardship aid may not tell: income, illness, disability (domain rules 6.2)
_PRIVATE = re.compile(
    r"癌|肿瘤|白血病|尿毒|透析|肾病|肝炎|艾滋|精神病|抑郁|糖尿病|心脏病|中风|瘫痪|残疾|病种|诊断|住院|患病|患有|重病|大病"
    r"|月收入|年收入|人均收入|工资|低保|欠债|负债|债务|离异|离婚|丧偶|单亲|服刑|吸毒"
)
NAME_CHARS = 40


@dataclass(frozen=True)
class NoticeFacts:
    """What is looked at before a notice is posted, ended or taken down."""

    place: str
    sensitive: bool
    title: str = ""
    body: str = ""
    items: Sequence[str] = ()
    lines: int = 1
    days: int = 5
    phone: str = ""
    ground: str = ""
    at: datetime | None = None
    ends_at: datetime | None = None
    why: str = ""


def inside_only(sensitive: bool, place: str) -> list[Reason]:
    """Hardship is told inside the unit and never on the public site (个人信息保护法 25、28)."""
    if sensitive and place != kinds.Place.UNIT:
        return [
            Reason(
                "sensitive_outside",
                "困难帮扶类公示只能在本单位内张榜，不能上网站。",
                fact=kinds.Place(place).label,
                clause=LAW,
                cure="请把公示地点改为“本单位张榜”。",
            )
        ]
    return []


def says_too_much(sensitive: bool, texts: Sequence[str]) -> list[Reason]:
    """A notice on aid says who gets which aid, never why: no income, illness or family matter."""
    if not sensitive:
        return []
    found = dict.fromkeys(hit.group() for text in texts for hit in _PRIVATE.finditer(text))
    if not found:
        return []
    return [
        Reason(
            "says_too_much",
            f"困难帮扶公示里不能写收入、病情和家庭变故：{'、'.join(found)}。",
            fact="、".join(found),
            clause=LAW,
            cure="只写帮扶项目，如“生活救助”“助学”。",
        )
    ]


def may_post(facts: NoticeFacts) -> list[Reason]:
    """Everything that must be in place before a notice hangs."""
    reasons = inside_only(facts.sensitive, facts.place)
    reasons += says_too_much(facts.sensitive, (facts.title, facts.body, *facts.items))
    if not facts.lines:
        reasons.append(Reason("no_lines", "公示名单是空的。", cure="请先选定要公示的人选。"))
    if not facts.phone.strip():
        reasons.append(Reason("phone_missing", "请填写受理电话，群众有异议要知道打给谁。", cure="请填办公电话。"))
    if not facts.ground.strip():
        reasons.append(
            Reason("ground_missing", "请写明公示的依据（哪个办法规定，或本人已单独同意）。", clause=LEAST_LAW)
        )
    return reasons


def may_end(facts: NoticeFacts) -> list[Reason]:
    """Not before its last day is over."""
    if facts.at is not None and facts.ends_at is not None and facts.at < facts.ends_at:
        return [Reason("too_early", "公示期还没有满。", fact=fact_of(facts.ends_at), cure="期满后系统自动结束。")]
    return []


def may_take_down(facts: NoticeFacts) -> list[Reason]:
    return [] if facts.why.strip() else [Reason("why_missing", "请写明为什么撤下。")]


@dataclass(frozen=True)
class SettleFacts:
    answer: str
    own: bool = False  # whoever settles it is the one objected against


def may_settle(facts: SettleFacts) -> list[Reason]:
    """An objection is answered with reasons, and not by the person it is about."""
    reasons = []
    if len(facts.answer.strip()) < 4:
        reasons.append(Reason("answer_missing", "请写明调查情况和结论。"))
    if facts.own:
        reasons.append(Reason("own_case", "异议涉及您本人，请由其他人答复。", cure="请交给本会其他干部或上级工会。"))
    return reasons


def last_day(starts_on: date, days: int, unit: str) -> date:
    """The notice hangs until 24:00 of this day; its first day is not counted (民法典 201、203)."""
    return workdays.deadline(starts_on, days, "workday" if unit == kinds.DayUnit.WORKDAY else "day")


def shown_name(name: str, *, union: bool = False) -> str:
    """张*; a union's name stands whole."""
    name = name.strip()
    return name[:NAME_CHARS] if union else masks.name(name)
