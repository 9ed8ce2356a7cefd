"""Figures of events come from records: what was held, who was there, for how long; hand entries give way to them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from gongjia.base import clock
from gongjia.base.period import Period
from gongjia.report import engine
from gongjia.report.figure import figures
from gongjia.work.events import actions
from gongjia.work.events.models import Attendance, Certificate, Event, Session, SignUp
from tests.report.test_laws import each_listing
from tests.report.world import add_hand, base
from tests.work.events.conftest import AT, join, machine, make, me, paper, people, world  # noqa: F401

pytestmark = pytest.mark.django_db

H1, CUTOFF = Period.parse("2018H1"), date(2018, 8, 27)
EARLY = datetime(2018, 3, 1, 9, tzinfo=clock.SHANGHAI)  # events begin ten days later
LAST = datetime(2018, 6, 30, 20, tzinfo=clock.SHANGHAI)
MINE = [figure for figure in figures if figure.base is not None and figure.base.key.startswith("events.")]


def values(org, *keys):
    found = engine.compute([figures.get(key) for key in keys], org, H1, CUTOFF)
    return [found[key].total.value for key in keys]


def laws(fed):
    """Own + Σ children − repeated = parent, and every listed record re-adds and climbs."""
    found = engine.compute(MINE, fed, H1, CUTOFF)
    for figure in MINE:
        result = found[figure.key]
        assert sum(cell.value or 0 for cell in result.cells.values()) - result.repeated == (result.total.value or 0)
        each_listing(figure, fed, result, H1, CUTOFF)


def day(month: int, of: int, hour: int = 9) -> datetime:
    return datetime(2018, month, of, hour, tzinfo=clock.SHANGHAI)


@pytest.fixture
def held(world, make, paper):  # noqa: F811
    """An event that took place: held("talk", world.fed, day(3, 11)) -> Event."""

    def event(kind, org, *starts, length=2, state="held", **more):
        more.setdefault("way", "none")
        at = min(starts) - timedelta(days=10)
        made = make(
            kind, org=org, at=at, sessions=[actions.SessionPlan(one, one + timedelta(hours=length)) for one in starts],
            **more,
        )  # fmt: skip
        actions.add_paper(event=made, attachment=paper, use="evidence", actor=world.machine, at=at)
        if state == "held":
            actions.hold(event=made, actor=world.machine, at=max(starts))
        if state == "cancelled":
            actions.cancel_event(event=made, why="台风", actor=world.machine, at=at)
        return Event.objects.get(pk=made.pk)

    return event


def attend(world, event, people, standing="present"):  # noqa: F811
    """Places and attendance at every session, as the list at the door writes them."""
    for person in people:
        row = SignUp.objects.create(
            event=event, person=person, org=world.firm, state="placed", state_at=AT, entered_at=AT, way="union"
        )
        for session in Session.objects.filter(event=event):
            Attendance.objects.create(
                event=event, sign_up=row, session=session, person=person, org=world.firm, standing=standing,
                on=session.starts_at.date(), how="manual", minutes=session.minutes if standing != "absent" else 0,
            )  # fmt: skip


def test_contests_by_level_on_the_day_of_the_final(world, held):  # noqa: F811
    held("contest", world.fed, day(3, 11), day(3, 18))
    held("contest", world.lotus, day(4, 11))
    held("contest", world.firm, day(5, 11))
    keys = ("skills.contests_city", "skills.contests_drawn_in")
    assert values(world.fed, *keys) == [1, 2]
    assert values(world.lotus, *keys) == [0, 2] and values(world.firm, *keys) == [0, 1]
    laws(world.fed)
    # the control: neither what was called off, nor what has not been held, nor one whose final is in July
    held("contest", world.fed, day(4, 20), state="cancelled")
    held("contest", world.fed, day(4, 21), state="open")
    held("contest", world.fed, LAST - timedelta(days=1), LAST + timedelta(days=1))
    assert values(world.fed, *keys) == [1, 2]


def test_the_last_evening_counts_and_the_first_of_july_does_not(world, held):  # noqa: F811
    held("contest", world.fed, day(6, 30, 20))
    assert values(world.fed, "skills.contests_city") == [1]
    Event.objects.update(last_at=clock.start_of(date(2018, 7, 1)))
    assert values(world.fed, "skills.contests_city") == [0]
    Event.objects.update(last_at=clock.start_of(date(2018, 7, 1)) - timedelta(seconds=1))
    assert values(world.fed, "skills.contests_city") == [1]


def test_hand_entries_give_way_to_records_of_that_kind_alone(world, held):  # noqa: F811
    for org, key, value in ((world.lotus, "skills.contests_drawn_in", 4), (world.lotus, "skills.talks", 7)):
        add_hand(base(), org, key, date(2018, 1, 1), date(2018, 6, 30), value)
    keys = ("skills.contests_drawn_in", "skills.talks")
    assert values(world.fed, *keys) == [4, 7]
    held("contest", world.lotus, day(4, 11))
    assert values(world.fed, *keys) == [1, 7]
    result = engine.compute([figures.get(key) for key in keys], world.fed, H1, CUTOFF)
    assert [str(result[key].source) for key in keys] == ["records", "hand"]


def test_persons_visits_and_hours_stand_beside_one_another(world, held, people):  # noqa: F811
    a, b, c = people(3)
    term = held("training", world.fed, day(3, 11), day(3, 18), way="nomination", length=3)
    attend(world, term, [a, b])
    other = held("training", world.lotus, day(4, 11), way="nomination", length=2)
    attend(world, other, [a])
    attend(world, other, [c], standing="absent")
    keys = ("skills.training_terms", "skills.trained", "skills.training_visits", "skills.training_hours")
    assert values(world.fed, *keys) == [1, 2, 5, 14]
    assert values(world.lotus, *keys) == [0, 1, 1, 2]
    result = engine.compute([figures.get("skills.trained")], world.fed, H1, CUTOFF)["skills.trained"]
    assert result.repeated == 1  # 甲 was at both
    laws(world.fed)
    # half an hour counts as one, less as none
    for minutes, hours in ((29, 0), (30, 1), (89, 1), (90, 2)):
        Attendance.objects.filter(event=other, standing="present").update(minutes=minutes)
        assert values(world.lotus, "skills.training_hours") == [hours]


def test_talks_and_shows_count_each_session_and_heads_where_nobody_signs_up(world, held, people):  # noqa: F811
    talk = held("talk", world.fed, day(3, 11), day(3, 18))
    for session in talk.sessions.all():
        actions.set_headcount(session=session, count=40, actor=world.machine, at=session.ends_at)
    heard = held("talk", world.lotus, day(4, 11), way="open", total=0)
    attend(world, heard, people(3))
    held("show", world.fed, day(5, 11))
    held("show", world.firm, day(5, 12))
    keys = ("skills.talks", "skills.talk_visits", "skills.talk_persons", "skills.shows", "skills.show_visits")
    assert values(world.fed, *keys) == [3, 83, 3, 1, 0]
    assert values(world.lotus, *keys) == [1, 3, 3, 0, 0]
    laws(world.fed)


def test_teams_hours_evenings_and_certificates(world, held, people):  # noqa: F811
    a, b = people(2)
    actions.make_team(
        org=world.fed, name="志愿队", founded_on=date(2018, 3, 5), leader=a, actor=world.machine, at=AT
    )  # fmt: skip
    actions.make_team(org=world.firm, name="七月队", founded_on=date(2018, 7, 1), leader=b, actor=world.machine, at=AT)
    served = held("volunteer", world.fed, day(4, 11), way="nomination", length=3)
    attend(world, served, [a, b])
    evening = held("matching", world.fed, day(5, 11), way="nomination", total=0)
    attend(world, evening, [a, b])
    keys = ("cadres.volunteer_teams", "cadres.volunteers", "cadres.volunteer_visits", "cadres.volunteer_hours",
            "places.dating_events", "places.dating_persons")  # fmt: skip
    assert values(world.fed, *keys) == [1, 2, 2, 6, 1, 2]
    row = SignUp.objects.filter(event=served).first()
    Certificate.objects.create(
        event=served,
        sign_up=row,
        person=row.person,
        org=world.fed,
        serial="2018-PX-1",
        title="证",
        issued_on=date(2018, 5, 1),
    )
    assert values(world.fed, "skills.certificates") == [1]
    laws(world.fed)
    Certificate.objects.update(revoked_on=date(2018, 7, 1))
    assert values(world.fed, "skills.certificates") == [1]  # a later revocation does not rewrite the half-year
    Certificate.objects.update(revoked_on=date(2018, 6, 30))
    assert values(world.fed, "skills.certificates") == [0]


def test_a_child_counts_once_and_its_places_twice(world, make, people):  # noqa: F811
    parent = people(1)[0]
    for month in (5, 6):
        at = day(month, 1)
        event = make("children", at=at, total=5)
        actions.sign_up_children(
            event=event, guardian=parent, actor=me(parent), at=at,
            children=[actions.NewChild("小明", date(2010, 3, 1), "父亲", True, [actions.NewPickUp("奶奶")])],
        )  # fmt: skip
        actions.hold(event=event, actor=world.machine, at=at + timedelta(days=10))
    keys = ("places.little_birds", "places.little_bird_places")
    assert values(world.fed, *keys) == [1, 2]
    laws(world.fed)
    listed = list(figures.get("places.little_birds").records(world.fed, H1, CUTOFF))
    assert all("小明" not in one.label for one in listed)  # a list of the report names no child
