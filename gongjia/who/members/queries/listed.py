"""Names and numbers on somebody's list, found among the members of one union: for lists that are handed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from gongjia.base.secret import canonical
from gongjia.who.members.models import Person
from gongjia.who.members.queries.counts import spells_on


@dataclass(frozen=True)
class Listed:
    """One member as the list knows them."""

    person_id: UUID
    name: str
    org_name: str


@dataclass
class Found:
    """Members by name and by the digest of a number. Whoever is not of the union is not here."""

    by_name: dict[str, list[Listed]] = field(default_factory=dict)
    by_digest: dict[bytes, list[Listed]] = field(default_factory=dict)

    def numbered(self, number: str) -> list[Listed]:
        """Who has this ID number or phone; a phone may be two persons'."""
        found: dict[UUID, Listed] = {}
        for name, form in _NUMBERS:
            index: Any = Person._meta.get_field(f"{name}_index")
            for digest in index.digests_to_find(form(number)):
                found |= {one.person_id: one for one in self.by_digest.get(digest, ())}
        return list(found.values())


_NUMBERS = (("id", canonical.id_number), ("phone", canonical.phone))


def find_listed(within: Q, day: date, *, numbers: Iterable[str], names: Iterable[str]) -> Found:
    """Active members whose union is `within`, with one of these numbers or names. One query, whatever the list."""
    asked = [text for text in numbers if text]
    digests = (
        [name, digest]
        for name, form in _NUMBERS
        for text in asked
        for digest in Person._meta.get_field(f"{name}_index").digests_to_find(form(text))  # type: ignore[union-attr]
    )
    wanted = Q(person__name__in=list(names))
    by_index: dict[str, list[bytes]] = {}
    for name, digest in digests:
        by_index.setdefault(name, []).append(digest)
    for name, some in by_index.items():
        wanted |= Q(**{f"person__{name}_index__in": some})
    rows = spells_on(day).filter(within, wanted, standing="active").values_list(
        "person_id", "person__name", "org__short_name", "org__name", "person__id_index", "person__id_index_next",
        "person__phone_index", "person__phone_index_next",
    )  # fmt: skip
    found = Found()
    for pk, name, short, long, *indexes in rows:
        one = Listed(pk, name, short or long)
        found.by_name.setdefault(name, []).append(one)
        for digest in {bytes(index) for index in indexes if index}:
            found.by_digest.setdefault(digest, []).append(one)
    return found
