"""July: eight classes of little birds, each with its guardians' consent, who may fetch the child, and three days' register."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from django.apps import apps

from gongjia.demo import size
from gongjia.demo.events.stage import Stage, hours
from gongjia.demo.story import moment
from gongjia.work.events import actions

TOWNS = ("新安江街道", "洋溪街道", "更楼街道", "乾潭镇", "梅城镇", "寿昌镇", "航头镇", "大同镇")
OF_ONE = 40  # children of a class
FIRST, DAYS = date(2018, 7, 9), 3
SEED = 20180709
NAMES = "安宁乐康欣悦晨阳子涵雨桐思远嘉禾一诺"
NOTES = {7: "对花生过敏", 19: "哮喘，随身带喷剂"}  # place in a class -> what the guardian told


def looked_after() -> None:
    stage, dice = Stage(), random.Random(SEED)
    for place, short in enumerate(TOWNS):
        org = stage.unions[short]
        _class(stage, dice, org, place, stage.officer(org, ""))


def _class(stage: Stage, dice: random.Random, org: Any, place: int, actor: Any) -> None:
    first = FIRST + timedelta(days=7 * (place % 3))
    count = size.now().of(OF_ONE)
    event = stage.publish(
        org, "children", f"2018年{org.short_name or org.name}小候鸟暑托班", [hours(first + timedelta(days=one), 8, 9) for one in range(DAYS)],
        place=f"{org.short_name or org.name}文化礼堂", actor=actor, way="nomination", total=count, params={"age_min": 6, "age_max": 13},
    )  # fmt: skip
    day = first - timedelta(days=10)
    paper = stage.paper("暑托班监护人同意书", [f"{count}名孩子的监护人已阅读须知并签字。"], day, org, actor)
    forms, children = [], 0
    for number, person in enumerate(stage.people(org, count, 40)):
        some = min(1 + number % 3 // 2, count - children)
        if not some:
            break
        forms.append(actions.ClassForm(person, [_child(dice, children + one, paper) for one in range(some)]))
        children += some
    found = actions.sign_up_class(event=event, org=org, forms=forms, happened_on=day, actor=actor, at=moment(day, 17))
    if refused := [one for one in found if one.verdict != "placed"]:
        raise RuntimeError(f"{event.title}: {[reason.code for reason in refused[0].reasons]}")
    _days(event, actor)
    stage.close(event, paper, actor, caption="同意书")


def _child(dice: random.Random, number: int, paper: Any) -> Any:
    name = "小" + dice.choice(NAMES) + dice.choice(NAMES)
    note = NOTES.get(number, "")
    return actions.NewChild(
        name, date(2006 + number % 5, 1 + number % 12, 1 + dice.randrange(28)), "父亲" if number % 2 else "母亲", True,
        [actions.NewPickUp(f"{name}的家长", f"1990{8_000_000 + dice.randrange(1_000_000):07d}", "父母")], grade=1 + number % 5,
        health=note, health_consent=bool(note), paper=paper,
    )  # fmt: skip


def _days(event: Any, actor: Any) -> None:
    """Every morning nearly all come; every evening each goes home with somebody on its list."""
    ids = list(_rows("Child").filter(sign_up__event=event).order_by("pk").values_list("pk", flat=True))
    fetched = dict(_rows("PickUp").filter(child__in=ids).values_list("child_id", "pk"))
    for number, session in enumerate(event.sessions.order_by("number")):
        there = [pk for place, pk in enumerate(ids) if (place + number) % 17 != 16]
        actions.children_in(session=session, children=there, actor=actor, at=session.starts_at)
        actions.children_out(
            session=session, fetched={pk: fetched[pk] for pk in there}, actor=actor, at=session.ends_at
        )


def _rows(model: str) -> Any:
    return apps.get_model("events", model).objects
