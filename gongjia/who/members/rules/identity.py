"""Numbers of identity papers and phones (GB 11643 and what spreadsheets do to it)."""

from __future__ import annotations

import re
from datetime import date

from gongjia.base.refused import Reason
from gongjia.who.members.kinds import CARD_LIKE, IdKind, Sex

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_TABLE = "10X98765432"
_CARD = re.compile(r"[0-9]{17}[0-9X]")
_PAPER = re.compile(r"[0-9A-Z\-()（）一-鿿]{4,30}")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_EXPONENT = re.compile(r"[0-9]+(\.[0-9]+)?[eE]\+?[0-9]+")
MINIMUM_AGE = 16
FIRST_YEAR = 1900


def check_char(first17: str) -> str:
    """The 18th character that belongs to 17 digits (GB 11643)."""
    return _TABLE[sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True)) % 11]


def looks_damaged(text: str) -> bool:
    """3.30E+17, or 15 significant digits and zeros: a spreadsheet made a number of it."""
    return bool(_EXPONENT.fullmatch(text)) or bool(re.fullmatch(r"[0-9]{15}000", text))


def born_on_of(number: str) -> date | None:
    """Birth date inside an 18-character number; None when there is no such day."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return born if born.year >= FIRST_YEAR else None


def sex_of(number: str) -> str:
    """Digit 17: odd is male."""
    return Sex.MALE.value if int(number[16]) % 2 else Sex.FEMALE.value


def age_on(born: date, day: date) -> int:
    """Completed years; somebody born on 29 February is a year older on 1 March of a common year."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def fitting_swaps(number: str) -> list[str]:
    """Numbers that would be right if two neighbours were swapped: a hint for the typist."""
    fits = []
    for at in range(17):
        if number[at] == number[at + 1]:
            continue
        swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        if _CARD.fullmatch(swapped) and check_char(swapped[:17]) == swapped[17] and born_on_of(swapped):
            fits.append(swapped)
    return fits


def card_faults(number: str, day: date) -> list[Reason]:
    """What is wrong with an ID card number in canonical form."""
    cure = "请对照身份证原件核对。"
    if looks_damaged(number):
        return [Reason("id_damaged", "证件号码被电子表格改成了数字，后几位已经丢失。", clause="GB 11643", cure="请在表格里把这一列设为文本，重新填写。")]
    if not _CARD.fullmatch(number):
        return [Reason("id_check_digit", f"身份证号码应是 18 位，现在是 {len(number)} 位。", clause="GB 11643", cure=cure)]
    if check_char(number[:17]) != number[17]:
        swaps = fitting_swaps(number)
        hint = f"如果第 {_swap_place(number, swaps[0])} 两位写颠倒了，就对得上。" if swaps else ""
        return [Reason("id_check_digit", "身份证号码的最后一位与前 17 位对不上。" + hint, clause="GB 11643", cure=cure)]
    born = born_on_of(number)
    if born is None or born > day:
        return [Reason("date_impossible", "身份证号码里的出生日期不存在。", clause="GB 11643", cure=cure)]
    return []


def _swap_place(number: str, swapped: str) -> str:
    at = next(place for place in range(17) if number[place] != swapped[place])
    return f"{at + 1}、{at + 2}"


def identity_faults(kind: str, number: str, day: date) -> list[Reason]:
    """What is wrong with the number of an identity paper of that kind, in canonical form."""
    if kind in CARD_LIKE:
        return card_faults(number, day)
    if looks_damaged(number):
        return [Reason("id_damaged", "证件号码被电子表格改成了数字，后几位已经丢失。", cure="请按文本重新填写。")]
    if kind not in IdKind.values or not _PAPER.fullmatch(number):
        return [Reason("id_check_digit", "证件号码的写法不对。", cure="请对照证件原件核对。")]
    return []


def phone_faults(number: str) -> list[Reason]:
    """What is wrong with a mobile number in canonical form."""
    if _MOBILE.fullmatch(number):
        return []
    return [Reason("phone_bad", "手机号应是 11 位，以 1 开头。", cure="请核对手机号。")]
