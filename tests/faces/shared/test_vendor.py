"""tools/vendor.py: only what the lock names, only with the right digest, instant when done."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
import re
import tarfile
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def vendor():
    spec = importlib.util.spec_from_file_location("vendor_tool", ROOT / "tools" / "vendor.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def tarball(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


ICON = b'<svg width="24"><path stroke="none" d="M0 0h24v24H0z" fill="none" /><path d="M5 12h14" /></svg>'


@pytest.fixture
def registry(vendor, tmp_path, monkeypatch):
    """A package of our own, "fetched" from a fake npm; answers (lock file, calls)."""
    content = tarball({"dist/a.js": b"var a;\n//# sourceMappingURL=a.js.map\n", "icons/home.svg": ICON})
    calls = []

    def run(command, **options):
        calls.append(command)
        folder = Path(command[command.index("--pack-destination") + 1])
        (folder / "sample-1.0.0.tgz").write_bytes(content)
        return vendor.subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(vendor.subprocess, "run", run)
    monkeypatch.setattr(vendor.shutil, "which", lambda name: "/usr/bin/npm")
    lock = tmp_path / "vendor.lock"
    digest = base64.b64encode(hashlib.sha512(content).digest()).decode()
    lock.write_text(
        'node_wheel = "none"\nicons = ["home"]\n[[package]]\nname = "sample"\nversion = "1.0.0"\n'
        f'sha512 = "{digest}"\nsprite = "icons.svg"\nicon_prefix = "icons/"\n[package.files]\n"dist/a.js" = "lib/a.js"\n'
    )
    return lock, calls


def test_fetches_once_and_strips_source_maps(vendor, registry, tmp_path):
    lock, calls = registry
    target = tmp_path / "vendor"
    arguments = ["--lock", str(lock), "--target", str(target)]
    assert vendor.main([*arguments, "--check"]) == 1
    assert vendor.main(arguments) == 0
    assert (target / "lib/a.js").read_text().strip() == "var a;"
    sprite = (target / "icons.svg").read_text()
    assert '<symbol id="home" viewBox="0 0 24 24"><path d="M5 12h14"/></symbol>' in sprite
    assert vendor.main(arguments) == 0
    assert vendor.main([*arguments, "--check"]) == 0
    assert len(calls) == 1
    (target / "lib/a.js").unlink()
    assert vendor.main(arguments) == 0
    assert len(calls) == 2


def test_another_content_is_refused_and_nothing_taken(vendor, registry, tmp_path):
    lock, _ = registry
    lock.write_text(lock.read_text().replace('sha512 = "', 'sha512 = "AAAA'))
    target = tmp_path / "vendor"
    with pytest.raises(SystemExit, match="is not the file of"):
        vendor.main(["--lock", str(lock), "--target", str(target)])
    assert not target.exists()
    assert list(tmp_path.glob(".vendor-*")) == []


def test_an_unknown_icon_is_named(vendor, registry, tmp_path):
    lock, _ = registry
    lock.write_text(lock.read_text().replace('["home"]', '["home", "hoem"]'))
    with pytest.raises(SystemExit, match="hoem"):
        vendor.main(["--lock", str(lock), "--target", str(tmp_path / "vendor")])


def test_the_lock_names_no_host():
    text = (ROOT / "vendor.lock").read_text()
    assert not re.search(r"https?:|\.(com|org|io|cn)/|registry", text)


def test_everything_is_there_and_the_check_is_quick(vendor):
    started = time.monotonic()
    assert vendor.main(["--check"]) == 0
    assert time.monotonic() - started < 1  # a call of its own takes under 0.2 s
    for path in vendor.TARGET.rglob("*.js"):
        assert "sourceMappingURL" not in path.read_text()[-400:]
