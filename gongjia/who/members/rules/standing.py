"""查我的会籍: every condition of full membership rights, met or not, and who can cure it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gongjia.who.members.rules.identity import MINIMUM_AGE, age_on


@dataclass(frozen=True)
class StandingFacts:
    """What is on file about one person today."""

    today: date
    org_name: str = ""
    org_active: bool = True
    standing: str | None = None  # of the open spell
    since: date | None = None
    joined_on: date | None = None
    left_on: date | None = None
    left_how: str = ""
    born_on: date | None = None
    has_identity: bool = False
    has_phone: bool = False
    phone_ok: bool = False
    transfer_to: str = ""
    transfer_since: date | None = None
    open_corrections: int = 0
    desk: str = ""  # the union whose officer can mend things


@dataclass(frozen=True)
class StandingCheck:
    """One line on the member's screen. `blocks`: without it membership rights do not hold."""

    code: str
    label: str
    ok: bool
    fact: str
    clause: str = ""
    cure: str = ""
    blocks: bool = True


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def standing_checks(facts: StandingFacts) -> list[StandingCheck]:
    """HJ16 3 (one membership), XJ16 4 (kept members have no vote), 总工办发〔2017〕14号 (real name)."""
    ask = f"请{facts.desk or '乡镇(街道)工会'}的工会干部办理"
    checks = [
        StandingCheck(
            "membership",
            "会籍",
            facts.standing is not None,
            _membership_fact(facts),
            "会籍管理办法 3",
            "" if facts.standing else f"{ask}，或点“请工会干部帮我办”。",
        )
    ]
    if facts.standing:
        checks += [
            StandingCheck(
                "active",
                "会员权利",
                facts.standing == "active",
                "正常" if facts.standing == "active" else "保留会籍：不交会费，没有选举权、被选举权和表决权",
                "章程 8、选举工作条例 4",
                "" if facts.standing == "active" else f"重新就业或退伍后，{ask}恢复。退休保留的不用办。",
            ),
            StandingCheck(
                "union",
                "所在工会",
                facts.org_active,
                facts.org_name if facts.org_active else f"{facts.org_name}(已撤销或合并)",
                "工会法 13",
                "" if facts.org_active else f"{ask}转接。",
            ),
        ]
    checks += [
        StandingCheck(
            "identity",
            "实名",
            facts.has_identity,
            "证件号码已登记" if facts.has_identity else "没有登记证件号码",
            "总工办发〔2017〕14号",
            "" if facts.has_identity else f"带身份证，{ask}；也可以点“资料有误”。",
        ),
        StandingCheck(
            "age",
            "年龄",
            facts.born_on is not None and age_on(facts.born_on, facts.today) >= MINIMUM_AGE,
            f"{age_on(facts.born_on, facts.today)} 周岁" if facts.born_on else "没有登记出生日期",
            "劳动法 15",
            "" if facts.born_on else "点“资料有误”补上出生日期。",
            blocks=False,
        ),
        StandingCheck(
            "phone",
            "手机号",
            facts.has_phone,
            ("已登记，本人用过" if facts.phone_ok else "已登记") if facts.has_phone else "没有登记手机号",
            "",
            "" if facts.has_phone else "点“资料有误”补上手机号，收不到通知就是因为它。",
            blocks=False,
        ),
    ]
    if facts.transfer_to:
        checks.append(
            StandingCheck(
                "transfer",
                "转接",
                False,
                f"{_day(facts.transfer_since)}起，正在转到{facts.transfer_to}",
                "会籍管理办法 3",
                f"等{facts.transfer_to}接收，接收前会籍还在原工会。",
                blocks=False,
            )
        )
    if facts.open_corrections:
        checks.append(
            StandingCheck(
                "corrections",
                "更正",
                False,
                f"有 {facts.open_corrections} 项更正在办理",
                "个人信息保护法 46",
                f"等{facts.desk or '工会'}的工会干部处理。",
                blocks=False,
            )
        )
    return checks


def _membership_fact(facts: StandingFacts) -> str:
    if facts.standing:
        joined = f"，{_day(facts.joined_on)}入会" if facts.joined_on else ""
        return f"在{facts.org_name}{joined}"
    if facts.left_on:
        return f"{_day(facts.left_on)}{facts.left_how or '离开'}，现在没有会籍"
    return "没有查到会籍"
