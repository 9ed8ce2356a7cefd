"""Whatever gives, frees or moves places: the only code that writes the counters.

Cells are locked in the order of their ids, before any sign-up. A counter is changed by one conditional statement
(`used + n <= total`) that must hit its row, with a database check behind it; the sign-ups of the same act change in
the same transaction, so that the counter equals the rows at every instant that anybody else can see.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Max

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.work.events.actions.common import said, tell, words_of
from gongjia.work.events.models import Cell, Event, Session, SignUp
from gongjia.work.events.queries.places import Counter, counters, parent_of
from gongjia.work.events.rules import Waiter, held_until, next_up

LOOK_AHEAD = 500  # waiters looked at when a place becomes free


class PlacesGone(Exception):
    """The conditional statement found no room although the lock is held: nothing may be given."""


def hold(ids: Iterable[UUID | None]) -> dict[UUID, Cell]:
    """Lock cells, in the order of their ids: everybody takes them in the same order, so nobody waits in a circle."""
    wanted = sorted({pk for pk in ids if pk is not None})
    rows = Cell.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    return {cell.pk: cell for cell in rows} if wanted else {}


def hold_all(event: Event) -> dict[UUID, Cell]:
    """Every cell of an event: for acts over the whole of it."""
    return {cell.pk: cell for cell in Cell.objects.select_for_update(no_key=True).filter(event=event).order_by("pk")}


def take(cell: Cell, seats: int) -> None:
    """Count seats: one conditional statement on the narrow row."""
    if not seats:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "update events_cell set used = used + %s where id = %s and not shut and used + %s <= total",
            [seats, cell.pk, seats],
        )
        if cursor.rowcount != 1:
            raise PlacesGone(str(cell.pk))
    cell.used += seats


def give(cell: Cell, seats: int) -> None:
    """Seats come back."""
    if not seats:
        return
    with connection.cursor() as cursor:
        cursor.execute("update events_cell set used = used - %s where id = %s and used >= %s", [seats, cell.pk, seats])
        if cursor.rowcount != 1:
            raise PlacesGone(str(cell.pk))
    cell.used -= seats


def shift(source: Cell, target: Cell, places: int) -> None:
    """Free places go from one cell to another."""
    if not places:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "update events_cell set total = total - %s where id = %s and used + %s <= total",
            [places, source.pk, places],
        )
        if cursor.rowcount != 1:
            raise PlacesGone(str(source.pk))
        cursor.execute("update events_cell set total = total + %s where id = %s", [places, target.pk])
    source.total -= places
    target.total += places


def set_total(cell: Cell, total: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("update events_cell set total = %s where id = %s and used <= %s", [total, cell.pk, total])
        if cursor.rowcount != 1:
            raise PlacesGone(str(cell.pk))
    cell.total = total


@dataclass(frozen=True)
class Where:
    """Which cells an act on one sign-up needs: its own, its cap, and where freed places go when its own gave back."""

    ids: tuple[UUID, ...]
    counters: tuple[Counter, ...]


def cells_around(event_id: UUID, cell_id: UUID | None) -> Where:
    """The cell and the one its places go back to; all of them where a cap spans the lines. One query, no lock."""
    known = counters(event_id)
    if any(one.group for one in known):
        return Where(tuple(one.id for one in known), tuple(known))
    mine = next((one for one in known if one.id == cell_id), None)
    ids: set[UUID] = set()
    while mine is not None:
        ids.add(mine.id)
        mine = parent_of(known, mine) if mine.returned else None
    return Where(tuple(sorted(ids)), tuple(known))


def release(sign_up: SignUp, held: dict[UUID, Cell], where: Where) -> list[Cell]:
    """Take the seats of a sign-up off its counters; answers the cells where places are free now.

    Places of a union that gave its free ones back go on to where those went.
    """
    freed: list[Cell] = []
    cell = held.get(sign_up.cell_id) if sign_up.cell_id else None
    if cell is not None:
        give(cell, sign_up.seats)
        while cell.returned:
            above = parent_of(where.counters, next(one for one in where.counters if one.id == cell.pk))
            if above is None or above.id not in held:
                break
            shift(cell, held[above.id], sign_up.seats)
            cell = held[above.id]
        freed.append(cell)
    if sign_up.cap_cell_id and (cap := held.get(sign_up.cap_cell_id)) is not None:
        give(cap, sign_up.seats)
    return freed


def lines(freed: Sequence[Cell], held: dict[UUID, Cell]) -> list[Cell]:
    """Where somebody may move up now: at the cells that became free, and, with a cap, in every line of the event,
    since what came back of the cap may be all that somebody elsewhere was lacking."""
    if not any(cell.group for cell in held.values()):
        return list(freed)
    rest = [cell for cell in held.values() if not cell.group and cell.pk not in {one.pk for one in freed}]
    return [*freed, *rest]


def line_of(cell: Cell) -> list[SignUp]:
    """Those who wait at a cell, in their order."""
    rows = SignUp.objects.filter(cell=cell, state="waiting").order_by("waiting_no", "entered_at", "pk")
    return list(rows.select_for_update(of=("self",))[:LOOK_AHEAD])


def next_number(cell: Cell) -> int:
    """The next number of a line. The cell is locked."""
    last = SignUp.objects.filter(cell=cell, state="waiting").aggregate(last=Max("waiting_no"))["last"]
    return (last or 0) + 1


def promote(event: Event, cells: Sequence[Cell], held: dict[UUID, Cell], *, actor: Actor, at: datetime) -> int:
    """The first of the line move up, as far as places are free; each is told until when the place is held.

    The cells and the caps are locked. Nobody moves up once the event is over or the session has begun.
    """
    if event.state not in ("open", "closed"):
        return 0
    cap = next((cell for cell in held.values() if cell.group), None)
    moved = 0
    for cell in cells:
        if cell.shut or cell.used >= cell.total:
            continue
        waiting = line_of(cell)
        if not waiting:
            continue
        session = one_of(Session.objects.filter(pk=cell.session_id)) if cell.session_id else None
        starts_at = session.starts_at if session is not None else event.first_at
        if starts_at is not None and at >= starts_at:
            continue
        line = [Waiter(one, one.seats, one.cap_cell_id is not None) for one in waiting]
        up = [
            one.id for one in next_up(line, cell.total - cell.used, cap.total - cap.used if cap is not None else None)
        ]
        if up:
            _offer(event, session, cell, cap, up, held_until(at, event.hold_hours, starts_at), actor, at)
            moved += len(up)
    return moved


def _offer(
    event: Event,
    session: Session | None,
    cell: Cell,
    cap: Cell | None,
    up: Sequence[SignUp],
    until: datetime,
    actor: Actor,
    at: datetime,
) -> None:
    take(cell, sum(one.seats for one in up))
    if cap is not None:
        take(cap, sum(one.seats for one in up if one.cap_cell_id == cap.pk))
    journal.move_many(
        list(up), "offer", actor=actor, at=at, org=event.org,
        changes={"held_until": until, "state_at": at, "place_no": cell.used},
    )  # fmt: skip
    tell(
        [one.person_id for one in up], "events.offered", {**words_of(event, session), "until": said(until)}, at,
        "/m/events/mine/",
    )  # fmt: skip


def reroute(event: Event, source: Cell, target: Cell, under: str = "", industry: UUID | None = None) -> int:
    """Those who wait at one cell wait at another from now on, keeping their order; of one subtree when named."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update events_signup s set cell_id = %s from orgs_org o where o.id = s.org_id and s.cell_id = %s"
            " and s.state = 'waiting' and (o.path like %s or exists (select 1 from orgs_orgclosure c"
            " where c.ancestor_id = %s and c.descendant_id = o.id and c.via = 'industry' and c.until is null))",
            [target.pk, source.pk, under + "%", industry],
        )
        return cursor.rowcount


