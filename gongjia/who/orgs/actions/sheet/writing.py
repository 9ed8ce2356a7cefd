"""Sheets of unions that leave: the blank one to fill in, the refused rows to mend."""

from __future__ import annotations

import io
from collections import defaultdict
from pathlib import Path
from typing import IO, Any

from gongjia.base import sheets
from gongjia.who.orgs.actions.sheet.columns import BY_KEY, COLUMNS
from gongjia.who.orgs.actions.sheet.rows import Checked


def blank(target: str | Path | IO[bytes] | None = None) -> bytes | None:
    """A blank sheet to fill in, with the code lists. Answers the bytes when no target is given."""
    buffer = io.BytesIO()
    into = target if target is not None else buffer
    sheets.template(
        into,
        "工会",
        [
            sheets.Column(
                column.label,
                width=column.width,
                text=column.as_text,
                choices=column.choices,
                required=column.required,
                note=column.note,
            )
            for column in COLUMNS
        ],
        ["一行一家工会。上级工会写编码或全称。", "空着的格子不改动已登记的内容。"],
    )
    return buffer.getvalue() if target is None else None


def refused_rows(checked: Checked, target: str | Path | IO[bytes] | None = None) -> bytes | None:
    """The refused rows as a workbook: the faulty cells in red, the reasons in a last column."""
    buffer = io.BytesIO()
    into = target if target is not None else buffer
    keys = list(checked.columns)

    def lines():
        for row in checked.rows:
            if not row.faults:
                continue
            wrong = defaultdict(list)
            for fault in row.faults:
                wrong[fault.column].append(fault.message)
            cells: list[Any] = [
                sheets.Marked(row.cells[key], "；".join(wrong[key])) if key in wrong else row.cells[key] for key in keys
            ]
            yield [row.number, *cells, "；".join(f"{fault.label}：{fault.message}" for fault in row.faults)]

    columns = [sheets.Column("原表行号", width=10)]
    columns += [sheets.Column(BY_KEY[key].label, width=BY_KEY[key].width, text=BY_KEY[key].as_text) for key in keys]
    sheets.write(into, [sheets.SheetOut("未导入的行", [*columns, sheets.Column("原因", width=60)], lines())])
    return buffer.getvalue() if target is None else None
