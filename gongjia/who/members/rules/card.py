"""The serial of the electronic member card: our own, never made from the ID number.

Twelve characters of Crockford's base 32 from the person's key and one check character, so that a
number read out over the telephone is caught when one character is wrong.
"""

from __future__ import annotations

import hashlib
from uuid import UUID

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
PREFIX = "GJ"


def card_serial(person_id: UUID) -> str:
    """The serial that belongs to a person's key: the same at every making, so bulk needs no lookup."""
    number = int.from_bytes(hashlib.blake2b(person_id.bytes, digest_size=8, person=b"member-card").digest()) >> 4
    body = "".join(_ALPHABET[number >> shift & 31] for shift in range(55, -1, -5))
    return PREFIX + body + _check(body)


def _check(body: str) -> str:
    """Weighted sum modulo 31 (prime): one wrong character or two neighbours swapped change it."""
    return _ALPHABET[sum(_ALPHABET.index(char) * (place + 2) for place, char in enumerate(body)) % 31]


def read_serial(text: str) -> str:
    """The serial in what somebody typed or read out, "" when it is none."""
    plain = text.upper().replace(" ", "").replace("-", "")
    if not plain.startswith(PREFIX):
        return ""
    body = plain[len(PREFIX) :].translate(_READ_AS)
    if len(body) != 13 or any(char not in _ALPHABET for char in body) or _check(body[:12]) != body[12]:
        return ""
    return PREFIX + body


def show_serial(serial: str) -> str:
    """GJ 7K3M 2Q9X B4TD 5: in groups of four."""
    body = serial[len(PREFIX) :]
    return " ".join([PREFIX, body[:4], body[4:8], body[8:12], body[12:]])
