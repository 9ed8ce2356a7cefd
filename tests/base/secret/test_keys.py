"""The key ring: made once, private, whole; versions; two halves on paper."""

from __future__ import annotations

import json
import re
import threading
from uuid import uuid4

import pytest

from gongjia.base import secret
from gongjia.base.secret import halves
from gongjia.base.secret.errors import KeysDamaged, KeysLoose, KeysMissing, UnknownVersion
from gongjia.base.secret.keyring import CLASSES

PK = uuid4()


def all_keys(ring) -> list[bytes]:
    return [one.key for held in ring.load().versions.values() for one in held.values()]


def test_the_file_is_private_and_no_key_shows(ring):
    assert ring.path().stat().st_mode & 0o777 == 0o600
    assert ring.path().parent.stat().st_mode & 0o077 == 0
    held = ring.load()
    for key in all_keys(ring):
        assert str(key) not in repr(held) + repr(held.versions) + str(ring.status())
    assert len(set(all_keys(ring))) == len(CLASSES)


def test_a_second_ring_is_refused(ring):
    before = ring.path().read_bytes()
    with pytest.raises(FileExistsError):
        ring.create()
    assert ring.path().read_bytes() == before


def test_missing_loose_and_damaged_rings_are_refused(ring):
    ring.path().chmod(0o640)
    with pytest.raises(KeysLoose):
        ring.load(fresh=True)
    ring.path().chmod(0o600)
    whole = ring.path().read_text()
    short = json.loads(whole)
    short["classes"]["field"]["versions"]["1"]["key"] = "AAAA"
    nothing_active = json.loads(whole)
    nothing_active["classes"]["index"]["active"] = 9
    for text in ("", "{}", whole[:-40], json.dumps(short), json.dumps(nothing_active)):
        ring.path().write_text(text)
        with pytest.raises(KeysDamaged):
            ring.load(fresh=True)
    ring.path().unlink()
    with pytest.raises(KeysMissing):
        ring.load(fresh=True)


def test_old_versions_open_what_they_sealed_and_new_ones_seal(ring, suite):
    old = secret.seal("x", PK, "文本")
    other = {"aes": "sm", "sm": "aes"}[suite]
    assert ring.rotate("field", other) == 2
    new = secret.seal("x", PK, "文本")
    assert old[:3] != new[:3] and new[1:3] == b"\0\2"
    assert secret.unseal("x", PK, old) == secret.unseal("x", PK, new) == "文本"
    mac = secret.mac("token", "code", "123456")
    ring.rotate("token")
    assert secret.mac_ok("token", "code", "123456", mac)
    assert not secret.mac_ok("token", "code", "123457", mac)
    assert not secret.mac_ok("token", "other", "123456", mac)
    assert not secret.mac_ok("token", "code", "123456", mac[:-1])


def test_a_dropped_version_opens_nothing_and_the_active_one_cannot_be_dropped(ring):
    old = secret.seal("x", PK, "文本")
    with pytest.raises(ValueError, match="in use"):
        ring.drop("field", 1)
    ring.rotate("field")
    ring.drop("field", 1)
    with pytest.raises(UnknownVersion):
        secret.unseal("x", PK, old)


def test_writers_take_turns(ring):
    threads = [threading.Thread(target=ring.rotate, args=("token",)) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(ring.load(fresh=True).versions["token"]) == list(range(1, 10))
    assert [path.name for path in ring.path().parent.iterdir() if path.name.startswith(".keys-")] == []


def test_a_kill_while_writing_leaves_the_old_ring_whole(ring, monkeypatch):
    before = ring.path().read_bytes()

    def killed(*args):
        raise KeyboardInterrupt

    for step in ("gongjia.base.secret.keys.os.fsync", "gongjia.base.secret.keys.Path.replace"):
        with monkeypatch.context() as patch:
            patch.setattr(step, killed)
            with pytest.raises(KeyboardInterrupt):
                ring.rotate("field")
        assert ring.path().read_bytes() == before
    assert ring.load(fresh=True).active["field"] == 1


# -- two halves -------------------------------------------------------------------------------------
def test_two_halves_bring_every_key_back(ring, tmp_path):
    assert ring.export_due()
    ring.rotate("field")
    wanted, sealed = ring.load().fingerprint(), secret.seal("x", PK, "文本")
    a, b = ring.export_halves(tmp_path / "paper")
    assert not ring.export_due() and not ring.status()["export_due"]
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in (a, b))
    ring.path().unlink()
    ring.forget()
    ring.import_halves(b, a)
    assert ring.load(fresh=True).fingerprint() == wanted
    assert secret.unseal("x", PK, sealed) == "文本"
    ring.rotate("file")
    assert ring.export_due()  # the paper no longer holds every key


def test_either_half_alone_is_useless(ring, tmp_path):
    a, b = ring.export_halves(tmp_path)
    data = [halves._read(path.read_text())["data"] for path in (a, b)]
    for key in all_keys(ring):
        for half in data:
            assert key not in half
    for path in (a, b):
        with pytest.raises(KeysDamaged, match="两份都是"):
            ring.import_halves(path, path)
    # exported again, both halves are other bytes, and halves of two exports do not join
    a2, _b2 = ring.export_halves(tmp_path / "again")
    assert halves._read(a2.read_text())["data"] != data[0]
    ring.path().unlink()
    with pytest.raises(KeysDamaged):
        ring.import_halves(a2, b)


def test_halves_without_the_pad_would_show_the_keys(ring, monkeypatch, tmp_path):
    """Negative control: with a pad of zeros the second half alone opens, and the check above would see it."""
    monkeypatch.setattr(halves.secrets, "token_bytes", lambda n: bytes(n))
    _a, b = ring.export_halves(tmp_path)
    import zlib

    assert "classes" in zlib.decompress(halves._read(b.read_text())["data"]).decode()


def test_a_slip_of_the_pen_is_named_by_its_line(ring, tmp_path):
    a, b = ring.export_halves(tmp_path)
    text = a.read_text()
    line = next(line for line in text.splitlines() if line.startswith("003 "))
    wrong = line.replace(line[6], "Q" if line[6] != "Q" else "R", 1)
    a.write_text(text.replace(line, wrong))
    ring.path().unlink()
    with pytest.raises(KeysDamaged, match=r"分册 A 第 3 行"):
        ring.import_halves(a, b)
    a.write_text(text.replace(line + "\n", ""))
    with pytest.raises(KeysDamaged, match=r"第 3 行"):
        ring.import_halves(a, b)
    # typed in by hand: small letters, other spaces
    body = re.sub(r"(?m)^(\d{3})  (.*?)  #", lambda m: f"{m[1]} {m[2].replace(' ', '').lower()} #", text)
    a.write_text(body)
    ring.import_halves(a, b)


def test_import_never_replaces_other_keys(ring, tmp_path):
    a, b = ring.export_halves(tmp_path)
    ring.import_halves(a, b)  # the same keys: fine
    ring.path().unlink()
    ring.forget()
    ring.create()
    mine = ring.path().read_bytes()
    with pytest.raises(FileExistsError):
        ring.import_halves(a, b)
    assert ring.path().read_bytes() == mine


def test_another_process_sees_a_new_key_within_a_second(ring, monkeypatch):
    from gongjia.base.secret import keys

    ring.load()
    text = ring.load().with_new_version("field", "aes", "").to_json()
    ring._write_private(ring.path(), text)  # as another process does it
    monkeypatch.setattr(keys, "_looked", keys._looked - keys.REFRESH)
    assert ring.load().active["field"] == 2
