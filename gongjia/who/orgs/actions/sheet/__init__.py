"""Unions from a sheet: read, checked row by row, run as sets."""

from gongjia.who.orgs.actions.sheet.columns import ALIASES, COLUMNS
from gongjia.who.orgs.actions.sheet.rows import Checked, Fault, Row
from gongjia.who.orgs.actions.sheet.running import Imported, check_sheet, import_sheet, read_sheet
from gongjia.who.orgs.actions.sheet.writing import blank, refused_rows

__all__ = [
    "ALIASES",
    "COLUMNS",
    "Checked",
    "Fault",
    "Imported",
    "Row",
    "blank",
    "check_sheet",
    "import_sheet",
    "read_sheet",
    "refused_rows",
]
