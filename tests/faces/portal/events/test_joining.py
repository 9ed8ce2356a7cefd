"""Signing up on a phone: the reasons, two taps, a double tap, sessions, guests, the line, the ticket, leaving."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from gongjia.base import clock
from gongjia.work.events import actions, queries
from gongjia.work.events.models import SignUp
from tests.faces.portal.events.conftest import AT, HOUR, STARTS, me
from tests.work.events.conftest import laws

pytestmark = pytest.mark.django_db


def key_on(html: str) -> str:
    return re.search(r'name="key" value="(\w+)"', html).group(1)


def of(event, name="service_event", *more):
    return reverse(f"portal:{name}", args=[event.pk, *more])


def test_two_taps_from_the_list_and_a_double_tap_gives_the_same_place(phone, member, make):
    event, person = make(total=3, title="书法夜校"), member()
    hand = phone(person)
    html = hand.open(reverse("portal:service_events"))
    assert "书法夜校" in html and of(event) in html and "余 3 / 3 个名额" in html
    html = hand.open(of(event))  # the first tap
    assert "符合条件，可以报名" in html and "须是在册工会会员" in html
    key = key_on(html)
    for _ in range(2):  # the second tap, and the thumb that slipped
        answer = hand.client.post(of(event, "service_event_join"), {"key": key})
        assert answer.status_code == 302
    one = SignUp.objects.get()
    assert answer["Location"] == of(one, "service_signup") and (one.state, one.request_key) == ("placed", key)
    laws(event)
    # without the key of the first one (the page opened anew) one is led to what one has, and nothing is taken
    answer = hand.client.post(of(event, "service_event_join"), {"key": "another"})
    assert answer["Location"] == of(one, "service_signup") and SignUp.objects.count() == 1
    html = hand.open(of(one, "service_signup"))
    assert "第 1 个名额" in html and "入场票" in html and "加到手机日历" in html
    assert "报名成功" in hand.open(reverse("portal:service_events"))
    assert "书法夜校" in hand.open(reverse("portal:service_signups"))


def test_beside_a_running_rush_nobody_passes_its_line(phone, member, make, settings):
    first, second = make(total=3), make(total=3)
    hand = phone(member())
    settings.GONGJIA_RUSH_PORT = 8001
    assert "排队报名" in hand.open(of(first))
    answer = hand.client.post(of(first, "service_event_join"), {"key": "a-script"})
    assert answer.status_code == 302 and answer["Location"] == f"/rush/{first.pk}/"
    assert not SignUp.objects.exists()
    settings.GONGJIA_RUSH_PORT = 0  # without it the same tap takes a place
    hand.client.post(of(second, "service_event_join"), {"key": "a-script"})
    assert SignUp.objects.get().event_id == second.pk


def test_every_reason_is_said_with_the_fact_and_who_can_mend_it(phone, member, make, world):
    event = make(conditions=[{"check": "work", "key": "front_line"}, {"check": "sex", "sex": "2"}])
    person = member()
    html = phone(person).open(of(event))
    assert "有 2 项不符合" in html and "面向一线岗位职工" in html and "请所在工会登记岗位情况" in html
    assert "去更正" in html and "我要报名</button>" not in html
    answer = phone(person).client.post(of(event, "service_event_join"), {"key": "k"})
    assert answer.status_code == 422 and "面向一线岗位职工" in answer.content.decode()
    assert not SignUp.objects.exists()


def test_outside_the_window_and_by_nomination_it_says_so(phone, member, make):
    hand = phone(member())
    later = make(opens_at=AT + HOUR)
    assert "开始报名" in hand.open(of(later)) and "我要报名</button>" not in hand.open(of(later))
    assert "由工会推荐" in hand.open(of(make(way="nomination")))
    assert "不用自己报名" in hand.open(of(make(way="none")))
    closed = make()
    with clock.standing(AT + timedelta(days=6)):
        assert "截止" in hand.open(of(closed))


def test_a_draft_is_none_and_a_foreign_union_reads_why_not(phone, member, make, world):
    hand = phone(member())
    hand.open(of(make(published=False)), status=404)
    html = hand.open(of(make(org=world.school, title="教师节活动")))
    assert "及下级工会的会员" in html and "项不符合" in html
    assert "教师节活动" not in hand.open(reverse("portal:service_events"))


def test_sessions_and_guests_are_chosen(phone, member, make):
    event = make(by_session=True, sessions=[(STARTS, 1), (STARTS + 3 * HOUR, 5)], guests_max=2)
    _first, second = event.sessions.order_by("number")
    hand = phone(member())
    html = hand.open(of(event))
    assert "余 1" in html and "余 5" in html and "带几个人来" in html
    answer = hand.client.post(of(event, "service_event_join"), {"key": "k", "guests": "1"})
    assert answer.status_code == 422 and "请选择一个场次" in answer.content.decode()
    hand.client.post(of(event, "service_event_join"), {"key": "k", "session": str(second.pk), "guests": "2"})
    one = SignUp.objects.get()
    assert (one.session_id, one.seats) == (second.pk, 3)
    html = hand.open(of(one, "service_signup"))
    assert "2 人" in html and "第 1–3 个名额" in html
    # more than may come along
    other = phone(member("李"))
    answer = other.client.post(of(event, "service_event_join"), {"key": "x", "session": str(second.pk), "guests": "3"})
    assert answer.status_code == 422 and "最多带 2 人" in answer.content.decode()


def test_the_line_moves_up_and_the_place_waits_for_a_word(phone, member, make, claim):
    event = make(total=1)
    first, second, third = member("甲"), member("乙"), member("丙")
    placed = claim(event, first)
    hand = phone(second)
    assert "名额已满，可以排候补" in hand.open(of(event))
    hand.client.post(of(event, "service_event_join"), {"key": "k"})
    two, three = SignUp.objects.get(person=second), claim(event, third)
    assert "候补第 1 位" in hand.open(of(two, "service_signup"))
    assert "候补第 2 位" in phone(third).open(of(three, "service_signup"))
    phone(first).client.post(of(placed, "service_signup_cancel"))
    html = hand.open(of(two, "service_signup"))
    assert "有名额了，请确认" in html and "候补第 1 位" in phone(third).open(of(three, "service_signup"))
    assert "夜校有名额了" in hand.open(reverse("portal:home"))
    hand.client.post(of(two, "service_signup_confirm"))
    two.refresh_from_db()
    home = hand.open(reverse("portal:home"))
    assert two.state == "placed" and "夜校有名额了" not in home and "已报上，看入场票" in home
    laws(event)


def test_the_ticket_is_drawn_with_its_digits_and_the_calendar_reads(phone, member, make, claim):
    from gongjia.faces.shared import event_words

    event, person = make(title="茶艺课", sessions=[(STARTS, None), (STARTS + timedelta(days=7), None)]), member()
    one = claim(event, person)
    hand = phone(person)
    html = hand.open(of(one, "service_signup_ticket"))
    digest = queries.ticket_of(one).digest
    assert "<svg" in html and event_words.spaced(event_words.short_code(digest)) in html
    answer = hand.client.get(of(one, "service_signup_calendar"))
    assert answer["Content-Type"].startswith("text/calendar")
    found = Calendar.from_ical(answer.content).walk("VEVENT")
    assert [entry.decoded("dtstart") for entry in found] == [STARTS, STARTS + timedelta(days=7)]
    assert {str(entry["summary"]) for entry in found} == {"茶艺课"}
    # somebody else's is none, and who has no place has no ticket
    foreign = phone(member("李"))
    for name in ("service_signup", "service_signup_ticket", "service_signup_calendar", "service_signup_cancel"):
        assert foreign.client.get(of(one, name)).status_code == 404
    assert foreign.client.post(of(one, "service_signup_cancel")).status_code == 404
    actions.cancel(sign_up=one, actor=me(person), at=AT)
    assert hand.client.get(of(one, "service_signup_ticket")).status_code == 302


def test_a_clash_is_named_and_may_be_wanted(phone, member, make, claim):
    person = member()
    claim(make(title="先报的"), person)
    event = make(title="后报的")
    hand = phone(person)
    assert "先报的" in hand.open(of(event)) and "时间有冲突" in hand.open(of(event))
    answer = hand.client.post(of(event, "service_event_join"), {"key": "k"})
    assert answer.status_code == 422
    hand.client.post(of(event, "service_event_join"), {"key": "k", "clash_ok": "1"})
    assert SignUp.objects.get(event=event).state == "placed"


def test_giving_up_late_is_said_beforehand_and_the_mark_may_be_appealed(phone, member, make, claim):
    event, person = make(free_cancel_until=AT + HOUR), member()
    one = claim(event, person)
    hand = phone(person)
    with clock.standing(AT + 2 * HOUR):
        assert "现在取消会记一次爽约" in hand.open(of(one, "service_signup"))
        hand.client.post(of(one, "service_signup_cancel"))
        html = hand.open(reverse("portal:service_faults"))
        assert "过了免责期才取消" in html and "有原因，申诉" in html
        fault = queries.my_faults(me(person)).get()
        where = reverse("portal:service_fault_appeal", args=[fault.pk])
        assert hand.client.post(where, {"words": ""}).status_code == 422
        assert hand.client.post(where, {"words": "孩子发烧"}).status_code == 302
        assert "申诉中" in hand.open(reverse("portal:service_faults"))
        assert phone(member("李")).client.get(where).status_code == 404


def test_a_list_costs_the_same_for_one_event_and_for_many(phone, member, make, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    hand = phone(member())

    def cost(where) -> int:
        with CaptureQueriesContext(connection) as seen:
            hand.open(where)
        return len(seen)

    make()
    where = reverse("portal:service_events")
    cost(where)
    few = cost(where)
    for n in range(6):
        make(title=f"第{n}场")
    assert cost(where) == few


def test_a_page_that_forgot_to_ask_whose_it_is_would_be_seen(phone, member, make, claim, monkeypatch):
    """The control of the looks at somebody else's sign-up."""
    one, foreign = claim(make(), member()), phone(member("李"))
    where = of(one, "service_signup")
    assert foreign.client.get(where).status_code == 404
    rows = SignUp.objects.select_related("event__org", "session", "org")
    monkeypatch.setattr("gongjia.work.events.queries.mine", lambda actor, pk: rows.get(pk=pk))
    assert foreign.client.get(where).status_code == 200


def test_without_its_key_a_second_tap_is_a_second_wish(member, make, world):
    """The control of the double tap: it is the key that makes a retry the same."""
    from gongjia.base.refused import Refused

    event, person = make(), member()
    by = {"event": event, "person": person, "actor": me(person), "at": AT}
    first = actions.claim(**by, request_key="k")
    assert actions.claim(**by, request_key="k").pk == first.pk
    with pytest.raises(Refused) as why:
        actions.claim(**by, request_key="other")
    assert why.value.codes == ("already",)
