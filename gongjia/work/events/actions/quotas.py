"""Places handed down the tree, given back, and the number of places itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import refuse, refuse_if
from gongjia.work.events import powers, rules
from gongjia.work.events.actions import places
from gongjia.work.events.actions.common import day_of, lock_event
from gongjia.work.events.actions.running import cap_total
from gongjia.work.events.models import Cell, Event, Session
from gongjia.work.events.queries.places import Counter, counters, parent_of
from gongjia.work.events.states import EVENT_FLOW


def _open(event: Event) -> None:
    if event.state not in ("open", "closed"):
        refuse("not_running", "只有已发布、还没举办的活动可以调整名额。", fact=EVENT_FLOW.states[event.state])
    if event.draws.filter(state="sealed").exists():
        refuse("list_sealed", "摇号名单和名额已经封存，开号以前不能调整名额。", cure="请等开号。")


def resize(*, event: Event, total: int, session: Session | None = None, actor: Actor, at: datetime) -> Event:
    """Another number of places (of one session, where everybody chooses one). More of them go to who waits.

    Never below what is taken or lies with unions; the guaranteed share follows.
    """
    with journal.act():
        found = lock_event(event)
        actor.must(powers.OPEN, found.org)
        _open(found)
        held = places.hold_all(found)
        if (session is not None) != found.by_session:
            refuse("session_wrong", "请选择要调整的场次。" if found.by_session else "本活动不按场次分名额。")
        session_id = session.pk if session is not None else None
        mine = [cell for cell in held.values() if not cell.group and cell.session_id == session_id]
        rest = next((cell for cell in mine if cell.org_id is None), None)
        if rest is None:
            refuse("no_places", "本活动不限名额，没有名额可调。")
        handed = sum(cell.total for cell in mine if cell.org_id is not None)
        refuse_if(rules.may_resize(total, rest.used, handed))
        before = rest.total + handed
        places.set_total(rest, total - handed)
        if session is not None:
            Session.objects.filter(pk=session.pk).update(places=total)
        found.total = sum(cell.total for cell in held.values() if not cell.group)
        found.save(update_fields=["total"])
        for cap in (cell for cell in held.values() if cell.group):
            lifted = found.state == "closed" and found.way != "lot"
            wanted = found.total if lifted else cap_total(found, found.total)
            places.set_total(cap, max(wanted, cap.used))
        journal.write(
            "events.resized", actor=actor, at=at, org=found.org, subject=found,
            payload={"from": before, "to": total, "session": str(session_id or "")},
        )  # fmt: skip
        places.promote(found, places.lines(mine, held), held, actor=actor, at=at)
        return found


def hand_down(
    *,
    event: Event,
    giver: Any,
    to: Sequence[tuple[Any, int]],
    session: Session | None = None,
    give_back_on: date | None = None,
    actor: Actor,
    at: datetime,
) -> list[Cell]:
    """Hand places to unions below, as new numbers (not additions). From 00:00 of `give_back_on` on what they have
    left is the giver's again. Who waits at the giver and belongs to such a union waits at its own places from now on.
    """
    with journal.act():
        found = lock_event(event)
        actor.must(powers.QUOTA, giver)
        _open(found)
        held = places.hold_all(found)
        known = counters(found.pk)
        session_id = session.pk if session is not None else None
        if (session is not None) != found.by_session:
            refuse("session_wrong", "请选择场次。" if found.by_session else "本活动不按场次分名额。")
        source = _of(known, giver.pk if giver.pk != found.org_id else None, session_id)
        if source is None or source.returned:
            refuse("no_quota", f"“{giver.name}”没有可分配的名额。", cure="请先向上级申请名额。")
        if give_back_on is not None and give_back_on <= day_of(at):
            refuse("give_back_past", "退回日期要晚于今天。", fact=str(give_back_on))
        if len({org.pk for org, _n in to}) < len(to) or not to:
            refuse("quota_twice", "同一家工会写了两次，或没有选工会。")
        _check(found, giver, to, known, source, session_id)
        made = [_give(found, org, number, held, known, source, session_id, give_back_on) for org, number in to]
        # a taking back first, a giving after: the giver's own may lie in between
        for cell, number in sorted(made, key=lambda one: one[1] - one[0].total):
            if number < cell.total:
                places.shift(cell, held[source.id], cell.total - number)
            else:
                places.shift(held[source.id], cell, number - cell.total)
        journal.write(
            "events.handed_down", actor=actor, at=at, org=giver, subject=found, subjects=[cell for cell, _n in made],
            payload={"to": {org.code: number for org, number in to}, "back": str(give_back_on or "")},
        )  # fmt: skip
        places.promote(found, [held[source.id], *(cell for cell, _n in made)], held, actor=actor, at=at)
        return [cell for cell, _n in made]


def _of(known: Sequence[Counter], org_id: UUID | None, session_id: UUID | None) -> Counter | None:
    return next((one for one in known if not one.group and one.org_id == org_id and one.session_id == session_id), None)


def _check(
    event: Event, giver: Any, to: Sequence[tuple[Any, int]], known: Sequence[Counter], source: Counter, session_id: Any
) -> None:
    giving, outside, others = [], [], []
    for org, number in to:
        mine = _of(known, org.pk, session_id)
        guided = org.kind in ("industry", "trade")
        if org.pk == giver.pk or not (org.path.startswith(giver.path) or guided):
            outside.append(org.name)
        if mine is not None and not mine.returned and (above := parent_of(known, mine)) and above.id != source.id:
            others.append(org.name)
        giving.append((org.name, number, mine.used if mine else 0, mine.total if mine else 0))
    refuse_if(rules.may_hand(rules.HandFacts(source.free, tuple(giving), tuple(outside), tuple(others))))


def _give(
    event: Event,
    org: Any,
    number: int,
    held: dict[UUID, Cell],
    known: Sequence[Counter],
    source: Counter,
    session_id: UUID | None,
    give_back_on: date | None,
) -> tuple[Cell, int]:
    """The union's cell, made when it had none, and the number it shall have."""
    mine = _of(known, org.pk, session_id)
    if mine is None:
        cell = Cell.objects.create(event=event, session_id=session_id, org=org, give_back_on=give_back_on)
        held[cell.pk] = cell
    else:
        cell = held[mine.id]
        cell.give_back_on, cell.returned = give_back_on, False
        cell.save(update_fields=["give_back_on", "returned"])
    industry = org.pk if org.kind in ("industry", "trade") else None
    places.reroute(event, held[source.id], cell, org.path, industry)
    return cell, number


def return_places(
    *, event: Event, org: Any, number: int, session: Session | None = None, actor: Actor, at: datetime
) -> Cell:
    """A union gives back what it will not use, before the day."""
    with journal.act():
        found = lock_event(event)
        actor.must(powers.SIGN, org)
        _open(found)
        held = places.hold_all(found)
        known = counters(found.pk)
        mine = _of(known, org.pk, session.pk if session is not None else None)
        if mine is None or mine.returned:
            refuse("no_quota", "没有给本工会分配名额。")
        refuse_if(rules.may_give_back(number, mine.free))
        places.give_back(found, held[mine.id], number, held, final=False, actor=actor, at=at)
        return held[mine.id]
