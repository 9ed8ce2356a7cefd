"""A panel: judges set, conflicts declared, marks taken one by one or from a sheet, ranking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from gongjia.base import journal, outbox, sheets
from gongjia.base.actor import Actor
from gongjia.base.refused import Forbidden, Reason, Refused, refuse, refuse_if
from gongjia.work.programmes import powers
from gongjia.work.programmes.actions.common import day_of, lock_round
from gongjia.work.programmes.models import Application, Conflict, Judge, JudgeScore, Round
from gongjia.work.programmes.queries.scope import related
from gongjia.work.programmes.rules import panel

NUMBER_HEADS = ["申报编号", "编号", "申报号"]
NAME_HEADS = ["姓名", "申报人", "申报单位", "名称"]


@dataclass(frozen=True)
class NewJudge:
    """A judge to be named; with `person_id` they may score for themselves on the system."""

    name: str
    title: str = ""
    person_id: UUID | None = None


def set_judges(*, round_: Round, judges: Sequence[NewJudge], actor: Actor, at: datetime) -> list[Judge]:
    """The panel as it is from now on. A judge who has scored already cannot be taken off without trace: they
    are removed by date and their marks stop counting."""
    with journal.act():
        round_ = lock_round(round_)
        actor.must(powers.PANEL, round_.org)
        if not round_.criteria:
            refuse("no_criteria", "这个项目没有设评分项，不需要评委。", cure="请先在项目里设评分项。")
        names = [one.name.strip() for one in judges]
        fresh: list[Judge] = []
        if any(not name for name in names) or len(set(names)) < len(names):
            refuse("judge_names", "评委要有姓名，不能重名。", cure="同名的请加单位区分。")
        held = {
            one.name: one for one in Judge.objects.select_for_update().filter(round=round_, removed_on__isnull=True)
        }
        for one in judges:
            judge = held.pop(one.name.strip(), None) or Judge(round=round_, name=one.name.strip())
            if one.person_id is not None and judge.person_id != one.person_id:
                fresh.append(judge)
            judge.title, judge.person_id = one.title.strip(), one.person_id
            judge.save()
        Judge.objects.filter(pk__in=[one.pk for one in held.values()]).update(removed_on=day_of(at))
        journal.write(
            "programmes.judges_set", actor=actor, at=at, org=round_.org, subject=round_,
            payload={"count": len(judges), "removed": len(held)},
        )  # fmt: skip
        _tell_judges(fresh, at)
        return list(Judge.objects.filter(round=round_, removed_on__isnull=True))


def _tell_judges(some: Sequence[Judge], at: datetime) -> None:
    """A judge need hold no post: the way to the panel's own page lies in the inbox."""
    people = related("person").objects.filter(account__isnull=False).in_bulk([one.person_id for one in some])
    for one in some:
        if (person := people.get(one.person_id)) is not None:
            outbox.notify(
                [person.account_id], template="programmes.judge", context={"title": one.round.title}, at=at,
                url=f"/console/programmes/scoring/{one.pk}/",
            )  # fmt: skip


def declare_conflict(
    *, judge: Judge, application: Application, reason: str, actor: Actor, at: datetime
) -> Conflict:  # fmt: skip
    """A judge stands aside for one application; marks given before stop counting."""
    with journal.act():
        judge = Judge.objects.select_related("round__org").get(pk=judge.pk)
        _judge_or_panel(judge, actor)
        if application.round_id != judge.round_id:
            refuse("other_round", "这一件不属于这位评委的项目。")
        if len(reason.strip()) < 2:
            refuse("reason_missing", "请写明回避的原因，如师徒、亲属、同单位。")
        conflict, fresh = Conflict.objects.get_or_create(
            judge=judge, application=application,
            defaults={"reason": reason.strip()[:200], "declared_on": day_of(at)},
        )  # fmt: skip
        if fresh:
            JudgeScore.objects.filter(judge=judge, application=application).delete()
            journal.write(
                "programmes.conflict_declared", actor=actor, at=at, org=judge.round.org, note=reason,
                subjects=[judge.round, application, judge],
            )  # fmt: skip
        return conflict


def score(
    *, judge: Judge, application: Application, marks: Mapping[str, Any], actor: Actor, at: datetime
) -> JudgeScore:
    """One judge's marks for one application, by the judge or by whoever runs the panel."""
    with journal.act():
        judge = Judge.objects.select_related("round__org").get(pk=judge.pk)
        _judge_or_panel(judge, actor)
        application = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
        criteria = judge.round.criteria
        facts = panel.MarkFacts(
            is_judge=judge.removed_on is None and application.round_id == judge.round_id,
            aside=Conflict.objects.filter(judge=judge, application=application).exists(),
            state=application.state,
            faults=tuple(panel.mark_faults(criteria, marks)),
        )
        refuse_if(panel.may_score(facts))
        row, _fresh = JudgeScore.objects.update_or_create(
            judge=judge, application=application,
            defaults={"marks": _texts(criteria, marks), "total": panel.total(criteria, marks), "on": day_of(at)},
        )  # fmt: skip
        journal.write(
            "programmes.scored", actor=actor, at=at, org=judge.round.org, subjects=[application, judge],
            payload={"total": str(row.total)},
        )  # fmt: skip
        return row


