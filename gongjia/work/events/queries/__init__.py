"""Every read of events that is scoped, joined or counted."""

from gongjia.work.events.queries.facts import eligible_facts, served_lately, terms_of
from gongjia.work.events.queries.places import (
    Counter,
    QuotaLine,
    ahead,
    cap_of,
    cell_of,
    counters,
    drift,
    free_places,
    parent_of,
    quota_board,
)
from gongjia.work.events.queries.scope import for_member, gate, get, mine, open_to, related, visible

__all__ = [
    "Counter",
    "QuotaLine",
    "ahead",
    "cap_of",
    "cell_of",
    "counters",
    "drift",
    "eligible_facts",
    "for_member",
    "free_places",
    "gate",
    "get",
    "mine",
    "open_to",
    "parent_of",
    "quota_board",
    "related",
    "served_lately",
    "terms_of",
    "visible",
]
