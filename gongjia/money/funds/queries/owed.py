"""What is decided and not yet paid: the awards of programmes less the payments that claim them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet, Sum

from gongjia.base.actor import Actor
from gongjia.money.funds import kinds
from gongjia.money.funds.models import Ceiling, PayeeAccount, Payment
from gongjia.money.funds.queries.persons import accounts_of, current_accounts
from gongjia.money.funds.queries.scope import visible
from gongjia.money.funds.queries.sums import used_of_earmarks
from gongjia.money.funds.states import CLAIMED
from gongjia.work.programmes import queries as programmes
from gongjia.work.programmes.registry import TYPES

KEEPER = Actor.system("资金核对", ["*"])


def payable_ids(keys: Iterable[UUID], at: datetime) -> dict[UUID, str]:
    """Award -> "" when it may be paid now, else why not. What programmes knows decides: in force, ready, its notice
    over without an open objection, the household's checks answered."""
    keys = set(keys)
    if not keys:
        return {}
    answer = dict.fromkeys(programmes.payable(KEEPER, at=at, award_ids=keys).values_list("pk", flat=True), "")
    award: Any = Payment._meta.get_field("award").related_model
    # only those that are held back are asked why, and they are few
    held = award._default_manager.filter(pk__in=keys - set(answer)).select_related("decision__notice", "household")
    for one in held:
        answer[one.pk] = "".join(programmes.why_not_payable(one, at=at)) or "这一笔现在不能发放。"
    return answer


@dataclass
class Owed:
    """One award that waits to be paid."""

    award: Any
    left: int
    account: PayeeAccount | None = None

    @property
    def id(self) -> UUID:
        return self.award.pk


@dataclass
class OwedRound:
    """What waits of one round, and the money set aside for it."""

    round: Any
    rows: list[Owed] = field(default_factory=list)
    set_aside: int = 0
    used: int = 0

    @property
    def total(self) -> int:
        return sum(one.left for one in self.rows)

    @property
    def without_account(self) -> int:
        return sum(one.account is None for one in self.rows)


def to_pay(actor: Actor, at: datetime, *, round_id: UUID | None = None, limit: int = 2000) -> list[OwedRound]:
    """Payable awards that no live payment claims whole, by round. A fixed number of queries."""
    awards = list(programmes.payable(actor, at=at, round_ids=[round_id] if round_id else [])[:limit])
    claimed = claimed_of([one.pk for one in awards])
    waiting = [one for one in awards if one.amount > claimed.get(one.pk, 0)]
    accounts = current_accounts(waiting)
    groups: dict[Any, OwedRound] = {}
    for one in waiting:
        group = groups.setdefault(one.round_id, OwedRound(one.round))
        group.rows.append(Owed(one, one.amount - claimed.get(one.pk, 0), accounts.get(one.pk)))
    for one, aside, used in _aside(groups):
        groups[one].set_aside, groups[one].used = aside, used
    return list(groups.values())


def _aside(rounds: Iterable[Any]) -> list[tuple[Any, int, int]]:
    from gongjia.money.funds.models import Earmark

    rows = list(Earmark.objects.filter(round_id__in=list(rounds)).values_list("pk", "round_id", "amount"))
    used = used_of_earmarks(pk for pk, _, _ in rows)
    found: dict[Any, list[int]] = {}
    for pk, key, amount in rows:
        pair = found.setdefault(key, [0, 0])
        pair[0] += amount
        pair[1] += used.get(pk, 0)
    return [(key, aside, spent) for key, (aside, spent) in found.items()]


def claimed_of(awards: Sequence[UUID]) -> dict[UUID, int]:
    """Award -> fen that live payments claim."""
    found = Payment.objects.filter(award_id__in=awards, state__in=CLAIMED).values("award")
    return dict(found.annotate(sum=Sum("gross")).values_list("award", "sum"))


def returned(actor: Actor) -> QuerySet[Payment]:
    """退汇: what the bank sent back and nobody has put into a batch again."""
    return (
        visible(actor, Payment)
        .filter(state="returned")
        .select_related("person", "for_org", "account", "batch", "round")
        .order_by("-returned_on", "-pk")
    )


def put_current_accounts(rows: Iterable[Payment]) -> None:
    """`current_account` on each: what its money would go to now, beside the account that failed."""
    rows = list(rows)
    by = accounts_of([one.person_id for one in rows], [one.for_org_id for one in rows])
    for one in rows:
        one.current_account = by.get(one.person_id or one.for_org_id)  # type: ignore[attr-defined,arg-type]


def unanswered(actor: Actor) -> QuerySet[Payment]:
    """Sent, and the bank has not said what became of it."""
    return visible(actor, Payment).filter(state__in=("sent", "unknown"))


def to_recover(actor: Actor) -> QuerySet[Payment]:
    """Paid, and the award was revoked since: the money is to come back (追回)."""
    return (
        visible(actor, Payment)
        .filter(state="paid", award__state="revoked")
        .select_related("person", "for_org", "batch", "award")
        .annotate(revoked_on=F("award__revoked_on"))
        .order_by("-award__revoked_on", "pk")
    )


def type_label(key: str) -> str:
    one = TYPES.find(key)
    return one.label if one else key


def ceiling_label(one: Ceiling) -> str:
    """每户每年 · 困难帮扶."""
    return f"{one.scope_label} · {type_label(one.type) if one.type else '各项合计'}"


def scope_choices() -> list[tuple[str, str]]:
    return [(one.value, str(one.label)) for one in kinds.Scope]


def types_by_kind() -> list[tuple[str, str, str]]:
    """(kind of award, key, label) of every type that money may go out for."""
    return [(str(one.award_kind), one.key, one.label) for one in TYPES if str(one.award_kind) != "status"]


def type_choices() -> list[tuple[str, str]]:
    return [(one.key, one.label) for one in TYPES]
