"""The pages beside the main road, each by the officer whose it is."""

from __future__ import annotations

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from gongjia.base import clock, journal
from gongjia.work.events import actions, queries
from gongjia.work.events.models import Cell, Event, Fault, Paper, Result, Score, Session, SignUp, Team, WorkFact
from tests.faces.console.conftest import PDF
from tests.faces.console.events.conftest import done, text, to
from tests.who.members.conftest import AT, DAY
from tests.work.events.conftest import me


def test_places_go_down_the_tree_and_come_back(world, city, chair, make, claim, people):
    event = make(way="first", total=10)
    page = text(city.get(to("quota", event.pk)))
    assert world.lotus.name in page and "还剩" in page
    over = text(city.post(to("quota", event.pk), {"at": world.fed.code, f"q_{world.lotus.pk}": "11"}), 422)
    assert "可分配的只有 10 个" in over
    done(city.post(to("quota", event.pk), {"at": world.fed.code, f"q_{world.lotus.pk}": "6"}))
    assert Cell.objects.get(org=world.lotus).total == 6
    done(city.post(to("resize", event.pk), {"total": "12"}))
    assert Cell.objects.get(org=None).total == 6
    actions.hand_down(event=event, giver=world.lotus, to=[(world.firm, 2)], actor=world.machine, at=AT)
    assert "退回" in text(chair.get(to("quota", event.pk)))
    back = to("quota_back", event.pk, world.firm.pk)
    assert "没有用掉的名额只有 2 个" in text(chair.post(back, {"number": "3"}), 422)
    done(chair.post(back, {"number": "1"}))
    assert Cell.objects.get(org=world.firm).total == 1
    assert queries.drift(event) == []


def test_a_chair_names_members_never_served_first(world, chair, make, claim, people):
    old = make(way="first", total=9, title="去年的活动")
    first, second, third = people(3)
    row = claim(old, first)
    with clock.standing(AT + timedelta(days=10)):
        session = Session.objects.get(event=old)
        actions.tick(session=session, sign_ups=[row.pk], actor=world.machine, at=clock.now())
        event = make(way="nomination", total=2, at=clock.now())
        page = text(chair.get(to("nominate", event.pk)))
        assert page.index(second.name) < page.index(first.name) and "从没参加过" in page
        assert "1 到" in text(chair.post(to("nominate", event.pk), {"pick": []}), 422)
        answer = text(chair.post(to("nominate", event.pk), {"pick": [str(one.pk) for one in (first, second, third)]}))
        assert answer.count("报上了</span>") == 2 and "名额已满" in answer
    assert SignUp.objects.filter(event=event, state="placed", way="union").count() == 2


def test_at_the_counter_for_somebody_without_a_phone(world, chair, make, people):
    event = make(way="first", total=1)
    one, two = people(2)
    values = {"member": one.name, "happened_on": str(DAY), "note": "本人到窗口"}
    assert "没有找到这位会员" in text(chair.post(to("counter", event.pk), {**values, "member": "查无此人"}), 422)
    assert "不能晚于今天" in text(
        chair.post(to("counter", event.pk), {**values, "happened_on": str(DAY + timedelta(9))}), 422
    )
    done(chair.post(to("counter", event.pk), values))
    assert "已经报过" in text(chair.post(to("counter", event.pk), values), 422)
    done(chair.post(to("counter", event.pk), {**values, "member": two.name}))
    assert SignUp.objects.get(person=two).state == "waiting"
    page = text(chair.get(to("sign_ups", event.pk) + "?state=waiting"))
    assert two.name in page and one.name not in page and "候补第 1 号" in page
    row = SignUp.objects.get(person=one)
    assert row.way == "counter" and row.happened_on == DAY
    sheet = chair.post(to("sign_ups", event.pk), {"_export": "1"})
    assert sheet.content[:2] == b"PK" and "导出活动材料" in [line.label_zh for line in journal.timeline(event)]
    assert "本人到窗口" in text(chair.get(to("sign_up", row.pk)))


