"""C23 through real processes: whatever is killed while a roster is imported, it ends like an undisturbed import.

Supervisor, web, worker and database run as they do for a federation. One of the three is killed with -9, by its
process id, at random instants of the import; each comes back by itself, and the import is left to itself.
"""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
import pytest

from gongjia.demo.people import people
from tests.config.outside import Serving, gongjia, living, wait_for

UNIONS = """工会名称,组织类型,上级工会
城关镇总工会,乡镇(街道)工会,
测试机械厂工会,单独基层工会,城关镇总工会
测试运输公司工会,单独基层工会,城关镇总工会
"""
HEADER = ["工会名称", "姓名", "证件号码", "手机号"]
KNOWN, NEW, FAULTS, CHUNK = 400, 2000, 20, 50
CHUNKS = (NEW + KNOWN) // CHUNK
SETTINGS = {"GONGJIA_CLOCK": "2018-08-27", "GONGJIA_WORKER_SILENCE": "3"}  # one business day, whenever it runs
LONGEST = 150  # seconds an import may take to end after the last kill

PREPARE = f"""
import sys, pathlib
from gongjia.base import clock
from gongjia.config.cli.common import operator
from gongjia.who.members.actions import roster
from gongjia.who.members.roster import planning
from gongjia.who.orgs.queries import root
planning.Plan.chunks.__defaults__ = ({CHUNK},)
file = pathlib.Path({{file!r}})
actor, at = operator(), clock.now()
batch = roster.upload(actor=actor, at=at, org=root(), file=file, name=file.name)
batch = roster.check(batch=batch, actor=actor, at=at)
batch = roster.start(batch=batch, digest=batch.digest, actor=actor, at=at)
"""
AT_ONCE = """
roster.run(batch=batch, actor=actor)
"""
BY_THE_WORKER = """
from gongjia.base import progress
progress.start(kind="roster.run", label="名册", actor=actor, at=at, args={"batch": str(batch.pk)}, org=batch.org)
"""
# a chunk's data are committed, its cursor is not: what a design without the common transaction would leave
CURSOR_LOST = """
import os, signal
from gongjia.base import journal
from gongjia.who.members.roster import running
chunk = batch.chunks.order_by("number")[3]
with journal.act():
    running.run(chunk, batch, actor=actor, at=at)
    batch.chunks.filter(pk=chunk.pk).update(done_at=None, added=0)
os.kill(os.getpid(), signal.SIGKILL)
"""
GO_ON = """
from gongjia.base import clock
from gongjia.config.cli.common import operator
from gongjia.who.members.actions import roster
from gongjia.who.members.models import RosterBatch
roster.run(batch=RosterBatch.objects.get(state="running"), actor=operator())
"""
STATE = """
import json
from gongjia.config import canonical
print("state", json.dumps(canonical.table_hashes()))
"""


def run(home: Path, script: str, code: int | None = 0) -> str:
    return gongjia(home, "shell", "-c", script, code=code, **SETTINGS).stdout


def state(home: Path) -> dict[str, Any]:
    """Rows and hash of every business table."""
    told = next(line for line in run(home, STATE).splitlines() if line.startswith("state "))
    return json.loads(told.removeprefix("state "))


