"""Invented people, the same every time: names, ID numbers with a right check digit, phones, facts."""

from __future__ import annotations

import itertools
import operator
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段漕钱汤尹黎易常武乔贺赖龚文"
    "单解仇区查"
)
GIVEN_FIRST = "安柏晨初淳黛德方芳枫光海涵禾恒华辉佳建江静军俊可兰乐立林凌茂梅明宁培平琪千清秋瑞若森尚诗书舒淑思素泰天庭万文希夏先晓心欣新星秀旭雪雅妍岩阳依宜逸英颖永友雨玉远月云芸泽真振之知志中竹卓子"
GIVEN_SECOND = "安宝斌波博昌超成诚川春达丹东栋恩凡飞丰峰锋福刚国涵豪浩和红宏虎华慧吉佳杰洁津京娟君凯科坤岚磊丽莉亮琳龙璐美敏明楠鹏萍奇强芹勤青清群然荣山尚胜松涛婷彤威伟文武霞祥晓欣星兴雄旭燕洋怡艺盈勇友宇元跃云芝志洲"
EDUCATION = (
    ("初中", 22),
    ("普通高中", 20),
    ("中等专科", 14),
    ("大学专科", 22),
    ("大学本科", 18),
    ("硕士研究生毕业", 2),
    ("", 2),
)
POLITICAL = (("群众", 74), ("中共党员", 12), ("共青团员", 11), ("", 3))
SKILL = (("", 62), ("初级工", 14), ("中级工", 12), ("高级工", 8), ("技师", 3), ("高级技师", 1))
NATION = (("汉族", 955), ("畲族", 15), ("苗族", 10), ("土家族", 10), ("布依族", 10))
HOUSEHOLD = (("农业家庭户口", 55), ("非农业家庭户口", 40), ("", 5))
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_FIRST_BIRTH, _BIRTH_DAYS = date(1956, 1, 1), 15700  # up to the end of 1998


@dataclass(frozen=True)
class Invented:
    """One invented worker; texts as a sheet would have them."""

    name: str
    id_no: str
    phone: str
    sex: str
    born_on: date
    nation: str
    political: str
    education: str
    skill_level: str
    household_kind: str
    is_rural_worker: str
    joined_on: date


def id_number(born: date, sequence: int) -> str:
    """330100 + birth date + three digits + check character (GB 11643)."""
    body = f"330100{born:%Y%m%d}{sequence:03d}"
    return body + "10X98765432"[sum(map(operator.mul, map(int, body), _WEIGHTS)) % 11]


def phone_number(number: int) -> str:
    """1990 and seven digits."""
    return f"1990{number % 10_000_000:07d}"


def people(seed: int, start: int = 0) -> Iterator[Invented]:
    """An endless row of invented people. `start` shifts ID numbers and phones, so that two rows never meet."""
    dice = random.Random(seed)
    tables = [
        ([text for text, _ in table], list(itertools.accumulate(weight for _, weight in table)))
        for table in (NATION, POLITICAL, EDUCATION, SKILL, HOUSEHOLD)
    ]
    number = start
    while True:
        # a multiplier coprime to the span walks through all birth days before any comes again
        born = _FIRST_BIRTH + timedelta(days=number * 7919 % _BIRTH_DAYS)
        female = dice.random() < 0.44
        id_no = id_number(born, number // _BIRTH_DAYS % 500 * 2 + (0 if female else 1))
        name = (
            dice.choice(SURNAMES)
            + dice.choice(GIVEN_FIRST)
            + (dice.choice(GIVEN_SECOND) if dice.random() < 0.82 else "")
        )
        nation, political, education, skill, household = (
            dice.choices(texts, cum_weights=weights)[0] for texts, weights in tables
        )
        joined = date(dice.randint(max(born.year + 18, 1985), 2017), dice.randint(1, 12), dice.randint(1, 28))
        yield Invented(
            name=name,
            id_no=id_no,
            phone=phone_number(number),
            sex="女" if female else "男",
            born_on=born,
            nation=nation,
            political=political,
            education=education,
            skill_level=skill,
            household_kind=household,
            is_rural_worker="是" if household.startswith("农业") and dice.random() < 0.6 else "否",
            joined_on=min(joined, date(2017, 12, 28)),
        )
        number += 1


HEADER = (
    "姓名", "性别", "身份证号码", "手机号码", "出生日期", "民族", "政治面貌", "学历", "技术等级", "户籍类型", "是否农民工",
    "工作单位", "所在工会", "入会日期", "新就业形态职业", "平台企业", "从业区域",
)  # fmt: skip


def sheet_row(
    person: Invented,
    employer: str,
    union: str,
    *,
    trade: tuple[str, str, str] = ("", "", ""),
    joined_on: date | None = None,
) -> list[str]:
    """A row under `HEADER`."""
    return [
        person.name, person.sex, person.id_no, person.phone, person.born_on.isoformat(), person.nation,
        person.political, person.education, person.skill_level, person.household_kind, person.is_rural_worker,
        employer, union, (joined_on or person.joined_on).isoformat(), *trade,
    ]  # fmt: skip
