"""What funds ask: awards that may be paid; and what anybody may ask of a certificate."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from gongjia.base.actor import Actor
from gongjia.base.clock import SHANGHAI
from gongjia.base.secret import masks
from gongjia.work.programmes.models import Award
from gongjia.work.programmes.queries.scope import related, visible
from gongjia.work.publish import queries as notices
from gongjia.work.publish.kinds import PublicCertificate


def payable(
    actor: Actor,
    *,
    at: datetime,
    round_ids: Iterable[UUID] = (),
    type: str = "",
    org: Any = None,
    award_ids: Iterable[UUID] = (),
) -> QuerySet[Award]:
    """Active awards of the chain with money, whose notice has run its days without an open objection and, where
    a household file stands behind them, whose checks with other offices are all answered. `decision`, `round`,
    `org`, `person`, `for_org`, `household` come along."""
    found = visible(actor, Award).filter(payable_on(at))
    if ids := list(round_ids):
        found = found.filter(round_id__in=ids)
    if type:
        found = found.filter(type=type)
    if org is not None:
        found = found.filter(org__path__startswith=org.path)
    if keys := list(award_ids):
        found = found.filter(pk__in=keys)
    return found.select_related("round", "decision", "org", "person", "for_org", "household").order_by(
        "awarded_on", "pk"
    )


def payable_on(at: datetime) -> Q:
    """The condition of `payable`, for a subquery or a re-check under a lock."""
    checks = related("household")._meta.get_field("checks").related_model
    waiting = checks.objects.filter(file=OuterRef("household_id"), state="sent")
    return (
        Q(state="active", origin="chain", amount__gt=0, ready_on__lte=at.astimezone(SHANGHAI).date())
        & (
            Q(decision__isnull=True)
            | Q(decision__notice__isnull=True)
            | Q(decision__notice_id__in=notices.clear(at).values("pk"))
        )
        & ~Exists(waiting)
    )


def why_not_payable(award: Award, *, at: datetime) -> list[str]:
    """In words, for the treasurer: what holds this award back; empty when nothing does."""
    found = []
    if award.origin != "chain":
        found.append("历史导入的记录不能发放。")
    if award.state != "active":
        found.append("已撤销。")
    if award.amount <= 0:
        found.append("没有金额。")
    if award.ready_on is None or award.ready_on > at.astimezone(SHANGHAI).date():
        found.append("后续核查（毕业、签收等）还没有办。")
    notice = award.decision.notice if award.decision_id and award.decision else None
    if notice is not None:
        if not notices.ended(notice.pk, at):
            found.append("公示期还没有满。")
        if notices.open_objections([notice.pk]):
            found.append("还有异议没有处理。")
    if award.household_id and award.household is not None and award.household.checks.filter(state="sent").exists():
        found.append("部门核对还没有回复。")
    return found


def certificate(serial: str) -> PublicCertificate | None:
    """Look up a certificate by its whole serial; None when there is none (or it is of something sensitive)."""
    if len(serial.strip()) < 8:
        return None
    award = (
        Award.objects.filter(serial=serial.strip().upper())
        .exclude(application__sensitive=True)
        .select_related("round__org", "org", "person", "for_org")
        .first()
    )
    if award is None or award.round is None:
        return None
    name = (
        award.for_org.name
        if award.for_org_id and award.for_org
        else masks.name(award.person.name if award.person else "")
    )
    return PublicCertificate(
        award.serial, award.title, name, award.org.name, award.round.org.name, award.awarded_on,
        award.state == "active", award.revoked_on,
    )  # fmt: skip
