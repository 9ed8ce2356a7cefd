"""Numbers of many unions entered with one sheet: a blank, a check of every cell, and exactly what was checked."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gongjia.base import clock, journal, money, sheets
from gongjia.base.actor import Actor
from gongjia.base.journal import attachments
from gongjia.base.models import uuid7
from gongjia.base.period import Period
from gongjia.base.refused import Reason, Refused, refuse, refuse_if
from gongjia.report import figure as figure_module
from gongjia.report import powers, rules
from gongjia.report.actions.hand import facts_of, fields, lock, standing_for
from gongjia.report.figure import Figure
from gongjia.report.hand import Standing
from gongjia.report.models import HandEntry
from gongjia.who.orgs import queries as orgs

_UNION = {
    "code": ["工会代码", "代码", "编码"],
    "name": ["工会名称", "工会", "单位", "乡镇(街道)"],
    "note": ["备注", "说明"],
}


@dataclass(frozen=True)
class Cell:
    """One number of the sheet that is to be entered."""

    row: int  # as the sheet numbers it
    org: Any
    figure: Figure
    value: int
    note: str = ""


@dataclass(frozen=True)
class Fault:
    """One cell that cannot be entered, and why."""

    row: int
    column: str
    code: str
    message: str


@dataclass
class HandPlan:
    """What a sheet would do: the cells that are right and the faults of the others."""

    period: Period
    name: str
    rows: int = 0
    cells: list[Cell] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)  # heads that name no figure


def hand_template(*, org: Any, wanted: Sequence[str], actor: Actor) -> bytes:
    """A blank for all unions right below `org` (and itself), one column per figure."""
    actor.must(powers.HAND, org)
    columns = [
        sheets.Column("工会代码", width=18, text=True),
        sheets.Column("工会名称", width=36),
        *(
            sheets.Column(
                _title(figure_module.find(key)), width=18, format="#,##0.00" if figure_module.find(key).money else ""
            )
            for key in wanted
        ),
        sheets.Column("备注", width=24),
    ]
    rows = [[one.code, one.name, *[""] * (len(wanted) + 1)] for one in (org, *orgs.children_of(org))]
    out = io.BytesIO()
    sheets.write(out, [sheets.SheetOut("手工填报", columns, rows)])
    return out.getvalue()


def _title(figure: Figure) -> str:
    """`爱心驿家（家）`: the head that reading finds again."""
    return f"{figure.label}（{figure.unit}）"


def check_hand_sheet(*, source: bytes, name: str, org: Any, period: Period, actor: Actor, at: datetime) -> HandPlan:
    """Read a sheet and check every cell; nothing is written."""
    actor.must(powers.HAND, org)
    plan = HandPlan(period, name)
    wanted = {figure.key: figure for figure in figure_module.figures if figure.has_hand and not figure.parts}
    aliases = {**_UNION, **{key: [figure.label, _title(figure), key] for key, figure in wanted.items()}}
    sheet = sheets.read(source, name=name).first
    head = sheets.headers.find(sheet.rows, aliases, at_least=2)
    if head is None or not {"code", "name"} & set(head.columns) or not set(head.columns) & set(wanted):
        refuse(
            "hand_head_missing",
            "没有找到表头：要有“工会代码”或“工会名称”，以及至少一个指标名称。",
            cure="请下载空白表填写。",
        )
    plan.unknown = [title for _, title in sheets.headers.unknown(head.titles, head.columns)]
    titles = {key: head.titles[index] for key, index in head.columns.items()}
    unions = _unions(sheet, head)
    # a part after its whole, so that both may come in with one sheet
    order = sorted((key for key in wanted if key in head.columns), key=lambda key: bool(wanted[key].part_of))
    standing = standing_for((wanted[key] for key in order), {one.pk for one in unions.values()})
    seen: set[tuple[Any, str]] = set()
    for index in range(head.first_data, len(sheet.rows)):
        row = sheets.clean_row(sheet.rows[index])
        if not any(row):
            continue
        plan.rows += 1
        number = sheet.number_of(index)

        def text(key: str, row: list[str] = row) -> str:
            place = head.columns.get(key)
            return row[place] if place is not None and place < len(row) else ""

        union = unions.get(text("code")) or unions.get(text("name"))
        if union is None:
            plan.faults.append(Fault(number, titles.get("code") or titles["name"], "union_unknown", "没有这个工会。"))
            continue
        if not actor.can(powers.HAND, union) or not union.path.startswith(org.path):
            plan.faults.append(
                Fault(number, titles.get("code") or titles["name"], "union_out_of_scope", "不在您的填报范围内。")
            )
            continue
        for key in order:
            if not text(key):
                continue
            if (union.pk, key) in seen:
                plan.faults.append(Fault(number, titles[key], "hand_twice_in_file", "同一个工会在表里出现了两次。"))
                continue
            seen.add((union.pk, key))
            _check_cell(plan, number, titles[key], wanted[key], union, text(key), text("note"), actor, at, standing)
    return plan


def _unions(sheet: Any, head: Any) -> dict[str, Any]:
    texts = set()
    for row in sheet.rows[head.first_data :]:
        for key in ("code", "name"):
            place = head.columns.get(key)
            if place is not None and place < len(row) and row[place]:
                texts.add(sheets.clean(row[place]))
    return {text: named[0] for text, named in orgs.named_by(texts).items() if named}


def _check_cell(
    plan: HandPlan,
    number: int,
    title: str,
    figure: Figure,
    union: Any,
    text: str,
    note: str,
    actor: Actor,
    at: datetime,
    standing: Standing,
) -> None:
    try:
        value = money.yuan(text) if figure.money else _whole(text)
        refuse_if(rules.may_enter(facts_of(figure, union, plan.period, value, True, actor, at, standing)))
    except Refused as refused:
        plan.faults += [Fault(number, title, reason.code, reason.sentence) for reason in refused.reasons]
    else:
        plan.cells.append(Cell(number, union, figure, value, note))
        standing.add(union.pk, figure.key, plan.period, value)


def _whole(text: str) -> int:
    digits = text.replace(",", "").removesuffix(".0")
    if not digits.isdigit():
        raise Refused(Reason("number_unreadable", "不是一个整数。", fact=text[:40], cure="请填写整数。"))
    return int(digits)


def import_hand(*, plan: HandPlan, source: bytes, org: Any, actor: Actor, at: datetime) -> list[HandEntry]:
    """Enter what was checked; the sheet itself is kept as the evidence of every number."""
    if not plan.cells:
        refuse("hand_nothing", "表里没有可以填报的数。", cure="请核对表头和数值。")
    with journal.act():
        actor.must(powers.HAND, org)
        lock((cell.org.pk, cell.figure.key) for cell in plan.cells)
        standing = standing_for((cell.figure for cell in plan.cells), {cell.org.pk for cell in plan.cells})
        for cell in plan.cells:
            actor.must(powers.HAND, cell.org)
            facts = facts_of(cell.figure, cell.org, plan.period, cell.value, True, actor, at, standing)
            refuse_if(rules.may_enter(facts))
            standing.add(cell.org.pk, cell.figure.key, plan.period, cell.value)
        proof = attachments.store(source, name=plan.name, actor=actor, at=at, org=org)
        batch = uuid7()
        entries = [
            HandEntry(
                **fields(cell.figure, cell.org, plan.period, cell.value, proof, actor, at, cell.note), batch=batch
            )
            for cell in plan.cells
        ]
        HandEntry.objects.bulk_create(entries, batch_size=500)
        journal.write(
            "report.hand_imported",
            actor=actor,
            at=at,
            org=org,
            subjects=[proof, *entries],
            payload={
                "span": str(plan.period),
                "entries": len(entries),
                "refused": len(plan.faults),
                "on": at.astimezone(clock.SHANGHAI).date().isoformat(),
            },
        )
        return entries
