"""A workbook as tables: where the header is, which column means what, which rows hold somebody."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from gongjia.base import sheets
from gongjia.base.refused import Reason, Refused
from gongjia.who.members.roster.columns import BY_KEY, COLUMNS, Table

ALIASES = {column.key: (column.label, *column.aliases) for column in COLUMNS}
LIMITS = sheets.Limits(rows=200_000, columns=200)


def tables(book: sheets.Workbook, mapping: dict[str, Any] | None = None) -> list[Table]:
    """One table per sheet that has a roster's header. `mapping` is what an officer set by hand:
    sheet -> {"header_row": n, "columns": {key: position}}."""
    found = []
    for sheet in book.sheets:
        if not sheet.rows:
            continue
        chosen = (mapping or {}).get(sheet.name)
        if chosen is not None:
            if chosen.get("skip"):
                continue
            index, height = chosen["header_row"] - sheet.first_row_number, chosen.get("height", 1)
            columns = {key: int(at) for key, at in chosen["columns"].items() if key in BY_KEY}
            header = list(sheet.rows[index]) if 0 <= index < len(sheet.rows) else []
        else:
            head = sheets.headers.find(sheet.rows, ALIASES, at_least=2)
            if head is None or "name" not in head.columns:
                continue
            index, height, columns, header = head.index, head.height, head.columns, head.titles
        table = Table(sheet.name, sheet.number_of(index), header, columns)
        positions = sorted(columns.values())
        for at in range(index + height, len(sheet.rows)):
            row = sheet.rows[at]
            if row and any(position < len(row) and row[position] for position in positions):
                table.numbers.append(sheet.number_of(at))
                table.rows.append(row)
        found.append(table)
    if not found:
        raise Refused(
            Reason(
                "roster_header",
                "没有找到名册的表头：至少要有“姓名”一列和另外一列。",
                cure="请对照空白模板检查表头，或在下一步手工指定各列。",
            )
        )
    return found


def guessed(book: sheets.Workbook) -> list[Table]:
    """Tables of sheets whose header nobody recognised: the first filled row is offered as the header."""
    found = []
    for sheet in book.sheets:
        filled = [at for at, row in enumerate(sheet.rows) if sum(1 for cell in row if cell) >= 2]
        if filled:
            first = filled[0]
            table = Table(sheet.name, sheet.number_of(first), list(sheet.rows[first]), {})
            table.rows = sheet.rows[first + 1 :]
            table.numbers = [sheet.number_of(at) for at in range(first + 1, len(sheet.rows))]
            found.append(table)
    return found


def examples(table: Table, rows: int = 3) -> list[str]:
    """What stands under each title in the first rows, masked: enough to recognise a column by."""
    found = []
    for position in range(len(table.header)):
        cells = [row[position] for row in table.rows[:rows] if position < len(row) and row[position]]
        found.append("、".join(_hide(cell) for cell in cells))
    return found


def _hide(cell: str) -> str:
    digits = sum(char.isdigit() for char in cell)
    return cell[:3] + "…" + cell[-2:] if digits >= 9 else cell[:20]


def needs_mapping(table: Table) -> list[tuple[int, str]]:
    """Columns with a title that mean nothing yet: (position, title)."""
    return sheets.headers.unknown(table.header, table.mapping)


def signature(header: list[str]) -> str:
    """Equal for equal headers: by it a mapping is remembered."""
    return hashlib.sha256(json.dumps(header, ensure_ascii=False).encode()).hexdigest()


def as_mapping(found: list[Table]) -> dict[str, Any]:
    """What was guessed or chosen, in the form that `tables` takes back."""
    return {table.sheet: {"header_row": table.header_row, "columns": table.mapping} for table in found}
