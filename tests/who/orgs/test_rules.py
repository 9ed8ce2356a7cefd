"""Rules of founding, terms, closing and units: no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from gongjia.who import data
from gongjia.who.orgs import kinds, rules
from gongjia.who.orgs.kinds import OrgKind

TODAY = date(2018, 8, 27)
UNION = "81330182MC0000012H"  # a synthetic union code with a right check character
EMPLOYER = "91350100M000100Y43"  # the standard's own example
GOOD = rules.FoundingFacts(
    kind="single",
    name="甲公司工会委员会",
    today=TODAY,
    parent_kind="township",
    parent_name="莲花镇工会",
    founded_on=date(2018, 3, 1),
    document="莲工〔2018〕3号",
    has_attachment=True,
    form="committee",
    members=40,
    committee_size=5,
    audit_committee=True,
)


def codes(reasons):
    return {reason.code for reason in reasons}


def test_a_plain_founding_has_no_reason_against_it():
    assert rules.may_found(GOOD) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"document": ""}, "approval_missing"),
        ({"has_attachment": False}, "approval_missing"),
        ({"parent_kind": "group"}, "parent_kind_wrong"),
        ({"parent_kind": None}, "parent_missing"),
        ({"parent_open": False}, "parent_closed"),
        ({"founded_on": None}, "founded_on_missing"),
        ({"founded_on": date(2018, 8, 28)}, "founded_in_future"),
        ({"name": "  "}, "name_missing"),
        ({"name_taken": True}, "name_taken"),
        ({"uscc": UNION[:-1] + "J"}, "uscc_bad"),
        ({"uscc": EMPLOYER}, "uscc_not_union"),
        ({"employer_uscc": EMPLOYER[:-1] + "4"}, "employer_uscc_bad"),
        ({"employer_uscc": UNION}, "employer_uscc_is_union"),
        ({"employer_taken_by": "甲公司工会"}, "employer_has_union"),
        ({"staff": 30, "staff_women": 31}, "women_over_staff"),
        ({"kin_on_committee": True}, "kin_on_committee"),
        ({"kind": "joint", "units": 1}, "units_too_few"),
        ({"form": "organiser"}, "committee_needed"),
    ],
)
def test_each_reason_against_a_founding(change, code):
    reasons = rules.may_found(replace(GOOD, **change))
    assert codes(reasons) == {code}
    assert all(reason.sentence for reason in reasons)


def test_twenty_five_members_must_have_a_committee_twenty_four_need_not():
    # 工会法 11; 民法典 1259: 以上 includes the number
    organiser = replace(GOOD, form="organiser")
    assert rules.may_found(replace(organiser, members=24)) == []
    assert codes(rules.may_found(replace(organiser, members=25))) == {"committee_needed"}


def test_a_joint_union_needs_two_units_and_no_employer_of_its_own():
    joint = replace(GOOD, kind="joint", form="joint", employer_taken_by="甲公司工会")
    assert codes(rules.may_found(replace(joint, units=1))) == {"units_too_few"}
    assert rules.may_found(replace(joint, units=2)) == []


def test_staff_of_two_hundred_may_have_a_full_time_chair():
    assert "full_time_chair_may" not in codes(rules.founding_warnings(replace(GOOD, staff=199)))
    assert "full_time_chair_may" in codes(rules.founding_warnings(replace(GOOD, staff=200)))


def test_founding_warnings():
    assert rules.founding_warnings(GOOD) == []
    assert codes(rules.founding_warnings(replace(GOOD, members=None))) == {"members_unsaid"}
    assert codes(rules.founding_warnings(replace(GOOD, audit_committee=False))) == {"audit_committee_due"}
    assert codes(rules.founding_warnings(replace(GOOD, women_members=9))) == set()
    assert codes(rules.founding_warnings(replace(GOOD, women_members=10))) == {"women_committee_due"}
    assert codes(rules.founding_warnings(replace(GOOD, women_members=10, women_committee=True))) == set()
    assert codes(rules.founding_warnings(replace(GOOD, opened_on=date(2017, 8, 31)))) == {"founded_late"}
    assert codes(rules.founding_warnings(replace(GOOD, opened_on=date(2017, 9, 1)))) == set()


def test_thresholds_come_from_the_federation_when_it_set_them():
    values = {**rules.SHIPPED, "women.committee_members": 25}
    assert rules.founding_warnings(replace(GOOD, women_members=10, values=values)) == []


@pytest.mark.parametrize("kind", OrgKind.values)
def test_every_kind_has_its_parents(kind):
    allowed = rules.PARENTS[OrgKind(kind)]
    assert allowed
    for other in OrgKind.values:
        assert (rules.placement(kind, other) == []) is (other in allowed)


def test_only_the_federation_stands_alone():
    assert [kind for kind in OrgKind.values if rules.placement(kind, None) == []] == ["federation"]


def test_only_industry_and_trade_unions_guide():
    assert [kind for kind in OrgKind.values if rules.guidance(kind) == []] == ["industry", "trade"]


def test_the_ten_dashboard_kinds_and_units_without_a_union_have_a_code():
    assert set(kinds.DASHBOARD_CODES.values()) == {
        "zongGong", "gongZuo", "banShi", "quYu", "hangYe", "danDu", "lianHeJi", "fen", "xiaoZu", "qiTa", "wei",
    }  # fmt: skip
    assert set(kinds.DASHBOARD_CODES) == {*OrgKind, kinds.WITHOUT_UNION}


def test_the_head_of_a_work_committee_is_a_director():
    assert rules.head_title("work_committee") == "主任"
    assert rules.head_title("township") == "主席"
    assert rules.head_title("group") == "组长"
    assert rules.head_title("single", "organiser") == "组织员"


# terms ----------------------------------------------------------------------------------------------


def test_years_of_a_term():
    # 工会法 16: three OR five, not three to five
    assert rules.years_allowed("single") == (3, 5)
    assert rules.years_allowed("federation") == rules.years_allowed("industry") == (5,)
    assert rules.years_allowed("work_committee") == rules.years_allowed("group") == ()


def test_the_last_day_of_a_term_is_the_corresponding_day():
    assert rules.last_day(date(2015, 8, 27), 3) == date(2018, 8, 27)
    assert rules.last_day(date(2016, 2, 29), 3) == date(2019, 2, 28)


@pytest.mark.parametrize(
    ("today", "status"),
    [
        (date(2018, 2, 26), "running"),
        (date(2018, 2, 27), "due"),
        (date(2018, 8, 27), "due"),
        (date(2018, 8, 28), "overdue"),
    ],
)
def test_reminder_six_months_before_the_end(today, status):
    assert rules.status("single", today, date(2018, 8, 27)) == status


def test_a_delay_moves_the_overdue_day():
    ends, delayed = date(2018, 8, 27), date(2019, 2, 27)
    assert rules.status("single", date(2018, 8, 28), ends, delayed) == "delayed"
    assert rules.status("single", date(2019, 2, 27), ends, delayed) == "delayed"
    assert rules.status("single", date(2019, 2, 28), ends, delayed) == "overdue"


def test_no_term_and_no_entry_are_two_things():
    assert rules.status("work_committee", TODAY, None) == "not_needed"
    assert rules.status("single", TODAY, None) == "missing"


ELECTED = rules.ElectionFacts(
    kind="single",
    years=3,
    number=4,
    started_on=date(2018, 8, 1),
    today=TODAY,
    document="莲工〔2018〕8号",
    has_attachment=True,
    last_number=3,
    last_started_on=date(2015, 8, 5),
    last_ends_on=date(2018, 8, 5),
)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None),
        ({"years": 4}, "years_wrong"),
        ({"years": 5}, None),
        ({"kind": "federation"}, "years_wrong"),
        ({"kind": "work_committee"}, "no_term"),
        ({"number": 3}, "number_wrong"),
        ({"number": 5}, "number_wrong"),
        ({"number": 0, "last_number": None}, "number_wrong"),
        ({"started_on": date(2018, 8, 28)}, "elected_in_future"),
        ({"last_started_on": date(2018, 8, 1)}, "elected_before_last"),
        ({"document": ""}, "approval_missing"),
        ({"has_attachment": False}, "approval_missing"),
        ({"open": False}, "org_closed"),
        ({"founded_on": date(2018, 8, 2)}, "elected_before_founded"),
    ],
)
def test_an_election(change, code):
    assert codes(rules.may_elect(replace(ELECTED, **change))) == ({code} if code else set())


def test_early_and_late_elections_only_warn():
    assert rules.election_warnings(ELECTED) == []
    assert codes(rules.election_warnings(replace(ELECTED, started_on=date(2018, 8, 6)))) == {"elected_late"}
    assert codes(rules.election_warnings(replace(ELECTED, started_on=date(2018, 2, 4)))) == {"elected_early"}
    delayed = replace(ELECTED, started_on=date(2018, 8, 6), last_delayed_to=date(2018, 12, 31))
    assert rules.election_warnings(delayed) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None),
        ({"delayed_to": date(2018, 11, 30)}, None),
        ({"delayed_to": date(2018, 12, 1)}, "delay_too_long"),
        ({"delayed_to": date(2018, 5, 31)}, "delay_not_later"),
        ({"already": date(2018, 9, 1)}, "delayed_already"),
        ({"ends_on": None}, "term_missing"),
        ({"document": ""}, "approval_missing"),
    ],
)
def test_a_delay_is_six_months_at_most(change, code):
    facts = rules.DelayFacts(
        ends_on=date(2018, 5, 31), delayed_to=date(2018, 9, 1), document="莲工〔2018〕9号", has_attachment=True
    )
    assert codes(rules.may_delay(replace(facts, **change))) == ({code} if code else set())


# closing, moving --------------------------------------------------------------------------------------

CLOSING = rules.ClosingFacts(
    today=TODAY, closed_on=TODAY, cause="employer_ended", document="建工〔2018〕1号", has_attachment=True
)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None),
        ({"cause": ""}, "cause_missing"),
        ({"cause": "decided"}, "congress_needed"),
        ({"cause": "decided", "congress_passed": True}, None),
        ({"open_children": 1}, "children_left"),
        ({"members": 1}, "members_left"),
        ({"closed_on": date(2018, 8, 28)}, "closed_on_wrong"),
        ({"closed_on": None}, "closed_on_wrong"),
        ({"founded_on": date(2018, 8, 28)}, "closed_before_founded"),
        ({"has_attachment": False}, "approval_missing"),
    ],
)
def test_dissolving(change, code):
    assert codes(rules.may_dissolve(replace(CLOSING, **change))) == ({code} if code else set())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None),
        ({"target_is_self": True}, "merge_into_self"),
        ({"target_below": True}, "merge_into_child"),
        ({"target_open": False}, "target_closed"),
        ({"members": 2}, "members_left"),
        ({"document": " "}, "approval_missing"),
    ],
)
def test_merging(change, code):
    assert codes(rules.may_merge(replace(CLOSING, **change))) == ({code} if code else set())


def test_moving():
    facts = rules.MoveFacts("single", "township", "洋溪街道总工会", True, False, date(2018, 5, 1), TODAY)
    assert rules.may_move(facts) == []
    assert codes(rules.may_move(replace(facts, parent_inside=True))) == {"parent_inside"}
    assert codes(rules.may_move(replace(facts, parent_open=False))) == {"parent_closed"}
    assert codes(rules.may_move(replace(facts, moved_on=date(2018, 8, 28)))) == {"moved_in_future"}
    assert codes(rules.may_move(replace(facts, last_moved_on=date(2018, 5, 2)))) == {"moved_before_last"}
    assert codes(rules.may_move(replace(facts, parent_kind="branch"))) == {"parent_kind_wrong"}


# officers, committee sizes ------------------------------------------------------------------------------


def test_a_recall_needs_more_than_half_of_all():
    assert not rules.recall_carried(50, 100)
    assert rules.recall_carried(51, 100)


def test_a_chair_is_not_moved_at_will_within_the_term():
    facts = rules.ChairChangeFacts(on=TODAY, term_ends_on=date(2020, 1, 1))
    assert codes(rules.may_change_chair(facts)) == {"chair_in_term"}
    assert rules.may_change_chair(replace(facts, committee_consents=True, higher_union_consents=True)) == []
    assert rules.may_change_chair(replace(facts, term_ends_on=date(2018, 1, 1))) == []
    assert codes(rules.may_change_chair(replace(facts, recall_yes=30, recall_all=60))) == {"recall_not_carried"}
    assert rules.may_change_chair(replace(facts, recall_yes=31, recall_all=60)) == []


def test_who_holds_the_money_does_not_audit_it():
    assert codes(rules.may_audit(["finance_maker"])) == {"audit_own_money"}
    assert rules.may_audit(["officer_grassroots"]) == []
    assert rules.audit_size_warnings(3, 3, 11) == []
    assert codes(rules.audit_size_warnings(12, 3, 11)) == {"audit_size"}


@pytest.mark.parametrize("scheme", ["xj16", "earlier", "odd_fine"])
def test_committee_tables_leave_no_gap(scheme):
    _, table = data.committee_sizes()[scheme]
    assert table[0].at_least == 0
    assert table[-1].at_most is None
    for row, following in pairwise(table):
        assert following.at_least == row.at_most + 1
    for members in (0, 24, 25, 26, 200, 201, 1000, 1001, 5000, 5001, 10000, 10001, 50000, 50001, 10**6):
        assert rules.size_row(members, table) is not None


def test_committee_sizes_warn():
    _, table = data.committee_sizes()["xj16"]
    assert rules.size_warnings(25, 3, table) == rules.size_warnings(200, 7, table) == []
    assert codes(rules.size_warnings(200, 8, table)) == {"committee_size"}
    assert rules.size_warnings(201, 8, table) == []
    _, odd = data.committee_sizes()["odd_fine"]
    assert codes(rules.size_warnings(150, 6, odd)) == {"committee_even"}
    assert rules.size_warnings(None, 6, odd) == []


# units ----------------------------------------------------------------------------------------------


def test_a_unit_of_twenty_five_is_marked():
    assert not rules.must_found(24)
    assert rules.must_found(25)
    assert not rules.must_found(None)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None),
        ({"name": ""}, "name_missing"),
        ({"uscc": "123"}, "employer_uscc_bad"),
        ({"taken_by": "甲公司工会"}, "unit_has_union"),
        ({"listed_in": "莲花镇工会"}, "unit_listed"),
        ({"staff_source": ""}, "staff_source_missing"),
        ({"staff_on": None}, "staff_on_missing"),
        ({"staff_on": date(2018, 8, 28)}, "staff_in_future"),
        ({"staff_count": None, "staff_source": "", "staff_on": None}, None),
    ],
)
def test_listing_a_unit_without_a_union(change, code):
    facts = rules.UnitFacts("乙公司", TODAY, EMPLOYER, staff_count=30, staff_source="visit", staff_on=TODAY)
    assert codes(rules.may_list(replace(facts, **change))) == ({code} if code else set())


def test_only_joint_unions_and_associations_cover():
    assert [kind for kind in OrgKind.values if rules.may_cover(rules.CoverFacts(kind, True, "乙公司")) == []] == [
        "regional",
        "trade",
        "joint",
    ]
    assert codes(rules.may_cover(rules.CoverFacts("joint", False, ""))) == {"org_closed", "name_missing"}
    assert codes(rules.cover_warnings(rules.CoverFacts("joint", True, "乙", left_after=1))) == {"units_too_few"}
    assert rules.cover_warnings(rules.CoverFacts("joint", True, "乙", left_after=2)) == []


# legal person, homes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None),
        ({"kind": "branch"}, "not_registrable"),
        ({"kind": "work_committee"}, "not_registrable"),
        ({"kind": "federation"}, None),
        ({"open": False}, "org_closed"),
        ({"uscc": ""}, "uscc_missing"),
        ({"uscc": EMPLOYER}, "uscc_not_union"),
        ({"elected": False}, "not_elected"),
        ({"registered_on": date(2018, 8, 28)}, "registered_in_future"),
        ({"founded_on": date(2018, 8, 28)}, "registered_before_founded"),
    ],
)
def test_registering_a_legal_person(change, code):
    facts = rules.LegalPersonFacts("single", True, UNION, TODAY, TODAY)
    assert codes(rules.may_register(replace(facts, **change))) == ({code} if code else set())


def test_late_registration_warns():
    facts = rules.LegalPersonFacts("single", True, UNION, date(2018, 4, 30), TODAY, founded_on=date(2018, 3, 1))
    assert rules.registration_warnings(facts) == []
    assert codes(rules.registration_warnings(replace(facts, registered_on=date(2018, 5, 1)))) == {"registered_late"}
    assert rules.by_law("federation")
    assert not rules.by_law("single")


def test_dates_of_a_home():
    facts = rules.HomeFacts(TODAY, date(2018, 1, 1), date(2018, 2, 1), date(2018, 8, 1))
    assert rules.home_dates_in_order(facts) == []
    assert codes(rules.home_dates_in_order(replace(facts, started_on=date(2017, 1, 1)))) == {"home_dates_order"}
    assert codes(rules.home_dates_in_order(replace(facts, opened_on=date(2018, 9, 1)))) == {"home_in_future"}


# names, codes -----------------------------------------------------------------------------------------
