"""The types of programmes. A type is one file in `types/`; nobody imports it by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gongjia.base.registry import Registry
from gongjia.work.programmes.kinds import AwardKind, DayUnit, Decides, NoticePlace, Once, Subject, Words
from gongjia.work.programmes.rules.facts import Condition, Facts


@dataclass(frozen=True)
class Desk:
    """A desk as a type proposes it; a round may change it."""

    place: str  # kinds.DeskPlace
    label: str = ""
    role: str = ""  # key of a role, several with "|"; "": any who may review there
    days: int = 5
    unit: str = DayUnit.WORKDAY.value
    stage: int = 1


def _no_conditions(facts: Facts) -> Sequence[Condition]:
    return ()


def _round_amount(facts: Facts, tier: str = "") -> int:
    """Fen: the tier's amount, else the round's."""
    for one in facts.round.tiers:
        if tier and one.get("key") == tier:
            return int(one.get("amount") or 0)
    return facts.round.amount


@dataclass(frozen=True)
class ProgrammeType:
    """Rules of one type and the values that a round of it starts with.

    `conditions(facts)`: the type's own rules, after those that the round names from `rules.conditions`.
    `check(facts)`: faults of the answers taken together (table sums, one answer against another), as conditions
    that are only asked when the form is filled in. `amount(facts, tier)`: fen of one award.
    `score(params, answers)`: a score out of 100 computed from the answers (a table as data), or None.
    `route(answers)` names the union that takes a newcomer. Hooks run inside the act that causes them:
    `on_pass(application, desk, values, actor, at, cause)` and
    `on_award(application, award, values, actor, at, cause)`; `values` are all answers in plain.
    """

    key: str
    label: str
    area: str
    code: str  # two letters of the human number: 2018-GJ-000123
    subject: str
    award_kind: str
    words: Words = field(default_factory=Words)
    brief: str = ""
    sensitive: bool = False
    fields: Sequence[Mapping[str, Any]] = ()
    desks: Sequence[Desk] = ()
    decides: str = Decides.MEETING.value
    notice_place: str = NoticePlace.NONE.value
    notice_days: int = 0
    notice_unit: str = DayUnit.WORKDAY.value
    notice_least: int = 0  # a round may not go below
    once_per: str = Once.ROUND.value
    gap_years: int = 0
    file_needed: bool = False
    shared: Sequence[Mapping[str, Any]] = ()  # rows for Round.conditions
    params: Mapping[str, Any] = field(default_factory=dict)
    criteria: Sequence[Mapping[str, Any]] = ()
    certificate: bool = False
    opens_always: bool = False  # one standing round, without a closing time
    later: str = ""  # kinds.CheckKind that must be answered before money flows
    conditions: Callable[[Facts], Sequence[Condition]] = _no_conditions
    check: Callable[[Facts], Sequence[Condition]] = _no_conditions
    amount: Callable[[Facts, str], int] = _round_amount
    score: Callable[[Mapping[str, Any], Mapping[str, Any]], Any] | None = None
    on_pass: Callable[..., None] | None = None
    on_award: Callable[..., Any] | None = None
    # where an applicant without a membership goes: "" for nobody, "routes" for the routing table,
    # the key of a field of kind union otherwise
    newcomer_goes: str = ""
    claim: Callable[[Mapping[str, Any]], str] | None = None  # an extra part of what may be claimed once
    tier_of: Callable[[Mapping[str, Any]], str] | None = None  # the kind of help asked for, kept with the award
    asks: str = ""  # the answer that says how much is asked: an amount that a meeting sets is checked in its place

    @property
    def for_newcomers(self) -> bool:
        return self.subject == Subject.NEWCOMER

    def later_of(self, params: Mapping[str, Any]) -> str:
        """What must be answered before money flows; a round may set another in its params."""
        return str(params.get("later", self.later))

    @property
    def pays(self) -> bool:
        return self.award_kind == AwardKind.GRANT


TYPES: Registry[ProgrammeType] = Registry("programme types")
