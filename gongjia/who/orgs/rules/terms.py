"""Terms of office (届): how long, when due, how far a delay may go."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from gongjia.base.period import add_months
from gongjia.base.refused import Reason
from gongjia.who.orgs.kinds import TERMLESS_KINDS, OrgKind
from gongjia.who.orgs.rules.founding import CHARTER, GHF, SHIPPED, Values, label

ELECTIONS = "《工会基层组织选举工作条例》"
# 工会法 16: five years for local federations and industry unions; three or five for basic unions.
LOCAL_KINDS = frozenset({OrgKind.FEDERATION, OrgKind.INDUSTRY})


class TermStatus(StrEnum):
    NOT_NEEDED = "not_needed"  # an organ or a group: no election, no quorum
    MISSING = "missing"
    RUNNING = "running"
    DUE = "due"
    DELAYED = "delayed"
    OVERDUE = "overdue"


TERM_STATUS_LABELS = {
    TermStatus.NOT_NEEDED: "无届期",
    TermStatus.MISSING: "未登记届次",
    TermStatus.RUNNING: "任期内",
    TermStatus.DUE: "即将到期",
    TermStatus.DELAYED: "已批准延期",
    TermStatus.OVERDUE: "已逾期",
}


def has_term(kind: str) -> bool:
    """A work committee is a representative organ: not elected, so no term (charter 12)."""
    return kind not in TERMLESS_KINDS


def years_allowed(kind: str) -> tuple[int, ...]:
    """工会法 16. A branch shares its parent's term (charter 30), so both are open to it."""
    if not has_term(kind):
        return ()
    return (5,) if kind in LOCAL_KINDS else (3, 5)


def last_day(started_on: date, years: int) -> date:
    """The corresponding day of the last year is the last day of the term (民法典 201, 202)."""
    return add_months(started_on, 12 * years)


def status(
    kind: str, today: date, ends_on: date | None, delayed_to: date | None = None, values: Values = SHIPPED
) -> TermStatus:
    """Where a union stands with its re-election on a day."""
    if not has_term(kind):
        return TermStatus.NOT_NEEDED
    if ends_on is None:
        return TermStatus.MISSING
    if today > (delayed_to or ends_on):
        return TermStatus.OVERDUE
    if delayed_to and today > ends_on:
        return TermStatus.DELAYED
    if today >= add_months(ends_on, -int(values["term.remind_months"])):
        return TermStatus.DUE
    return TermStatus.RUNNING


def reminder_horizon(today: date, values: Values = SHIPPED) -> date:
    """The latest last day of a term that is already within the time of reminding: `status` turned round,
    so that the database can look terms up by their last day."""
    months = int(values["term.remind_months"])
    horizon = add_months(today, months)
    while add_months(horizon + timedelta(days=1), -months) <= today:
        horizon += timedelta(days=1)
    return horizon


@dataclass(frozen=True)
class ElectionFacts:
    kind: str
    years: int
    number: int
    started_on: date
    today: date
    document: str = ""
    has_attachment: bool = False
    last_number: int | None = None
    last_started_on: date | None = None
    last_ends_on: date | None = None
    last_delayed_to: date | None = None
    founded_on: date | None = None
    open: bool = True
    values: Values = field(default_factory=lambda: SHIPPED)


