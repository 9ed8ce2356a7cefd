"""Asking for a file of whole values, the second person's word, the one taking; and the stop."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from gongjia.base import clock, journal, outbox
from gongjia.base.actor import Actor
from gongjia.base.handout import registry
from gongjia.base.handout.kinds import BOUND_TO, CLASSES
from gongjia.base.handout.models import Handout
from gongjia.base.handout.queries import opened_today
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden, refuse

LAW = "《最高人民法院、最高人民检察院关于办理侵犯公民个人信息刑事案件适用法律若干问题的解释》第五条"


class _Over(Exception):
    def __init__(self, total: int):
        self.total = total


@contextmanager
def disclosing(klass: str, records: Collection[UUID], *, actor: Actor, at: datetime, org: Any = None) -> Iterator[None]:
    """An act that shows whole values of these records: inside it the caller writes the entry that counts.

    One account at a time, so that two requests at one instant are added up. At the bound nothing is shown, the guards
    are told, and that entry stays although the act is refused.
    """
    try:
        with journal.act():
            if actor.account_id is not None:
                _one_at_a_time(actor.account_id)
                total = len(opened_today(actor.account_id, klass) | set(records))
                if total >= CLASSES[klass].stop:
                    raise _Over(total)
            yield
    except _Over as over:
        _alarm(klass, over.total, actor, at, org)
        one = CLASSES[klass]
        refuse(
            "handout_stopped", f"今天经您查看、导出的{one.label}达到 {one.stop} 条上限，已停止并通知安全管理员。",
            fact=f"{over.total} 条", clause=LAW, cure="确有需要的，请安全管理员核实后改日办理。",
        )  # fmt: skip


def _one_at_a_time(account_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"handout:{account_id}"])


def _alarm(klass: str, total: int, actor: Actor, at: datetime, org: Any) -> None:
    with journal.act():
        journal.write("handout.alarm", actor=actor, at=at, org=org, payload={"class": klass, "count": total})
        told = registry.guards(at.astimezone(clock.SHANGHAI).date())
        words = {"who": actor.label, "what": CLASSES[klass].label, "count": str(total)}
        outbox.notify(told, template="handout.alarm", context=words, at=at, url="/console/journal/")


def session_digest(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest() if session_key else ""


def ask(
    *, kind: str, klass: str, label: str, count: int, reason: str, actor: Actor, at: datetime, session_key: str = ""
) -> Handout:
    """Ask a second person for a file. The caller has checked the power that the file needs."""
    if actor.person_id is None or actor.account_id is None:
        refuse("handout_nobody", "导出要由本人登录后申请。")
    assert actor.person_id is not None and actor.account_id is not None
    if len(reason.strip()) < 2:
        refuse("reason_missing", "请写明报送的依据，它会和您的姓名一起记录在案。")
    with journal.act():
        held = (
            Handout.objects.select_for_update().filter(kind=kind, asked_account=actor.account_id, state="asked").first()
        )
        if held is not None:
            refuse("handout_asked", "您已经申请过，正在等另一位干部批准。", fact=held.label)
        one = Handout.objects.create(
            kind=kind, klass=klass, label=label[:120], count=count, reason=reason.strip()[:300],
            asked_account=actor.account_id, asked_person=actor.person_id, asked_by=actor.label, asked_at=at,
            session=session_digest(session_key),
        )  # fmt: skip
        journal.write(
            "handout.asked", actor=actor, at=at, subject=one, note=reason.strip(),
            payload={"kind": kind, "class": klass, "count": count},
        )  # fmt: skip
        return one


def approve(*, handout: Handout, actor: Actor, at: datetime, note: str = "") -> Handout:
    """A second natural person says yes: from now the one who asked has a quarter of an hour."""
    return _decide(handout, "approved", actor, at, note)


def decline(*, handout: Handout, actor: Actor, at: datetime, note: str) -> Handout:
    if len(note.strip()) < 2:
        refuse("reason_missing", "请写明不同意的原因。")
    return _decide(handout, "declined", actor, at, note)


def _decide(handout: Handout, state: str, actor: Actor, at: datetime, note: str) -> Handout:
    with journal.act():
        one: Any = Handout.objects.select_for_update().get(pk=handout.pk)
        if one.state != "asked":
            refuse("handout_decided", "这份申请已经有人答复。", fact=one.state_label)
        if actor.person_id is None or actor.person_id == one.asked_person:
            refuse(
                "handout_own", "自己申请的导出要由另一位干部批准。", clause="GB/T 35273—2020 7.1（重要操作内部审批）",
                cure="请本部门另一位干部登录后批准。",
            )  # fmt: skip
        one.state, one.decided_person, one.decided_by, one.decided_at = state, actor.person_id, actor.label, at
        one.note = note.strip()[:300]
        one.until = clock.real_now() + BOUND_TO if state == "approved" else None
        one.save()
        journal.write(
            f"handout.{state}", actor=actor, at=at, subject=one, note=note.strip(), payload={"count": one.count}
        )
        words = {"label": one.label, "word": one.state_label, "note": one.note}
        outbox.notify([one.asked_account], template="handout.answered", context=words, at=at)
        return one


def taken(
    *, handout: Handout, records: Collection[UUID], content: bytes, actor: Actor, at: datetime, session_key: str = ""
) -> Handout:
    """Mark it handed out, inside the act that wrote it: once, in time, to the one who asked, at the same log-in, and
    not more than was approved."""
    one: Any = one_of(Handout.objects.select_for_update().filter(pk=handout.pk))
    if one is None or actor.account_id is None or one.asked_account != actor.account_id:
        raise Hidden(str(handout.pk))
    if one.session and one.session != session_digest(session_key):
        refuse("handout_elsewhere", "请在申请时登录的那台设备上下载。", cure="换了设备请重新申请。")
    if one.state != "approved":
        refuse("handout_not_approved", "还没有批准，或已经下载过一次。", fact=one.state_label, cure="请重新申请。")
    assert one.until is not None
    if clock.real_now() >= one.until:
        refuse("handout_late", "批准后 15 分钟内没有下载，已经失效。", cure="请重新申请。")
    if len(records) > one.count:
        refuse(
            "handout_more",
            "要导出的比批准时多了。",
            fact=f"批准 {one.count} 条，现有 {len(records)} 条",
            cure="请重新申请。",
        )
    one.state, one.taken_at, one.sha256 = "taken", at, hashlib.sha256(content).hexdigest()
    one.save(update_fields=["state", "taken_at", "sha256"])
    journal.write(
        "handout.taken", actor=actor, at=at, subject=one, payload={"count": len(records), "sha256": one.sha256}
    )
    return one
