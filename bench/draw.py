"""bench-draw: a lot of 100,000 entries, sealed, opened on real tables, and recomputed by the stand-alone script.

Sealing reads weights and places of everybody and publishes the list; opening computes every ticket, writes rank and
state on every row, the published file and the journal, all in one transaction. `compute` is the draw by itself: every
ticket, the order, the places. The script runs as a process of its own over the downloaded file. `ok`: draw and script
within 5 s each, the same winners in the tables, from the rules and from the script, and a changed entry caught.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench import rollup, scratch

VALUE = "福利彩票3D 3 5 8"


def event_of(org: Any, places: int, at: datetime) -> Any:
    """A published event by lot with its seed committed."""
    from gongjia.base.actor import Actor
    from gongjia.work.events import actions

    by = {"actor": Actor.system("bench", ["*"]), "at": at}
    closes = datetime(2018, 9, 1, tzinfo=at.tzinfo)
    made = actions.make_event(
        org=org, kind="show", title="十万人摇号", way="lot", total=places, place="文化宫", opens_at=at, closes_at=closes,
        sessions=[actions.SessionPlan(closes + timedelta(days=9), closes + timedelta(days=9, hours=2))],
        groups=[{"key": "front_line", "at_least_percent": 60}], **by,
    )  # fmt: skip
    event = actions.publish(event=made, **by)
    draw = actions.commit_draw(
        event=event, source="福利彩票3D第2018236期开奖号", public_on=closes + timedelta(hours=21), **by
    )
    return event, draw


def fill(event: Any, count: int, at: datetime) -> int:
    """Every member enters; a third work in the front line, a fifth in shifts."""
    from gongjia.base.models import uuid7
    from gongjia.work.events.models import SignUp, WorkFact

    membership = SignUp._meta.get_field("person").related_model._meta.get_field("memberships").related_model
    spells = list(
        membership.objects.filter(standing="active", until__isnull=True)
        .order_by("person_id").distinct("person_id").values_list("person_id", "org_id")[:count]
    )  # fmt: skip
    chance = random.Random(20180827)
    SignUp.objects.bulk_create(
        [
            SignUp(id=uuid7(), event=event, person_id=person, org_id=org, state="entered", state_at=at, entered_at=at)
            for person, org in spells
        ],
        batch_size=5000,
    )  # fmt: skip
    WorkFact.objects.bulk_create(
        [
            WorkFact(person_id=person, org_id=org, key=key, since=date(2018, 1, 1))
            for person, org in spells
            for key, share in (("front_line", 0.33), ("shift", 0.2))
            if chance.random() < share
        ],
        batch_size=5000,
    )
    return len(spells)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--places", type=int, default=1000)
    given = parser.parse_args()
    home = scratch.new_home()
    from gongjia.base import clock
    from gongjia.base.actor import Actor
    from gongjia.who.orgs import queries as orgs
    from gongjia.work.events import actions, queries
    from gongjia.work.events.data import verify_draw
    from gongjia.work.events.models import SignUp
    from gongjia.work.events.rules import draw as rules

    at = datetime(2018, 8, 27, 9, 30, tzinfo=clock.SHANGHAI)
    rollup.build(given.entries * 26 // 25, 500, 16)  # a fortieth are retained, not active
    event, draw = event_of(orgs.root(), given.places, at)
    count = fill(event, given.entries, at)
    scratch.as_owner("analyze")
    by = {"draw": draw, "actor": Actor.system("bench", ["*"])}
    marks = {}

    def timed(name: str, call: Any, **more: Any) -> Any:
        started = time.perf_counter()
        answer = call(**more)
        marks[f"{name}_s"] = round(time.perf_counter() - started, 2)
        print(f"{name:20} {marks[f'{name}_s']}")
        return answer

    timed("seal", actions.seal_draw, at=event.closes_at, **by)
    opened = timed("open", actions.open_draw, value=VALUE, at=draw.public_on, **by)
    text = timed("file", queries.proof, draw=opened)
    part = json.loads(text)
    entries = rules.entries_of(part["closing"])
    places = {key: cell["places"] for key, cell in part["closing"]["cells"].items()}
    drawn = timed("compute", rules.draw, seed=part["opening"]["seed"], value=VALUE, entries=entries, places=places)
    path = home / "draw.json"
    path.write_text(text, "utf-8")
    run = [sys.executable, "-I", verify_draw.__file__, str(path), opened.entries_digest]
    done = timed("script", subprocess.run, args=run, capture_output=True, text=True, check=False)
    told = [line.removeprefix("中签 ") for line in done.stdout.splitlines() if line.startswith("中签 ")]
    placed = set(SignUp.objects.filter(event=event, state="placed").values_list("lot_no", flat=True))
    same = done.returncode == 0 and told == [one.number for one in drawn if one.won] and placed == set(told)
    assert queries.drift(event) == [] and same, done.stdout[-300:]
    path.write_text(text.replace('"weight":3', '"weight":4', 1), "utf-8")
    caught = subprocess.run(run, capture_output=True, text=True, check=False).returncode == 1
    fine = same and caught and marks["compute_s"] <= 5 and marks["script_s"] <= 5
    scratch.last_line(
        bench="draw", entries=count, placed=len(placed), same=same, changed_entry_caught=caught,
        file_mb=round(len(text.encode()) / 1e6, 1), ok=fine, **marks,
    )  # fmt: skip


if __name__ == "__main__":
    main()
