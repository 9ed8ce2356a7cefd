"""What the officer's lists and papers show: applications of a round by stage, the funnel, decisions, awards, appeals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import CharField, Count, F, Func, Max, Min, Q, QuerySet

from gongjia.base import workdays
from gongjia.base.actor import Actor
from gongjia.base.models import one_of
from gongjia.base.refused import Hidden, Reason
from gongjia.who.orgs.queries import within
from gongjia.work.programmes import powers
from gongjia.work.programmes.kinds import DayUnit
from gongjia.work.programmes.models import (
    Appeal,
    Application,
    Award,
    AwardCheck,
    Decision,
    Judge,
    JudgeScore,
    Review,
    Round,
)
from gongjia.work.programmes.queries.desks import waiting
from gongjia.work.programmes.queries.facts import Who, conditions_of, gather
from gongjia.work.programmes.queries.pages import _names
from gongjia.work.programmes.queries.scope import get, visible
from gongjia.work.programmes.rules import conditions, forms

# where an application is, as the lists and the funnel name it
STAGES: dict[str, tuple[str, Q]] = {
    "applied": ("已提交", ~Q(number="")),
    "in_review": ("审核中", Q(state="in_review", ready=False)),
    "returned": ("待补正", Q(state="returned")),
    "ready": ("待研究决定", Q(state="in_review", ready=True)),
    "decided": ("已列入决定", Q(decision__isnull=False) | Q(state__in=("awarded", "revoked"))),
    "on_notice": ("公示中", Q(state="on_notice")),
    "awarded": ("已办结", Q(state="awarded")),
    "declined": ("未通过", Q(state="declined")),
    "withdrawn": ("已撤回", Q(state="withdrawn")),
    "revoked": ("已撤销", Q(state="revoked")),
}


def applications(
    actor: Actor, round_: Round | None = None, *, stage: str = "", passed: int = 0, at_desk: int = 0, text: str = ""
) -> QuerySet[Application]:
    """Applications the actor may see. `passed`: those that the n-th desk passed; `at_desk`: those that lie there."""
    found = visible(actor).select_related("round", "org", "desk_org")
    if round_ is not None:
        found = found.filter(round=round_)
    if stage in STAGES:
        found = found.filter(STAGES[stage][1])
    if passed:
        found = found.filter(pk__in=Review.objects.filter(desk=passed, verdict="pass").values("application_id"))
    if at_desk:
        found = found.filter(desk_no=at_desk, state__in=("in_review", "returned"), ready=False)
    if words := text.strip():
        found = found.filter(Q(applicant_name__startswith=words) | Q(number=words) | Q(org__name__contains=words))
    return found


@dataclass(frozen=True)
class DeskStep:
    """One desk of the funnel: how many lie there, how many it has passed."""

    number: int
    label: str
    here: int
    passed: int


@dataclass(frozen=True)
class Funnel:
    """How far a round is, over what the actor may see."""

    counts: Mapping[str, int]
    desks: tuple[DeskStep, ...]


def funnel(actor: Actor, round_: Round) -> Funnel:
    """Four queries, whatever the round's size."""
    seen = visible(actor).filter(round=round_).order_by()
    counts = seen.aggregate(**{key: Count("pk", filter=where) for key, (_label, where) in STAGES.items()})
    here = dict(
        seen.filter(state__in=("in_review", "returned"), ready=False, desk_no__gt=0)
        .values("desk_no").annotate(count=Count("pk")).values_list("desk_no", "count")
    )  # fmt: skip
    passed = dict(
        Review.objects.filter(verdict="pass", application__in=seen.values("pk")).order_by()
        .values("desk").annotate(count=Count("application_id", distinct=True)).values_list("desk", "count")
    )  # fmt: skip
    labels = {one.number: one.label or one.place_label for one in round_.desks.all()}
    numbers = sorted(set(labels) | set(here) | set(passed))
    return Funnel(
        counts,
        tuple(DeskStep(n, labels.get(n, f"第 {n} 道审核"), here.get(n, 0), passed.get(n, 0)) for n in numbers),
    )


# -- at the desk ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Neighbours:
    """What lies before and after an application at the same officer's desks, oldest first."""

    previous: UUID | None
    next: UUID | None
    waiting: int


SOON = 3  # days, in the unit of the desk
# the unit of the desk that an application lies at
DESK_UNIT = Func(
    F("route"), F("desk_no") - 1, arg_joiner=" -> ", template="((%(expressions)s) ->> 'unit')", output_field=CharField()
)
Place = tuple[date, datetime, UUID]  # where an application stands in a desk's list: due, handed in, key
_ORDER = ("desk_due", "submitted_at", "pk")


def place_of(application: Application) -> Place | None:
    if application.desk_due is None or application.submitted_at is None:
        return None
    return application.desk_due, application.submitted_at, application.pk


