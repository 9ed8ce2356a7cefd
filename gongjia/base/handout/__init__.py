"""How much of people's secrets leaves through one pair of hands: counted, approved by a second person, stopped.

Every act that shows or hands out whole values names its class here. What one account has opened today, by whatever way
(revealed one by one, opened as facts, taken as a file), is added up from the journal itself: no act without its entry,
so nothing is uncounted. From a first bound a second person must approve the file; at the next the way is shut for the
day and those who guard the journal are told at once (half the bounds of the criminal code for people in office).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from gongjia.base.handout.kinds import CLASSES, Class, State, by_action
from gongjia.base.handout.registry import alarm_goes_to

if TYPE_CHECKING:
    from gongjia.base.handout.actions import approve, ask, decline, disclosing, taken
    from gongjia.base.handout.models import Handout
    from gongjia.base.handout.queries import asked, given_today, needs_approval, waiting

# models are there only once the apps are loaded
_LATER = {
    "Handout": "models", "approve": "actions", "ask": "actions", "asked": "queries", "decline": "actions",
    "disclosing": "actions", "given_today": "queries", "needs_approval": "queries", "taken": "actions",
    "waiting": "queries",
}  # fmt: skip

__all__ = [
    "CLASSES", "Class", "Handout", "State", "alarm_goes_to", "approve", "ask", "asked", "by_action", "decline",
    "disclosing", "given_today", "needs_approval", "taken", "waiting",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
