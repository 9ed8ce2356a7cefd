"""What lies on an officer's desk from this app: files at the actor's step, answers of offices that are late."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from gongjia.base.actor import Actor
from gongjia.who.members.registry import TodoRow, TodoSource
from gongjia.who.orgs.queries import within
from gongjia.work.households import powers
from gongjia.work.households.models import CheckRequest, HouseholdFile

STEPS = {"visiting": "待入户核查", "reviewing": "待审核", "approving": "待审批"}


def _waiting(actor: Actor) -> QuerySet[HouseholdFile]:
    """Files whose next step is the actor's: a visit by the union that keeps it, the review, the approval."""
    visits = Q(org_id__in=[post.org_id for post in actor.posts if powers.EDIT in post.powers])
    review = within(actor, powers.REVIEW, prefix="org__")
    approve = within(actor, powers.APPROVE, prefix="org__")
    if actor.holds(powers.APPROVE):  # the city has its own desk; the townships have theirs
        review = Q(pk__in=[])
    return HouseholdFile.objects.filter(
        (Q(state="visiting") & visits) | (Q(state="reviewing") & review) | (Q(state="approving") & approve)
    )


def _late(actor: Actor, today: date) -> QuerySet[CheckRequest]:
    found = CheckRequest.objects.filter(within(actor, powers.APPROVE, prefix="org__"), state="sent")
    return found.filter(due_on__lt=today)


def _file_rows(actor: Actor, today: date, limit: int) -> list[TodoRow]:
    return [
        TodoRow(
            source="households", subject=one.pk, title=f"困难职工档案 {one.number}：{STEPS[one.state]}",
            org_id=one.org_id, org_name=one.org.short_name or one.org.name, since=one.applied_on,
            link=("households.one", one.pk),
        )
        for one in _waiting(actor).select_related("org").order_by("applied_on", "id")[:limit]
    ]  # fmt: skip


def _late_rows(actor: Actor, today: date, limit: int) -> list[TodoRow]:
    return [
        TodoRow(
            source="checks", subject=one.pk, title=f"催{one.to_label}回复：档案 {one.file.number}",
            org_id=one.org_id, org_name=one.org.short_name or one.org.name, since=one.sent_on, due_on=one.due_on,
            unit="workday", link=("households.one", one.file_id),
        )
        for one in _late(actor, today).select_related("org", "file").order_by("due_on", "id")[:limit]
    ]  # fmt: skip


SOURCES = (
    TodoSource("households", "困难职工建档", _file_rows, lambda actor, today: _waiting(actor).count()),
    TodoSource("checks", "核对回复", _late_rows, lambda actor, today: _late(actor, today).count()),
)
