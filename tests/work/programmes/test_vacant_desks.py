"""An application at a desk where nobody sits is on somebody's list: the nearest union above where one does."""

from __future__ import annotations

import pytest

from gongjia.who.members import actions as members
from gongjia.who.members.registry import TODOS
from gongjia.work.programmes import actions
from gongjia.work.programmes.queries import desks
from tests.work.worlds import AT, DAY, in_role

pytestmark = pytest.mark.django_db
ROLES = {"firm": "officer_grassroots", "lotus": "officer_township", "fed": "city_labour"}


@pytest.fixture
def sits(world, join):
    """sits("lotus"): somebody holds the usual post there, and acts from it."""

    def seat(place: str):
        org, role = getattr(world, place), ROLES[place]
        person = join(world.school, f"干部{place}").person
        members.grant(person=person, org=org, role=role, since=DAY, post_name="主席", actor=world.machine, at=AT)
        return in_role(org, role, person)

    return seat


@pytest.fixture
def waiting(make, apply, people):
    """Two at the desk of the firm's own union."""
    rules = [actions.DeskRule(1, "own", days=3, unit="day"), actions.DeskRule(2, "opener")]
    round_ = make(title="没人审的", desk_rules=rules)
    return [apply(round_, one) for one in people(2)]


def told(actor) -> list[tuple[str, int]]:
    return [(one.round_title, one.count) for one in desks.counted(desks.vacant(actor, today=DAY), DAY)]


def test_the_nearest_union_above_with_somebody_is_told(world, sits, waiting):
    township, county = sits("lotus"), sits("fed")
    assert told(township) == [("没人审的", 2)] and told(county) == []
    [row] = TODOS.get("vacant_desks").rows(township, DAY, 10)
    assert "2 件在没有干部的工会，请代审" in row.title and row.link == ("programmes.desk", waiting[0].round_id)
    assert row.unit == "day"  # the desk's own
    assert TODOS.get("vacant_desks").count(township, DAY) == 2


def test_where_the_township_has_nobody_either_it_is_the_county(sits, waiting):
    assert told(sits("fed")) == [("没人审的", 2)]


def test_control_who_sits_at_the_desk_keeps_it(sits, waiting):
    township, own = sits("lotus"), sits("firm")
    assert told(township) == [] and told(own) == []
    assert sum(one.count for one in desks.desk_counts(own, today=DAY)) == 2
