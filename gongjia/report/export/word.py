"""The report as a Word file in the layout of GB/T 9704-2012.

A4; margins 37, 35, 28 and 26 mm; 22 lines of 28 characters; 3号 (16 pt) 仿宋 for the text, 2号 小标宋
for the title, 黑体 and 楷体 for headings, page numbers `— 1 —` of 4号 outside. Fonts are named, not
shipped: the reader's machine has them.
"""

from __future__ import annotations

import io
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor

from gongjia.report.export.content import COLUMNS, DRAFT, HEADS, WIDTHS_MM, Printed, printed

FANG, HEI, KAI, SONG = "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
TITLE = "方正小标宋简体"
LATIN = "Times New Roman"
SIZE_2, SIZE_3, SIZE_4, SMALL = Pt(22), Pt(16), Pt(14), Pt(9)
LINE = Pt(28.95)  # 225 mm / 22 lines
RED = RGBColor(0xC7, 0x16, 0x1D)


def report_docx(document: Any) -> bytes:
    """The bytes of a .docx of a rendered report."""
    what = printed(document)
    file = Document()
    _page(file)
    _body_style(file)
    file.core_properties.title = what.title
    file.core_properties.author = what.union
    if what.red_head:
        _red_head(file, what)
    _headline(file, what)
    for text in what.preface:
        _add(_paragraph(file), text)
    for section in what.sections:
        _add(_paragraph(file, keep_with_next=True), section["heading"], HEI)
        for runs in section["paragraphs"]:
            line = _paragraph(file)
            for run in runs:
                _add(line, run["text"], FANG, color=RED if run["missing"] else None)
    _signature(file, what)
    _table(file, what)
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


# the page -------------------------------------------------------------------------------------------


def _page(file: Any) -> None:
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(23)  # the number's upper edge 7 mm below the text
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "linesAndChars")
    grid.set(qn("w:linePitch"), "579")
    grid.set(qn("w:charSpace"), "-849")  # 28 characters of 16 pt in 156 mm
    file.settings.odd_and_even_pages_header_footer = True
    _number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    _number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)


def _number(paragraph: Any, side: Any) -> None:
    """`— 1 —`, one character in from the outer edge."""
    paragraph.alignment = side
    indent = paragraph.paragraph_format
    if side == WD_ALIGN_PARAGRAPH.RIGHT:
        indent.right_indent = SIZE_4
    else:
        indent.left_indent = SIZE_4
    _add(paragraph, "— ", SONG, SIZE_4)
    field = _add(paragraph, "", SONG, SIZE_4)
    for kind, text in (("begin", ""), ("", " PAGE "), ("separate", ""), ("text", "1"), ("end", "")):
        if kind == "":
            part = OxmlElement("w:instrText")
            part.set(qn("xml:space"), "preserve")
            part.text = text
        elif kind == "text":
            part = OxmlElement("w:t")
            part.text = text
        else:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        field._r.append(part)
    _add(paragraph, " —", SONG, SIZE_4)


def _body_style(file: Any) -> None:
    style = file.styles["Normal"]
    style.font.name, style.font.size = LATIN, SIZE_3
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), FANG)
    form = style.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    form.widow_control = False


# parts ----------------------------------------------------------------------------------------------


def _red_head(file: Any, what: Printed) -> None:
    head = _paragraph(file, indent=False, align=WD_ALIGN_PARAGRAPH.CENTER)
    head.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    _add(head, what.red_head, TITLE, Pt(_head_size(what.red_head)), color=RED)
    _paragraph(file)
    _paragraph(file)
    number = _paragraph(file, indent=False, align=WD_ALIGN_PARAGRAPH.CENTER)
    _add(number, what.document_no)
    edge = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "11"), ("color", str(RED))):
        line.set(qn(f"w:{name}"), value)
    edge.append(line)
    number._p.get_or_add_pPr().append(edge)
    _paragraph(file)


def _head_size(text: str) -> float:
    """As large as one line of 156 mm holds, at most 48 pt."""
    return min(48.0, 430 / max(len(text), 1))


