"""Counts of members: what figures, the desk of eighty unions and the dashboard are made of.

A count on a day reads spells in force on that day, so that a later recount is equal. The tree is
that of the day (the closure keeps its history); grouping is by union, summing up is the caller's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Q, QuerySet

from gongjia.base.actor import Actor
from gongjia.base.clock import start_of
from gongjia.base.period import Period
from gongjia.who.members import powers
from gongjia.who.members.models import Membership, MembershipChange, Position
from gongjia.who.members.queries.scope import gate
from gongjia.who.orgs.queries import below, in_force, range_of

_ACTIVE = Q(standing="active")


def activated_by(day: date, prefix: str = "person__") -> Q:
    """本平台开通: has logged in and agreed to the privacy rules by the end of that day."""
    return Q(**{f"{prefix}account__activated_at__lt": start_of(day + timedelta(days=1))})


def _measures(day: date) -> dict[str, Q]:
    return {
        "active": _ACTIVE,
        "women": _ACTIVE & Q(person__sex="2"),
        "rural": _ACTIVE & Q(person__is_rural_worker=True),
        "retained": Q(standing="retained"),
        "trades": _ACTIVE & ~Q(trade=""),
        "real_name": _ACTIVE & Q(person__id_index__isnull=False),
        "activated": _ACTIVE & activated_by(day),
    }


COUNTED: dict[str, str] = {
    "active": "在册会员",
    "women": "女会员",
    "rural": "农民工会员",
    "retained": "保留会籍",
    "trades": "新就业形态会员",
    "real_name": "有证件的会员",
    "activated": "本平台开通的会员",
}


@dataclass(frozen=True, slots=True)
class OrgCounts:
    """Counts of one union's own members on a day. Kept members are in no other count (HJ16 16)."""

    org_id: UUID
    org_path: str
    active: int = 0
    women: int = 0
    rural: int = 0
    retained: int = 0
    trades: int = 0
    real_name: int = 0
    activated: int = 0


assert tuple(COUNTED) == tuple(each.name for each in fields(OrgCounts))[2:]


def spells_on(day: date, org=None, measure: str = "") -> QuerySet[Membership]:
    """Spells in force on a day, of a union and what lay below it on that day; with one measure's filter.

    The filters of `counts_on` and of its drill-down are these, so that they cannot differ.
    """
    found = Membership.objects.filter(in_force(day))
    if org is not None and org.parent_id is not None:
        found = found.filter(below(org, day))
    return found.filter(_measures(day)[measure]) if measure else found


def counts_on(day: date, org=None) -> list[OrgCounts]:
    """Counts of each union on a day, in tree order. One statement; unions without members have no row."""
    condition, params = "true", {"day": day, "end": start_of(day + timedelta(days=1))}
    if org is not None and org.parent_id is not None:
        params["org"] = org.pk
        condition = (
            "m.org_id in (select descendant_id from orgs_orgclosure where ancestor_id = %(org)s and via = 'line'"
            " and since <= %(day)s and (until is null or until > %(day)s))"
        )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select m.org_id, max(m.org_path) collate "C" as path,
                   count(*) filter (where m.standing = 'active'),
                   count(*) filter (where m.standing = 'active' and p.sex = '2'),
                   count(*) filter (where m.standing = 'active' and p.is_rural_worker),
                   count(*) filter (where m.standing = 'retained'),
                   count(*) filter (where m.standing = 'active' and m.trade <> ''),
                   count(*) filter (where m.standing = 'active' and p.id_index is not null),
                   count(a.id) filter (where m.standing = 'active')
              from members_membership m
              join members_person p on p.id = m.person_id
              left join accounts_account a on a.id = p.account_id and a.activated_at < %(end)s
             where m.since <= %(day)s and (m.until is null or m.until > %(day)s) and {condition}
             group by m.org_id
             order by path
            """,
            params,
        )
        return [OrgCounts(*row) for row in cursor.fetchall()]


def trades_on(day: date, org=None) -> list[tuple[UUID, str, int]]:
    """(union, trade code, members) of the new forms of employment on a day."""
    found = spells_on(day, org, "trades").order_by().values_list("org_id", "trade")
    return list(found.annotate(count=Count("pk")).order_by("org_id", "trade"))


def persons_in_more_than_one(day: date, org=None, measure: str = "active") -> int:
    """How many counts of a person beyond the first there are on a day: rows less persons.

    Zero unless double persons were merged whose spells overlapped in the past.
    """
    counted = (
        spells_on(day, org, measure).order_by().aggregate(rows=Count("pk"), persons=Count("person", distinct=True))
    )
    return counted["rows"] - counted["persons"]


def changes_in(period: Period, org=None, kind: str = "") -> QuerySet[MembershipChange]:
    """What happened to memberships in a period (发生数), in the tree of its last day."""
    found = MembershipChange.objects.filter(on__gte=period.start, on__lt=period.end)
    if org is not None and org.parent_id is not None:
        found = found.filter(below(org, period.last_day))
    return found.filter(kind=kind) if kind else found


@dataclass(frozen=True, slots=True)
class OrgGaps:
    """What is missing in one union's list today."""

    org_id: UUID
    members: int
    no_id: int
    no_phone: int
    no_birth: int
    no_joined: int
    activated: int


def gaps_by_org(actor: Actor, org=None, org_ids: Iterable[UUID] | None = None) -> dict[UUID, OrgGaps]:
    """Per union, how many members lack what: one query for the whole desk."""
    found = Membership.objects.filter(gate(actor, Membership, powers.READ), until__isnull=True, standing="active")
    if org is not None:
        found = found.filter(range_of(org.path, "org_path"))
    if org_ids is not None:
        found = found.filter(org_id__in=list(org_ids))
    rows = (
        found.order_by()
        .values("org_id")
        .annotate(
            members=Count("pk"),
            no_id=Count("pk", filter=Q(person__id_index__isnull=True)),
            no_phone=Count("pk", filter=Q(person__phone_index__isnull=True)),
            no_birth=Count("pk", filter=Q(person__born_on__isnull=True)),
            no_joined=Count("pk", filter=Q(joined_on__isnull=True)),
            activated=Count("pk", filter=Q(person__account__activated_at__isnull=False)),
        )
    )
    return {row["org_id"]: OrgGaps(**row) for row in rows}


def copies_wrong(limit: int = 20) -> list[UUID]:
    """Spells whose copy of the union's path is not the union's: none, unless something wrote past the actions."""
    return list(Membership.objects.exclude(org_path=F("org__path")).values_list("pk", flat=True)[:limit])


def never_logged_in(org_ids: Iterable[UUID]) -> set[UUID]:
    """Of these unions, those none of whose officers has ever logged in (口径 of 管理平台: one who has)."""
    asked = set(org_ids)
    # posts in force are few; hundreds of keys in the condition would send the planner through all persons
    logged_in = Position.objects.filter(until__isnull=True, person__account__last_login__isnull=False)
    return asked - set(logged_in.order_by().values_list("org_id", flat=True))


def platforms_on(day: date) -> QuerySet:
    """Positions that make a union's platform count as opened by a day: an officer who had logged in."""
    return Position.objects.filter(in_force(day), person__account__activated_at__lt=start_of(day + timedelta(days=1)))
