"""Children's classes, 联谊, feedback, hours and certificates on the phone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from gongjia.base import clock
from gongjia.who.members import actions as members
from gongjia.work.events import actions
from gongjia.work.events.models import Child, SignUp
from tests.faces.portal.events.conftest import AT, HOUR, STARTS
from tests.work.events.conftest import laws

pytestmark = pytest.mark.django_db
DURING = STARTS + HOUR
FORM = {
    "c1_name": "小明", "c1_born": "2010-03-01", "c1_grade": "2", "c1_relation": "母亲", "c1_p1_name": "李奶奶",
    "c1_p1_relation": "奶奶", "c1_p1_phone": "19900001234", "consent": "on", "key": "k",
}  # fmt: skip


def to(name, one):
    return reverse(f"portal:service_{name}", args=[one.pk])


def test_a_child_needs_its_guardians_consent_and_somebody_to_fetch_it(phone, member, make):
    event, mother = make("children", title="爱心暑托班", total=3), member("张")
    hand = phone(mother)
    assert to("event_children", event) in hand.open(to("event", event))
    # the tap alone takes no place
    assert hand.client.post(to("event_join", event), {"key": "k", "guests": "1"})["Location"] == to(
        "event_children", event
    )
    without = {key: value for key, value in FORM.items() if key != "consent"}
    answer = hand.client.post(to("event_children", event), without)
    assert answer.status_code == 422 and "没有监护人同意" in answer.content.decode()
    answer = hand.client.post(to("event_children", event), {**FORM, "c1_health": "花生过敏"})
    assert answer.status_code == 422 and "单独同意" in answer.content.decode() and not SignUp.objects.exists()
    answer = hand.client.post(to("event_children", event), {**FORM, "c1_health": "花生过敏", "c1_health_consent": "on"})
    one = SignUp.objects.get()
    assert answer["Location"] == to("signup", one) and one.state == "placed"
    laws(event)
    html = hand.open(to("signup", one))
    assert "小明" in html and "花生" not in html
    child = Child.objects.get()
    html = hand.open(to("child", child))
    assert "李奶奶" in html and "19900001234" not in html and "只有带班老师" in html
    answer = hand.client.post(to("child", child), {"name": "李奶奶"})
    assert answer.status_code == 422 and "已经在接送人名单上" in answer.content.decode()
    hand.client.post(to("child", child), {"name": "王爷爷", "relation": "爷爷", "phone": ""})
    assert "王爷爷" in hand.open(to("child", child))
    hand.client.post(to("child_pickup_remove", child.pick_ups.order_by("pk")[0]))
    assert "李奶奶" not in hand.open(to("child", child))
    foreign = phone(member("赵"))
    assert foreign.client.get(to("child", child)).status_code == 404
    assert foreign.client.post(to("child_withdraw", child)).status_code == 404
    hand.client.post(to("child_withdraw", child))
    child = Child.objects.get()
    assert child.left_on is not None and not child.health


def test_two_children_at_once_and_those_of_a_place_given_by_the_union(phone, member, make, world):
    event, father = make("children", title="暑托班", total=4, guests_max=2), member("张")
    hand = phone(father)
    second = {key.replace("c1_", "c2_"): value for key, value in FORM.items()} | {
        "c2_name": "小红",
        "c2_born": "2011-01-01",
    }
    hand.client.post(to("event_children", event) + "?n=2", {**second, **FORM})
    one = SignUp.objects.get()
    assert one.seats == 2 and one.children.count() == 2
    # a place that came otherwise lacks its child until the guardian fills it in
    other = member("钱")
    nominated = SignUp.objects.create(
        event=event, person=other, org=world.firm, state="entered", state_at=AT, entered_at=AT, guests=1, seats=1
    )
    hand = phone(other)
    assert "还有 1 个孩子没填资料" in hand.open(to("signup", nominated))
    answer = hand.client.post(to("signup_children", nominated), FORM)
    assert answer.status_code == 302 and nominated.children.count() == 1
    assert "没填资料" not in hand.open(to("signup", nominated))


def adult(join, world, name):
    person = join(world.firm, name, with_phone=False, born_on=date(1992, 5, 4)).person
    return members.open_account(person=person, actor=None, at=AT)


def test_contacts_stay_hidden_until_both_agree(phone, make, join, world):
    event = make("matching", title="七夕联谊", total=9)
    people = [adult(join, world, f"青年{n}") for n in range(3)]
    hands = [phone(one) for one in people]
    page = hands[0].open(to("event", event))
    assert to("event_single", event) in page
    answer = hands[0].client.post(to("event_single", event), {"contact": "微信 hello", "key": "a"})
    assert answer.status_code == 422 and "没有声明目前单身" in answer.content.decode() and not SignUp.objects.exists()
    for n, hand in enumerate(hands):
        hand.client.post(
            to("event_single", event),
            {"single": "on", "contact": f"微信 ready{n}", "about": f"爱好{n}", "key": f"k{n}"},
        )
    rows = [SignUp.objects.get(person=one) for one in people]
    assert "活动开始以后才能互选" in hands[0].open(to("signup_match", rows[0]))
    with clock.standing(DURING):
        html = hands[0].open(to("signup_match", rows[0]))
        assert "爱好1" in html and "青年1" not in html and "ready1" not in html
        hands[0].client.post(to("signup_match", rows[0]), {"number": ["2", "3"]})
        answer = hands[0].client.post(to("signup_contact", rows[0]), {"number": "2"})
        assert answer.status_code == 422 and "ready1" not in answer.content.decode()
        hands[1].client.post(to("signup_match", rows[1]), {"number": ["1"]})
        assert "互相选择" in hands[0].open(to("signup_match", rows[0]))
        answer = hands[0].client.post(to("signup_contact", rows[0]), {"number": "2"})
        assert "微信 ready1" in answer.content.decode() and answer["Cache-Control"] == "no-store"
        assert "ready1" not in hands[0].open(to("signup_match", rows[0]))
        hands[1].client.post(to("signup_block", rows[1]), {"number": "1", "report": "言语骚扰"})
        answer = hands[0].client.post(to("signup_contact", rows[0]), {"number": "2"})
        assert answer.status_code == 422 and "ready1" not in answer.content.decode()
        hands[2].client.post(to("signup_leave", rows[2]))
        assert "爱好2" not in hands[0].open(to("signup_match", rows[0]))


def test_feedback_hours_and_certificate(phone, member, make, claim, world):
    event = make("training", title="电工培训", way="first", total=3)
    person = member("张")
    one, hand = claim(event, person), phone(person)
    session = event.sessions.get()
    assert "评价这场活动" not in hand.open(to("signup", one))
    with clock.standing(DURING):
        actions.tick(session=session, sign_ups=[one.pk], actor=world.machine, at=DURING)
        assert "评价这场活动" in hand.open(to("signup", one))
        assert hand.client.post(to("signup_feedback", one), {"words": "好"}).status_code == 422
        assert hand.client.post(to("signup_feedback", one), {"score": "5", "words": "老师讲得好"}).status_code == 302
        assert "您已评价" in hand.open(to("signup", one)) and "老师讲得好" not in hand.open(to("signup", one))
    after = STARTS + timedelta(hours=3)
    with clock.standing(after):
        by = {"actor": world.machine, "at": after}
        event = actions.hold(event=event, **by)
        [certificate] = actions.issue_certificates(event=event, **by)
        html = hand.open(reverse("portal:service_hours"))
        assert "2018 年" in html and "2 小时" in html and certificate.serial in html
        assert certificate.serial in hand.open(to("signup", one))
    assert "2 小时" not in phone(member("李")).open(reverse("portal:service_hours"))
