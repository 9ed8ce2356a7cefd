"""The guard reads what a file hides: sheets, columns, comments, deleted words, headers, text under bars."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image

from gongjia.base.journal.file_content import CSV, JPG, PDF, XLSX
from gongjia.base.refused import Refused
from gongjia.work.publish import actions
from tests.work.publish import corpus, files


def outcome(data, kind, name="名单", **more):
    try:
        actions.guard_file(data, kind, name, **more)
    except Refused as refused:
        return refused.codes
    return ()


def test_every_text_borne_file_is_stopped() -> None:
    rng, passed, count = random.Random(11), [], 0
    for turn in range(6):
        number, phone = corpus.identity(rng), corpus.phone(rng)
        made = [*files.office(number, phone), *(files.papers(number, phone) if turn == 0 else ())]
        for what, kind, data in made:
            count += 1
            if not {"leak_id", "leak_phone"} & set(outcome(data, kind)):
                passed.append((what, number))
    assert passed == [] and count == 120
    print(f"files stopped: {count} of {count}")


@pytest.mark.parametrize(("what", "kind", "data"), list(files.clean_files()))
def test_clean_files_pass(what, kind, data) -> None:
    """The Word file carries a preview picture of its first page: somebody must look at that one."""
    assert outcome(data, kind) == (("look_first",) if what == "docx" else ())
    assert outcome(data, kind, looked_at=True) == ()


def test_a_reader_that_sees_only_what_is_shown_goes_red() -> None:
    """The control: the sheet reader of imports leaves hidden sheets and comments out; the guard may not."""
    from gongjia.base import sheets
    from gongjia.work.publish import rules

    number = corpus.identity(random.Random(5))
    missed = []
    for change in (files.hidden_sheet, files.comment, files.header):
        data = files.book(lambda made, change=change: change(made, number))
        shown = "\n".join("\t".join(row) for sheet in sheets.read(data, "a.xlsx").sheets for row in sheet.rows)
        if not rules.leaks(shown):
            missed.append(change.__name__)
        assert "leak_id" in outcome(data, XLSX)
    assert missed == ["hidden_sheet", "comment", "header"]


def test_pictures_wait_for_somebody_who_looks() -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 40)).save(out, "JPEG")
    assert outcome(out.getvalue(), JPG) == ("look_first",)
    assert outcome(out.getvalue(), JPG, looked_at=True) == ()


def test_looking_does_not_let_text_pass() -> None:
    number = corpus.identity(random.Random(6))
    assert outcome(files.pdf(number), PDF, looked_at=True) == ("leak_id",)


def test_the_name_of_a_file_is_read_too() -> None:
    assert outcome(b"a,b\n", CSV, f"{corpus.identity(random.Random(7))}.csv") == ("leak_id",)


def test_a_file_that_cannot_be_read_waits() -> None:
    assert outcome(b"%PDF-1.4\nnothing\n%%EOF", PDF) == ("look_first",)
    assert outcome(b"PK\x03\x04 nothing", XLSX) == ("look_first",)


def test_cells_that_only_look_like_a_number_are_for_a_person_to_judge() -> None:
    row = [["人数", "金额", "上年"], [150, 3000, 1500]]
    with pytest.raises(Refused) as refused:
        actions.guard_rows(row)
    assert "疑似" in refused.value.reasons[0].sentence
    actions.guard_rows(row, looked_at=True)
