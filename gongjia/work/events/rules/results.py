"""Contests: marks, who goes on, ranking per trade, ties, titles and prizes (domain rules 4.1). Marks out of 100."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from gongjia.base.refused import Reason
from gongjia.work.events.rules.titles import TITLES, TitleRow

FULL = Decimal(100)
PASS_MARK = Decimal(60)
PLACES = Decimal("0.0001")
# union money, sports and contests: winners are at most two thirds of those who took part
SCOPE_CLAUSE = "《基层工会经费收支管理办法》（总工办发〔2017〕32号）第八条"


@dataclass(frozen=True)
class Weights:
    """How much theory and practice count in a round, in percent."""

    theory: int
    practice: int


def mark_of(value: Any) -> Decimal | None:
    """A mark as typed or read from a cell; None when there is none. Raises `ValueError` for what is no number."""
    text = str(value if value is not None else "").strip()
    if not text:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not found.is_finite():
        raise ValueError(text)
    return found


def mark_faults(weights: Weights, theory: Any, practice: Any) -> list[Reason]:
    """A part that counts needs a mark of 0 to 100, with three decimals at most."""
    found = []
    for label, percent, value in (("理论", weights.theory, theory), ("实操", weights.practice, practice)):
        try:
            mark = mark_of(value)
        except ValueError:
            found.append(Reason("mark_bad", f"{label}成绩不是数字。", str(value)[:20], cure="填 0 到 100 的数。"))
            continue
        if mark is None:
            if percent:
                found.append(Reason("mark_missing", f"缺少{label}成绩。", cure="缺考的不要填这一行。"))
        elif not 0 <= mark <= FULL:
            found.append(Reason("mark_range", f"{label}成绩要在 0 到 100 之间。", str(mark)))
        elif _decimals(mark) > 3:
            found.append(Reason("mark_decimals", f"{label}成绩最多三位小数。", str(mark)))
    return found


def _decimals(mark: Decimal) -> int:
    exponent = mark.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def total(weights: Weights, theory: Decimal | None, practice: Decimal | None) -> Decimal:
    """Theory% + practice%."""
    summed = (theory or Decimal(0)) * weights.theory + (practice or Decimal(0)) * weights.practice
    return (summed / 100).quantize(PLACES, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Mark:
    """One entrant's marks of one round."""

    round: int
    theory: Decimal | None
    practice: Decimal | None
    total: Decimal


@dataclass(frozen=True, slots=True)
class Entrant:
    """Somebody with the marks of the rounds they were in."""

    key: Any
    name: str
    trade: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Placing:
    """Where somebody stands in their trade. Ties share a rank (1, 2, 2, 4) and are marked."""

    key: Any
    name: str
    trade: str
    round: int  # the last one they were in
    total: Decimal
    practice: Decimal | None
    rank: int
    tie: bool
    passed: bool  # theory and practice of that round each reach the pass mark, where they count


def ranking(
    entrants: Iterable[Entrant], weights: Mapping[int, Weights], pass_mark: Decimal = PASS_MARK
) -> list[Placing]:
    """Per trade: whoever came further stands before; within a round by total, equal totals by practice."""
    by_trade: dict[str, list[tuple[Entrant, Mark]]] = {}
    for one in entrants:
        if one.marks:
            by_trade.setdefault(one.trade, []).append((one, max(one.marks, key=lambda mark: mark.round)))
    found: list[Placing] = []
    for trade in sorted(by_trade):
        rows = sorted(by_trade[trade], key=lambda row: (*_order(row[1]), row[0].name, str(row[0].key)))
        keys = [_order(mark) for _one, mark in rows]
        for place, (one, last) in enumerate(rows):
            key = keys[place]
            found.append(
                Placing(
                    one.key, one.name, trade, last.round, last.total, last.practice, keys.index(key) + 1,
                    keys.count(key) > 1, _passed(last, weights[last.round], pass_mark),
                )
            )  # fmt: skip
    return found


def _order(mark: Mark) -> tuple[int, Decimal, Decimal]:
    return -mark.round, -mark.total, -(mark.practice if mark.practice is not None else Decimal(-1))


def _passed(mark: Mark, weights: Weights, least: Decimal) -> bool:
    parts = ((weights.theory, mark.theory), (weights.practice, mark.practice))
    return all(value is not None and value >= least for percent, value in parts if percent)


