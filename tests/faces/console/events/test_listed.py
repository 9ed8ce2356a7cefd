"""名单报名 on the page: pasted or uploaded, every line answered, then run as it was shown."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

from django.core.files.uploadedfile import SimpleUploadedFile

from gongjia.base import clock
from gongjia.work.events.models import Child, SignUp
from tests.faces.console.conftest import PDF
from tests.faces.console.events.conftest import done, text, to
from tests.who.members.conftest import DAY, id_card
from tests.work.events.conftest import laws


def digest(page: str) -> str:
    return page.split('name="digest" value="')[1].split('"')[0]


def upload(words: str, name: str = "名单.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, words.encode("utf-8-sig"), "text/csv")


def test_a_pasted_list_is_shown_line_by_line_and_then_run(world, chair, make, join):
    a, b = join(world.firm, "甲会员").person, join(world.firm, "乙会员", id_no=(number := id_card())).person
    event = make(total=5)
    page = text(chair.get(to("sign_ups", event.pk)))
    assert "名单报名" in page and to("list", event.pk) in page
    pasted = f"甲会员 {a.phone.open_unlogged()}\n乙会员，{number}\n丙不是会员 19900009999\n"
    where = done(chair.post(to("list", event.pk), {"at": world.firm.code, "text": pasted}))
    page = text(chair.get(where))
    assert "给 2 人报名" in page and "名册里没有这个人" in page and "第 3 行" in page
    assert number not in page and number[-4:] in page  # masked
    assert not SignUp.objects.exists()
    assert "再看一遍" in text(chair.post(where, {"_op": "run", "digest": "other"}), 422)
    page = text(chair.post(where, {"_op": "run", "digest": digest(page)}))
    assert page.count("报上了</span>") == 2 and "丙不是会员" in page
    rows = SignUp.objects.filter(event=event, state="placed", way="union")
    assert {one.person_id for one in rows} == {a.pk, b.pk} and {one.note for one in rows} == {
        "名单报名：粘贴的名单.csv"
    }
    page = text(chair.get(where))  # the same list again
    assert page.count("已经报过</span>") >= 2 and "给 " not in page
    laws(event)


def test_a_sheet_from_a_spreadsheet_and_what_is_no_list(world, chair, make, join):
    a = join(world.firm, "甲会员").person
    event = make(total=5)
    at = {"at": world.firm.code}
    assert "二选一" in text(chair.post(to("list", event.pk), at), 422)
    assert "名单缺少列" in text(
        chair.post(to("list", event.pk), {**at, "file": upload("手机,备注\n19900000001,乙\n")}), 422
    )
    blank = chair.get(to("list", event.pk) + "?blank=1")
    assert blank.content[:2] == b"PK"
    where = done(
        chair.post(
            to("list", event.pk), {**at, "file": upload(f"某某单位名单\n姓名,手机\n甲会员,{a.phone.open_unlogged()}\n")}
        )
    )
    assert "给 1 人报名" in text(chair.get(where))
    assert chair.get(to("list_check", event.pk)).status_code == 302
    assert chair.get(to("list_check", event.pk) + f"?file={event.pk}").status_code == 404


def test_a_list_somebody_else_handed_in_is_none(world, city, chair, make, people):
    event = make(total=5)
    people(1)
    where = done(chair.post(to("list", event.pk), {"at": world.firm.code, "text": "王00\t\n"}))
    assert "给 1 人报名" in text(chair.get(where))
    assert city.get(where).status_code == 404


def test_who_moved_meanwhile_is_not_signed_up_unseen(world, chair, make, people, claim):
    event, (a, b) = make(total=5), people(2)
    where = done(chair.post(to("list", event.pk), {"at": world.firm.code, "text": f"{a.name}\n{b.name}\n"}))
    page = text(chair.get(where))
    claim(event, a)
    assert "再看一遍" in text(chair.post(where, {"_op": "run", "digest": digest(page)}), 422)
    assert SignUp.objects.count() == 1


def test_a_class_asks_for_the_signed_forms(world, chair, make, people):
    guardian = people(1)[0]
    start = clock.start_of(DAY + timedelta(days=10)) + timedelta(hours=8)
    event = make("children", org=world.firm, way="first", total=5, sessions=[(start, None)], guests_max=2)
    words = (
        "监护人姓名,手机号或证件号码,孩子姓名,出生日期,与孩子的关系,接送人姓名,接送人电话\n"
        f"{guardian.name},,小明,2010-05-01,父亲,王奶奶,19900001234\n"
    )
    values = {"at": world.firm.code, "file": upload(words), "happened_on": str(DAY)}
    assert "监护人签字的同意书" in text(chair.post(to("list", event.pk), values), 422)
    signed = SimpleUploadedFile("同意书.pdf", PDF, "application/pdf")
    where = done(chair.post(to("list", event.pk), {**values, "file": upload(words), "paper": signed}))
    page = text(chair.get(where))
    assert "给 1 个孩子报名" in page and "小明" in page
    text(chair.post(where, {"_op": "run", "digest": digest(page)}))
    child = Child.objects.get()
    assert child.consent_id and child.sign_up.happened_on == DAY and child.sign_up.way == "counter"


def test_the_children_of_a_class_are_not_everybody_s(world, make, holds):
    event = make("children", way="first", total=5, guests_max=2)
    hand = holds("chair_grassroots", world.firm)
    assert hand.get(to("list", event.pk)).status_code == 403  # the federation's class
    assert to("list", event.pk) not in text(hand.get(to("sign_ups", event.pk)))


def test_choosing_a_union_below(world, city, make, people):
    event = make(total=5)
    people(1, world.school, name="师")
    page = text(city.get(to("list", event.pk)))
    codes = [unescape(one) for one in re.findall(r'<option value="([^"]+)"', page)]
    assert (world.fed.code in codes and world.school.code in codes) or world.lotus.code in codes
    where = done(city.post(to("list", event.pk), {"at": world.fed.code, "text": "师00\n", "wait": "on"}))
    assert "给 1 人报名" in text(city.get(where)) and "wait=1" in where
