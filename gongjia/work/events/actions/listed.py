"""名单报名: a list of names and numbers, or a pile of a class's forms, with a verdict for every line before it is run.

A list is read, its people are found among the members of one union, and everybody is judged by set; then exactly the
lines that were shown as good are signed up, by the acts that sign up anybody else. Handed in again, whoever is signed
up already is passed over, so a list may be mended and come back.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gongjia.base import identity_numbers, journal, sheets
from gongjia.base.actor import Actor
from gongjia.base.journal import attachments
from gongjia.base.refused import Reason, refuse
from gongjia.base.secret import canonical, masks
from gongjia.who.members import queries as members
from gongjia.work.events import kinds, powers, rules
from gongjia.work.events.actions.children import ClassForm, NewChild, NewPickUp, child_faults, sign_up_class
from gongjia.work.events.actions.claiming import Outcome
from gongjia.work.events.actions.common import day_of
from gongjia.work.events.actions.entering import MOST_AT_ONCE, nominate
from gongjia.work.events.models import Event, Session
from gongjia.work.events.queries.facts import eligible_facts, terms_of
from gongjia.work.events.queries.lists import members_of

GOOD, HAD, BAD = "good", "already", "refused"
HEADS = {
    "name": ["姓名", "会员姓名", "职工姓名", "名字", "监护人姓名", "监护人", "家长姓名", "家长"],
    "id_no": ["证件号码", "身份证号码", "身份证号", "身份证", "证件号", "公民身份号码"],
    "phone": ["手机号", "手机号码", "手机", "联系电话", "电话", "联系方式", "监护人电话", "家长电话"],
    "either": ["手机号或证件号码", "证件号码或手机号", "号码"],
    "trade": ["参赛工种", "工种", "项目"],
}
CHILD_HEADS = {
    "child": ["孩子姓名", "儿童姓名", "学生姓名", "子女姓名"],
    "born": ["孩子出生日期", "出生日期", "出生年月日", "生日"],
    "grade": ["年级", "孩子年级"],
    "relation": ["与孩子的关系", "和孩子的关系", "监护关系"],
    "fetch": ["接送人姓名", "接送人"],
    "fetch_phone": ["接送人电话", "接送人手机", "接送人手机号"],
    "fetch_relation": ["接送人关系", "接送人与孩子的关系"],
}
_NUMBER = re.compile(r"[\d+\-]{7,20}[Xx]?|\d(\.\d+)?[Ee]\+?\d+").fullmatch
_DATE = re.compile(r"(\d{4})[-./年]?(\d{1,2})[-./月]?(\d{1,2})日?(?: 0?0:00(?::00)?)?").fullmatch


@dataclass(frozen=True)
class ListLine:
    """One line: whose it is, and what comes of it. `shown` is the number, masked."""

    number: int
    name: str
    shown: str
    numbers: tuple[str, ...] = ()
    trade: str = ""
    child: NewChild | None = None
    person_id: UUID | None = None
    org_name: str = ""
    verdict: str = GOOD
    reasons: tuple[Reason, ...] = ()


@dataclass
class ListPlan:
    """A list after checking. Nothing is written yet."""

    name: str
    lines: list[ListLine] = field(default_factory=list)

    def of(self, verdict: str) -> list[ListLine]:
        return [one for one in self.lines if one.verdict == verdict]

    @property
    def digest(self) -> str:
        """What was shown: the confirmation runs only the same."""
        rows = [(one.number, str(one.person_id), one.verdict, one.trade) for one in self.lines]
        return hashlib.sha256(repr(rows).encode()).hexdigest()


def hand_in_list(
    *, event: Event, org: Any, source: Any, name: str, session: Session | None = None, actor: Actor, at: datetime
) -> Any:
    """Keep a list to look at its verdicts. That somebody asked for all these numbers is written down."""
    with journal.act():
        kept = attachments.store(source, name=name, actor=actor, at=at, org=org)
        plan = check_list(
            event=event, org=org, source=attachments.open(kept), name=kept.name, session=session, actor=actor, at=at
        )
        journal.write(
            "events.list_checked", actor=actor, at=at, org=org, subject=event, payload={"lines": len(plan.lines)}
        )
        return kept


def check_list(
    *, event: Event, org: Any, source: Any, name: str, session: Session | None = None, paper: Any = None, actor: Actor,
    at: datetime,
) -> ListPlan:  # fmt: skip
    """A verdict for every line, by a fixed number of queries. `paper`: the guardians' signed forms, of a class."""
    actor.must(powers.SIGN, org)
    of_class = kinds.KINDS[event.kind].children
    if of_class:
        actor.must(powers.CHILDREN, event.org)
    lines = _found(_read(source, name, of_class, paper), org, day_of(at))
    return ListPlan(name, _judged(event, session, lines, of_class, at))


