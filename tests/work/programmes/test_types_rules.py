"""Rules of the types, without a database: vectors of the domain rules, each reason with its clause."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from gongjia.base.identity_numbers import check_digit
from gongjia.work.programmes.registry import TYPES
from gongjia.work.programmes.rules import conditions
from gongjia.work.programmes.rules.facts import Earlier, Facts, FileFacts, PersonFacts, RoundFacts

DAY = date(2018, 8, 27)
CARD = "33010019900101001" + check_digit("33010019900101001")


def facts(key, answers=None, *, person=None, earlier=(), file=None, **round_):
    kind = TYPES.get(key)
    given = RoundFacts(
        id="r", type=key, year=2018, params={**kind.params, **round_.pop("params", {})},
        once_per=round_.pop("once_per", kind.once_per), gap_years=round_.pop("gap_years", kind.gap_years), **round_,
    )  # fmt: skip
    return Facts(
        today=DAY, round=given, person=PersonFacts(known=True, **(person or {})), file=file, earlier=tuple(earlier),
        answers=answers or {}, answered=answers is not None,
    )  # fmt: skip


def codes(found, ok):
    return {one.code for one in found if one.ok is ok}


def unmet_of(key, answers, **more):
    kind, given = TYPES.get(key), facts(key, answers, **more)
    return codes([*kind.conditions(given), *kind.check(given)], False)


# -- joining (2.1–2.2) ------------------------------------------------------------------------------------
JOIN = {
    "name": "王小明",
    "id_kind": "id_card",
    "id_no": CARD,
    "phone": "19900000001",
    "trade": "courier",
    "agree": True,
}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"id_no": CARD[:-2] + "9" + CARD[-1]}, "id_check_digit"),
        ({"phone": "123"}, "phone_bad"),
        ({"trade": ""}, "place_missing"),
        ({"id_no": "young"}, "too_young"),
    ],
)
def test_join(changes, code):
    answers = {**JOIN, **changes}
    if code == "too_young":
        answers["id_no"] = "33010020030101001" + check_digit("33010020030101001")
    assert unmet_of("join", answers) == ({code} if code else set())


def test_join_from_sixteen_and_only_one_membership():
    for born, fine in (("20020827", True), ("20020828", False)):  # 16 on the day itself counts
        first = f"330100{born}001"
        found = TYPES.get("join").check(facts("join", {**JOIN, "id_no": first + check_digit(first)}))
        assert ("age" in codes(found, True)) is fine and ("too_young" in codes(found, False)) is not fine
    standing = TYPES.get("join").conditions(facts("join", person={"standing": "active", "org_name": "甲公司工会"}))
    assert codes(standing, False) == {"already_member"} and "会籍" in standing[0].clause


# -- founding (1.2–1.4) ------------------------------------------------------------------------------------
GROUP = [{"name": "甲", "side": "party"}, {"name": "乙", "side": "workers"}]
FOUND = {"org_kind": "single", "group": GROUP, "staff_count": "40"}


@pytest.mark.parametrize(
    ("members", "form", "women", "women_committee", "expected"),
    [
        ("24", "organiser", "0", None, set()),
        ("25", "organiser", "0", None, {"committee_must"}),
        ("25", "committee", "9", None, set()),
        ("25", "committee", "10", None, {"women_committee_missing"}),
        ("25", "committee", "10", True, set()),
        ("24", "committee", "25", True, {"women_within"}),
    ],
)
def test_found(members, form, women, women_committee, expected):
    answers = {**FOUND, "members": members, "form": form, "women_members": women, "women_committee": women_committee}
    assert unmet_of("found", answers) == expected


def test_found_needs_party_and_workers_and_a_joint_union_two_units():
    assert unmet_of("found", {**FOUND, "group": [{"name": "甲", "side": "workers"}]}) == {"group_one_sided"}
    assert (
        unmet_of("found", {**FOUND, "group": [{"name": "甲", "side": "workers"}, {"name": "乙", "side": "upper"}]})
        == set()
    )
    assert unmet_of("found", {**FOUND, "org_kind": "joint", "units": [{"name": "一"}]}) == {"joint_one_unit"}
    assert unmet_of("found", {**FOUND, "org_kind": "joint", "units": [{"name": "一"}, {"name": "二"}]}) == set()


# -- craftsmen (3.1) ----------------------------------------------------------------------------------------
CRAFT = {"years": "10", "five": ["skill"], "prize": "none"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, set()),
        ({"years": "9"}, {"years_few"}),
        ({"years": "3", "prize": "province", "five": ["contest"]}, set()),  # a first prize waives the years
        ({"years": "3", "prize": "city", "five": ["contest"]}, {"years_few"}),
        ({"five": []}, {"none_of_five"}),
        ({"five": ["contest"]}, {"contest_unnamed"}),
    ],
)
def test_craftsman(changes, expected):
    assert unmet_of("craftsman", {**CRAFT, **changes}) == expected


def test_craftsman_below_the_age_of_the_round_and_notice_never_under_five_working_days():
    old = {"born_on": date(1958, 8, 27)}  # 60 on the day: 不满 60 excludes it
    assert unmet_of("craftsman", CRAFT, person=old, params={"below_age": 60}) == {"over_age"}
    assert unmet_of("craftsman", CRAFT, person={"born_on": date(1958, 8, 28)}, params={"below_age": 60}) == set()
    kind = TYPES.get("craftsman")
    assert (kind.notice_least, kind.notice_unit) == (5, "workday") and len(kind.desks) == 4


# -- tuition (4.2) --------------------------------------------------------------------------------------------
STUDY = {"level": "bachelor", "diploma": "college", "insured_months": "6", "honour": "none", "tuition": 1_000_000}


@pytest.mark.parametrize(
    ("changes", "person", "expected"),
    [
        ({}, {}, set()),
        ({"insured_months": "5"}, {}, {"insured_short"}),
        ({"diploma": "high_school"}, {}, {"diploma_missing"}),
        ({"diploma": "bachelor"}, {}, {"same_level"}),
        ({"level": "college", "diploma": "high_school"}, {}, set()),
        ({"level": "college", "diploma": "college"}, {}, {"same_level"}),
        ({}, {"education": "21"}, {"same_level"}),  # what the register knows counts as well
    ],
)
def test_tuition(changes, person, expected):
    assert unmet_of("tuition", {**STUDY, **changes}, person=person) == expected


@pytest.mark.parametrize(
    ("answers", "person", "fen"),
    [
        ({}, {}, 700_000),
        ({"level": "college"}, {}, 500_000),
        ({}, {"skill_level": "3"}, 900_000),
        ({}, {"skill_level": "4"}, 700_000),
        ({}, {"skill_level": "2"}, 900_000),
        ({}, {"skill_level": "1"}, 1_000_000),
        ({"honour": "medal"}, {}, 1_000_000),
        ({"tuition": 600_000}, {"skill_level": "3"}, 600_000),  # never above the tuition, never below the fixed sum
    ],
)
def test_tuition_amount(answers, person, fen):
    assert TYPES.get("tuition").amount(facts("tuition", {**STUDY, **answers}, person=person), "") == fen


@pytest.mark.parametrize(
    ("born", "fine"), [((2000, 8, 27), True), ((2000, 8, 28), False), ((1972, 8, 28), True), ((1972, 8, 27), False)]
)
def test_tuition_ages_eighteen_and_forty_five_are_included(born, fine):
    row = next(one for one in TYPES.get("tuition").shared if one["check"] == "age")
    found = conditions.CHECKS["age"].test(facts("tuition", person={"born_on": date(*born)}), row)
    assert found.ok is fine and "1259" in found.clause


# -- hardship aid (6.2–6.3) -------------------------------------------------------------------------------------
FILE = FileFacts("H1", "deep", "national", 2018)


def gave(fen, kin="living", *, on=date(2018, 3, 1), **more):
    return Earlier("aid", "r0", "", "帮扶", "grant", on, fen, kin=kin, **more)


@pytest.mark.parametrize(
    ("earlier", "asked", "expected"),
    [
        ([], 500_000, set()),  # 以下 includes the cap itself
        ([], 500_001, {"kind_cap_over"}),
        ([gave(400_000)], 200_000, {"kind_cap_over"}),
        ([gave(400_000, on=date(2017, 12, 31))], 200_000, set()),
        ([gave(400_000, imported=True)], 200_000, {"kind_cap_over"}),  # imported history counts
        ([gave(400_000, of_household=True)], 200_000, {"kind_cap_over"}),  # so does the household's
        ([gave(2_000_000, "medical"), gave(400_000, "school")], 200_000, {"household_cap_over"}),
    ],
)
def test_aid_caps_per_kind_household_and_year(earlier, asked, expected):
    assert unmet_of("aid", {"kin": "living", "asked": asked}, earlier=earlier, file=FILE) == expected


def test_aid_without_a_file_is_refused_with_the_clause():
    found = conditions.of_round(facts("aid", file_needed=True), [])
    assert [(one.code, one.ok, one.clause) for one in found] == [("file_missing", False, "总工发〔2015〕20号")]
    assert TYPES.get("aid").words.declined == "不予通过" and TYPES.get("craftsman").words.declined == "未入选"
    assert [kind.key for kind in TYPES if kind.words.declined == "不予通过"] == ["aid"]
    assert (
        TYPES.get("aid").amount(facts("aid", {"kin": "living", "asked": 900_000}, earlier=[gave(100_000)]), "")
        == 400_000
    )


# -- model units (5.5) --------------------------------------------------------------------------------------------
def test_model_unit_table():
    kind = TYPES.get("model_unit")
    row = {"most": 8, "rule": "rate", "full": 100, "off": "0.2"}
    answers = {"contract_rate": "95", "insurance_rate": "90", "collective_rate": "79"}
    table = [
        {"key": "contract_rate", **row},
        {"key": "insurance_rate", "most": 15, "rule": "bands", "bands": [[90, 15], [80, 10], [0, 0]]},
        {"key": "collective_rate", "most": 6, "rule": "bands", "bands": [[80, 6], [50, 4], [0, 3]]},
    ]
    # 8 − 5 × 0.2 = 7; 15; 4: 26 of 29
    assert kind.score({"table": table}, answers) == Decimal("89.6552")
    full = {one["key"]: "100" if one["rule"] != "yes" else True for one in _shipped()}
    assert kind.score({}, full) == Decimal("100.0000")
    assert unmet_of("model_unit", full) == set()
    assert unmet_of("model_unit", {**full, "consultation": None}) == {"no_consultation"}  # 84 points, yet none
    assert "mark_low" in unmet_of("model_unit", {"consultation": True})


def _shipped():
    import json
    from importlib import resources

    table = json.loads(resources.files("gongjia.work.programmes.data").joinpath("model_unit.json").read_text())
    assert sum(row["most"] for row in table) == 100
    return table


# -- convalescence (6.6) ---------------------------------------------------------------------------------------------
TRIP = {"place": "zhejiang", "days": "5", "cost": 300_000}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, set()),
        ({"days": "6", "cost": 300_000}, {"days_over"}),
        ({"days": "7", "place": "partner"}, set()),
        ({"days": "8", "place": "partner"}, {"days_over"}),
        ({"cost": 300_001}, {"cost_over"}),
        ({"days": "4", "cost": 240_001}, {"cost_over"}),
        ({"parts": "3"}, {"parts_over"}),
        ({"family": "1"}, {"family_over"}),
        ({"family": "1", "family_own_cost": True}, set()),
    ],
)
def test_convalescence(changes, expected):
    assert unmet_of("convalescence", {**TRIP, **changes}) == expected
    assert TYPES.get("convalescence").score({}, {"groups": ["front_line", "model"]}) == 45


@pytest.mark.parametrize(("on", "fine"), [(date(2017, 8, 27), True), (date(2017, 8, 28), False)])
def test_the_gap_is_over_on_the_corresponding_day_imported_ones_count(on, fine):
    past = Earlier("convalescence", "", "", "疗休养", "place", on, imported=True)
    found = conditions.earlier(facts("convalescence", earlier=[past], once_per="free", gap_years=1))
    assert [one.ok for one in found] == [fine]


# -- every type -------------------------------------------------------------------------------------------------------
def test_every_condition_names_clause_or_cure_and_every_refusal_says_why():
    answers = {
        "join": JOIN, "found": {**FOUND, "members": "30", "form": "organiser", "women_members": "40"}, "craftsman": {},
        "tuition": {}, "aid": {"kin": "living", "asked": 10**9}, "model_unit": {}, "convalescence": {**TRIP, "days": "9", "family": "2"},
    }  # fmt: skip
    for kind in TYPES:
        given = facts(kind.key, answers.get(kind.key, {}))
        for one in [*kind.conditions(given), *kind.check(given)]:
            assert one.sentence.endswith("。") or one.ok, one
            assert one.clause or one.cure, (kind.key, one)
    keys = [kind.code for kind in TYPES]
    assert len(set(keys)) == len(keys)
