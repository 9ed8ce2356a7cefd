"""Earlier years' files from a sheet: closed 历史导入 records. They count for rules that look back, in no figure of now."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from gongjia.base import identity_numbers, journal, sheets
from gongjia.base.actor import Actor
from gongjia.base.refused import refuse
from gongjia.who.members.queries import identity_owner
from gongjia.who.orgs import queries as orgs
from gongjia.work.households import kinds, powers
from gongjia.work.households.actions.file import lock_households, next_number, today
from gongjia.work.households.models import FileMember, HouseholdFile

ALIASES = {
    "name": ("姓名", "职工姓名", "户主"),
    "id_no": ("身份证号", "身份证号码", "证件号码"),
    "category": ("困难类别", "类别"),
    "level": ("档案级别", "级别"),
    "opened_on": ("建档日期", "建档时间"),
    "closed_on": ("退出日期", "脱困日期", "注销日期", "退出时间"),
    "close_why": ("退出原因", "注销原因"),
    "cause": ("主要致困原因", "致困原因"),
    "persons": ("家庭人口", "人口"),
    "upper_no": ("职工编号", "上级系统编号", "全国系统编号"),
}
TITLES = (
    "姓名",
    "身份证号",
    "困难类别",
    "档案级别",
    "建档日期",
    "退出日期",
    "退出原因",
    "主要致困原因",
    "家庭人口",
    "职工编号",
)
OLD_CATEGORIES = {"低保户": "deep", "低保边缘户": "relative", "意外致困户": "accident"}


@dataclass(frozen=True)
class EarlierRow:
    """One row of the sheet, read and judged."""

    number: int
    cells: tuple[str, ...]
    values: dict[str, Any]
    faults: tuple[str, ...] = ()


@dataclass
class Earlier:
    """What a sheet of earlier files holds."""

    good: list[EarlierRow] = field(default_factory=list)
    bad: list[EarlierRow] = field(default_factory=list)


def blank() -> bytes:
    """An empty sheet to fill in."""
    buffer = io.BytesIO()
    columns = [
        sheets.Column(title, width=18, text=True, required=title in TITLES[:3] + TITLES[4:6]) for title in TITLES
    ]
    sheets.write(buffer, [sheets.SheetOut("往年困难职工档案", columns, [])])
    return buffer.getvalue()


def check_earlier(source: Any, *, name: str, actor: Actor, at: datetime) -> Earlier:
    """Read and judge a sheet; nothing is written."""
    if not actor.holds(powers.IMPORT):
        actor.must(powers.IMPORT, None)
    book = sheets.read(source, name)
    sheet = book.first
    head = sheets.headers.find(sheet.rows, ALIASES, at_least=3)
    if head is None or not {"id_no", "category", "opened_on", "closed_on"} <= set(head.columns):
        refuse(
            "sheet_no_head", "表里没有找到“身份证号、困难类别、建档日期、退出日期”这几列。", cure="请下载空白表填写。"
        )
    found, seen = Earlier(), set()
    for index, row in enumerate(sheet.rows[head.first_data :], head.first_data):
        if not any(cell.strip() for cell in row):
            continue
        cells = {key: (row[at_] if at_ < len(row) else "").strip() for key, at_ in head.columns.items()}
        values, faults = _judge(cells, actor, today(at))
        key = (values.get("id_no"), values.get("opened_on"))
        if not faults and key in seen:
            faults.append("表内重复")
        seen.add(key)
        done = EarlierRow(sheet.number_of(index), tuple(cells.get(key, "") for key in ALIASES), values, tuple(faults))
        (found.bad if faults else found.good).append(done)
    if not found.good and not found.bad:
        refuse("sheet_empty", "表里没有数据。")
    return found


def _judge(cells: dict[str, str], actor: Actor, day: date) -> tuple[dict[str, Any], list[str]]:
    faults: list[str] = []
    values: dict[str, Any] = {}
    checked = identity_numbers.check_id_card(cells.get("id_no", ""), today=day)
    owner: Any = None
    if not checked.ok:
        faults.append(checked.sentence)
    else:
        values["id_no"] = checked.value
        owner = identity_owner(actor, checked.value)
        if owner is None or not owner.may_see or owner.standing == "none":
            faults.append("会员档案里没有这个人，或不在您的范围内")
    values["owner"] = owner
    category = _code(cells.get("category", ""), dict(kinds.Category.choices), OLD_CATEGORIES)
    if not category:
        faults.append("困难类别应为深度困难、相对困难或意外致困")
    values["category"] = category
    values["level"] = _code(cells.get("level", ""), dict(kinds.Level.choices))
    values["cause"] = _code(cells.get("cause", ""), dict(kinds.Cause.choices))
    values["close_why"] = _code(cells.get("close_why", ""), dict(kinds.ExitWhy.choices)) or (
        kinds.ExitWhy.ABOVE.value if "脱困" in cells.get("close_why", "") else kinds.ExitWhy.OTHER.value
    )
    opened, closed = _day(cells.get("opened_on", "")), _day(cells.get("closed_on", ""))
    if opened is None:
        faults.append("建档日期看不懂")
    if closed is None:
        faults.append("退出日期看不懂；仍在档的请在系统里新建，不作历史导入")
    if opened and closed and closed < opened:
        faults.append("退出日期早于建档日期")
    if closed and closed > day:
        faults.append("退出日期在今天之后；仍在档的请在系统里新建")
    values |= {"opened_on": opened, "closed_on": closed, "upper_no": cells.get("upper_no", "")[:40]}
    persons = cells.get("persons", "")
    values["persons"] = int(persons) if persons.isdigit() and int(persons) < 100 else 1
    if owner is not None and opened is not None and _there(owner, opened):
        faults.append("这份档案已经导入过")
    return values, faults


def _there(owner: Any, opened: date) -> bool:
    return HouseholdFile.objects.filter(head_id=owner.person_id, opened_on=opened).exists()


def _code(text: str, labels: dict[str, str], older: dict[str, str] | None = None) -> str:
    text = text.strip()
    for code, label in labels.items():
        if text in (code, label):
            return code
    return (older or {}).get(text, "")


def _day(text: str) -> date | None:
    hit = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?( 00:00:00)?", text.strip())
    if hit is None:
        return None
    try:
        return date(int(hit.group(1)), int(hit.group(2)), int(hit.group(3)))
    except ValueError:
        return None


def import_earlier(source: Any, *, name: str, actor: Actor, at: datetime, paper: Any = None) -> Earlier:
    """Take the good rows of a sheet over, all at once; the others come back with their reasons."""
    with journal.act():
        lock_households()
        found = check_earlier(source, name=name, actor=actor, at=at)
        made: list[HouseholdFile] = []
        root = orgs.root()
        city = (root.division_code or root.code)[:6] if root else ""
        people = _people(found.good)
        for row in found.good:
            values = row.values
            person, spell = people[values["owner"].person_id]
            file = HouseholdFile(
                number=next_number(city, values["opened_on"].year), org=spell.org, home_org=spell.org, head=person,
                origin=kinds.Origin.IMPORT.value, city=city, category=values["category"], level=values["level"],
                cause_main=values["cause"], applied_on=values["opened_on"], opened_on=values["opened_on"],
                closed_on=values["closed_on"], close_why=values["close_why"], persons=values["persons"],
                upper_no=values["upper_no"], entered_by=actor.label,
                state="exited" if values["close_why"] == kinds.ExitWhy.ABOVE else "cancelled",
            )  # fmt: skip
            file.save(force_insert=True)
            FileMember(
                file=file, person=person, relation=kinds.Relation.SELF.value, name=person.name,
                id_no=values["id_no"], since=values["opened_on"],
            ).save(force_insert=True)  # fmt: skip
            made.append(file)
        if made:
            journal.write(
                "households.imported", actor=actor, at=at, org=root, subjects=[*made, *([paper] if paper else [])],
                payload={"taken": len(made), "refused": len(found.bad)}, note=name,
            )  # fmt: skip
        return found


def _people(rows: Sequence[EarlierRow]) -> dict[Any, Any]:
    """Person -> (person, the latest spell): the union that keeps the file of somebody who left is their last one."""
    person_model = HouseholdFile._meta.get_field("head").related_model
    keys = [row.values["owner"].person_id for row in rows]
    people = person_model.objects.filter(pk__in=keys).prefetch_related("memberships__org")
    return {
        person.pk: (person, max(person.memberships.all(), key=lambda spell: spell.since, default=None))
        for person in people
    }


def refused_sheet(rows: Sequence[EarlierRow]) -> bytes:
    """The rows that were not taken, each with its reasons."""
    columns = [*(sheets.Column(title, width=18, text=True) for title in TITLES), sheets.Column("原因", width=48)]
    buffer = io.BytesIO()
    order = list(ALIASES)
    titled = (
        "name",
        "id_no",
        "category",
        "level",
        "opened_on",
        "closed_on",
        "close_why",
        "cause",
        "persons",
        "upper_no",
    )
    lines = ([*(row.cells[order.index(key)] for key in titled), "；".join(row.faults)] for row in rows)
    sheets.write(buffer, [sheets.SheetOut("没有导入的行", columns, lines)])
    return buffer.getvalue()
