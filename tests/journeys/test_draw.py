"""Done-when 1: a night-school course with 30 places by a drawn lot. 70 members enter, two of them on phones; the lot is
drawn; the file that anybody downloads verifies with the script, and with one entry changed it does not; a winner
cancels on the phone, the next moves up, is told and confirms; the door is scanned, half of it without network;
certificates; 人 and 人次 of the report rise."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from gongjia.base.clock import SHANGHAI, start_of
from gongjia.base.outbox.models import InboxItem
from gongjia.base.period import Period
from gongjia.faces.shared import event_words
from gongjia.report import engine
from gongjia.report.figure import figures
from gongjia.who.accounts import actions as accounts
from gongjia.who.accounts import queries as account_queries
from gongjia.who.members import actions as members
from gongjia.work.events import actions, queries
from gongjia.work.events.models import Attendance, SignUp
from tests.journeys.conftest import PHONE
from tests.journeys.filling import small_targets
from tests.who.members.conftest import AT, in_role
from tests.work.events.conftest import laws, me, persons

pytestmark = [pytest.mark.browser]

CLOSES = start_of(date(2018, 9, 1))  # 8月31日 24:00
VALUE_ON = datetime(2018, 9, 1, 21, 15, tzinfo=SHANGHAI)
# at the day's end: the browser's clock stands on a day, the time of day is that of the machine
STARTS = datetime(2018, 9, 6, 23, 59, tzinfo=SHANGHAI)
PLACES, MEMBERS = 30, 70
COUNTED = ("skills.trained", "skills.training_visits", "skills.certificates")


def counted(org) -> list[int]:
    found = engine.compute([figures.get(key) for key in COUNTED], org, Period.parse("2018H2"), date(2018, 9, 30))
    return [found[key].total.value or 0 for key in COUNTED]


def known(person):
    """With a log-in, and agreed to the privacy rules."""
    person = members.open_account(person=person, actor=None, at=AT)
    accounts.give_consent(account=person.account, version=account_queries.current_notice().version, at=AT)
    return person


def open_door(world, officer, sit_down, session):
    """The officer's phone with a pack."""
    _person, account = officer(world.fed, "city_publicity", "蔡示例", world.school)
    door = sit_down("draw-door", account=account, screen=PHONE)
    door.open(reverse("console:door", args=[session.pk]))
    door.look("door-start")
    door.page.fill("#f-device", "东门")
    door.press("领取签到包")
    door.page.wait_for_selector("[data-kept=kept]")
    return door


def type_code(door, row) -> None:
    digest = queries.ticket_of(row).digest
    door.page.fill("#f-code", event_words.short_code(digest))
    door.page.press("#f-code", "Enter")
    assert door.page.inner_text("[data-verdict]").startswith("有效")


