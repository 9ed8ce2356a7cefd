"""One application as it is shown: to officers beside its documents, to the applicant with the real desks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from gongjia.base.actor import Actor
from gongjia.base.clock import SHANGHAI
from gongjia.who.members.queries import alive
from gongjia.who.orgs.queries import names_of
from gongjia.work.programmes.models import Appeal, Application, Award, AwardCheck, Conflict, JudgeScore, Review
from gongjia.work.programmes.queries.desks import DeskRights
from gongjia.work.programmes.queries.facts import Who, conditions_of, gather
from gongjia.work.programmes.queries.scope import get, mine, own, related
from gongjia.work.programmes.registry import TYPES
from gongjia.work.programmes.rules import forms
from gongjia.work.programmes.rules.desks import counted, days_over, late_words, unit_at
from gongjia.work.programmes.rules.facts import Condition
from gongjia.work.publish import queries as notices

SEALED = "●●●（敏感内容，须写明事由查看）"


@dataclass(frozen=True)
class AnswerLine:
    """One answer in words. `sealed`: filled in but not shown; `files`: ids to open; `rows`: a table's lines."""

    key: str
    label: str
    kind: str
    text: str
    sealed: bool = False
    files: tuple[tuple[str, str], ...] = ()  # (id, name)
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Step:
    """One step of the progress line, with the union's own short name."""

    label: str
    state: str  # done | here | ahead | stopped
    on: date | None = None
    due: date | None = None
    overdue: int = 0  # days past its last day, in `unit`
    note: str = ""
    unit: str = ""  # of a desk's days: workday | day
    words: str = ""  # how much time is left, or how late it is


@dataclass(frozen=True)
class ApplicationPage:
    """What the page shows. Sensitive answers are named, not opened."""

    application: Application
    type_label: str
    words: Any
    answers: tuple[AnswerLine, ...]
    conditions: tuple[Condition, ...]
    reviews: tuple[Review, ...]
    steps: tuple[Step, ...]
    award: Award | None
    checks: tuple[AwardCheck, ...]
    appeals: tuple[Appeal, ...]
    marks: tuple[JudgeScore, ...]
    conflicts: tuple[Conflict, ...]
    may_review: str  # "here" | "above" | ""


def application_page(actor: Actor, pk: UUID, *, today: date) -> ApplicationPage:
    """The officer's page. About a dozen queries, whatever the form's size."""
    found = get(actor, pk)
    application = (
        Application.objects.select_related(
            "round__org", "round__form", "org", "desk_org", "for_org", "person", "household", "decision__notice",
            "entered_by",
        )
        .get(pk=found.pk)
    )  # fmt: skip
    return _page(application, actor, today)


def my_application(actor: Actor, pk: UUID, *, today: date) -> ApplicationPage:
    """The applicant's own page."""
    found = mine(actor, pk)
    application = Application.objects.select_related(
        "round__org", "round__form", "org", "desk_org", "for_org", "person", "household", "decision__notice"
    ).get(pk=found.pk)
    return _page(application, actor, today)


def my_applications(actor: Actor) -> list[Application]:
    """The actor's own applications, newest first, drafts among them."""
    return list(
        Application.objects.filter(own(actor))
        .select_related("round", "org", "desk_org")
        .order_by("-saved_at", "-pk")[:100]
    )


def my_awards(actor: Actor) -> list[Award]:
    """工会为我做了什么: what the person was given, imported history among it, newest first."""
    if actor.person_id is None:
        return []
    return list(
        Award.objects.filter(person_id=alive(actor.person_id))
        .select_related("round", "org")
        .order_by("-awarded_on", "-pk")
    )


def _page(application: Application, actor: Actor, today: date) -> ApplicationPage:
    round_ = application.round
    kind = TYPES.get(round_.type)
    reviews = tuple(Review.objects.filter(application=application).select_related("org").order_by("on", "pk"))
    for review in reviews:
        review.over = counted(review.days_over, unit_at(application.route, review.desk)) if review.days_over else ""
    award = Award.objects.filter(application=application).first()
    who = Who(
        application.pk, application.person_id, application.for_org_id, application.household_id, application.answers,
        answered=not application.answers_sealed, besides=application.pk,
    )  # fmt: skip
    facts = gather(round_, [who], today)[application.pk]
    return ApplicationPage(
        application=application,
        type_label=kind.label,
        words=kind.words,
        answers=tuple(answer_lines(round_.form.spec, application.answers, bool(application.answers_sealed), application.stage)),
        conditions=tuple(conditions_of(round_, facts)),
        reviews=reviews,
        steps=tuple(steps_of(application, reviews, award, today)),
        award=award,
        checks=tuple(award.checks.all()) if award else (),
        appeals=tuple(application.appeals.order_by("filed_on", "pk")),
        marks=tuple(application.marks.select_related("judge").order_by("judge__name")),
        conflicts=tuple(application.conflicts.select_related("judge")),
        may_review=DeskRights(actor, [application], today).how(application),
    )  # fmt: skip


