"""The life of a real installation, from outside: founded, filled, served through kills, backed up, destroyed, restored."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.outside import Serving, answer, gongjia, living, status, wait_for

UNIONS = """工会名称,组织类型,上级工会
城关镇总工会,乡镇(街道)工会,
测试机械厂工会,单独基层工会,城关镇总工会
"""
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity_number(serial: int) -> str:
    first = f"3301001985{serial % 12 + 1:02d}{serial % 28 + 1:02d}{serial:03d}"
    return first + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True)) % 11]


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A folder whose path has a space, 中文 and more than 120 characters."""
    place = tmp_path_factory.mktemp("life") / f"数据 {'长' * 30}" / ("x" * 40)
    place.mkdir(parents=True)
    return place


@pytest.fixture(scope="module")
def home(place: Path) -> Iterator[Path]:
    """A federation that is not the demonstration, with a roster of 40 members in."""
    home = place / "家"
    (place / "unions.csv").write_text(UNIONS)
    rows = ["姓名,证件号码,手机号"]
    rows += [f"测试{chr(0x4E00 + number)},{identity_number(number)},1990000{1000 + number}" for number in range(40)]
    rows += ["坏号码,330100198501010013,19900009999"]
    (place / "roster.csv").write_text("\n".join(rows))
    founded = gongjia(
        home, "init", "--name", "测试县总工会", "--code", "339999", "--unions", place / "unions.csv",
        "--system", "甲一:19900000001", "--security", "乙二:19900000002", "--audit", "丙三:19900000003",
        "--keys-to", place / "halves",
    )  # fmt: skip
    assert "下级工会 2 家" in founded.stdout and founded.stdout.count("前有效") == 3
    yield home
    wait_for(lambda: not living(home), 60, "nothing to be left running")


@pytest.fixture(scope="module")
def union(home: Path) -> str:
    """Code of the union that has members."""
    listed = gongjia(home, "shell", "-c", "from gongjia.who.orgs.queries import by_names_or_codes as f;"
                     "print('code', *[o.code for o in f({'测试机械厂工会'})])").stdout  # fmt: skip
    return next(line.split()[1] for line in listed.splitlines() if line.startswith("code "))


def test_founding_refuses_one_person_in_two_posts(place: Path) -> None:
    refused = gongjia(
        place / "another", "init", "--name", "测试县总工会", "--code", "339999",
        "--system", "甲一:19900000001", "--security", "甲一:19900000001", "--audit", "丙三:19900000003", code=2,
    )  # fmt: skip
    assert "三个不同的人" in refused.stderr
    assert not (place / "another").exists() or not any((place / "another").iterdir())


def test_founding_refuses_a_home_that_holds_data(home: Path) -> None:
    refused = gongjia(
        home, "init", "--name", "测试县总工会", "--code", "339999",
        "--system", "甲一:19900000001", "--security", "乙二:19900000002", "--audit", "丙三:19900000003", code=2,
    )  # fmt: skip
    assert "已有数据" in refused.stderr
    assert "正式数据" in gongjia(home, "demo", "--reset", code=2).stderr


def test_the_wording_of_messages_is_installed(home: Path) -> None:
    """Officers change rows, so the rows are there from the start; a second start writes nothing."""
    rows = "from gongjia.base import outbox; from gongjia.base.outbox.models import Template as T;"
    told = gongjia(home, "shell", "-c", f"{rows} print('rows', T.objects.count(), len(list(outbox.offered)))").stdout
    there, offered = next(line.split()[1:] for line in told.splitlines() if line.startswith("rows "))
    assert there == offered != "0"
    assert "已是最新" in gongjia(home, "migrate").stdout


def test_a_roster_is_checked_and_imported(home: Path, place: Path, union: str) -> None:
    checked = answer(home, "roster", "check", place / "roster.csv", "--union", union)
    assert (checked["rows"], checked["ok"]) == (41, 40)
    assert [(one["row"], one["code"]) for one in checked["faults"]] == [(42, "id_check_digit")]
    imported = answer(home, "roster", "import", place / "roster.csv", "--union", union)
    assert (imported["added"], imported["changed"], imported["refused"]) == (40, 0, 1)
    assert imported["batch"] and imported["faults"]
    again = answer(home, "roster", "import", place / "roster.csv", "--union", union)
    assert (again["added"], again["unchanged"]) == (0, 40)
    assert (
        "没有这个工会代码"
        in gongjia(home, "roster", "check", place / "roster.csv", "--union", "nowhere", code=2).stderr
    )


def test_an_import_is_undone(home: Path, place: Path, union: str) -> None:
    rows = ["姓名,证件号码", f"只来一次,{identity_number(700)}"]
    (place / "one.csv").write_text("\n".join(rows))
    batch = answer(home, "roster", "import", place / "one.csv", "--union", union)["batch"]
    assert "已撤销：1 人" in gongjia(home, "roster", "undo", batch, "--note", "录错了").stdout


def test_officers_are_added_listed_and_given_slips(home: Path) -> None:
    gongjia(home, "user", "add", "--name", "丁四", "--phone", "19900000004", "--role", "leader")
    assert "前有效" in gongjia(home, "user", "slip", "--phone", "19900000004").stdout
    listed = gongjia(home, "user", "list").stdout
    assert "丁四" in listed and "199****0004" in listed and "19900000004" not in listed
    gongjia(home, "user", "role", "--phone", "19900000004", "--role", "leader", "--end", "--why", "调离")
    refused = gongjia(home, "user", "role", "--phone", "19900000001", "--role", "admin_audit", code=2)
    assert refused.stderr.strip()  # the system administrator may not become the audit administrator as well


