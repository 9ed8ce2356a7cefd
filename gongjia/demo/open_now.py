"""August: what is open on the last day of the story, so that whoever picks up the phone finds something to do.

Joining, all the year, with the table of which union takes in whom; a second call of tuition aid; a walk to sign up
for; a course by lot whose seed the officer has still to publish.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.apps import apps

from gongjia.demo import chains, unions
from gongjia.demo.events.stage import hours
from gongjia.demo.story import moment
from gongjia.who.orgs import queries as orgs
from gongjia.who.orgs.kinds import MEMBER_KINDS
from gongjia.work.events import actions as events
from gongjia.work.programmes import actions as programmes

STANDING, CALLED, ANNOUNCED = date(2018, 8, 1), date(2018, 8, 20), date(2018, 8, 24)


def opened() -> None:
    desks, federation = chains.Desks(), orgs.by_code(unions.COUNTY)
    publicity, labour = desks.player("publicity"), desks.player("labour")
    _joining(federation, publicity)
    _call(
        federation, labour, type="tuition", title="2018年“求学圆梦”学历提升资助（第二批）", cycle="第二批", quota=40,
        opens_at=moment(CALLED, 0), closes_at=moment(date(2018, 10, 1), 0),
    )  # fmt: skip
    _walk(federation, publicity)
    _course(federation, publicity)


def _call(federation: Any, actor: Any, **values: Any) -> None:
    at = values["opens_at"]
    round_ = programmes.make_round(org=federation, year=2018, notice_phone=chains.PHONE, actor=actor, at=at, **values)
    programmes.open_round(round_=round_, actor=actor, at=at)


def _joining(federation: Any, actor: Any) -> None:
    """Who has no employer joins a union of the town where they work."""
    routes = []
    for code, _, short, _ in unions.second_level():
        town = orgs.by_code(code)
        first = _takes_in(town)
        if first is not None and town.kind == "township":
            routes.append(programmes.Route(first, area=short))
    programmes.set_routes(rows=routes, actor=actor, at=moment(STANDING))
    _call(federation, actor, type="join", title="入会申请", opens_at=moment(STANDING))


def _takes_in(town: Any) -> Any:
    """A union of several firms where there is one, else the town's first."""
    found = apps.get_model("orgs", "Org").objects.filter(parent=town, state="active", kind__in=MEMBER_KINDS)
    return found.filter(kind="joint").order_by("code").first() or found.order_by("code").first()


def _walk(federation: Any, actor: Any) -> None:
    begins = hours(date(2018, 9, 22), 8, 3)
    event = events.make_event(
        org=federation, kind="other", title="新安江畔职工健步走", place="新安江江滨公园", way="first", total=200, guests_max=1,
        sessions=[events.SessionPlan(*begins)], opens_at=moment(ANNOUNCED), closes_at=moment(date(2018, 9, 16), 0),
        summary="全程约六公里，可带一位家属。请穿运动鞋，自带水杯。", contact_phone=chains.PHONE, actor=actor, at=moment(CALLED),
    )  # fmt: skip
    events.publish(event=event, actor=actor, at=moment(CALLED))


def _course(federation: Any, actor: Any) -> None:
    """Places by lot from 29 August on; its seed is to be published before the first entry."""
    days = [events.SessionPlan(*hours(date(2018, 9, day), 19, 2)) for day in (12, 19, 26)]
    event = events.make_event(
        org=federation, kind="training", title="职工夜校：手机摄影", place="建德市工人文化宫301教室", way="lot", total=30, sessions=days,
        opens_at=moment(date(2018, 8, 29)), closes_at=moment(date(2018, 9, 6), 0), certificate=True,
        summary="三次课，自带手机，结业发证书。", contact_phone=chains.PHONE, actor=actor, at=moment(ANNOUNCED),
    )  # fmt: skip
    events.publish(event=event, actor=actor, at=moment(ANNOUNCED))
