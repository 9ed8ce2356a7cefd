"""The three categories of hardship and how they are reckoned (domain rules 6.1; 全国总工会困难职工档案管理办法)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gongjia.base import money
from gongjia.base.refused import Reason
from gongjia.work.households import kinds

CLAUSE = "全国总工会困难职工档案管理办法（深度困难、相对困难、意外致困的认定）"
EXCLUSION_CLAUSE = "困难职工认定的排除情形"
RELATIVE_TIMES = 2
ACCIDENT_SHARE = 80  # percent of the yearly income; more than that, not as much


@dataclass(frozen=True)
class Means:
    """What a household earns and must spend in a year, in fen. `source` says where a figure comes from."""

    income: int
    rigid: int  # 刚性支出: medicine, schooling, rent and the like that cannot be avoided
    persons: int
    low_line: int  # fen a head and month
    accident: str = kinds.AccidentKind.NONE.value
    accident_harm: bool = False  # (a): somebody injured, disabled or killed
    accident_cost: int = 0  # (b): cost or loss of the year that brought the household down
    exclusions: Sequence[str] = ()
    sources: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One line of a computation as it is shown: what, how, the answer, where the figures come from."""

    what: str
    how: str
    answer: str
    ok: bool | None = None
    source: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {"what": self.what, "how": self.how, "answer": self.answer, "ok": self.ok, "source": self.source}


@dataclass(frozen=True)
class Computation:
    """Which category a household falls in, with every step of the way."""

    category: str  # "" when none
    quotient: int  # fen a head and month, rounded half up for showing; the comparison is exact
    lines: tuple[Line, ...]
    reasons: tuple[Reason, ...] = ()

    @property
    def eligible(self) -> bool:
        return bool(self.category) and not self.reasons

    def as_dict(self) -> dict[str, Any]:
        return {
            "category": self.category,
            "quotient": self.quotient,
            "lines": [line.as_dict() for line in self.lines],
            "reasons": [reason.as_dict() for reason in self.reasons],
        }


def _yuan(fen: int) -> str:
    return money.show(fen)


def below(means: Means, times: int) -> bool:
    """(年度可支配收入 − 刚性支出) / 12 / 人口 < times × 低保标准, exactly: no division, equal is not below."""
    return means.income - means.rigid < times * means.low_line * 12 * means.persons


def quotient(means: Means) -> int:
    """The quotient in fen, rounded half up."""
    over, under = means.income - means.rigid, 12 * means.persons
    return (2 * over + under) // (2 * under)


def faults(means: Means) -> list[Reason]:
    """Figures nothing can be reckoned from."""
    found = []
    if means.persons < 1:
        found.append(Reason("persons_missing", "请填写家庭人口。"))
    if means.income < 0 or means.rigid < 0 or means.accident_cost < 0:
        found.append(Reason("negative", "收入、支出不能是负数。"))
    if means.low_line <= 0:
        found.append(
            Reason(
                "low_line_missing",
                "这一天还没有登记低保标准，无法核算。",
                cure="请市总在“低保标准”里登记当年公布的标准。",
            )
        )
    return found


def compute(means: Means) -> Computation:
    """Deep, relative, accident, in that order; then the exclusions.

    深度困难: the quotient is below the 低保 line. 相对困难: below twice the line. 意外致困: harm by a disaster, major
    accident, epidemic or public security event; or the year's cost of it above 80% of the yearly income.
    """
    if wrong := faults(means):
        return Computation("", 0, (), tuple(wrong))
    head = quotient(means)
    source = means.sources
    formula = f"（{_yuan(means.income)} − {_yuan(means.rigid)}）÷ 12 ÷ {means.persons} 人"
    deep, relative = below(means, 1), below(means, RELATIVE_TIMES)
    share_over = means.accident_cost * 100 > means.income * ACCIDENT_SHARE
    by_accident = means.accident != kinds.AccidentKind.NONE and means.accident_harm
    accident = by_accident or (means.accident_cost > 0 and share_over)
    lines = [
        Line("家庭年度可支配收入", "申报并经核对", _yuan(means.income), source=source.get("income", "")),
        Line("刚性支出", "医疗、教育、住房等必要支出", _yuan(means.rigid), source=source.get("rigid", "")),
        Line("家庭人口", "共同生活的家庭成员", f"{means.persons} 人", source=source.get("persons", "")),
        Line("月人均", formula, _yuan(head)),
        Line("低保标准", "每人每月", _yuan(means.low_line), source=source.get("low_line", "")),
        Line("深度困难", f"月人均 {_yuan(head)} ＜ {_yuan(means.low_line)}", "符合" if deep else "不符合", deep),
        Line(
            "相对困难",
            f"月人均 {_yuan(head)} ＜ {RELATIVE_TIMES} × {_yuan(means.low_line)}",
            "符合" if relative else "不符合",
            relative,
        ),
    ]
    if means.accident != kinds.AccidentKind.NONE:
        lines.append(
            Line(
                "意外致困（一）",
                f"{kinds.AccidentKind(means.accident).label}造成人员伤残或死亡",
                "符合" if by_accident else "不符合",
                by_accident,
                source.get("accident", ""),
            )
        )
    lines.append(
        Line(
            "意外致困（二）",
            f"年度致困费用 {_yuan(means.accident_cost)} ＞ {ACCIDENT_SHARE}% × {_yuan(means.income)}",
            "符合" if means.accident_cost > 0 and share_over else "不符合",
            means.accident_cost > 0 and share_over,
            source.get("accident_cost", ""),
        )
    )
    category = (
        kinds.Category.DEEP if deep else kinds.Category.RELATIVE if relative else kinds.Category.ACCIDENT
        if accident else ""
    )  # fmt: skip
    reasons = excluded(means.exclusions)
    if not category:
        reasons.append(
            Reason(
                "above_lines",
                "按申报情况核算，不在三类困难职工范围内。",
                fact=f"月人均 {_yuan(head)}，低保标准 {_yuan(means.low_line)}",
                clause=CLAUSE,
                cure="收入、支出有遗漏的，请补充凭据后重新核算。",
            )
        )
    return Computation(str(category), head, tuple(lines), tuple(reasons))


def excluded(found: Sequence[str]) -> list[Reason]:
    """What keeps a household out, whatever it earns."""
    return [
        Reason(
            f"excluded_{code}",
            f"{kinds.Exclusion(code).label}的家庭不能建档。",
            fact=kinds.Exclusion(code).label,
            clause=EXCLUSION_CLAUSE,
            cure="登记有误的，请提供证明后更正。",
        )
        for code in found
    ]


def rural_worker(*, category: str, lives_in_city: bool, months_of_work: int) -> bool:
    """困难农民工: one of the three, and living in the city for long, and a year or more of work relation."""
    return bool(category) and lives_in_city and months_of_work >= 12
