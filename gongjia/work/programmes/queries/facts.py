"""The facts that rules look at, gathered for a whole set of applicants by a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from gongjia.who.members.queries import spells_on
from gongjia.who.orgs.queries import guided_by, in_force
from gongjia.work.programmes.kinds import Once
from gongjia.work.programmes.models import Application, Award, Round
from gongjia.work.programmes.queries.scope import related
from gongjia.work.programmes.registry import TYPES
from gongjia.work.programmes.rules import conditions
from gongjia.work.programmes.rules.facts import Condition, Earlier, Facts, FileFacts, OrgFacts, PersonFacts, RoundFacts

GUIDING = ("industry", "trade")


@dataclass(frozen=True)
class Who:
    """Somebody to gather facts of. `ref` is the caller's own key."""

    ref: Any
    person_id: UUID | None = None
    for_org_id: UUID | None = None
    household_id: UUID | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    answered: bool = False
    besides: UUID | None = None  # an application whose own award is no earlier one


def gather(round_: Round, whos: Sequence[Who], today: date) -> dict[Any, Facts]:
    """ref -> facts. At most nine queries, whatever the number."""
    person_ids = {who.person_id for who in whos if who.person_id}
    org_ids = {who.for_org_id for who in whos if who.for_org_id}
    persons = _persons(person_ids, round_, today)
    orgs = _orgs(org_ids, round_, today)
    files, households = _files(person_ids, {who.household_id for who in whos if who.household_id}, today)
    kin = {pk for members in households.values() for pk in members}
    awards = _awards(round_, person_ids | kin, org_ids)
    chosen = _chosen(round_, person_ids | kin, org_ids)
    facts_of_round = round_facts(round_)
    found = {}
    for who in whos:
        file = files.get(who.household_id) or files.get(who.person_id)
        members = households.get(file.number, frozenset()) if file else frozenset()
        earlier = [
            one for subject, of_person, application, one in awards
            if application is None or application != who.besides
            if subject in ((who.person_id if of_person else who.for_org_id),)
        ]  # fmt: skip
        earlier += [
            _of_household(one) for subject, of_person, _application, one in awards
            if of_person and subject in members and subject != who.person_id
        ]  # fmt: skip
        found[who.ref] = Facts(
            today=today,
            round=facts_of_round,
            person=persons.get(who.person_id, PersonFacts()),
            org=orgs.get(who.for_org_id, OrgFacts()),
            file=file,
            earlier=tuple(earlier),
            pending=tuple(
                one if subject in (who.person_id, who.for_org_id) else _of_household(one)
                for subject, application, one in chosen
                if application != who.besides and subject in (who.person_id, who.for_org_id, *members)
            ),
            answers=who.answers,
            answered=who.answered,
        )
    return found


def conditions_of(round_: Round, facts: Facts) -> list[Condition]:
    """What the round asks, then what its type asks."""
    kind = TYPES.get(round_.type)
    found = conditions.of_round(facts, round_.conditions) + list(kind.conditions(facts))
    return found + (list(kind.check(facts)) if facts.answered else [])


def round_facts(round_: Round) -> RoundFacts:
    kind = TYPES.get(round_.type)
    return RoundFacts(
        id=str(round_.pk), type=round_.type, title=round_.title, cycle=round_.cycle, year=round_.year,
        once_per=round_.once_per, gap_years=round_.gap_years, file_needed=round_.file_needed, amount=round_.amount,
        tiers=tuple(round_.tiers), params={**kind.params, **round_.params}, apply_word=kind.words.apply,
    )  # fmt: skip


def _of_household(one: Earlier) -> Earlier:
    return Earlier(**{**one.__dict__, "of_household": True})


def _reached(round_: Round, org_ids: Iterable[UUID]) -> set[UUID]:
    """Unions guided by the opener of a round when that is an industry or trade union."""
    if round_.org.kind not in GUIDING:
        return set()
    return set(guided_by(round_.org).filter(pk__in=list(org_ids)).values_list("pk", flat=True))


_PERSON = (
    "pk", "name", "sex", "born_on", "employment", "education", "skill_level", "is_rural_worker", "job_post",
    "household_place", "died_on",
)  # fmt: skip


