"""Eleven contests of the city and the thirty they drew in: entrants, marks, ranks, titles, all decided."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from gongjia.demo.events.stage import Stage, hours
from gongjia.demo.story import moment
from gongjia.work.events import actions
from gongjia.work.events import queries as events

# (trade, day of the final, class, entrants)
CITY = (
    ("电焊工", date(2018, 3, 24), "1", 24), ("钳工", date(2018, 4, 14), "1", 20), ("维修电工", date(2018, 4, 21), "1", 20),
    ("叉车工", date(2018, 4, 28), "2", 18), ("护理", date(2018, 5, 12), "2", 20), ("餐饮服务", date(2018, 5, 19), "1", 18),
    ("快递员", date(2018, 5, 26), "2", 16), ("茶艺师", date(2018, 6, 2), "1", 16), ("化工检验", date(2018, 6, 9), "2", 18),
    ("消防员", date(2018, 6, 16), "2", 16), ("汽车维修工", date(2018, 6, 23), "1", 18),
)  # fmt: skip
# what the second-level unions held themselves, drawn in by the city's
DRAWN_IN = {
    "新安江街道": 3, "洋溪街道": 3, "更楼街道": 2, "乾潭镇": 3, "梅城镇": 2, "杨村桥镇": 1, "下涯镇": 2, "大洋镇": 1, "寿昌镇": 3,
    "航头镇": 1, "大同镇": 2, "教育工会": 4, "卫生健康工会": 3,
}  # fmt: skip
BELOW = {
    "教育工会": ("板书", "微课制作", "班会课", "实验教学"),
    "卫生健康工会": ("急救", "静脉穿刺", "院感防控"),
}
PRIZES = (
    {"level": "一等奖", "count": 1, "amount": 200_000},
    {"level": "二等奖", "count": 2, "amount": 100_000},
    {"level": "三等奖", "count": 3, "amount": 50_000},
)
SEED = 20180324


def held() -> None:
    """The city's first: what they drew in points at the one of its trade."""
    stage, dice = Stage(), random.Random(SEED)
    city = {trade: _city(stage, dice, place, trade, *row) for place, (trade, *row) in enumerate(CITY)}
    trades = [trade for trade, *_rest in CITY]
    number = 0
    for short, count in DRAWN_IN.items():
        org = stage.unions[short]
        actor = stage.officer(org, "")
        paper = stage.paper(f"{short}职工技能竞赛成绩册", [f"上半年组织竞赛{count}项。"], date(2018, 6, 29), org, actor)
        for turn in range(count):
            trade = BELOW[short][turn] if short in BELOW else trades[(number + turn * 3) % len(trades)]
            _below(stage, org, trade, turn, number, paper, city.get(trade) or city["护理"], actor)
            number += 1


def _city(stage: Stage, dice: random.Random, place: int, trade: str, day: date, klass: str, count: int) -> Any:
    labour, federation = stage.desks.player("labour"), stage.federation
    event = stage.publish(
        federation, "contest", f"2018年建德市{trade}职业技能竞赛", [hours(day - timedelta(days=1), 9, 6), hours(day, 9, 6)],
        place="建德市工人文化宫", actor=labour, way="nomination", summary="以初赛、决赛两轮决出名次，理论和实操按比例计分。",
    )  # fmt: skip
    rounds = actions.set_rounds(
        event=event, actor=labour, at=event.published_at,
        rounds=[
            actions.RoundPlan("初赛", 30, 70, go_on=8, on=day - timedelta(days=1)),
            actions.RoundPlan("决赛", 20, 80, on=day),
        ],
    )  # fmt: skip
    actions.set_prizes(event=event, prizes=PRIZES, klass=klass, place="建德市", actor=labour, at=event.published_at)
    sign_ups = stage.nominate(
        event, federation, stage.people(federation, count, 37 * place), day - timedelta(days=12), labour, trade=trade
    )
    stage.tick(event, sign_ups, labour)
    _mark(rounds[0], sign_ups, dice, labour, moment(day - timedelta(days=1), 16))
    ordered = sorted(events.in_round(event, 2), key=sign_ups.index)
    _mark(rounds[1], ordered, dice, labour, moment(day, 16), tie=place == 0)
    paper = stage.paper(
        f"{trade}职业技能竞赛成绩册", [f"参赛{len(sign_ups)}人，决赛{len(ordered)}人。"], day, federation, labour
    )
    event = stage.close(event, paper, labour, caption="成绩册")
    return _decide(event, day, f"建总工〔2018〕{30 + place}号", labour)


def _mark(
    round_: Any, sign_ups: Sequence[Any], dice: random.Random, actor: Any, at: Any, *, tie: bool = False
) -> None:  # fmt: skip
    """Marks in halves of a point, all practice marks different; with `tie` the two best are equal in both parts."""
    practice = dice.sample(range(120, 195), len(sign_ups))
    rows = [[70 + dice.randrange(50) / 2, half / 2] for half in practice]
    if tie:
        rows[0] = rows[1] = [94.5, 98]
    actions.enter_scores(
        round_=round_, marks=[actions.NewMark(pk, *row) for pk, row in zip(sign_ups, rows, strict=True)], actor=actor, at=at
    )  # fmt: skip


def _decide(event: Any, day: date, document: str, actor: Any) -> Any:
    at = moment(day + timedelta(days=3), 10)
    worked = actions.work_out(event=event, actor=actor, at=at)
    if worked.ties:
        tied = [one.pk for one in worked.results if one.tie]
        actions.settle_tie(event=event, order=tied, why="加赛一件工件，先完成者在前", actor=actor, at=at)
    actions.decide_results(
        event=event, decided_on=day + timedelta(days=3), document=document, actor=actor, at=at
    )  # fmt: skip
    return event


def _below(
    stage: Stage, org: Any, trade: str, turn: int, number: int, paper: Any, led_by: Any, actor: Any
) -> None:  # fmt: skip
    """A contest of a town or an industry: named, ticked, held; its ranks stay with its organiser."""
    day = date(2018, 3, 31) + timedelta(days=7 * (number % 12) + turn)
    short = org.short_name or org.name
    event = stage.publish(
        org, "contest", f"2018年{short}{trade}技能比武", [hours(day, 9, 4)], place=f"{short}职工之家", actor=actor,
        way="nomination", led_by=led_by,
    )  # fmt: skip
    people = stage.people(org, 10 + number % 5, 11 * turn)
    sign_ups = stage.nominate(event, org, people, day - timedelta(days=8), actor, trade=trade)
    stage.tick(event, sign_ups, actor)
    stage.close(event, paper, actor, caption="成绩册")
