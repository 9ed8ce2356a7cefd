"""示范单位 (domain rules 5.5): 工资集体协商示范单位 and the like, scored by a table that is data.

The table's rows (`params["table"]`) say how many points a fact gives: `rate` loses `off` points for each percent
below `full`; `bands` gives the points of the first bound that is reached (以上 includes it); `yes` gives all.
Honours to firms must weigh whether they hold consultation and democratic management (浙江省集体合同条例 38,
浙江省企业民主管理条例 34, 杭州市企业工资集体协商条例 8).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib import resources
from typing import Any

from gongjia.work.programmes.kinds import AwardKind, DayUnit, Decides, DeskPlace, NoticePlace, Once, Subject, Words
from gongjia.work.programmes.registry import TYPES, Desk, ProgrammeType
from gongjia.work.programmes.rules.conditions import decimal_of
from gongjia.work.programmes.rules.facts import Condition, Facts

LAW = "《浙江省集体合同条例》第三十八条、《浙江省企业民主管理条例》第三十四条"
PASS_MARK = 80


@cache
def shipped() -> tuple[dict[str, Any], ...]:
    """The table that comes with the program; a round may carry another."""
    text = resources.files("gongjia.work.programmes.data").joinpath("model_unit.json").read_text(encoding="utf-8")
    return tuple(json.loads(text))


def fields() -> tuple[dict[str, Any], ...]:
    """One field a row of the table: a percentage, or a tick."""
    found: list[dict[str, Any]] = []
    for row in shipped():
        if row["rule"] == "yes":
            found.append({"key": row["key"], "label": row["label"], "kind": "tick"})
        else:
            found.append(
                {"key": row["key"], "label": row["label"], "kind": "number", "min": "0", "max": "100", "required": True}
            )
    return (
        *found,
        {"key": "deeds", "label": "主要做法", "kind": "text", "required": True, "lines": True, "most": 2000},
        {"key": "proof", "label": "集体合同、职代会决议等证明", "kind": "file", "required": True, "most": 12},
    )


def points(row: Mapping[str, Any], value: Any) -> Decimal:
    """Points of one row. Contract rate 100% is 8, each percent less costs 0.2; never below nothing."""
    most = Decimal(str(row["most"]))
    if row["rule"] == "yes":
        return most if value is True else Decimal(0)
    number = decimal_of(value)
    if number is None:
        return Decimal(0)
    if row["rule"] == "rate":
        lost = (Decimal(str(row["full"])) - number) * Decimal(str(row["off"]))
        return min(most, max(Decimal(0), most - max(Decimal(0), lost)))
    for bound, worth in row["bands"]:
        if number >= Decimal(str(bound)):
            return Decimal(str(worth))
    return Decimal(0)


def score(params: Mapping[str, Any], answers: Mapping[str, Any]) -> Decimal:
    """Out of 100, whatever the table's own sum is; half up to four places."""
    table = params.get("table") or shipped()
    whole = sum((Decimal(str(row["most"])) for row in table), Decimal(0))
    given = sum((points(row, answers.get(row["key"])) for row in table), Decimal(0))
    return (given * 100 / whole).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def check(facts: Facts) -> Sequence[Condition]:
    """Consultation must be held at all; the sum must reach the mark of the round."""
    mark = decimal_of(facts.round.params.get("pass_mark", PASS_MARK)) or Decimal(PASS_MARK)
    given = score(facts.round.params, facts.answers)
    holds = facts.answer("consultation") is True
    return (
        Condition(
            "consultation" if holds else "no_consultation", holds, "须当年开展工资集体协商并依法报送。", fact="是" if holds else "否",
            clause=LAW, cure="" if holds else "请先开展协商、签订并报送合同。",
        ),
        Condition(
            "mark" if given >= mark else "mark_low", given >= mark, f"评分须达 {mark} 分以上。", fact=f"{given.normalize():f} 分",
            clause="本项目评分表", cure="" if given >= mark else "请对照评分表改进后再申报。",
        ),
    )  # fmt: skip


TYPES.register(
    ProgrammeType(
        key="model_unit",
        label="工资集体协商示范单位",
        area="3",
        code="SF",
        subject=Subject.ORG,
        award_kind=AwardKind.HONOUR,
        words=Words(award="命名", declined="未入选", act="命名", cycle="年度", unit="家"),
        brief="开展工资集体协商成效好的单位，按评分表申报、核验、公示后命名。",
        fields=fields(),
        desks=(
            Desk(DeskPlace.TOWNSHIP, "乡镇(街道)工会核验"),
            Desk(DeskPlace.OPENER, "主管部门审查"),
        ),
        decides=Decides.MEETING,
        notice_place=NoticePlace.SITE,
        notice_days=5,
        notice_unit=DayUnit.WORKDAY,
        notice_least=5,
        once_per=Once.LIFE,
        shared=({"check": "org_active"}, {"check": "in_area"}),
        params={"pass_mark": PASS_MARK},
        certificate=True,
        check=check,
        score=score,
    )
)
