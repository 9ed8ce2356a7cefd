"""Tickets: shown anew each time, never stored. The key of an event is derived from the key ring, class `token`."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gongjia.base import secret
from gongjia.base.actor import Actor
from gongjia.base.refused import Hidden
from gongjia.base.secret import keys
from gongjia.work.events.models import SignUp
from gongjia.work.events.queries.scope import mine
from gongjia.work.events.rules import door as rules

_LABEL = "events.ticket"


@dataclass(frozen=True)
class Ticket:
    """`text` goes into the QR code."""

    sign_up: SignUp
    text: str
    digest: str


def _seed(event_id: UUID, version: int | None = None) -> tuple[int, bytes]:
    """(version, 32 bytes) of the signing key of an event."""
    if version is None:
        made = secret.mac("token", _LABEL, str(event_id))
        return int.from_bytes(made[:2], "big"), made[2:]
    return version, keys.version("token", version).mac(f"{_LABEL}\0{event_id}".encode())


def ticket_of(sign_up: SignUp) -> Ticket:
    """The ticket of somebody who has a place."""
    version, seed = _seed(sign_up.event_id)
    text = rules.sign(seed, sign_up.event_id, version, sign_up.pk)
    return Ticket(sign_up, text, rules.digest(text))


def my_ticket(actor: Actor, sign_up_id: UUID) -> Ticket:
    """One's own ticket; `Hidden` while there is no place to it."""
    sign_up = mine(actor, sign_up_id)
    if sign_up.state != "placed":
        raise Hidden(str(sign_up_id))
    return ticket_of(sign_up)


def public_key(event_id: UUID) -> bytes:
    """32 bytes, for whoever checks tickets of that event without asking us."""
    return rules.public_key(_seed(event_id)[1])


def read(text: str, event_id: UUID) -> UUID | None:
    """The sign-up that a scanned text is a ticket of; None when it is not signed for this event."""
    parsed = rules.parse(text)
    if parsed is None:
        return None
    version, sign_up_id, signature = parsed
    try:
        _, seed = _seed(event_id, version)
    except secret.UnknownVersion:
        return None
    public = rules.public_key(seed)
    return sign_up_id if rules.signed(public, event_id, version, sign_up_id, signature) else None
