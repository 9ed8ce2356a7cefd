"""Units without a union, units covered, and the two rates they are the denominator of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import Forbidden, Hidden
from gongjia.who.orgs import powers, rules
from gongjia.who.orgs.models import MembersHome, OpenUnit, OpenUnitVisit, Org
from gongjia.who.orgs.queries.scope import range_of, within
from gongjia.who.orgs.queries.values import rule_values


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One line of the ledger of units without a union."""

    id: UUID
    name: str
    uscc: str
    org_id: UUID
    org_name: str
    staff_count: int | None
    staff_source: str
    staff_on: date | None
    promised_on: date | None
    listed_on: date
    visits: int
    visited_on: date | None
    must_found: bool
    promise_broken: bool
    cursor: str


def _standing(actor: Actor, under: Org | None, q: str) -> QuerySet[OpenUnit]:
    found = OpenUnit.objects.filter(within(actor, powers.READ, "org__"), built_on__isnull=True, gone_on__isnull=True)
    if under is not None:
        found = found.filter(range_of(under.path, "org__path"))
    if keys := rules.search_keys(q):
        found = found.filter(name_keys__contains=keys)
    return found


def unit_rows(
    actor: Actor,
    *,
    on: date,
    under: Org | None = None,
    q: str = "",
    must: bool = False,
    after: str = "",
    before: str = "",
    limit: int = 50,
) -> list[UnitRow]:
    """The ledger, most staff first; `after` is the cursor of the last row seen. Two queries.
    With `before` the rows before that cursor, in the opposite order."""
    values = rule_values(on)
    visits = OpenUnitVisit.objects.filter(unit=OuterRef("pk")).order_by().values("unit")
    found = _standing(actor, under, q).annotate(staff=Coalesce("staff_count", -1))
    if must:
        found = found.filter(staff_count__gte=int(values["found.must_members"]))
    if after:
        staff, _, key = after.partition(":")
        found = found.filter(Q(staff__lt=int(staff)) | Q(staff=int(staff), pk__gt=UUID(key)))
    if before:
        staff, _, key = before.partition(":")
        found = found.filter(Q(staff__gt=int(staff)) | Q(staff=int(staff), pk__lt=UUID(key)))
    rows = (
        found.annotate(
            times=Subquery(visits.annotate(times=Count("pk")).values("times")),
            last=Subquery(visits.annotate(last=Max("visited_on")).values("last")),
        )
        .order_by(*(("staff", "-pk") if before else ("-staff", "pk")))
        .values_list(
            "pk", "name", "uscc", "org_id", "org__name", "staff_count", "staff_source", "staff_on", "promised_on",
            "listed_on", "times", "last",
        )[:limit]
    )  # fmt: skip
    return [
        UnitRow(
            *row[:10],
            visits=row[10] or 0,
            visited_on=row[11],
            must_found=rules.must_found(row[5], values),
            promise_broken=row[8] is not None and row[8] < on,
            cursor=f"{-1 if row[5] is None else row[5]}:{row[0]}",
        )
        for row in rows
    ]


def unit_counts(actor: Actor, *, on: date, under: Org | None = None) -> dict[str, int]:
    """How many units the ledger has: all, must (25 and more), visited, promised, broken promises. Two queries."""
    must = int(rule_values(on)["found.must_members"])
    return _standing(actor, under, "").aggregate(
        all=Count("pk", distinct=True),
        must=Count("pk", filter=Q(staff_count__gte=must), distinct=True),
        visited=Count("pk", filter=Q(visits__isnull=False), distinct=True),
        promised=Count("pk", filter=Q(promised_on__isnull=False), distinct=True),
        broken=Count("pk", filter=Q(promised_on__lt=on), distinct=True),
    )


def get_unit(actor: Actor, key: UUID, power: str = powers.READ) -> OpenUnit:
    """One unit of the ledger, also one that is built or gone; `Hidden` when not the actor's."""
    unit = one_of(
        OpenUnit.objects.filter(within(actor, powers.READ, "org__"), pk=key).select_related("org", "built_org")
    )
    if unit is None:
        raise Hidden(str(key))
    if power != powers.READ and not actor.can(power, unit.org):
        raise Forbidden(power)
    return unit


def get_home(actor: Actor, key: UUID, power: str = powers.READ) -> MembersHome:
    home = one_of(MembersHome.objects.filter(within(actor, powers.READ, "org__"), pk=key).select_related("org"))
    if home is None:
        raise Hidden(str(key))
    if power != powers.READ and not actor.can(power, home.org):
        raise Forbidden(power)
    return home


HOMES_ORDER = ("org__path", "name", "id")


def homes(actor: Actor, *, under: Org | None = None, state: str = "") -> QuerySet[MembersHome]:
    """Members' homes; a list pages them in tree order by `HOMES_ORDER`."""
    found = MembersHome.objects.filter(within(actor, powers.READ, "org__"))
    if under is not None:
        found = found.filter(range_of(under.path, "org__path"))
    if state:
        found = found.filter(state=state)
    return found.select_related("org").order_by(*HOMES_ORDER)


@dataclass(frozen=True)
class Coverage:
    """What 建会率 and 覆盖率 are made of, on a day."""

    built: int  # units with a union: their own, a joint one, or an association that covers them
    open: int  # units in the ledger without one
    must: int  # of these, with 25 staff or more
    staff_built: int
    staff_open: int

    @property
    def built_rate(self) -> float | None:
        """建会率: units with a union among all known units."""
        return self.built / (self.built + self.open) if self.built + self.open else None

    @property
    def covered_rate(self) -> float | None:
        """覆盖率: staff of units with a union among the staff of all known units."""
        total = self.staff_built + self.staff_open
        return self.staff_built / total if total else None


def coverage(org: Org, on: date) -> Coverage:
    """Of a union and all below it in the tree of a day. A unit counts once, by credit code or else by name."""
    must = int(rule_values(on)["found.must_members"])
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with line as (
                select descendant_id as id from orgs_orgclosure
                 where ancestor_id = %(org)s and via = 'line' and since <= %(on)s and (until is null or until > %(on)s)
            ), unions as (
                select o.* from orgs_org o join line using (id)
                 where o.established and (o.founded_on is null or o.founded_on <= %(on)s)
                   and (o.closed_on is null or o.closed_on > %(on)s)
            ), units as (
                select coalesce(nullif(employer_uscc, ''), nullif(employer_name, ''), id::text) as unit, staff_count
                  from unions where kind = 'single'
                union all
                select coalesce(nullif(c.uscc, ''), c.name), c.staff_count
                  from orgs_coveredunit c join unions u on u.id = c.org_id
                 where c.since <= %(on)s and (c.until is null or c.until > %(on)s)
            ), built as (
                select unit, max(staff_count) as staff from units group by unit
            ), waiting as (
                select w.staff_count from orgs_openunit w join line on line.id = w.org_id
                 where w.listed_on <= %(on)s and (w.built_on is null or w.built_on > %(on)s)
                   and (w.gone_on is null or w.gone_on > %(on)s)
            )
            select (select count(*) from built), (select count(*) from waiting),
                   (select count(*) from waiting where staff_count >= %(must)s),
                   (select coalesce(sum(staff), 0) from built), (select coalesce(sum(staff_count), 0) from waiting)
            """,
            {"org": org.pk, "on": on, "must": must},
        )
        return Coverage(*cursor.fetchone())
