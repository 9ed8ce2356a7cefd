"""When a file may take its next step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gongjia.base import workdays
from gongjia.base.period import add_months
from gongjia.base.refused import Reason
from gongjia.work.households import kinds
from gongjia.work.households.rules.means import Computation

RULES = "全国总工会困难职工档案管理办法"
ONE_FILE = f"{RULES}：一户一档"
FIRST_FILE = "总工发〔2015〕20号：先建档、后帮扶，依档帮扶"
CHECK_WORKDAYS = 15  # 浙江省社会救助条例 11: the township's part of the comparison
HELP_MONTHS = 12  # help kept after 脱困


@dataclass(frozen=True)
class FileFacts:
    """What the moves of a file look at; each move looks at its own part."""

    today: date
    complete: Sequence[str] = ()  # what is still missing, in words
    other_file: str = ""  # number of the live file that has somebody of the household
    visits: int = 0
    visit_disagrees: bool = False
    computation: Computation | None = None
    checks_open: Sequence[str] = ()
    checks_sent: int = 0
    check_differs: bool = False
    on_relief: bool = False
    own_case: bool = False  # whoever decides is of the household
    notice_until: object = None  # aware end of the notice inside the unit
    notice_over: bool = False
    objections_open: int = 0
    document_no: str = ""
    level: str = ""
    why: str = ""
    on: date | None = None
    opened_on: date | None = None


def one_household(other_file: str) -> list[Reason]:
    """One household has one file, however many of it are hard-up workers."""
    if not other_file:
        return []
    return [
        Reason(
            "household_has_file",
            "这户家庭已有一份困难职工档案，一户只能建一份。",
            fact=other_file,
            clause=ONE_FILE,
            cure="请在原档案里增加家庭成员，或先注销原档案。",
        )
    ]


def _own_case(own: bool) -> list[Reason]:
    if not own:
        return []
    return [Reason("own_case", "这是您本人家庭的档案，请由其他人办理。", cure="请交给本会其他干部或上级工会。")]


def may_submit(facts: FileFacts) -> list[Reason]:
    """Complete, and the only file of the household. Whether it is poor enough is for the desks to say."""
    found = [
        Reason("incomplete", f"还没有填：{'、'.join(facts.complete)}。", fact="、".join(facts.complete))
    ] if facts.complete else []  # fmt: skip
    return found + one_household(facts.other_file)


def may_finish_visit(facts: FileFacts) -> list[Reason]:
    if not facts.visits:
        return [
            Reason(
                "no_visit", "还没有入户核查记录。", clause=f"{RULES}：入户核查",
                cure="请两名工会干部上门，拍照后登记。",
            )
        ]  # fmt: skip
    return _own_case(facts.own_case)


def may_review(facts: FileFacts) -> list[Reason]:
    """审核: the visit agreed, and the household falls in one of the three categories."""
    found = _own_case(facts.own_case) + one_household(facts.other_file)
    if facts.visit_disagrees:
        found.append(Reason("visit_disagrees", "最近一次入户核查与申报不符。", cure="请退回补正，或再次入户核查。"))
    if facts.computation is not None:
        found += facts.computation.reasons
    return found


def may_approve(facts: FileFacts) -> list[Reason]:
    """审批: all of the review, the answers of the other offices, and the notice inside the unit."""
    found = may_review(facts)
    if facts.computation is None or not facts.computation.category:
        found = found or [Reason("not_computed", "还没有核算困难类别。")]
    if facts.checks_open:
        found.append(checks_wait(facts.checks_open))
    if not facts.checks_sent:
        found.append(
            Reason("no_check", "还没有向民政发出家庭经济状况核对请求。", cure="请先发出核对请求，收到回复后再审批。")
        )
    if facts.check_differs:
        found.append(Reason("check_differs", "核对结果与申报不符。", cure="请退回补正，更正后重新核对。"))
    if facts.on_relief:
        found.append(
            Reason("on_relief", "核对结果显示这户已纳入政府救助。", cure="已由政府兜底的不再建档，请不予建档并说明。")
        )
    if facts.notice_until is None:
        found.append(
            Reason(
                "no_notice",
                "还没有在单位内公示。",
                clause=f"{RULES}：单位内公示",
                cure="请先张榜公示，不写收入和病情。",
            )
        )
    elif not facts.notice_over:
        found.append(Reason("notice_runs", "公示期还没有满。", cure="请在公示期满后审批。"))
    elif facts.objections_open:
        found.append(Reason("objections_open", f"有 {facts.objections_open} 条异议还没有答复。", cure="请先答复异议。"))
    if not facts.level:
        found.append(Reason("level_missing", "请选择档案级别（全国级或省级）。"))
    return found


def checks_wait(names: Sequence[str]) -> Reason:
    """What also stops money: aid of a household waits for the answers."""
    return Reason(
        "checks_open",
        f"核对结果还没有回来：{'、'.join(names)}。",
        fact="、".join(names),
        clause=FIRST_FILE,
        cure="请催对方单位回复，回复登记后再办。",
    )


def says_why(facts: FileFacts) -> list[Reason]:
    return [] if facts.why.strip() else [Reason("why_missing", "请写明原因，申请人会看到。")]


def may_exit(facts: FileFacts) -> list[Reason]:
    found = says_why(facts)
    if facts.on is not None and facts.on > facts.today:
        found.append(Reason("exit_in_future", "日期在今天之后。", fact=str(facts.on)))
    if facts.on is not None and facts.opened_on is not None and facts.on < facts.opened_on:
        found.append(Reason("exit_before_opened", "日期早于建档日期。", fact=str(facts.opened_on)))
    return found


def may_answer(facts: FileFacts) -> list[Reason]:
    if facts.on is not None and facts.on > facts.today:
        return [Reason("answer_in_future", "回复日期在今天之后。", fact=str(facts.on))]
    return []


def visit_faults(*, on: date, today: date, first: object, second: object, household: Sequence[object]) -> list[Reason]:
    """Two officers, neither of them of the household, on a day that has been."""
    found = []
    if first == second:
        found.append(Reason("one_officer", "入户核查要两名工会干部，不能是同一个人。", clause=f"{RULES}：两人以上入户"))
    if first in household or second in household:
        found.append(Reason("officer_of_household", "入户人员不能是这户的家庭成员。"))
    if on > today:
        found.append(Reason("visit_in_future", "入户日期在今天之后。", fact=str(on)))
    return found


def check_due(sent_on: date) -> date:
    """By when the other office should have answered."""
    return workdays.deadline(sent_on, CHECK_WORKDAYS, "workday")


def verify_due(opened_on: date, verified_year: int | None, today: date) -> bool:
    """复核 once a year: what was opened in an earlier year and not yet verified in this one."""
    return opened_on.year < today.year and (verified_year or 0) < today.year


def help_until(on: date, why: str) -> date | None:
    """Help is kept for twelve months after 脱困, not after a 注销."""
    return add_months(on, HELP_MONTHS) if why == kinds.ExitWhy.ABOVE else None


def active_on(opened_on: date | None, closed_on: date | None, day: date) -> bool:
    """On `[opened_on, closed_on)`."""
    return opened_on is not None and opened_on <= day and (closed_on is None or day < closed_on)
