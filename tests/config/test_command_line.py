"""The command line from outside: help without Django, refusals as sentences, a home's own settings."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from gongjia.config import homefile, lan, processes, serve
from gongjia.config.cli import main
from gongjia.config.cli.common import needs_django
from gongjia.config.init import Person, Plan, faults_of
from tests.config.outside import environment, free_port

COMMANDS = ("init", "demo", "serve", "doctor", "backup", "restore", "roster", "report", "figure", "audit", "user", "keys",
            "migrate", "run-jobs")  # fmt: skip


def every_command(group: click.Group, path: tuple[str, ...] = ()):
    for name, command in group.commands.items():
        if command.hidden:
            continue
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from every_command(command, (*path, name))


def test_every_command_is_there_and_has_help() -> None:
    found = dict(every_command(main))
    assert {(name,) for name in COMMANDS} <= set(found)
    for path, command in found.items():
        assert (command.help or "").strip(), path
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, (path, parameter.name)


def test_help_costs_no_django(tmp_path) -> None:
    script = (
        "import sys; from click.testing import CliRunner; from gongjia.config.cli import main;"
        "assert CliRunner().invoke(main, sys.argv[1:]).exit_code == 0;"
        "assert not {'django', 'psycopg', 'granian'} & set(sys.modules), 'loaded'"
    )
    for arguments in (["--help"], ["init", "--help"], ["roster", "import", "--help"]):
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments],
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


def test_a_refusal_is_printed_as_sentences(capsys) -> None:
    from gongjia.base.refused import Reason, Refused

    @needs_django
    def command() -> None:
        raise Refused([Reason("a", "第一句。", clause="工会法 11"), Reason("b", "第二句。", cure="请上级工会办理")])

    with pytest.raises(SystemExit) as ended:
        command()
    assert ended.value.code == 2
    assert capsys.readouterr().err == "第一句。 工会法 11\n第二句。 请上级工会办理\n"


def test_a_homes_settings_are_kept_private_and_the_environment_wins(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("GONGJIA_HOME", str(tmp_path))
    homefile.save_settings(tmp_path, {"GONGJIA_CLOCK": "2018-08-27", "GONGJIA_SMS_SECRET": "a=b"})
    homefile.save_settings(tmp_path, {"GONGJIA_DEMO": "1"})
    file = tmp_path / homefile.SETTINGS
    assert file.stat().st_mode & 0o777 == 0o600
    with file.open("a") as out:
        out.write("PATH=/nowhere\n# remark\nGONGJIA_HOME=/elsewhere\n")
    assert homefile.settings_of(tmp_path) == {
        "GONGJIA_CLOCK": "2018-08-27", "GONGJIA_DEMO": "1", "GONGJIA_SMS_SECRET": "a=b",
    }  # fmt: skip
    monkeypatch.setenv("GONGJIA_CLOCK", "2019-01-01")
    monkeypatch.delenv("GONGJIA_SMS_SECRET", raising=False)
    monkeypatch.delenv("GONGJIA_DEMO", raising=False)
    homefile.load()
    assert os.environ["GONGJIA_CLOCK"] == "2019-01-01" and os.environ["GONGJIA_SMS_SECRET"] == "a=b"
    monkeypatch.delenv("GONGJIA_SMS_SECRET")
    monkeypatch.delenv("GONGJIA_DEMO")


def test_an_outdated_demonstration_is_named_and_reset_offered(tmp_path) -> None:
    home = tmp_path / "var"
    home.mkdir()
    homefile.save_settings(home, {"GONGJIA_DEMO": "1"})
    homefile.note_made(home, kind="demo", digest="of another program", version="0.0.1", at="2018-08-27T09:00")
    done = subprocess.run(
        [sys.executable, "-m", "gongjia", "demo", "--no-serve"], env=environment(home), cwd=tmp_path,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert str(home) in done.stderr and "0.0.1" in done.stderr and "--reset" in done.stderr


def test_what_a_stray_command_leaves_is_no_data(tmp_path) -> None:
    for name in ("run", "postgres", "static"):
        (tmp_path / name).mkdir()
    assert not homefile.holds_anything(tmp_path)
    (tmp_path / "keys").mkdir()
    assert homefile.holds_anything(tmp_path)


def test_the_demonstration_never_writes_into_another_database(tmp_path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gongjia", "demo", "--no-serve"], cwd=tmp_path, stdin=subprocess.DEVNULL,
        env=environment(tmp_path / "var", GONGJIA_DATABASE_URL="host=/nowhere dbname=real"),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2 and "不会写进别的数据库" in done.stderr
    assert not (tmp_path / "var").exists()


def test_serve_before_there_is_anything_says_what_to_do(tmp_path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gongjia", "serve"], env=environment(tmp_path / "none"), cwd=tmp_path,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2 and "gongjia init" in done.stderr
    assert not (tmp_path / "none").exists()


def test_a_taken_port_is_named_and_a_free_one_found() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(serve.ServeError, match=str(port)):
            serve.choose_port("127.0.0.1", port)
    assert serve.choose_port("127.0.0.1", None) >= serve.PORT
    port = free_port()
    assert serve.choose_port("127.0.0.1", port) == port


def test_one_serves_a_home_at_a_time(tmp_path) -> None:
    assert homefile.serving(tmp_path) is None
    held = homefile.hold_serving(tmp_path)
    assert held is not None and homefile.hold_serving(tmp_path) is None
    homefile.note_serving(tmp_path, pid=1, address="here")
    assert homefile.serving(tmp_path) == {"pid": 1, "address": "here"}
    held.close()
    assert homefile.serving(tmp_path) is None


def test_a_dying_child_is_started_ever_more_patiently() -> None:
    child = processes.Child("x", [sys.executable, "-c", "raise SystemExit(3)"])
    waits = []
    for _ in range(4):
        child.start()
        assert child.bury() == 3
        waits.append(child.not_before)
    assert child.quick_deaths == 4
    assert waits[3] - waits[2] > waits[1] - waits[0]


def test_answers_to_init_are_checked_before_anything_is_made() -> None:
    three = {"admin_system": Person.parse("甲一：19900000001"), "admin_security": Person.parse("乙二 19900000002"),
             "admin_audit": Person.parse("丙三,19900000003")}  # fmt: skip
    assert faults_of(Plan("测试县总工会", "339999", "", three)) == []
    assert faults_of(Plan("测试县", "339999", "", three))
    assert faults_of(Plan("测试县总工会", "33999", "", three))
    assert faults_of(Plan("测试县总工会", "339999", "", {**three, "admin_audit": three["admin_system"]}))
    assert faults_of(Plan("测试县总工会", "339999", "", {**three, "admin_audit": Person.parse("丁四:123")}))
    assert faults_of(Plan("测试县总工会", "339999", "", three, unions=Path("/nowhere.xlsx")))


def test_access_codes_are_new_each_time_and_easy_to_read_out() -> None:
    codes = {lan.new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == lan.LENGTH and not set(code) & set("0o1il") for code in codes)
    assert not any(one.startswith("127.") for one in lan.addresses())