# reading ------------------------------------------------------------------------------------------------
def _read(source: Any, name: str, of_class: bool, paper: Any) -> list[ListLine]:
    page = sheets.read(source, name=name).first
    head = sheets.headers.find(page.rows, HEADS | CHILD_HEADS if of_class else HEADS)
    head = head or (None if of_class else _headless(page.rows))
    if head is None:
        refuse("list_heads", "没有找到表头。", cure="请下载空白表填写。")
    columns = head.columns
    lacking = [] if "name" in columns else ["监护人姓名" if of_class else "姓名"]
    if of_class:
        lacking += [CHILD_HEADS[key][0] for key in ("child", "born", "relation", "fetch") if key not in columns]
    if lacking:
        refuse("list_heads", f"名单缺少列：{'、'.join(lacking)}。", cure="请下载空白表填写。")
    if len(page.rows) - head.first_data > MOST_AT_ONCE:
        refuse("list_long", f"一次最多 {MOST_AT_ONCE} 行。", fact=str(len(page.rows)), cure="请分几次办理。")
    found = []
    for index in range(head.first_data, len(page.rows)):
        row = sheets.clean_row(page.rows[index])
        cells = {key: row[place] if place < len(row) else "" for key, place in columns.items()}
        if any(cells.values()):
            found.append(_line(page.number_of(index), cells, of_class, paper))
    if not found:
        refuse("list_empty", "名单里没有人。", cure="每行写一个人：姓名，再加手机号或证件号码。")
    return found


def _headless(rows: Sequence[Sequence[str]]) -> sheets.headers.Head | None:
    """A list that begins at once: a name, and beside it a number or nothing."""
    for index, row in enumerate(rows):
        cells = [cell for cell in sheets.clean_row(list(row)) if cell]
        if cells:
            fine = not cells[0].isdigit() and all(_NUMBER(cell) for cell in cells[1:2])
            return sheets.headers.Head(index, 0, {"name": 0, "either": 1}, []) if fine else None
    return None


def _line(number: int, cells: dict[str, str], of_class: bool, paper: Any) -> ListLine:
    name = canonical.text(cells.get("name"))
    asked = [cells.get(key, "") for key in ("id_no", "either", "phone")]
    numbers = tuple(canonical.id_number(one) for one in asked if one)
    why = [] if name else [Reason("name_missing", "没有写姓名。")]
    shown = ""
    if numbers:
        shown = masks.phone(numbers[0]) if len(numbers[0]) == 11 else masks.id_number(numbers[0])
    if any(isinstance(one, sheets.Damaged) for one in asked):
        shown = "号码已损坏"
        why.append(
            Reason("number_damaged", "号码被表格软件变成了数值，后几位已丢失。", cure="把这一列设成“文本”格式后重新填写。")
        )  # fmt: skip
    child = _child(cells, paper) if of_class else None
    return ListLine(
        number, name, shown, numbers, cells.get("trade", "")[:40], child, verdict=BAD if why else GOOD, reasons=tuple(why)
    )  # fmt: skip


def _child(cells: dict[str, str], paper: Any) -> NewChild:
    grade = re.sub(r"\D", "", cells.get("grade", ""))
    fetches = NewPickUp(cells.get("fetch", ""), cells.get("fetch_phone", ""), cells.get("fetch_relation", ""))
    return NewChild(
        canonical.text(cells.get("child")), _day(cells.get("born", "")), cells.get("relation", ""), paper is not None,
        [fetches] if fetches.name else [], int(grade) if grade and len(grade) < 3 else None, paper=paper,
    )  # fmt: skip


def _day(text: str) -> date | None:
    found = _DATE(text.strip())
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


# who they are, and whether they may ------------------------------------------------------------------------
def _found(lines: Sequence[ListLine], org: Any, day: date) -> list[ListLine]:
    some = [one for one in lines if one.verdict == GOOD]
    known = members.find_listed(
        members_of(org), day, numbers=[text for one in some for text in one.numbers], names=[one.name for one in some]
    )
    return [_whose(one, known) if one.verdict == GOOD else one for one in lines]


def _whose(line: ListLine, known: members.Found) -> ListLine:
    if line.numbers:
        hits = {one.person_id: one for text in line.numbers for one in known.numbered(text)}
        some = [one for one in hits.values() if one.name == line.name]
        if hits and not some:
            return _refused(line, Reason("name_differs", "号码是另一个人的。", line.shown, cure="请核对姓名和号码。"))
    else:
        some = known.by_name.get(line.name, [])
    if len(some) == 1:
        return replace(line, person_id=some[0].person_id, org_name=some[0].org_name)
    if some:
        return _refused(line, Reason("name_shared", "有同名的会员，要写手机号或证件号码。", cure="请补上号码。"))
    for text in line.numbers:
        checked = identity_numbers.check_id_card(text) if len(text) in (15, 17, 18, 19) else None
        if checked is not None and not checked.ok:
            return _refused(line, Reason(checked.code, checked.sentence, line.shown, cure="请核对证件号码。"))
    return _refused(
        line, Reason("not_listed", "本工会（含下级）的名册里没有这个人。", cure="请核对号码；别的工会的会员，请到所在工会报名。")
    )  # fmt: skip


