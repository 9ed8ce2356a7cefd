"""What the layouts share when they read an answer: heads, words for an outcome, sums and days."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from gongjia.base import money
from gongjia.base.refused import Reason, Refused
from gongjia.base.sheets import clean, headers
from gongjia.money.funds.registry import InLine

_PAID = ("成功", "已入账", "入账成功", "交易成功", "代发成功", "已到账", "success", "0000", "s")
_RETURNED = ("失败", "退汇", "退回", "户名不符", "账号不存在", "账户已销户", "拒绝", "fail", "failed", "f")
_UNKNOWN = ("处理中", "未知", "待处理", "受理中", "已受理", "不明", "超时", "unknown", "p")

HEADS: Mapping[str, Sequence[str]] = {
    "reference": ("代发流水号", "流水号", "业务编号", "客户流水号", "参考号"),
    "number": ("收款账号", "账号", "卡号", "银行卡号"),
    "holder": ("收款人户名", "户名", "收款人", "姓名"),
    "amount": ("金额", "代发金额", "实发金额", "交易金额"),
    "outcome": ("处理结果", "结果", "状态", "交易状态", "代发结果"),
    "on": ("交易日期", "日期", "入账日期", "处理日期", "退汇日期"),
    "reason": ("失败原因", "原因", "退汇原因", "备注", "结果说明", "附言"),
}


def outcome_of(words: str) -> str:
    """What the bank's word means; a word that is not known is 'unknown': somebody asks, nothing is resent."""
    plain = clean(words).lower()
    for outcome, known in (("unknown", _UNKNOWN), ("returned", _RETURNED), ("paid", _PAID)):
        if any(plain == word or (len(word) > 1 and word in plain) for word in known):
            # "不成功", "未成功" say no
            if outcome == "paid" and re.search("不成功|未成功|没有成功", plain):
                return "returned"
            return outcome
    return "unknown"


def day_of(text: str) -> date | None:
    """2018-07-03, 20180703, 2018/7/3, 2018年7月3日; None when the cell is empty."""
    plain = re.sub("[年月/.]", "-", clean(text)).removesuffix("日")[:10].strip()
    if not plain:
        return None
    for form in ("%Y-%m-%d", "%Y%m%d"):
        try:
            return datetime.strptime(plain[:10] if "-" in plain else plain[:8], form).date()
        except ValueError:
            continue
    raise Refused(Reason("result_day", f"回盘里的日期看不懂：{clean(text)[:20]}", cure="请用 2018-07-03 这样的写法。"))


def read_table(rows: Sequence[Sequence[str]]) -> list[InLine]:
    """A table with a head somewhere in its first rows; lines without a number and a sum (totals, notes) are left."""
    head = headers.find(rows, HEADS, at_least=3)
    if head is None or "outcome" not in head.columns:
        raise Refused(
            Reason(
                "result_head",
                "没有找到回盘的表头：至少要有“收款账号”“金额”“处理结果”三列。",
                cure="请上传银行给的回盘文件，不要改动表头。",
            )
        )
    found = []
    for row in rows[head.first_data :]:
        cell = {key: clean(row[index]) if index < len(row) else "" for key, index in head.columns.items()}
        if not (cell.get("reference") or re.search(r"\d{9}", cell.get("number", ""))):
            continue
        found.append(
            InLine(
                outcome=outcome_of(cell.get("outcome", "")),
                reference=cell.get("reference", ""),
                holder=cell.get("holder", ""),
                number=re.sub(r"\D", "", cell.get("number", "")) if "*" not in cell.get("number", "") else "",
                amount=money.yuan(cell["amount"]) if cell.get("amount") else None,
                on=day_of(cell.get("on", "")),
                reason=cell.get("reason", "")[:120],
            )
        )
    return found
