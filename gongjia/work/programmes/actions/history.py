"""Earlier years: awards from sheets as closed 历史导入 records.

They count for once-per, gap and household rules, never in a period's figures. A sheet is looked at (a verdict for
every row), confirmed, and may be taken out again while nothing depends on it; a row on file already is skipped.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from gongjia.base import journal, money, sheets
from gongjia.base.actor import Actor
from gongjia.base.journal import attachments
from gongjia.base.refused import Reason, Refused, refuse
from gongjia.base.secret import canonical
from gongjia.who.orgs.queries import by_names_or_codes
from gongjia.work.programmes import powers
from gongjia.work.programmes.actions.common import by_person, day_of
from gongjia.work.programmes.kinds import HistoryState
from gongjia.work.programmes.models import Award, AwardCheck, HistoryBatch
from gongjia.work.programmes.queries.scope import related
from gongjia.work.programmes.registry import TYPES, ProgrammeType
from gongjia.work.programmes.rules import forms

ALIASES = {
    "name": ["姓名", "名称", "获奖人", "受助人"],
    "id_no": ["身份证号", "证件号码", "身份证号码"],
    "org": ["所在工会", "工会", "工会编码", "单位", "工作单位"],
    "title": ["项目", "荣誉称号", "资助项目", "名目"],
    "cycle": ["届次", "批次", "年度"],
    "on": ["日期", "授予日期", "发放日期", "命名日期"],
    "amount": ["金额", "金额(元)", "资助金额", "发放金额"],
    "tier": ["档次", "类别"],
}
NEEDED = {"person": ("name", "id_no", "on"), "org": ("org", "on"), "household": ("name", "id_no", "on")}
MOST_ROWS = 20000


@dataclass(frozen=True)
class _Line:
    number: int
    cells: dict[str, str]


def upload_history(
    *, type: str, org: Any, source: Any, name: str, before: date, actor: Actor, at: datetime
) -> HistoryBatch:  # fmt: skip
    """Keep a sheet of earlier awards of one type. `before`: only awards of days before it are history."""
    actor.must(powers.IMPORT, org)
    if TYPES.find(type) is None:
        refuse("type_unknown", "没有这个类型。", fact=type)
    if before > day_of(at):
        refuse("before_in_future", "不能晚于今天。", fact=str(before))
    with journal.act():
        file = attachments.store(source, name=name, actor=actor, at=at, org=org)
        _lines(file, type)  # what is no such sheet is refused now, not by the job
        batch = HistoryBatch.objects.create(
            org=org, type=type, file=file, before=before, uploaded_at=at, **by_person(actor)
        )
        journal.write(
            "programmes.history_uploaded", actor=actor, at=at, org=org, subject=batch, payload={"type": type}
        )  # fmt: skip
        return batch


def check_history(*, batch: HistoryBatch, actor: Actor, at: datetime) -> HistoryBatch:
    """Look at every row: a verdict each, and nothing written but these. May be done again until it is run."""
    with journal.act():
        batch = _locked(batch, actor, "uploaded", "checked")
        rows, verdicts = _read(batch)
        counts = Counter(verdict for _no, _who, verdict, _why in verdicts)
        batch.good, batch.held, batch.refused = (counts[name] for name in ("good", "held", "refused"))
        batch.verdicts, batch.digest, batch.state = verdicts, _digest(rows), "checked"
        batch.save(update_fields=["good", "held", "refused", "verdicts", "digest", "state"])
        return batch


def run_history(*, batch: HistoryBatch, digest: str, actor: Actor, at: datetime) -> HistoryBatch:
    """Write exactly what the preview showed (`digest`); rows that were refused stay out. All in one transaction."""
    with journal.act():
        batch = _locked(batch, actor, "checked")
        rows, _verdicts = _read(batch)
        if not digest or digest != batch.digest or _digest(rows) != digest:
            refuse("history_changed", "检查之后资料有变动，和预览的不一样了。", cure="请重新检查，看过再导入。")
        if not rows:
            refuse("history_empty", "没有可以导入的行。", cure="请改好表格重新上传。")
        Award.objects.bulk_create(rows, batch_size=1000)
        batch.state, batch.done_at = "done", at
        batch.save(update_fields=["state", "done_at"])
        journal.write(
            "programmes.history_imported", actor=actor, at=at, org=batch.org, subjects=[batch, *rows],
            payload={"type": batch.type, "added": len(rows), "held": batch.held, "refused": batch.refused},
        )  # fmt: skip
        return batch


def undo_history(*, batch: HistoryBatch, reason: str, actor: Actor, at: datetime) -> HistoryBatch:
    """Take the whole sheet out again, while nothing hangs on any of its awards."""
    if not reason.strip():
        refuse("reason_missing", "请写明撤销原因。")
    with journal.act():
        batch = _locked(batch, actor, "done")
        awards = Award.objects.select_for_update().filter(batch=batch)
        touched = awards.filter(state="revoked").count() + AwardCheck.objects.filter(award__batch=batch).count()
        if touched:
            refuse("history_used", "已有记录被撤销或核查过，不能整批撤销。", fact=f"{touched} 条", cure="请逐条更正。")
        count = awards.count()
        try:
            with transaction.atomic():
                awards.delete()
        except ProtectedError as error:
            refuse(
                "history_used", "已有后续办理用到这批记录，不能整批撤销。", fact=f"{len(error.protected_objects)} 条",
                cure="请逐条更正。",
            )  # fmt: skip
        batch.state = "undone"
        batch.save(update_fields=["state"])
        journal.write(
            "programmes.history_undone", actor=actor, at=at, org=batch.org, subject=batch, note=reason.strip(),
            payload={"count": count},
        )  # fmt: skip
        return batch


def _locked(batch: HistoryBatch, actor: Actor, *states: str) -> HistoryBatch:
    held = HistoryBatch.objects.select_for_update(of=("self",)).select_related("org", "file").get(pk=batch.pk)
    actor.must(powers.IMPORT, held.org)
    if held.state not in states:
        refuse("history_state", f"这张表{HistoryState(held.state).label}，不能再办这一步。", cure="请刷新页面。")
    return held


def read_table(file: Any, type: str) -> tuple[sheets.Sheet, sheets.headers.Head]:
    """The sheet as it was sent, and where its head is."""
    page = sheets.read(attachments.open(file), name=file.name).first
    subject = subject_of(TYPES.get(type))
    head = sheets.headers.find(page.rows, ALIASES, at_least=2)
    missing = [ALIASES[key][0] for key in NEEDED[subject] if head is None or key not in head.columns]
    if head is None or missing:
        refuse("history_heads", f"表格缺少列：{'、'.join(missing)}。", cure="请下载空白模板填写。")
    return page, head


def _lines(file: Any, type: str) -> list[_Line]:
    page, head = read_table(file, type)
    lines = []
    for index in range(head.first_data, len(page.rows)):
        row = page.rows[index]
        cells = {key: row[place].strip() if place < len(row) else "" for key, place in head.columns.items()}
        if any(cells.values()):
            lines.append(_Line(page.number_of(index), cells))
    if len(lines) > MOST_ROWS:
        refuse("too_many_rows", f"一次最多导入 {MOST_ROWS} 行。", fact=str(len(lines)))
    return lines


def subject_of(kind: ProgrammeType) -> str:
    return "person" if kind.subject in ("newcomer", "result") else str(kind.subject)


def _digest(rows: Sequence[Award]) -> str:
    """Of all that would be written, in order."""
    told = [
        [str(one.person_id or ""), str(one.for_org_id or ""), str(one.org_id), one.cycle, one.title, one.tier,
         one.amount, one.awarded_on.isoformat(), one.source]
        for one in rows
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _read(batch: HistoryBatch) -> tuple[list[Award], list[list[Any]]]:
    """(the awards to write, a verdict for every row)."""
    kind = TYPES.get(batch.type)
    subject, org, lines = subject_of(kind), batch.org, _lines(batch.file, batch.type)
    people = _people([line.cells.get("id_no", "") for line in lines]) if subject != "org" else {}
    unions = _unions(org, [line.cells.get("org", "") for line in lines])
    homes = _homes([person.pk for person in people.values()])
    held = {
        (row[0] or row[1], row[2], row[3], row[4])
        for row in Award.objects.filter(type=kind.key, origin="import").values_list(
            "person_id", "for_org_id", "cycle", "title", "awarded_on"
        )
    }
    rows: list[Award] = []
    verdicts: list[list[Any]] = []
    for line in lines:
        award, reasons = _line(kind, subject, org, line, batch.before, people, unions, homes, batch.file.name[:80])
        who = line.cells.get("name") or line.cells.get("org") or ""
        who = who[:1] + "*" if subject != "org" and who else who[:40]
        if award is None:
            words = "".join(one.sentence + (f"（{one.fact}）" if one.fact else "") + one.cure for one in reasons)
            verdicts.append([line.number, who, "refused", words])
            continue
        key = (award.person_id or award.for_org_id, award.cycle, award.title, award.awarded_on)
        if key in held:
            verdicts.append([line.number, who, "held", "以前已导入，跳过。"])
            continue
        held.add(key)
        award.batch = batch
        rows.append(award)
        shown = "，".join(
            filter(None, [award.title, str(award.awarded_on), money.show(award.amount) if award.amount else ""])
        )
        verdicts.append([line.number, who, "good", shown])
    return rows, verdicts


def _line(
    kind: ProgrammeType, subject: str, org: Any, line: _Line, before: date, people: Any, unions: Any, homes: Any,
    source: str,
) -> tuple[Award | None, list[Reason]]:  # fmt: skip
    cells, reasons = line.cells, []
    day = _day(cells.get("on", ""))
    if day is None:
        reasons.append(Reason("date_bad", "日期看不懂，要写成 2016-05-01。", fact=cells.get("on", "")[:20]))
    elif day >= before:
        reasons.append(
            Reason("not_history", f"这一条不早于 {before}，要在系统里按流程办理，不能作历史导入。", fact=str(day))
        )
    amount = 0
    if cells.get("amount"):
        try:
            amount = money.yuan(cells["amount"])
        except Refused as error:
            reasons += error.reasons
    union = unions.get(cells.get("org", ""))
    person = people.get(canonical.id_number(cells.get("id_no", ""))) if subject != "org" else None
    if subject == "org" and union is None:
        reasons.append(
            Reason("org_unknown", "没有找到这家工会。", fact=cells.get("org", "")[:40], cure="请写全称或编码。")
        )
    if subject != "org":
        if person is None:
            reasons.append(
                Reason(
                    "person_unknown",
                    "证件号码不在会员资料里。",
                    clause="总工办发〔2017〕14号",
                    cure="请先建立个人档案。",
                )
            )
        elif person.name != cells.get("name"):
            reasons.append(Reason("name_differs", "证件号码登记的是另一个姓名。", cure="请核对证件。"))
    if reasons:
        return None, reasons
    place = union or (homes.get(person.pk) if person is not None else None) or org
    return Award(
        type=kind.key, cycle=cells.get("cycle", "")[:40], org_id=getattr(place, "pk", place),
        person=person, for_org=union if subject == "org" else None, kind=kind.award_kind,
        title=(cells.get("title") or kind.label)[:120], tier=cells.get("tier", "")[:40], amount=amount,
        awarded_on=day, origin="import", source=f"{source} 第 {line.number} 行"[:120],
    ), []  # fmt: skip


def _day(text: str) -> date | None:
    checked = forms.check_answers({"fields": [{"key": "on", "label": "日期", "kind": "date"}]}, {"on": text})
    value = checked.answers.get("on")
    return date.fromisoformat(value) if value else None


def _people(numbers: Sequence[str]) -> dict[str, Any]:
    """Canonical number -> person on file, asked by the blind index in few statements."""
    plain = sorted({canonical.id_number(number) for number in numbers if number.strip()})
    found: dict[str, Any] = {}
    model = related("person")
    for start in range(0, len(plain), 1000):
        for person in model.objects.filter(id_index__in=plain[start : start + 1000], merged_into__isnull=True):
            found[person.id_no.open_unlogged()] = person
    return found


def _unions(org: Any, names: Sequence[str]) -> dict[str, Any]:
    wanted = {name.strip() for name in names if name.strip()}

    found: dict[str, Any] = {}
    for one in by_names_or_codes(wanted):
        if one.path.startswith(org.path):
            found |= {name: one for name in (one.code, one.name, one.short_name) if name in wanted}
    return found


def _homes(person_ids: Sequence[Any]) -> dict[Any, Any]:
    """Person -> union of the latest membership."""
    spells = related("person")._meta.get_field("memberships").related_model
    rows = spells.objects.filter(person_id__in=person_ids, is_latest=True)
    return dict(rows.values_list("person_id", "org_id"))
