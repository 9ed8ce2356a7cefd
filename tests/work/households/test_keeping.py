"""The yearly verification, the low line of the day, the national form, earlier years, condolences."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta

import openpyxl
import pytest

from gongjia.base.refused import Forbidden, Refused
from gongjia.work.households import actions, queries, rules
from gongjia.work.households.models import Condolence, HouseholdFile
from tests.who.members.conftest import AT, id_card
from tests.work.households.conftest import DAY, FACTS
from tests.work.households.test_files import refused

NEXT = AT.replace(year=2019)


def test_who_is_due(steps) -> None:
    file = steps.opened()
    assert list(queries.due(steps.world.machine, 2018)) == []
    assert list(queries.due(steps.world.machine, 2019)) == [file]
    row = actions.verify(file=file, verdict="keep", actor=steps.world.machine, at=NEXT)
    assert (row.year, row.category) == (2019, "deep")
    assert list(queries.due(steps.world.machine, 2019)) == []
    assert refused(actions.verify, file=file, verdict="keep", actor=steps.world.machine, at=NEXT) == ("verified",)


def test_a_better_year_is_another_category_or_the_way_out(steps) -> None:
    file = steps.opened()
    by = {"file": file, "actor": steps.world.machine, "at": NEXT}
    better = replace(FACTS, own_monthly=9_000_00)
    assert refused(actions.verify, verdict="keep", facts=better, **by) == ("category_changed",)
    assert refused(actions.verify, verdict="keep", facts=replace(FACTS, own_monthly=50_000_00), **by) == (
        "above_lines",
    )
    actions.verify(verdict="change", facts=better, **by)
    file.refresh_from_db()
    assert file.category == "relative"


def test_out_of_hardship_ends_the_file(steps) -> None:
    file = steps.opened()
    actions.verify(file=file, verdict="out", note="子女就业", actor=steps.world.machine, at=NEXT)
    file.refresh_from_db()
    assert (file.state, file.close_why, file.closed_on) == ("exited", "above", NEXT.date())
    township = steps.role(steps.world.lotus, "officer_township")
    assert list(queries.due(township, 2020)) == []


def test_a_township_verifies_and_the_city_ends(steps) -> None:
    file = steps.opened()
    township = steps.role(steps.world.lotus, "officer_township")
    with pytest.raises(Forbidden):
        actions.verify(file=file, verdict="out", actor=township, at=NEXT)
    file.refresh_from_db()
    assert file.state == "active" and file.verified_year == 2018
    actions.verify(file=file, verdict="keep", actor=township, at=NEXT)


def test_the_line_of_the_county_before_that_of_the_city(steps) -> None:
    by = {"actor": steps.world.machine, "at": AT, "document": ""}
    assert queries.low_line("330182", DAY).amount == 1300_00
    actions.set_low_line(city="330182", valid_from=date(2018, 7, 1), amount=1100_00, **by)
    assert queries.low_line("330182", DAY).amount == 1100_00
    assert queries.low_line("330182", date(2018, 6, 30)).amount == 1300_00
    assert queries.low_line("330182", date(2017, 12, 31)) is None


def test_without_a_line_nothing_is_reckoned(steps) -> None:
    from gongjia.work.households.models import LowLine

    LowLine.objects.all().delete()
    file = steps.visited()
    assert refused(actions.review, file=file, **steps.by) == ("low_line_missing",)


def test_the_national_form(steps) -> None:
    steps.opened()
    machine = steps.world.machine
    content, sent, held = actions.send_files(actor=machine, at=AT, reason="季度报送")
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.values)
    row = dict(zip((cell.lstrip("*").strip() for cell in rows[0]), rows[1], strict=True))
    assert (sent, held) == (1, 0)
    assert row["家庭年度总收入"] == "96000.00" and row["困难类别"] == "深度困难" and row["家庭人口"] == "4"
    assert refused(actions.send_files, actor=machine, at=AT, reason="再报") == ("nothing_to_send",)
    book = openpyxl.Workbook()
    book.active.append(["本地档案编号", "职工编号"])
    book.active.append([row["本地档案编号"], "QG-0001"])
    out = io.BytesIO()
    book.save(out)
    assert actions.take_numbers(out.getvalue(), actor=machine, at=AT, name="回执.xlsx") == (1, [])
    assert HouseholdFile.objects.get().upper_no == "QG-0001"
    assert refused(actions.send_files, actor=machine, at=AT, reason="再报") == ("nothing_to_send",)
    assert queries.upward_list(machine)[0].state_label == "已报"


def sheet(*rows) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["困难职工往年档案"])
    book.active.append(["姓名", "身份证号码", "困难类别", "建档日期", "退出日期", "退出原因", "家庭人口"])
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_earlier_years_are_closed_history(steps, join) -> None:
    number = id_card()
    person = join(steps.world.firm, "老王", id_no=number).person
    source = sheet(
        ["老王", number, "低保户", "2015-03-01", "2017年6月30日", "已脱困", "3"],
        ["老王", number, "低保户", "2015-03-01", "2017-06-30", "", ""],
        ["没有", id_card(), "深度困难", "2015-03-01", "2017-06-30", "", ""],
        ["老王", number, "未知类", "2015", "2099-01-01", "", ""],
    )
    done = actions.import_earlier(source, name="往年.xlsx", actor=steps.world.machine, at=AT)
    assert (len(done.good), len(done.bad)) == (1, 3)
    file = HouseholdFile.objects.get(head=person)
    assert (file.origin, file.state, file.category, file.persons) == ("import", "exited", "deep", 3)
    assert queries.file_of(person.pk, date(2016, 5, 1)) == file and queries.file_of(person.pk, DAY) is None
    again = actions.import_earlier(source, name="往年.xlsx", actor=steps.world.machine, at=AT)
    assert (len(again.good), len(again.bad)) == (0, 4)
    back = list(openpyxl.load_workbook(io.BytesIO(actions.refused_sheet(done.bad))).active.values)
    assert back[0][-1] == "原因" and "表内重复" in back[1][-1]


# -- condolences -----------------------------------------------------------------------------------------------
@pytest.fixture
def caps(steps):
    by = {"actor": steps.world.machine, "at": AT, "valid_from": date(2018, 1, 1)}
    actions.set_cap(why="hospital", amount=1000_00, per="once", mode="warn", document="浙总工发〔2018〕1号", **by)
    actions.set_cap(why="festival", amount=1500_00, per="year", mode="refuse", document="", **by)


def give(steps, **more):
    facts = {
        "org": steps.world.firm,
        "person": steps.person,
        "why": "hospital",
        "on": DAY,
        "amount": 500_00,
        **steps.by,
    }
    return actions.condole(**{**facts, **more})


def test_a_condolence_is_entered_by_the_own_union(steps, caps) -> None:
    row = give(steps, actor=steps.role(steps.world.firm, "officer_grassroots"))
    assert not row.over_cap and queries.totals(queries.condolences(steps.world.machine)) == {
        "times": 1, "persons": 1, "money": 500_00, "goods": 0,
    }  # fmt: skip
    with pytest.raises(Forbidden):
        give(steps, actor=steps.role(steps.world.other, "chair_grassroots"))


def test_above_a_cap_that_warns(steps, caps) -> None:
    assert refused(give, steps=steps, amount=1000_01) == ("over_cap_warn",)
    assert give(steps, amount=1000_01, accept_over=True).over_cap
    assert not give(steps, amount=1000_00).over_cap


def test_above_a_cap_that_refuses(steps, caps) -> None:
    give(steps, why="festival", amount=0, goods="粽子", goods_value=1000_00)
    with pytest.raises(Refused) as found:
        give(steps, why="festival", amount=500_01, accept_over=True)
    assert found.value.codes == ("over_cap",) and "本年累计 1,500.01 元" in found.value.reasons[0].sentence
    give(steps, why="festival", amount=500_00)


def test_what_was_made_void_does_not_count(steps, caps) -> None:
    row = give(steps, why="festival", amount=1500_00)
    actions.void_condolence(row=row, why="登记错人", **steps.by)
    give(steps, why="festival", amount=1500_00)
    assert queries.totals(queries.condolences(steps.world.machine))["times"] == 1
    assert Condolence.objects.count() == 2
    assert refused(actions.void_condolence, row=row, why="再来", **steps.by) == ("void_already",)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"amount": 0}, "nothing_given"), ({"on": DAY + timedelta(1)}, "on_in_future"),
        ({"on": date(2010, 1, 1)}, "not_member_here"),
    ],
)  # fmt: skip
def test_what_is_no_condolence(steps, facts, code) -> None:
    assert refused(give, steps=steps, **facts) == (code,)


def test_facts_survive_the_way_through_the_seal() -> None:
    told = replace(FACTS, exclusions=("car",), single_parent=True)
    assert rules.HouseholdFacts.loads(told.dumps()) == told
    assert rules.MemberFacts.loads(rules.MemberFacts(monthly=5).dumps()).monthly == 5


def test_what_lies_on_the_desk(steps) -> None:
    from gongjia.work.households.queries.todos import SOURCES

    chair, city = steps.role(steps.world.firm, "chair_grassroots"), steps.role(steps.world.fed, "city_rights")
    township = steps.role(steps.world.lotus, "officer_township")

    def counts(day=DAY):
        found = [[source.count(actor, day) for source in SOURCES] for actor in (chair, township, city)]
        rows = [[len(source.rows(actor, day, 9)) for source in SOURCES] for actor in (chair, township, city)]
        assert rows == found
        return found

    file = steps.filled()
    actions.submit(file=file, **steps.by)
    assert counts() == [[1, 0], [0, 0], [0, 0]]
    first, second = steps.officers
    actions.visit(file=file, on=DAY, first=first, second=second, photo=steps.world.paper, agrees=True, **steps.by)
    assert counts() == [[0, 0], [1, 0], [0, 0]]
    file.refresh_from_db()
    actions.review(file=file, **steps.by)
    actions.send_check(file=file, to="civil", on=DAY, **steps.by)
    assert counts() == [[0, 0], [0, 0], [1, 0]]
    assert counts(date(2018, 9, 18)) == [[0, 0], [0, 0], [1, 1]]
