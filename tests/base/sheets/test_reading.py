from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gongjia.base import sheets
from gongjia.base.refused import Refused
from gongjia.base.sheets import Column, Damaged, clean, headers, write_csv
from gongjia.base.sheets.writing import written

OLD = Path(__file__).parents[1] / "data" / "roster.xls"


def book(*rows, name="表", prepare=lambda sheet: None) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = name
    for row in rows:
        sheet.append(row)
    prepare(sheet)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def rows_of(data: bytes) -> list[list[str]]:
    return sheets.read(data).first.rows


def test_every_kind_of_cell_is_text_as_seen():
    typed = [
        "张三",
        28,
        1.5,
        0.1 + 0.2,
        -3,
        19900000000,
        date(2018, 1, 2),
        datetime(2018, 1, 2, 3, 4, 5),
        True,
        None,
        "末",
    ]
    typed += [timedelta(hours=30), "  留 空 ", "多\n行"]
    (row,) = rows_of(book(typed))
    assert row[:5] == ["张三", "28", "1.5", "0.3", "-3"]
    assert row[5:11] == ["19900000000", "2018-01-02", "2018-01-02 03:04:05", "TRUE", "", "末"]
    assert row[11:] == ["30:00", "  留 空 ", "多\n行"]


def test_a_damaged_number_is_known_as_such_and_nothing_else_is():
    (row,) = rows_of(
        book([330100199001010018, "330100199001010018", 6222020000000000000, 123456789012345, "3.30E+17", "1E5"])
    )
    assert row == ["3.30E+17", "330100199001010018", "6.22E+18", "123456789012345", "3.30E+17", "1E5"]
    assert [isinstance(cell, Damaged) for cell in row] == [True, False, True, False, True, False]


def test_a_damaged_number_in_a_csv():
    ((_, cell, phone),) = rows_of("张三,3.30E+17,1.99E+10\n".encode())
    assert isinstance(cell, Damaged) and isinstance(phone, Damaged) and cell == "3.30E+17"


def test_row_numbers_do_not_shift():
    data = book(["标题"], [], [], ["姓名"], [], ["张三"], prepare=lambda sheet: sheet.insert_cols(1, 2))
    sheet = sheets.read(data).first
    assert sheet.rows == [["", "", "标题"], [], [], ["", "", "姓名"], [], ["", "", "张三"]]
    assert sheet.number_of(5) == 6
    csv_rows = rows_of("标题\n\n\n姓名\n,,\n张三\n".encode())
    assert csv_rows == [["标题"], [], [], ["姓名"], [], ["张三"]]


def test_trailing_empty_rows_and_columns_are_gone():
    assert rows_of(book(["a", "", "b", "", ""], ["", ""], [None])) == [["a", "", "b"]]


def test_a_cell_merged_down_says_the_same_in_each_row():
    def merge(sheet):
        sheet.merge_cells("A2:A4")
        sheet.merge_cells("A1:C1")

    rows = rows_of(book(["花名册"], ["一厂", "张三"], [None, "李四"], [None, "王五"], ["二厂", "赵六"], prepare=merge))
    assert rows == [["花名册"], ["一厂", "张三"], ["一厂", "李四"], ["一厂", "王五"], ["二厂", "赵六"]]


def test_hidden_sheets_are_left_out_and_the_first_with_text_is_taken():
    made = openpyxl.Workbook()
    made.active.title = "空"
    made.create_sheet("藏")["A1"] = "不看"
    made["藏"].sheet_state = "hidden"
    made.create_sheet("数据")["A1"] = "看"
    out = io.BytesIO()
    made.save(out)
    read = sheets.read(out.getvalue(), name="a.xlsx")
    assert [sheet.name for sheet in read.sheets] == ["空", "数据"]
    assert read.first.name == "数据" and read.kind == "xlsx" and read.name == "a.xlsx"


def test_an_old_xls():
    read = sheets.read(OLD)
    assert (read.kind, read.name) == ("xls", "roster.xls")
    rows = read.first.rows
    assert rows[3] == ["张三", "330100199001010018", "19900000001", "2018-01-02", "28"]
    assert isinstance(rows[4][1], Damaged) and rows[4][4] == "27.5"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("sign", [",", "\t", ";", "|"])
def test_csv_encodings_and_signs(encoding, sign):
    lines = [["姓名", "单位", "备注"], ["䶮㐂𠮷", "建德市“×”厂", 'a"b'], ["阿依古丽·买买提", f"一{sign}二", "多\n行"]]
    text = "\r\n".join(sign.join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines)
    read = sheets.read(text.encode(encoding))
    assert read.kind == "csv" and read.first.rows == lines


def test_gbk_of_a_usual_roster_is_not_taken_for_utf8():
    read = sheets.read("姓名,性别\n张三,男\n".encode("gbk"))
    assert read.encoding == "gb18030" and read.first.rows == [["姓名", "性别"], ["张三", "男"]]


def test_csv_text_that_was_kept_from_a_spreadsheet_is_unwrapped():
    text = '姓名,号,注\n张三,"=""330100199001010018""",\'=1+1\n\'330100199001010018,\'好,\'\n'
    assert rows_of(text.encode())[1:] == [["张三", "330100199001010018", "=1+1"], ["330100199001010018", "'好", "'"]]


