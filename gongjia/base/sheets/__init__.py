"""Spreadsheets in and out: reading what people upload without harm, writing what cannot become a formula."""

from gongjia.base.sheets import headers
from gongjia.base.sheets.blank import template
from gongjia.base.sheets.cells import Damaged, clean, clean_row
from gongjia.base.sheets.limits import Limits
from gongjia.base.sheets.reading import Sheet, Workbook, read
from gongjia.base.sheets.writing import Column, Marked, SheetOut, write, write_csv

__all__ = [
    "Column",
    "Damaged",
    "Limits",
    "Marked",
    "Sheet",
    "SheetOut",
    "Workbook",
    "clean",
    "clean_row",
    "headers",
    "read",
    "template",
    "write",
    "write_csv",
]
