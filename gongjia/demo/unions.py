"""About nine hundred unions of a county, as the sheet that an office would send. The same every time."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from gongjia.base.identity_numbers import uscc_check
from gongjia.demo import cast, size

COUNTY = "330182"
TOWNSHIPS = (
    ("330182001", "新安江街道", 92), ("330182002", "洋溪街道", 80), ("330182003", "更楼街道", 58),
    ("330182101", "莲花镇", 24), ("330182102", "乾潭镇", 78), ("330182104", "梅城镇", 74),
    ("330182105", "杨村桥镇", 42), ("330182106", "下涯镇", 46), ("330182107", "大洋镇", 44),
    ("330182108", "三都镇", 28), ("330182109", "寿昌镇", 70), ("330182110", "航头镇", 40),
    ("330182111", "大慈岩镇", 26), ("330182112", "大同镇", 46), ("330182113", "李家镇", 22),
    ("330182202", "钦堂乡", 18),
)  # fmt: skip
ZONE = "开发区"
INDUSTRIES = ("教育工会", "卫生健康工会", "交通运输工会", "建设工会")
OTHERS = {ZONE: 44, "教育工会": 12, "卫生健康工会": 10, "交通运输工会": 8, "建设工会": 8}
DIRECT = (
    "机关",
    "供电公司",
    "烟草专卖局",
    "邮政公司",
    "新安化工集团示例",
    "农商银行示例",
    "自来水公司",
    "人民医院示例",
)
TODAY = date(2018, 1, 3)

BRANDS = [
    "新安",
    "千岛",
    "严州",
    "七里",
    "胥江",
    "兰江",
    "宝石",
    "玉泉",
    "灵栖",
    "大慈",
    "乌龙",
    "白沙",
    "碧波",
    "清渚",
    "梅峰",
    "云栖",
    "锦江",
    "恒丰",
    "瑞达",
    "泰和",
    "盛源",
    "华通",
    "金帆",
    "天成",
    "永固",
    "鸿运",
    "远航",
    "四海",
    "同创",
    "众信",
    "立新",
    "正大",
    "光明",
    "和美",
    "优品",
    "顺达",
    "联丰",
    "振兴",
    "伟业",
    "万川",
]
TRADES = (
    ("机械制造有限公司", "C", "170"), ("纺织品有限公司", "C", "170"), ("电子科技有限公司", "C", "159"),
    ("碳酸钙有限公司", "C", "170"), ("家具有限公司", "C", "170"), ("食品有限公司", "C", "159"),
    ("建材有限公司", "C", "170"), ("物流有限公司", "G", "170"), ("商贸有限公司", "F", "170"),
    ("酒店管理有限公司", "H", "170"), ("旅游发展有限公司", "R", "159"), ("物业服务有限公司", "K", "170"),
    ("农业开发有限公司", "A", "170"), ("建筑工程有限公司", "E", "159"), ("软件服务有限公司", "I", "170"),
)  # fmt: skip
HEADER = (
    "工会编码", "工会名称", "工会简称", "组织类型", "上级工会", "产业指导工会", "区划代码", "工会信用代码", "单位名称", "单位信用代码",
    "单位类别", "所属行业", "成立日期", "批复文号", "职工人数", "女职工人数", "职工人数日期", "届次", "本届选举日期", "任期年数", "涵盖单位",
    "名册确认日期",
)  # fmt: skip


@dataclass
class Union:
    """One basic union of the demo."""

    name: str
    kind: str
    second: str  # short name of the second-level union above it, "" for the federation itself
    employer: str
    members: int
    guide: str = ""
    industry: str = "C"
    nature: str = "170"
    covered: list[tuple[str, int]] = field(default_factory=list)
    founded_on: date = date(2010, 1, 1)
    has_chair: bool = True


def second_name(short: str) -> str:
    """Full name of a second-level union."""
    if short == ZONE:
        return "建德经济开发区（航空小镇）总工会"
    return f"建德市{short}" if short.endswith("工会") else f"建德市{short}总工会"


def second_level() -> list[tuple[str, str, str, str]]:
    """(code, full name, short name, kind) of the unions directly below the federation."""
    rows = [(code, second_name(short), short, "乡镇(街道)工会") for code, short, _ in TOWNSHIPS]
    rows.append((f"{COUNTY}-K01", second_name(ZONE), ZONE, "乡镇(街道)工会"))
    rows += [
        (f"{COUNTY}-K{at + 1:02d}", second_name(short), short, "产业(系统)工会")
        for at, short in enumerate(INDUSTRIES, 1)
    ]
    rows.append((f"{COUNTY}-K06", "建德市市级机关工会工作委员会", "机关工会工委", "工会工作委员会"))
    return rows


def code_of(short: str) -> str:
    """Code of a second-level union by its short name."""
    return next(code for code, _, name, _ in second_level() if name == short)


def uscc(front: str, number: int) -> str:
    """A unified code that verifies: union 81…, firm 91…, public body 12…."""
    first17 = f"{front}{COUNTY}MA{number:07d}"
    return first17 + uscc_check(first17)


def basic_unions() -> list[Union]:
    """Every basic union, in the order of the sheet, sized so that members add up to what `size` says."""
    dice = random.Random(20180103)
    found: list[Union] = []
    names: set[str] = set()

    def firm(place: str) -> tuple[str, str, str]:
        while True:
            ending, industry, nature = dice.choice(TRADES)
            name = f"{place}{dice.choice(BRANDS)}{dice.choice(('', '', '新', '源', '鑫', '博'))}{ending}"
            if name not in names:
                names.add(name)
                return name, industry, nature

    for code, short, count in (*TOWNSHIPS, *((short, short, count) for short, count in OTHERS.items())):
        count = size.now().of(count)
        place = short.removesuffix("街道").removesuffix("镇").removesuffix("乡").removesuffix("工会")
        if short in INDUSTRIES:
            found += _of_industry(dice, short, count)
            continue
        for at in range(count):
            if at == 0 and short == "洋溪街道":
                found.append(Union(f"{cast.PLANT}工会委员会", "单独基层工会", short, cast.PLANT, 0))
            elif at % 17 == 3 and code != ZONE:
                found.append(
                    Union(f"{place}{('小学', '初级中学', '幼儿园')[at % 3]}{at // 17 + 1}校工会委员会", "单独基层工会", short,
                          f"{place}{('小学', '初级中学', '幼儿园')[at % 3]}{at // 17 + 1}校", 0, "教育工会", "P", "400")
                )  # fmt: skip
            elif at % 19 == 7:
                covered = [(firm(place)[0], dice.randint(4, 22)) for _ in range(dice.randint(3, 9))]
                found.append(
                    Union(f"{place}{dice.choice(('工业园', '商贸街', '旅游', '村级企业'))}第{at // 19 + 1}联合工会委员会", "联合基层工会",
                          short, "", 0, covered=covered)
                )  # fmt: skip
            else:
                name, industry, nature = firm(place)
                found.append(
                    Union(f"{name}工会委员会", "单独基层工会", short, name, 0, industry=industry, nature=nature)
                )
    found += [
        Union(
            f"建德市{name}工会委员会",
            "单独基层工会",
            "机关工会工委" if name == "机关" else "",
            f"建德市{name}",
            0,
            industry="S",
            nature="500",
        )
        for name in DIRECT
    ]
    _size(dice, found)
    for union in found:
        union.founded_on = date(dice.randint(1999, 2017), dice.randint(1, 12), dice.randint(1, 28))
        union.has_chair = dice.random() < 0.72
    return found


def _of_industry(dice: random.Random, short: str, count: int) -> list[Union]:
    what = {
        "教育工会": ("中学", "P"),
        "卫生健康工会": ("医院", "Q"),
        "交通运输工会": ("客运站", "G"),
        "建设工会": ("工程处", "E"),
    }
    noun, industry = what[short]
    return [
        Union(
            f"建德市第{at}示例{noun}工会委员会",
            "单独基层工会",
            short,
            f"建德市第{at}示例{noun}",
            0,
            industry=industry,
            nature="400",
        )
        for at in range(1, count + 1)
    ]


def _size(dice: random.Random, found: list[Union]) -> None:
    """Sizes like those of real unions: many small, a few large; the sum is exact."""
    raw = [max(9.0, dice.lognormvariate(3.7, 0.85)) for _ in found]
    members = size.now().members
    factor = (members - 9 * len(found)) / sum(raw)
    for union, one in zip(found, raw, strict=True):
        union.members = 9 + int(one * factor)
    plant = next(union for union in found if union.employer == cast.PLANT)
    plant.members = size.now().of(240, at_least=110)
    found[-1].members += members - sum(union.members for union in found)
    assert found[-1].members >= 9


def sheet_rows(found: list[Union]) -> list[list[str]]:
    """The organisation sheet: header, second level, basic unions; with the gaps that real sheets have."""
    dice = random.Random(20180104)
    rows: list[list[str]] = [list(HEADER)]
    full = {short: name for _, name, short, _ in second_level()}
    for code, name, short, kind in second_level():
        term = ("", "", "") if kind == "工会工作委员会" else ("3", f"20{14 + len(rows) % 4}-11-20", "5")
        rows.append(
            [code, name, short, kind, COUNTY, "", code if code.isdigit() else COUNTY, uscc("81", 100 + len(rows)), "", "", "", "",
             "2002-06-01", "", "", "", "", *term, "", ""]
        )  # fmt: skip
    for at, union in enumerate(found, 1):
        staff = union.members + dice.randint(0, union.members // 4 + 2)
        years = dice.choice((3, 5))
        elected = _elected(dice, union.founded_on, years)
        gap = dice.random()
        rows.append(
            [
                "", union.name, "", union.kind, full.get(union.second, COUNTY), full.get(union.guide, ""), COUNTY,
                uscc("81", 1000 + at) if gap > 0.12 else "",
                union.employer, uscc("12" if union.nature in ("400", "500") else "91", 5000 + at) if union.employer and gap < 0.93 else "",
                union.nature if union.employer else "", union.industry,
                union.founded_on.isoformat(), f"建工〔{union.founded_on.year}〕{at % 90 + 1}号",
                "" if 0.3 < gap < 0.36 else str(staff), "" if gap < 0.4 else str(int(staff * 0.42)), "2017-12-31",
                str(max(1, (elected.year - union.founded_on.year) // years + 1)), elected.isoformat(), str(years),
                "、".join(f"{name}({count})" for name, count in union.covered),
                (TODAY - timedelta(days=dice.randint(5, 900))).isoformat() if dice.random() < 0.8 else "",
            ]
        )  # fmt: skip
    return rows


def _elected(dice: random.Random, founded: date, years: int) -> date:
    """The day of the running term's election: most in time, some overdue by August 2018, some due soon."""
    chance = dice.random()
    if chance < 0.08:
        ago = years * 365 + dice.randint(20, 300)
    elif chance < 0.16:
        ago = years * 365 - dice.randint(240, 420)
    else:
        ago = dice.randint(60, years * 365 - 430)
    return max(founded, TODAY - timedelta(days=ago))
