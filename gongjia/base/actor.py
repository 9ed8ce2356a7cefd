"""Who acts, and what may be done where: `can`, `must`, `roots`.

An actor is built per request (or per run of a job) from data and then never asks again
who it is. Places are anything with `.id` and `.path`, where `path` is a pre-order key:
a place lies under another when its path starts with the other's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
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
        for root in self.roots(power):
            if root.org_id == org.id:
                return True
            if root.reach == "subtree" and org.path.startswith(root.path):
                return True
            if root.reach == "industry" and (org.path.startswith(root.path) or self.guides(root.org_id, org.id)):
                return True
        return False

    def must(self, power: str, org: Place | None) -> None:
        """Raise `Forbidden` unless `can`."""
        if not self.can(power, org):
            raise Forbidden(power)
