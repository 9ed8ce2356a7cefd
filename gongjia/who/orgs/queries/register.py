"""Lists of the register as plain values: the same number of queries for one row and for fifty."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, FilteredRelation, Q, QuerySet

from gongjia.base.actor import Actor
from gongjia.who.orgs import kinds, powers, rules
from gongjia.who.orgs.models import CoveredUnit, MembersHome, Org, OrgName, Term
from gongjia.who.orgs.queries.scope import range_of, within
from gongjia.who.orgs.queries.tree import chain_of
from gongjia.who.orgs.queries.values import rule_values
from gongjia.who.orgs.states import OrgState

PAGE = 200
STANDING = (OrgState.PREPARING.value, OrgState.ACTIVE.value)


def open_term() -> FilteredRelation:
    """A union's running term, joined (Django rewrites the object, so each query takes a fresh one)."""
    return FilteredRelation("terms", condition=Q(terms__ended_on__isnull=True))


def named(query: str) -> Q:
    """Unions whose name has these characters (two are enough for the index), or whose code begins so."""
    keys = rules.search_keys(query)
    if not keys:
        return Q()
    found = Q(name_keys__contains=keys)
    text = query.strip()
    return found | Q(code__startswith=text.upper()) if text[:3].isdigit() else found


class Found(NamedTuple):
    """A union that typing found."""

    pk: UUID
    code: str
    name: str
    above: str


def search(actor: Actor, query: str, *, power: str = powers.READ, limit: int = 20) -> list[Found]:
    """(id, code, name, name of the union above) for picking a union by typing. One query."""
    if not rules.search_keys(query):
        return []
    found = Org.objects.filter(within(actor, power), named(query), state__in=STANDING).order_by("path")
    return [
        Found(pk, code, name, above or "")
        for pk, code, name, above in found.values_list("pk", "code", "name", "parent__name")[:limit]
    ]


@dataclass(frozen=True, slots=True)
class RegisterRow:
    id: UUID
    code: str
    name: str
    kind: str
    state: str
    path: str
    level: int
    parent_id: UUID | None
    parent_name: str
    employer_name: str
    staff_count: int | None
    head_name: str
    founded_on: date | None
    legal_person: bool
    roster_confirmed_on: date | None
    term_number: int | None
    term_ends_on: date | None
    delayed_to: date | None
    term_status: str

    @property
    def kind_label(self) -> str:
        return kinds.OrgKind(self.kind).label

    @property
    def state_label(self) -> str:
        return OrgState(self.state).label

    @property
    def term_label(self) -> str:
        return rules.TERM_STATUS_LABELS[rules.TermStatus(self.term_status)]


def _listed(
    actor: Actor, under: Org | None, q: str, of_kinds: Collection[str], states: Collection[str]
) -> QuerySet[Org]:
    found = Org.objects.filter(within(actor, powers.READ), named(q))
    if under is not None:
        found = found.filter(range_of(under.path))
    if of_kinds:
        found = found.filter(kind__in=of_kinds)
    return found.filter(state__in=states) if states else found


def register(
    actor: Actor,
    *,
    on: date,
    under: Org | None = None,
    q: str = "",
    of_kinds: Collection[str] = (),
    states: Collection[str] = STANDING,
    after: str = "",
    before: str = "",
    limit: int = 50,
) -> list[RegisterRow]:
    """A page of the register in tree order; `after` is the path of the last row seen. Two queries.
    With `before` the rows before that path, in the opposite order: the way back."""
    found = _listed(actor, under, q, of_kinds, states)
    if after:
        found = found.filter(path__gt=after)
    if before:
        found = found.filter(path__lt=before)
    values = rule_values(on)
    rows = (
        found.annotate(term=open_term())
        .order_by("-path" if before else "path")
        .values_list(
            "pk", "code", "name", "kind", "state", "path", "level", "parent_id", "parent__name", "employer_name",
            "staff_count", "head_name", "founded_on", "legal_person", "roster_confirmed_on", "term__number",
            "term__ends_on", "term__delayed_to",
        )[: min(limit, PAGE)]
    )  # fmt: skip
    return [
        RegisterRow(*row[:8], row[8] or "", *row[9:], rules.status(row[3], on, row[16], row[17], values).value)
        for row in rows
    ]


def register_count(
    actor: Actor,
    *,
    under: Org | None = None,
    q: str = "",
    of_kinds: Collection[str] = (),
    states: Collection[str] = STANDING,
) -> dict[str, int]:
    """How many unions of each kind a list has. One query."""
    rows = _listed(actor, under, q, of_kinds, states).order_by().values_list("kind").annotate(Count("pk"))
    return dict(rows)


@dataclass(frozen=True)
class OrgFile:
    """Everything one union's page shows of this floor."""

    org: Org
    chain: list[Org]
    names: list[OrgName]
    terms: list[Term]
    covered: list[CoveredUnit]
    homes: list[MembersHome]
    children: dict[str, int]  # kind -> how many below by line, directly
    guided: int
    head_title: str
    term_status: str
    missing: list[str]

    @property
    def term_label(self) -> str:
        return rules.TERM_STATUS_LABELS[rules.TermStatus(self.term_status)]

    @property
    def term(self) -> Term | None:
        return next((term for term in self.terms if term.ended_on is None), None)


def file_of(org: Org, on: date) -> OrgFile:
    """The parts of one union's page. Eight queries, whatever its size. The caller has checked the scope."""
    terms = list(org.terms.order_by("-number"))
    running = next((term for term in terms if term.ended_on is None), None)
    status = rules.status(
        org.kind,
        on,
        running.ends_on if running else None,
        running.delayed_to if running else None,
        rule_values(on),
    )
    children = Org.objects.filter(parent=org, state__in=STANDING).order_by().values_list("kind").annotate(Count("pk"))
    return OrgFile(
        org=org,
        chain=chain_of(org),
        names=list(org.names.order_by("-from_on")),
        terms=terms,
        covered=list(org.covered.filter(until__isnull=True)),
        homes=list(org.homes.all()),
        children=dict(children),
        guided=org.guided.filter(state__in=STANDING).count(),
        head_title=rules.head_title(org.kind, org.form),
        term_status=status.value,
        missing=rules.missing_fields(
            org.kind,
            {field: getattr(org, field) for field in rules.ASKED},
            status is rules.TermStatus.MISSING,
        ),
    )
