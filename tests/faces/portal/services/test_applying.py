"""From the list of services to a number, screen by screen and without a script; then sent back and mended."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from gongjia.work.programmes import actions
from gongjia.work.programmes.models import Application
from tests.faces.portal.services.conftest import AT, CARD, FIELDS, INCOME, me, picture
from tests.work.programmes.conftest import in_role

pytestmark = pytest.mark.django_db


def fill_all(phone, one, **changed) -> None:
    """Every screen in turn; `changed` replaces what is typed."""
    typed = {
        "a-why": "在职读本科", "a-course": "bachelor", "a-degree": "no", "a-fee": "7,000", "a-income": INCOME,
        "a-card": CARD, "a-promise": "on", "a-union-text": "莲花小学", "a-family-here": "1", "a-family-line": "0",
        "a-family-0-name": "王小妹", "a-family-0-earns": "2000",
    } | changed  # fmt: skip
    phone.open(reverse("portal:service_resume", args=[one.pk]))
    for _turn in range(20):
        where = phone.here
        if "/fill/" not in where:
            return
        values = dict(typed)
        if "学费发票" in phone.open(where) and "a-photo" in phone.open(where):
            values["a-photo"] = picture()
        phone.send(where, **values, next="1")
    raise AssertionError("the screens never end")


def test_a_member_goes_from_the_list_of_services_to_a_number(phone, member, round_):
    mine = phone(member)
    assert "求学资助" in mine.open("/m/services/")
    body = mine.open(reverse("portal:service_round", args=[round_.pk]))
    assert "我能申请吗" in body and "符合条件" in body and "在册会员" in body and "学费发票" in body
    mine.send(reverse("portal:service_start", args=[round_.pk]))
    one = Application.objects.get()
    assert one.state == "draft" and "/fill/1" in mine.here
    fill_all(mine, one)
    body = mine.open(mine.here)
    assert "核对后提交" in body and "7,000.00 元" in body and "王小妹" not in body
    assert INCOME not in body and CARD not in body and "330***********0018" in body
    body = mine.send(reverse("portal:service_summary", args=[one.pk]))
    one.refresh_from_db()
    assert one.state == "in_review" and one.number and one.number in body
    assert "甲公司工会委员会" in body and "莲花镇工会" in body and "测试市总工会" in body  # the desks of the real tree
    assert one.answers["family"] == [{"name": "王小妹", "earns": 200000}] and "income" not in one.answers


def test_a_hidden_field_is_not_asked_and_screens_never_mix_it_with_its_question(phone, member, round_):
    from gongjia.faces.portal.services.steps import steps_of

    for step in steps_of({"fields": FIELDS}, 1):
        keys = {one["key"] for one in step.fields}
        assert not any((one.get("show_if") or {}).get("field") in keys for one in step.fields)
    one = actions.start_draft(round_=round_, actor=me(member), at=AT)
    mine = phone(member)
    fill_all(mine, one, **{"a-course": "college"})
    one.refresh_from_db()
    assert "degree" not in one.answers
    assert "学位" not in mine.open(reverse("portal:service_summary", args=[one.pk]))


def test_a_fault_stands_beside_its_field_and_nothing_typed_is_lost(phone, member, round_):
    from gongjia.faces.portal.services.steps import step_with, steps_of

    one = actions.start_draft(round_=round_, actor=me(member), at=AT)
    actions.save_draft(application=one, answers={"course": "college"}, actor=me(member), at=AT)
    number = step_with(steps_of({"fields": FIELDS}, 1), "fee")
    where = reverse("portal:service_fill", args=[one.pk, number])
    body = phone(member).send(where, 422, **{"a-fee": "很多", "a-degree": "", "a-income": INCOME, "next": "1"})
    assert "看不懂这个金额" in body and 'value="很多"' in body and 'href="#f-a-fee"' in body
    assert INCOME not in body  # kept already, and not shown a second time


def test_a_photo_of_the_wrong_kind_is_said_in_a_sentence(phone, member, round_):
    from gongjia.faces.portal.services.steps import step_with, steps_of

    one = actions.start_draft(round_=round_, actor=me(member), at=AT)
    where = reverse("portal:service_fill", args=[one.pk, step_with(steps_of({"fields": FIELDS}, 1), "photo")])
    heic = picture()
    heic.seek(0)
    heic.truncate()
    heic.write(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 200)
    heic.seek(0)
    heic.name = "IMG_0001.HEIC"
    body = phone(member).send(where, 422, **{"a-photo": heic, "next": "1"})
    assert "HEIC" in body or "兼容性最佳" in body
    one.refresh_from_db()
    assert not one.answers.get("photo")


def test_saving_every_few_seconds_keeps_secrets_sealed_and_two_pages_apart(phone, member, round_):
    one = actions.start_draft(round_=round_, actor=me(member), at=AT)
    mine = phone(member)
    where = reverse("portal:service_keep", args=[one.pk, 1])
    first = json.loads(mine.client.post(where, {"a-why": "家里", "revision": "0"}).content)
    assert first["saved"] and first["fresh"] == {"revision": 1}
    again = json.loads(mine.client.post(where, {"a-why": "别处", "revision": "0"}).content)
    assert not again["saved"] and "另一个页面" in again["said"]
    one.refresh_from_db()
    assert one.answers["why"] == "家里"


def test_sent_back_one_mends_just_that(phone, member, round_, world):
    one = actions.start_draft(round_=round_, actor=me(member), at=AT)
    mine = phone(member)
    fill_all(mine, one)
    mine.send(reverse("portal:service_summary", args=[one.pk]))
    officer = in_role(world.firm, "chair_grassroots")
    actions.send_back(application=one, missing="学费发票看不清，请重拍", actor=officer, at=AT)
    body = mine.open(reverse("portal:service_application", args=[one.pk]))
    assert "学费发票看不清" in body and "去补正" in body
    body = mine.open(reverse("portal:service_resume", args=[one.pk]))
    assert "可能要改的" in body and "学费发票" in body
    held = Application.objects.get(pk=one.pk).answers["photo"]
    where = next(part for part in body.split('"') if "/fill/" in part and "summary" in part)
    mine.send(
        where.replace("&amp;", "&"), **{"a-photo": picture(), "a-photo-gone": held[0], "next": "1", "to": "summary"}
    )
    assert mine.here.endswith("/summary")
    mine.send(reverse("portal:service_summary", args=[one.pk]))
    one.refresh_from_db()
    assert one.state == "in_review" and one.answers["photo"] != held and len(one.answers["photo"]) == 1


def test_nobody_reads_or_writes_somebody_elses(phone, member, round_, world, join):
    from gongjia.who.members import actions as members

    one = actions.start_draft(round_=round_, actor=me(member), at=AT)
    fill_all(phone(member), one)
    one.refresh_from_db()
    file = one.answers["photo"][0]
    other = members.open_account(person=join(world.firm, "赵路人").person, actor=None, at=AT)
    stranger = phone(other)
    for name, args in (
        ("application", ()), ("resume", ()), ("fill", (1,)), ("summary", ()), ("file", (file,)), ("keep", (1,)),
        ("withdraw", ()), ("discard", ()), ("appeal", ()), ("received", ()),
    ):  # fmt: skip
        where = reverse(f"portal:service_{name}", args=[one.pk, *args])
        assert stranger.client.get(where).status_code == 404, name
        assert stranger.client.post(where, {"a-why": "x"}).status_code in (404, 405), name
    before = one.revision
    one.refresh_from_db()
    assert one.revision == before
    assert phone(member).client.get(reverse("portal:service_file", args=[one.pk, file])).status_code == 200
