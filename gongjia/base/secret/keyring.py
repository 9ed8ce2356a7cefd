"""The key ring as a value: classes, versions, the phase of an index rotation. No files, no clock.

| class   | does                                   | rotated by                        |
|---------|----------------------------------------|-----------------------------------|
| field   | seals columns                          | re-sealing rows, in chunks        |
| file    | seals attachments                      | re-sealing files, one by one      |
| index   | blind look-up of sealed columns (MAC)  | a second column, four phases      |
| journal | chains the audit trail (MAC)           | new entries only                  |
| token   | one-time codes and slips (MAC)         | new codes only                    |
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import secrets
import uuid
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from .errors import KeysDamaged, UnknownVersion
from .suites import SUITES, Seal, Suite

SEAL, MAC = "seal", "mac"
CLASSES = {"field": SEAL, "file": SEAL, "index": MAC, "journal": MAC, "token": MAC}

STEADY, FILL, TURN, CLEAR = "steady", "fill", "turn", "clear"
PHASES = (STEADY, FILL, TURN, CLEAR)


@dataclass(frozen=True)
class KeyVersion:
    """One key. Its bytes never show in a repr."""

    klass: str
    number: int
    suite: Suite = field(repr=False)
    key: bytes = field(repr=False)
    created: str = ""

    @cached_property
    def head(self) -> bytes:
        """What a sealed value begins with: suite and version, three bytes."""
        return bytes([self.suite.code]) + self.number.to_bytes(2, "big")

    @cached_property
    def seal(self) -> Seal:
        return self.suite.sealer(self.key)

    @cached_property
    def open(self) -> Seal:
        return self.suite.opener(self.key)

    def mac(self, data: bytes) -> bytes:
        return self.suite.mac(self.key, data)


@dataclass(frozen=True)
class IndexState:
    """Which index keys are written and searched now.

    steady  main column under `main`
    fill    main column still under the old key and searched; the second column is filled under the new one
    turn    the second column is searched; the main column is rewritten under the new key
    clear   main column under the new key and searched; the second column is emptied
    """

    phase: str
    main: KeyVersion  # key of the main column for rows written now
    second: KeyVersion | None  # key of the second column for rows written now
    searched: tuple[KeyVersion, ...]  # every key a row may still lie under, the sure one first


@dataclass(frozen=True)
class KeyRing:
    id: str
    created: str
    versions: dict[str, dict[int, KeyVersion]] = field(repr=False)
    active: dict[str, int]
    phase: str = STEADY  # of the index class
    exported: dict[str, Any] = field(default_factory=dict)

    # -- reading ---------------------------------------------------------------------------
    def current(self, klass: str) -> KeyVersion:
        return self.versions[klass][self.active[klass]]

    def version(self, klass: str, number: int) -> KeyVersion:
        try:
            return self.versions[klass][number]
        except KeyError:
            raise UnknownVersion(f"the key ring has no version {number} of class {klass}") from None

    @cached_property
    def index(self) -> IndexState:
        active = self.current("index")
        if self.phase == STEADY:
            return IndexState(STEADY, active, None, (active,))
        other = self.versions["index"]
        if self.phase == FILL:  # active is the old key until the second column is full
            new = other[max(other)]
            return IndexState(FILL, active, new, (active, new))
        old = other[max(number for number in other if number < active.number)]
        return IndexState(self.phase, active, active if self.phase == TURN else None, (active, old))

    def fingerprint(self) -> str:
        """Names the exact set of keys without showing any: to know whether an export is still whole."""
        state = hashlib.sha256(self.id.encode())
        for klass in sorted(self.versions):
            for number, version in sorted(self.versions[klass].items()):
                state.update(f"{klass}/{number}/{version.suite.name}/".encode() + version.key)
        return state.hexdigest()

    # -- changing (each gives a new ring) ----------------------------------------------------
    def with_new_version(self, klass: str, suite: str, created: str) -> KeyRing:
        if klass == "index" and self.phase != STEADY:
            raise ValueError("the index is being rotated already; finish that first")
        number = max(self.versions[klass]) + 1
        versions = {**self.versions, klass: {**self.versions[klass], number: make(klass, number, suite, created)}}
        if klass == "index":
            return replace(self, versions=versions, phase=FILL)
        return replace(self, versions=versions, active={**self.active, klass: number})

    def with_next_phase(self) -> KeyRing:
        if self.phase == STEADY:
            raise ValueError("no index rotation is running")
        phase = PHASES[(PHASES.index(self.phase) + 1) % len(PHASES)]
        active = {**self.active, "index": max(self.versions["index"])} if phase == TURN else self.active
        return replace(self, phase=phase, active=active)

    def without(self, klass: str, number: int) -> KeyRing:
        self.version(klass, number)
        if number == self.active[klass] or (klass == "index" and self.phase != STEADY):
            raise ValueError(f"version {number} of class {klass} is in use")
        kept = {other: version for other, version in self.versions[klass].items() if other != number}
        return replace(self, versions={**self.versions, klass: kept})

    # -- text --------------------------------------------------------------------------------
    def to_json(self) -> str:
        classes = {
            klass: {
                "active": self.active[klass],
                "versions": {
                    str(number): {
                        "suite": version.suite.name,
                        "key": base64.b64encode(version.key).decode(),
                        "created": version.created,
                    }
                    for number, version in sorted(versions.items())
                },
            }
            for klass, versions in self.versions.items()
        }
        whole = {"format": 1, "id": self.id, "created": self.created, "index_phase": self.phase}
        return json.dumps({**whole, "exported": self.exported, "classes": classes}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> KeyRing:
        try:
            data = json.loads(text)
            versions = {
                klass: {
                    int(number): KeyVersion(
                        klass,
                        int(number),
                        SUITES[one["suite"]],
                        base64.b64decode(one["key"], validate=True),
                        one["created"],
                    )
                    for number, one in data["classes"][klass]["versions"].items()
                }
                for klass in CLASSES
            }
            active = {klass: int(data["classes"][klass]["active"]) for klass in CLASSES}
            ring = cls(data["id"], data["created"], versions, active, data["index_phase"], data.get("exported", {}))
            sound = data["format"] == 1 and ring.phase in PHASES and all(ring.current(klass) for klass in CLASSES)
        except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
            raise KeysDamaged("the key ring cannot be read") from None
        if not sound or any(
            len(version.key) != _key_bytes(klass, version.suite)
            for klass, held in versions.items()
            for version in held.values()
        ):
            raise KeysDamaged("the key ring cannot be read")
        return ring


def _key_bytes(klass: str, suite: Suite) -> int:
    return suite.seal_key_bytes if CLASSES[klass] == SEAL else suite.mac_key_bytes


def make(klass: str, number: int, suite: str, created: str) -> KeyVersion:
    chosen = SUITES[suite]
    return KeyVersion(klass, number, chosen, secrets.token_bytes(_key_bytes(klass, chosen)), created)


def new_ring(suite: str, created: str) -> KeyRing:
    versions = {klass: {1: make(klass, 1, suite, created)} for klass in CLASSES}
    return KeyRing(str(uuid.uuid4()), created, versions, dict.fromkeys(CLASSES, 1))
