"""Each rule on each cell of a roster: no database. What is mended in silence, what is named, what only warns."""

from datetime import date
from uuid import uuid4

import pytest

from gongjia.base.identity_numbers import check_digit
from gongjia.base.sheets import Damaged
from gongjia.demo.people import id_number
from gongjia.who.members.roster.checking import Union, check, read_date, union_texts
from gongjia.who.members.roster.columns import Table

TODAY = date(2018, 8, 27)
HOME = Union("ok", uuid4(), "00010001", "330182001-0001", "示例一厂工会")
GOOD = id_number(date(1990, 1, 1), 1)
CODES = {"trade": {"网约配送员": "delivery"}}


def checked(*rows, header=("name", "id_no", "phone"), unions=None, first_row=2, default=HOME):
    table = Table("名册", 1, list(header), {key: at for at, key in enumerate(header)})
    table.rows = [list(row) for row in rows]
    table.numbers = list(range(first_row, first_row + len(rows)))
    return check([table], today=TODAY, unions=unions or {}, default_union=default, known_codes=CODES)


def codes(result):
    return [(fault.row, fault.column, fault.code) for fault in result.faults]


def test_a_good_row_has_no_fault_and_its_facts_come_from_the_number():
    result = checked(("苏示例", GOOD, "19900000001"))
    assert codes(result) == [] and result.bad == set()
    assert result.values["born_on"] == ["1990-01-01"]
    assert result.values["sex"] == ["1"]  # digit 17 is odd
    assert result.unions == [HOME]


@pytest.mark.parametrize(
    "typed",
    [
        GOOD.lower(),
        f" {GOOD[:6]} {GOOD[6:14]} {GOOD[14:]} ",
        "".join(chr(ord(char) + 0xFEE0) for char in GOOD),
    ],
)
def test_what_typists_do_harmlessly_is_mended_in_silence(typed):
    result = checked(("苏示例", typed, "１９９０００００００１"))
    assert codes(result) == []
    assert result.values["id_no"] == [GOOD]
    assert result.values["phone"] == ["19900000001"]


def test_a_lower_case_x_is_a_capital_one():
    with_x = next(number for n in range(1000) if (number := id_number(date(1990, 1, 1), n)).endswith("X"))
    assert checked(("苏示例", with_x.lower(), "")).values["id_no"] == [with_x]


def test_a_wrong_check_digit_says_which_neighbours_were_swapped():
    right = id_number(date(1990, 1, 1), 153)
    swapped = right[:14] + right[15] + right[14] + right[16:]
    (fault,) = checked(("苏示例", swapped, "")).faults
    assert fault.code == "id_check_digit" and "15、16 两位写颠倒" in fault.message
    assert swapped not in fault.shown


def test_a_number_damaged_by_a_spreadsheet_is_named_and_not_guessed():
    assert codes(checked(("苏示例", Damaged("3.30100199001E+17"), ""))) == [(2, "证件号码", "id_damaged")]
    assert codes(checked(("苏示例", "3.30E+17", ""))) == [(2, "证件号码", "id_damaged")]
    assert codes(checked(("苏示例", "330100199001010000", ""))) == [(2, "证件号码", "id_damaged")]


def test_the_same_number_twice_names_the_first_row():
    result = checked(("苏示例", GOOD, ""), ("苏示范", GOOD.lower(), ""), first_row=5)
    assert codes(result) == [(6, "证件号码", "id_duplicate_in_file")]
    assert "第 5 行" in result.faults[0].message


def test_no_name_is_a_fault_no_number_only_warns():
    assert codes(checked(("", GOOD, ""))) == [(2, "姓名", "name_missing")]
    result = checked(("苏示例", "", "19900000001"))
    assert codes(result) == [] and [warning.code for warning in result.warnings] == ["id_missing"]


def test_under_sixteen_is_refused_on_the_day_before_the_birthday_and_not_on_it():
    assert codes(checked(("苏示例", id_number(date(2002, 8, 28), 1), ""))) == [(2, "出生日期", "too_young")]
    assert codes(checked(("苏示例", id_number(date(2002, 8, 27), 1), ""))) == []


