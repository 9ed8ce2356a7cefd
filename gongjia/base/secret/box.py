"""Seal, unseal, blind: single and in bulk.

A sealed value is `suite(1) version(2) nonce(12) ciphertext tag(16)`. Bound to it, so that it opens
nowhere else: its first three bytes, the frozen label of the column and the row's id.
A blind index is HMAC(key, label NUL canonical text): 32 bytes, equal for equal texts of one column only.
"""

from __future__ import annotations

import hmac as compare
import uuid
from collections.abc import Iterable, Sequence

from . import keys
from .errors import Tampered
from .keyring import KeyVersion
from .suites import BY_CODE, NONCE, TAG, nonces

HEAD = 3
_LEAST = HEAD + NONCE + TAG


def _id(pk: uuid.UUID | str) -> bytes:
    return pk.bytes if isinstance(pk, uuid.UUID) else uuid.UUID(str(pk)).bytes


def seal(label: str, pk: uuid.UUID | str, text: str) -> bytes:
    return _seal(keys.current("field"), label, pk, text.encode())


def unseal(label: str, pk: uuid.UUID | str, data: bytes | memoryview) -> str:
    """The plain text, or `Tampered` when one bit, the column or the row is not the one it was sealed for."""
    return unseal_bytes(label, pk, data).decode()


def seal_bytes(label: str, pk: uuid.UUID | str, data: bytes) -> bytes:
    """Like `seal`, for a value that is not text (a packed block of rows)."""
    return _seal(keys.current("field"), label, pk, data)


def unseal_bytes(label: str, pk: uuid.UUID | str, data: bytes | memoryview) -> bytes:
    data = bytes(data)
    version = _version("field", data)
    bound = data[:HEAD] + label.encode() + b"\0" + _id(pk)
    return version.open(data[HEAD : HEAD + NONCE], data[HEAD + NONCE :], bound)


def seal_many(label: str, pks: Sequence[uuid.UUID], texts: Iterable[str | None]) -> list[bytes | None]:
    """Column values for COPY: `None` and empty texts give NULL."""
    version = keys.current("field")
    head, encrypt = version.head, version.seal
    prefix = head + label.encode() + b"\0"
    return [
        head + nonce + encrypt(nonce, text.encode(), prefix + pk.bytes) if text else None
        for pk, text, nonce in zip(pks, texts, nonces(len(pks)), strict=True)
    ]


def unseal_many(label: str, pks: Sequence[uuid.UUID], data: Iterable[bytes | memoryview | None]) -> list[str | None]:
    return [None if one is None else unseal(label, pk, one) for pk, one in zip(pks, data, strict=True)]


def version_of(data: bytes | memoryview) -> tuple[int, int]:
    """(suite code, version number) of a sealed value."""
    head = bytes(data[:HEAD])
    return head[0], int.from_bytes(head[1:], "big")


def blind(label: str, text: str) -> bytes:
    """For exact look-up of an already canonical text."""
    return blind_with(keys.load().index.main, label, text)


def blind_many(label: str, texts: Iterable[str | None]) -> list[bytes | None]:
    """`None` and empty texts give `None`."""
    return blind_many_with(keys.load().index.main, label, texts)


def blind_with(version: KeyVersion, label: str, text: str) -> bytes:
    return version.mac(label.encode() + b"\0" + text.encode())


def blind_many_with(version: KeyVersion, label: str, texts: Iterable[str | None]) -> list[bytes | None]:
    plain = (text.encode() if text else None for text in texts)
    return version.suite.mac_many(version.key, label.encode() + b"\0", plain)


def mac(klass: str, label: str, text: str) -> bytes:
    """A keyed digest that survives rotation: version(2) + HMAC. For one-time codes, digests in the journal."""
    version = keys.current(klass)
    return version.number.to_bytes(2, "big") + blind_with(version, label, text)


def mac_ok(klass: str, label: str, text: str, digest: bytes | memoryview) -> bool:
    digest = bytes(digest)
    if len(digest) != 34:
        return False
    version = keys.version(klass, int.from_bytes(digest[:2], "big"))
    return compare.compare_digest(digest[2:], blind_with(version, label, text))


def _seal(version: KeyVersion, label: str, pk: uuid.UUID | str, plain: bytes) -> bytes:
    nonce = nonces(1)[0]
    return version.head + nonce + version.seal(nonce, plain, version.head + label.encode() + b"\0" + _id(pk))


def _version(klass: str, data: bytes) -> KeyVersion:
    if len(data) < _LEAST or data[0] not in BY_CODE:
        raise Tampered("a sealed value is cut short or no sealed value at all")
    version = keys.version(klass, int.from_bytes(data[1:HEAD], "big"))
    if version.suite.code != data[0]:
        raise Tampered("a sealed value names another suite than its key")
    return version
