"""Every write of events."""

from gongjia.work.events.actions.claiming import (
    ALREADY,
    PLACED,
    REFUSED,
    SOLD_OUT,
    WAITING,
    Claim,
    Outcome,
    claim,
    claim_many,
)

__all__ = [
    "ALREADY",
    "PLACED",
    "REFUSED",
    "SOLD_OUT",
    "WAITING",
    "Claim",
    "Outcome",
    "claim",
    "claim_many",
]
