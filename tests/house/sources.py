"""The tree as the house tests see it: files, their syntax, and which app a module belongs to."""

from __future__ import annotations

import ast
import functools
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "gongjia"
FLOORS = ("base", "who", "work", "money", "report", "faces", "demo", "config")
# inside a floor, lowest first; apps not named may not see one another
INSIDE = {
    "base": ("holidays", "secret", "journal", "outbox", "progress"),
    "who": ("data", "accounts", "orgs", "members"),
    "work": ("publish", "households", "events", "programmes"),
}


@functools.cache
def tracked() -> tuple[Path, ...]:
    """Every file of the project: git's list, or what lies there when this is no checkout."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:
        files = [path for folder in ("gongjia", "tests", "tools", "docs") for path in (ROOT / folder).rglob("*")]
    return tuple(sorted(path for path in files if path.is_file() and "__pycache__" not in path.parts))


def python_files(under: Path = PACKAGE, *, migrations: bool = False) -> list[Path]:
    return [
        path
        for path in tracked()
        if path.suffix == ".py" and path.is_relative_to(under) and (migrations or "migrations" not in path.parts)
    ]


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(source: str) -> Iterator[str]:
    """Every module that a source names in an import, functions included; `from a import b` gives a and a.b."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)


def place_of(module: str) -> tuple[int, int]:
    """(floor, place inside it) of `gongjia.<floor>.<app>…`; apps of a floor without an order share one place."""
    _, floor, *rest = module.split(".")
    order = INSIDE.get(floor, ())
    inside = order.index(rest[0]) if rest and rest[0] in order else -1
    return FLOORS.index(floor), inside


def may_see(module: str, target: str) -> bool:
    """Whether a table (or migration) of `module`'s app may point at one of `target`'s."""
    if module.split(".")[1:3] == target.split(".")[1:3]:
        return True
    (floor, inside), (target_floor, target_inside) = place_of(module), place_of(target)
    if floor != target_floor:
        return floor > target_floor
    return inside > target_inside >= 0