def answer_lines(
    spec: Mapping[str, Any], answers: Mapping[str, Any], has_sealed: bool, stage: int = 99
) -> list[AnswerLine]:
    """Answers in words, in the form's order. At most three look-ups of names, whatever the number of fields."""
    names = _names(spec, answers)
    found = []
    for one in forms.fields_of(spec, stage):
        key, value = one["key"], answers.get(one["key"])
        if one.get("sensitive"):
            if has_sealed:
                found.append(AnswerLine(key, one["label"], one["kind"], SEALED, sealed=True))
            continue
        if value in (None, "", []):
            continue
        line = AnswerLine(key, one["label"], one["kind"], forms.show(one, value, names))
        if one["kind"] == "file" and isinstance(value, list):
            line = AnswerLine(
                key, one["label"], "file", line.text, files=tuple((pk, names.get(pk, "文件")) for pk in value)
            )
        if one["kind"] == "rows" and isinstance(value, list):
            columns = one["columns"]
            line = AnswerLine(
                key, one["label"], "rows", line.text, columns=tuple(column["label"] for column in columns),
                rows=tuple(tuple(forms.show(column, row.get(column["key"])) for column in columns) for row in value),
            )  # fmt: skip
        found.append(line)
    return found


def _names(spec: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, str]:
    names: dict[str, str] = {}
    if files := forms.wanted(spec, answers, "file"):
        model = AwardCheck._meta.get_field("attachment").related_model
        names |= {str(pk): name for pk, name in model.objects.filter(pk__in=files).values_list("pk", "name")}
    if unions := forms.wanted(spec, answers, "union"):
        names |= {str(pk): name for pk, name in names_of(UUID(one) for one in unions).items()}
    if persons := forms.wanted(spec, answers, "person"):
        names |= {
            str(pk): name for pk, name in related("person").objects.filter(pk__in=persons).values_list("pk", "name")
        }
    return names


def steps_of(application: Application, reviews: Any, award: Award | None, today: date) -> list[Step]:
    """From handing in to what came of it; the way as it was laid out, what each desk said, where it lies now."""
    if not application.number:
        return [Step("填写中", "here")]
    passed = {row.desk: row for row in reviews if row.verdict == "pass"}
    found = [
        Step("提交", "done", application.submitted_at.astimezone(SHANGHAI).date() if application.submitted_at else None)
    ]
    stopped = application.state in ("declined", "withdrawn", "revoked")
    for row in application.route:
        name = row["label"] or f"{row['name']}审核"
        name = name if row["name"] in name else f"{row['name']}·{name}"
        review = passed.get(row["no"])
        if (
            row["no"] == application.desk_no
            and not application.ready
            and application.state in ("in_review", "returned")
        ):
            due, unit = application.desk_due, row["unit"]
            late, words = days_over(due, today, unit), late_words(due, today, unit) if due else ""
            note = f"请补正：{application.missing}" if application.state == "returned" else ""
            found.append(Step(name, "here", application.desk_since, due, late, note, unit, words))
        elif review is not None:
            found.append(Step(name, "done", review.on, note="上级代审" if review.from_above else ""))
        elif stopped and row["no"] == application.desk_no:
            found.append(Step(name, "stopped", application.decided_on, note=application.outcome))
        else:
            found.append(Step(name, "ahead"))
    return found + _after_desks(application, award, stopped)


def _after_desks(application: Application, award: Award | None, stopped: bool) -> list[Step]:
    round_, words = application.round, TYPES.get(application.type).words
    if stopped:
        return (
            []
            if application.desk_no
            else [Step(application.state_label, "stopped", application.decided_on, note=application.outcome)]
        )
    found = []
    if round_.decides == "meeting":
        decided = application.decision_id is not None
        found.append(
            Step(
                "集体研究",
                "done" if decided else "here" if application.ready else "ahead",
                application.decision.decided_on if application.decision else None,
            )
        )
    if round_.notice_days:
        notice = application.decision.notice if application.decision_id and application.decision else None
        done = application.state == "awarded"
        due = (notice.ends_at - timedelta(minutes=1)).astimezone(SHANGHAI).date() if notice and notice.ends_at else None
        found.append(Step("公示", "done" if done else "here" if application.state == "on_notice" else "ahead", due=due))
    found.append(Step(words.act, "done" if award else "ahead", award.awarded_on if award else None))
    return found


def notice_state(application: Application, at: datetime) -> dict[str, Any]:
    """The notice of an application in words for the page: {"ended", "open_objections", "ends_at"}."""
    decision = application.decision
    if decision is None or decision.notice_id is None:
        return {}
    return {
        "ended": notices.ended(decision.notice_id, at),
        "open_objections": notices.open_objections([decision.notice_id]).get(decision.notice_id, 0),
        "ends_at": decision.notice.ends_at if decision.notice else None,
    }
