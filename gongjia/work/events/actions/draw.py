"""The drawn lot: promised before the first entry, sealed at closing, opened once with a value that nobody could know.

Locks: the event's row, the draw, the cells, the sign-ups, the journal. The list is opened as it was published, never
as the rows are by then; rows that moved on (somebody cancelled) leave a place to whoever waits first.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Reason, Refused, refuse, refuse_if
from gongjia.work.events import powers
from gongjia.work.events.actions import places
from gongjia.work.events.actions.common import lock_event, tell, words_of
from gongjia.work.events.actions.sealing import as_columns, free_of, keep, keep_quotas, locked, seal_draw
from gongjia.work.events.models import Cell, Draw, Event, SignUp
from gongjia.work.events.queries.draws import published
from gongjia.work.events.rules import draw as rules

log = logging.getLogger(__name__)

TELL_AT_ONCE = 2000  # entries; a larger draw is told by the timed job, so that opening stays quick


# -- before the first entry ------------------------------------------------------------------------------
def commit_draw(*, event: Event, source: str, public_on: datetime, actor: Actor, at: datetime) -> Draw:
    """Fix the secret seed and publish its hash, the weights, and which value to come will be mixed in.

    `source` names the value so that anybody can look it up: 福利彩票3D第2018180期开奖号.
    """
    with journal.act():
        event = lock_event(event)
        actor.must(powers.DRAW, event.org)
        weights = event.weights or list(rules.USUAL)
        reasons = rules.may_commit(
            way=event.way, entries=SignUp.objects.filter(event=event).count(), closes_at=event.closes_at,
            public_on=public_on, at=at,
        ) + rules.weight_faults(weights) + _source_faults(source)  # fmt: skip
        if event.state not in ("draft", "open"):
            reasons.append(Reason("event_over", "活动已经截止或取消，不能再定种子。", event.state))
        if Draw.objects.filter(event=event).exclude(state="failed").exists():
            reasons.append(Reason("committed_already", "这项活动的种子已经公布，不能再换。", cure="种子只定一次。"))
        refuse_if(reasons)
        seed = secrets.token_hex(rules.SEED_BYTES)
        made = Draw.objects.create(
            event=event, org=event.org, seed=seed, seed_hash=rules.seed_hash(seed), public_source=source.strip(),
            public_on=public_on, rules=rules.published_weights(weights), published_at=at,
        )  # fmt: skip
        journal.write(
            "events.draw_committed", actor=actor, at=at, org=event.org, subject=made, subjects=[event],
            payload={"seed_hash": made.seed_hash, "source": made.public_source, "public_on": public_on.isoformat()},
        )  # fmt: skip
        return made


def name_value_anew(
    *, draw: Draw, source: str, public_on: datetime, why: str, actor: Actor, at: datetime
) -> Draw:  # fmt: skip
    """The value did not come (or the list was sealed too late): another one that does not exist yet. Public."""
    with journal.act():
        event, draw = locked(draw)
        actor.must(powers.DRAW, draw.org)
        reasons = _source_faults(source)
        if draw.state not in ("committed", "sealed"):
            reasons.append(Reason("draw_over", "摇号已经有结果，不能再换公开数值。", draw.state))
        if not why.strip():
            reasons.append(Reason("why_missing", "请写明为什么换公开数值。", cure="原因会一并公布。"))
        assert event.closes_at is not None
        reasons += rules.value_comes_later(closes_at=event.closes_at, public_on=public_on, at=at)
        refuse_if(reasons)
        draw.changes = [
            *draw.changes,
            {"at": at.isoformat(), "why": why.strip()[:200], "source": draw.public_source,
             "public_on": draw.public_on.isoformat()},
        ]  # fmt: skip
        draw.public_source, draw.public_on, draw.late_at = source.strip(), public_on, None
        draw.save(update_fields=["changes", "public_source", "public_on", "late_at"])
        if draw.state == "sealed":
            places.hold_all(event)
            keep_quotas(event, public_on)
        journal.write(
            "events.value_renamed", actor=actor, at=at, org=draw.org, subject=draw, subjects=[event], note=why.strip(),
            payload={"source": draw.public_source, "public_on": public_on.isoformat()},
        )  # fmt: skip
        return draw


# -- opening ---------------------------------------------------------------------------------------------
def open_draw(*, draw: Draw, value: str, actor: Actor, at: datetime) -> Draw:
    """Mix the public value in, once: places to the lowest tickets, the others wait in the same order."""
    value = rules.clean_value(value)
    with journal.act():
        event, draw = locked(draw)
        actor.must(powers.DRAW, draw.org)
        if draw.state != "sealed":
            refuse_if(_not_sealed(draw))
        closing_text = published(draw.pk, "closing")
        if rules.digest_of(closing_text) != draw.entries_digest:
            refuse(
                "list_tampered", "封存的名单和公布的摘要对不上，不能开号。", fact=draw.entries_digest,
                cure="请联系系统管理员核对操作记录，并登记未能开号。",
            )  # fmt: skip
        closing = json.loads(closing_text)
        held = places.hold_all(event)
        cells = {number: held[UUID(pk)] for number, pk in draw.cells.items()}
        given = {number: cell["places"] for number, cell in closing["cells"].items()}
        short = [closing["cells"][number]["label"] for number in given if free_of(cells[number]) < given[number]]
        refuse_if(rules.may_draw(public_on=draw.public_on, at=at, value=value, short=short))
        sealed: Any = draw.seed
        seed = sealed.open_unlogged()
        if rules.seed_hash(seed) != draw.seed_hash:
            refuse("seed_tampered", "种子和公布的摘要对不上，不能开号。", fact=draw.seed_hash, cure="请登记未能开号。")
        entries = rules.entries_of(closing)
        drawn = rules.draw(seed, value, entries, given)
        text = rules.text_of(
            rules.opening(
                {"seed": seed, "value": value, "source": draw.public_source, "changes": draw.changes,
                 "opened_at": at.isoformat()},
                drawn,
            )
        )  # fmt: skip
        placed, ids = _give_places(event, entries, drawn, cells, at)
        keep(draw, "opening", text, at)
        cause = journal.move(
            draw, "open", actor=actor, at=at, changes={"public_value": value, "opened_at": at},
            payload={"value": value, "digest": rules.digest_of(text), "placed": placed},
        )  # fmt: skip
        journal.write(
            "events.drawn", actor=actor, at=at, org=event.org, cause=cause,
            subjects=[("events.signup", pk) for pk in ids], payload={"entries": len(drawn), "placed": placed},
        )  # fmt: skip
        # whoever cancelled after the list was sealed left a place
        places.promote(event, [cell for cell in cells.values() if not cell.group], held, actor=actor, at=at)
        if len(drawn) <= TELL_AT_ONCE:
            tell_drawn(draw=draw, at=at)
        return draw


def _not_sealed(draw: Draw) -> list[Reason]:
    if draw.state == "opened":
        return [
            Reason("opened_already", "已经开过号了，只开一次。", draw.public_value, cure="结果和核对文件在公示页上。")
        ]
    if draw.state == "failed":
        return [Reason("draw_failed", "这次摇号已登记为未能开号。", draw.failed_reason)]
    return [Reason("not_sealed", "名单还没有封存，不能开号。", cure="登记截止后先封存名单。")]


_PUT = """
update events_signup s
set lot_ticket = n.ticket, lot_rank = n.rank, lot_won = n.won,
    state = case when s.state <> 'entered' then s.state when n.won then 'placed' else %(else)s end,
    state_at = case when s.state <> 'entered' then s.state_at else %(at)s end,
    place_no = case when s.state = 'entered' and n.won then n.no end,
    waiting_no = case when s.state = 'entered' and not n.won and %(else)s = 'waiting' then n.no else s.waiting_no end
