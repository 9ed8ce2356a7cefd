"""Places as they are: the counters, which of them counts for whom, and whether they agree with the rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from gongjia.base.actor import Actor
from gongjia.base.clock import start_of
from gongjia.who.orgs.queries import within
from gongjia.work.events import kinds, powers
from gongjia.work.events.models import Cell, Event, SignUp
from gongjia.work.events.rules import Facts


@dataclass(frozen=True, slots=True)
class Counter:
    """A cell as plain values; `path` of its union."""

    id: UUID
    session_id: UUID | None
    org_id: UUID | None
    path: str
    group: str
    total: int
    used: int
    shut: bool
    returned: bool
    give_back_on: Any
    industry: bool = False

    @property
    def free(self) -> int:
        return self.total - self.used

    def open_at(self, at: datetime) -> bool:
        """Whether people are sent to this cell: from 00:00 of `give_back_on` on its free places are the rest's."""
        return not self.returned and (self.give_back_on is None or at < start_of(self.give_back_on))

    def due(self, at: datetime) -> bool:
        return not self.returned and not self.open_at(at)


def counters(event_id: UUID) -> list[Counter]:
    """Every cell of an event. One query, no lock."""
    rows = Cell.objects.filter(event_id=event_id).values_list(
        "pk", "session_id", "org_id", "org__path", "group", "total", "used", "shut", "returned", "give_back_on",
        "org__kind",
    )  # fmt: skip
    return [
        Counter(
            pk, session, org, path or "", group, total, used, shut, returned, back, kind in ("industry", "trade")
        )
        for pk, session, org, path, group, total, used, shut, returned, back, kind in rows
    ]  # fmt: skip


def cell_of(
    cells: Sequence[Counter], org_path: str, guides: Iterable[UUID], session_id: UUID | None, at: datetime
) -> Counter | None:
    """The one partition cell that counts: of the nearest union above the person, else of an industry that guides
    their union, else the rest. None: the event has no such places."""
    best: Counter | None = None
    guided: Counter | None = None
    reach = frozenset(guides)
    for cell in cells:
        if cell.group or cell.session_id != session_id:
            continue
        if cell.org_id is None:
            best = best or cell
        elif not cell.open_at(at):
            continue
        elif org_path.startswith(cell.path):
            if best is None or len(cell.path) > len(best.path):
                best = cell
        elif cell.industry and cell.org_id in reach:
            guided = cell
    if guided is not None and (best is None or best.org_id is None):
        return guided
    return best


def left_for(event_id: UUID, org: Any, session: Any, at: datetime) -> int | None:
    """How many places a union's members can still be given; None where they are not counted. One query."""
    cell = cell_of(counters(event_id), org.path, (), getattr(session, "pk", None), at)
    return cell.free if cell is not None else None


def cap_of(cells: Sequence[Counter], facts: Facts, group: str) -> Counter | None:
    """The cap that counts for somebody outside the guaranteed group."""
    if not group or group in facts.work:
        return None
    return next((cell for cell in cells if cell.group == kinds.OTHERS), None)


def parent_of(cells: Sequence[Counter], child: Counter) -> Counter | None:
    """Where the places of a union's cell came from: the nearest union above with a cell of its own, else the rest."""
    above = [
        cell
        for cell in cells
        if not cell.group
        and cell.session_id == child.session_id
        and cell.id != child.id
        and not cell.returned
        and (cell.org_id is None or (child.path.startswith(cell.path) and cell.path != child.path))
    ]
    return max(above, key=lambda cell: len(cell.path), default=None)


DRIFT = """
select c.id, c.used, coalesce(sum(s.seats), 0), c.total
from events_cell c
left join events_signup s on s.state in ('offered', 'placed')
     and ((c."group" = '' and s.cell_id = c.id) or (c."group" <> '' and s.cap_cell_id = c.id))
where {where}
group by c.id, c.used, c.total
having c.used <> coalesce(sum(s.seats), 0) or c.used > c.total or c.used < 0
"""


def drift(event: Event | UUID | None = None) -> list[tuple[UUID, int, int, int]]:
    """Cells whose counter differs from their rows, or is beyond its total: (cell, counter, rows, total). Nightly."""
    where, params = ("c.event_id = %s", [getattr(event, "pk", event)]) if event is not None else ("true", [])
    with connection.cursor() as cursor:
        cursor.execute(DRIFT.format(where=where), params)
        return cursor.fetchall()


@dataclass(frozen=True)
class QuotaLine:
    """One counter on the board of places."""

    cell_id: UUID
    session_id: UUID | None
    session: str
    org_id: UUID | None
    org_name: str
    path: str
    group: str
    total: int
    used: int
    waiting: int
    returned: bool
    give_back_on: Any

    @property
    def free(self) -> int:
        return self.total - self.used


def quota_board(actor: Actor, event: Event) -> list[QuotaLine]:
    """Places by session and union, as far as the actor's sight reaches: the organiser sees all. Two queries."""
    rows = Cell.objects.filter(event=event).select_related("org", "session")
    if not actor.can(powers.READ, event.org):
        rows = rows.filter(within(actor, powers.READ, prefix="org__"))
    with connection.cursor() as cursor:
        cursor.execute(
            "select cell_id, count(*) from events_signup where event_id = %s and state = 'waiting' group by cell_id",
            [event.pk],
        )
        waiting = dict(cursor.fetchall())
    lines = [
        QuotaLine(
            row.pk, row.session_id, str(row.session or ""), row.org_id,
            (row.org.short_name or row.org.name) if row.org else ("其余" if not row.group else "保障对象以外"),
            row.org.path if row.org else "", row.group, row.total, row.used, waiting.get(row.pk, 0), row.returned,
            row.give_back_on,
        )
        for row in rows
    ]  # fmt: skip
    return sorted(lines, key=lambda line: (line.session, bool(line.group), line.path))


def free_places(event_ids: Iterable[UUID]) -> dict[UUID, tuple[int, int]]:
    """Event -> (places, taken) over its partition cells. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select event_id, sum(total), sum(used) from events_cell where event_id = any(%s) and \"group\" = ''"
            " group by event_id",
            [list(event_ids)],
        )
        return {pk: (int(total), int(used)) for pk, total, used in cursor.fetchall()}


def ahead(sign_up: SignUp) -> int | None:
    """How many wait before this one in the line of its cell; None when it does not wait."""
    if sign_up.state != "waiting" or sign_up.cell_id is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from events_signup where cell_id = %s and state = 'waiting'"
            " and (waiting_no, entered_at, id) < (%s, %s, %s)",
            [sign_up.cell_id, sign_up.waiting_no, sign_up.entered_at, sign_up.pk],
        )
        return cursor.fetchone()[0]
