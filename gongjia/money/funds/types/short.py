"""简表: a bank that takes account, name and sum only, and gives back the same without a reference.

Its answers are matched by account and sum; two equal ones in a batch are told apart by nobody, so such a
pair is asked about, not guessed.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from gongjia.base import money, sheets
from gongjia.money.funds.registry import LAYOUTS, Layout, OutLine
from gongjia.money.funds.types.reading import read_table

_COLUMNS = (
    sheets.Column("账号", width=24, text=True),
    sheets.Column("户名", width=16, text=True),
    sheets.Column("金额", width=14, format="0.00"),
)


def write(number: str, lines: Sequence[OutLine]) -> bytes:
    target = io.BytesIO()
    rows = [(one.number, one.holder, money.decimal(one.amount)) for one in lines]
    sheets.write(target, [sheets.SheetOut("Sheet1", _COLUMNS, rows)])
    return target.getvalue()


LAYOUTS.register(Layout("short", "账号户名金额简表（Excel）", ".xlsx", write, read_table))
