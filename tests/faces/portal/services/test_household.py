"""One's own hardship file on the phone: what is in it, how it was reckoned, when it is looked at again, whom to ask."""

from __future__ import annotations

from datetime import date

import pytest

from gongjia.base import journal
from gongjia.work.households import actions
from gongjia.work.households.models import HouseholdFile
from tests.faces.portal.services.conftest import AT
from tests.who.members.conftest import id_card
from tests.work.households.conftest import FACTS

pytestmark = pytest.mark.django_db
ADDRESS = "/m/household"
NUMBER = id_card(date(1950, 3, 3))


@pytest.fixture
def file(world, member) -> HouseholdFile:
    by = {"actor": world.machine, "at": AT}
    actions.set_low_line(city="330182", valid_from=date(2018, 1, 1), amount=1300_00, document="1号", **by)
    actions.set_low_line(city="330100", valid_from=date(2018, 1, 1), amount=1300_00, document="1号", **by)
    family = (actions.HouseholdMember("spouse", "李小红"), actions.HouseholdMember("parent", "王大山", NUMBER))
    [made] = actions.take_in(
        families=[actions.Family(member, FACTS, family, {"cause_main": "kin_illness"})], via="township", **by
    )
    HouseholdFile.objects.filter(pk=made.pk).update(
        state="active", category="deep", level="provincial", opened_on=date(2018, 6, 11), verified_year=2018
    )
    return made


def test_the_head_sees_what_is_in_it_masked(phone, member, file):
    before = len(journal.timeline(file))
    words = phone(member).open(ADDRESS)
    for said in (
        file.number,
        "深度困难",
        "2019 年内",
        "问谁",
        file.org.name,
        "÷ 12 ÷ 3 人",
        "8,000.00",
        "本单位工会只知道有一份档案",
    ):
        assert said in words, said
    # the phone lies on the table: no full name of the family, no full number
    assert "王大山" not in words and "李小红" not in words and NUMBER not in words
    assert "父母" in words or "王" in words
    assert len(journal.timeline(file)) == before  # one's own file is nothing to be written down


def test_another_of_the_household_learns_only_that_it_is_there(phone, world, join, member, file):
    from gongjia.who.members import actions as members

    father = members.open_account(person=join(world.firm, "王大山", id_no=NUMBER).person, actor=None, at=AT)
    actions.verify(file=file, verdict="change", actor=world.machine, at=AT, household=[
        actions.HouseholdMember("spouse", "李小红"), actions.HouseholdMember("parent", "王大山", NUMBER)])  # fmt: skip
    words = phone(father).open(ADDRESS)
    assert "家里已有一份档案" in words and "一户只建一份" in words
    assert file.number not in words and "8,000.00" not in words and "相对困难" not in words


def test_a_stranger_and_a_workmate_see_nothing(phone, world, join, member, file):
    from gongjia.who.members import actions as members

    mate = members.open_account(person=join(world.firm, "同事示例").person, actor=None, at=AT)
    words = phone(mate).open(ADDRESS)
    assert "没有您家的困难职工档案" in words and file.number not in words
