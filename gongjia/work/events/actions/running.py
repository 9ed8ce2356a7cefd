"""The life of an event: published, closed, held, settled, cancelled."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from gongjia.base import journal, outbox
from gongjia.base.actor import Actor
from gongjia.base.refused import Refused, refuse
from gongjia.work.events import kinds, powers, rules
from gongjia.work.events.actions import places
from gongjia.work.events.actions.common import day_of, link_of, lock_event, tell, words_of
from gongjia.work.events.actions.faults import mark_absent
from gongjia.work.events.actions.leaving import expire_of
from gongjia.work.events.actions.planning import plan_of
from gongjia.work.events.models import Cell, Event, Session, SignUp
from gongjia.work.events.queries.places import drift
from gongjia.work.events.states import LIVE

log = logging.getLogger(__name__)


def publish(*, event: Event, actor: Actor, at: datetime) -> Event:
    """Everybody concerned may see it from now on; its counters come to exist."""
    with journal.act():
        found = lock_event(event)
        journal.move(
            found, "open", actor=actor, at=at, facts={"faults": rules.faults(plan_of(found), at)},
            changes={"published_at": at, "state_on": day_of(at)},
        )  # fmt: skip
        _make_cells(found)
        return found


def _make_cells(event: Event) -> None:
    """One counter for the rest, per session where everybody chooses one; a cap where a group is guaranteed."""
    if event.by_session:
        rows = Session.objects.filter(event=event, cancelled=False).order_by("number")
        cells = [Cell(event=event, session=one, total=one.places or 0) for one in rows]
    elif event.total:
        cells = [Cell(event=event, total=event.total)]
    else:
        cells = []
    if cells and event.groups:
        cells.append(Cell(event=event, group=kinds.OTHERS, total=cap_total(event, sum(cell.total for cell in cells))))
    Cell.objects.bulk_create(cells)


def cap_total(event: Event, total: int) -> int:
    """How many places those outside the guaranteed group may take."""
    percent = event.groups[0].get("at_least_percent") if isinstance(event.groups[0], dict) else 0
    return rules.cap_of(total, percent if isinstance(percent, int) else 0)


def close(*, event: Event | UUID, actor: Actor, at: datetime, why: str = "") -> Event:
    """No more sign-ups. What a guaranteed group left is for everybody who waits, unless a lot is still to be drawn."""
    with journal.act():
        found = lock_event(event)
        held = places.hold_all(found)
        journal.move(
            found, "close", actor=actor, at=at, note=why,
            facts={"at": at, "closes_at": found.closes_at, "why": why}, changes={"state_on": day_of(at)},
        )  # fmt: skip
        if found.way != kinds.Way.LOT:
            places.lift_caps(found, held, actor=actor, at=at)
        return found


def hold(*, event: Event | UUID, actor: Actor, at: datetime) -> Event:
    """It took place: whoever still waits hears that it was not their turn."""
    with journal.act():
        found = lock_event(event)
        places.hold_all(found)
        sessions = list(Session.objects.filter(event=found, cancelled=False))
        facts: dict[str, Any] = {
            "at": at,
            "sessions": len(sessions),
            "last_start": max((one.starts_at for one in sessions), default=at),
            "draw_open": found.draws.filter(state__in=("committed", "sealed")).exists()
            and SignUp.objects.filter(event=found, state="entered").exists(),
        }
        expire_of(found, actor, at)
        journal.move(found, "hold", actor=actor, at=at, facts=facts, changes={"state_on": day_of(at)})
        waiting = list(SignUp.objects.filter(event=found, state__in=("entered", "waiting")).order_by("pk"))
        if waiting:
            journal.move_many(waiting, "lapse", actor=actor, at=at, org=found.org, changes={"state_at": at})
            tell([one.person_id for one in waiting], "events.lapsed", words_of(found), at, "/m/events/mine/")
        return found


def settle(*, event: Event, actor: Actor, at: datetime) -> Event:
    """The account is closed: who had a scarce place and stayed away gets a no-show mark."""
    with journal.act():
        found = lock_event(event)
        journal.move(
            found, "settle", actor=actor, at=at, facts={"at": at, "last_end": found.last_at or at},
            changes={"state_on": day_of(at)},
        )  # fmt: skip
        mark_absent(found, actor=actor, at=at)
        return found


def cancel_event(*, event: Event, why: str, actor: Actor, at: datetime) -> Event:
    """It does not take place. Every sign-up ends, every counter is empty and shut, everybody is told why."""
    with journal.act():
        found = lock_event(event)
        places.hold_all(found)
        why = why.strip()[:200]
        journal.move(
            found, "cancel", actor=actor, at=at, facts={"why": why}, note=why,
            changes={"cancel_reason": why, "state_on": day_of(at)},
        )  # fmt: skip
        live = list(SignUp.objects.select_for_update(of=("self",)).filter(event=found, state__in=LIVE).order_by("pk"))
        if live:
            journal.move_many(
                live, "cancel", actor=actor, at=at, org=found.org, note=why,
                facts={one.pk: {"at": at, "by_event": True} for one in live},
                changes={"state_at": at, "cancelled_at": at, "held_until": None, "end_reason": "活动取消"},
            )  # fmt: skip
        Cell.objects.filter(event=found).update(used=0, shut=True)
        tell(
            [one.person_id for one in live], "events.event_cancelled", {"title": found.title, "reason": _stop(why)}, at,
            "/m/events/mine/",
        )  # fmt: skip
        return found


def _stop(words: str) -> str:
    return words if words.endswith(("。", "！", "？")) else f"{words}。"


def set_headcount(*, session: Session, count: int, actor: Actor, at: datetime, note: str = "") -> Session:
    """人次 counted on the spot where nobody signs up; a photo or a list should lie with the event as its evidence."""
    with journal.act():
        event = lock_event(session.event_id)
        actor.must(powers.DOOR, event.org)
        found = Session.objects.select_for_update().get(pk=session.pk)
        if event.way not in (kinds.Way.NONE, kinds.Way.OPEN):
            refuse("headcount_unused", "这场活动要报名，人次从签到来，不用另填。")
        if count < 0 or count > 1_000_000:
            refuse("headcount_wrong", "人次填写不对。", fact=str(count))
        if at < found.starts_at:
            refuse("not_yet_held", "这一场还没开始，不能登记人次。")
        found.headcount = count
        found.save(update_fields=["headcount"])
        journal.write(
            "events.headcount", actor=actor, at=at, org=event.org, subject=event, subjects=[found], note=note,
            payload={"count": count},
        )  # fmt: skip
        return found


def follow_due(*, actor: Actor, at: datetime) -> dict[str, int]:
    """What time alone does: windows close, places handed down come back, events long over count as held.

    Event by event, each an act of its own: one that cannot be moved (somebody just did) does not stop the others.
    """
    closing = Event.objects.filter(state="open", closes_at__lte=at).order_by("closes_at")
    today = day_of(at)
    due = Cell.objects.filter(give_back_on__lte=today, returned=False, event__state__in=("open", "closed"))
    count = {
        "closed": sum(_each(pk, lambda one: close(event=one, actor=actor, at=at)) for pk in _keys(closing)),
        "returned": sum(_each(pk, lambda one: _return_due(one, actor, at)) for pk in set(_keys(due, "event_id"))),
    }
    over = Event.objects.filter(state__in=("open", "closed"), last_at__lte=at).order_by("last_at")
    lots = SignUp.objects.filter(event__in=over, state="entered").values("event_id")
    count["held"] = sum(
        _each(pk, lambda one: hold(event=one, actor=actor, at=at)) for pk in _keys(over.exclude(pk__in=lots))
    )
    return count


def _keys(rows: Any, field: str = "pk") -> list[UUID]:
    return list(rows.values_list(field, flat=True))


def _each(pk: UUID, act: Callable[[UUID], Any]) -> int:
    """How much one event's act did; 0 when it may not be done now."""
    try:
        done = act(pk)
    except Refused as why:
        log.info("event %s: %s", pk, ", ".join(why.codes))
        return 0
    return done if isinstance(done, int) else 1


