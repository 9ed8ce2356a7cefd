"""Word and PDF are read back: the layout of GB/T 9704-2012, and the same numbers in both as on the page."""

from __future__ import annotations

import io
import re
import zipfile

import docx
import pypdf
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt

from gongjia.base.refused import Refused
from gongjia.report import actions, render
from gongjia.report.export import brief_pdf, report_docx, report_pdf
from gongjia.report.export.word import balanced
from gongjia.report.figure import figures
from tests.report import world as made

SAID = (
    "认定首届“建德工匠”10名", "推出10期首届“建德工匠”风采录", "举办市级技能竞赛11项", "技能竞赛30项", "市级层面2期", "资助51名优秀职工",
    "各类讲座41场、文艺演出5场", "全市16个乡镇（街道）", "全年参保职工5.8万人次", "支付15起", "保障金4.5万元", "清凉慰问款20.16万元",
    "建成2家配套齐全的“爱心驿家”", "3家“妈咪暖心小屋”", "其中3家达到国家级母婴室标准", "举办2场大型相亲交友活动", "新建工会19家", "联合工会2家",
    "区域职工之家5家", "创立5支工会志愿者服务队",
)  # fmt: skip


def paragraphs(data):
    return [one.text for one in docx.Document(io.BytesIO(data)).paragraphs]


def pages(data):
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]


def squeezed(text):
    return re.sub(r"\s+", "", text)


def test_word_and_pdf_say_the_same(half):
    document = render.document(half.report)
    word = paragraphs(report_docx(document))
    pdf = pages(report_pdf(document))
    body = squeezed("".join(word))
    for said in SAID:
        assert said in body, said
        assert said in squeezed("".join(re.sub(r"— \d+ —", "", page) for page in pdf)), said
    # every paragraph of the nine sections, number by number
    printed = squeezed("".join(re.sub(r"— \d+ —", "", page) for page in pdf))
    for part in document.parts:
        for number in range(len(part.paragraphs)):
            text = squeezed(part.text_of(number))
            assert text in body and text in printed
        assert f"{part.number}、{part.heading}" in word


def test_the_table_names_every_source(half):
    document = render.document(half.report)
    table = docx.Document(io.BytesIO(report_docx(document))).tables[0]
    rows = {row.cells[1].text: [cell.text for cell in row.cells] for row in table.rows[1:]}
    assert rows["新建工会"][2:6] == ["19家", "发生数", "系统记录", "63.3%"]
    assert rows["意外伤害和家财损失保障金"][2:5] == ["45,000.00元", "发生数", "手工填报"]
    assert rows["医疗互助参保"][2] == "58,000人次" and rows["医疗互助参保人数"][2] == "41,200人"
    text = squeezed("".join(pages(report_pdf(document))))
    for row in rows.values():
        assert squeezed(row[1] + row[2]) in text


def test_layout_of_the_standard(half):
    data = report_docx(render.document(half.report))
    file = docx.Document(io.BytesIO(data))
    page = file.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    assert [round(one.mm) for one in (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)] == [
        37,
        35,
        28,
        26,
    ]
    grid = page._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:linePitch")) == "579"
    normal = file.styles["Normal"]
    assert normal.font.size == Pt(16)
    assert normal.element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋_GB2312"
    assert Pt(28) <= normal.paragraph_format.line_spacing <= Pt(29)
    by_text = {one.text: one for one in file.paragraphs}
    title = by_text["建德市总工会2018年上半年工作总结"].runs[0]
    assert title.font.size == Pt(22) and title._r.rPr.rFonts.get(qn("w:eastAsia")) == "方正小标宋简体"
    heading = next(one for one in file.paragraphs if one.text.startswith("七、")).runs[0]
    assert heading._r.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"
    odd, even = page.footer.paragraphs[0], page.even_page_footer.paragraphs[0]
    assert odd.text == "— 1 —" == even.text and odd.alignment != even.alignment
    assert " PAGE " in odd._p.xml and file.settings.odd_and_even_pages_header_footer


def test_pdf_page_and_fonts(half):
    reader = pypdf.PdfReader(io.BytesIO(report_pdf(render.document(half.report))))
    assert [round(float(one) / 72 * 25.4) for one in reader.pages[0].mediabox[2:]] == [210, 297]
    for number, page in enumerate(reader.pages, 1):
        assert f"— {number} —" in page.extract_text()


def test_a_missing_number_shows_as_missing(half):
    from gongjia.report.models import HandEntry

    HandEntry.objects.filter(figure="care.safe_returns").delete()
    document = render.document(half.report)
    assert document.missing == ("平安返乡",)
    assert "帮助×名" in "".join(paragraphs(report_docx(document)))
    assert "帮助×名" in squeezed("".join(pages(report_pdf(document))))


def test_a_draft_says_so_and_a_frozen_one_does_not(half):
    by = {"actor": half.officer, "at": made.AT}
    assert "讨论稿" in "".join(paragraphs(report_docx(render.document(half.report))))
    for section in half.report.sections.all():
        actions.sign_section(section=section, **by)
    actions.freeze_report(report=half.report, **by)
    assert "讨论稿" not in "".join(paragraphs(report_docx(render.document(half.report))))


def test_red_head(half):
    actions.edit_report(
        report=half.report, red_head=True, document_no="建总工〔2018〕12号", actor=half.officer, at=made.AT
    )
    half.report.refresh_from_db()
    text = paragraphs(report_docx(render.document(half.report)))
    assert text[0].endswith("文件") and "建总工〔2018〕12号" in text
    assert "建总工〔2018〕12号" in pages(report_pdf(render.document(half.report)))[0]


def test_brief_is_one_page(half):
    data = brief_pdf(render.document(half.report))
    text = pages(data)
    assert len(text) == 1
    assert "新建工会" in text[0] and "63.3%" in text[0] and "4.5" not in text[0].split("新建工会")[0]


def test_export_is_written_down(half):
    from gongjia.base import journal

    for what, suffix in (("docx", ".docx"), ("pdf", ".pdf"), ("brief", "（一页简报）.pdf")):
        out = actions.export(report=half.report, what=what, actor=half.officer, at=made.AT)
        assert out.name == half.report.title + suffix and len(out.data) > 10_000
    assert [line.action for line in journal.timeline(half.report)][:3] == ["report.exported"] * 3
    with pytest.raises(Refused):
        actions.export(report=half.report, what="ofd", actor=half.officer, at=made.AT)


NASTY = "#import \"x\" $eval$ *粗* _斜_ <a> & 'q' \\ {{ 7*7 }} @ref `code` [链](x)"


def test_typed_text_stays_text(half):
    """Words that are markup elsewhere are printed as they stand, in Word and in PDF."""
    half.report.preface = NASTY
    half.report.save(update_fields=["preface"])
    document = render.document(half.report)
    word = report_docx(document)
    assert NASTY in paragraphs(word)
    assert "<a>" not in zipfile.ZipFile(io.BytesIO(word)).read("word/document.xml").decode()
    assert squeezed(NASTY) in squeezed(pages(report_pdf(document))[0])


def test_titles_break_in_balance():
    assert balanced("短标题") == ["短标题"]
    lines = balanced("建德市总工会关于二〇一八年上半年工作总结和下半年工作安排的报告")
    assert len(lines) == 2 and abs(len(lines[0]) - len(lines[1])) <= 4
    assert "".join(lines) == "建德市总工会关于二〇一八年上半年工作总结和下半年工作安排的报告"


def test_no_figure_label_is_too_long_for_the_table():
    assert max(len(figure.label) for figure in figures) <= 14
