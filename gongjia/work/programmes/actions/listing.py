"""A list handed in at the counter (代办): many papers of one round at once, each with the same checks as one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Reason, Refused, refuse
from gongjia.who.members.queries import spells_on
from gongjia.work.programmes import powers
from gongjia.work.programmes.actions import applying, drafts
from gongjia.work.programmes.actions.common import by_person, day_of, sealed_text, tell
from gongjia.work.programmes.models import Application, AwardCheck, NumberSeries, Round
from gongjia.work.programmes.queries.facts import Who, conditions_of, gather
from gongjia.work.programmes.queries.scope import related
from gongjia.work.programmes.registry import TYPES
from gongjia.work.programmes.rules import desks, forms, moves
from gongjia.work.programmes.states import LIVE

MOST_AT_ONCE = 500


@dataclass(frozen=True)
class Paper:
    """One form on the pile: whose it is, what it says, when it was handed in."""

    answers: Mapping[str, Any]
    happened_on: date
    person_id: UUID | None = None
    for_org: Any = None
    contest_result: UUID | None = None  # where the round is about results of contests


@dataclass
class HandedIn:
    """What came of a pile. `refused`: which paper (counted from 1), and why."""

    done: list[Application] = field(default_factory=list)
    refused: list[tuple[int, tuple[Reason, ...]]] = field(default_factory=list)


def hand_in_list(*, round_: Round, papers: Sequence[Paper], actor: Actor, at: datetime) -> HandedIn:
    """Hand in a pile of papers for members or unions. What may not go in is named and stays out; the others go in
    together, with one entry. Raises `Forbidden` when the actor may not fill in for one of the unions."""
    if len(papers) > MOST_AT_ONCE:
        refuse("too_many", f"一次最多提交 {MOST_AT_ONCE} 件。", fact=str(len(papers)))
    handed = HandedIn()
    with journal.act():
        round_ = Round.objects.select_related("org", "form").get(pk=round_.pk)
        made = _drafts(round_, papers, actor, at, handed)
        if not made:
            return handed
        fine, facts = _checked(round_, made, papers, actor, at, handed)
        if not fine:
            return handed
        try:
            with transaction.atomic():
                _put(round_, fine, facts, actor, at)
        except IntegrityError as error:
            if "application_claim_once" not in str(error):
                raise
            raise Refused(
                Reason("applied_meanwhile", "名单里有人刚刚由别处提交。", cure="请重新提交，已提交的会被指出来。")
            ) from error
        handed.done = [one for _, one in fine]
        handed.refused.sort(key=lambda row: row[0])
        _tell(round_, handed.done, at)
    return handed


def _drafts(
    round_: Round, papers: Sequence[Paper], actor: Actor, at: datetime, handed: HandedIn
) -> list[tuple[int, Application]]:
    """An application for each paper, with the union that counts and the household it is of; nothing written yet."""
    today, of_unions = day_of(at), round_.subject == "org"
    people = related("person").objects.in_bulk([one.person_id for one in papers if one.person_id])
    spells = {
        row.person_id: row for row in spells_on(today).filter(person_id__in=people).select_related("org").order_by("pk")
    }
    files = _households(round_, list(people), today)
    entered = by_person(actor)["by_id"]
    allowed: set[UUID] = set()
    made = []
    for number, paper in enumerate(papers, 1):
        person = None if of_unions or paper.person_id is None else people.get(paper.person_id)
        spell = spells.get(person.pk) if person is not None else None
        place = paper.for_org if of_unions else spell.org if spell is not None else round_.org
        reasons = _paper_faults(paper, person, today, of_unions)
        if (round_.subject == "result") != (paper.contest_result is not None):
            reasons.append(Reason("result_missing", "竞赛奖励要由认定的名次列入。", cure="请在竞赛的名次页列入。"))
        if reasons:
            handed.refused.append((number, tuple(reasons)))
            continue
        if place.pk not in allowed:
            actor.must(powers.COUNTER, place)
            allowed.add(place.pk)
        one = Application(
            round=round_,
            type=round_.type,
            subject=round_.subject,
            person=person,
            applicant_name=place.name if of_unions else person.name,
            org=place,
            scope_org=place,
            for_org=place if of_unions else None,
            household=files.get(person.pk) if person is not None else None,
            contest_result_id=paper.contest_result,
            sensitive=round_.sensitive,
            saved_at=at,
            counter=True,
            happened_on=paper.happened_on,
            entered_by_id=entered,
        )
        made.append((number, one))
    return made


def _paper_faults(paper: Paper, person: Any, today: date, of_unions: bool) -> list[Reason]:
    found = []
    if of_unions and paper.for_org is None:
        found.append(Reason("org_missing", "请选定替哪家工会申报。"))
    if not of_unions and (person is None or person.merged_into_id is not None):
        found.append(
            Reason("person_unknown", "系统里还没有这个人的会员资料，不能申报。", cure="请先办理入会，或核对是哪一位。")
        )
    if paper.happened_on > today:
        found.append(
            Reason("happened_on", "代办要写明收到申请的日期，不能晚于今天。", fact=paper.happened_on.isoformat())
        )
    return found


def _households(round_: Round, people: Sequence[UUID], today: date) -> dict[UUID, Any]:
    """Person -> the file in force of the household, where the round is about households or needs one."""
    if not people or not (round_.subject == "household" or round_.file_needed):
        return {}
    rows = related("household")._meta.get_field("members").related_model
    found = rows.objects.filter(
        person_id__in=people, since__lte=today, file__state="active", file__opened_on__lte=today
    ).exclude(until__lte=today)
    return {row.person_id: row.file for row in found.select_related("file")}


def _checked(
    round_: Round, made: list[tuple[int, Application]], papers: Sequence[Paper], actor: Actor, at: datetime,
    handed: HandedIn,
) -> tuple[list[tuple[int, Application]], dict[UUID, moves.SubmitFacts]]:  # fmt: skip
    """Answers, conditions, claim and time of each, by a fixed number of queries; the fine ones are made ready."""
    spec, today = round_.form.spec, day_of(at)
    given = {one.pk: drafts.merge({}, papers[number - 1].answers, spec) for number, one in made}
    known = _known(spec, list(given.values()), actor, at)
    checked = {pk: forms.check_answers(spec, answers, stage=1, known=known) for pk, answers in given.items()}
    whos = [
        Who(one.pk, one.person_id, one.for_org_id, one.household_id, checked[one.pk].answers,
            answered=not checked[one.pk].faults, besides=one.pk)
        for _, one in made
    ]  # fmt: skip
    facts = gather(round_, whos, today)
    ways: dict[UUID, list[desks.Stop]] = {}
    claims = {one.pk: applying._claim(one, checked[one.pk].answers) for _, one in made}
    taken = _taken(claims.values())
    desk_columns: dict[Any, dict[str, Any]] = {}
    fine, guards = [], {}
    for number, one in made:
        stops = ways.setdefault(one.org_id, []) or applying.way_of(round_, one.org)
        ways[one.org_id] = stops
        answers = checked[one.pk]
        guard = moves.SubmitFacts(
            now=applying._handed_in(one, at),
            round_state=round_.state,
            opens_at=round_.opens_at,
            closes_at=round_.closes_at,
            faults=answers.reasons,
            conditions=tuple(conditions_of(round_, facts[one.pk])),
            desks=len(stops),
            taken=taken.get(claims[one.pk], ""),
        )
        if reasons := one.FLOW.check("submit", one.state, guard):
            handed.refused.append((number, tuple(reasons)))
            continue
        if claims[one.pk]:
            taken[claims[one.pk]] = f"名单第 {number} 件"
        open_part, secret_part = answers.split(spec)
        one.answers, one.answers_sealed = open_part, sealed_text(secret_part)
        one.claim_key, one.submitted_at = claims[one.pk], at
        one.amount, one.tier = applying._amount(round_, facts[one.pk]), applying._tier(round_, answers.answers)
        one.score = applying._score(round_, answers.answers, one)
        if stops[0] not in desk_columns:
            desk_columns[stops[0]] = applying.at_desk(stops[0], today)
        for name, value in desk_columns[stops[0]].items():
            setattr(one, name, value)
        one.route = [stop.as_dict() for stop in stops]
        one.scope_org_id = UUID(str(desks.scope_of(stops, str(one.org_id), sensitive=one.sensitive)))
        fine.append((number, one))
        guards[one.pk] = guard
    return fine, guards


def _known(spec: Mapping[str, Any], all_answers: Sequence[Mapping[str, Any]], actor: Actor, at: datetime) -> Any:
    """What the answers of the whole pile may point at: files of the actor's own, persons and unions on file."""
    wanted = {
        kind: set().union(*(forms.wanted(spec, answers, kind) for answers in all_answers))
        for kind in ("file", "person", "union")
    }
    stored = AwardCheck._meta.get_field("attachment").related_model.objects.filter(pk__in=wanted["file"])
    if not actor.everywhere:
        stored = stored.filter(created_by=actor.account_id)
    files = frozenset(str(pk) for pk in stored.values_list("pk", flat=True)) if wanted["file"] else frozenset()
    return forms.Known(
        files=files,
        persons=drafts._ids(related("person").objects.filter(merged_into__isnull=True), wanted["person"]),
        unions=drafts._ids(related("org").objects.filter(state__in=("active", "preparing")), wanted["union"]),
        today=day_of(at),
    )


