"""A lot on the phone and for anybody: entering, why not me, the published file, the script, who may see what."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from gongjia.base import clock
from gongjia.base.clock import SHANGHAI
from gongjia.work.events import actions, queries
from gongjia.work.events.models import SignUp
from tests.faces.portal.events.conftest import AT, HOUR

pytestmark = pytest.mark.django_db
CLOSES = datetime(2018, 9, 1, tzinfo=SHANGHAI)
VALUE_ON = datetime(2018, 9, 1, 21, 15, tzinfo=SHANGHAI)
SOURCE = "福利彩票3D第2018236期开奖号"


@pytest.fixture
def lot(make, world):
    def one(**values):
        event = make(**{"way": "lot", "closes_at": CLOSES, **values})
        return event, actions.commit_draw(event=event, source=SOURCE, public_on=VALUE_ON, actor=world.machine, at=AT)

    return one


def opened(draw, world):
    draw = actions.seal_draw(draw=draw, actor=world.machine, at=CLOSES)
    return actions.open_draw(draw=draw, value="3 5 8", actor=world.machine, at=VALUE_ON + HOUR)


def sign_up_url(one, name="service_signup"):
    return reverse(f"portal:{name}", args=[one.pk])


def test_entering_by_two_taps_then_why_not_me(phone, member, lot, world):
    event, draw = lot(total=1, title="夜校")
    people = [member(name) for name in "甲乙丙"]
    for person in people:
        hand = phone(person)
        html = hand.open(reverse("portal:service_event", args=[event.pk]))
        assert "登记摇号</button>" in html and SOURCE in html and "8月31日（周五）24:00" in html
        hand.client.post(reverse("portal:service_event_join", args=[event.pk]), {"key": "k" + person.name})
    assert SignUp.objects.filter(state="entered").count() == 3
    one = SignUp.objects.get(person=people[0])
    hand = phone(people[0])
    home = hand.open(reverse("portal:home"))
    assert "2018年8月31日 24:00截止" in home and f'href="{sign_up_url(one)}"' in home  # the message leads there itself
    assert "已登记摇号" in hand.open(sign_up_url(one)) and "撤回登记" in hand.open(sign_up_url(one))
    html = hand.open(sign_up_url(one, "service_signup_why"))
    assert "还没有开号" in html and "每个人有几张票" in html and "我的权重" not in html
    opened(draw, world)
    with clock.standing(VALUE_ON + 2 * HOUR):
        lost = SignUp.objects.select_related("person").filter(state="waiting").order_by("waiting_no")[0]
        html = phone(lost.person).open(sign_up_url(lost, "service_signup_why"))
        why = queries.why(_me(lost.person), lost.pk)
        assert "没有摇中" in html and "候补第 1 位" in html and f"在 3 个登记里排第 {lost.lot_rank}" in html
        assert why.tickets and all(ticket in html for ticket in why.tickets) and why.cuts[0].ticket in html
        won = SignUp.objects.select_related("person").get(state="placed")
        assert "摇中了" in phone(won.person).open(sign_up_url(won, "service_signup_why"))
        assert phone(won.person).client.get(sign_up_url(lost, "service_signup_why")).status_code == 404


def _me(person):
    from tests.work.events.conftest import me

    return me(person)


def test_anybody_downloads_the_file_and_the_script_and_one_changed_entry_fails(lot, member, world, site, tmp_path):
    event, draw = lot(total=2, title="夜校")
    people = [member(f"职工{n}") for n in range(5)]
    for person in people:
        actions.enter(event=event, person=person, actor=_me(person), at=AT + HOUR)
    anyone = Client()
    where, file = reverse("public:draw", args=[draw.pk]), reverse("public:draw_file", args=[draw.pk])
    assert draw.seed_hash in anyone.get(where).content.decode()
    assert anyone.get(file)["Location"] == where  # before the list is sealed there is none
    draw = opened(draw, world)
    html = anyone.get(where).content.decode()
    assert draw.entries_digest in html and "3 5 8" in html and "中签" in html and "verify_draw.py" in html
    assert not any(one.name in html for one in people)
    number = SignUp.objects.filter(lot_won=True).first().lot_no
    assert number in anyone.get(where, {"no": number.lower()}).content.decode()
    assert "名单里没有这个编号" in anyone.get(where, {"no": "ZZZZ"}).content.decode()
    assert "夜校" in anyone.get(reverse("public:draws")).content.decode()

    script, good = tmp_path / "verify_draw.py", tmp_path / "good.json"
    script.write_bytes(anyone.get(reverse("public:draw_script")).content)
    good.write_bytes(anyone.get(file).content)

    def run(path, *more):
        return subprocess.run([sys.executable, "-I", str(script), str(path), *more], capture_output=True, text=True)

    done = run(good, draw.entries_digest)
    assert done.returncode == 0 and "全部相符" in done.stdout
    changed = json.loads(good.read_text())
    changed["closing"]["entries"][0]["weight"] += 1
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(changed, ensure_ascii=False))
    done = run(bad)
    assert done.returncode == 1 and "不相符" in done.stdout


def test_public_events_name_nobody_and_leave_a_units_own_out(make, member, world, site, claim):
    event = make(title="文化宫书法课", total=3)
    make(title="甲公司内部活动", org=world.firm)
    draft = make(title="还没发布", published=False)
    claim(event, member("欧阳某某"))
    anyone = Client()
    html = anyone.get(reverse("public:events")).content.decode()
    assert "文化宫书法课" in html and "甲公司内部活动" not in html and "还没发布" not in html
    html = anyone.get(reverse("public:event", args=[event.pk])).content.decode()
    assert "余 2 / 3 个名额" in html and "欧阳" not in html and "登录后报名" in html
    assert anyone.get(reverse("public:event", args=[draft.pk])).status_code == 404
