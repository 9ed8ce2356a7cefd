"""What rules look at, gathered by `queries.facts` for a whole set of persons by one statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Facts:
    """One person, as the register and the events know them at the moment asked about."""

    person_id: UUID
    name: str = ""
    sex: str = ""
    born_on: date | None = None
    died: bool = False
    employment: str = ""
    education: str = ""
    skill_level: str = ""
    is_rural_worker: bool = False
    standing: str = "none"  # active | retained | none
    joined_on: date | None = None
    org_id: UUID | None = None
    org_name: str = ""
    org_path: str = ""
    trade: str = ""
    account_id: UUID | None = None
    in_audience: bool = False
    guides: frozenset[UUID] = frozenset()  # industry unions that guide the person's union; asked where it matters
    work: frozenset[str] = frozenset()  # kinds.WorkKey, as the own union says
    served_on: date | None = None  # last day at an event whose places were scarce
    faults: tuple[date, ...] = ()  # no-show marks that count
    of_series: int = 0  # live sign-ups in other events of the series
    live: str = ""  # state of the person's live sign-up in this event
    clashes: tuple[str, ...] = ()  # titles and times of what the person has a place in at the same hours

    def age_on(self, day: date) -> int | None:
        """Full years (周岁); None while no birth date is on file."""
        if self.born_on is None:
            return None
        return day.year - self.born_on.year - ((day.month, day.day) < (self.born_on.month, self.born_on.day))


@dataclass(frozen=True)
class Terms:
    """What an event says to whoever wants to come."""

    title: str = ""
    kind: str = "other"
    state: str = "open"
    way: str = "first"
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    starts_at: datetime | None = None  # of the session chosen, else of the first one
    audience: str = ""  # the union's name
    conditions: tuple[Mapping[str, Any], ...] = ()
    group: str = ""  # the guaranteed group, "" when there is none
    guests_max: int = 0
    children: bool = False
    matching: bool = False
    by_session: bool = False
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """One answered question of "我能报名吗?"."""

    code: str
    ok: bool
    sentence: str
    fact: str = ""
    clause: str = ""
    cure: str = ""
