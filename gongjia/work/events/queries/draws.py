"""Draws: who entered, what was published, and 我为什么没摇中."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.period import add_months
from gongjia.base.refused import Hidden
from gongjia.work.events import kinds, states
from gongjia.work.events.data import verify_draw
from gongjia.work.events.models import Cell, Draw, DrawFile, SignUp
from gongjia.work.events.queries.scope import mine
from gongjia.work.events.rules import draw as rules


@dataclass(frozen=True, slots=True)
class Entrant:
    """One entry as the sealing sees it. `idle`: no scarce place within two years."""

    id: UUID
    person_id: UUID
    session_id: UUID | None
    seats: int
    org_path: str
    guides: frozenset[UUID]
    work: frozenset[str]
    idle: bool


_ENTRANTS = """
select s.id, s.person_id, s.session_id, s.seats, o.path, g.ids, w.keys, v.last
from events_signup s
join orgs_org o on o.id = s.org_id
left join (select c.descendant_id as org, array_agg(c.ancestor_id) as ids from orgs_orgclosure c
           where c.via = 'industry' and c.until is null group by 1) g on g.org = s.org_id
left join (select f.person_id, array_agg(f.key) as keys from events_workfact f
           where f.since <= %(day)s and (f.until is null or f.until > %(day)s) group by 1) w on w.person_id = s.person_id
left join (select a.person_id, max(a.on) as last from events_attendance a
           join events_event e on e.id = a.event_id and e.way in ('first', 'lot', 'nomination') and e.kind <> 'volunteer'
           where a.standing in ('present', 'late') and a.on <= %(day)s and a.on > %(since)s group by 1)
     v on v.person_id = s.person_id
where s.event_id = %(event)s and s.state = 'entered'
order by s.id
"""


def entrants(event_id: UUID, day: date) -> list[Entrant]:
    """Everybody in the list, with what weights and places ask. One statement, whatever the number.

    The same two questions as `facts.eligible_facts` asks of single persons; a test holds them together.
    """
    # served on day d counts until the corresponding day two years later
    since = add_months(day, -12 * kinds.NEVER_SERVED_YEARS)
    with connection.cursor() as cursor:
        cursor.execute(_ENTRANTS, {"event": event_id, "day": day, "since": since})
        return [
            Entrant(row[0], row[1], row[2], row[3], row[4], frozenset(row[5] or ()), frozenset(row[6] or ()),
                    row[7] is None or day >= add_months(row[7], 12 * kinds.NEVER_SERVED_YEARS))
            for row in cursor.fetchall()
        ]  # fmt: skip


def published(draw_id: UUID, part: str) -> str:
    """A part exactly as it was published; "" when it was not."""
    found = DrawFile.objects.filter(draw_id=draw_id, part=part).values_list("data", flat=True).first()
    return gzip.decompress(bytes(found)).decode() if found is not None else ""


def proof(draw: Draw) -> str | None:
    """The file for download: anybody may have it. None before the list is sealed."""
    closing = published(draw.pk, "closing")
    return rules.file_of(closing, published(draw.pk, "opening")) if closing else None


def script() -> str:
    """The program that recomputes a draw, for download: one file, nothing but Python itself."""
    return Path(verify_draw.__file__).read_text("utf-8")


def draws() -> QuerySet[Draw]:
    """Draws that anybody may look at, the newest first: of events that are published."""
    return Draw.objects.exclude(event__state="draft").select_related("event__org").order_by("-published_at", "-pk")


def draw_of(event_id: UUID) -> Draw | None:
    """The draw that counts for an event; a failed one where there is no other."""
    found = Draw.objects.filter(event_id=event_id).select_related("event__org", "org")
    return found.exclude(state="failed").first() or found.first()


@dataclass(frozen=True)
class PublicDraw:
    """What stands on the public page. `seed` once it is opened or has failed; `late` when it should have been."""

    id: UUID
    event_id: UUID
    title: str
    organiser: str
    state: str
    state_label: str
    seed_hash: str
    source: str
    public_on: datetime
    committed_at: datetime
    closes_at: datetime | None
    weights: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    entries: int
    places: int
    digest: str
    sealed_at: datetime | None
    value: str
    seed: str
    opened_at: datetime | None
    late_at: datetime | None
    failed_reason: str


def public_draw(pk: UUID) -> PublicDraw:
    """One draw for whoever asks; `Hidden` while its event is a draft."""
    draw = one_of(draws().filter(pk=pk))
    if draw is None:
        raise Hidden(str(pk))
    return PublicDraw(
        draw.pk, draw.event_id, draw.event.title, draw.event.org.name, draw.state, states.DRAW_FLOW.states[draw.state], draw.seed_hash,
        draw.public_source, draw.public_on, draw.published_at, draw.event.closes_at, draw.rules, draw.changes,
        draw.entries_count, draw.places, draw.entries_digest, draw.closed_at, draw.public_value,
        # told when the lot is over: also of one that failed, so that anybody sees what would have come out
        _seed_of(draw) if draw.state in ("opened", "failed") else "",
        draw.opened_at, draw.late_at, draw.failed_reason,
    )  # fmt: skip


def _seed_of(draw: Draw) -> str:
    sealed: Any = draw.seed
    return sealed.open_unlogged()


# -- 我为什么没摇中 ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Cut:
    """Where the line was drawn in the counter that counts: the last who got a place."""

    label: str
    places: int
    rank: int | None
    ticket: str


@dataclass(frozen=True)
class Why:
    """One entry's own result, with all that explains it. `tickets` every one held, the counting one first."""

    draw: Draw
    number: str
    weight: int
    parts: tuple[tuple[str, int], ...]
    missed: tuple[tuple[str, int], ...]
    tickets: tuple[str, ...]
    rank: int | None
    entries: int
    won: bool | None
    cuts: tuple[Cut, ...]
    waiting_no: int | None
    state: str


