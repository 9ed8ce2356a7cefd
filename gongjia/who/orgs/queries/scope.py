"""Who may see which unions, as conditions that the database can use an index for."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from gongjia.base.actor import Actor, Root
from gongjia.base.refused import Forbidden, Hidden
from gongjia.who.orgs import powers
from gongjia.who.orgs.models import Org, OrgClosure

NOTHING = Q(pk__in=[])
# Every row, and truthy: an empty Q() would vanish from an OR and leave only what stands beside it.
EVERYTHING = Q(pk__isnull=False)
# Greater than every character of a path (0-9, A-Z) in byte order.
PAST = "~"


def range_of(path: str, field: str = "path") -> Q:
    """The subtree of a path, as a range of the pre-order key."""
    return Q(**{f"{field}__gte": path, f"{field}__lt": path + PAST})


def _key(prefix: str) -> str:
    """The lookup of a union's key through a relation: "org__" -> "org_id" (no join)."""
    return f"{prefix.removesuffix('__')}_id" if prefix else "pk"


def _of_root(root: Root, prefix: str, path: str) -> Q:
    if root.reach == "own":
        return Q(**{_key(prefix): root.org_id})
    if root.reach == "subtree":
        return range_of(root.path, path)
    # Its own line and those it guides, in one semi-join over the closure of now.
    reached = OrgClosure.objects.filter(ancestor_id=root.org_id, until__isnull=True).values("descendant_id")
    return Q(**{f"{_key(prefix)}__in": reached})


def within(actor: Actor, power: str, prefix: str = "", path: str = "") -> Q:
    """The rows that a power reaches. `prefix` leads to the union ("org__"; "" on Org itself);
    `path` names a copy of the union's path on the row ("org_path"), which saves the join.
    The answer is never empty: it may be put into an OR, or negated."""
    if actor.everywhere:
        return EVERYTHING if actor.holds(power) else NOTHING
    path = path or f"{prefix}path"
    roots = actor.roots(power)
    wide = [root.path for root in roots if root.reach == "subtree"]
    answer: Q | None = None
    for root in roots:
        covered = any(root.path.startswith(other) and (root.path != other or root.reach == "own") for other in wide)
        if covered and root.reach != "industry":
            continue
        condition = _of_root(root, prefix, path)
        answer = condition if answer is None else answer | condition
    return NOTHING if answer is None else answer


def visible(actor: Actor, power: str = powers.READ) -> QuerySet[Org]:
    """The unions that the actor may read (or those that another power reaches)."""
    return Org.objects.filter(within(actor, power))


def get(actor: Actor, key: UUID | str, power: str = powers.READ) -> Org:
    """One union by id or code: `Hidden` when it is none of the actor's, `Forbidden` when only readable."""
    match = Q(pk=key) if isinstance(key, UUID) else Q(code=key)
    found = visible(actor).filter(match).order_by()[:1]
    org = next(iter(found), None)
    if org is None:
        raise Hidden(str(key))
    if power != powers.READ and not actor.can(power, org):
        raise Forbidden(power)
    return org


def guides(root_id: UUID, place_id: UUID) -> bool:
    """Whether an industry union guides another now: what `Actor.guides` asks."""
    return OrgClosure.objects.filter(
        ancestor_id=root_id, descendant_id=place_id, via="industry", until__isnull=True
    ).exists()


def in_force(on: date | None, prefix: str = "") -> Q:
    """Rows of [since, until) that hold on a day (None: now)."""
    if on is None:
        return Q(**{f"{prefix}until__isnull": True})
    return Q(**{f"{prefix}since__lte": on}) & (Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gt": on}))


def below(org: Org, on: date | None = None, prefix: str = "org__", path: str = "") -> Q:
    """Rows whose union lies in the subtree of `org`, in the tree of a day (None: of now)."""
    if on is None:
        return range_of(org.path, path or f"{prefix}path")
    line = OrgClosure.objects.filter(in_force(on), ancestor_id=org.pk, via="line").values("descendant_id")
    return Q(**{f"{_key(prefix)}__in": line})
