"""Founding, editing, renaming, closing: real rows."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from gongjia.base import journal
from gongjia.base.journal.models import EntryPayload
from gongjia.base.refused import Forbidden, Refused
from gongjia.who.orgs import actions, queries
from gongjia.who.orgs.models import CoveredUnit, Org
from tests.who.orgs.conftest import AT, DAY, officer

pytestmark = pytest.mark.django_db
EMPLOYER = "91350100M000100Y43"
UNION = "81330182MC0000012H"


def found(tree, machine, **more):
    facts = {
        "parent": tree.lotus, "kind": "single", "name": "丙公司工会委员会", "founded_on": date(2018, 5, 8),
        "document": "莲工〔2018〕5号", "attachment": tree.paper, "actor": machine, "at": AT,
    }  # fmt: skip
    return actions.found(**{**facts, **more})


def refused_codes(call, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return set(refused.value.codes)


def last_body(record):
    return EntryPayload.objects.get(entry_id=journal.timeline(record)[0].id).body


def test_a_founding_is_a_row_a_place_a_name_and_an_entry(tree, machine):
    done = found(tree, machine, short_name="丙公司", details={"founding_members": 30, "employer_uscc": EMPLOYER})
    org = Org.objects.get(pk=done.org.pk)
    assert (org.state, org.established, org.code) == ("active", True, "330182101-0003")
    assert org.founding_attachment == tree.paper
    assert org.names.get().from_on == date(2018, 5, 8)
    assert {reason.code for reason in done.warnings} == {"audit_committee_due"}
    assert [line.label_zh for line in journal.timeline(org)] == ["批准成立"]


def test_a_founding_counts_from_its_day(tree, machine):
    org = found(tree, machine).org
    assert org.pk not in {row.pk for row in queries.subtree(tree.fed, date(2018, 5, 7))}
    assert org.pk in {row.pk for row in queries.subtree(tree.fed, date(2018, 5, 8))}
    assert org.pk in {row.id for row in queries.tree_on(date(2018, 6, 30))}


def test_a_refused_founding_leaves_nothing(tree, machine):
    before = Org.objects.count()
    assert "approval_missing" in refused_codes(found, tree, machine, attachment=None)
    assert "founded_in_future" in refused_codes(found, tree, machine, founded_on=date(2018, 9, 1))
    assert "units_too_few" in refused_codes(found, tree, machine, kind="joint")
    assert "name_taken" in refused_codes(found, tree, machine, name="甲公司工会委员会")
    assert "code_taken" in refused_codes(found, tree, machine, code="330182101-0001")
    assert "code_bad" in refused_codes(found, tree, machine, code="LH-1")
    assert "root_exists" in refused_codes(found, tree, machine, parent=None)
    assert Org.objects.count() == before


def test_one_employer_one_union(tree, machine):
    found(tree, machine, details={"employer_uscc": EMPLOYER})
    codes = refused_codes(
        found, tree, machine, parent=tree.yangxi, name="丙公司洋溪工会", details={"employer_uscc": EMPLOYER}
    )
    assert codes == {"employer_has_union"}


def test_the_database_itself_keeps_one_employer_to_one_union(tree):
    """Negative control of the constraint: writing past the actions fails as well."""
    Org.objects.filter(pk=tree.firm.pk).update(employer_uscc=EMPLOYER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Org.objects.filter(pk=tree.other.pk).update(employer_uscc=EMPLOYER)
    # a branch or a joint union of the same employer is no second basic union
    Org.objects.filter(pk=tree.workshop.pk).update(employer_uscc=EMPLOYER)
    # and a closed one makes room
    Org.objects.filter(pk=tree.firm.pk).update(state="dissolved", closed_on=DAY)
    Org.objects.filter(pk=tree.other.pk).update(employer_uscc=EMPLOYER)


def test_a_joint_union_covers_its_units(tree, machine):
    units = [actions.Covered("丁公司", staff_count=9), actions.Covered("戊公司", EMPLOYER, 12)]
    org = found(tree, machine, kind="joint", name="莲花联合工会", covered=units).org
    assert list(org.covered.values_list("name", "staff_count", "since")) == [
        ("丁公司", 9, date(2018, 5, 8)),
        ("戊公司", 12, date(2018, 5, 8)),
    ]


def test_only_the_higher_union_founds(tree, machine):
    assert found(tree, officer(tree.lotus, "orgs.found")).org.pk
    with pytest.raises(Forbidden):
        found(tree, officer(tree.yangxi, "orgs.found"), name="丁公司工会")
    with pytest.raises(Forbidden):
        found(tree, officer(tree.lotus, "orgs.edit"), name="丁公司工会")


def test_a_preparation_counts_only_when_approved(tree, machine):
    by = {"actor": machine, "at": AT}
    org = actions.plan(parent=tree.lotus, kind="single", name="己公司工会", planned_on=date(2018, 6, 1), **by).org
    assert org.state == "preparing"
    assert org.pk not in {row.id for row in queries.tree_on(DAY)}
    assert "approval_missing" in refused_codes(
        actions.approve, org=org, founded_on=date(2018, 5, 20), document="", attachment=None, **by
    )
    actions.approve(org=org, founded_on=date(2018, 5, 20), document="莲工6号", attachment=tree.paper, **by)
    assert org.pk in {row.id for row in queries.tree_on(date(2018, 5, 20))}
    assert "state_not_allowed" in refused_codes(
        actions.approve, org=org, founded_on=date(2018, 5, 20), document="莲工6号", attachment=tree.paper, **by
    )


def test_a_preparation_that_came_to_nothing_never_counts(tree, machine):
    by = {"actor": machine, "at": AT}
    org = actions.plan(parent=tree.lotus, kind="single", name="己公司工会", planned_on=date(2018, 6, 1), **by).org
    actions.abandon(org=org, on=date(2018, 7, 1), **by)
    assert Org.objects.get(pk=org.pk).state == "dissolved"
    for day in (date(2018, 6, 15), DAY):
        assert org.pk not in {row.id for row in queries.tree_on(day)}


def test_editing_tells_what_changed_and_keeps_names_of_persons_out(tree):
    actor = officer(tree.firm, "orgs.edit", reach="own")
    actions.edit(org=tree.firm, changes={"address": "测试路1号", "head_name": "某某某"}, actor=actor, at=AT)
    body = last_body(tree.firm)
    assert body["fields"]["address"] == ["", "测试路1号"]
    assert "某某某" not in str(body)
    before = len(journal.timeline(tree.firm))
    actions.edit(org=tree.firm, changes={"address": "测试路1号"}, actor=actor, at=AT)
    assert len(journal.timeline(tree.firm)) == before
    with pytest.raises(Forbidden):
        actions.edit(org=tree.other, changes={"address": "x"}, actor=actor, at=AT)
    with pytest.raises(ValueError, match="not facts"):
        actions.edit(org=tree.firm, changes={"state": "dissolved"}, actor=actor, at=AT)
    assert refused_codes(
        actions.edit, org=tree.firm, changes={"staff_count": 5, "staff_women": 6}, actor=actor, at=AT
    ) == {"women_over_staff"}


def test_an_earlier_founding_day_reaches_back_into_the_tree(tree, machine):
    org = found(tree, machine).org
    actions.edit(org=org, changes={"founded_on": date(2018, 4, 2)}, actor=machine, at=AT)
    assert org.pk in {row.pk for row in queries.subtree(tree.lotus, date(2018, 4, 2))}
    assert queries.names_on(date(2018, 4, 2), [org.pk])[org.pk][0] == "丙公司工会委员会"


def test_old_reports_keep_the_old_name(tree, machine):
    actions.rename(org=tree.firm, name="甲集团工会委员会", from_on=date(2018, 7, 1), actor=machine, at=AT)
    assert queries.names_on(date(2018, 6, 30), [tree.firm.pk])[tree.firm.pk][0] == "甲公司工会委员会"
    assert queries.names_on(date(2018, 7, 1), [tree.firm.pk])[tree.firm.pk][0] == "甲集团工会委员会"
    by_id = {row.id: row.name for row in queries.tree_on(date(2018, 6, 30))}
    assert by_id[tree.firm.pk] == "甲公司工会委员会"
    assert "renamed_before_last" in refused_codes(
        actions.rename, org=tree.firm, name="甲", from_on=date(2018, 6, 1), actor=machine, at=AT
    )
    # mending a name that was wrong from its first day
    actions.rename(org=tree.firm, name="甲控股工会委员会", from_on=date(2018, 7, 1), actor=machine, at=AT)
    assert queries.names_on(date(2018, 8, 1), [tree.firm.pk])[tree.firm.pk][0] == "甲控股工会委员会"
    assert [row[2] for row in queries.search(machine, "控股")] == ["甲控股工会委员会"]
    assert queries.search(machine, "甲集团") == []


def test_legal_person(tree, machine):
    by = {"registered_on": date(2018, 8, 1), "actor": machine, "at": AT}
    assert refused_codes(actions.register_legal_person, org=tree.firm, uscc=UNION, **by) == {"not_elected"}
    actions.elect(
        org=tree.firm, number=1, years=3, started_on=date(2018, 5, 1), document="1号", attachment=tree.paper,
        actor=machine, at=AT,
    )  # fmt: skip
    done = actions.register_legal_person(org=tree.firm, uscc=UNION, certificate_no="工法证 1", **by)
    assert {reason.code for reason in done.warnings} == {"registered_late"}
    assert Org.objects.get(pk=tree.firm.pk).legal_person
    actions.elect(
        org=tree.other, number=1, years=3, started_on=date(2018, 5, 1), document="1号", attachment=tree.paper,
        actor=machine, at=AT,
    )  # fmt: skip
    assert refused_codes(actions.register_legal_person, org=tree.other, uscc=UNION, **by) == {"uscc_taken"}


def test_changing_the_kind(tree, machine):
    units = [actions.Covered("丁公司"), actions.Covered("戊公司")]
    org = found(tree, machine, kind="joint", name="莲花联合工会", covered=units).org
    unit = CoveredUnit.objects.get(name="丁公司")
    _, warnings = actions.end_covered(unit=unit, until=DAY, actor=machine, at=AT)
    assert [reason.code for reason in warnings] == ["units_too_few"]
    actions.change_kind(org=org, kind="single", actor=machine, at=AT)
    assert Org.objects.get(pk=org.pk).kind == "single"
    assert "parent_kind_wrong" in refused_codes(actions.change_kind, org=tree.lotus, kind="group", actor=machine, at=AT)
    assert "parent_kind_wrong" in refused_codes(actions.change_kind, org=tree.firm, kind="trade", actor=machine, at=AT)


def test_confirming_a_roster(tree):
    actor = officer(tree.firm, "orgs.edit", reach="own")
    actions.confirm_roster(org=tree.firm, on=date(2018, 8, 1), actor=actor, at=AT)
    assert Org.objects.get(pk=tree.firm.pk).roster_confirmed_on == date(2018, 8, 1)
    by = {"actor": actor, "at": AT}
    assert refused_codes(actions.confirm_roster, org=tree.firm, on=date(2018, 7, 1), **by) == {"confirmed_before_last"}
    assert refused_codes(actions.confirm_roster, org=tree.firm, on=date(2018, 9, 1), **by) == {"confirmed_in_future"}


# closing ----------------------------------------------------------------------------------------------


def close(tree, machine, org, **more):
    facts = {
        "org": org, "closed_on": date(2018, 8, 1), "cause": "employer_ended", "document": "莲工9号",
        "attachment": tree.paper, "members": 0, "actor": machine, "at": AT,
    }  # fmt: skip
    return actions.close(**{**facts, **more})


def test_dissolving_ends_the_term_and_the_units_but_not_the_past(tree, machine):
    org = tree.other
    actions.elect(
        org=org, number=1, years=3, started_on=date(2017, 5, 1), document="1号", attachment=tree.paper, actor=machine,
        at=AT,
    )  # fmt: skip
    assert refused_codes(close, tree, machine, org, members=3) == {"members_left"}
    assert refused_codes(close, tree, machine, tree.firm) == {"children_left"}
    close(tree, machine, org)
    org.refresh_from_db()
    assert (org.state, org.closed_on) == ("dissolved", date(2018, 8, 1))
    assert org.terms.get().ended_on == date(2018, 8, 1)
    assert org.pk in {row.id for row in queries.tree_on(date(2018, 7, 31))}
    assert org.pk not in {row.id for row in queries.tree_on(date(2018, 8, 1))}
    assert "state_not_allowed" in refused_codes(close, tree, machine, org)


def test_the_power_to_close_is_the_higher_unions(tree):
    with pytest.raises(Forbidden):
        close(tree, officer(tree.other, "orgs.close"), tree.other)
    close(tree, officer(tree.yangxi, "orgs.close"), tree.other)


def test_merging(tree, machine):
    facts = {
        "org": tree.school, "closed_on": date(2018, 8, 1), "document": "莲工9号", "attachment": tree.paper,
        "members": 0, "actor": machine, "at": AT,
    }  # fmt: skip
    assert refused_codes(actions.merge_into, **{**facts, "into": tree.school}) == {"merge_into_self"}
    assert refused_codes(actions.merge_into, **{**facts, "org": tree.firm, "into": tree.other}) == {"children_left"}
    actions.merge_into(**facts, into=tree.firm)
    org = Org.objects.get(pk=tree.school.pk)
    assert (org.state, org.merged_into) == ("merged", tree.firm)


# terms -----------------------------------------------------------------------------------------------


def elect(tree, machine, **more):
    facts = {
        "org": tree.firm, "number": 1, "years": 3, "started_on": date(2015, 3, 1), "document": "1号",
        "attachment": tree.paper, "actor": machine, "at": AT,
    }  # fmt: skip
    return actions.elect(**{**facts, **more})


def test_elections_follow_each_other(tree, machine):
    elect(tree, machine, committee_size=9)
    assert Org.objects.get(pk=tree.firm.pk).committee_size == 9
    done = elect(tree, machine, number=2, started_on=date(2018, 6, 1), committee_size=9)
    assert {reason.code for reason in done.warnings} == {"elected_late", "committee_size"}
    first, second = tree.firm.terms.order_by("number")
    assert (first.ends_on, first.ended_on) == (date(2018, 3, 1), date(2018, 6, 1))
    assert (second.ends_on, second.ended_on) == (date(2021, 6, 1), None)
    assert refused_codes(elect, tree, machine, number=2, started_on=date(2018, 7, 1)) == {"number_wrong"}


def test_a_wrong_term_is_corrected_with_a_reason(tree, machine):
    elect(tree, machine)
    term = elect(tree, machine, number=2, started_on=date(2018, 6, 1)).term
    by = {"actor": machine, "at": AT}
    assert refused_codes(actions.correct_term, term=term, changes={"years": 5}, note=" ", **by) == {"why_missing"}
    actions.correct_term(term=term, changes={"years": 5, "started_on": date(2018, 5, 1)}, note="抄错", **by)
    first, second = tree.firm.terms.order_by("number")
    assert first.ended_on == date(2018, 5, 1)
    assert second.ends_on == date(2023, 5, 1)
    assert refused_codes(actions.correct_term, term=first, changes={"years": 5}, note="x", **by) == {"term_over"}


def test_a_delay_is_the_higher_unions_to_approve(tree, machine):
    elect(tree, machine)
    facts = {"org": tree.firm, "document": "莲工7号", "attachment": tree.paper, "at": AT}
    with pytest.raises(Forbidden):
        actions.approve_delay(**facts, delayed_to=date(2018, 9, 1), actor=officer(tree.firm, "orgs.delay"))
    boss = officer(tree.lotus, "orgs.delay")
    assert refused_codes(actions.approve_delay, **facts, delayed_to=date(2018, 9, 2), actor=boss) == {"delay_too_long"}
    actions.approve_delay(**facts, delayed_to=date(2018, 9, 1), actor=boss)
    assert queries.file_of(tree.firm, DAY).term_status == "delayed"
    assert refused_codes(actions.approve_delay, **facts, delayed_to=date(2018, 8, 31), actor=boss) == {
        "delayed_already"
    }
