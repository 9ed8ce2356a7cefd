"""Earlier years: awards from sheets as closed 历史导入 records.

They count for once-per, gap and household rules, never in a period's figures. Nothing is written while a row
is refused: the sheet is mended and brought again; a row that is on file already is skipped and counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from gongjia.base import journal, money, sheets
from gongjia.base.actor import Actor
from gongjia.base.refused import Reason, Refused, refuse
from gongjia.base.secret import canonical
from gongjia.who.orgs.queries import by_names_or_codes
from gongjia.work.programmes import powers
from gongjia.work.programmes.actions.common import day_of
from gongjia.work.programmes.models import Award
from gongjia.work.programmes.queries.scope import related
from gongjia.work.programmes.registry import TYPES, ProgrammeType
from gongjia.work.programmes.rules import forms

ALIASES = {
    "name": ["姓名", "名称", "获奖人", "受助人"],
    "id_no": ["身份证号", "证件号码", "身份证号码"],
    "org": ["所在工会", "工会", "工会编码", "单位", "工作单位"],
    "title": ["项目", "荣誉称号", "资助项目", "名目"],
    "cycle": ["届次", "批次", "年度"],
    "on": ["日期", "授予日期", "发放日期", "命名日期"],
    "amount": ["金额", "金额(元)", "资助金额", "发放金额"],
    "tier": ["档次", "类别"],
}
NEEDED = {"person": ("name", "id_no", "on"), "org": ("org", "on"), "household": ("name", "id_no", "on")}
MOST_ROWS = 20000


@dataclass
class Imported:
    """What a sheet of earlier years brought."""

    added: int = 0
    skipped: int = 0  # on file already
    refused: list[tuple[int, str, tuple[Reason, ...]]] = field(default_factory=list)  # row number, masked name, why


@dataclass(frozen=True)
class _Line:
    number: int
    cells: dict[str, str]


def import_awards(
    *, type: str, org: Any, source: Any, name: str, before: date, actor: Actor, at: datetime
) -> Imported:  # fmt: skip
    """Read a sheet of earlier awards of one type. `before`: only awards of days before it are history."""
    actor.must(powers.IMPORT, org)
    kind = TYPES.find(type)
    if kind is None:
        refuse("type_unknown", "没有这个类型。", fact=type)
    book = sheets.read(source, name=name)
    page = book.first
    subject = "person" if kind.subject == "newcomer" else kind.subject
    head = sheets.headers.find(page.rows, ALIASES, at_least=2)
    missing = [ALIASES[key][0] for key in NEEDED[subject] if head is None or key not in head.columns]
    if head is None or missing:
        refuse("history_heads", f"表格缺少列：{'、'.join(missing)}。", cure="请下载空白模板填写。")
    lines = []
    for index in range(head.first_data, len(page.rows)):
        row = page.rows[index]
        cells = {key: row[place].strip() if place < len(row) else "" for key, place in head.columns.items()}
        if any(cells.values()):
            lines.append(_Line(page.number_of(index), cells))
    if len(lines) > MOST_ROWS:
        refuse("too_many_rows", f"一次最多导入 {MOST_ROWS} 行。", fact=str(len(lines)))
    with journal.act():
        done, rows = _read(kind, subject, org, lines, before, day_of(at), f"{name}"[:80])
        if done.refused or not rows:
            return done
        Award.objects.bulk_create(rows, batch_size=1000)
        done.added = len(rows)
        journal.write(
            "programmes.history_imported", actor=actor, at=at, org=org, subjects=rows,
            payload={"type": type, "added": done.added, "skipped": done.skipped},
        )  # fmt: skip
        return done


def _read(
    kind: ProgrammeType, subject: str, org: Any, lines: Sequence[_Line], before: date, today: date, source: str
) -> tuple[Imported, list[Award]]:
    people = _people([line.cells.get("id_no", "") for line in lines]) if subject != "org" else {}
    unions = _unions(org, [line.cells.get("org", "") for line in lines])
    homes = _homes([person.pk for person in people.values()])
    held = {
        (row[0] or row[1], row[2], row[3], row[4])
        for row in Award.objects.filter(type=kind.key, origin="import").values_list(
            "person_id", "for_org_id", "cycle", "title", "awarded_on"
        )
    }
    done, rows = Imported(), []
    for line in lines:
        award, reasons = _line(kind, subject, org, line, before, people, unions, homes, source)
        if reasons:
            who = line.cells.get("name") or line.cells.get("org") or ""
            done.refused.append((line.number, who[:1] + "*" if subject != "org" else who, tuple(reasons)))
            continue
        assert award is not None
        key = (award.person_id or award.for_org_id, award.cycle, award.title, award.awarded_on)
        if key in held:
            done.skipped += 1
            continue
        held.add(key)
        rows.append(award)
    return done, rows


def _line(
    kind: ProgrammeType, subject: str, org: Any, line: _Line, before: date, people: Any, unions: Any, homes: Any,
    source: str,
) -> tuple[Award | None, list[Reason]]:  # fmt: skip
    cells, reasons = line.cells, []
    day = _day(cells.get("on", ""))
    if day is None:
        reasons.append(Reason("date_bad", "日期看不懂，要写成 2016-05-01。", fact=cells.get("on", "")[:20]))
    elif day >= before:
        reasons.append(
            Reason("not_history", f"这一条不早于 {before}，要在系统里按流程办理，不能作历史导入。", fact=str(day))
        )
    amount = 0
    if cells.get("amount"):
        try:
            amount = money.yuan(cells["amount"])
        except Refused as error:
            reasons += error.reasons
    union = unions.get(cells.get("org", ""))
    person = people.get(canonical.id_number(cells.get("id_no", ""))) if subject != "org" else None
    if subject == "org" and union is None:
        reasons.append(
            Reason("org_unknown", "没有找到这家工会。", fact=cells.get("org", "")[:40], cure="请写全称或编码。")
        )
    if subject != "org":
        if person is None:
            reasons.append(
                Reason(
                    "person_unknown",
                    "证件号码不在会员资料里。",
                    clause="总工办发〔2017〕14号",
                    cure="请先建立个人档案。",
                )
            )
        elif person.name != cells.get("name"):
            reasons.append(Reason("name_differs", "证件号码登记的是另一个姓名。", cure="请核对证件。"))
    if reasons:
        return None, reasons
    place = union or (homes.get(person.pk) if person is not None else None) or org
    return Award(
        type=kind.key, cycle=cells.get("cycle", "")[:40], org_id=getattr(place, "pk", place),
        person=person, for_org=union if subject == "org" else None, kind=kind.award_kind,
        title=(cells.get("title") or kind.label)[:120], tier=cells.get("tier", "")[:40], amount=amount,
        awarded_on=day, origin="import", source=f"{source} 第 {line.number} 行"[:120],
    ), []  # fmt: skip


def _day(text: str) -> date | None:
    checked = forms.check_answers({"fields": [{"key": "on", "label": "日期", "kind": "date"}]}, {"on": text})
    value = checked.answers.get("on")
    return date.fromisoformat(value) if value else None


def _people(numbers: Sequence[str]) -> dict[str, Any]:
    """Canonical number -> person on file, asked by the blind index in few statements."""
    plain = sorted({canonical.id_number(number) for number in numbers if number.strip()})
    found: dict[str, Any] = {}
    model = related("person")
    for start in range(0, len(plain), 1000):
        for person in model.objects.filter(id_index__in=plain[start : start + 1000], merged_into__isnull=True):
            found[person.id_no.open_unlogged()] = person
    return found


def _unions(org: Any, names: Sequence[str]) -> dict[str, Any]:
    wanted = {name.strip() for name in names if name.strip()}

    found: dict[str, Any] = {}
    for one in by_names_or_codes(wanted):
        if one.path.startswith(org.path):
            found |= {name: one for name in (one.code, one.name, one.short_name) if name in wanted}
    return found


def _homes(person_ids: Sequence[Any]) -> dict[Any, Any]:
    """Person -> union of the latest membership."""
    spells = related("person")._meta.get_field("memberships").related_model
    rows = spells.objects.filter(person_id__in=person_ids, is_latest=True)
    return dict(rows.values_list("person_id", "org_id"))


def blank_sheet(type: str) -> list[sheets.Column]:
    """Columns of the blank template of earlier awards."""
    kind = TYPES.get(type)
    subject = "person" if kind.subject == "newcomer" else kind.subject
    keys = ("org", "title", "cycle", "on", "amount", "tier") if subject == "org" else tuple(ALIASES)
    return [
        sheets.Column(ALIASES[key][0], width=20, text=key in ("id_no", "org"), required=key in NEEDED[subject])
        for key in keys
    ]
