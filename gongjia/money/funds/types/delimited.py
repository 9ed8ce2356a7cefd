"""通用代发文本: comma-separated text in GB18030 with a head, as counter programs of banks read it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from gongjia.base import money
from gongjia.money.funds.registry import LAYOUTS, Layout, OutLine
from gongjia.money.funds.types.reading import read_table


def write(number: str, lines: Sequence[OutLine]) -> bytes:
    target = io.StringIO(newline="")
    out = csv.writer(target, lineterminator="\r\n")
    out.writerow(("代发流水号", "收款账号", "收款人户名", "开户银行", "金额", "用途"))
    for one in lines:
        out.writerow(
            # a tab keeps a spreadsheet program from rounding the number when somebody opens the file
            (one.reference, one.number + "\t", one.holder, one.bank, money.decimal(one.amount), one.purpose)
        )
    return target.getvalue().encode("gb18030")


LAYOUTS.register(Layout("csv", "通用代发文本（CSV）", ".csv", write, read_table))
