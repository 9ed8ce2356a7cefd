"""Unions from a sheet: a verdict per cell, sets of rows, one entry."""

from __future__ import annotations

import io
from datetime import date

import pytest

from gongjia.base import journal, sheets
from gongjia.base.journal.models import EntrySubject
from gongjia.base.refused import Refused
from gongjia.who.orgs import actions, queries
from gongjia.who.orgs.actions.sheet import columns
from gongjia.who.orgs.models import CoveredUnit, Org, OrgClosure
from tests.who.orgs.conftest import AT, officer
from tests.who.orgs.test_tree import assert_tree_holds

pytestmark = pytest.mark.django_db
EMPLOYER = "91350100M000100Y43"
UNION = "81330182MC0000012H"


def sheet(*rows: dict[str, str], titles=()) -> sheets.Sheet:
    keys = list(dict.fromkeys(key for row in rows for key in row))
    return sheets.Sheet(
        "工会", [*([[title] for title in titles]), keys, *([row.get(key, "") for key in keys] for row in rows)]
    )


def run(machine, *rows, **more):
    return actions.import_sheet(sheet(*rows), actor=machine, at=AT, **more)


def codes_of(result) -> set[tuple[str, str]]:
    return {(fault.column, fault.code) for fault in result.faults}


def firm(name="新公司工会委员会", **more):
    return {"工会名称": name, "组织类型": "单独基层工会", "上级工会": "莲花镇工会", **more}


def test_a_whole_federation_from_an_empty_house(db, machine):
    result = run(
        machine,
        {"编码": "330182", "工会全称": "测试市总工会", "工会类型": "总工会"},
        {"编码": "330182101", "工会全称": "莲花镇工会", "工会类型": "乡镇工会", "上级工会": "330182"},
        {"工会全称": "测试市教育工会", "工会类型": "产业工会", "上级工会": "测试市总工会"},
        {"工会全称": "莲花小学工会", "工会类型": "单独", "上级工会": "莲花镇工会", "产业工会": "测试市教育工会",
         "建会日期": "2010年5月8日", "职工人数": "45人"},
        {"工会全称": "甲乙联合工会", "工会类型": "联合", "上级工会": "330182101",
         "涵盖单位": f"甲公司({EMPLOYER},35)、乙(中国)公司；丙店，"},
    )  # fmt: skip
    assert result.faults == []
    assert (result.added, result.refused) == (5, 0)
    assert_tree_holds()
    school = Org.objects.get(name="莲花小学工会")
    assert (school.code, school.founded_on, school.staff_count) == ("330182101-0001", date(2010, 5, 8), 45)
    assert (school.state, school.established, school.industry_parent.code) == ("active", True, "330182-K01")
    assert OrgClosure.objects.get(via="industry").descendant == school
    assert set(CoveredUnit.objects.values_list("name", "uscc", "staff_count")) == {
        ("甲公司", EMPLOYER, 35),
        ("乙(中国)公司", "", None),
        ("丙店", "", None),
    }
    assert EntrySubject.objects.filter(entry_id=result.entry_id).count() == 5
    assert [line.label_zh for line in journal.timeline(school)] == ["导入工会表"]


def test_a_founding_day_counts_in_the_tree_and_none_means_always(tree, machine):
    run(machine, firm(成立日期="2018-05-08"), firm("无日期工会"))
    before = {row.name for row in queries.tree_on(date(2018, 5, 7))}
    assert "新公司工会委员会" not in before
    assert "无日期工会" in before
    assert "新公司工会委员会" in {row.name for row in queries.tree_on(date(2018, 5, 8))}


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (firm(""), ("name", "name_missing")),
        (firm(组织类型=""), ("kind", "cell_missing")),
        (firm(组织类型="1"), ("kind", "code_unknown")),
        (firm(上级工会="没有这个工会"), ("parent", "union_unknown")),
        (firm(上级工会="甲公司一车间分工会"), ("parent", "parent_kind_wrong")),
        (firm(工会编码="LH001"), ("code", "code_bad")),
        (firm(单位信用代码=EMPLOYER[:-1] + "4"), ("employer_uscc", "employer_uscc_bad")),
        (firm(单位信用代码=UNION), ("employer_uscc", "employer_uscc_is_union")),
        (firm(工会信用代码=EMPLOYER), ("uscc", "uscc_not_union")),
        (firm(工会信用代码=sheets.Damaged("8.13E+17")), ("uscc", "number_damaged")),
        (firm(成立日期="2018-02-30"), ("founded_on", "date_impossible")),
        (firm(成立日期="去年"), ("founded_on", "date_bad")),
        (firm(成立日期="2018-08-28"), ("founded_on", "date_in_future")),
        (firm(职工人数="若干"), ("staff_count", "number_bad")),
        (firm(职工人数="10", 女职工人数="11"), ("staff_women", "women_over_staff")),
        (firm(所属行业="造纸"), ("industry", "code_unknown")),
        (firm(经审会="也许"), ("audit_committee", "yes_no_bad")),
        (firm(换届日期="2018-01-01", 任期="4"), ("term_years", "years_wrong")),
        (firm(换届日期="2018-01-01"), ("term_years", "term_years_missing")),
        (firm(换届日期="2018-01-01", 届满日期="2022-01-01"), ("term_ends_on", "term_years_wrong")),
        (firm(涵盖单位="甲、乙"), ("covered", "kind_covers_none")),
        (firm(组织类型="联合", 涵盖单位="甲公司"), ("covered", "units_too_few")),
        (firm(产业指导工会="洋溪街道工会"), ("industry_parent", "guide_kind_wrong")),
        (firm("名" * 121), ("name", "too_long")),
        ({"工会编码": "330182101-0001", "工会名称": "甲公司工会委员会", "组织类型": "联合"}, ("kind", "kind_differs")),
        ({"工会编码": "330182101-0001", "上级工会": "洋溪街道工会", "工会名称": "", "组织类型": ""}, ("parent", "parent_differs")),
        ({"工会名称": "另一总工会", "组织类型": "总工会", "工会编码": "330183"}, ("parent", "root_exists")),
    ],
)  # fmt: skip
def test_each_fault_at_its_cell(tree, machine, row, fault):
    before = Org.objects.count()
    result = run(machine, row)
    assert fault in codes_of(result)
    assert (result.added, result.changed, result.refused) == (0, 0, 1)
    assert Org.objects.count() == before


