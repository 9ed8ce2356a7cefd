"""At the door: what a ticket is, when it lets in, who is late, how many minutes count. Pure.

A ticket is signed (Ed25519) by a key of its event: `GJT1.` + base64url(version, key version, sign-up, signature). It
holds no name and no number. A phone at the door keeps only SHA-256 digests of the tickets and the public key.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gongjia.base.refused import Reason, fact_of

MARK, SIGNATURE = "GJT1.", 64
PACK_LASTS = timedelta(hours=1)  # how long a phone may scan without network
PACK_BEFORE = timedelta(hours=24)  # a pack may be fetched so long before the session
LATE_AFTER = timedelta(minutes=10)  # the queue at the door is nobody's fault
REPEAT = timedelta(seconds=5)  # the camera reading one ticket twice is one scan


# -- tickets ---------------------------------------------------------------------------------------------
def sign(seed: bytes, event_id: UUID, key_version: int, sign_up_id: UUID) -> str:
    """The ticket's text. The same every time: Ed25519 has no chance in it."""
    body = _body(key_version, sign_up_id)
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(_said(event_id, body))
    return MARK + urlsafe_b64encode(body + signature).decode().rstrip("=")


def public_key(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def parse(text: str) -> tuple[int, UUID, bytes] | None:
    """(key version, sign-up, signature) of something scanned; None when it is no ticket of ours."""
    text = text.strip()
    if not text.startswith(MARK) or len(text) > 200:
        return None
    packed = text.removeprefix(MARK)
    try:
        data = urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    except ValueError:
        return None
    # written in one way only: another spelling of the same bytes would have another digest
    if len(data) != 19 + SIGNATURE or data[0] != 1 or urlsafe_b64encode(data).decode().rstrip("=") != packed:
        return None
    return int.from_bytes(data[1:3], "big"), UUID(bytes=data[3:19]), data[19:]


def signed(public: bytes, event_id: UUID, key_version: int, sign_up_id: UUID, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _said(event_id, _body(key_version, sign_up_id)))
    except InvalidSignature:
        return False
    return True


def digest(text: str) -> str:
    return hashlib.sha256(text.strip().encode()).hexdigest()


def _body(key_version: int, sign_up_id: UUID) -> bytes:
    return b"\x01" + key_version.to_bytes(2, "big") + sign_up_id.bytes


def _said(event_id: UUID, body: bytes) -> bytes:
    return b"gongjia ticket\0" + event_id.bytes + body


# -- when ------------------------------------------------------------------------------------------------
def may_pack(*, starts_at: datetime, ends_at: datetime, at: datetime, cancelled: bool) -> list[Reason]:
    """A door pack is fetched shortly before, and not once it is over."""
    if cancelled:
        return [Reason("session_cancelled", "这一场已取消。")]
    if at < starts_at - PACK_BEFORE:
        return [
            Reason("pack_early", "还太早，开始前 24 小时内才能领离线签到包。", fact_of(starts_at), cure="请当天再领。")
        ]
    if at >= ends_at:
        return [Reason("session_over", "这一场已经结束。", fact_of(ends_at), cure="漏签的请用名单补签。")]
    return []


def may_scan(*, starts_at: datetime, ends_at: datetime, minutes_early: int, at: datetime) -> list[Reason]:
    """The door is open in [start - minutes_early, end)."""
    opens = starts_at - timedelta(minutes=minutes_early)
    if at < opens:
        return [Reason("door_not_open", f"{fact_of(opens)} 开始签到。", fact_of(at), cure="请稍候再扫。")]
    if at >= ends_at:
        return [Reason("session_over", "这一场已经结束。", fact_of(ends_at), cure="漏签的请用名单补签。")]
    return []


def standing_at(at: datetime, starts_at: datetime) -> str:
    return "late" if at > starts_at + LATE_AFTER else "present"


def minutes_of(standing: str, at: datetime | None, *, starts_at: datetime, minutes: int) -> int:
    """What counts: all of it for who was there in time, less the minutes missed for who came late, else nothing."""
    if standing == "present" or (standing == "late" and at is None):
        return minutes
    if standing != "late" or at is None:
        return 0
    return max(0, minutes - max(0, int((at - starts_at).total_seconds() // 60)))


def kept_within(
    claimed: datetime, issued_at: datetime, expires_at: datetime, came_at: datetime
) -> tuple[datetime, bool]:
    """The phone's time, kept within the pack's hour and never after it reached us; whether it had to be moved."""
    moved = min(max(claimed, issued_at), expires_at, came_at)
    return moved, moved != claimed


CERTIFICATE_PERCENT = 80  # of the minutes, unless the event says otherwise


def earned(minutes: int, of_all: int, percent: int = CERTIFICATE_PERCENT) -> bool:
    """Whether the attendance is enough for a certificate; the limit itself is enough (以上)."""
    return of_all > 0 and minutes * 100 >= of_all * percent


# -- one ticket, two phones ------------------------------------------------------------------------------
@dataclass(frozen=True)
class Seen:
    """One scan of one ticket."""

    key: object
    device: str
    at: datetime
    came_at: datetime


def doubles(some: Sequence[Seen]) -> list[tuple[Seen, Seen]]:
    """(a later scan, the first one) for every scan of one ticket beyond the first; a camera's own repeat is none.

    The order is that of the moments at the doors, not that of the syncs: who synced last is not the cheat.
    """
    ordered = sorted(some, key=lambda one: (one.at, one.came_at, str(one.key)))
    found, last = [], ordered[0] if ordered else None
    for one in ordered[1:]:
        assert last is not None
        if one.device == last.device and one.at - last.at <= REPEAT:
            last = one
            continue
        found.append((one, ordered[0]))
        last = one
    return found
