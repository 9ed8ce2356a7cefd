"""January to June: nineteen unions are founded, homes are built, the ledger of units without a union is kept."""

from __future__ import annotations

import itertools
import random
from datetime import date, timedelta

from gongjia.demo import papers, people, unions
from gongjia.demo.register import load
from gongjia.demo.story import MACHINE, moment
from gongjia.demo.workbook import book
from gongjia.who.orgs import actions, queries

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
HOMES = (
    (unions.ZONE, "航空小镇区域职工之家"), ("新安江街道", "明珠社区区域职工之家"), ("乾潭镇", "乾潭工业园区域职工之家"),
    ("寿昌镇", "寿昌老街区域职工之家"), ("梅城镇", "梅城古城区域职工之家"),
)  # fmt: skip


def founded() -> None:
    """Each from a unit on the ledger, visited, approved by a paper; then its members by a roster."""
    second = _second()
    crowd = people.people(20180601, start=300_000)
    rows = [list(people.HEADER)]
    first = date(2018, 1, 18)
    for number, (home, firm, count) in enumerate(SINGLES, 1):
        on = first + timedelta(days=9 * number)
        unit = actions.list_unit(
            org=second[home], name=firm, listed_on=on - timedelta(days=40), actor=MACHINE, at=moment(on - timedelta(days=40)),
            details={"staff_count": count + 6, "staff_source": "report", "staff_on": on - timedelta(days=42)},
        )  # fmt: skip
        actions.visit_unit(
            unit=unit, visited_on=on - timedelta(days=20), said="负责人同意建会，先发展会员。", actor=MACHINE,
            at=moment(on - timedelta(days=20)), promised_on=on + timedelta(days=5),
        )  # fmt: skip
        org = _found(
            second[home],
            "single",
            f"{firm}工会委员会",
            number,
            on,
            count,
            {"employer_name": firm, "staff_count": count + 6},
        )
        actions.built(unit=unit, by=org, on=on, actor=MACHINE, at=moment(on))
        rows += [people.sheet_row(person, firm, org.name, joined_on=on) for person in itertools.islice(crowd, count)]
    for number, (home, name, covered) in enumerate(JOINTS, len(SINGLES) + 1):
        on = first + timedelta(days=8 * number)
        count = sum(size for _, size in covered)
        org = _found(
            second[home], "joint", name, number, on, count, {"staff_count": count},
            covered=[actions.Covered(unit, staff_count=size) for unit, size in covered],
        )  # fmt: skip
        for employer, size in covered:
            rows += [
                people.sheet_row(person, employer, org.name, joined_on=on) for person in itertools.islice(crowd, size)
            ]
    load(
        queries.by_code(unions.COUNTY), book("新建工会会员", rows), "上半年新建工会会员.xlsx", moment(date(2018, 6, 25))
    )


def _found(parent, kind: str, name: str, number: int, on: date, members: int, details: dict, covered=()):
    document = f"建工〔2018〕{number + 10}号"
    at = moment(on, 10)
    attachment = papers.keep(
        f"关于同意成立{name.removesuffix('委员会')}的批复",
        [f"{name.removesuffix('委员会')}筹备组：", f"你们的请示收悉。经研究，同意成立{name}，现有会员{members}名。", "特此批复。"],
        on=f"{on.year}年{on.month}月{on.day}日", number=document, actor=MACHINE, at=at, org=parent,
    )  # fmt: skip
    return actions.found(
        parent=parent, kind=kind, name=name, founded_on=on, document=document, attachment=attachment, actor=MACHINE,
        at=at, covered=covered, details={"founding_members": members, **details},
    ).org  # fmt: skip


def works() -> None:
    """Five regional homes under construction, two open ones, the ledger of units without a union."""
    second = _second()
    for number, (home, name) in enumerate(HOMES):
        one = actions.list_home(
            org=second[home], name=name, kind="regional", planned_on=date(2018, 3, 1), actor=MACHINE, at=moment(date(2018, 3, 1)),
            details={"area_m2": 180 + 20 * number},
        )  # fmt: skip
        day = date(2018, 4, 10) + timedelta(days=12 * number)
        actions.move_home(home=one, step="start", on=day, actor=MACHINE, at=moment(day))
    for home, name in (("洋溪街道", "洋溪职工之家"), ("更楼街道", "更楼职工之家")):
        one = actions.list_home(
            org=second[home],
            name=name,
            kind="regional",
            planned_on=date(2016, 3, 1),
            actor=MACHINE,
            at=moment(date(2018, 1, 9)),
        )
        actions.move_home(home=one, step="start", on=date(2016, 5, 1), actor=MACHINE, at=moment(date(2018, 1, 9)))
        actions.move_home(home=one, step="open", on=date(2017, 5, 1), actor=MACHINE, at=moment(date(2018, 1, 9)))
    _ledger(second)


def _ledger(second: dict) -> None:
    dice = random.Random(20180301)
    at = moment(date(2018, 3, 5))
    for short in [short for _, short, _ in unions.TOWNSHIPS] + [unions.ZONE]:
        place = short.removesuffix("街道").removesuffix("镇").removesuffix("乡")
        for number in range(dice.randint(3, 9)):
            unit = actions.list_unit(
                org=second[short], name=f"{place}未名{number + 1}号示例企业", listed_on=date(2018, 3, 1), actor=MACHINE, at=at,
                details={
                    "staff_count": dice.choice((8, 12, 16, 19, 22, 26, 31, 38, 45, 64)),
                    "staff_source": dice.choice(("social", "report", "visit")), "staff_on": date(2018, 2, 20),
                },
            )  # fmt: skip
            if dice.random() < 0.45:
                day = date(2018, 3, 10) + timedelta(days=dice.randint(0, 150))
                actions.visit_unit(
                    unit=unit, visited_on=day, actor=MACHINE, at=moment(day),
                    said=dice.choice(("业主愿意建会，等人手齐了办。", "负责人外出，留了建会告知书。", "答应下个月开会商量。", "已送达建会通知。")),
                    promised_on=day + timedelta(days=dice.choice((20, 45, 90))) if dice.random() < 0.6 else None,
                )  # fmt: skip


def _second() -> dict:
    return {short: queries.by_code(code) for code, _, short, _ in unions.second_level()}
