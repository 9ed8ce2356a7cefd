"""The way of an application through the tree: which desks, whose turn, what happens to somebody who moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from gongjia.base import workdays
from gongjia.base.refused import Reason
from gongjia.work.programmes.kinds import DayUnit, DeskPlace

# kinds of unions where a person's own desk stands: parts of a basic union have none of their own
PARTS = frozenset({"branch", "group"})
# kinds that stand between a basic union and the federation
MIDDLE = frozenset({"township", "work_committee", "office", "industry", "regional", "trade", "federation"})


@dataclass(frozen=True)
class Node:
    """A union of the line from the federation down to the applicant's, or the one that guides it."""

    id: str
    name: str
    short: str
    kind: str
    code: str = ""


@dataclass(frozen=True)
class DeskRule:
    """A desk as the round orders it."""

    number: int
    place: str
    label: str = ""
    role: str = ""
    days: int = 5
    unit: str = "workday"
    stage: int = 1
    org: Node | None = None  # of a named desk


@dataclass(frozen=True)
class Stop:
    """One desk on the way of one application. `no` counts from 1 along the way, not along the round's list."""

    no: int
    org: str
    name: str
    label: str
    role: str
    days: int
    unit: str
    stage: int
    place: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Stop:
        return cls(**{key: row[key] for key in cls.__dataclass_fields__})


def way(
    desks: Sequence[DeskRule], line: Sequence[Node], opener: Node, guide: Node | None = None, *, sensitive: bool = False
) -> list[Stop]:
    """The desks of one application: `line` from the federation down to the applicant's union.

    A place that the real tree does not have is left out, and a union that would review twice in a row with the
    same role and stage reviews once. A sensitive programme starts above the worker's own union, whose officer
    is often the employer's (个人信息保护法 6、28); when nothing lies between, the opener is the first desk.
    """
    stops: list[Stop] = []
    for desk in sorted(desks, key=lambda one: one.number):
        node = _stands_at(desk, line, opener, guide)
        if node is None or (sensitive and desk.place == DeskPlace.OWN and node.id != opener.id):
            continue
        last = stops[-1] if stops else None
        if last and (last.org, last.role, last.stage) == (node.id, desk.role, desk.stage):
            continue
        stops.append(
            Stop(
                len(stops) + 1, node.id, node.short or node.name, desk.label, desk.role, desk.days, desk.unit,
                desk.stage, desk.place,
            )
        )  # fmt: skip
    return stops


def _stands_at(desk: DeskRule, line: Sequence[Node], opener: Node, guide: Node | None) -> Node | None:
    if desk.place == DeskPlace.OPENER:
        return opener
    if desk.place == DeskPlace.NAMED:
        return desk.org
    if desk.place == DeskPlace.INDUSTRY:
        return guide
    if desk.place == DeskPlace.OWN:
        return own_union(line)
    own = own_union(line)
    if own is None:
        return None
    index = next(place for place, node in enumerate(line) if node.id == own.id)
    above = [node for node in line[:index] if node.kind in MIDDLE and node.id != opener.id]
    below_opener = [node for node in above if _below(node, opener, line)]
    if not below_opener and own.kind in MIDDLE and own.id != opener.id:
        return own  # the township itself applies
    return below_opener[0] if below_opener else None


def own_union(line: Sequence[Node]) -> Node | None:
    """The basic union of a member whose membership lies in a branch or a group: the nearest that is no part."""
    return next((node for node in reversed(line) if node.kind not in PARTS), None)


def _below(node: Node, opener: Node, line: Sequence[Node]) -> bool:
    """Whether `node` lies under the opener on this line; an opener that is not on it bounds nothing."""
    ids = [one.id for one in line]
    return opener.id not in ids or ids.index(node.id) > ids.index(opener.id)


def scope_of(stops: Sequence[Stop], counts: str, *, sensitive: bool) -> str:
    """The lowest union whose officers may see the record: the one that counts, or the first desk's."""
    return stops[0].org if sensitive and stops else counts


