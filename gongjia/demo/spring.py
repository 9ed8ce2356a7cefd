"""January to June: regional homes are built, the ledger of units without a union is kept."""

from __future__ import annotations

import random
from datetime import date, timedelta

from gongjia.demo import unions
from gongjia.demo.story import MACHINE, moment
from gongjia.who.orgs import actions, queries

HOMES = (
    (unions.ZONE, "航空小镇区域职工之家"), ("新安江街道", "明珠社区区域职工之家"), ("乾潭镇", "乾潭工业园区域职工之家"),
    ("寿昌镇", "寿昌老街区域职工之家"), ("梅城镇", "梅城古城区域职工之家"),
)  # fmt: skip


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
