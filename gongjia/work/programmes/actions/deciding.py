"""The decision over a round, its notice, what an objection does to it, and who moves up."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Reason, Refused, refuse
from gongjia.work.programmes import powers
from gongjia.work.programmes.actions.awarding import award_many
from gongjia.work.programmes.actions.common import by_person, day_of, lock_round, plain_answers, tell
from gongjia.work.programmes.models import Application, Award, Decision, Round
from gongjia.work.programmes.queries.facts import Who, conditions_of, gather, hold_subjects, subject_of
from gongjia.work.programmes.queries.quotas import places_taken
from gongjia.work.programmes.registry import TYPES
from gongjia.work.programmes.rules import moves
from gongjia.work.programmes.rules.facts import Facts, in_turn
from gongjia.work.publish import actions as notices
from gongjia.work.publish import queries as notice_queries

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Choice:
    """One application that the meeting chose. `amount` in fen when the meeting set another than the computed one."""

    application: UUID
    tier: str = ""
    amount: int | None = None


def decide(
    *,
    round_: Round,
    choices: Sequence[Choice],
    decided_on: date,
    actor: Actor,
    at: datetime,
    number: str = "",
    meeting: str = "",
    attachment: Any = None,
    note: str = "",
    ground: str = "",
    supplement_of: Decision | None = None,
) -> Decision:
    """Enter what a meeting decided: those chosen go on notice, or are awarded at once where there is none.

    All or none: one that may not be chosen refuses the whole, since the document names them together.
    """
    if not choices:
        refuse("nobody_chosen", "请至少选一件。")
    if decided_on > day_of(at):
        refuse("decided_in_future", "决定日期不能晚于今天。", fact=str(decided_on))
    with journal.act():
        round_ = lock_round(round_)
        chosen = _locked(round_, choices)
        place = _decider(round_, chosen, actor)
        facts = _choose_facts(round_, chosen, choices, day_of(at))
        _refuse_faults(chosen, facts, "choose")
        decision = Decision.objects.create(
            round=round_, org=place, number=number.strip(), meeting=meeting.strip(), decided_on=decided_on,
            attachment=attachment, supplement_of=supplement_of, **by_person(actor),
        )  # fmt: skip
        entry = journal.write(
            "programmes.moved_up" if supplement_of else "programmes.decided", actor=actor, at=at, org=place,
            subjects=[round_, decision], note=note,
            payload={"number": number, "meeting": meeting, "count": len(chosen), "decided_on": decided_on.isoformat()},
        )  # fmt: skip
        _set_tiers(chosen, choices)
        if round_.notice_days:
            _on_notice(round_, decision, chosen, facts, ground, actor, at, entry)
        else:
            award_many(chosen, "award", facts=facts, actor=actor, at=at, cause=entry, decision=decision)
        if round_.state == "closed":  # while it is open further decisions may follow
            journal.move(round_, "decide", actor=actor, at=at, changes={"state_on": day_of(at)}, cause=entry)
        return decision


@dataclass
class Settled:
    """What became of a decision's notice."""

    awarded: list[Award] = field(default_factory=list)
    struck: list[Application] = field(default_factory=list)
    moved_up: Decision | None = None
    tied: list[Application] = field(default_factory=list)  # equal ranks: the meeting must say who moves up
    waiting: tuple[Reason, ...] = ()


def settle_notice(*, decision: Decision, actor: Actor, at: datetime) -> Settled:
    """Do what the notice has made due: strike whom an upheld objection took off, let the next in the ranking move
    up, and, once it has run its days and nothing is open, award the others. May be called again at any time."""
    done = Settled()
    with journal.act():
        round_ = lock_round(decision.round_id)
        actor.must(powers.DECIDE, round_.org)
        held = _on_notice_of(decision)
        if not held:
            return done
        struck = notice_queries.struck_refs([decision.notice_id])
        open_ = notice_queries.open_objections([decision.notice_id]).get(decision.notice_id, 0)
        ended = notice_queries.ended(decision.notice_id, at)
        facts = {one.pk: moves.ConfirmFacts(ended, open_, one.pk not in struck) for one in held}
        done.struck = [one for one in held if one.pk in struck]
        if done.struck:
            _strike(round_, decision, done, facts, actor, at)
        rest = [one for one in held if one.pk not in struck]
        if rest:
            done.waiting = tuple(moves.may_confirm(moves.ConfirmFacts(ended, open_)))
            if not done.waiting:
                entry = journal.write(
                    "programmes.awarded", actor=actor, at=at, org=round_.org, subjects=[round_, decision],
                    payload={"count": len(rest)},
                )  # fmt: skip
                done.awarded = award_many(
                    rest, "confirm", facts={one.pk: facts[one.pk] for one in rest}, actor=actor, at=at, cause=entry,
                    decision=decision,
                )  # fmt: skip
        return done


