"""A desk speaks: passes, sends back, declines; one or five hundred at once, with the same checks one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Forbidden, Reason, Refused
from gongjia.work.programmes import powers
from gongjia.work.programmes.actions.applying import at_desk, tell_desks
from gongjia.work.programmes.actions.awarding import award_many
from gongjia.work.programmes.actions.common import by_person, day_of, plain_answers, tell
from gongjia.work.programmes.models import Application, Quota, Review, Round
from gongjia.work.programmes.queries.desks import DeskRights
from gongjia.work.programmes.queries.facts import Who, conditions_of, gather, hold_subjects, subject_of
from gongjia.work.programmes.queries.quotas import used_at
from gongjia.work.programmes.registry import TYPES
from gongjia.work.programmes.rules import desks, moves
from gongjia.work.programmes.rules.facts import Facts, in_turn

MOST_AT_ONCE = 2000
OWN = Reason("own_application", "这是您本人的申报，不能由您自己审核。", cure="请本会其他干部或上级工会办理。")


@dataclass
class Bulk:
    """What a bulk act did: how many went through, and why each of the others did not."""

    done: list[UUID] = field(default_factory=list)
    refused: list[tuple[Application, tuple[Reason, ...]]] = field(default_factory=list)


def pass_on(
    *, application: Application, actor: Actor, at: datetime, reason: str = "", score: Decimal | None = None
) -> Application:
    """One application passes this desk and goes to the next, to the decision, or (where the desk decides) is granted."""
    return _one(review_many(applications=[application], verdict="pass", actor=actor, at=at, reason=reason, score=score))


def send_back(*, application: Application, missing: str, actor: Actor, at: datetime) -> Application:
    """Back to the applicant, saying what is missing; it comes back to this desk."""
    return _one(review_many(applications=[application], verdict="return", actor=actor, at=at, reason=missing))


def decline(*, application: Application, reason: str, actor: Actor, at: datetime) -> Application:
    return _one(review_many(applications=[application], verdict="decline", actor=actor, at=at, reason=reason))


def review_many(
    *,
    applications: Iterable[Application | UUID],
    verdict: str,
    actor: Actor,
    at: datetime,
    reason: str = "",
    score: Decimal | None = None,
) -> Bulk:
    """The same verdict on many: each is checked by itself, those that fail are named and stay where they are.

    Raises `Forbidden` only when the actor may speak at none of the desks. All of one call share a transaction.
    """
    keys = [getattr(one, "pk", one) for one in applications]
    if len(keys) > MOST_AT_ONCE:
        raise Refused(Reason("too_many", f"一次最多审核 {MOST_AT_ONCE} 件。", fact=str(len(keys))))
    with journal.act():
        held = list(
            Application.objects.select_for_update(of=("self",))
            .filter(pk__in=keys)
            .select_related("org", "desk_org")
            .order_by("pk")
        )
        rounds = Round.objects.select_related("org", "form").in_bulk({one.round_id for one in held})
        for one in held:  # one object a round, not one an application
            one.round = rounds[one.round_id]
        rights = DeskRights(actor, held, day_of(at))
        allowed = [one for one in held if rights.how(one)]
        if not allowed:
            raise Forbidden(powers.REVIEW)
        bulk = Bulk()
        for one in held:
            if not rights.how(one):
                bulk.refused.append((one, (rights.why_not(one),)))
        by_round: dict[UUID, list[Application]] = {}
        for one in allowed:
            by_round.setdefault(one.round_id, []).append(one)
        for some in by_round.values():
            _speak(some, verdict, reason.strip(), score, rights, actor, at, bulk)
        return bulk


def _one(bulk: Bulk) -> Application:
    if bulk.refused:
        raise Refused(bulk.refused[0][1])
    return Application.objects.select_related("round", "desk_org", "org").get(pk=bulk.done[0])


def _speak(
    some: list[Application], verdict: str, reason: str, score: Decimal | None, rights: DeskRights, actor: Actor,
    at: datetime, bulk: Bulk,
) -> None:  # fmt: skip
    round_, today = some[0].round, day_of(at)
    guards: Mapping[UUID, Any]
    if verdict == "pass":
        guards = _pass_facts(some, today)
    elif verdict == "return":
        guards = {one.pk: moves.ReturnFacts(reason) for one in some}
    else:
        guards = {one.pk: reason for one in some}
    fine = []
    for one in some:
        arc = _arc(one, verdict)
        reasons = tuple(one.FLOW.check(arc, one.state, guards[one.pk]))
        if actor.person_id is not None and one.person_id == actor.person_id:
            reasons = (OWN, *reasons)
        if reasons:
            bulk.refused.append((one, reasons))
        else:
            fine.append(one)
    if not fine:
        return
    entry = journal.write(
        f"programmes.desk_{verdict}", actor=actor, at=at, org=round_.org, subject=round_,
        payload={"count": len(fine), "verdict": verdict},
    )  # fmt: skip
    _leave_rows(fine, verdict, reason, score, rights, actor, today)
    if verdict == "pass":
        _onwards(fine, guards, reason, actor, at, entry)
    else:
        _stop(fine, verdict, guards, reason, actor, at, entry)
    bulk.done += [one.pk for one in fine]


def _arc(one: Application, verdict: str) -> str:
    if verdict != "pass":
        return verdict
    following = _next(one)
    if following is None:
        return "grant" if one.round.decides == "desk" else "pass"
    return "next_stage" if following.stage > one.stage else "pass"


def _next(one: Application) -> desks.Stop | None:
    return desks.Stop.of(one.route[one.desk_no]) if one.desk_no < len(one.route) else None


def _pass_facts(some: Sequence[Application], today: date) -> dict[UUID, moves.PassFacts]:
    """Conditions as they are today for each, and what is left of the places of each desk's union."""
    round_ = some[0].round
    granted = [one for one in some if _arc(one, "pass") == "grant"]  # their last desk decides
    if granted:
        hold_subjects(round_, granted, today)
    whos = [
        Who(
            one.pk, one.person_id, one.for_org_id, one.household_id, plain_answers(one), answered=True, besides=one.pk
        )
        for one in some
    ]  # fmt: skip
    facts = gather(round_, whos, today)
    facts |= _in_turn(round_, granted, facts)
    left = _places_left(round_, {one.desk_org_id for one in some if one.desk_org_id})
    found = {}
    for one in some:
        here = left.get(one.desk_org_id)
        found[one.pk] = moves.PassFacts(
            conditions=tuple(conditions_of(round_, facts[one.pk])),
            places_left=here,
            desk_name=(one.desk_org.short_name or one.desk_org.name) if one.desk_org else "",
        )
        if here is not None:
            left[one.desk_org_id] = here - 1  # the next of the same call has one place less
    return found


