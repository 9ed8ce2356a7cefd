"""C13, small: the process of the rush and the database are killed in the middle; nobody loses or doubles a place."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.config.outside import Serving, environment, free_port, gongjia, living, wait_for

PEOPLE, PLACES, CLIENTS = 240, 160, 8
UNIONS = "工会名称,组织类型,上级工会\n城关镇总工会,乡镇(街道)工会,\n测试机械厂工会,单独基层工会,城关镇总工会\n"
PREPARE = f"""
import json
from gongjia.config.cli.common import ready
ready()
from django.utils.timezone import now
from bench.rush_people import event, logged_in
from gongjia.who.orgs.models import Org
people = logged_in({PEOPLE}, list(Org.objects.filter(name="测试机械厂工会")), now())
print(json.dumps({{"event": str(event({PLACES}, now(), 1).pk), "people": people}}))
"""


class Person(threading.Thread):
    """Several members one after another, each asking until there is an answer, as their page does."""

    def __init__(self, port: int, event: str, people: list[tuple[str, str]]):
        super().__init__()
        self.port, self.event, self.people = port, event, people
        self.heard: dict[str, dict[str, Any]] = {}
        self.broken = 0

    def run(self) -> None:
        for key, person in self.people:
            number = ""
            until = time.monotonic() + 120
            while time.monotonic() < until:
                said, given = self.ask(key, number)
                number = given or number
                if said is not None and said["verdict"] not in ("in_line", "busy"):
                    self.heard[person] = said
                    break
                time.sleep(0.1)

    def ask(self, key: str, number: str) -> tuple[dict[str, Any] | None, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        cookie = f"gongjia={key}" + (f"; gj_place={number}" if number else "")
        try:
            connection.request(
                "POST", f"/rush/{self.event}/", headers={
                    "Host": f"127.0.0.1:{self.port}", "Origin": f"http://127.0.0.1:{self.port}", "Cookie": cookie,
                    "Accept": "application/json",
                },
            )  # fmt: skip
            answer = connection.getresponse()
            given = (answer.headers.get("Set-Cookie") or "").partition(";")[0].partition("=")[2]
            return json.loads(answer.read()), given
        except (OSError, http.client.HTTPException, ValueError):
            self.broken += 1
            return None, ""
        finally:
            connection.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    place = tmp_path / "home"
    (tmp_path / "unions.csv").write_text(UNIONS)
    gongjia(
        place, "init", "--name", "测试县总工会", "--code", "339999", "--unions", tmp_path / "unions.csv",
        "--system", "甲一:19900000001", "--security", "乙二:19900000002", "--audit", "丙三:19900000003",
    )  # fmt: skip
    return place


def test_the_process_and_the_database_are_killed_in_the_middle(home: Path):
    port = free_port()
    with Serving(home, GONGJIA_RUSH_PORT=str(port), GONGJIA_HOSTS="localhost,127.0.0.1") as serving:
        done = subprocess.run(
            [sys.executable, "-c", PREPARE], env=environment(home), cwd=home.parent, capture_output=True, text=True, check=True,
        )  # fmt: skip
        made = json.loads(done.stdout.splitlines()[-1])
        people = [tuple(one) for one in made["people"]]
        threads = [Person(port, made["event"], people[n::CLIENTS]) for n in range(CLIENTS)]
        for one in threads:
            one.start()

        def answered() -> int:
            return sum(len(one.heard) for one in threads)

        wait_for(lambda: answered() > 40, 60, "the rush to begin", every=0.01)
        killed = serving.children()["rush"]
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda: serving.children().get("rush") not in (None, killed), 60, "the process to be back")
        wait_for(lambda: answered() > 110, 90, "the rush to go on", every=0.01)
        os.kill(
            json.loads((home / "run" / "server.json").read_text())["pid"], signal.SIGQUIT
        )  # as a crash: no checkpoint
        for one in threads:
            one.join(240)
        assert not any(one.is_alive() for one in threads)
        heard = {person: said for one in threads for person, said in one.heard.items()}
        assert len(heard) == PEOPLE, "somebody never heard where they stand"
        again = Person(port, made["event"], people[:: PEOPLE // 60])
        again.run()
        server = json.loads((home / "run" / "server.json").read_text())
        with psycopg.connect(
            host=server["socket_dir"], port=server["port"], user="gongjia_super", dbname="gongjia",
            options="-c search_path=cell,public",
        ) as connection:  # fmt: skip
            rows = connection.execute(
                "select person_id::text, id::text from events_signup where state = 'placed'"
            ).fetchall()
            used, total = connection.execute("select used, total from events_cell").fetchone()  # type: ignore[misc]
    placed = {person: said["sign_up"] for person, said in heard.items() if said["verdict"] in ("placed", "already")}
    assert sum(one.broken for one in threads) > 0, "nothing was disturbed"
    assert dict(rows) == placed and len(rows) == PLACES == used == total
    assert {said["verdict"] for person, said in heard.items() if person not in placed} == {"sold_out"}
    assert {person: said["verdict"] for person, said in again.heard.items()} == {
        person: "already" if person in placed else "sold_out" for _key, person in people[:: PEOPLE // 60]
    }
    wait_for(lambda: not living(home), 60, "nothing to be left running")
