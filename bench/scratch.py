"""A throw-away installation for a bench: own home, own embedded server with its ordinary (durable) settings."""

from __future__ import annotations

import atexit
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def new_home() -> Path:
    """Make a home, point this process at it, prepare its database. Removed when the process ends."""
    home = Path(tempfile.mkdtemp(prefix="gongjia-bench-"))
    owner = os.getpid()
    atexit.register(lambda: os.getpid() == owner and shutil.rmtree(home, ignore_errors=True))
    use_home(home)
    from gongjia.base.secret import keys
    from gongjia.config import schema

    keys.create()
    schema.prepare()
    return home


def use_home(home: Path) -> None:
    """Point this process at a home and set Django up."""
    os.environ["GONGJIA_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongjia.config.settings")
    os.environ.setdefault("GONGJIA_SECRET_KEY", "of a bench, of no other use")
    for name in ("GONGJIA_DATABASE_URL", "GONGJIA_OWNER_URL", "GONGJIA_CLOCK"):
        os.environ.pop(name, None)
    import django

    django.setup()


def as_owner(*statements: str) -> None:
    """Run statements as the tables' owner."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def in_child(script: str, *arguments: str) -> dict[str, Any]:
    """Run one measured part in a process of its own; it prints one JSON line last."""
    done = subprocess.run(
        [sys.executable, script, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, timeout=1800
    )
    return json.loads(done.stdout.strip().splitlines()[-1])


def peak_megabytes() -> int:
    """Peak memory of this process and of the largest of its finished children."""
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024


def median(values: list[float]) -> float:
    return round(statistics.median(values), 4)


def last_line(**facts: Any) -> None:
    """What outside programs read: one JSON object, last."""
    print(json.dumps(facts, ensure_ascii=False))
