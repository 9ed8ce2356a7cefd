"""Pure decisions of events."""

from gongjia.work.events.rules.eligibility import (
    CONDITIONS,
    checks,
    condition_faults,
    guest_faults,
    reasons,
    rest_until,
    seats_of,
    window,
)
from gongjia.work.events.rules.facts import Check, Facts, Terms
from gongjia.work.events.rules.places import (
    HandFacts,
    Waiter,
    cap_of,
    held_until,
    may_give_back,
    may_hand,
    may_resize,
    next_up,
)
from gongjia.work.events.rules.plan import Plan, faults

__all__ = [
    "CONDITIONS",
    "Check",
    "Facts",
    "HandFacts",
    "Plan",
    "Terms",
    "Waiter",
    "cap_of",
    "checks",
    "condition_faults",
    "faults",
    "guest_faults",
    "held_until",
    "may_give_back",
    "may_hand",
    "may_resize",
    "next_up",
    "reasons",
    "rest_until",
    "seats_of",
    "window",
]
