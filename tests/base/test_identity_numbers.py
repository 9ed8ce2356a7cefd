"""Numbers with a check of their own: the vectors of the domain rules, libraries as oracles, and what goes wrong."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import ric, uscc

from gongjia.base import identity_numbers as numbers
from gongjia.base.secret import canonical

TODAY = date(2018, 8, 27)


def make_id(dice: random.Random, county: str = "330100") -> str:
    born = date(1950, 1, 1) + timedelta(days=dice.randrange(20_000))
    first = f"{county}{born:%Y%m%d}{dice.randrange(1000):03d}"
    return first + numbers.check_digit(first)


# -- ID cards ---------------------------------------------------------------------------------------------
def test_vectors_of_the_rules():
    found = numbers.check_id_card("11010519491231002x")
    assert found.ok and found.value == "11010519491231002X" and found.sex == numbers.FEMALE
    found = numbers.check_id_card("330100199001010116", today=TODAY)
    assert (found.ok, found.born_on, found.sex, found.county) == (True, date(1990, 1, 1), numbers.MALE, "330100")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (None, "id_missing"), ("", "id_missing"), ("  ", "id_missing"),
        ("330100199001010117", "id_check_digit"),
        ("33018219900101001", "id_length"), ("3301001990010101164", "id_length"),
        ("33018219900101OO14", "id_chars"), ("X30182199001010014", "id_chars"), ("张三的身份证号码在另外一张表里面呢", "id_length"),
        ("3.30E+17", "id_damaged"), ("3.30182199001e+17", "id_damaged"), ("330100199001010116.0", "id_damaged"),
        ("330182199001010000", "id_damaged"), ("######", "id_damaged"),
        ("330182199002300011", "id_birth_date"), ("330182201809010013", "id_birth_date"),
        ("990182199001010016", "ok"), ("000182199001010013", "id_chars"),
    ],
)  # fmt: skip
def test_what_is_wrong_has_one_code(raw, code):
    if raw and code in {"id_birth_date", "ok", "id_chars"} and len(raw) == 18 and raw[:17].isdigit():
        raw = raw[:17] + numbers.check_digit(raw[:17])
    found = numbers.check_id_card(raw, today=TODAY)
    assert (found.code or "ok") == code
    assert found.ok == (code == "ok")
    assert found.ok or (found.sentence.endswith("。") and (not raw or len(raw) < 10 or raw not in found.sentence))


def test_a_right_number_that_ends_in_three_zeros_is_not_called_damaged():
    first = next(f"3301001990{n // 28 + 1:02d}{n % 28 + 1:02d}100" for n in range(300)
                 if numbers.check_digit(f"3301001990{n // 28 + 1:02d}{n % 28 + 1:02d}100") == "0")  # fmt: skip
    assert numbers.check_id_card(first + "0").ok


def test_small_slips_are_mended_silently():
    for raw in (
        "３３０１００１９９００１０１０１１６",
        " 330100 19900101 0116\u200b",
        "'330100199001010116",
        "\ufeff330100199001010116\n",
    ):
        assert numbers.check_id_card(raw).value == "330100199001010116"
    assert numbers.check_id_card("１１０１０５１９４９１２３１００２ｘ").value == "11010519491231002X"


def test_first_generation_numbers():
    found = numbers.check_id_card("330100900101011", today=TODAY)
    assert found.ok and found.born_on == date(1990, 1, 1) and found.sex == numbers.MALE
    assert found.value == "330100900101011" and found.warnings == ("id_15_digits",)  # kept as it is
    assert numbers.to_18("330100900101011") == "330100199001010116"
    assert numbers.check_id_card("330182901301001").code == "id_birth_date"
    assert numbers.check_id_card("990182900101001").code == "id_chars"


def test_check_digits_agree_with_another_library():
    dice = random.Random(11)
    for _ in range(500):
        number = make_id(dice, dice.choice(["110105", "330182", "440305"]))
        assert ric.calc_check_digit(number) == number[17]
        assert numbers.check_id_card(number).born_on == ric.get_birth_date(number)


def test_what_the_library_gets_wrong():
    # a new district, residence permits, a code younger than the birth year
    for county in ("330113", "810000", "830000"):
        first = f"{county}19900101001"
        assert numbers.check_id_card(first + numbers.check_digit(first)).ok


def test_the_column_form_gives_the_same_answers():
    dice = random.Random(12)
    raws = [make_id(dice) for _ in range(200)]
    raws += [None, "", "3.3E+17", "330100900101011", "11010519491231002x", " 330100199001010116", "330100199001010117",
             "911840199001010017", "990182199001010016", "330182201809010013", "３３０１００１９９００１０１０１１６"]  # fmt: skip
    raws += [raw[:9] + "0" + raw[10:] for raw in raws[:100]]
    for day in (TODAY, None):
        assert numbers.check_id_cards(raws, today=day) == [numbers.check_id_card(raw, today=day) for raw in raws]


@given(st.text(max_size=25))
def test_no_text_breaks_the_checks(text):
    for check in (numbers.check_id_card, numbers.check_uscc, numbers.check_phone, numbers.check_bank_card):
        found = check(text)
        assert found.ok or (found.code and found.sentence)
    numbers.swap_candidates(text)
    for kind in ("passport", "officer", "hk_macao_permit", "taiwan_permit", "hmt_residence", "foreign_residence"):
        numbers.check_document(kind, text)


def test_two_neighbours_exchanged():
    dice = random.Random(13)
    alone = tried = 0
    while tried < 300:
        right = make_id(dice, "330182")
        at = dice.randrange(17)
        if right[at] == right[at + 1] or right[at + 1] == "X":
            continue
        wrong = right[:at] + right[at + 1] + right[at] + right[at + 2 :]
        found = numbers.swap_candidates(wrong, today=TODAY, county_known=lambda code: code == "330182")
        assert right in found or not plausible(right)
        assert all(numbers.check_id_card(one, today=TODAY).ok for one in found)
        guess = numbers.suggest_swap(wrong, today=TODAY, county_known=lambda code: code == "330182")
        assert guess == (found[0] if len(found) == 1 else None)
        alone += guess == right
        tried += 1
    assert alone > 200
    assert numbers.suggest_swap("330100199001010116") is None  # nothing to mend
    assert numbers.suggest_swap("3.30E+17") is None and numbers.suggest_swap(None) is None


def plausible(number: str) -> bool:
    return 14 <= numbers.age_on(numbers.check_id_card(number).born_on, TODAY) <= 100


def test_full_years():
    assert numbers.age_on(date(2002, 8, 27), TODAY) == 16
    assert numbers.age_on(date(2002, 8, 28), TODAY) == 15
    assert numbers.age_on(date(2004, 2, 29), date(2020, 2, 28)) == 15
    assert numbers.age_on(date(2004, 2, 29), date(2021, 3, 1)) == 17


# -- other documents ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "raw", "code"),
    [
        ("passport", "e12345678", ""), ("passport", "EA1234567", ""), ("passport", "E 1234 5678", ""),
        ("passport", "E12", "id_form"), ("passport", "护照12345", "id_form"), ("passport", "", "id_missing"),
        ("hk_macao_permit", "h01234567", ""), ("hk_macao_permit", "M0123456701", ""), ("hk_macao_permit", "C12345678", "id_form"),
        ("taiwan_permit", "01234567", ""), ("taiwan_permit", "0123456789(B)", ""), ("taiwan_permit", "1234567", "id_form"),
        ("taiwan_permit", "1.23E+07", "id_damaged"),
        ("officer", "军字第12345678号", ""), ("officer", "12345678", ""), ("officer", "军官", "id_form"),
        ("id_card", "330100199001010116", ""), ("hmt_residence", "330100199001010116", "id_kind"),
        ("foreign_residence", "330100199001010116", "id_kind"), ("foreign_residence", "GBR330090010112", ""),
        ("foreign_residence", "GBR330090130112", "id_birth_date"), ("other", "任意 123", ""),
    ],
)  # fmt: skip
def test_documents_by_kind(kind, raw, code):
    assert numbers.check_document(kind, raw, today=TODAY).code == code


def test_permits_built_like_id_cards():
    for first, kind in (("81000019900101001", "hmt_residence"), ("91184019900101001", "foreign_residence")):
        number = first + numbers.check_digit(first)
        found = numbers.check_document(kind, number, today=TODAY)
        assert found.ok and found.born_on == date(1990, 1, 1) and found.sex == numbers.MALE
        assert numbers.check_document("id_card", number).code == "id_kind"


# -- unified codes --------------------------------------------------------------------------------------------
def test_unified_codes_of_the_rules():
    assert numbers.check_uscc("81330182MC0000012H", union=True).county == "330182"
    assert numbers.check_uscc("91350100m000100y43", union=False).ok
    assert numbers.uscc_ok(" 8133 0182 MC00 0001 2H") and not numbers.uscc_ok(None)


@pytest.mark.parametrize(
    ("raw", "union", "code"),
    [
        ("81330182MC0000012J", None, "uscc_check"), ("81330182MC000001", None, "uscc_length"),
        ("8133O182MC0000012H", None, "uscc_chars"), ("", None, "uscc_missing"), ("9.13E+17", None, "uscc_length"),
        ("91350100M000100Y43", True, "uscc_not_union"), ("81330182MC0000012H", False, "uscc_is_union"),
    ],
)  # fmt: skip
def test_wrong_unified_codes(raw, union, code):
    assert numbers.check_uscc(raw, union=union).code == code


def test_unified_codes_agree_with_another_library():
    dice = random.Random(14)
    for _ in range(500):
        first = "81330182" + "".join(dice.choice(numbers._USCC) for _ in range(9))
        assert numbers.uscc_check(first) == uscc.calc_check_digit(first)
    assert numbers.check_uscc("81330182MC0000012H").warnings == ()
    odd = "81330182MC0000013"
    assert numbers.check_uscc(odd + numbers.uscc_check(odd)).warnings == ("uscc_org_code",)


# -- phones and cards -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("19900001234", "19900001234"), ("+86 199-0000-1234", "19900001234"), ("008619900001234", "19900001234"),
        ("8619900001234", "19900001234"), ("１９９００００１２３４", "19900001234"), ("199 0000 1234", "19900001234"),
    ],
)  # fmt: skip
def test_phones_in_any_clothes(raw, value):
    assert numbers.check_phone(raw) == numbers.Checked(value)
    assert canonical.phone(raw) == value


def test_wrong_phones():
    for raw, code in (("", "phone_missing"), ("1990000123", "phone_bad"), ("12900001234", "phone_bad"),
                      ("1.99E+10", "phone_bad"), ("0571-64712345", "phone_bad"), ("老王", "phone_bad")):  # fmt: skip
        assert numbers.check_phone(raw).code == code
    assert numbers.check_phone("0571-64712345", landline=True).value == "057164712345"


def test_bank_cards():
    dice = random.Random(15)
    for _ in range(200):
        first = "62" + "".join(dice.choice("0123456789") for _ in range(dice.choice([14, 16])))
        number = first + luhn.calc_check_digit(first)
        assert numbers.check_bank_card(number).ok
        wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
        assert numbers.check_bank_card(wrong).code in {"card_check", "card_damaged"}
    for raw, code in (("", "card_missing"), ("6.22E+18", "card_damaged"), ("622202", "card_length"),
                      ("62220210000000abc", "card_chars"), ("6222021234567890000", "card_damaged")):  # fmt: skip
        assert numbers.check_bank_card(raw).code == code


# -- canonical forms ------------------------------------------------------------------------------------------
@example("ß\u00b4")  # in capitals SS, and the second S takes the accent
@given(st.text(max_size=30))
def test_canonical_forms_are_stable(text):
    for form in (canonical.text, canonical.id_number, canonical.phone, canonical.bank_card, canonical.uscc):
        once = form(text)
        assert form(once) == once or form is canonical.phone  # a country code goes once, not twice
    assert canonical.id_number(None) == canonical.phone(None) == ""
