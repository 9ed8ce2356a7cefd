"""What a cell of somebody else's sheet may hold, and how it is mended silently."""

from __future__ import annotations

import re


class Damaged(str):
    """A number that was too long for a spreadsheet: `3.30E+17` stands where an ID number was typed as a number.

    The lost figures cannot be known again, so it is named and never guessed. Behaves as the text seen in the cell.
    """

    __slots__ = ()


_WIDE = {0xFF01 + offset: 0x21 + offset for offset in range(94)}
# full-width figures, letters and the signs found in dates and numbers; Chinese punctuation stays as typed
_MEND: dict[int, int | str | None] = {
    code: plain for code, plain in _WIDE.items() if chr(plain).isalnum() or chr(plain) in "-./+@_%#*"
}
_MEND |= dict.fromkeys((0x3000, 0xA0, 0x2007, 0x202F, *range(0x2000, 0x200B)), " ")
# marks without width, often pasted in from chats and web pages, and left-to-right marks
_MEND |= dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F)), None)
_MEND |= dict.fromkeys((*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F), None)
_RUN = re.compile(r"\s+")
_PLAIN = re.compile(r"[!-~]*")
_ODD = re.compile(f"[\\s{re.escape(''.join(map(chr, _MEND)))}]")  # a text without one of these stays as it is


def clean(text: str) -> str:
    """Full-width figures and letters become plain ones, spaces and invisible marks at the edges go away.

    Inner runs of spaces become one space. Nothing else is touched: 曾 stays 曾, （） stay （）.
    """
    if not _ODD.search(text):
        return text
    mended = _RUN.sub(" ", text.translate(_MEND)).strip()
    return Damaged(mended) if isinstance(text, Damaged) else mended


def clean_row(row: list[str]) -> list[str]:
    return [cell if not cell or _PLAIN.fullmatch(cell) else clean(cell) for cell in row]
