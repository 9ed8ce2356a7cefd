"""A round: made from a type, a template or last year's; opened, extended, closed, cancelled, finished."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import Reason, refuse, refuse_if
from gongjia.who.members.queries import trade_rows
from gongjia.work.programmes import powers
from gongjia.work.programmes.actions.common import day_of, lock_round, tell
from gongjia.work.programmes.models import Application, FormVersion, Round, RoundDesk
from gongjia.work.programmes.queries.scope import related
from gongjia.work.programmes.queries.templates import template_of
from gongjia.work.programmes.registry import TYPES, ProgrammeType
from gongjia.work.programmes.rules import conditions, desks, forms, moves, panel

# what an officer may set on a draft; some of it also while the round is open
SETTABLE = (
    "title", "area", "cycle", "year", "brief", "opens_at", "closes_at", "sensitive", "decides", "quota", "amount",
    "tiers", "goods", "once_per", "gap_years", "file_needed", "conditions", "params", "criteria", "notice_place",
    "notice_days", "notice_unit", "notice_phone",
)  # fmt: skip
WHILE_OPEN = ("title", "brief", "quota", "goods", "criteria", "notice_phone", "notice_days", "tiers")
FROM_TYPE = (
    "area", "sensitive", "decides", "once_per", "gap_years", "file_needed", "notice_place", "notice_days", "notice_unit",
)  # fmt: skip


def make_round(
    *,
    type: str,
    org: Any,
    title: str,
    year: int,
    opens_at: datetime,
    actor: Actor,
    at: datetime,
    closes_at: datetime | None = None,
    template: str = "",
    previous: Round | None = None,
    fields: Sequence[Mapping[str, Any]] | None = None,
    desk_rules: Sequence[desks.DeskRule] | None = None,
    **values: Any,
) -> Round:
    """A draft round. What is not given comes from last year's round, from the template, or from the type."""
    actor.must(powers.OPEN, org)
    kind = TYPES.find(type)
    if kind is None:
        refuse("type_unknown", "没有这个类型的申报项目。", fact=type)
    _known_only(values)
    made = _defaults(kind)
    if template:
        made |= template_of(template)
    if previous is not None:
        made |= _of_previous(previous)
    made |= values
    spec = {"fields": _filled(fields if fields is not None else made.pop("fields"), day_of(at))}
    rules_of_desks = list(desk_rules if desk_rules is not None else made.pop("desks"))
    made = {key: value for key, value in made.items() if key in SETTABLE}
    round_ = Round(
        type=type, org=org, subject=kind.subject, template=template, previous=previous,
        **{**made, "title": title.strip(), "year": year, "opens_at": opens_at, "closes_at": closes_at},
    )  # fmt: skip
    if round_.subject == "household":
        round_.file_needed = True  # 先建档、后帮扶: a household is known by its file
    with journal.act():
        refuse_if(_round_faults(round_, spec))
        refuse_if(_desk_faults(rules_of_desks, round_))
        round_.form = FormVersion.objects.create(org=org, key=str(round_.pk), version=1, title=round_.title, spec=spec)
        round_.save(force_insert=True)
        _put_desks(round_, rules_of_desks)
        journal.write(
            "programmes.round_made", actor=actor, at=at, org=org, subject=round_,
            payload={"type": type, "template": template, "previous": str(previous.pk) if previous else ""},
        )  # fmt: skip
        return round_


