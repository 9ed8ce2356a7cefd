"""The desk: what waits, one application beside its facts, verdicts one by one and many at once, what is sealed."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongjia.base import journal
from gongjia.who.members import actions as members
from gongjia.who.members.kinds import ChangeReason
from gongjia.work.programmes.models import Review
from tests.faces.console.programmes.conftest import applied, opened, passed, text, to
from tests.who.members.conftest import AT, DAY


def test_an_officer_walks_through_the_desk(world, join, round_, firm_officer, city):
    first = applied(world, round_, join(world.firm, "王小明").person)
    second = applied(world, round_, join(world.firm, "王小红").person)
    listed = text(firm_officer.get(to("review")))
    assert "王小明" in listed and "王小红" in listed and "逐件审核" in listed
    page = text(city.get(to("review")))
    assert "王小明" not in page and "下级环节里还有" in page and "?above=1" in page  # it is not the federation's turn
    page = text(firm_officer.get(to("application", first.pk)))
    assert "您是在册会员" in page and "想看书" in page and "3,500" not in page and "已填写，加密保存" in page
    assert to("application", second.pk) in page  # j
    refused = text(firm_officer.post(to("application", first.pk), {"verdict": "return", "reason": ""}), 422)
    assert "缺" in refused or "补" in refused
    gone = firm_officer.post(to("application", first.pk), {"verdict": "pass", "reason": "属实"})
    assert gone.status_code == 302 and gone["Location"] == to("application", second.pk)
    assert Review.objects.get(application=first).verdict == "pass"
    assert "王小明" in text(city.get(to("review")))
    last = firm_officer.post(to("application", second.pk), {"verdict": "decline", "reason": "不在岗"})
    assert last["Location"] == to("review")
    assert "没有等您审核的申报" in text(firm_officer.get(to("review")))
    again = firm_officer.post(to("application", second.pk), {"verdict": "pass"})
    assert again.status_code == 422  # it is declined already


def test_many_at_once_are_checked_one_by_one(world, join, firm_officer):
    round_ = opened(world, quota=20)
    some = [applied(world, round_, join(world.firm, f"王{n}").person) for n in range(3)]
    gone = some[1].person
    members.leave(person=gone, on=DAY, reason=ChangeReason.OWN_WISH, own_word=True, actor=world.machine, at=AT)
    picks = [str(one.pk) for one in some]
    asked = text(firm_officer.post(to("review_pass"), {"pick": picks}))
    assert "逐件核对" in asked and "全部通过" in asked
    result = text(firm_officer.post(to("review_pass"), {"pick": picks, "_confirm": "1"}))
    assert "2 件已通过" in result and "王1" in result and "须是在册工会会员" in result
    assert Review.objects.filter(verdict="pass").count() == 2
    none = text(firm_officer.post(to("review_pass"), {"pick": [], "_confirm": "1"}), 422)
    assert "还没有选中" in none


def test_sensitive_answers_cost_a_reason(world, join, round_, city, holds):
    one = applied(world, round_, join(world.firm).person)
    auditor = holds("auditor", world.fed)  # reads the application, opens nothing sealed
    assert text(auditor.get(to("application", one.pk))) and auditor.get(to("reveal", one.pk)).status_code == 403
    asked = text(city.get(to("reveal", one.pk)))
    assert "家庭收入" in asked
    assert city.post(to("reveal", one.pk), {"keys": ["income"], "reason": ""}).status_code == 422
    seen = text(city.post(to("reveal", one.pk), {"keys": ["income"], "reason": "核对收入"}))
    assert "3,500.00" in seen
    assert journal.timeline(one)[0].label_zh == "查看敏感内容"


def test_a_list_costs_the_same_for_one_and_for_many(world, join, round_, firm_officer, city):
    def cost(client, address):
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            text(client.get(address))
        return len(asked)

    applied(world, round_, join(world.firm, "王一").person)
    addresses = [(firm_officer, to("review")), (city, to("")), (city, to("entries", round_.pk))]
    before = [cost(*one) for one in addresses]
    for n in range(8):
        applied(world, round_, join(world.firm, f"李{n}").person)
    opened(world, title="另一个项目")
    assert [cost(*one) for one in addresses] == before


def test_every_number_of_the_funnel_opens_its_list(world, join, round_, city):
    one = applied(world, round_, join(world.firm, "王过关").person)
    passed(one, world.firm, world.fed)
    applied(world, round_, join(world.firm, "李在审").person)
    page = text(city.get(to("round", round_.pk)))
    for query, seen, unseen in (
        ("stage=applied", "王过关", ""), ("passed=1", "王过关", "李在审"), ("desk=1", "李在审", "王过关"),
    ):  # fmt: skip
        assert query in page
        listed = text(city.get(to("entries", round_.pk) + "?" + query))
        assert seen in listed and (not unseen or unseen not in listed)


def test_an_application_is_found_by_its_number(world, join, round_, city, holds):
    one = applied(world, round_, join(world.firm, "王查号").person)
    led = city.post(reverse("console:search"), {"q": one.number.lower()})
    assert "王查号" in text(city.get(led["Location"]))
    foreign = holds("officer_grassroots", world.other)
    led = foreign.post(reverse("console:search"), {"q": one.number})
    assert "王查号" not in text(foreign.get(led["Location"]))
