"""The story told small: it runs whole, says what the report must say, and comes out the same twice."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import transaction

from gongjia import demo
from gongjia.base import clock
from gongjia.config import canonical
from gongjia.demo import cast, lookups, size, story
from gongjia.report.payload import report_json
from gongjia.who.members import actions as members

pytestmark = pytest.mark.django_db
# key -> value of the source document: told by the same records and hand entries at any size
SAID = {
    "honours.craftsmen": 10, "honours.stories": 10, "skills.contests_city": 11, "skills.contests_drawn_in": 30,
    "skills.training_terms": 2, "skills.tuition_grants": 51, "skills.talks": 41, "skills.shows": 5,
    "labour.congress_observations": 16, "care.mutual_aid_covers": 58_000, "care.accident_claims": 15,
    "places.rest_stations": 2, "places.nursing_rooms": 3, "places.nursing_rooms_national": 3,
    "places.dating_events": 2, "orgs.founded": 19, "orgs.founded_joint": 2, "orgs.members_homes_building": 5,
    "cadres.volunteer_teams": 5,
}  # fmt: skip
MONEY = {"care.accident_paid": 45_000, "care.gifts_households_paid": 201_600}
FROM_RECORDS = (
    "orgs.registered", "orgs.platforms_opened", "members.total", "members.real_name", "members.portal_activated",
    "members.new_trades", "members.retained", "honours.craftsmen", "honours.craftsmen_nominated",
    "skills.tuition_grants", "skills.tuition_asked", "care.gifts_households", "care.gifts_companies", "care.aid_paid",
    "care.convalescence", "labour.model_units", "orgs.founded", "orgs.founded_joint", "skills.contests_city",
    "skills.contests_drawn_in", "skills.training_terms", "skills.talks", "skills.shows", "places.dating_events",
    "places.little_birds", "cadres.volunteer_teams", "cadres.volunteer_hours",
)  # fmt: skip


class Undo(Exception):
    """Leaves the block with nothing kept."""


@contextmanager
def told(settings) -> Iterator[None]:
    """A small demonstration, for as long as the block."""
    settings.GONGJIA_DEMO = True
    with (
        pytest.raises(Undo),
        transaction.atomic(),
        size.being(size.SMALL),
        clock.standing(story.LAST_DAY),
    ):
        demo.build(say=lambda text: None)
        yield
        raise Undo


def test_true_to_the_document(settings) -> None:
    with told(settings):
        lines = {line["key"]: line for line in report_json("2018H1")["lines"]}
    assert {key: lines[key]["value"] for key in SAID} == SAID
    money = {key: float(lines[key]["value"]) for key in MONEY}
    assert money == MONEY
    for key in FROM_RECORDS:
        assert lines[key]["source"] == "records" and lines[key]["value"] > 0, lines[key]
    assert lines["members.city_app"]["source"] == "hand"
    assert lines["labour.model_units"]["value"] > lines["labour.model_units"]["target"]
    assert lines["care.gifts_households_paid"]["source"] == "records"
    assert lines["care.gifts_households_paid"]["records"] == lines["care.gifts_households"]["value"]


@pytest.mark.proof
def test_the_same_every_time(settings) -> None:
    with told(settings):
        first = canonical.table_hashes()
    with told(settings):
        second = canonical.table_hashes()
        # the control: one person turns out to be called otherwise
        member = lookups.person_by_id(cast.MEMBER.id_no)
        members.correct(person=member, changes={"name": "童另名"}, actor=story.MACHINE, at=clock.now(), note="更正")
        third = canonical.table_hashes()
    assert [label for label in first if first[label] != second[label]] == []
    assert [label for label in first if first[label] != third[label]]


# what would make two tellings differ, and where it is allowed: nowhere in the story
UNEQUAL = {
    "random": lambda name: name != "Random",
    "secrets": lambda name: True,
    "uuid": lambda name: name in ("uuid1", "uuid4"),
    "time": lambda name: name in ("time", "time_ns"),
}


def chances(source: str) -> list[str]:
    """Calls in a module whose answer is another each time: random.choice(...), secrets.*, datetime.now() …"""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module in UNEQUAL:
            found += [f"{node.module}.{one.name}" for one in node.names if UNEQUAL[node.module](one.name)]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner, name = node.func.value, node.func.attr
            if isinstance(owner, ast.Name) and owner.id in UNEQUAL and UNEQUAL[owner.id](name):
                found.append(f"{owner.id}.{name}")
            if (
                name in ("now", "today")
                and isinstance(owner, ast.Name)
                and owner.id in ("datetime", "date", "timezone")
            ):
                found.append(f"{owner.id}.{name}")
            if (isinstance(owner, ast.Name) and owner.id == "random") and name == "Random" and not node.args:
                found.append("random.Random without a seed")
    return found


def test_the_story_leaves_nothing_to_chance() -> None:
    folder = Path(demo.__file__).parent
    found = {path.name: chances(path.read_text("utf-8")) for path in sorted(folder.rglob("*.py"))}
    assert {name: what for name, what in found.items() if what} == {}
    assert chances("import random\nrandom.choice([1, 2])\nrandom.Random()\nx = random.Random(4)") == [
        "random.choice", "random.Random without a seed",
    ]  # fmt: skip
