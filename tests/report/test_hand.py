"""Numbers entered by hand: refused without proof or where records cover; taken back with a date; in by a sheet."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest

from gongjia.base import sheets
from gongjia.base.period import Period
from gongjia.base.refused import Forbidden, Refused
from gongjia.report import actions, payload, queries, rules
from gongjia.report.figure import figures
from gongjia.report.models import HandEntry
from tests.report import world as made
from tests.report.conftest import CUTOFF, H1

GOOD = rules.HandFacts("指标", True, 5, True, True, "2018年上半年", date(2018, 6, 30), date(2018, 8, 27))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"takes_hand": False}, "hand_not_taken"),
        ({"records": 3}, "hand_covered_by_records"),
        ({"value": -1}, "hand_negative"),
        ({"has_attachment": False}, "hand_without_evidence"),
        ({"has_officer": False}, "hand_without_officer"),
        ({"doubled": "2018年6月"}, "hand_doubled"),
        ({"span_ends": date(2018, 12, 31)}, "hand_in_future"),
        ({"container": 4, "container_label": "总数"}, "hand_part_exceeds_whole"),
    ],
)
def test_each_reason_of_may_enter(change, code):
    from dataclasses import replace

    assert rules.may_enter(GOOD) == []
    assert [reason.code for reason in rules.may_enter(replace(GOOD, **change))] == [code]


def test_a_plan_year_may_be_entered_before_it_is_over():
    from dataclasses import replace

    assert rules.may_enter(replace(GOOD, span_ends=date(2018, 12, 31), is_year=True)) == []


def test_reasons_of_may_reverse():
    facts = rules.ReverseFacts("抄错", date(2018, 8, 27), date(2018, 8, 27), date(2018, 8, 1))
    assert list(rules.may_reverse(facts)) == []
    wrong = rules.ReverseFacts(" ", date(2018, 7, 1), date(2018, 6, 1), date(2018, 8, 1))
    assert [one.code for one in rules.may_reverse(wrong)] == [
        "reverse_without_why", "reverse_in_future", "reverse_before_entry",
    ]  # fmt: skip


def enter(half, org, figure, value, period=H1, actor=None, **more):
    return actions.enter_hand(
        org=org,
        figure=figure,
        period=period,
        value=value,
        attachment=more.pop("attachment", half.paper),
        actor=actor or half.officer,
        at=made.AT,
        **more,
    )


def refused(call, *codes):
    with pytest.raises(Refused) as caught:
        call()
    assert caught.value.codes == codes


def test_refused_where_records_cover_the_union_and_span(half):
    union = half.world.orgs[20]
    refused(lambda: enter(half, half.fed, "orgs.founded", 19), "hand_not_taken")
    refused(lambda: enter(half, union, "members.total", 50, Period.parse("2018-06-30")), "hand_covered_by_records")
    entry = enter(half, half.world.orgs[5], "members.total", 50, Period.parse("2018-06-30"))
    line = next(one for one in payload.report_json("2018H1")["lines"] if one["key"] == "members.total")
    assert (line["value"], line["source"], line["records"]) == (90, "mixed", 41)
    # the union's roster comes in: its number gives way without anybody's doing
    made.add_spell(half.world, made.add_person(half.world), entry.org, date(2018, 2, 1), None)
    line = next(one for one in payload.report_json("2018H1")["lines"] if one["key"] == "members.total")
    assert (line["value"], line["source"]) == (41, "records")
    assert "“在册会员”有 1 条手工填报已由系统记录代替，不再计入。" in queries.checks(half.report)


def test_refused_without_proof_officer_power_or_twice(half):
    refused(
        lambda: enter(half, half.fed, "skills.shows", 1, Period.parse("2017H1"), attachment=None),
        "hand_without_evidence",
    )
    refused(
        lambda: enter(half, half.fed, "skills.shows", 1, Period.parse("2017H1"), actor=made.machine()),
        "hand_without_officer",
    )
    refused(lambda: enter(half, half.fed, "skills.shows", 1, Period.parse("2018-03")), "hand_doubled")
    refused(lambda: enter(half, half.fed, "skills.shows", 1, Period.parse("2018")), "hand_doubled", "hand_in_future")
    refused(lambda: enter(half, half.fed, "nothing.known", 1), "figure_unknown")
    stranger = half.world.officer(half.world.orgs[3], "report.hand")
    with pytest.raises(Forbidden):
        enter(half, half.fed, "skills.shows", 1, actor=stranger)


def test_reversed_with_a_date_and_never_gone(half):
    HandEntry.objects.filter(figure="care.safe_returns").delete()
    entry = enter(half, half.fed, "care.safe_returns", 5)
    assert queries.hand_entries(half.officer, figure="care.safe_returns").get() == entry
    assert figures.get("care.safe_returns").value(half.fed, H1, CUTOFF) == 5
    actions.reverse_hand(entry=entry, on=date(2018, 8, 27), why="重复", actor=half.officer, at=made.AT)
    assert figures.get("care.safe_returns").value(half.fed, H1, CUTOFF) is None
    entry.refresh_from_db()
    assert (entry.state, entry.reversed_on, entry.reversed_why) == ("reversed", date(2018, 8, 27), "重复")
    refused(
        lambda: actions.reverse_hand(entry=entry, on=date(2018, 8, 27), why="又来", actor=half.officer, at=made.AT),
        "state_not_allowed",
    )
    from gongjia.base import journal

    assert [line.action for line in journal.timeline(entry)] == ["hand.reverse", "report.hand_entered"]


def test_what_stands_is_the_latest_entry(half):
    for day, value in (("2018-03-31", 100), ("2018-06-30", 200), ("2018-09-30", 300)):
        made.add_hand(
            half.world,
            half.world.orgs[2],
            "places.palace_investment",
            date.fromisoformat(day),
            date.fromisoformat(day),
            value,
        )
    figure = figures.get("places.palace_investment")
    assert figure.value(half.world.orgs[2], H1) == 200
    assert figure.value(half.world.orgs[2], Period.parse("2018Q1")) == 100


# by a sheet -----------------------------------------------------------------------------------------


def sheet(
    rows,
    heads=(
        "工会代码",
        "工会名称",
        "职工讲座（场）",
        "妈咪暖心小屋",
        "其中达到国家级母婴室标准",
        "帮扶资金（元）",
        "备注",
    ),
):
    out = io.BytesIO()
    sheets.write(out, [sheets.SheetOut("表", [sheets.Column(head) for head in heads], rows)])
    return out.getvalue()


def check(half, data, actor=None):
    return actions.check_hand_sheet(
        source=data, name="填报.xlsx", org=half.fed, period=H1, actor=actor or half.officer, at=made.AT
    )


def test_a_sheet_for_all_unions(half):
    orgs = half.world.orgs
    rows = [
        [orgs[1].code, "", "3", "2", "", "1,200.50", "三场"],
        ["", orgs[2].name, "4", "", "", "", ""],
        [orgs[3].code, "", "三", "", "", "12.345", ""],
        ["T9999", "", "1", "", "", "", ""],
        [orgs[1].code, "", "5", "", "", "", ""],
        ["", "", "", "", "", "", ""],
        [half.fed.code, "", "9", "", "", "", ""],
    ]
    plan = check(half, sheet(rows))
    assert plan.unknown == ["其中达到国家级母婴室标准"] and plan.rows == 6
    assert [(one.row, one.code) for one in plan.faults] == [
        (4, "number_unreadable"), (4, "money_unreadable"), (5, "union_unknown"), (6, "hand_twice_in_file"), (8, "hand_doubled"),
    ]  # fmt: skip
    assert {(one.org.code, one.figure.key, one.value) for one in plan.cells} == {
        ("T0001", "skills.talks", 3), ("T0001", "places.nursing_rooms", 2), ("T0001", "care.aid_paid", 120050), ("T0002", "skills.talks", 4),
    }  # fmt: skip
    entries = actions.import_hand(plan=plan, source=sheet(rows), org=half.fed, actor=half.officer, at=made.AT)
    assert len(entries) == 4 and len({one.attachment_id for one in entries}) == 1
    assert figures.get("skills.talks").value(half.fed, H1, CUTOFF) == 41 + 7
    again = check(half, sheet(rows[:1]))
    assert [one.code for one in again.faults] == ["hand_doubled"] * 3


def test_a_sheet_only_within_reach(half):
    own = half.world.orgs[1]
    officer = half.world.officer(own, "report.hand")
    with pytest.raises(Forbidden):
        check(half, sheet([[own.code, "", "3"]]), officer)
    plan = actions.check_hand_sheet(
        source=sheet([[own.code, "", "3"], [half.world.orgs[2].code, "", "3"]]),
        name="填报.xlsx",
        org=own,
        period=H1,
        actor=officer,
        at=made.AT,
    )
    assert [one.code for one in plan.faults] == ["union_out_of_scope"] and len(plan.cells) == 1


def test_a_sheet_without_a_head_is_refused(half):
    refused(lambda: check(half, sheet([["1", "2"]], heads=("甲", "乙"))), "hand_head_missing")


def test_the_blank_comes_back_in(half):
    blank = actions.hand_template(org=half.fed, wanted=["skills.talks", "places.nursing_rooms"], actor=half.officer)
    book = openpyxl.load_workbook(io.BytesIO(blank))
    page = book.active
    head = [cell.value for cell in page[1]]
    assert head == ["工会代码", "工会名称", "职工讲座（场）", "妈咪暖心小屋（家）", "备注"]
    assert page.max_row == 1 + 17
    page["C3"] = 6
    out = io.BytesIO()
    book.save(out)
    plan = check(half, out.getvalue())
    assert [(one.org.code, one.value) for one in plan.cells] == [(half.world.orgs[1].code, 6)] and not plan.faults


def test_as_many_queries_for_ten_rows_as_for_two(half):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries_of(count):
        rows = [[org.code, "", "1", "1", "", "5"] for org in half.world.orgs[1 : 1 + count]]
        with CaptureQueriesContext(connection) as seen:
            assert len(check(half, sheet(rows)).cells) == 3 * count
        return len(seen)

    assert queries_of(10) == queries_of(2)
    assert HandEntry.objects.filter(org__in=half.world.orgs[1:]).count() == 0
