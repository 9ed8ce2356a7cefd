"""竞赛奖励 (domain rules 4.1): money for ranks that a contest has decided.

Nobody applies: the organiser lists decided results, which name the person, the rank and the sum; they pass the desk,
a decision and a notice like every other award. The key runs from the award to the result, never the other way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gongjia.base.money import show
from gongjia.work.programmes.kinds import AwardKind, DayUnit, Decides, DeskPlace, NoticePlace, Once, Subject, Words
from gongjia.work.programmes.registry import TYPES, Desk, ProgrammeType
from gongjia.work.programmes.rules.facts import Condition, Facts

CLAUSE = "本项竞赛通知（奖项设置）"

FIELDS: tuple[dict[str, Any], ...] = (
    {"key": "contest", "label": "竞赛", "kind": "text", "required": True, "most": 120},
    {"key": "trade", "label": "工种", "kind": "text", "most": 40},
    {"key": "rank", "label": "名次", "kind": "number", "whole": True, "min": "1", "required": True},
    {"key": "level", "label": "奖项", "kind": "text", "required": True, "most": 40},
    {"key": "title", "label": "称号", "kind": "text", "most": 60},
    {"key": "prize", "label": "奖金（元）", "kind": "money", "required": True},
    {"key": "document", "label": "名次认定文件", "kind": "text", "most": 80},
)  # fmt: skip


def check(facts: Facts) -> Sequence[Condition]:
    """Without a sum there is nothing to decide; what was listed is what the result says."""
    prize = int(facts.answer("prize", 0))
    return (
        Condition(
            "prize" if prize else "no_prize", prize > 0, "认定的名次有奖金。", fact=show(prize), clause=CLAUSE,
            cure="" if prize else "没有奖金的名次，在竞赛里发证书即可。",
        ),
    )  # fmt: skip


def on_award(*, application: Any, values: Mapping[str, Any], **_more: Any) -> dict[str, Any]:
    """The award points at the result, and is called by the contest, the trade and the prize."""
    words = (values.get("contest", ""), values.get("trade", ""), values.get("level", ""))
    return {"contest_result_id": application.contest_result_id, "title": "".join(map(str, words))[:120]}


TYPES.register(
    ProgrammeType(
        key="contest_prize",
        label="竞赛奖励",
        area="2",
        code="JS",
        subject=Subject.RESULT,
        award_kind=AwardKind.HONOUR,
        words=Words(award="奖励", declined="不予奖励", act="奖励", cycle="次"),
        brief="按竞赛认定的名次发放奖金，由主办工会列入，不用申报。",
        fields=FIELDS,
        desks=(Desk(DeskPlace.OPENER, "核对名次和奖金", "city_labour"),),
        decides=Decides.MEETING,
        notice_place=NoticePlace.BOTH,
        notice_days=5,
        notice_unit=DayUnit.WORKDAY,
        once_per=Once.FREE,
        check=check,
        amount=lambda facts, tier="": int(facts.answer("prize", 0)),
        on_award=on_award,
        tier_of=lambda values: str(values.get("level", "")),
    )
)
