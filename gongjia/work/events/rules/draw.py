"""The drawn lot (摇号): weights, tickets, order, places; and the published file that lets anybody recompute it.

Before the first entry the SHA-256 of a secret seed is published, and which public value will be mixed in that does
not exist yet. At closing the list of masked entries is published with its digest. Then seed and value give

    ticket(i) = SHA-256( seed | value | entry number | i ),  i = 0 … weight-1,  as hex;  the lowest of an entry counts

and places go by rank, each entry taking its seats from every counter it belongs to, or standing in the waiting line.
Whoever knows the seed knows no result before the value exists; whoever sees the value can no longer change the list.

`data/verify_draw.py` does the same once more without this file: a test holds the two together.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gongjia.base.refused import Reason, fact_of
from gongjia.work.events import kinds

SEED_BYTES = 32
WEIGHT_MOST = 99  # the script refuses more: a mistyped weight must not make a list that nobody can recompute
WON, WAITING = "won", "waiting"
_PLACES = [str(place).encode() for place in range(WEIGHT_MOST)]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the sealed list. `cells`: numbers of the counters that its seats are taken from."""

    number: str
    weight: int
    seats: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    number: str
    ticket: str
    rank: int
    won: bool


# -- numbers and tickets ---------------------------------------------------------------------------------
def entry_number(pk: UUID) -> str:
    """The public number of an entry, a pure function of its row's key: nobody chooses it, it names nobody."""
    text = hashlib.sha256(b"gongjia draw entry " + pk.bytes).hexdigest()[:14].upper()
    return f"{text[:5]}-{text[5:9]}-{text[9:]}"


def seed_hash(seed: str) -> str:
    return _sha(seed)


def tickets(seed: str, value: str, number: str, weight: int) -> list[str]:
    """Every ticket that an entry holds."""
    return [one.hex() for one in _tickets(f"{seed}|{value}|".encode(), number, weight)]


def _tickets(head: bytes, number: str, weight: int) -> list[bytes]:
    sha, said = hashlib.sha256, head + number.encode() + b"|"
    return [sha(said + place).digest() for place in _PLACES[:weight]]


def clean_value(text: str) -> str:
    """The public value as it is mixed in: half-width, single spaces. The bar parts the fields of a ticket."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def draw(seed: str, value: str, entries: Sequence[Entry], places: Mapping[str, int]) -> list[Drawn]:
    """All entries in their order, with who got places."""
    head = f"{seed}|{value}|".encode()
    best = {one.number: min(_tickets(head, one.number, one.weight)) for one in entries}
    left = dict(places)
    found = []
    for rank, one in enumerate(sorted(entries, key=lambda one: (best[one.number], one.number)), start=1):
        won = all(left[key] >= one.seats for key in one.cells)
        if won:
            for key in one.cells:
                left[key] -= one.seats
        found.append(Drawn(one.number, best[one.number].hex(), rank, won))
    return found


# -- weights ---------------------------------------------------------------------------------------------
WEIGHTS: dict[str, str] = {
    "idle": f"{kinds.NEVER_SERVED_YEARS} 年内没有参加过名额活动",
    kinds.WorkKey.FRONT_LINE.value: "一线岗位",
    kinds.WorkKey.SHIFT.value: "倒班",
    kinds.WorkKey.HARD.value: "艰苦、有毒有害岗位",
}
USUAL = ({"key": "idle", "add": 2}, {"key": "front_line", "add": 1}, {"key": "shift", "add": 1})


def published_weights(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rules of weights as they stand in the published file; everybody begins with one ticket."""
    return [
        {"key": "base", "label": "每人", "add": 1},
        *({"key": row["key"], "label": WEIGHTS[row["key"]], "add": int(row["add"])} for row in rows),
    ]


def weight_faults(rows: Any) -> list[Reason]:
    """What is wrong with weights as an officer chose them: known keys, once each, whole numbers above zero."""
    known = [row.get("key") if isinstance(row, dict) else None for row in rows] if isinstance(rows, list) else [None]
    bad = [key for key in known if key not in WEIGHTS]
    if bad or len(set(known)) < len(known):
        return [
            Reason(
                "weight_unknown", "权重项不对，或者同一项写了两次。", str(bad or known), cure="请从列表里选，每项一次。"
            )
        ]
    adds = [row.get("add") for row in rows]
    if not all(isinstance(add, int) and not isinstance(add, bool) and add > 0 for add in adds) or 1 + sum(adds) > 20:
        return [Reason("weight_bad", "权重要填大于 0 的整数，合计不能超过 20。", str(adds), cure="一般每项加 1 或 2。")]
    return []


def weight_of(rules: Iterable[Mapping[str, Any]], *, idle: bool, work: Iterable[str]) -> tuple[int, list[str]]:
    """How many tickets, and by which rules. `idle`: no scarce place in two years."""
    held = set(work) | ({"idle"} if idle else set())
    why = [row["key"] for row in rules if row["key"] in held]
    return sum(row["add"] for row in rules if row["key"] == "base" or row["key"] in held), why


