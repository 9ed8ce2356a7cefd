"""Notes that a home keeps about itself: settings, what it was made as, who serves it. No Django here.

`gongjia.env` holds lines `GONGJIA_NAME=value`; the environment of the process wins over it.
`made.json` says what `init` or `demo` made, and by which version of the program.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import json
import os
import time
from pathlib import Path
from typing import IO, Any

from gongjia.config import where

SETTINGS = "gongjia.env"
MADE = "made.json"
PREPARED = "prepared"
MADE_ANEW = {"run", "static", "static.digest", PREPARED, "postgres"}
PACKAGE = Path(__file__).resolve().parents[1]
ALWAYS_FROM_OUTSIDE = {"GONGJIA_HOME"}


def settings_of(home: Path) -> dict[str, str]:
    """The settings kept in a home; lines that are no setting are ignored."""
    try:
        text = (home / SETTINGS).read_text(encoding="utf-8")
    except OSError:
        return {}
    found = {}
    for line in text.splitlines():
        name, equals, value = line.strip().partition("=")
        if equals and name.startswith("GONGJIA_") and name not in ALWAYS_FROM_OUTSIDE:
            found[name] = value
    return found


def load() -> None:
    """Put the home's settings into the environment of this process, where it does not say otherwise."""
    for name, value in settings_of(where.home()).items():
        os.environ.setdefault(name, value)


def save_settings(home: Path, values: dict[str, str]) -> None:
    """Add to the home's settings. The file may hold a gateway's secret: only its owner reads it."""
    lines = [f"{name}={value}" for name, value in sorted({**settings_of(home), **values}.items())]
    write_private(home / SETTINGS, "\n".join(lines) + "\n")


def write_private(path: Path, text: str) -> None:
    """Write whole or not at all, readable by the owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def made(home: Path) -> dict[str, Any] | None:
    """What this home was made as (`{"kind": "demo" | "federation", …}`), or None."""
    return read_json(home / MADE)


def note_made(home: Path, **values: Any) -> None:
    write_private(home / MADE, json.dumps(values, ensure_ascii=False, indent=1) + "\n")


def demo_digest() -> str:
    """Changes when the demonstration would be built otherwise: its own code, or the tables."""
    found = hashlib.sha256()
    for path in sorted([*PACKAGE.glob("demo/**/*.py"), *PACKAGE.glob("**/migrations/*.py")]):
        found.update(str(path.relative_to(PACKAGE)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


def program_digest() -> str:
    """Changes with whatever `gongjia migrate` acts upon: tables, grants, wording of messages, static files, packages."""
    found = hashlib.sha256()
    files = list(PACKAGE.glob("**/*.py"))  # wording is offered from anywhere
    files += [path for path in PACKAGE.glob("faces/*/static/**/*") if path.is_file()]
    for path in sorted(files):
        found.update(str(path.relative_to(PACKAGE)).encode() + b"\0" + path.read_bytes())
    for package in ("django", "procrastinate", "django-ninja"):
        found.update(importlib.metadata.version(package).encode())
    return found.hexdigest()


def is_prepared(home: Path) -> bool:
    """Whether `gongjia migrate` would find nothing to do: never said of a database outside this home."""
    note = home / PREPARED
    return (
        not where.external()
        and note.exists()
        and (home / "static" / "staticfiles.json").exists()
        and note.read_text() == program_digest()
    )


def note_prepared(home: Path) -> None:
    write_private(home / PREPARED, program_digest())


def holds_anything(home: Path) -> bool:
    """Whether anything was ever stored here. A database without keys, as a stray command makes it, is nothing."""
    try:
        return any(child.name not in MADE_ANEW for child in home.iterdir())
    except OSError:
        return False


def serving(home: Path) -> dict[str, Any] | None:
    """Note of the supervisor that serves this home, if it lives: it holds the lock for as long."""
    try:
        with (home / "run" / "serve.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return read_json(home / "run" / "serve.json") or {}
    except OSError:
        pass
    return None


def hold_serving(home: Path) -> IO[str] | None:
    """Become the one that serves this home; None when there is one already. Kept until the file is closed."""
    (home / "run").mkdir(parents=True, exist_ok=True)
    file = (home / "run" / "serve.lock").open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def note_serving(home: Path, **values: Any) -> None:
    write_private(home / "run" / "serve.json", json.dumps(values))


def forget_serving(home: Path) -> None:
    (home / "run" / "serve.json").unlink(missing_ok=True)


def note_backup(home: Path) -> None:
    write_private(home / "run" / "last-backup", f"{time.time():.0f}\n")


def last_backup(home: Path) -> float | None:
    """When this home was last backed up, in seconds since 1970."""
    try:
        return float((home / "run" / "last-backup").read_text())
    except (OSError, ValueError):
        return None


def read_json(path: Path) -> Any:
    """What a note says; None when there is none that can be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
