"""What the head is called; who may not sit where; mid-term changes; committee sizes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gongjia.base.refused import Reason
from gongjia.who.data import SizeRow
from gongjia.who.orgs.kinds import CommitteeForm, OrgKind
from gongjia.who.orgs.rules.founding import GHF
from gongjia.who.orgs.rules.terms import ELECTIONS


def head_title(kind: str, form: str = "") -> str:
    """A work committee is a representative organ, so its head is a 主任, not a 主席 (charter 12)."""
    if kind in (OrgKind.WORK_COMMITTEE, OrgKind.OFFICE):
        return "主任"
    if kind == OrgKind.GROUP:
        return "组长"
    return "组织员" if form == CommitteeForm.ORGANISER else "主席"


def size_row(members: int, table: Iterable[SizeRow]) -> SizeRow | None:
    """The row of a committee-size table for a number of members; both ends belong to it."""
    for row in table:
        if row.at_least <= members and (row.at_most is None or members <= row.at_most):
            return row
    return None


def size_warnings(members: int | None, size: int | None, table: Iterable[SizeRow], title: str = "") -> list[Reason]:
    """Committee sizes warn and stop nothing: the tables differ by place (选举工作条例)."""
    if members is None or size is None or (row := size_row(members, table)) is None:
        return []
    notes = []
    if not row.low <= size <= row.high:
        span = f"{row.low} 人" if row.low == row.high else f"{row.low}–{row.high} 人"
        notes.append(
            Reason(
                "committee_size",
                f"会员 {members} 人，委员一般为 {span}，登记的是 {size} 人。",
                fact=str(size),
                clause=title or ELECTIONS,
                cure="请与上一级工会核对名额。",
            )
        )
    if row.odd_only and size % 2 == 0:
        notes.append(Reason("committee_even", "委员人数一般为单数。", fact=str(size), clause=title or ELECTIONS))
    return notes


@dataclass(frozen=True)
class ChairChangeFacts:
    """A change of a chair or vice-chair before the term ends."""

    on: date
    term_ends_on: date | None
    committee_consents: bool = False
    higher_union_consents: bool = False
    recall_yes: int | None = None  # votes to recall
    recall_all: int | None = None  # all members or all delegates, not those present


def recall_carried(yes: int, everybody: int) -> bool:
    """More than half of all members or delegates (工会法 18; 民法典 1259: 过半数 excludes the half)."""
    return 2 * yes > everybody


def may_change_chair(facts: ChairChangeFacts) -> list[Reason]:
    """工会法 18: not moved at will before the term ends; a needed move wants the consent of the same
    committee and the higher union; a recall wants more than half of all members or delegates."""
    if facts.term_ends_on is None or facts.on > facts.term_ends_on:
        return []
    if facts.recall_yes is not None and facts.recall_all is not None:
        if recall_carried(facts.recall_yes, facts.recall_all):
            return []
        return [
            Reason(
                "recall_not_carried",
                f"罢免须全体 {facts.recall_all} 人过半数通过，现有 {facts.recall_yes} 票。",
                fact=f"{facts.recall_yes}/{facts.recall_all}",
                clause=f"{GHF}第十八条",
            )
        ]
    missing = []
    if not facts.committee_consents:
        missing.append("本级工会委员会")
    if not facts.higher_union_consents:
        missing.append("上一级工会")
    if not missing:
        return []
    return [
        Reason(
            "chair_in_term",
            f"主席、副主席任期未满，调动须征得{'和'.join(missing)}同意。",
            fact=str(facts.term_ends_on),
            clause=f"{GHF}第十八条",
            cure="请先征得同意并附文件。",
        )
    ]


def may_audit(posts_held: Iterable[str]) -> list[Reason]:
    """The chair, the vice-chair for money and finance staff do not sit on the audit committee (选举工作条例).

    `posts_held`: chair, vice_chair_finance, finance_maker, finance_checker, finance_approver, …
    """
    barred = {"chair", "vice_chair_finance", "finance_maker", "finance_checker", "finance_approver"}
    held = sorted(barred & set(posts_held))
    if not held:
        return []
    return [
        Reason(
            "audit_own_money",
            "主席、分管财务的副主席和财务人员不得担任经审会委员。",
            fact=",".join(held),
            clause=ELECTIONS,
            cure="请另选人员。",
        )
    ]


def audit_size_warnings(size: int | None, low: int, high: int) -> list[Reason]:
    """The audit committee of a basic union has 3 to 11 people (选举工作条例)."""
    if size is None or low <= size <= high:
        return []
    return [
        Reason("audit_size", f"经审会一般为 {low}–{high} 人，登记的是 {size} 人。", fact=str(size), clause=ELECTIONS)
    ]
