"""The drawn lot by itself: order, places, and that no published part can be changed unseen (C13, lot mode)."""

from __future__ import annotations

import copy
import hashlib
import json
import random
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner

from gongjia.base.clock import SHANGHAI
from gongjia.work.events.data import verify_draw
from gongjia.work.events.rules import draw as rules

SEED, VALUE = "5e" * 32, "福利彩票3D 第2018180期 3 5 8"
CELLS = {
    "1": {"label": "莲花镇工会", "places": 4},
    "2": {"label": "其余", "places": 6},
    "3": {"label": "非一线", "places": 5},
}
CLOSE = datetime(2018, 9, 1, tzinfo=SHANGHAI)


def entries(count: int = 40, luck: random.Random | None = None) -> list[rules.Entry]:
    luck = luck or random.Random(7)
    return [
        rules.Entry(
            rules.entry_number(UUID(int=number)), luck.choice([1, 1, 2, 3, 5]), luck.choice([1, 1, 1, 2]),
            (luck.choice("12"), *(["3"] if luck.random() < 0.7 else [])),
        )
        for number in range(count)
    ]  # fmt: skip


def published(some: list[rules.Entry], seed: str = SEED, value: str = VALUE) -> str:
    head = {
        "form": "gongjia-draw-1", "event": {"id": "x", "title": "夜校", "closes_at": CLOSE.isoformat()},
        "seed_hash": rules.seed_hash(SEED), "public": {"source": "福利彩票3D第2018180期开奖号"},
        "weights": rules.published_weights(rules.USUAL),
    }  # fmt: skip
    closing = rules.text_of(rules.closing(head, CELLS, some))
    drawn = rules.draw(seed, value, some, {key: cell["places"] for key, cell in CELLS.items()})
    return rules.file_of(closing, rules.text_of(rules.opening({"seed": seed, "value": value, "changes": []}, drawn)))


def test_the_script_recomputes_what_the_program_drew() -> None:
    some = entries()
    faults, won, waiting = verify_draw.check(json.loads(published(some)))
    assert faults == []
    drawn = rules.draw(SEED, VALUE, some, {key: cell["places"] for key, cell in CELLS.items()})
    assert won == [one.number for one in drawn if one.won]
    assert waiting == [one.number for one in drawn if not one.won]
    assert won and waiting


def test_a_ticket_is_what_was_promised() -> None:
    assert rules.tickets("s", "v", "N", 2) == [hashlib.sha256(f"s|v|N|{i}".encode()).hexdigest() for i in (0, 1)]


def test_the_counters_hold() -> None:
    for start in range(30):
        some = entries(60, random.Random(start))
        by_number = {one.number: one for one in some}
        used = dict.fromkeys(CELLS, 0)
        for one in rules.draw(f"{start:064x}", VALUE, some, {key: cell["places"] for key, cell in CELLS.items()}):
            if one.won:
                for key in by_number[one.number].cells:
                    used[key] += by_number[one.number].seats
        assert all(used[key] <= CELLS[key]["places"] for key in CELLS)


def test_weight_is_chance() -> None:
    """With three tickets against one, three of four draws are won; the bounds are 5 sigma of 4,000 draws."""
    heavy, light = rules.Entry("A", 3, 1, ("1",)), rules.Entry("B", 1, 1, ("1",))
    won = sum(rules.draw(f"{n:064x}", VALUE, [light, heavy], {"1": 1})[0].number == "A" for n in range(4000))
    assert 2863 < won < 3137


def leaves(value: Any, path: tuple = ()) -> Any:
    if isinstance(value, dict):
        for key in value:
            yield from leaves(value[key], (*path, key))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from leaves(one, (*path, place))
    else:
        yield path


def changed(file: dict, path: tuple) -> dict:
    file = copy.deepcopy(file)
    place = file
    for key in path[:-1]:
        place = place[key]
    was = place[path[-1]]
    place[path[-1]] = was + 1 if isinstance(was, int) else ("0" if was[:1] != "0" else "1") + was[1:]
    return file