def test_a_change_says_who_will_be_told_and_a_cancelling_tells_why(world, city, make, claim, people):
    event = make(way="first", total=5)
    for one in people(2):
        claim(event, one)
    page = text(city.get(to("change", event.pk)))
    assert "已报名的 2 人里" in page
    values = {
        "title": event.title, "place": "市体育馆", "summary": "", "contact_phone": "", "closes_on": "", "closes_time": "",
        "hold_hours": "24", "door_minutes_early": "60", "waiting_list": "on", "why": "场馆维修",
    }  # fmt: skip
    local = event.closes_at.astimezone(clock.SHANGHAI)
    values |= {"closes_on": f"{local:%Y-%m-%d}", "closes_time": f"{local:%H:%M}"}
    done(city.post(to("change", event.pk), values))
    event.refresh_from_db()
    assert event.place == "市体育馆"
    session = Session.objects.get(event=event)
    moved = {"starts_at": "2018-09-20T19:00", "ends_at": "2018-09-20T21:00", "place": "", "minutes": "120", "why": ""}
    done(city.post(to("session_change", session.pk), moved))
    done(city.post(to("copy", event.pk), {"every": "7", "times": "2"}))
    assert Event.objects.filter(series__isnull=False).count() == 3
    assert "市体育馆" in text(city.get(to("share", event.pk)))
    assert "请填写原因" in text(city.post(to("cancel", event.pk), {"_confirm": "1"}), 422)
    done(city.post(to("cancel", event.pk), {"_confirm": "1", "note": "台风"}))
    assert set(SignUp.objects.values_list("state", flat=True)) == {"cancelled"}


def test_a_contest_with_a_tie_is_ranked_and_decided(world, city, make, people):
    event = make("contest", way="nomination", total=0, level="county")
    some = people(4)
    actions.nominate(
        event=event, org=world.fed, person_ids=[one.pk for one in some], trade="钳工", actor=world.machine, at=AT
    )
    assert "还没有设轮次" in text(city.get(to("results", event.pk)))
    bad = {"r1_title": "决赛", "r1_theory": "30", "r1_practice": "60"}
    assert "加起来要等于 100" in text(city.post(to("rounds", event.pk), bad), 422)
    done(city.post(to("rounds", event.pk), {**bad, "r1_practice": "70"}))
    prizes = {
        "klass": "1",
        "p1_level": "一等奖",
        "p1_count": "1",
        "p1_amount": "3000",
        "p2_level": "二等奖",
        "p2_count": "2",
    }
    done(city.post(to("prizes", event.pk), prizes))
    round_ = queries.rounds_of(event)[0]
    rows = list(SignUp.objects.order_by("person__name"))
    marks = {}
    for row, (theory, practice) in zip(rows, (("90", "90"), ("90", "90"), ("80", "70"), ("70", "65")), strict=True):
        marks |= {f"t_{row.pk}": theory, f"p_{row.pk}": practice}
    wrong = text(city.post(to("scores", round_.pk), {"_op": "save", **marks, f"t_{rows[0].pk}": "101"}), 422)
    assert "要在 0 到 100 之间" in wrong and 'value="101"' in wrong
    done(city.post(to("scores", round_.pk), {"_op": "save", **marks}))
    done(city.post(to("results", event.pk), {"_op": "rank"}))
    page = text(city.get(to("results", event.pk)))
    assert "并列要先定先后" in page and "三分之二" in page
    assert "第 1 名并列" in text(city.post(to("decide", event.pk), {"decided_on": str(DAY)}), 422)
    tied = list(Result.objects.filter(tie=True).order_by("person__name"))
    order = {"_op": "tie", "tied": [str(one.pk) for one in tied], "why": "加赛"}
    assert "填上先后" in text(city.post(to("results", event.pk), order), 422)
    done(city.post(to("results", event.pk), {**order, f"o_{tied[0].pk}": "2", f"o_{tied[1].pk}": "1"}))
    done(city.post(to("decide", event.pk), {"decided_on": str(DAY), "document": "建工〔2018〕12号"}))
    best = Result.objects.get(rank=1)
    assert best.pk == tied[1].pk and best.prize == 300_000 and best.title_won and best.state == "decided"
    assert "名次已认定" in text(city.get(to("results", event.pk)))