def differing(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    return [label for label in sorted({*one, *other}) if one.get(label) != other.get(label)]


def write(path: Path, rows: Iterator[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])


def rows_of(persons: list[Any], phones: list[str]) -> Iterator[list[str]]:
    unions = ("测试机械厂工会", "测试运输公司工会")
    for number, (person, phone) in enumerate(zip(persons, phones, strict=True)):
        yield [unions[number % 2], person.name, person.id_no, phone]


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("kills")


@pytest.fixture(scope="module")
def origin(place: Path) -> Path:
    """A federation at rest, with some members of the roster that is to come; copied for each import."""
    home = place / "origin"
    (place / "unions.csv").write_text(UNIONS)
    gongjia(
        home, "init", "--name", "测试县总工会", "--code", "339999", "--unions", place / "unions.csv",
        "--system", "甲一:19900000001", "--security", "乙二:19900000002", "--audit", "丙三:19900000003",
        **SETTINGS,
    )  # fmt: skip
    known, new = list(islice(people(1), KNOWN)), list(islice(people(2, start=KNOWN), NEW))
    write(place / "known.csv", rows_of(known, [one.phone for one in known]))
    run(home, PREPARE.format(file=str(place / "known.csv")) + AT_ONCE)
    changed = [f"1990009{number:04d}" for number in range(KNOWN)]  # each of the known has a new phone
    rows = [*rows_of(known, changed), *rows_of(new, [one.phone for one in new])]
    rows += [[union, "坏号码", number[:-1] + ("0" if number[-1] != "0" else "1"), phone]
             for union, _, number, phone in rows[-FAULTS:]]  # fmt: skip
    random.Random(5).shuffle(rows)
    write(place / "roster.csv", iter(rows))
    wait_for(lambda: not living(home), 60, "the database to end")
    return home


def copied(home: Path, to: Path) -> None:
    subprocess.run(["cp", "-a", str(home), str(to)], check=True)  # with its owners: the database runs as its own user


@pytest.fixture
def copy(origin: Path, place: Path, request) -> Iterator[Callable[[], Path]]:
    """Copies of that federation; the test ends when nothing works over them any more."""
    made: list[Path] = []

    def one() -> Path:
        home = place / f"{request.node.name[:20]}-{len(made)}"
        copied(origin, home)
        made.append(home)
        return home

    yield one
    for home in made:
        wait_for(lambda home=home: not living(home), 60, "nothing to be left running")
        shutil.rmtree(home)


@pytest.fixture(scope="module")
def undisturbed(origin: Path, place: Path) -> dict[str, Any]:
    """The state after an import that nothing disturbed."""
    home = place / "undisturbed"
    copied(origin, home)
    run(home, PREPARE.format(file=str(place / "roster.csv")) + AT_ONCE)
    found = state(home)
    wait_for(lambda: not living(home), 60, "the database to end")
    return found


class Import:
    """The long job over a served home, looked at from outside while it is being disturbed."""

    def __init__(self, serving: Serving, file: Path):
        self.serving, self.home = serving, serving.home
        run(self.home, PREPARE.format(file=str(file)) + BY_THE_WORKER)

    def ask(self, query: str) -> Any:
        """One value from the database; None while it is away."""
        try:
            server = json.loads((self.home / "run" / "server.json").read_text())
            with psycopg.connect(
                host=server["socket_dir"], port=server["port"], user="gongjia_super", dbname="gongjia",
                connect_timeout=5, options="-c search_path=cell,public",
            ) as connection:  # fmt: skip
                return connection.execute(query).fetchone()[0]
        except (OSError, ValueError, psycopg.OperationalError):
            return None

    def done(self) -> int | None:
        return self.ask(
            "select count(*) from members_rosterchunk c join members_rosterbatch b on b.id = c.batch_id"
            " where c.done_at is not null and b.ran_at is not null and b.to_add > 1000"
        )

    def ended(self) -> bool:
        return self.ask("select state from progress_progress where kind = 'roster.run'") in ("done", "failed")

    def kill(self, what: str) -> int:
        pid = (
            json.loads((self.home / "run" / "server.json").read_text())["pid"]
            if what == "database"
            else self.serving.children()[what]
        )
        os.kill(pid, signal.SIGKILL)
        return pid

    def replaced(self, what: str, pid: int) -> bool:
        """Whether another process has taken the place of the one that was killed."""
        try:
            if what == "database":
                return json.loads((self.home / "run" / "server.json").read_text())["pid"] != pid
            return self.serving.children().get(what, pid) != pid
        except (OSError, ValueError):
            return False


def disturbed(home: Path, file: Path, kills: int, seed: int) -> list[tuple[str, int]]:
    """Import `file` by the worker, killing at random; what was killed, and after how many chunks."""
    dice = random.Random(seed)
    victims = (["worker", "database", "web", "worker", "database"] * kills)[:kills]
    dice.shuffle(victims)
    instants = sorted(dice.sample(range(CHUNKS - 8), kills))  # chunks that are done before each
    killed: list[tuple[str, int]] = []
    last: dict[str, int] = {}  # what was killed -> the process id it had
    with Serving(home, "serve", **SETTINGS) as serving:
        job = Import(serving, file)
        for what, instant in zip(victims, instants, strict=True):
            wait_for(lambda instant=instant: (job.done() or 0) >= instant, LONGEST, f"{instant} chunks", every=0.02)
            if what in last:
                wait_for(lambda what=what: job.replaced(what, last[what]), 60, f"{what} to be back", every=0.02)
            time.sleep(dice.random() * 0.1)
            done, ended = job.done(), job.ended()
            last[what] = job.kill(what)
            killed.append((what, -1 if ended else done or 0))
        for what, pid in last.items():
            wait_for(lambda what=what, pid=pid: job.replaced(what, pid), 60, f"{what} to be back")
        wait_for(job.ended, LONGEST, "the import to end")
        ended = job.ask("select state || ' ' || message from progress_progress where kind = 'roster.run'")
        assert ended.startswith("done"), (ended, killed, serving.said())
        wait_for(serving.healthy, 60, "the pages to answer")
    return killed


def assert_same(home: Path, undisturbed: dict[str, Any]) -> None:
    assert differing(state(home), undisturbed) == []
    assert "日志完整" in gongjia(home, "audit", "verify").stdout


def test_killed_five_times_it_ends_the_same(copy, undisturbed, place: Path) -> None:
    home = copy()
    killed = disturbed(home, place / "roster.csv", kills=5, seed=random.randrange(10**6))
    assert {what for what, _ in killed} == {"worker", "database", "web"}
    assert sum(done >= 0 for _, done in killed) >= 4, killed  # while it ran, not after
    assert undisturbed["members.person"][0] == KNOWN + NEW + 3
    assert_same(home, undisturbed)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(5))
def test_killed_fifty_times_it_ends_the_same(copy, undisturbed, place: Path, seed: int) -> None:
    home = copy()
    killed = disturbed(home, place / "roster.csv", kills=10, seed=seed)
    assert len(killed) == 10 and sum(done >= 0 for _, done in killed) >= 8, killed
    assert_same(home, undisturbed)


def test_control_a_cursor_committed_apart_is_found(copy, undisturbed, place: Path) -> None:
    home = copy()
    run(home, PREPARE.format(file=str(place / "roster.csv")) + CURSOR_LOST, code=-signal.SIGKILL)
    run(home, GO_ON)
    found = differing(state(home), undisturbed)
    assert "members.rosterbatch" in found and "members.rosterverdict" in found
