"""What lies on an officer's desk from this app: one line a round, not one an application."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from gongjia.base.actor import Actor
from gongjia.base.clock import SHANGHAI
from gongjia.who.members.registry import TodoRow, TodoSource
from gongjia.who.orgs.queries import within
from gongjia.work.programmes import powers
from gongjia.work.programmes.models import Appeal, Application, Conflict, Judge, JudgeScore, Round
from gongjia.work.programmes.queries.desks import DeskCount, counted, desk_counts, vacant, waiting


def _desk_rows(actor: Actor, today: date, limit: int) -> list[TodoRow]:
    return _of_rounds("reviews", "件待审核", desk_counts(actor, today=today)[:limit])


def _vacant_rows(actor: Actor, today: date, limit: int) -> list[TodoRow]:
    return _of_rounds("vacant_desks", "件在没有干部的工会，请代审", counted(vacant(actor, today=today), today)[:limit])


def _of_rounds(source: str, words: str, counts: list[DeskCount]) -> list[TodoRow]:
    rounds = Round.objects.select_related("org").in_bulk([one.round_id for one in counts])
    return [
        TodoRow(
            source=source,
            subject=one.round_id,
            title=f"{one.round_title}：{one.count} {words}" + (f"，{one.overdue} 件逾期" if one.overdue else ""),
            org_id=rounds[one.round_id].org_id,
            org_name=rounds[one.round_id].org.short_name or rounds[one.round_id].org.name,
            since=rounds[one.round_id].opens_at.astimezone(SHANGHAI).date(),
            due_on=one.oldest_due,
            unit=one.unit,
            link=("programmes.desk", one.round_id),
        )
        for one in counts
    ]


def _appeal_rows(actor: Actor, today: date, limit: int) -> list[TodoRow]:
    found = Appeal.objects.filter(within(actor, powers.APPEALS, prefix="org__"), state="open")
    return [
        TodoRow(
            source="appeals",
            subject=one.pk,
            title=f"{one.application.applicant_name}对“{one.application.round.title}”申请复核",
            org_id=one.org_id,
            org_name=one.org.short_name or one.org.name,
            since=one.filed_on,
            link=("programmes.application", one.application_id),
        )
        for one in found.select_related("application__round", "org").order_by("filed_on", "pk")[:limit]
    ]


def _unscored(actor: Actor) -> QuerySet[Judge]:
    """Seats in a panel with something that the judge has neither scored nor stood aside from."""
    open_ = Application.objects.filter(
        ~Exists(JudgeScore.objects.filter(judge_id=OuterRef(OuterRef("pk")), application_id=OuterRef("pk"))),
        ~Exists(Conflict.objects.filter(judge_id=OuterRef(OuterRef("pk")), application_id=OuterRef("pk"))),
        round_id=OuterRef("round_id"), state="in_review", ready=True,
    )  # fmt: skip
    seats = Judge.objects.filter(removed_on__isnull=True, round__state__in=("open", "closed"))
    return seats.filter(Exists(open_), person_id=actor.person_id) if actor.person_id else seats.none()


def _panel_rows(actor: Actor, today: date, limit: int) -> list[TodoRow]:
    return [
        TodoRow(
            source="panels",
            subject=one.pk,
            title=f"请为“{one.round.title}”评分",
            org_id=one.round.org_id,
            org_name=one.round.org.short_name or one.round.org.name,
            since=one.round.opens_at.astimezone(SHANGHAI).date(),
            link=("programmes.scoring", one.pk),
        )
        for one in _unscored(actor).select_related("round__org").order_by("round__opens_at", "pk")[:limit]
    ]


SOURCES = (
    TodoSource("panels", "评分", _panel_rows, lambda actor, today: _unscored(actor).count()),
    TodoSource("reviews", "申报审核", _desk_rows, lambda actor, today: waiting(actor).count()),
    TodoSource(
        "vacant_desks",
        "代下级审核",
        _vacant_rows,
        lambda actor, today: vacant(actor, today=today).count(),
    ),
    TodoSource(
        "appeals",
        "复核申请",
        _appeal_rows,
        lambda actor, today: Appeal.objects.filter(within(actor, powers.APPEALS, prefix="org__"), state="open").count(),
    ),
)
