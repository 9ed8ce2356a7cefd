"""Done-when 3: a township officer brings a roster of 3,000 rows in, faults and all; then the full list."""

from __future__ import annotations

import itertools

import pytest
import xlsxwriter

from gongjia.base.period import Period
from gongjia.demo import people
from gongjia.report import figure as figures
from tests.who.members.conftest import DAY

pytestmark = [pytest.mark.browser]
ROWS, FAULTS, MISSING = 3000, 40, 12


def rows_of(union: str) -> list[list[str]]:
    return [people.sheet_row(one, "甲公司", union) for one in itertools.islice(people.people(42, start=500_000), ROWS)]


def spoil(rows: list[list[str]]) -> list[list[str]]:
    """Forty faults of eight sorts, five of each, spread over the sheet."""
    spoilt = [list(row) for row in rows]
    for number in range(FAULTS):
        row = spoilt[number * 70 + 5]
        match number % 8:
            case 0:
                row[2] = row[2][:17] + ("1" if row[2][17] != "1" else "2")
            case 1:
                row[0] = ""
            case 2:
                row[3] = "0571-6472000"
            case 3:
                row[7] = "大砖"
            case 4:
                row[13] = "2018-02-30"
            case 5:
                row[12] = "没有的工会"
            case 6:
                row[2], row[13] = spoilt[number * 70 + 6][2], "2017-06-01"
                spoilt[number * 70 + 6], spoilt[number * 70 + 5] = row, spoilt[number * 70 + 6]
            case 7:
                row[2] = "3.30E+17"
    return spoilt


def sheet(path, rows) -> str:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    page = book.add_worksheet("会员名册")
    for at, row in enumerate([people.HEADER, *rows]):
        for column, text in enumerate(row):
            page.write_string(at, column, text)
    book.close()
    return str(path)


def members_of(org) -> int:
    return figures.find("members.total").value(org, Period(DAY.replace(day=1), DAY.replace(month=9, day=1)))


def upload(hands, path: str, *, org, full: bool = False) -> None:
    hands.open("/console/roster/new")
    hands.page.select_option("select[name=org]", str(org.pk))
    hands.page.check(f"input[name=mode][value={'full' if full else 'changes'}]")
    hands.page.set_input_files("input[name=file]", path)
    hands.press("上传并检查")


def test_faults_are_seen_mended_run_undone_run_again_and_a_full_list(world, officer, sit_down, tmp_path):
    _, account = officer(world.lotus, "officer_township", home=world.workshop)
    hands = sit_down("roster", account=account)
    hands.open("/console/")
    hands.look("desk")
    rows = rows_of(world.firm.name)
    before = members_of(world.lotus)

    upload(hands, sheet(tmp_path / "a.xlsx", spoil(rows)), org=world.lotus)
    hands.look("preview")
    assert hands.sees("有问题的格子")
    hands.open(hands.page.url.removeprefix(hands.site.url) + "verdicts?kind=fault")
    assert hands.sees(f"共 {FAULTS} 处")
    for words in ("没有姓名", "手机号", "不在选项之内", "不是一个日期", "找不到", "相同", "校验位"):
        assert hands.sees(words), words
    hands.look("faults")

    upload(hands, sheet(tmp_path / "b.xlsx", rows), org=world.lotus)
    assert not hands.sees("有问题的格子")
    hands.follow("开始导入")
    hands.press("确认导入")
    assert hands.sees("已导入")
    assert members_of(world.lotus) == before + ROWS
    hands.look("done")

    hands.follow("整批撤销")
    hands.page.fill("textarea[name=note]", "选错了工会")
    hands.press("确认撤销")
    assert hands.sees("已撤销") and members_of(world.lotus) == before

    upload(hands, sheet(tmp_path / "c.xlsx", rows), org=world.lotus)
    hands.follow("开始导入")
    hands.press("确认导入")
    assert members_of(world.lotus) == before + ROWS

    upload(hands, sheet(tmp_path / "d.xlsx", rows[:-MISSING]), org=world.firm, full=True)
    assert hands.sees(f"没有 {MISSING} 名") or hands.sees(f"{MISSING} 名在册会员")
    hands.follow("开始导入")
    hands.press("确认导入")
    assert members_of(world.lotus) == before + ROWS  # nobody leaves by silence
    hands.follow("逐人确认")
    hands.look("missing")
    hands.press("本人要求退会")
    hands.press("退休，保留会籍")
    assert members_of(world.lotus) == before + ROWS - 2
    hands.press(f"其余 {MISSING - 2} 人都仍在册")
    assert members_of(world.lotus) == before + ROWS - 2
    hands.open("/console/report/figures/members.total/?period=2018")
    assert hands.sees(f"{before + ROWS - 2:,}人")
    hands.look("figure")
