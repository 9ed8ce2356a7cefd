"""The chain by hand: handed in, desks in the real tree, sent back, mended, decided, on notice, awarded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongjia.base import journal
from gongjia.base.refused import Forbidden, Hidden, Refused
from gongjia.work.programmes import actions, queries
from gongjia.work.programmes.models import Application, Award, Review
from gongjia.work.publish import actions as notices
from tests.work.programmes.conftest import AT, DAY, in_role, me

pytestmark = pytest.mark.django_db


def test_desks_follow_the_real_tree_and_one_is_returned_mended_and_awarded(world, member, make, apply):
    round_ = make()
    one = apply(round_, member)
    assert one.state == "in_review" and one.number == "2018-TY-000001"
    assert [stop["name"] for stop in one.route] == ["甲公司工会委员会", "莲花镇工会", "测试市总工会"]
    assert one.desk_org_id == world.firm.pk and one.desk_due > DAY

    firm, town, city = (
        in_role(org, role)
        for org, role in (
            (world.firm, "chair_grassroots"),
            (world.lotus, "officer_township"),
            (world.fed, "city_rights"),
        )
    )
    with pytest.raises(Refused) as why:
        actions.send_back(application=one, missing="", actor=firm, at=AT)
    assert why.value.codes == ("missing_unsaid",)
    actions.send_back(application=one, missing="缺身份证照片", actor=firm, at=AT)
    one.refresh_from_db()
    assert one.state == "returned" and one.missing == "缺身份证照片"
    actions.save_draft(application=one, answers={"reason": "家里有困难，已补照片"}, actor=me(member), at=AT)
    one = actions.submit(application=one, actor=me(member), at=AT)
    assert (one.state, one.desk_no, one.number) == ("in_review", 1, "2018-TY-000001")

    one = actions.pass_on(application=one, actor=firm, at=AT)
    assert one.desk_org_id == world.lotus.pk
    one = actions.pass_on(application=one, actor=town, at=AT)
    one = actions.pass_on(application=one, actor=city, at=AT)
    assert one.ready and one.desk_org_id is None
    decision = actions.decide(
        round_=round_, choices=[actions.Choice(one.pk)], decided_on=DAY, number="建总工〔2018〕9号", actor=city, at=AT
    )
    one.refresh_from_db()
    award = Award.objects.get()
    assert one.state == "awarded" and award.application_id == one.pk and award.decision == decision
    given = [line.action for line in journal.timeline(award)]
    assert given and given == [line.action for line in journal.timeline(one)][: len(given)]  # what gave it
    verdicts = list(Review.objects.order_by("on", "id").values_list("desk", "verdict", "by_name"))
    assert [row[:2] for row in verdicts] == [(1, "return"), (1, "pass"), (2, "pass"), (3, "pass")]
    actions_seen = {line.action for line in journal.timeline(one)}
    assert {"application.submit", "application.return", "application.resubmit", "application.pass"} <= actions_seen
    steps = queries.my_application(me(member), one.pk, today=DAY).steps
    assert [step.state for step in steps] == ["done"] * 6 and "莲花镇工会" in steps[2].label


def test_notice_holds_award_and_money_until_its_days_have_run(world, member, make, apply, through):
    round_ = make(notice_place="site", notice_days=5, notice_phone="0571-64000000", amount=500_00)
    one = through(apply(round_, member))
    decision = actions.decide(
        round_=round_, choices=[actions.Choice(one.pk)], decided_on=DAY, actor=world.machine, at=AT
    )
    one.refresh_from_db()
    assert one.state == "on_notice" and decision.notice.state == "posted"
    line = decision.notice.lines.get()
    assert line.name_shown == "王*" and line.ref == one.pk
    early = actions.settle_notice(decision=decision, actor=world.machine, at=AT + timedelta(days=2))
    assert [reason.code for reason in early.waiting] == ["notice_running"] and not Award.objects.exists()
    late = AT + timedelta(days=8)
    done = actions.settle_notice(decision=decision, actor=world.machine, at=late)
    assert len(done.awarded) == 1 and done.awarded[0].amount == 500_00
    assert [row.pk for row in queries.payable(world.machine, at=late)] == [done.awarded[0].pk]
    assert queries.why_not_payable(done.awarded[0], at=late) == []


def test_an_upheld_objection_strikes_one_and_the_next_moves_up(world, join, make, apply, through):
    from gongjia.who.members import actions as members

    people = [members.open_account(person=join(world.firm, name=f"王{n}").person, actor=None, at=AT) for n in "甲乙丙"]
    round_ = make(
        notice_place="site",
        notice_days=5,
        notice_phone="0571-64000000",
        quota=2,
        criteria=[
            {"key": "skill", "label": "技艺", "weight": 60, "most": 10},
            {"key": "work", "label": "业绩", "weight": 40, "most": 10},
        ],
    )
    rows = [through(apply(round_, person)) for person in people]
    judges = actions.set_judges(
        round_=round_, judges=[actions.NewJudge("评委一"), actions.NewJudge("评委二")], actor=world.machine, at=AT
    )
    actions.declare_conflict(judge=judges[0], application=rows[0], reason="师徒关系", actor=world.machine, at=AT)
    with pytest.raises(Refused) as why:
        actions.score(judge=judges[0], application=rows[0], marks={"skill": 9, "work": 9}, actor=world.machine, at=AT)
    assert why.value.codes == ("judge_aside",)
    with pytest.raises(Refused) as why:
        actions.rank(round_=round_, actor=world.machine, at=AT)
    assert set(why.value.codes) == {"marks_missing"}
    for judge in judges:
        for row, mark in zip(rows, (9, 8, 7), strict=True):
            if (judge, row) != (judges[0], rows[0]):
                actions.score(
                    judge=judge, application=row, marks={"skill": mark, "work": "8.5"}, actor=world.machine, at=AT
                )
    places = actions.rank(round_=round_, actor=world.machine, at=AT)
    assert [(place.ref, place.rank) for place in places] == [(rows[0].pk, 1), (rows[1].pk, 2), (rows[2].pk, 3)]
    assert str(places[0].score) == "88.0000"
    decision = actions.decide(
        round_=round_,
        choices=[actions.Choice(rows[0].pk), actions.Choice(rows[1].pk)],
        decided_on=DAY,
        actor=world.machine,
        at=AT,
    )
    notice = decision.notice
    objection = notices.object_to(notice=notice, text="他不是本人完成的", at=AT, line=notice.lines.get(ref=rows[0].pk))
    done = actions.settle_notice(decision=decision, actor=world.machine, at=AT + timedelta(days=8))
    assert [reason.code for reason in done.waiting] == ["objection_open"] and not Award.objects.exists()
    notices.settle_objection(objection=objection, upheld=True, answer="经调查情况属实", actor=world.machine, at=AT)
    done = actions.settle_notice(decision=decision, actor=world.machine, at=AT + timedelta(days=8))
    assert [one.pk for one in done.struck] == [rows[0].pk] and [a.application_id for a in done.awarded] == [rows[1].pk]
    assert done.moved_up.supplement_of == decision
    states = dict(Application.objects.values_list("pk", "state"))
    assert [states[row.pk] for row in rows] == ["declined", "awarded", "on_notice"]
    later = actions.settle_notice(decision=done.moved_up, actor=world.machine, at=AT + timedelta(days=20))
    assert [award.application_id for award in later.awarded] == [rows[2].pk]


def test_only_the_desk_whose_turn_it_is_speaks(world, member, make, apply):
    one = apply(make(), member)
    in_role(world.firm, "chair_grassroots")
    from gongjia.who.members.models import Position

    chair = in_role(world.firm, "chair_grassroots")
    Position.objects.create(
        person_id=chair.person_id, org=world.firm, role="chair_grassroots", since=DAY, confirmed_on=DAY
    )
    for stranger in (in_role(world.other, "chair_grassroots"), in_role(world.lotus, "officer_township"), me(member)):
        with pytest.raises(Forbidden):
            actions.pass_on(application=one, actor=stranger, at=AT)
    # late: the union above may stand in, and it shows
    late = AT + timedelta(days=30)
    done = actions.pass_on(application=one, actor=in_role(world.lotus, "officer_township"), at=late)
    assert done.desk_org_id == world.lotus.pk
    assert Review.objects.get().from_above and Review.objects.get().days_over > 0


def test_foreign_eyes_see_nothing(world, member, join, make, apply):
    one = apply(make(), member)
    for stranger in (in_role(world.other, "chair_grassroots"), me(join(world.other).person)):
        with pytest.raises(Hidden):
            queries.application_page(stranger, one.pk, today=DAY)
    assert queries.application_page(in_role(world.firm, "chair_grassroots"), one.pk, today=DAY).application.pk == one.pk


def test_a_sensitive_programme_starts_above_the_own_union_which_sees_only_that_one_exists(world, member, make, apply):
    round_ = make(sensitive=True)
    one = apply(round_, member, {"reason": "生病", "income": "30,000"})
    assert [stop["name"] for stop in one.route] == ["莲花镇工会", "测试市总工会"]
    chair = in_role(world.firm, "chair_grassroots")
    with pytest.raises(Hidden):
        queries.application_page(chair, one.pk, today=DAY)
    assert queries.hidden_counts(chair) == {round_.pk: 1}
    town = in_role(world.lotus, "officer_township")
    page = queries.application_page(town, one.pk, today=DAY)
    assert [line.sealed for line in page.answers] == [False, True] and "30" not in page.answers[1].text
    assert "income" not in Application.objects.get().answers
    told = actions.read_sealed(application=one, keys=["income"], reason="审核家庭收入", actor=town, at=AT)
    assert told == {"income": "30,000.00 元"}
    assert journal.timeline(one)[0].action == "programmes.sealed_read"