def fits(file: Any) -> bool:
    try:
        return verify_draw.check(file)[0] == []
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def test_changing_any_published_part_breaks_verification() -> None:
    """Every value of the file, one after the other; taken out, put in and swapped lines as well."""
    file = json.loads(published(entries(12)))
    assert fits(file)
    paths = list(leaves(file))
    assert len(paths) > 90 and {"closing", "opening", "closing_digest", "opening_digest"} == {path[0] for path in paths}
    assert [path for path in paths if fits(changed(file, path))] == []
    for part, rows in (("closing", "entries"), ("opening", "ranks")):
        for place in range(12):
            fewer, more, swapped = copy.deepcopy(file), copy.deepcopy(file), copy.deepcopy(file)
            del fewer[part][rows][place]
            more[part][rows].append(more[part][rows][place])
            swapped[part][rows].insert(0, swapped[part][rows].pop(place))
            assert not fits(fewer) and not fits(more) and (place == 0 or not fits(swapped))
    for part in ("closing", "opening"):
        for key in file[part]:
            without = copy.deepcopy(file)
            del without[part][key]
            assert not fits(without), key


def test_a_consistent_lie_is_caught_by_what_was_noted_before() -> None:
    """An organiser who rewrites list, digests and result together is caught by the digest noted at closing;
    one who takes another seed, by the hash from before the first entry."""
    some = entries(12)
    honest = json.loads(published(some))
    heavier = [rules.Entry(one.number, one.weight + (one is some[3]), one.seats, one.cells) for one in some]
    lie = json.loads(published(heavier))
    assert verify_draw.check(lie)[0] == []  # nothing in the file itself can tell
    assert verify_draw.check(lie, honest["closing_digest"])[0]
    assert verify_draw.check(honest, honest["closing_digest"])[0] == []
    assert any("种子" in fault for fault in verify_draw.check(json.loads(published(some, seed="6f" * 32)))[0])


def test_a_list_that_nobody_could_recompute_is_refused_at_once() -> None:
    file = json.loads(published(entries(4)))
    file["closing"]["entries"][0]["weight"] = 10**12
    assert any("权重" in fault for fault in verify_draw.check(file)[0])


def test_the_script_stands_alone(tmp_path: Path) -> None:
    """Copied away, with nothing but Python itself: prints the winners, or what does not fit."""
    script = tmp_path / "verify_draw.py"
    script.write_text(Path(verify_draw.__file__).read_text())
    file = tmp_path / "draw.json"
    file.write_text(published(entries(12)))
    run = [sys.executable, "-I", "-S", str(script), str(file)]
    done = subprocess.run(run, capture_output=True, text=True, check=False, env={"PYTHONIOENCODING": "utf-8"})
    assert done.returncode == 0, done.stderr
    assert "全部相符" in done.stdout and "中签 " in done.stdout and "候补 1 " in done.stdout
    file.write_text(file.read_text().replace('"weight":1', '"weight":2', 1))
    done = subprocess.run(run, capture_output=True, text=True, check=False, env={"PYTHONIOENCODING": "utf-8"})
    assert done.returncode == 1 and "不相符" in done.stdout
    file.write_text("{}")
    done = subprocess.run(run, capture_output=True, text=True, check=False, env={"PYTHONIOENCODING": "utf-8"})
    assert done.returncode == 1 and "不是完整的摇号文件" in done.stdout


def test_the_command_says_the_same(tmp_path: Path) -> None:
    from gongjia.config.cli import main

    file = tmp_path / "draw.json"
    file.write_text(published(entries(12)))
    run = CliRunner().invoke
    done = run(main, ["draw", "verify", str(file)])
    assert done.exit_code == 0 and "全部相符" in done.output
    digest = json.loads(file.read_text())["closing_digest"]
    assert run(main, ["draw", "verify", str(file), "--digest", digest]).exit_code == 0
    assert run(main, ["draw", "verify", str(file), "--digest", "0" * 64]).exit_code == 1
    assert run(main, ["draw", "script", str(tmp_path / "alone.py")]).exit_code == 0
    assert (tmp_path / "alone.py").read_text() == Path(verify_draw.__file__).read_text()


