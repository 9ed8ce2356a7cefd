"""How big an uploaded sheet may be. Checked before anything of it is parsed."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Defaults fit a roster of 100,000 rows with room to spare; a caller with less need sets less."""

    file_bytes: int = 40 * MB
    unpacked_bytes: int = 400 * MB  # all parts of the workbook together, counted, not believed
    ratio: int = 100  # unpacked : packed of one part larger than `ratio_from`
    ratio_from: int = 8 * MB
    entries: int = 2_000  # parts of the workbook
    sheets: int = 60
    rows: int = 200_000  # of one sheet, empty ones counted
    columns: int = 256
    cells: int = 6_000_000  # of all sheets
    text_bytes: int = 400 * MB  # what comes back from the parser
    memory: int = 1024 * MB  # address space of the parsing process at most; small files get less
    seconds: int = 90  # of wall clock, for the largest file; small files get less


def column_letters(number: int) -> str:
    """1 -> A, 27 -> AA, 16384 -> XFD."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
