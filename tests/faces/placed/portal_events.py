"""Sign-ups, children, no-show marks of members at the places; an event that everybody sees; doors of every place."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.faces.placed.services import of_members
from tests.faces.placements import AT, MEMBER_PLACES, PDF, Target, World, at_places

STARTS = AT + timedelta(hours=20)


def build(world: World) -> None:
    from gongjia.base.actor import Actor
    from gongjia.base.journal import attachments
    from gongjia.work.events import actions
    from gongjia.work.events.models import Fault
    from gongjia.work.events.queries import own

    def event(kind: str, title: str, way: str = "first", org: str = "fed", total: int = 40, **values: Any) -> Any:
        lasts = timedelta(hours=2)
        made = actions.make_event(
            org=world.orgs[org], kind=kind, title=title, way=way, total=total, place="文化宫", opens_at=AT - timedelta(hours=2),
            closes_at=STARTS - timedelta(hours=8), short_window_why="测试",
            sessions=[actions.SessionPlan(STARTS, STARTS + lasts)], **values, **world.by,
        )  # fmt: skip
        return actions.publish(event=made, **world.by)

    plain = event("other", "职工夜校")
    lot = event("show", "专场演出", "lot")
    draw = actions.commit_draw(
        event=lot, source="福利彩票3D第2018236期开奖号", public_on=STARTS - timedelta(hours=1), **world.by
    )
    world.rows["public_draw"] = {"fed": draw}
    world.rows["portal_event"] = {"fed": plain}
    party, summer = event("matching", "七夕联谊"), event("children", "爱心暑托班", guests_max=2)
    world.rows["portal_party"], world.rows["portal_summer"] = {"fed": party}, {"fed": summer}
    paper = attachments.store(PDF, name="须知.pdf", **world.by)
    world.rows["portal_paper"] = {
        "fed": actions.add_paper(event=plain, attachment=paper, use="material", caption="须知", **world.by)
    }
    for place in MEMBER_PLACES:
        person = world.rows["person"][place]
        actor = Actor(person.account_id, person.pk, person.name)
        by: dict[str, Any] = {"person": person, "actor": actor, "at": AT}
        one = world.put("own_sign_up", place, actions.claim(event=plain, **by, clash_ok=True))
        entry = world.put("own_entry", place, actions.enter(event=lot, **by))
        del entry
        world.put(
            "own_match", place,
            actions.sign_up_single(event=party, single=True, contact=world.number(), clash_ok=True, **by),
        )  # fmt: skip
        child = actions.NewChild(
            "小童", date(2010, 3, 1), "母亲", True, [actions.NewPickUp("李奶奶", world.number(), "奶奶")], grade=2
        )
        mine = actions.sign_up_children(
            event=summer, guardian=person, children=[child], clash_ok=True, actor=actor, at=AT
        )
        world.put("own_class", place, mine)
        shown = own.my_children(actor, mine)[0]
        world.put("own_child", place, own.my_child(actor, shown.id)[0])
        world.put("own_pick_up", place, own.my_pick_up(actor, shown.pick_ups[0][0]))
        world.put(
            "own_fault", place,
            Fault.objects.create(
                person=person, event=plain, sign_up=one, org=plain.org, kind="absent", on=AT.date(),
                appeal_until=AT.date() + timedelta(days=10),
            ),
        )  # fmt: skip
    for place in ("firm", "school", "lotus", "other"):
        at_home = event("talk", f"{place}讲座", "open", org=place, total=0)
        world.put("door_session", place, own.sessions_of(at_home)[0])


def _own(kind: str) -> Any:
    return lambda w: of_members(w, kind)


def _anybody(kind: str, *more: str) -> Any:
    return lambda w: [Target((w.rows[kind]["fed"].pk, *(w.rows[one]["fed"].pk for one in more)))]


FACTORIES = {
    "portal:service_event": _anybody("portal_event"),
    "portal:service_event_file": _anybody("portal_event", "portal_paper"),
    "portal:service_event_single": _anybody("portal_party"),
    "portal:service_event_children": _anybody("portal_summer"),
    "portal:service_signup": _own("own_sign_up"),
    "portal:service_signup_why": _own("own_entry"),
    "portal:service_signup_children": _own("own_class"),
    "portal:service_signup_single": _own("own_match"),
    "portal:service_signup_match": _own("own_match"),
    "portal:service_signup_contact": _own("own_match"),
    "portal:service_signup_block": _own("own_match"),
    "portal:service_signup_leave": _own("own_match"),
    "portal:service_child": _own("own_child"),
    "portal:service_child_pickup_remove": _own("own_pick_up"),
    "portal:service_fault_appeal": _own("own_fault"),
    "public:event": _anybody("portal_event"),
    "public:draw": _anybody("public_draw"),
    "console:door": lambda w: at_places(w, "door_session", "events.door"),
}