# -- the published file ----------------------------------------------------------------------------------
def closing(
    head: Mapping[str, Any], cells: Mapping[str, Mapping[str, Any]], entries: Iterable[Entry]
) -> dict[str, Any]:
    """What is published at closing. Entries are in the order of their numbers, which tells nothing."""
    rows = [
        {"no": one.number, "weight": one.weight, "seats": one.seats, "cells": list(one.cells)}
        for one in sorted(entries, key=lambda one: one.number)
    ]
    return {**head, "cells": {key: dict(cell) for key, cell in cells.items()}, "entries": rows}


def opening(head: Mapping[str, Any], drawn: Iterable[Drawn]) -> dict[str, Any]:
    """What is published when it is opened."""
    return {
        **head,
        "ranks": [{"no": one.number, "ticket": one.ticket, "result": WON if one.won else WAITING} for one in drawn],
    }


def entries_of(part: Mapping[str, Any]) -> list[Entry]:
    """The sealed list as it was published, never as the rows are by now."""
    return [Entry(one["no"], one["weight"], one["seats"], tuple(one["cells"])) for one in part["entries"]]


def text_of(part: Mapping[str, Any]) -> str:
    """The one way to write a part down, so that its digest is the same everywhere."""
    return json.dumps(part, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(text: str) -> str:
    return _sha(text)


def file_of(closing_text: str, opening_text: str = "") -> str:
    """The file for download: both parts as they were published, one entry a line so that it can be read."""
    parts = [f'"closing": {_lines(closing_text)}', f'"closing_digest": "{_sha(closing_text)}"']
    if opening_text:
        parts += [f'"opening": {_lines(opening_text)}', f'"opening_digest": "{_sha(opening_text)}"']
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _lines(text: str) -> str:
    # between two objects of a list there is no other "},{"; inside a text the quotes would be escaped
    return text.replace('},{"', '},\n{"')


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# -- when what may be done -------------------------------------------------------------------------------
LIST_BEFORE_VALUE = timedelta(minutes=30)  # between closing and the value: to seal and publish the list
LATE_AFTER = timedelta(days=3)  # a draw not opened so long after its value exists is written down as late


def may_commit(
    *, way: str, entries: int, closes_at: datetime | None, public_on: datetime, at: datetime
) -> list[Reason]:
    """The seed is fixed before anybody has entered; the value exists only after the list was closed."""
    found = []
    if way != kinds.Way.LOT:
        found.append(Reason("not_a_lot", "这项活动不是摇号，不用公布种子。", way, cure="把给名额的方式改成摇号。"))
    if entries:
        found.append(
            Reason(
                "entries_before_seed", "已经有人登记，不能再定种子：种子必须在第一个人登记之前公布。", f"{entries} 人",
                cure="请取消这项活动，另开一项，先公布种子摘要再开放登记。",
            )
        )  # fmt: skip
    if closes_at is None:
        found.append(Reason("no_closing", "请先定下登记截止时间。", cure="在活动里填写截止时间。"))
    else:
        found += value_comes_later(closes_at=closes_at, public_on=public_on, at=at)
    return found


def value_comes_later(*, closes_at: datetime, public_on: datetime, at: datetime) -> list[Reason]:
    """The public value must not exist until the list is closed and published, nor when it is named."""
    least = max(closes_at + LIST_BEFORE_VALUE, at)
    if public_on > least:
        return []
    return [
        Reason(
            "value_too_early", "公开数值必须在登记截止、名单公布之后才产生。", f"{fact_of(public_on)} 产生，{fact_of(closes_at)} 截止",
            cure=f"请改用 {fact_of(least)} 以后才开出的结果，例如之后一期的彩票开奖号。",
        )
    ]  # fmt: skip


def may_seal(*, closed: bool, closes_at: datetime, public_on: datetime, at: datetime) -> list[Reason]:
    """After closing and before the value exists: a list sealed later might have been made to fit."""
    if not closed and at < closes_at:
        return [Reason("not_closed", "登记还没有截止，不能封存名单。", fact_of(closes_at), cure="到截止时间自动封存。")]
    if at >= public_on:
        return [
            Reason(
                "value_exists", "公开数值已经产生，这时再封存名单就不可信了。", fact_of(public_on),
                cure="请另指定一个还没有产生的公开数值，写明原因，然后封存。",
            )
        ]  # fmt: skip
    return []


def may_draw(*, public_on: datetime, at: datetime, value: str, short: Sequence[str] = ()) -> list[Reason]:
    """The value exists, is written plainly, and the places are still the published ones. `short`: counters with less."""
    found = []
    if at < public_on:
        found.append(
            Reason("value_not_yet", "公开数值还没有产生，不能开号。", fact_of(public_on), cure="等公布以后再开号。")
        )
    if not value or "|" in value or len(value) > 60 or not value.isprintable():
        found.append(
            Reason(
                "value_bad", "请照公布的原样填写公开数值，60 个字以内，不能有竖线。", value, cure="例如：开奖号 3 5 8。"
            )
        )
    found += [
        Reason("places_changed", f"“{name}”的空余名额比公布的少了，不能开号。", name, cure="请先恢复公布的名额。")
        for name in short
    ]
    return found
