"""Places of a round: what was handed to whom, what is used, what is free."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from gongjia.base.actor import Actor
from gongjia.who.orgs.queries import within
from gongjia.work.programmes import powers
from gongjia.work.programmes.models import Application, Quota, Round


def used_at(round_: Round, org_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Union -> applications it has passed that are still alive: each place counts while its application does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select r.org_id, count(distinct r.application_id) from programmes_review r"
            " join programmes_application a on a.id = r.application_id"
            " where a.round_id = %s and r.org_id = any(%s) and r.verdict = 'pass'"
            " and a.state in ('in_review', 'returned', 'on_notice', 'awarded')"
            " group by r.org_id",
            [round_.pk, list(org_ids)],
        )
        return dict(cursor.fetchall())


@dataclass(frozen=True)
class QuotaLine:
    """One union on the board of places."""

    org_id: UUID
    org_name: str
    given_by: str
    given: int
    returned: int
    handed: int  # handed on to unions below
    used: int
    applied: int

    @property
    def own(self) -> int:
        return self.given - self.returned

    @property
    def free(self) -> int:
        """What can still be used or given back."""
        return self.own - self.used - self.handed


@dataclass(frozen=True)
class QuotaBoard:
    total: int | None
    handed: int
    lines: list[QuotaLine]

    @property
    def rest(self) -> int | None:
        return None if self.total is None else self.total - self.handed


def quota_board(actor: Actor, round_: Round) -> QuotaBoard:
    """Who got how many, who has used them. Four queries."""
    rows = list(
        Quota.objects.filter(within(actor, powers.READ, prefix="org__"), round=round_)
        .select_related("org", "given_by")
        .order_by("org__path")
    )
    ids = [row.org_id for row in rows]
    used = used_at(round_, ids)
    handed: dict[Any, int] = {}
    total_handed = 0
    for giver, given, returned in Quota.objects.filter(round=round_).values_list("given_by_id", "given", "returned"):
        handed[giver] = handed.get(giver, 0) + given - returned
        total_handed += given - returned if giver == round_.org_id else 0
    applied = _applied(round_, ids)
    return QuotaBoard(
        round_.quota,
        total_handed,
        [
            QuotaLine(
                row.org_id, row.org.short_name or row.org.name, row.given_by.short_name or row.given_by.name,
                row.given, row.returned, handed.get(row.org_id, 0), used.get(row.org_id, 0), applied.get(row.org_id, 0),
            )
            for row in rows
        ],
    )  # fmt: skip


def _applied(round_: Round, ids: list[UUID]) -> dict[UUID, int]:
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select q.id, count(*) from orgs_org q join orgs_org o on o.path >= q.path and o.path < q.path || '~'"
            " join programmes_application a on a.org_id = o.id"
            " where q.id = any(%s) and a.round_id = %s and a.number <> '' group by q.id",
            [ids, round_.pk],
        )
        return dict(cursor.fetchall())


def places_taken(round_: Round, tier: str = "") -> int:
    """How many of the round's places are decided: on notice or awarded."""
    found = Application.objects.filter(round=round_, state__in=("on_notice", "awarded"))
    return (found.filter(tier=tier) if tier else found).count()
