"""Blank templates to fill in: the head, the code lists as a second sheet, and pick lists on the columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO

from gongjia.base.sheets.limits import column_letters
from gongjia.base.sheets.writing import Column, _Styles, open_book, written

LISTS = "代码表"
HELP = "填表说明"
ROWS = 5_000  # rows of the blank that know their pick list


def template(target: str | Path | IO[bytes], title: str, columns: Sequence[Column], notes: Sequence[str] = ()) -> None:
    """Write a blank .xlsx. Nothing but the head stands on the first sheet, so that it can be uploaded as it is."""
    if isinstance(target, str | Path):
        with Path(target).open("wb") as file:
            template(file, title, columns, notes)
        return
    book = open_book(target)
    styles = _Styles(book)
    page = book.add_worksheet(written(title)[:31] or "表")
    listed = [column for column in columns if column.choices]
    for index, column in enumerate(columns):
        page.set_column(index, index, column.width, styles.cell("@") if column.text else None)
    for index, column in enumerate(columns):
        head = f"*{column.title}" if column.required else column.title
        page.write_string(0, index, written(head), styles.star if column.required else styles.head)
        if column.choices:
            letter = column_letters(listed.index(column) + 1)
            page.data_validation(
                1,
                index,
                ROWS,
                index,
                {
                    "validate": "list",
                    "source": f"='{LISTS}'!${letter}$2:${letter}${len(column.choices) + 1}",
                    "error_title": "不在代码表里",
                    "error_message": "请从下拉列表里选，或查看“代码表”。",
                    # a warning only: the check after the upload names the cell, and nobody is locked out of the sheet
                    "error_type": "warning",
                },
            )
    page.freeze_panes(1, 0)
    if listed:
        _code_lists(book, styles, listed)
    if notes or any(column.note for column in columns):
        _help(book, styles, columns, notes)
    book.close()


def _code_lists(book, styles: _Styles, listed: Sequence[Column]) -> None:
    page = book.add_worksheet(LISTS)
    for index, column in enumerate(listed):
        page.set_column(index, index, max(column.width, 14), styles.cell("@"))
        page.write_string(0, index, written(column.title), styles.head)
    for line in range(max(len(column.choices) for column in listed)):
        for index, column in enumerate(listed):
            if line < len(column.choices):
                page.write_string(line + 1, index, written(column.choices[line]), styles.cell("@"))
    page.freeze_panes(1, 0)


def _help(book, styles: _Styles, columns: Sequence[Column], notes: Sequence[str]) -> None:
    page = book.add_worksheet(HELP)
    page.set_column(0, 0, 20)
    page.set_column(1, 1, 80)
    line = 0
    for note in notes:
        page.write_string(line, 0, written(note), styles.note)
        line += 1
    page.write_string(line, 0, "栏目", styles.head)
    page.write_string(line, 1, "怎么填", styles.head)
    for column in columns:
        line += 1
        page.write_string(line, 0, written(column.title), styles.cell())
        said = column.note or ("从下拉列表里选" if column.choices else "")
        page.write_string(line, 1, written(f"{'必填。' if column.required else ''}{said}"), styles.cell())
