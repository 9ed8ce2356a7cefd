"""Events, sessions, sign-ups, rounds, papers, children, teams and no-show marks at the places.

The events are drafts: a published one is seen by every union whose members it is for, which is no secret.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.faces.placements import AT, DAY, MEMBER_PLACES, PDF, PLACES, Target, World, at_places

STARTS = AT + timedelta(days=10)


def build(world: World) -> None:
    from gongjia.base.journal import attachments
    from gongjia.base.models import uuid7
    from gongjia.work.events import actions
    from gongjia.work.events.models import Child, ContestRound, Fault, Paper, Session, SignUp, Team

    for place in PLACES:
        org = world.orgs[place]
        plan = actions.SessionPlan(STARTS, STARTS + timedelta(hours=2))
        event = actions.make_event(
            org=org, kind="contest", title="钳工比武", place="文化宫", sessions=[plan], way="lot", total=5,
            opens_at=AT, closes_at=AT + timedelta(days=5), **world.by,
        )  # fmt: skip
        world.put("event", place, event)
        world.put("event_session", place, Session.objects.get(event=event))
        world.put("event_round", place, ContestRound.objects.create(event=event, number=1, title="决赛"))
        paper = attachments.store(PDF, name="通知.pdf", **world.by)
        world.put("event_paper", place, Paper.objects.create(event=event, attachment=paper, use="evidence"))
        world.put("event_team", place, Team.objects.create(org=org, name="便民服务队", founded_on=DAY))
        if place not in MEMBER_PLACES:
            continue
        person = world.rows["person"][place]
        row = SignUp.objects.create(
            event=event, person=person, org=org, state="placed", state_at=AT, entered_at=AT, way="union"
        )
        world.put("event_sign_up", place, row)
        world.put(
            "event_child", place,
            Child.objects.create(
                sign_up=row, name="小明", born="2010-05-01", identity=uuid7(), guardian=person, consent_at=AT
            ),
        )  # fmt: skip
        world.put(
            "event_fault", place,
            Fault.objects.create(
                person=person, event=event, sign_up=row, org=org, kind="absent", on=DAY,
                appeal_until=DAY + timedelta(15), state="appealed", appeal="孩子发烧", appealed_at=AT,
            ),
        )  # fmt: skip


def _at(kind: str, scope: str = "events.read", rest: Any = (), power: str = "") -> Any:
    return lambda world: at_places(world, kind, scope, rest, power)


def back(world: World) -> list[Target]:
    """Giving back is an act of the union that has the places: here the organiser itself."""
    return at_places(world, "event", "events.read", lambda place: (world.orgs[place].pk,), "events.sign")


FACTORIES = {
    "console:events_": _at("event"),
    "console:events_quota_back": back,
    "console:events_draw_file": _at("event", rest=("script",)),
    "console:events_sign_up": _at("event_sign_up"),
    "console:events_sign_ups": _at("event"),
    "console:events_drop": _at("event_sign_up"),
    "console:events_promote": _at("event_sign_up"),
    "console:events_confirm": _at("event_sign_up"),
    "console:events_score": _at("event_round"),
    "console:events_session": _at("event_session"),
    "console:events_class": _at("event_session"),
    "console:events_pick_up_new": _at("event_child", "events.children"),
    "console:events_paper": _at("event_paper"),
    "console:events_papers": _at("event"),
    "console:events_team": _at("event_team"),
    "console:events_fault": _at("event_fault"),
}
