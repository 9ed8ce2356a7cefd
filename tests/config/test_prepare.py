"""What a start prepares: once, and again only when something changed."""

from __future__ import annotations

import pytest

from gongjia.config import homefile, prepare, where

pytestmark = pytest.mark.django_db(databases=["default", "owner", "queue"])


def test_static_files_are_gathered_once() -> None:
    assert prepare.collect_static()
    assert prepare.static_is_current()
    assert not prepare.collect_static()
    prepare._static_note().write_text("of other files")
    assert prepare.collect_static()


def test_served_files_have_hashed_names_and_are_compressed() -> None:
    prepare.collect_static()
    root = where.home() / "static"
    script = next((root / "vendor").glob("echarts.min.*.js"))
    assert not (root / "vendor" / "echarts.min.js").exists()
    compressed = script.with_name(f"{script.name}.br")
    assert compressed.stat().st_size * 3 < script.stat().st_size
    assert b"sourceMappingURL" not in script.read_bytes()


def test_a_home_of_its_own_database_notes_that_it_is_prepared(tmp_path, monkeypatch) -> None:
    monkeypatch.delenv("GONGJIA_DATABASE_URL")
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "staticfiles.json").write_text("{}")
    assert not homefile.is_prepared(tmp_path)
    homefile.note_prepared(tmp_path)
    assert homefile.is_prepared(tmp_path)
    monkeypatch.setattr(homefile, "program_digest", lambda: "of another program")
    assert not homefile.is_prepared(tmp_path)


def test_a_database_outside_the_home_is_looked_at_each_time(tmp_path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "staticfiles.json").write_text("{}")
    homefile.note_prepared(tmp_path)
    assert where.external() and not homefile.is_prepared(tmp_path)