@dataclass
class ScoreSheet:
    """What a score sheet brought. Nothing is written while a row is refused."""

    scored: int = 0
    refused: list[tuple[int, str, tuple[Reason, ...]]] = field(default_factory=list)  # row number, who, why


def import_scores(
    *, judge: Judge, source: Any, name: str, actor: Actor, at: datetime
) -> ScoreSheet:  # fmt: skip
    """A judge's whole score sheet: a column of numbers, one column a criterion. All or nothing."""
    with journal.act():
        judge = Judge.objects.select_related("round__org").get(pk=judge.pk)
        actor.must(powers.PANEL, judge.round.org)
        criteria = judge.round.criteria
        book = sheets.read(source, name=name)
        aliases = {"number": NUMBER_HEADS, "name": NAME_HEADS} | {row["key"]: [row["label"]] for row in criteria}
        page = book.first
        head = sheets.headers.find(page.rows, aliases, at_least=2)
        missing = [row["label"] for row in criteria if head is None or row["key"] not in head.columns]
        if head is None or "number" not in head.columns or missing:
            refuse(
                "score_heads", "评分表缺少列：" + "、".join([*([] if head and "number" in head.columns else ["申报编号"]), *missing]) + "。",
                cure="请用系统导出的评分表填写。",
            )  # fmt: skip
        return _import(judge, page, head, criteria, actor, at)


def _import(judge: Judge, page: Any, head: Any, criteria: Any, actor: Actor, at: datetime) -> ScoreSheet:
    lines = []
    for index in range(head.first_data, len(page.rows)):
        row = page.rows[index]
        cells = {key: row[column].strip() if column < len(row) else "" for key, column in head.columns.items()}
        if any(cells.values()):
            lines.append((page.number_of(index), cells))
    held = {
        one.number: one
        for one in Application.objects.select_for_update(of=("self",))
        .filter(round_id=judge.round_id, number__in=[cells["number"] for _n, cells in lines])
        .order_by("pk")
    }
    aside = set(Conflict.objects.filter(judge=judge).values_list("application_id", flat=True))
    done, rows, seen = ScoreSheet(), [], set()
    for number, cells in lines:
        one = held.get(cells["number"])
        if one is None:
            reasons: list[Reason] = [Reason("number_unknown", "没有这个申报编号。", fact=cells["number"])]
        elif one.pk in seen:
            reasons = [Reason("number_twice", "这个申报编号出现了两次。", fact=cells["number"])]
        elif one.pk in aside and not any(cells.get(row["key"]) for row in criteria):
            continue  # the judge stood aside and left the line empty
        else:
            seen.add(one.pk)
            reasons = panel.may_score(
                panel.MarkFacts(True, one.pk in aside, one.state, tuple(panel.mark_faults(criteria, cells)))
            )
        if reasons:
            done.refused.append((number, cells["number"], tuple(reasons)))
        elif one is not None:
            rows.append(JudgeScore(judge=judge, application=one, marks=_texts(criteria, cells), total=panel.total(criteria, cells), on=day_of(at)))  # fmt: skip
    if done.refused:
        return done
    JudgeScore.objects.bulk_create(
        rows, batch_size=1000, update_conflicts=True, unique_fields=["judge", "application"],
        update_fields=["marks", "total", "on"],
    )  # fmt: skip
    done.scored = len(rows)
    journal.write(
        "programmes.scores_imported", actor=actor, at=at, org=judge.round.org,
        subjects=[judge.round, judge, *[("programmes.application", one.application_id) for one in rows]],
        payload={"count": len(rows)},
    )  # fmt: skip
    return done


def rank(*, round_: Round, actor: Actor, at: datetime) -> list[panel.Place]:
    """Mean over the judges who did not stand aside, best first; ties share a rank and are marked.

    A round without criteria ranks by the score that its type computed from the answers.
    """
    with journal.act():
        round_ = lock_round(round_)
        actor.must(powers.PANEL, round_.org)
        if round_.state not in ("open", "closed", "decided"):
            refuse("round_over", "项目现在不能排名。", fact=round_.state_label)
        _clear_ranks(round_)
        places = _rank_by_panel(round_) if round_.criteria else _rank_by_own(round_)
        if not places:
            refuse("nothing_to_rank", "没有审核完毕、可以排名的申报。")
        journal.write(
            "programmes.ranked", actor=actor, at=at, org=round_.org, subject=round_,
            payload={"count": len(places), "ties": sum(place.tied for place in places)},
        )  # fmt: skip
        return places


