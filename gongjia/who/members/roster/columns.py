"""Columns of a roster: their names, the other names people give them, the codes they take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from gongjia.who.members import kinds


@dataclass(frozen=True)
class Column:
    """One column. `codes()` answers label -> code for a coded one; `into` is the row it belongs to."""

    key: str
    label: str
    aliases: tuple[str, ...] = ()
    into: str = "person"  # person | membership | "" (only steers the import)
    codes: Callable[[], dict[str, str]] | None = None
    required: bool = False
    width: int = 12
    example: str = ""
    help: str = ""
    max_length: int = 0


def _of(choices: type, **aliases: str) -> Callable[[], dict[str, str]]:
    def codes() -> dict[str, str]:
        found = {str(label): str(code) for code, label in choices.choices}
        found |= {str(code): str(code) for code, _ in choices.choices}
        found |= {str(int(code)): str(code) for code, _ in choices.choices if str(code).isdigit()} | found
        return found | aliases

    return codes


def _nations() -> dict[str, str]:
    found = {}
    for code, label in kinds.NATIONS.items():
        found[label] = found[code] = found[label.removesuffix("族")] = found[str(int(code))] = code
    return found


def _trades() -> dict[str, str]:
    from gongjia.who.members.models import Trade

    rows = Trade.objects.filter(until__isnull=True).values_list("code", "name")
    return {name: code for code, name in rows} | {code: code for code, _ in rows}


_YES = {"是": "1", "否": "", "1": "1", "0": "", "y": "1", "n": "", "√": "1", "有": "1", "无": ""}

COLUMNS: tuple[Column, ...] = (
    Column("name", "姓名", ("名字", "会员姓名", "职工姓名", "姓 名"), required=True, example="苏示例", max_length=60),
    Column("id_kind", "证件类别", ("证件类型", "有效证件类别", "证件种类"), codes=_of(
        kinds.IdKind, 身份证="id_card", 二代身份证="id_card", 港澳通行证="hk_macao_permit", 台胞证="taiwan_permit",
        港澳台居住证="hmt_residence", 外国人永久居留证="foreign_residence"), width=14, example="居民身份证"),
    Column("id_no", "证件号码", ("身份证号", "身份证号码", "身份证", "证件号", "公民身份号码", "身份证件号码"), width=22,
           example="330100199001010018", help="请先把这一列设为文本格式，否则表格软件会损坏后三位。"),
    Column("phone", "手机号", ("手机", "手机号码", "移动电话", "联系电话", "联系方式", "电话"), width=14,
           example="19900000001"),
    Column("sex", "性别", codes=_of(kinds.Sex, M="1", F="2"), width=6, example="女"),
    Column("born_on", "出生日期", ("出生年月", "出生年月日", "生日"), width=12, example="1990-01-01"),
    Column("nation", "民族", codes=_nations, width=8, example="汉族"),
    Column("political", "政治面貌", codes=_of(
        kinds.Political, 党员="01", 共产党员="01", 中国共产党党员="01", 预备党员="02", 团员="03", 无党派="12", 群众="13"),
        example="群众"),
    Column("education", "学历", ("文化程度", "最高学历", "教育程度"), codes=_of(
        kinds.Education, 博士="11", 硕士="14", 本科="20", 大学="20", 大专="30", 专科="30", 中专="41", 职高="44", 技校="47",
        高中="60"), example="大学专科"),
    Column("skill_level", "技术等级", ("职业技能等级", "职业资格", "技能等级"), codes=_of(
        kinds.SkillLevel, 一级="1", 二级="2", 三级="3", 四级="4", 五级="5", 无=""), example="高级工"),
    Column("employment", "就业状况", ("在岗情况", "就业状态"), codes=_of(
        kinds.Employment, 在职="1", 下岗="2", 待岗="2", 内退="7"), example="在岗"),
    Column("household_kind", "户籍类型", ("户口类型", "户口性质"), codes=_of(
        kinds.HouseholdKind, 非农业="1", 城镇="1", 城镇户口="1", 农业="2", 农村="2", 农业户口="2", 农村户口="2"),
        example="农业家庭户口"),
    Column("household_place", "户籍所在地", ("户口所在地", "户籍地址"), width=24, max_length=120),
    Column("native_place", "籍贯", max_length=60),
    Column("is_rural_worker", "是否农民工", ("农民工",), codes=lambda: dict(_YES), width=10, example="是"),
    Column("job_post", "岗位", ("工种", "职务", "职务岗位"), max_length=60),
    Column("employer", "工作单位", ("单位名称", "所在单位", "用人单位"), into="membership", width=28, max_length=120),
    Column("union", "所在工会", ("所属工会", "工会名称", "工会", "基层工会", "所属工会名称", "工会代码"), into="", width=30,
           help="填工会全称或代码；整份名册属于同一家工会时可以不填。"),
    Column("joined_on", "入会日期", ("入会时间", "会籍变化日期"), into="membership", width=12, example="2015-07-01"),
    Column("trade", "新就业形态职业", ("新就业形态", "新业态职业", "就业形态"), into="membership", codes=_trades,
           width=14),
    Column("platform", "平台企业", ("所属平台", "平台"), into="membership", max_length=60),
    Column("area", "从业区域", ("站点", "区域", "片区"), into="membership", max_length=60),
    Column("note", "备注", max_length=200),
)  # fmt: skip

BY_KEY = {column.key: column for column in COLUMNS}
PERSON_FIELDS = tuple(column.key for column in COLUMNS if column.into == "person")
MEMBERSHIP_FIELDS = tuple(column.key for column in COLUMNS if column.into == "membership")

FAULTS = {
    "id_check_digit": "证件号码校验不通过",
    "id_damaged": "证件号码已被表格软件损坏",
    "id_duplicate_in_file": "证件号码在本表中重复",
    "id_duplicate_elsewhere": "此人已在其他工会",
    "union_unknown": "找不到这家工会",
    "union_out_of_scope": "不属于您管理的工会",
    "too_young": "未满16周岁",
    "date_impossible": "日期不存在或不合情理",
    "code_unknown": "不在选项之内",
    "name_missing": "没有姓名",
    "phone_bad": "手机号不正确",
    "taken_meanwhile": "导入期间已由他人登记",
}
WARNINGS = {
    "phone_shared": "手机号与他人相同",
    "county_unknown": "证件号码前六位不是已知的县区代码",
    "id_missing": "没有证件号码",
    "name_differs": "与系统中登记的姓名不同",
    "value_differs": "与证件号码推算的不一致",
}


@dataclass(frozen=True)
class Verdict:
    """What is wrong with one cell. `row` counts as the sheet numbers it; `shown` is safe to print (masked)."""

    row: int
    column: str
    code: str
    message: str
    shown: str = ""

    def as_dict(self) -> dict:
        return {"row": self.row, "column": self.column, "code": self.code, "message": self.message}


@dataclass
class Table:
    """Raw cells under a header: `rows[i]` stands in the sheet's row `numbers[i]`; `mapping` key -> column position."""

    sheet: str
    header_row: int
    header: list[str]
    mapping: dict[str, int]
    numbers: list[int] = field(default_factory=list)
    rows: list[list] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)  # masked, for the page where columns are chosen
