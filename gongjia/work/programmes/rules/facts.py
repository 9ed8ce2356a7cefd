"""What rules look at, gathered by `queries.facts` for a whole set at once. Amounts in fen, dates as days."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Earlier:
    """An earlier award, of the chain or imported from before this system."""

    type: str
    round: str  # id as text; "" for imported history
    cycle: str
    title: str
    kind: str
    awarded_on: date
    amount: int = 0
    imported: bool = False
    of_household: bool = False  # another person's of the same household
    kin: str = ""  # kind of aid, where the type knows several
    pending: bool = False  # decided, not awarded yet: its notice runs, or it is of the same decision


@dataclass(frozen=True)
class PersonFacts:
    """A person as the register knows them on the day."""

    known: bool = False
    name: str = ""
    sex: str = ""
    born_on: date | None = None
    standing: str = "none"  # active | retained | left | none
    since: date | None = None  # of the present membership
    joined_on: date | None = None  # first joining
    org_name: str = ""
    org_kind: str = ""
    in_area: bool = False  # the union lies under the one that opened the round
    employment: str = ""
    education: str = ""
    skill_level: str = ""
    is_rural_worker: bool = False
    trade: str = ""
    employer: str = ""
    job_post: str = ""
    household_place: str = ""
    died: bool = False

    def age_on(self, day: date) -> int | None:
        """Full years (周岁); None while no birth date is on file."""
        if self.born_on is None:
            return None
        return day.year - self.born_on.year - ((day.month, day.day) < (self.born_on.month, self.born_on.day))


@dataclass(frozen=True)
class OrgFacts:
    """The union an application speaks for, or the applicant's own."""

    known: bool = False
    name: str = ""
    kind: str = ""
    active: bool = False
    in_area: bool = False
    founded_on: date | None = None
    staff: int | None = None
    staff_women: int | None = None
    members: int | None = None
    committee_size: int | None = None
    women_committee: bool = False
    audit_committee: bool = False
    term_ends_on: date | None = None
    uscc: str = ""
    employer_name: str = ""


@dataclass(frozen=True)
class FileFacts:
    """The hardship file of the applicant's household, as it is on the day. None is passed when there is none."""

    number: str
    category: str  # deep | relative | accident
    level: str  # national | provincial
    verified_year: int | None = None
    checks_open: bool = False
    persons: int = 0


@dataclass(frozen=True)
class RoundFacts:
    """What a round says beyond its type."""

    id: str = ""
    type: str = "general"
    title: str = ""
    cycle: str = ""
    year: int = 0
    once_per: str = "round"
    gap_years: int = 0
    file_needed: bool = False
    amount: int = 0
    tiers: tuple[Mapping[str, Any], ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    apply_word: str = "申报"


@dataclass(frozen=True)
class Facts:
    """All of it, of one application (or of somebody who only asks whether they may apply)."""

    today: date
    round: RoundFacts = RoundFacts()
    person: PersonFacts = PersonFacts()
    org: OrgFacts = OrgFacts()
    file: FileFacts | None = None
    earlier: tuple[Earlier, ...] = ()
    # chosen for the same person or household, not awarded yet: counts for caps, once-per and gap rules
    pending: tuple[Earlier, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)  # checked ones, sensitive ones among them
    answered: bool = False  # False while nobody has filled in the form

    def answer(self, key: str, default: Any = None) -> Any:
        value = self.answers.get(key)
        return default if value in (None, "") else value


@dataclass(frozen=True)
class Condition:
    """One condition of a programme. `ok` None: only known when the form is filled in."""

    code: str
    ok: bool | None
    sentence: str
    fact: str = ""
    clause: str = ""
    cure: str = ""


def in_turn(
    some: Sequence[Facts], subjects: Sequence[str], amount_of: Callable[[int, Facts], tuple[int, str] | None]
) -> list[Facts]:
    """Facts of several that are given something at one time: each also knows what those before it get, where they
    are of one household (or the same person or union). Else a cap would hold between decisions, not inside one.

    `subjects`: whose each is, where there is no household; `amount_of(place, facts)`: (fen, kind of help), None when
    this one gets nothing after all.
    """
    given: dict[str, tuple[tuple[str, Earlier], ...]] = {}
    found = []
    for place, facts in enumerate(some):
        key = f"file:{facts.file.number}" if facts.file else subjects[place]
        before = tuple(replace(row, of_household=whose != subjects[place]) for whose, row in given.get(key, ()))
        mine = replace(facts, pending=facts.pending + before)
        found.append(mine)
        got = amount_of(place, mine)
        if got is None:
            continue
        round_ = facts.round
        row = Earlier(
            round_.type, round_.id, round_.cycle, round_.title, "", facts.today, got[0], kin=got[1], pending=True
        )
        given[key] = (*given.get(key, ()), (subjects[place], row))
    return found
