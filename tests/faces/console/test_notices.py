"""Notices as an officer and a passer-by meet them."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from gongjia.base import clock
from gongjia.base.models import uuid7
from gongjia.work.publish import actions
from gongjia.work.publish.models import Notice, Objection
from tests.who.members.conftest import AT


def to(name: str, *args) -> str:
    return reverse(f"console:{name}", args=args)


def jpeg() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, "JPEG")
    return SimpleUploadedFile("张榜.jpg", out.getvalue(), "image/jpeg")


@pytest.fixture
def notice(world):
    def make(place="both", org=None, sensitive=False):
        return actions.draft_notice(
            org=org or world.lotus, title="2018 年示范单位公示", body="现予公示。", place=place, days=5, phone="0571-64710000",
            ground="示范单位评选办法", lines=[actions.Line(uuid7(), "王小明", "甲公司", "拟命名")], actor=world.machine, at=AT,
            sensitive=sensitive,
        )  # fmt: skip

    return make


def test_from_the_draft_to_the_poster(officer, notice) -> None:
    draft = notice()
    for name in ("notices_one", "notices_edit", "notices_post", "notices_poster", "notices_down"):
        assert officer.get(to(name, draft.pk)).status_code == 200, name
    assert officer.get(to("notices")).status_code == 200
    page = officer.post(to("notices_edit", draft.pk), {
        "title": "公示", "body": "联系 199 0000 1234", "place": "both", "days": "5", "day_unit": "workday", "phone": "0571-64710000",
        "ground": "办法",
    })  # fmt: skip
    assert page.status_code == 422 and "手机号" in page.content.decode() and "19900001234" not in page.content.decode()
    assert officer.post(to("notices_post", draft.pk), {"_confirm": "1"}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "posted"
    page = officer.get(to("notices_one", draft.pk)).content.decode()
    assert "还没有张榜照片" in page and "王*" in page and "王小明" not in page
    assert officer.post(to("notices_upload", draft.pk), {"attachment": jpeg()}).status_code == 302
    assert officer.get(to("notices_photo", draft.pk))["Content-Type"] == "image/jpeg"
    assert "还没有张榜照片" not in officer.get(to("notices_one", draft.pk)).content.decode()


def test_a_passer_by_objects_and_reads_the_answer(officer, notice, world) -> None:
    posted = actions.post(notice=notice(), actor=world.machine, at=AT)
    visitor = Client()
    assert posted.title in visitor.get(reverse("public:notices")).content.decode()
    page = reverse("public:notice", args=[posted.pk])
    assert "王*" in visitor.get(page).content.decode()
    assert visitor.post(page, {"line": "", "text": "短", "contact": ""}).status_code == 422
    line = posted.lines.get()
    assert visitor.post(page, {"line": str(line.pk), "text": "该单位去年有欠薪。", "contact": ""}).status_code == 302
    objection = Objection.objects.get()
    assert objection.number in visitor.get(page).content.decode()
    assert objection.number not in visitor.get(page).content.decode()  # told once
    assert officer.get(to("objections")).status_code == 200
    one = to("objections_one", objection.pk)
    assert "欠薪" not in officer.get(one).content.decode()
    assert "欠薪" in officer.post(one, {"_read": "1"}).content.decode()
    assert officer.post(one, {"answer": "经查属实，撤下。"}).status_code == 422
    assert officer.post(one, {"answer": "经查属实，撤下。", "verdict": "upheld"}).status_code == 302
    asked = visitor.post(reverse("public:notice_answers"), {"number": objection.number}).content.decode()
    assert "经查属实" in asked and "异议成立" in asked
    assert "没有找到" in visitor.post(reverse("public:notice_answers"), {"number": "ABCDEFGHJK"}).content.decode()
    assert "王*" not in visitor.get(page).content.decode()


def test_after_its_time_the_names_are_gone(notice, world) -> None:
    posted = actions.post(notice=notice(), actor=world.machine, at=AT)
    page = reverse("public:notice", args=[posted.pk])
    with clock.standing(posted.ends_at):
        text = Client().get(page).content.decode()
        assert "王*" not in text and "公示已经结束" in text and "我有异议" not in text
        assert posted.title not in Client().get(reverse("public:notices")).content.decode()
        assert Client().post(page, {"line": "", "text": "迟到的异议。"}).status_code == 422


def test_what_hangs_inside_is_nothing_outside(notice, world) -> None:
    for posted in (notice("unit"), notice("unit", sensitive=True)):
        actions.post(notice=posted, actor=world.machine, at=AT)
        for path in (reverse("public:notice", args=[posted.pk]), reverse("public:notice", args=[uuid7()])):
            assert Client().get(path).status_code == 404
            assert Client().post(path, {"text": "该人选不符合。"}).status_code == 404
    assert "示范单位公示" not in Client().get(reverse("public:notices")).content.decode()


def test_a_notice_of_another_union_is_none(holds, notice, world) -> None:
    other = holds("officer_township", world.yangxi)
    draft = notice()
    for name in ("notices_one", "notices_poster", "notices_post", "notices_photo"):
        assert other.get(to(name, draft.pk)).status_code == 404
    reader = holds("leader", world.fed)
    assert reader.get(to("notices_one", draft.pk)).status_code == 200
    assert reader.post(to("notices_post", draft.pk), {"_confirm": "1"}).status_code == 403


def test_taking_down(officer, notice, world) -> None:
    posted = actions.post(notice=notice(), actor=world.machine, at=AT)
    assert officer.post(to("notices_down", posted.pk), {"_confirm": "1", "note": ""}).status_code == 422
    assert officer.post(to("notices_down", posted.pk), {"_confirm": "1", "note": "名单有误"}).status_code == 302
    assert Client().get(reverse("public:notice", args=[posted.pk])).status_code == 404
    assert Notice.objects.get().why_down == "名单有误"


def test_a_certificate_nobody_gave() -> None:
    assert "没有查到" in Client().get(reverse("public:certificate", args=["ZX2018000123"])).content.decode()
    answer = Client().post(reverse("public:verify"), {"serial": " zx2018-000123 "})
    assert answer["Location"] == reverse("public:certificate", args=["ZX2018-000123"])
    assert Client().get(reverse("public:verify")).status_code == 200


test_a_certificate_nobody_gave = pytest.mark.django_db(test_a_certificate_nobody_gave)


def test_lists_cost_the_same_for_one_and_many(officer, notice, world, django_assert_num_queries) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(call):
        with CaptureQueriesContext(
            connection,
        ) as found:
            call()
        return len(found)

    actions.post(notice=notice(), actor=world.machine, at=AT)
    few = [cost(lambda: officer.get(to("notices"))), cost(lambda: Client().get(reverse("public:notices")))]
    for _ in range(9):
        actions.post(notice=notice(), actor=world.machine, at=AT - timedelta(hours=1))
    many = [cost(lambda: officer.get(to("notices"))), cost(lambda: Client().get(reverse("public:notices")))]
    assert few == many
