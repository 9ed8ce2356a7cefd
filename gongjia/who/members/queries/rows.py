"""The list of members: plain rows, one query, the same speed at any depth.

Order is (union in tree order, spell id); a page begins after the last row of the one before. The
scope, the order and the pieces of the name all lie on the membership row, so one index answers.
Written as SQL, because building the same statement anew for each page cost more than running it;
the scope itself comes from the one gate.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection
from django.db.models import QuerySet

from gongjia.base.actor import Actor
from gongjia.base.secret import Sealed, canonical
from gongjia.who.members import powers, rules
from gongjia.who.members.models import Membership, Person
from gongjia.who.members.queries.scope import gate

MOST = 200
CURSOR = re.compile(r"([nb])\.([0-9A-Z]{0,80})\.([0-9a-f]{32})\.(\d{1,9})")
CARD = re.compile(r"GJ[0-9A-Z]{13}")
_ID_LIKE = re.compile(r"[0-9]{14,17}[0-9X]")
_PAPER_LIKE = re.compile(r"[A-Z][0-9]{7,10}")
_PHONE_LIKE = re.compile(r"1[0-9]{10}")

STATUS: dict[str, str] = {
    "active": "m.until is null and m.standing = 'active' and m.is_latest",
    "retained": "m.is_latest and (m.until is not null or m.standing = 'retained') and m.until is null",
    "left": "m.is_latest and (m.until is not null or m.standing = 'retained') and m.until is not null",
    "all": "m.is_latest",
}
_MISSING: dict[str, str] = {
    "id": "p.id_index is null",
    "phone": "p.phone_index is null",
    "born": "p.born_on is null",
    "joined": "m.joined_on is null",
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
        return _number_of(self.text) is not None


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
    "m.id, m.person_id, p.name, p.sex, p.id_no, p.phone, m.org_id, o.name, o.short_name, m.standing, m.since, m.until,"
    " m.change_out, m.joined_on, p.job_post, p.is_rural_worker, m.trade, p.account_id, m.org_path"
)
_ORM_COLUMNS = (
    "pk", "person_id", "person__name", "person__sex", "person__id_no", "person__phone", "org_id", "org__name",
    "org__short_name", "standing", "since", "until", "change_out", "joined_on", "person__job_post",
    "person__is_rural_worker", "trade", "person__account_id", "org_path",
)  # fmt: skip
_PERSON = "join members_person p on p.id = m.person_id"
_ACCOUNT = "left join accounts_account a on a.id = p.account_id"
_ORG = "join orgs_org o on o.id = m.org_id"


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
    where = _Where.of(actor, org, only_here, filters, power)
    if where is None:
        return MemberPage()
    at = CURSOR.fullmatch(cursor)
    backwards, first = bool(at and at[1] == "b"), int(at[4]) if at else 1
    if at:
        where.add(f"(m.org_path, m.id) {'<' if backwards else '>'} (%s, %s::uuid)", at[2], UUID(at[3]))
    order = "m.org_path desc, m.id desc" if backwards else "m.org_path, m.id"
    account = _ACCOUNT if "account" in where.needs else ""
    with connection.cursor() as db:
        db.execute(
            f"select {_COLUMNS} from members_membership m {_PERSON} {account} {_ORG}"
            f" where {where.sql()} order by {order} limit %s",
            [*where.params, limit + 1],
        )
        raw = db.fetchall()
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
    where = _Where.of(actor, org, only_here, filters, power)
    if where is None:
        return 0, True
    joins = f"{_PERSON} {_ACCOUNT if 'account' in where.needs else ''}" if where.needs else ""
    with connection.cursor() as db:
        db.execute(
            f"select count(*) from (select 1 from members_membership m {joins} where {where.sql()} limit %s) t",
            [*where.params, most + 1],
        )
        count = db.fetchone()[0]
    return (most, False) if count > most else (count, True)


class _Where:
    """Conditions on `m` (membership), `p` (person), `a` (account), and what they need joined."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.params: list[Any] = []
        self.needs: set[str] = set()

    def add(self, sql: str, *params: Any, needs: str = "") -> None:
        self.parts.append(sql)
        self.params.extend(params)
        if needs:
            self.needs |= {"person", needs}

    def sql(self) -> str:
        return " and ".join(self.parts)

    @classmethod
    def of(cls, actor: Actor, org: Any, only_here: bool, filters: MemberFilter, power: str) -> _Where | None:
        """The conditions of a list, None when nothing can be in it."""
        where = cls()
        where.add(STATUS.get(filters.status, STATUS["active"]))
        if org is not None and only_here:
            where.add("m.org_id = %s and m.org_path = %s", org.pk, org.path)
        elif org is not None:
            where.add("m.org_path >= %s and m.org_path < %s", org.path, org.path + "~")
        return where if where._in_scope(actor, org, power) and where._matching(filters) else None

    def _in_scope(self, actor: Actor, org: Any, power: str) -> bool:
        # a root above the union asked for covers its whole range: the gate would only repeat it
        if org is not None and not actor.everywhere:
            for root in actor.roots(power):
                if root.reach == "subtree" and org.path.startswith(root.path):
                    return True
        query = Membership.objects.filter(gate(actor, Membership, power)).query
        try:
            sql, params = query.get_compiler(connection=connection).compile(query.where)
        except EmptyResultSet:
            return False
        except FullResultSet:  # the machine itself: everything
            return True
        self.add(f"({sql})".replace('"members_membership".', "m."), *params)
        return True

    def _matching(self, filters: MemberFilter) -> bool:
        if text := filters.text.strip():
            number = _number_of(text)
            if number is not None:
                field_name, plain = number
                if field_name == "card_serial":
                    self.add("m.person_id in (select id from members_person where card_serial = %s)", plain)
                else:
                    sql, params = Person._meta.get_field(field_name).where([plain])
                    self.add(f"m.person_id in (select id from members_person where {sql})", *params)
            elif keys := rules.search_keys(text):
                self.add("m.name_keys @> %s::text[]", keys)
            else:
                return False
        if filters.sex:
            self.add("p.sex = %s", filters.sex, needs="person")
        if filters.rural is not None:
            self.add("p.is_rural_worker = %s", filters.rural, needs="person")
        if filters.trade == "any":
            self.add("m.trade <> ''")
        elif filters.trade:
            self.add("m.trade = %s", filters.trade)
        if filters.missing:
            if filters.missing not in _MISSING:
                return False
            self.add(_MISSING[filters.missing], needs="person")
        if filters.activated is not None:
            self.add(f"a.activated_at is {'not ' if filters.activated else ''}null", needs="account")
        if filters.employment:
            self.add("p.employment = %s", filters.employment, needs="person")
        if filters.joined_from:
            self.add("m.joined_on >= %s", filters.joined_from)
        if filters.joined_to:
            self.add("m.joined_on < %s", filters.joined_to)
        return True


def _number_of(text: str) -> tuple[str, str] | None:
    """(column, canonical number) when the text is one exact number, None when it is not."""
    plain = canonical.id_number(text)
    if _PHONE_LIKE.fullmatch(phone := canonical.phone(text)):
        return "phone_index", phone
    if _ID_LIKE.fullmatch(plain) or _PAPER_LIKE.fullmatch(plain):
        return "id_index", plain
    if CARD.fullmatch(plain):
        return "card_serial", plain
    return None


_ID_NO = Person._meta.get_field("id_no")
_PHONE = Person._meta.get_field("phone")


def _wrapped(raw: Iterable[tuple]) -> list[MemberRow]:
    return [
        MemberRow(
            *row[:4],
            _ID_NO.wrap(row[1], row[4]),
            _PHONE.wrap(row[1], row[5]),
            *row[6:17],
            row[17] is not None,
        )
        for row in raw
    ]


def rows_of(spells: QuerySet[Membership]) -> list[MemberRow]:
    """Lines for spells that somebody else chose and scoped: drill-down of a figure, an export."""
    return _wrapped(spells.values_list(*_ORM_COLUMNS))
