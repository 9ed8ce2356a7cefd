"""What follows: appeals, revocation, score sheets, earlier years, figures, who moves up, the end of a round."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest

from gongjia.base import sheets
from gongjia.base.refused import Forbidden, Refused
from gongjia.who.members import actions as members
from gongjia.work.programmes import actions, queries
from gongjia.work.programmes.models import Application, Award, Judge, JudgeScore
from tests.work.programmes.conftest import AT, DAY, id_card, in_role, me, phone

pytestmark = pytest.mark.django_db


# -- after ------------------------------------------------------------------------------------------------------------
def test_an_appeal_upheld_goes_back_to_the_desk_and_one_dismissed_stays(world, member, make, apply):
    one = apply(make(), member)
    chair = in_role(world.firm, "chair_grassroots")
    actions.decline(application=one, reason="材料不实", actor=chair, at=AT)
    late = AT + timedelta(days=16)
    with pytest.raises(Refused) as why:
        actions.file_appeal(application=one, text="材料属实，请复核", actor=me(member), at=late)
    assert why.value.codes == ("appeal_late",)
    appeal = actions.file_appeal(application=one, text="材料属实，请复核", actor=me(member), at=AT)
    with pytest.raises(Forbidden):
        actions.settle_appeal(appeal=appeal, upheld=True, answer="属实", actor=chair, at=AT)
    actions.settle_appeal(appeal=appeal, upheld=True, answer="经核属实", actor=in_role(world.fed, "city_rights"), at=AT)
    one.refresh_from_db()
    assert (one.state, one.desk_org_id, one.outcome) == ("in_review", world.firm.pk, "")
    actions.decline(application=one, reason="仍不符合", actor=chair, at=AT)
    appeal = actions.file_appeal(application=one, text="再请复核一次", actor=me(member), at=AT)
    actions.settle_appeal(appeal=appeal, upheld=False, answer="维持原结果", actor=world.machine, at=AT)
    one.refresh_from_db()
    assert one.state == "declined"


def test_a_revoked_certificate_says_so(world, member, make, apply, through):
    round_ = make("general_org", title="示范单位")
    officer = in_role(world.firm, "chair_grassroots")
    one = through(apply(round_, None, {"deeds": "做法"}, actor=officer, for_org=world.firm))
    actions.decide(round_=round_, choices=[actions.Choice(one.pk)], decided_on=DAY, actor=world.machine, at=AT)
    award = Award.objects.get()
    found = queries.certificate(award.serial)
    assert found.valid and found.name_shown == world.firm.name and found.issued_by == world.fed.name
    assert queries.certificate(award.serial[:-1] + "0") is None
    with pytest.raises(Forbidden):
        actions.revoke(award=award, reason="查实造假", actor=officer, at=AT)
    actions.revoke(award=award, reason="查实造假", actor=in_role(world.fed, "city_labour"), at=AT)
    assert not queries.certificate(award.serial).valid


def _sheet(heads, rows):
    book = io.BytesIO()
    sheets.write(book, [sheets.SheetOut("表", [sheets.Column(head, text=True) for head in heads], rows)])
    return book.getvalue()


def test_a_score_sheet_is_all_or_nothing(world, people, make, apply, through):
    round_ = make(criteria=[{"key": "a", "label": "技艺", "weight": 1, "most": 10}])
    rows = [through(apply(round_, person)) for person in people(2)]
    actions.set_judges(round_=round_, judges=[actions.NewJudge("评委")], actor=world.machine, at=AT)
    judge = Judge.objects.get()
    by = {"judge": judge, "name": "打分.xlsx", "actor": world.machine, "at": AT}
    bad = actions.import_scores(
        source=_sheet(["申报编号", "技艺"], [[rows[0].number, "9"], [rows[1].number, "11"], ["x", "1"]]), **by
    )
    assert [(number, reasons[0].code) for number, _who, reasons in bad.refused] == [
        (3, "mark_range"),
        (4, "number_unknown"),
    ]
    assert not JudgeScore.objects.exists()
    good = actions.import_scores(
        source=_sheet(["申报编号", "技艺"], [[rows[0].number, "9"], [rows[1].number, "9.5"]]), **by
    )
    assert good.scored == 2
    again = actions.import_scores(source=_sheet(["编号", "技艺"], [[rows[0].number, "8"]]), **by)
    assert again.scored == 1 and JudgeScore.objects.get(application=rows[0]).total == Decimal("80.0000")
    with pytest.raises(Refused) as why:
        actions.import_scores(source=_sheet(["申报编号", "别的"], [[rows[0].number, "9"]]), **by)
    assert why.value.codes == ("score_heads",)
    places = actions.rank(round_=round_, actor=world.machine, at=AT)
    assert [place.ref for place in places] == [rows[1].pk, rows[0].pk]
    assert [row.pk for row in queries.ranking_rows(world.machine, round_)] == [rows[1].pk, rows[0].pk]


def test_the_statement_over_all_marks_says_what_the_rule_says_of_each(world, people, make, apply, through):
    from gongjia.work.programmes.actions.panel import _means
    from gongjia.work.programmes.models import Conflict
    from gongjia.work.programmes.rules import panel

    round_ = make(criteria=[{"key": "a", "label": "技艺", "weight": 1, "most": 10}])
    rows = [through(apply(round_, person)) for person in people(4)]
    judges = actions.set_judges(
        round_=round_, judges=[actions.NewJudge(name) for name in "甲乙丙"], actor=world.machine, at=AT
    )
    marks = {
        0: ("90", "80.5", "70.25"),
        1: ("33.3333", "66.6667", "66.6666"),
        2: ("10", "20", None),
        3: (None, None, None),
    }
    for place, totals in marks.items():
        for judge, total in zip(judges, totals, strict=True):
            if total is not None:
                JudgeScore.objects.create(judge=judge, application=rows[place], total=total, on=DAY)
    # the mark of one who stands aside, had it slipped in, counts for nothing
    Conflict.objects.create(judge=judges[1], application=rows[0], reason="师徒", declared_on=DAY)
    Conflict.objects.create(judge=judges[2], application=rows[2], reason="师徒", declared_on=DAY)
    said = {row[0]: row[1:] for row in _means(round_, [judge.pk for judge in judges])}
    for row in rows:
        own = dict(JudgeScore.objects.filter(application=row).values_list("judge_id", "total"))
        aside = set(Conflict.objects.filter(application=row).values_list("judge_id", flat=True))
        rule = panel.mean(row.pk, {judge.pk: judge.name for judge in judges}, own, aside)
        assert said[row.pk] == (rule.score, rule.judges, len(aside))
    with pytest.raises(Refused) as why:
        actions.rank(round_=round_, actor=world.machine, at=AT)
    assert len(why.value.reasons) == 1 and all(name in why.value.reasons[0].sentence for name in "甲乙丙")


def test_earlier_years_count_for_the_gap_and_never_in_the_figures(world, join, make, apply):
    from gongjia.base.period import Period

    number = id_card()
    person = members.open_account(person=join(world.firm, id_no=number, phone=phone()).person, actor=None, at=AT)
    heads = ["姓名", "身份证号", "项目", "日期", "金额"]
    by = {
        "type": "general",
        "org": world.fed,
        "name": "历年.xlsx",
        "before": date(2018, 1, 1),
        "actor": world.machine,
        "at": AT,
    }

    def brought(rows):
        batch = actions.upload_history(source=_sheet(heads, rows), **by)
        return actions.check_history(batch=batch, actor=world.machine, at=AT)

    bad = brought([["王小明", number, "疗休养", "2018-02-01", ""], ["王小明", id_card(), "疗休养", "2017-02-01", ""]])
    assert [verdict for _no, _who, verdict, _why in bad.verdicts] == ["refused", "refused"]
    assert "流程办理" in bad.verdicts[0][3] and "不在会员资料里" in bad.verdicts[1][3]
    with pytest.raises(Refused) as why:
        actions.run_history(batch=bad, digest=bad.digest, actor=world.machine, at=AT)
    assert why.value.codes == ("history_empty",) and not Award.objects.exists()
    rows = [["王小明", number, "疗休养", "2017年2月1日", "1,000"]]
    first = brought(rows)
    actions.run_history(batch=first, digest=first.digest, actor=world.machine, at=AT)
    assert (lambda done: (done.good, done.held))(brought(rows)) == (0, 1)
    award = Award.objects.get()
    assert (award.origin, award.amount, award.org_id, award.person_id) == ("import", 100_000, world.firm.pk, person.pk)
    period = Period.parse("2017")
    assert queries.counted.awarded(period).count() == 0 and not queries.payable(world.machine, at=AT)
    with pytest.raises(Refused) as why:
        apply(make(gap_years=2), person)
    assert why.value.codes == ("gap_running",) and "历史导入" in why.value.reasons[0].fact
    assert apply(make(gap_years=1), person).state == "in_review"  # the control: the gap is over


def test_figures_count_persons_once_and_a_later_revocation_does_not_rewrite_the_period(
    world, member, make, apply, through
):
    from gongjia.base.period import Period

    for title in ("一", "二"):
        round_ = make(title=title, amount=1000)
        one = through(apply(round_, member))
        actions.decide(round_=round_, choices=[actions.Choice(one.pk)], decided_on=DAY, actor=world.machine, at=AT)
    period = Period.parse("2018H2")
    awards = queries.counted.awarded(period, org=world.lotus)
    assert (awards.count(), queries.counted.persons(awards), queries.counted.amount(awards)) == (2, 1, 2000)
    assert queries.counted.awarded(period, org=world.yangxi).count() == 0
    assert queries.counted.applied(period).count() == 2 and queries.counted.applied(Period.parse("2018H1")).count() == 0
    last = Award.objects.order_by("pk").last()
    actions.revoke(award=last, reason="后来撤销", actor=world.machine, at=AT.replace(year=2019))
    assert queries.counted.awarded(period).count() == 2
    actions.revoke(award=Award.objects.exclude(pk=last.pk).get(), reason="当期撤销", actor=world.machine, at=AT)
    assert queries.counted.awarded(period).count() == 1


def test_an_open_round_takes_nothing_from_who_has_applied(world, member, make, apply):
    round_ = make()
    by = {"actor": world.machine, "at": AT}
    for values in ({"conditions": []}, {"amount": 5}, {"gap_years": 3}):
        with pytest.raises(Refused) as why:
            actions.change_round(round_=round_, values=values, **by)
        assert why.value.codes == ("round_open",)
    actions.change_round(round_=round_, values={"brief": "说明"}, **by)
    apply(round_, member, submit=False)
    with pytest.raises(Refused) as why:
        actions.change_round(round_=round_, values={}, fields=[{"key": "b", "label": "乙", "kind": "text"}], **by)
    assert why.value.codes == ("form_in_use",)


def test_who_is_no_longer_eligible_does_not_move_up_and_holds_nobody_up(world, people, make, apply, through):
    from gongjia.work.publish import actions as notices

    round_ = make(notice_place="site", notice_days=5, notice_phone="0571-64000000", quota=1)
    rows = [through(apply(round_, person)) for person in people(3)]
    for place, row in enumerate(rows):
        Application.objects.filter(pk=row.pk).update(score=Decimal(90 - place))
    actions.rank(round_=round_, actor=world.machine, at=AT)
    decision = actions.decide(
        round_=round_, choices=[actions.Choice(rows[0].pk)], decided_on=DAY, actor=world.machine, at=AT
    )
    members.leave_for_outside(person=rows[1].person, to="外地", on=DAY, actor=world.machine, at=AT)
    objection = notices.object_to(
        notice=decision.notice, text="材料不真实", at=AT, line=decision.notice.lines.get(ref=rows[0].pk)
    )
    notices.settle_objection(objection=objection, upheld=True, answer="经调查属实", actor=world.machine, at=AT)
    done = actions.settle_notice(decision=decision, actor=world.machine, at=AT)
    assert [one.pk for one in done.moved_up.applications.all()] == [rows[2].pk]
    assert actions.settle_due_notices(actor=world.machine, at=AT + timedelta(days=10)) == {"awarded": 1, "struck": 0}


def test_a_finished_round_tells_everybody_and_waits_for_what_is_still_looked_at(world, people, make, apply, through):
    round_ = make()
    chosen, waiting, returned, at_desk = [apply(round_, person) for person in people(4)]
    for row in (chosen, waiting):
        through(row)
    actions.send_back(application=returned, missing="缺证明", actor=world.machine, at=AT)
    actions.decide(round_=round_, choices=[actions.Choice(chosen.pk)], decided_on=DAY, actor=world.machine, at=AT)
    with pytest.raises(Refused) as why:
        actions.finish_round(round_=round_, actor=world.machine, at=AT)
    assert why.value.codes == ("still_open",)
    actions.decline(application=at_desk, reason="条件不符", actor=world.machine, at=AT)
    assert actions.finish_round(round_=round_, actor=world.machine, at=AT) == 1
    states = dict(Application.objects.values_list("pk", "state"))
    assert [states[row.pk] for row in (chosen, waiting, returned, at_desk)] == [
        "awarded",
        "declined",
        "withdrawn",
        "declined",
    ]
    waiting.refresh_from_db()
    assert waiting.outcome == "未通过"


def test_a_notice_taken_down_proves_nothing_until_it_hung_again(world, member, make, apply, through):
    from gongjia.work.publish import actions as notices

    round_ = make(notice_place="site", notice_days=5, notice_phone="0571-64000000")
    one = through(apply(round_, member))
    decision = actions.decide(
        round_=round_, choices=[actions.Choice(one.pk)], decided_on=DAY, actor=world.machine, at=AT
    )
    with pytest.raises(Refused):
        actions.renotice(decision=decision, actor=world.machine, at=AT)
    notices.take_down(notice=decision.notice, why="错字", actor=world.machine, at=AT)
    late = AT + timedelta(days=30)
    assert not actions.settle_notice(decision=decision, actor=world.machine, at=late).awarded
    actions.renotice(decision=decision, actor=world.machine, at=late)
    decision.refresh_from_db()
    assert not actions.settle_notice(decision=decision, actor=world.machine, at=late).awarded
    assert len(actions.settle_notice(decision=decision, actor=world.machine, at=late + timedelta(days=20)).awarded) == 1
