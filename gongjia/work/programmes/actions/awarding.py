"""Awards: given by set, with certificates, later checks and what each type does on top."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.work.programmes.actions.common import day_of, plain_answers, tell
from gongjia.work.programmes.models import Application, Award, AwardCheck, Decision, NumberSeries
from gongjia.work.programmes.queries.facts import Who, gather, hold_subjects, subject_of
from gongjia.work.programmes.registry import TYPES, ProgrammeType
from gongjia.work.programmes.rules.facts import Facts, in_turn


def award_many(
    some: Sequence[Application],
    arc: str,
    *,
    facts: Mapping[UUID, Any],
    actor: Actor,
    at: datetime,
    cause: Any,
    decision: Decision | None = None,
) -> list[Award]:
    """Move applications of one round to `awarded` and write their awards. Inside the caller's act, rows locked."""
    if not some:
        return []
    round_, today = some[0].round, day_of(at)
    hold_subjects(round_, some, today)
    kind = TYPES.get(round_.type)
    entry = journal.move_many(
        Application.objects.filter(pk__in=[one.pk for one in some]).select_related("org"), arc,
        actor=actor, at=at, org=round_.org, cause=cause, facts=dict(facts),
        changes={"decided_on": today, "ready": False, "desk_org": None, "desk_role": "", "desk_due": None,
                 **({"decision": decision} if decision else {})},
    )  # fmt: skip
    amounts = _amounts(some, kind, today)
    later = kind.later_of(round_.params)
    serials = _serials(kind, round_.year, len(some))
    awards = [
        Award(
            application=one,
            round=round_,
            type=round_.type,
            cycle=round_.cycle,
            org_id=one.org_id,
            person_id=one.person_id,
            for_org_id=one.for_org_id,
            household_id=one.household_id,
            kind=kind.award_kind,
            title=_title(one, kind),
            tier=one.tier,
            amount=amounts[one.pk],
            goods=round_.goods,
            awarded_on=today,
            ready_on=None if later or amounts[one.pk] == 0 else today,
            decision=decision,
            serial=serial,
        )
        for one, serial in zip(some, serials, strict=True)
    ]
    Award.objects.bulk_create(awards, batch_size=1000)
    if entry is not None:  # the award's own timeline begins with what gave it
        entry.subjects += [(Award._meta.label_lower, one.pk) for one in awards]
    if later:
        AwardCheck.objects.bulk_create([AwardCheck(award=one, kind=later) for one in awards], batch_size=1000)
    if kind.on_award is not None:
        for one, award in zip(some, awards, strict=True):
            _hook(kind, one, award, actor, at, entry)
    tell(some, "programmes.awarded", {"title": round_.title, "word": kind.words.award}, at)
    return awards


def _hook(kind: ProgrammeType, one: Application, award: Award, actor: Actor, at: datetime, entry: Any) -> None:
    """What the type does on top: admit a member, enter a union. It may tell which person or union came of it."""
    assert kind.on_award is not None
    made = kind.on_award(
        application=one, award=award, values=plain_answers(one), actor=actor, at=at, cause=entry
    ) or {}  # fmt: skip
    if made:
        Award.objects.filter(pk=award.pk).update(**made)
        Application.objects.filter(pk=one.pk).update(
            **{key: made[key] for key in made if key in ("person", "for_org", "org")}
        )
        for key, value in made.items():
            setattr(award, key, value)


def _amounts(some: Sequence[Application], kind: ProgrammeType, today: date) -> dict[UUID, int]:
    """Fen of each: the amount that the decision set, else what the type computes from facts and tier."""
    if not kind.pays and not any(one.amount or one.round.amount or one.tier for one in some):
        return {one.pk: 0 for one in some}
    whos = [
        Who(one.pk, one.person_id, one.for_org_id, one.household_id, plain_answers(one), True, one.pk) for one in some
    ]
    facts = gather(some[0].round, whos, today)
    found: dict[UUID, int] = {}

    def amount_of(place: int, known: Facts) -> tuple[int, str]:
        one = some[place]
        found[one.pk] = one.amount if one.amount_set else max(0, int(kind.amount(known, one.tier)))
        return found[one.pk], one.tier

    in_turn([facts[one.pk] for one in some], [subject_of(one) for one in some], amount_of)
    return found


def _title(one: Application, kind: ProgrammeType) -> str:
    label = next((row["label"] for row in one.round.tiers if row.get("key") == one.tier), "")
    return (label or one.round.title)[:120]


def _serials(kind: ProgrammeType, year: int, count: int) -> list[str]:
    """`2018-GJ-0007-K3MZQA`: in order, and with a part that cannot be guessed from the next one's."""
    if not kind.certificate:
        return [""] * count
    key = f"{year}-{kind.code}-cert"
    NumberSeries.objects.bulk_create([NumberSeries(key=key)], ignore_conflicts=True)
    series = NumberSeries.objects.select_for_update().get(key=key)
    first, series.last = series.last + 1, series.last + count
    series.save(update_fields=["last"])
    return [
        f"{year}-{kind.code}-{first + place:04d}-{base64.b32encode(secrets.token_bytes(5)).decode()[:6]}"
        for place in range(count)
    ]
