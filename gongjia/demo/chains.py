"""What the programmes of the demonstration share: who sits at which desk, and the walk through the desks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from gongjia.base.actor import Actor
from gongjia.demo import cast, lookups
from gongjia.demo.story import LAST_DAY, moment
from gongjia.work.programmes import actions

PHONE = "0571-64700000"  # an invented duty number, shown on notices


@dataclass
class Desks:
    """The officers of the story, each looked up once: their posts stand from January to the end."""

    known: dict[UUID, Actor] = field(default_factory=dict)
    seats: dict[UUID, UUID] = field(default_factory=dict)  # union -> account

    def account(self, account_id: UUID) -> Actor:
        if account_id not in self.known:
            self.known[account_id] = lookups.actor_of(account_id, LAST_DAY)
        return self.known[account_id]

    def player(self, key: str) -> Actor:
        """One of the federation's departments."""
        player = next(one for one in cast.FEDERATION if one.key == key)
        return self.account(lookups.person_by_id(player.id_no).account_id)

    def of(self, org_id: UUID) -> Actor:
        """Whoever sits at a union's desk."""
        if org_id not in self.seats:
            self.seats[org_id] = lookups.officer_accounts(org=org_id)[0]
        return self.account(self.seats[org_id])


def picked(found: Iterable[lookups.Candidate], count: int, of_one: int) -> list[Any]:
    """The spells of so many of them, from unions spread over the register, about `of_one` of each."""
    by_union: dict[UUID, list[lookups.Candidate]] = {}
    for one in found:
        by_union.setdefault(one.org_id, []).append(one)
    some = [held for held in by_union.values() if len(held) >= of_one] or list(by_union.values())
    some = some[:: max(1, len(some) * of_one // count)]
    turns = range(max(map(len, some)))
    return lookups.spells_of([held[turn] for turn in turns for held in some if len(held) > turn][:count])


def review(rows: Iterable[Any], verdict: str, actor: Actor, day: date, reason: str = "") -> None:
    """The same word for all of them; the story has no application that a desk may not review."""
    done = actions.review_many(applications=list(rows), verdict=verdict, actor=actor, at=moment(day, 15), reason=reason)
    if done.refused:
        one, reasons = done.refused[0]
        raise RuntimeError(f"{one.number}: {[reason.code for reason in reasons]}")


def walk(rows: Iterable[Any], desks: Desks, roles: Mapping[str, str], day_of: Callable[[int], date]) -> list[Any]:
    """Every desk passes what lies before it, until all wait for the decision. `roles`: role of a desk -> player."""
    rows = list(rows)
    for number in range(1, 9):
        rows = lookups.again(rows)
        waiting: dict[tuple, list[Any]] = {}
        for one in rows:
            if one.state == "in_review" and not one.ready:
                waiting.setdefault((one.desk_org_id, one.desk_role), []).append(one)
        if not waiting:
            break
        for (org_id, role), some in waiting.items():
            actor = desks.player(roles[role]) if role in roles else desks.of(org_id)
            review(some, "pass", actor, day_of(number))
    return rows


@dataclass(frozen=True)
class Form:
    """One paper that came to a counter."""

    actor: Actor  # whose counter
    day: date
    answers: Mapping[str, Any]
    person: Any = None
    org: Any = None


def listed(round_: Any, pile: Iterable[Form]) -> list[Any]:
    """Every counter hands in its pile at once, on the last day of it; answers in the order of the pile."""
    pile = list(pile)
    by_counter: dict[UUID | None, list[Form]] = {}
    for form in pile:
        by_counter.setdefault(form.actor.account_id, []).append(form)
    made: dict[int, Any] = {}
    for forms in by_counter.values():
        handed = actions.hand_in_list(
            round_=round_,
            papers=[
                actions.Paper(
                    form.answers, form.day, person_id=form.person.pk if form.person is not None else None, for_org=form.org
                )
                for form in forms
            ],
            actor=forms[0].actor,
            at=moment(max(form.day for form in forms), 16),
        )  # fmt: skip
        if handed.refused:
            number, reasons = handed.refused[0]
            raise RuntimeError(
                f"{forms[number - 1].person or forms[number - 1].org}: {[(one.code, one.fact) for one in reasons]}"
            )
        made |= {id(form): one for form, one in zip(forms, handed.done, strict=True)}
    return [made[id(form)] for form in pile]


def by_oneself(round_: Any, answers: Mapping[str, Any], actor: Actor, day: date) -> Any:
    """A member applies on the phone."""
    by = {"actor": actor, "at": moment(day, 19)}
    draft = actions.start_draft(round_=round_, **by)
    draft = actions.save_draft(application=draft, answers=answers, **by)
    return actions.submit(application=draft, **by)