def may_review(desk_org: str, desk_role: str, posts: Sequence[tuple[str, str]], vacant: bool, above: bool) -> str:
    """How an officer may speak at a desk: "here", "above" (stands in), or "" for not at all.

    `posts` are (union, role) of the officer's posts that hold the power; `vacant`: nobody holds such a post at
    the desk; `above`: the officer's reach covers the desk's union. A desk that somebody sits at is not taken
    from above, except by whoever it has been late with (the caller passes vacant=True then).
    """
    roles = [one for one in desk_role.split("|") if one]
    if any(org == desk_org and (not roles or role in roles) for org, role in posts):
        return "here"
    return "above" if above and vacant else ""


@dataclass(frozen=True)
class Move:
    """What to do about an applicant whose membership changed while the application was under way."""

    act: str  # stay | reroute | gone
    org: str = ""
    why: str = ""


def after_moving(
    *, counts: str, now: str, in_area: bool, standing: str, desk_no: int, first_place: str, needs_member: bool
) -> Move:
    """Who reviews and which union counts when somebody transfers or leaves mid-chain.

    Before the own union has spoken, the new union takes over both the desk and the counting; after that the
    union of the day of applying counts and the desks above go on. Who is no member any more (or left the area)
    stops where membership is a condition; a desk then declines or returns with that reason, nobody is dropped
    by silence.
    """
    if now == counts and standing == "active":
        return Move("stay")
    if standing not in ("active", "retained"):
        return Move("gone", why="会籍已不在册") if needs_member else Move("stay")
    if not in_area:
        return Move("gone", why="会籍已转出主办工会的范围") if needs_member else Move("stay")
    if now != counts and desk_no <= 1 and first_place == DeskPlace.OWN:
        return Move("reroute", now, "会籍已转接")
    return Move("stay")


def unit_at(route: Sequence[Mapping[str, Any]], no: int) -> str:
    """The unit in which a desk on the way counts its days: as the round declared it."""
    return next((str(row["unit"]) for row in route if row["no"] == no), DayUnit.WORKDAY.value)


def days_to(due: date, today: date, unit: str) -> int:
    """Days until the last day, in the desk's own unit; 0 on it, negative after it."""
    return workdays.days_left(today, due, "workday" if unit == DayUnit.WORKDAY else "day")


def days_over(due: date | None, today: date, unit: str) -> int:
    """Days past the last day, in the desk's own unit; 0 while in time."""
    return max(0, -days_to(due, today, unit)) if due and due < today else 0


def counted(days: int, unit: str) -> str:
    """So many days in words."""
    return f"{days} 个工作日" if unit == DayUnit.WORKDAY else f"{days} 天"


def late_words(due: date, today: date, unit: str) -> str:
    """还有 2 个工作日 · 今天到期 · 逾期 3 天 · 已过期限 (over, but no working day since)."""
    if due == today:
        return "今天到期"
    left = days_to(due, today, unit)
    if due > today:
        return f"还有 {counted(left, unit)}"
    return f"逾期 {counted(-left, unit)}" if left else "已过期限"


def desk_faults(rows: Sequence[DeskRule], *, sensitive: bool) -> list[Reason]:
    """What is wrong with the desks of a round."""
    found = []
    if not rows:
        found.append(Reason("no_desk", "还没有设审核环节。", cure="请至少设一道审核。"))
    if len(rows) > 8:
        found.append(Reason("many_desks", "审核环节太多，最多 8 道。", fact=str(len(rows))))
    if sensitive and rows and all(row.place == DeskPlace.OWN for row in rows):
        found.append(
            Reason(
                "sensitive_own_only", "涉及隐私的项目不能只由本人所在基层工会审核。", clause="《个人信息保护法》第六条、第二十八条",
                cure="请加上乡镇(街道)或主办部门审核。",
            )
        )  # fmt: skip
    stages = [row.stage for row in sorted(rows, key=lambda one: one.number)]
    if stages != sorted(stages):
        found.append(Reason("stages_order", "审核环节的填报阶段要按先后顺序。"))
    if any(row.days < 1 or row.days > 365 for row in rows):
        found.append(Reason("desk_days", "审核时限须为 1 到 365 天。"))
    return found
