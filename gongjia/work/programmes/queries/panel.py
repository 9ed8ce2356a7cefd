"""The panel of a round as its pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q

from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden
from gongjia.base.sheets import Column
from gongjia.work.programmes import powers
from gongjia.work.programmes.models import Application, Judge, JudgeScore, Round
from gongjia.work.programmes.rules import panel


def judges_of(round_: Round) -> list[Judge]:
    """The panel, each with how many it has scored and how often it stands aside."""
    return list(
        Judge.objects.filter(round=round_, removed_on__isnull=True)
        .annotate(scored=Count("scores", distinct=True), aside=Count("conflicts", distinct=True))
        .order_by("name")
    )


def judge_of(actor: Actor, pk: UUID) -> Judge:
    """One judge: themself, or for whoever runs the panel."""
    found = one_of(Judge.objects.select_related("round__org", "round__form").filter(pk=pk))
    if found is None or not (
        (found.person_id is not None and found.person_id == actor.person_id) or actor.can(powers.PANEL, found.round.org)
    ):
        raise Hidden(str(pk))
    return found


def my_panels(actor: Actor) -> list[Judge]:
    """Rounds that the actor is a judge of and that can still be scored."""
    if actor.person_id is None:
        return []
    found = Judge.objects.filter(
        person_id=actor.person_id, removed_on__isnull=True, round__state__in=("open", "closed")
    )
    return list(found.select_related("round").order_by("round__opens_at", "pk"))


@dataclass(frozen=True)
class MarkRow:
    """One application as a judge scores it."""

    application: Application
    marks: dict[str, str]
    total: Decimal | None
    aside: str  # why the judge stands aside; "" when not


def mark_rows(judge: Judge) -> list[MarkRow]:
    """What a judge has to score: everything the desks have passed. Three queries."""
    held = list(
        Application.objects.filter(round_id=judge.round_id, state="in_review", ready=True)
        .select_related("org")
        .order_by("number")
    )
    marks = {row.application_id: row for row in JudgeScore.objects.filter(judge=judge)}
    aside = dict(judge.conflicts.values_list("application_id", "reason"))
    return [
        MarkRow(
            one, marks[one.pk].marks if one.pk in marks else {}, marks[one.pk].total if one.pk in marks else None,
            aside.get(one.pk, ""),
        )
        for one in held
    ]  # fmt: skip


def ranking_rows(actor: Actor, round_: Round, limit: int = 500) -> list[Application]:
    """The ranking, best first, then what has no rank yet."""
    if not actor.can(powers.READ, round_.org):
        raise Hidden(str(round_.pk))
    found = Application.objects.filter(round=round_).filter(Q(rank__isnull=False) | Q(state="in_review", ready=True))
    return list(found.select_related("org").order_by(F("rank").asc(nulls_last=True), "number")[:limit])


def tie_at_edge(round_: Round, seats: int) -> list[Application]:
    """The tied ones at the last seat, whom a choice of the first `seats` would cut through."""
    rows = list(
        Application.objects.filter(round=round_, rank__isnull=False, state="in_review").order_by("rank", "number")
    )
    places = [panel.Place(one.pk, one.score or Decimal(0), one.rank or 0, one.tied) for one in rows]
    tied = {place.ref for place in panel.tie_at_edge(places, seats)}
    return [one for one in rows if one.pk in tied]


def score_columns(round_: Round) -> list[Column]:
    """Columns of the score sheet that a judge fills in: export with `score_lines`, import with `import_scores`."""
    return [Column("申报编号", width=18, text=True), Column("申报人", width=14), Column("所在工会", width=24)] + [
        Column(row["label"], width=12, note=f"0 到 {row['most']} 分") for row in round_.criteria
    ]


def score_lines(judge: Judge) -> list[list[Any]]:
    """The rows of that sheet; where the judge stands aside the line says so and stays empty."""
    return [
        [row.application.number, row.application.applicant_name, row.application.org.name,
         *(row.marks.get(one["key"], "") for one in judge.round.criteria)]
        for row in mark_rows(judge) if not row.aside
    ]  # fmt: skip
