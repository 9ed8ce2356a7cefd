"""A file's way: one household one file, two officers, checks awaited, the computation kept, who may see what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from gongjia.base import journal
from gongjia.base.models import uuid7
from gongjia.base.refused import Forbidden, Hidden, Refused
from gongjia.work.households import actions, queries
from gongjia.work.households.models import FileMember, HouseholdFile, Visit
from tests.who.members.conftest import AT, id_card
from tests.work.households.conftest import DAY, FACTS, FAMILY


def refused(call, **more):
    with pytest.raises(Refused) as found:
        call(**more)
    return found.value.codes


def test_the_whole_way(steps) -> None:
    file = steps.opened()
    assert (file.state, file.category, file.level, file.persons) == ("active", "deep", "national", 4)
    assert file.opened_on == DAY and file.verified_year == 2018
    assert queries.computed_of(file)["quotient"] == 1_250_00
    words = [line.action for line in journal.timeline(file)]
    assert words[0] == "household.approve" and words[-1] == "households.started"


def test_what_the_household_told_lies_sealed(steps) -> None:
    file = steps.opened()
    with connection.cursor() as cursor:
        cursor.execute("select row_to_json(f)::text from households_householdfile f")
        row = cursor.fetchone()[0]
        cursor.execute("select string_agg(row_to_json(m)::text, '') from households_filemember m")
        row += cursor.fetchone()[0]
        cursor.execute("select string_agg(body::text || note, '') from journal_entrypayload")
        row += cursor.fetchone()[0]
    for secret in ("收入证明", "李小红", "家属大病，", "测试小区", "9600000", "属实"):
        assert secret not in row
    assert queries.facts_in(file).income == 96_000_00


def test_a_figure_of_the_computation_names_its_source(steps) -> None:
    lines = {line.what: line for line in queries.computation_of(steps.filled(), DAY).lines}
    assert lines["家庭年度可支配收入"].source == "收入证明"
    assert lines["低保标准"].source == "2018-01-01 起 杭民发〔2018〕1号"


def test_incomplete_is_not_handed_in(steps) -> None:
    file = steps.start()
    assert refused(actions.submit, file=file, **steps.by) == ("incomplete",)


def test_one_household_one_file(steps, join) -> None:
    number = id_card()
    spouse = join(steps.world.firm, "李小红", id_no=number)
    family = (*FAMILY[:1], replace(FAMILY[1], id_no=number))
    steps.filled(family=family)
    assert refused(steps.start) == ("household_has_file",)
    assert refused(steps.start, person=spouse.person) == ("household_has_file",)


def test_a_relative_known_by_number_only_counts_as_well(steps, join) -> None:
    """Somebody without a member file, told of in two households."""
    number = id_card(date(1950, 1, 1))
    family = (*FAMILY[:1], replace(FAMILY[3], id_no=number))
    steps.filled(family=family)
    other = join(steps.world.other, "陈一")
    assert refused(steps.filled, person=other.person, family=family) == ("household_has_file",)


def test_the_table_holds_one_living_file_for_a_head(steps) -> None:
    file = steps.start()
    with pytest.raises(IntegrityError), transaction.atomic():
        HouseholdFile.objects.create(number="x", org=file.org, head=file.head, city="330182", applied_on=DAY)


def test_a_new_file_after_the_last_was_closed(steps) -> None:
    file = steps.opened()
    actions.end_file(file=file, why="above", on=DAY, note="收入提高", **steps.by)
    assert steps.start().number != file.number


def test_two_officers_and_a_photo(steps, paper) -> None:
    file = steps.filled()
    actions.submit(file=file, **steps.by)
    visit = {"file": file, "on": DAY, "photo": paper, "agrees": True, **steps.by}
    first, second = steps.officers
    assert refused(actions.visit, first=first, second=first, **visit) == ("one_officer",)
    assert refused(actions.visit, first=first, second=steps.person, **visit) == ("officer_of_household",)
    later = {**visit, "on": DAY + timedelta(1)}
    assert refused(actions.visit, first=first, second=second, **later) == ("visit_in_future",)
    assert refused(actions.visit, first=first, second=second, **{**visit, "photo": None}) == ("photo_missing",)
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.create(file=file, on=DAY, first=first, second=first, photo=paper, entered_at=AT)


def test_a_visit_that_disagrees_stops_the_review(steps, paper) -> None:
    file = steps.visited()
    first, second = steps.officers
    actions.visit(file=file, on=DAY, first=first, second=second, photo=paper, agrees=False, **steps.by)
    assert refused(actions.review, file=file, **steps.by) == ("visit_disagrees",)


def test_approval_waits_for_check_and_notice(steps) -> None:
    file, check = steps.reviewed()
    approve = {"file": file, "level": "national", **steps.by}
    assert set(refused(actions.approve, **approve)) == {"checks_open", "no_notice"}
    assert queries.checks_open(file.pk) and queries.with_open_checks().filter(file=file).exists()
    actions.answer_check(check=check, result="differs", on=DAY, found="另有一套住房", **steps.by)
    assert not queries.checks_open(file.pk)
    assert "check_differs" in refused(actions.approve, **approve)
    again = actions.send_check(file=file, to="civil", on=DAY, **steps.by)
    actions.answer_check(check=again, result="agrees", on=DAY, **steps.by)
    actions.note_notice(file=file, notice_id=uuid7(), until=AT + timedelta(days=3), **steps.by)
    assert refused(actions.approve, **approve) == ("notice_runs",)
    later = {**approve, "at": AT + timedelta(days=3)}
    assert refused(actions.approve, **later, objections_open=1) == ("objections_open",)
    actions.approve(**later)


def test_one_question_to_an_office_at_a_time(steps) -> None:
    file, check = steps.reviewed()
    assert refused(actions.send_check, file=file, to="civil", on=DAY, **steps.by) == ("check_sent",)
    assert refused(actions.answer_check, check=check, result="agrees", on=DAY - timedelta(1), **steps.by) == (
        "answer_before_sent",
    )
    assert refused(actions.drop_check, check=check, why="", **steps.by) == ("why_missing",)
    actions.drop_check(check=check, why="发错单位", **steps.by)
    actions.send_check(file=file, to="civil", on=DAY, **steps.by)


def test_too_well_off_is_refused_with_the_clause(steps) -> None:
    file = steps.visited(facts=replace(FACTS, own_monthly=50_000_00))
    with pytest.raises(Refused) as found:
        actions.review(file=file, **steps.by)
    reason = found.value.reasons[0]
    assert reason.code == "above_lines" and reason.clause and "月人均" in reason.fact


def test_a_home_too_many(steps) -> None:
    file = steps.visited(facts=replace(FACTS, exclusions=("homes",)))
    assert refused(actions.review, file=file, **steps.by) == ("excluded_homes",)


def test_returned_mended_and_handed_in_again(steps) -> None:
    file = steps.visited()
    assert refused(actions.return_back, file=file, why="", **steps.by) == ("why_missing",)
    actions.return_back(file=file, why="缺医药费单据", **steps.by)
    assert file.state == "returned" and file.why_back == "缺医药费单据"
    actions.fill(file=file, facts=FACTS, **steps.by)
    actions.submit(file=file, **steps.by)
    file.refresh_from_db()
    assert file.state == "visiting"


def test_a_submitted_file_is_not_filled_in(steps) -> None:
    assert refused(actions.fill, file=steps.visited(), facts=FACTS, **steps.by) == ("not_open",)


def test_nobody_decides_on_the_own_household(steps) -> None:
    file = steps.visited()
    township = steps.role(steps.world.lotus, "officer_township", steps.person)
    assert refused(actions.review, file=file, actor=township, at=AT) == ("own_case",)


def test_who_may_do_what(steps) -> None:
    file = steps.visited()
    grassroots = steps.role(steps.world.firm, "officer_grassroots")
    with pytest.raises(Forbidden):
        actions.review(file=file, actor=grassroots, at=AT)
    township = steps.role(steps.world.lotus, "officer_township")
    actions.review(file=file, actor=township, at=AT)
    with pytest.raises(Forbidden):
        actions.approve(file=file, actor=township, at=AT)
    with pytest.raises(Hidden):
        queries.get(steps.role(steps.world.other, "chair_grassroots"), file.pk)


def test_straight_at_the_township_the_own_union_learns_only_that_one_exists(steps) -> None:
    file = steps.start(via="township")
    assert file.org == steps.world.lotus and file.home_org == steps.world.firm
    own = steps.role(steps.world.firm, "chair_grassroots")
    assert not queries.visible(own).exists() and queries.elsewhere(own) == 1
    with pytest.raises(Hidden):
        queries.get(own, file.pk)
    township = steps.role(steps.world.lotus, "officer_township")
    assert queries.get(township, file.pk) == file and queries.elsewhere(township) == 0
    assert queries.elsewhere(steps.role(steps.world.other, "chair_grassroots")) == 0


def test_the_worker_fills_in_the_own_file(steps, join) -> None:
    from gongjia.base.actor import Actor

    me = Actor(None, steps.person.pk, "本人")
    file = actions.start_file(head=steps.person, via="township", actor=me, at=AT)
    actions.fill(file=file, facts=FACTS, household=FAMILY, causes={"cause_main": "school"}, actor=me, at=AT)
    actions.submit(file=file, actor=me, at=AT)
    actions.withdraw(file=file, actor=me, at=AT)
    someone = Actor(None, join(steps.world.firm, "别人").person.pk, "别人")
    other = steps.start()
    for call in (actions.submit, actions.withdraw):
        with pytest.raises(Forbidden):
            call(file=other, actor=someone, at=AT)
    with pytest.raises(Forbidden):
        actions.start_file(head=steps.person, via="own", actor=someone, at=AT)


def test_facts_are_opened_with_a_reason_that_is_written_down(steps) -> None:
    file = steps.opened()
    chair = steps.role(steps.world.firm, "chair_grassroots")
    assert refused(actions.open_facts, file=file, reason="", actor=chair, at=AT) == ("reason_missing",)
    opened = actions.open_facts(file=file, reason="入户前核对", actor=chair, at=AT)
    assert opened.facts.income == 96_000_00 and opened.members[1].name == "李小红"
    assert journal.timeline(file)[0].action == "households.facts_opened"
    reader = steps.role(steps.world.fed, "leader")
    with pytest.raises(Forbidden):
        actions.open_facts(file=file, reason="看看", actor=reader, at=AT)


def test_file_of_a_day(steps) -> None:
    file = steps.opened()
    person = steps.person.pk
    assert queries.file_of(person, DAY) == file and queries.file_of(person, DAY - timedelta(1)) is None
    actions.end_file(file=file, why="above", on=DAY, note="收入提高", **steps.by)
    file.refresh_from_db()
    assert queries.file_of(person, DAY) is None and file.help_until == date(2019, 8, 27)
    assert queries.household_person_ids(file) == {person}


def test_who_leaves_the_list_is_kept_with_a_day(steps) -> None:
    file = steps.filled()
    actions.fill(file=file, household=FAMILY[:2], **steps.by)
    file.refresh_from_db()
    assert file.persons == 2 and len(queries.members(file)) == 2
    assert FileMember.objects.filter(file=file, until=DAY).count() == 3


def test_lists_cost_a_fixed_number_of_queries(steps, join, django_assert_num_queries) -> None:
    for number in range(6):
        steps.start(join(steps.world.firm, f"赵{number}").person)
    with django_assert_num_queries(1):
        assert len([(one.head.name, one.org.name, one.checks_wait) for one in queries.rows(steps.world.machine)]) == 6
