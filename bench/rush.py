"""bench-rush: places by first come, with log-in, right and reasons checked, against three floors in the same run.

Two regimes, never mixed: `all win` (a place for everybody) and `scarce` (twenty people for one place). 200 connections,
real processes, the embedded PostgreSQL with its durable settings. After each run answers are held against rows.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench import rush_floor, rush_people, scratch
from bench.pages import end, listening, serve

RUSH, BARE, VIEW = 8411, 8412, 8413
ROUNDS = 5


def crowd(port: int, requests: list[str], connections: int = 200) -> dict[str, Any]:
    """The whole crowd once, in a process of its own."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("rush_client.py"))],
        input=json.dumps({"port": port, "connections": connections, "requests": requests}),
        stdout=subprocess.PIPE, text=True, check=True, timeout=900,
    )  # fmt: skip
    return json.loads(done.stdout)


def post(event_id: Any, session_key: str) -> str:
    return (
        f"POST /rush/{event_id}/ HTTP/1.1\r\nHost: 127.0.0.1:{RUSH}\r\nOrigin: http://127.0.0.1:{RUSH}\r\n"
        f"Accept: application/json\r\nCookie: gongjia={session_key}\r\nContent-Length: 0\r\n\r\n"
    )


def plain(path: str, person: str) -> str:
    return f"GET {path}?p={person} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def floor(port: int, path: str, people: list[tuple[str, str]], places: int) -> dict[str, Any]:
    """One run of a floor, its rows checked."""
    from django.db import connections

    scratch.as_owner(
        "truncate public.floor_claim, public.floor_cell", f"insert into public.floor_cell values (1, {places}, 0)"
    )
    found = crowd(port, [plain(path, person) for _key, person in people])
    with connections["owner"].cursor() as cursor:
        cursor.execute("select (select used from public.floor_cell), (select count(*) from public.floor_claim)")
        used, rows = cursor.fetchone()
    placed = found["verdicts"].get("placed", 0)
    if not placed == used == rows == min(places, len(people)):
        raise SystemExit(f"the floor lies: {placed} answers, {used} counted, {rows} rows")
    return found


def rush(people: list[tuple[str, str]], places: int, number: int) -> dict[str, Any]:
    """One run of ours: a new event, everybody once, some holders again. Answers = rows = counter."""
    from django.db import connection
    from django.utils.timezone import now

    from gongjia.work.events.queries import drift

    event = rush_people.event(places, now(), 2 * number + (places < len(people)))
    warm_up(event.pk)
    found = crowd(RUSH, [post(event.pk, key) for key, _person in people])
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*), count(distinct person_id) from events_signup where event_id = %s and state = 'placed'",
            [event.pk],
        )
        rows, persons = cursor.fetchone()
        cursor.execute("select sum(used), sum(total) from events_cell where event_id = %s", [event.pk])
        used, total = cursor.fetchone()
        cursor.execute("select person_id::text from events_signup where event_id = %s", [event.pk])
        holders = {row[0] for row in cursor.fetchall()}
    placed = found["verdicts"].get("placed", 0)
    found["wrong"] = [
        f"{placed} answers, {rows} rows, {used} counted, {persons} persons"
    ] if not placed == rows == used == min(places, len(people)) or drift(event) else []  # fmt: skip
    found["oversold"], found["double"] = max(0, rows - total), rows - persons
    again = random.Random(number).sample([key for key, person in people if person in holders], min(500, len(holders)))
    heard = again and crowd(RUSH, [post(event.pk, key) for key in again])["verdicts"]
    if set(heard or ()) != {"already"}:
        found["wrong"].append(f"asked again: {heard}")
    if places < len(people) and holders:
        found["after"] = crowd(RUSH, [post(event.pk, key) for key, person in people if person not in holders])
        if set(found["after"]["verdicts"]) != {"sold_out"}:
            found["wrong"].append(f"after the last place: {found['after']['verdicts']}")
    return found