def going_on(placings: Iterable[Placing], number: int, count: int) -> set[Any]:
    """Who of round `number` is in the next: the first `count` of each trade, all of a tie at the edge; 0: all."""
    return {
        one.key for one in placings if one.round >= number and (not count or one.round > number or one.rank <= count)
    }


# titles and prizes ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class PrizeRow:
    """So many of each trade get it; `amount` in fen, 0 for a certificate alone."""

    level: str
    count: int
    amount: int


def prize_rows(params: Mapping[str, Any]) -> list[PrizeRow]:
    return [
        PrizeRow(str(row["level"]), int(row["count"]), int(row.get("amount") or 0))
        for row in params.get("prizes") or ()
    ]


def title_rows(level: str, params: Mapping[str, Any]) -> list[TitleRow]:
    """The contest's own titles, else those that its level and class bring by 4.1."""
    klass = str(params.get("class") or "")
    own = params.get("titles")
    if own is not None:
        return [TitleRow(level, klass, int(row["upto"]), str(row["title"])) for row in own]
    return [row for row in TITLES if row.level == level and row.klass == klass]


def prize_faults(rows: Any) -> list[Reason]:
    """What is wrong with a list of prizes as an officer filled it in."""
    found, names = [], set()
    for row in rows:
        level, count, amount = str(row.get("level") or "").strip(), row.get("count"), row.get("amount", 0)
        if not level or level in names:
            found.append(Reason("prize_level", "奖项要有名称，不能重名。", level))
        names.add(level)
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            found.append(Reason("prize_count", f"{level}的名额填正整数。", str(count)))
        if isinstance(amount, bool) or not isinstance(amount, int) or amount < 0:
            found.append(Reason("prize_amount", f"{level}的奖金填得不对。", str(amount)))
    return found


def edges(prizes: Sequence[PrizeRow], titles: Sequence[TitleRow]) -> list[int]:
    """Ranks after which something else, or nothing, is given."""
    found, last = set(), 0
    for row in prizes:
        last += row.count
        found.add(last)
    return sorted(found | {row.upto for row in titles})


def prize_at(rank: int, prizes: Sequence[PrizeRow]) -> PrizeRow | None:
    last = 0
    for row in prizes:
        last += row.count
        if rank <= last:
            return row
    return None


def title_at(rank: int, passed: bool, titles: Sequence[TitleRow], place: str) -> str:
    """Both parts must be passed for a title; whoever did not leaves it to nobody else."""
    best = min((row for row in titles if rank <= row.upto), key=lambda row: row.upto, default=None)
    return best.title.format(place=place) if best is not None and passed else ""


def tie_faults(placings: Sequence[Placing], at: Sequence[int]) -> list[Reason]:
    """Equal totals and equal practice where the one would get more than the other: named, never guessed."""
    groups: dict[tuple[str, int], list[Placing]] = {}
    for one in placings:
        if one.tie:
            groups.setdefault((one.trade, one.rank), []).append(one)
    found = []
    for (trade, rank), some in sorted(groups.items(), key=lambda row: row[0]):
        last = rank + len(some) - 1
        if any(rank <= edge < last for edge in at):
            names = "、".join(sorted(one.name for one in some))
            found.append(
                Reason(
                    "tie_at_edge", f"{trade or '本项'}第 {rank} 名并列：{names}，总分和实操都相同，奖项或称号只够其中一部分人。",
                    f"{some[0].total.normalize():f} 分", "本项竞赛规则（总分相同的，实操成绩高者在前）",
                    "请加赛后登记先后，或由评委会决定并列，写明理由。",
                )
            )  # fmt: skip
    return found


def in_order(placings: Sequence[Placing], keys: Sequence[Any]) -> dict[Any, int]:
    """New ranks of one tied group, as a play-off or the judges put them: key -> rank."""
    first = min(one.rank for one in placings)
    return {key: first + place for place, key in enumerate(keys)}


def scope(took_part: int, winners: int) -> list[Reason]:
    """More than two thirds of those who took part get a prize (two thirds exactly is within)."""
    if winners * 3 <= took_part * 2:
        return []
    return [
        Reason(
            "prize_scope", f"获奖 {winners} 人，超过参加人数 {took_part} 人的三分之二。", f"最多 {took_part * 2 // 3} 人", SCOPE_CLAUSE,
            "请减少奖项名额；不设奖的，可以给参加的人发纪念品。",
        )
    ]  # fmt: skip
