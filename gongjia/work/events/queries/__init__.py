"""Every read of events that is scoped, joined or counted."""

from gongjia.work.events.queries.certificates import certificate, certificates_of, deserving, my_certificates
from gongjia.work.events.queries.door import (
    door_counts,
    door_list,
    expected,
    hours_of,
    hours_of_many,
    late_list,
    my_attendance,
    named_scans,
)
from gongjia.work.events.queries.draws import draw_of, draws, proof, public_draw, why
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
from gongjia.work.events.queries.tickets import my_ticket, public_key, ticket_of

__all__ = [
    "Counter",
    "QuotaLine",
    "ahead",
    "cap_of",
    "cell_of",
    "certificate",
    "certificates_of",
    "counters",
    "deserving",
    "door_counts",
    "door_list",
    "draw_of",
    "draws",
    "drift",
    "eligible_facts",
    "expected",
    "for_member",
    "free_places",
    "gate",
    "get",
    "hours_of",
    "hours_of_many",
    "late_list",
    "mine",
    "my_attendance",
    "my_certificates",
    "my_ticket",
    "named_scans",
    "open_to",
    "parent_of",
    "proof",
    "public_draw",
    "public_key",
    "quota_board",
    "related",
    "served_lately",
    "terms_of",
    "ticket_of",
    "visible",
    "why",
]