def _persons(ids: set[UUID], round_: Round, today: date) -> dict[UUID, PersonFacts]:
    if not ids:
        return {}
    # the latest spell also tells of one who left; a spell in force tells where the member is today
    spells = {
        row[0]: row[1:]
        for row in spells_on(today).filter(person_id__in=ids).values_list(
            "person_id", "standing", "since", "joined_on", "org_id", "org__name", "org__kind", "org__path", "trade",
            "employer",
        )
    }  # fmt: skip
    model = related("person")
    rest = ids - set(spells)
    left = (
        set(model.objects.filter(pk__in=rest, memberships__isnull=False).values_list("pk", flat=True))
        if rest
        else set()
    )
    guided = _reached(round_, {spell[3] for spell in spells.values()})
    found = {}
    for row in model.objects.filter(pk__in=ids).values_list(*_PERSON):
        pk, spell = row[0], spells.get(row[0])
        found[pk] = PersonFacts(
            known=True,
            name=row[1],
            sex=row[2],
            born_on=row[3],
            standing=spell[0] if spell else "left" if pk in left else "none",
            since=spell[1] if spell else None,
            joined_on=spell[2] if spell else None,
            org_name=spell[4] if spell else "",
            org_kind=spell[5] if spell else "",
            in_area=bool(spell) and (spell[6].startswith(round_.org.path) or spell[3] in guided),
            employment=row[4],
            education=row[5],
            skill_level=row[6],
            is_rural_worker=row[7],
            trade=spell[7] if spell else "",
            employer=spell[8] if spell else "",
            job_post=row[8],
            household_place=row[9],
            died=row[10] is not None,
        )
    return found


def _orgs(ids: set[UUID], round_: Round, today: date) -> dict[UUID, OrgFacts]:
    if not ids:
        return {}
    model = related("org")
    guided = _reached(round_, ids)
    ends = dict(
        model._meta.get_field("terms").related_model.objects.filter(org_id__in=ids, ended_on__isnull=True)
        .values_list("org_id", "ends_on")
    )  # fmt: skip
    members = members_below(ids, today)
    return {
        org.pk: OrgFacts(
            known=True,
            name=org.name,
            kind=org.kind,
            active=org.state == "active",
            in_area=org.path.startswith(round_.org.path) or org.pk in guided,
            founded_on=org.founded_on,
            staff=org.staff_count,
            staff_women=org.staff_women,
            members=members.get(org.pk, 0),
            committee_size=org.committee_size,
            women_committee=org.women_committee,
            audit_committee=org.audit_committee,
            term_ends_on=ends.get(org.pk),
            uscc=org.uscc,
            employer_name=org.employer_name,
        )
        for org in model.objects.filter(pk__in=ids)
    }


