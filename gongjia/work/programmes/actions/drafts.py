"""A draft: begun, saved with every change, given up; sensitive answers are sealed from the first keystroke."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import refuse
from gongjia.who.members.queries import alive, spells_on
from gongjia.work.programmes import kinds, powers
from gongjia.work.programmes.actions.common import (
    day_of,
    is_own,
    lock_application,
    must_write,
    plain_answers,
    sealed_text,
)
from gongjia.work.programmes.models import Application, AwardCheck, Round
from gongjia.work.programmes.queries.scope import related
from gongjia.work.programmes.registry import TYPES
from gongjia.work.programmes.rules import forms


def start_draft(
    *,
    round_: Round,
    actor: Actor,
    at: datetime,
    for_org: Any = None,
    person_id: UUID | None = None,
    happened_on: date | None = None,
    name: str = "",
) -> Application:
    """Begin to fill in a form, or go on with the draft that is there.

    Without `person_id` the actor applies for themself (by person, or by log-in alone where the type takes
    newcomers). With it, or with `happened_on`, an officer fills in at the counter (代办) and says on which day
    the paper was handed in. `for_org`: the union that an officer applies for.
    """
    kind = TYPES.get(round_.type)
    today = day_of(at)
    counter = person_id is not None or happened_on is not None
    if round_.state != "open":
        refuse("round_not_open", "这个项目现在不接受申报。", fact=round_.state_label)
    if round_.subject == "result":
        refuse("by_result", "竞赛奖励按认定的名次列入，不用申报。", cure="由主办工会在竞赛的名次页列入。")
    person = _person(person_id if counter else actor.person_id)
    with journal.act():
        place = _place(round_, person, for_org, today)
        if round_.subject == "org":
            if for_org is None:
                refuse("org_missing", "请选定替哪家工会申报。")
            actor.must(powers.COUNTER, for_org)
        elif counter:
            actor.must(powers.COUNTER, place)
            if happened_on is None or happened_on > today:
                refuse("happened_on", "代办要写明收到申请的日期，不能晚于今天。", fact=str(happened_on or ""))
        if person is None and not (kind.for_newcomers or round_.subject == "org"):
            refuse(
                "person_unknown", "系统里还没有您的会员资料，不能申报。", clause="《工会会员会籍管理办法》第三条", cure="请先申请入会，或请工会干部代办。",
            )  # fmt: skip
        held = _held_draft(round_, person, for_org, actor, counter)
        if held is not None:
            return held
        household = household_of(round_, person, today)
        draft = Application(
            round=round_,
            type=round_.type,
            subject=round_.subject,
            person=person if round_.subject != "org" else None,
            account_id=None if counter or round_.subject == "org" else actor.account_id,
            applicant_name=for_org.name if round_.subject == "org" else person.name if person else name.strip(),
            org=place,
            scope_org=place,
            for_org=for_org if round_.subject == "org" else None,
            household=household,
            sensitive=round_.sensitive,
            saved_at=at,
            counter=counter,
            happened_on=happened_on if counter else None,
            entered_by=_person(actor.person_id) if counter or round_.subject == "org" else None,
        )
        if round_.subject == "household" and household is None:
            draft.subject = "newcomer"  # no file yet: the draft may be kept, submitting is refused with the clause
        draft.save(force_insert=True)
        journal.write(
            "programmes.at_counter" if counter else "programmes.draft_started", actor=actor, at=at, org=place,
            subject=draft, payload={"round": str(round_.pk), "happened_on": str(happened_on or "")},
        )  # fmt: skip
        return draft


def save_draft(
    *, application: Application, answers: Mapping[str, Any], actor: Actor, at: datetime, revision: int | None = None
) -> Application:
    """Keep what has been typed so far. `answers` are only the fields that changed; "" or None empties one.

    `revision` is the one the page was shown with: a second page that is open does not overwrite the first.
    """
    with journal.act():
        application = lock_application(application)
        must_write(application, actor)
        if application.state not in ("draft", "returned"):
            refuse("not_editable", "已经提交，不能再改。", fact=application.state_label, cure="需要修改请先撤回。")
        if application.subject == "result":
            refuse("by_result", "竞赛奖励照认定的名次列入，不能改填。", cure="名次有误的，请报主办工会研究。")
        if revision is not None and revision != application.revision:
            refuse("saved_elsewhere", "您在另一个页面改过这份申报表。", cure="请刷新页面，看到最新内容后再改。")
        spec = application.round.form.spec
        merged = merge(plain_answers(application), answers, spec)
        checked = forms.check_answers(
            spec, merged, stage=application.stage, draft=True, known=known_of(spec, merged, application, actor, at)
        )
        open_part, secret_part = checked.split(spec)
        application.answers = open_part
        application.answers_sealed = sealed_text(secret_part)
        application.saved_at = at
        application.revision += 1
        if application.subject == "newcomer" and isinstance(checked.answers.get("name"), str):
            application.applicant_name = checked.answers["name"][:120]
        application.save(update_fields=["answers", "answers_sealed", "saved_at", "revision", "applicant_name"])
        return application


def discard_draft(*, application: Application, actor: Actor, at: datetime) -> None:
    """A draft that was never handed in leaves nothing behind but the entry that it was there."""
    with journal.act():
        application = lock_application(application)
        must_write(application, actor)
        if application.state != "draft":
            refuse("not_a_draft", "已经提交过的申报不能删除。", fact=application.state_label, cure="请用“撤回”。")
        _erase([application.pk], actor, at, application.org)


def purge_drafts(*, actor: Actor, at: datetime, days: int = kinds.DRAFT_DAYS) -> int:
    """Drafts nobody came back to, and drafts of rounds that are over. Answers how many."""
    actor.must(powers.OPEN, None)
    with journal.act():
        drafts = Application.objects.select_for_update(skip_locked=True).filter(state="draft")
        old = drafts.filter(saved_at__lt=at - timedelta(days=days)) | drafts.filter(
            round__state__in=("finished", "cancelled")
        )
        found = list(old.order_by("pk").values_list("pk", flat=True)[:5000])
        if found:
            _erase(found, actor, at, None)
        return len(found)


def _erase(keys: list[UUID], actor: Actor, at: datetime, org: Any) -> None:
    Application.objects.filter(pk__in=keys, state="draft").delete()
    journal.write(
        "programmes.drafts_purged", actor=actor, at=at, org=org, payload={"count": len(keys)},
        subjects=[("programmes.application", key) for key in keys],
    )  # fmt: skip


def merge(held: Mapping[str, Any], patch: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    """The answers after a patch; keys that no field has are dropped."""
    keys = {one["key"] for one in spec.get("fields", ())}
    merged = {**held, **{key: value for key, value in patch.items() if key in keys}}
    return {key: value for key, value in merged.items() if value not in (None, "")}


def known_of(
    spec: Mapping[str, Any], answers: Mapping[str, Any], application: Application, actor: Actor, at: datetime
) -> forms.Known:
    """What the answers may point at. A file must be the actor's own upload, or one that was there before."""
    files = forms.wanted(spec, answers, "file")
    persons, unions = forms.wanted(spec, answers, "person"), forms.wanted(spec, answers, "union")
    before = forms.wanted(spec, plain_answers(application), "file")
    if fresh := files - before:
        model = AwardCheck._meta.get_field("attachment").related_model
        stored = model.objects.filter(pk__in=fresh)
        if not actor.everywhere:
            stored = stored.filter(created_by=actor.account_id)
        before |= {str(pk) for pk in stored.values_list("pk", flat=True)}
    return forms.Known(
        files=frozenset(before),
        persons=_ids(related("person").objects.filter(merged_into__isnull=True), persons),
        unions=_ids(related("org").objects.filter(state__in=("active", "preparing")), unions),
        today=day_of(at),
    )