def test_impossible_days():
    no_such_day = GOOD[:10] + "0230" + "001"
    no_such_day += check_digit(no_such_day)
    assert codes(checked(("苏示例", no_such_day, ""))) == [(2, "证件号码", "date_impossible")]
    header = ("name", "joined_on")
    assert codes(checked(("苏示例", "2018-02-30"), header=header)) == [(2, "入会日期", "date_impossible")]
    assert codes(checked(("苏示例", "2018-08-28"), header=header)) == [(2, "入会日期", "date_impossible")]
    assert codes(checked(("苏示例", "2018-08-27"), header=header)) == []


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2018-06-30", "2018-06-30"),
        ("2018/6/3", "2018-06-03"),
        ("2018.6.3", "2018-06-03"),
        ("2018年6月30日", "2018-06-30"),
        ("2018年6月", "2018-06-01"),
        ("201806", "2018-06-01"),
        ("20180630", "2018-06-30"),
        ("43281", "2018-06-30"),  # a spreadsheet's day number
        ("", ""),
        ("去年", None),
    ],
)
def test_days_as_people_write_them(typed, day):
    assert read_date(typed) == day


def test_codes_take_labels_codes_and_the_names_people_use():
    header = ("name", "education", "nation", "sex", "political")
    result = checked(("苏示例", "大专", "汉", "女", "党员"), ("苏示范", "30", "01", "2", "群众"), header=header)
    assert codes(result) == []
    assert result.values["education"] == ["30", "30"] and result.values["nation"] == ["01", "01"]
    (fault,) = checked(("苏示例", "大砖", "", "", ""), header=header).faults
    assert fault.code == "code_unknown" and "大学专科" in fault.message


def test_a_landline_is_no_mobile_number_and_a_shared_one_only_warns():
    assert codes(checked(("苏示例", GOOD, "0571-64720000"))) == [(2, "手机号", "phone_bad")]
    other = id_number(date(1991, 1, 1), 1)
    result = checked(("苏示例", GOOD, "19900000001"), ("苏示范", other, "19900000001"))
    assert codes(result) == []
    assert {warning.code for warning in result.warnings} == {"phone_shared"}


def test_unions_unknown_out_of_scope_and_none():
    header = ("name", "union")
    unions = {"本厂工会": HOME, "别处工会": Union("out_of_scope")}
    result = checked(
        ("甲示例", "本厂工会"), ("乙示例", "别处工会"), ("丙示例", "没有的工会"), header=header, unions=unions
    )
    assert codes(result) == [(3, "所在工会", "union_out_of_scope"), (4, "所在工会", "union_unknown")]
    assert codes(checked(("甲示例", ""), header=header, default=None)) == [(2, "所在工会", "union_unknown")]
    table = Table("名册", 1, list(header), {"name": 0, "union": 1}, [2], [["甲示例", " 本厂工会 "]])
    assert union_texts([table]) == {"本厂工会"}


def test_an_unknown_county_code_only_warns():
    table = Table("名册", 1, ["姓名", "证件号码"], {"name": 0, "id_no": 1}, [2], [["苏示例", GOOD]])
    result = check(
        [table], today=TODAY, unions={}, default_union=HOME, counties=frozenset({"330182"}), known_codes=CODES
    )
    assert codes(result) == [] and [warning.code for warning in result.warnings] == ["county_unknown"]


def test_no_message_holds_a_full_number():
    wrong = GOOD[:17] + ("0" if GOOD[17] != "0" else "1")
    for fault in checked(("苏示例", wrong, "19900000001x")).faults:
        assert wrong not in fault.message + fault.shown and "19900000001" not in fault.message + fault.shown


def test_names_and_sentences_stay_as_written_and_a_union_is_found_however_its_brackets_are_typed():
    header = ("name", "employer", "union")
    result = checked(
        ("苏（示例", "建德（航空）服务公司", "本厂（一车间）工会"), header=header, unions={"本厂（一车间）工会": HOME}
    )
    assert codes(result) == []
    assert result.values["employer"] == ["建德（航空）服务公司"] and result.values["name"] == ["苏（示例"]
    # what is mended in silence is still mended: figures, letters, blanks
    mended = checked(
        ("苏示例", "第２车间　Ａ组", "本厂（一车间）工会"), header=header, unions={"本厂（一车间）工会": HOME}
    )
    assert mended.values["employer"] == ["第2车间 A组"]
    table = Table("名册", 1, list(header), {"name": 0, "union": 1}, [2], [["甲示例", " 本厂（一车间）工会 "]])
    assert union_texts([table]) == {"本厂（一车间）工会"}
