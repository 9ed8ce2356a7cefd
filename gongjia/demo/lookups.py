"""Finding the people and unions of the story again: reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q

from gongjia.base.actor import Actor
from gongjia.demo.story import moment
from gongjia.who.members.access import actor_for


def _rows(model: str) -> Any:
    return apps.get_model("members", model).objects


def person_by_id(id_no: str) -> Any:
    return _rows("Person").get(id_index=id_no)


def first_members(org_ids: Iterable[UUID]) -> dict[UUID, Any]:
    """Union -> the first member of its roster who has an ID number and a phone."""
    spells = (
        _rows("Membership")
        .filter(
            org_id__in=list(org_ids),
            until__isnull=True,
            person__id_index__isnull=False,
            person__phone_index__isnull=False,
        )
        .order_by("org_id", "pk")
        .distinct("org_id")
        .select_related("person")
    )
    return {spell.org_id: spell.person for spell in spells}


def nth_member(org_id: UUID, number: int) -> Any:
    """The member at a place of a union's roster, counted from 0; negative from the end."""
    spells = (
        _rows("Membership")
        .filter(org_id=org_id, until__isnull=True, standing="active")
        .select_related("person")
        .order_by("pk")
    )
    return (spells.reverse()[-number - 1] if number < 0 else spells[number]).person


def officer_accounts(*, roles: Iterable[str] = (), org: Any = None) -> list[UUID]:
    """Accounts of those who hold a post, in the order of the posts."""
    held = _rows("Position").filter(until__isnull=True, person__account__isnull=False)
    held = held.filter(role__in=list(roles)) if roles else held
    held = held.filter(org=org) if org is not None else held
    return list(dict.fromkeys(held.order_by("pk").values_list("person__account_id", flat=True)))


def without_account(*, every: int, limit: int) -> list[UUID]:
    """Every nth member with a phone and no log-in yet."""
    spells = _rows("Membership").filter(
        Q(person__account__isnull=True, person__phone_index__isnull=False), until__isnull=True, standing="active"
    )
    return list(spells.order_by("org__path", "pk").values_list("person_id", flat=True))[::every][:limit]


def men_born(first: date, last: date, limit: int, *, enrolled_by: date) -> list[Any]:
    """Some members of single unions, spread over all of them, who hold no post and never logged in."""
    spells = _rows("Membership").filter(
        until__isnull=True, standing="active", since__lte=enrolled_by, org__kind="single", person__sex="1", person__account__isnull=True,
        person__positions__isnull=True, person__born_on__gte=first, person__born_on__lte=last,
    )  # fmt: skip
    found = list(spells.order_by("org__path", "pk").select_related("person"))
    return [spell.person for spell in found[:: max(1, len(found) // limit)][:limit]]


def account_of(account_id: UUID) -> Any:
    return apps.get_model("accounts", "Account").objects.get(pk=account_id)


def actor_of(account_id: UUID, day: date) -> Actor:
    """The officer behind an account, as the program would build it on that day."""
    return actor_for(account_of(account_id), moment(day))


def overdue_unions(path: str, day: date, limit: int) -> list[Any]:
    """Unions below a path whose term had ended by a day."""
    terms = apps.get_model("orgs", "Term").objects.filter(
        org__path__startswith=path, ends_on__lt=day - timedelta(days=30), org__state="active"
    )
    return [term.org for term in terms.select_related("org").order_by("org__path")[:limit]]


def chairs() -> dict[UUID, UUID]:
    """Union -> the account of its chair, of basic unions that have one."""
    held = _rows("Position").filter(until__isnull=True, role="chair_grassroots", person__account__isnull=False)
    rows = held.order_by("-pk").values_list("org_id", "person__account_id")
    return dict(rows)


@dataclass(frozen=True)
class Candidate:
    """A member who might be chosen: no more than what choosing looks at."""

    pk: UUID
    org_id: UUID
    code: str
    path: str
    skill_level: str


def candidates(org_ids: Iterable[UUID], *, since: date, **facts: Any) -> list[Candidate]:
    """Spells of members of these unions with such facts, in service since before a day, who hold no post.

    They come in the order of the register: union by union, as their rosters came in.
    """
    spells = _rows("Membership").filter(
        org_id__in=list(org_ids), until__isnull=True, standing="active", since__lte=since,
        person__positions__isnull=True, person__id_index__isnull=False, person__employment__in=("", "1"), **facts,
    )  # fmt: skip
    found = spells.values_list("pk", "org_id", "org__code", "org__path", "person__skill_level")
    return sorted((Candidate(*row) for row in found), key=lambda one: (one.code, one.pk))


def spells_of(chosen: Iterable[Candidate]) -> list[Any]:
    """Their memberships with person and union, in the same order."""
    chosen = list(chosen)
    found = _rows("Membership").select_related("person", "org").in_bulk([one.pk for one in chosen])
    return [found[one.pk] for one in chosen]


def townships() -> list[UUID]:
    """The unions of townships and sub-districts, in the order of the register."""
    found = apps.get_model("orgs", "Org").objects.filter(kind="township", state="active")
    return list(found.order_by("path").values_list("pk", flat=True))


def firms(count: int, *, within: Iterable[UUID], last: bool = False) -> list[Any]:
    """So many unions of single firms, taken in turn from each union above; `last`: from the end of its list."""
    places = list(within)
    found = apps.get_model("orgs", "Org").objects.filter(
        kind="single",
        state="active",
        parent_id__in=places,
        industry__in=("C", "E", "G"),
        founded_on__lt=date(2018, 1, 1),
    )
    by_parent: dict[UUID, list[Any]] = {place: [] for place in places}
    for org in found.order_by("path"):
        by_parent[org.parent_id].append(org)
    rows = [held[::-1] if last else held for held in by_parent.values()]
    turns = range(max(map(len, rows)))
    return [held[turn] for turn in turns for held in rows if len(held) > turn][:count]


def again(rows: Iterable[Any]) -> list[Any]:
    """The same records as they stand now, in the same order."""
    rows = list(rows)
    if not rows:
        return []
    found = type(rows[0]).objects.in_bulk([row.pk for row in rows])
    return [found[row.pk] for row in rows]