# (application, mean over the judges who do not stand aside, how many they are, how many stand aside): what
# `panel.mean` says of one application, said of all; a test holds the two together.
_MEANS = """
    select a.id, round(s.mean, 4) as score, coalesce(s.given, 0) as given, coalesce(x.aside, 0) as aside
    from programmes_application a
    left join (
        select j.application_id, avg(j.total) filter (where c.id is null) as mean,
            count(*) filter (where c.id is null) as given
        from programmes_judgescore j
        left join programmes_conflict c on c.application_id = j.application_id and c.judge_id = j.judge_id
        where j.judge_id = any(%(judges)s) group by j.application_id
    ) s on s.application_id = a.id
    left join (
        select application_id, count(*) as aside from programmes_conflict
        where judge_id = any(%(judges)s) group by application_id
    ) x on x.application_id = a.id
    where a.round_id = %(round)s and a.state = 'in_review' and a.ready"""
_OWN = """
    select a.id, a.score, 1 as given, 0 as aside from programmes_application a
    where a.round_id = %(round)s and a.state = 'in_review' and a.ready and a.score is not null"""
# ranks as `panel.ranking` gives them, written where they changed; nothing is written while a mark is missing
_RANK = """
    with m as materialized ({scores}),
    lacking as (select 1 from m where score is null or given + aside < %(most)s limit 1),
    n as (
        select id, score, given, aside, rank() over (order by score desc) as place,
            count(*) over (partition by score) > 1 as tied
        from m
    ),
    written as (
        update programmes_application a set score = n.score, rank = n.place, tied = n.tied from n
        where a.id = n.id and not exists (select from lacking)
            and (a.score, a.rank, a.tied) is distinct from (n.score, n.place, n.tied)
    )
    select id, score, given, aside, place, tied from n order by place, id"""


def _rank_by_panel(round_: Round) -> list[panel.Place]:
    judges = dict(Judge.objects.filter(round=round_, removed_on__isnull=True).values_list("pk", "name"))
    if not judges:
        raise Refused(Reason("no_judges", "还没有设评委。", cure="请先设定评委。"))
    rows = _ranked(_MEANS, round_, list(judges))
    short = [row for row in rows if row[1] is None or row[2] + row[3] < len(judges)][:20]
    if short:
        lacking = _lacking([row[0] for row in short if row[2] + row[3] < len(judges)], judges)
        found = Application.objects.filter(pk__in=[row[0] for row in short])
        names = {one.pk: f"{one.applicant_name}（{one.number}）" for one in found}
        refuse_if(
            panel.may_rank([panel.Score(pk, mean, given, lacking.get(pk, ())) for pk, mean, given, *_ in short], names)
        )
    return _places(rows)


def _rank_by_own(round_: Round) -> list[panel.Place]:
    return _places(_ranked(_OWN, round_, [None]))


def _ranked(scores: str, round_: Round, judges: Sequence[Any]) -> list[tuple[Any, ...]]:
    """One statement, whatever the number."""
    with connection.cursor() as cursor:
        cursor.execute(
            _RANK.replace("{scores}", scores), {"round": round_.pk, "judges": list(judges), "most": len(judges)}
        )
        return cursor.fetchall()


def _places(rows: Iterable[tuple[Any, ...]]) -> list[panel.Place]:
    return [panel.Place(pk, score, place, tied) for pk, score, _given, _aside, place, tied in rows]


def _means(round_: Round, judges: list[UUID]) -> list[tuple[UUID, Decimal | None, int, int]]:
    """The means alone, for the test that holds them to the rule."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_MEANS} order by a.id", {"round": round_.pk, "judges": judges})
        return cursor.fetchall()


def _lacking(keys: list[UUID], judges: Mapping[UUID, str]) -> dict[UUID, tuple[str, ...]]:
    """Who has not yet scored some applications: to name them in the refusal."""
    given: dict[UUID, set[UUID]] = {}
    for model in (JudgeScore, Conflict):
        for one, judge in model.objects.filter(application_id__in=keys).values_list("application_id", "judge_id"):  # type: ignore[attr-defined]
            given.setdefault(one, set()).add(judge)
    return {one: tuple(name for judge, name in judges.items() if judge not in given.get(one, set())) for one in keys}


def _clear_ranks(round_: Round) -> None:
    """Who is no longer to be chosen from has no rank."""
    Application.objects.filter(round=round_, rank__isnull=False).exclude(
        state__in=("on_notice", "awarded", "revoked")
    ).exclude(state="in_review", ready=True).update(rank=None, tied=False)


def _judge_or_panel(judge: Judge, actor: Actor) -> None:
    if judge.person_id is not None and judge.person_id == actor.person_id:
        return
    if not actor.can(powers.PANEL, judge.round.org):
        raise Forbidden(powers.PANEL)


def _texts(criteria: Any, marks: Mapping[str, Any]) -> dict[str, str]:
    return {row["key"]: str(marks[row["key"]]).strip() for row in criteria}