def _in_turn(round_: Round, granted: Sequence[Application], facts: Mapping[UUID, Facts]) -> dict[UUID, Facts]:
    """What each of a household gets here counts for the next of it."""
    kind = TYPES.get(round_.type)

    def amount_of(place: int, known: Facts) -> tuple[int, str] | None:
        if moves.unmet(conditions_of(round_, known)):
            return None  # it is refused, and takes nothing from anybody
        tier = granted[place].tier
        return max(0, int(kind.amount(known, tier))), tier

    turns = in_turn([facts[one.pk] for one in granted], [subject_of(one) for one in granted], amount_of)
    return {one.pk: turn for one, turn in zip(granted, turns, strict=True)}


def _places_left(round_: Any, org_ids: set[Any]) -> dict[Any, int]:
    """Union -> places not yet used by what it recommended; only unions that places were handed to. Locked."""
    quotas = list(Quota.objects.select_for_update().filter(round=round_, org_id__in=org_ids).order_by("pk"))
    used = used_at(round_, [one.org_id for one in quotas]) if quotas else {}
    return {one.org_id: one.given - one.returned - used.get(one.org_id, 0) for one in quotas}


def _leave_rows(
    fine: Sequence[Application], verdict: str, reason: str, score: Decimal | None, rights: DeskRights, actor: Actor,
    today: date,
) -> None:  # fmt: skip
    who = by_person(actor)
    Review.objects.bulk_create(
        [
            Review(
                application=one,
                desk=one.desk_no,
                org_id=one.desk_org_id,
                verdict=verdict,
                reason=reason[:500],
                score=score,
                by_name=actor.label,
                on=today,
                days_over=desks.days_over(one.desk_due, today, desks.unit_at(one.route, one.desk_no)),
                from_above=rights.how(one) == "above",
                **who,
            )
            for one in fine
        ],
        batch_size=1000,
    )


