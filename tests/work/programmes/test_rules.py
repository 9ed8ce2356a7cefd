"""Pure rules: forms and answers, desks in the tree, movers, panel, places, routing. No database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from gongjia.work.programmes.rules import conditions, desks, forms, joining, panel, quota
from gongjia.work.programmes.rules.facts import Earlier, Facts, OrgFacts, PersonFacts, RoundFacts

DAY = date(2018, 8, 27)


# -- forms -----------------------------------------------------------------------------------------------------
def field(kind="text", key="a", **more):
    return {"key": key, "label": "栏目", "kind": kind, **more}


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (field(), None),
        (field(key="大写"), "field_key"),
        (field(kind="nothing"), "field_kind"),
        ({**field(), "label": ""}, "field_label"),
        (field("choice", choices=[["x", "一"]]), "choices_few"),
        (field("choice", choices=[["x", "一"], ["x", "二"]]), "choices_twice"),
        (field("rows"), "rows_empty"),
        (field("rows", columns=[field("file", key="b")]), "rows_kind"),
        (field("number", min="9", max="1"), "range_order"),
        (field("money", min="x"), "range_bad"),
        (field(show_if={"field": "z", "is": ["1"]}), "show_if_unknown"),
        (field(stage=7), "stage_bad"),
    ],
)
def test_a_form_is_checked_before_it_is_published(one, code):
    found = [reason.code for reason in forms.spec_faults({"fields": [one]})]
    assert found == ([code] if code else [])


def test_two_fields_of_one_key_and_an_empty_form_are_found():
    assert [r.code for r in forms.spec_faults({"fields": [field(), field()]})] == ["field_twice"]
    assert [r.code for r in forms.spec_faults({"fields": []})] == ["form_empty"]
    assert [r.code for r in forms.spec_faults(None)] == ["form_bad"]


FILE, PERSON = str(UUID(int=1)), str(UUID(int=2))  # fixed: two workers must name the same tests
KNOWN = forms.Known(files=frozenset({FILE}), persons=frozenset({PERSON}), today=DAY)


@pytest.mark.parametrize(
    ("one", "raw", "clean"),
    [
        (field(), "  甲  乙 ", "甲 乙"),
        (field("number"), "１２．５", "12.5"),
        (field("number", whole=True), "12", "12"),
        (field("money"), "4,500.00", 450_000),
        (field("money"), "4.5万元", 4_500_000),
        (field("money"), 450_000, 450_000),  # a clean value that comes back is fen already
        (field("date"), "2018年8月27日", "2018-08-27"),
        (field("choice", choices=[["a", "一"], ["b", "二"]]), "b", "b"),
        (field("choice", many=True, choices=[["a", "一"], ["b", "二"]]), ["b", "b"], ["b"]),
        (field("file"), [FILE], [FILE]),
        (field("person"), PERSON, PERSON),
        (field("tick"), "on", True),
        (field("rows", columns=[field("number", key="n")]), [{"n": "1"}, {"n": ""}], [{"n": "1"}]),
    ],
)
def test_answers_become_clean(one, raw, clean):
    done = forms.check_answers({"fields": [one]}, {"a": raw}, known=KNOWN)
    assert (done.answers, done.faults) == ({"a": clean}, {})
    again = forms.check_answers({"fields": [one]}, done.answers, known=KNOWN)
    assert again.answers == done.answers  # clean answers pass a second time unchanged


@pytest.mark.parametrize(
    ("one", "raw", "code"),
    [
        (field(required=True), " ", "a_missing"),
        (field(most=3), "一二三四", "a_long"),
        (field("number"), "1e5", "a_not_number"),
        (field("number", whole=True), "1.5", "a_not_whole"),
        (field("number", min="1", max="5"), "6", "a_big"),
        (field("money", max="100"), "100.01", "a_big"),
        (field("money"), "4,5x", "a_not_money"),
        (field("date"), "2018-02-30", "a_not_date"),
        (field("date", past=True), "2018-08-28", "a_in_future"),
        (field("choice", choices=[["a", "一"], ["b", "二"]]), "c", "a_not_listed"),
        (field("file"), [str(UUID(int=3))], "a_not_found"),
        (field("file", most=1), [FILE, FILE], "a_many"),
        (field("person"), str(UUID(int=3)), "a_not_found"),
        (field("union"), "x", "a_not_found"),
        (field("tick", required=True), False, "a_missing"),
        (field("rows", columns=[field("number", key="n", required=True), field(key="t")]), [{"t": "x"}], "a_n_missing"),
        (field("rows", most=1, columns=[field(key="t")]), [{"t": "x"}, {"t": "y"}], "a_many"),
    ],
)
def test_answers_that_are_refused_name_the_field_never_the_value(one, raw, code):
    done = forms.check_answers({"fields": [one]}, {"a": raw}, known=KNOWN)
    assert [reason.code for reason in done.reasons] == [code]
    assert not isinstance(raw, str) or raw.strip() in ("", "x") or raw not in done.reasons[0].sentence
    draft = forms.check_answers({"fields": [one]}, {"a": raw}, known=KNOWN, draft=True)
    assert draft.faults == {}  # a draft keeps what was typed


def test_hidden_fields_are_dropped_later_stages_not_asked_and_sensitive_ones_split_off():
    spec = {
        "fields": [
            field("choice", key="kind", choices=[["a", "一"], ["b", "二"]], required=True),
            field(key="more", required=True, show_if={"field": "kind", "is": ["b"]}),
            field(key="secret", sensitive=True),
            field(key="late", required=True, stage=2),
        ]
    }  # fmt: skip
    done = forms.check_answers(spec, {"kind": "a", "more": "x", "secret": "y"})
    assert done.answers == {"kind": "a", "secret": "y"} and not done.faults
    assert done.split(spec) == ({"kind": "a"}, {"secret": "y"})
    assert set(forms.check_answers(spec, {"kind": "b"}).faults) == {"more"}
    assert set(forms.check_answers(spec, {"kind": "a"}, stage=2).faults) == {"late"}


# -- shared conditions ------------------------------------------------------------------------------------------
def test_every_shared_condition_answers_yes_and_no():
    good = Facts(
        today=DAY,
        person=PersonFacts(
            True, "王", "2", date(1990, 1, 1), "active", date(2017, 1, 1), date(2017, 1, 1), in_area=True, employment="1",
            skill_level="3", is_rural_worker=True, trade="rider",
        ),
        answers={"n": "3", "t": True}, answered=True,
    )  # fmt: skip
    union = Facts(today=DAY, org=OrgFacts(True, "甲", "single", True, True, members=25, term_ends_on=date(2020, 1, 1)))
    rows = {
        "member": {}, "in_area": {}, "age": {"min": 28, "max": 28}, "membership": {"months": 12}, "employment": {},
        "skill": {"least": "3"}, "rural": {}, "trade": {}, "sex": {"sex": "2"},
        "answer": {"field": "n", "min": 3, "max": 3}, "tick": {"field": "t"},
        "org_members": {"min": 25}, "org_term": {}, "org_active": {},
    }  # fmt: skip
    for key, row in rows.items():
        check = conditions.CHECKS[key]
        assert check.test(union if key.startswith("org_") else good, row).ok is True, key
        answered = Facts(today=DAY, answered=True)
        no = check.test(answered, row)
        assert no.ok is False and no.cure and no.clause, key
    assert set(conditions.CHECKS) - set(rows) == {"file"}
    assert conditions.CHECKS["answer"].test(Facts(today=DAY), {"field": "n", "min": 1}).ok is None


def test_a_skill_is_at_least_another():
    assert conditions.skill_at_least("1", "3") and conditions.skill_at_least("11", "1")
    assert not conditions.skill_at_least("4", "3") and not conditions.skill_at_least("", "5")


@pytest.mark.parametrize(
    ("once", "on", "round_id", "fine"),
    [
        ("life", date(2001, 1, 1), "", False), ("year", date(2018, 1, 1), "", False), ("year", date(2017, 12, 31), "", True),
        ("round", date(2018, 1, 1), "r", False), ("round", date(2018, 1, 1), "other", True), ("free", DAY, "r", True),
    ],
)  # fmt: skip
def test_once_per(once, on, round_id, fine):
    facts = Facts(
        today=DAY, round=RoundFacts(id="r", type="x", year=2018, once_per=once),
        earlier=(Earlier("x", round_id, "", "奖", "grant", on), Earlier("y", "r", "", "别的", "grant", DAY)),
    )  # fmt: skip
    assert all(one.ok for one in conditions.earlier(facts)) is fine


def test_conditions_of_an_officer_are_checked():
    faults = conditions.faults
    assert not faults([{"check": "member"}, {"check": "age", "min": 18}], "person")
    assert [r.code for r in faults([{"check": "nothing"}], "person")] == ["condition_unknown"]
    assert [r.code for r in faults([{"check": "skill"}], "org")] == ["condition_unfit"]
    assert [r.code for r in faults([{"check": "answer"}], "person")] == ["condition_field"]
    assert [r.code for r in faults([{"check": "age"}], "person")] == ["condition_empty"]


# -- desks ------------------------------------------------------------------------------------------------------
def node(name, kind):
    return desks.Node(name, name, name, kind)


FED, TOWN, FIRM, SHOP = node("市", "federation"), node("镇", "township"), node("厂", "single"), node("车间", "branch")
EDU = node("教育", "industry")
RULES = [desks.DeskRule(1, "own"), desks.DeskRule(2, "township"), desks.DeskRule(3, "opener")]


def names(stops):
    return [stop.name for stop in stops]


def test_the_way_through_the_real_tree():
    assert names(desks.way(RULES, [FED, TOWN, FIRM, SHOP], FED)) == ["厂", "镇", "市"]  # a part has no desk of its own
    assert names(desks.way(RULES, [FED, FIRM], FED)) == ["厂", "市"]  # no township in between
    assert names(desks.way(RULES, [FED, TOWN, FIRM], TOWN)) == ["厂", "镇"]  # the township's own round
    assert names(desks.way(RULES, [FED, TOWN, FIRM], FED, sensitive=True)) == ["镇", "市"]
    assert names(desks.way(RULES, [FED, FIRM], FED, sensitive=True)) == ["市"]
    guided = [desks.DeskRule(1, "own"), desks.DeskRule(2, "industry"), desks.DeskRule(3, "opener")]
    assert names(desks.way(guided, [FED, TOWN, FIRM], FED, EDU)) == ["厂", "教育", "市"]
    assert names(desks.way(guided, [FED, TOWN, FIRM], FED)) == ["厂", "市"]
    twice = [
        desks.DeskRule(1, "opener", role="a"),
        desks.DeskRule(2, "opener", role="b"),
        desks.DeskRule(3, "opener", role="b"),
    ]
    assert [stop.role for stop in desks.way(twice, [FED, TOWN, FIRM], FED)] == ["a", "b"]
    stop = desks.way(RULES, [FED, TOWN, FIRM], FED)[1]
    assert desks.Stop.of(stop.as_dict()) == stop


def test_who_may_speak_at_a_desk():
    posts = [("镇", "officer_township")]
    assert desks.may_review("镇", "", posts, vacant=False, above=True) == "here"
    assert desks.may_review("镇", "city_rights|leader", posts, vacant=False, above=False) == ""
    assert desks.may_review("厂", "", posts, vacant=False, above=True) == ""  # somebody sits there
    assert desks.may_review("厂", "", posts, vacant=True, above=True) == "above"
    assert desks.may_review("厂", "", posts, vacant=True, above=False) == ""


@pytest.mark.parametrize(
    ("changes", "act"),
    [
        ({}, "stay"), ({"now": "b"}, "reroute"), ({"now": "b", "desk_no": 2}, "stay"),
        ({"now": "b", "first_place": "township"}, "stay"), ({"now": "b", "in_area": False}, "gone"),
        ({"standing": "left", "now": ""}, "gone"), ({"standing": "left", "now": "", "needs_member": False}, "stay"),
        ({"standing": "retained"}, "stay"),
    ],
)  # fmt: skip
def test_who_reviews_when_somebody_moves(changes, act):
    given = {
        "counts": "a",
        "now": "a",
        "in_area": True,
        "standing": "active",
        "desk_no": 1,
        "first_place": "own",
        "needs_member": True,
    }
    assert desks.after_moving(**{**given, **changes}).act == act


def test_desks_of_a_round_are_checked():
    codes = lambda rows, **more: [r.code for r in desks.desk_faults(rows, **{"sensitive": False, **more})]  # noqa: E731
    assert codes(RULES) == [] and codes([]) == ["no_desk"]
    assert codes([desks.DeskRule(1, "own")], sensitive=True) == ["sensitive_own_only"]
    assert codes([desks.DeskRule(1, "own", stage=2), desks.DeskRule(2, "opener")]) == ["stages_order"]
    assert codes([desks.DeskRule(1, "own", days=0)]) == ["desk_days"]


# -- panel ------------------------------------------------------------------------------------------------------
CRITERIA = [
    {"key": "a", "label": "甲", "weight": 60, "most": 10},
    {"key": "b", "label": "乙", "weight": 40, "most": 100},
]


def test_weighted_totals_and_the_mean_over_those_who_do_not_stand_aside():
    assert panel.total(CRITERIA, {"a": "9", "b": "80"}) == Decimal("86.0000")
    assert panel.total([{"key": "a", "label": "", "weight": 3, "most": 7}], {"a": "5"}) == Decimal("71.4286")
    judges = {1: "一", 2: "二", 3: "三"}
    marks = {1: Decimal(90), 2: Decimal(80), 3: Decimal(10)}
    assert panel.mean("x", judges, marks, {3}).score == Decimal("85.0000")
    assert panel.mean("x", judges, {1: Decimal(90)}, {3}).missing == ("二",)
    aside = panel.mean("x", judges, {}, {1, 2, 3})
    assert aside.score is None and [r.code for r in panel.may_rank([aside], {"x": "某人"})] == ["no_judge_left"]


def test_ties_share_a_rank_and_are_named_at_the_edge():
    places = panel.ranking([("a", Decimal(70)), ("b", Decimal(90)), ("c", Decimal(80)), ("d", Decimal(80))])
    assert [(p.ref, p.rank, p.tied) for p in places] == [
        ("b", 1, False),
        ("c", 2, True),
        ("d", 2, True),
        ("a", 4, False),
    ]
    assert {p.ref for p in panel.tie_at_edge(places, 2)} == {"c", "d"}
    assert (
        panel.tie_at_edge(places, 3) == [] and panel.tie_at_edge(places, 1) == [] and panel.tie_at_edge(places, 9) == []
    )


def test_marks_and_criteria_are_checked():
    assert (
        panel.criteria_faults([{"key": "a", "label": "甲", "weight": 1, "most": 1}]) == []
    )  # 1 is a number, not a yes
    assert panel.mark_faults([{"key": "a", "label": "甲", "weight": 1, "most": 1}], {"a": 0}) == []
    assert [r.code for r in panel.mark_faults(CRITERIA, {"a": "11"})] == ["mark_range", "mark_missing"]
    assert [r.code for r in panel.criteria_faults([{"key": "a", "label": "甲", "weight": 0, "most": 10}])] == [
        "criterion_weight"
    ]
    assert [r.code for r in panel.criteria_faults([*CRITERIA, CRITERIA[0]])] == ["criterion_key"]
    aside = panel.MarkFacts(True, True, "in_review")
    assert [r.code for r in panel.may_score(aside)] == ["judge_aside"]
    assert panel.may_score(panel.MarkFacts(True, False, "in_review")) == []
    assert [r.code for r in panel.may_score(panel.MarkFacts(False, False, "in_review"))] == ["not_a_judge"]


# -- places, routing, claims ----------------------------------------------------------------------------------
def test_places_handed_down():
    fine = quota.HandFacts(20, 0, (("甲", 5, 0), ("乙", 15, 3)))
    assert quota.may_hand(fine) == []
    assert [r.code for r in quota.may_hand(quota.HandFacts(20, 1, fine.giving))] == ["quota_over"]
    assert [r.code for r in quota.may_hand(quota.HandFacts(None, 0, (("甲", 2, 3),)))] == ["quota_below_used"]
    assert [r.code for r in quota.may_hand(quota.HandFacts(None, 0, (), ("外",)))] == ["quota_outside"]
    assert quota.may_give_back(2, 2) == []
    assert [r.code for r in quota.may_give_back(3, 2)] == ["quota_not_free"]


def test_the_most_exact_route_wins_then_the_order():
    rows = [
        joining.Row("any", order=9), joining.Row("trade", trade="rider", order=5), joining.Row("area", area="莲花", order=1),
        joining.Row("both", trade="rider", area="莲花", order=7), joining.Row("platform", platform="某", area="莲花", order=3),
    ]  # fmt: skip
    pick = lambda **given: joining.union_for(rows, **given).org  # noqa: E731
    assert pick(trade="rider", area="莲花") == "both" and pick(trade="rider") == "trade"
    assert pick(area="莲花") == "area" and pick(platform="某", area="莲花") == "platform" and pick() == "any"
    assert joining.union_for(rows[1:], trade="courier") is None


def test_claims():
    key = lambda once, **more: joining.claim_key(  # noqa: E731
        once_per=once, round_id="r", type_key="t", year=2018, subject="person", **{"subject_id": "s", **more}
    )
    assert key("round") == "r:r:p:s" and key("year") == "y:t:2018:p:s" and key("life", extra="x") == "l:t:p:s:x"
    assert key("free") == "" and key("life", subject_id="") == ""


@pytest.mark.parametrize(
    ("unit", "due", "today", "over", "words"),
    [
        ("workday", date(2018, 8, 31), date(2018, 8, 28), 0, "还有 3 个工作日"),
        ("workday", date(2018, 8, 31), date(2018, 8, 31), 0, "今天到期"),
        ("workday", date(2018, 8, 31), date(2018, 9, 1), 0, "已过期限"),  # a Saturday
        ("workday", date(2018, 8, 31), date(2018, 9, 3), 1, "逾期 1 个工作日"),
        ("day", date(2018, 8, 31), date(2018, 9, 3), 3, "逾期 3 天"),
        ("day", date(2018, 8, 31), date(2018, 8, 28), 0, "还有 3 天"),
        # the week of 1 October is off, 29 and 30 September are worked: State Council's notice for 2018
        ("workday", date(2018, 9, 28), date(2018, 10, 8), 3, "逾期 3 个工作日"),
        ("day", date(2018, 9, 28), date(2018, 10, 8), 10, "逾期 10 天"),
    ],
)
def test_a_desk_is_late_in_the_unit_the_round_declares(unit, due, today, over, words):
    assert desks.days_over(due, today, unit) == over
    assert desks.late_words(due, today, unit) == words


def test_the_unit_of_a_desk_is_that_of_its_place_on_the_way():
    route = [{"no": 1, "unit": "day"}, {"no": 2, "unit": "workday"}]
    assert [desks.unit_at(route, no) for no in (1, 2, 9)] == ["day", "workday", "workday"]
    assert desks.days_over(None, date(2018, 9, 3), "day") == 0
