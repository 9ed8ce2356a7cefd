"""Prizes of a contest go through the chain of an award: decided results are listed in a round, each once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import refuse
from gongjia.work.events import queries as events
from gongjia.work.programmes.actions.listing import HandedIn, Paper, hand_in_list
from gongjia.work.programmes.models import Application, Round
from gongjia.work.programmes.states import LIVE


def list_prizes(*, round_: Round, contests: Sequence[Any], happened_on: date, actor: Actor, at: datetime) -> HandedIn:
    """Every decided result with money of these contests that is in no round yet, as an application of its own.

    `happened_on`: the day of the list on paper. Who is refused is named with the reasons, as in every pile.
    """
    with journal.act():
        if round_.subject != "result":
            refuse("round_no_prizes", "这个项目不是竞赛奖励。", fact=round_.title, cure="请开一个“竞赛奖励”项目。")
        found = events.prizes(event_ids=contests)
        if not found:
            refuse("nothing_decided", "没有已认定、有奖金的名次。", cure="先在竞赛里认定名次。")
        outside = sorted({one.event for one in found if not one.org_path.startswith(round_.org.path)})
        if outside:
            refuse("contest_outside", "竞赛不是本级或下级工会主办的。", fact="、".join(outside))
        listed = set(
            Application.objects.filter(
                contest_result_id__in=[one.result_id for one in found], state__in=LIVE
            ).values_list("contest_result_id", flat=True)
        )
        fresh = [one for one in found if one.result_id not in listed]
        if not fresh:
            refuse("all_listed", "这些名次都已经列入奖励了。", fact=f"{len(found)} 人")
        return hand_in_list(
            round_=round_, papers=[_paper(one, happened_on) for one in fresh], actor=actor, at=at
        )  # fmt: skip


def _paper(one: events.Prize, happened_on: date) -> Paper:
    answers = {
        "contest": one.event, "trade": one.trade, "rank": str(one.rank), "level": one.level or f"第{one.rank}名",
        "title": one.title, "prize": f"{one.amount // 100}.{one.amount % 100:02d}", "document": one.document,
    }  # fmt: skip
    return Paper(answers, happened_on, person_id=one.person_id, contest_result=one.result_id)
