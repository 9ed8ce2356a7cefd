"""bench-review: 10,000 applications in one round: a desk's list, a bulk pass of 500, the ranking.

The list is asked page by page at random depths, as an officer scrolls; the pass is `review_many` with every
check of a single pass (conditions of today, places, whose desk it is) and its journal; the ranking reads the
marks of seven judges for each application, with conflicts. One JSON line last.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench import rollup, scratch

DAY = date(2018, 8, 27)
JUDGES, BULK, PAGES = 7, 500, 200
FIELDS = [
    {"key": "years", "label": "从业年数", "kind": "number", "required": True},
    {"key": "deeds", "label": "主要事迹", "kind": "text", "required": True, "most": 500},
    {"key": "income", "label": "收入", "kind": "money", "sensitive": True},
]


def officer(org: Any) -> Any:
    """A department officer of the federation, as a request would carry one."""
    from gongjia.base.actor import Actor, Post
    from gongjia.base.models import uuid7
    from gongjia.who.members import registry

    role = registry.roles()["city_labour"]
    post = Post(uuid7(), role.key, role.label, org.pk, org.name, org.path, role.reach, frozenset(role.powers))
    return Actor(None, None, role.label, (post,))


def open_round(org: Any, machine: Any, at: datetime) -> Any:
    """A round with conditions that look at the person, the union, earlier awards and an answer."""
    from gongjia.work.programmes import actions

    by = {"actor": machine, "at": at}
    made = actions.make_round(
        type="general", org=org, title="万人申报", year=2018, opens_at=at - timedelta(days=30), fields=FIELDS, gap_years=2,
        quota=5000, conditions=[{"check": "in_area"}, {"check": "answer", "field": "years", "label": "年数", "min": 1}],
        criteria=[
            {"key": "craft", "label": "技艺", "weight": 50, "most": 10},
            {"key": "results", "label": "业绩", "weight": 30, "most": 10},
            {"key": "teaching", "label": "带徒", "weight": 20, "most": 10},
        ],
        **by,
    )  # fmt: skip
    return actions.open_round(round_=made, **by)


def fill(round_: Any, count: int, at: datetime) -> None:
    """Applications that have passed the unions below and lie at the opener's desk."""
    from gongjia.base import secret
    from gongjia.base.models import uuid7
    from gongjia.work.programmes.actions.applying import way_of
    from gongjia.work.programmes.models import Application

    membership = Application._meta.get_field("person").related_model._meta.get_field("memberships").related_model
    spells = list(
        membership.objects.filter(standing="active", until__isnull=True)
        .order_by("person_id").distinct("person_id").select_related("org", "person")[:count]
    )  # fmt: skip
    ways: dict[Any, list[dict[str, Any]]] = {}
    for spell in spells:
        if spell.org_id not in ways:
            ways[spell.org_id] = [stop.as_dict() for stop in way_of(round_, spell.org)]
    ids = [uuid7() for _ in spells]
    sealed = secret.seal_many("application.answers", ids, ['{"income": 3000000}'] * len(ids))
    rows = []
    for number, (pk, spell, data) in enumerate(zip(ids, spells, sealed, strict=True), start=1):
        way = ways[spell.org_id]
        row = Application(
            id=pk, number=f"2018-TY-{number:06d}", round=round_, type="general", subject="person", person=spell.person,
            applicant_name=spell.person.name, org=spell.org, scope_org=spell.org, state="in_review",
            answers={"years": str(number % 30 + 1), "deeds": "多年从事一线工作" * 6}, saved_at=at,
            submitted_at=at - timedelta(minutes=number), route=way, desk_no=len(way), desk_org=round_.org,
            desk_since=DAY, desk_due=DAY + timedelta(days=number % 20 - 5), claim_key=f"r:{round_.pk}:p:{spell.person_id}",
        )  # fmt: skip
        row.__dict__["answers_sealed"] = Application._meta.get_field("answers_sealed").from_db_value(data, None, None)
        rows.append(row)
    Application.objects.bulk_create(rows, batch_size=1000)


