"""Marks of a contest's rounds: typed, or read from a sheet that is checked first and then run as it was shown."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from gongjia.base import journal, sheets
from gongjia.base.actor import Actor
from gongjia.base.refused import Reason, Refused, refuse
from gongjia.work.events import powers, rules
from gongjia.work.events.actions.common import day_of, lock_event
from gongjia.work.events.models import ContestRound, Event, Result, Score
from gongjia.work.events.queries.results import in_round, score_lines

HEADS = {
    "number": ["参赛号", "参赛编号", "准考证号", "编号"],
    "name": ["姓名", "选手", "选手姓名", "参赛选手"],
    "trade": ["工种", "项目", "比赛项目", "参赛工种"],
    "theory": ["理论成绩", "理论", "理论分", "笔试成绩"],
    "practice": ["实操成绩", "实操", "实操分", "技能成绩", "操作成绩"],
}
MOST_ROWS = 5000


@dataclass(frozen=True)
class NewMark:
    """One entrant's marks as typed."""

    sign_up_id: UUID
    theory: Any = None
    practice: Any = None


def enter_scores(
    *, round_: ContestRound, marks: Sequence[NewMark], actor: Actor, at: datetime, source: str = ""
) -> int:
    """Marks of one round; entered again they replace the earlier ones until the results are decided."""
    with journal.act():
        event, round_ = _open(round_, actor, at)
        if not marks:
            refuse("no_marks", "没有要登记的成绩。")
        weights = rules.Weights(round_.theory_percent, round_.practice_percent)
        known = in_round(event, round_.number)
        found: list[Reason] = []
        rows: dict[UUID, Score] = {}
        for one in marks:
            if one.sign_up_id not in known:
                found.append(Reason("not_in_round", "有人不在这一轮里。", cure="请从本轮名单里登记。"))
                continue
            if one.sign_up_id in rows:
                found.append(Reason("entrant_twice", "同一个人登记了两次。"))
                continue
            if faults := rules.mark_faults(weights, one.theory, one.practice):
                found += faults
                continue
            theory, practice = rules.mark_of(one.theory), rules.mark_of(one.practice)
            rows[one.sign_up_id] = Score(
                round=round_, sign_up_id=one.sign_up_id, theory=theory, practice=practice,
                total=rules.total(weights, theory, practice), entered_by=actor.account_id, entered_at=at,
            )  # fmt: skip
        if found:
            raise Refused(dict.fromkeys(found))
        Score.objects.bulk_create(
            list(rows.values()), batch_size=1000, update_conflicts=True, unique_fields=["round", "sign_up"],
            update_fields=["theory", "practice", "total", "entered_by", "entered_at"],
        )  # fmt: skip
        Result.objects.filter(event=event, state="draft").delete()  # ranks are worked out anew
        journal.write(
            "events.scored", actor=actor, at=at, org=event.org, subject=event, note=source,
            subjects=[("events.signup", pk) for pk in rows], payload={"round": round_.number, "count": len(rows)},
        )  # fmt: skip
        return len(rows)


def _open(round_: ContestRound, actor: Actor, at: datetime) -> tuple[Event, ContestRound]:
    event = lock_event(round_.event_id)
    actor.must(powers.RESULTS, event.org)
    found = ContestRound.objects.get(pk=round_.pk)
    if event.state in ("draft", "cancelled"):
        refuse("not_held", "活动还没发布或已取消，不能登记成绩。", fact=event.state_label)
    if found.on is not None and day_of(at) < found.on:
        refuse("round_later", "这一轮还没比，不能登记成绩。", fact=str(found.on))
    if Result.objects.filter(event=event, state="decided").exists():
        refuse("decided", "名次已经认定，成绩不能再改。", cure="确有差错的，请写明情况报主办工会研究。")
    return event, found


def score_sheet(*, round_: ContestRound, actor: Actor) -> bytes:
    """The round's list as a sheet to fill in."""
    rows = [[one.number, one.name, one.org, one.trade, one.theory, one.practice] for one in score_lines(actor, round_)]
    columns = [
        sheets.Column("参赛号", width=12, text=True, required=True),
        sheets.Column("姓名", width=12, text=True),
        sheets.Column("单位", width=30, text=True),
        sheets.Column("工种", width=16, text=True),
        sheets.Column("理论成绩", width=12),
        sheets.Column("实操成绩", width=12),
    ]
    out = io.BytesIO()
    sheets.write(out, [sheets.SheetOut(round_.title or f"第{round_.number}轮", columns, rows)])
    return out.getvalue()


