"""Frozen lines: value, records and digest of the day; and what has drifted since.

Records are kept packed: per figure the sorted keys of its rows, with the person where persons are
counted and the amount where money is added up. A figure that is a part of another over the same
rows keeps only one bit per row of that other. A digest over the unpacked content tells at once
whether anything has moved.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import compress
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F

from gongjia.base.period import Period
from gongjia.report import engine, show
from gongjia.report.figure import Base, Figure, Window
from gongjia.report.figure import figures as registry
from gongjia.report.hand import hand_rows
from gongjia.report.lines import LineView, live
from gongjia.report.models import HandEntry, Line, Report
from gongjia.report.records import Listed, of_hand, of_row, unions_of

NAMED = 50  # records named per line in a check for drift
_NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Content:
    """Which records made up a figure: keys in order, with person and weight where they matter."""

    ids: tuple[UUID, ...] = ()
    persons: tuple[UUID, ...] = ()  # as many as ids, or none
    weights: tuple[int, ...] = ()  # as many as ids, or none
    hand: tuple[tuple[UUID, int], ...] = ()  # hand entries and their numbers

    @property
    def digest(self) -> str:
        seal = hashlib.sha256(struct.pack(">III", len(self.ids), len(self.persons), len(self.weights)))
        for column in (self.ids, self.persons):
            seal.update(b"".join(key.bytes for key in column))
        seal.update(struct.pack(f">{len(self.weights)}q", *self.weights))
        for key, value in self.hand:
            seal.update(key.bytes + struct.pack(">q", value))
        return seal.hexdigest()

    def value(self, figure: Figure) -> int | None:
        """What these records add up to."""
        by_hand = sum(value for _key, value in self.hand)
        if figure.base is None:
            return by_hand if self.hand else None
        if figure.distinct:
            return len(set(self.persons)) + by_hand
        return (sum(self.weights) if figure.summed else len(self.ids)) + by_hand

    def rows(self) -> dict[UUID, tuple[UUID, int]]:
        """Key -> (person, weight) of every record, hand entries included."""
        persons = self.persons or (_NOBODY,) * len(self.ids)
        weights = self.weights or (1,) * len(self.ids)
        found = {key: (person, weight) for key, person, weight in zip(self.ids, persons, weights, strict=True)}
        return found | {key: (_NOBODY, value) for key, value in self.hand}


def contents(wanted: Iterable[Figure], org: Any, period: Period, cutoff: date | None) -> dict[str, Content]:
    """What every figure is made of now; one query per base and window. A ratio has no records of its own."""
    groups: dict[tuple[Base | None, Window], list[Figure]] = defaultdict(list)
    for figure in wanted:
        if not figure.parts:
            groups[figure.base, figure.window(period, cutoff)].append(figure)
    found: dict[str, Content] = {}
    unions: dict[date, list[UUID]] = {}
    for (base, window), group in groups.items():
        tree = window.tree_day
        if tree not in unions:
            unions[tree] = unions_of(org.pk, window, None)
        rows = _rows(base, window, group, unions[tree]) if base else []
        hand = _hand(window, [figure for figure in group if figure.has_hand], unions[tree])
        for i, figure in enumerate(group):
            mine = list(compress(rows, [row[3 + i] for row in rows]))
            found[figure.key] = Content(
                ids=tuple(row[0] for row in mine),
                persons=tuple(row[1] or _NOBODY for row in mine) if figure.distinct else (),
                weights=tuple(int(row[2] or 0) for row in mine) if figure.summed else (),
                hand=tuple(hand.get(figure.key, ())),
            )
    return found


def _rows(base: Base, window: Window, group: list[Figure], unions: list[UUID]) -> list[tuple]:
    """(key, person, amount, one flag per figure) of the base's rows, by key."""
    rows = base.rows(window.period).filter(**{f"{base.org}__in": unions})
    try:
        sql, params = engine.compiled(base, rows, window.period, group, first=F("pk"))
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({sql}) r ORDER BY 1", params)
        return cursor.fetchall()


