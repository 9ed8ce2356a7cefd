"""What a household tells of itself, as it lies sealed in its file; and what of it a computation needs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from gongjia.work.households import kinds
from gongjia.work.households.rules.means import Means

RIGID = {
    "rigid_medical": "医疗",
    "rigid_school": "教育",
    "rigid_housing": "住房",
    "rigid_other": "其他必要支出",
}
SOURCES = {
    "own_monthly": "本人月平均收入",
    "income_other": "家庭其他年收入",
    **RIGID,
    "accident_cost": "年度致困费用",
}


@dataclass(frozen=True)
class HouseholdFacts:
    """The national form's fields that no other record holds (domain rules 6.2); money in fen."""

    own_monthly: int = 0
    income_other: int = 0
    rigid_medical: int = 0
    rigid_school: int = 0
    rigid_housing: int = 0
    rigid_other: int = 0
    accident: str = kinds.AccidentKind.NONE.value
    accident_harm: bool = False
    accident_cost: int = 0
    exclusions: tuple[str, ...] = ()
    address: str = ""
    postcode: str = ""
    other_contact: str = ""
    housing: str = ""
    area_m2: int = 0
    marriage: str = ""
    single_parent: bool = False
    health: str = ""
    disability: str = ""
    insurance: str = ""
    can_help_self: bool = True
    nobody_works: bool = False  # 零就业家庭
    working_since: str = ""
    identity: str = ""
    lives_in_city: bool = True
    months_of_work: int = 12
    story: str = ""  # 致困说明
    sources: dict[str, str] = field(default_factory=dict)  # figure -> the paper it comes from

    @property
    def income(self) -> int:
        """家庭年度总收入: the worker's own twelve months and what the others bring."""
        return self.own_monthly * 12 + self.income_other

    @property
    def rigid(self) -> int:
        return sum(getattr(self, name) for name in RIGID)

    def dumps(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def loads(cls, text: str) -> HouseholdFacts:
        if not text:
            return cls()
        data: dict[str, Any] = json.loads(text)
        known = {one.name for one in fields(cls)}
        data = {key: value for key, value in data.items() if key in known}
        data["exclusions"] = tuple(data.get("exclusions") or ())
        return cls(**data)


@dataclass(frozen=True)
class MemberFacts:
    """One person of the household beyond name and number."""

    sex: str = ""
    born_on: str = ""
    monthly: int = 0
    health: str = ""
    disability: str = ""
    identity: str = ""
    school: str = ""  # unit or school
    enrolled: int = 0
    school_years: int = 0
    insurance: str = ""
    marriage: str = ""

    def dumps(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def loads(cls, text: str) -> MemberFacts:
        if not text:
            return cls()
        known = {one.name for one in fields(cls)}
        return cls(**{key: value for key, value in json.loads(text).items() if key in known})


def means_of(facts: HouseholdFacts, *, persons: int, low_line: int, line_words: str = "") -> Means:
    """The figures of a computation, each with its source."""
    said = facts.sources
    rigid = "；".join(
        f"{label} {said[name]}" for name, label in RIGID.items() if getattr(facts, name) and said.get(name)
    )
    income = "；".join(said[name] for name in ("own_monthly", "income_other") if said.get(name))
    return Means(
        facts.income, facts.rigid, persons, low_line, facts.accident, facts.accident_harm, facts.accident_cost,
        facts.exclusions,
        {
            "income": income or "申报", "rigid": rigid or "申报", "persons": "家庭成员名单", "low_line": line_words,
            "accident": said.get("accident_cost", "") or "申报", "accident_cost": said.get("accident_cost", ""),
        },
    )  # fmt: skip


def missing(facts: HouseholdFacts | None, *, persons: int, cause_main: str, has_self: bool) -> Sequence[str]:
    """What a file still lacks before it can be submitted, in words."""
    found = []
    if not has_self or persons < 1:
        found.append("家庭成员")
    if facts is None:
        return [*found, "家庭收入和支出"]
    if not facts.address.strip():
        found.append("住址")
    if not facts.health:
        found.append("健康状况")
    if not facts.housing:
        found.append("住房类型")
    if not facts.story.strip():
        found.append("致困说明")
    if not cause_main:
        found.append("主要致困原因")
    return found