def test_one_column_and_one_line():
    assert rows_of("姓名\n张三\n".encode()) == [["姓名"], ["张三"]]
    assert rows_of(b"1") == [["1"]]


def test_signs_of_the_frames_inside_a_cell_do_no_harm():
    rows = rows_of(book(["a_x001F_b", "c_x001E_d", "_x001D_e", "3.30E+17"], ["后", "来"]))
    assert rows == [["a b", "c d", " e", "3.30E+17"], ["后", "来"]]
    assert [isinstance(cell, Damaged) for cell in rows[0]] == [False, False, False, True]


def test_from_a_path_a_file_and_bytes(tmp_path):
    data = book(["姓名"])
    path = tmp_path / "花 名册.xlsx"
    path.write_bytes(data)
    assert sheets.read(path).first.rows == sheets.read(io.BytesIO(data)).first.rows == rows_of(data)


def test_a_book_of_hidden_sheets_only_is_refused():
    made = openpyxl.Workbook()
    chart = made.create_chartsheet("图")
    made.active.sheet_state = "hidden"
    chart.sheet_state = "visible"
    out = io.BytesIO()
    made.save(out)
    with pytest.raises(Refused) as caught:
        sheets.read(out.getvalue())
    assert caught.value.codes == ("sheet_kind",)


@given(st.lists(st.lists(st.text(max_size=6), max_size=5), min_size=1, max_size=30))
@example([["\t"], ["\t"]])  # looked like a file that tabs divide
@settings(max_examples=25, deadline=None)
def test_csv_reads_what_the_library_writes(rows):
    columns = [Column(f"列{n}") for n in range(5)]
    out = io.BytesIO()
    write_csv(out, columns, rows)
    read = rows_of(out.getvalue())[1:]
    for index, row in enumerate(rows):
        got = read[index] if index < len(read) else []
        for place, cell in enumerate(row):
            assert (got[place] if place < len(got) else "").strip() == written(cell).strip()


# cells and heads ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed,plain",
    [
        ("３３０１００１９９００１０１００１ｘ", "33010019900101001x"),
        ("\u3000张 \u00a0 三\u200b ", "张 三"),
        ("\ufeff2018－06／3０", "2018-06/30"),
        ("建德市（本部）", "建德市（本部）"),
        ("曾\u2060小贤\x00", "曾小贤"),
        ("\u202d19900000001\u202c", "19900000001"),
        ("﨑", "﨑"),  # a compatibility character in a name stays what it is
        ("", ""),
    ],
)
def test_clean(typed, plain):
    assert clean(typed) == plain
    assert sheets.clean_row([typed]) == [plain]


def test_clean_keeps_the_damage():
    assert isinstance(clean(Damaged("３.３0E+17 ")), Damaged)


ALIASES = {
    "name": ["姓名", "名字", "会员姓名"],
    "id_no": ["身份证号", "身份证号码", "证件号码"],
    "union": ["所属工会", "单位名称"],
    "phone": ["手机号码", "手机", "联系电话"],
    "people": ["家庭人口"],
    "income": ["月收入(元)"],
}


@pytest.mark.parametrize(
    "titles,found",
    [
        (["姓名", "身份证号", "手机"], {"name": 0, "id_no": 1, "phone": 2}),
        (["* 姓 名（必填）", "身份证号码\n(18位)", "【联系电话】:"], {"name": 0, "id_no": 1, "phone": 2}),
        (["序号", "名字", "姓名"], {"name": 2}),
        (["联系电话", "手机号码"], {"phone": 1}),
        (["手机", "手机"], {"phone": 0}),
        (["月收入（元）"], {"income": 0}),
        (["配偶姓名", "备注", ""], {}),
    ],
)
def test_match(titles, found):
    assert headers.match(titles, ALIASES) == found


def test_find_below_titles_and_empty_rows():
    rows = [
        ["建德市××公司工会"],
        [],
        ["会员花名册", "", "填报日期:"],
        ["序号", "姓 名", "证件号码"],
        ["1", "张三", "3301"],
    ]
    head = headers.find(rows, ALIASES)
    assert (head.index, head.first_data, head.columns) == (3, 4, {"name": 1, "id_no": 2})
    assert headers.unknown(head.titles, head.columns) == [(0, "序号")]
    assert headers.find(rows, ALIASES, at_least=3) is None
    assert headers.find([["甲"], ["乙"]], ALIASES) is None


def test_find_a_head_of_two_lines():
    rows = [
        ["花名册"],
        ["姓名", "证件", "", "联系方式"],
        ["姓名", "类型", "证件号码", "手机"],
        ["张三", "身份证", "330100199001010018", "19900000001"],
    ]
    head = headers.find(rows, ALIASES)
    assert (head.first_data, head.columns) == (3, {"name": 0, "id_no": 2, "phone": 3})
    upper = [["姓名", "手机", "家庭情况", ""], ["", "", "家庭人口", "住房"], ["张三", "19900000001", "3", "有"]]
    head = headers.find(upper, ALIASES)
    assert (head.first_data, head.columns) == (2, {"name": 0, "phone": 1, "people": 2})


def test_a_first_row_of_data_is_not_a_head():
    rows = [["姓名", "手机"], ["名字", "19900000001"]]
    assert headers.find(rows, ALIASES).first_data == 1
