"""The key ring's file: made once at `init`, readable by its owner only, replaced whole.

Who loses it loses every sealed value for ever; `export_halves` is the only second copy.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from . import halves
from .errors import KeysDamaged, KeysLoose, KeysMissing
from .keyring import CLASSES, STEADY, KeyRing, KeyVersion, new_ring
from .suites import SUITES

try:
    import fcntl
except ImportError:  # Windows has no flock; there one process holds the ring
    fcntl = None  # type: ignore[assignment]

REFRESH = 1.0  # seconds: how soon every process sees that the ring's file was replaced

_lock = threading.RLock()
_held: tuple[Path, tuple[int, int, int], KeyRing] | None = None
_looked = 0.0


def path() -> Path:
    chosen = getattr(settings, "GONGJIA_KEYS", None)
    return Path(chosen) if chosen else Path(settings.GONGJIA_HOME) / "keys" / "keyring.json"


def exists() -> bool:
    return path().exists()


def load(fresh: bool = False) -> KeyRing:
    """The ring, from memory while its file is unchanged (looked at once a second)."""
    global _held, _looked
    where = path()
    held = _held
    moment = time.monotonic()
    if not fresh and held is not None and held[0] == where and moment - _looked < REFRESH:
        return held[2]
    with _lock:
        try:
            state = where.stat()
        except FileNotFoundError:
            raise KeysMissing(f"no key ring at {where}: run `gongjia init`, or import the two halves") from None
        mark = (state.st_mtime_ns, state.st_ino, state.st_size)
        if not fresh and _held is not None and _held[0] == where and _held[1] == mark:
            _looked = moment
            return _held[2]
        if os.name == "posix" and state.st_mode & 0o077:
            raise KeysLoose(f"{where} may be read by others: chmod 600 it, and think about who has read it")
        ring = KeyRing.from_json(where.read_text("utf-8"))
        _held, _looked = (where, mark, ring), moment
        return ring


def forget() -> None:
    """Drop the ring from memory (tests, and after a restore)."""
    global _held
    with _lock:
        _held = None


def create(suite: str | None = None) -> KeyRing:
    """Make the ring. Refuses to replace one: that would make every sealed value unreadable."""
    with _changing(must_exist=False):
        if exists():
            raise FileExistsError(f"there is a key ring at {path()} already")
        ring = new_ring(_suite(suite), _stamp())
        _write(ring)
    return ring


def rotate(klass: str, suite: str | None = None) -> int:
    """A new version of one class; older ones still open what they sealed. Gives the new number.

    For `index` this begins the rotation (phase `fill`); `gongjia.base.secret.rotation` carries it through.
    """
    if klass not in CLASSES:
        raise ValueError(f"no key class {klass!r}")
    ring = _change(lambda held: held.with_new_version(klass, _suite(suite), _stamp()))
    return max(ring.versions[klass])


def next_phase() -> str:
    """Move the index rotation on by one phase; `rotation` calls it when a phase is complete."""
    return _change(KeyRing.with_next_phase).phase


def drop(klass: str, number: int) -> None:
    """Destroy an old version. `rotation.retire` calls it once nothing is sealed with it."""
    _change(lambda held: held.without(klass, number))


def status() -> dict[str, Any]:
    """For `doctor` and `keys`: what there is, never the keys themselves."""
    ring = load(fresh=True)
    wanted = _suite(None)
    return {
        "path": str(path()),
        "id": ring.id,
        "created": ring.created,
        "provider": "software",  # not an evaluated cryptographic device: not for 密评
        "classes": {
            klass: {
                "active": ring.active[klass],
                "suite": ring.current(klass).suite.name,
                "versions": sorted(held),
                "as_set": ring.current(klass).suite.name == wanted,
            }
            for klass, held in ring.versions.items()
        },
        "index_phase": ring.phase,
        "index_rotating": ring.phase != STEADY,
        "export_due": export_due(ring),
    }


# -- two sealed halves ---------------------------------------------------------------------------
def export_due(ring: KeyRing | None = None) -> bool:
    """True when no printed pair of halves holds every key of today."""
    ring = ring or load(fresh=True)
    return ring.exported.get("fingerprint") != ring.fingerprint()


def export_halves(folder: Path | str) -> tuple[Path, Path]:
    """Write two text files, to be printed and kept apart; either alone tells nothing."""
    ring = load(fresh=True)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    moment = _stamp()
    texts = halves.split(ring.to_json(), ring.id, moment)
    paths = []
    for letter, text in zip("AB", texts, strict=True):
        target = folder / f"gongjia-keys-{ring.id[:8]}-{moment[:10]}-{letter}.txt"
        _write_private(target, text)
        paths.append(target)
    _change(lambda held: replace(held, exported={"at": moment, "fingerprint": ring.fingerprint()}))
    return paths[0], paths[1]


def import_halves(a: Path | str, b: Path | str) -> KeyRing:
    """Put the ring back from its two halves. Refuses to replace a ring with other keys."""
    ring = KeyRing.from_json(halves.join(Path(a).read_text("utf-8"), Path(b).read_text("utf-8")))
    ring = replace(ring, exported={"at": _stamp(), "fingerprint": ring.fingerprint()})
    with _changing(must_exist=False):
        if exists():
            try:
                same = load(fresh=True).fingerprint() == ring.fingerprint()
            except KeysDamaged:
                same = False
            if not same:
                raise FileExistsError(f"{path()} holds other keys; move it away first")
            return load()
        _write(ring)
    return ring


# -- inside ----------------------------------------------------------------------------------------
def _suite(name: str | None) -> str:
    name = name or getattr(settings, "GONGJIA_CRYPTO_SUITE", "aes")
    if name not in SUITES:
        raise ValueError(f"GONGJIA_CRYPTO_SUITE must be one of {', '.join(SUITES)}")
    return name


def _stamp() -> str:
    # a key has no business time, and there may be no database yet to ask
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _change(make: Callable[[KeyRing], KeyRing]) -> KeyRing:
    with _changing():
        ring = make(load(fresh=True))
        _write(ring)
    return ring


@contextmanager
def _changing(must_exist: bool = True) -> Iterator[None]:
    """One writer at a time, over all processes."""
    where = path()
    if must_exist and not where.exists():
        load(fresh=True)  # raises with the sentence
    where.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _lock:
        handle = os.open(where.with_name(where.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if fcntl is not None:
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _write(ring: KeyRing) -> None:
    _write_private(path(), ring.to_json())
    forget()
    load(fresh=True)


def _write_private(target: Path, text: str) -> None:
    """Whole or not at all, and on the disk before the name: a torn key ring loses everything."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".keys-")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    if os.name == "posix":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def current(klass: str) -> KeyVersion:
    return load().current(klass)


def version(klass: str, number: int) -> KeyVersion:
    """A version by number; another process may have made it a moment ago, so look again before giving up."""
    ring = load()
    if number not in ring.versions[klass]:
        ring = load(fresh=True)
    return ring.version(klass, number)