from unnest({columns}) as n(number, ticket, rank, won, no)
where s.event_id = %(event)s and s.lot_no = n.number
returning s.id, s.cell_id, s.cap_cell_id, s.state, s.seats, n.won
"""


def _give_places(
    event: Event, entries: Sequence[rules.Entry], drawn: Sequence[rules.Drawn], cells: Mapping[str, Cell], at: datetime
) -> tuple[int, list[UUID]]:
    """Write what came out on every row by one statement, and count the seats of those who are still there.

    How many got a place, and the keys of all rows."""
    of_number = {one.number: one for one in entries}
    taken: dict[str, int] = {number: cell.used for number, cell in cells.items()}
    waiting: dict[str, int] = {}
    nos = []
    for one in drawn:
        entry = of_number[one.number]
        first = entry.cells[0]
        if one.won:
            taken[first] += entry.seats
            nos.append(taken[first])
        else:
            waiting[first] = waiting.get(first, 0) + 1
            nos.append(waiting[first])
    columns, params = as_columns(
        number=("text", [one.number for one in drawn]),
        ticket=("text", [one.ticket for one in drawn]),
        rank=("int", [one.rank for one in drawn]),
        won=("bool", [one.won for one in drawn]),
        no=("int", nos),
    )
    said: dict[str, Any] = {"event": event.pk, "at": at, "else": "waiting" if event.waiting_list else "lost"}
    with connection.cursor() as cursor:
        cursor.execute(_PUT.format(columns=columns), {**said, **params})
        rows = cursor.fetchall()
    if len(rows) != len(drawn):
        refuse("entries_gone", "封存名单里的登记有的找不到了，不能开号。", fact=f"{len(drawn)} 个，找到 {len(rows)} 个")
    seats: dict[UUID, int] = {}
    placed = 0
    for _pk, cell, cap, state, count, won in rows:
        if won and state == "placed":
            placed += 1
            for pk in (cell, cap):
                if pk is not None:
                    seats[pk] = seats.get(pk, 0) + count
    by_pk = {cell.pk: cell for cell in cells.values()}
    for pk in sorted(seats):
        places.take(by_pk[pk], seats[pk])
    return placed, [row[0] for row in rows]


def tell_drawn(*, draw: Draw, at: datetime) -> int:
    """Everybody who entered hears what came out, once."""
    told = 0
    with journal.act():
        event, draw = locked(draw)
        if draw.told_at is not None or draw.state != "opened":
            return 0
        for state, template in (
            ("placed", "events.drawn_won"), ("waiting", "events.drawn_waiting"), ("lost", "events.drawn_lost"),
        ):  # fmt: skip
            rows = SignUp.objects.filter(event=event, state=state, lot_rank__isnull=False)
            told += tell(rows.values_list("person_id", flat=True), template, words_of(event), at, "/m/events/mine/")
        draw.told_at = at
        draw.save(update_fields=["told_at"])
    return told


# -- when it does not come to that -----------------------------------------------------------------------
def fail_draw(*, draw: Draw, why: str, actor: Actor, at: datetime) -> Draw:
    """It cannot be opened: the reason and the seed become public, so that anybody sees what would have come out."""
    with journal.act():
        event, draw = locked(draw)
        journal.move(
            draw, "fail", actor=actor, at=at, facts={"why": why}, note=why.strip(),
            changes={"failed_reason": why.strip()[:200]},
        )  # fmt: skip
        rows = SignUp.objects.filter(event=event, state="entered").select_related("org")
        people = list(rows.values_list("person_id", flat=True))
        if people:
            journal.move_many(
                rows, "lose", actor=Actor.system("摇号未能开号", (powers.DRAW,)), at=at, org=event.org,
                changes={"state_at": at, "end_reason": why.strip()[:200]},
            )  # fmt: skip
            tell(people, "events.draw_failed", {**words_of(event), "reason": why.strip()}, at)
        return draw


def follow_draws(*, actor: Actor, at: datetime) -> dict[str, int]:
    """Timed: seal what closed, tell what was opened, write down what is late. Each draw an act of its own."""
    done = {"sealed": 0, "told": 0, "late": 0}
    live = Draw.objects.exclude(event__state__in=("draft", "cancelled")).select_related("event")
    for draw in live.filter(state="committed", event__closes_at__lte=at, public_on__gt=at):
        try:
            seal_draw(draw=draw, actor=actor, at=at)
            done["sealed"] += 1
        except Refused as refused:  # one that cannot be sealed does not keep the others open
            log.error("draw %s is not sealed: %s", draw.pk, refused)
    for draw in live.filter(state="opened", told_at__isnull=True):
        done["told"] += tell_drawn(draw=draw, at=at)
    late = live.filter(state__in=("committed", "sealed"), public_on__lte=at - rules.LATE_AFTER, late_at__isnull=True)
    for draw in late:
        with journal.act():
            event, draw = locked(draw)
            if draw.state not in ("committed", "sealed") or draw.late_at is not None:
                continue
            draw.late_at = at
            draw.save(update_fields=["late_at"])
            journal.write(
                "events.draw_late", actor=actor, at=at, org=draw.org, subject=draw, subjects=[event],
                payload={"state": draw.state, "public_on": draw.public_on.isoformat()},
            )  # fmt: skip
            done["late"] += 1
    return done


# -- tools -----------------------------------------------------------------------------------------------
def _source_faults(source: str) -> list[Reason]:
    if 4 <= len(source.strip()) <= 120 and "|" not in source:
        return []
    return [
        Reason("source_missing", "请写清用哪一个公开数值，让谁都查得到。", source, cure="例如：福利彩票3D第2018180期开奖号。")
    ]  # fmt: skip
