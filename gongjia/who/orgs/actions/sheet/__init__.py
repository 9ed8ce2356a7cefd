"""Unions from a sheet: read, checked row by row, run as sets."""

from gongjia.who.orgs.actions.sheet.checking import Checked, Fault, Row
from gongjia.who.orgs.actions.sheet.columns import ALIASES, COLUMNS
from gongjia.who.orgs.actions.sheet.running import (
    Imported,
    blank,
    check_sheet,
    import_sheet,
    read_sheet,
    refused_rows,
)

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
