"""Refused rows of earlier years: handed back as they were sent, mended, sent again; whoever takes them is counted."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from gongjia.base import handout, journal, sheets
from gongjia.base.refused import Forbidden, Refused
from gongjia.work.programmes import actions
from gongjia.work.programmes.actions import history_sheets
from tests.who.members.conftest import in_role
from tests.work.programmes.conftest import AT, id_card

HEADS = ("2016年资助名单", "* 姓 名", "备注", "身份证号（必填）", "项目", "日期")


@pytest.fixture
def clerk(world):
    """Who sends the sheet, a natural person with a log-in."""
    return named(world, "city_publicity")


def named(world: Any, role: str) -> Any:
    from gongjia.who.members.models import Person

    person = Person.objects.create(name="何敏", phone=f"1990000{Person.objects.count():04d}")
    return replace(in_role(world.fed, role), account_id=uuid4(), person_id=person.pk)


def sent(world: Any, actor: Any, rows: list[list[str]], name: str = "2016年.xlsx") -> Any:
    """A sheet with a line above its head, heads in the officer's own words and one column that means nothing here."""
    out = io.BytesIO()
    columns = [sheets.Column(title, text=True) for title in HEADS[1:]]
    sheets.write(out, [sheets.SheetOut("名单", columns=columns, rows=rows, notes=[HEADS[0]])])
    out.seek(0)
    batch = actions.upload_history(
        type="general", org=world.fed, source=out, name=name, before=date(2018, 1, 1), actor=actor, at=AT
    )
    return actions.check_history(batch=batch, actor=actor, at=AT)


def read(data: bytes) -> list[list[str]]:
    return sheets.read(io.BytesIO(data), name="行.xlsx").first.rows


def taken(batch: Any, actor: Any) -> bytes:
    return actions.refused_history(batch=batch, actor=actor, at=AT)


def test_the_refused_rows_come_back_as_they_were_sent_and_go_in_when_mended(world, join, clerk):
    known, unknown = id_card(), id_card()
    join(world.firm, "李早年", id_no=known)
    rows = [
        ["李早年", "老党员", known, "助学", "2016-09-01"],
        ["王没有", "=1+1", unknown, "助学", "2016-09-01"],
        ["李早年", "", known, "疗休养", "不知道"],
    ]
    batch = sent(world, clerk, rows)
    assert (batch.good, batch.refused) == (1, 2)
    back = read(taken(batch, clerk))
    assert back[0] == ["原因", *HEADS[1:]]
    assert [row[1:] for row in back[1:]] == [rows[1], rows[2]]  # the officer's own cells, whole, in their places
    assert "证件号码不在会员资料里" in back[1][0] and "日期看不懂" in back[2][0]
    # mended by hand and sent again with the column of reasons still in it
    actions.run_history(batch=batch, digest=batch.digest, actor=clerk, at=AT)
    join(world.firm, "王没有", id_no=unknown)
    back[2][5] = "2016-10-01"
    out = io.BytesIO()
    columns = [sheets.Column(title, text=True) for title in back[0]]
    sheets.write(out, [sheets.SheetOut("行", columns=columns, rows=back[1:])])
    out.seek(0)
    again = actions.upload_history(
        type="general", org=world.fed, source=out, name="改好.xlsx", before=date(2018, 1, 1), actor=clerk, at=AT
    )
    again = actions.check_history(batch=again, actor=clerk, at=AT)
    assert (again.good, again.held, again.refused) == (2, 0, 0)


def test_a_sheet_without_refused_rows_and_an_officer_without_the_power_get_none(world, join, clerk):
    number = id_card()
    join(world.firm, "李早年", id_no=number)
    fine = sent(world, clerk, [["李早年", "", number, "助学", "2016-09-01"]])
    with pytest.raises(Refused) as why:
        taken(fine, clerk)
    assert why.value.codes == ("history_none_refused",)
    batch = sent(world, clerk, [["王没有", "", id_card(), "助学", "2016-09-01"]])
    with pytest.raises(Forbidden):
        taken(batch, in_role(world.lotus, "officer_township"))


def test_one_s_own_cells_are_no_disclosure_another_s_are_counted_once(world, clerk):
    batch = sent(world, clerk, [[f"王没有{n}", "", id_card(), "助学", "2016-09-01"] for n in range(3)])
    other = named(world, "city_publicity")
    taken(batch, clerk)
    assert handout.given_today(clerk.account_id, "identity") == 0
    for _turn in range(2):
        taken(batch, other)
    assert handout.given_today(other.account_id, "identity") == 3
    assert [line.label_zh for line in journal.timeline(batch)].count("下载有问题的行") == 3


def test_another_s_rows_are_not_handed_out_beyond_the_bound(world, clerk, monkeypatch):
    small = replace(handout.CLASSES["identity"], approve=3, stop=100)
    monkeypatch.setitem(handout.CLASSES, "identity", small)
    batch = sent(world, clerk, [[f"王没有{n}", "", id_card(), "助学", "2016-09-01"] for n in range(3)])
    other = named(world, "city_publicity")
    with pytest.raises(Refused) as why:
        taken(batch, other)
    assert why.value.codes == ("approval_needed",) and "自己下载" in why.value.reasons[0].cure
    assert handout.given_today(other.account_id, "identity") == 0
    assert taken(batch, clerk)  # the own rows


def test_control_without_the_count_another_s_rows_go_out_unseen(world, clerk, monkeypatch):
    """The bound stands in `_taking`: without it every row leaves, else the test above proves nothing."""
    small = replace(handout.CLASSES["identity"], approve=3, stop=100)
    monkeypatch.setitem(handout.CLASSES, "identity", small)
    monkeypatch.setattr(history_sheets, "_taking", lambda own, *rest: journal.act())
    batch = sent(world, clerk, [[f"王没有{n}", "", id_card(), "助学", "2016-09-01"] for n in range(3)])
    assert len(read(taken(batch, named(world, "city_publicity")))) == 4
