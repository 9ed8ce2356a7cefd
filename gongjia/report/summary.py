"""Figures kept for the dashboard: counted by a job, read in milliseconds, proved equal by a recount."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction

from gongjia.base.models import uuid7
from gongjia.base.period import Period
from gongjia.report import engine, show
from gongjia.report.engine import source_of
from gongjia.report.figure import Figure
from gongjia.report.figure import figures as registry
from gongjia.report.kinds import Source
from gongjia.report.models import Summary

_COLUMNS = "id, org_id, figure, year, day, value, rows, hand, hand_rows, counted_at"


@dataclass(frozen=True)
class Kept:
    """One kept number, as the dashboard shows it."""

    figure: Figure
    value: int | Decimal | None
    rows: int
    source: Source
    counted_at: datetime | None

    @property
    def shown(self) -> str:
        return show.full(self.figure, self.value)


def year_to(day: date) -> Period:
    """What the dashboard shows: the year up to a day."""
    return Period(date(day.year, 1, 1), day + timedelta(days=1))


def refresh(*, at: datetime, day: date) -> int:
    """Count every figure of every union for the year up to `day` and keep it; number of rows written."""
    figures = list(registry)
    columns: list[list] = [[] for _ in range(10)]
    with transaction.atomic():
        counted = engine.compute_tree(figures, year_to(day))
        known = set(Summary.objects.filter(year=day.year).values_list("org_id", "figure"))
        for figure in figures:
            for union, cell in counted[figure.key].items():
                # an empty number needs no row, unless it was not empty before
                if cell.rows == 0 and not cell.value and (union, figure.key) not in known:
                    continue
                row = (
                    uuid7(), union, figure.key, day.year, day, show.stored(figure, cell.value), cell.rows,
                    cell.hand, cell.hand_rows, at,
                )  # fmt: skip
                for column, value in zip(columns, row, strict=True):
                    column.append(value)
        _write(columns)
    return len(columns[0])


def _write(columns: list[list]) -> None:
    types = ("uuid", "uuid", "text", "int", "date", "bigint", "int", "bigint", "int", "timestamptz")
    arrays = ", ".join(f"%s::{kind}[]" for kind in types)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO report_summary ({_COLUMNS}) SELECT * FROM unnest({arrays})"
            " ON CONFLICT (org_id, year, figure) DO UPDATE SET day = excluded.day, value = excluded.value,"
            " rows = excluded.rows, hand = excluded.hand, hand_rows = excluded.hand_rows,"
            " counted_at = excluded.counted_at",
            columns,
        )


def kept(org_ids: Iterable[UUID], year: int, keys: Iterable[str] | None = None) -> dict[UUID, dict[str, Kept]]:
    """Union -> figure key -> what was kept. One query, no counting."""
    wanted = {key: registry.get(key) for key in keys} if keys is not None else {one.key: one for one in registry}
    found: dict[UUID, dict[str, Kept]] = {pk: {} for pk in org_ids}
    with connection.cursor() as cursor:
        # plain SQL: half the time of a page that has ten milliseconds
        cursor.execute(
            # all rows are of one refresh: one of them says when
            "SELECT org_id, figure, value, rows, hand_rows, CASE WHEN row_number() OVER () = 1 THEN counted_at END"
            " FROM report_summary WHERE org_id = ANY(%s) AND year = %s AND figure = ANY(%s)",
            [list(found), year, list(wanted)],
        )
        rows = cursor.fetchall()
    at = next((row[5] for row in rows if row[5]), None)
    for org_id, key, value, count, hand_rows, _at in rows:
        figure = wanted[key]
        source = source_of(figure, count, hand_rows)
        found[org_id][key] = Kept(figure, show.loaded(figure, value), count, source, at)
    for pk in found:
        for key, figure in wanted.items():
            if key not in found[pk]:
                nothing = 0 if figure.base is not None else None
                found[pk][key] = Kept(figure, nothing, 0, source_of(figure, 0, 0), at)
    return found


@dataclass(frozen=True)
class Fault:
    """A kept number that a recount does not give."""

    org_id: UUID
    figure: str
    kept: int | None
    counted: int | None


def recount(day: date) -> list[Fault]:
    """Count everything again and hold it against what is kept: empty when all agree."""
    counted = engine.compute_tree(list(registry), year_to(day))
    rows = {
        (org_id, key): (value, count, hand, hand_rows)
        for org_id, key, value, count, hand, hand_rows in Summary.objects.filter(year=day.year).values_list(
            "org_id", "figure", "value", "rows", "hand", "hand_rows"
        )
    }
    faults = []
    for figure in registry:
        for union, cell in counted[figure.key].items():
            now = (show.stored(figure, cell.value), cell.rows, cell.hand, cell.hand_rows)
            was = rows.pop((union, figure.key), None)
            if was is None and cell.rows == 0 and not cell.value:
                continue
            if was != now:
                faults.append(Fault(union, figure.key, was[0] if was else None, now[0]))
    faults += [Fault(union, key, value[0], None) for (union, key), value in rows.items() if value[0] or value[1]]
    return faults
