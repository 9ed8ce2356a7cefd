"""Writing spreadsheets that nobody's typed text can turn into a formula.

In an .xlsx every text is written as a typed string, never guessed at; text that a spreadsheet would reckon when
the cell is edited also carries the quote prefix. In a .csv, which has no types, such text gets a leading `'`
(OWASP ASVS 1.2.10); reading takes it off again.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

# what makes a cell a formula or a command in one spreadsheet program or another
LIVE_SIGNS = frozenset("=+-@\t\r\n＝＋－＠")
LIVE = tuple(LIVE_SIGNS)
MOST_ROWS = 1_048_576
MOST_TEXT = 32_767
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NO_NAME = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True)
class Column:
    """One column. `text=True` for ID numbers, phones, cards, codes: the cells stay text when edited."""

    title: str
    width: float = 12
    text: bool = False
    format: str = ""  # number format of the spreadsheet, e.g. "#,##0.00"
    choices: Sequence[str] = ()  # blank templates: only these may be picked
    required: bool = False  # blank templates: the head is starred
    note: str = ""  # blank templates: how to fill it in


@dataclass(frozen=True)
class Marked:
    """A cell shown in red, with a remark: the faulty cell of a refused row."""

    value: Any
    note: str = ""


@dataclass
class SheetOut:
    """One sheet: `notes` stand above the head, a line each; `rows` may be a generator of any length.

    `mark` says whose copy it is: at the foot of every printed page and in the properties of the file.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]] = ()
    notes: Sequence[str] = field(default_factory=list)
    mark: str = ""


class _Styles:
    def __init__(self, book: xlsxwriter.Workbook):
        self.book = book
        self.kept: dict[tuple[str, bool, bool], Format] = {}
        line = {"border": 1, "border_color": "#DEE0E3"}
        self.head = book.add_format(
            {"bold": True, "bg_color": "#F5F6F7", "text_wrap": True, "valign": "vcenter", **line}
        )
        self.star = book.add_format(
            {"bold": True, "bg_color": "#FDECEA", "text_wrap": True, "valign": "vcenter", **line}
        )
        self.note = book.add_format({"font_color": "#646A73"})

        self.texts = {
            (text, live): self.cell("@" if text else "", live) for text in (False, True) for live in (False, True)
        }

    def text(self, text: bool, live: bool) -> Format:
        return self.texts[text, live]

    def cell(self, number_format: str = "", quoted: bool = False, marked: bool = False) -> Format:
        key = (number_format, quoted, marked)
        if key not in self.kept:
            look: dict[str, Any] = {"num_format": number_format} if number_format else {}
            if marked:
                look |= {"bg_color": "#FBE3E4", "font_color": "#B42318"}
            if quoted:
                look["quote_prefix"] = True
            self.kept[key] = self.book.add_format(look)
        return self.kept[key]


def write(target: str | Path | IO[bytes], sheets: Sequence[SheetOut]) -> int:
    """Write an .xlsx; answers the number of data rows. A path is replaced only when the whole file is written."""
    if isinstance(target, str | Path):
        path = Path(target)
        part = path.with_name(f".{path.name}.part")
        try:
            with part.open("wb") as file:
                count = write(file, sheets)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return count
    book = open_book(target)
    styles = _Styles(book)
    if marks := list(dict.fromkeys(written(sheet.mark) for sheet in sheets if sheet.mark)):
        book.set_properties({"comments": "\n".join(marks)})
    names: set[str] = set()
    count = sum(_write_sheet(book, styles, sheet, names) for sheet in sheets)
    book.close()
    return count


def open_book(target: IO[bytes]) -> xlsxwriter.Workbook:
    """The only place that opens a workbook for writing: a text can not become a formula, a link or a number."""
    return xlsxwriter.Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
        },
    )


def _write_sheet(book: xlsxwriter.Workbook, styles: _Styles, sheet: SheetOut, names: set[str]) -> int:
    page, line = _page(book, styles, sheet, names)
    top, count = line, 0
    for row in sheet.rows:
        if line >= MOST_ROWS:
            _finish(page, sheet, top, line)
            page, line = _page(book, styles, sheet, names)
            top = line
        for index, value in enumerate(row):
            put(page, styles, line, index, value, sheet.columns[index] if index < len(sheet.columns) else Column(""))
        line += 1
        count += 1
    _finish(page, sheet, top, line)
    return count


