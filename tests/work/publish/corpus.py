"""Generated leaks and clean texts for the guard. Everything is invented: 330100…, 1990…."""

from __future__ import annotations

import random
from collections.abc import Iterator

from gongjia.base.identity_numbers import check_digit, luhn_ok

FULL = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
WORDS = str.maketrans("0123456789", "〇一二三四五六七八九")
INVISIBLE = ("\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad")
STREETS = ("新安路", "严州大道", "江滨路", "广场南路", "府东街", "环城北路")
ESTATES = ("江畔花园", "新安家园", "月亮湾小区", "望江公寓", "白沙新村")
VILLAGES = ("永平村", "三村村", "梓里村", "上马村", "大店口村")


def identity(rng: random.Random) -> str:
    born = f"{rng.randint(1945, 2015)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    first = f"330100{born}{rng.randint(1, 999):03d}"
    return first + check_digit(first)


def identity_15(rng: random.Random) -> str:
    return f"330100{rng.randint(45, 85):02d}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{rng.randint(1, 999):03d}"


def phone(rng: random.Random) -> str:
    return f"1990{rng.randint(0, 9999999):07d}"


def card(rng: random.Random) -> str:
    first = rng.choice(("622848", "621700", "622202", "955880", "436742")) + "".join(rng.choices("0123456789", k=12))
    return next(first + str(digit) for digit in range(10) if luhn_ok(first + str(digit)))


def address(rng: random.Random) -> str:
    flat = f"{rng.randint(1, 40)}幢{rng.randint(1, 4)}单元{rng.randint(101, 1802)}室"
    return rng.choice(
        (
            f"{rng.choice(ESTATES)}{flat}",
            f"新安江街道{rng.choice(STREETS)}{rng.randint(1, 300)}号{flat}",
            f"大同镇{rng.choice(VILLAGES)}{rng.randint(1, 200)}号",
            f"家庭住址：{rng.choice(STREETS)}{rng.randint(1, 300)}号{rng.randint(101, 902)}室",
            f"家住乾潭镇{rng.choice(VILLAGES)}第{rng.randint(1, 12)}组",
            f"现住{rng.choice(ESTATES)}{rng.choice('一二三四五')}幢{rng.choice('一二三')}单元",
        )
    )


