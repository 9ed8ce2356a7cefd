"""A contest from its rounds to decided ranks: what follows (money, honours) reads them and is nobody's here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gongjia.base import journal, outbox
from gongjia.base.actor import Actor
from gongjia.base.refused import Reason, Refused, refuse, refuse_if
from gongjia.work.events import kinds, powers, rules
from gongjia.work.events.actions.common import accounts_of, day_of, lock_event
from gongjia.work.events.models import ContestRound, Event, Result, Score, SignUp
from gongjia.work.events.queries.results import (
    entrants,
    pass_mark,
    placings_of,
    results_of,
    rounds_of,
    warnings_of,
    weights_of,
)


@dataclass(frozen=True)
class RoundPlan:
    """One round as an officer fills it in. `go_on`: how many of each trade reach the next; 0: all."""

    title: str
    theory: int = 30
    practice: int = 70
    go_on: int = 0
    on: date | None = None


@dataclass(frozen=True)
class Worked:
    """Ranks as they stand. `warnings` do not stop a decision; `ties` must be settled before it."""

    results: list[Result]
    warnings: list[Reason]
    ties: list[Reason]


def _contest(event: Event | UUID, actor: Actor) -> Event:
    found = lock_event(event)
    actor.must(powers.RESULTS, found.org)
    if not kinds.KINDS[found.kind].contest:
        refuse("no_contest", "这不是技能竞赛，没有名次。", fact=found.title)
    if found.state == "cancelled":
        refuse("cancelled", "活动已取消。")
    return found


def void_ranks(event: Event) -> None:
    """Ranks not decided yet go when marks, rounds or prizes change: they are worked out anew."""
    Result.objects.filter(event=event, state="draft").delete()


def _still_open(event: Event) -> None:
    if Result.objects.filter(event=event, state="decided").exists():
        refuse("decided", "名次已经认定，不能再改。", cure="确有差错的，请写明情况报主办工会研究。")


def set_rounds(*, event: Event, rounds: Sequence[RoundPlan], actor: Actor, at: datetime) -> list[ContestRound]:
    """The rounds anew, in their order. One in which marks were given stays as it is."""
    with journal.act():
        found = _contest(event, actor)
        _still_open(found)
        if not rounds:
            refuse("no_round", "至少要有一轮比赛。")
        for one in rounds:
            if min(one.theory, one.practice) < 0 or one.theory + one.practice != 100:
                refuse(
                    "weights",
                    "理论和实操的比例加起来要等于 100。",
                    fact=f"{one.theory} + {one.practice}",
                    cure="常用 30 和 70。",
                )
        void_ranks(found)
        held = {one.number: one for one in rounds_of(found)}
        marked = set(Score.objects.filter(round__event=found).values_list("round__number", flat=True))
        for number, plan in enumerate(rounds, 1):
            row = held.pop(number, None) or ContestRound(event=found, number=number)
            values = {
                "title": plan.title.strip()[:60] or f"第{number}轮", "theory_percent": plan.theory,
                "practice_percent": plan.practice, "go_on": max(0, plan.go_on), "on": plan.on,
            }  # fmt: skip
            changed = [key for key, value in values.items() if getattr(row, key) != value]
            frozen = {"theory_percent", "practice_percent"} | ({"go_on"} if number + 1 in marked else set())
            if number in marked and frozen & set(changed):
                refuse("round_marked", f"第{number}轮已经登记成绩，不能再改比例或晋级名额。")
            for key, value in values.items():
                setattr(row, key, value)
            row.save()
        if gone := sorted(set(held) & marked):
            refuse("round_marked", f"第{gone[0]}轮已经登记成绩，不能去掉。")
        ContestRound.objects.filter(pk__in=[one.pk for one in held.values()]).delete()
        journal.write(
            "events.rounds_set", actor=actor, at=at, org=found.org, subject=found, payload={"count": len(rounds)}
        )
        return rounds_of(found)


def set_prizes(
    *,
    event: Event,
    prizes: Sequence[Mapping[str, Any]],
    klass: str = "",
    titles: Sequence[Mapping[str, Any]] | None = None,
    pass_mark: int | None = None,
    place: str = "",
    actor: Actor,
    at: datetime,
) -> Event:
    """What ranks bring, per trade: prizes [{"level", "count", "amount" (fen)}]; titles by the table of 4.1 for the
    level and class, or the contest's own [{"upto", "title"}]. `place` stands in a title for the province or county."""
    with journal.act():
        found = _contest(event, actor)
        _still_open(found)
        refuse_if(rules.prize_faults(prizes))
        if klass and klass not in rules.CLASSES:
            refuse("class_unknown", "竞赛类别填一类或二类。", fact=klass)
        for row in titles or ():
            if not str(row.get("title") or "").strip() or not isinstance(row.get("upto"), int) or row["upto"] < 1:
                refuse("title_bad", "称号要写明前几名和称号名称。", fact=str(row)[:60])
        params = {**found.params, "prizes": [dict(row) for row in prizes], "class": klass, "place": place.strip()[:20]}
        params.pop("titles", None)
        if titles is not None:
            params["titles"] = [{"upto": row["upto"], "title": str(row["title"]).strip()[:60]} for row in titles]
        if pass_mark is not None:
            params["pass_mark"] = pass_mark
        void_ranks(found)
        found.params = params
        found.save(update_fields=["params"])
        journal.write(
            "events.prizes_set", actor=actor, at=at, org=found.org, subject=found,
            payload={"prizes": len(prizes), "class": klass},
        )  # fmt: skip
        return found


