"""January to June: nineteen unions are founded by application, from the unit on the ledger to the register.

A worker of the firm applies on the phone, the township agrees to the preparation, the election is reported with its
paper, the township looks at it and approves by a document: the register follows. The members come in by a roster.
"""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

from gongjia.base import journal
from gongjia.demo import chains, lookups, papers, people, unions
from gongjia.demo.register import load
from gongjia.demo.story import MACHINE, moment
from gongjia.demo.workbook import book
from gongjia.who.accounts import actions as accounts
from gongjia.who.orgs import actions as orgs
from gongjia.who.orgs import queries
from gongjia.work.programmes import actions

# (second-level union, firm, members) of the seventeen single unions founded in the half-year
SINGLES = (
    ("新安江街道", "新安江晨光文化传播有限公司", 31), ("新安江街道", "新安江知行教育咨询有限公司", 42), ("洋溪街道", "洋溪云松新材料有限公司", 66),
    ("洋溪街道", "洋溪飞鸿模具有限公司", 38), ("更楼街道", "更楼蓝海包装有限公司", 45), ("乾潭镇", "乾潭松风五金有限公司", 58),
    ("乾潭镇", "乾潭启明家纺有限公司", 74), ("梅城镇", "梅城古渡旅游有限公司", 33), ("杨村桥镇", "杨村桥绿野草莓专业合作社", 28),
    ("下涯镇", "下涯清泉饮品有限公司", 36), ("大洋镇", "大洋兰香日化有限公司", 52), ("寿昌镇", "寿昌长虹电器有限公司", 83),
    ("寿昌镇", "寿昌青禾农业有限公司", 29), ("航头镇", "航头石韵建材有限公司", 40), ("大同镇", "大同稻香米业有限公司", 30),
    (unions.ZONE, "航空小镇云翼无人机有限公司", 61), (unions.ZONE, "航空小镇蓝天地服有限公司", 47),
)  # fmt: skip
JOINTS = (
    (
        "三都镇",
        "三都柑橘产业联合工会委员会",
        (("三都红橘合作社", 9), ("三都果品加工厂", 14), ("三都冷链运输队", 8), ("三都包装厂", 11)),
    ),
    (
        "大慈岩镇",
        "大慈岩民宿联合工会委员会",
        (("大慈岩听雨民宿", 6), ("大慈岩山居民宿", 8), ("大慈岩莲田民宿", 7), ("大慈岩云上民宿", 5)),
    ),
)
FIRST, OPENED = date(2018, 1, 27), date(2018, 1, 9)
APPLIED, AGREED, ELECTED, REPORTED, LOOKED = (timedelta(days=-days) for days in (16, 13, 6, 5, 2))


def founded() -> None:
    """A standing round, nineteen applications, nineteen approvals; then one roster of all their members."""
    with journal.act():
        rows = _founded()
    load(
        queries.by_code(unions.COUNTY), book("新建工会会员", rows), "上半年新建工会会员.xlsx", moment(date(2018, 6, 25))
    )


def _founded() -> list[list[str]]:
    desks, crowd = chains.Desks(), people.people(20180601, start=300_000)
    rows = [list(people.HEADER)]
    by = {"actor": desks.player("publicity"), "at": moment(OPENED)}
    round_ = actions.make_round(
        type="found", org=queries.by_code(unions.COUNTY), title="建会申请", year=2018, opens_at=moment(OPENED, 0),
        notice_phone=chains.PHONE, **by,
    )  # fmt: skip
    round_ = actions.open_round(round_=round_, **by)
    for number, (home, firm, count) in enumerate(SINGLES, 1):
        on = FIRST + timedelta(days=9 * (number - 1))
        parent = queries.by_code(unions.code_of(home))
        unit = orgs.list_unit(
            org=parent, name=firm, listed_on=on - timedelta(days=40), actor=MACHINE, at=moment(on - timedelta(days=40)),
            details={"staff_count": count + 6, "staff_source": "report", "staff_on": on - timedelta(days=42)},
        )  # fmt: skip
        orgs.visit_unit(
            unit=unit, visited_on=on - timedelta(days=20), said="负责人同意建会，先发展会员。", actor=MACHINE,
            at=moment(on - timedelta(days=20)), promised_on=on + timedelta(days=5),
        )  # fmt: skip
        told = {"org_kind": "single", "name": f"{firm}工会委员会", "employer_name": firm, "staff_count": str(count + 6)}
        members = list(itertools.islice(crowd, count))
        org = _found(round_, parent, told, members, number, on, desks)
        orgs.built(unit=unit, by=org, on=on, actor=MACHINE, at=moment(on))
        rows += [people.sheet_row(person, firm, org.name, joined_on=on) for person in members]
    for number, (home, name, covered) in enumerate(JOINTS, len(SINGLES) + 1):
        on = FIRST - timedelta(days=9) + timedelta(days=8 * number)
        parent = queries.by_code(unions.code_of(home))
        members = list(itertools.islice(crowd, sum(size for _, size in covered)))
        told = {
            "org_kind": "joint", "name": name, "employer_name": covered[0][0], "staff_count": str(len(members)),
            "units": [{"name": unit, "staff": str(size)} for unit, size in covered],
        }  # fmt: skip
        org = _found(round_, parent, told, members, number, on, desks)
        theirs = iter(members)
        for employer, size in covered:
            rows += [
                people.sheet_row(person, employer, org.name, joined_on=on) for person in itertools.islice(theirs, size)
            ]
    return rows


