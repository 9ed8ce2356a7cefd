"""bench-pages: pages of the console against a bare WSGI application on the same server with the best statement.

With a session, the scope and the masks. Three scopes: a basic union, a township, the whole federation.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import os
import socket
import statistics
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench import scratch

TOWNSHIPS, UNIONS_EACH = 20, 50
PORT, FLOOR_PORT = 8393, 8394


def fill(count: int) -> None:
    """Members by raw COPY, as the roster would leave them; numbers sealed, names keyed."""
    import uuid_utils
    from django.db import connection

    from gongjia.base import secret
    from gongjia.demo import people
    from gongjia.who.members.models import Person
    from gongjia.who.members.rules.card import card_serial
    from gongjia.who.members.rules.names import keys_of, latin_of
    from gongjia.who.orgs.queries import by_codes

    unions = by_codes([f"330182{t:03d}-{n:04d}" for t in range(1, TOWNSHIPS + 1) for n in range(1, UNIONS_EACH + 1)])
    places = sorted(unions.values(), key=lambda org: org.path)
    crowd = people.people(9)
    index = Person._meta.get_field("id_index")
    for start in range(0, count, 50_000):
        block = list(itertools.islice(crowd, min(50_000, count - start)))
        ids = [uuid_utils.compat.uuid7() for _ in block]
        sealed = secret.seal_many("person.id_no", ids, [one.id_no for one in block])
        digests = index.columns_many([one.id_no for one in block])["id_index"]
        with connection.cursor() as cursor:
            with cursor.copy(
                "copy members_person (id, name, name_py, name_initials, id_no, id_index, phone_ok, sex, born_on, nation,"
                " id_kind, political, education, skill_level, employment, household_kind, household_place, native_place,"
                " is_rural_worker, job_post, note, card_serial, upper_no) from stdin"
            ) as copy:
                for pk, one, data, digest in zip(ids, block, sealed, digests, strict=True):
                    full, initials = latin_of(one.name)
                    copy.write_row(
                        (pk, one.name, full, initials, data, digest, False, "1" if one.sex == "男" else "2", one.born_on, "01",
                         "id_card", "13", "30", "", "", "", "", "", False, "", "", card_serial(pk), "")
                    )  # fmt: skip
            with cursor.copy(
                "copy members_membership (id, person_id, org_id, org_path, name_keys, standing, since, joined_on, change_in,"
                " change_out, reason, is_latest, employer, trade, platform, area) from stdin"
            ) as copy:
                for at, (pk, one) in enumerate(zip(ids, block, strict=True), start):
                    org = places[at * len(places) // count]
                    copy.write_row(
                        (uuid_utils.compat.uuid7(), pk, org.id, org.path, keys_of(one.name), "active", date(2018, 1, 5),
                         one.joined_on, "1", "", "", True, "", "", "", "")
                    )  # fmt: skip
    scratch.as_owner("vacuum analyze members_person", "vacuum analyze members_membership")


def officer(org: Any) -> str:
    """A session key of an officer of that union with the reach of the department that keeps members."""
    from django.conf import settings
    from django.http import HttpRequest
    from django.utils.module_loading import import_string
    from django.utils.timezone import now

    from gongjia.base.actor import Actor
    from gongjia.faces.login import inside
    from gongjia.who.accounts import actions as accounts
    from gongjia.who.accounts import kinds, queries
    from gongjia.who.members import actions

    machine = Actor.system("bench", ["*"])
    role = (
        "city_publicity"
        if org.parent_id is None
        else "officer_township"
        if org.kind == "township"
        else "chair_grassroots"
    )
    person = actions.add_person(facts=actions.PersonFacts(name="测试"), org=org, actor=machine, at=now())
    actions.grant(person=person, org=org, role=role, since=date.today(), actor=machine, at=now())
    person.refresh_from_db()
    accounts.give_consent(account=person.account, version=queries.current_notice().version, at=now())
    request = HttpRequest()
    request.META = {"REMOTE_ADDR": "127.0.0.1"}
    request.session = import_string(f"{settings.SESSION_ENGINE}.SessionStore")()
    inside.enter(request, person.account, way=kinds.Way.CODE, factor="totp")
    request.session.save()
    return request.session.session_key


def timed(port: int, path: str, cookie: str, times: int) -> list[float]:
    """Milliseconds of each request over one kept connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    found = []
    for _ in range(times):
        started = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": cookie, "Host": "127.0.0.1"})
        answer = connection.getresponse()
        answer.read()
        found.append((time.perf_counter() - started) * 1000)
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
    connection.close()
    return found


def serve(*command: str, **environment: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", *command], cwd=scratch.ROOT, env={**os.environ, **environment},
    )  # fmt: skip


def listening(port: int, seconds: int = 90) -> None:
    """Return when somebody answers at the port."""
    for _ in range(seconds * 5):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise RuntimeError(f"nobody listens at {port}")


