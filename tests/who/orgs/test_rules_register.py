"""Rules of founding, terms, closing and units: no database."""

from __future__ import annotations

from datetime import date

import pytest

from gongjia.who.orgs import kinds, rules

TODAY = date(2018, 8, 27)
UNION = "81330182MC0000012H"  # a synthetic union code with a right check character
EMPLOYER = "91350100M000100Y43"  # the standard's own example
GOOD = rules.FoundingFacts(
    kind="single",
    name="甲公司工会委员会",
    today=TODAY,
    parent_kind="township",
    parent_name="莲花镇工会",
    founded_on=date(2018, 3, 1),
    document="莲工〔2018〕3号",
    has_attachment=True,
    form="committee",
    members=40,
    committee_size=5,
    audit_committee=True,
)


def test_search_keys_ignore_width_case_and_blanks():
    keys = set(rules.name_keys("建德市ＡＢＣ（中国）有限公司 工会", "ABC"))
    for query in ("建德", "abc", "ＡＢ", "国)", "司工", "德"):
        assert set(rules.search_keys(query)) <= keys, query
    assert not set(rules.search_keys("德建")) <= keys
    assert rules.search_keys("  ") == []


def test_codes():
    for code in ("330182", "330182001", "330182001-0007", "330182-K01", "330182-K01-0003", "330182001-0007-01"):
        assert rules.code_ok(code), code
    for code in ("", "33018", "330182-", "330182-k1", "330182001 0007", "K01"):
        assert not rules.code_ok(code), code
    assert rules.next_code("330182001", "single", []) == "330182001-0001"
    assert rules.next_code("330182001", "joint", ["330182001-0009", "330182001-K04"]) == "330182001-0010"
    assert rules.next_code("330182", "industry", ["330182-K01", "330182-0042"]) == "330182-K02"
    assert rules.next_code("330182001-0007", "branch", ["330182001-0007-02"]) == "330182001-0007-03"
    assert rules.next_code("330182", "single", ["330182001-0009", "330182-K01-0005"]) == "330182-0001"


def test_path_segments_sort_as_their_numbers():
    numbers = [1, 9, 10, 35, 36, 37, 1295, 1296, 46655, 46656, 36**4 - 1]
    made = [rules.segment(number) for number in numbers]
    assert made == sorted(made)
    assert all(len(text) == 4 for text in made)
    assert rules.next_segment(None) == "0001"
    assert rules.next_segment("000Z") == "0010"
    with pytest.raises(ValueError, match="no room"):
        rules.segment(36**4)


def test_missing_fields_ask_of_each_kind_what_it_has():
    blank = dict.fromkeys(rules.ASKED, "")
    assert "单位信用代码" in rules.missing_fields("single", blank)
    assert "单位信用代码" not in rules.missing_fields("joint", blank)
    assert rules.missing_fields("township", blank, term_missing=True) == [
        "成立日期",
        "负责人",
        "办公电话",
        "地址",
        "届次",
    ]
    assert rules.missing_fields("single", dict.fromkeys(rules.ASKED, "x")) == []


def test_text_for_a_chat_group():
    text = rules.chase_text([("甲公司工会", ["term_overdue", "fields"], ["地址"]), ("乙公司工会", ["login"], [])])
    assert text == "【请以下工会抓紧办理】\n1. 甲公司工会：换届逾期；资料有空缺(地址)\n2. 乙公司工会：无人登录"
    assert rules.chase_text([]) == ""


def test_nature_groups_of_the_yearly_statistics():
    assert kinds.nature_group("170") == "domestic"
    assert kinds.nature_group("200") == "hmt"
    assert kinds.nature_group("500") == "organ"
    assert kinds.nature_group("") == ""
    assert {kinds.nature_group(code) for code in kinds.UNIT_NATURES} == set(kinds.NATURE_GROUPS)
