"""People of the new forms of employment: the list of trades of 2018, and who on a roster works in one."""

from __future__ import annotations

import random
from datetime import date

from gongjia.demo import unions
from gongjia.demo.story import MACHINE, moment
from gongjia.who.members import actions

LIST_DAY = date(2018, 1, 1)
LIST = (
    ("truck", "货车司机", "four"), ("ride", "网约车司机", "four"), ("courier", "快递员", "four"), ("delivery", "外卖配送员", "four"),
    ("care", "护工护理员", "eight"), ("home", "家政服务员", "eight"), ("clerk", "商场信息员", "eight"),
    ("agent", "房产中介员", "eight"), ("guard", "保安员", "eight"), ("host", "村播", "local"),
)  # fmt: skip
PLATFORMS = {
    "货车司机": ("示例货运", "示例满车"), "网约车司机": ("示例出行",), "快递员": ("示例速递", "示例快运"), "外卖配送员": ("示例到家",),
    "村播": ("示例直播",),
}  # fmt: skip
# what the name of an employer or of a joint union ends in -> (share of its people, trades)
WHERE = (
    ("物流有限公司", 0.34, ("货车司机", "货车司机", "快递员")),
    ("物业服务有限公司", 0.22, ("保安员", "保安员", "家政服务员")),
    ("商贸有限公司", 0.07, ("商场信息员", "快递员", "外卖配送员")),
    ("农业开发有限公司", 0.04, ("村播",)),
    ("客运站", 0.16, ("网约车司机",)),
    ("医院", 0.08, ("护工护理员",)),
)
SPOTS = ("城区", "开发区", "沿江", "老街", "高铁站")
NONE = ("", "", "")


def list_trades() -> None:
    """The federation keeps the list; rosters may name only what stands on it."""
    actions.set_trades(rows=LIST, from_on=LIST_DAY, actor=MACHINE, at=moment(date(2018, 1, 3)))


def trade_of(dice: random.Random, union: unions.Union, employer: str) -> tuple[str, str, str]:
    """(trade, platform, area) of one person, three empty texts for most."""
    for ending, share, names in WHERE:
        if employer.endswith(ending):
            if dice.random() >= share:
                return NONE
            name = dice.choice(names)
            home = (
                (union.second or "建德").removesuffix("街道").removesuffix("镇").removesuffix("乡").removesuffix("工会")
            )
            platform = dice.choice(PLATFORMS[name]) if name in PLATFORMS else ""
            return name, platform, f"{home}{dice.choice(SPOTS)}片区"
    return NONE
