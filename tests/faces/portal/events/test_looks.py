"""Every page of events for members and for anybody, at 1440 and 375 px: nothing clipped, no serious finding of axe."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from gongjia.who.accounts import actions as accounts
from gongjia.who.accounts import queries as account_queries
from gongjia.who.members import actions as members
from gongjia.work.events import actions
from gongjia.work.events.models import Fault
from gongjia.work.events.queries import own
from tests.journeys.conftest import PHONE, sit_down, site  # noqa: F401
from tests.journeys.filling import small_targets
from tests.who.members.conftest import AT, join, machine, paper, world  # noqa: F401
from tests.work.events.conftest import HOUR, STARTS, make, me, people  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def pages(make, person, join_one) -> dict[str, str]:  # noqa: F811
    """One record of every sort, and the address of each page."""
    by = {"actor": me(person), "at": AT}
    opens = AT - timedelta(days=2)  # the browser's time of day is that of the machine
    plain = make(
        title="职工书法班", total=30, opens_at=opens, summary="零基础，笔墨由工会准备。", guests_max=1, contact_phone="0571-64700000",
        free_cancel_until=AT + timedelta(days=3), sessions=[(STARTS, None), (STARTS + timedelta(days=7), None)],
    )  # fmt: skip
    free = make(
        title="周末茶艺体验", opens_at=opens, by_session=True, conditions=[{"check": "age", "min": 18}], guests_max=2,
        sessions=[(STARTS + 5 * HOUR, 10), (STARTS + 9 * HOUR, 10)],
    )  # fmt: skip
    barred = make(title="女职工瑜伽课", opens_at=opens, conditions=[{"check": "sex", "sex": "2"}])
    full = make(title="陶艺课", total=1, opens_at=opens, sessions=[(STARTS + timedelta(days=1), None)])
    party = make("matching", title="七夕联谊", total=20, opens_at=opens, sessions=[(STARTS + timedelta(days=2), None)])
    summer = make(
        "children", title="爱心暑托班", total=9, opens_at=opens, sessions=[(STARTS + timedelta(days=3), None)]
    )
    another = make("children", title="周末托班", total=9, opens_at=opens, sessions=[(STARTS + timedelta(days=4), None)])
    other = members.open_account(person=join_one("赵先到"), actor=None, at=AT)
    actions.claim(event=full, person=other, actor=me(other), at=AT)
    actions.sign_up_single(
        event=party, person=other, single=True, contact="微信 x", about="喜欢爬山、看书", actor=me(other), at=AT
    )
    placed = actions.claim(event=plain, person=person, guests=1, **by)
    waiting = actions.claim(event=full, person=person, **by)
    match = actions.sign_up_single(event=party, person=person, single=True, contact="微信 y", about="爱做饭", **by)
    child = actions.NewChild(
        "小童", date(2010, 3, 1), "母亲", True, [actions.NewPickUp("李奶奶", "19900001234", "奶奶")], grade=2
    )
    mine = actions.sign_up_children(event=summer, guardian=person, children=[child], **by)
    fault = Fault.objects.create(
        person=person, event=plain, sign_up=placed, org=plain.org, kind="absent", on=AT.date(),
        appeal_until=AT.date() + timedelta(days=15),
    )  # fmt: skip

    def to(name: str, *args) -> str:
        return reverse(f"portal:service_{name}", args=[getattr(one, "pk", one) for one in args])

    return {
        "list": to("events"), "searched": to("events") + "?q=文化宫", "mine": to("signups"), "can": to("event", free), "cannot": to("event", barred),
        "placed": to("signup", placed), "ticket": to("signup_ticket", placed), "waiting": to("signup", waiting),
        "single": to("signup", match), "match": to("signup_match", match), "class": to("signup", mine),
        "child": to("child", own.my_children(me(person), mine)[0].id), "children": to("event_children", another) + "?n=2",
        "hours": to("hours"), "faults": to("faults"), "appeal": to("fault_appeal", fault), "me": "/m/me/",
        "public": reverse("public:events"), "public-one": reverse("public:event", args=[free.pk]),
        "public-draws": reverse("public:draws"),
    }  # fmt: skip


def test_every_page_looks_right(world, make, join, sit_down):  # noqa: F811
    born = date(1990, 5, 4)

    def join_one(name):
        return join(world.firm, name, with_phone=False, born_on=born).person

    person = members.open_account(person=join(world.firm, "孙会员", born_on=born).person, actor=None, at=AT)
    accounts.give_consent(account=person.account, version=account_queries.current_notice().version, at=AT)
    wanted = pages(make, person, join_one)
    hands = sit_down("events", account=person.account, screen=PHONE)
    for name, address in wanted.items():
        hands.open(address)
        hands.look_twice(name)
        if address.startswith("/m/"):
            assert small_targets(hands) == [], name