def _onwards(
    fine: Sequence[Application], guards: Mapping[UUID, Any], reason: str, actor: Actor, at: datetime, entry: Any
) -> None:
    today = day_of(at)
    groups: dict[Any, list[Application]] = {}
    for one in fine:
        following = _next(one)
        groups.setdefault((_arc(one, "pass"), following), []).append(one)
    arrived: dict[str, int] = {}
    kind = TYPES.get(fine[0].type)
    for (arc, stop), some in groups.items():
        keys = [one.pk for one in some]
        found = Application.objects.filter(pk__in=keys).select_related("org")
        by = {"actor": actor, "at": at, "org": some[0].round.org, "cause": entry, "note": reason}
        facts = {pk: guards[pk] for pk in keys}
        _hooks_of_pass(kind, some, actor, at, entry)
        if stop is None and arc == "grant":
            award_many(some, "grant", facts=facts, actor=actor, at=at, cause=entry)
            continue
        if stop is None:
            changes = {"ready": True, "desk_org": None, "desk_role": "", "desk_due": None, "desk_since": today}
        elif arc == "next_stage":
            asked = "、".join(
                one["label"] for one in some[0].round.form.spec["fields"] if int(one.get("stage") or 1) == stop.stage
            )
            changes = {**at_desk(stop, today), "stage": stop.stage, "missing": asked}
            words = {"title": some[0].round.title, "desk": _name(some[0]), "missing": asked}
            tell(some, "programmes.next_stage", words, at)
        else:
            changes = at_desk(stop, today)
            arrived[stop.org] = arrived.get(stop.org, 0) + len(some)
        journal.move_many(found, arc, facts=facts, changes=changes, **by)
    tell_desks(fine[0].round, arrived, at)


def _hooks_of_pass(kind: Any, some: Sequence[Application], actor: Actor, at: datetime, entry: Any) -> None:
    if kind.on_pass is None:
        return
    for one in some:
        desk = desks.Stop.of(one.route[one.desk_no - 1])
        kind.on_pass(application=one, desk=desk, values=plain_answers(one), actor=actor, at=at, cause=entry)


def _stop(
    fine: Sequence[Application], verdict: str, guards: Mapping[UUID, Any], reason: str, actor: Actor, at: datetime,
    entry: Any,
) -> None:  # fmt: skip
    round_ = fine[0].round
    found = Application.objects.filter(pk__in=[one.pk for one in fine]).select_related("org")
    by = {"actor": actor, "at": at, "org": round_.org, "cause": entry, "note": reason, "facts": dict(guards)}
    if verdict == "return":
        journal.move_many(found, "return", changes={"missing": reason[:2000]}, **by)
        tell(fine, "programmes.returned", {"title": round_.title, "missing": reason}, at)
        return
    word = TYPES.get(round_.type).words.declined
    journal.move_many(
        found, "decline", changes={"outcome": reason[:300], "decided_on": day_of(at), "ready": False}, **by
    )
    tell(fine, "programmes.declined", {"title": round_.title, "word": word, "reason": reason}, at)


def _name(one: Application) -> str:
    return (one.desk_org.short_name or one.desk_org.name) if one.desk_org else ""
