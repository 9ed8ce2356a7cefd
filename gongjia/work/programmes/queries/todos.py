"""What lies on an officer's desk from this app: one line a round, not one an application."""

from __future__ import annotations

from datetime import date

from gongjia.base.actor import Actor
from gongjia.base.clock import SHANGHAI
from gongjia.who.members.registry import TodoRow, TodoSource
from gongjia.who.orgs.queries import within
from gongjia.work.programmes import powers
from gongjia.work.programmes.models import Appeal, Round
from gongjia.work.programmes.queries.desks import desk_counts, waiting


def _desk_rows(actor: Actor, today: date, limit: int) -> list[TodoRow]:
    counts = desk_counts(actor, today=today)[:limit]
    rounds = Round.objects.select_related("org").in_bulk([one.round_id for one in counts])
    return [
        TodoRow(
            source="reviews",
            subject=one.round_id,
            title=f"{one.round_title}：{one.count} 件待审核" + (f"，{one.overdue} 件逾期" if one.overdue else ""),
            org_id=rounds[one.round_id].org_id,
            org_name=rounds[one.round_id].org.short_name or rounds[one.round_id].org.name,
            since=rounds[one.round_id].opens_at.astimezone(SHANGHAI).date(),
            due_on=one.oldest_due,
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


SOURCES = (
    TodoSource("reviews", "申报审核", _desk_rows, lambda actor, today: waiting(actor).count()),
    TodoSource(
        "appeals",
        "复核申请",
        _appeal_rows,
        lambda actor, today: Appeal.objects.filter(within(actor, powers.APPEALS, prefix="org__"), state="open").count(),
    ),
)
