"""对上报送: what goes up, 未报 / 已报 / 报后有变化, whole numbers in the sheet only, numbers that come back."""

from __future__ import annotations

import io

import pytest

from gongjia.base import journal, sheets
from gongjia.base.refused import Forbidden, Refused
from gongjia.who.members import actions, queries
from gongjia.who.members.models import Person
from gongjia.who.orgs.queries.upward import Sent
from tests.who.members.conftest import AT, DAY, in_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(world):
    return in_role(world.fed, "city_publicity")


def counts(actor, **more):
    found = queries.upward_members(actor, **more)[1]
    return found[Sent.NOT], found[Sent.SENT], found[Sent.CHANGED]


def test_members_go_up_once_and_again_when_they_changed(world, join, city):
    spell = join(world.firm, "王小明", education="21")
    other = join(world.other, "李四")
    nameless = Person.objects.create(name="无证")
    nameless.memberships.create(org=world.firm, org_path=world.firm.path, since=DAY)
    assert counts(city) == (3, 0, 0)
    sent = actions.send_members(actor=city, at=AT, reason="上级采集通知〔2018〕5号")
    assert (sent.sent, sent.held_back) == (2, 1)
    [sheet] = sheets.read(io.BytesIO(sent.content), "members.xlsx").sheets
    assert spell.person.id_no.open_unlogged() in sheet.rows[1] + sheet.rows[2]
    assert counts(city) == (1, 2, 0)
    with pytest.raises(Refused) as why:
        actions.send_members(actor=city, at=AT, reason="再报")
    assert why.value.codes == ("all_incomplete",)

    actions.correct(person=spell.person, changes={"education": "31"}, actor=city, at=AT)
    assert counts(city) == (1, 1, 1)
    listed, _ = queries.upward_members(city, state=Sent.CHANGED)
    assert [(one.name, one.state_label) for one in listed] == [("王小明", "报后有变化")]
    listed, _ = queries.upward_members(city, state=Sent.NOT)
    assert "证件号码" in listed[0].gaps
    # who left is told too, since the upper system knows them
    actions.leave(person=other.person, on=DAY, reason="5", own_word=True, actor=city, at=AT)
    assert counts(city) == (1, 0, 2)
    assert actions.send_members(actor=city, at=AT, reason="变动").sent == 2
    assert any(line.action == "members.upward_sent" for line in journal.timeline(spell.person))


def test_the_list_shows_no_numbers_and_the_sheet_takes_a_power_and_a_reason(world, join, city):
    spell = join(world.firm)
    listed, _ = queries.upward_members(city)
    assert spell.person.id_no.open_unlogged() not in repr(listed)
    with pytest.raises(Refused):
        actions.send_members(actor=city, at=AT, reason=" ")
    for role, org in (("officer_township", world.lotus), ("chair_grassroots", world.firm), ("leader", world.fed)):
        with pytest.raises(Forbidden):
            actions.send_members(actor=in_role(org, role), at=AT, reason="x")
        assert queries.upward_members(in_role(org, role))[0] == []


def test_the_upper_systems_numbers_come_back_by_identity(world, join, city):
    spell = join(world.firm)
    number = spell.person.id_no.open_unlogged()
    buffer = io.BytesIO()
    columns = [sheets.Column(title, text=True) for title in ("证件号码", "上级系统编号")]
    rows = [(number, "ZJ000123"), ("330100199001010000", "ZJ000124")]
    sheets.write(buffer, [sheets.SheetOut("回执", columns, rows)])
    assert actions.take_member_numbers(io.BytesIO(buffer.getvalue()), actor=city, at=AT, name="回执.xlsx") == (1, 1)
    assert Person.objects.get(pk=spell.person_id).upper_no == "ZJ000123"
    assert actions.take_member_numbers(io.BytesIO(buffer.getvalue()), actor=city, at=AT, name="回执.xlsx") == (0, 1)
