"""Numbers that carry their own check: ID cards, permits, passports, unified codes, bank cards, phones. Pure.

`check_*` takes what somebody typed and gives a `Checked`: its canonical form, what the number itself says,
and, when it cannot be right, one stable code with a sentence for the person at the screen. No sentence
repeats the number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from gongjia.base.secret import canonical

# -- ID card (GB 11643-1999) -------------------------------------------------------------------------
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"
# first two digits: provinces; 81, 82, 83 on residence permits; 91 to 9x begin permanent residence cards of 2023
PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(first, last + 1)
)
MALE, FEMALE, UNKNOWN = "1", "2", "0"  # GB/T 2261.1
FIRST_BIRTH = date(1880, 1, 1)

_DAMAGED = re.compile(r"^\d(\.\d+)?E\+?\d+$|^\d{14,}\.\d+$|^#+$")
_PERMANENT_OLD = re.compile(r"^[A-Z]{3}\d{12}$")


class Checked(NamedTuple):
    """`ok`, or `code` + `sentence`. `warnings` are codes of what is odd but may be right."""

    value: str
    ok: bool = True
    code: str = ""
    sentence: str = ""
    born_on: date | None = None
    sex: str = ""
    county: str = ""
    warnings: tuple[str, ...] = ()


def _bad(value: str, code: str, sentence: str) -> Checked:
    return Checked(value, False, code, sentence)


def check_digit(first17: str) -> str:
    """GB 11643: the eighteenth character."""
    return CHECK[sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True)) % 11]


# Sums of the three parts of a number, so that a roster of 100,000 is checked in a fraction of a second.
@lru_cache(maxsize=8192)
def _county_sum(six: str) -> int:
    return sum(int(digit) * weight for digit, weight in zip(six, WEIGHTS, strict=False))


@lru_cache(maxsize=65536)
def _birth(eight: str) -> tuple[date | None, int]:
    try:
        born = date(int(eight[:4]), int(eight[4:6]), int(eight[6:]))
    except ValueError:
        born = None
    return born, sum(int(digit) * weight for digit, weight in zip(eight, WEIGHTS[6:14], strict=True))


_ORDER_SUM = [n // 100 * WEIGHTS[14] + n // 10 % 10 * WEIGHTS[15] + n % 10 * WEIGHTS[16] for n in range(1000)]


def check_id_card(raw: str | None, *, today: date | None = None) -> Checked:
    """ID card of the mainland, residence permit of Hong Kong, Macao and Taiwan people, permanent residence card.

    Codes: id_missing, id_damaged (spoilt by a spreadsheet, never guessed), id_length, id_chars, id_check_digit,
    id_birth_date. The county code is not judged here: old and new codes come and go.
    `today` bounds the birth date.
    """
    text = raw if raw is not None and len(raw) == 18 and raw.isascii() and raw.isdigit() else canonical.id_number(raw)
    if len(text) == 18 and text[:17].isdigit() and text.isascii() and text[17] in CHECK:
        return _eighteen(text, today)
    if not text:
        return _bad(text, "id_missing", "没有填写身份证号。")
    if _DAMAGED.match(text):
        return _bad(
            text, "id_damaged",
            "身份证号被表格软件变成了数值（如 3.3E+17），后几位已丢失，无法还原。请把该列设为“文本”格式后重新填写。",
        )  # fmt: skip
    if len(text) == 15 and text.isdigit():
        return _fifteen(text, today)
    if len(text) != 18:
        return _bad(text, "id_length", f"身份证号应为 18 位，现为 {len(text)} 位。")
    return _bad(text, "id_chars", "身份证号只能是数字，末位可以是 X。")


def _eighteen(text: str, today: date | None) -> Checked:
    born, total = _birth(text[6:14])
    if CHECK[(_county_sum(text[:6]) + total + _ORDER_SUM[int(text[14:17])]) % 11] != text[17]:
        if text.endswith("000"):
            # a spreadsheet keeps 15 significant digits and fills up with zeros
            return _bad(
                text, "id_damaged",
                "身份证号末三位被表格软件变成了 000，原来的数字已丢失，无法还原。请把该列设为“文本”格式后重新填写。",
            )  # fmt: skip
        return _bad(text, "id_check_digit", "身份证号校验位不符，有数字填错了，请对照证件核对。")
    if text[0] != "9" and text[:2] not in PROVINCES:
        return _bad(text, "id_chars", "身份证号前两位不是任何省份的代码，请对照证件核对。")
    return _dated(text, born, text[16], text[:6] if text[0] != "9" else "", today)


def _fifteen(text: str, today: date | None) -> Checked:
    born, _ = _birth("19" + text[6:12])
    if text[:2] not in PROVINCES:
        return _bad(text, "id_chars", "身份证号前两位不是任何省份的代码，请对照证件核对。")
    found = _dated(text, born, text[14], text[:6], today)
    if not found.ok:
        return found
    return Checked(text, born_on=found.born_on, sex=found.sex, county=found.county, warnings=("id_15_digits",))


def _dated(text: str, born: date | None, order: str, county: str, today: date | None) -> Checked:
    if born is None or born < FIRST_BIRTH or (today is not None and born > today):
        return _bad(text, "id_birth_date", "身份证号中的出生日期不存在或晚于今天，请对照证件核对。")
    return Checked(text, born_on=born, sex=MALE if int(order) % 2 else FEMALE, county=county)


def check_id_cards(raws: Iterable[str | None], *, today: date | None = None) -> list[Checked]:
    """`check_id_card` for a column: the same answers, with a short way for numbers that are right."""
    last = today or date.max
    answers = []
    for raw in raws:
        if raw and len(raw) == 18 and raw.isascii() and (raw.isdigit() or raw[:17].isdigit()) and raw[0] != "9":
            county = raw[:6]
            born, total = _birth(raw[6:14])
            if (
                CHECK[(_county_sum(county) + total + _ORDER_SUM[int(raw[14:17])]) % 11] == raw[17]
                and born is not None
                and FIRST_BIRTH <= born <= last
                and raw[:2] in PROVINCES
            ):
                sex = MALE if raw[16] in "13579" else FEMALE
                answers.append(Checked(raw, True, "", "", born, sex, county))
                continue
        answers.append(check_id_card(raw, today=today))
    return answers


def id_card_ok(raw: str | None) -> bool:
    """Whether it is a well-formed ID card number."""
    return check_id_card(raw).ok


def to_18(fifteen: str) -> str:
    """The eighteen-digit form of a first-generation number (born 19xx)."""
    text = canonical.id_number(fifteen)
    first17 = text[:6] + "19" + text[6:]
    return first17 + check_digit(first17)


def swap_candidates(
    raw: str | None, *, today: date | None = None, county_known: Callable[[str], bool] | None = None
) -> list[str]:
    """Right numbers that differ from a wrong one by two neighbours exchanged, for the officer to compare.

    Implausible ones (unknown county, older than 100, not yet 14) are left out while plausible ones remain.
    """
    text = canonical.id_number(raw)
    if len(text) != 18 or not (text.isascii() and text[:17].isdigit() and text[17] in CHECK):
        return []
    if check_digit(text[:17]) == text[17]:
        return []
    found = []
    for at in range(17):
        left, right = text[at], text[at + 1]
        if left == right or right == "X":  # an X can only stand last
            continue
        checked = check_id_card(text[:at] + right + left + text[at + 2 :], today=today)
        if checked.ok:
            found.append(checked)

    def plausible(one: Checked) -> bool:
        if county_known is not None and one.county and not county_known(one.county):
            return False
        return today is None or one.born_on is None or 14 <= age_on(one.born_on, today) <= 100

    return [one.value for one in ([one for one in found if plausible(one)] or found)]


def suggest_swap(
    raw: str | None, *, today: date | None = None, county_known: Callable[[str], bool] | None = None
) -> str | None:
    """The one number that would fit if two neighbours were exchanged; None when there is none or more than one."""
    found = swap_candidates(raw, today=today, county_known=county_known)
    return found[0] if len(found) == 1 else None


def age_on(born: date, day: date) -> int:
    """Full years (周岁): a birthday counts from the day itself; 29 February has its birthday on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


