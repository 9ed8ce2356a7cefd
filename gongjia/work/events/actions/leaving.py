"""Giving a place up, confirming one that was moved up to, letting one expire: whoever waits next moves up at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden, refuse, refuse_if
from gongjia.work.events import kinds, powers
from gongjia.work.events.actions import places
from gongjia.work.events.actions.common import (
    is_own,
    link_of,
    lock_event,
    lock_sign_up,
    said,
    share_event,
    tell,
    words_of,
)
from gongjia.work.events.actions.faults import mark
from gongjia.work.events.models import Cell, Event, SignUp
from gongjia.work.events.rules import moves

TRIES = 5


def _hold(pk: UUID) -> tuple[SignUp, dict[UUID, Cell], places.Where]:
    """The sign-up and the cells it needs, all locked: cells first. Looks again when it moved in between."""
    for _ in range(TRIES):
        cell_id = one_of(SignUp.objects.filter(pk=pk).values_list("cell_id", "event_id"))
        if cell_id is None:
            raise Hidden(str(pk))
        where = places.cells_around(cell_id[1], cell_id[0])
        mark_ = transaction.savepoint()
        held = places.hold(where.ids)
        sign_up = lock_sign_up(pk)
        known = {one.id: one.returned for one in where.counters}
        if sign_up.cell_id == cell_id[0] and all(held[one].returned == known[one] for one in held):
            transaction.savepoint_commit(mark_)
            return sign_up, held, where
        transaction.savepoint_rollback(mark_)
    refuse("busy", "同一时间有别的操作，请再试一次。", cure="请再点一次。")
    raise AssertionError


def _may_touch(sign_up: SignUp, actor: Actor) -> None:
    """The person, or an officer of the union that counts or of the organiser who may sign people up."""
    if is_own(sign_up, actor):
        return
    if not actor.can(powers.SIGN, sign_up.org) and not actor.can(powers.SIGN, sign_up.event.org):
        if actor.can(powers.READ, sign_up.org) or actor.can(powers.READ, sign_up.event.org):
            actor.must(powers.SIGN, sign_up.org)
        raise Hidden(str(sign_up.pk))


def _starts_at(sign_up: SignUp) -> datetime | None:
    return sign_up.session.starts_at if sign_up.session is not None else sign_up.event.first_at


def cancel(*, sign_up: SignUp, actor: Actor, at: datetime, note: str = "") -> SignUp:
    """Give up a place, a place in the line, or an entry of a lot. After `free_cancel_until` a place given up by its
    owner is a no-show mark, since nobody else can plan for it; the place itself goes on all the same."""
    with journal.act():
        share_event(sign_up.event_id)
        found, held, where = _hold(sign_up.pk)
        _may_touch(found, actor)
        event = found.event
        if found.state == "entered" and found.event.draws.filter(state__in=("sealed", "opened")).exists():
            refuse("list_sealed", "摇号名单已经封存，不能再撤回；中签以后可以放弃。", cure="请等开号。")
        before = found.state
        late = bool(
            before == "placed"
            and is_own(found, actor)
            and event.way in (kinds.Way.FIRST, kinds.Way.LOT)
            and event.free_cancel_until is not None
            and at >= event.free_cancel_until
        )
        journal.move(
            found, "cancel", actor=actor, at=at, facts={"at": at, "starts_at": _starts_at(found)}, note=note,
            changes={
                "state_at": at, "cancelled_at": at, "late_cancel": late, "held_until": None, "end_reason": note[:200],
            },
        )  # fmt: skip
        _go_on(found, before, held, where, actor, at)
        if late:
            mark(event, [found], kinds.FaultKind.LATE_CANCEL, actor=actor, at=at)
        if not is_own(found, actor):
            tell(
                [found.person_id], "events.cancelled_one", {**words_of(event, found.session), "reason": note}, at,
                link_of(found),
            )  # fmt: skip
        return found


def _go_on(
    sign_up: SignUp, before: str, held: dict[UUID, Cell], where: places.Where, actor: Actor, at: datetime
) -> None:
    if before in ("offered", "placed"):
        freed = places.release(sign_up, held, where)
        places.promote(sign_up.event, places.lines(freed, held), held, actor=actor, at=at)


def confirm(*, sign_up: SignUp, actor: Actor, at: datetime) -> SignUp:
    """Take the place that is held for one, before `held_until`."""
    with journal.act():
        found = lock_sign_up(sign_up.pk)
        _may_touch(found, actor)
        journal.move(
            found, "confirm", actor=actor, at=at, facts={"at": at, "held_until": found.held_until},
            changes={"state_at": at, "held_until": None},
        )  # fmt: skip
        tell([found.person_id], "events.placed", words_of(found.event, found.session), at, link_of(found))
        return found


def decline(*, sign_up: SignUp, actor: Actor, at: datetime) -> SignUp:
    """Leave the place that is held for one to the next."""
    with journal.act():
        share_event(sign_up.event_id)
        found, held, where = _hold(sign_up.pk)
        _may_touch(found, actor)
        journal.move(found, "decline", actor=actor, at=at, changes={"state_at": at, "held_until": None})
        _go_on(found, "offered", held, where, actor, at)
        return found


def expire_due(*, actor: Actor, at: datetime, event: Event | None = None, most: int = 500) -> int:
    """Places moved up to and not confirmed in time go to the next. Event by event, each an act of its own."""
    due = SignUp.objects.filter(state="offered", held_until__lte=at)
    if event is not None:
        due = due.filter(event=event)
    count = 0
    for event_id in list(due.order_by("event_id").values_list("event_id", flat=True).distinct()[:most]):
        with journal.act():
            count += expire_of(lock_event(event_id), actor, at)
    return count


def expire_of(event: Event, actor: Actor, at: datetime) -> int:
    """What is due in one event, whose row is locked."""
    held = places.hold_all(event)
    where = places.Where(tuple(held), tuple(places.counters(event.pk)))
    gone = list(
        SignUp.objects.select_for_update(of=("self",))
        .filter(event=event, state="offered", held_until__lte=at)
        .order_by("pk")
    )
    if not gone:
        return 0
    journal.move_many(
        gone, "expire", actor=actor, at=at, org=event.org,
        facts={one.pk: {"at": at, "held_until": one.held_until} for one in gone}, changes={"state_at": at},
    )  # fmt: skip
    freed: dict[UUID, Cell] = {}
    for one in gone:
        freed.update({cell.pk: cell for cell in places.release(one, held, where)})
    _tell_expired(event, gone, at)
    places.promote(event, places.lines(list(freed.values()), held), held, actor=actor, at=at)
    return len(gone)


def _tell_expired(event: Event, gone: Sequence[SignUp], at: datetime) -> None:
    groups: dict[str, list[UUID]] = {}
    for one in gone:
        groups.setdefault(said(one.held_until), []).append(one.person_id)
    for until, people in groups.items():
        tell(people, "events.expired", {**words_of(event), "until": until}, at)


def promote_by_hand(*, sign_up: SignUp, actor: Actor, at: datetime, note: str) -> SignUp:
    """An officer gives a free place to somebody who waits, past the line: with a reason, which the journal keeps."""
    with journal.act():
        refuse_if(moves.says_why({"why": note}))
        share_event(sign_up.event_id)
        found, held, _where = _hold(sign_up.pk)
        actor.must(powers.SIGN, found.event.org)
        cells = [held[pk] for pk in (found.cell_id, found.cap_cell_id) if pk is not None]
        if any(cell.shut or cell.used + found.seats > cell.total for cell in cells):
            refuse("sold_out", "没有空名额，不能直接递补。", cure="先增加名额，或等有人取消。")
        for cell in cells:
            places.take(cell, found.seats)
        journal.move(found, "promote", actor=actor, at=at, note=note, changes={"state_at": at})
        tell([found.person_id], "events.placed", words_of(found.event, found.session), at, link_of(found))
        return found
