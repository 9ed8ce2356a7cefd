"""Acts on real rows: drafts, counter, places, bulk, movers, lateness, appeals, revocation, score sheets, history."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test.utils import CaptureQueriesContext

from gongjia.base import journal, outbox, sheets
from gongjia.base.refused import Forbidden, Hidden, Refused
from gongjia.who.members import actions as members
from gongjia.work.programmes import actions, queries
from gongjia.work.programmes.models import Application, Award, Judge, JudgeScore, Quota, Review
from tests.work.programmes.conftest import AT, DAY, id_card, in_role, me, phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(world, join):
    def some(count, org=None):
        return [
            members.open_account(person=join(org or world.firm, name=f"员工{n}").person, actor=None, at=AT)
            for n in range(count)
        ]

    return some


# -- drafts ---------------------------------------------------------------------------------------------------
def test_sensitive_answers_are_sealed_from_the_first_keystroke(world, member, make, apply):
    from django.db import connection

    draft = apply(make(), member, {"reason": "病", "income": "31,415"}, submit=False)
    with connection.cursor() as cursor:
        cursor.execute("select answers::text, answers_sealed from programmes_application where id = %s", [draft.pk])
        plain, sealed = cursor.fetchone()
    assert "3141500" not in plain and sealed and b"3141500" not in bytes(sealed)
    assert actions.own_answers(application=draft, actor=me(member))["income"] == 3_141_500
    with pytest.raises(Hidden):
        actions.save_draft(
            application=draft, answers={"reason": "x"}, actor=in_role(world.firm, "chair_grassroots"), at=AT
        )
    with pytest.raises(Hidden):  # a draft is nobody's business but the applicant's
        queries.application_page(in_role(world.fed, "city_rights"), draft.pk, today=DAY)


def test_two_pages_do_not_overwrite_one_another_and_starting_again_goes_on(member, make, apply):
    round_ = make()
    draft = apply(round_, member, submit=False)
    assert actions.start_draft(round_=round_, actor=me(member), at=AT).pk == draft.pk
    saved = actions.save_draft(
        application=draft, answers={"reason": "改"}, actor=me(member), at=AT, revision=draft.revision
    )
    with pytest.raises(Refused) as why:
        actions.save_draft(
            application=draft, answers={"reason": "旧"}, actor=me(member), at=AT, revision=saved.revision - 1
        )
    assert why.value.codes == ("saved_elsewhere",)


def test_drafts_nobody_came_back_to_are_purged_and_nothing_else(world, member, make, apply):
    round_ = make()
    one = apply(round_, member)
    other = apply(make(title="另一个"), member, submit=False)
    assert actions.purge_drafts(actor=world.machine, at=AT + timedelta(days=59)) == 0
    assert actions.purge_drafts(actor=world.machine, at=AT + timedelta(days=61)) == 1
    assert list(Application.objects.values_list("pk", flat=True)) == [one.pk]
    assert journal.timeline(other)[0].action == "programmes.drafts_purged"


def test_submitting_says_everything_that_is_missing_and_a_second_one_is_refused(world, member, make, apply):
    round_ = make(conditions=[{"check": "member"}, {"check": "skill", "least": "3"}])
    draft = apply(round_, member, {"income": "1"}, submit=False)
    with pytest.raises(Refused) as why:
        actions.submit(application=draft, actor=me(member), at=AT)
    assert set(why.value.codes) == {"reason_missing", "skill_low"}
    asked = queries.eligibility(me(member), round_, at=AT)
    assert [reason.code for reason in asked.reasons] == ["skill_low"]  # the same words before the form
    round_two = make()
    apply(round_two, member)
    again = actions.start_draft(round_=round_two, actor=me(member), at=AT)
    actions.save_draft(application=again, answers={"reason": "再来"}, actor=me(member), at=AT)
    with pytest.raises(Refused) as why:
        actions.submit(application=again, actor=me(member), at=AT)
    assert why.value.codes == ("applied_already",) and why.value.reasons[0].fact.startswith("2018-TY-")


def test_at_the_counter_the_day_on_the_paper_counts(world, member, make):
    before = AT - timedelta(days=9)
    round_ = make(at=before, opens_at=before, closes_at=AT - timedelta(days=1))
    chair = in_role(world.firm, "chair_grassroots")
    with pytest.raises(Forbidden):
        actions.start_draft(
            round_=round_, person_id=member.pk, happened_on=DAY, actor=in_role(world.other, "chair_grassroots"), at=AT
        )
    with pytest.raises(Refused):
        actions.start_draft(round_=round_, person_id=member.pk, actor=chair, at=AT)
    by = {"actor": chair, "at": AT}
    draft = actions.start_draft(round_=round_, person_id=member.pk, happened_on=DAY - timedelta(days=3), **by)
    actions.save_draft(application=draft, answers={"reason": "代办"}, **by)
    one = actions.submit(application=draft, **by)
    assert one.counter and one.entered_by_id == chair.person_id and one.state == "in_review"
    assert "programmes.at_counter" in {line.action for line in journal.timeline(one)}
    late = actions.start_draft(
        round_=make(at=before, opens_at=before, closes_at=AT - timedelta(days=4)),
        person_id=member.pk,
        happened_on=DAY,
        **by,
    )
    actions.save_draft(application=late, answers={"reason": "代办"}, **by)
    with pytest.raises(Refused) as why:  # the control: handed in after the closing day
        actions.submit(application=late, **by)
    assert why.value.codes == ("too_late",)


# -- places and bulk ----------------------------------------------------------------------------------------------
def test_places_are_handed_down_used_and_given_back(world, people, make, apply):
    round_ = make(quota=3)
    city, town = in_role(world.fed, "city_rights"), in_role(world.lotus, "officer_township")
    with pytest.raises(Refused) as why:
        actions.give_quota(round_=round_, giver=world.fed, to=[(world.lotus, 2), (world.yangxi, 2)], actor=city, at=AT)
    assert why.value.codes == ("quota_over",)
    actions.give_quota(round_=round_, giver=world.fed, to=[(world.lotus, 1), (world.yangxi, 2)], actor=city, at=AT)
    rows = [apply(round_, person) for person in people(2)]
    for row in rows:
        actions.pass_on(application=row, actor=world.machine, at=AT)
    done = actions.review_many(applications=rows, verdict="pass", actor=town, at=AT)
    assert len(done.done) == 1 and [reason.code for _row, some in done.refused for reason in some] == ["quota_full"]
    board = queries.quota_board(city, round_)
    assert [(line.own, line.used, line.free, line.applied) for line in board.lines] == [(1, 1, 0, 2), (2, 0, 2, 0)] or [
        (line.own, line.used, line.free) for line in board.lines
    ] == [(2, 0, 2), (1, 1, 0)]
    street = in_role(world.yangxi, "officer_township")
    actions.return_quota(round_=round_, org=world.yangxi, number=1, actor=street, at=AT)
    with pytest.raises(Refused) as why:
        actions.return_quota(round_=round_, org=world.yangxi, number=2, actor=street, at=AT)
    assert why.value.codes == ("quota_not_free",)
    actions.give_quota(round_=round_, giver=world.fed, to=[(world.lotus, 2)], actor=city, at=AT)
    assert len(actions.review_many(applications=rows, verdict="pass", actor=town, at=AT).done) == 1
    assert Quota.objects.get(org=world.yangxi).returned == 1


def test_a_bulk_pass_checks_each_one_and_costs_a_fixed_number_of_queries(
    world, people, make, apply, django_assert_max_num_queries
):
    from django.db import connection

    def run(count):
        round_ = make()
        rows = [apply(round_, person) for person in people(count)]
        with CaptureQueriesContext(
            connection,
        ) as seen:
            done = actions.review_many(applications=rows, verdict="pass", actor=world.machine, at=AT)
        assert len(done.done) == count
        return len(seen)

    few, many = run(2), run(12)
    assert many == few


def test_what_no_longer_holds_is_named_and_the_others_go_on(world, people, make, apply):
    round_ = make()
    good, gone = people(2)
    rows = [apply(round_, good), apply(round_, gone)]
    members.leave_for_outside(person=gone, to="外地", on=DAY, actor=world.machine, at=AT)
    done = actions.review_many(applications=rows, verdict="pass", actor=world.machine, at=AT)
    assert done.done == [rows[0].pk]
    [(row, reasons)] = done.refused
    assert row.pk == rows[1].pk and "not_member" in {reason.code for reason in reasons}
    assert Review.objects.count() == 1


def test_nobody_reviews_their_own(world, make, apply, join):
    chair = members.open_account(person=join(world.firm, name="主席").person, actor=None, at=AT)
    actor = in_role(world.firm, "chair_grassroots", person=chair)
    one = apply(make(), chair)
    with pytest.raises(Refused) as why:
        actions.pass_on(application=one, actor=actor, at=AT)
    assert why.value.codes[0] == "own_application"


# -- movers and lateness --------------------------------------------------------------------------------------------
def test_who_moves_before_the_own_union_spoke_goes_to_the_new_one_later_the_old_one_counts(world, people, make, apply):
    first, second = people(2)
    round_ = make()
    early, late = apply(round_, first), apply(round_, second)
    late = actions.pass_on(application=late, actor=world.machine, at=AT)
    for person in (first, second):
        transfer = members.offer(person=person, to_org=world.other, actor=world.machine, at=AT)
        members.accept(transfer=transfer, actor=world.machine, at=AT)
    assert actions.follow_movers(actor=world.machine, at=AT) == {"rerouted": 1, "gone": 0}
    early.refresh_from_db(), late.refresh_from_db()
    assert (early.org_id, early.desk_org_id, early.scope_org_id) == (world.other.pk,) * 3
    assert [stop["name"] for stop in early.route] == ["乙公司工会委员会", "洋溪街道工会", "测试市总工会"]
    assert (late.org_id, late.desk_org_id) == (world.firm.pk, world.lotus.pk)
    assert journal.timeline(early)[0].action == "programmes.rerouted"
    assert actions.follow_movers(actor=world.machine, at=AT) == {"rerouted": 0, "gone": 0}


def test_late_desks_are_reminded_then_the_union_above_as_well(world, member, make, apply, join):
    from gongjia.who.members.models import Position

    officers = {}
    for org, role in ((world.firm, "chair_grassroots"), (world.lotus, "officer_township")):
        person = members.open_account(person=join(world.school, name=role).person, actor=None, at=AT)
        Position.objects.create(person=person, org=org, role=role, since=date(2018, 1, 1), confirmed_on=DAY)
        officers[org.pk] = person.account_id
    one = apply(make(), member)
    at = AT + timedelta(days=10)
    unread = lambda: {pk: outbox.unread(account) for pk, account in officers.items()}  # noqa: E731
    before = unread()
    assert actions.remind_overdue(actor=world.machine, at=AT) == 0
    assert actions.remind_overdue(actor=world.machine, at=at) == 1
    assert actions.remind_overdue(actor=world.machine, at=at) == 0  # not twice a day
    assert unread()[world.firm.pk] == before[world.firm.pk] + 1 and unread()[world.lotus.pk] == before[world.lotus.pk]
    assert actions.remind_overdue(actor=world.machine, at=at + timedelta(days=7)) == 1
    assert unread()[world.lotus.pk] == before[world.lotus.pk] + 1
    row = queries.desk_rows(world.machine, today=at.date())[0]
    assert row.id == one.pk and row.days_left < 0


def test_rounds_close_extend_and_cancel_and_applicants_are_told(world, member, make, apply):
    round_ = make(closes_at=AT + timedelta(days=2))
    apply(round_, member, submit=False)
    told = outbox.unread(member.account_id)
    with pytest.raises(Refused) as why:
        actions.extend_round(round_=round_, until=AT + timedelta(days=1), reason="", actor=world.machine, at=AT)
    assert why.value.codes == ("until_earlier",)
    actions.extend_round(round_=round_, until=AT + timedelta(days=5), reason="报名不足", actor=world.machine, at=AT)
    assert outbox.unread(member.account_id) == told + 1
    assert actions.close_due_rounds(actor=world.machine, at=AT + timedelta(days=4)) == 0
    assert actions.close_due_rounds(actor=world.machine, at=AT + timedelta(days=5)) == 1
    round_.refresh_from_db()
    assert round_.state == "closed"
    assert actions.cancel_round(round_=round_, reason="经费未落实", actor=world.machine, at=AT) == 1
    assert Application.objects.get().state == "withdrawn" and outbox.unread(member.account_id) == told + 2


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
    bad = actions.import_awards(
        source=_sheet(
            heads, [["王小明", number, "疗休养", "2018-02-01", ""], ["王小明", id_card(), "疗休养", "2017-02-01", ""]]
        ),
        **by,
    )
    assert [reasons[0].code for _n, _w, reasons in bad.refused] == [
        "not_history",
        "person_unknown",
    ] and not Award.objects.exists()
    source = _sheet(heads, [["王小明", number, "疗休养", "2017年2月1日", "1,000"]])
    assert actions.import_awards(source=source, **by).added == 1
    assert (lambda done: (done.added, done.skipped))(actions.import_awards(source=source, **by)) == (0, 1)
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