# -- other documents -----------------------------------------------------------------------------------
ID_CARD, PASSPORT, OFFICER = "id_card", "passport", "officer"
HK_MACAO_PERMIT, TAIWAN_PERMIT = "hk_macao_permit", "taiwan_permit"
RESIDENCE_PERMIT, PERMANENT_RESIDENCE = "hmt_residence", "foreign_residence"

_FORMS = {
    PASSPORT: (re.compile(r"[A-Z0-9]{5,17}"), "护照号应为 5 至 17 位字母和数字，如 E12345678。"),
    OFFICER: (re.compile(r"\D{0,6}第?\d{4,10}号?"), "军官证号应为“×字第 12345678 号”的形式。"),
    HK_MACAO_PERMIT: (re.compile(r"[HM]\d{8}(\d{2})?"), "港澳居民来往内地通行证应为 H 或 M 加 8 位数字。"),
    TAIWAN_PERMIT: (re.compile(r"\d{8}|\d{10}([A-Z]|\([A-Z]\))?"), "台湾居民来往大陆通行证应为 8 位数字。"),
}


def check_document(kind: str, raw: str | None, *, today: date | None = None) -> Checked:
    """A document number by its kind (domain-rules 1.7). An unknown kind is only looked at for emptiness."""
    text = canonical.id_number(raw)
    if not text:
        return _bad(text, "id_missing", "没有填写证件号码。")
    if kind == ID_CARD:
        found = check_id_card(text, today=today)
        if found.ok and (text[0] == "9" or text[:2] in {"81", "82", "83"}):
            return _bad(text, "id_kind", "这个号码是居住证或永久居留身份证的号码，请改选证件类别。")
        return found
    if kind == RESIDENCE_PERMIT:
        found = check_id_card(text, today=today)
        if found.ok and text[:2] not in {"81", "82", "83"}:
            return _bad(text, "id_kind", "港澳台居民居住证号应以 81、82 或 83 开头。")
        return found
    if kind == PERMANENT_RESIDENCE:
        if _PERMANENT_OLD.match(text):
            return _permanent_old(text, today)
        found = check_id_card(text, today=today)
        if found.ok and text[0] != "9":
            return _bad(text, "id_kind", "外国人永久居留身份证号应为 9 开头的 18 位，或 3 位字母加 12 位数字。")
        return found
    if _DAMAGED.match(text):
        return _bad(text, "id_damaged", "证件号码被表格软件变成了数值，原来的数字已丢失，无法还原。")
    if kind in _FORMS and not _FORMS[kind][0].fullmatch(text):
        return _bad(text, "id_form", _FORMS[kind][1])
    return Checked(text)


