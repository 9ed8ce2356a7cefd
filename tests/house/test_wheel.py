"""The built package: whole, and nothing of the tests in it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house import sources

WANTED = (
    "gongjia/faces/shared/static/vendor/echarts.min.js",
    "gongjia/faces/shared/static/vendor/htmx.min.js",
    "gongjia/faces/shared/static/vendor/icons.svg",
    "gongjia/faces/shared/static/vendor/jsqr.js",
    "gongjia/base/holidays/holidays.csv",
    "gongjia/who/data/divisions.csv",
)
FORBIDDEN = ("import pytest", "from tests", "import tests", "time_machine", "hypothesis")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> zipfile.ZipFile:
    """Built from a copy, so that the tree stays as it is."""
    copy = tmp_path_factory.mktemp("wheel")
    for path in sources.tracked():
        if path.is_relative_to(sources.PACKAGE) or path.parent == sources.ROOT:
            target = copy / path.relative_to(sources.ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    vendor = Path("gongjia/faces/shared/static/vendor")
    shutil.copytree(sources.ROOT / vendor, copy / vendor, dirs_exist_ok=True)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run([*build, "--wheel-dir", "dist", "."], cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return zipfile.ZipFile(next((copy / "dist").glob("gongjia-*.whl")))


def test_it_carries_every_file_of_the_package(wheel: zipfile.ZipFile) -> None:
    inside = set(wheel.namelist())
    package = {
        str(path.relative_to(sources.ROOT)) for path in sources.tracked() if path.is_relative_to(sources.PACKAGE)
    }
    assert package - inside == set()
    assert set(WANTED) - inside == set()


def hooks(name: str, source: str) -> list[str]:
    return [f"{name}: {word}" for word in FORBIDDEN if word in source]


def test_it_carries_no_tests_and_no_hooks_of_theirs(wheel: zipfile.ZipFile) -> None:
    assert [name for name in wheel.namelist() if name.startswith(("tests", "bench", "docs", "tools"))] == []
    found = [
        hook for name in wheel.namelist() if name.endswith(".py") for hook in hooks(name, wheel.read(name).decode())
    ]
    assert found == []
    assert hooks("planted.py", "import pytest\n")


def test_it_names_its_licence_and_its_command(wheel: zipfile.ZipFile) -> None:
    notes = {name.rsplit("/", 1)[-1]: wheel.read(name).decode() for name in wheel.namelist() if ".dist-info/" in name}
    assert "License-Expression: Apache-2.0" in notes["METADATA"]
    assert "gongjia = gongjia.config.cli:main" in notes["entry_points.txt"]
    assert "Apache License" in notes["LICENSE"] and "chinesecalendar" in notes["NOTICE"]
