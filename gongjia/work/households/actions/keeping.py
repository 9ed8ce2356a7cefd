"""A file that is open: looked into, checked with other offices, verified each year, ended."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from gongjia.base import clock, handout, journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Refused, refuse
from gongjia.work.households import kinds, powers, queries, rules
from gongjia.work.households.actions import file as filing
from gongjia.work.households.models import CheckRequest, HouseholdFile, Verification


def open_facts(*, file: HouseholdFile, reason: str, actor: Actor, at: datetime) -> queries.Opened:
    """Show what a household told, to who may and says why: written down first, numbers stay masked."""
    filing.must_see(actor, file)
    own = actor.person_id is not None and actor.person_id == file.head_id
    if not own and len(reason.strip()) < 2:
        refuse("reason_missing", "请写明查看家庭情况的事由，事由会和您的姓名一起记录在案。")
    if re.search(r"\d{11}", reason):
        refuse("reason_number", "事由里请不要写身份证号、手机号或银行卡号。")
    counted = journal.act() if own else handout.disclosing("household", [file.pk], actor=actor, at=at, org=file.org)
    with counted:
        if not own:
            journal.write(
                "households.facts_opened", actor=actor, at=at, org=file.org, subject=file, note=reason.strip()
            )
        household = [
            queries.OpenedMember(
                one.relation_label, one.name.open_unlogged(), str(one.id_no) if one.id_no else "",
                rules.MemberFacts.loads(one.facts.open_unlogged() if one.facts else ""),
            )
            for one in queries.members(file)
        ]  # fmt: skip
        return queries.Opened(
            queries.facts_in(file) or rules.HouseholdFacts(),
            household,
            [(one.on, one.note.open_unlogged()) for one in queries.visits(file) if one.note],
            [(one.to_label, one.found.open_unlogged()) for one in queries.checks(file) if one.found],
            queries.computation_of(file, at.astimezone(clock.SHANGHAI).date()),
        )


def send_check(
    *, file: HouseholdFile, to: str, on: date, actor: Actor, at: datetime, document_no: str = ""
) -> CheckRequest:
    """Ask another office about the household's means; one question to an office at a time."""
    with journal.act():
        file = filing._locked(file)
        actor.must(powers.APPROVE, file.org)
        if file.state not in ("reviewing", "approving", "active"):
            refuse("not_now", f"{file.state_label}的档案不能发核对请求。", fact=file.state_label)
        if on > filing.today(at):
            refuse("sent_in_future", "发出日期在今天之后。", fact=str(on))
        if file.checks.filter(to=to, state="sent").exists():
            refuse(
                "check_sent", f"已经向{kinds.CheckWith(to).label}发过请求，还没有回复。", cure="请先登记回复或撤销。"
            )
        check = CheckRequest(
            file=file, org=file.org, to=to, document_no=document_no.strip(), sent_on=on,
            due_on=rules.check_due(on), sent_by=actor.label,
        )  # fmt: skip
        check.save(force_insert=True)
        journal.write(
            "households.check_sent", actor=actor, at=at, org=file.org, subjects=[file, check],
            payload={"to": to, "due": check.due_on.isoformat()},
        )  # fmt: skip
        return check


def answer_check(
    *, check: CheckRequest, result: str, on: date, actor: Actor, at: datetime, found: str = "", paper: Any = None
) -> CheckRequest:
    """What the other office said."""
    if on < check.sent_on:
        refuse("answer_before_sent", "回复日期早于发出日期。", fact=str(check.sent_on))
    journal.move(
        check, "answer", actor=actor, at=at, facts=rules.FileFacts(filing.today(at), on=on),
        changes={"answered_on": on, "result": result, "found": found.strip() or None, "paper": paper},
        payload={"result": result},
    )  # fmt: skip
    return check


def drop_check(*, check: CheckRequest, why: str, actor: Actor, at: datetime) -> CheckRequest:
    journal.move(check, "drop", actor=actor, at=at, facts=rules.FileFacts(filing.today(at), why=why), note=why.strip())
    return check


def verify(
    *, file: HouseholdFile, verdict: str, actor: Actor, at: datetime, note: str = "", why: str = "",
    facts: rules.HouseholdFacts | None = None, household: Sequence[filing.HouseholdMember] | None = None,
) -> Verification:  # fmt: skip
    """年度复核: the household's facts of this year against this year's line; ends the file where it must."""
    with journal.act():
        file = filing._locked(file)
        actor.must(powers.VERIFY, file.org)
        day = filing.today(at)
        if file.state != "active":
            refuse("not_active", "只有在档的档案需要复核。", fact=file.state_label)
        if file.verifications.filter(year=day.year).exists():
            refuse("verified", f"{day.year} 年已经复核过。", fact=str(day.year))
        if actor.person_id is not None and actor.person_id in queries.household_person_ids(file):
            refuse("own_case", "这是您本人家庭的档案，请由其他人复核。")
        filing._write(file, actor, at, facts, household, None)
        computation = queries.computation_of(file, day)
        going_on = verdict in (kinds.Verdict.KEEP, kinds.Verdict.CHANGE)
        if going_on and (computation is None or computation.reasons):
            reasons = computation.reasons if computation else ()
            if reasons:
                raise Refused(reasons)
            refuse("not_computed", "还没有填写家庭收入和支出，无法复核。")
        category = computation.category if computation and going_on else ""
        if verdict == kinds.Verdict.KEEP and category != file.category:
            refuse(
                "category_changed",
                f"按今年的情况核算为{kinds.Category(category).label}，与原类别不同。",
                fact=file.category_label, cure="请选“继续建档，类别调整”。",
            )  # fmt: skip
        computed = json.dumps(computation.as_dict(), ensure_ascii=False, sort_keys=True) if computation else None
        row = Verification(
            file=file, year=day.year, verdict=verdict, category=category, on=day, by=actor.label, computed=computed,
            note=note.strip()[:300],
        )  # fmt: skip
        row.save(force_insert=True)
        file.verified_year = day.year
        changed = ["verified_year"]
        if going_on:
            file.category, file.computed = category, computed
            changed += ["category", "computed"]
        file.save(update_fields=changed)
        journal.write(
            "households.verified", actor=actor, at=at, org=file.org, subjects=[file, row],
            payload={"year": day.year, "verdict": verdict, "category": category}, note=note,
        )  # fmt: skip
        if not going_on:
            default = kinds.ExitWhy.ABOVE if verdict == kinds.Verdict.OUT else kinds.ExitWhy.OTHER
            end_file(file=file, why=why or default.value, on=day, actor=actor, at=at, note=note or row.verdict_label)
        return row


def end_file(*, file: HouseholdFile, why: str, on: date, actor: Actor, at: datetime, note: str = "") -> HouseholdFile:
    """脱困 when above the line; 注销 for every other reason. Help is kept for twelve months after 脱困."""
    with journal.act():
        step = "exit" if why == kinds.ExitWhy.ABOVE else "cancel"
        label = kinds.ExitWhy(why).label
        facts = rules.FileFacts(filing.today(at), why=note or label, on=on, opened_on=file.opened_on)
        journal.move(
            file, step, actor=actor, at=at, facts=facts, note=note,
            changes={"closed_on": on, "close_why": why, "help_until": rules.help_until(on, why)},
            payload={"why": why, "on": on.isoformat()},
        )  # fmt: skip
        filing._tell(file, "households.exited", {"what": file.state_label, "why": label}, at)
        return file