def _permanent_old(text: str, today: date | None) -> Checked:
    # three letters of the country, four digits of the place, six of the birth date, two of order and check
    short = text[7:13]
    for century in ("20", "19"):
        born, _ = _birth(century + short)
        if born is not None and born <= (today or date.max - timedelta(days=1)):
            # the century is not in the number: a birth date is not read from it
            return Checked(text)
    return _bad(text, "id_birth_date", "证件号码中的出生日期不存在，请对照证件核对。")


# -- unified social credit code (GB 32100-2015) ----------------------------------------------------------
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714


def uscc_check(first17: str) -> str:
    """GB 32100: the eighteenth character."""
    total = sum(_USCC.index(one) * weight for one, weight in zip(first17, _USCC_WEIGHTS, strict=True))
    return _USCC[(31 - total % 31) % 31]


def org_code_check(first8: str) -> str:
    """GB 11714: the ninth character of the organisation code inside (positions 9 to 17)."""
    digits = (int(one, 36) for one in first8)
    rest = 11 - sum(digit * weight for digit, weight in zip(digits, _ORG_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def check_uscc(raw: str | None, *, union: bool | None = None) -> Checked:
    """`union=True`: the union's own code (81…, 89…); `union=False`: an employer's, which never begins with 8.

    Codes: uscc_missing, uscc_length, uscc_chars, uscc_check, uscc_not_union, uscc_is_union.
    `county` is the registration's division code.
    """
    text = canonical.uscc(raw)
    if not text:
        return _bad(text, "uscc_missing", "没有填写统一社会信用代码。")
    if _DAMAGED.match(text):
        return _bad(text, "uscc_length", "统一社会信用代码被表格软件变成了数值，请把该列设为“文本”格式后重新填写。")
    if len(text) != 18:
        return _bad(text, "uscc_length", f"统一社会信用代码应为 18 位，现为 {len(text)} 位。")
    if any(one not in _USCC for one in text):
        return _bad(text, "uscc_chars", "统一社会信用代码里没有字母 I、O、S、V、Z，请核对是否与数字 1、0、5、2 混淆。")
    if uscc_check(text[:17]) != text[17]:
        return _bad(text, "uscc_check", "统一社会信用代码校验位不符，请对照证书核对。")
    if union is True and text[:2] not in {"81", "89"}:
        return _bad(text, "uscc_not_union", "这是单位的代码，不是工会的代码：工会的代码以 81 或 89 开头。")
    if union is False and text[0] == "8":
        return _bad(text, "uscc_is_union", "这是工会的代码，请填写所在单位的统一社会信用代码。")
    odd = () if org_code_check(text[8:16]) == text[16] else ("uscc_org_code",)
    return Checked(text, county=text[2:8], warnings=odd)


def uscc_ok(raw: str | None) -> bool:
    """Whether it is a well-formed unified code."""
    return check_uscc(raw).ok


# -- phone, bank card -------------------------------------------------------------------------------------
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(0\d{2,3})?[2-8]\d{6,7}")


def check_phone(raw: str | None, *, landline: bool = False) -> Checked:
    """A mobile number of the mainland; `landline` also takes an area code with 7 or 8 digits."""
    text = canonical.phone(raw)
    if not text:
        return _bad(text, "phone_missing", "没有填写手机号。")
    if _MOBILE.fullmatch(text) or (landline and _LANDLINE.fullmatch(text)):
        return Checked(text)
    if _DAMAGED.match(text.upper()):
        return _bad(text, "phone_bad", "手机号被表格软件变成了数值，请把该列设为“文本”格式后重新填写。")
    if len(text) != 11 and text.isdigit():
        return _bad(text, "phone_bad", f"手机号应为 11 位，现为 {len(text)} 位。")
    return _bad(text, "phone_bad", "手机号应为 1 开头的 11 位数字。")


def luhn_ok(digits: str) -> bool:
    """ISO/IEC 7812: the check of a bank card's number."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 * (doubled > 9)
    return total % 10 == 0


def check_bank_card(raw: str | None) -> Checked:
    """A personal bank card: 15 to 19 digits with the Luhn check."""
    text = canonical.bank_card(raw)
    if not text:
        return _bad(text, "card_missing", "没有填写银行卡号。")
    if _DAMAGED.match(text.upper()):
        return _bad(
            text, "card_damaged", "银行卡号被表格软件变成了数值，后几位已丢失，请把该列设为“文本”格式后重新填写。"
        )
    if not (text.isascii() and text.isdigit()):
        return _bad(text, "card_chars", "银行卡号只能是数字。")
    if not 15 <= len(text) <= 19:
        return _bad(text, "card_length", f"银行卡号应为 15 至 19 位，现为 {len(text)} 位。")
    if not luhn_ok(text):
        if len(text) > 15 and text[15:].strip("0") == "":
            return _bad(text, "card_damaged", "银行卡号第 15 位以后被表格软件变成了 0，原来的数字已丢失。")
        return _bad(text, "card_check", "银行卡号校验不符，有数字填错了，请对照卡面核对。")
    return Checked(text)
