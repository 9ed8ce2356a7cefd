"""Hardship files as officers meet them: the steps of a new one, the computation shown after a reason, the yearly desk."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongjia.base import clock
from gongjia.work.households import actions
from gongjia.work.households.models import CheckRequest, Condolence, HouseholdFile
from tests.faces.console.test_notices import jpeg
from tests.who.members.conftest import AT, id_card

INCOME = {
    "own_monthly": "8000", "own_monthly_source": "收入证明", "income_other": "0", "rigid_medical": "30000",
    "rigid_medical_source": "医药费单据", "rigid_school": "6000", "rigid_housing": "0", "rigid_other": "0",
    "accident": "none", "accident_cost": "0",
}  # fmt: skip
LIFE = {
    "cause_main": "kin_illness", "story": "家属大病，孩子上学。", "health": "good", "housing": "rented",
    "address": "测试小区", "can_help_self": "on", "lives_in_city": "on", "months_of_work": "24",
}  # fmt: skip


def to(name: str, *args) -> str:
    return reverse(f"console:{name}", args=args)


def family(people=3) -> dict[str, str]:
    found = {"_rows": "3"}
    for number, (relation, name) in enumerate((("spouse", "李小红"), ("child", "王乐"), ("parent", "王大山")), 1):
        if number <= people:
            found |= {f"relation_{number}": relation, f"name_{number}": name}
    return found


@pytest.fixture
def line(world):
    actions.set_low_line(
        city="330100",
        valid_from=date(2018, 1, 1),
        amount=1300_00,
        document="杭民发〔2018〕1号",
        actor=world.machine,
        at=AT,
    )


@pytest.fixture
def started(world, join, officer, line):
    """A file filled in through its four pages by a township officer."""

    def make(via="own", number=None):
        number = number or id_card()
        join(world.firm, "王小明", id_no=number)
        answer = officer.post(to("households_new"), {"id_no": number, "via": via, "applied_on": "2018-08-20"})
        assert answer.status_code == 302, answer.content.decode()
        file = HouseholdFile.objects.latest("id")
        assert answer["Location"] == to("households_family", file.pk)
        for step, values, after in (
            ("family", family(), "income"), ("income", INCOME, "life"), ("life", LIFE, "one"),
        ):  # fmt: skip
            assert officer.get(to(f"households_{step}", file.pk)).status_code == 200
            answer = officer.post(to(f"households_{step}", file.pk), values)
            assert answer.status_code == 302, answer.content.decode()
            assert answer["Location"] == to(f"households_{after}", file.pk)
        return file

    return make


def officers_of(page: str) -> list[str]:
    import re

    block = page[page.index('name="first"') : page.index('name="second"')]
    return list(re.findall(r'<option value="([0-9a-f-]{36})"', block))


def test_from_the_application_to_the_file(officer, holds, world, started) -> None:
    file = started()
    chair, city = holds("chair_grassroots", world.firm), holds("city_rights", world.fed)
    page = officer.get(to("households_one", file.pk)).content.decode()
    assert "李小红" not in page and "8,000" not in page and "王*" in page and "王小明" not in page
    assert officer.post(to("households_submit", file.pk), {"_confirm": "1"}).status_code == 302
    who = officers_of(chair.get(to("households_visit", file.pk)).content.decode())
    assert len(who) >= 2
    visit = {"on": "2018-08-26", "first": who[0], "second": who[0], "agrees": "yes", "note": "属实"}
    assert chair.post(to("households_visit", file.pk), {**visit, "attachment": jpeg()}).status_code == 422
    answer = chair.post(to("households_visit", file.pk), {**visit, "second": who[1], "attachment": jpeg()})
    assert answer.status_code == 302, answer.content.decode()
    assert chair.get(to("households_review", file.pk)).status_code == 403
    assert officer.post(to("households_review", file.pk), {"_confirm": "1"}).status_code == 302
    notice = {"days": "5", "phone": "0571-64710000", "ground": "档案管理办法"}
    answer = chair.post(to("households_notice", file.pk), notice)
    assert answer.status_code == 302, answer.content.decode()
    poster = chair.get(answer["Location"] + "poster").content.decode()
    assert "王*" in poster and "深度" not in poster and "大病" not in poster
    assert city.post(to("households_check", file.pk), {"to": "civil", "on": "2018-08-27"}).status_code == 302
    answer = city.post(to("households_approve", file.pk), {"level": "national"})
    assert answer.status_code == 422 and "核对结果还没有回来" in answer.content.decode()
    check = CheckRequest.objects.get()
    answer = city.post(to("households_answer", check.pk), {"result": "agrees", "on": "2018-08-27"})
    assert answer.status_code == 302, answer.content.decode()
    file.refresh_from_db()
    with clock.standing(file.notice_until):
        answer = city.post(to("households_approve", file.pk), {"level": "national", "document_no": "建工帮〔2018〕1号"})
    assert answer.status_code == 302, answer.content.decode()
    file.refresh_from_db()
    assert (file.state, file.category, file.persons) == ("active", "deep", 4)


def test_the_computation_is_shown_after_a_reason_with_its_sources(officer, holds, world, started) -> None:
    file = started()
    assert officer.post(to("households_one", file.pk), {"reason": ""}).status_code == 422
    page = officer.post(to("households_one", file.pk), {"reason": "审核"}).content.decode()
    for words in (
        "（96,000.00 元 − 36,000.00 元）÷ 12 ÷ 4 人",
        "1,250.00 元",
        "深度困难",
        "收入证明",
        "杭民发〔2018〕1号",
        "李小红",
    ):
        assert words in page, words
    leader = holds("leader", world.fed)
    assert leader.get(to("households_one", file.pk)).status_code == 200
    assert leader.post(to("households_one", file.pk), {"reason": "看看"}).status_code == 403


def test_a_relative_s_number_stays_when_it_is_left_blank(officer, started) -> None:
    file = started()
    number = id_card(date(2008, 1, 1))
    answer = officer.post(to("households_family", file.pk), {**family(1), "id_no_1": number})
    assert answer.status_code == 302, answer.content.decode()
    page = officer.get(to("households_family", file.pk)).content.decode()
    assert number not in page and "李小红" in page
    officer.post(to("households_family", file.pk), family(1))
    assert file.members.get(relation="spouse", until=None).id_index is not None


def test_straight_at_the_township(officer, holds, world, started) -> None:
    file = started("township")
    chair = holds("chair_grassroots", world.firm)
    assert chair.get(to("households_one", file.pk)).status_code == 404
    page = chair.get(to("households")).content.decode()
    assert "另有 1 户" in page and file.number not in page
    assert file.number in officer.get(to("households")).content.decode()


def test_a_second_file_of_the_household_is_refused(officer, started) -> None:
    number = id_card()
    first = started(number=number)
    answer = officer.post(to("households_new"), {"id_no": number, "via": "own", "applied_on": "2018-08-20"})
    assert answer.status_code == 422 and "一户只能建一份" in answer.content.decode()
    assert HouseholdFile.objects.get() == first


def test_every_page_opens(officer, holds, world, started) -> None:
    file = started()
    city = holds("city_rights", world.fed)
    pages = [to(name) for name in ("households", "households_due", "households_new", "households_upward", "households_send",
             "households_numbers", "households_earlier", "households_blank", "low_lines", "low_lines_new", "low_lines_cap",
             "condolences")]  # fmt: skip
    pages += [to(f"households_{name}", file.pk) for name in ("one", "family", "income", "life", "submit", "withdraw", "visit",
              "review", "return", "decline", "notice", "approve", "check", "verify", "end", "number")]  # fmt: skip
    pages += [
        f"{to('households')}?state={state}&category=deep&due=1&q=王小明"
        for state in ("active", "waiting", "draft", "ended")
    ]
    assert {page: status for page in pages if (status := city.get(page).status_code) != 200} == {}


def test_the_yearly_desk(holds, world, started, officer) -> None:
    file = started()
    HouseholdFile.objects.filter(pk=file.pk).update(
        state="active", opened_on=date(2017, 5, 1), category="deep", level="national", verified_year=2017
    )
    page = officer.get(to("households_due")).content.decode()
    assert file.number in page
    page = officer.get(to("households_verify", file.pk)).content.decode()
    assert "继续建档" in page and "已脱困" not in page  # the end is the city's
    assert officer.post(to("households_verify", file.pk), {**INCOME, "verdict": "out"}).status_code == 422
    answer = officer.post(to("households_verify", file.pk), {**INCOME, "own_monthly": "9000", "verdict": "keep"})
    assert answer.status_code == 422 and "类别调整" in answer.content.decode()
    assert officer.post(to("households_verify", file.pk), {**INCOME, "verdict": "keep"}).status_code == 302
    assert file.number not in officer.get(to("households_due")).content.decode()
    city = holds("city_rights", world.fed)
    answer = city.post(to("households_end", file.pk), {"why": "above", "on": "2018-08-27", "note": "收入提高"})
    assert answer.status_code == 302, answer.content.decode()
    file.refresh_from_db()
    assert file.state == "exited"


def test_the_national_form_is_downloaded_and_kept_nowhere(holds, world, started) -> None:
    from gongjia.base.journal.models import Attachment

    file = started()
    HouseholdFile.objects.filter(pk=file.pk).update(
        state="active", opened_on=date(2018, 5, 1), category="deep", level="national"
    )
    city = holds("city_rights", world.fed)
    before = Attachment.objects.count()
    answer = city.post(to("households_send"), {"reason": "季度报送"})
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    assert openpyxl.load_workbook(BytesIO(answer.content)).active.max_row == 2
    assert Attachment.objects.count() == before


def test_earlier_files_from_a_sheet(holds, world, join) -> None:
    number = id_card()
    join(world.firm, "老王", id_no=number)
    book = openpyxl.Workbook()
    book.active.append(["姓名", "身份证号", "困难类别", "建档日期", "退出日期"])
    book.active.append(["老王", number, "深度困难", "2015-03-01", "2016-03-01"])
    book.active.append(["老张", id_card(), "深度困难", "2015-03-01", "2016-03-01"])
    out = BytesIO()
    book.save(out)
    city = holds("city_rights", world.fed)
    answer = city.post(to("households_earlier"), {"file": SimpleUploadedFile("往年.xlsx", out.getvalue())})
    assert answer.status_code == 302, answer.content.decode()
    page = city.get(answer["Location"]).content.decode()
    assert "导入 1 份" in page and "会员档案里没有这个人" in page
    assert city.get(answer["Location"] + "refused").status_code == 200
    assert city.post(answer["Location"]).status_code == 302
    assert HouseholdFile.objects.get().origin == "import"
    other = holds("city_rights", world.fed)
    assert other.get(answer["Location"]).status_code == 404  # another's upload


# -- condolences ---------------------------------------------------------------------------------------------
def test_ten_seconds(holds, world, join) -> None:
    join(world.firm, "王小明")
    by = {"actor": world.machine, "at": AT}
    actions.set_cap(
        why="hospital", valid_from=date(2018, 1, 1), amount=1000_00, per="once", mode="warn", document="", **by
    )
    chair = holds("officer_grassroots", world.firm)
    entry = {"who": "王小明", "why": "hospital", "amount": "500", "purse": "union", "on": "2018-08-27"}
    assert chair.get(to("condolences_new")).status_code == 200
    assert chair.post(to("condolences_new"), {**entry, "who": "没有这人"}).status_code == 422
    answer = chair.post(to("condolences_new"), {**entry, "amount": "1200"})
    assert answer.status_code == 422 and "最多 1,000.00 元" in answer.content.decode()
    answer = chair.post(to("condolences_new"), {**entry, "amount": "1200", "accept_over": "on", "attachment": jpeg()})
    assert answer.status_code == 302, answer.content.decode()
    row = Condolence.objects.get()
    assert row.over_cap and "超过限额" in chair.get(to("condolences")).content.decode()
    assert chair.get(to("condolences_one", row.pk)).status_code == 200
    assert chair.get(to("condolences_photo", row.pk))["Content-Type"] == "image/jpeg"
    assert holds("chair_grassroots", world.other).get(to("condolences_one", row.pk)).status_code == 404
    assert chair.post(to("condolences_void", row.pk), {"_confirm": "1", "note": "登记错人"}).status_code == 302
    assert "已作废" in chair.get(to("condolences")).content.decode()


def test_lines_and_caps(holds, world) -> None:
    city = holds("city_rights", world.fed)
    line = {"city": "330182", "valid_from": "2018-07-01", "amount": "810", "document": "杭民发〔2018〕2号"}
    assert city.post(to("low_lines_new"), line).status_code == 302
    cap = {"why": "birth", "valid_from": "2018-01-01", "amount": "600", "per": "once", "mode": "refuse"}
    assert city.post(to("low_lines_cap"), cap).status_code == 302
    page = city.get(to("low_lines")).content.decode()
    assert "810.00" in page and "600.00" in page
    assert holds("officer_township", world.lotus).get(to("low_lines")).status_code == 403


def test_lists_cost_the_same_for_one_and_many(officer, world, join, started) -> None:
    from django.db import connection

    def cost(name):
        with CaptureQueriesContext(connection) as found:
            assert officer.get(to(name)).status_code == 200
        return len(found)

    started()
    few = [cost("households"), cost("households_due"), cost("condolences")]
    for number in range(5):
        spell = join(world.firm, f"赵{number}")
        actions.start_file(head=spell.person, via="own", actor=world.machine, at=AT)
        actions.condole(
            org=world.firm, person=spell.person, why="birth", amount=100_00, on=AT.date(), actor=world.machine, at=AT
        )
    assert [cost("households"), cost("households_due"), cost("condolences")] == few


def test_the_verification_changes_the_family_and_shows_the_formula_first(world, started, officer) -> None:
    file = started()
    HouseholdFile.objects.filter(pk=file.pk).update(
        state="active", opened_on=date(2017, 5, 1), category="deep", level="national", verified_year=2017
    )
    address = to("households_verify", file.pk)
    assert "李小红" in officer.get(address).content.decode()  # the family stands there to be changed
    smaller = {**family(people=1), **INCOME, "verdict": "keep"}
    shown = officer.post(address, {**smaller, "_reckon": "1"})
    # (96,000 − 36,000) ÷ 12 ÷ 2 = 2,500: above the line of 1,300, below twice the line
    words = shown.content.decode()
    assert shown.status_code == 200 and "÷ 12 ÷ 2 人" in words and "2,500.00 元" in words and "类别有变化" in words
    file.refresh_from_db()
    assert (file.persons, file.verifications.count()) == (4, 0)  # reckoned, not kept
    assert officer.post(address, smaller).status_code == 422  # another category than before is said, not slipped in
    file.refresh_from_db()
    assert file.persons == 4
    assert officer.post(address, {**smaller, "verdict": "change"}).status_code == 302
    file.refresh_from_db()
    row = file.verifications.get()
    assert (file.persons, file.category, row.category) == (2, "relative", "relative")
    assert "÷ 12 ÷ 2 人" in row.computed.open_unlogged()
    gone = file.members.filter(until__isnull=False)
    assert {one.name.open_unlogged() for one in gone} >= {"王乐", "王大山"}


def test_many_whole_numbers_leave_on_a_second_persons_word(holds, world, started, monkeypatch) -> None:
    from gongjia.base import handout
    from gongjia.base.handout.models import Handout

    monkeypatch.setitem(handout.CLASSES, "household", handout.Class("household", "家庭情况", 2, 250))
    files = [started(), started()]
    HouseholdFile.objects.filter(pk__in=[one.pk for one in files]).update(
        state="active", opened_on=date(2018, 5, 1), category="deep", level="national", verified_year=2018
    )
    maker, other = holds("city_rights", world.fed), holds("city_service", world.fed)
    answer = maker.post(to("households_send"), {"reason": "上级通知要求"})
    assert (answer.status_code, answer["Location"]) == (302, to("households_asked"))  # no sheet yet
    one = Handout.objects.get()
    assert (one.count, one.state) == (2, "asked")
    page = to("households_asked")
    asks = {"handout": str(one.pk)}
    assert maker.post(page, {**asks, "verb": "take"}).status_code == 422
    assert maker.post(page, {**asks, "verb": "approve"}).status_code == 404  # not among what waits for me
    assert "等您批准" in other.get(page).content.decode() and one.asked_by in other.get(page).content.decode()
    assert other.post(page, {**asks, "verb": "decline"}).status_code == 422  # without a reason
    assert other.post(page, {**asks, "verb": "approve"}).status_code == 302
    assert other.post(page, {**asks, "verb": "take"}).status_code == 404  # a stolen link opens nothing
    sheet = maker.post(page, {**asks, "verb": "take"})
    assert sheet.status_code == 200 and sheet["Cache-Control"] == "no-store", sheet.content.decode()
    rows = list(openpyxl.load_workbook(BytesIO(sheet.content)).active.values)
    assert sum(any(cell == file.number for cell in row) for row in rows for file in files) == 2
    assert maker.post(page, {**asks, "verb": "take"}).status_code == 422  # once
    assert maker.post(page, {"verb": "take", "handout": "x"}).status_code == 404
