"""C17: whatever is uploaded, the answer is rows or a refusal with a plain sentence, in bounded time and memory."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from gongjia.base import sheets
from gongjia.base.refused import Refused
from gongjia.base.sheets import Limits
from tests.base.sheets import corpus

MOST_MEMORY = 256 << 20
MOST_SECONDS = 5.0  # of processor time: the wall clock of a busy machine says nothing

MEASURE = """
import json, resource, sys
from gongjia.base import sheets
from gongjia.base.refused import Refused
limits = sheets.Limits(**json.loads(sys.argv[1]))
try:
    book = sheets.read(sys.stdin.buffer.read(), limits=limits)
    codes = []
except Refused as refused:
    codes = list(refused.codes)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"codes": codes, "memory": used.ru_maxrss * 1024, "seconds": used.ru_utime + used.ru_stime}))
"""


def measured(data: bytes, **limits: int) -> dict:
    """Read in a fresh process, so that its one child's peak memory and processor time can be told."""
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, json.dumps(limits)],
        input=data,
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    return json.loads(run.stdout)


@pytest.mark.parametrize("name", corpus.HOSTILE)
def test_hostile_file_is_refused(name):
    make, code = corpus.HOSTILE[name]
    with pytest.raises(Refused) as caught:
        sheets.read(make(), name="花名册.xlsx")
    (reason,) = caught.value.reasons
    assert reason.code in (code if isinstance(code, tuple) else (code,)), reason
    assert reason.sentence.endswith("。") and reason.cure


@pytest.mark.parametrize(
    "name", ["bomb", "liar", "amplifier", "million_empty_rows", "deep_cell", "csv_deep", "open_quote"]
)
def test_what_a_hostile_file_may_cost(name):
    cost = measured(corpus.HOSTILE[name][0]())
    assert cost["codes"] and cost["memory"] <= MOST_MEMORY and cost["seconds"] <= MOST_SECONDS, cost


def test_negative_control_without_the_guard_the_bomb_goes_off():
    """The same file with the counts switched off must pass the mark, else the test above proves nothing."""
    open_door = {"unpacked_bytes": 1 << 32, "ratio": 10**6, "rows": 10**7, "columns": 20_000, "cells": 10**8}
    cost = measured(corpus.bomb(60), **open_door, memory=3 << 30)
    assert cost["memory"] > MOST_MEMORY or cost["seconds"] > MOST_SECONDS, cost


def test_limits_are_the_callers():
    three_rows = corpus.xlsx(
        corpus.HEAD + "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in (1, 2, 3)) + corpus.FOOT
    )
    assert len(sheets.read(three_rows).first.rows) == 3
    for limits, code in [
        (Limits(rows=2), "sheet_rows"),
        (Limits(cells=2), "sheet_too_big"),
        (Limits(file_bytes=100), "sheet_too_big"),
        (Limits(unpacked_bytes=100), "sheet_bomb"),
        (Limits(entries=2), "sheet_bomb"),
    ]:
        with pytest.raises(Refused) as caught:
            sheets.read(three_rows, limits=limits)
        assert caught.value.codes == (code,)


def mutations(count: int, seed: int = 7):
    """Honest files, bent at random places."""
    chance = random.Random(seed)
    old = (Path(__file__).parents[1] / "data" / "roster.xls").read_bytes()
    honest = [corpus.xlsx(), old, "姓名,身份证号\n张三,330100199001010011\n".encode("gb18030")]
    for number in range(count):
        data = bytearray(honest[number % len(honest)])
        match chance.randrange(3):
            case 0:
                data = data[: chance.randrange(len(data))]
            case 1:
                for _ in range(chance.randrange(1, 30)):
                    data[chance.randrange(len(data))] = chance.randrange(256)
            case 2:
                at = chance.randrange(len(data))
                data[at:at] = chance.randbytes(chance.randrange(1, 200))
        yield bytes(data)


@pytest.mark.parametrize("count", [60, pytest.param(600, marks=pytest.mark.proof)])
def test_bent_files_give_rows_or_a_refusal(count):
    for data in mutations(count):
        try:
            sheets.read(data)
        except Refused as refused:
            assert all(code.startswith("sheet_") for code in refused.codes)


def test_a_parser_that_does_not_start_is_no_fault_of_the_file(monkeypatch, tmp_path):
    from gongjia.base.sheets import reading

    broken = tmp_path / "child.py"
    broken.write_text("raise SystemExit(3)")
    monkeypatch.setattr(reading, "CHILD", broken)
    with pytest.raises(RuntimeError, match="does not start"):
        sheets.read(b"1,2")


def test_a_parser_that_hangs_is_ended(monkeypatch, tmp_path):
    from gongjia.base.sheets import reading

    endless = tmp_path / "child.py"
    endless.write_text(
        "import sys\nsys.stdout.buffer.write(b'H' + bytes(8))\nsys.stdout.flush()\nimport time\ntime.sleep(60)"
    )
    monkeypatch.setattr(reading, "CHILD", endless)
    with pytest.raises(Refused) as caught:
        sheets.read(b"1,2", limits=Limits(seconds=1))
    assert caught.value.codes == ("sheet_bomb",)
