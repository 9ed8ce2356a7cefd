"""Pure decisions about hand entries and reports: facts in, reasons out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from gongjia.base.refused import Reason


@dataclass(frozen=True)
class HandFacts:
    """What is known when a number is entered by hand."""

    figure_label: str
    takes_hand: bool  # some figures live on records alone
    value: int
    has_attachment: bool
    has_officer: bool
    span_label: str
    span_ends: date  # last day
    today: date
    records: int = 0  # rows that records of that union bring in for that span
    doubled: str = ""  # the span of an entry that stands already
    container_label: str = ""  # the figure it is a part of …
    container: int | None = None  # … and that one's value, where known
    is_year: bool = False  # a plan year is entered before it is over


def may_enter(facts: HandFacts) -> list[Reason]:
    """Design §7: refused where records cover that union and span; never without an officer and a piece of evidence."""
    reasons = []
    if not facts.takes_hand:
        reasons.append(
            Reason(
                "hand_not_taken",
                f"“{facts.figure_label}”由系统记录自动统计，不用手工填报。",
                cure="请到对应的业务里登记。",
            )
        )
    if facts.records:
        reasons.append(
            Reason(
                "hand_covered_by_records",
                f"{facts.span_label}的“{facts.figure_label}”已有系统记录 {facts.records} 条，不能再手工填报。",
                fact=str(facts.records),
                cure="数字不对时，请更正对应的记录。",
            )
        )
    if facts.value < 0:
        reasons.append(Reason("hand_negative", "数值不能是负数。", fact=str(facts.value), cure="请重新填写。"))
    if not facts.has_attachment:
        reasons.append(Reason("hand_without_evidence", "请附上能证明这个数的文件。", cure="请上传通知、名单或报表。"))
    if not facts.has_officer:
        reasons.append(
            Reason("hand_without_officer", "手工填报要由具体的工会干部办理。", cure="请由干部本人登录填报。")
        )
    if facts.doubled:
        reasons.append(
            Reason(
                "hand_doubled",
                f"这个工会{facts.doubled}的“{facts.figure_label}”已经填报过。",
                fact=facts.doubled,
                cure="要更正请先冲销原来的填报。",
            )
        )
    if facts.span_ends > facts.today and not facts.is_year:
        reasons.append(
            Reason(
                "hand_in_future",
                "期间还没有结束，不能填报。",
                fact=facts.span_ends.isoformat(),
                cure="请把截止日改到今天或更早。",
            )
        )
    if facts.container is not None and facts.value > facts.container:
        reasons.append(
            Reason(
                "hand_part_exceeds_whole",
                f"“{facts.figure_label}”是“{facts.container_label}”的其中数，不能大于 {facts.container}。",
                fact=str(facts.value),
                cure="请核对两个数。",
            )
        )
    return reasons


@dataclass(frozen=True)
class ReverseFacts:
    why: str
    on: date
    today: date
    entered_on: date


def may_reverse(facts: ReverseFacts) -> Iterable[Reason]:
    """Nothing is deleted: a reversal has its own date and says why."""
    if not facts.why.strip():
        yield Reason("reverse_without_why", "请写明冲销原因。", cure="例如：数字抄错、口径有误。")
    if facts.on > facts.today:
        yield Reason("reverse_in_future", "冲销日期不能晚于今天。", fact=facts.on.isoformat(), cure="请改日期。")
    if facts.on < facts.entered_on:
        yield Reason("reverse_before_entry", "冲销日期不能早于填报日期。", fact=facts.on.isoformat(), cure="请改日期。")


@dataclass(frozen=True)
class SectionFacts:
    """What is known when a section is signed."""

    is_department: bool  # the signer holds a post of the section's department, or may freeze the report
    department: str
    empty: bool
    unknown: tuple[str, ...] = ()  # "第 3 行 honours.x"
    unfilled: tuple[str, ...] = ()  # labels of figures in the words that nothing was reported for
    report_frozen: bool = False


def may_sign(facts: SectionFacts) -> Iterable[Reason]:
    """Words are free, but every number in them must be a figure of the catalogue with a value."""
    if facts.report_frozen:
        yield _FROZEN
    if not facts.is_department:
        yield Reason(
            "section_not_yours", f"这一节由{facts.department}签认。", fact=facts.department, cure="请由该部门签认。"
        )
    if facts.empty:
        yield Reason("section_empty", "这一节还没有文字。", cure="请先撰写。")
    for where in facts.unknown:
        yield Reason("tag_unknown", "文字里有目录中没有的数字标签。", fact=where, cure="请改正或删去标签。")
    for label in facts.unfilled:
        yield Reason("figure_unfilled", f"“{label}”还没有填报。", fact=label, cure="请先填报，或删去这句话。")


_FROZEN = Reason("report_frozen", "报告已经定稿，不能再改。", cure="需要更正时请另建更正稿。")


@dataclass(frozen=True)
class ReopenFacts:
    report_frozen: bool


def may_reopen(facts: ReopenFacts) -> Iterable[Reason]:
    if facts.report_frozen:
        yield _FROZEN


@dataclass(frozen=True)
class FreezeFacts:
    """What is known when a report is frozen."""

    unsigned: tuple[str, ...] = ()  # departments and areas not signed yet
    today: date = date.max
    cutoff: date = date.min
    loose: tuple[str, ...] = field(default=())  # evidence whose line was changed since


def may_freeze(facts: FreezeFacts) -> Iterable[Reason]:
    for section in facts.unsigned:
        yield Reason("section_unsigned", f"{section}还没有签认。", fact=section, cure="请催办该部门。")
    if facts.cutoff > facts.today:
        yield Reason(
            "cutoff_in_future", "还没到截止日，不能定稿。", fact=facts.cutoff.isoformat(), cure="请到截止日再定稿。"
        )
    for line in facts.loose:
        yield Reason("evidence_loose", "有凭据对应的文字已经改动。", fact=line, cure="请重新挂接凭据。")
