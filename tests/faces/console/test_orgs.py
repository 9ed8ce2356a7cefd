"""Pages of unions as a township officer meets them: each opens, a foreign union is none, the main acts go through."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gongjia.base import progress, sheets
from gongjia.base.outbox import unread
from gongjia.who.members.models import Position
from gongjia.who.orgs import actions, queries
from gongjia.who.orgs.models import Chase, OpenUnit, Org
from tests.faces.console.conftest import PDF, run_job
from tests.who.members.conftest import AT, DAY


def to(name: str, *args) -> str:
    return reverse(f"console:orgs{'_' + name if name else ''}", args=args)


@pytest.fixture
def unit(world):
    details = {"staff_count": 30, "staff_source": "visit", "staff_on": DAY}
    return actions.list_unit(org=world.lotus, name="丙公司", listed_on=DAY, details=details, actor=world.machine, at=AT)


@pytest.fixture
def home(world):
    return actions.list_home(
        org=world.lotus, name="莲花镇职工之家", kind="regional", planned_on=DAY, actor=world.machine, at=AT
    )


def test_every_page_opens(officer, world, unit, home):
    pages = [
        to(name)
        for name in ("", "tree", "found", "desk", "chase", "chase_text", "chases", "units", "unit_new", "homes",
                     "home_new", "sheet", "sheet_blank")
    ]  # fmt: skip
    pages += [to(name, world.firm.pk) for name in
              ("one", "edit", "rename", "kind", "elect", "delay", "legal", "confirm", "move", "guide", "merge",
               "dissolve", "cover")]  # fmt: skip
    pages += [to(f"unit{name}", unit.pk) for name in ("", "_edit", "_visit", "_promise", "_built", "_gone")]
    pages += [to("home", home.pk), to("home_edit", home.pk), to("home_stage", home.pk, "open")]
    pages += [f"{to('tree')}?at={world.firm.code}", f"{to('')}?q=公司&kind=single", f"{to('')}?state=all"]
    assert {page: status for page in pages if (status := officer.get(page).status_code) != 200} == {}
    assert officer.get(to("upward")).status_code == 403
    assert officer.get(to("rename", world.lotus.pk)).status_code == 403  # the own union's name is the city's to change


def test_the_city_takes_numbers_of_the_upper_system(holds, world):
    city = holds("city_publicity", world.fed)
    assert "还缺的必填项" in city.get(to("upward")).content.decode()
    assert city.get(to("upward_send")).status_code == 200
    template, book = queries.orgs_template(), BytesIO()
    columns = [sheets.Column(title, text=True) for title in (template.match, template.number)]
    rows = [[world.firm.code, "HZ-0001"], ["330182999", "HZ-0002"]]
    sheets.write(book, [sheets.SheetOut("工会", columns, rows)])
    sent = city.post(to("upward_numbers"), {"file": SimpleUploadedFile("返回.xlsx", book.getvalue())})
    assert sent.status_code == 302
    page = city.get(sent["Location"]).content.decode()
    assert "HZ-0001" in page and "330182999" in page  # the unknown code is named


def test_a_foreign_union_is_none(officer, world):
    for name in ("one", "edit", "dissolve", "elect"):
        assert officer.get(to(name, world.other.pk)).status_code == 404
    assert officer.get(f"{to('found')}?parent={world.yangxi.code}").status_code == 404
    assert "乙公司" not in officer.get(to("")).content.decode()


def founding(**more):
    return {
        "parent": "莲花镇工会", "kind": "single", "name": "丁公司工会委员会", "founded_on": "2018-08-20",
        "document": "莲工〔2018〕7号", "employer_name": "丁公司", "staff_count": "40", "founding_members": "30", **more,
    }  # fmt: skip


def test_a_union_is_founded_and_its_document_kept(officer, world):
    lacking = officer.post(to("found"), founding())
    assert lacking.status_code == 422 and "还缺批复文件" in lacking.content.decode()
    scan = SimpleUploadedFile("批复.pdf", PDF, "application/pdf")
    wrong = officer.post(to("found"), founding(attachment=scan, founded_on="2018-09-20"))
    assert wrong.status_code == 422 and "成立日期在今天之后" in wrong.content.decode()
    token = wrong.content.decode().split('name="_paper" value="')[1].split('"')[0]
    done = officer.post(to("found"), founding(_paper=token))  # the file of the attempt before
    org = Org.objects.get(name="丁公司工会委员会")
    assert done.status_code == 302 and done["Location"] == to("one", org.pk)
    assert (org.state, org.parent, org.staff_count) == ("active", world.lotus, 40)
    page = officer.get(to("one", org.pk)).content.decode()
    assert "批复.pdf" in page and "登记建会" in page
    assert officer.get(to("paper", org.pk, org.founding_attachment_id)).content == PDF
    assert officer.get(to("paper", world.firm.pk, org.founding_attachment_id)).status_code == 404


def test_late_unions_are_chased(officer, holds, world):
    holds("chair_grassroots", world.firm)
    chair = Position.objects.get(org=world.firm).person.account_id
    before = unread(chair)  # being granted a post is a message too
    desk = officer.get(f"{to('desk')}?matter=roster").content.decode()
    assert "甲公司" in desk and "莲花小学" in desk
    picked = {"pick": [str(world.firm.pk), str(world.school.pk), str(world.other.pk)]}  # the last is foreign
    asked = officer.post(to("chase"), picked).content.decode()
    assert "莲花小学" in asked and "乙公司" not in asked
    text = officer.post(to("chase_text"), picked).content.decode()
    assert "名册久未确认" in text and not Chase.objects.exists()
    assert officer.post(to("chase"), {**picked, "_confirm": "1", "note": "请本周内确认"}).status_code == 302
    assert {(chase.org_id, chase.reached) for chase in Chase.objects.all()} == {
        (world.firm.pk, 1),
        (world.school.pk, 0),
    }
    assert unread(chair) == before + 1
    assert "请本周内确认" in officer.get(to("chases")).content.decode()
    assert officer.post(to("chase"), {"_confirm": "1"}).status_code == 422


def test_a_unit_is_visited_until_it_has_a_union(officer, world, unit):
    said = {"visited_on": "2018-08-27", "said": "负责人愿意建会", "staff_count": "35", "promised_on": "2018-10-01"}
    assert officer.post(to("unit_visit", unit.pk), said).status_code == 302
    assert "负责人愿意建会" in officer.get(to("unit", unit.pk)).content.decode()
    assert officer.post(to("unit_built", unit.pk), {"by": "乙公司工会委员会", "on": "2018-08-27"}).status_code == 422
    assert officer.post(to("unit_built", unit.pk), {"by": world.firm.code, "on": "2018-08-27"}).status_code == 302
    assert OpenUnit.objects.get(pk=unit.pk).built_org == world.firm


def test_a_sheet_is_checked_before_it_runs(officer, world):
    book = BytesIO()
    columns = [sheets.Column(title, text=True) for title in ("工会名称", "组织类型", "上级工会")]
    rows = [["戊公司工会委员会", "单独基层工会", ""], ["己公司工会委员会", "单独基层工会", "没有这家工会"]]
    sheets.write(book, [sheets.SheetOut("工会", columns, rows)])
    upload = SimpleUploadedFile("工会.xlsx", book.getvalue())
    sent = officer.post(to("sheet"), {"under": world.lotus.code, "file": upload})
    assert sent.status_code == 302
    page = officer.get(sent["Location"]).content.decode()
    assert "没有找到工会" in page and not Org.objects.filter(name="戊公司工会委员会").exists()
    asked = officer.post(sent["Location"])
    assert officer.post(sent["Location"])["Location"] == asked["Location"]  # a second click is the same job
    assert not Org.objects.filter(name="戊公司工会委员会").exists()  # the worker does it, not the request
    done = run_job(officer, asked)
    assert "新增 1 家" in done and "未导入 1 行" in done and sent["Location"].replace("&", "&amp;") in done
    assert Org.objects.get(name="戊公司工会委员会").parent == world.lotus
    again = run_job(officer, officer.post(sent["Location"]))
    assert "新增 0 家" in again and Org.objects.filter(name="戊公司工会委员会").count() == 1
    assert not Org.objects.filter(name="己公司工会委员会").exists()
    other = sent["Location"].replace("/?", "/refused?")
    assert officer.get(other)["Content-Disposition"].startswith("attachment")


def test_moving_renaming_and_dissolving(officer, world):
    firm = to("one", world.firm.pk)
    renamed = {"name": "甲集团工会委员会", "from_on": "2018-08-27"}
    assert officer.post(to("rename", world.firm.pk), renamed)["Location"] == firm
    assert "曾用名" in officer.get(firm).content.decode()
    ended = {
        "closed_on": "2018-08-27", "cause": "employer_ended", "document": "莲工〔2018〕9号", "rest": "keep_above",
        "attachment": SimpleUploadedFile("批复.pdf", PDF, "application/pdf"),
    }  # fmt: skip
    page = officer.post(to("dissolve", world.firm.pk), ended)
    assert page.status_code == 422 and "下面还有 1 家工会" in page.content.decode()
    ended["attachment"] = SimpleUploadedFile("批复.pdf", PDF, "application/pdf")
    assert officer.post(to("dissolve", world.school.pk), ended).status_code == 302
    assert Org.objects.get(pk=world.school.pk).state == "dissolved"


def test_a_sheet_imports_only_what_its_uploader_may(officer, holds, world):
    """The job looks again who asks: a sheet of somebody else, and a power lost meanwhile, bring nothing in."""
    book = BytesIO()
    columns = [sheets.Column(title, text=True) for title in ("工会名称", "组织类型", "上级工会")]
    sheets.write(book, [sheets.SheetOut("工会", columns, [["戊公司工会委员会", "单独基层工会", ""]])])
    upload = SimpleUploadedFile("工会.xlsx", book.getvalue())
    page = officer.post(to("sheet"), {"under": world.lotus.code, "file": upload})["Location"]
    assert holds("officer_township", world.lotus).post(page).status_code == 404
    asked = officer.post(page)
    Position.objects.filter(org=world.lotus).update(until=date(2018, 8, 27))
    ended = progress.run_now(UUID(asked["Location"].split("/")[-1]))
    assert ended.state == "failed" and not Org.objects.filter(name="戊公司工会委员会").exists()