def warm_up(event_id: Any) -> None:
    """The waiting page was seen before the first claim."""
    crowd(RUSH, [f"GET /rush/{event_id}/ HTTP/1.1\r\nHost: 127.0.0.1:{RUSH}\r\nAccept: application/json\r\n\r\n"], 1)


def middle(runs: list[dict[str, Any]], key: str) -> float:
    return round(statistics.median(run[key] for run in runs), 1)


def start(workers: str, threads: str) -> list[subprocess.Popen]:
    from gongjia.config import where

    place = where.connection_parameters("app")
    conninfo = " ".join(f"{key}={value}" for key, value in place.items())
    servers = [serve("gongjia.config.rush", "127.0.0.1", str(RUSH))]
    for port, target in ((BARE, "bench.rush_floor:bare"), (VIEW, "bench.rush_floor:django")):
        servers.append(
            serve(
                "granian", target, "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", workers,
                "--blocking-threads", threads, "--log-level", "error", "--backlog", "2048", BENCH_CONNINFO=conninfo,
            )
        )  # fmt: skip
    return servers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--places", type=int, default=1_000, help="of the scarce regime")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--django", type=int, default=4_000, help="requests in a round of the floors (b) and (c)")
    parser.add_argument("--workers", default="2")
    parser.add_argument("--threads", default="4")
    asked = parser.parse_args()
    os.environ["GONGJIA_HOSTS"] = "127.0.0.1"
    scratch.new_home()
    from django.utils.timezone import now

    from bench.federation import build

    build(townships=5, unions_each=20, at=now())
    began = time.time()
    people = rush_people.fill(asked.people, now())
    print(f"{len(people)} people logged in after {time.time() - began:.0f} s", flush=True)
    scratch.as_owner(rush_floor.TABLES)
    servers = start(asked.workers, asked.threads)
    few, runs = people[: asked.django], {}  # type: ignore[var-annotated]
    try:
        for port in (RUSH, BARE, VIEW):
            listening(port)
        cases = {
            "a_all": lambda n: floor(BARE, "/", people, len(people)),
            "rush_all": lambda n: rush(people, len(people), n),
            "a_scarce": lambda n: floor(BARE, "/", people, asked.places),
            "rush_scarce": lambda n: rush(people, asked.places, n),
            "b_all": lambda n: floor(VIEW, "/", few, len(few)),
            "c_all": lambda n: floor(VIEW, "/locked", few, len(few)),
        }
        for number in range(1, asked.rounds + 1):
            for name, case in cases.items():
                found = case(number)
                runs.setdefault(name, []).append(found)
                print(number, name, json.dumps(found, ensure_ascii=False), flush=True)
    finally:
        for server in servers:
            end(server)
    rates = {name: middle(found, "per_s") for name, found in runs.items()}
    ours = [*runs["rush_all"], *runs["rush_scarce"]]
    scratch.last_line(
        bench="rush", ratio=round(rates["rush_all"] / rates["a_all"], 2),
        ratio_scarce=round(rates["rush_scarce"] / rates["a_scarce"], 2),
        oversold=sum(run["oversold"] for run in ours), double=sum(run["double"] for run in ours),
        wrong=[fault for run in ours for fault in run["wrong"]],
        p50_ms=middle(runs["rush_all"], "p50_ms"), p99_ms=middle(runs["rush_all"], "p99_ms"),
        p99_scarce_ms=middle(runs["rush_scarce"], "p99_ms"),
        after_sold_out_per_s=middle([run["after"] for run in runs["rush_scarce"]], "per_s"), per_s=rates,
        people=len(people), places=asked.places, rounds=asked.rounds,
        marks={"ratio": 3, "ratio_scarce": 1, "p99_ms": 1000, "after_sold_out_per_s": 5000},
    )  # fmt: skip


if __name__ == "__main__":
    main()
