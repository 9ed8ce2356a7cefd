"""The catalogue is whole: keys of the contract, definitions, pages that exist, words that name only figures."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.urls import resolve

from gongjia.base.refused import Refused
from gongjia.report import queries, words
from gongjia.report.catalogue import bases, chains, gatherings
from gongjia.report.figure import Base, Figure, Ratio, figures
from gongjia.report.kinds import AREAS, Measure, Time
from gongjia.report.records import HAND_URL

# the table, and the figures that print what the demo's records add up to
CONTRACT = {
    "honours.craftsmen": "名", "honours.stories": "期", "skills.contests_city": "项", "skills.contests_drawn_in": "项",
    "skills.training_terms": "期", "skills.tuition_grants": "名", "skills.talks": "场", "skills.shows": "场",
    "labour.congress_observations": "个", "care.mutual_aid_covers": "人次", "care.accident_claims": "起",
    "care.accident_paid": "元", "care.gifts_households_paid": "元", "places.rest_stations": "家",
    "places.nursing_rooms": "家", "places.nursing_rooms_national": "家", "places.dating_events": "场",
    "orgs.founded": "家", "orgs.founded_joint": "家", "orgs.members_homes_building": "家", "cadres.volunteer_teams": "支",
    "orgs.registered": "个", "orgs.platforms_opened": "个", "members.real_name": "人", "members.portal_activated": "人",
    "members.city_app": "人", "labour.model_units": "家", "care.aid_paid": "元",
}  # fmt: skip
BY_RECORDS = re.compile(r"(orgs\.|members\.(?!city_app)|cadres\.(?!volunteer))")
# of programmes and money: records where there are any, hand entries of unions and years before
BY_CHAINS = {
    "honours.craftsmen", "honours.craftsmen_nominated", "skills.tuition_grants", "skills.tuition_asked",
    "skills.tuition_paid", "labour.model_units", "care.aid_paid", "care.gifts_households",
    "care.gifts_households_paid", "care.gifts_companies", "care.convalescence",
}  # fmt: skip

# of events: likewise
BY_EVENTS = {
    "skills.contests_city", "skills.contests_drawn_in", "skills.contest_entrants", "skills.contest_entries",
    "skills.contest_titles", "skills.training_terms", "skills.trained", "skills.training_visits",
    "skills.training_hours", "skills.certificates", "skills.talks", "skills.talk_visits", "skills.talk_persons",
    "skills.shows", "skills.show_visits", "skills.show_persons", "care.health_checks", "places.dating_events",
    "places.dating_persons", "places.dating_visits", "places.little_birds", "places.little_bird_places",
    "cadres.volunteer_teams", "cadres.volunteers", "cadres.volunteer_visits", "cadres.volunteer_hours",
}  # fmt: skip


def test_keys_and_units_of_the_contract():
    assert {key: figures.get(key).unit for key in CONTRACT} == CONTRACT


def test_areas_seven_eight_officers_and_programmes_come_from_records_the_others_by_hand():
    for figure in figures:
        by_records = figure.base is not None or bool(figure.parts)
        assert by_records == (bool(BY_RECORDS.match(figure.key)) or figure.key in BY_CHAINS | BY_EVENTS), figure.key
        assert by_records or figure.has_hand


@pytest.mark.parametrize("figure", figures.all(), ids=lambda figure: figure.key)
def test_every_definition_page_says_what_counts(figure):
    page = queries.definition(figure.key)
    assert figure.meaning.endswith("。") and figure.counts.endswith("。")
    assert page.area and page.time and page.measure and page.source
    assert figure.area in AREAS
    if figure.measure is Measure.TIMES:
        assert page.beside.measure is Measure.PERSONS
    if figure.part_of:
        assert figure in queries.definition(figure.part_of).parts
        # a part looks at the same span as its whole
        assert (figure.time, figure.to_cutoff) == (page.whole.time, page.whole.to_cutoff)


def test_an_unknown_figure_is_refused():
    with pytest.raises(Refused) as refused:
        queries.definition("orgs.fonded")
    assert refused.value.codes == ("figure_unknown",)


def test_a_figure_that_cannot_hold_is_not_declared():
    common = {"key": "x", "area": 1, "label": "x", "unit": "人", "time": Time.FLOW, "meaning": "x"}
    for wrong in (
        {"area": 10},
        {"measure": Measure.TIMES},
        {"measure": Measure.PERSONS, "base": bases.UNIONS},
        {"measure": Measure.SUM, "base": bases.UNIONS},
    ):
        with pytest.raises(ValueError):
            Figure(**{**common, **wrong})


@pytest.mark.parametrize(
    "base",
    [one for module in (bases, chains, gatherings) for one in vars(module).values() if isinstance(one, Base)],
    ids=lambda base: base.key,
)
def test_every_record_has_a_page(base):
    fields = dict.fromkeys(("id", "org_id", "person_id"), uuid4())
    assert resolve(base.url.format(**fields)).url_name
    assert base.climbs and base.power


def test_a_hand_entry_has_a_page():
    assert resolve(HAND_URL.format(id=uuid4())).url_name


@pytest.mark.parametrize("area", AREAS)
def test_shipped_words_name_only_figures_of_the_catalogue(area):
    text = words.shipped(area)
    assert words.faults(text) == []
    assert words.typed_numbers(text) == []
    assert words.parse(text)[0].heading
    assert words.keys_in(text) or area == 9


def test_shipped_words_use_every_key_of_the_contract():
    used = {key for area in AREAS for key in words.keys_in(words.shipped(area))}
    assert set(CONTRACT) - used == set()


def test_ratios_name_their_sides():
    assert [figure.key for figure in figures if isinstance(figure, Ratio)] == ["orgs.coverage"]
    ratio = figures.get("orgs.coverage")
    assert set(ratio.part) < set(ratio.whole)
