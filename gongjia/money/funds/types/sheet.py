"""通用代发表: a spreadsheet with a reference of ours that the bank gives back."""

from __future__ import annotations

import io
from collections.abc import Sequence

from gongjia.base import money, sheets
from gongjia.money.funds.registry import LAYOUTS, Layout, OutLine
from gongjia.money.funds.types.reading import read_table

_COLUMNS = (
    sheets.Column("序号", width=6),
    sheets.Column("代发流水号", width=20, text=True),
    sheets.Column("收款账号", width=24, text=True),
    sheets.Column("收款人户名", width=16, text=True),
    sheets.Column("开户银行", width=24, text=True),
    sheets.Column("金额", width=14, format="#,##0.00"),
    sheets.Column("用途", width=24, text=True),
)


def write(number: str, lines: Sequence[OutLine]) -> bytes:
    target = io.BytesIO()
    rows = [
        (place, one.reference, one.number, one.holder, one.bank, money.decimal(one.amount), one.purpose)
        for place, one in enumerate(lines, 1)
    ]
    notes = [f"批次 {number}，共 {len(lines)} 笔，合计 {money.show(sum(one.amount for one in lines))}"]
    sheets.write(target, [sheets.SheetOut("代发", _COLUMNS, rows, notes)])
    return target.getvalue()


LAYOUTS.register(Layout("sheet", "通用代发表（Excel）", ".xlsx", write, read_table))