def may_elect(facts: ElectionFacts) -> list[Reason]:
    """Whether the result of an election may be entered.

    工会法 16 (years), 12 and charter 23 (result approved by the next higher union),
    charter 26 (on time; earlier only with approval, which the result's approval includes).
    """
    if not has_term(facts.kind):
        return [
            Reason("no_term", f"{label(facts.kind)}是派出机关或小组，没有届期，不办换届。", clause=f"{CHARTER}第十二条")
        ]
    reasons = []
    if not facts.open:
        reasons.append(Reason("org_closed", "这家工会已撤销或合并。"))
    if facts.years not in (allowed := years_allowed(facts.kind)):
        wanted = "或".join(f"{years} 年" for years in allowed)
        reasons.append(
            Reason(
                "years_wrong",
                f"{label(facts.kind)}每届任期是{wanted}，不是 {facts.years} 年。",
                fact=str(facts.years),
                clause=f"{GHF}第十六条",
                cure="请按选举办法核对任期。",
            )
        )
    if facts.started_on > facts.today:
        reasons.append(
            Reason("elected_in_future", "选举日期在今天之后。", fact=str(facts.started_on), cure="选举后再登记。")
        )
    if facts.founded_on and facts.started_on < facts.founded_on and facts.number > 1:
        reasons.append(
            Reason(
                "elected_before_founded", "换届日期早于成立日期。", fact=str(facts.started_on), cure="请核对成立日期。"
            )
        )
    if facts.number < 1:
        reasons.append(Reason("number_wrong", "届次从第一届开始。", fact=str(facts.number)))
    if facts.last_number is not None and facts.number != facts.last_number + 1:
        reasons.append(
            Reason(
                "number_wrong",
                f"上一届是第 {facts.last_number} 届，这一届应是第 {facts.last_number + 1} 届。",
                fact=str(facts.number),
                cure="请核对届次。",
            )
        )
    if facts.last_started_on and facts.started_on <= facts.last_started_on:
        reasons.append(
            Reason(
                "elected_before_last",
                "选举日期不晚于上一届的选举日期。",
                fact=str(facts.started_on),
                cure="请核对日期。",
            )
        )
    if not (facts.document.strip() and facts.has_attachment):
        reasons.append(
            Reason(
                "approval_missing",
                "选举结果须报上一级工会批准，还缺批复文号或文件。",
                clause=f"{CHARTER}第二十三条",
                cure="请上一级工会补上批复。",
            )
        )
    return reasons


def election_warnings(facts: ElectionFacts) -> list[Reason]:
    """Early or late elections are told, not stopped (charter 26)."""
    if facts.last_ends_on is None:
        return []
    if facts.started_on > (facts.last_delayed_to or facts.last_ends_on):
        return [
            Reason("elected_late", "这次换届晚于届满日。", fact=str(facts.last_ends_on), clause=f"{CHARTER}第二十六条")
        ]
    if facts.started_on < add_months(facts.last_ends_on, -int(facts.values["term.remind_months"])):
        return [
            Reason(
                "elected_early",
                "这次换届早于届满日较多，应有上一级工会同意提前的批复。",
                fact=str(facts.last_ends_on),
                clause=f"{CHARTER}第二十六条",
            )
        ]
    return []


@dataclass(frozen=True)
class DelayFacts:
    ends_on: date | None
    delayed_to: date
    document: str = ""
    has_attachment: bool = False
    already: date | None = None
    values: Values = field(default_factory=lambda: SHIPPED)


def may_delay(facts: DelayFacts) -> list[Reason]:
    """A delay needs the higher union's approval and lasts six months at most (选举工作条例)."""
    if facts.ends_on is None:
        return [Reason("term_missing", "还没有登记届次，谈不上延期。", cure="请先登记本届选举日期。")]
    reasons = []
    months = int(facts.values["term.delay_months"])
    limit = add_months(facts.ends_on, months)
    if facts.delayed_to > limit:
        reasons.append(
            Reason(
                "delay_too_long",
                f"延期最长 {months} 个月，最晚到 {limit}。",
                fact=str(facts.delayed_to),
                clause=ELECTIONS,
                cure="请缩短延期。",
            )
        )
    if facts.delayed_to <= facts.ends_on:
        reasons.append(
            Reason("delay_not_later", f"延期日期应在届满日 {facts.ends_on} 之后。", fact=str(facts.delayed_to))
        )
    if facts.already:
        reasons.append(
            Reason(
                "delayed_already",
                f"这一届已经批准延期到 {facts.already}。",
                fact=str(facts.already),
                clause=ELECTIONS,
                cure="请尽快换届。",
            )
        )
    if not (facts.document.strip() and facts.has_attachment):
        reasons.append(
            Reason(
                "approval_missing",
                "延期换届须经上一级工会批准，还缺批复文号或文件。",
                clause=f"{CHARTER}第二十六条",
                cure="请上一级工会补上批复。",
            )
        )
    return reasons