def change_round(
    *,
    round_: Round,
    values: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    fields: Sequence[Mapping[str, Any]] | None = None,
    desk_rules: Sequence[desks.DeskRule] | None = None,
    note: str = "",
) -> Round:
    """Change a draft; of an open round only what takes nothing from who has applied. A form that somebody has
    begun to fill in is not changed under their hands. What is as it was is no change, and leaves no entry."""
    _known_only(values)
    with journal.act():
        round_ = lock_round(round_)
        actor.must(powers.OPEN, round_.org)
        if round_.state not in ("draft", "open"):
            refuse("round_fixed", "已经截止的项目不能再修改。", fact=round_.state_label)
        values = {name: value for name, value in values.items() if _plain(value) != _plain(getattr(round_, name))}
        if fields is not None and _spec_told(fields) == _spec_told(round_.form.spec["fields"]):
            fields = None
        if desk_rules is not None and _desks_told(desk_rules) == _desks_told(desk_rules_of(round_)):
            desk_rules = None
        if not values and fields is None and desk_rules is None:
            return round_
        begun = Application.objects.filter(round=round_).exists()
        if round_.state == "open":
            fixed = [name for name in values if name not in WHILE_OPEN]
            if fixed or desk_rules is not None:
                refuse(
                    "round_open",
                    "已开放申报的项目不能改条件和审核环节。",
                    fact="、".join(fixed),
                    cure="请取消后另开一轮。",
                )
        if begun and fields is not None:
            refuse("form_in_use", "已经有人开始填报，不能再改申报表。", cure="请另开一轮，或取消本轮。")
        for name, value in values.items():
            setattr(round_, name, value)
        spec = {"fields": list(fields)} if fields is not None else round_.form.spec
        refuse_if(_round_faults(round_, spec))
        if desk_rules is not None:
            refuse_if(_desk_faults(desk_rules, round_))
            round_.desks.all().delete()
            _put_desks(round_, desk_rules)
        if fields is not None:
            FormVersion.objects.filter(pk=round_.form_id).update(spec=spec, title=round_.title)
            round_.form.spec = spec
        round_.save()
        journal.write(
            "programmes.round_changed", actor=actor, at=at, org=round_.org, subject=round_, note=note,
            payload={"fields": sorted(values), "form": fields is not None, "desks": desk_rules is not None},
        )  # fmt: skip
        return round_


def _plain(value: Any) -> Any:
    """As the database keeps it: a list of a form and the list that was read are the same."""
    return json.loads(json.dumps(value)) if isinstance(value, list | tuple | dict) else value


def _spec_told(fields: Sequence[Mapping[str, Any]]) -> Any:
    """What a form asks, without what it does not ask: no limit, not required, the first stage."""
    told = [
        {name: value for name, value in one.items() if value not in (None, False, "", []) and (name, value) != ("stage", 1)}
        for one in fields
    ]  # fmt: skip
    return _plain(told)


def _desks_told(rows: Sequence[desks.DeskRule]) -> list[tuple[Any, ...]]:
    """Who reviews, in order; what the union is called is none of it."""
    return [
        (one.place, one.label, one.role, one.days, one.unit, one.stage, one.org.id if one.org else "") for one in rows
    ]


def open_round(*, round_: Round, actor: Actor, at: datetime) -> Round:
    """Open for applications; the form is published with it and stays as it is."""
    with journal.act():
        round_ = lock_round(round_)
        kind = TYPES.get(round_.type)
        facts = moves.OpenFacts(
            now=at,
            opens_at=round_.opens_at,
            closes_at=round_.closes_at,
            title=round_.title,
            fields=len(round_.form.spec.get("fields", ())),
            desks=round_.desks.count(),
            form_faults=tuple(forms.spec_faults(round_.form.spec)),
            notice_days=round_.notice_days,
            notice_least=kind.notice_least,
            notice_phone=round_.notice_phone,
            decides=round_.decides,
            org_active=round_.org.state == "active",
        )
        journal.move(round_, "open", actor=actor, at=at, facts=facts, changes={"state_on": day_of(at)})
        FormVersion.objects.filter(pk=round_.form_id).update(published_at=at, published_by=_person(actor))
        return round_


def extend_round(*, round_: Round, until: datetime, reason: str, actor: Actor, at: datetime) -> Round:
    """A later closing time; those who have begun are told."""
    with journal.act():
        round_ = lock_round(round_)
        actor.must(powers.OPEN, round_.org)
        if round_.state != "open":
            refuse("round_not_open", "只有正在申报的项目可以延长。", fact=round_.state_label)
        refuse_if(moves.may_extend(moves.UntilFacts(at, round_.closes_at, until)))
        before, round_.closes_at = round_.closes_at, until
        round_.save(update_fields=["closes_at"])
        journal.write(
            "programmes.round_extended", actor=actor, at=at, org=round_.org, subject=round_, note=reason,
            payload={"from": before.isoformat() if before else "", "to": until.isoformat()},
        )  # fmt: skip
        unfinished = Application.objects.filter(round=round_, state__in=("draft", "returned"))
        words = {"title": round_.title, "until": f"{until:%Y-%m-%d %H:%M}", "reason": reason}
        tell(unfinished, "programmes.round_extended", words, at)
        return round_


