"""After handing in: the line of desks with days, a decline with its reason and the appeal, take back, what was given."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse

from gongjia.base import clock
from gongjia.money.funds.models import PayeeAccount
from gongjia.work.programmes import actions
from gongjia.work.programmes.models import Appeal, Application, Award
from tests.faces.portal.services.conftest import AT, me, picture
from tests.work.programmes.conftest import in_role

pytestmark = pytest.mark.django_db
CARD = "6222020000000007"


@pytest.fixture
def handed_in(make, member, site):
    """A simple application at its first desk: handed_in(**values of the round)."""

    def hand(**values):
        fields = [{"key": "why", "label": "理由", "kind": "text", "required": True}]
        round_ = make(fields=values.pop("fields", fields), title="互助", **values)
        one = actions.start_draft(round_=round_, actor=me(member), at=AT)
        actions.save_draft(application=one, answers={"why": "有困难"}, actor=me(member), at=AT)
        return actions.submit(application=one, actor=me(member), at=AT)

    return hand


def page_of(phone, one) -> str:
    return phone.open(reverse("portal:service_application", args=[one.pk]))


def test_the_line_shows_the_real_desks_with_days_left_and_over(phone, member, handed_in):
    one = handed_in()
    mine = phone(member)
    body = page_of(mine, one)
    assert "甲公司工会委员会" in body and "还有 5 个工作日" in body and body.index("甲公司") < body.index("莲花镇工会")
    with clock.standing(AT + timedelta(days=12)):
        body = page_of(mine, one)
    assert "逾期 4 个工作日" in body


def test_a_decline_says_why_and_can_be_looked_at_again(phone, member, handed_in, world):
    one = handed_in()
    actions.decline(application=one, reason="材料与实际不符", actor=in_role(world.firm, "chair_grassroots"), at=AT)
    mine = phone(member)
    body = page_of(mine, one)
    assert "材料与实际不符" in body and "未通过" in body and "申请复核" in body
    where = reverse("portal:service_appeal", args=[one.pk])
    assert "请写明" in mine.send(where, 422, text="不服")
    mine.send(where, text="我单位可以证明，请再核对一次。")
    assert Appeal.objects.get().application_id == one.pk
    assert "待复核" in page_of(mine, one)
    with clock.standing(AT + timedelta(days=16)):
        Appeal.objects.all().delete()
        assert "对结果有意见" not in page_of(mine, one)


def test_taken_back_and_a_draft_thrown_away(phone, member, handed_in, make):
    one, mine = handed_in(), phone(member)
    mine.send(reverse("portal:service_withdraw", args=[one.pk]))
    one.refresh_from_db()
    assert one.state == "withdrawn" and "已撤回" in page_of(mine, one)
    draft = actions.start_draft(round_=make(title="另一项"), actor=me(member), at=AT)
    mine.send(reverse("portal:service_discard", args=[draft.pk]))
    assert not Application.objects.filter(pk=draft.pk).exists() and mine.here == "/m/applications/"


def test_money_asks_for_an_account_and_the_account_is_the_persons_own(phone, member, handed_in, through):
    one = through(handed_in(amount=50_000, decides="desk", notice_place="", notice_days=0))
    award = Award.objects.get(application=one)
    assert award.amount == 50_000
    mine = phone(member)
    assert "请填收款账户" in page_of(mine, one) and "到账" in page_of(mine, one)
    assert "请填收款账户" in mine.open(reverse("portal:home"))
    where = reverse("portal:service_account")
    body = mine.send(where, 422, number=CARD[:-1] + "1", bank="测试银行", holder=member.name)
    assert "校验位" in body
    assert "户名要和收款人一致" in mine.send(where, 422, number=CARD, bank="测试银行", holder="别的人")
    mine.send(where, number=CARD, bank="测试银行", holder=member.name)
    held = PayeeAccount.objects.get()
    assert held.person_id == member.pk and "请填收款账户" not in page_of(mine, one)
    assert "请填收款账户" not in mine.open(reverse("portal:home"))
    body = mine.open(where)
    assert f"尾号 {CARD[-4:]}" in body and CARD not in body
    line = mine.open(reverse("portal:service_done"))
    assert "2018 年" in line and "500.00 元" in line and reverse("portal:service_award", args=[award.pk]) in line
    assert "500.00 元" in mine.open(reverse("portal:service_award", args=[award.pk]))


def test_what_others_were_given_is_none_of_mine(phone, member, handed_in, through, join, world):
    from gongjia.who.members import actions as members

    through(handed_in(decides="desk"))
    award = Award.objects.get()
    other = phone(members.open_account(person=join(world.firm, "赵路人").person, actor=None, at=AT))
    assert other.client.get(reverse("portal:service_award", args=[award.pk])).status_code == 404
    assert "互助" not in other.open(reverse("portal:service_done"))


def test_every_screen_is_reached_with_a_fixed_number_of_queries(phone, member, handed_in, make):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    mine = phone(member)

    def cost(path: str) -> int:
        mine.client.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert mine.client.get(path).status_code == 200
        return len(seen)

    handed_in()
    pages = ("/m/", "/m/services/", "/m/applications/", "/m/done/")
    few = [cost(path) for path in pages]
    for n in range(12):
        actions.start_draft(round_=make(title=f"第 {n} 项"), actor=me(member), at=AT)
    assert [cost(path) for path in pages] == few


def payment(state: str, **more):
    return SimpleNamespace(
        **{"state": state, "net": 700_000, "tax": 0, "instalment": 1, "paid_on": None, "reason": "", **more}
    )


def test_the_last_step_says_where_the_money_is(member, handed_in, through):
    from gongjia.faces.portal.services.journey import journey_of
    from gongjia.work.programmes import queries

    one = through(handed_in(amount=700_000, decides="desk"))
    page = queries.my_application(me(member), one.pk, today=AT.date())

    def last(*payments):
        return journey_of(page, payments, AT.date())[-1]

    assert last()["state"] == "todo" and last()["note"] == "7,000.00 元"
    assert last(payment("sent"))["state"] == "now" and "已送银行" in last(payment("sent"))["note"]
    assert (
        last(payment("unknown"))["note"] == last(payment("sent"))["note"]
    )  # nobody is told to worry before the bank answers
    back = last(payment("returned", reason="账号有误"))
    assert back["state"] == "back" and "账号有误" in back["note"]
    done = last(payment("paid", paid_on=AT.date(), net=560_000, tax=140_000))
    assert (done["state"], done["at"]) == ("done", AT.date()) and "已代扣个税 1,400.00 元" in done["note"]
    two = journey_of(page, [payment("paid", paid_on=AT.date()), payment("planned", instalment=2)], AT.date())
    assert [item["label"] for item in two[-2:]] == ["到账（第 1 笔）", "到账（第 2 笔）"]


def test_a_guardian_receives_with_a_paper(phone, member, handed_in, through):
    through(handed_in(amount=50_000, decides="desk"))
    mine, where = phone(member), reverse("portal:service_account")
    typed = {"number": CARD, "bank": "测试银行", "holder": "王父亲", "guardian": "on", "relation": "父亲"}
    assert "监护关系" in mine.send(where, 422, **typed)
    mine.send(where, **typed, paper=picture())
    held = PayeeAccount.objects.get()
    assert (held.kind, held.holder, held.person_id) == ("guardian", "王父亲", member.pk) and held.paper_id


def test_a_condolence_stands_among_what_the_union_did(phone, member, world, site):
    from gongjia.work.households.models import Condolence

    given = Condolence.objects.create(
        org=world.firm, person=member, why="hospital", amount=30_000, goods="水果", on=AT.date(), entered_by="方示例",
        entered_at=AT,
    )  # fmt: skip
    mine = phone(member)
    body = mine.open(reverse("portal:service_done"))
    assert "慰问" in body and "300.00 元、水果" in body
    where = reverse("portal:service_condolence", args=[given.pk])
    assert "甲公司工会委员会" in mine.open(where)
    given.void_on = AT.date()
    given.save()
    assert mine.client.get(where).status_code == 404
