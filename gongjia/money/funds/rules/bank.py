"""What a line of the bank's answer means for a line that was sent.

`unknown` means ask, never resend: a line without a final answer keeps its payment from going out again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gongjia.base.refused import Reason


@dataclass(frozen=True)
class LineFacts:
    """A line as it was sent and as it stands."""

    state: str
    amount: int
    tail: str  # last four of the account
    paid_on: date | None = None
    returned_on: date | None = None


@dataclass(frozen=True)
class ResultFacts:
    """A line of a result file. `amount` and `tail` may be missing in a bank's layout."""

    outcome: str
    amount: int | None = None
    tail: str = ""
    on: date | None = None


def verdict(line: LineFacts | None, result: ResultFacts) -> str:
    """A late, doubled, reordered or foreign answer never moves money twice."""
    if line is None:
        return "stranger"
    if (result.amount is not None and result.amount != line.amount) or (result.tail and result.tail != line.tail):
        return "mismatch"
    if line.state == "closed":  # recovered or written off since: only the news of its payment is harmless
        return "again" if result.outcome == "paid" else "conflict"
    if line.state in ("sent", "unknown"):
        if result.outcome == "unknown":
            return "unknown" if line.state == "sent" else "again"
        return result.outcome
    if result.outcome == line.state or result.outcome == "unknown":
        return "again"
    if line.state == "paid":
        # money that came back after it had arrived; never before it had
        early = result.on is not None and line.paid_on is not None and result.on < line.paid_on
        return "conflict" if early else "returned_late"
    if line.paid_on is not None:
        return "again"  # paid, then returned, and the news of the payment once more
    if result.on is not None and line.returned_on is not None and result.on <= line.returned_on:
        return "paid_before"  # the answers came in the wrong order
    return "conflict"


def file_faults(read_before: bool, verdicts: Sequence[str]) -> list[Reason]:
    """A file that was read before, or that is not of this batch, is refused whole."""
    if read_before:
        return [
            Reason(
                "result_already_read",
                "这份银行回盘已经入过账，不能重复登记。",
                clause="同一笔款只记一次",
                cure="如果银行又给了新的回盘，请上传新的那一份。",
            )
        ]
    if verdicts and all(one == "stranger" for one in verdicts):
        return [Reason("result_foreign", "这份回盘里没有一笔是本批的，请核对是不是选错了文件。")]
    if verdicts and not any(one in ("paid", "returned", "returned_late", "paid_before", "unknown") for one in verdicts):
        return [
            Reason(
                "result_nothing_new",
                "这份回盘里没有新的结果，没有入账。",
                fact=f"{len(verdicts)} 笔",
                cure="重复的结果不会再记；不符和矛盾的请向银行查询。",
            )
        ]
    return []