def _beyond(place: Place, sign: str) -> Q:
    due, at, pk = place
    return (
        Q(**{f"desk_due__{sign}": due})
        | Q(desk_due=due, **{f"submitted_at__{sign}": at})
        | Q(desk_due=due, submitted_at=at, **{f"pk__{sign}": pk})
    )


def neighbours(actor: Actor, application: Application, *, above: bool = False) -> Neighbours:
    """Before and after it in the desk's list, the most urgent first. Three queries."""
    found = waiting(actor, above=above)
    place = place_of(application)
    if place is None:
        return Neighbours(None, None, 0)
    later = found.filter(_beyond(place, "gt")).order_by(*_ORDER)
    sooner = found.filter(_beyond(place, "lt")).order_by(*(f"-{name}" for name in _ORDER))
    return Neighbours(
        sooner.values_list("pk", flat=True).first(), later.values_list("pk", flat=True).first(), found.count()
    )


def next_waiting(actor: Actor, after: Place | None = None) -> UUID | None:
    """The next application at the actor's desks: after one that was dealt with, else the most urgent."""
    found = waiting(actor).order_by(*_ORDER)
    if after is not None:
        following = found.filter(_beyond(after, "gt")).values_list("pk", flat=True).first()
        if following is not None:
            return following
    return found.values_list("pk", flat=True).first()


def desk_list(actor: Actor, *, today: date, round_id: UUID | None = None, when: str = "", above: bool = False, text: str = "") -> QuerySet[Application]:  # fmt: skip
    """What waits, for a list of pages: `when` is "overdue" or "soon" (due within three days, in the desk's unit)."""
    found = waiting(actor, above=above).select_related("round", "org", "desk_org")
    if round_id is not None:
        found = found.filter(round_id=round_id)
    if when == "overdue":
        found = found.filter(desk_due__lt=today)
    elif when == "soon":
        by_day, by_workday = today + timedelta(days=SOON), workdays.add_workdays(today, SOON)  # the latter never sooner
        found = found.alias(desk_unit=DESK_UNIT).filter(
            Q(desk_due__lte=by_day) | Q(desk_due__lte=by_workday, desk_unit=DayUnit.WORKDAY), desk_due__gte=today
        )
    if words := text.strip():
        found = found.filter(Q(applicant_name__startswith=words) | Q(number=words) | Q(org__name__contains=words))
    return found


def earlier_awards(actor: Actor, application: Application, limit: int = 30) -> list[Award]:
    """What the same person, union or household was given before, imported history among it."""
    who = Q()
    if application.person_id:
        who |= Q(person_id=application.person_id)
    if application.for_org_id:
        who |= Q(for_org_id=application.for_org_id)
    if application.household_id:
        who |= Q(household_id=application.household_id)
    if not who:
        return []
    found = visible(actor, Award).filter(who).exclude(application_id=application.pk).select_related("round", "org")
    return list(found.order_by("-awarded_on", "-pk")[:limit])


def file_of(actor: Actor, application_id: UUID, attachment_id: UUID) -> Any:
    """A file that an open answer of the application names. Files of sensitive fields are none of these."""
    application = Application.objects.select_related("round__form").get(pk=get(actor, application_id).pk)
    if str(attachment_id) not in forms.wanted(application.round.form.spec, application.answers, "file"):
        raise Hidden(str(attachment_id))
    return _attachments().objects.get(pk=attachment_id)


def _attachments() -> Any:
    return AwardCheck._meta.get_field("attachment").related_model


# -- decisions, awards, appeals ------------------------------------------------------------------------------


def decisions_of(actor: Actor, round_: Round) -> list[Decision]:
    """Decisions of a round with how many each names, oldest first."""
    return list(
        visible(actor, Decision).filter(round=round_).select_related("notice")
        .annotate(named=Count("applications", distinct=True), given=Count("awards", distinct=True))
        .order_by("decided_on", "pk")
    )  # fmt: skip


def decision_of(actor: Actor, pk: UUID) -> Decision:
    found = (
        one_of(visible(actor, Decision).filter(pk=pk)
        .select_related("round__org", "round__form", "org", "notice", "supplement_of", "attachment"))
    )  # fmt: skip
    if found is None:
        raise Hidden(str(pk))
    return found


def decision_rows(decision: Decision) -> list[Application]:
    """Whom the decision names, in the order of the ranking, each with its award (or none)."""
    return list(
        Application.objects.filter(decision=decision).select_related("org", "award")
        .order_by(F("rank").asc(nulls_last=True), "number")
    )  # fmt: skip