def test_a_course_by_lot_from_the_entry_to_the_figure(world, join, officer, site, sit_down, settings, tmp_path):
    chief = in_role(world.fed, "city_publicity")
    event = actions.make_event(
        org=world.fed, kind="training", title="职工夜校：电工基础", place="文化宫三楼", way="lot", total=PLACES,
        opens_at=AT, closes_at=CLOSES, sessions=[actions.SessionPlan(STARTS, STARTS + timedelta(hours=2))], actor=chief, at=AT,
    )  # fmt: skip
    event = actions.publish(event=event, actor=chief, at=AT)
    draw = actions.commit_draw(
        event=event, source="福利彩票3D第2018236期开奖号", public_on=VALUE_ON, actor=chief, at=AT
    )
    before = counted(world.fed)

    # 70 enter; two of them by two taps on a phone
    some = persons(world.firm, MEMBERS)
    settings.GONGJIA_CLOCK = "2018-08-28"
    for person in map(known, some[:2]):
        phone = sit_down(f"draw-{person.pk.hex[-4:]}", account=person.account, screen=PHONE)
        phone.open("/m/")
        phone.follow("报名活动")
        phone.look("events")
        phone.follow("职工夜校")
        phone.look("event")
        assert small_targets(phone) == []
        phone.press("登记摇号")
        assert phone.sees("已登记摇号")
        phone.look("entered")
        phone.follow("我的摇号登记")
        phone.look("why-before")
    for person in some[2:]:
        actions.enter(event=event, person=person, actor=me(person), at=AT + timedelta(hours=1))
    assert SignUp.objects.filter(event=event, state="entered").count() == MEMBERS

    # drawn; anybody downloads and recomputes it
    machine = world.machine
    draw = actions.seal_draw(draw=draw, actor=machine, at=CLOSES)
    rows = SignUp.objects.filter(event=event).select_related("person")
    draw = actions.open_draw(draw=draw, value="3 5 8", actor=chief, at=VALUE_ON + timedelta(hours=1))
    assert rows.filter(state="placed").count() == PLACES and rows.filter(state="waiting").count() == MEMBERS - PLACES
    settings.GONGJIA_CLOCK = "2018-09-03"
    anyone = sit_down("draw-anyone", screen=PHONE)
    anyone.open(reverse("public:draw", args=[draw.pk]))
    anyone.look("public")
    files = {}
    for label in ("下载摇号文件", "下载核对程序"):
        with anyone.page.expect_download() as found:
            anyone.page.get_by_role("link", name=label).click()
        files[label] = tmp_path / found.value.suggested_filename
        found.value.save_as(files[label])
    proof, script = files.values()

    def verify(path) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-I", str(script), str(path), draw.entries_digest],
            capture_output=True,
            text=True,
            check=False,
        )

    done = verify(proof)
    assert done.returncode == 0 and "全部相符" in done.stdout and done.stdout.count("中签 ") == PLACES
    changed = json.loads(proof.read_text())
    changed["closing"]["entries"][5]["weight"] += 1
    other = tmp_path / "changed.json"
    other.write_text(json.dumps(changed, ensure_ascii=False))
    assert verify(other).returncode == 1 and "不相符" in verify(other).stdout

    # a winner gives it up, the next in the published order moves up, is told, and confirms
    winner = rows.filter(state="placed").order_by("-lot_rank")[0]
    following = rows.filter(state="waiting").order_by("waiting_no")[0]
    hands = []
    for one in (winner, following):
        person = known(one.person) if one.person.account_id is None else one.person
        hands.append(sit_down(f"draw-{one.state}", account=person.account, screen=PHONE))
    first, second = hands
    second.open(reverse("portal:service_signup_why", args=[following.pk]))
    assert second.sees("没有摇中") and second.sees("候补第 1 位") and second.sees("中签的线")
    second.look("why-not")
    first.open(reverse("portal:service_signup", args=[winner.pk]))
    first.look("won")
    first.page.get_by_text("取消报名").click()
    first.press("确定取消")
    assert first.sees("已取消")
    following.refresh_from_db()
    assert following.state == "offered" and following.held_until - following.state_at >= timedelta(hours=24)
    assert InboxItem.objects.filter(account_id=following.person.account_id, template="events.offered").count() == 1
    second.open("/m/")
    second.follow("职工夜校：电工基础有名额了")
    second.look("offered")
    second.press("确认参加")
    second.follow("入场票")
    second.look("ticket")
    laws(event)

    # the door, on its day
    settings.GONGJIA_CLOCK = "2018-09-06"
    session = event.sessions.get()
    door = open_door(world, officer, sit_down, session)
    going = list(rows.filter(state="placed").order_by("pk"))
    assert len(going) == PLACES and following in going and winner not in going
    for row in going[:15]:
        type_code(door, row)
    door.page.context.set_offline(True)
    for row in going[15:]:
        type_code(door, row)
    door.look("door-offline")
    door.page.context.set_offline(False)
    door.page.wait_for_selector("[data-count=left]:text-is('0')")
    door.press("同步并清除")
    door.page.wait_for_selector("[data-part=start]:not([hidden])")
    there = Attendance.objects.filter(session=session)
    assert there.count() == PLACES and set(there.values_list("standing", flat=True)) == {"present"}

    # held, certificates, and the report has risen by thirty
    after = STARTS + timedelta(hours=3)
    event.refresh_from_db()
    event = actions.hold(event=event, actor=machine, at=after)
    given = actions.issue_certificates(event=event, actor=chief, at=after)
    assert len(given) == PLACES
    settings.GONGJIA_CLOCK = "2018-09-08"
    second.open(reverse("portal:service_hours"))
    assert second.sees("2 小时") and second.sees(
        next(one.serial for one in given if one.person_id == following.person_id)
    )
    second.look("hours")
    assert [now - was for now, was in zip(counted(world.fed), before, strict=True)] == [PLACES] * 3
