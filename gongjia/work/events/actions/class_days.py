"""The door of a children's class: who is here, who was handed to whom; names and health only on the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gongjia.base import handout, journal
from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden, Reason, Refused, refuse
from gongjia.base.reveal import reveal
from gongjia.work.events import kinds, powers, rules
from gongjia.work.events.actions.common import day_of, lock_event, said, tell
from gongjia.work.events.models import Attendance, Child, ChildDay, Event, PickUp, Session

FORGET_AFTER = timedelta(days=180)  # names and notes of a class that is over


def _at_door(session: Session, actor: Actor) -> Session:
    found = one_of(
        Session.objects.select_for_update(of=("self",), no_key=True).select_related("event__org").filter(pk=session.pk)
    )
    if found is None:
        raise Hidden(str(session.pk))
    actor.must(powers.CHILDREN, found.event.org)
    return found


def _children(session: Session, ids: Sequence[UUID]) -> dict[UUID, Child]:
    rows = (
        Child.objects.select_for_update(of=("self",))
        .filter(sign_up__event_id=session.event_id, pk__in=list(ids))
        .select_related("sign_up")
        .order_by("pk")
    )
    found = {one.pk: one for one in rows}
    if len(found) < len(set(ids)):
        raise Hidden("child")
    return found


def _called(child: Child) -> str:
    return child.name.open_unlogged() if child.name else "孩子"


def _facts(child: Child, session: Session, day: ChildDay | None, at: datetime) -> rules.DayFacts:
    return rules.DayFacts(
        name=_called(child),
        placed=child.sign_up.state == "placed" and child.sign_up.session_id in (None, session.pk),
        left=child.left_on is not None,
        consent=child.consent_at is not None,
        same_day=not session.cancelled and day_of(at) == day_of(session.starts_at),
        came=day is not None and day.in_at is not None,
        gone=day is not None and day.out_at is not None,
    )


def children_in(*, session: Session, children: Sequence[UUID], actor: Actor, at: datetime) -> int:
    """These children are here. All or none; whoever may not stay is named."""
    with journal.act():
        session = _at_door(session, actor)
        found = _children(session, children)
        days = {one.child_id: one for one in ChildDay.objects.filter(session=session, child__in=list(found))}
        why = [
            reason
            for pk, one in found.items()
            for reason in rules.may_come_in(_facts(one, session, days.get(pk), at))
        ]  # fmt: skip
        if why:
            raise Refused(dict.fromkeys(why))
        ChildDay.objects.bulk_create(
            [ChildDay(child=one, session=session, in_at=at, in_by=actor.account_id) for one in found.values()]
        )
        # the place was used: its guardian is no no-show
        Attendance.objects.bulk_create(
            [
                Attendance(
                    event_id=session.event_id, sign_up=sign_up, session=session, person_id=sign_up.person_id,
                    org_id=sign_up.org_id, standing=kinds.Standing.PRESENT, on=day_of(session.starts_at), at=at,
                    how=kinds.MarkedBy.MANUAL, by=actor.account_id, minutes=0,
                )
                for sign_up in {one.sign_up_id: one.sign_up for one in found.values()}.values()
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        journal.write(
            "events.child_in", actor=actor, at=at, org=session.event.org, subjects=[session, *found.values()],
            payload={"count": len(found)},
        )  # fmt: skip
        return len(found)


def child_in(*, child: Child, session: Session, actor: Actor, at: datetime) -> ChildDay:
    children_in(session=session, children=[child.pk], actor=actor, at=at)
    return ChildDay.objects.get(child=child, session=session)


def children_out(*, session: Session, fetched: Mapping[UUID, UUID], actor: Actor, at: datetime) -> int:
    """Child -> who took it home, of its own list. All or none; their guardians hear it."""
    with journal.act():
        session = _at_door(session, actor)
        found = _children(session, list(fetched))
        days = {one.child_id: one for one in ChildDay.objects.filter(session=session, child__in=list(found))}
        people = {
            one.pk: one
            for one in PickUp.objects.filter(pk__in=list(fetched.values()), removed_on__isnull=True)
        }  # fmt: skip
        why: list[Reason] = []
        for pk, one in found.items():
            why += rules.may_go(_facts(one, session, days.get(pk), at))
            by = people.get(fetched[pk])
            if by is None or by.child_id != pk:
                why.append(rules.not_on_list(_called(one), ""))
        if why:
            raise Refused(dict.fromkeys(why))
        for pk in found:
            day = days[pk]
            day.out_at, day.out_by, day.picked_by_id = at, actor.account_id, fetched[pk]
        ChildDay.objects.bulk_update(list(days.values()), ["out_at", "out_by", "picked_by"])
        journal.write(
            "events.child_out", actor=actor, at=at, org=session.event.org, subjects=[session, *found.values()],
            payload={"count": len(found)},
        )  # fmt: skip
        by_whom: dict[str, list[UUID]] = {}
        for pk, one in found.items():
            by_whom.setdefault(people[fetched[pk]].relation or "接送人", []).append(one.guardian_id)
        for who, guardians in by_whom.items():
            words = {"title": session.event.title, "when": said(at), "who": who}
            tell(guardians, "events.child_out", words, at, "/m/events/mine/")
        return len(found)


def child_out(
    *, child: Child, session: Session, pick_up: PickUp | None = None, name: str = "", actor: Actor, at: datetime
) -> ChildDay:
    """One child goes home with somebody on its list: chosen, or named as they say they are called. Anybody else is
    refused, the guardian hears of it at once, and that somebody tried stays on record."""
    row = _at_door_name(child, session, pick_up, name.strip(), actor, at)
    children_out(session=session, fetched={child.pk: row.pk}, actor=actor, at=at)
    return ChildDay.objects.get(child=child, session=session)


def _at_door_name(
    child: Child, session: Session, pick_up: PickUp | None, name: str, actor: Actor, at: datetime
) -> PickUp:  # fmt: skip
    event = Event.objects.select_related("org").get(pk=session.event_id)
    actor.must(powers.CHILDREN, event.org)
    found = one_of(Child.objects.filter(pk=child.pk, sign_up__event=event))
    if found is None:
        raise Hidden(str(child.pk))
    for one in PickUp.objects.filter(child=found, removed_on__isnull=True):
        if pick_up is not None and one.pk == pick_up.pk:
            return one
        if pick_up is None and name and one.name and one.name.open_unlogged() == name:
            return one
    with journal.act():  # of its own: it stays although the act is refused
        journal.write("events.pick_up_refused", actor=actor, at=at, org=event.org, subject=found, subjects=[session])
        tell(
            [found.guardian_id], "events.pick_up_refused", {"title": event.title, "when": said(at)}, at, "/m/events/mine/"
        )  # fmt: skip
    raise Refused(rules.not_on_list(_called(found), name))


@dataclass(frozen=True)
class ClassRow:
    """One child as whoever looks after the class must know it: names, who may fetch it, that there is a note."""

    child_id: UUID
    name: str
    grade: int | None
    relation: str
    has_health: bool
    in_at: datetime | None
    out_at: datetime | None
    fetched_by: UUID | None
    pick_ups: tuple[tuple[UUID, str, str, str], ...]  # key, name, relation, masked phone


def open_class(*, session: Session, actor: Actor, at: datetime) -> list[ClassRow]:
    """The class of one day with its names. Opened by who may look after it, written down, counted as handed out."""
    event = Event.objects.select_related("org").get(pk=session.event_id)
    actor.must(powers.CHILDREN, event.org)
    rows = Child.objects.filter(sign_up__event=event, sign_up__state="placed", left_on__isnull=True)
    if event.by_session:
        rows = rows.filter(sign_up__session=session)
    found = list(rows.order_by("grade", "pk"))
    with handout.disclosing("identity", [one.pk for one in found], actor=actor, at=at, org=event.org):
        journal.write("events.class_opened", actor=actor, at=at, org=event.org, subjects=[session, *found])
        days = {one.child_id: one for one in ChildDay.objects.filter(session=session)}
        people: dict[UUID, list[tuple[UUID, str, str, str]]] = {}
        for one in PickUp.objects.filter(child__in=found, removed_on__isnull=True).order_by("pk"):
            row = (one.pk, one.name.open_unlogged(), one.relation, str(one.phone) if one.phone else "")
            people.setdefault(one.child_id, []).append(row)
        return [_row(one, days.get(one.pk), people.get(one.pk, [])) for one in found]


def _row(child: Child, day: ChildDay | None, people: Sequence[Any]) -> ClassRow:
    return ClassRow(
        child.pk, _called(child), child.grade, child.relation, bool(child.health),
        day.in_at if day else None, day.out_at if day else None, day.picked_by_id if day else None, tuple(people),
    )  # fmt: skip


def reveal_health(*, child: Child, reason: str, actor: Actor, at: datetime) -> str:
    """Allergies and illness, with a reason, on the record."""
    found = one_of(Child.objects.select_related("sign_up__event__org").filter(pk=child.pk))
    if found is None or not actor.can(powers.CHILDREN, found.sign_up.event.org):
        raise Hidden(str(child.pk))
    if not found.health:
        refuse("no_health", "没有填写健康情况。")
    return reveal(
        found, "health", actor=actor, at=at, power=powers.CHILDREN, reason=reason, org=found.sign_up.event.org
    )


def forget_children(*, event: Event, actor: Actor, at: datetime) -> int:
    """Half a year after the class names, birth, health and pick-up persons go; that a child was there stays counted."""
    with journal.act():
        found = lock_event(event)
        actor.must(powers.CHILDREN, found.org)
        if found.last_at is None or at < found.last_at + FORGET_AFTER:
            refuse("too_early", "托班结束满 180 天以后才清除孩子资料。", fact=said(found.last_at))
        rows = Child.objects.filter(sign_up__event=found, name__isnull=False)
        ids = list(rows.values_list("pk", flat=True))
        PickUp.objects.filter(child__in=ids).update(name=None, phone=None, removed_on=day_of(at))
        Child.objects.filter(pk__in=ids).update(name=None, born=None, health=None)
        if ids:
            journal.write(
                "events.children_forgotten",
                actor=actor,
                at=at,
                org=found.org,
                subject=found,
                payload={"count": len(ids)},
            )
        return len(ids)


def forget_due(*, actor: Actor, at: datetime) -> int:
    """Every class that has been over for half a year. How many children were forgotten."""
    over = Event.objects.filter(
        kind__in=[one.key for one in kinds.KINDS.values() if one.children], last_at__lte=at - FORGET_AFTER,
        sign_ups__children__name__isnull=False,
    )  # fmt: skip
    return sum(forget_children(event=one, actor=actor, at=at) for one in over.distinct().order_by("pk"))
