"""Which events anybody and a member find, page after page and by a word."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongjia.base import clock
from gongjia.faces.portal.events import lists
from gongjia.faces.public import events
from gongjia.who.orgs.kinds import OrgKind
from tests.faces.portal.events.conftest import AT

pytestmark = pytest.mark.django_db


def public(query: str = "") -> str:
    answer = Client().get(reverse("public:events") + query)
    assert answer.status_code == 200
    return answer.content.decode()


def next_of(page: str) -> str:
    found = re.search(r'rel="next" href="([^"]+)"', page)
    return unescape(found[1]) if found else ""


def test_anybody_finds_what_is_for_many_unions_at_whatever_depth(site, make, world):
    """Not only the federation's and the townships': an association of trade or place lies deeper."""
    world.other.kind = OrgKind.REGIONAL
    world.other.save(update_fields=["kind"])
    assert world.other.level > 1
    deep = make(org=world.other, title="园区联谊赛")
    own = make(org=world.firm, title="厂内报名的活动")
    come = make(org=world.firm, way="none", title="露天电影")
    draft = make(title="还没发布", published=False)
    page = public()
    assert "园区联谊赛" in page and "露天电影" in page
    assert "厂内报名的活动" not in page and "还没发布" not in page
    for event, status in ((deep, 200), (come, 200), (own, 404), (draft, 404)):
        assert Client().get(reverse("public:event", args=[event.pk])).status_code == status


def test_a_member_finds_the_own_union_s_and_the_way_to_the_others(phone, member, make, world):
    make(org=world.firm, title="厂内报名的活动")
    make(org=world.school, way="none", title="校园开放日")
    hand = phone(member())
    page = hand.open(reverse("portal:service_events"))
    assert "厂内报名的活动" in page and "校园开放日" not in page and reverse("public:events") in page
    assert "校园开放日" in public()


def test_the_last_of_many_is_reached(site, make, world, monkeypatch, phone, member):
    monkeypatch.setattr(events, "EVENTS_SHOWN", 3)
    monkeypatch.setattr(lists, "SHOWN", 3)
    for n in range(7):
        make(title=f"活动甲{n}", sessions=[(AT + timedelta(days=10 + n), None)])
    hand = phone(member())
    for read in (public, lambda query="": hand.open(reverse("portal:service_events") + query)):
        seen, query, costs = [], "", []
        read()
        while True:
            with CaptureQueriesContext(connection) as asked:
                page = read(query)
            costs.append(len(asked))
            seen += re.findall(r"活动甲\d", page)
            query = next_of(page)
            if not query:
                break
        assert seen == [f"活动甲{n}" for n in range(7)] and len(costs) == 3
        assert max(costs[1:]) == min(costs[1:]) <= costs[0]
        assert re.findall(r"(?<=<b>)活动甲\d", read("?q=活动甲6")) == ["活动甲6"]
        assert "没有找到" in read("?q=查无此事")


def test_what_is_over_comes_last_and_goes_after_a_month(site, make):
    make(title="早的")
    make(title="晚的", sessions=[(AT + timedelta(days=20), None)])
    with clock.standing(AT + timedelta(days=12)):
        page = public()
        assert page.index("晚的") < page.index("早的") and "已举办" in page
    with clock.standing(AT + timedelta(days=45)):
        assert "早的" not in public() and "晚的" in public()


def test_who_has_no_membership_reads_an_empty_list_and_the_way_to_the_public_one(phone, make):
    from gongjia.who.members import actions as members
    from gongjia.who.members.models import Person

    make(title="会员的活动")
    stranger = members.open_account(person=Person.objects.create(name="路人", phone="19900770001"), actor=None, at=AT)
    page = phone(stranger).open(reverse("portal:service_events"))
    assert "会员的活动" not in page and "入会以后就能报名活动" in page and reverse("public:events") in page
