"""What lies on an officer's desk from this app: hand-overs, corrections, requests for help,
expulsions to take note of, posts to confirm."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from gongjia.base import workdays
from gongjia.base.actor import Actor
from gongjia.who.members import kinds, powers
from gongjia.who.members.models import Correction, Help, MembershipChange, Transfer
from gongjia.who.members.queries.posts import unconfirmed
from gongjia.who.members.registry import TodoRow, TodoSource
from gongjia.who.members.rules import lapses_on
from gongjia.who.orgs.queries import within

ANSWER_WORKDAYS = 15  # 个人信息保护法 50 asks for a prompt answer; the federation's own measure


def _mine(actor: Actor, power: str, prefix: str) -> Q:
    return within(actor, power, prefix=prefix)


def transfers_waiting(actor: Actor) -> QuerySet[Transfer]:
    """Hand-overs whose next step is the actor's: asked ones at the giving union, offered ones at the receiving."""
    return Transfer.objects.filter(
        (Q(state="asked") & _mine(actor, powers.TRANSFER, "from_org__"))
        | (Q(state="offered") & _mine(actor, powers.TRANSFER, "to_org__"))
    )


def corrections_waiting(actor: Actor) -> QuerySet[Correction]:
    return Correction.objects.filter(_mine(actor, powers.SETTLE, "org__"), state="open")


def helps_waiting(actor: Actor) -> QuerySet[Help]:
    return Help.objects.filter(_mine(actor, powers.SETTLE, "org__"), state="open")


def expulsions_waiting(actor: Actor) -> QuerySet[MembershipChange]:
    """Expulsions below the actor's own union that the next higher union has not yet noted (ZC08 7)."""
    return MembershipChange.objects.filter(
        _mine(actor, powers.EXPEL, "org__parent__"), kind=kinds.ChangeKind.EXPEL, noted_on__isnull=True
    )


def _due(since: date) -> date:
    return workdays.deadline(since, ANSWER_WORKDAYS, "workday")


def _transfer_rows(actor: Actor, today: date, limit: int) -> list[TodoRow]:
    rows = transfers_waiting(actor).select_related("person", "from_org", "to_org").order_by("asked_on", "pk")
    return [
        TodoRow(
            source="transfers",
            subject=one.pk,
            title=f"{one.person.name}要从{one.from_org.name}转出，请确认"
            if one.state == "asked"
            else f"{one.person.name}从{one.from_org.name}转来，请接收",
            org_id=one.org.pk,
            org_name=one.org.name,
            since=one.offered_on or one.asked_on,
            due_on=_due(one.offered_on or one.asked_on),
            unit="workday",
            link=("members.transfer", one.pk),
        )
        for one in rows[:limit]
    ]


def _correction_rows(actor: Actor, today: date, limit: int) -> list[TodoRow]:
    rows = corrections_waiting(actor).select_related("person", "org").order_by("asked_on", "pk")
    return [
        TodoRow(
            source="corrections",
            subject=one.pk,
            title=f"{one.person.name}请求更正{one.field_label}",
            org_id=one.org_id,
            org_name=one.org.name,
            since=one.asked_on,
            due_on=_due(one.asked_on),
            unit="workday",
            handler_id=one.handler_id,
            link=("members.correction", one.pk),
        )
        for one in rows[:limit]
    ]


def _help_rows(actor: Actor, today: date, limit: int) -> list[TodoRow]:
    rows = helps_waiting(actor).select_related("org").order_by("asked_on", "pk")
    return [
        TodoRow(
            source="helps",
            subject=one.pk,
            title=f"{one.name or '一位职工'}请帮忙：{one.about_label}",
            org_id=one.org_id,
            org_name=one.org.name,
            since=one.asked_on,
            due_on=_due(one.asked_on),
            unit="workday",
            handler_id=one.handler_id,
            link=("members.help", one.pk),
        )
        for one in rows[:limit]
    ]


def _expulsion_rows(actor: Actor, today: date, limit: int) -> list[TodoRow]:
    rows = expulsions_waiting(actor).select_related("person", "org").order_by("on", "pk")
    return [
        TodoRow(
            source="expulsions",
            subject=one.pk,
            title=f"{one.org.name}除名{one.person.name}，请备案",
            org_id=one.org_id,
            org_name=one.org.name,
            since=one.on,
            link=("members.person", one.person_id),
        )
        for one in rows[:limit]
    ]


def _post_rows(actor: Actor, today: date, limit: int) -> list[TodoRow]:
    rows = unconfirmed(actor, today).select_related("person", "org").order_by("confirmed_on", "org__path", "pk")
    return [
        TodoRow(
            source="posts",
            subject=one.pk,
            title=f"请确认{one.person.name}仍任{one.post_name or one.role_label}",
            org_id=one.org_id,
            org_name=one.org.name,
            since=lapses_on(one.confirmed_on) - timedelta(days=180),
            due_on=lapses_on(one.confirmed_on),
            link=("positions.confirm", one.pk),
        )
        for one in rows[:limit]
    ]


SOURCES = (
    TodoSource("transfers", "会员转接", _transfer_rows, lambda actor, today: transfers_waiting(actor).count()),
    TodoSource("corrections", "更正申请", _correction_rows, lambda actor, today: corrections_waiting(actor).count()),
    TodoSource("helps", "求助", _help_rows, lambda actor, today: helps_waiting(actor).count()),
    TodoSource("expulsions", "除名备案", _expulsion_rows, lambda actor, today: expulsions_waiting(actor).count()),
    TodoSource("posts", "在任确认", _post_rows, lambda actor, today: unconfirmed(actor, today).count()),
)


def todo_rows(actor: Actor, *, today: date, limit: int = 50, only: str = "") -> list[TodoRow]:
    """What waits at the actor's desks from this app, overdue and oldest first."""
    found = [row for source in SOURCES if only in ("", source.key) for row in source.rows(actor, today, limit)]
    found.sort(key=lambda row: (row.due_on or date.max, row.since))
    return found[:limit]


def todo_count(actor: Actor, *, today: date) -> dict[str, int]:
    """Source -> how many wait."""
    return {source.key: source.count(actor, today) for source in SOURCES}
