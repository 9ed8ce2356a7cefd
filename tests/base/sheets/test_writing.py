"""C17, out: what people typed leaves as text. The negative control writes one file the usual way and must find it live."""

from __future__ import annotations

import csv
import io
import random
import re
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from gongjia.base import sheets
from gongjia.base.sheets import Column, Marked, SheetOut
from gongjia.base.sheets.writing import LIVE, MOST_TEXT, written

EVIL = [
    "=1+1",
    '=HYPERLINK("http://x","点我")',
    "=cmd|' /C calc'!A0",
    "+1-1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    " =1+1",
    "{=1+1}",
    "http://x.example",
    "internal:A1",
    "330100199001010018",
    "00012",
    "1E5",
    "TRUE",
    "_x0041_",
    "_x000D_=1",
    "张三",
]


def live(data: bytes) -> int:
    """Formulas and links a spreadsheet program would act on, by the XML and by a second reader."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = "".join(archive.read(name).decode() for name in archive.namelist() if "/worksheets/" in name)
    marks = len(re.findall(r"<f[ >/]|<hyperlink[ >]", xml))
    loaded = openpyxl.load_workbook(io.BytesIO(data))
    return marks + sum(cell.data_type == "f" for page in loaded for row in page.iter_rows() for cell in row)


def table(rows, columns=1, text=False) -> bytes:
    out = io.BytesIO()
    sheets.write(out, [SheetOut("表", [Column(f"列{n}", text=text) for n in range(columns)], rows)])
    return out.getvalue()


@pytest.mark.parametrize("text", [False, True])
def test_no_cell_is_live_and_none_is_changed(text):
    data = table([[evil] for evil in EVIL], text=text)
    assert live(data) == 0
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    assert all(page.cell(n + 2, 1).data_type == "s" for n in range(len(EVIL)))
    assert [row[0] if row else "" for row in sheets.read(data).first.rows[1:]] == EVIL


def test_text_that_could_be_reckoned_on_editing_carries_the_quote_prefix():
    page = openpyxl.load_workbook(io.BytesIO(table([["=1+1"], ["张三"]]))).active
    assert page["A2"].quotePrefix and not page["A3"].quotePrefix


def test_negative_control_the_usual_way_is_live():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet()
    for index, evil in enumerate(EVIL):
        page.write(index, 0, evil)
    book.close()
    assert live(out.getvalue()) >= 4


signs = st.one_of(
    st.text(max_size=12), st.tuples(st.sampled_from(LIVE), st.text(max_size=12)).map("".join), st.sampled_from(EVIL)
)


@given(st.lists(st.lists(signs, min_size=3, max_size=3), min_size=1, max_size=40))
@settings(max_examples=60, deadline=None)
def test_fuzzed_export_is_never_live(rows):
    assert live(table(rows, 3)) == 0
    out = io.BytesIO()
    sheets.write_csv(out, [Column("甲"), Column("乙", text=True), Column("丙")], rows)
    for row in csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline="")):
        assert not any(cell.startswith(LIVE) for cell in row)


@pytest.mark.parametrize("cells", [20_000, pytest.param(100_000, marks=pytest.mark.proof)])
def test_many_fuzzed_cells_come_back_as_they_were(cells):
    chance = random.Random(11)
    alphabet = [*"=+-@\t＝＋－＠|%'\"<>&,;_x000D_ 0123456789.E张三\U00020bb7é", "=", "+"]
    rows = [
        ["".join(chance.choices(alphabet, k=chance.randrange(1, 20))) for _ in range(20)] for _ in range(cells // 20)
    ]
    data = table(rows, 20)
    assert live(data) == 0
    read = sheets.read(data).first.rows[1:]
    assert [row + [""] * (20 - len(row)) for row in read] == rows


def test_negative_control_csv_without_the_rule():
    out = io.StringIO()
    csv.writer(out).writerows([[evil] for evil in EVIL])
    assert any(row and row[0].startswith(LIVE) for row in csv.reader(io.StringIO(out.getvalue(), newline="")))


def test_csv_digits_of_text_columns():
    columns = [Column("姓名"), Column("身份证号", text=True)]
    eyes, program = io.BytesIO(), io.BytesIO()
    sheets.write_csv(eyes, columns, [["张三", "330100199001010018"]])
    sheets.write_csv(program, columns, [["张三", "330100199001010018"]], for_eyes=False)
    assert eyes.getvalue().decode("utf-8-sig").splitlines()[1] == "张三,'330100199001010018"
    assert program.getvalue().decode("utf-8-sig").splitlines()[1] == "张三,330100199001010018"
    assert sheets.read(eyes.getvalue()).first.rows == sheets.read(program.getvalue()).first.rows


def test_types_notes_marks_and_names():
    out = io.BytesIO()
    columns = [
        Column("姓名"),
        Column("证件号", 20, text=True),
        Column("元", format="#,##0.00"),
        Column("日期"),
        Column("是否"),
    ]
    count = sheets.write(
        out,
        [
            SheetOut("退回[1]", columns, [[Marked("张三", "重名"), 330100199001010018, Decimal("45000.00"), date(2018, 6, 1), True]],
                     notes=["导出于 2018-08-27"]),
            SheetOut("退回 1 ", columns, iter([])),
        ],
    )  # fmt: skip
    assert count == 1
    loaded = openpyxl.load_workbook(io.BytesIO(out.getvalue()))
    page, empty = loaded.worksheets
    assert page.title == "退回 1" and empty.title == "退回 1(2)"
    assert page["A1"].value == "导出于 2018-08-27" and page["A2"].value == "姓名"
    assert page["A3"].comment.text == "重名" and page["B3"].value == "330100199001010018"
    assert page["C3"].value == 45000 and page["D3"].value.date() == date(2018, 6, 1) and page["E3"].value == "是"
    assert page["B3"].number_format == "@" and empty["A1"].value == "姓名"


def test_a_path_is_replaced_whole_or_not_at_all(tmp_path):
    path = tmp_path / "会员.xlsx"
    sheets.write(path, [SheetOut("表", [Column("甲")], [["一"]])])
    before = path.read_bytes()

    def breaking():
        yield ["二"]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        sheets.write(path, [SheetOut("表", [Column("甲")], breaking())])
    assert path.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["会员.xlsx"]


def test_too_long_and_unwritable_text():
    assert written("a\x00\ud800\x1fb") == "ab"
    long = written("长" * 40_000)
    assert len(long) <= MOST_TEXT and long.endswith("（后面略）")
    assert sheets.read(table([["长" * 40_000], ["x\x0b\x01y"]])).first.rows[2] == ["xy"]


def test_template():
    out = io.BytesIO()
    columns = [
        Column("姓名", required=True, note="与身份证一致"),
        Column("性别", choices=["男", "女"]),
        Column("身份证号", 22, text=True, required=True),
        Column("民族", choices=["汉族", "畲族", "回族"]),
    ]
    sheets.template(out, "会员花名册", columns, notes=["一行填一名会员"])
    loaded = openpyxl.load_workbook(io.BytesIO(out.getvalue()))
    assert loaded.sheetnames == ["会员花名册", "代码表", "填表说明"]
    page = loaded["会员花名册"]
    assert [cell.value for cell in page[1]] == ["*姓名", "性别", "*身份证号", "民族"] and page.max_row == 1
    lists = {str(rule.sqref): rule.formula1 for rule in page.data_validations.dataValidation}
    assert lists == {"B2:B5001": "'代码表'!$A$2:$A$3", "D2:D5001": "'代码表'!$B$2:$B$4"}
    assert page.column_dimensions["C"].width > 20 and live(out.getvalue()) == 0
    head = sheets.headers.find(sheets.read(out.getvalue()).first.rows, {"name": ["姓名"], "id_no": ["身份证号"]})
    assert head.columns == {"name": 0, "id_no": 2}


def test_whose_copy_it_is_stands_at_the_foot_of_every_page_and_in_the_file():
    out, mark = io.BytesIO(), "甲&乙 于 2018-08-27 09:30 导出"
    sheets.write(out, [SheetOut("名册", [Column("姓名")], [["张示例"]], mark=mark), SheetOut("空", [Column("姓名")])])
    book = openpyxl.load_workbook(out)
    assert book.properties.description == mark
    assert "乙 于 2018-08-27 09:30 导出" in book["名册"].oddFooter.left.text
    assert not book["空"].oddFooter.left.text and book["名册"].print_title_rows == "$1:$1"
