"""A household in need and a notice, at a desk and on a phone: every page is looked at, none clips, axe finds nothing."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image

from gongjia.base import clock
from gongjia.base.journal import attachments
from gongjia.base.models import uuid7
from gongjia.work.households import actions, rules
from gongjia.work.publish import actions as publish
from tests.journeys.conftest import PHONE
from tests.who.members.conftest import AT

FACTS = rules.HouseholdFacts(
    own_monthly=8000_00, rigid_medical=30000_00, rigid_school=6000_00, address="测试小区", health="good",
    housing="rented", story="家属大病，孩子上学。", sources={"own_monthly": "收入证明", "rigid_medical": "医药费单据"},
)  # fmt: skip
FAMILY = [
    actions.HouseholdMember(*one)
    for one in (("self", "王小明"), ("spouse", "李小红"), ("child", "王乐"), ("parent", "王大山"))
]


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (640, 420), "#c7161d").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def lived(world, join, machine):
    """One file in force, one in review, a notice with an objection, two condolences."""
    by = {"actor": machine, "at": AT}
    actions.set_low_line(city="330100", valid_from=date(2018, 1, 1), amount=1300_00, document="杭民发〔2018〕1号", **by)
    actions.set_cap(
        why="hospital",
        valid_from=date(2018, 1, 1),
        amount=1000_00,
        per="once",
        mode="warn",
        document="浙总工发〔2018〕1号",
        **by,
    )
    photo = attachments.store(picture(), name="入户.jpg", **by)
    officers = [join(world.firm, name).person for name in ("何敏", "陆川")]
    files = []
    for name in ("王小明", "周一帆"):
        file = actions.start_file(head=join(world.firm, name).person, via="own", **by)
        actions.fill(file=file, facts=FACTS, household=FAMILY, causes={"cause_main": "kin_illness"}, **by)
        actions.submit(file=file, **by)
        visit = {"first": officers[0], "second": officers[1], "photo": photo, "agrees": True, "note": "属实"}
        actions.visit(file=file, on=AT.date(), **visit, **by)
        file.refresh_from_db()
        actions.review(file=file, **by)
        check = actions.send_check(file=file, to="civil", on=AT.date(), **by)
        files.append(file)
        if name == "王小明":
            actions.answer_check(check=check, result="agrees", on=AT.date(), **by)
            actions.note_notice(file=file, notice_id=uuid7(), until=AT - timedelta(1), **by)
            actions.approve(file=file, level="national", document_no="建工帮〔2018〕1号", **by)
            type(file).objects.filter(pk=file.pk).update(opened_on=date(2017, 5, 1), verified_year=2017)
    notice = publish.draft_notice(
        org=world.lotus, title="2018 年工资集体协商示范单位拟命名公示", place="both", days=5, phone="0571-64710000",
        body="经评审，现将拟命名名单公示如下。\n公示期内如有异议，请向受理电话反映。", ground="示范单位评选办法",
        document_no="建工〔2018〕21号",
        lines=[publish.Line(uuid7(), name, "甲公司", "拟命名") for name in ("王小明", "李小红", "周一帆")], **by,
    )  # fmt: skip
    publish.post(notice=notice, **by)
    publish.add_poster(notice=notice, photo=photo, **by)
    objection = publish.object_to(notice=notice, text="该单位去年有欠薪。", at=AT)
    for why, amount in (("hospital", 800_00), ("birthday", 200_00)):
        row = actions.condole(
            org=world.firm, person=officers[0], why=why, on=AT.date(), amount=amount, photo=photo, **by
        )
    return files, notice, objection, row


@pytest.mark.django_db(transaction=True)
def test_every_page_looks_right(lived, world, officer, sit_down) -> None:
    files, notice, objection, row = lived
    active, waiting = files
    with clock.standing(AT):
        _person, account = officer(world.fed, "city_rights")
    desk = sit_down("household", account=account, screen=PHONE)

    def look(name: str, url: str, *args) -> None:
        desk.open(reverse(url, args=args))
        desk.look_twice(name)

    for name in ("households", "households_due", "households_new", "households_earlier", "households_upward", "low_lines",
                 "low_lines_new", "condolences", "notices", "objections"):  # fmt: skip
        look(name, f"console:{name}")
    for name in ("one", "verify", "end", "check"):
        look(f"file-{name}", f"console:households_{name}", active.pk)
    for name in ("approve", "visit", "notice", "return"):
        look(f"waiting-{name}", f"console:households_{name}", waiting.pk)
    desk.open(reverse("console:households_one", args=[active.pk]))
    desk.page.fill("input[name=reason]", "年度复核")
    desk.press("查看")
    assert desk.sees("（96,000.00 元 − 36,000.00 元）÷ 12 ÷ 4 人") and desk.sees("1,250.00 元")
    desk.look_twice("file-opened")
    for name in ("one", "poster", "down"):
        look(f"notice-{name}", f"console:notices_{name}", notice.pk)
    look("objection", "console:objections_one", objection.pk)
    look("condolence", "console:condolences_one", row.pk)
    with clock.standing(AT):
        _person, grassroots = officer(world.firm, "officer_grassroots", name="何基层", home=world.firm)
    own = sit_down("household", account=grassroots, screen=PHONE)
    own.open(reverse("console:condolences_new"))
    own.look_twice("condole-new")
    visitor = sit_down("household", screen=PHONE)
    for name, path in (
        ("public-notices", reverse("public:notices")), ("public-notice", reverse("public:notice", args=[notice.pk])),
        ("public-answers", reverse("public:notice_answers")),
        ("public-verify", reverse("public:certificate", args=["ZX2018-000123"])),
    ):  # fmt: skip
        visitor.open(path)
        visitor.look_twice(name)
    visitor.open(reverse("public:notice", args=[notice.pk]))
    visitor.page.fill("textarea[name=text]", "该单位去年有欠薪，请核实。")
    visitor.press("提交异议")
    assert visitor.sees("已收到您的异议")
    visitor.look_twice("public-objected")
