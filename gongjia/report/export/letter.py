"""A decision or a public notice as a Word file, in the report's layout of GB/T 9704-2012."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from gongjia.report.export import word

WIDTH_MM = 156


@dataclass(frozen=True)
class Letter:
    """Texts only. `columns`: (title, share of the width) of the table in the annex."""

    title: str
    signature: str
    date: str  # 2018年8月27日
    paragraphs: Sequence[str]
    document_no: str = ""
    red_head: str = ""  # empty: no red head
    addressee: str = ""
    annex_title: str = ""
    columns: Sequence[tuple[str, int]] = ()
    rows: Sequence[Sequence[str]] = field(default_factory=list)


def letter_docx(letter: Letter) -> bytes:
    """The bytes of a .docx."""
    file = Document()
    word._page(file)
    word._body_style(file)
    file.core_properties.title, file.core_properties.author = letter.title, letter.signature
    if letter.red_head:
        word._red_head(file, letter)  # type: ignore[arg-type]
        word._paragraph(file)
    for line in word.balanced(letter.title):
        title = word._paragraph(file, indent=False, align=WD_ALIGN_PARAGRAPH.CENTER)
        title.paragraph_format.line_spacing = Pt(35)
        word._add(title, line, word.TITLE, word.SIZE_2)
    word._paragraph(file)
    if letter.addressee:
        word._add(word._paragraph(file, indent=False), letter.addressee)
    for text in letter.paragraphs:
        word._add(word._paragraph(file), text)
    if letter.rows:
        word._paragraph(file)
        word._add(word._paragraph(file), f"附件：{letter.annex_title}")
    word._signature(file, letter)  # type: ignore[arg-type]
    if letter.rows:
        _annex(file, letter)
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def _annex(file: Any, letter: Letter) -> None:
    head = word._paragraph(file, indent=False)
    head.add_run().add_break(WD_BREAK.PAGE)
    word._add(head, "附件", word.HEI)
    title = word._paragraph(file, indent=False, align=WD_ALIGN_PARAGRAPH.CENTER)
    title.paragraph_format.space_after = Pt(8)
    word._add(title, letter.annex_title, word.TITLE, word.SIZE_2)
    table = file.add_table(rows=1, cols=len(letter.columns))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    whole = sum(share for _title, share in letter.columns)
    widths = [Mm(WIDTH_MM * share / whole) for _title, share in letter.columns]
    _line(table.rows[0], [title for title, _share in letter.columns], widths, word.HEI)
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    for row in letter.rows:
        _line(table.add_row(), row, widths, word.FANG)


def _line(row: Any, texts: Sequence[str], widths: Sequence[Any], font: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, text, width in zip(row.cells, texts, widths, strict=True):
        cell.width = width
        paragraph = cell.paragraphs[0]
        form = paragraph.paragraph_format
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.AT_LEAST, Pt(18)
        form.space_before = form.space_after = Pt(3)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        word._add(paragraph, text, font, Pt(12))
