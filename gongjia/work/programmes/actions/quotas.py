"""Places handed down the tree and given back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import refuse, refuse_if
from gongjia.work.programmes import powers
from gongjia.work.programmes.actions.common import day_of, lock_round
from gongjia.work.programmes.models import Quota, Round
from gongjia.work.programmes.queries.quotas import used_at
from gongjia.work.programmes.rules import quota as rules


def give_quota(
    *, round_: Round, giver: Any, to: Sequence[tuple[Any, int]], actor: Actor, at: datetime, note: str = ""
) -> list[Quota]:
    """Hand places to unions below, as new numbers (not additions). The whole board of a round is one lock."""
    with journal.act():
        round_ = lock_round(round_)
        actor.must(powers.QUOTA, giver)
        if round_.state not in ("draft", "open", "closed"):
            refuse("round_over", "项目已经决定或终止，不能再调整名额。", fact=round_.state_label)
        rows = {row.org_id: row for row in Quota.objects.select_for_update().filter(round=round_).order_by("pk")}
        named = {org.pk for org, _number in to}
        if len(named) < len(to):
            refuse("quota_twice", "同一家工会写了两次。")
        used = used_at(round_, list(named))
        for org, _number in to:
            if org.pk in rows and rows[org.pk].given_by_id != giver.pk:
                refuse("quota_other_giver", f"“{org.name}”的名额由别的工会下达。", cure="请联系下达的工会调整。")
        facts = rules.HandFacts(
            own=_own(round_, giver, rows),
            handed=sum(row.given - row.returned for row in rows.values() if row.given_by_id == giver.pk and row.org_id not in named),
            giving=tuple(
                (org.name, number, max(used.get(org.pk, 0), _handed_on(rows, org.pk))) for org, number in to
            ),
            outside=tuple(org.name for org, _n in to if not org.path.startswith(giver.path) or org.pk == giver.pk),
        )  # fmt: skip
        refuse_if(rules.may_hand(facts))
        made = []
        for org, number in to:
            row = rows.get(org.pk) or Quota(round=round_, org=org, given_by=giver, changed_on=day_of(at))
            row.given, row.returned, row.changed_on = number, 0, day_of(at)
            row.save()
            made.append(row)
        journal.write(
            "programmes.quota_given", actor=actor, at=at, org=giver, subjects=[round_, *made], note=note,
            payload={"to": {org.code: number for org, number in to}},
        )  # fmt: skip
        return made


def return_quota(*, round_: Round, org: Any, number: int, actor: Actor, at: datetime, note: str = "") -> Quota:
    """Give back places that are neither used nor handed on; whoever gave them may hand them out anew."""
    with journal.act():
        round_ = lock_round(round_)
        actor.must(powers.REVIEW, org)
        if round_.state not in ("open", "closed"):
            refuse("round_over", "现在不能退回名额。", fact=round_.state_label)
        rows = {row.org_id: row for row in Quota.objects.select_for_update().filter(round=round_).order_by("pk")}
        row = rows.get(org.pk)
        if row is None:
            refuse("no_quota", "没有给本工会下达名额。")
        free = row.given - row.returned - used_at(round_, [org.pk]).get(org.pk, 0) - _handed_on(rows, org.pk)
        refuse_if(rules.may_give_back(number, free))
        row.returned += number
        row.changed_on = day_of(at)
        row.save(update_fields=["returned", "changed_on"])
        journal.write(
            "programmes.quota_returned", actor=actor, at=at, org=org, subjects=[round_, row], note=note,
            payload={"number": number, "to": str(row.given_by_id)},
        )  # fmt: skip
        return row


def _own(round_: Round, giver: Any, rows: dict[Any, Quota]) -> int | None:
    if giver.pk == round_.org_id:
        return round_.quota
    row = rows.get(giver.pk)
    return row.given - row.returned if row else 0


def _handed_on(rows: dict[Any, Quota], org_id: Any) -> int:
    return sum(row.given - row.returned for row in rows.values() if row.given_by_id == org_id)
