"""The whole demonstration, built twice by the real command into two homes: the same content, the figures of the document."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.config.outside import environment, living, wait_for
from tests.demo.test_small import FROM_RECORDS, MONEY, SAID

pytestmark = pytest.mark.proof
HASH = "from gongjia.config.canonical import table_hashes; import json; print('hashes', json.dumps(table_hashes()))"
LONGEST = 1800


def gongjia(home: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "gongjia", *arguments], env=environment(home), cwd=home.parent, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=LONGEST, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{arguments}: {done.stdout}\n{done.stderr}"
    return done.stdout


def built(home: Path) -> dict[str, list]:
    """The table hashes of a demonstration built from nothing."""
    gongjia(home, "demo", "--no-serve")
    said = gongjia(home, "shell", "-c", HASH)
    return json.loads(next(line.removeprefix("hashes ") for line in said.splitlines() if line.startswith("hashes ")))


def test_two_homes_hold_the_same_demonstration(tmp_path: Path) -> None:
    homes = tmp_path / "一", tmp_path / "two"
    one, other = built(homes[0]), built(homes[1])
    assert [label for label in one if one[label] != other[label]] == []
    assert one["members.person"][0] > 60_000 and one["orgs.org"][0] > 900

    lines = {line["key"]: line for line in json.loads(gongjia(homes[0], "report", "show", "2018H1", "--json"))["lines"]}
    assert {key: lines[key]["value"] for key in SAID} == SAID
    assert {key: float(lines[key]["value"]) for key in MONEY} == MONEY
    assert all(lines[key]["source"] == "records" and lines[key]["value"] > 0 for key in FROM_RECORDS)
    founded = gongjia(homes[0], "figure", "records", "orgs.founded", "--org", "330182", "--period", "2018H1", "--json")
    assert len(json.loads(founded)["records"]) == 19

    before = json.loads((homes[0] / "made.json").read_text())
    assert "演示账号" in gongjia(homes[0], "demo", "--no-serve")  # what is there is not built again
    assert json.loads((homes[0] / "made.json").read_text()) == before
    wait_for(lambda: not any(living(home) for home in homes), 60, "nothing to be left running")
