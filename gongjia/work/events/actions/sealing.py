"""The list of a draw at closing: who stands in it with which weight, which counter they ask, and its digest."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden, Reason, Refused, refuse_if
from gongjia.work.events import powers
from gongjia.work.events.actions import places
from gongjia.work.events.actions.common import day_of, lock_event
from gongjia.work.events.models import Cell, Draw, DrawFile, Event
from gongjia.work.events.queries.draws import Entrant, entrants
from gongjia.work.events.queries.places import Counter, cap_of, cell_of, counters
from gongjia.work.events.rules import Facts
from gongjia.work.events.rules import draw as rules

FORM = "gongjia-draw-1"


def seal_draw(*, draw: Draw, actor: Actor, at: datetime) -> Draw:
    """Publish the masked entries with their weights and the free places, and the digest of it all."""
    with journal.act():
        event, draw = locked(draw)
        actor.must(powers.DRAW, draw.org)
        assert event.closes_at is not None
        if draw.state != "committed":
            raise Refused(Reason("sealed_already", "名单已经封存或摇号已经结束，不能再封存。", draw.state))
        refuse_if(
            rules.may_seal(closed=event.state == "closed", closes_at=event.closes_at, public_on=draw.public_on, at=at)
        )
        held = places.hold_all(event)
        places.give_back_due(event, held, actor=actor, at=at)
        known = counters(event.pk)
        numbers = {one.id: str(place) for place, one in enumerate(_in_order(known), start=1)}
        keep_quotas(event, draw.public_on)
        route = _router(known, at)
        lines = [_line(draw, event, one, route, known) for one in entrants(event.pk, day_of(at))]
        text = rules.text_of(
            rules.closing(
                _head(event, draw, at),
                {numbers[pk]: {"label": _label(held[pk], event), "places": free_of(held[pk])} for pk in numbers},
                [line.entry(numbers) for line in lines],
            )
        )
        digest = rules.digest_of(text)
        _write_lines(lines)
        keep(draw, "closing", text, at)
        journal.move(
            draw, "seal", actor=actor, at=at,
            changes={
                "entries_digest": digest, "entries_count": len(lines), "closed_at": at,
                "cells": {number: str(pk) for pk, number in numbers.items()},
                "places": sum(free_of(cell) for cell in held.values() if not cell.group),
            },
            payload={"digest": digest, "entries": len(lines)},
        )  # fmt: skip
        return draw


@dataclass(frozen=True, slots=True)
class _Line:
    id: UUID
    number: str
    weight: int
    why: str
    seats: int
    cell: UUID
    cap: UUID | None

    def entry(self, numbers: Mapping[UUID, str]) -> rules.Entry:
        cells = (numbers[self.cell], *([numbers[self.cap]] if self.cap else []))
        return rules.Entry(self.number, self.weight, self.seats, cells)


Route = Callable[[Entrant], Counter | None]


def _router(known: Sequence[Counter], at: datetime) -> Route:
    """Which counter an entry asks: looked for once a union and session, not once an entry."""
    seen: dict[tuple[Any, ...], Counter | None] = {}

    def route(one: Entrant) -> Counter | None:
        key = (one.org_path, one.session_id, one.guides)
        if key not in seen:
            seen[key] = cell_of(known, one.org_path, one.guides, one.session_id, at)
        return seen[key]

    return route


def keep_quotas(event: Event, public_on: datetime) -> None:
    """Places handed down stay where the published list says until it can have been opened; then they go back."""
    until = day_of(public_on + rules.LATE_AFTER) + timedelta(days=1)
    Cell.objects.filter(event=event, returned=False, give_back_on__lt=until).update(give_back_on=until)


def _line(draw: Draw, event: Event, one: Entrant, route: Route, known: Sequence[Counter]) -> _Line:
    weight, why = rules.weight_of(draw.rules, idle=one.idle, work=one.work)
    cell = route(one)
    if cell is None:
        lost = Reason("no_counter", "有登记找不到对应的名额，不能封存。", rules.entry_number(one.id))
        raise Refused(lost)
    group = event.groups[0]["key"] if event.groups else ""
    cap = cap_of(known, Facts(person_id=one.person_id, work=one.work), group)
    return _Line(
        one.id, rules.entry_number(one.id), weight, " ".join(why), one.seats, cell.id, cap.id if cap else None
    )  # fmt: skip


def _head(event: Event, draw: Draw, at: datetime) -> dict[str, Any]:
    return {
        "form": FORM,
        "event": {
            "id": str(event.pk), "title": event.title, "organiser": event.org.name,
            "closes_at": event.closes_at.isoformat() if event.closes_at else "",
        },
        "seed_hash": draw.seed_hash,
        "committed_at": draw.published_at.isoformat(),
        "public": {"source": draw.public_source, "exists_from": draw.public_on.isoformat()},
        "weights": draw.rules,
        "sealed_at": at.isoformat(),
    }  # fmt: skip


def _in_order(known: Iterable[Counter]) -> list[Counter]:
    open_ones = [one for one in known if not one.shut and not one.returned]
    return sorted(open_ones, key=lambda one: (bool(one.group), str(one.session_id or ""), one.path, str(one.id)))


def free_of(cell: Cell) -> int:
    return 0 if cell.shut or cell.returned else cell.total - cell.used


def _label(cell: Cell, event: Event) -> str:
    """How a counter is called in the published file."""
    session = f"第{cell.session.number}场 " if cell.session_id and cell.session else ""
    if cell.group:
        return f"{session}保障对象以外"
    return session + ((cell.org.short_name or cell.org.name) if cell.org_id and cell.org else event.org.name)


def _write_lines(lines: Sequence[_Line]) -> None:
    columns, params = as_columns(
        id=("uuid", [line.id for line in lines]),
        no=("text", [line.number for line in lines]),
        weight=("int", [line.weight for line in lines]),
        why=("text", [line.why.replace(" ", "+") for line in lines]),
        cell=("uuid", [line.cell for line in lines]),
        cap=("uuid", [line.cap for line in lines]),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "update events_signup s set lot_no = n.no, weight = n.weight, cell_id = n.cell, cap_cell_id = n.cap,"
            f" weight_why = coalesce(replace(n.why, '+', ' '), '') from unnest({columns})"
            " as n(id, no, weight, why, cell, cap) where s.id = n.id and s.state = 'entered'",
            params,
        )
        if cursor.rowcount != len(lines):
            raise Refused(Reason("busy", "登记名单正在变动，请再试一次。", cure="请过一分钟再试。"))


# -- tools -----------------------------------------------------------------------------------------------
def as_columns(**columns: tuple[str, Sequence[Any]]) -> tuple[str, dict[str, str]]:
    """Columns for `unnest`, each as one text without spaces in its values: a hundred thousand rows in a few values,
    which the driver need not look at one by one. None and "" are NULL."""
    said = ", ".join(f"string_to_array(%({name})s, ' ', '')::{kind}[]" for name, (kind, _) in columns.items())
    return said, {
        name: " ".join(["" if one is None else str(one) for one in values]) for name, (_, values) in columns.items()
    }


def locked(draw: Draw) -> tuple[Event, Draw]:
    event = lock_event(draw.event_id)
    found = one_of(Draw.objects.select_for_update(of=("self",)).select_related("org").filter(pk=draw.pk))
    if found is None:
        raise Hidden(str(draw.pk))
    return event, found


def keep(draw: Draw, part: str, text: str, at: datetime) -> None:
    DrawFile.objects.create(
        draw=draw, part=part, digest=rules.digest_of(text), data=gzip.compress(text.encode(), 5, mtime=0), at=at
    )
