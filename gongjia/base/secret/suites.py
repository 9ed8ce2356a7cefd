"""Two cipher suites behind one interface; nothing above this file names an algorithm.

`aes`: AES-256-GCM and HMAC-SHA-256.  `sm`: SM4-GCM and HMAC-SM3 (GB/T 32907, GB/T 32905).
Both are software; an evaluated cryptographic device takes the place of a suite by giving the
same four methods.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

from .errors import Tampered

NONCE = 12  # bytes: random 96 bits; one key stays below 2**32 messages (collision < 2**-32)
TAG = 16
MAC = 32

Seal = Callable[[bytes, bytes, bytes], bytes]  # nonce, plain, bound data -> ciphertext + tag


class Suite(Protocol):
    name: str
    code: int  # one byte in every sealed value
    seal_key_bytes: int
    mac_key_bytes: int

    def sealer(self, key: bytes) -> Seal: ...
    def opener(self, key: bytes) -> Seal: ...
    def mac(self, key: bytes, data: bytes) -> bytes: ...
    def mac_many(self, key: bytes, prefix: bytes, data: Iterable[bytes | None]) -> list[bytes | None]: ...


def _mac_many(base: hmac.HMAC, prefix: bytes, data: Iterable[bytes | None]) -> list[bytes | None]:
    # The keyed and prefixed state is made once and copied: twice as fast as a fresh HMAC.
    base.update(prefix)
    copy = base.copy
    out: list[bytes | None] = []
    for item in data:
        if item is None:
            out.append(None)
            continue
        state = copy()
        state.update(item)
        out.append(state.finalize())
    return out


class AesSuite:
    name = "aes"
    code = 0x11
    seal_key_bytes = 32
    mac_key_bytes = 32

    def sealer(self, key: bytes) -> Seal:
        return AESGCM(key).encrypt

    def opener(self, key: bytes) -> Seal:
        decrypt = AESGCM(key).decrypt

        def open_(nonce: bytes, data: bytes, bound: bytes) -> bytes:
            try:
                return decrypt(nonce, data, bound)
            except (InvalidTag, ValueError):
                raise Tampered("a sealed value does not belong to this place") from None

        return open_

    def mac(self, key: bytes, data: bytes) -> bytes:
        state = hmac.HMAC(key, hashes.SHA256())
        state.update(data)
        return state.finalize()

    def mac_many(self, key: bytes, prefix: bytes, data: Iterable[bytes | None]) -> list[bytes | None]:
        return _mac_many(hmac.HMAC(key, hashes.SHA256()), prefix, data)


class SmSuite:
    name = "sm"
    code = 0x12
    seal_key_bytes = 16
    mac_key_bytes = 32

    def sealer(self, key: bytes) -> Seal:
        algorithm = SM4(key)
        gcm: Any = modes.GCM

        def seal(nonce: bytes, plain: bytes, bound: bytes) -> bytes:
            context = Cipher(algorithm, gcm(nonce)).encryptor()
            context.authenticate_additional_data(bound)
            return context.update(plain) + context.finalize() + context.tag

        return seal

    def opener(self, key: bytes) -> Seal:
        algorithm = SM4(key)
        gcm: Any = modes.GCM

        def open_(nonce: bytes, data: bytes, bound: bytes) -> bytes:
            if len(data) < TAG:
                raise Tampered("a sealed value is cut short")
            context = Cipher(algorithm, gcm(nonce, data[-TAG:])).decryptor()
            context.authenticate_additional_data(bound)
            try:
                return context.update(data[:-TAG]) + context.finalize()
            except InvalidTag:
                raise Tampered("a sealed value does not belong to this place") from None

        return open_

    def mac(self, key: bytes, data: bytes) -> bytes:
        state = hmac.HMAC(key, hashes.SM3())
        state.update(data)
        return state.finalize()

    def mac_many(self, key: bytes, prefix: bytes, data: Iterable[bytes | None]) -> list[bytes | None]:
        return _mac_many(hmac.HMAC(key, hashes.SM3()), prefix, data)


SUITES: dict[str, Suite] = {"aes": AesSuite(), "sm": SmSuite()}
BY_CODE: dict[int, Suite] = {suite.code: suite for suite in SUITES.values()}


def nonces(count: int) -> list[bytes]:
    """`count` random nonces from one read of the system's source: a call each would cost more than the cipher."""
    block = os.urandom(NONCE * count)
    return [block[at : at + NONCE] for at in range(0, len(block), NONCE)]