def lists(round_: Any, actor: Any) -> dict[str, float]:
    """Pages of the desk's list at random depths, in milliseconds."""
    from gongjia.work.programmes import queries
    from gongjia.work.programmes.models import Application

    marks = list(
        Application.objects.filter(round=round_).order_by("submitted_at", "pk").values_list("submitted_at", "pk")
    )
    chance, seen = random.Random(20180827), []
    for _ in range(PAGES):
        started = time.perf_counter()
        rows = queries.desk_rows(actor, today=DAY, round_id=round_.pk, after=chance.choice(marks[:-60]), limit=50)
        seen.append((time.perf_counter() - started) * 1000)
        assert len(rows) == 50
    seen.sort()
    counted = []
    for _ in range(20):
        started = time.perf_counter()
        [row] = queries.desk_counts(actor, today=DAY)
        counted.append((time.perf_counter() - started) * 1000)
        assert row.count == len(marks)
    return {
        "list_ms_median": round(seen[PAGES // 2], 1),
        "list_ms_p95": round(seen[PAGES * 95 // 100], 1),
        "counts_ms": scratch.median(counted),
    }


def passes(round_: Any, actor: Any, at: datetime, times: int) -> dict[str, Any]:
    """Bulk passes of 500 each, with queries counted: they must not grow with the number."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from gongjia.work.programmes import actions
    from gongjia.work.programmes.models import Application

    waiting = Application.objects.filter(round=round_, ready=False).order_by("submitted_at", "pk")
    seen, queries = [], {}
    for count in (5, BULK):
        some = list(waiting.values_list("pk", flat=True)[:count])
        with CaptureQueriesContext(connection) as captured:
            assert len(actions.review_many(applications=some, verdict="pass", actor=actor, at=at).done) == count
        queries[count] = len(captured)
    for _ in range(times):
        some = list(waiting.values_list("pk", flat=True)[:BULK])
        started = time.perf_counter()
        done = actions.review_many(applications=some, verdict="pass", actor=actor, at=at)
        seen.append(time.perf_counter() - started)
        assert len(done.done) == BULK and not done.refused
    return {
        "bulk_500_s": scratch.median(seen), "bulk_500_s_worst": round(max(seen), 3), "queries_5": queries[5],
        "queries_500": queries[BULK],
    }  # fmt: skip


def ranking(round_: Any, actor: Any, at: datetime, times: int) -> dict[str, Any]:
    """Seven judges, one conflict for each hundredth application; ranked from the marks as they lie in the tables."""
    from django.db.models import F, Value
    from django.db.models.functions import Mod

    from gongjia.work.programmes import actions
    from gongjia.work.programmes.models import Application, Conflict, JudgeScore

    Application.objects.filter(round=round_).update(ready=True, desk_org=None)
    judges = actions.set_judges(
        round_=round_, judges=[actions.NewJudge(f"评委{n}") for n in range(JUDGES)], actor=actor, at=at
    )
    keys = list(Application.objects.filter(round=round_).values_list("pk", flat=True))
    chance = random.Random(1)
    Conflict.objects.bulk_create(
        [Conflict(judge=judges[0], application_id=pk, reason="师徒", declared_on=DAY) for pk in keys[::100]]
    )
    aside = set(keys[::100])
    JudgeScore.objects.bulk_create(
        [
            JudgeScore(judge=judge, application_id=pk, total=Decimal(chance.randint(4000, 9900)) / 100, on=DAY)
            for pk in keys
            for judge in judges
            if not (pk in aside and judge is judges[0])
        ],
        batch_size=5000,
    )
    scratch.as_owner("analyze programmes_judgescore", "analyze programmes_application")
    seen = []
    for turn in range(times):
        # other marks each time, so that each ranking writes every row anew
        JudgeScore.objects.update(total=Mod(F("total") + 13 * turn, Value(100)))
        started = time.perf_counter()
        places = actions.rank(round_=round_, actor=actor, at=at)
        seen.append(time.perf_counter() - started)
        assert len(places) == len(keys) and places[0].rank == 1
    return {"ranking_s": scratch.median(seen), "ranking_s_worst": round(max(seen), 3), "marks": len(keys) * JUDGES}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--applications", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    scratch.new_home()
    from gongjia.base import clock
    from gongjia.base.actor import Actor
    from gongjia.who.orgs import queries as orgs

    at = datetime(2018, 8, 27, 9, 30, tzinfo=clock.SHANGHAI)
    rollup.build(given.applications * 12 // 10, 500, 16)
    root = orgs.root()
    round_ = open_round(root, Actor.system("bench", ["*"]), at)
    fill(round_, given.applications, at)
    scratch.as_owner("analyze")
    actor = officer(root)
    found = {
        **lists(round_, actor),
        **passes(round_, actor, at, given.times),
        **ranking(round_, actor, at, given.times),
    }
    for name, value in found.items():
        print(f"{name:20} {value}")
    fine = found["list_ms_p95"] <= 100 and found["bulk_500_s"] <= 3 and found["ranking_s"] <= 1
    scratch.last_line(bench="review", applications=given.applications, ok=fine, **found)


if __name__ == "__main__":
    main()