def test_good_rows_come_in_beside_bad_ones_and_rows_keep_their_numbers(tree, machine):
    rows = sheet(firm("甲"), firm("乙", 成立日期="坏"), firm("丙"), titles=["莲花镇工会情况表", ""])
    result = actions.import_sheet(rows, actor=machine, at=AT)
    assert (result.added, result.refused) == (2, 1)
    assert [(fault.row, fault.label) for fault in result.faults] == [(5, "成立日期")]


def test_doubles_in_the_file_and_in_the_register(tree, machine):
    actions.edit(org=tree.firm, changes={"employer_uscc": EMPLOYER}, actor=machine, at=AT)
    result = run(
        machine,
        firm("一", 工会编码="330182101-0100"),
        firm("二", 工会编码="330182101-0100"),
        firm("三"),
        firm("三"),
        firm("四", 单位信用代码=EMPLOYER),
    )
    assert codes_of(result) == {
        ("code", "code_duplicate_in_file"),
        ("name", "name_duplicate_in_file"),
        ("employer_uscc", "employer_has_union"),
    }
    assert result.added == 2


def test_a_union_below_a_refused_one_stays_out(tree, machine):
    result = run(machine, firm("母公司工会", 成立日期="坏"), firm("子公司工会", 上级工会="母公司工会"))
    assert ("parent", "parent_refused") in codes_of(result)
    assert result.added == 0


def test_circles_are_refused(tree, machine):
    result = run(machine, firm("一工会", 上级工会="二工会"), firm("二工会", 上级工会="一工会"))
    assert ("parent", "parent_circle") in codes_of(result)
    assert result.added == 0


def test_an_officer_imports_only_below(tree):
    actor = officer(tree.lotus, "orgs.read", "orgs.import")
    result = run(actor, firm("莲花新会"), firm("洋溪新会", 上级工会="洋溪街道工会"))
    assert codes_of(result) == {("parent", "union_out_of_scope")}
    assert result.added == 1
    result = run(actor, {"工会编码": tree.other.code, "工会名称": "改名工会", "组织类型": ""})
    assert codes_of(result) == {("code", "union_out_of_scope")}


def test_a_second_run_changes_only_what_differs(tree, machine):
    rows = [
        firm("新公司工会", 职工人数="50", 换届日期="2016-05-01", 任期="三年", 届次="第二届"),
        firm("旧公司工会"),
    ]
    assert run(machine, *rows).added == 2
    again = run(machine, *rows)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    assert again.entry_id is None
    org = Org.objects.get(name="新公司工会")
    term = org.terms.get()
    assert (term.number, term.ends_on) == (2, date(2019, 5, 1))
    third = run(machine, {"工会编码": org.code, "工会名称": "新集团工会", "组织类型": "", "职工人数": "66", "地址": ""})
    assert (third.changed, third.refused) == (1, 0)
    org.refresh_from_db()
    assert (org.name, org.staff_count) == ("新集团工会", 66)
    assert queries.names_on(date(2018, 1, 1), [org.pk])[org.pk][0] == "新公司工会"
    assert [row[2] for row in queries.search(machine, "集团")] == ["新集团工会"]


