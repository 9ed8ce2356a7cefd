"""Places of a round: as a whole, handed down the tree, given back, and what they let through."""

from __future__ import annotations

from dataclasses import dataclass

from gongjia.base.refused import Reason


@dataclass(frozen=True)
class HandFacts:
    """A giver about to hand places to several unions. `own`: what the giver itself may dispose of; None: no limit."""

    own: int | None
    handed: int  # what lies with others already, beside the ones named now
    giving: tuple[tuple[str, int, int], ...]  # (union, new number, already used there)
    outside: tuple[str, ...] = ()  # unions named that do not lie under the giver


def may_hand(facts: HandFacts) -> list[Reason]:
    """The sum handed on stays within what one has; nobody's places fall below what they have used."""
    found = [
        Reason("quota_outside", f"“{name}”不在您的下级里，不能下达名额。", fact=name, cure="请只选下级工会。")
        for name in facts.outside
    ]
    for name, number, used in facts.giving:
        if number < used:
            found.append(
                Reason("quota_below_used", f"“{name}”已用 {used} 个名额，不能改成 {number} 个。", fact=str(used))
            )
        if number < 0:
            found.append(Reason("quota_negative", f"“{name}”的名额不能是负数。", fact=str(number)))
    total = facts.handed + sum(max(number, 0) for _name, number, _used in facts.giving)
    if facts.own is not None and total > facts.own:
        found.append(
            Reason(
                "quota_over", f"下达 {total} 个，超出可下达的 {facts.own} 个。", fact=str(total), cure="请减少数量，或先请下级退回。",
            )
        )  # fmt: skip
    return found


def may_give_back(asked: int, free: int) -> list[Reason]:
    """Only what is neither used nor handed on can be given back."""
    if asked < 1:
        return [Reason("quota_none", "请填写要退回的名额数。")]
    if asked > free:
        return [
            Reason(
                "quota_not_free",
                f"没有用掉的名额只有 {free} 个。",
                fact=str(asked),
                cure="请减少数量，或先收回已下达的。",
            )
        ]
    return []