def _ids(found: Any, wanted: set[str]) -> frozenset[str]:
    if not wanted:
        return frozenset()
    return frozenset(str(pk) for pk in found.filter(pk__in=wanted).values_list("pk", flat=True))


def _person(pk: UUID | None) -> Any:
    if pk is None:
        return None
    return one_of(related("person").objects.filter(pk=alive(pk)))


def _place(round_: Round, person: Any, for_org: Any, today: date) -> Any:
    """The union that counts: the one applied for, the member's own, else the one that opened the round."""
    if for_org is not None:
        return for_org
    if person is not None:
        spell = spells_on(today).filter(person_id=person.pk).select_related("org").first()
        if spell is not None:
            return spell.org
    return round_.org


def _held_draft(round_: Round, person: Any, for_org: Any, actor: Actor, counter: bool) -> Application | None:
    found = Application.objects.filter(round=round_, state="draft", counter=counter)
    if round_.subject == "org":
        return found.filter(for_org=for_org).first()
    if person is not None:
        return found.filter(person=person).first()
    if counter or actor.account_id is None:
        return None
    return found.filter(account_id=actor.account_id).first()


def household_of(round_: Round, person: Any, today: date) -> Any:
    """The file in force of the applicant's household, where the round is about households or needs one."""
    if person is None or not (round_.subject == "household" or round_.file_needed):
        return None
    model = related("household")
    rows = model._meta.get_field("members").related_model
    of_person = rows.objects.filter(person_id=person.pk, since__lte=today).exclude(until__lte=today)
    return model.objects.filter(pk__in=of_person.values("file_id"), state="active", opened_on__lte=today).first()


def own_answers(*, application: Application, actor: Actor) -> dict[str, Any]:
    """Everything the applicant typed, for the applicant's own page (or the counter's, while it is being entered)."""
    if not is_own(application, actor):
        if application.state not in ("draft", "returned"):
            refuse("not_yours", "只有本人能看自己填的敏感内容。", cure="请用“查看敏感内容”。")
        must_write(application, actor)
    return plain_answers(application)
