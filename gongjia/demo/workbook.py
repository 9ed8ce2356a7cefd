"""The sheets that offices send, as plain .xlsx files: one page, every cell a text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml"'
        ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml"'
        ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}
_WRITTEN = (2018, 1, 5, 9, 0, 0)  # the same bytes every time


def book(title: str, rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as an .xlsx."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:

        def part(name: str, text: str) -> None:
            what = zipfile.ZipInfo(name, _WRITTEN)
            archive.writestr(what, _HEAD + text, compress_type=zipfile.ZIP_DEFLATED, compresslevel=1)

        for name, text in _PARTS.items():
            part(name, text)
        part(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            f'<sheet name="{escape(title[:31])}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        lines = "".join([_row(number, row) for number, row in enumerate(rows, 1)])
        part("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData></worksheet>')
    return out.getvalue()


def _row(number: int, row: Sequence[str]) -> str:
    cells = [
        f'<c r="{letters}{number}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
        for letters, text in zip(_LETTERS, row, strict=False)
        if text
    ]
    return f'<row r="{number}">{"".join(cells)}</row>'


_LETTERS = [chr(65 + at) for at in range(26)]  # no sheet of the demonstration is wider
