"""A bank that pays by reference and behaves badly on the way back: late, twice, out of order, in pieces, silent.

Its own ledger is the truth that ours is compared with: an independent oracle, written without our code.
"""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

import openpyxl
import xlsxwriter

HEAD = ("代发流水号", "收款账号", "收款人户名", "金额", "处理结果", "交易日期", "失败原因")


@dataclass
class Done:
    """What the bank did with one reference."""

    reference: str
    account: str
    holder: str
    fen: int
    outcome: str  # 成功 | 退汇 | 处理中
    on: date
    reason: str = ""


@dataclass
class Bank:
    """Pays each reference at most once: a bank that honours the key. `seed` decides its moods.

    `naive`: a bank that pays whatever file it is given, for the negative controls.
    """

    seed: int = 0
    naive: bool = False
    done: dict[str, Done] = field(default_factory=dict)  # reference -> how it stands
    news: list[Done] = field(default_factory=list)  # every answer it ever gave, in order
    moved: list[tuple[str, int, date]] = field(default_factory=list)  # (reference, fen, day): the bank's ledger

    def __post_init__(self):
        self.dice = random.Random(self.seed)

    def total(self) -> int:
        return sum(fen for _, fen, _ in self.moved)

    def accept(self, content: bytes, on: date, bad: float = 0.0, slow: float = 0.0) -> None:
        """Take a file. The same reference again changes nothing."""
        for reference, account, holder, fen in read_out(content):
            if reference in self.done and not self.naive:
                continue
            mood = self.dice.random()
            one = self.done[reference] = Done(reference, account, holder, fen, "处理中", on)
            if mood < bad:
                self._end(one, "退汇", on, "户名不符")
            elif mood < bad + slow:
                self.news.append(replace(one))
            else:
                self._end(one, "成功", on)

    def _end(self, one: Done, outcome: str, on: date, reason: str = "") -> None:
        if outcome == "成功":
            self.moved.append((one.reference, one.fen, on))
        elif one.outcome == "成功":
            self.moved.append((one.reference, -one.fen, on))
        one.outcome, one.on, one.reason = outcome, on, reason
        self.news.append(replace(one))

    def settle(self, on: date, bad: float = 0.0) -> None:
        """What hung in the air gets its end."""
        for one in self.done.values():
            if one.outcome == "处理中":
                if self.dice.random() < bad:
                    self._end(one, "退汇", on, "账户状态异常")
                else:
                    self._end(one, "成功", on)

    def bounce(self, reference: str, on: date, reason: str = "账户已销户") -> None:
        """Money that had arrived comes back."""
        assert self.done[reference].outcome == "成功"
        self._end(self.done[reference], "退汇", on, reason)

    def answer(self, prefix: str = "", *, share: float = 1.0, double: bool = False, shuffle: bool = False) -> bytes:
        """A result file of the lines of one batch: all the news or some, doubled, in any order."""
        rows = [one for one in self.news if one.reference.startswith(prefix)]
        if share < 1 and rows:
            rows = self.dice.sample(rows, max(1, int(len(rows) * share)))
        if double:
            rows = rows + rows[: max(1, len(rows) // 2)]
        if shuffle:
            self.dice.shuffle(rows)
        return result_file(rows)


def result_file(rows: list[Done]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    page = book.add_worksheet("回盘")
    page.write_row(0, 0, ("批量代发处理结果",))
    page.write_row(1, 0, HEAD)
    for place, one in enumerate(rows, 2):
        page.write_row(
            place, 0,
            (one.reference, one.account, one.holder, f"{Decimal(one.fen) / 100:.2f}", one.outcome,
             one.on.strftime("%Y%m%d"), one.reason),
        )  # fmt: skip
    book.close()
    return target.getvalue()


def read_out(content: bytes) -> list[tuple[str, str, str, int]]:
    """(reference, account, holder, fen) of a file to the bank, by a reader of its own."""
    if content.startswith(b"PK"):
        rows = [list(row) for row in openpyxl.load_workbook(io.BytesIO(content)).active.values]
    else:
        rows = list(csv.reader(io.StringIO(content.decode("gb18030"))))
    head = next(
        place for place, row in enumerate(rows) if any(str(cell) in ("收款账号", "账号") for cell in row if cell)
    )
    names = [str(cell) for cell in rows[head]]
    found = []
    for row in rows[head + 1 :]:
        cell = dict(zip(names, row, strict=False))
        account = str(cell.get("收款账号") or cell.get("账号") or "").strip()
        if account:
            fen = int((Decimal(str(cell["金额"])) * 100).to_integral_value())
            holder = str(cell.get("收款人户名") or cell.get("户名"))
            found.append((str(cell.get("代发流水号") or ""), account, holder, fen))
    return found


def month_sums(moved: list[tuple[str, int, date]]) -> dict[tuple[int, int], int]:
    """Fen by month, from the bank's ledger."""
    sums: dict[tuple[int, int], int] = {}
    for _, fen, on in moved:
        sums[on.year, on.month] = sums.get((on.year, on.month), 0) + fen
    return sums