def test_marks_from_a_sheet_are_shown_before_they_are_entered(world, city, make, people):
    event = make("contest", way="nomination", total=0)
    some = people(2)
    actions.nominate(event=event, org=world.fed, person_ids=[one.pk for one in some], actor=world.machine, at=AT)
    round_ = actions.set_rounds(event=event, rounds=[actions.RoundPlan("决赛")], actor=world.machine, at=AT)[0]
    assert city.get(to("score_sheet", round_.pk)).content[:2] == b"PK"
    sheet = "姓名,理论成绩,实操成绩\n" + "".join(f"{one.name},80,90\n" for one in some)

    def upload(words: str):
        file = SimpleUploadedFile("成绩.csv", words.encode("utf-8-sig"), "text/csv")
        return city.post(to("score_upload", round_.pk), {"file": file})

    broken = done(upload(sheet.replace("90", "900", 1)))
    assert "改好这几行" in text(city.get(broken)) and "登记这些成绩" not in text(city.get(broken))
    where = done(upload(sheet))
    page = text(city.get(where))
    digest = page.split('name="digest" value="')[1].split('"')[0]
    assert Score.objects.count() == 0
    assert "再看一遍" in text(city.post(where, {"_op": "run", "digest": "other"}), 422)
    done(city.post(where, {"_op": "run", "digest": digest}))
    assert Score.objects.count() == 2


def test_a_class_takes_no_child_without_consent_and_gives_it_to_nobody_else(world, chair, make, people):
    guardian = people(1)[0]
    start = clock.start_of(DAY + timedelta(days=10)) + timedelta(hours=8)
    event = make("children", org=world.firm, way="first", total=5, sessions=[(start, None)], guests_max=2)
    values = {
        "guardian": guardian.name, "name": "小明", "born": "2010-05-01", "grade": "2", "relation": "父亲", "health": "花生过敏",
        "health_consent": "on", "k1_name": "王奶奶", "k1_phone": "19900001234", "k1_relation": "奶奶",
    }  # fmt: skip
    assert "没有监护人同意" in text(chair.post(to("child_new", event.pk), values), 422)
    assert "签字的同意书" in text(chair.post(to("child_new", event.pk), {**values, "consent": "on"}), 422)
    file = SimpleUploadedFile("同意书.pdf", PDF, "application/pdf")
    done(chair.post(to("child_new", event.pk), {**values, "consent": "on", "paper": file}))
    session = Session.objects.get(event=event)
    child = SignUp.objects.get(event=event).children.get()
    with clock.standing(start):
        closed = text(chair.get(to("class", session.pk)))
        assert "小明" not in closed and "打开今天的名单" in closed
        assert "小明" in text(chair.post(to("class", session.pk), {"_op": "open"}))
        text(chair.post(to("class", session.pk), {"_op": "in", "pick": [str(child.pk)]}))
        out = {"_op": "out", "child": str(child.pk), f"name_{child.pk}": "张叔叔"}
        refused = text(chair.post(to("class", session.pk), out), 422)
        assert "不在“小明”的接送人名单上" in refused
        seen = text(chair.post(to("class", session.pk), {"_op": "health", "child": str(child.pk), "why": "午餐核对"}))
        assert "花生过敏" in seen
        by = child.pick_ups.get()
        gone = text(
            chair.post(to("class", session.pk), {"_op": "out", "child": str(child.pk), f"by_{child.pk}": str(by.pk)})
        )
        assert "已接走" in gone and child.days.get().picked_by_id == by.pk
    assert "监护人本人办理" in text(chair.post(to("pick_up_new", child.pk), {"name": "张叔叔"}), 422)


def test_teams_and_what_a_union_says_of_its_members_work(world, chair, people):
    some = people(3)
    done(
        chair.post(
            to("team_new"),
            {"org": str(world.firm.pk), "name": "家电维修队", "founded_on": str(DAY), "leader": some[0].name},
        )
    )
    team = Team.objects.get()
    page = text(chair.get(to("team", team.pk) + f"?q={some[1].name}"))
    assert some[1].name in page
    done(chair.post(to("team", team.pk), {"_op": "add", "pick": [str(some[1].pk)], "since": str(DAY)}))
    assert team.members.count() == 2
    member = team.members.get(person=some[1])
    done(chair.post(to("team", team.pk), {"_op": "remove", "member": str(member.pk)}))
    assert "家电维修队" in text(chair.get(to("teams")))
    done(chair.post(to("team", team.pk), {"_op": "close", "on": str(DAY), "why": "合并"}))
    assert text(chair.get(to("work"))).count("选择 王") == 3
    assert "请先勾选" in text(chair.post(to("work"), {"key": "shift", "on": str(DAY)}), 422)
    done(chair.post(to("work"), {"key": "shift", "on": str(DAY), "pick": [str(one.pk) for one in some[:2]]}))
    assert WorkFact.objects.filter(key="shift").count() == 2
    done(chair.post(to("work"), {"key": "shift", "on": str(DAY), "holds": "no", "pick": [str(some[0].pk)]}))
    assert WorkFact.objects.filter(key="shift", until=None).count() == 1