def cut(rng: random.Random, number: str, sign: str) -> str:
    """As people part a number: 6-8-4, 3-4-4, fours."""
    parts = {18: (6, 8, 4), 15: (6, 6, 3), 11: (3, 4, 4)}.get(len(number)) or (4,) * (len(number) // 4 + 1)
    found, at = [], 0
    for size in parts:
        if number[at : at + size]:
            found.append(number[at : at + size])
        at += size
    return sign.join(found)


def forms(rng: random.Random, number: str) -> Iterator[tuple[str, str]]:
    """(what was done, the number after it)."""
    middle = rng.randint(4, len(number) - 4)
    yield "plain", number
    yield "full-width", number.translate(FULL)
    yield "spaces", cut(rng, number, " ")
    yield "wide spaces", cut(rng, number, "\u3000")
    yield "hyphens", cut(rng, number, "-")
    yield "dashes", cut(rng, number, "—")
    yield "dots", cut(rng, number, "·")
    yield "single", " ".join(number)
    yield "full-width and parted", cut(rng, number, "　").translate(FULL)
    yield "line break", number[:middle] + "\n" + number[middle:]
    yield "indented break", number[:middle] + "\r\n    " + number[middle:]
    yield "invisible", rng.choice(INVISIBLE).join(number)
    yield "cells", cut(rng, number, "\t")
    if len(number) in (11, 18) and number.isdigit():
        yield "words", number.translate(WORDS)


def leaks(count: int, seed: int = 20180827) -> Iterator[tuple[str, str, str]]:
    """(kind, form, text) for ever new numbers in the middle of ordinary sentences."""
    rng = random.Random(seed)
    before = ("拟资助人选", "联系电话：", "身份证号", "卡号 ", "王某，", "（", "详见附表 3；", "\n")
    after = ("，大同镇。", "。", "）", " 2018年6月30日", "；金额 3,000.00 元", "\n", " 共 5 人")
    made = 0
    while True:
        for kind, make in (("id", identity), ("id", identity_15), ("phone", phone), ("card", card)):
            for form, shown in forms(rng, make(rng)):
                yield kind, form, rng.choice(before) + shown + rng.choice(after)
                made += 1
                if made >= count:
                    return
        yield "address", "address", rng.choice(before[:1] + before[4:]) + address(rng) + "，拟资助。"
        yield "phone", "country code", f"电话+86 {phone(rng)}。"
        yield "id", "spoilt", f"{float(identity(rng).replace('X', '0')):.14E}"
        made += 3


def clean(count: int, seed: int = 7) -> Iterator[str]:
    """Sentences of real notices: dates, amounts, document numbers, union codes, offices, tables of figures."""
    rng = random.Random(seed)

    def day() -> str:
        return f"2018年{rng.randint(1, 12)}月{rng.randint(1, 28)}日"

    def yuan() -> str:
        return f"{rng.randint(1, 999)},{rng.randint(0, 999):03d}.00"

    makers = (
        lambda: f"公示时间：{day()}至{day()}，共 {rng.randint(5, 15)} 个工作日。",
        lambda: f"建工〔2018〕{rng.randint(1, 90)}号，第 {rng.randint(1, 9)} 次主席办公会研究，拟资助 {rng.randint(1, 60)} 人。",
        lambda: f"受理电话：0571-647{rng.randint(10000, 99999)}，受理地址：新安江街道新安路{rng.randint(1, 99)}号工会大楼{rng.randint(101, 909)}室。",
        lambda: f"张* 甲公司工会 金秋助学 {yuan()} 元",
        lambda: f"合计 {yuan()} 元，其中市财政 {yuan()} 元、本级 {yuan()} 元。",
        lambda: "\t".join(str(rng.randint(0, 9999)) for _ in range(8)),
        lambda: "\t".join(f"{rng.randint(1, 99999)}.{rng.randint(0, 99):02d}" for _ in range(6)),
        lambda: "\t".join((f"330182{rng.randint(1, 202):03d}", "莲花镇", f"2018{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}", str(rng.randint(1, 400)))),
        lambda: f"工会统一社会信用代码 81330182MC0000012H，编码 330182{rng.randint(1, 16):03d}-{rng.randint(1, 900):04d}。",
        lambda: f"{day()} 8:30—11:30、14:00—17:30，地点：建德市文化宫{rng.randint(2, 6)}楼会议室。",
        lambda: f"编号 2018-ZX-{rng.randint(1, 999999):06d}，批次 20180827{rng.randint(1, 99):02d}。",
        lambda: f"补助标准分 {rng.randint(1, 9)}000、{rng.randint(1, 9)}000、{rng.randint(1, 9)}500 元三档。",
        lambda: f"参加{rng.randint(100, 999)}人次，发放{rng.randint(1000, 9999)}份，覆盖{rng.randint(10, 99)}家企业，职工{rng.randint(1000, 9999)}名。",
        lambda: f"12351 热线、12345 热线，网址 www.example.gov.cn/art/2018/{rng.randint(1, 12)}/{rng.randint(1, 28)}/art_{rng.randint(1000000, 9999999)}.html",
        lambda: f"在新安江街道、大同镇永平村、李家镇三溪村设爱心驿家 {rng.randint(1, 9)} 处。",
        lambda: f"{rng.randint(2000, 2018)} {rng.randint(2000, 2018)} {rng.randint(2000, 2018)} {rng.randint(10, 99)} {rng.randint(100, 999)}",
    )  # fmt: skip
    for number in range(count):
        yield makers[number % len(makers)]()
