"""Signed numbers of the line: bound to one event and one person, so that none can be made, lent or used again.

Whoever comes before the opening gets an order that is a keyed hash of event and person: nobody can choose or guess it,
asking again does not change it, and it needs no storing, so that a process started anew knows it still. Whoever comes
later gets the moment of arrival. The nonce becomes the request key of the claim: a number leads to one sign-up at most,
also after that was cancelled.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.conf import settings

_FORM = struct.Struct(">BBQ16s8s")
_MAC = 16
VERSION = 1


@dataclass(frozen=True, slots=True)
class Number:
    """`early`: came before the opening. `rank`: order among the early, or microseconds of arrival."""

    person_id: UUID
    early: bool
    rank: int
    nonce: str

    @property
    def order(self) -> tuple[int, int]:
        return (0 if self.early else 1, self.rank)

    @property
    def request_key(self) -> str:
        return f"rush:{self.nonce}"


@lru_cache(maxsize=4)
def _key(secret_key: str, purpose: str) -> bytes:
    return hashlib.sha256(f"gongjia.faces.rush\0{purpose}\0{secret_key}".encode()).digest()


def early_rank(event_id: UUID, person_id: UUID) -> int:
    """The place of a person among all who came before the opening: fixed, and unknown to everybody."""
    found = hmac.digest(_key(settings.SECRET_KEY, "order"), event_id.bytes + person_id.bytes, "sha256")
    return int.from_bytes(found[:8], "big")


def new(event_id: UUID, person_id: UUID, *, early: bool, arrived: int, nonce: str = "") -> Number:
    rank = early_rank(event_id, person_id) if early else arrived
    return Number(person_id, early, rank, nonce or secrets.token_hex(8))


def sign(number: Number, event_id: UUID) -> str:
    body = _FORM.pack(VERSION, number.early, number.rank, number.person_id.bytes, bytes.fromhex(number.nonce))
    return base64.urlsafe_b64encode(body + _seal(event_id, body)).decode().rstrip("=")


def read(text: str, event_id: UUID) -> Number | None:
    """The number, or None: not ours, changed, or of another event."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    body, seal = data[: _FORM.size], data[_FORM.size :]
    if len(data) != _FORM.size + _MAC or not hmac.compare_digest(seal, _seal(event_id, body)):
        return None
    version, early, rank, person, nonce = _FORM.unpack(body)
    if version != VERSION or sign_of(data) != text:
        return None
    return Number(UUID(bytes=person), bool(early), rank, nonce.hex())


def sign_of(data: bytes) -> str:
    """The one way to write these bytes: bits that a lax reader passes over do not make a second number."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _seal(event_id: UUID, body: bytes) -> bytes:
    return hmac.digest(_key(settings.SECRET_KEY, "number"), event_id.bytes + body, "sha256")[:_MAC]