def place_of(event: Event) -> str:
    """What stands in a title for the province, city or county: said by the officer, else the organiser's own."""
    return event.params.get("place") or event.org.name.removesuffix("总工会")


def work_out(*, event: Event, actor: Actor, at: datetime) -> Worked:
    """Rank everybody with marks; titles and prizes by rank. May be repeated until the ranks are decided."""
    with journal.act():
        found = _contest(event, actor)
        _still_open(found)
        rounds = rounds_of(found)
        if not rounds:
            refuse("no_round", "还没有设比赛轮次。", cure="先设轮次和比例。")
        placings = rules.ranking(entrants(found), weights_of(rounds), pass_mark(found))
        if not placings:
            refuse("no_marks", "还没有成绩，排不出名次。", cure="先登记成绩。")
        sign_ups = {one.pk: one for one in SignUp.objects.filter(pk__in=[one.key for one in placings])}
        titles, prizes = rules.title_rows(found.level, found.params), rules.prize_rows(found.params)
        place = place_of(found)
        rows = []
        for one in placings:
            sign_up, prize = sign_ups[one.key], rules.prize_at(one.rank, prizes)
            rows.append(
                Result(
                    event=found, sign_up=sign_up, person_id=sign_up.person_id, org=found.org,
                    home_org_id=sign_up.org_id, trade=one.trade, total=one.total, practice=one.practice, rank=one.rank,
                    tie=one.tie, title_won=rules.title_at(one.rank, one.passed, titles, place)[:60],
                    prize_level=prize.level[:40] if prize else "", prize=prize.amount if prize else 0,
                )
            )  # fmt: skip
        void_ranks(found)
        Result.objects.bulk_create(rows, batch_size=1000)
        journal.write(
            "events.ranked", actor=actor, at=at, org=found.org, subject=found,
            payload={"count": len(rows), "ties": sum(one.tie for one in rows)},
        )  # fmt: skip
        results = results_of(found)
        return Worked(results, warnings_of(found), _open_ties(found, results))


def _open_ties(event: Event, results: Sequence[Result]) -> list[Reason]:
    at = rules.edges(rules.prize_rows(event.params), rules.title_rows(event.level, event.params))
    return rules.tie_faults(placings_of(results), at)