@dataclass
class ScorePlan:
    """A score sheet after checking. `refused`: row number, number or name in it, why. Nothing is written yet."""

    round_id: UUID
    name: str
    marks: list[NewMark] = field(default_factory=list)
    refused: list[tuple[int, str, tuple[Reason, ...]]] = field(default_factory=list)
    absent: int = 0  # lines left empty: they did not take part
    missing: int = 0  # of the round, not in the sheet


def check_scores(*, round_: ContestRound, source: Any, name: str, actor: Actor, at: datetime) -> ScorePlan:
    """Read a sheet: every line found by its number, else by a name that occurs once. A line without marks is absent."""
    lines = score_lines(actor, round_)
    weights = rules.Weights(round_.theory_percent, round_.practice_percent)
    needed = [key for key, percent in (("theory", weights.theory), ("practice", weights.practice)) if percent]
    page = sheets.read(source, name=name).first
    head = sheets.headers.find(page.rows, HEADS, at_least=2)
    lacking = [HEADS[key][0] for key in needed if head is None or key not in head.columns]
    if head is None or lacking or not {"number", "name"} & set(head.columns):
        refuse("score_heads", f"成绩表缺少列：{'、'.join(lacking or ['参赛号'])}。", cure="请下载本轮的成绩表填写。")
    if len(page.rows) - head.first_data > MOST_ROWS:
        refuse("too_many_rows", f"一次最多导入 {MOST_ROWS} 行。", fact=str(len(page.rows)))
    by_number = {one.number: one for one in lines}
    by_name: dict[str, list[Any]] = {}
    for one in lines:
        by_name.setdefault(one.name, []).append(one)
    plan, seen = ScorePlan(round_.pk, name), set()
    for index in range(head.first_data, len(page.rows)):
        row = sheets.clean_row(page.rows[index])
        cells = {key: row[place] if place < len(row) else "" for key, place in head.columns.items()}
        if not any(cells.values()):
            continue
        number, called = cells.get("number", "").upper(), cells.get("name", "")
        some = [by_number[number]] if number in by_number else [] if number else by_name.get(called, [])
        shown = number or f"{called[:1]}*"
        theory, practice = cells.get("theory") or None, cells.get("practice") or None
        reasons: list[Reason] = []
        if not some:
            reasons.append(Reason("entrant_unknown", "本轮名单里没有这个人。", shown, cure="请核对参赛号和姓名。"))
        elif len(some) > 1:
            reasons.append(Reason("name_shared", "本轮有同名的人，要写参赛号。", shown))
        elif called and called != some[0].name:
            reasons.append(Reason("name_differs", "参赛号是另一个人的。", shown, cure="请核对姓名。"))
        elif some[0].sign_up_id in seen:
            reasons.append(Reason("entrant_twice", "同一个人在表里出现了两次。", shown))
        elif theory is None and practice is None:
            plan.absent += 1
            seen.add(some[0].sign_up_id)
            continue
        else:
            reasons += rules.mark_faults(weights, theory, practice)
        if reasons:
            plan.refused.append((page.number_of(index), shown, tuple(reasons)))
        else:
            seen.add(some[0].sign_up_id)
            plan.marks.append(NewMark(some[0].sign_up_id, rules.mark_of(theory), rules.mark_of(practice)))
    plan.missing = len(lines) - len(seen)
    return plan


def run_scores(*, plan: ScorePlan, actor: Actor, at: datetime) -> int:
    """Enter exactly what was shown; not while a line is refused."""
    if plan.refused:
        refuse(
            "sheet_refused",
            f"表里还有 {len(plan.refused)} 行有问题，没有登记。",
            fact=plan.name,
            cure="改好后重新上传。",
        )
    round_ = ContestRound.objects.get(pk=plan.round_id)
    return enter_scores(round_=round_, marks=plan.marks, actor=actor, at=at, source=plan.name)
