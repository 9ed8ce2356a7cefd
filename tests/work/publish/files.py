"""Files with something hidden in them, of the kinds that become public."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator

import openpyxl
from docx import Document
from openpyxl.comments import Comment

from gongjia.base.journal.file_content import CSV, DOCX, PDF, XLSX


def book(change: Callable[[openpyxl.Workbook], None]) -> bytes:
    made = openpyxl.Workbook()
    made.active.append(["序号", "姓名", "金额"])
    made.active.append([1, "张*", 3000])
    change(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def paper(change: Callable[[Document], None]) -> bytes:
    made = Document()
    made.add_paragraph("现将拟资助人员公示如下。")
    change(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def with_part(data: bytes, name: str, text: str) -> bytes:
    """One more part in an office file."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, text)
    return out.getvalue()


def pdf(text: str) -> bytes:
    """A page of text, one line per paragraph."""
    import json

    import typst

    lines = "\n\n".join(f"#text({json.dumps(line, ensure_ascii=False)})" for line in text.split("\n"))
    return typst.compile(f"#set page(width: 12cm, height: 16cm)\n{lines}".encode())


def pdf_barred(text: str) -> bytes:
    """Text under a black bar: gone for the eye, there for whoever copies it."""
    import json

    import typst

    return typst.compile(
        f"#text({json.dumps(text, ensure_ascii=False)})#place(dx: 0pt, dy: -20pt, rect(width: 12cm, height: 30pt, fill: black))".encode()
    )


def hidden_sheet(made, number):
    sheet = made.create_sheet("底册")
    sheet["A1"] = number
    sheet.sheet_state = "veryHidden"


def hidden_column(made, number):
    made.active["F2"] = number
    made.active.column_dimensions["F"].hidden = True


def hidden_row(made, number):
    made.active["A9"] = number
    made.active.row_dimensions[9].hidden = True


def comment(made, number):
    made.active["B2"].comment = Comment(f"本人 {number}", "何敏")


def split_columns(made, number):
    for index, part in enumerate((number[:6], number[6:14], number[14:])):
        made.active.cell(3, 2 + index, part)


def header(made, number):
    made.active.oddHeader.center.text = number


def defined_name(made, number):
    made.properties.description = number


def formula(made, number):
    made.active["D2"] = f'="{number}"'


def full_width(made, number):
    made.active["C3"] = number.translate(str.maketrans("0123456789X", "０１２３４５６７８９Ｘ"))


def as_number(made, number):
    made.active["C4"] = float(number.replace("X", "0"))


def second_paragraph(made, number):
    made.add_paragraph(f"身份证 {number}")


def cut_runs(made, number):
    paragraph = made.add_paragraph("号码 ")
    for at in range(0, len(number), 4):
        paragraph.add_run(number[at : at + 4]).bold = bool(at % 8)


def table_cells(made, number):
    row = made.add_table(1, 4).rows[0]
    for cell, part in zip(row.cells, ("张*", number[:6], number[6:14], number[14:]), strict=True):
        cell.text = part


def page_header(made, number):
    made.sections[0].header.paragraphs[0].text = number


def properties(made, number):
    made.core_properties.comments = number


def hidden_run(made, number):
    run = made.add_paragraph("备注").add_run(number)
    run.font.hidden = True


DELETED = (
    '<?xml version="1.0"?><w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:footnote><w:p><w:del><w:r><w:delText>{}</w:delText></w:r></w:del></w:p></w:footnote></w:footnotes>"
)


def office(number: str, phone: str) -> Iterator[tuple[str, str, bytes]]:
    """(what was done, kind, file) each with a number or a phone somewhere in it."""
    for change in (hidden_sheet, hidden_column, hidden_row, comment, split_columns, header, defined_name, formula,
                   full_width, as_number):  # fmt: skip
        yield f"xlsx {change.__name__}", XLSX, book(lambda made, change=change: change(made, number))
    yield "xlsx phone", XLSX, book(lambda made: hidden_column(made, int(phone)))
    for change in (second_paragraph, cut_runs, table_cells, page_header, properties, hidden_run):
        yield f"docx {change.__name__}", DOCX, paper(lambda made, change=change: change(made, number))
    yield "docx deleted", DOCX, with_part(paper(lambda made: None), "word/footnotes.xml", DELETED.format(number))
    yield "docx phone", DOCX, paper(lambda made: second_paragraph(made, f"{phone[:3]} {phone[3:7]} {phone[7:]}"))


def papers(number: str, phone: str) -> Iterator[tuple[str, str, bytes]]:
    yield "csv", CSV, f"姓名,号码\n张某,{number}\n".encode("gb18030")
    yield "pdf", PDF, pdf(f"公示名单\n张某 {number}")
    yield "pdf cut", PDF, pdf(f"公示名单\n张某 {number[:10]}\n{number[10:]}")
    yield "pdf under a bar", PDF, pdf_barred(number)
    yield "pdf full-width", PDF, pdf(number.translate(str.maketrans("0123456789", "０１２３４５６７８９")))
    yield "pdf phone", PDF, pdf(f"电话 {phone[:3]}-{phone[3:7]}-{phone[7:]}")


def clean_files() -> Iterator[tuple[str, str, bytes]]:
    yield "xlsx", XLSX, book(lambda made: None)
    yield "docx", DOCX, paper(lambda made: made.add_paragraph("受理电话 0571-64710000，公示 5 个工作日。"))
    yield "pdf", PDF, pdf("公示名单\n张* 甲公司 3,000.00 元\n2018年8月27日")
