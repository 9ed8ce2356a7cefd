"""Many files in one act: the same checks as one by one, all or none; and one household has one file, whoever runs."""

from __future__ import annotations

import itertools
import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError

from gongjia.base import journal
from gongjia.base.models import uuid7
from gongjia.base.refused import Forbidden, Refused
from gongjia.work.households import actions
from gongjia.work.households.actions import facts as gathering
from gongjia.work.households.actions import together
from gongjia.work.households.models import CheckRequest, HouseholdFile, Visit
from tests.who.members.conftest import AT, id_card, in_role
from tests.who.members.test_races import together as at_once
from tests.work.households.conftest import DAY, FACTS, FAMILY

NAMES = ("赵示例", "钱示例", "孙示例")


def family(head, *, facts=FACTS, others=FAMILY[1:]):
    return actions.Family(head, facts, others, {"cause_main": "kin_illness"})


@pytest.mark.django_db
def test_from_the_pile_of_forms_to_the_files_in_force(world, join, paper, line):
    by = {"actor": world.machine, "at": AT}
    heads = [join(world.firm, name).person for name in NAMES]
    officers = [join(world.firm, name).person for name in ("何敏", "陆川")]
    files = actions.take_in(families=[family(head) for head in heads], via="own", **by)
    assert [file.state for file in files] == ["visiting"] * 3 and len({file.number for file in files}) == 3
    assert [file.persons for file in files] == [4] * 3 and files[0].members.count() == 4
    seen = [actions.Seen(file, officers[0].pk, officers[1].pk, paper, note="属实") for file in files]
    actions.visit_many(on=DAY, visits=seen, **by)
    actions.review_many(files=files, **by)
    checks = actions.send_checks(files=files, to="civil", on=DAY, document_no="函1号", **by)
    with pytest.raises(Refused) as why:  # the same letter twice
        actions.send_checks(files=files, to="civil", on=DAY, **by)
    assert set(why.value.codes) == {"check_sent"}
    with pytest.raises(Refused) as why:
        actions.approve_many(files=files, level="national", document_no="1号", **by)
    assert {"checks_open", "no_notice"} <= set(why.value.codes)
    actions.answer_checks(checks=checks, result="agrees", on=DAY, **by)
    actions.note_notices(files=files, notice_id=uuid7(), until=AT - timedelta(seconds=1), **by)
    with pytest.raises(Refused) as why:  # one objection that waits holds up the whole document, and is named
        actions.approve_many(
            files=files, level="national", document_no="1号", objections_open={files[1].pk: 1}, **by
        )  # fmt: skip
    assert why.value.codes == ("objections_open",) and files[1].number in why.value.reasons[0].sentence
    done = actions.approve_many(files=files, level="national", document_no="建工帮〔2018〕1号", **by)
    # as one by one: the category, the day, the way to it
    assert {(one.state, one.category, one.opened_on, one.verified_year) for one in done} == {
        ("active", "deep", DAY, DAY.year)
    }
    assert all("低保标准" in one.computed.open_unlogged() for one in done)
    for one in done:
        said = [line.action for line in journal.timeline(one)]
        assert {"households.started", "household.submit", "households.visited", "household.approve"} <= set(said)
    assert (Visit.objects.count(), CheckRequest.objects.filter(state="answered").count()) == (3, 3)
    assert journal.verify() == []


@pytest.mark.django_db
def test_one_that_may_not_go_refuses_all_and_is_named(world, join, paper, line):
    by = {"actor": world.machine, "at": AT}
    heads = [join(world.firm, name).person for name in NAMES]
    for bad, code in (
        (family(heads[2], facts=actions.HouseholdFacts()), "incomplete"),
        (family(heads[0]), "household_has_file"),  # the same household twice on the pile
        (family(heads[2], others=(actions.HouseholdMember("spouse", ""),)), "member_name"),
    ):
        with pytest.raises(Refused) as why:
            actions.take_in(families=[family(heads[0]), family(heads[1]), bad], via="own", **by)
        assert code in why.value.codes
        assert not HouseholdFile.objects.exists()
    number = id_card()
    shared = (actions.HouseholdMember("parent", "王大山", number),)
    with pytest.raises(Refused) as why:  # two forms name the same old father
        actions.take_in(families=[family(one, others=shared) for one in heads[:2]], via="own", **by)
    assert "household_has_file" in why.value.codes
    with pytest.raises(Forbidden):
        actions.take_in(
            families=[family(heads[0])], via="own", actor=in_role(world.other, "officer_township"), at=AT
        )  # fmt: skip


@pytest.mark.django_db
def test_the_facts_of_many_are_the_facts_of_each(steps, world, django_assert_max_num_queries):
    files = [steps.reviewed()[0]]
    with django_assert_max_num_queries(6):
        many = gathering.facts_many(files, world.machine, AT)
    assert many[files[0].pk] == gathering.facts_of(files[0], world.machine, AT)
    assert many[files[0].pk].visits == 1 and many[files[0].pk].checks_sent == 1


RUNNERS = 64


def _race(world, heads, numbers) -> tuple[list, list]:
    """Husband and wife, thirty-two counters each, at one instant: who got through, and what the others were told."""

    def run(place: int):
        head, other = heads[place % 2], heads[1 - place % 2]
        spouse = actions.HouseholdMember("spouse", other.name, numbers[other.pk])
        try:
            return actions.take_in(families=[family(head, others=(spouse,))], via="own", actor=world.machine, at=AT)
        except IntegrityError as error:
            return error

    answers = at_once(*(lambda place=place: run(place) for place in range(RUNNERS)))
    return [one for one in answers if isinstance(one, list)], [one for one in answers if not isinstance(one, list)]


@pytest.fixture
def couple(world, join):
    numbers = [id_card(), id_card(woman=True)]
    heads = [
        join(world.firm, name, id_no=number).person for name, number in zip(("郑示例", "冯示例"), numbers, strict=True)
    ]
    return heads, {head.pk: number for head, number in zip(heads, numbers, strict=True)}


@pytest.mark.django_db(transaction=True)
def test_sixty_four_at_once_open_exactly_one_file_for_a_household(world, line, couple):
    done, refused = _race(world, *couple)
    assert len(done) == 1 and len(refused) == RUNNERS - 1
    assert all(isinstance(one, Refused) and one.codes == ("household_has_file",) for one in refused)
    assert HouseholdFile.objects.count() == 1 and journal.verify() == []


@pytest.mark.django_db(transaction=True)
def test_the_control_without_the_lock_a_household_gets_two(world, line, couple, monkeypatch):
    drawn, facts = itertools.count(1), together.facts_many

    both = threading.Barrier(2)

    def slow(*args, **more):
        both.wait(60)  # a husband's and a wife's rows are written and not yet committed: neither sees the other's
        return facts(*args, **more)

    monkeypatch.setattr(together.filing, "lock_households", lambda: None)
    monkeypatch.setattr(together.filing, "next_number", lambda city, year: f"{city}-K{year}-{next(drawn):05d}")
    monkeypatch.setattr(together, "facts_many", slow)
    done, _refused = _race(world, *couple)
    assert len(done) == HouseholdFile.objects.count() == 2
