"""The types on real rows: a rider joins, a union is founded, aid flows only with a file, tuition waits for graduation."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gongjia.base.actor import Actor
from gongjia.base.refused import Refused
from gongjia.who.accounts import actions as account_actions
from gongjia.who.members.models import Membership, Person, Trade
from gongjia.who.orgs.models import Org
from gongjia.work.programmes import actions, queries
from gongjia.work.programmes.models import Application, Award, Round
from gongjia.work.programmes.registry import TYPES
from tests.work.programmes.conftest import AT, DAY, id_card, in_role, me, phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def trades(db):
    for order, (code, name) in enumerate((("rider", "网约送餐员"), ("courier", "快递员")), start=1):
        Trade.objects.create(code=code, name=name, group="four", since=date(2015, 1, 1), order=order)


@pytest.fixture
def rider(trades, world):
    actions.set_routes(
        rows=[
            actions.Route(world.other, trade="rider"),
            actions.Route(world.firm, trade="rider", area="莲花镇"),
            actions.Route(world.other),
        ],
        actor=world.machine, at=AT,
    )  # fmt: skip
    number = phone()
    [account] = account_actions.open_accounts(
        rows=[account_actions.NewAccount(display_name="骑手", phone=number)], actor=None, at=AT
    )
    return Actor(account, None, "骑手"), number


def _join(make, rider, **changes):
    actor, number = rider
    round_ = Round.objects.filter(type="join").first() or make("join", title="入会申请")
    draft = actions.start_draft(round_=round_, actor=actor, at=AT)
    answers = {
        "name": "王骑手", "id_kind": "id_card", "id_no": id_card(), "phone": number, "trade": "rider", "platform": "某平台",
        "area": "莲花镇", "agree": True, **changes,
    }  # fmt: skip
    return actions.save_draft(application=draft, answers=answers, actor=actor, at=AT)


def test_a_rider_without_an_employer_joins_by_trade_and_area(world, make, rider):
    draft = _join(make, rider)
    assert draft.applicant_name == "王骑手" and "id_no" not in draft.answers and draft.answers_sealed
    one = actions.submit(application=draft, actor=rider[0], at=AT)
    assert one.org_id == world.firm.pk and [stop["name"] for stop in one.route] == ["甲公司工会委员会"]
    assert one.desk_due == date(2018, 8, 30)  # three working days
    chair = in_role(world.firm, "chair_grassroots")
    one = actions.pass_on(application=one, actor=chair, at=AT)
    assert one.state == "awarded"
    spell = Membership.objects.get(person__name="王骑手")
    assert (spell.org_id, spell.since, spell.trade, spell.area) == (world.firm.pk, DAY, "rider", "莲花镇")
    award = Award.objects.get()
    assert award.person_id == spell.person_id and award.kind == "status" and award.amount == 0
    assert Person.objects.get(pk=spell.person_id).account_id == rider[0].account_id
    round_ = Round.objects.get(type="join")
    again = queries.eligibility(Actor(rider[0].account_id, spell.person_id, "骑手"), round_, at=AT)
    assert not again.ok and again.reasons[0].code == "already_member"


def test_joining_by_qr_goes_to_that_union_and_an_unfit_one_is_refused(world, make, rider):
    draft = _join(make, rider, union=str(world.lotus.pk))
    with pytest.raises(Refused) as why:
        actions.submit(application=draft, actor=rider[0], at=AT)
    assert why.value.codes == ("union_no_members",)
    draft = actions.save_draft(application=draft, answers={"union": str(world.school.pk)}, actor=rider[0], at=AT)
    assert actions.submit(application=draft, actor=rider[0], at=AT).org_id == world.school.pk


def test_routing_without_a_row_is_refused_with_the_clause(world, make, rider):
    actions.set_routes(rows=[actions.Route(world.other, trade="courier")], actor=world.machine, at=AT)
    with pytest.raises(Refused) as why:
        actions.submit(application=_join(make, rider), actor=rider[0], at=AT)
    assert why.value.codes == ("no_route",) and "会籍管理办法" in why.value.reasons[0].clause


def test_a_union_is_founded_by_application(world, make, member, paper):
    round_ = make("found", title="建会申请")
    actor = me(member)
    draft = actions.start_draft(round_=round_, actor=actor, at=AT)
    answers = {
        "parent": str(world.lotus.pk), "org_kind": "single", "name": "丙公司工会委员会", "employer_name": "丙公司",
        "staff_count": "60", "staff_women": "20",
        "group": [{"name": "甲", "side": "party"}, {"name": "乙", "side": "workers"}],
    }  # fmt: skip
    draft = actions.save_draft(application=draft, answers=answers, actor=actor, at=AT)
    one = actions.submit(application=draft, actor=actor, at=AT)
    town = in_role(world.lotus, "officer_township")
    one = actions.pass_on(application=one, actor=town, at=AT)
    org = Org.objects.get(name="丙公司工会委员会")
    assert (one.state, one.stage, org.state, org.parent_id) == ("returned", 2, "preparing", world.lotus.pk)
    assert "选举结果报告" in one.missing
    from gongjia.base.journal.models import Attachment

    Attachment.objects.filter(pk=paper.pk).update(created_by=actor.account_id)
    second = {
        "elected_on": "2018-08-20", "members": "30", "women_members": "9", "form": "committee", "committee_size": "5",
        "chair": "丁一", "no_kin": True, "audit_committee": True, "result": [str(paper.pk)],
    }  # fmt: skip
    actions.save_draft(application=one, answers=second, actor=actor, at=AT)
    one = actions.submit(application=one, actor=actor, at=AT)
    one = actions.pass_on(application=one, actor=town, at=AT)
    assert one.ready
    with pytest.raises(Refused) as why:
        actions.decide(round_=round_, choices=[actions.Choice(one.pk)], decided_on=DAY, actor=town, at=AT)
    assert why.value.codes == ("approval_missing",)
    actions.decide(
        round_=round_, choices=[actions.Choice(one.pk)], decided_on=DAY, number="莲工〔2018〕3号", attachment=paper,
        actor=town, at=AT,
    )  # fmt: skip
    org.refresh_from_db()
    assert (org.state, org.founded_on, org.founding_document, org.founding_members) == (
        "active",
        DAY,
        "莲工〔2018〕3号",
        30,
    )
    assert Award.objects.get().for_org_id == org.pk and Round.objects.get(pk=round_.pk).state == "open"


@pytest.fixture
def file_of(world):
    from gongjia.work.households.models import FileMember, HouseholdFile

    def make_file(person, number="H1", verified=2018):
        file = HouseholdFile.objects.create(
            number=number, org=world.lotus, home_org=world.firm, head=person, state="active", category="deep",
            level="provincial", city="330182", applied_on=date(2018, 1, 5), opened_on=date(2018, 2, 1), persons=3,
            verified_year=verified,
        )  # fmt: skip
        FileMember.objects.create(file=file, person=person, relation="self", name=person.name, since=date(2018, 1, 5))
        return file

    return make_file


AID = {"kin": "living", "asked": "3000", "why": "父亲住院", "honest": True}


def test_aid_needs_a_file_stays_inside_the_unit_and_waits_for_the_checks(world, member, make, apply, through, file_of):
    round_ = make("aid", title="2018年帮扶", notice_phone="0571-64000000")
    with pytest.raises(Refused) as why:
        apply(round_, member, AID)
    assert "file_missing" in why.value.codes
    assert next(one for one in why.value.reasons if one.code == "file_missing").clause == "总工发〔2015〕20号"
    file = file_of(member)
    Application.objects.all().delete()
    one = through(apply(round_, member, AID))
    assert one.household_id == file.pk and one.route[0]["place"] == "township" and "why" not in one.answers
    decision = actions.decide(
        round_=round_, choices=[actions.Choice(one.pk)], decided_on=DAY, actor=world.machine, at=AT
    )
    assert decision.notice.place == "unit" and decision.notice.sensitive
    later = AT + timedelta(days=8)
    [award] = actions.settle_notice(decision=decision, actor=world.machine, at=later).awarded
    assert (award.amount, award.tier, award.household_id) == (300_000, "living", file.pk)
    assert list(queries.payable(world.machine, at=later)) == [award]
    from gongjia.work.households.models import CheckRequest

    check = CheckRequest.objects.create(
        file=file, org=file.org, to="civil", sent_on=DAY, due_on=DAY + timedelta(days=15), sent_by="x", state="sent"
    )
    assert list(queries.payable(world.machine, at=later)) == []
    assert queries.why_not_payable(award, at=later) == ["部门核对还没有回复。"]
    CheckRequest.objects.filter(pk=check.pk).update(state="answered", answered_on=DAY, result="agrees")
    assert list(queries.payable(world.machine, at=later)) == [award]
    # the cap of the year counts what was given
    with pytest.raises(Refused) as why:
        apply(round_, member, {**AID, "asked": "2500"}, at=later)
    assert why.value.codes == ("kind_cap_over",)


def test_a_sensitive_round_cannot_be_made_public(world, make):
    with pytest.raises(Refused) as why:
        make("aid", notice_place="site", notice_phone="1")
    assert "sensitive_outside" in why.value.codes


def test_tuition_pays_after_graduation_and_is_lost_on_leaving(world, make, apply, through, join, paper):
    from gongjia.base.journal.models import Attachment
    from gongjia.who.members import actions as members

    people = [
        members.open_account(
            person=join(world.firm, name=name, id_no=id_card(date(1990, 1, 1))).person, actor=None, at=AT
        )
        for name in ("学员甲", "学员乙")
    ]
    round_ = make("tuition", title="求学圆梦", notice_phone="0571-64000000")
    answers = {
        "level": "bachelor", "school": "某大学", "major": "机械", "diploma": "college", "insured_months": "12",
        "contract": True, "tuition": "10000", "honour": "none", "promise": True, "enrolment": [str(paper.pk)],
    }  # fmt: skip
    rows = []
    for person in people:
        Attachment.objects.filter(pk=paper.pk).update(created_by=person.account_id)
        rows.append(through(apply(round_, person, answers)))
    decision = actions.decide(
        round_=round_, choices=[actions.Choice(row.pk) for row in rows], decided_on=DAY, actor=world.machine, at=AT
    )
    later = AT + timedelta(days=10)
    awards = actions.settle_notice(decision=decision, actor=world.machine, at=later).awarded
    assert [award.ready_on for award in awards] == [None, None] and not queries.payable(world.machine, at=later)
    Person.objects.filter(pk=people[0].pk).update(skill_level="3")  # 高级工 before graduation: 90%
    by = {"actor": world.machine, "at": later}
    first = next(award for award in awards if award.person_id == people[0].pk)
    second = next(award for award in awards if award.person_id == people[1].pk)
    actions.check_award(award=first, kind="graduation", ok=True, note="毕业证", **by)
    actions.check_award(award=second, kind="status", ok=False, note="已离开本地单位", **by)
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.amount, first.ready_on) == (900_000, later.date())
    assert second.state == "revoked" and Application.objects.get(pk=rows[1].pk).state == "revoked"
    assert list(queries.payable(world.machine, at=later)) == [first]


def test_every_type_and_every_template_opens(world, trades):
    by = {"actor": world.machine, "at": AT}
    common = {"org": world.fed, "year": 2018, "opens_at": AT, "title": "试开"}
    kinds = [(kind.key, "") for kind in TYPES] + [(row["type"], row["key"]) for row in queries.templates()]
    assert len(kinds) == 18
    for key, template in kinds:
        made = actions.make_round(type=key, template=template, notice_phone="0571-64000000", **common, **by)
        assert actions.open_round(round_=made, **by).state == "open", (key, template)
        assert {row["check"] for row in made.conditions} <= set(_checks())
        following = actions.make_round(type=key, previous=made, **{**common, "year": 2019}, **by)
        assert following.form.spec == made.form.spec and following.desks.count() == made.desks.count()


def _checks():
    from gongjia.work.programmes.rules.conditions import CHECKS

    return CHECKS


def test_gifts_to_a_site_are_confirmed_by_the_photo_of_the_signed_list(world, make, apply, through, paper):
    officer = in_role(world.firm, "chair_grassroots")
    round_ = make("gifts_units", title="送清凉", params={"per_head": 10000})
    answers = {
        "site": "某工地", "group": "front_line", "workers": "10",
        "goods": [{"name": "毛巾", "count": "10", "value": "20"}, {"name": "饮料", "count": "20", "value": "50"}],
    }  # fmt: skip
    with pytest.raises(Refused) as why:
        apply(round_, None, answers, actor=officer, for_org=world.firm)
    assert why.value.codes == ("per_head_over",)
    answers["goods"][1]["count"] = "10"
    one = through(apply(round_, None, answers, actor=officer, for_org=world.firm))
    actions.decide(round_=round_, choices=[actions.Choice(one.pk)], decided_on=DAY, actor=world.machine, at=AT)
    award = Award.objects.get()
    with pytest.raises(Refused) as why:
        actions.receive_many(awards=[award], how="signature", attachment=None, actor=officer, at=AT)
    assert why.value.codes == ("photo_missing",)
    assert actions.receive_many(awards=[award], how="signature", attachment=paper, actor=officer, at=AT) == 1
    assert actions.receive_many(awards=[award], how="signature", attachment=paper, actor=officer, at=AT) == 0
    assert award.checks.get().result == "ok"