def settle_due_notices(*, actor: Actor, at: datetime) -> dict[str, int]:
    """Every decision whose notice has something due. For the timed job; one transaction for each decision."""
    found = Decision.objects.filter(applications__state="on_notice", notice__isnull=False).distinct()
    counts = {"awarded": 0, "struck": 0}
    for decision in found.order_by("pk"):
        try:
            done = settle_notice(decision=decision, actor=actor, at=at)
        except Refused as refused:  # one decision that an officer must look at holds up no other
            log.warning("the notice of decision %s is not settled: %s", decision.pk, ", ".join(refused.codes))
            continue
        counts["awarded"] += len(done.awarded)
        counts["struck"] += len(done.struck)
    return counts


def renotice(*, decision: Decision, actor: Actor, at: datetime, ground: str = "") -> Decision:
    """A notice that was taken down proves nothing: the names hang again, for the full days."""
    with journal.act():
        round_ = lock_round(decision.round_id)
        actor.must(powers.DECIDE, round_.org)
        if decision.notice is None or decision.notice.state != "taken_down":
            refuse("notice_stands", "原公示没有撤下，不用重新公示。")
        held = _on_notice_of(decision)
        if not held:
            refuse("nobody_on_notice", "这个决定里没有正在公示的人选。")
        entry = journal.write(
            "programmes.noticed", actor=actor, at=at, org=round_.org, subjects=[round_, decision],
            payload={"again": True, "count": len(held)},
        )  # fmt: skip
        _post(round_, decision, held, ground, actor, at, entry)
        return decision


def _on_notice_of(decision: Decision) -> list[Application]:
    return list(
        Application.objects.select_for_update(of=("self",))
        .filter(decision=decision, state="on_notice")
        .select_related("round__org", "round__form", "org")
        .order_by("rank", "submitted_at", "pk")
    )


def _decider(round_: Round, chosen: Sequence[Application], actor: Actor) -> Any:
    """Whose decision it is: the opener's; of a standing round (joining, founding) the union's that counts, since
    the next higher union approves (工会法 12)."""
    places = {one.org_id: one.org for one in chosen}
    if TYPES.get(round_.type).opens_always and not actor.can(powers.DECIDE, round_.org):
        for place in places.values():
            actor.must(powers.DECIDE, place)
        return next(iter(places.values()))
    actor.must(powers.DECIDE, round_.org)
    return round_.org


def _locked(round_: Round, choices: Sequence[Choice]) -> list[Application]:
    keys = [one.application for one in choices]
    if len(set(keys)) < len(keys):
        refuse("chosen_twice", "同一件选了两次。")
    held = {
        one.pk: one
        for one in Application.objects.select_for_update(of=("self",))
        .filter(pk__in=keys, round=round_)
        .select_related("round__org", "round__form", "org")
        .order_by("pk")
    }
    if len(held) < len(keys):
        refuse("chosen_unknown", "选中的申报里有不属于这个项目的。")
    return [held[key] for key in keys]


def _choose_facts(
    round_: Round, chosen: Sequence[Application], choices: Sequence[Choice], today: date
) -> dict[UUID, moves.ChooseFacts]:
    """Each one's conditions as they are today; places of the round and of each tier after this decision."""
    kind = TYPES.get(round_.type)
    hold_subjects(round_, chosen, today)
    whos = [
        Who(
            one.pk, one.person_id, one.for_org_id, one.household_id,
            # what the meeting set stands for what was asked: it passes the same caps
            plain_answers(one) | ({kind.asks: choice.amount} if kind.asks and choice.amount is not None else {}),
            True, one.pk,
        )
        for one, choice in zip(chosen, choices, strict=True)
    ]  # fmt: skip
    alone = gather(round_, whos, today)

    def amount_of(place: int, known: Facts) -> tuple[int, str]:
        set_, tier = choices[place].amount, choices[place].tier or chosen[place].tier
        return set_ if set_ is not None else max(0, int(kind.amount(known, tier))), tier

    turns = in_turn([alone[one.pk] for one in chosen], [subject_of(one) for one in chosen], amount_of)
    facts = {one.pk: turn for one, turn in zip(chosen, turns, strict=True)}
    left = None if round_.quota is None else round_.quota - places_taken(round_) - len(chosen)
    tiers = {row["key"]: row for row in round_.tiers}
    tier_left: dict[str, int] = {}
    for key, row in tiers.items():
        if row.get("quota"):
            asked = sum(one.tier == key for one in choices)
            tier_left[key] = int(row["quota"]) - places_taken(round_, key) - asked
    return {
        one.pk: moves.ChooseFacts(
            ready=one.ready,
            places_left=left,
            conditions=tuple(conditions_of(round_, facts[one.pk])),
            tier_known=not choice.tier or choice.tier in tiers,
            tier_left=tier_left.get(choice.tier),
        )
        for one, choice in zip(chosen, choices, strict=True)
    }


def _refuse_faults(chosen: Sequence[Application], facts: dict[UUID, Any], arc: str) -> None:
    found: dict[Reason, None] = {}
    for one in chosen:
        for reason in one.FLOW.check(arc, one.state, facts[one.pk]):
            whole = reason.code in ("round_quota_full", "tier_full")
            named = reason if whole else Reason(
                reason.code, f"{one.applicant_name}（{one.number}）：{reason.sentence}", reason.fact, reason.clause, reason.cure
            )  # fmt: skip
            found[named] = None
    if found:
        raise Refused(list(found)[:50])


