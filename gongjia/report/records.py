"""What is behind a number: its records, their way down to a person or a piece of evidence, and the sum again."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, Model, Q, QuerySet

from gongjia.base import clock
from gongjia.base.models import one_of
from gongjia.base.period import Period
from gongjia.report.figure import Base, Figure, Ratio, Window
from gongjia.report.figure import figures as registry
from gongjia.report.hand import hand_rows
from gongjia.who.orgs.queries import counted as orgs
from gongjia.who.orgs.queries import names_on

CHUNK = 2000
HAND_URL = "/console/report/hand/{id}/"


@dataclass(frozen=True)
class Listed:
    """One record behind a figure. `weight` is what it adds: 1, an amount in fen, or a hand entry's number."""

    figure: str  # for a ratio: of which of its sides
    model: str
    id: UUID
    label: str  # masked
    org_id: UUID
    on: date | None
    weight: int
    amount: int | None  # fen, only of money
    person_id: UUID | None
    hand: bool
    url: str

    @property
    def cursor(self) -> str:
        """Where the next page goes on."""
        return f"{self.figure}:{'hand' if self.hand else 'rows'}:{self.id}"


@dataclass(frozen=True)
class Ground:
    """Where a record climbs to: `kind` is "person" or "attachment"."""

    kind: str
    id: UUID


def unions_of(org_id: UUID, window: Window, child: UUID | None) -> list[UUID]:
    """The unions whose rows make up the figure of `org`, or of one child of it (its own id: its own rows)."""
    pairs = orgs.branches(org_id, window.tree_day)
    return [union for union, bucket in pairs if child is None or bucket == child]


def rows_of(figure: Figure, window: Window, unions: list[UUID]) -> QuerySet | None:
    """The base's rows that count: the same query and the same condition as the number itself."""
    if figure.base is None:
        return None
    rows = figure.base.rows(window.period).filter(figure.condition(window.period))
    return rows.filter(**{f"{figure.base.org}__in": unions})


def hand_of(figure: Figure, window: Window, unions: list[UUID]) -> QuerySet | None:
    if not figure.has_hand:
        return None
    return hand_rows(window, [figure]).filter(org_id__in=unions)


def listed(
    figure: Figure,
    org: Any,
    period: Period,
    cutoff: date | None = None,
    *,
    child: UUID | None = None,
    after: str = "",
    limit: int | None = None,
) -> Iterator[Listed]:
    """Every record behind the number; `after` (a record's `cursor`) and `limit` page through them."""
    sides = [registry.get(key) for key in figure.parts] if isinstance(figure, Ratio) else [figure]
    streams = [(side, kind) for side in sides for kind in ("rows", "hand")]
    begin: UUID | None = None
    if after:
        key, kind, last = after.split(":")
        while streams and (streams[0][0].key, streams[0][1]) != (key, kind):
            streams.pop(0)
        begin = UUID(last)
    found = itertools.chain.from_iterable(
        _stream(side, kind, org, period, cutoff, child, begin if number == 0 else None)
        for number, (side, kind) in enumerate(streams)
    )
    return itertools.islice(found, limit) if limit is not None else found


def _stream(
    figure: Figure, kind: str, org: Any, period: Period, cutoff: date | None, child: UUID | None, after: UUID | None
) -> Iterator[Listed]:
    window = figure.window(period, cutoff)
    unions = unions_of(org.pk, window, child)
    if kind == "rows" and (rows := rows_of(figure, window, unions)) is not None:
        base = figure.base
        picked = rows.select_related(*base.related).annotate(_org=F(base.org))
        for row in _chunks(picked.only(*base.only) if base.only else picked, after):
            yield of_row(figure, base, row)
    if kind == "hand" and (entries := hand_of(figure, window, unions)) is not None:
        for entry in _chunks(entries.select_related("attachment"), after):
            yield of_hand(figure, entry)


