"""Reads of condolences and of the table they are held against."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, F, QuerySet, Sum

from gongjia.base.actor import Actor
from gongjia.base.refused import Forbidden, Hidden
from gongjia.who.orgs.queries import within
from gongjia.work.households import powers, rules
from gongjia.work.households.models import Condolence, CondolenceCap


def condolences(
    actor: Actor, *, why: str = "", under: Any = None, words: str = "", span: Any = None
) -> QuerySet[Condolence]:
    """The list, newest first; void ones stay in it and say so."""
    found = Condolence.objects.filter(within(actor, powers.CONDOLE_READ, prefix="org__")).select_related(
        "org", "person"
    )
    if why:
        found = found.filter(why=why)
    if under is not None:
        found = found.filter(org__path__startswith=under.path)
    if words:
        found = found.filter(person__name=words)
    if span is not None:
        start, end = span
        if start:
            found = found.filter(on__gte=start)
        if end:
            found = found.filter(on__lte=end)
    return found.order_by("-on", "-id")


def condolence_of(actor: Actor, pk: UUID, power: str = powers.CONDOLE_READ) -> Condolence:
    found = Condolence.objects.filter(within(actor, powers.CONDOLE_READ, prefix="org__"), pk=pk)
    row = found.select_related("org", "person", "photo").first()
    if row is None:
        raise Hidden(str(pk))
    if power != powers.CONDOLE_READ and not actor.can(power, row.org):
        raise Forbidden(power)
    return row


def totals(rows: QuerySet[Condolence]) -> dict[str, int]:
    """How many times (人次), how many persons, money and goods in fen; void ones left out."""
    found = rows.filter(void_on__isnull=True).order_by()
    counted = found.aggregate(
        times=Count("pk"), persons=Count("person", distinct=True), money=Sum("amount"), goods=Sum("goods_value")
    )
    return {key: value or 0 for key, value in counted.items()}


def caps() -> list[CondolenceCap]:
    return list(CondolenceCap.objects.all())


def cap_rules() -> list[rules.Cap]:
    return [rules.Cap(row.why, row.valid_from, row.amount, row.per, row.mode, row.document) for row in caps()]


def given_before(person_id: UUID, why: str, on: date) -> int:
    """What the person had in the same calendar year for the same reason, in fen."""
    found = Condolence.objects.filter(
        person_id=person_id, why=why, on__year=on.year, void_on__isnull=True
    ).aggregate(sum=Sum(F("amount") + F("goods_value")))  # fmt: skip
    return found["sum"] or 0


def given_to(person_id: UUID) -> QuerySet[Condolence]:
    """What a member was brought: the member's own list, newest first."""
    return Condolence.objects.filter(person_id=person_id, void_on__isnull=True).select_related("org")
