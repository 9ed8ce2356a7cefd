"""A list as a spreadsheet: the columns as they are shown, masks and all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse

from gongjia.base import money, sheets
from gongjia.faces.shared import formats, opaque
from gongjia.faces.shared.files import download
from gongjia.faces.shared.marks import Column
from gongjia.faces.shared.pages.filters import Filters

if TYPE_CHECKING:
    from gongjia.faces.shared.pages.lists import ListPage

EXPORT = "export"  # purpose of the sealed filters in a job's arguments: they may hold a name


def cell(column: Column, row: Any) -> Any:
    """One cell: what the page shows, as text or number."""
    if column.kind == "badge":
        badge = column.badge(row)
        return badge.label if badge else ""
    value = column.read(row)
    if value is None:
        return ""
    if column.kind == "mask":
        return formats.mask(value, column.mask or "text")
    if column.kind in ("money", "wan"):
        return money.decimal(value)
    if column.kind == "day":
        return formats.day(value)
    if column.kind == "moment":
        return formats.moment(value)
    if column.kind in ("percent", "progress"):
        return formats.percent(value)
    return value if column.kind == "number" else str(value)


def workbook(page: ListPage, rows: Iterable[Any]) -> BytesIO:
    columns = [column for column in page.shown_columns() if column.export]
    whose = f"{page.actor.label} 于 {formats.moment(page.at)} 导出"
    sheet = sheets.SheetOut(
        title=page.export_name,
        columns=[
            sheets.Column(column.label, text=not column.numeric, format="#,##0.00" if column.kind == "money" else "")
            for column in columns
        ],
        rows=([cell(column, row) for column in columns] for row in rows),
        notes=[whose],
        mark=whose,
    )
    buffer = BytesIO()
    sheets.write(buffer, [sheet])
    buffer.seek(0)
    return buffer


def file_name(page: ListPage) -> str:
    return f"{page.export_name}-{page.at:%Y%m%d}.xlsx"


def answer(page: ListPage, rows: Iterable[Any]) -> HttpResponse:
    return download(workbook(page, rows).getvalue(), file_name(page))


def start(page: ListPage, total: int) -> Any:
    from gongjia.base import progress

    return progress.start(
        kind=page.export_job,
        label=f"导出{page.export_name}",
        actor=page.actor,
        at=page.at,
        total=total,
        args={"filters": opaque.wrap(page.chosen.as_dict(), EXPORT)},
    )


def run(kind: type[ListPage], job: Any) -> None:
    from gongjia.base.journal import attachments

    page = kind()
    page.request = SimpleNamespace(actor=job.actor)  # a list asks its request for nothing else
    filters = Filters.of_dict(kind.filters, opaque.unwrap(job.args["filters"], EXPORT) or {}, job.actor)

    def counted() -> Iterator[Any]:
        for number, row in enumerate(page.export_rows(job.actor, filters), 1):
            if number % 500 == 0:
                job.tick(number)
            yield row

    book = workbook(page, counted())
    kept = attachments.store(book, name=file_name(page), actor=job.actor, at=page.at)
    job.finish(file=kept)
