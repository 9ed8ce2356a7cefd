"""Who acts, and what may be done where: `can`, `must`, `roots`.

An actor is built per request (or per run of a job) from data and then never asks again
who it is. Places are anything with `.id` and `.path`, where `path` is a pre-order key:
a place lies under another when its path starts with the other's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol
from uuid import UUID

from gongjia.base.refused import Forbidden

Reach = Literal["own", "subtree", "industry"]


class Place(Protocol):
    id: UUID
    path: str


@dataclass(frozen=True)
class Root:
    """A place from which a power reaches: itself, its subtree, or those it guides as an industry."""

    org_id: UUID
    path: str
    reach: Reach


@dataclass(frozen=True)
class Post:
    """One post held now: role at a place, with the powers that the role gives."""

    id: UUID
    role: str
    role_label: str
    org_id: UUID
    org_name: str
    path: str
    reach: Reach
    powers: frozenset[str]
    on_behalf_of: str = ""  # leave cover: whose post it is

    @property
    def root(self) -> Root:
        return Root(self.org_id, self.path, self.reach)


@dataclass(frozen=True)
class Behalf:
    """For which place below somebody acts (代办). The journal names both."""

    id: UUID
    path: str
    name: str


LONGEST_LABEL = 60  # of a label that names two: the tables that keep a label have room for it


def _no_industry(root_id: UUID, place_id: UUID) -> bool:
    return False


@dataclass(frozen=True)
class Actor:
    """The one who acts. Built by `who.members.access.actor_for` or `Actor.system`."""

    account_id: UUID | None
    person_id: UUID | None
    label: str
    posts: tuple[Post, ...] = ()
    kind: Literal["person", "system"] = "person"
    all_powers: frozenset[str] = frozenset()  # of a system actor
    guides: Callable[[UUID, UUID], bool] = field(default=_no_industry, compare=False, repr=False)
    behalf: Behalf | None = None

    @classmethod
    def system(cls, label: str, powers: Iterable[str] = ()) -> Actor:
        """A timed job or the command line on the machine itself; `"*"` stands for every power."""
        return cls(account_id=None, person_id=None, label=label, kind="system", all_powers=frozenset(powers))

    @property
    def everywhere(self) -> bool:
        """True for the machine itself: its powers are not bound to a place."""
        return self.kind == "system"

    def holds(self, power: str) -> bool:
        """Whether the power is held anywhere at all."""
        if self.everywhere:
            return power in self.all_powers or "*" in self.all_powers
        return any(power in post.powers for post in self.posts)

    def roots(self, power: str) -> tuple[Root, ...]:
        """Where the power reaches from; empty when not held. A system actor has none: ask `everywhere`."""
        return tuple(dict.fromkeys(post.root for post in self.posts if power in post.powers))

    def can(self, power: str, org: Place | None) -> bool:
        """Whether the power reaches that place (None: a thing of no place, any holder may)."""
        if self.everywhere or org is None:
            return self.holds(power)
        return any(self._reaches(root, org) for root in self.roots(power))

    def _reaches(self, root: Root, org: Place) -> bool:
        if root.org_id == org.id:
            return True
        if root.reach == "subtree" and org.path.startswith(root.path):
            return True
        return root.reach == "industry" and (org.path.startswith(root.path) or self.guides(root.org_id, org.id))

    def acting_for(self, place: Place, name: str) -> Actor:
        """The same person acting for one place below: powers as before, but there and below it only, and a
        label that names both. Whatever is done meanwhile cannot fall on another place."""
        posts = tuple(
            replace(post, org_id=place.id, org_name=name, path=place.path, reach="subtree")
            for post in self.posts
            if self._reaches(post.root, place)
        )
        short = name[: LONGEST_LABEL - len(self.label) - 4]
        label = f"{self.label}（代 {short}）"
        return replace(self, label=label, posts=posts, behalf=Behalf(place.id, place.path, name))

    def must(self, power: str, org: Place | None) -> None:
        """Raise `Forbidden` unless `can`."""
        if not self.can(power, org):
            raise Forbidden(power)