def _hand(window: Window, group: list[Figure], unions: list[UUID]) -> dict[str, list[tuple[UUID, int]]]:
    found: dict[str, list[tuple[UUID, int]]] = defaultdict(list)
    if group:
        entries = hand_rows(window, group).filter(org_id__in=unions).order_by("pk")
        for key, pk, value in entries.values_list("figure", "pk", "value"):
            found[key].append((pk, value))
    return found


# packed ---------------------------------------------------------------------------------------------


def pack(content: Content, whole: Content | None = None) -> bytes:
    """Bytes of a content; with `whole`, whose rows contain all of its, one bit per row of that."""
    if whole is not None:
        mine = set(content.ids)
        bits = bytearray((len(whole.ids) + 7) // 8)
        for place, key in enumerate(whole.ids):
            if key in mine:
                bits[place >> 3] |= 1 << (place & 7)
        body, kind = bytes(bits), b"P"
    else:
        body, kind = b"".join(key.bytes for key in content.ids), b"W"
        body += b"".join(person.bytes for person in content.persons)
        body += struct.pack(f">{len(content.weights)}q", *content.weights)
    hand = b"".join(key.bytes + struct.pack(">q", value) for key, value in content.hand)
    head = struct.pack(">cIIII", kind, len(content.ids), len(content.persons), len(content.weights), len(content.hand))
    return head + zlib.compress(body + hand, 6)


def unpack(data: bytes, whole: Content | None = None) -> Content:
    """The inverse of `pack`."""
    kind, ids, persons, weights, hand = struct.unpack(">cIIII", data[:17])
    body = zlib.decompress(data[17:])
    hand_at = len(body) - hand * 24
    entries = tuple(
        (UUID(bytes=body[at : at + 16]), struct.unpack(">q", body[at + 16 : at + 24])[0])
        for at in range(hand_at, len(body), 24)
    )
    if kind == b"P":
        if whole is None:
            raise ValueError("packed as a part: its whole is needed")
        places = [place for place in range(len(whole.ids)) if body[place >> 3] & (1 << (place & 7))]
        return Content(
            ids=tuple(whole.ids[place] for place in places),
            persons=tuple(whole.persons[place] for place in places) if whole.persons else (),
            weights=tuple(whole.weights[place] for place in places) if whole.weights else (),
            hand=entries,
        )
    keys = [UUID(bytes=body[at : at + 16]) for at in range(0, (ids + persons) * 16, 16)]
    numbers = struct.unpack_from(f">{weights}q", body, (ids + persons) * 16)
    return Content(tuple(keys[:ids]), tuple(keys[ids:]), tuple(numbers), entries)


def _whole_of(figure: Figure) -> Figure | None:
    """The figure over the same rows that this one is a part of."""
    whole = registry.find(figure.part_of) if figure.part_of else None
    if whole is None or whole.base is None or whole.base is not figure.base or whole.measure is not figure.measure:
        return None
    same_time = (whole.time, whole.to_cutoff) == (figure.time, figure.to_cutoff)
    return whole if same_time and whole.part_of == "" else None


def snapshot(report: Report, at: datetime) -> int:
    """Write the frozen lines of a report; number of lines. Runs inside the act that freezes it."""
    period = Period(report.start, report.end)
    figures = list(registry)
    values = live(report.org, period, report.cutoff, wanted=figures, compare=True)
    made_of = contents(figures, report.org, period, report.cutoff)
    numbers = _values(figures, made_of)
    lines = [_line(report, figure, numbers[figure.key], values[figure.key], made_of) for figure in figures]
    Line.objects.bulk_create(lines, batch_size=20)
    return len(lines)


def _values(figures: Iterable[Figure], made_of: dict[str, Content]) -> dict[str, int | Decimal | None]:
    """The values that the very records give: a number and its list are of one moment, whatever else happens."""
    values: dict[str, int | Decimal | None] = {}
    for figure in figures:
        if figure.parts:
            sides = {key: engine.Cell(made_of[key].value(registry.get(key))) for key in figure.parts}
            values[figure.key] = engine.share(figure, sides.__getitem__).value
        else:
            values[figure.key] = made_of[figure.key].value(figure)
    return values


def _line(
    report: Report, figure: Figure, value: int | Decimal | None, view: LineView, made_of: dict[str, Content]
) -> Line:
    content = made_of.get(figure.key, Content())
    rows = sum(len(made_of[key].rows()) for key in figure.parts) if figure.parts else len(content.rows())
    whole = _whole_of(figure)
    packed = pack(content)
    if whole is not None and set(content.ids) <= set(made_of[whole.key].ids):
        packed = min(packed, pack(content, made_of[whole.key]), key=len)
    return Line(
        report=report,
        figure=figure.key,
        label=figure.label,
        unit=figure.unit,
        value=show.stored(figure, value),
        rows=rows,
        source=view.source.value,
        hand_share=int(view.hand_share * 1000),
        target=show.stored(figure, view.target),
        reached=show.stored(figure, view.reached),
        compared=show.stored(figure, view.compared),
        records=packed,
        digest=content.digest,
    )


def content_of(line: Line, lines: dict[str, Line]) -> Content:
    """The records of a frozen line."""
    data = bytes(line.records)
    if data[:1] != b"P":
        return unpack(data)
    whole = registry.get(line.figure).part_of
    return unpack(data, content_of(lines[whole], lines))


# drift ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Moved:
    """One record that is not as it was: added, removed or changed."""

    kind: str
    record: Listed | None
    id: UUID
    was: int | None
    now: int | None

    @property
    def kind_label(self) -> str:
        return {"added": "新增", "removed": "不再计入", "changed": "数值变动"}[self.kind]


@dataclass(frozen=True)
class Drift:
    """One line whose live value or records no longer agree with what was frozen."""

    figure: Figure
    was: int | Decimal | None
    now: int | Decimal | None
    moved: tuple[Moved, ...] = field(default=())
    count: int = 0  # of all that moved, also those not named

    @property
    def label(self) -> str:
        return self.figure.label


def drift(report: Report) -> list[Drift]:
    """Every frozen line that a recount would give otherwise, with the records that moved."""
    frozen = {line.figure: line for line in Line.objects.filter(report=report)}
    figures = [figure for figure in registry if figure.key in frozen]
    period = Period(report.start, report.end)
    now = contents(figures, report.org, period, report.cutoff)
    missing = {key for figure in figures for key in figure.parts} - set(now)
    now |= contents([registry.get(key) for key in missing], report.org, period, report.cutoff) if missing else {}
    values = _values(figures, now)
    found = []
    for figure in figures:
        line = frozen[figure.key]
        value = values[figure.key]
        same_value = show.stored(figure, value) == line.value
        if figure.parts:
            if not same_value:
                found.append(Drift(figure, show.loaded(figure, line.value), value))
            continue
        if same_value and now[figure.key].digest == line.digest:
            continue
        moved = _moved(content_of(line, frozen), now[figure.key])
        named = _named(figure, figure.window(period, report.cutoff), moved[:NAMED])
        found.append(Drift(figure, show.loaded(figure, line.value), value, named, len(moved)))
    return found


def _moved(before: Content, after: Content) -> list[tuple[str, UUID, int | None, int | None]]:
    was, now = before.rows(), after.rows()
    moved: list[tuple[str, UUID, int | None, int | None]] = []
    moved += [("removed", key, was[key][1], None) for key in was if key not in now]
    moved += [("added", key, None, now[key][1]) for key in now if key not in was]
    moved += [("changed", key, was[key][1], now[key][1]) for key in was if key in now and was[key] != now[key]]
    return moved


def _named(figure: Figure, window: Window, moved: list[tuple]) -> tuple[Moved, ...]:
    """The records themselves, also those that no longer count."""
    keys = [key for _kind, key, _was, _now in moved]
    records = {
        entry.pk: of_hand(figure, entry) for entry in HandEntry.objects.filter(pk__in=keys).select_related("attachment")
    }
    if figure.base is not None:
        model = figure.base.rows(window.period).model
        for row in model._base_manager.filter(pk__in=keys).select_related(*figure.base.related):
            records[row.pk] = of_row(figure, figure.base, row)
    return tuple(Moved(kind, records.get(key), key, was, now) for kind, key, was, now in moved)