def test_it_serves_through_kills_and_ends_cleanly(home: Path) -> None:
    with Serving(home) as serving:
        assert serving.healthy() and living(home)
        assert status(serving.url("login/")) == 200
        assert "已经在运行" in gongjia(home, "serve", code=2).stderr
        health = {one["about"]: one for one in answer(home, "doctor", code=None)}
        assert health["后台任务"]["level"] == "ok", health

        before = serving.children()
        for name in ("web", "worker"):
            os.kill(before[name], signal.SIGKILL)
        wait_for(
            lambda: serving.healthy() and not set(serving.children().values()) & set(before.values()), 90, "both back"
        )

        database = json.loads((home / "run" / "server.json").read_text())["pid"]
        os.kill(database, signal.SIGKILL)
        wait_for(serving.healthy, 60, "the database to be back")

        started = time.monotonic()
        serving.process.send_signal(signal.SIGTERM)
        assert serving.process.wait(60) == 0
        assert time.monotonic() - started < 40
    assert status(serving.url("healthz")) == 0
    wait_for(lambda: not living(home), 30, "nothing to be left")


def test_a_killed_supervisor_leaves_nothing(home: Path) -> None:
    with Serving(home) as serving:
        serving.process.kill()
        serving.process.wait(10)
        wait_for(lambda: not living(home), 60, "nothing to be left")
        assert status(serving.url("healthz")) == 0


TAMPER = """
import psycopg
from psycopg.conninfo import make_conninfo
from gongjia.config import where
with psycopg.connect(make_conninfo(**where.connection_parameters("super")), autocommit=True) as connection:
    connection.execute("update cell.journal_entry set action = {change} where stream = 'house' and seq = 1")
"""


def test_a_change_by_the_superuser_is_named(home: Path) -> None:
    """By the superuser of the database, behind the program's back; and when it is taken back, all is well."""
    gongjia(home, "audit", "seal")
    assert answer(home, "audit", "verify") == {"whole": True, "faults": []}
    gongjia(home, "shell", "-c", TAMPER.format(change="action || '!'"))
    assert "house 第 1 条：记录被改动" in gongjia(home, "audit", "verify", code=1).stdout
    gongjia(home, "shell", "-c", TAMPER.format(change="rtrim(action, '!')"))


NUMBERS = """
from gongjia.who.members.models import Person
print("numbers", *sorted(one.id_no.open_unlogged() for one in Person.objects.exclude(id_no__isnull=True)))
"""


def numbers(home: Path) -> list[str]:
    """Every ID number, opened with the keys that are there."""
    told = gongjia(home, "shell", "-c", NUMBERS).stdout
    return next(line.split()[1:] for line in told.splitlines() if line.startswith("numbers"))


def test_backup_destroy_restore(home: Path, place: Path) -> None:
    made = gongjia(home, "backup", place / "backup")
    digest = json.loads((place / "backup" / "manifest.json").read_text())["canonical"]
    assert digest in made.stdout
    assert not any(path.suffix == ".json" and "keyring" in path.name for path in (place / "backup").rglob("*"))
    for path in (place / "backup").iterdir():
        assert "测试".encode() not in path.read_bytes() and b"19900001001" not in path.read_bytes()
    assert "只能恢复到空目录" in gongjia(home, "restore", place / "backup", code=2).stderr
    listed = gongjia(home, "user", "list").stdout
    assert numbers(home) == sorted(identity_number(number) for number in range(40))

    wait_for(lambda: not living(home), 30, "the database to end")
    shutil.rmtree(home)
    assert "没有密钥" in gongjia(home, "restore", place / "backup", code=2).stderr
    halves = sorted((place / "halves").iterdir())
    gongjia(home, "keys", "import", *halves)
    assert digest in gongjia(home, "restore", place / "backup").stdout
    assert "日志完整" in gongjia(home, "audit", "verify").stdout
    assert numbers(home) == sorted(identity_number(number) for number in range(40))
    assert gongjia(home, "user", "list").stdout == listed  # the masked phones were opened with the imported keys


def test_a_damaged_backup_is_refused(home: Path, place: Path) -> None:
    shutil.copytree(place / "backup", place / "damaged")
    with (place / "damaged" / "database.sealed").open("r+b") as file:
        file.seek(1000)
        file.write(b"\0\0\0\0")
    elsewhere = place / "elsewhere"
    halves = sorted((place / "halves").iterdir())
    gongjia(elsewhere, "keys", "import", *halves)
    assert "已损坏" in gongjia(elsewhere, "restore", place / "damaged", code=2).stderr
    manifest = place / "damaged" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"format": 1,', '"format": 1, "extra": 1,'))
    assert "改动过" in gongjia(elsewhere, "restore", place / "damaged", code=2).stderr


def test_keys_are_exported_and_rotated(home: Path, place: Path) -> None:
    assert json.loads(gongjia(home, "keys", "status", "--json").stdout)["export_due"] is False
    gongjia(home, "keys", "rotate", "field")
    assert json.loads(gongjia(home, "keys", "status", "--json").stdout)["export_due"] is True
    assert "199****" in gongjia(home, "user", "list").stdout
    refused = gongjia(home, "keys", "export", place / "backup", code=2)
    assert "不能和备份放在一起" in refused.stderr