def _page(book: xlsxwriter.Workbook, styles: _Styles, sheet: SheetOut, names: set[str]) -> tuple[Worksheet, int]:
    page = book.add_worksheet(_name(sheet.title, names))
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, column.width, styles.cell("@") if column.text else None)
    line = 0
    for note in sheet.notes:
        page.write_string(line, 0, written(note), styles.note)
        line += 1
    for index, column in enumerate(sheet.columns):
        title = f"*{column.title}" if column.required else column.title
        page.write_string(line, index, written(title), styles.star if column.required else styles.head)
    page.freeze_panes(line + 1, 0)
    page.repeat_rows(line)
    mark = written(sheet.mark).replace("&", "&&")  # a single one begins a code of the footer
    page.set_footer((f"&L{mark[:200]}" if mark else "") + "&R第 &P 页，共 &N 页")
    return page, line + 1


def _finish(page: Worksheet, sheet: SheetOut, top: int, line: int) -> None:
    if line > top and sheet.columns:
        page.autofilter(top - 1, 0, line - 1, len(sheet.columns) - 1)


def put(page: Worksheet, styles: _Styles, line: int, index: int, value: Any, column: Column) -> None:
    """One cell by its type; everything that is no number, day or truth is text."""
    if value is None or value == "":
        return
    if value.__class__ is str:  # nearly all cells of a roster
        text = value if value.isprintable() and len(value) < MOST_TEXT else written(value)
        page.write_string(line, index, text, styles.text(column.text, text[:1] in LIVE_SIGNS))
        return
    marked = isinstance(value, Marked)
    if isinstance(value, Marked):
        if value.note:
            page.write_comment(line, index, written(value.note))
        value = value.value
        if value is None or value == "":
            page.write_blank(line, index, None, styles.cell(marked=True))
            return
    if not column.text:
        if isinstance(value, bool):
            value = "是" if value else "否"
        elif isinstance(value, int | Decimal | float) and -(10**15) < value < 10**15:
            page.write_number(line, index, value, styles.cell(column.format, marked=marked))
            return
        elif isinstance(value, datetime):
            value = value.strftime("%Y-%m-%d %H:%M")
        elif isinstance(value, date):
            page.write_datetime(line, index, value, styles.cell(column.format or "yyyy-mm-dd", marked=marked))
            return
    text = written(str(value))
    page.write_string(line, index, text, styles.cell("@" if column.text else "", text[:1] in LIVE_SIGNS, marked))


def written(text: str) -> str:
    """Without the signs no spreadsheet can hold; a text longer than a cell can hold ends by saying so."""
    text = _UNWRITABLE.sub("", text)
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 10] + "……（后面略）"


def _name(title: str, taken: set[str]) -> str:
    """A sheet name spreadsheets accept (31 characters, no brackets) and that is not taken."""
    plain = _NO_NAME.sub(" ", written(title)).strip().strip("'")[:31] or "表"
    name, number = plain, 1
    while name.lower() in taken or name.lower() == "history":
        number += 1
        ending = f"({number})"
        name = plain[: 31 - len(ending)] + ending
    taken.add(name.lower())
    return name


# csv ----------------------------------------------------------------------------------------------


def quoted(value: Any) -> str:
    """The text of one csv cell: what a spreadsheet might reckon is made plain text by a leading `'`.

    A plain number keeps its sign: -5.00 written from an amount is no formula.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | Decimal | float):
        return str(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    text = _UNWRITABLE.sub("", str(value.value if isinstance(value, Marked) else value))
    return "'" + text if text.startswith(LIVE) or text.lstrip(" \u3000\xa0").startswith(LIVE) else text


def write_csv(
    target: str | Path | IO[bytes], columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, for_eyes: bool = True
) -> int:
    """UTF-8 with a mark at the start, so that Excel shows 汉字.

    `for_eyes`: long digits of text columns get a leading `'` too; False for a file another program reads.
    """
    if isinstance(target, str | Path):
        with Path(target).open("wb") as file:
            return write_csv(file, columns, rows, for_eyes=for_eyes)
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    out = csv.writer(text, lineterminator="\r\n")
    out.writerow([quoted(column.title) for column in columns])
    count = 0
    as_text = [column.text for column in columns]
    for row in rows:
        cells = [quoted(value) for value in row]
        for index, cell in enumerate(cells):
            if for_eyes and len(cell) > 11 and index < len(as_text) and as_text[index] and cell.isdigit():
                cells[index] = "'" + cell  # else Excel shows 3.30E+17 and saves the damage
        # every line as wide as the head: what separates cells can be told from what stands in one
        out.writerow(cells + [""] * (len(as_text) - len(cells)))
        count += 1
    text.detach()
    return count