def _refused(line: ListLine, *why: Reason) -> ListLine:
    return replace(line, verdict=BAD, reasons=why)


def _judged(
    event: Event, session: Session | None, lines: Sequence[ListLine], of_class: bool, at: datetime
) -> list[ListLine]:
    ids = list(dict.fromkeys(one.person_id for one in lines if one.person_id is not None))
    facts, terms = eligible_facts(ids, event, at, session=session), terms_of(event, session)
    way = kinds.SignedBy.COUNTER if of_class else kinds.SignedBy.UNION
    why: dict[UUID, tuple[Reason, ...]] = {pk: tuple(rules.reasons(facts[pk], terms, at, by=way.value)) for pk in ids}
    if of_class:
        for guardian, children in _by_guardian(lines).items():
            why[guardian] += tuple(child_faults(event, children, counter=True, at=at))
    first: dict[UUID, int] = {}
    found = []
    for one in lines:
        if (pk := one.person_id) is None:
            found.append(one)
        elif not of_class and pk in first:
            twice = Reason("listed_twice", f"和第 {first[pk]} 行是同一个人。", cure="去掉一行。")
            found.append(_refused(one, twice))
        elif facts[pk].live:
            found.append(replace(one, verdict=HAD))
        else:
            found.append(_refused(one, *why[pk]) if why[pk] else one)
        if pk is not None:
            first.setdefault(pk, one.number)
    return found


def _by_guardian(lines: Sequence[ListLine]) -> dict[UUID, list[NewChild]]:
    found: dict[UUID, list[NewChild]] = {}
    for one in lines:
        if one.person_id is not None and one.child is not None:
            found.setdefault(one.person_id, []).append(one.child)
    return found


# running ------------------------------------------------------------------------------------------------
def run_list(
    *, plan: ListPlan, event: Event, org: Any, session: Session | None = None, wait: bool = False,
    happened_on: date | None = None, actor: Actor, at: datetime,
) -> list[tuple[ListLine, Outcome]]:  # fmt: skip
    """Sign up the good lines, all at once; each with what came of it."""
    good = {one.person_id: one for one in reversed(plan.of(GOOD)) if one.person_id is not None}
    if not good:
        refuse("nobody", "名单里没有可以报名的人。", fact=plan.name, cure="请按每行的说明改好后重新上传。")
    lines = list(reversed(good.values()))
    ids = [one.person_id for one in lines if one.person_id is not None]
    note = f"名单报名：{plan.name}"
    if kinds.KINDS[event.kind].children:
        children = _by_guardian(plan.of(GOOD))
        done = sign_up_class(
            event=event, org=org, forms=[ClassForm(pk, children[pk]) for pk in ids], session=session, wait=wait,
            happened_on=happened_on or day_of(at), note=note, actor=actor, at=at,
        )  # fmt: skip
    else:
        trades = {one.person_id: one.trade for one in lines if one.person_id is not None and one.trade}
        done = nominate(
            event=event, org=org, person_ids=ids, session=session, trades=trades, wait=wait, note=note, actor=actor, at=at
        )  # fmt: skip
    return list(zip(lines, done, strict=True))


def blank_list(*, event: Event) -> bytes:
    """The sheet to fill in."""
    one = kinds.KINDS[event.kind]
    text: Any = {"text": True, "width": 22}
    if one.children:
        columns = [
            sheets.Column("监护人姓名", width=12, required=True), sheets.Column("手机号或证件号码", required=True, **text),
            sheets.Column("孩子姓名", width=12, required=True), sheets.Column("出生日期", width=14, text=True, required=True),
            sheets.Column("年级", width=8), sheets.Column("与孩子的关系", width=14, required=True),
            sheets.Column("接送人姓名", width=12, required=True), sheets.Column("接送人电话", required=True, **text),
            sheets.Column("接送人关系", width=12),
        ]  # fmt: skip
        notes = ["一个孩子一行；一位监护人有两个孩子的，写两行。", "监护人要签同意书，扫描件和名单一起上传。"]
    else:
        columns = [
            sheets.Column("姓名", width=12, required=True), sheets.Column("证件号码", **text), sheets.Column("手机号", **text),
        ]  # fmt: skip
        columns += [sheets.Column("参赛工种", width=16)] if one.contest else []
        notes = ["证件号码和手机号填一个就行；没有同名的，只写姓名也可以。"]
    out = io.BytesIO()
    sheets.template(out, "报名名单", columns, notes)
    return out.getvalue()