def close_round(*, round_: Round, actor: Actor, at: datetime, reason: str = "") -> Round:
    """No further applications; desks go on. Drafts stay with their owners and lapse when the round is finished."""
    with journal.act():
        round_ = lock_round(round_)
        journal.move(
            round_, "close", actor=actor, at=at, note=reason, facts=moves.CloseFacts(at, round_.closes_at, reason),
            changes={"state_on": day_of(at), "state_why": reason.strip()[:200]},
        )  # fmt: skip
        return round_


def reopen_round(*, round_: Round, until: datetime | None, actor: Actor, at: datetime, reason: str = "") -> Round:
    with journal.act():
        round_ = lock_round(round_)
        facts = moves.UntilFacts(at, round_.closes_at, until, decided=round_.decisions.exists())
        journal.move(
            round_, "reopen", actor=actor, at=at, note=reason, facts=facts,
            changes={"closes_at": until, "state_on": day_of(at)},
        )  # fmt: skip
        return round_


def cancel_round(*, round_: Round, reason: str, actor: Actor, at: datetime) -> int:
    """Call a round off; every applicant is told why. Answers how many."""
    with journal.act():
        round_ = lock_round(round_)
        awarded = Application.objects.filter(round=round_, state__in=("awarded", "revoked", "on_notice")).count()
        facts = moves.EndFacts(awarded=awarded, reason=reason)
        entry = journal.move(
            round_, "cancel", actor=actor, at=at, note=reason, facts=facts,
            changes={"state_on": day_of(at), "state_why": reason.strip()[:200]},
        )  # fmt: skip
        return _lapse(round_, actor, at, f"项目取消：{reason.strip()}", entry, "programmes.round_cancelled", reason)


def finish_round(*, round_: Round, actor: Actor, at: datetime) -> int:
    """Everything has its result: what the meeting did not choose is told so in the type's words, drafts lapse."""
    with journal.act():
        round_ = lock_round(round_)
        held = Application.objects.filter(round=round_)
        open_ = held.filter(state="on_notice").count()
        open_ += held.filter(state="in_review", ready=False).count()
        entry = journal.move(
            round_, "finish", actor=actor, at=at, facts=moves.EndFacts(open=open_), changes={"state_on": day_of(at)}
        )
        rest = held.filter(state="in_review", ready=True).select_related("org")
        left_out = list(rest)
        if left_out:
            words = TYPES.get(round_.type).words
            journal.move_many(
                rest, "leave_out", actor=actor, at=at, org=round_.org, cause=entry,
                changes={"decided_on": day_of(at), "outcome": words.declined, "ready": False},
            )  # fmt: skip
            tell(left_out, "programmes.declined", {"title": round_.title, "word": words.declined, "reason": ""}, at)
        never_mended = list(held.filter(state="returned"))
        _lapse(round_, actor, at, "项目办结前没有补正", entry)
        if never_mended:
            words = {
                "title": round_.title,
                "word": TYPES.get(round_.type).words.declined,
                "reason": "项目办结前没有收到补正。",
            }
            tell(never_mended, "programmes.declined", words, at)
        return len(left_out)


def _lapse(
    round_: Round, actor: Actor, at: datetime, why: str, entry: Any, template: str = "", reason: str = ""
) -> int:
    waiting = Application.objects.filter(round=round_, state__in=("draft", "returned", "in_review"))
    told = list(waiting)
    if told:
        journal.move_many(
            waiting.select_related("org"), "lapse", actor=actor, at=at, org=round_.org, cause=entry,
            changes={"outcome": why[:300], "decided_on": day_of(at), "ready": False},
        )  # fmt: skip
        if template:
            tell(told, template, {"title": round_.title, "reason": f"原因：{reason.strip()}。"}, at)
    return len(told)


def _known_only(values: Mapping[str, Any]) -> None:
    if unknown := set(values) - set(SETTABLE):
        raise ValueError(f"not facts of a round: {sorted(unknown)}")


