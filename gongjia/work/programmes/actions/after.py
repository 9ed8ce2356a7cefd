"""After the award: later checks, receipts, revocation; and the appeal against a decline."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Hidden, Reason, Refused, refuse
from gongjia.work.programmes import powers
from gongjia.work.programmes.actions.applying import at_desk
from gongjia.work.programmes.actions.common import (
    by_person,
    day_of,
    is_own,
    lock_application,
    plain_answers,
    tell,
)
from gongjia.work.programmes.models import Appeal, Application, Award, AwardCheck
from gongjia.work.programmes.queries.facts import Who, gather
from gongjia.work.programmes.registry import TYPES
from gongjia.work.programmes.rules import desks
from gongjia.work.programmes.states import LIVE

APPEAL_DAYS = 15  # calendar days after the result; the federation's own measure


def revoke(*, award: Award, reason: str, actor: Actor, at: datetime) -> Award:
    """Take back what was given; the application behind it follows. Money already paid is claimed back by funds."""
    with journal.act():
        entry = journal.move(
            award, "revoke", actor=actor, at=at, facts=reason, note=reason,
            changes={"revoked_on": day_of(at), "revoked_why": reason.strip()[:200]},
        )  # fmt: skip
        if award.application_id is not None:
            application = lock_application(award.application_id)
            journal.move(
                application, "revoke", actor=actor, at=at, facts=reason, cause=entry,
                changes={"outcome": reason.strip()[:300]},
            )  # fmt: skip
            tell([application], "programmes.revoked", {"title": award.title, "reason": reason.strip()}, at)
        return award


def file_appeal(*, application: Application, text: str, actor: Actor, at: datetime) -> Appeal:
    """The applicant asks to look again, within the days after the result."""
    with journal.act():
        application = lock_application(application)
        if not is_own(application, actor):
            raise Hidden(str(application.pk))
        if application.state != "declined" or application.decided_on is None:
            refuse("not_declined", "只有没有通过的申报可以申请复核。", fact=application.state_label)
        if (day_of(at) - application.decided_on).days > APPEAL_DAYS:
            refuse(
                "appeal_late", f"结果告知后 {APPEAL_DAYS} 日内可以申请复核，已经超过。", fact=str(application.decided_on),
                clause="本项目通知", cure="请直接联系主办工会。",
            )  # fmt: skip
        if len(text.strip()) < 5:
            refuse("text_short", "请写明为什么认为结果有误。")
        try:
            with transaction.atomic():
                appeal = Appeal.objects.create(
                    application=application, org=application.round.org, text=text.strip()[:2000], filed_on=day_of(at)
                )
        except IntegrityError as error:
            raise Refused(Reason("appeal_open", "您的复核申请正在处理。")) from error
        journal.write(
            "programmes.appeal_filed", actor=actor, at=at, org=application.round.org, subjects=[application, appeal]
        )
        return appeal


def settle_appeal(*, appeal: Appeal, upheld: bool, answer: str, actor: Actor, at: datetime) -> Appeal:
    """Answer it. Upheld, the application goes back to the last desk that looked at it."""
    with journal.act():
        appeal = Appeal.objects.select_for_update(of=("self",)).select_related("org").get(pk=appeal.pk)
        application = lock_application(appeal.application_id)
        changes = {
            "answer": answer.strip()[:300], "settled_on": day_of(at), "settled_by_id": by_person(actor)["by_id"],
        }  # fmt: skip
        entry = journal.move(
            appeal, "uphold" if upheld else "dismiss", actor=actor, at=at, facts=answer, note=answer, changes=changes
        )
        if upheld:
            _reopen(application, answer, actor, at, entry)
        words = {"title": application.round.title, "answer": answer.strip()}
        tell([application], "programmes.appeal_answered", words, at)
        return appeal


def _reopen(application: Application, answer: str, actor: Actor, at: datetime, entry: Any) -> None:
    if application.round.state in ("finished", "cancelled"):
        refuse("round_over", "项目已经办结，不能重新审核。", cure="请另开一轮，或维持原结果并说明。")
    if application.claim_key and (
        Application.objects.filter(claim_key=application.claim_key, state__in=LIVE).exclude(pk=application.pk).exists()
    ):
        refuse("applied_again", "本人已另外申报，不能再恢复这一件。")
    stops = [desks.Stop.of(row) for row in application.route]
    number = min(max(application.desk_no, 1), len(stops)) - 1
    changes: dict[str, Any] = {"outcome": "", "decided_on": None, "decision": None, "rank": None, "tied": False}
    if stops:
        changes |= {**at_desk(stops[number], day_of(at)), "ready": False}
    journal.move(application, "reopen", actor=actor, at=at, facts=answer, changes=changes, cause=entry, note="复核成立")


def check_award(
    *,
    award: Award,
    kind: str,
    ok: bool,
    actor: Actor,
    at: datetime,
    note: str = "",
    attachment: Any = None,
    how: str = "",
    next_due: date | None = None,
) -> AwardCheck:
    """A look after the award. Not ok: the claim is lost and the award revoked. Ok on the type's last check: the
    amount is settled by the facts of that day and money may flow."""
    with journal.act():
        award = (
            Award.objects.select_for_update(of=("self",))
            .select_related("org", "round__org", "application")
            .get(pk=award.pk)
        )
        _may_check(award, kind, how, actor)
        if award.state != "active":
            refuse("award_revoked", "已经撤销，不用再核查。", fact=award.state_label)
        if not ok and len(note.strip()) < 2:
            refuse("reason_missing", "请写明失去资格的原因，当事人会看到。")
        row = award.checks.filter(result="waiting", kind=kind).order_by("due_on").first() or AwardCheck(
            award=award, kind=kind
        )
        row.result, row.on, row.note, row.how = ("ok" if ok else "lost"), day_of(at), note.strip()[:200], how
        row.attachment = attachment
        row.by_id = by_person(actor)["by_id"]
        row.save()
        entry = journal.write(
            "programmes.received" if kind == "receipt" else "programmes.checked", actor=actor, at=at, org=award.org,
            subjects=[award, row], note=note, payload={"kind": kind, "ok": ok},
        )  # fmt: skip
        if not ok:
            machine = Actor.system(actor.label, (powers.REVOKE,))
            revoke(award=award, reason=note.strip(), actor=machine, at=at)
        elif award.round_id and TYPES.get(award.type).later_of(award.round.params) == kind:
            _settle(award, actor, at, entry)
        if ok and next_due is not None:
            AwardCheck.objects.create(award=award, kind=kind, due_on=next_due)
        return row


def _may_check(award: Award, kind: str, how: str, actor: Actor) -> None:
    """The receiver may confirm a receipt on the phone; everything else is an officer's word."""
    if kind == "receipt" and how == "self" and award.person_id is not None and award.person_id == actor.person_id:
        return
    actor.must(powers.REVIEW, award.org)