def members_below(ids: Iterable[UUID], today: date) -> dict[UUID, int]:
    """Active members of unions with all below them, today. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select o.id, count(*) from orgs_org o join members_membership m"
            " on m.org_path >= o.path and m.org_path < o.path || '~'"
            " where o.id = any(%s) and m.standing = 'active' and m.since <= %s and (m.until is null or m.until > %s)"
            " group by o.id",
            [list(ids), today, today],
        )
        return dict(cursor.fetchall())


def _files(
    person_ids: set[UUID], file_ids: set[UUID], today: date
) -> tuple[dict[Any, FileFacts], dict[str, frozenset[UUID]]]:
    """Hardship files in force by file id and by person, and the persons of each household (by file number)."""
    model = related("household")
    rows = model._meta.get_field("members").related_model
    if not person_ids and not file_ids:
        return {}, {}
    of_persons = rows.objects.filter(in_force(today), person_id__in=person_ids).values("file_id")
    held = model.objects.filter(state="active", opened_on__lte=today)
    found = {
        file.pk: FileFacts(file.number, file.category, file.level, file.verified_year, False, file.persons)
        for file in held.filter(pk__in=of_persons) | held.filter(pk__in=file_ids)
    }
    if not found:
        return {}, {}
    open_checks = set(
        model._meta.get_field("checks").related_model.objects.filter(file_id__in=found, state="sent")
        .values_list("file_id", flat=True)
    )  # fmt: skip
    answer: dict[Any, FileFacts] = {
        pk: FileFacts(**{**one.__dict__, "checks_open": pk in open_checks}) for pk, one in found.items()
    }
    households: dict[str, set[UUID]] = {}
    for file_id, person_id in rows.objects.filter(
        in_force(today), file_id__in=found, person_id__isnull=False
    ).values_list("file_id", "person_id"):
        households.setdefault(answer[file_id].number, set()).add(person_id)
        if person_id in person_ids:
            answer[person_id] = answer[file_id]
    return answer, {number: frozenset(members) for number, members in households.items()}


def _chosen(round_: Round, person_ids: set[UUID], org_ids: set[UUID]) -> list[tuple[UUID, UUID, Earlier]]:
    """(person or union, application, what it is to get) of what a decision has chosen and its notice still runs."""
    if not has_limits(round_) or not (person_ids or org_ids):
        return []
    rows = Application.objects.filter(
        Q(person_id__in=person_ids) | Q(for_org_id__in=org_ids), state="on_notice",
        type__in=[round_.type, *round_.params.get("counts_with", [])],
    ).values_list(
        "pk", "person_id", "for_org_id", "type", "round_id", "round__cycle", "round__title", "decided_on", "amount",
        "tier",
    )  # fmt: skip
    return [
        (person or org, pk, Earlier(type_, str(round_id), cycle, title, "", on, amount, kin=tier, pending=True))
        for pk, person, org, type_, round_id, cycle, title, on, amount, tier in rows
        if on is not None
    ]


def subject_of(one: Application) -> str:
    """Whose an application is, where no household stands for it."""
    return str(one.person_id or one.for_org_id or one.pk)


def has_limits(round_: Round) -> bool:
    """Whether what somebody gets here depends on what they get elsewhere: a cap, once a year or a life, a gap."""
    return bool(TYPES.get(round_.type).asks or round_.once_per in (Once.YEAR, Once.LIFE) or round_.gap_years)


def hold_subjects(round_: Round, some: Iterable[Application], today: date) -> None:
    """Two decisions over one household, person or union wait for one another: what is left of a cap, and whether
    there was one before, is read only once it is known. Rows are taken in one order, households first."""
    some = list(some)
    files = {one.household_id for one in some if one.household_id}
    people = {one.person_id for one in some if one.person_id} if has_limits(round_) else set()
    unions = {one.for_org_id for one in some if one.for_org_id} if has_limits(round_) else set()
    if people:  # what the others of the household get counts, also where the round does not ask for a file
        model = related("household")
        rows = model._meta.get_field("members").related_model
        files |= set(rows.objects.filter(in_force(today), person_id__in=people).values_list("file_id", flat=True))
    for name, keys in (("household", files), ("person", people), ("for_org", unions)):
        if keys:
            held = related(name).objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
            list(held.values_list("pk"))


def _awards(round_: Round, person_ids: set[UUID], org_ids: set[UUID]) -> list[tuple[UUID, bool, UUID | None, Earlier]]:
    """(subject, is a person, application, award): active awards of the type, imported history among them."""
    kinds = [round_.type, *round_.params.get("counts_with", [])]
    base = Award.objects.filter(state="active", type__in=kinds)
    found = base.none()
    if person_ids:
        found = base.filter(person_id__in=person_ids)
    if org_ids:
        found = found | base.filter(for_org_id__in=org_ids, person__isnull=True)
    if not person_ids and not org_ids:
        return []
    return [
        (
            person_id or for_org_id, person_id is not None, application_id,
            Earlier(kind, str(round_id or ""), cycle, title, award_kind, on, amount, origin == "import", False, tier),
        )
        for person_id, for_org_id, application_id, kind, round_id, cycle, title, award_kind, on, amount, origin, tier
        in found.values_list(
            "person_id", "for_org_id", "application_id", "type", "round_id", "cycle", "title", "kind", "awarded_on",
            "amount", "origin", "tier",
        )
    ]  # fmt: skip
