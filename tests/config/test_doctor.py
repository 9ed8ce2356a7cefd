"""The doctor names what is wrong; each finding is provoked."""

from __future__ import annotations

import os

import pytest
from django.conf import settings
from django.db import connections

from gongjia.base.secret import keys
from gongjia.config import doctor, homefile, where
from gongjia.config.doctor import database, machine

pytestmark = pytest.mark.django_db(databases=["default", "owner", "queue"])


def bad(look) -> list[str]:
    return [one.what for one in look() if one.level == "bad"]


def test_findings_say_how_to_mend() -> None:
    for one in doctor.examine():
        assert one.level in ("ok", "note", "bad") and one.about and one.what
        if one.level == "bad":
            assert one.mend or "检查时出错" in one.what, one


def test_a_database_that_may_lose_commits_is_found() -> None:
    """The test server runs without fsync; nothing else is wrong with it."""
    assert bad(database.database) == ["关闭了落盘保证，断电会丢数据"]


@pytest.mark.django_db(transaction=True, databases=["default", "owner", "queue"])
def test_one_role_for_both_is_found(monkeypatch) -> None:
    connections["owner"].close()
    monkeypatch.setenv("GONGJIA_OWNER_URL", os.environ["GONGJIA_DATABASE_URL"])
    try:
        found = bad(database.database)
    finally:
        connections["owner"].close()
    assert any("也能改日志" in what for what in found)


def test_a_journal_that_may_be_changed_is_found() -> None:
    """The owner's role may change it: asked about that role, the look must say so."""
    assert database._loose_tables(["journal_entry"], "gongjia_owner") == ["journal_entry"]
    assert database._loose_tables(["journal_entry"], "gongjia_app") == []


def test_pending_migrations_are_found(monkeypatch) -> None:
    from gongjia.config import prepare

    assert prepare.pending_migrations() == []
    monkeypatch.setattr(prepare, "pending_migrations", lambda: ["orgs.0099"])
    assert any("没有执行" in what for what in bad(database.database))


def test_a_key_ring_that_others_may_read_is_found() -> None:
    place = keys.path()
    assert not any("别人也能读" in what for what in bad(machine.keys))
    place.chmod(0o644)
    try:
        assert any("别人也能读" in what for what in bad(machine.keys))
    finally:
        place.chmod(0o600)
        keys.forget()


def test_keys_beside_a_backup_are_found() -> None:
    note = where.home() / "manifest.json"
    note.write_text("{}")
    try:
        assert any("放在一起" in what for what in bad(machine.keys))
    finally:
        note.unlink()


def test_settings_that_are_not_for_real_use_are_found(monkeypatch) -> None:
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["localhost"])
    assert bad(machine.settings) == []
    monkeypatch.setattr(settings, "DEBUG", True)
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["*"])
    monkeypatch.setattr(settings, "GONGJIA_CLOCK", "2018-08-27")
    assert len(bad(machine.settings)) == 4  # … and no HTTPS for others than this machine


def test_a_full_disk_is_found(monkeypatch) -> None:
    assert bad(machine.disk) == []
    monkeypatch.setattr(machine, "LEAST_FREE", 1 << 60)
    assert bad(machine.disk)


def test_a_missing_package_is_found(monkeypatch) -> None:
    assert bad(machine.python) == []
    monkeypatch.setattr(machine.importlib.metadata, "requires", lambda name: ["no-such-package>=1"])
    assert any("no-such-package" in what for what in bad(machine.python))


def test_a_home_that_was_never_backed_up_is_found(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("GONGJIA_HOME", str(tmp_path))
    homefile.note_made(tmp_path, kind="federation")
    assert any("从来没有" in what for what in bad(machine.backup))
    homefile.note_backup(tmp_path)
    assert bad(machine.backup) == []


def test_a_look_that_fails_is_a_finding(monkeypatch) -> None:
    def broken():
        raise ValueError("first line\nsecond")
        yield

    monkeypatch.setitem(doctor.PLAIN, "磁盘空间", broken)
    assert [one.what for one in doctor.examine() if one.about == "磁盘空间"] == ["检查时出错：ValueError first line"]
