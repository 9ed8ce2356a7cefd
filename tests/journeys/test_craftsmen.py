"""Done-when 3: ten craftsmen out of twelve nominated: a weighted panel with a declared conflict, the decision, a notice
with one objection upheld (the eleventh moves up), certificates with a code, the papers, the prizes paid with the tax
shown, the figure 10."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from gongjia.base.actor import Actor
from gongjia.money.funds import actions as funds
from gongjia.money.funds.models import Payment
from gongjia.who.accounts import actions as accounts
from gongjia.who.accounts import queries as account_queries
from gongjia.who.members import actions as members
from gongjia.work.programmes import actions
from gongjia.work.programmes.models import Application, Award, Conflict, Decision, Judge
from gongjia.work.programmes.registry import TYPES
from gongjia.work.publish import actions as notices
from tests.faces.login.tools import log_in
from tests.journeys.conftest import PHONE
from tests.journeys.paying import Finance, money_for
from tests.looking import ARTEFACTS
from tests.money.funds.bank import Bank
from tests.money.funds.conftest import card
from tests.who.members.conftest import AT, in_role

pytestmark = [pytest.mark.browser]

NOMINATED, SEATS = 12, 10
PRIZE, TAX = 20_000_00, 4_000_00
ANSWERS = {
    "trade": "钳工", "years": "15", "front_line": True, "five": ["skill"], "prize": "none", "deeds": "长年坚守一线，解决难题。",
    "brief": "一线钳工，技艺精湛。", "honest": True,
}  # fmt: skip


def nominated(world, join, machine):
    """A round of craftsmen with everybody through the desks; the pages of the desks are another journey's."""
    kind = TYPES.get("craftsman")
    round_ = actions.make_round(
        type="craftsman", org=world.fed, title="第一届测试工匠评选", year=2018, cycle="第一届", opens_at=AT - timedelta(days=20),
        closes_at=AT + timedelta(days=20), quota=SEATS, amount=PRIZE, notice_place="both", notice_days=5,
        notice_phone="0571-64000000", actor=machine, at=AT,
        criteria=[
            {"key": "skill", "label": "技艺", "weight": "6", "most": "100"},
            {"key": "deeds", "label": "贡献", "weight": "4", "most": "100"},
        ],
        desk_rules=[actions.DeskRule(1, "own", "基层推荐"), actions.DeskRule(2, "opener", "资格审查")],
    )  # fmt: skip
    round_ = actions.open_round(round_=round_, actor=machine, at=AT)
    some = []
    for number in range(NOMINATED):
        person = join(world.firm, f"匠示例{'甲乙丙丁戊己庚辛壬癸子丑'[number]}", employment="1").person
        me = Actor(None, person.pk, person.name)
        draft = actions.start_draft(round_=round_, actor=me, at=AT)
        actions.save_draft(application=draft, answers=ANSWERS, actor=me, at=AT)
        one = actions.submit(application=draft, actor=me, at=AT)
        actions.pass_on(application=one, actor=in_role(world.firm, "officer_grassroots"), at=AT)
        actions.pass_on(application=one, actor=in_role(world.fed, "city_publicity"), at=AT)
        some.append(Application.objects.get(pk=one.pk))
    assert kind.certificate and all(one.ready for one in some)
    return round_, some


def prizes_paid(round_, world, machine, officer, sit_down, tmp_path):
    """Ten prizes of 20,000 yuan in one batch: 20 % is withheld from each, and above the limit a third person signs."""
    money_for(round_, SEATS * PRIZE, machine, item="50305")
    for award in Award.objects.filter(state="active").select_related("person"):
        own = Actor(None, award.person_id, award.person.name)
        funds.enter_account(person=award.person, number=card(), bank="测试农商银行", actor=own, at=AT)
    finance = Finance.sit(world, officer, sit_down, approver=True, looks=False)
    batch = finance.list_up("测试工匠奖金", "50305", SEATS)
    for words in ("200,000.00", "40,000.00", "160,000.00", "代扣个税", "壹拾陆万元整"):
        assert finance.maker.sees(words), words
    finance.sign(batch)
    bank = Bank()
    finance.send(batch, bank, date(2018, 9, 10), tmp_path)
    assert bank.total() == SEATS * (PRIZE - TAX)
    paid = Payment.objects.filter(batch=batch, state="paid").values_list("gross", "tax", "net", "tax_rule")
    assert set(paid) == {(PRIZE, TAX, PRIZE - TAX, "prize-2011")} and len(paid) == SEATS


