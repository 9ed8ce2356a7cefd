"""Acts on real rows: drafts, counter, places, bulk, movers, lateness."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test.utils import CaptureQueriesContext

from gongjia.base import journal, outbox
from gongjia.base.refused import Forbidden, Hidden, Refused
from gongjia.who.members import actions as members
from gongjia.work.programmes import actions, queries
from gongjia.work.programmes.models import Application, Quota, Review
from tests.work.programmes.conftest import AT, DAY, in_role, me

pytestmark = pytest.mark.django_db


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
    assert row.id == one.pk and row.due < at.date()
    one.refresh_from_db()
    assert queries.desks.words_left(one, at.date()) == "逾期 3 个工作日"


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