def _return_due(pk: UUID, actor: Actor, at: datetime) -> int:
    with journal.act():
        event = lock_event(pk)
        return places.give_back_due(event, places.hold_all(event), actor=actor, at=at)


def remind(*, actor: Actor, at: datetime, hours: int = 24) -> int:
    """Whoever has a place hears of it the day before, once: marked and told in one transaction."""
    told = 0
    with transaction.atomic():
        due = Session.objects.select_for_update(of=("self",), skip_locked=True).filter(
            event__state__in=("open", "closed"), cancelled=False, reminded=False, starts_at__gt=at,
            starts_at__lte=at + timedelta(hours=hours),
        )  # fmt: skip
        sessions = list(due.select_related("event").order_by("pk"))
        Session.objects.filter(pk__in=[one.pk for one in sessions]).update(reminded=True)
        for session in sessions:
            rows = SignUp.objects.filter(event=session.event, state="placed")
            if session.event.by_session:
                rows = rows.filter(session=session)
            told += tell(
                _keys(rows, "person_id"), "events.reminder", words_of(session.event, session), at, "/m/events/mine/"
            )
    return told


RECENT = timedelta(days=1)  # a worker that stood still for so long still tells everybody


def tell_rushed(*, at: datetime) -> int:
    """Whoever the rush gave a place or a number in the line hears of it, as after an ordinary sign-up. How many.

    After the rush's transactions, by set: three statements for an event and its sessions, whatever the crowd. Whoever
    was told already is passed over, so that it may run twice.
    """
    rows = SignUp.objects.filter(
        event__in=Event.objects.filter(state__in=("open", "closed"), way=kinds.Way.FIRST),
        state__in=("placed", "waiting"), entered_at__gt=at - RECENT, way=kinds.SignedBy.RUSH,
        person__account__isnull=False,
    )  # fmt: skip
    groups: dict[tuple[Any, ...], list[tuple[UUID, UUID]]] = {}
    for event, session, state, account, pk in rows.order_by("pk").values_list(
        "event_id", "session_id", "state", "person__account_id", "pk"
    ):
        groups.setdefault((event, session, state), []).append((account, pk))
    if not groups:
        return 0
    events = Event.objects.in_bulk({key[0] for key in groups})
    sessions = Session.objects.in_bulk({key[1] for key in groups if key[1]})
    return sum(
        outbox.notify_each(
            [(account, link_of(pk)) for account, pk in pairs],
            template=f"events.{state}", context=words_of(events[event], sessions.get(session)), at=at,
        )
        for (event, session, state), pairs in groups.items()
    )  # fmt: skip


def check_counters() -> int:
    """Every counter against its rows, nightly. How many differ; each is named in the log by its id only."""
    wrong = drift()
    for cell, used, rows, total in wrong:
        log.error("counter %s of places says %s of %s, its rows say %s", cell, used, total, rows)
    return len(wrong)
