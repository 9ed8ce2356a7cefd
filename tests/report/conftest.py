"""A federation whose half-year says what the source report says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from gongjia.base.period import Period
from tests.kept import told_once
from tests.report import world as made

H1 = Period.parse("2018H1")
CUTOFF = date(2018, 8, 27)

# key -> (span, value in the figure's unit; fen for money)
SOURCE = {
    "honours.craftsmen": ("2018H1", 10),
    "honours.stories": ("2018H1", 10),
    "skills.contests_city": ("2018H1", 11),
    "skills.contests_drawn_in": ("2018H1", 30),
    "skills.training_terms": ("2018H1", 2),
    "skills.tuition_grants": ("2018H1", 51),
    "skills.talks": ("2018H1", 41),
    "skills.shows": ("2018H1", 5),
    "labour.model_units": ("2018-01-01..2018-08-27", 46),
    "labour.congress_observations": ("2018H1", 16),
    "care.aid_paid": ("2018-01-01..2018-08-27", 128_456_000),
    "care.mutual_aid_covers": ("2018", 58_000),
    "care.mutual_aid_persons": ("2018", 41_200),
    "care.mutual_aid_claims": ("2018", 3_104),
    "care.mutual_aid_claimants": ("2018", 2_716),
    "care.mutual_aid_paid": ("2018", 284_680_000),
    "care.safe_returns": ("2018H1", 86),
    "care.accident_claims": ("2018H1", 15),
    "care.accident_paid": ("2018H1", 4_500_000),
    "care.convalescence": ("2018H1", 320),
    "care.health_checks": ("2018H1", 500),
    "care.gifts_households": ("2018-01-01..2018-08-27", 336),
    "care.gifts_households_paid": ("2018-01-01..2018-08-27", 20_160_000),
    "care.gifts_companies": ("2018-01-01..2018-08-27", 62),
    "places.rest_stations": ("2018H1", 2),
    "places.nursing_rooms": ("2018H1", 3),
    "places.nursing_rooms_national": ("2018H1", 3),
    "places.dating_events": ("2018H1", 2),
    "places.little_birds": ("2018-01-01..2018-08-27", 420),
    "places.palace_investment": ("2018H1", 268_000_000_0),
    "members.city_app": ("2018-08-27", 21_650),
    "cadres.volunteer_teams": ("2018H1", 5),
}


@dataclass
class Half:
    world: made.World
    report: object
    paper: object
    officer: object  # of the federation, with every power of the report

    @property
    def fed(self):
        return self.world.fed


def fill(world: made.World) -> None:
    """16 townships; 19 unions founded in the half-year, 2 of them joint; 5 homes being built; members and officers."""
    from gongjia.who.orgs.models import MembersHome, OpenUnit

    made.add_org(world, None, "federation")
    for _ in range(16):
        made.add_org(world, 0, "township")
    for number in range(24):
        kind = "joint" if number in (3, 9) else "single"
        # five of the twenty-four were founded before or after
        founded = [date(2016, 5, 1), date(2018, 7, 1)][number % 2] if number >= 19 else date(2018, 1 + number % 6, 15)
        made.add_org(world, 1 + number % 16, kind, founded)
    for number in range(5):
        MembersHome.objects.create(
            org=world.orgs[1 + number],
            name=f"第{number}职工之家",
            kind="regional",
            state="building",
            planned_on=date(2018, 3, 1),
            started_on=date(2018, 5, 1),
            attachment=world.paper,
        )
    OpenUnit.objects.create(
        org=world.orgs[2],
        name="无会公司",
        listed_on=date(2018, 2, 1),
        staff_count=25,
        staff_source="visit",
        staff_on=date(2018, 2, 1),
    )
    for number in range(40):
        person = made.add_person(
            world,
            sex="12"[number % 2],
            rural=number % 3 == 0,
            papers=number % 4 != 0,
            phone=number % 5 != 0,
            seen=date(2018, 3, 1) if number % 8 == 0 else None,
        )
        union = world.orgs[17 + number % 20]
        made.add_spell(world, person, union, max(union.founded_on, date(2018, 1, 5)), None)
        if number < 16:
            made.add_post(
                world, person, world.orgs[1 + number], date(2018, 1, 1), role="officer_township", post_name="主席"
            )


@pytest.fixture
def half(db) -> Half:
    return told_once("half-year", told_half)


def told_half() -> Half:
    from gongjia.report import actions, powers

    world = made.base()
    fill(world)
    officer = world.officer(world.fed, *powers.POWERS, "orgs.read", "members.read", "positions.read", role="leader")
    for key, (span, value) in SOURCE.items():
        period = Period.parse(span)
        made.add_hand(world, world.fed, key, period.start, period.last_day, value)
    actions.set_target(org=world.fed, figure="labour.model_units", year=2018, value=40, actor=officer, at=made.AT)
    actions.set_target(org=world.fed, figure="orgs.founded", year=2018, value=30, actor=officer, at=made.AT)
    actions.set_target(org=world.fed, figure="orgs.coverage", year=2018, value=900, actor=officer, at=made.AT)
    report = actions.open_report(
        key="2018H1",
        org=world.fed,
        period=H1,
        cutoff=CUTOFF,
        title="建德市总工会2018年上半年工作总结",
        preface="今年以来，在市委和上级工会的指导下，市总工会深入学习十九大精神，围绕“五个主题年”活动，聚焦主业主责、致力维权维稳，夯实基层基础，改革创新、岗位练兵、服务大局，团结带领广大职工，为实现建德新崛起贡献工会新作为。上半年，主要开展了以下重点工作：",
        actor=officer,
        at=made.AT,
    )
    return Half(world, report, world.paper, officer)
