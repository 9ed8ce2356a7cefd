"""Units without a union, covered units, homes, chases, thresholds."""

from __future__ import annotations

from datetime import date

import pytest

from gongjia.base import clock, outbox
from gongjia.base.models import uuid7
from gongjia.base.refused import Forbidden, Hidden, Refused
from gongjia.who.orgs import actions, queries
from gongjia.who.orgs.models import Chase, MembersHome, OpenUnit
from tests.who.orgs.conftest import AT, DAY, officer

pytestmark = pytest.mark.django_db
EMPLOYER = "91350100M000100Y43"


def refused_codes(call, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return set(refused.value.codes)


def listed(tree, machine, name="庚公司", staff=None, org=None, **details):
    if staff is not None:
        details |= {"staff_count": staff, "staff_source": "social", "staff_on": date(2018, 1, 31)}
    return actions.list_unit(
        org=org or tree.lotus, name=name, listed_on=date(2018, 2, 1), details=details, actor=machine, at=AT
    )


def test_a_unit_is_listed_visited_promised_and_built(tree, machine):
    by = {"actor": machine, "at": AT}
    unit = listed(tree, machine, staff=30, uscc=EMPLOYER)
    visit = actions.visit_unit(
        unit=unit, visited_on=date(2018, 3, 5), said="愿意建会", staff_count=33, promised_on=date(2018, 6, 30), **by
    )
    unit.refresh_from_db()
    assert (unit.staff_count, unit.staff_source, unit.staff_on) == (33, "visit", date(2018, 3, 5))
    assert visit.by == machine.label
    row = queries.unit_rows(machine, on=DAY)[0]
    assert (row.must_found, row.promise_broken, row.visits, row.visited_on) == (True, True, 1, date(2018, 3, 5))
    assert queries.unit_counts(machine, on=DAY) == {"all": 1, "must": 1, "visited": 1, "promised": 1, "broken": 1}
    new = actions.found(
        parent=tree.lotus, kind="single", name="庚公司工会", founded_on=date(2018, 7, 2), document="莲工8号",
        attachment=tree.paper, details={"employer_uscc": EMPLOYER}, **by,
    ).org  # fmt: skip
    actions.built(unit=unit, by=new, on=date(2018, 7, 2), **by)
    assert queries.unit_rows(machine, on=DAY) == []
    assert refused_codes(actions.promise, unit=unit, promised_on=DAY, **by) == {"unit_built"}


def test_an_older_visit_does_not_overwrite_a_newer_count(tree, machine):
    unit = listed(tree, machine, staff=30)
    actions.visit_unit(unit=unit, visited_on=date(2018, 1, 5), said="", staff_count=10, actor=machine, at=AT)
    assert OpenUnit.objects.get().staff_count == 30


def test_a_unit_stands_once_and_only_without_a_union(tree, machine):
    listed(tree, machine, uscc=EMPLOYER)
    assert refused_codes(listed, tree, machine, name="另一家", uscc=EMPLOYER, org=tree.yangxi) == {"unit_listed"}
    assert refused_codes(listed, tree, machine) == {"unit_listed"}
    actions.edit(org=tree.firm, changes={"employer_uscc": "91330182000000000T"[:0]}, actor=machine, at=AT)
    assert refused_codes(listed, tree, machine, name="无源", staff_count=30) == {
        "staff_source_missing",
        "staff_on_missing",
    }


def test_a_unit_with_a_union_is_not_listed(tree, machine):
    actions.edit(org=tree.firm, changes={"employer_uscc": EMPLOYER}, actor=machine, at=AT)
    assert refused_codes(listed, tree, machine, uscc=EMPLOYER) == {"unit_has_union"}


def test_the_ledger_pages_by_staff_and_respects_the_scope(tree, machine, django_assert_num_queries):
    for number in range(7):
        listed(tree, machine, name=f"第{number}公司", staff=number * 10 if number else None)
    listed(tree, machine, name="别处公司", staff=99, org=tree.yangxi)
    actor = officer(tree.lotus, "orgs.read")
    with django_assert_num_queries(2):
        first = queries.unit_rows(actor, on=DAY, limit=3)
    assert [row.staff_count for row in first] == [60, 50, 40]
    rest = queries.unit_rows(actor, on=DAY, after=first[-1].cursor)
    assert [row.staff_count for row in rest] == [30, 20, 10, None]
    assert [row.name for row in queries.unit_rows(actor, on=DAY, q="第3")] == ["第3公司"]
    assert len(queries.unit_rows(actor, on=DAY, must=True)) == 4
    assert queries.unit_counts(actor, on=DAY)["all"] == 7
    foreign = OpenUnit.objects.get(name="别处公司")
    with pytest.raises(Hidden):
        queries.get_unit(actor, foreign.pk)
    with pytest.raises(Forbidden):
        actions.promise(unit=foreign, promised_on=DAY, actor=officer(tree.lotus, "orgs.units"), at=AT)


def test_a_unit_that_went_away_leaves_the_denominator(tree, machine):
    unit = listed(tree, machine, staff=30)
    assert queries.coverage(tree.lotus, DAY).open == 1
    assert refused_codes(actions.gone, unit=unit, on=DAY, why=" ", actor=machine, at=AT) == {"why_missing"}
    actions.gone(unit=unit, on=date(2018, 8, 1), why="注销", actor=machine, at=AT)
    assert queries.coverage(tree.lotus, DAY).open == 0
    assert queries.coverage(tree.lotus, date(2018, 7, 31)).open == 1


def test_coverage_counts_each_unit_once(tree, machine):
    actions.edit(org=tree.firm, changes={"employer_uscc": EMPLOYER, "employer_name": "甲公司"}, actor=machine, at=AT)
    units = [
        actions.Covered("甲公司", EMPLOYER, 55),
        actions.Covered("辛公司", staff_count=8),
        actions.Covered("壬公司"),
    ]
    actions.found(
        parent=tree.lotus, kind="regional", name="莲花区域工会联合会", founded_on=date(2018, 4, 1), document="1号",
        attachment=tree.paper, covered=units, actor=machine, at=AT,
    )  # fmt: skip
    listed(tree, machine, staff=32)
    listed(tree, machine, name="小店", staff=3)
    covered = queries.coverage(tree.lotus, DAY)
    # the firm (once), the school, 辛 and 壬; the greater staff count of the firm counts
    assert (covered.built, covered.open, covered.must) == (4, 2, 1)
    assert (covered.staff_built, covered.staff_open) == (68, 35)
    assert covered.built_rate == pytest.approx(4 / 6)
    assert covered.covered_rate == pytest.approx(68 / 103)
    assert queries.coverage(tree.lotus, date(2018, 1, 1)).built == 2
    assert queries.coverage(tree.edu, DAY).built_rate is None


def test_covered_units(tree, machine):
    by = {"actor": machine, "at": AT}
    assert refused_codes(actions.add_covered, org=tree.firm, name="辛", since=DAY, **by) == {"kind_covers_none"}
    trade = actions.found(
        parent=tree.lotus, kind="trade", name="物流行业工会", founded_on=date(2018, 4, 1), document="1号",
        attachment=tree.paper, **by,
    ).org  # fmt: skip
    unit = actions.add_covered(org=trade, name="辛公司", uscc=EMPLOYER, since=DAY, **by)
    assert refused_codes(actions.add_covered, org=trade, name="他名", uscc=EMPLOYER, since=DAY, **by) == {
        "covered_twice"
    }
    assert refused_codes(actions.end_covered, unit=unit, until=date(2018, 8, 1), **by) == {"until_wrong"}
    actions.end_covered(unit=unit, until=DAY, **by)
    assert refused_codes(actions.end_covered, unit=unit, until=DAY, **by) == {"covered_ended"}


def test_a_home_from_plan_to_opening(tree, machine):
    by = {"actor": machine, "at": AT}
    home = actions.list_home(org=tree.lotus, name="莲花职工之家", kind="regional", planned_on=date(2018, 1, 5), **by)
    assert refused_codes(actions.move_home, home=home, step="start", on=date(2018, 1, 1), **by) == {"home_dates_order"}
    actions.move_home(home=home, step="start", on=date(2018, 3, 1), **by)
    assert [row.name for row in queries.homes(machine, state="building")] == ["莲花职工之家"]
    assert refused_codes(actions.move_home, home=home, step="start", on=date(2018, 3, 1), **by) == {"state_not_allowed"}
    actions.edit_home(home=home, changes={"standard": "city", "standard_on": DAY}, **by)
    actions.move_home(home=home, step="open", on=date(2018, 8, 1), **by)
    home = MembersHome.objects.get()
    assert (home.state, home.standard, home.started_on) == ("open", "city", date(2018, 3, 1))
    with pytest.raises(Forbidden):
        actions.edit_home(home=home, changes={"address": "x"}, actor=officer(tree.yangxi, "orgs.homes"), at=AT)
    with pytest.raises(Hidden):
        queries.get_home(officer(tree.yangxi, "orgs.read"), home.pk)


# the desk ---------------------------------------------------------------------------------------------


def elect(tree, machine, org, on, years=3):
    return actions.elect(
        org=org, number=1, years=years, started_on=on, document="1号", attachment=tree.paper, actor=machine, at=AT
    )


FULL = {
    "head_name": "某某", "phone": "0571-00000000", "address": "某路", "staff_count": 10, "unit_nature": "170",
    "industry": "C", "employer_uscc": EMPLOYER,
}  # fmt: skip


def test_the_desk_names_what_each_union_is_late_with(tree, machine, django_assert_num_queries):
    elect(tree, machine, tree.firm, date(2015, 8, 1))
    elect(tree, machine, tree.school, date(2015, 12, 1))
    elect(tree, machine, tree.lotus, date(2015, 12, 1), years=5)
    actions.edit(org=tree.firm, changes=FULL, actor=machine, at=AT)
    actions.confirm_roster(org=tree.firm, on=date(2018, 8, 1), actor=machine, at=AT)
    actor = officer(tree.lotus, "orgs.read", "orgs.chase")
    with django_assert_num_queries(2):
        rows = queries.desk(actor, tree.lotus, on=DAY, logged_in_org_ids=[tree.firm.pk])
    by_name = {row.name: row for row in rows}
    assert set(by_name) == {"莲花镇工会", "甲公司工会委员会", "莲花小学工会委员会"}  # no parts, nobody else's
    firm = by_name["甲公司工会委员会"]
    assert (firm.matters, firm.days_over, firm.missing) == (("term_overdue",), 26, ())
    school = by_name["莲花小学工会委员会"]
    assert school.matters == ("term_due", "roster", "fields", "login")
    assert "所属行业" in school.missing
    assert by_name["莲花镇工会"].matters == ("fields", "login")
    assert sorted(rows, key=lambda row: row.urgency)[0] == firm
    assert queries.desk_counts(actor, tree.lotus, on=DAY, logged_in_org_ids=[tree.firm.pk]) == {
        "all": 3, "late": 3, "term_overdue": 1, "term_due": 1, "roster": 1, "fields": 2, "login": 2,
    }  # fmt: skip
    only = queries.desk(actor, tree.lotus, on=DAY, matters=["term_overdue"])
    assert [row.name for row in only] == ["甲公司工会委员会"]


def test_the_desk_and_the_rule_agree_on_every_day(tree, machine):
    """The condition in the database against the pure rule."""
    from gongjia.who.orgs import rules

    elect(tree, machine, tree.firm, date(2015, 8, 31))
    names = {"overdue": "term_overdue", "due": "term_due", "delayed": "term_due", "running": None}
    for day in (
        date(2018, 2, 27),
        date(2018, 2, 28),
        date(2018, 3, 1),
        date(2018, 8, 30),
        date(2018, 8, 31),
        date(2018, 9, 1),
    ):
        row = {row.id: row for row in queries.desk(machine, tree.lotus, on=day)}[tree.firm.pk]
        status = rules.status("single", day, date(2018, 8, 31))
        found = [matter for matter in row.matters if matter.startswith("term")]
        assert found == [names[status]] * (names[status] is not None), day


def test_a_union_that_is_late_with_nothing_is_not_on_the_desk(tree, machine):
    elect(tree, machine, tree.firm, date(2018, 8, 1))
    actions.edit(org=tree.firm, changes=FULL, actor=machine, at=AT)
    actions.confirm_roster(org=tree.firm, on=date(2018, 8, 1), actor=machine, at=AT)
    rows = queries.desk(machine, tree.firm, on=DAY, logged_in_org_ids=[tree.firm.pk])
    assert rows == []


def test_a_chase_is_logged_and_reaches_the_officers(tree):
    actor = officer(tree.lotus, "orgs.read", "orgs.chase")
    who = uuid7()
    matters = {tree.firm: ["term_overdue", "fields"], tree.school: ["roster"]}
    done = actions.chase(matters=matters, accounts={tree.firm.pk: [who, who]}, actor=actor, at=AT, note="本周内")
    assert (done.unions, done.reached, done.unreachable) == (2, 1, (tree.school,))
    assert [item.title for item in outbox.inbox(who)] == ["测试干部提醒：请办理换届逾期、资料有空缺"]
    assert outbox.inbox(who).get().body == "甲公司工会委员会：换届逾期、资料有空缺。本周内"
    assert Chase.objects.count() == 2
    row = {row.id: row for row in queries.desk(actor, tree.lotus, on=DAY)}[tree.firm.pk]
    assert (row.chases, row.chased_at) == (1, AT)
    assert [chase.org for chase in queries.chase_log(actor, tree.lotus)] == [tree.school, tree.firm]
    with pytest.raises(Forbidden):
        actions.chase(matters={tree.other: ["roster"]}, accounts={}, actor=actor, at=AT)
    assert refused_codes(actions.chase, matters={}, accounts={}, actor=actor, at=AT) == {"nobody_to_chase"}


def test_thresholds_hold_from_their_day(tree, machine):
    by = {"actor": machine, "at": AT}
    actions.set_rule_value(key="found.must_members", value="30", from_on=date(2018, 8, 1), **by)
    assert queries.rule_values(date(2018, 7, 31))["found.must_members"] == 25
    assert queries.rule_values(date(2018, 8, 1))["found.must_members"] == 30
    assert refused_codes(actions.set_rule_value, key="nonsense", value="1", from_on=DAY, **by) == {"rule_unknown"}
    assert refused_codes(actions.set_rule_value, key="found.must_members", value="x", from_on=DAY, **by) == {
        "rule_value_bad"
    }
    assert refused_codes(actions.set_rule_value, key="size.scheme", value="x", from_on=DAY, **by) == {"scheme_unknown"}
    with pytest.raises(Forbidden):
        actions.set_rule_value(
            key="found.must_members", value="1", from_on=DAY, actor=officer(tree.fed, "orgs.edit"), at=AT
        )
    assert queries.rule_value_rows()[0][2] == "30"


def test_an_entered_size_table_replaces_the_shipped_one(tree, machine):
    by = {"actor": machine, "at": AT}
    assert refused_codes(actions.set_size_table, scheme="本市", rows=[(0, 24, 1, 3), (26, None, 3, 7)], **by) == {
        "size_table_gap"
    }
    actions.set_size_table(scheme="本市", rows=[(0, 24, 1, 3), (25, None, 3, 7)], **by)
    actions.set_rule_value(key="size.scheme", value="本市", from_on=DAY, **by)
    title, table = queries.committee_table("本市")
    assert (title, len(table)) == ("本市", 2)
    assert queries.committee_table("xj16")[0] == "工会基层组织选举工作条例"
    assert set(queries.committee_schemes()) == {"本市", "xj16", "earlier", "odd_fine"}


def test_reminders_of_terms_go_out_once(tree, machine, monkeypatch):
    from gongjia.who.orgs import jobs, registry

    firm, school, town = uuid7(), uuid7(), uuid7()
    desks = {(tree.firm.pk, "orgs.edit"): [firm], (tree.lotus.pk, "orgs.chase"): [town]}
    monkeypatch.setattr(registry, "_officers", lambda power, org, on: desks.get((org.pk, power), ()))
    elect(tree, machine, tree.firm, date(2015, 8, 26))
    elect(tree, machine, tree.school, date(2016, 2, 27))
    elect(tree, machine, tree.lotus, date(2016, 2, 28))
    with clock.standing(DAY):
        del desks[tree.lotus.pk, "orgs.chase"]
        assert jobs.remind_of_terms() == {"due": 0, "overdue": 1, "unreached": 1}
        desks[tree.school.pk, "orgs.edit"] = [school]
        assert jobs.remind_of_terms() == {"due": 1, "overdue": 0, "unreached": 0}
        assert jobs.remind_of_terms() == {"due": 0, "overdue": 0, "unreached": 0}
    assert [item.title for item in outbox.inbox(firm)] == ["甲公司工会委员会第1届已于 2018年8月26日届满"]
    assert [item.title for item in outbox.inbox(school)] == ["莲花小学工会委员会第1届将于 2019年2月27日届满"]
    assert not outbox.inbox(town).exists()


def test_unions_without_officers_fall_to_the_desk_above_in_one_message(tree, machine, monkeypatch):
    from gongjia.who.orgs import jobs, registry

    town = uuid7()
    monkeypatch.setattr(
        registry, "_officers", lambda power, org, on: [town] if org.path.startswith(tree.lotus.path) else []
    )
    elect(tree, machine, tree.firm, date(2015, 8, 26))
    elect(tree, machine, tree.school, date(2015, 8, 25))
    with clock.standing(DAY):
        assert jobs.remind_of_terms() == {"due": 0, "overdue": 2, "unreached": 0}
    assert outbox.inbox(town).get().title == "2 家下级工会换届逾期"
