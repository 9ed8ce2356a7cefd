"""bench-signup: what everybody else notices of a rush. Pages of the portal and the console, idle and during it.

The web server and the rush run beside each other as in an installation. A rush that arrives at its pace (people per
second) goes on while other people open other pages; their p95 is held against the p95 of the same pages before.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench import rush_people, scratch
from bench.pages import end, listening, serve
from bench.rush import RUSH, post, warm_up

WEB = 8414
PAGES = ("/m/", "/m/standing", "/m/inbox/", "/m/data")


def visit(sessions: list[str], seconds: float, per_second: float, found: list[float], faults: list[str]) -> None:
    """Pages opened at an even pace, by different people over one kept connection."""
    connection = http.client.HTTPConnection("127.0.0.1", WEB, timeout=60)
    began = time.perf_counter()
    number = 0
    while (now := time.perf_counter()) - began < seconds:
        due = began + number / per_second
        if now < due:
            time.sleep(due - now)
        cookie = f"gongjia={sessions[number % len(sessions)]}"
        started = time.perf_counter()
        connection.request("GET", PAGES[number % len(PAGES)], headers={"Cookie": cookie, "Host": "127.0.0.1"})
        answer = connection.getresponse()
        answer.read()
        found.append((time.perf_counter() - started) * 1000)
        if answer.status != 200:
            faults.append(f"{PAGES[number % len(PAGES)]}: {answer.status}")
        number += 1
    connection.close()


def visits(sessions: list[str], seconds: float) -> tuple[list[float], list[str]]:
    """Four people at a time, five pages a second together."""
    found: list[float] = []
    faults: list[str] = []
    parts = [sessions[n::4] for n in range(4)]
    threads = [threading.Thread(target=visit, args=(part, seconds, 1.25, found, faults)) for part in parts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return sorted(found), faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--per-second", type=int, default=1000, help="how fast people come to the rush")
    asked = parser.parse_args()
    os.environ["GONGJIA_HOSTS"] = "127.0.0.1"
    scratch.new_home()
    from django.core.management import call_command
    from django.utils.timezone import now

    from bench.federation import build

    build(townships=5, unions_each=20, at=now())
    people = rush_people.fill(asked.people + 200, now())
    call_command("collectstatic", interactive=False, verbosity=0)
    others, comers = [key for key, _pk in people[:200]], people[200:]
    servers = [serve("gongjia.config.web", "127.0.0.1", str(WEB)), serve("gongjia.config.rush", "127.0.0.1", str(RUSH))]
    try:
        for port in (WEB, RUSH):
            listening(port)
        visits(others, 4)
        idle, faults = visits(others, asked.seconds)
        count = min(len(comers), int(asked.seconds * asked.per_second))
        event = rush_people.event(max(1, count // 2), now(), 1)
        warm_up(event.pk)
        crowd = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("rush_client.py"))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        given = {
            "port": RUSH, "connections": 200, "per_second": asked.per_second,
            "requests": [post(event.pk, key) for key, _pk in comers[:count]],
        }  # fmt: skip
        answers: list[str] = []
        talk = threading.Thread(target=lambda: answers.append(crowd.communicate(json.dumps(given))[0]))
        talk.start()
        busy, more = visits(others, asked.seconds)
        talk.join()
        rush = json.loads(answers[0])
    finally:
        for server in servers:
            end(server)
    before, during = (one[int(len(one) * 0.95)] for one in (idle, busy))
    scratch.last_line(
        bench="signup", ratio=round(during / before, 2), p95_idle_ms=round(before, 1), p95_ms=round(during, 1),
        p50_idle_ms=round(statistics.median(idle), 1), p50_ms=round(statistics.median(busy), 1),
        pages=len(busy), faults=faults + more, rush=rush, marks={"ratio_at_most": 2},
    )  # fmt: skip


if __name__ == "__main__":
    main()