def test_ten_craftsmen(world, join, machine, officer, sit_down, settings, tmp_path):
    round_, some = nominated(world, join, machine)
    _, account = officer(world.fed, "city_publicity", name="翁示例", home=world.school)
    desk = sit_down("publicity", account=account)

    # three judges; one scores on the system, from a phone
    judge = join(world.other, "评示例", phone="19900008888").person
    members.open_account(person=judge, actor=None, at=AT)
    judge.refresh_from_db()
    accounts.give_consent(account=judge.account, version=account_queries.current_notice().version, at=AT)
    desk.open(reverse("console:programmes_judges", args=[round_.pk]))
    desk.page.fill("[name=j1_name]", "评示例")
    desk.page.fill("[name=j1_title]", "高级技师")
    desk.page.fill("[name=j1_member]", "19900008888")
    desk.page.fill("[name=j2_name]", "钱专家")
    desk.page.fill("[name=j3_name]", "孙专家")
    desk.look("judges")
    desk.press("保存评委")
    assert desk.sees("还缺 12 件")
    mine = Judge.objects.get(name="评示例")

    phone = sit_down("judge", account=judge.account, screen=PHONE)
    phone.open(reverse("console:programmes_my_panels"))
    phone.follow("第一届测试工匠评选")
    phone.look("scoring")
    phone.open(reverse("console:programmes_score", args=[mine.pk, some[11].pk]))
    phone.page.fill("[name=aside_reason]", "师徒")
    phone.look("aside")
    phone.press("申明回避")
    assert Conflict.objects.get().application_id == some[11].pk and phone.sees("回避")
    for number in range(11):  # 96, 94, … : each page leads to the next that is not yet scored
        if number == 0:
            phone.open(reverse("console:programmes_score", args=[mine.pk, some[0].pk]))
            phone.look("score")
        at = next(n for n, one in enumerate(some) if str(one.pk) in phone.page.url)
        phone.page.fill("[name=skill]", str(96 - 2 * at))
        phone.page.fill("[name=deeds]", str(96 - 2 * at))
        phone.press("保存评分")
    assert phone.sees("已打 11 件")

    # the two others on paper: the sheet goes out, is filled in and comes back
    for name in ("钱专家", "孙专家"):
        other = Judge.objects.get(name=name)
        lines = ["申报编号,申报人,技艺,贡献"]
        lines += [f"{one.number},{one.applicant_name},{95 - 2 * n},{95 - 2 * n}" for n, one in enumerate(some)]
        sheet = tmp_path / f"{name}.csv"
        sheet.write_bytes("\n".join(lines).encode("utf-8-sig"))
        desk.open(reverse("console:programmes_sheet_upload", args=[other.pk]))
        desk.page.set_input_files("input[type=file]", str(sheet))
        desk.press("导入")
        assert desk.sees("已导入 12 件的评分")
    desk.press("排定名次")
    assert desk.sees("已排出 12 件的名次")
    desk.look("panel")

    # the meeting takes the first ten
    desk.follow("第一届测试工匠评选")
    desk.follow("作出决定")
    assert desk.page.locator("input[name=pick]:checked").count() == SEATS
    desk.page.fill("[name=meeting]", "第九次主席办公会")
    desk.page.fill("[name=number]", "建工〔2018〕41号")
    desk.look("decide")
    desk.press("登记决定")
    decision = Decision.objects.get()
    assert desk.sees("公示已挂出") and Application.objects.filter(state="on_notice").count() == SEATS
    desk.look("decision")

    # somebody objects to the third; upheld, the eleventh moves up
    line = decision.notice.lines.get(ref=some[2].pk)
    objection = notices.object_to(notice=decision.notice, line=line, text="成果是别人的，请核查。", at=AT)
    notices.settle_objection(objection=objection, upheld=True, answer="经核查属实。", actor=machine, at=AT)
    desk.open(reverse("console:programmes_decision", args=[decision.pk]))
    desk.follow("异议成立，办理递补")
    desk.look("settle")
    desk.press("办理")
    some[10].refresh_from_db()
    assert some[10].state == "on_notice" and desk.sees("按名次递补") and desk.sees(some[10].applicant_name)
    desk.look("moved-up")

    # both notices have run their working days
    settings.GONGJIA_CLOCK = "2018-09-10"
    again = sit_down("publicity-later", account=account)
    for one in Decision.objects.order_by("pk"):
        again.open(reverse("console:programmes_decision", args=[one.pk]))
        again.follow("公示期满，授予")
        again.press("办理")
    assert Award.objects.filter(state="active", origin="chain").count() == SEATS
    again.look("awarded")
    again.open(reverse("console:programmes_awards"))
    again.look("awards")
    browser = log_in(Client(), account)
    folder = ARTEFACTS / "journeys" / "papers"
    folder.mkdir(parents=True, exist_ok=True)
    for what, name in (
        ("certificates", "certificates.pdf"),
        ("list", "list.pdf"),
        ("decision", "decision.docx"),
        ("notice", "notice.docx"),
    ):
        answer = browser.get(reverse("console:programmes_paper", args=[decision.pk, what]))
        assert answer.status_code == 200
        (folder / name).write_bytes(answer.content)
    award = Award.objects.filter(state="active").first()
    anybody = sit_down("anybody", screen=PHONE)
    anybody.open(reverse("public:certificate", args=[award.serial]))
    assert anybody.sees(award.serial) and anybody.sees("有效")
    anybody.look("verified")

    prizes_paid(round_, world, machine, officer, sit_down, tmp_path)
    counting = sit_down("publicity-counting", account=account)
    counting.open(reverse("console:figure", args=["honours.craftsmen"]) + "?period=2018H2")
    assert counting.sees(f"{SEATS}名"), counting.page.inner_text("body")[:800]
    counting.look("figure")
