"""Closing, merging and moving a union."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gongjia.base.refused import Reason
from gongjia.who.orgs.kinds import ClosingCause
from gongjia.who.orgs.rules.founding import CHARTER, GHF, placement


@dataclass(frozen=True)
class ClosingFacts:
    """What the end of a union is judged by. `members` is counted by the caller that owns them."""

    today: date
    closed_on: date | None = None
    founded_on: date | None = None
    cause: str = ""
    document: str = ""
    has_attachment: bool = False
    congress_passed: bool = False
    open_children: int = 0
    members: int = 0
    target_open: bool = True
    target_is_self: bool = False
    target_below: bool = False
    target_kind: str = ""


def _closing(facts: ClosingFacts) -> list[Reason]:
    reasons = []
    if not (facts.document.strip() and facts.has_attachment):
        reasons.append(
            Reason(
                "approval_missing",
                "还缺上一级工会的批复文号或文件。",
                clause=f"{CHARTER}第十六条",
                cure="请上一级工会补上。",
            )
        )
    if facts.closed_on is None or facts.closed_on > facts.today:
        reasons.append(
            Reason(
                "closed_on_wrong", "请填写不晚于今天的日期。", fact=str(facts.closed_on or ""), cure="按批复日期填写。"
            )
        )
    elif facts.founded_on and facts.closed_on < facts.founded_on:
        reasons.append(
            Reason(
                "closed_before_founded", "撤销日期早于成立日期。", fact=str(facts.closed_on), cure="请核对两个日期。"
            )
        )
    return reasons


def may_dissolve(facts: ClosingFacts) -> list[Reason]:
    """Whether a union may be dissolved: 工会法 13 (only with its employer, reported upward),
    charter 16 (otherwise the members' meeting and the higher union); nobody may be left behind."""
    reasons = _closing(facts)
    if facts.cause not in ClosingCause.values:
        reasons.append(Reason("cause_missing", "请选择撤销原因。", clause=f"{GHF}第十三条"))
    elif facts.cause == ClosingCause.DECIDED and not facts.congress_passed:
        reasons.append(
            Reason(
                "congress_needed",
                "单位还在的，撤销工会须经会员大会或会员代表大会通过。",
                clause=f"{CHARTER}第十六条",
                cure="请先召开会员(代表)大会。",
            )
        )
    if facts.open_children:
        reasons.append(
            Reason(
                "children_left",
                f"下面还有 {facts.open_children} 家工会。",
                fact=str(facts.open_children),
                cure="请先把下级工会调整到别处或撤销。",
            )
        )
    if facts.members:
        reasons.append(
            Reason(
                "members_left",
                f"还有 {facts.members} 名会员的会籍在这里。",
                fact=str(facts.members),
                clause=f"{GHF}第十三条",
                cure="请先转出会籍或办理保留会籍。",
            )
        )
    return reasons


def may_merge(facts: ClosingFacts) -> list[Reason]:
    """Whether a union may be merged into another (charter 16; its assets follow, charter 40)."""
    reasons = _closing(facts)
    if facts.target_is_self:
        reasons.append(Reason("merge_into_self", "不能合并到自己。", cure="请选另一家工会。"))
    elif facts.target_below:
        reasons.append(Reason("merge_into_child", "不能合并到自己的下级工会。", cure="请先调整隶属关系。"))
    elif not facts.target_open:
        reasons.append(Reason("target_closed", "合并到的工会不是正常状态。", cure="请选一家正常的工会。"))
    if facts.members:
        reasons.append(
            Reason(
                "members_left",
                f"还有 {facts.members} 名会员的会籍没有转过去。",
                fact=str(facts.members),
                clause=f"{CHARTER}第十六条",
                cure="合并时会籍应一并转入。",
            )
        )
    return reasons


@dataclass(frozen=True)
class MoveFacts:
    kind: str
    parent_kind: str
    parent_name: str
    parent_open: bool
    parent_inside: bool  # the new parent lies in the union's own subtree
    moved_on: date
    today: date
    last_moved_on: date | None = None


def may_move(facts: MoveFacts) -> list[Reason]:
    """Whether a union may get another line parent (工会法 10 and 12)."""
    reasons = placement(facts.kind, facts.parent_kind, facts.parent_name)
    if facts.parent_inside:
        reasons.append(Reason("parent_inside", "新的上级工会在它自己的下面。", cure="请换一个上级工会。"))
    if not facts.parent_open:
        reasons.append(Reason("parent_closed", f"“{facts.parent_name}”不是正常状态。", cure="请换一个上级工会。"))
    if facts.moved_on > facts.today:
        reasons.append(
            Reason("moved_in_future", "调整日期在今天之后。", fact=str(facts.moved_on), cure="到那一天再办理。")
        )
    if facts.last_moved_on and facts.moved_on < facts.last_moved_on:
        reasons.append(
            Reason(
                "moved_before_last",
                f"{facts.last_moved_on} 已经调整过一次，不能补登更早的调整。",
                fact=str(facts.last_moved_on),
                cure="请填那一天或之后的日期。",
            )
        )
    return reasons
