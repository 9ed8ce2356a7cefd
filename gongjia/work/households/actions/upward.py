"""The national system's form, written from the files; and its numbers, taken back."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from gongjia.base import handout, journal
from gongjia.base.actor import Actor
from gongjia.base.refused import refuse
from gongjia.who.orgs.actions import Template, gaps, mark_sent, returned_numbers, template_book
from gongjia.who.orgs.queries import Sent, sent_states, within
from gongjia.work.households import powers, queries
from gongjia.work.households.models import HouseholdFile

KIND = "households.upward"  # of the file, where a second person must approve it


def ask_to_send(*, actor: Actor, at: datetime, reason: str, session_key: str = "") -> Any:
    """Ask another officer to approve the sheet; they see how many files it holds and why it is wanted."""
    actor.must(powers.UPWARD, None) if not actor.holds(powers.UPWARD) else None
    _due, whole = _due_rows(actor, queries.files_template(), True)
    if not whole:
        refuse("nothing_to_send", "没有需要报送的档案：都已报，也没有变化。")
    return handout.ask(
        kind=KIND, klass="household", label="困难职工档案报送表", count=len(whole), reason=reason, actor=actor, at=at,
        session_key=session_key,
    )  # fmt: skip


def _due_rows(actor: Actor, template: Template, only_new: bool) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """(what is to be told, what of it is complete)"""
    due: dict[Any, Any] = {}
    for chunk in queries.upward_rows(actor, template):
        rows = {pk: row for pk, (_file, row) in chunk.items()}
        sent = sent_states(template, rows)
        due |= {pk: row for pk, row in rows.items() if not only_new or sent[pk] != Sent.SENT}
    return due, {pk: row for pk, row in due.items() if not gaps(template, row)}


def send_files(
    *, actor: Actor, at: datetime, reason: str, template: Template | None = None, only_new: bool = True,
    approved: Any = None, session_key: str = "",
) -> tuple[bytes, int, int]:  # fmt: skip
    """Fill the national form: (sheet, how many, how many held back because a required column is blank).

    It carries whole numbers and the household's figures, so it takes a power of its own and a reason, each file's
    timeline says that it left, and from fifty households a day on a second person's word (`approved`).
    """
    template = template or queries.files_template()
    if not actor.holds(powers.UPWARD):
        actor.must(powers.UPWARD, None)
    if len(reason.strip()) < 2:
        refuse("reason_missing", "请写明报送的依据，它会和您的姓名一起记录在案。")
    due, whole = _due_rows(actor, template, only_new)
    count = len(due) - len(whole)
    if not due:
        refuse("nothing_to_send", "没有需要报送的档案：都已报，也没有变化。")
    if not whole:
        refuse("all_incomplete", "要报送的档案都缺必填项。", fact=str(count), cure="请先补齐资料。")
    with handout.disclosing("household", list(whole), actor=actor, at=at):
        if approved is None and handout.needs_approval(actor, "household", list(whole)):
            refuse(
                "approval_needed", f"今天经您查看、导出的家庭情况将达到 {handout.CLASSES['household'].approve} 户以上，要由另一位干部批准。",
                fact=f"{len(whole)} 户", clause="GB/T 35273—2020 7.1（重要操作内部审批）", cure="请提交申请，批准后 15 分钟内下载一次。",
            )  # fmt: skip
        buffer = io.BytesIO()
        template_book(template, whole.values(), buffer)
        if approved is not None:
            handout.taken(
                handout=approved, records=list(whole), content=buffer.getvalue(), actor=actor, at=at, session_key=session_key
            )  # fmt: skip
        mark_sent(template, whole, at)
        journal.write(
            "households.upward_sent", actor=actor, at=at,
            subjects=[("households.householdfile", pk) for pk in whole],
            payload={"template": template.key, "sent": len(whole), "held_back": count}, note=reason.strip(),
        )  # fmt: skip
        return buffer.getvalue(), len(whole), count


def take_numbers(source: Any, *, actor: Actor, at: datetime, name: str = "") -> tuple[int, list[str]]:
    """Take the national numbers of a returned sheet over: how many changed, and the numbers of ours it names in vain."""
    numbers = returned_numbers(queries.files_template(), source, name)
    with journal.act():
        reach = within(actor, powers.UPWARD, prefix="org__")
        found = HouseholdFile.objects.select_for_update(of=("self",)).filter(reach, number__in=list(numbers))
        met, changed = set(), []
        for file in found.order_by("number"):
            met.add(file.number)
            if file.upper_no != numbers[file.number][:40]:
                file.upper_no = numbers[file.number][:40]
                changed.append(file)
        HouseholdFile.objects.bulk_update(changed, ["upper_no"], batch_size=500)
        if changed:
            journal.write(
                "households.upper_no", actor=actor, at=at, subjects=changed, payload={"count": len(changed)}, note=name
            )
        return len(changed), sorted(set(numbers) - met)


def set_upper_no(*, file: HouseholdFile, number: str, actor: Actor, at: datetime) -> HouseholdFile:
    """One file's number in the national system, typed in."""
    with journal.act():
        actor.must(powers.UPWARD, file.org)
        file.upper_no = number.strip()[:40]
        file.save(update_fields=["upper_no"])
        journal.write("households.upper_no", actor=actor, at=at, org=file.org, subject=file, payload={"count": 1})
        return file
