"""Full list: what becomes of members whom a roster does not name. Somebody decides; nobody leaves by silence."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.who.members import powers
from gongjia.who.members.kinds import ChangeReason, MissingDecision
from gongjia.who.members.models import RosterBatch, RosterMissing

_NOT_LISTED = "完整名册中没有此人"


def decide_missing(
    *,
    batch: RosterBatch,
    decisions: dict[UUID, str],
    actor: Actor,
    at: datetime,
    reason: str = "",
    moved_to: str = "",
) -> int:
    """What becomes of members whom the full list does not name. One tap each; nobody leaves by silence.

    `decisions`: RosterMissing id -> MissingDecision. `moved_to`: the union outside the federation for those who
    moved away (inside it the receiving union takes over by a transfer). Answers how many were decided.
    """
    from gongjia.who.members.actions import memberships

    actor.must(powers.LEAVE, batch.whole)
    with journal.act():
        rows = list(
            RosterMissing.objects.select_for_update(of=("self",))
            .filter(batch=batch, pk__in=list(decisions), decision="")
            .select_related("membership__person", "membership__org")
        )
        for row in rows:
            wanted = decisions[row.pk]
            told = {
                "person": row.membership.person,
                "on": at.date(),
                "actor": actor,
                "at": at,
                "note": reason or _NOT_LISTED,
            }
            if wanted == MissingDecision.LEFT:
                memberships.leave(reason=ChangeReason.OWN_WISH.value, own_word=True, **told)
            elif wanted == MissingDecision.RETAINED:
                memberships.retain(reason=ChangeReason.RETIREMENT.value, **told)
            elif wanted == MissingDecision.MOVED:
                memberships.leave_for_outside(to=moved_to, **told)
            row.decision, row.decided_at = wanted, at
        RosterMissing.objects.bulk_update(rows, ["decision", "decided_at"])
        journal.write(
            "roster.missing",
            actor=actor,
            at=at,
            org=batch.whole,
            subjects=[("members.person", row.membership.person_id) for row in rows],
            payload={"batch": str(batch.pk), "count": len(rows)},
        )
    return len(rows)