def settle_tie(*, event: Event, order: Sequence[UUID], why: str, actor: Actor, at: datetime) -> list[Result]:
    """Put those of one tie in order (results' keys, best first), as a play-off or the judges said."""
    with journal.act():
        found = _contest(event, actor)
        _still_open(found)
        if not why.strip():
            refuse("why_missing", "请写明先后是怎么定的，如加赛成绩。")
        some = list(Result.objects.filter(event=found, pk__in=list(order)).select_related("person", "sign_up"))
        if len(some) < 2 or len(set(order)) != len(order) or len(some) != len(order):
            refuse("tie_wrong", "请把并列的人全部排出先后。")
        first = some[0]
        group = Result.objects.filter(event=found, trade=first.trade, rank=first.rank, tie=True)
        if {one.pk for one in some} != set(group.values_list("pk", flat=True)):
            refuse(
                "tie_wrong", "请把并列的人全部排出先后。", fact=f"第 {first.rank} 名", cure="只能排同一名次并列的人。"
            )
        ranks = rules.in_order(placings_of(some), order)
        titles, prizes = rules.title_rows(found.level, found.params), rules.prize_rows(found.params)
        passed = {
            one.key: one.passed
            for one in rules.ranking(entrants(found), weights_of(rounds_of(found)), pass_mark(found))
        }
        for one in some:
            one.rank = ranks[one.pk]
            prize = rules.prize_at(one.rank, prizes)
            one.prize_level, one.prize = (prize.level[:40], prize.amount) if prize else ("", 0)
            one.title_won = rules.title_at(one.rank, passed[one.sign_up_id], titles, place_of(found))[:60]
        Result.objects.bulk_update(some, ["rank", "prize_level", "prize", "title_won"])
        journal.write(
            "events.tie_settled", actor=actor, at=at, org=found.org, subject=found, subjects=some, note=why,
            payload={"rank": min(ranks.values()), "count": len(some)},
        )  # fmt: skip
        return results_of(found)


def decide_results(
    *, event: Event, decided_on: date, document: str = "", share_ties: str = "", actor: Actor, at: datetime
) -> Worked:
    """The ranks are decided and known to everybody. A tie over the edge of a prize or title is settled first, or
    stands with a reason (`share_ties`): all of it get the better. More than two thirds with a prize is a warning."""
    with journal.act():
        found = _contest(event, actor)
        _still_open(found)
        results = results_of(found)
        if not results:
            refuse("not_ranked", "还没有排出名次。", cure="先登记成绩并排名。")
        if decided_on > day_of(at):
            refuse("decided_later", "认定日期不能晚于今天。", fact=str(decided_on))
        marked = set(Score.objects.filter(round__event=found).values_list("round__number", flat=True))
        if empty := [one for one in rounds_of(found) if one.number not in marked]:
            refuse(
                "round_unmarked", f"{empty[0].title}还没有成绩。", cure="登记成绩后重新排名，没有举行的请去掉这一轮。"
            )
        ties = _open_ties(found, results)
        if ties and not share_ties.strip():
            raise Refused(ties)
        warnings = warnings_of(found)
        journal.move_many(
            Result.objects.filter(event=found).select_related("org"), "decide", actor=actor, at=at, org=found.org,
            note="；".join(one for one in (share_ties.strip(), *(row.sentence for row in warnings)) if one)[:200],
            changes={"decided_on": decided_on, "document": document.strip()[:80]},
        )  # fmt: skip
        _tell(found, results, at)
        return Worked(results_of(found), warnings, ties)


def _tell(event: Event, results: Sequence[Result], at: datetime) -> None:
    """Everybody hears their own rank; those with the same words at once."""
    accounts = accounts_of([one.person_id for one in results])
    groups: dict[str, list[UUID]] = {}
    for one in results:
        if one.person_id not in accounts:
            continue
        won = "，".join(word for word in (one.prize_level, one.title_won) if word)
        words = f"{one.trade}第 {one.rank} 名" + (f"（{won}）" if won else "")
        groups.setdefault(words, []).append(accounts[one.person_id])
    for words, told in groups.items():
        context = {"title": event.title, "result": words}
        outbox.notify(told, template="events.result", context=context, at=at, url="/m/events/mine/")
