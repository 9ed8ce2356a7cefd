"""A weighted panel, a declared conflict, score sheets, the ranking with ties, the decision, an objection, papers."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx import Document
from pypdf import PdfReader

from gongjia.base import clock, sheets
from gongjia.faces.console.desk import todos
from gongjia.who.accounts import actions as accounts
from gongjia.who.accounts import queries as account_queries
from gongjia.who.members import actions as members
from gongjia.work.programmes import actions
from gongjia.work.programmes.models import Application, Conflict, Decision, Judge, JudgeScore
from gongjia.work.publish import actions as notices
from gongjia.work.publish.models import Notice
from tests.faces.console.programmes.conftest import applied, opened, passed, text, to
from tests.faces.login.tools import log_in
from tests.who.members.conftest import AT, DAY, in_role

CRITERIA = [
    {"key": "skill", "label": "技艺", "weight": "6", "most": "10"},
    {"key": "deeds", "label": "贡献", "weight": "4", "most": "10"},
]


@pytest.fixture
def contest(world, join):
    """Three nominated, passed by every desk, two places."""
    round_ = opened(
        world, title="2018年工匠评选", criteria=CRITERIA, quota=2, notice_place="unit", notice_days=5,
        notice_phone="0571-64000000", fields=({"key": "reason", "label": "事迹", "kind": "text", "required": True},),
    )  # fmt: skip
    some = [
        passed(applied(world, round_, join(world.firm, name).person), world.firm, world.fed)
        for name in ("王甲", "李乙", "张丙")
    ]
    return round_, some


def scored(world, round_, marks):
    """marks: judge name -> {application: (skill, deeds)}"""
    judges = actions.set_judges(
        round_=round_, judges=[actions.NewJudge(name) for name in marks], actor=world.machine, at=AT
    )
    for judge in judges:
        for one, (skill, deeds) in marks[judge.name].items():
            actions.score(
                judge=judge, application=one, marks={"skill": skill, "deeds": deeds}, actor=world.machine, at=AT
            )
    return judges


def test_judges_score_on_their_own_page_and_stand_aside(world, join, contest, city, holds):
    round_, (one, two, _three) = contest
    person = join(world.school, "赵评委", phone="19900007777").person
    sent = city.post(
        to("judges", round_.pk),
        {"j1_name": "赵评委", "j1_title": "技师", "j1_member": "19900007777", "j2_name": "钱评委"},
    )
    assert sent.status_code == 302, text(sent)
    mine = Judge.objects.get(name="赵评委")
    assert mine.person_id == person.pk and Judge.objects.get(name="钱评委").person_id is None
    unknown = city.post(to("judges", round_.pk), {"j1_name": "孙评委", "j1_member": "19900009999"})
    assert "没有找到叫“孙评委”" in text(unknown, 422)

    members.open_account(person=person, actor=None, at=AT)
    person.refresh_from_db()
    accounts.give_consent(account=person.account, version=account_queries.current_notice().version, at=AT)
    judge = log_in(Client(), person.account)
    assert "2018年工匠评选" in text(judge.get(to("my_panels")))
    listed = text(judge.get(to("scoring", mine.pk)))
    assert "王甲" in listed and "李乙" in listed
    assert "事迹" in text(judge.get(to("score", mine.pk, one.pk)))
    high = judge.post(to("score", mine.pk, one.pk), {"skill": "11", "deeds": "9"})
    assert "须在 0 到 10 分之间" in text(high, 422)
    done = judge.post(to("score", mine.pk, one.pk), {"skill": "9", "deeds": "8"})
    assert done.status_code == 302 and str(JudgeScore.objects.get().total) == "86.0000"
    aside = judge.post(to("score", mine.pk, two.pk), {"_aside": "1", "aside_reason": "师徒"})
    assert aside.status_code == 302 and Conflict.objects.get().reason == "师徒"
    assert "您已申明回避" in text(judge.get(to("score", mine.pk, two.pk)))
    other = Judge.objects.get(name="钱评委")
    assert judge.get(to("scoring", other.pk)).status_code == 404
    assert city.get(to("scoring", mine.pk)).status_code == 404  # nobody looks over a judge's shoulder
    waits = text(city.post(to("panel", round_.pk)), 422)
    assert "还缺评委打分" in waits


def test_a_judge_who_is_an_officer_finds_it_on_the_desk_until_all_is_scored(world, contest):
    round_, some = contest
    officer = in_role(world.lotus, "officer_township")
    judge = actions.set_judges(
        round_=round_, judges=[actions.NewJudge("周干部", person_id=officer.person_id)], actor=world.machine, at=AT
    )[0]
    assert [item.title for item in todos.items(officer, DAY)] == ["请为“2018年工匠评选”评分"]
    assert todos.items(officer, DAY)[0].url == to("scoring", judge.pk)
    for one in some[:2]:
        actions.score(judge=judge, application=one, marks={"skill": "9", "deeds": "9"}, actor=officer, at=AT)
    assert todos.items(officer, DAY)
    actions.declare_conflict(judge=judge, application=some[2], reason="同单位", actor=officer, at=AT)
    assert not todos.items(officer, DAY)


def test_a_score_sheet_goes_out_and_comes_back_whole_or_not_at_all(world, contest, city):
    round_, some = contest
    judge = actions.set_judges(round_=round_, judges=[actions.NewJudge("周评委")], actor=world.machine, at=AT)[0]
    book = sheets.read(city.get(to("sheet", judge.pk)).content, name="评分表.xlsx").first
    rows = [list(row) for row in book.rows if any(row)]
    assert any(some[0].number in row for row in rows)

    def upload(marks):
        lines = ["申报编号,申报人,技艺,贡献"] + [
            f"{one.number},{one.applicant_name},{a},{b}" for one, (a, b) in zip(some, marks, strict=True)
        ]
        file = SimpleUploadedFile("评分.csv", "\n".join(lines).encode("utf-8-sig"), "text/csv")
        return city.post(to("sheet_upload", judge.pk), {"file": file})

    bad = text(upload([(9, 8), (12, 8), (7, 7)]), 422)
    assert "须在 0 到 10 分之间" in bad and not JudgeScore.objects.exists()
    assert upload([(9, 8), (8, 8), (7, 7)]).status_code == 302
    assert JudgeScore.objects.count() == 3


def test_ranking_names_ties_and_the_meeting_chooses(world, contest, city):
    round_, (one, two, three) = contest
    scored(world, round_, {"甲": {one: ("9", "9"), two: ("8", "8"), three: ("8", "8")}})
    assert city.post(to("panel", round_.pk)).status_code == 302
    page = text(city.get(to("panel", round_.pk)))
    assert "第 2 名并列" in page and "并列跨过名额线" in page
    page = text(city.get(to("decide", round_.pk)))
    assert page.count("checked") == 1  # the tied ones are not chosen for the meeting
    values = {"decided_on": "2018-08-27", "meeting": "第 9 次主席会", "number": "建工〔2018〕41号"}
    many = {**values, "pick": [str(row.pk) for row in (one, two, three)]}
    assert "名额" in text(city.post(to("decide", round_.pk), many), 422)
    fine = city.post(to("decide", round_.pk), {**values, "pick": [str(one.pk), str(two.pk)]})
    decision = Decision.objects.get()
    assert fine["Location"] == to("decision", decision.pk)
    assert set(Application.objects.filter(state="on_notice").values_list("pk", flat=True)) == {one.pk, two.pk}


def test_an_upheld_objection_moves_the_next_one_up_and_the_rest_are_awarded(world, contest, city):
    round_, (one, two, three) = contest
    scored(world, round_, {"甲": {one: ("9", "9"), two: ("8", "8"), three: ("7", "7")}})
    actions.rank(round_=round_, actor=world.machine, at=AT)
    values = {"decided_on": "2018-08-27", "number": "建工〔2018〕41号", "pick": [str(one.pk), str(two.pk)]}
    city.post(to("decide", round_.pk), values)
    decision = Decision.objects.get()
    assert "公示期还没有满" in text(city.get(to("decision", decision.pk)))
    notice = Notice.objects.get()
    line = notice.lines.get(ref=two.pk)
    objection = notices.object_to(
        notice=notice, line=line, text="事迹不实，成果不是他的", contact="", account=None, at=AT
    )
    notices.settle_objection(objection=objection, upheld=True, answer="经核查属实", actor=world.machine, at=AT)
    page = text(city.get(to("decision", decision.pk)))
    assert "异议成立，办理递补" in page
    assert city.post(to("settle", decision.pk), {"_confirm": "1"}).status_code == 302
    two.refresh_from_db()
    three.refresh_from_db()
    assert (two.state, three.state) == ("declined", "on_notice")
    page = text(city.get(to("decision", decision.pk)))
    assert "张丙" in page and "按名次递补" in page
    later = AT + timedelta(days=30)
    with clock.standing(later):
        assert city.post(to("settle", decision.pk), {"_confirm": "1"}).status_code == 302
    one.refresh_from_db()
    assert one.state == "awarded"
    word = Document(io.BytesIO(city.get(to("paper", decision.pk, "decision")).content))
    texts = "\n".join(paragraph.text for paragraph in word.paragraphs)
    assert "建工〔2018〕41号" in texts and "特此决定" in texts
    board = Document(io.BytesIO(city.get(to("paper", decision.pk, "notice")).content))
    cells = "".join(cell.text for row in board.tables[0].rows for cell in row.cells)
    assert "王甲" not in cells and "李" not in cells  # masked, and the struck one is gone
    listed = PdfReader(io.BytesIO(city.get(to("paper", decision.pk, "list")).content))
    assert len(listed.pages) == 1
    award = one.award
    assert "撤销" in text(city.get(to("award", award.pk)))
    assert city.post(to("revoke", award.pk), {"_confirm": "1", "note": "弄虚作假"}).status_code == 302
    award.refresh_from_db()
    assert award.state == "revoked"


def test_a_judge_without_a_post_finds_the_panel_in_the_inbox_and_sees_no_other(world, join, contest):
    from gongjia.base import outbox

    round_, _some = contest
    judge, other = (
        members.open_account(person=join(world.firm, name).person, actor=None, at=AT) for name in ("评委甲", "评委乙")
    )
    named = [actions.NewJudge("评委甲", person_id=judge.pk), actions.NewJudge("评委乙", person_id=other.pk)]
    seats = {one.name: one for one in actions.set_judges(round_=round_, judges=named, actor=world.machine, at=AT)}
    [message] = [row for row in outbox.inbox(judge.account_id) if "评委" in row.title]
    assert message.url == to("scoring", seats["评委甲"].pk)
    actions.set_judges(round_=round_, judges=named, actor=world.machine, at=AT)  # told once
    assert sum("评委" in row.title for row in outbox.inbox(judge.account_id)) == 1
    client = log_in(Client(), account_queries.any_account(judge.account_id))
    page = text(client.get(message.url))
    assert "王甲" in page and "portal" in page
    assert client.get(to("scoring", seats["评委乙"].pk)).status_code == 404  # another judge's
    assert client.get(to("panel", round_.pk)).status_code in (403, 404)


def test_the_meeting_sees_the_sums_it_decides(world, join, contest, city):
    without = text(city.get(to("decide", contest[0].pk)))
    assert "王甲" in without and "拟定金额" not in without
    round_ = opened(world, title="2018年技能补贴", amount=500_00)
    passed(applied(world, round_, join(world.firm, "周丁").person), world.firm, world.fed)
    page = text(city.get(to("decide", round_.pk)))
    assert "拟定金额" in page and "500.00" in page
