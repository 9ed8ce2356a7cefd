"""The list of members: plain rows, one query, the same speed at any depth.

Order is (union in tree order, spell id); a page begins after the last row of the one before. The
scope, the order and the pieces of the name all lie on the membership row, so one index answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import BooleanField, F, Func, Q, QuerySet, UUIDField, Value
from django.db.models.lookups import GreaterThan, LessThan

from gongjia.base.actor import Actor
from gongjia.base.secret import Sealed, canonical
from gongjia.who.members import powers, rules
from gongjia.who.members.models import Membership, Person
from gongjia.who.members.queries.scope import gate
from gongjia.who.orgs.queries import range_of

MOST = 200
CURSOR = re.compile(r"([nb])\.([0-9A-Z]{0,80})\.([0-9a-f]{32})\.(\d{1,9})")
CARD = re.compile(r"GJ[0-9A-Z]{13}")
_ID_LIKE = re.compile(r"[0-9]{14,17}[0-9X]")
_PAPER_LIKE = re.compile(r"[A-Z][0-9]{7,10}")
_PHONE_LIKE = re.compile(r"1[0-9]{10}")

ACTIVE = Q(until__isnull=True, standing="active", is_latest=True)
REST = Q(is_latest=True) & (Q(until__isnull=False) | Q(standing="retained"))
STATUS: dict[str, Q] = {
    "active": ACTIVE,
    "retained": REST & Q(until__isnull=True, standing="retained"),
    "left": REST & Q(until__isnull=False),
    "all": Q(is_latest=True),
}
_MISSING: dict[str, Q] = {
    "id": Q(person__id_index__isnull=True),
    "phone": Q(person__phone_index__isnull=True),
    "born": Q(person__born_on__isnull=True),
    "joined": Q(joined_on__isnull=True),
}


@dataclass(frozen=True)
class MemberFilter:
    """What a list may be narrowed by. `text`: a name, pinyin, its initials, or one exact number."""

    text: str = ""
    status: str = "active"
    sex: str = ""
    rural: bool | None = None
    trade: str = ""  # a code, or "any"
    missing: str = ""
    activated: bool | None = None
    employment: str = ""
    joined_from: date | None = None
    joined_to: date | None = None  # exclusive

    @property
    def is_exact(self) -> bool:
        """Searches one full number: audited and slowed down by the caller."""
        return _exact(self.text) is not None


class MemberRow(NamedTuple):
    """One line. Numbers are `Sealed`: they print masked."""

    membership_id: UUID
    person_id: UUID
    name: str
    sex: str
    id_no: Sealed
    phone: Sealed
    org_id: UUID
    org_name: str
    org_short_name: str
    standing: str
    since: date
    until: date | None
    change_out: str
    joined_on: date | None
    job_post: str
    is_rural_worker: bool
    trade: str
    has_account: bool


@dataclass(frozen=True)
class MemberPage:
    """One page; `first` is the ordinal of its first row, `next` and `back` are cursors or ""."""

    rows: list[MemberRow] = field(default_factory=list)
    first: int = 1
    next: str = ""
    back: str = ""


_COLUMNS = (
    "pk",
    "person_id",
    "person__name",
    "person__sex",
    "person__id_no",
    "person__phone",
    "org_id",
    "org__name",
    "org__short_name",
    "standing",
    "since",
    "until",
    "change_out",
    "joined_on",
    "person__job_post",
    "person__is_rural_worker",
    "trade",
    "person__account_id",
    "org_path",
)


def member_rows(
    actor: Actor,
    *,
    org=None,
    only_here: bool = False,
    filters: MemberFilter = MemberFilter(),
    cursor: str = "",
    limit: int = 50,
    power: str = powers.READ,
) -> MemberPage:
    """A page of members that the actor may see, of one union and what lies below it (or all).

    An unreadable cursor gives the first page. One query, whatever the page.
    """
    limit = max(1, min(limit, MOST))
    found = members(actor, org=org, only_here=only_here, filters=filters, power=power)
    at = CURSOR.fullmatch(cursor)
    backwards, first = bool(at and at[1] == "b"), int(at[4]) if at else 1
    if at:
        path, pk = at[2], UUID(at[3])
        found = found.filter(LessThan(_place(), _row(path, pk)) if backwards else GreaterThan(_place(), _row(path, pk)))
    found = found.order_by("-org_path", "-pk") if backwards else found.order_by("org_path", "pk")
    raw = list(found.values_list(*_COLUMNS)[: limit + 1])
    more, raw = len(raw) > limit, raw[:limit]
    if backwards:
        raw.reverse()
        first = max(1, first - len(raw))
    rows = _wrapped(raw)
    if not rows:
        return MemberPage(first=first)
    ahead = backwards or more
    behind = more if backwards else bool(at)
    return MemberPage(
        rows=rows,
        first=first,
        next=f"n.{raw[-1][18]}.{raw[-1][0].hex}.{first + len(rows)}" if ahead else "",
        back=f"b.{raw[0][18]}.{raw[0][0].hex}.{first}" if behind else "",
    )


def _place() -> Func:
    """(org_path, id) as one value: a row comparison walks the index from the very place."""
    return Func(F("org_path"), F("pk"), function="ROW", output_field=BooleanField())


def _row(path: str, pk: UUID) -> Func:
    return Func(Value(path), Value(pk, UUIDField()), function="ROW", output_field=BooleanField())


def member_total(
    actor: Actor,
    *,
    org=None,
    only_here: bool = False,
    filters: MemberFilter = MemberFilter(),
    most: int = 10_000,
    power: str = powers.READ,
) -> tuple[int, bool]:
    """(how many, whether that is all): counting stops past `most`, so that it costs the same everywhere."""
    found = members(actor, org=org, only_here=only_here, filters=filters, power=power)
    count = found.order_by().values("pk")[: most + 1].count()
    return (most, False) if count > most else (count, True)


def members(
    actor: Actor, *, org=None, only_here: bool = False, filters: MemberFilter = MemberFilter(), power: str = powers.READ
) -> QuerySet[Membership]:
    """The latest spells that the list and its total are made of, in the actor's scope."""
    found = Membership.objects.filter(STATUS.get(filters.status, ACTIVE))
    covered = False
    if org is not None:
        found = found.filter(Q(org_id=org.pk, org_path=org.path) if only_here else range_of(org.path, "org_path"))
        # a root above the union covers the whole range: the gate would only repeat it
        covered = not actor.everywhere and any(
            root.reach == "subtree" and org.path.startswith(root.path) for root in actor.roots(power)
        )
    if not covered:
        found = found.filter(gate(actor, Membership, power))
    return found.filter(_matching(filters))


