"""Conditions that any round may ask for: chosen by an officer, answered one by one, each with its clause.

`Round.conditions` is a list of rows like `{"check": "age", "min": 18, "max": 45}`. 以上/以下 include the
number, 超过/不满 do not (民法典 1259): `min` and `max` here are the including kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from gongjia.base.money import show
from gongjia.base.period import add_months
from gongjia.base.refused import Reason
from gongjia.work.programmes.rules.facts import Condition, Facts

Params = Mapping[str, Any]
CHARTER, HJ16, MFD = "《中国工会章程》", "《工会会员会籍管理办法》", "《民法典》"
OWN_UNION = "请联系所在基层工会核对会籍。"
_STANDINGS = {"active": "在册", "retained": "保留会籍", "left": "已离会", "none": "没有会籍"}


@dataclass(frozen=True)
class Check:
    """One shared rule. `asks` are the parameters that an officer fills in: key -> 中文."""

    key: str
    label: str
    test: Callable[[Facts, Params], Condition]
    asks: Mapping[str, str] = None  # type: ignore[assignment]
    subjects: tuple[str, ...] = ("person", "household", "newcomer", "org")


def _member(facts: Facts, params: Params) -> Condition:
    """Active membership; `retained` counts too where the round says so."""
    fine = facts.person.standing == "active" or (params.get("retained") and facts.person.standing == "retained")
    return Condition(
        "not_member" if not fine else "member",
        bool(fine),
        "您是在册会员。" if fine else "须是在册工会会员。",
        fact=_STANDINGS.get(facts.person.standing, facts.person.standing) + _of(facts.person.org_name),
        clause=f"{HJ16}第三条",
        cure="" if fine else "还没入会的请先申请入会；已入会的请联系所在基层工会核对会籍。",
    )


def _in_area(facts: Facts, params: Params) -> Condition:
    fine = facts.org.in_area if facts.org.known else facts.person.in_area
    name = facts.org.name if facts.org.known else facts.person.org_name
    return Condition(
        "in_area" if fine else "outside_area", fine, "所在工会属于主办工会的范围。" if fine else "所在工会不属于主办工会的范围。",
        fact=name or "没有所在工会", clause="本项目通知", cure="" if fine else OWN_UNION,
    )  # fmt: skip


def _age(facts: Facts, params: Params) -> Condition:
    """Full years on the day, both ends included (民法典 1259)."""
    least, most = _whole(params.get("min")), _whole(params.get("max"))
    age = facts.person.age_on(facts.today)
    words = f"年满 {least} 周岁" if least is not None else ""
    words += ("、" if words else "") + f"{most} 周岁以下" if most is not None else ""
    if age is None:
        return Condition(
            "age_unknown",
            False,
            f"须{words}，但没有登记出生日期。",
            clause=f"{MFD}第1259条",
            cure="请所在工会补登出生日期。",
        )
    fine = (least is None or age >= least) and (most is None or age <= most)
    return Condition(
        "age" if fine else "age_out", fine, f"年龄{'符合' if fine else '不符合'}：须{words}（含本数）。", fact=f"{age} 周岁",
        clause=f"{MFD}第1259条", cure="" if fine else "登记有误的，请所在工会更正出生日期。",
    )  # fmt: skip


def _membership_length(facts: Facts, params: Params) -> Condition:
    """Months in the union since the first joining (会籍 moves along with transfers)."""
    months = _whole(params.get("months")) or 0
    begun = facts.person.joined_on or facts.person.since
    fine = begun is not None and facts.person.standing == "active" and add_months(begun, months) <= facts.today
    return Condition(
        "membership_long_enough" if fine else "membership_too_short", fine,
        f"入会{'已' if fine else '须'}满 {months} 个月。", fact=f"{begun:%Y-%m-%d} 入会" if begun else "没有入会日期",
        clause="本项目通知", cure="" if fine else OWN_UNION,
    )  # fmt: skip


def _employment(facts: Facts, params: Params) -> Condition:
    wanted = _list(params.get("codes")) or ["1"]
    given = facts.person.employment
    fine = given in wanted
    labels = "、".join(_EMPLOYMENT.get(one, one) for one in wanted)
    return Condition(
        "employment" if fine else "employment_other", fine, f"就业状况{'是' if fine else '须为'}{labels}。",
        fact=_EMPLOYMENT.get(given, given or "没有登记"), clause="总工办发〔2017〕14号",
        cure="" if fine else "请所在工会更正就业状况。",
    )  # fmt: skip


_EMPLOYMENT = {
    "1": "在岗", "2": "待(下)岗", "3": "失业", "4": "退休", "5": "离休", "6": "退职", "7": "内退", "8": "病休", "9": "其他",
}  # fmt: skip
# 1 is the highest of the five old grades; those that the scale of 2022 added stand above and below them
_SKILL_RANK = {"11": 7, "12": 6, "1": 5, "2": 4, "3": 3, "4": 2, "5": 1, "18": 0}
_SKILLS = {
    "11": "首席技师", "12": "特级技师", "1": "高级技师", "2": "技师", "3": "高级工", "4": "中级工", "5": "初级工", "18": "学徒工",
}  # fmt: skip


def skill_at_least(level: str, least: str) -> bool:
    """Whether a skill level is `least` or above. Code 1 (高级技师) is above code 3 (高级工)."""
    return level in _SKILL_RANK and _SKILL_RANK[level] >= _SKILL_RANK.get(least, 99)


def _skill(facts: Facts, params: Params) -> Condition:
    least = str(params.get("least") or "3")
    fine = skill_at_least(facts.person.skill_level, least)
    return Condition(
        "skill" if fine else "skill_low", fine, f"技术等级{'达到' if fine else '须达到'}{_SKILLS.get(least, least)}及以上。",
        fact=_SKILLS.get(facts.person.skill_level, "没有登记"), clause="本项目通知",
        cure="" if fine else "请带证书到所在工会更正技术等级。",
    )  # fmt: skip


def _rural(facts: Facts, params: Params) -> Condition:
    fine = facts.person.is_rural_worker
    return Condition(
        "rural_worker" if fine else "not_rural_worker", fine, "登记为农民工。" if fine else "须是农民工。",
        fact="是" if fine else "否", clause="本项目通知", cure="" if fine else "登记有误的，请所在工会更正。",
    )  # fmt: skip


def _trade(facts: Facts, params: Params) -> Condition:
    wanted = _list(params.get("trades"))
    fine = bool(facts.person.trade) and (not wanted or facts.person.trade in wanted)
    return Condition(
        "trade" if fine else "not_trade", fine, "属于新就业形态劳动者。" if fine else "须是新就业形态劳动者。",
        fact=facts.person.trade or "没有登记", clause="《工会法》第三条", cure="" if fine else "请所在工会登记职业。",
    )  # fmt: skip


def _sex(facts: Facts, params: Params) -> Condition:
    wanted = str(params.get("sex") or "2")
    fine = facts.person.sex == wanted
    return Condition(
        "sex" if fine else "sex_other", fine, f"面向{'女' if wanted == '2' else '男'}职工。",
        fact={"1": "男", "2": "女"}.get(facts.person.sex, "没有登记"), clause="本项目通知",
        cure="" if fine else "登记有误的，请所在工会更正。",
    )  # fmt: skip


def _file(facts: Facts, params: Params) -> Condition:
    """先建档、后帮扶: aid without a file in force is not payable from central funds (总工发〔2015〕20号)."""
    fine = facts.file is not None
    return Condition(
        "file_in_force" if fine else "file_missing", fine, "困难职工档案在档。" if fine else "须先建立困难职工档案，再申请帮扶。",
        fact=f"档案 {facts.file.number}" if facts.file else "没有在档的档案", clause="总工发〔2015〕20号",
        cure="" if fine else "请向所在工会或乡镇(街道)工会申请建档。",
    )  # fmt: skip


def _answer(facts: Facts, params: Params) -> Condition:
    """A threshold on one answer of the form."""
    name = str(params.get("field") or "")
    label = str(params.get("label") or name)
    least, most = params.get("min"), params.get("max")
    wanted = _list(params.get("is"))
    words = label + (f"不少于 {least}" if least is not None else "") + (f"不超过 {most}" if most is not None else "")
    if wanted:
        words = f"{label}须为{'、'.join(str(one) for one in wanted)}"
    if not facts.answered:
        return Condition("answer_later", None, f"{words}（填表后判定）。", clause="本项目通知")
    given = facts.answer(name)
    if wanted:
        fine = str(given) in [str(one) for one in wanted]
    else:
        number = decimal_of(given)
        fine = number is not None
        fine = fine and (least is None or number >= Decimal(str(least)))  # type: ignore[operator]
        fine = fine and (most is None or number <= Decimal(str(most)))  # type: ignore[operator]
    return Condition(
        f"answer_{name}" if fine else f"answer_{name}_out", fine, f"{words}。", fact="" if given is None else str(given),
        clause="本项目通知", cure="" if fine else "请核对填写的内容。",
    )  # fmt: skip


def _org_members(facts: Facts, params: Params) -> Condition:
    least = _whole(params.get("min")) or 1
    fine = facts.org.members is not None and facts.org.members >= least
    return Condition(
        "org_members" if fine else "org_members_few", fine, f"在册会员{'已' if fine else '须'}达 {least} 人以上。",
        fact=f"{facts.org.members if facts.org.members is not None else 0} 人", clause="本项目通知",
        cure="" if fine else "请更新会员名册。",
    )  # fmt: skip


def _org_term(facts: Facts, params: Params) -> Condition:
    ends = facts.org.term_ends_on
    fine = ends is not None and ends >= facts.today
    return Condition(
        "org_term" if fine else "org_term_over", fine, "工会委员会在任期内。" if fine else "工会委员会须在任期内。",
        fact=f"任期至 {ends}" if ends else "没有登记届期", clause=f"{CHARTER}（基层工会任期）",
        cure="" if fine else "请先换届或补登届期。",
    )  # fmt: skip


def _org_active(facts: Facts, params: Params) -> Condition:
    fine = facts.org.known and facts.org.active
    return Condition(
        "org_active" if fine else "org_not_active", fine, "工会组织正常运转。" if fine else "须是正常运转的工会组织。",
        fact=facts.org.name, clause="《工会法》第十二条", cure="" if fine else "请核对工会状态。",
    )  # fmt: skip


def _tick(facts: Facts, params: Params) -> Condition:
    """Something that the applicant has to promise or confirm by a tick."""
    name, label = str(params.get("field") or ""), str(params.get("label") or "本人承诺")
    if not facts.answered:
        return Condition("tick_later", None, f"须勾选：{label}", clause="本项目通知")
    fine = facts.answer(name) is True
    return Condition(
        f"tick_{name}" if fine else f"tick_{name}_missing", fine, f"{'已' if fine else '须'}勾选：{label}", clause="本项目通知",
        cure="" if fine else "请在申报表里勾选。",
    )  # fmt: skip


_LIST = (
    Check("member", "在册会员", _member, {"retained": "保留会籍的也可以"}),
    Check("in_area", "在主办工会范围内", _in_area),
    Check("age", "年龄", _age, {"min": "最小周岁", "max": "最大周岁"}, ("person", "household", "newcomer")),
    Check("membership", "入会满若干月", _membership_length, {"months": "月数"}, ("person", "household")),
    Check("employment", "就业状况", _employment, {"codes": "代码"}, ("person", "household")),
    Check("skill", "技术等级", _skill, {"least": "最低等级代码"}, ("person",)),
    Check("rural", "农民工", _rural, {}, ("person", "household")),
    Check("trade", "新就业形态", _trade, {"trades": "职业代码"}, ("person", "household")),
    Check("sex", "性别", _sex, {"sex": "代码"}, ("person", "household")),
    Check("file", "困难职工档案在档", _file, {}, ("person", "household")),
    Check(
        "answer",
        "申报表里的一项",
        _answer,
        {"field": "栏目", "label": "名称", "min": "最小", "max": "最大", "is": "等于"},
    ),
    Check("tick", "承诺或确认", _tick, {"field": "栏目", "label": "内容"}),
    Check("org_members", "会员人数", _org_members, {"min": "最少人数"}, ("org",)),
    Check("org_term", "工会在任期内", _org_term, {}, ("org",)),
    Check("org_active", "工会正常运转", _org_active, {}, ("org",)),
)
CHECKS: dict[str, Check] = {one.key: one for one in _LIST}


def of_round(facts: Facts, rows: Sequence[Params]) -> list[Condition]:
    """The conditions that the round names, then the once-per, gap and file rules that it sets by columns."""
    found = [CHECKS[row["check"]].test(facts, row) for row in rows if row.get("check") in CHECKS]
    if facts.round.file_needed and not any(row.get("check") == "file" for row in rows):
        found.append(_file(facts, {}))
    return found + earlier(facts)


def earlier(facts: Facts) -> list[Condition]:
    """Once-per and gap rules over earlier awards of the type, imported ones and the household's among them, and over
    what is decided already and only waits for its notice. Inside one round the claim itself is single."""
    found: list[Condition] = []
    mine = [one for one in (*facts.earlier, *facts.pending) if one.type == facts.round.type]
    once = facts.round.once_per
    if once == "life":
        hit = next(iter(mine), None)
        found.append(_once(hit, "只能获得一次", "没有获得过。"))
    elif once == "year":
        hit = next((one for one in mine if one.awarded_on.year == (facts.round.year or facts.today.year)), None)
        found.append(_once(hit, "每年只能获得一次", "今年没有获得过。"))
    elif once == "round":
        hit = next((one for one in mine if one.round and one.round == facts.round.id and not one.pending), None)
        if hit is not None:
            found.append(_once(hit, "本次只能获得一次", ""))
    if facts.round.gap_years:
        found.append(gap(mine, facts.round.gap_years, facts.today))
    return found


def _once(hit: Any, rule: str, fine: str) -> Condition:
    if hit is None:
        return Condition("not_had", True, fine, clause="本项目通知")
    return Condition(
        "had_already", False, f"{rule}。", fact=_which(hit),
        clause="本项目通知", cure="记录有误的，请联系主办工会核对。",
    )  # fmt: skip


def gap(mine: Sequence[Any], years: int, today: date) -> Condition:
    """At least so many full years since the last one: from the corresponding day on it is allowed again."""
    last = max((one for one in mine), key=lambda one: one.awarded_on, default=None)
    if last is None:
        return Condition("gap_free", True, f"{years} 年内没有享受过。", clause="本项目通知")
    free_on = add_months(last.awarded_on, 12 * years)
    fine = today >= free_on
    return Condition(
        "gap_over" if fine else "gap_running", fine, f"两次之间须隔满 {years} 年{'，已满' if fine else f'，{free_on} 起才可以再次申报'}。",
        fact=f"上次 {_which(last)}", clause="本项目通知",
        cure="" if fine else "记录有误的，请联系主办工会核对。",
    )  # fmt: skip


def _which(one: Any) -> str:
    """When, what, whose, and where it comes from."""
    whose = "（同一家庭）" if one.of_household else ""
    return (
        f"{one.awarded_on} {one.title}{whose}{'，历史导入' if one.imported else ''}{'，已决定' if one.pending else ''}"
    )


def below_cap(code: str, name: str, used: int, asked: int, cap: int, clause: str) -> Condition:
    """Used so far plus what is asked now stays at or below the cap (以下 includes it). Fen."""
    fine = used + asked <= cap
    return Condition(
        f"{code}_free" if fine else f"{code}_over", fine, f"{name}不超过 {show(cap)}。",
        fact=f"已用 {show(used)}，本次 {show(asked)}", clause=clause, cure="" if fine else "请核减金额，或明年再申请。",
    )  # fmt: skip


def faults(rows: Any, subject: str) -> list[Reason]:
    """What is wrong with the conditions of a round as an officer chose them."""
    if not isinstance(rows, list):
        return [Reason("conditions_bad", "条件的格式不对。")]
    found = []
    for row in rows:
        check = CHECKS.get(row.get("check", "")) if isinstance(row, dict) else None
        if check is None:
            found.append(Reason("condition_unknown", "没有这样的条件。", fact=str(row)[:60], cure="请从列表里选。"))
        elif subject not in check.subjects:
            found.append(Reason("condition_unfit", f"条件“{check.label}”不适用于这类申报。", fact=check.key))
        elif check.key in ("answer", "tick") and not row.get("field"):
            found.append(Reason("condition_field", f"条件“{check.label}”要指明申报表里的栏目。"))
        elif check.key == "age" and row.get("min") is None and row.get("max") is None:
            found.append(Reason("condition_empty", "年龄条件要填最小或最大周岁。"))
    return found


def decimal_of(value: Any) -> Decimal | None:
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _whole(value: Any) -> int | None:
    try:
        return None if value in (None, "") else int(value)
    except (TypeError, ValueError):
        return None


def _list(value: Any) -> list[str]:
    if value in (None, ""):
        return []
    return [str(one) for one in value] if isinstance(value, (list, tuple)) else [str(value)]


def _of(name: str) -> str:
    return f"，{name}" if name else ""