def give_back_due(event: Event, held: dict[UUID, Cell], *, actor: Actor, at: datetime) -> int:
    """Free places of unions whose day has come go back to where they came from; the line there moves up.

    Deepest first, so that places handed on twice come back the whole way. All cells of the event are locked.
    """
    due = sorted((one for one in counters(event.pk) if one.due(at)), key=lambda one: -len(one.path))
    for one in due:
        give_back(event, held[one.id], held[one.id].total - held[one.id].used, held, final=True, actor=actor, at=at)
    return len(due)


def give_back(
    event: Event, cell: Cell, places: int, held: dict[UUID, Cell], *, final: bool, actor: Actor, at: datetime
) -> None:
    """Places of a union's cell go back. `final`: all of them, and who waits there waits at the cell above."""
    known = counters(event.pk)
    mine = next(one for one in known if one.id == cell.pk)
    above = parent_of(known, mine)
    if above is None:
        return
    target = held[above.id]
    shift(cell, target, places)
    if final:
        cell.returned = True
        Cell.objects.filter(pk=cell.pk).update(returned=True)
        reroute(event, cell, target)
    journal.write(
        "events.given_back", actor=actor, at=at, org=event.org, subject=event, subjects=[cell],
        payload={"places": places, "from": str(cell.org_id), "final": final},
    )  # fmt: skip
    promote(event, [target], held, actor=actor, at=at)


def lift_caps(event: Event, held: dict[UUID, Cell], *, actor: Actor, at: datetime) -> int:
    """The guaranteed group had its time: places it left are for everybody who waits."""
    caps = [cell for cell in held.values() if cell.group]
    rest = [cell for cell in held.values() if not cell.group]
    total = sum(cell.total for cell in rest)
    for cap in caps:
        if cap.total < total:
            set_total(cap, total)
    return promote(event, rest, held, actor=actor, at=at) if caps else 0