def end(server: subprocess.Popen) -> None:
    server.terminate()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=60)
    asked = parser.parse_args()
    scratch.new_home()
    os.environ["GONGJIA_HOSTS"] = "127.0.0.1"
    from django.core.management import call_command
    from django.utils.timezone import now

    from bench.federation import build
    from gongjia.config import where
    from gongjia.who.members.models import Membership, Person
    from gongjia.who.orgs.queries import by_code, root

    build(townships=TOWNSHIPS, unions_each=UNIONS_EACH, at=now())
    fill(asked.members)
    call_command("collectstatic", interactive=False, verbosity=0)
    place = where.connection_parameters("app")
    conninfo = " ".join(f"{key}={value}" for key, value in place.items())
    scopes = {"union": by_code("330182010-0025"), "township": by_code("330182010"), "federation": root()}
    servers = [
        serve("gongjia.config.web", "127.0.0.1", str(PORT), GONGJIA_WEB_WORKERS="1"),
        serve(
            "granian",
            "--interface",
            "wsgi",
            "bench.pages_floor:application",
            "--host",
            "127.0.0.1",
            "--port",
            str(FLOOR_PORT),
            "--workers",
            "1",
            "--blocking-threads",
            "1",
            "--log-level",
            "error",
            BENCH_CONNINFO=conninfo,
        ),
    ]
    results: dict[str, dict[str, float]] = {}
    try:
        for port in (PORT, FLOOR_PORT):
            listening(port)
        for name, org in scopes.items():
            key = f"gongjia={officer(org)}"
            spells = Membership.objects.filter(org_path__gte=org.path, org_path__lt=org.path + "~").order_by(
                "org_path", "pk"
            )
            total = spells.count()
            deep = spells.values_list("org_path", "pk", "person_id")[total * 9 // 10]
            person = Person.objects.get(pk=deep[2])
            digest = bytes(person.id_index).hex()
            zero = "00000000-0000-0000-0000-000000000000"
            cursor = token(f"n.{deep[0]}.{deep[1].hex}.{total * 9 // 10}", total)
            child = f"?org={org.pk}"
            cases = {
                "list": (f"/console/members/{child}", f"/?what=list&path={org.path}&after=&id={zero}"),
                "deep": (
                    f"/console/members/{child}&c={cursor}",
                    f"/?what=list&path={org.path}&after={deep[0]}&id={deep[1]}",
                ),
                "name": (
                    f"/console/members/{child}&q={quoted(person.name[:2])}",
                    f"/?what=name&path={org.path}&key={quoted(person.name[:2])}",
                ),
                "initials": (
                    f"/console/members/{child}&q={person.name_initials[:2]}",
                    f"/?what=name&path={org.path}&key={person.name_initials[:2]}",
                ),
                "exact": (
                    f"/console/members/{child}&q={sealed(person, key)}",
                    f"/?what=exact&path={org.path}&digest={digest}",
                ),
                "person": (f"/console/members/{person.pk}/", f"/?what=person&id={person.pk}"),
                "tree": (f"/console/orgs/tree/{child}", f"/?what=tree&id={org.pk}"),
            }
            for case, (ours, bare) in cases.items():
                timed(PORT, ours, key, 5)
                timed(FLOOR_PORT, bare, key, 5)
                mine, floor = timed(PORT, ours, key, asked.times), timed(FLOOR_PORT, bare, key, asked.times)
                mine.sort()
                results[f"{name}.{case}"] = {
                    "ratio": round(statistics.median(floor) / statistics.median(mine), 3),
                    "p50_ms": round(statistics.median(mine), 1),
                    "p95_ms": round(mine[int(len(mine) * 0.95)], 1),
                    "floor_p50_ms": round(statistics.median(floor), 2),
                }
                print(f"{name}.{case}", results[f"{name}.{case}"], flush=True)
    finally:
        for server in servers:
            end(server)
    scratch.last_line(
        bench="pages", ratio=min(one["ratio"] for one in results.values()), members=asked.members, cases=results,
        p50_ms=max(one["p50_ms"] for one in results.values()), p95_ms=max(one["p95_ms"] for one in results.values()),
        marks={"list": 0.15, "name": 0.25, "person": 0.1, "p50_ms": 30, "p95_ms": 100},
    )  # fmt: skip


def token(after: str, total: int) -> str:
    from gongjia.faces.shared.keyset import Cursor

    return Cursor((after,), total * 9 // 10, False, total).encode()


def quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text)


def sealed(person: Any, cookie: str) -> str:
    """An exact number as the search box puts it into the address."""
    from django.contrib.sessions.models import Session

    from gongjia.faces.shared import opaque

    account = Session.objects.get(pk=cookie.partition("=")[2]).get_decoded()["_auth_user_id"]
    return "~" + opaque.wrap(person.id_no.open_unlogged(), f"search:{account}")


if __name__ == "__main__":
    main()
