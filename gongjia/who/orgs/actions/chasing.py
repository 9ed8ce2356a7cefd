"""Chasing unions that are late (催办), and the thresholds this federation sets itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gongjia.base import journal, outbox
from gongjia.base.actor import Actor
from gongjia.base.refused import Forbidden, refuse
from gongjia.who.orgs import powers, queries
from gongjia.who.orgs.kinds import RULE_VALUES, Matter
from gongjia.who.orgs.models import Chase, CommitteeSize, Org, RuleValue


@dataclass(frozen=True)
class Chased:
    """How far a chase went: unions asked, accounts reached, unions nobody could be reached in."""

    unions: int
    reached: int
    unreachable: tuple[Org, ...]


def chase(
    *,
    matters: Mapping[Org, Sequence[str]],
    accounts: Mapping[UUID, Iterable[UUID]],
    actor: Actor,
    at: datetime,
    note: str = "",
    url: str = "/console/",
) -> Chased:
    """Remind unions of what they are late with: a log row each, one message per officer's account.

    `accounts`: union id -> account ids of those who hold a post there (known to members).
    """
    if not matters:
        refuse("nobody_to_chase", "没有选定要催办的工会。")
    if unknown := {matter for found in matters.values() for matter in found} - set(Matter.values):
        raise ValueError(f"unknown matters {sorted(unknown)}")
    with journal.act():
        may = queries.visible(actor, powers.CHASE).filter(pk__in=[org.pk for org in matters]).count()
        if may != len(matters):
            raise Forbidden(powers.CHASE)
        rows, unreachable, reached = [], [], 0
        for org, late in sorted(matters.items(), key=lambda item: item[0].path):
            who = list(dict.fromkeys(accounts.get(org.pk, ())))
            text = "、".join(Matter(matter).label for matter in late)
            if who:
                outbox.notify(
                    who,
                    template="orgs.chase",
                    context={"org": org.name, "matters": text, "note": note, "by": actor.label},
                    at=at,
                    url=url,
                )
                reached += len(who)
            else:
                unreachable.append(org)
            rows.append(
                Chase(org=org, matters=list(late), note=note, asked_at=at, asked_by=actor.label, reached=len(who))
            )
        Chase.objects.bulk_create(rows, batch_size=1000)
        journal.write(
            "orgs.chased",
            actor=actor,
            at=at,
            org=None,
            subjects=list(matters),
            payload={"unions": len(rows), "reached": reached},
            note=note,
        )
        return Chased(len(rows), reached, tuple(unreachable))


def set_rule_value(*, key: str, value: str, from_on: date, actor: Actor, at: datetime, note: str = "") -> RuleValue:
    """Set a threshold from a day on. Earlier days keep theirs."""
    actor.must(powers.RULES, None)
    if key not in RULE_VALUES:
        refuse("rule_unknown", "没有这一项规则数值。", fact=key)
    value = str(value).strip()
    kind = RULE_VALUES[key]
    if isinstance(kind.default, int) and not (value.isdigit() and int(value) > 0):
        refuse("rule_value_bad", f"“{kind.label}”要填正整数。", fact=value)
    if key == "size.scheme" and value not in queries.committee_schemes():
        refuse("scheme_unknown", "没有这张委员名额表。", fact=value)
    with journal.act():
        row, _ = RuleValue.objects.update_or_create(key=key, from_on=from_on, defaults={"value": value, "note": note})
        journal.write(
            "orgs.rule_set",
            actor=actor,
            at=at,
            org=None,
            subject=row,
            payload={"key": key, "value": value, "from": from_on.isoformat()},
            note=note,
        )
        return row


def set_size_table(
    *, scheme: str, rows: Sequence[tuple[int, int | None, int, int]], actor: Actor, at: datetime, odd_only: bool = False
) -> int:
    """Enter a committee-size table: (at least, at most, low, high) each; it replaces one of that name."""
    actor.must(powers.RULES, None)
    rows = sorted(rows, key=lambda row: row[0])
    for (_, most, low, high), following in zip(rows, [*rows[1:], None], strict=True):
        if low > high or (following is None) != (most is None) or (following and following[0] != (most or 0) + 1):
            refuse("size_table_gap", "名额表各档要首尾相接，最后一档不填上限。")
    with journal.act():
        CommitteeSize.objects.filter(scheme=scheme).delete()
        CommitteeSize.objects.bulk_create(
            CommitteeSize(scheme=scheme, at_least=least, at_most=most, low=low, high=high, odd_only=odd_only)
            for least, most, low, high in rows
        )
        journal.write(
            "orgs.size_table_set",
            actor=actor,
            at=at,
            org=None,
            payload={"scheme": scheme, "rows": [list(row) for row in rows]},
        )
        return len(rows)