def _chunks(rows: QuerySet, after: UUID | None) -> Iterator[Any]:
    """Row by row in order of key, in pages that stay equally quick at any depth."""
    rows = rows.order_by("pk")
    while True:
        page = list((rows.filter(pk__gt=after) if after else rows)[:CHUNK])
        yield from page
        if len(page) < CHUNK:
            return
        after = page[-1].pk


def of_row(figure: Figure, base: Base, row: Model) -> Listed:
    adds = int(_value(row, base.amount)) if figure.summed else 1
    person = _value(row, base.person) if base.person else None
    org_id = getattr(row, "_org", None) or _value(row, base.org)
    fields = {"id": _value(row, base.page), "org_id": org_id, "person_id": person}
    on = _value(row, base.on) if base.on else None
    return Listed(
        figure=figure.key,
        model=row._meta.label_lower,
        id=row.pk,
        label=base.name(row),
        org_id=org_id,
        on=on.astimezone(clock.SHANGHAI).date() if isinstance(on, datetime) else on,
        weight=adds,
        amount=adds if figure.money else None,
        person_id=person,
        hand=False,
        url=base.url.format(**fields) if base.url else "",
    )


def of_hand(figure: Figure, entry: Any) -> Listed:
    span = Period(entry.start, entry.end)
    return Listed(
        figure=figure.key,
        model=entry._meta.label_lower,
        id=entry.pk,
        label=f"手工填报（{span.label_zh()}，{entry.officer_name}）：{entry.attachment.name}",
        org_id=entry.org_id,
        on=span.last_day,
        weight=entry.value,
        amount=entry.value if figure.money else None,
        person_id=None,
        hand=True,
        url=HAND_URL.format(id=entry.pk),
    )


def _value(row: Any, path: str) -> Any:
    """A field path of a base, read from a row: `person_id`, `award__amount`."""
    for part in path.split("__"):
        row = getattr(row, part, None)
    return row


def readd(figure: Figure, records: Iterable[Listed]) -> int | Decimal | None:
    """The value again, from nothing but the listed records."""
    records = list(records)
    if isinstance(figure, Ratio):
        sums = {key: readd(registry.get(key), (one for one in records if one.figure == key)) for key in figure.parts}
        below = sum(sums[key] or 0 for key in figure.whole)
        above = sum(sums[key] or 0 for key in figure.part)
        return (Decimal(100) * above / below).quantize(Decimal("0.1"), ROUND_HALF_UP) if below else None
    if figure.base is None and not records:
        return None
    if figure.distinct:
        persons = {one.person_id for one in records if not one.hand}
        return len(persons) + sum(one.weight for one in records if one.hand)
    return sum(one.weight for one in records)


# down to a person or a piece of evidence ------------------------------------------------------------


def ground_of(figure: Figure, record: Listed) -> Ground | None:
    """Where one record climbs to by its foreign keys; None when it stands on nothing."""
    figure = registry.get(record.figure)
    if record.hand:
        from gongjia.report.models import HandEntry

        found = one_of(HandEntry.objects.filter(pk=record.id).values_list("attachment_id", flat=True))
        return Ground("attachment", found) if found else None
    model = figure.base.rows(Period.year(2000)).model
    for path in figure.base.climbs:
        found = (
            model._base_manager.filter(pk=record.id, **{f"{path}__isnull": False})
            .order_by()
            .values_list(f"{path}_id" if "__" not in path else f"{path}__pk", flat=True)
            .first()
        )
        if found:
            return Ground("person" if path.split("__")[-1] == "person" else "attachment", found)
    return None


def groundless(figure: Figure, org: Any, period: Period, cutoff: date | None = None) -> QuerySet | None:
    """The records of a figure that lead to no person and no piece of evidence; None where that cannot be."""
    if figure.base is None:
        return None
    window = figure.window(period, cutoff)
    rows = rows_of(figure, window, unions_of(org.pk, window, None))
    for path in figure.base.climbs:
        rows = rows.filter(Q(**{f"{path}__isnull": True}))
    return rows


def names_of(records: Iterable[Listed], day: date) -> dict[UUID, tuple[str, str]]:
    """Names, as of a day, of the unions that records belong to."""
    return names_on(day, {record.org_id for record in records})