def test_an_appeal_is_opened_with_a_reason_and_answered(world, city, make, claim, people):
    one = people(1)[0]
    event = make(way="first", total=3)
    row = claim(event, one)
    fault = Fault.objects.create(
        person=one, event=event, sign_up=row, org=world.fed, kind="absent", on=DAY, appeal_until=DAY + timedelta(15)
    )
    actions.appeal(fault=fault, words="孩子发烧去了医院", actor=me(one), at=AT)
    assert event.title in text(city.get(to("faults") + "?state=appealed"))
    assert "孩子发烧" not in text(city.get(to("fault", fault.pk)))
    assert "孩子发烧" in text(city.post(to("fault", fault.pk), {"_open": "1", "why": "处理申诉"}))
    done(city.post(to("fault", fault.pk), {"strike": "yes", "words": "情况属实"}))
    fault.refresh_from_db()
    assert fault.state == "struck"


def test_papers_and_what_people_thought(world, city, chair, make, claim, people):
    event = make(way="first", total=5)
    file = SimpleUploadedFile("签到表.pdf", PDF, "application/pdf")
    done(city.post(to("papers", event.pk), {"use": "evidence", "caption": "签到表", "file": file}))
    paper = Paper.objects.get()
    assert city.get(to("paper", paper.pk)).content.startswith(b"%PDF")
    assert chair.get(to("paper", paper.pk)).status_code == 404  # evidence is the organiser's
    rows = [claim(event, one) for one in people(3)]
    with clock.standing(AT + timedelta(days=10, hours=1)):
        for row, words in zip(rows, ("讲得好", "", ""), strict=True):
            actions.give_feedback(sign_up=row, score=5, words=words, actor=me(row.person), at=clock.now())
    page = text(city.get(to("feedback", event.pk)))
    assert "5.0" in page and "讲得好" not in page
    assert "不到 3 人" in text(city.post(to("feedback", event.pk), {"_op": "words"}), 422)
    assert "撤下" in text(city.post(to("papers", event.pk), {"_remove": str(paper.pk)})) or not Paper.objects.filter(
        removed_on=None
    )


def test_pages_of_one_session_s_own_places_and_of_a_matching_evening(world, city, make, claim, people):
    by_session = make(
        way="first", by_session=True, sessions=[(AT + timedelta(days=10), 2), (AT + timedelta(days=11), 3)]
    )
    page = text(city.get(to("quota", by_session.pk)))
    assert "第 1 场" in page and "第 2 场" in page
    evening = make("matching", way="first", total=4)
    text(city.get(to("matching", evening.pk)))
    text(city.get(to("event", evening.pk)))
    free = make("talk", way="none", title="露天电影")
    with clock.standing(AT + timedelta(days=10, minutes=5)):
        session = Session.objects.get(event=free)
        assert "登记现场人次" in text(city.get(to("session", session.pk)))
        done(city.post(to("session", session.pk), {"_op": "headcount", "count": "230"}))
    session.refresh_from_db()
    assert session.headcount == 230
    page = text(city.get(to("event", free.pk)))
    assert "230" in page and "现场点数" in page and "来了就能参加" in page and "候补" not in page


def test_an_event_of_another_union_is_read_but_not_run(world, chair, make):
    event = make(way="first", total=3)
    text(chair.get(to("event", event.pk)))
    for name in ("change", "cancel", "close", "papers"):
        assert chair.get(to(name, event.pk)).status_code == 403
    draft = make(way="first", total=3, published=False)
    assert chair.get(to("event", draft.pk)).status_code == 404


def test_settling_says_beforehand_how_many_stayed_away(world, city, make, claim, people):
    event = make(way="first", total=3)
    rows = [claim(event, one) for one in people(3)]
    session = Session.objects.get(event=event)
    with clock.standing(session.starts_at):
        actions.tick(session=session, sign_ups=[rows[0].pk], actor=world.machine, at=clock.now())
        actions.hold(event=event, actor=world.machine, at=clock.now())
    with clock.standing(session.ends_at + timedelta(days=1)):
        assert "没有到场的 2 人，各记一次爽约" in text(city.get(to("settle", event.pk)))
        done(city.post(to("settle", event.pk), {"_confirm": "1"}))
    assert Fault.objects.filter(event=event).count() == 2