def test_numbers_name_nobody_and_never_meet() -> None:
    numbers = {rules.entry_number(UUID(int=place)) for place in range(50_000)}
    assert len(numbers) == 50_000 and all(len(one) == 16 for one in numbers)


def test_weights_by_published_rules() -> None:
    told = rules.published_weights(rules.USUAL)
    assert [row["key"] for row in told] == ["base", "idle", "front_line", "shift"]
    assert rules.weight_of(told, idle=False, work=()) == (1, [])
    assert rules.weight_of(told, idle=True, work=("front_line", "hard")) == (4, ["idle", "front_line"])
    assert rules.weight_faults(list(rules.USUAL)) == []
    for bad in ([{"key": "cousin", "add": 1}], [{"key": "idle", "add": 0}], [{"key": "idle", "add": 1.5}], "x",
                [{"key": "idle", "add": 1}, {"key": "idle", "add": 1}], [{"key": "idle", "add": 40}]):  # fmt: skip
        assert rules.weight_faults(bad), bad


@pytest.mark.parametrize(("shift", "refused"), [(-1, True), (0, True), (1, False)])
def test_the_value_exists_only_after_the_list(shift: int, refused: bool) -> None:
    on = CLOSE + rules.LIST_BEFORE_VALUE + timedelta(milliseconds=shift)
    codes = [one.code for one in rules.value_comes_later(closes_at=CLOSE, public_on=on, at=CLOSE - timedelta(days=5))]
    assert (codes == ["value_too_early"]) is refused


@pytest.mark.parametrize(("shift", "before", "after"), [(-1, ["not_closed"], []), (0, [], []), (1, [], [])])
def test_sealing_waits_for_the_closing_moment(shift: int, before: list, after: list) -> None:
    on = CLOSE + timedelta(hours=20)
    moment = CLOSE + timedelta(milliseconds=shift)
    assert [one.code for one in rules.may_seal(closed=False, closes_at=CLOSE, public_on=on, at=moment)] == before
    assert [one.code for one in rules.may_seal(closed=True, closes_at=CLOSE, public_on=on, at=moment)] == after


@pytest.mark.parametrize(("shift", "seal", "draw"), [(-1, [], ["value_not_yet"]), (0, ["value_exists"], []), (1, ["value_exists"], [])])  # fmt: skip
def test_no_sealing_once_the_value_exists_and_no_opening_before(shift: int, seal: list, draw: list) -> None:
    on = CLOSE + timedelta(hours=20)
    moment = on + timedelta(milliseconds=shift)
    assert [one.code for one in rules.may_seal(closed=True, closes_at=CLOSE, public_on=on, at=moment)] == seal
    assert [one.code for one in rules.may_draw(public_on=on, at=moment, value="3 5 8")] == draw


def test_the_seed_comes_before_the_first_entry() -> None:
    fine = {"way": "lot", "closes_at": CLOSE, "public_on": CLOSE + timedelta(hours=20), "at": CLOSE - timedelta(days=9)}
    assert rules.may_commit(entries=0, **fine) == []
    assert [one.code for one in rules.may_commit(entries=1, **fine)] == ["entries_before_seed"]
    assert [one.code for one in rules.may_commit(entries=0, **{**fine, "way": "first"})] == ["not_a_lot"]


@pytest.mark.parametrize("value", ["", "3|5", "x" * 61, "3\n5"])
def test_a_value_that_cannot_be_recomputed_is_refused(value: str) -> None:
    assert [one.code for one in rules.may_draw(public_on=CLOSE, at=CLOSE, value=value)] == ["value_bad"]


def test_the_value_is_read_tolerantly() -> None:
    assert rules.clean_value(" ３　５  8 ") == "3 5 8"