def why(actor: Actor, sign_up_id: UUID) -> Why:
    """我的权重、我的票、分数线: of one's own entry. Before the opening without tickets; `Hidden` when there is no lot."""
    sign_up = mine(actor, sign_up_id)
    draw = draw_of(sign_up.event_id)
    if draw is None:
        raise Hidden(str(sign_up_id))
    held = set(sign_up.weight_why.split())
    rows = [(row["key"], row["label"], row["add"]) for row in draw.rules]
    tickets: list[str] = []
    if draw.state == "opened" and sign_up.lot_no:
        seed = _seed_of(draw)
        tickets = sorted(rules.tickets(seed, draw.public_value, sign_up.lot_no, sign_up.weight))
    return Why(
        draw, sign_up.lot_no or rules.entry_number(sign_up.pk), sign_up.weight,
        tuple((label, add) for key, label, add in rows if key == "base" or key in held),
        tuple((label, add) for key, label, add in rows if key != "base" and key not in held),
        tuple(tickets), sign_up.lot_rank, draw.entries_count, sign_up.lot_won,
        tuple(_cuts(draw, sign_up)) if draw.state == "opened" else (), sign_up.waiting_no, sign_up.state,
    )  # fmt: skip


def _cuts(draw: Draw, sign_up: SignUp) -> list[Cut]:
    """The last winner of each counter that this entry asks: its own, and the cap of those outside the group."""
    found = []
    cells = {
        cell.pk: cell
        for cell in Cell.objects.filter(pk__in=[sign_up.cell_id, sign_up.cap_cell_id]).select_related("org", "session")
    }
    for column in ("cell", "cap_cell"):
        cell = cells.get(getattr(sign_up, f"{column}_id"))
        if cell is None:
            continue
        last = (
            SignUp.objects.filter(event_id=sign_up.event_id, lot_won=True, **{column: cell})
            .order_by("-lot_rank").values_list("lot_rank", "lot_ticket").first()
        )  # fmt: skip
        label = "保障对象以外" if cell.group else ((cell.org.short_name or cell.org.name) if cell.org else "其余")
        found.append(Cut(label, cell.total, last[0] if last else None, last[1] if last else ""))
    return found
