"""Contests as they stand: rounds, who is in which, marks, ranks; what whoever gives prizes may read."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from gongjia.base.actor import Actor
from gongjia.base.refused import Forbidden, Reason
from gongjia.work.events import powers, rules
from gongjia.work.events.models import ContestRound, Event, Result, Score, SignUp


def rounds_of(event: Event) -> list[ContestRound]:
    return list(ContestRound.objects.filter(event=event).order_by("number"))


def weights_of(rounds: Iterable[ContestRound]) -> dict[int, rules.Weights]:
    return {one.number: rules.Weights(one.theory_percent, one.practice_percent) for one in rounds}


def pass_mark(event: Event) -> Decimal:
    return Decimal(str(event.params.get("pass_mark", rules.PASS_MARK)))


def entrants(event: Event) -> list[rules.Entrant]:
    """Everybody with a place, with the marks of all rounds. Two queries."""
    marks: dict[UUID, list[rules.Mark]] = {}
    rows = Score.objects.filter(round__event=event).values_list(
        "sign_up_id", "round__number", "theory", "practice", "total"
    )
    for pk, number, theory, practice, summed in rows:
        marks.setdefault(pk, []).append(rules.Mark(number, theory, practice, summed))
    people = SignUp.objects.filter(event=event, state="placed").values_list("pk", "person__name", "trade")
    return [rules.Entrant(pk, name, trade, tuple(marks.get(pk, ()))) for pk, name, trade in people]


def in_round(event: Event, number: int) -> set[UUID]:
    """Sign-ups that are in a round: all with a place in the first, afterwards those who went on from the one before."""
    known = entrants(event)
    if number <= 1:
        return {one.key for one in known}
    rounds = rounds_of(event)
    before = next((one for one in rounds if one.number == number - 1), None)
    if before is None:
        return set()
    upto = [
        rules.Entrant(one.key, one.name, one.trade, tuple(mark for mark in one.marks if mark.round < number))
        for one in known
    ]
    placings = rules.ranking(upto, weights_of(rounds), pass_mark(event))
    return rules.going_on(placings, number - 1, before.go_on)


def entrant_no(pk: UUID) -> str:
    """参赛号: short, names nobody, and needs no counter."""
    return base64.b32encode(pk.bytes[-5:]).decode()[:8]


@dataclass(frozen=True)
class ScoreLine:
    """One entrant of a round, with what was entered."""

    sign_up_id: UUID
    number: str
    name: str
    org: str
    trade: str
    theory: Decimal | None = None
    practice: Decimal | None = None
    total: Decimal | None = None


def score_lines(actor: Actor, round_: ContestRound) -> list[ScoreLine]:
    """The list of a round, for typing marks and for its sheet. A fixed number of queries."""
    event = Event.objects.select_related("org").get(pk=round_.event_id)
    if not actor.can(powers.RESULTS, event.org):
        raise Forbidden(powers.RESULTS)
    given = {
        row[0]: row[1:]
        for row in Score.objects.filter(round=round_).values_list("sign_up_id", "theory", "practice", "total")
    }
    rows = SignUp.objects.filter(pk__in=in_round(event, round_.number)).select_related("person", "org")
    return [
        ScoreLine(
            row.pk, entrant_no(row.pk), row.person.name, row.org.short_name or row.org.name, row.trade,
            *given.get(row.pk, ()),
        )
        for row in rows.order_by("trade", "person__name", "pk")
    ]  # fmt: skip


BY_RANK = ("trade", "rank", "person__name", "id")


def result_rows(event: Event) -> QuerySet[Result]:
    """Ranks per trade, best first."""
    return Result.objects.filter(event=event).select_related("person", "home_org", "sign_up").order_by(*BY_RANK)


def results_of(event: Event, *, decided: bool = False) -> list[Result]:
    """All of them."""
    return list(result_rows(event).filter(state="decided") if decided else result_rows(event))


def ranked_per_trade(event: Event) -> dict[str, int]:
    """Trade -> how many have a rank in it. One query."""
    rows = Result.objects.filter(event=event).order_by().values("trade").annotate(count=Count("pk"))
    return dict(rows.values_list("trade", "count"))


def last_round_of(results: Iterable[Result]) -> dict[UUID, str]:
    """Result -> title of the last round it has marks of: which its total is from. One query."""
    keys = {one.sign_up_id: one.pk for one in results}
    rows = Score.objects.filter(sign_up__in=keys).order_by("round__number").values_list("sign_up_id", "round__title")
    return {keys[sign_up]: title for sign_up, title in rows}


def placings_of(results: Iterable[Result]) -> list[rules.Placing]:
    """Written results as the rules look at them."""
    return [
        rules.Placing(one.pk, one.person.name, one.trade, 0, one.total, one.practice, one.rank, one.tie, True)
        for one in results
    ]


def warnings_of(event: Event) -> list[Reason]:
    """What is unusual about the prizes, with the clause; it does not stop a decision, but nobody overlooks it."""
    rows = Result.objects.filter(event=event).values_list("prize_level", "prize")
    return rules.scope(len(rows), sum(bool(level) or prize > 0 for level, prize in rows))


def may_promote(event: Event, result: Result) -> bool:
    """Whether the rank opens 破格晋升 (domain rules 4.1)."""
    return rules.promotes(event.level, str(event.params.get("class") or ""), result.rank)


def my_result(actor: Actor, sign_up: SignUp) -> Result | None:
    """One's own, once it is decided."""
    if actor.person_id is None or sign_up.person_id != actor.person_id:
        return None
    return Result.objects.filter(sign_up=sign_up, state="decided").first()


@dataclass(frozen=True)
class Prize:
    """A decided result that brings money, as the programme of prizes reads it."""

    result_id: UUID
    event_id: UUID
    event: str
    org_id: UUID
    org_path: str
    person_id: UUID
    trade: str
    rank: int
    level: str
    title: str
    amount: int  # fen
    decided_on: date
    document: str


def prizes(*, event_ids: Iterable[Any] = (), result_ids: Iterable[Any] = ()) -> list[Prize]:
    """Decided results with money, of some contests or by their keys. One query."""
    found = Result.objects.filter(state="decided", prize__gt=0)
    events = [getattr(one, "pk", one) for one in event_ids]
    keys = [getattr(one, "pk", one) for one in result_ids]
    found = found.filter(event_id__in=events) if events else found.filter(pk__in=keys)
    rows = found.order_by("event_id", "trade", "rank", "pk").values_list(
        "pk", "event_id", "event__title", "org_id", "org__path", "person_id", "trade", "rank", "prize_level", "title_won",
        "prize", "decided_on", "document",
    )  # fmt: skip
    return [Prize(*row) for row in rows]