def _set_tiers(chosen: Sequence[Application], choices: Sequence[Choice]) -> None:
    changed = []
    for one, choice in zip(chosen, choices, strict=True):
        one.tier = choice.tier or one.tier
        if choice.amount is not None:
            if choice.amount < 0:
                refuse("amount_bad", "金额不能是负数。")
            one.amount, one.amount_set = choice.amount, True
        changed.append(one)
    Application.objects.bulk_update(changed, ["tier", "amount", "amount_set"], batch_size=500)


def _on_notice(
    round_: Round, decision: Decision, chosen: Sequence[Application], facts: dict[UUID, Any], ground: str,
    actor: Actor, at: datetime, entry: Any,
) -> None:  # fmt: skip
    journal.move_many(
        Application.objects.filter(pk__in=[one.pk for one in chosen]).select_related("org"), "choose",
        actor=actor, at=at, org=round_.org, facts=facts, cause=entry,
        changes={"decision": decision, "decided_on": decision.decided_on, "ready": False},
    )  # fmt: skip
    _post(round_, decision, chosen, ground, actor, at, entry)
    tell(chosen, "programmes.chosen", {"title": round_.title}, at)


def _post(
    round_: Round, decision: Decision, chosen: Sequence[Application], ground: str, actor: Actor, at: datetime,
    entry: Any,
) -> None:  # fmt: skip
    kind = TYPES.get(round_.type)
    labels = {row["key"]: row["label"] for row in round_.tiers}
    body = f"经研究，拟对以下{len(chosen)}{kind.words.unit}予以{kind.words.act}，现予公示。如有异议，请在公示期内向受理电话反映。"
    notice = notices.draft_notice(
        org=round_.org,
        title=f"{round_.title}公示"[:120],
        body=body,
        lines=[
            notices.Line(
                one.pk, one.applicant_name, one.org.name, labels.get(one.tier, kind.label), union=one.subject == "org"
            )
            for one in chosen
        ],
        place=round_.notice_place,
        days=round_.notice_days,
        day_unit=round_.notice_unit,
        sensitive=round_.sensitive,
        phone=round_.notice_phone,
        ground=ground or f"《{round_.title}》通知"[:120],
        document_no=decision.number[:60],
        actor=actor,
        at=at,
    )
    notices.post(notice=notice, actor=actor, at=at)
    decision.notice = notice
    decision.save(update_fields=["notice"])


def _strike(
    round_: Round, decision: Decision, done: Settled, facts: dict[UUID, Any], actor: Actor, at: datetime
) -> None:
    journal.move_many(
        Application.objects.filter(pk__in=[one.pk for one in done.struck]).select_related("org"), "strike",
        actor=actor, at=at, org=round_.org, facts={one.pk: facts[one.pk] for one in done.struck},
        changes={"outcome": "公示期内异议成立", "decided_on": day_of(at)},
    )  # fmt: skip
    word = TYPES.get(round_.type).words.declined
    tell(done.struck, "programmes.declined", {"title": round_.title, "word": word, "reason": "公示期内异议成立。"}, at)
    _move_up(round_, decision, len(done.struck), done, actor, at)


def _move_up(round_: Round, decision: Decision, places: int, done: Settled, actor: Actor, at: datetime) -> None:
    """The next in the ranking take the places that came free; equal ranks at the edge are named, not guessed."""
    waiting = list(
        Application.objects.filter(round=round_, state="in_review", ready=True, rank__isnull=False)
        .order_by("rank", "pk")[: places + 50]
    )  # fmt: skip
    waiting = _still_eligible(round_, waiting, day_of(at))
    chosen = waiting[:places]
    if not chosen:
        return
    if len(waiting) > places and waiting[places].rank == chosen[-1].rank:
        edge = chosen[-1].rank
        done.tied = [one for one in waiting if one.rank == edge]
        chosen = [one for one in chosen if one.rank != edge]
    if chosen:
        tiers = {one.pk: tier for one, tier in zip(chosen, [row.tier for row in done.struck], strict=False)}
        done.moved_up = decide(
            round_=round_,
            choices=[Choice(one.pk, tiers.get(one.pk, "")) for one in chosen],
            decided_on=day_of(at),
            number=decision.number,
            meeting=decision.meeting,
            note="异议成立后按名次递补",
            supplement_of=decision,
            actor=actor,
            at=at,
        )


def _still_eligible(round_: Round, waiting: list[Application], today: date) -> list[Application]:
    """Without those for whom a condition no longer holds: they do not move up, and hold nobody else up."""
    whos = [
        Who(one.pk, one.person_id, one.for_org_id, one.household_id, plain_answers(one), True, one.pk)
        for one in waiting
    ]  # fmt: skip
    facts = gather(round_, whos, today)
    return [one for one in waiting if not moves.unmet(conditions_of(round_, facts[one.pk]))]