def test_a_sheet_may_list_the_union_it_is_imported_under(tree, machine):
    result = run(
        machine,
        {"工会名称": "测试市总工会", "组织类型": "总工会"},
        {"工会名称": "三都镇工会", "组织类型": "乡镇工会"},
        under=tree.fed,
    )
    assert (result.added, result.unchanged, result.faults) == (1, 1, [])
    assert Org.objects.get(name="三都镇工会").parent == tree.fed


def test_codes_go_on_after_those_in_use(tree, machine):
    run(machine, firm("给号工会", 工会编码="330182101-0042"), firm("无号工会"))
    assert Org.objects.get(name="无号工会").code == "330182101-0043"


def test_a_check_writes_nothing(tree, machine):
    before = Org.objects.count()
    checked = actions.check_sheet(sheet(firm(), firm("坏", 成立日期="坏")), actor=machine, at=AT)
    assert checked.counts == {"add": 1, "refused": 1}
    assert Org.objects.count() == before


def test_a_sheet_without_a_head_is_refused(tree, machine):
    with pytest.raises(Refused) as refused:
        run(machine, {"甲": "1", "乙": "2"})
    assert refused.value.codes == ("sheet_no_head",)
    with pytest.raises(Refused) as refused:
        run(machine, {"工会名称": "x", "上级工会": "y"})
    assert refused.value.codes == ("sheet_column_missing",)


def test_a_real_workbook_blank_filled_and_refused_rows(tree, machine):
    blank = sheets.read(actions.blank(), "空白.xlsx")
    head = blank.sheets[0].rows[0]
    assert head[1] == "*工会名称"
    filled = io.BytesIO()
    sheets.write(
        filled,
        [
            sheets.SheetOut(
                "工会",
                [sheets.Column(title, text=True) for title in head],
                [
                    ["", "新公司工会", "", "单独基层工会", "330182101", *([""] * 30)],
                    ["", "坏公司工会", "", "单独基层工会", "无此工会", *([""] * 30)],
                ],
            )
        ],
    )
    result = actions.import_sheet(filled.getvalue(), name="工会.xlsx", actor=machine, at=AT)
    assert (result.added, result.refused) == (1, 1)
    back = sheets.read(actions.refused_rows(result.checked), "未导入.xlsx").sheets[0].rows
    assert "无此工会" in back[1]
    assert back[1][-1].startswith("上级工会：没有找到工会")


@pytest.mark.parametrize(
    ("read", "cell", "value"),
    [
        (columns.ordinal, "第十五届", 15),
        (columns.ordinal, "二十", 20),
        (columns.ordinal, "二十一", 21),
        (columns.ordinal, "3", 3),
        (columns.years, "五年", 5),
        (columns.day, "20180301", date(2018, 3, 1)),
        (columns.day, "2018/3/1", date(2018, 3, 1)),
        (columns.day, "2018.03", date(2018, 3, 1)),
        (columns.day, "2018年3月", date(2018, 3, 1)),
        (columns.day, "2018-03-01 00:00:00", date(2018, 3, 1)),
        (columns.number, "1,200.00", 1200),
        (columns.yes, "√", True),
        (columns.covered, "甲；乙(20人)", [("甲", "", None), ("乙", "", 20)]),
        (
            columns.covered,
            "甲,乙（20,91350100M000100Y43），丙",
            [("甲", "", None), ("乙", EMPLOYER, 20), ("丙", "", None)],
        ),
        (columns.covered, "甲公司(中国)\n乙", [("甲公司(中国)", "", None), ("乙", "", None)]),
    ],
)
def test_cells_are_read_tolerantly(read, cell, value):
    assert read(cell) == value


def test_nine_hundred_unions_at_once(tree, machine, django_assert_max_num_queries):
    rows = [
        firm(
            f"测试第{n}公司工会委员会",
            职工人数=str(20 + n % 80),
            成立日期="2012-03-04",
            换届日期="2017-03-01",
            任期="3",
        )
        for n in range(900)
    ]
    with django_assert_max_num_queries(40):
        result = run(machine, *rows)
    assert (result.added, result.refused) == (900, 0)
    assert_tree_holds()


def test_a_name_is_kept_as_written_and_found_with_brackets_of_either_width(tree, machine):
    written = "航空（小镇）公司工会委员会"
    done = run(
        machine, firm(written), {**firm("甲车间分工会"), "上级工会": "航空(小镇)公司工会委员会", "组织类型": "分工会"}
    )
    assert done.refused == 0, list(done.faults)
    org = Org.objects.get(name=written)  # not one bracket was changed
    assert Org.objects.get(name="甲车间分工会").parent == org
    again = run(machine, firm("航空(小镇)公司工会委员会"))
    assert (again.added, Org.objects.filter(name__contains="小镇").count()) == (0, 1)
    for typed in (written, "航空(小镇)公司工会委员会", " 航空（小镇） 公司工会委员会 "):
        assert queries.named_by([typed])[typed] == [org]
    # the control: another name is another union
    assert queries.named_by(["航空小镇公司工会委员会"]) == {"航空小镇公司工会委员会": []}