def _defaults(kind: ProgrammeType) -> dict[str, Any]:
    made = {name: getattr(kind, name) for name in FROM_TYPE}
    return made | {
        "conditions": [dict(row) for row in kind.shared],
        "params": dict(kind.params),
        "criteria": [dict(row) for row in kind.criteria],
        "fields": [dict(row) for row in kind.fields],
        "brief": kind.brief,
        "desks": [
            desks.DeskRule(number, one.place, one.label, one.role, one.days, one.unit, one.stage)
            for number, one in enumerate(kind.desks, start=1)
        ],
    }


def _filled(fields: Sequence[Mapping[str, Any]], today: date) -> list[dict[str, Any]]:
    """Choices that come from a dated list of another app are those of today; an empty list has no field."""
    found = []
    for one in fields:
        row = dict(one)
        if row.get("source") == "trades":
            row["choices"] = [[code, name] for code, name, _group, _since in trade_rows(today)]
            if len(row["choices"]) < 2:
                continue
        found.append(row)
    return found


def _of_previous(previous: Round) -> dict[str, Any]:
    """Last year's values; dates, title and numbers of the year are the caller's."""
    made = {
        name: getattr(previous, name) for name in SETTABLE if name not in ("title", "year", "opens_at", "closes_at")
    }
    return made | {"fields": previous.form.spec["fields"], "desks": desk_rules_of(previous)}


def desk_rules_of(round_: Round) -> list[desks.DeskRule]:
    """The desks of a round as the rules read them."""
    return [
        desks.DeskRule(
            one.number, one.place, one.label, one.role, one.days, one.day_unit, one.stage,
            node_of(one.org) if one.org_id else None,
        )
        for one in round_.desks.select_related("org")
    ]  # fmt: skip


def node_of(org: Any) -> desks.Node:
    return desks.Node(str(org.pk), org.name, org.short_name or org.name, org.kind, org.code)


def _put_desks(round_: Round, rows: Sequence[desks.DeskRule]) -> None:
    RoundDesk.objects.bulk_create(
        RoundDesk(
            round=round_, number=number, place=one.place, org_id=one.org.id if one.org else None, role=one.role,
            label=one.label, days=one.days, day_unit=one.unit, stage=one.stage,
        )
        for number, one in enumerate(rows, start=1)
    )  # fmt: skip


def _desk_faults(rows: Sequence[desks.DeskRule], round_: Round) -> list[Reason]:
    found = desks.desk_faults(rows, sensitive=round_.sensitive)
    for row in rows:
        code = row.org.code if row.org else ""
        if row.org is not None and not (round_.org.code == code or _covers(row.org.id, round_.org)):
            found.append(Reason("desk_below", f"“{row.org.name}”不是主办工会或它的上级，不能设为审核环节。", fact=code))
    return found


def _covers(upper_id: str, org: Any) -> bool:
    return org.__class__.objects.filter(pk=upper_id, below__descendant=org, below__until__isnull=True).exists()


def _round_faults(round_: Round, spec: Mapping[str, Any]) -> list[Reason]:
    found = forms.spec_faults(spec)
    found += conditions.faults(round_.conditions, round_.subject)
    found += panel.criteria_faults(round_.criteria)
    if not round_.title or len(round_.title) > 120:
        found.append(Reason("title_bad", "请填写项目名称，不超过 120 个字。"))
    if round_.closes_at is not None and round_.closes_at <= round_.opens_at:
        found.append(Reason("closes_before_opens", "截止时间须晚于开始时间。"))
    if round_.sensitive and round_.notice_place not in ("", "unit"):
        found.append(
            Reason(
                "sensitive_outside", "涉及隐私的项目只能在本单位内张榜，不能上网公示。", fact=round_.notice_place,
                clause="《个人信息保护法》第二十五条、第二十八条", cure="请把公示地点改为本单位张榜。",
            )
        )  # fmt: skip
    if bool(round_.notice_place) != bool(round_.notice_days):
        found.append(Reason("notice_half", "公示地点和公示天数要么都填，要么都不填。"))
    if isinstance(round_.amount, int) and round_.amount < 0:
        found.append(Reason("amount_bad", "金额不能是负数。"))
    keys = [row.get("key") for row in round_.tiers]
    if len(set(keys)) < len(keys) or not all(row.get("label") for row in round_.tiers):
        found.append(Reason("tiers_bad", "档次要有不同的代号和名称。"))
    return found


def _person(actor: Actor) -> Any:
    return one_of(related("person").objects.filter(pk=actor.person_id)) if actor.person_id else None
