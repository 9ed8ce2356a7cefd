"""Columns of a sheet of unions: their names, the other names people give them, how a cell is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from gongjia.base.period import add_months
from gongjia.base.sheets import Damaged
from gongjia.who.orgs import kinds
from gongjia.who.orgs.kinds import OrgKind


class Unreadable(ValueError):
    """The cell cannot be what its column says. Carries a code and a sentence."""

    def __init__(self, code: str, sentence: str):
        self.code = code
        super().__init__(sentence)


def text(cell: str) -> str:
    return cell.strip()


def code(cell: str) -> str:
    if isinstance(cell, Damaged):
        raise Unreadable("number_damaged", "这串数字被表格软件损坏了，请把这一列设为文本后重填。")
    return "".join(cell.split()).upper()


def number(cell: str) -> int:
    plain = cell.replace(",", "").removesuffix("人").removesuffix("名").strip()
    plain = re.sub(r"\.0+$", "", plain)
    if not plain.isdigit():
        raise Unreadable("number_bad", f"“{cell}”不是整数。")
    return int(plain)


_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?(?: 00:00(?::00)?)?")
_EIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})")


def day(cell: str) -> date:
    plain = cell.strip()
    match = _DATE.fullmatch(plain) or _EIGHT.fullmatch(plain)
    if match is None:
        raise Unreadable("date_bad", f"“{cell}”看不出是哪一天，请写成 2018-03-01。")
    try:
        return date(int(match[1]), int(match[2]), int(match[3] or 1))
    except ValueError:
        raise Unreadable("date_impossible", f"“{cell}”不是真实的日期。") from None


_YES = {"是", "有", "已建", "已建立", "√", "✓", "1", "Y", "YES", "已登记", "已取得"}
_NO = {"否", "无", "没有", "未建", "×", "0", "N", "NO", "未登记", "未取得"}


def yes(cell: str) -> bool:
    plain = cell.strip().upper()
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise Unreadable("yes_no_bad", f"“{cell}”请写“是”或“否”。")


_ZH = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


def ordinal(cell: str) -> int:
    """第三届, 三, 3, 第十五届, 二十一."""
    plain = cell.strip().removeprefix("第").removesuffix("届")
    if plain.isdigit():
        return int(plain)
    tens, ten, ones = plain.partition("十")
    if ten and (not tens or tens in _ZH) and (not ones or ones in _ZH):
        return (_ZH[tens] if tens else 1) * 10 + (_ZH[ones] if ones else 0)
    if plain in _ZH:
        return _ZH[plain]
    raise Unreadable("term_bad", f"“{cell}”看不出是第几届。")


def years(cell: str) -> int:
    return ordinal(cell.strip().removesuffix("年").removesuffix("每届"))


def coded(codes: Callable[[], Mapping[str, str]], what: str) -> Callable[[str], str]:
    def read(cell: str) -> str:
        found = codes().get("".join(cell.split()))
        if found is None:
            raise Unreadable("code_unknown", f"“{cell}”不在{what}的代码表里。")
        return found

    return read


@cache
def _kinds() -> dict[str, str]:
    found = {label: code for code, label in OrgKind.choices} | {code: code for code in OrgKind.values}
    # Numbers are not read: one system's 1 is 单独, another's 1 is 联合.
    return found | {
        "单独": OrgKind.SINGLE.value,
        "独立": OrgKind.SINGLE.value,
        "单独建会": OrgKind.SINGLE.value,
        "独立基层工会": OrgKind.SINGLE.value,
        "基层工会": OrgKind.SINGLE.value,
        "联合": OrgKind.JOINT.value,
        "联合建会": OrgKind.JOINT.value,
        "联合工会": OrgKind.JOINT.value,
        "联合基层工会委员会": OrgKind.JOINT.value,
        "工委": OrgKind.WORK_COMMITTEE.value,
        "工会工委": OrgKind.WORK_COMMITTEE.value,
        "乡镇工会": OrgKind.TOWNSHIP.value,
        "街道工会": OrgKind.TOWNSHIP.value,
        "乡镇街道工会": OrgKind.TOWNSHIP.value,
        "产业工会": OrgKind.INDUSTRY.value,
        "系统工会": OrgKind.INDUSTRY.value,
        "区域工会联合会": OrgKind.REGIONAL.value,
        "区域联合会": OrgKind.REGIONAL.value,
        "行业工会联合会": OrgKind.TRADE.value,
        "行业联合会": OrgKind.TRADE.value,
        "分会": OrgKind.BRANCH.value,
        "小组": OrgKind.GROUP.value,
    }


def _both(codes: Mapping[str, str]) -> dict[str, str]:
    """Code and label both lead to the code."""
    return {code: code for code in codes} | {label: code for code, label in codes.items()}


@cache
def _natures() -> dict[str, str]:
    short = {"国有": "110", "集体": "120", "私营": "170", "民营企业": "170", "港澳台商投资": "200", "外商投资": "300"}
    short |= {"外资企业": "300", "事业": "400", "行政机关": "500", "个体": "600", "民办非企业": "700"}
    short |= {"有限责任公司": "159", "股份有限公司": "169", "社会服务机构": "700"}
    return _both(kinds.UNIT_NATURES) | short


@cache
def _economies() -> dict[str, str]:
    return _both(kinds.ECONOMIES) | {
        "公有": "public",
        "非公": "non_public",
        "非公有": "non_public",
        "非公企业": "non_public",
    }


@cache
def _industries() -> dict[str, str]:
    plain = {label.replace("、", "").replace("和", ""): code for code, label in kinds.INDUSTRIES.items()}
    short = {
        "农林牧渔业": "A",
        "采矿": "B",
        "制造": "C",
        "建筑": "E",
        "批发零售业": "F",
        "交通运输业": "G",
        "住宿餐饮业": "H",
    }
    short |= {"信息技术": "I", "金融": "J", "房地产": "K", "居民服务业": "O", "卫生": "Q", "公共管理": "S"}
    return _both(kinds.INDUSTRIES) | plain | short


_BETWEEN = re.compile(r"[、；;，,\n|]+(?![^(（]*[)）])")  # not inside brackets
_COVER = re.compile(r"(?P<name>.+?)(?:[(（](?P<inside>[^()（）]*)[)）])?")


def covered(cell: str) -> list[tuple[str, str, int | None]]:
    """ "甲公司(91330182…,35)、乙公司" -> name, credit code, staff."""
    units = []
    for part in filter(None, map(str.strip, _BETWEEN.split(cell))):
        match = _COVER.fullmatch(part)
        name, inside = (match["name"].strip(), match["inside"] or "") if match else (part, "")
        uscc, staff = "", None
        for piece in filter(None, re.split(r"[,，、 /]+", inside.strip())):
            plain = piece.removesuffix("人")
            if len(plain) == 18:
                uscc = plain.upper()
            elif plain.isdigit():
                staff = int(plain)
            else:
                name, uscc, staff = part, "", None  # the brackets belong to the name
                break
        units.append((name, uscc, staff))
    return units


@dataclass(frozen=True)
class Col:
    """One column. `into` is the field of the union it fills; "" when it only steers the import."""

    key: str
    label: str
    aliases: tuple[str, ...] = ()
    read: Callable[[str], Any] = text
    into: str = "same"
    required: bool = False
    width: int = 14
    as_text: bool = False
    choices: tuple[str, ...] = ()
    note: str = ""
    max_length: int = 0

    @property
    def field(self) -> str:
        return self.key if self.into == "same" else self.into


COLUMNS: tuple[Col, ...] = (
    Col("code", "工会编码", ("编码", "组织编码", "工会代码"), code, "", as_text=True, width=18,
        note="已有的工会按编码对上；新工会留空，由系统编号。"),
    Col("name", "工会名称", ("工会全称", "基层工会名称", "组织名称", "名称", "工会组织名称"), required=True, width=36, max_length=120),
    Col("short_name", "工会简称", ("简称",), width=16, max_length=40),
    Col("kind", "组织类型", ("工会类型", "基层工会类型", "工会组织类型", "建会类型", "建会形式", "类型"),
        coded(_kinds, "组织类型"), required=True, width=18, choices=tuple(OrgKind.labels)),
    Col("parent", "上级工会", ("上级工会名称", "上级工会编码", "隶属工会", "隶属", "所属工会", "主管工会"), into="", width=30,
        note="写编码或全称；本表里的工会也可以作上级。"),
    Col("industry_parent", "产业指导工会", ("产业工会", "系统工会", "产业指导", "所属产业工会"), into="", width=24),
    Col("division_code", "区划代码", ("行政区划代码", "单位所在政区", "所在政区"), code, as_text=True, max_length=12),
    Col("uscc", "工会信用代码", ("工会统一社会信用代码", "工会法人代码"), code, as_text=True, width=22),
    Col("employer_name", "单位名称", ("所在单位", "单位全称", "企业名称"), width=36, max_length=120),
    Col("employer_uscc", "单位信用代码", ("统一社会信用代码", "单位统一社会信用代码", "社会信用代码", "组织机构代码/统一社会信用代码"),
        code, as_text=True, width=22),
    Col("unit_nature", "单位类别", ("单位性质类别", "单位性质", "登记注册类型"), coded(_natures, "单位类别"), width=18,
        choices=tuple(kinds.UNIT_NATURES.values())),
    Col("economy", "经济类型", ("所有制",), coded(_economies, "经济类型"), choices=tuple(kinds.ECONOMIES.values())),
    Col("industry", "所属行业", ("行业", "单位所属行业", "行业门类"), coded(_industries, "行业"), width=22,
        choices=tuple(kinds.INDUSTRIES.values())),
    Col("address", "单位地址", ("地址", "住所", "通讯地址"), width=36, max_length=200),
    Col("postcode", "邮编", ("邮政编码",), code, as_text=True, max_length=6),
    Col("phone", "联系电话", ("办公电话", "电话", "工会电话"), code, as_text=True, max_length=40),
    Col("email", "邮箱", ("电子邮箱",), max_length=254),
    Col("head_name", "负责人", ("工会负责人", "工会主席", "主席", "主席姓名", "主要负责人"), max_length=40),
    Col("contact_name", "联系人", ("经办人",), max_length=40),
    Col("founded_on", "成立日期", ("建会日期", "建会时间", "成立时间"), day),
    Col("founding_document", "批复文号", ("批准文号", "审批文号"), width=22, max_length=80),
    Col("founding_members", "建会时会员数", ("会员人数", "会员数"), number),
    Col("opened_on", "开业日期", ("单位开业日期",), day),
    Col("staff_count", "职工人数", ("职工数", "职工总数", "员工人数"), number),
    Col("staff_women", "女职工人数", ("女职工数", "其中女职工"), number),
    Col("staff_on", "职工人数日期", ("人数统计日期",), day),
    Col("committee_size", "委员人数", ("委员会人数", "工会委员人数"), number),
    Col("women_committee", "女职工委员会", ("是否建立女职工委员会",), yes, choices=("是", "否")),
    Col("audit_committee", "经审会", ("经费审查委员会", "是否建立经审会"), yes, choices=("是", "否")),
    Col("legal_person", "法人资格", ("是否法人", "工会法人", "法人登记"), yes, choices=("是", "否")),
    Col("legal_person_on", "法人登记日期", (), day),
    Col("legal_person_no", "法人资格证号", ("法人证书号", "证书编号"), as_text=True, max_length=40),
    Col("term_number", "届次", ("届别", "第几届", "本届届次"), ordinal, ""),
    Col("term_started_on", "本届选举日期", ("换届日期", "换届时间", "本届产生日期", "选举日期", "任期开始"), day, ""),
    Col("term_years", "任期年数", ("任期", "每届任期"), years, ""),
    Col("term_ends_on", "届满日期", ("任期届满", "到期日期", "任期结束"), day, ""),
    Col("covered", "涵盖单位", ("覆盖单位", "联合单位", "涵盖单位名称"), covered, "", width=50,
        note="多家用顿号隔开；可在括号里写信用代码和人数：甲公司(91…,35)。"),
    Col("roster_confirmed_on", "名册确认日期", ("名册确认时间",), day),
    Col("upper_no", "上级系统编号", ("上级编号", "全国编号"), code, as_text=True, max_length=40),
)  # fmt: skip
BY_KEY = {column.key: column for column in COLUMNS}
ALIASES = {column.key: (column.label, *column.aliases) for column in COLUMNS}


def years_between(started_on: date, ends_on: date) -> int | None:
    """3 or 5 when the last day is the corresponding day, or the day before it, of that many years."""
    for span in (3, 5):
        full = add_months(started_on, 12 * span)
        if 0 <= (full - ends_on).days <= 1:
            return span
    return None
