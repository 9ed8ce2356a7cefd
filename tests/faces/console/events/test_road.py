"""The main road by an officer's hands: new event, published, entered, drawn, attended, certificates, settled."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta

from gongjia.base import clock
from gongjia.work.events import actions, queries
from gongjia.work.events.models import Attendance, Certificate, Draw, Event, Session, SignUp
from tests.faces.console.events.conftest import done, text, to
from tests.who.members.conftest import AT
from tests.work.events.conftest import me

BASICS = {
    "title": "秋季夜校：办公软件", "area": "2", "level": "", "summary": "零基础可以来。", "place": "市工人文化宫三楼",
    "contact_phone": "0571-64000000", "audience": "", "repeat": "2", "s1_on": "2018-09-10", "s1_from": "19:00", "s1_to": "21:00",
}  # fmt: skip
PLAN = {
    "way": "lot", "total": "2", "guests_max": "0", "waiting_list": "on", "opens_at": "2018-08-28T09:00",
    "closes_on": "2018-09-02", "hold_hours": "24", "door_minutes_early": "60", "certificate": "on",
}  # fmt: skip


def test_a_course_by_lot_from_the_first_form_to_the_certificates(world, city, people, tmp_path):
    assert "技能培训" in text(city.get(to("new")))
    page = text(city.get(to("new") + "?kind=training"))
    assert "每周同一时间，共几次" in page
    wrong = text(city.post(to("new") + "?kind=training", {**BASICS, "org": str(world.fed.pk), "s1_to": "18:00"}), 422)
    assert "结束要晚于开始" in wrong
    nameless = city.post(to("new") + "?kind=training", {**BASICS, "org": str(world.fed.pk), "title": ""})
    assert "活动名称：请填写。" in text(nameless, 422)
    where = done(city.post(to("new") + "?kind=training", {**BASICS, "org": str(world.fed.pk)}))
    event = Event.objects.get()
    assert where == to("plan", event.pk) and Session.objects.count() == 2
    assert "摇号" in text(city.get(where))
    assert "要填写名额" in text(city.post(where, {**PLAN, "total": ""}), 422)
    assert done(city.post(where, PLAN)) == to("terms", event.pk)
    text(city.get(to("terms", event.pk)))
    terms = {"c_age": "on", "c_age_min": "18", "w_idle": "2", "w_front_line": "1"}
    assert done(city.post(to("terms", event.pk), terms)) == to("publish", event.pk)
    event.refresh_from_db()
    assert event.conditions == [{"check": "age", "min": 18}] and event.total == 2
    assert event.weights == [{"key": "idle", "add": 2}, {"key": "front_line", "add": 1}]
    assert event.closes_at == clock.start_of(AT.date().replace(month=9, day=3))
    page = text(city.get(to("publish", event.pk)))
    assert "种子摘要" in page and "2018-08-28 09:00 至 09-02 24:00" in page
    assert done(city.post(to("publish", event.pk), {"_confirm": "1"})) == to("draw", event.pk)

    early = {"_op": "commit", "source": "福利彩票3D第2018240期开奖号", "public_on": "2018-09-02T21:30"}
    assert "必须在登记截止" in text(city.post(to("draw", event.pk), early), 422)
    done(city.post(to("draw", event.pk), {**early, "public_on": "2018-09-03T21:30"}))
    draw = Draw.objects.get()
    assert draw.seed_hash in text(city.get(to("draw", event.pk)))

    event.refresh_from_db()
    some = people(5)
    with clock.standing(AT + timedelta(days=3)):
        for one in some:
            actions.enter(event=event, person=one, actor=me(one), at=clock.now())
        page = text(city.get(to("sign_ups", event.pk)))
        assert all(one.name in page for one in some)
        assert "还没有到" in text(city.get(to("draw", event.pk)))
    with clock.standing(event.closes_at + timedelta(minutes=5)):
        done(city.post(to("draw", event.pk), {"_op": "seal"}))
        page = text(city.get(to("draw", event.pk)))
        assert "5 人，2 个名额" in page and some[0].name not in page
    with clock.standing(draw.public_on + timedelta(minutes=5)):
        done(city.post(to("draw", event.pk), {"_op": "open", "value": "3 5 8"}))
        assert "只开一次" in text(city.post(to("draw", event.pk), {"_op": "open", "value": "1 1 1"}), 422)
        page = text(city.get(to("draw", event.pk)))
        assert page.count("中签</span>") - page.count("未中签</span>") == 2
        published = city.get(to("draw_file", event.pk, "file"))
        script = city.get(to("draw_file", event.pk, "script"))
    (tmp_path / "draw.json").write_bytes(published.content)
    (tmp_path / "verify.py").write_bytes(script.content)

    def verify(name: str) -> int:
        return subprocess.run([sys.executable, tmp_path / "verify.py", tmp_path / name], check=False).returncode

    assert verify("draw.json") == 0
    changed = json.loads(published.content)
    changed["closing"]["entries"][0]["weight"] += 1
    (tmp_path / "bad.json").write_text(json.dumps(changed, ensure_ascii=False), "utf-8")
    assert verify("bad.json") != 0

    won = list(SignUp.objects.filter(state="placed").order_by("lot_rank"))
    assert len(won) == 2
    first = won[0]
    with clock.standing(draw.public_on + timedelta(minutes=10)):
        assert "下一位候补" in text(city.get(to("drop", first.pk)))
        assert "请填写原因" in text(city.post(to("drop", first.pk), {"_confirm": "1", "note": ""}), 422)
        done(city.post(to("drop", first.pk), {"_confirm": "1", "note": "本人来电"}))
        moved = SignUp.objects.get(state="offered")
        done(city.post(to("confirm", moved.pk), {"_confirm": "1"}))

    one, two = Session.objects.order_by("number")
    there = [str(pk) for pk in SignUp.objects.filter(state="placed").values_list("pk", flat=True)]
    with clock.standing(one.starts_at):
        assert "未签到" in text(city.get(to("session", one.pk)))
        assert "请先勾选" in text(city.post(to("session", one.pk), {"_op": "tick", "standing": "present"}), 422)
        done(city.post(to("session", one.pk), {"_op": "tick", "standing": "present", "pick": there}))
        again = {"_op": "tick", "standing": "late", "pick": there[:1]}
        assert "改动已有的签到要写明原因" in text(city.post(to("session", one.pk), again), 422)
    with clock.standing(two.starts_at):
        done(city.post(to("session", two.pk), {"_op": "tick", "standing": "present", "pick": there[:1]}))
    assert Attendance.objects.count() == 3
    with clock.standing(two.ends_at + timedelta(hours=1)):
        done(city.post(to("hold", event.pk), {"_confirm": "1"}))
        page = text(city.get(to("event", event.pk)))
        assert "办结" in page and "人次" in page
        assert "给 1 人发证" in text(city.get(to("certificates", event.pk)))
        done(city.post(to("certificates", event.pk), {"_op": "issue"}))
        assert Certificate.objects.count() == 1
        pdf = city.get(to("certificates_file", event.pk))
        assert pdf.content.startswith(b"%PDF")
        assert "没有要记爽约的人" in text(city.get(to("settle", event.pk)))
        done(city.post(to("settle", event.pk), {"_confirm": "1"}))
    event.refresh_from_db()
    assert event.state == "settled" and queries.drift(event) == []


def test_the_board_filters_and_names_what_is_due(world, city, make):
    talk = make("talk", title="心理健康讲座", way="open", total=0)
    make("other", title="健步走", published=False)
    lot = make(
        "show", title="中秋晚会", way="lot", closes_at=AT.replace(hour=0) + timedelta(days=6), short_window_why="测试"
    )
    page = text(city.get(to("")))
    assert "公布种子摘要" in page and "健步走" in page and talk.title in page
    drafts = text(city.get(to("") + "?state=draft"))
    assert "健步走" in drafts and lot.title not in drafts
    assert talk.title in text(city.get(to("") + "?kind=talk")) and lot.title not in text(
        city.get(to("") + "?kind=talk")
    )


def test_the_board_costs_the_same_for_one_event_and_for_many(world, city, make, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make("talk", way="open", total=0)
    city.get(to(""))
    with CaptureQueriesContext(connection) as few:
        city.get(to("") + "?kind=talk")
    for n in range(12):
        make("talk", title=f"讲座{n}", way="open", total=0)
    with CaptureQueriesContext(connection) as many:
        city.get(to("") + "?kind=talk")
    assert len(many) == len(few)
