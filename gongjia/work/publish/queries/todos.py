"""What lies on an officer's desk from this app: objections to answer, notices on a wall without a photo."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from gongjia.base import workdays
from gongjia.base.actor import Actor
from gongjia.base.clock import SHANGHAI
from gongjia.who.members.registry import TodoRow, TodoSource
from gongjia.who.orgs.queries import within
from gongjia.work.publish import kinds, powers
from gongjia.work.publish.models import Notice, Objection

ANSWER_WORKDAYS = 5  # the federation's own measure: an objection holds up whoever it is not about as well


def _objections(actor: Actor) -> QuerySet[Objection]:
    return Objection.objects.filter(within(actor, powers.ANSWER, prefix="org__"), state="open")


def _posters(actor: Actor) -> QuerySet[Notice]:
    """Of the unions that the actor holds a post at: those below prove their own walls."""
    own = Q(org_id__in=[post.org_id for post in actor.posts if powers.NOTICE in post.powers])
    return Notice.objects.filter(own, place__in=kinds.ON_WALL, state="posted", poster__isnull=True)


def _objection_rows(actor: Actor, today: date, limit: int) -> list[TodoRow]:
    found = _objections(actor).select_related("notice", "org").order_by("received_at", "id")[:limit]
    rows = []
    for one in found:
        since = one.received_at.astimezone(SHANGHAI).date()
        rows.append(
            TodoRow(
                source="objections", subject=one.pk, title=f"答复对“{one.notice.title}”的异议", org_id=one.org_id,
                org_name=one.org.short_name or one.org.name, since=since,
                due_on=workdays.deadline(since, ANSWER_WORKDAYS, "workday"), unit="workday",
                link=("objections.one", one.pk),
            )
        )  # fmt: skip
    return rows


def _poster_rows(actor: Actor, today: date, limit: int) -> list[TodoRow]:
    return [
        TodoRow(
            source="posters", subject=one.pk, title=f"上传“{one.title}”的张榜照片", org_id=one.org_id,
            org_name=one.org.short_name or one.org.name, since=one.starts_on or today, link=("notices.one", one.pk),
        )
        for one in _posters(actor).select_related("org").order_by("starts_on", "id")[:limit]
    ]  # fmt: skip


SOURCES = (
    TodoSource("objections", "异议答复", _objection_rows, lambda actor, today: _objections(actor).count()),
    TodoSource("posters", "张榜照片", _poster_rows, lambda actor, today: _posters(actor).count()),
)