def _settle(award: Award, actor: Actor, at: datetime, entry: Any) -> None:
    """The amount by the facts of today (tuition: what was paid, the skill level now), and from now payable."""
    application = award.application
    assert application is not None and award.round is not None
    who = Who(
        application.pk, application.person_id, application.for_org_id, application.household_id,
        plain_answers(application), True, application.pk,
    )  # fmt: skip
    facts = gather(award.round, [who], day_of(at))[application.pk]
    amount = max(0, int(TYPES.get(award.type).amount(facts, award.tier)))
    if application.amount_set:
        amount = application.amount
    before, award.amount = award.amount, amount
    award.ready_on = day_of(at) if amount else None
    award.save(update_fields=["amount", "ready_on"])
    journal.write(
        "programmes.settled", actor=actor, at=at, org=award.org, subject=award, cause=entry,
        payload={"before": before, "amount": amount},
    )  # fmt: skip


def receive_many(
    *, awards: Iterable[Award | UUID], how: str, attachment: Any, actor: Actor, at: datetime, note: str = ""
) -> int:
    """A signed list: every award on it was handed over. One entry; the photo of the list is its proof."""
    if how == "signature" and attachment is None:
        refuse(
            "photo_missing", "签字确认要上传签字表照片。", clause="总工发〔2015〕20号（实名发放）", cure="请拍照上传。"
        )
    keys = [getattr(one, "pk", one) for one in awards]
    with journal.act():
        held = list(
            Award.objects.select_for_update(of=("self",))
            .filter(pk__in=keys, state="active")
            .select_related("org")
            .order_by("pk")
        )
        for org in {one.org_id: one.org for one in held}.values():
            actor.must(powers.REVIEW, org)
        if not held:
            return 0
        done = set(
            AwardCheck.objects.filter(award_id__in=keys, kind="receipt", result="ok").values_list("award_id", flat=True)
        )
        fresh = [one for one in held if one.pk not in done]
        AwardCheck.objects.filter(award__in=fresh, kind="receipt", result="waiting").delete()
        AwardCheck.objects.bulk_create(
            [
                AwardCheck(
                    award=one, kind="receipt", result="ok", on=day_of(at), how=how, note=note.strip()[:200],
                    attachment=attachment, **by_person(actor),
                )
                for one in fresh
            ],
            batch_size=1000,
        )  # fmt: skip
        waits = [
            one.pk
            for one in fresh
            if one.ready_on is None
            and one.amount
            and one.round is not None
            and TYPES.get(one.type).later_of(one.round.params) == "receipt"
        ]
        Award.objects.filter(pk__in=waits).update(ready_on=day_of(at))
        if fresh:
            journal.write(
                "programmes.received", actor=actor, at=at, org=fresh[0].round.org if fresh[0].round_id else fresh[0].org,
                subjects=fresh, note=note, payload={"how": how, "count": len(fresh)},
            )  # fmt: skip
        return len(fresh)
