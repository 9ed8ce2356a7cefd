"""The one written form of a value, so that equal things have equal blind indexes. Pure."""

from __future__ import annotations

import re
import unicodedata

# spaces of every width, zero-width marks, byte order mark, and the apostrophe spreadsheets put before text
_LITTER = re.compile(r"[\s\u00a0\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u3000\ufeff]+")
_DASHES = re.compile(r"[-\u2010-\u2015\u2212\u30fc\uff0d]")


def text(value: str | None) -> str:
    """Full-width to half-width, spaces and invisible marks out."""
    if not value:
        return ""
    if value.isascii() and value.isalnum():
        return value
    plain = _LITTER.sub("", unicodedata.normalize("NFKC", value))
    # once more: what stood around a removed mark may now combine
    return unicodedata.normalize("NFKC", plain).lstrip("'’‘`")


def id_number(value: str | None) -> str:
    """Document number in capitals; 15 digits are kept as they are."""
    if not value:
        return ""
    if value.isascii() and value.isdigit():
        return value
    return _capitals(text(value))


def phone(value: str | None) -> str:
    """Digits only; the country code of the mainland goes (+86, 0086, 86 before a mobile number)."""
    if not value:
        return ""
    if value.isascii() and value.isdigit() and len(value) == 11:
        return value
    plain = _DASHES.sub("", text(value)).replace("(", "").replace(")", "")
    for prefix in ("+86", "0086"):
        if plain.startswith(prefix):
            return plain[len(prefix) :]
    if len(plain) == 13 and plain.startswith("861"):
        return plain[2:]
    return plain


def bank_card(value: str | None) -> str:
    return text(_DASHES.sub("", text(value)))  # again: a mark before text may have stood behind a dash


def uscc(value: str | None) -> str:
    return _capitals(text(_DASHES.sub("", text(value))))


def _capitals(plain: str) -> str:
    """A capital may combine with the mark behind it where the small letter (ß) did not."""
    return text(plain.upper())
