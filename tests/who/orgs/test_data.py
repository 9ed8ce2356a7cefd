"""Code lists that come as files."""

from __future__ import annotations

from datetime import date

from gongjia.who import data


def test_jiande_has_its_sixteen_units():
    names = [division.name for division in data.townships_of("330182")]
    assert len(names) == 16
    assert names[0] == "新安江街道"
    assert names[-1] == "钦堂乡"
    assert sum(name.endswith("街道") for name in names) == 3


def test_codes_keep_their_validity():
    assert data.division_name("330182") == "建德市"
    assert data.division_name("330183", date(2010, 1, 1)) == "富阳市"
    assert data.division_name("330183", date(2020, 1, 1)) == ""
    assert data.division_name("330111", date(2020, 1, 1)) == "富阳区"
    assert data.division_known("330126")  # 建德县, in ID cards of the elderly
    assert not data.division_known("999999")


def test_every_span_of_a_division_is_in_order():
    for code, names in data.divisions().items():
        assert code.isdigit()
        for name in names:
            assert name.name
            assert not (name.valid_from and name.valid_to) or name.valid_from < name.valid_to, name


def test_fifty_six_nationalities_and_two_more():
    nations = data.nationalities()
    assert len(nations) == 58
    assert nations["01"] == "汉族"
    assert nations["56"] == "基诺族"
    assert nations["97"] == "其他"