def _taken(claims: Any) -> dict[str, str]:
    """Claim -> number of the living application that holds it."""
    wanted = {claim for claim in claims if claim}
    if not wanted:
        return {}
    rows = Application.objects.filter(claim_key__in=wanted, state__in=LIVE)
    return {claim: number or "还没有提交的一份" for claim, number in rows.values_list("claim_key", "number")}


def _put(
    round_: Round, fine: Sequence[tuple[int, Application]], facts: Mapping[UUID, Any], actor: Actor, at: datetime
) -> None:
    """Numbers in the order of the pile, the rows in one statement, the move as a set."""
    rows = [one for _, one in fine]
    for one, number in zip(rows, _numbers(round_.type, day_of(at).year, len(rows)), strict=True):
        one.number, one.revision = number, 1
    Application.objects.bulk_create(rows, batch_size=500)
    entry = journal.write(
        "programmes.at_counter", actor=actor, at=at, org=round_.org, subjects=[round_, *rows],
        payload={"round": str(round_.pk), "count": len(rows)},
    )  # fmt: skip
    journal.move_many(
        Application.objects.filter(pk__in=[one.pk for one in rows]).select_related("org"), "submit",
        actor=actor, at=at, org=round_.org, facts=dict(facts), cause=entry,
    )  # fmt: skip
    for one in rows:
        one.state = "in_review"


def _numbers(type_key: str, year: int, count: int) -> list[str]:
    """As `next_number`, for a pile. The series is locked until the act commits: taken last."""
    key = f"{year}-{TYPES.get(type_key).code}"
    NumberSeries.objects.bulk_create([NumberSeries(key=key)], ignore_conflicts=True)
    series = NumberSeries.objects.select_for_update().get(key=key)
    first, series.last = series.last + 1, series.last + count
    series.save(update_fields=["last"])
    return [f"{key}-{first + place:06d}" for place in range(count)]


def _tell(round_: Round, rows: Sequence[Application], at: datetime) -> None:
    words = {"title": round_.title}
    tell(
        rows, "programmes.submitted", words, at,
        each=lambda one: {"number": one.number, "desk": one.route[0]["name"] if one.route else ""},
    )  # fmt: skip
    if TYPES.get(round_.type).opens_always:
        counts: dict[str, int] = {}
        for one in rows:
            counts[str(one.desk_org_id)] = counts.get(str(one.desk_org_id), 0) + 1
        applying.tell_desks(round_, counts, at)
