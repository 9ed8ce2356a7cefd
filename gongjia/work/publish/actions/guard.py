"""What stops a leak: nothing becomes public that did not pass one of these."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gongjia.base.refused import Reason, Refused
from gongjia.work.publish import rules
from gongjia.work.publish.actions.texts import texts_of

MOST_SHOWN = 12


def guard_text(text: str, *, where: str = "", allowed: Iterable[str] = (), looked_at: bool = False) -> None:
    """Refuse a text with something in it that may not be public. `allowed`: the duty phone that is meant to be."""
    guard_texts([(where, text)], allowed=allowed, looked_at=looked_at)


def guard_texts(texts: Iterable[tuple[str, str]], *, allowed: Iterable[str] = (), looked_at: bool = False) -> None:
    """The same for several texts, all leaks in one refusal."""
    found = [leak for where, text in texts for leak in rules.leaks(_without(text, allowed), where)]
    _stop(found, looked_at)


def guard_rows(rows: Iterable[Sequence[Any]], *, where: str = "表格", looked_at: bool = False) -> None:
    """A table: each cell, each row read across, so that a number cut over two cells is found."""
    found = []
    for number, row in enumerate(rows, 1):
        line = "\t".join("" if cell is None else str(cell) for cell in row)
        found += rules.leaks(line, f"{where}第 {number} 行")
    _stop(found, looked_at)


def guard_file(data: bytes, kind: str, name: str = "", *, looked_at: bool = False) -> None:
    """A file of a kind that attachments allow; pictures and scans pass only when somebody has looked at them."""
    found, unread = [], []
    for part in texts_of(data, kind, name):
        found += rules.leaks(part.text, part.where)
        if not part.readable:
            unread.append(part.where)
    _stop(found, looked_at)
    if unread and not looked_at:
        places = "、".join(dict.fromkeys(unread))
        raise Refused(
            Reason(
                "look_first",
                f"这份文件里有系统读不出文字的内容（{places}），请人工看过后再公开。",
                fact=places,
                clause=rules.LEAST_LAW,
                cure="逐张看过，确认没有身份证号、手机号、银行卡号、住址和病情后，勾选“已看过”。",
            )
        )


def _without(text: str, allowed: Iterable[str]) -> str:
    for one in allowed:
        if one.strip():
            text = text.replace(one.strip(), "")
    return text


def _stop(found: Sequence[rules.Leak], looked_at: bool) -> None:
    """Figures of neighbouring cells may be no number at all: a person who has looked decides about those alone."""
    if found := [leak for leak in found if leak.sure or not looked_at]:
        raise Refused(_reasons(found))


def _reasons(found: Sequence[rules.Leak]) -> list[Reason]:
    """One reason a kind, naming the places."""
    reasons = []
    for kind, sure in dict.fromkeys((leak.kind, leak.sure) for leak in found):
        same = [leak for leak in found if (leak.kind, leak.sure) == (kind, sure)]
        places = "；".join(f"{leak.where} {leak.found_masked}" for leak in same[:MOST_SHOWN])
        more = f"等 {len(same)} 处" if len(same) > MOST_SHOWN else ""
        reasons.append(
            Reason(
                f"leak_{kind}",
                f"要公开的内容里{'有' if sure else '疑似有'}{same[0].label}，不能发布：{places}{more}。",
                fact=f"{len(same)} 处",
                clause=rules.LAW,
                cure="请删去后再发布；公示只写姓氏、单位和事项。"
                if sure
                else "请核对这几格是不是一个号码拆开写的；确认不是的，勾选“已看过”后再公开。",
            )
        )
    return reasons
