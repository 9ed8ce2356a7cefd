"""What a backup refuses, and what a comparison finds; the whole way round is in test_life.py."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from gongjia.base import secret
from gongjia.base.secret import files
from gongjia.config import backup, where

pytestmark = pytest.mark.django_db


def manifest(**changes) -> dict:
    return {"tables": backup.table_digests(), "canonical": "", **changes}


def test_a_table_that_differs_is_named() -> None:
    """The control of the comparison: one row more, one table left out of the dump."""
    tables = backup.table_digests()
    for wrong in ({**tables, "cell.orgs_org": [99, "1/1"]}, {**tables, "cell.left_out": [0, "0/0"]}):
        with pytest.raises(backup.BackupError, match=r"cell\.(orgs_org|left_out)"):
            backup._compare({"tables": wrong, "canonical": ""})


def test_other_content_is_found_though_every_table_agrees() -> None:
    with pytest.raises(backup.BackupError, match="业务内容"):
        backup._compare(manifest(canonical="of something else"))


def test_a_backup_does_not_lie_inside_what_it_saves() -> None:
    with pytest.raises(backup.BackupError, match="数据目录里面"):
        backup.make(where.home() / "backup", print)
    assert not (where.home() / "backup").exists()


def test_a_folder_that_holds_something_is_left_alone(tmp_path) -> None:
    (tmp_path / "mine").write_text("keep")
    with pytest.raises(backup.BackupError, match="不是空文件夹"):
        backup.make(tmp_path, print)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_backup_cut_short_leaves_nothing(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(backup, "_write", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        backup.make(tmp_path / "new", print)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_backup_is_not_restored(tmp_path) -> None:
    with pytest.raises(backup.BackupError, match="不是工家的备份"):
        backup.read_manifest(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps({"kind": "something else", "format": 1}))
    with pytest.raises(backup.BackupError, match="不是工家的备份"):
        backup.read_manifest(tmp_path)


def signed(folder: Path, **values) -> Path:
    text = {"kind": backup.KIND, "format": 1, "keys": secret.keys.load().id, "files": {}, **values}
    text["mac"] = secret.mac(*backup.MAC, backup._text(text)).hex()
    (folder / backup.MANIFEST).write_text(json.dumps(text))
    return folder


def test_a_manifest_of_other_keys_or_changed_is_refused(tmp_path) -> None:
    assert backup.read_manifest(signed(tmp_path))["files"] == {}
    with pytest.raises(backup.BackupError, match="不是这份备份的密钥"):
        backup.read_manifest(signed(tmp_path, keys="00000000-0000-0000-0000-000000000000"))
    file = signed(tmp_path) / backup.MANIFEST
    file.write_text(file.read_text().replace('"files": {}', '"files": {"x": {}}'))
    with pytest.raises(backup.BackupError, match="改动过"):
        backup.read_manifest(tmp_path)


def test_keys_and_database_stay_out_of_the_packed_home(tmp_path) -> None:
    for name in (
        "keys/keyring.json",
        "postgres/PG_VERSION",
        "files/ab/one",
        "audit/roots.jsonl",
        "outbox/sms.jsonl",
        "run/x",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "files" / "link").symlink_to("/etc/passwd")
    with (
        backup._packing(tmp_path, b"roots as they were") as stream,
        tarfile.open(fileobj=io.BytesIO(stream.read())) as tar,
    ):
        packed = {entry.name: entry for entry in tar}
        assert tar.extractfile(packed["audit/roots.jsonl"]).read() == b"roots as they were"
    assert {name for name, entry in packed.items() if entry.isfile()} == {
        "files/ab/one", "audit/roots.jsonl", "outbox/sms.jsonl",
    }  # fmt: skip


def test_a_stream_is_sealed_and_opened_block_by_block(tmp_path) -> None:
    plain = bytes(range(256)) * 3000  # some blocks and a part of one
    pk = secret_id()
    files.seal_stream(tmp_path / "one", pk, io.BytesIO(plain))
    assert b"".join(files.blocks(tmp_path / "one", pk)) == plain
    with backup._flowing(files.blocks(tmp_path / "one", pk)) as stream:
        assert stream.read() == plain
    files.seal_stream(tmp_path / "empty", pk, io.BytesIO(b""))
    assert b"".join(files.blocks(tmp_path / "empty", pk)) == b""
    sealed = (tmp_path / "one").read_bytes()
    (tmp_path / "one").write_bytes(sealed[: len(sealed) // 2])
    with pytest.raises(secret.Tampered), backup._flowing(files.blocks(tmp_path / "one", pk)) as stream:
        stream.read()
    with pytest.raises(secret.Tampered):
        b"".join(files.blocks(tmp_path / "empty", secret_id()))


def secret_id():
    import uuid

    return uuid.uuid4()
