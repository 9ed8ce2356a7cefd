"""Scores of a panel: weighted criteria, several judges, those who stand aside, ranking, ties named.

Marks are decimals as text. A total is out of 100: Σ weight × mark / most ÷ Σ weight × 100, half up to four
places, so that the same marks give the same total on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from gongjia.base.refused import Reason
from gongjia.work.programmes.rules.conditions import decimal_of

PLACES = Decimal("0.0001")
Criteria = Sequence[Mapping[str, Any]]


def criteria_faults(rows: Any) -> list[Reason]:
    """What is wrong with the criteria of a round."""
    if not isinstance(rows, list):
        return [Reason("criteria_bad", "评分项的格式不对。")]
    found, keys = [], set()
    for number, row in enumerate(rows, start=1):
        weight, most = decimal_of(row.get("weight")), decimal_of(row.get("most"))
        if not row.get("key") or not row.get("label") or row.get("key") in keys:
            found.append(Reason("criterion_key", f"第 {number} 个评分项缺名称，或代号重复。"))
        if weight is None or weight <= 0 or most is None or most <= 0:
            found.append(Reason("criterion_weight", f"第 {number} 个评分项的权重和满分须大于 0。"))
        keys.add(row.get("key"))
    return found


def total(criteria: Criteria, marks: Mapping[str, Any]) -> Decimal:
    """A judge's weighted total out of 100. Raises KeyError for a mark that is missing."""
    weights = sum((Decimal(str(row["weight"])) for row in criteria), Decimal(0))
    parts = (
        Decimal(str(row["weight"])) * Decimal(str(marks[row["key"]])) / Decimal(str(row["most"])) for row in criteria
    )
    return (sum(parts, Decimal(0)) * 100 / weights).quantize(PLACES, ROUND_HALF_UP)


def mark_faults(criteria: Criteria, marks: Mapping[str, Any]) -> list[Reason]:
    """Each criterion has one mark, between 0 and its most."""
    found = []
    for row in criteria:
        mark = decimal_of(marks.get(row["key"]))
        if mark is None:
            found.append(Reason("mark_missing", f"“{row['label']}”没有打分。", fact=str(row["key"])))
        elif not 0 <= mark <= Decimal(str(row["most"])):
            found.append(Reason("mark_range", f"“{row['label']}”须在 0 到 {row['most']} 分之间。", fact=str(mark)))
    return found


@dataclass(frozen=True)
class Score:
    """One application's score: the mean over the judges who did not stand aside."""

    ref: Any
    score: Decimal | None
    judges: int
    missing: tuple[str, ...] = ()  # names of judges who have not yet scored it


def mean(ref: Any, judges: Mapping[Any, str], marks: Mapping[Any, Decimal], aside: frozenset[Any] | set[Any]) -> Score:
    """`judges`: id -> name; `marks`: judge -> total. Marks of a judge who stands aside are left out."""
    counted = [judge for judge in judges if judge not in aside]
    missing = tuple(judges[judge] for judge in counted if judge not in marks)
    given = [marks[judge] for judge in counted if judge in marks]
    if not given:
        return Score(ref, None, 0, missing)
    return Score(ref, (sum(given, Decimal(0)) / len(given)).quantize(PLACES, ROUND_HALF_UP), len(given), missing)


@dataclass(frozen=True)
class Place:
    ref: Any
    score: Decimal
    rank: int
    tied: bool


def ranking(scores: Sequence[tuple[Any, Decimal]]) -> list[Place]:
    """Best first; equal scores share a rank and are named as tied: 1, 2, 2, 4."""
    ordered = sorted(scores, key=lambda one: one[1], reverse=True)
    counts: dict[Decimal, int] = {}
    for _ref, score in ordered:
        counts[score] = counts.get(score, 0) + 1
    places: list[Place] = []
    for index, (ref, score) in enumerate(ordered):
        same = places[-1] if places and places[-1].score == score else None
        places.append(Place(ref, score, same.rank if same else index + 1, counts[score] > 1))
    return places


def tie_at_edge(places: Sequence[Place], seats: int) -> list[Place]:
    """The tied ones at the last seat, when choosing `seats` would cut through them: the meeting must say who."""
    if seats <= 0 or len(places) <= seats:
        return []
    edge = places[seats - 1]
    if not edge.tied or places[seats].score != edge.score:
        return []
    return [place for place in places if place.score == edge.score]


def may_rank(scores: Sequence[Score], names: Mapping[Any, str]) -> list[Reason]:
    """A ranking waits for every mark: half a panel is none."""
    found = []
    for one in scores:
        if one.missing:
            found.append(
                Reason(
                    "marks_missing",
                    f"{names.get(one.ref, '')}还缺评委打分：{'、'.join(one.missing)}。",
                    fact=str(len(one.missing)),
                )
            )
        elif one.score is None:
            found.append(
                Reason("no_judge_left", f"{names.get(one.ref, '')}的评委全部回避，没有分数。", cure="请增加评委。")
            )
    return found[:20]


@dataclass(frozen=True)
class MarkFacts:
    """A judge about to score."""

    is_judge: bool
    aside: bool
    state: str
    faults: tuple[Reason, ...] = ()
    ranked: bool = False


def may_score(facts: MarkFacts) -> list[Reason]:
    """A judge with a declared conflict does not score that application (回避)."""
    if not facts.is_judge:
        return [Reason("not_a_judge", "您不是这个项目的评委。")]
    found = []
    if facts.aside:
        found.append(Reason("judge_aside", "您已申明对这一件回避，不能打分。", cure="由其他评委打分。"))
    if facts.state != "in_review":
        found.append(Reason("not_scorable", "这一件现在不能打分。", fact=facts.state))
    return found + list(facts.faults)
