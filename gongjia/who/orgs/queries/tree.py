"""The tree of unions, of now and of any day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Q, QuerySet

from gongjia.who.orgs.models import Org, OrgClosure, OrgName
from gongjia.who.orgs.queries.scope import below, in_force
from gongjia.who.orgs.rules import names


@dataclass(frozen=True)
class TreeRow:
    """One union of the tree of a day, as plain values. Sorted in pre-order."""

    id: UUID
    parent_id: UUID | None
    code: str
    name: str
    short_name: str
    kind: str
    state: str
    path: str
    level: int


def by_code(code: str) -> Org | None:
    """The union of a code, without any scope: for jobs, the command line and imports."""
    return Org.objects.filter(code=code).first()


def by_codes(codes: Iterable[str]) -> dict[str, Org]:
    return {org.code: org for org in Org.objects.filter(code__in=list(codes))}


def root() -> Org | None:
    """The federation this installation serves: the union without a parent."""
    return Org.objects.filter(parent__isnull=True).order_by("path").first()


def existing_on(on: date, prefix: str = "") -> Q:
    """Unions that existed on a day: founded by then (or long ago, day unknown), not yet closed."""
    return (
        Q(**{f"{prefix}established": True})
        & (Q(**{f"{prefix}founded_on__isnull": True}) | Q(**{f"{prefix}founded_on__lte": on}))
        & (Q(**{f"{prefix}closed_on__isnull": True}) | Q(**{f"{prefix}closed_on__gt": on}))
    )


def subtree(org: Org, on: date | None = None) -> QuerySet[Org]:
    """A union and all below it by line, in the tree of a day (None: of now), in pre-order."""
    return Org.objects.filter(below(org, on, prefix="")).order_by("path")


def children_of(org: Org, on: date | None = None) -> QuerySet[Org]:
    """The direct children by line, in the tree of a day (None: of now), in pre-order."""
    if on is None:
        return Org.objects.filter(parent=org).order_by("path")
    links = OrgClosure.objects.filter(in_force(on), ancestor=org, via="line", depth=1)
    return Org.objects.filter(pk__in=links.values("descendant_id")).order_by("path")


def guided_by(org: Org, on: date | None = None) -> QuerySet[Org]:
    """The unions that an industry union guides, in pre-order."""
    links = OrgClosure.objects.filter(in_force(on), ancestor=org, via="industry")
    return Org.objects.filter(pk__in=links.values("descendant_id")).order_by("path")


def chain_of(org: Org, on: date | None = None) -> list[Org]:
    """From the federation down to the union itself, by line."""
    links = OrgClosure.objects.filter(in_force(on), descendant=org, via="line").order_by("-depth")
    return [link.ancestor for link in links.select_related("ancestor")]


def names_on(on: date, org_ids: Iterable[UUID] | None = None) -> dict[UUID, tuple[str, str]]:
    """(name, short name) that unions bore on a day; the first known name for days before it."""
    # a name mended on its own first day never held
    rows = OrgName.objects.exclude(to_on=F("from_on")).order_by("org_id", "-from_on")
    if org_ids is not None:
        rows = rows.filter(org_id__in=list(org_ids))
    names: dict[UUID, tuple[str, str]] = {}
    oldest: dict[UUID, tuple[str, str]] = {}
    for org_id, name, short, from_on in rows.values_list("org_id", "name", "short_name", "from_on"):
        oldest[org_id] = (name, short)
        if from_on <= on and org_id not in names:
            names[org_id] = (name, short)
    return {**oldest, **names}


def tree_on(on: date, org: Org | None = None) -> list[TreeRow]:
    """The unions that existed on a day, with the parent and the name of that day. Three queries."""
    orgs = Org.objects.filter(existing_on(on))
    if org is not None:
        orgs = orgs.filter(below(org, on, prefix=""))
    parents = dict(
        OrgClosure.objects.filter(in_force(on), via="line", depth=1).values_list("descendant_id", "ancestor_id")
    )
    names = names_on(on)
    rows = {
        pk: (code, *names.get(pk, (name, short)), kind, state, path)
        for pk, code, name, short, kind, state, path in orgs.values_list(
            "pk", "code", "name", "short_name", "kind", "state", "path"
        )
    }
    return _pre_order(rows, parents)


def _pre_order(rows: dict, parents: dict[UUID, UUID]) -> list[TreeRow]:
    """Walk the tree of that day: siblings in the order of their present path."""
    children: dict[UUID | None, list[UUID]] = {}
    for pk in sorted(rows, key=lambda key: rows[key][5]):
        parent = parents.get(pk)
        while parent is not None and parent not in rows:  # founded later than its children, or closed
            parent = parents.get(parent)
        children.setdefault(parent, []).append(pk)
    answer: list[TreeRow] = []
    stack = [(pk, None, 0) for pk in reversed(children.get(None, []))]
    while stack:
        pk, parent, level = stack.pop()
        answer.append(TreeRow(pk, parent, *rows[pk], level=level))
        stack.extend((child, pk, level + 1) for child in reversed(children.get(pk, [])))
    return answer


def by_names_or_codes(texts: Iterable[str]) -> list[Org]:
    """Unions that one of the texts names, by code, full or short name: one query. The width of brackets and
    blanks in the text do not matter; the register keeps names as they were written."""
    wanted = list({spelling for text in texts for spelling in names.spellings(text)})
    return list(Org.objects.filter(Q(code__in=wanted) | Q(name__in=wanted) | Q(short_name__in=wanted)))


def named_by(texts: Iterable[str]) -> dict[str, list[Org]]:
    """What each text names, code before full name before short name; [] for one that names nothing. One query."""
    texts = list(dict.fromkeys(texts))
    by: tuple[dict[str, list[Org]], ...] = ({}, {}, {})
    for org in by_names_or_codes(texts):
        for found, key in zip(by, (org.code, org.name, org.short_name), strict=True):
            if key:
                found.setdefault(names.folded(key), []).append(org)
    return {text: next((found[key] for found in by if (key := names.folded(text)) in found), []) for text in texts}


def names_of(org_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of unions by key, as they are called now."""
    return dict(Org.objects.filter(pk__in=list(org_ids)).values_list("pk", "name"))