def award_list(actor: Actor, *, round_: Round | None = None, type: str = "", state: str = "", origin: str = "", text: str = "") -> QuerySet[Award]:  # fmt: skip
    """Awards, newest first."""
    found = visible(actor, Award).select_related("round", "org", "person", "for_org")
    if round_ is not None:
        found = found.filter(round=round_)
    for name, value in (("type", type), ("state", state), ("origin", origin)):
        if value:
            found = found.filter(**{name: value})
    if words := text.strip():
        found = found.filter(
            Q(person__name__startswith=words) | Q(for_org__name__contains=words) | Q(serial=words.upper())
            | Q(title__contains=words)
        )  # fmt: skip
    return found


def award_of(actor: Actor, pk: UUID) -> Award:
    found = (
        one_of(visible(actor, Award).filter(pk=pk)
        .select_related("round__org", "org", "person", "for_org", "decision", "application"))
    )  # fmt: skip
    if found is None:
        raise Hidden(str(pk))
    return found


def subject_name(award: Award) -> str:
    """Whom it went to."""
    if award.for_org_id and award.for_org:
        return award.for_org.name
    if award.person_id and award.person:
        return award.person.name
    return award.application.applicant_name if award.application_id and award.application else ""


def appeals(actor: Actor, *, state: str = "open") -> QuerySet[Appeal]:
    found = Appeal.objects.filter(within(actor, powers.APPEALS, prefix="org__"))
    if state:
        found = found.filter(state=state)
    return found.select_related("application__round", "application__org", "org")


def appeal_of(actor: Actor, pk: UUID) -> Appeal:
    found = one_of(appeals(actor, state="").filter(pk=pk))
    if found is None:
        raise Hidden(str(pk))
    return found


def panel_of(actor: Actor, pk: UUID) -> Judge:
    """The judge's own seat in a round's panel; nobody else's."""
    found = None
    if actor.person_id is not None:
        found = (
            one_of(Judge.objects.filter(pk=pk, person_id=actor.person_id, removed_on__isnull=True)
            .select_related("round__org", "round__form"))
        )  # fmt: skip
    if found is None:
        raise Hidden(str(pk))
    return found


def previous_rounds(actor: Actor, limit: int = 60) -> list[Round]:
    """Rounds that a new one may be made from: those the actor may open at."""
    found = Round.objects.filter(within(actor, powers.OPEN, prefix="org__")).exclude(state__in=("draft", "cancelled"))
    return list(found.select_related("org").order_by("-year", "-opens_at", "-pk")[:limit])


def span_of_marks(round_: Round) -> dict[UUID, tuple[Any, Any, int]]:
    """Application -> (lowest, highest, how many) of its judges' totals: what a meeting looks at besides the mean."""
    rows = (
        JudgeScore.objects.filter(application__round=round_, judge__removed_on__isnull=True).order_by()
        .values("application_id").annotate(least=Min("total"), most=Max("total"), count=Count("pk"))
    )  # fmt: skip
    return {row["application_id"]: (row["least"], row["most"], row["count"]) for row in rows}


# -- what an officer chooses from when a round is drawn up ------------------------------------------------------


def checks_for(subject: str) -> list[Any]:
    """The shared conditions that fit an applicant of this kind: `.key`, `.label`, `.asks`."""
    return [one for one in conditions.CHECKS.values() if subject in one.subjects]


def check_label(key: str) -> str:
    return conditions.CHECKS[key].label if key in conditions.CHECKS else key


def form_faults(fields: Sequence[Mapping[str, Any]]) -> list[Reason]:
    """What is wrong with a form as it is drawn so far."""
    return forms.spec_faults({"fields": list(fields)})


def asked(spec: Mapping[str, Any], stage: int = 99) -> list[Mapping[str, Any]]:
    """The fields asked up to a stage."""
    return forms.fields_of(spec, stage)


def asks_of(key: str) -> Mapping[str, str]:
    """The parameters of a shared condition: key -> 中文."""
    return (conditions.CHECKS[key].asks or {}) if key in conditions.CHECKS else {}


def at_counter(actor: Actor, pk: UUID) -> Application:
    """A draft, or one sent back, that an officer fills in for somebody or for a union; nobody's own draft."""
    found = (
        one_of(Application.objects.filter(Q(counter=True) | Q(subject="org"), pk=pk, state__in=("draft", "returned"))
        .filter(within(actor, powers.COUNTER, prefix="org__"))
        .select_related("round__org", "round__form", "org", "for_org", "person"))
    )  # fmt: skip
    if found is None:
        raise Hidden(str(pk))
    return found


def conditions_now(application: Application, today: date) -> list[Any]:
    """The conditions as they stand before the form is filled in."""
    who = Who(
        application.pk, application.person_id, application.for_org_id, application.household_id, {}, False,
        application.pk,
    )  # fmt: skip
    return conditions_of(application.round, gather(application.round, [who], today)[application.pk])


def names_of(spec: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, str]:
    """id -> name of the files, members and unions that answers name."""
    return _names(spec, answers)