def _exact(text: str) -> Q | None:
    """The condition for one exact number, None when the text is none."""
    plain = canonical.id_number(text)
    if _PHONE_LIKE.fullmatch(phone := canonical.phone(text)):
        return Q(person__in=Person.objects.filter(phone_index=phone))
    if _ID_LIKE.fullmatch(plain) or _PAPER_LIKE.fullmatch(plain):
        return Q(person__in=Person.objects.filter(id_index=plain))
    if CARD.fullmatch(plain):
        return Q(person__in=Person.objects.filter(card_serial=plain))
    return None


def _matching(filters: MemberFilter) -> Q:
    where = Q()
    if text := filters.text.strip():
        exact = _exact(text)
        if exact is not None:
            where &= exact
        else:
            keys = rules.search_keys(text)
            where &= Q(name_keys__contains=keys) if keys else Q(pk__in=[])
    if filters.sex:
        where &= Q(person__sex=filters.sex)
    if filters.rural is not None:
        where &= Q(person__is_rural_worker=filters.rural)
    if filters.trade:
        where &= ~Q(trade="") if filters.trade == "any" else Q(trade=filters.trade)
    if filters.missing:
        where &= _MISSING.get(filters.missing, Q(pk__in=[]))
    if filters.activated is not None:
        where &= Q(person__account__activated_at__isnull=not filters.activated)
    if filters.employment:
        where &= Q(person__employment=filters.employment)
    if filters.joined_from:
        where &= Q(joined_on__gte=filters.joined_from)
    if filters.joined_to:
        where &= Q(joined_on__lt=filters.joined_to)
    return where


def _wrapped(raw: Iterable[tuple]) -> list[MemberRow]:
    id_no = Person._meta.get_field("id_no")
    phone = Person._meta.get_field("phone")
    return [
        MemberRow(
            *row[:4],
            id_no.wrap(row[1], row[4]),
            phone.wrap(row[1], row[5]),
            *row[6:17],
            row[17] is not None,
        )
        for row in raw
    ]


def rows_of(spells: QuerySet[Membership]) -> list[MemberRow]:
    """Lines for spells that somebody else chose and scoped: drill-down of a figure, an export."""
    return _wrapped(spells.values_list(*_COLUMNS))