def _found(
    round_: Any, parent: Any, told: dict[str, Any], members: list[people.Invented], number: int, on: date,
    desks: chains.Desks,
) -> Any:  # fmt: skip
    """One founding: two parts of one application, two looks of the township, the document."""
    founder, chair = members[0], members[1]
    actor = _account(founder, on + APPLIED)
    women = sum(one.sex == "女" for one in members)
    applied = {
        **told, "parent": str(parent.pk), "staff_women": str(women),
        "group": [
            {"name": founder.name, "side": "workers", "post": "班组长"}, {"name": chair.name, "side": "party", "post": "党支部委员"},
            {"name": members[2].name, "side": "workers"},
        ],
    }  # fmt: skip
    one = chains.by_oneself(round_, applied, actor, on + APPLIED)
    township = desks.of(parent.pk)
    chains.review([one], "pass", township, on + AGREED, reason="具备建会条件，同意筹建")
    union = told["name"].removesuffix("委员会")
    result = papers.keep(
        f"{union}选举结果报告", [f"大会应到会员{len(members)}人，实到会员符合规定。", f"选举{chair.name}为主席。"],
        on=papers.zh(on + ELECTED), actor=actor, at=moment(on + REPORTED, 18), signed=f"{union}筹备组",
    )  # fmt: skip
    second = {
        "elected_on": (on + ELECTED).isoformat(), "members": str(len(members)), "women_members": str(women),
        "form": "joint" if told["org_kind"] == "joint" else "committee", "committee_size": "5" if len(members) > 50 else "3",
        "chair": chair.name, "women_committee": women >= 10, "audit_committee": True, "no_kin": True,
        "result": [str(result.pk)],
    }  # fmt: skip
    at = moment(on + REPORTED, 19)
    one = lookups.again([one])[0]
    one = actions.save_draft(application=one, answers=second, actor=actor, at=at)
    one = actions.submit(application=one, actor=actor, at=at)
    chains.review([one], "pass", township, on + LOOKED, reason="选举程序和结果符合规定")
    document = f"建工〔2018〕{number + 10}号"
    approval = papers.keep(
        f"关于同意成立{union}的批复",
        [f"{union}筹备组：", f"你们的请示收悉。经研究，同意成立{told['name']}，现有会员{len(members)}名。", "特此批复。"],
        on=papers.zh(on), number=document, actor=township, at=moment(on, 9), org=parent, signed=parent.name,
    )  # fmt: skip
    decision = actions.decide(
        round_=round_, choices=[actions.Choice(one.pk)], decided_on=on, number=document, attachment=approval,
        actor=township, at=moment(on, 10),
    )  # fmt: skip
    return decision.awards.get().for_org


def _account(person: people.Invented, day: date) -> Any:
    """The founder's log-in: a code sent to the phone proved it theirs; no member yet."""
    new = accounts.NewAccount(display_name=person.name, phone=person.phone)
    [account] = accounts.open_accounts(rows=[new], actor=None, at=moment(day, 18))
    return lookups.actor_of(account, day)