def _headline(file: Any, what: Printed) -> None:
    if what.red_head:
        _paragraph(file)
    for line in balanced(what.title):
        title = _paragraph(file, indent=False, align=WD_ALIGN_PARAGRAPH.CENTER)
        title.paragraph_format.line_spacing = Pt(35)
        _add(title, line, TITLE, SIZE_2)
    for text in (what.union, f"（{what.date}）", *([DRAFT] if what.draft else [])):
        _add(_paragraph(file, indent=False, align=WD_ALIGN_PARAGRAPH.CENTER), text, KAI)
    _paragraph(file)


def balanced(title: str, widest: int = 20) -> list[str]:
    """A long title in lines of like length; a line neither begins with a mark nor breaks a number."""
    if len(title) <= widest:
        return [title]
    count = -(-len(title) // widest)
    wanted = -(-len(title) // count)

    def broken(at: int) -> bool:
        before, after = title[at - 1], title[at]
        return after in "，、。：；）》”的" or before in "（《“" or (before.isascii() and after.isascii())

    near = sorted(range(max(2, wanted - 4), min(len(title) - 1, widest + 1)), key=lambda at: abs(at - wanted))
    at = next((at for at in near if not broken(at)), wanted)
    return [title[:at], *balanced(title[at:], widest)]


def _signature(file: Any, what: Printed) -> None:
    """Name and date: the date four characters in, the name centred over it (7.3.5.1)."""
    _paragraph(file)
    date_right = SIZE_3 * 4
    wider = max(len(what.signature) - len(what.date) * 0.75, 0) / 2
    for text, right in ((what.signature, date_right - Emu(int(SIZE_3 * wider))), (what.date, date_right)):
        line = _paragraph(file, indent=False, align=WD_ALIGN_PARAGRAPH.RIGHT)
        line.paragraph_format.right_indent = max(right, Emu(0))
        _add(line, text)


def _table(file: Any, what: Printed) -> None:
    """附件: every figure with its source, so that a hand entry shows as one."""
    head = _paragraph(file, indent=False)
    head.add_run().add_break(WD_BREAK.PAGE)
    _add(head, "附件", HEI)
    title = _paragraph(file, indent=False, align=WD_ALIGN_PARAGRAPH.CENTER)
    title.paragraph_format.space_after = Pt(8)
    _add(title, what.table_title, TITLE, SIZE_2)
    table = file.add_table(rows=1, cols=len(HEADS))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    _cells(table.rows[0], HEADS, HEI)
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    for row in what.table:
        _cells(table.add_row(), [row[key] for key in COLUMNS], SONG)
    note = _paragraph(file, indent=False)
    note.paragraph_format.line_spacing, note.paragraph_format.space_before = Pt(14), Pt(6)
    _add(note, what.note, SONG, SMALL)


def _cells(row: Any, texts: Any, font: str) -> None:
    whole = OxmlElement("w:cantSplit")
    row._tr.get_or_add_trPr().append(whole)
    for number, (cell, text, width) in enumerate(zip(row.cells, texts, WIDTHS_MM, strict=True)):
        cell.width = Mm(width)
        paragraph = cell.paragraphs[0]
        form = paragraph.paragraph_format
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.AT_LEAST, Pt(14)
        form.space_before = form.space_after = Pt(2)
        plain = font == SONG
        paragraph.alignment = (
            WD_ALIGN_PARAGRAPH.LEFT
            if plain and number == 1
            else WD_ALIGN_PARAGRAPH.RIGHT
            if plain and number in (2, 5, 6)
            else WD_ALIGN_PARAGRAPH.CENTER
        )
        _add(paragraph, text, font, SMALL)


# small things ---------------------------------------------------------------------------------------


def _paragraph(file: Any, *, indent: bool = True, align: Any = None, keep_with_next: bool = False) -> Any:
    paragraph = file.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY if align is None else align
    if indent:
        # two characters, whatever the size
        indentation = paragraph._p.get_or_add_pPr().get_or_add_ind()
        indentation.set(qn("w:firstLineChars"), "200")
        indentation.set(qn("w:firstLine"), "640")
    paragraph.paragraph_format.keep_with_next = keep_with_next
    return paragraph


def _add(paragraph: Any, text: str, font: str = FANG, size: Any = SIZE_3, color: Any = None) -> Any:
    run = paragraph.add_run(text)
    run.font.name, run.font.size = LATIN, size
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    # quotation marks and dashes belong to the Chinese font, not to the Latin one
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")
    if color is not None:
        run.font.color.rgb = color
    return run
