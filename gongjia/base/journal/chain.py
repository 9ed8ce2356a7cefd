"""How entries are bound together: canonical bytes, digests, the HMAC chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from gongjia.base import secret


def canonical(value: Any) -> bytes:
    """One byte form for equal JSON values."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode()


def digest(value: Any) -> str:
    """Hex digest of a fact, for a payload that may not hold the fact itself. Keyed, so that it cannot be guessed."""
    return secret.mac("journal", "fact", canonical(value).decode())[2:].hex()[:32]


def payload_digest(actor_label: str, note: str, body: dict) -> bytes:
    return hashlib.sha256(canonical([actor_label, note, body])).digest()


def subjects_digest(subjects: Iterable[tuple[str, UUID]]) -> bytes:
    """Order-free over (label, id)."""
    return hashlib.sha256("\n".join(sorted(f"{label}:{pk}" for label, pk in subjects)).encode()).digest()


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def content(row: dict[str, Any], seq: int | None = None) -> str:
    """The text that an entry's HMAC covers. `row` has the columns of `Entry`."""
    return canonical(
        [
            str(row["id"]),
            row["stream"],
            row["seq"] if seq is None else seq,
            _moment(row["at"]),
            _moment(row["recorded"]),
            row["action"],
            str(row["actor_account"] or ""),
            str(row["actor_person"] or ""),
            str(row["org_id"] or ""),
            row["subject_count"],
            bytes(row["subjects_digest"]).hex(),
            bytes(row["payload_digest"]).hex(),
            str(row["cause_id"] or ""),
            bytes(row["prev"]).hex(),
        ]
    ).decode()


def link(row: dict[str, Any]) -> bytes:
    """HMAC (with its key's version) of a row whose `prev` and `seq` are set."""
    return secret.mac("journal", "entry", content(row))


def holds(row: dict[str, Any], seq: int | None = None) -> bool:
    """Whether a stored row still carries the HMAC of its content."""
    return secret.mac_ok("journal", "entry", content(row, seq), row["mac"])
