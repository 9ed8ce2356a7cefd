"""Numbers of identity papers and phones, as reasons; the arithmetic is base's."""

from __future__ import annotations

from datetime import date

from gongjia.base.identity_numbers import Checked, age_on, check_document, check_phone, swap_candidates
from gongjia.base.refused import Reason
from gongjia.who.members.kinds import CARD_LIKE, IdKind

__all__ = ["MINIMUM_AGE", "age_on", "identity_faults", "phone_faults", "read_identity"]

MINIMUM_AGE = 16
_CLAUSE = {"id_check_digit": "GB 11643", "id_length": "GB 11643", "id_chars": "GB 11643", "date_impossible": "GB 11643"}


def read_identity(kind: str, number: str, day: date) -> Checked:
    """The number in canonical form, with the birth date and sex that it says itself."""
    return check_document(kind, number, today=day)


def identity_faults(kind: str, number: str, day: date) -> list[Reason]:
    """What is wrong with the number of an identity paper of that kind."""
    if kind not in IdKind.values:
        return [Reason("code_unknown", "请选择证件类别。", fact=kind, cure="请对照证件选择。")]
    found = read_identity(kind, number, day)
    if found.ok:
        return []
    code = "date_impossible" if found.code == "id_birth_date" else found.code
    sentence = found.sentence
    if code == "id_check_digit" and kind in CARD_LIKE and len(swaps := swap_candidates(number, today=day)) == 1:
        at = next(place for place in range(18) if found.value[place] != swaps[0][place])
        sentence += f"如果第 {at + 1}、{at + 2} 位写颠倒了，就对得上。"
    return [Reason(code, sentence, clause=_CLAUSE.get(code, ""), cure="请对照证件原件核对。")]


def phone_faults(number: str) -> list[Reason]:
    """What is wrong with a mobile number."""
    found = check_phone(number)
    return [] if found.ok else [Reason("phone_bad", found.sentence, cure="请核对手机号。")]
