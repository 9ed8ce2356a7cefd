"""Which members the upper system has been told of, and who has changed since (对上报送).

The engine (templates as data, digests of what was told) is `orgs`'; here are the facts of persons. A
list tells states and gaps, never numbers: whole numbers leave in the sheet that `send_members` writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from gongjia.base import secret
from gongjia.base.actor import Actor
from gongjia.who.members import powers
from gongjia.who.members.models import Membership, MembershipChange
from gongjia.who.members.queries.scope import gate
from gongjia.who.orgs.actions import Template, cells, gaps, load, wanted
from gongjia.who.orgs.queries import SENT_LABELS, Sent, marks, range_of, sent_states

CHUNK = 2000


@cache
def members_template() -> Template:
    """The shipped example mapping for members."""
    return load(resources.files("gongjia.who.data").joinpath("upward_members.json").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class UpwardMember:
    """One member on the list of what goes up."""

    person_id: UUID
    name: str
    org_name: str
    upper_no: str
    state: Sent
    gaps: tuple[str, ...]

    @property
    def state_label(self) -> str:
        return SENT_LABELS[self.state]


_PERSON = (
    "upper_no", "name", "sex", "born_on", "nation", "id_kind", "political", "education", "skill_level", "employment",
    "household_kind", "household_place", "native_place", "is_rural_worker", "job_post",
)  # fmt: skip


def upward_spells(actor: Actor, template: Template, org: Any = None) -> QuerySet[Membership]:
    """Whom the upper system hears of: members now, and former ones it was told of before."""
    told_before = marks(template).filter(subject=OuterRef("person_id"))
    found = Membership.objects.filter(gate(actor, Membership, powers.UPWARD), is_latest=True).filter(
        Q(until__isnull=True) | Exists(told_before)
    )
    return found.filter(range_of(org.path, "org_path")) if org is not None else found


def upward_rows(actor: Actor, template: Template, org: Any = None) -> Iterator[dict[UUID, tuple[dict, list[str]]]]:
    """Chunks of person -> (facts, the row that would go up). Opens the numbers: for this app's own use."""
    last_change = MembershipChange.objects.filter(membership=OuterRef("pk")).order_by("-on", "-pk")
    found = (
        upward_spells(actor, template, org)
        .annotate(
            change_kind=Subquery(last_change.values("kind")[:1]),
            change_on=Subquery(last_change.values("on")[:1]),
            change_reason=Subquery(last_change.values("reason")[:1]),
        )
        .order_by("org_path", "pk")
        .values(
            "person_id", "joined_on", "employer", "since", "change_in", "change_kind", "change_on", "change_reason",
            "org__name", "org__upper_no", "person__id_no", "person__phone", *(f"person__{name}" for name in _PERSON),
        )
    )  # fmt: skip
    # one snapshot of keys, then chunks by key: memory stays bounded whatever the number of members
    keys = iter(found.order_by("org_path", "pk").values_list("pk", flat=True))
    while chunk := list(islice(keys, CHUNK)):
        rows = list(found.filter(pk__in=chunk))
        people = [row["person_id"] for row in rows]
        id_nos = secret.unseal_many("person.id_no", people, [row["person__id_no"] for row in rows])
        phones = secret.unseal_many("person.phone", people, [row["person__phone"] for row in rows])
        answer = {}
        for row, id_no, phone in zip(rows, id_nos, phones, strict=True):
            facts: dict[str, Any] = {name: row[f"person__{name}"] for name in _PERSON} | {
                "id_no": id_no or "",
                "phone": phone or "",
                "org_name": row["org__name"],
                "org_upper_no": row["org__upper_no"],
                "employer": row["employer"] or row["org__name"],
                "joined_on": row["joined_on"],
                "change_kind": row["change_kind"] or row["change_in"],
                "change_on": row["change_on"] or row["since"],
                "change_reason": row["change_reason"] or "",
            }
            if wanted(template, facts):
                answer[row["person_id"]] = (facts, cells(template, facts))
        yield answer


def upward_members(
    actor: Actor, *, template: Template | None = None, org: Any = None, state: Sent | None = None, limit: int = 200
) -> tuple[list[UpwardMember], dict[Sent, int]]:
    """(the first rows, of one state or of all, in tree order; how many there are of each state)."""
    template = template or members_template()
    counts = dict.fromkeys(Sent, 0)
    listed: list[UpwardMember] = []
    for chunk in upward_rows(actor, template, org):
        states = sent_states(template, {person: row for person, (_facts, row) in chunk.items()})
        for person, (facts, row) in chunk.items():
            counts[states[person]] += 1
            if len(listed) < limit and state in (None, states[person]):
                listed.append(
                    UpwardMember(
                        person, facts["name"], facts["org_name"], facts["upper_no"], states[person],
                        tuple(gaps(template, row)),
                    )
                )  # fmt: skip
    return listed, counts
