"""Rules of events without a database: every reason, every limit; states: every state x every move."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from gongjia.base import clock
from gongjia.base.refused import Reason
from gongjia.work.events import powers, rules, states
from gongjia.work.events.rules import moves
from gongjia.work.events.rules.places import Waiter
from gongjia.work.events.rules.plan import Plan

AT = datetime(2018, 8, 27, 9, 30, tzinfo=clock.SHANGHAI)
TICK = timedelta(milliseconds=1)
WHO = UUID(int=1)


def facts(**more) -> rules.Facts:
    values = {"name": "王小明", "standing": "active", "in_audience": True, "org_name": "甲公司工会", **more}
    return rules.Facts(person_id=WHO, **values)


def terms(**more) -> rules.Terms:
    values = {
        "title": "夜校", "audience": "总工会", "opens_at": AT - timedelta(1), "closes_at": AT + timedelta(1),
        "starts_at": AT + timedelta(5), **more,
    }  # fmt: skip
    return rules.Terms(**values)


def codes(found: list[Reason]) -> list[str]:
    return [reason.code for reason in found]


CASES = [
    ({}, {}, []),
    ({"standing": "none"}, {}, ["not_member"]),
    ({"standing": "retained"}, {}, ["not_member"]),
    ({"in_audience": False}, {}, ["outside"]),
    ({"died": True}, {}, ["died"]),
    ({}, {"state": "draft"}, ["not_published"]),
    ({}, {"state": "cancelled"}, ["cancelled"]),
    ({}, {"state": "held"}, ["over"]),
    ({}, {"state": "settled"}, ["over"]),
    ({}, {"state": "closed"}, ["closed"]),
    ({}, {"opens_at": AT + TICK}, ["not_open_yet"]),
    ({}, {"closes_at": AT}, ["closed"]),
    ({}, {"closes_at": None, "starts_at": AT}, ["begun"]),
    ({}, {"way": "nomination"}, ["by_nomination"]),
    ({}, {"way": "none"}, ["no_sign_up"]),
    ({"born_on": date(2000, 9, 2)}, {"matching": True}, ["not_adult"]),
    ({"born_on": date(2000, 9, 1)}, {"matching": True}, []),
    ({}, {"matching": True}, ["not_adult"]),
    ({"faults": (date(2018, 6, 1), date(2018, 7, 1))}, {}, ["resting"]),
    ({"faults": (date(2018, 6, 1), date(2018, 7, 1))}, {"way": "open"}, []),
    ({"faults": (date(2018, 7, 1),)}, {}, []),
]


@pytest.mark.parametrize(("who", "what", "expected"), CASES)
def test_each_reason(who, what, expected):
    assert codes(rules.reasons(facts(**who), terms(**what), AT)) == expected


CONDITIONS = [
    ({"check": "age", "min": 18, "max": 45}, {"born_on": date(2000, 9, 1)}, {"born_on": date(2000, 9, 2)}, "age_out"),
    ({"check": "age", "max": 45}, {"born_on": date(1972, 9, 2)}, {"born_on": date(1972, 9, 1)}, "age_out"),
    ({"check": "age", "min": 18}, {"born_on": date(1990, 1, 1)}, {}, "age_unknown"),
    ({"check": "sex", "sex": "2"}, {"sex": "2"}, {"sex": "1"}, "sex_other"),
    ({"check": "rural"}, {"is_rural_worker": True}, {}, "not_rural"),
    ({"check": "trade"}, {"trade": "courier"}, {}, "not_new_trade"),
    ({"check": "skill", "least": "3"}, {"skill_level": "2"}, {"skill_level": "4"}, "skill_low"),
    ({"check": "membership", "months": 6}, {"joined_on": date(2018, 2, 27)}, {"joined_on": date(2018, 2, 28)}, "membership_short"),
    ({"check": "work", "key": "shift"}, {"work": frozenset(["shift"])}, {"work": frozenset(["hard"])}, "work_other"),
    ({"check": "fresh", "years": 2}, {"served_on": date(2016, 8, 27)}, {"served_on": date(2016, 8, 28)}, "served_lately"),
    ({"check": "series_most", "most": 2}, {"of_series": 1}, {"of_series": 2}, "series_full"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "fine", "wrong", "code"), CONDITIONS)
def test_each_condition_at_its_limit(row, fine, wrong, code):
    event = terms(conditions=(row,))
    assert rules.reasons(facts(**fine), event, AT) == []
    found = rules.reasons(facts(**wrong), event, AT)
    assert codes(found) == [code]
    assert found[0].sentence.endswith("。") and found[0].clause
    assert not rules.condition_faults([row])


def test_every_condition_is_tried_above():
    assert {row["check"] for row, *_rest in CONDITIONS} == set(rules.CONDITIONS)


def test_a_union_that_nominates_is_not_bound_to_the_opening_but_a_group_in_a_race_is():
    who = facts(faults=(date(2018, 6, 1), date(2018, 7, 1)))
    assert rules.reasons(who, terms(opens_at=AT + TICK, way="nomination"), AT, by="union") == []
    assert codes(rules.reasons(who, terms(opens_at=AT + TICK), AT, by="union")) == ["not_open_yet", "resting"]
    assert codes(rules.reasons(who, terms(closes_at=AT, way="nomination"), AT, by="union")) == ["closed"]
    assert codes(rules.reasons(who, terms(opens_at=AT + TICK), AT, by="counter")) == ["not_open_yet", "resting"]


def test_guests_and_seats():
    assert rules.seats_of(terms(), 2) == 3 and rules.seats_of(terms(children=True), 2) == 2
    assert codes(rules.guest_faults(terms(guests_max=1), 2)) == ["guests_most"]
    assert codes(rules.guest_faults(terms(guests_max=1), -1)) == ["guests_most"]
    assert codes(rules.guest_faults(terms(children=True, guests_max=2), 0)) == ["no_child"]


def test_how_many_a_group_is_guaranteed():
    assert [rules.cap_of(30, 60), rules.cap_of(5, 60), rules.cap_of(1, 60), rules.cap_of(7, 100)] == [12, 2, 0, 0]


def test_a_place_is_held_across_a_night_but_never_past_the_start():
    assert rules.held_until(AT, 24, AT + timedelta(days=9)) == AT + timedelta(hours=24)
    assert rules.held_until(AT, 24, AT + timedelta(hours=5)) == AT + timedelta(hours=5)
    assert rules.held_until(AT, 48, None) == AT + timedelta(hours=48)


def test_who_moves_up():
    line = [Waiter("a", 3, False), Waiter("b", 1, True), Waiter("c", 1, False), Waiter("d", 1, True)]
    assert [one.id for one in rules.next_up(line, 2, 0)] == ["c"]
    assert [one.id for one in rules.next_up(line, 2, None)] == ["b", "c"]
    assert [one.id for one in rules.next_up(line, 6, 2)] == ["a", "b", "c", "d"]
    assert rules.next_up(line, 0, None) == []


def plan(**more) -> Plan:
    values = {
        "kind": "other", "title": "夜校", "way": "first", "total": 30, "by_session": False, "guests_max": 0,
        "hold_hours": 24, "opens_at": AT, "closes_at": AT + timedelta(days=3), "free_cancel_until": None,
        "short_window_why": "", "place": "文化宫",
        "sessions": [(AT + timedelta(days=9), AT + timedelta(days=9, hours=2), None, "")], **more,
    }  # fmt: skip
    return Plan(**values)


MIDNIGHT = datetime(2018, 9, 1, tzinfo=clock.SHANGHAI)
PLANS = [
    ({}, []),
    ({"title": " "}, ["title_missing"]),
    ({"sessions": []}, ["no_session"]),
    ({"place": ""}, ["place_missing"]),
    ({"total": 0}, ["total_missing"]),
    ({"way": "nomination", "total": 0}, []),
    ({"way": "open"}, ["total_unused"]),
    ({"way": "none", "total": 0, "opens_at": None, "closes_at": None}, []),
    ({"by_session": True}, ["session_places"]),
    ({"sessions": [(AT + timedelta(9), AT + timedelta(10), 5, "")]}, ["session_places_unused"]),
    ({"hold_hours": 23}, ["hold_short"]),
    ({"closes_at": None}, ["window_missing"]),
    ({"closes_at": AT}, ["window_order", "window_past"]),
    ({"opens_at": AT - timedelta(5), "closes_at": AT - TICK}, ["window_past"]),
    ({"closes_at": AT + timedelta(days=9, milliseconds=1)}, ["window_after_start"]),
    ({"free_cancel_until": AT + timedelta(days=9, milliseconds=1)}, ["free_cancel_late"]),
    ({"way": "lot", "closes_at": MIDNIGHT}, []),
    ({"way": "lot", "opens_at": MIDNIGHT - timedelta(hours=72), "closes_at": MIDNIGHT}, []),
    ({"way": "lot", "opens_at": MIDNIGHT - timedelta(hours=72) + TICK, "closes_at": MIDNIGHT}, ["lot_window_short"]),
    ({"way": "lot", "closes_at": MIDNIGHT + timedelta(hours=1)}, ["lot_window_midnight"]),
    ({"way": "lot", "closes_at": AT + timedelta(hours=2), "short_window_why": "急训"}, []),
    ({"groups": [{"key": "moon", "at_least_percent": 60}]}, ["group_unknown"]),
    ({"groups": [{"key": "shift", "at_least_percent": 101}]}, ["group_percent"]),
    ({"groups": [{"key": "shift", "at_least_percent": 100}]}, []),
    ({"conditions": [{"check": "age"}]}, ["condition_empty"]),
    ({"conditions": [{"check": "work", "key": "x"}]}, ["condition_empty"]),
    ({"conditions": {}}, ["conditions_bad"]),
]


@pytest.mark.parametrize(("more", "expected"), PLANS)
def test_what_an_event_must_have(more, expected):
    assert codes(rules.faults(plan(**more), AT)) == expected


def test_handing_down():
    def ask(**more):
        return codes(rules.may_hand(rules.HandFacts(**{"free": 5, "giving": (("甲", 4, 1, 2),), **more})))

    assert ask() == []
    assert ask(giving=(("甲", 8, 1, 2),)) == ["quota_over"]
    assert ask(giving=(("甲", 0, 1, 2),)) == ["quota_below_used"]
    assert ask(giving=(("甲", -1, 0, 2),)) == ["quota_negative"]
    assert ask(outside=("乙",), others=("丙",)) == ["quota_outside", "quota_other_giver"]
    assert codes(rules.may_give_back(0, 3)) == ["quota_none"] and codes(rules.may_give_back(4, 3)) == ["quota_not_free"]
    assert codes(rules.may_resize(4, 3, 2)) == ["below_used"] and rules.may_resize(5, 3, 2) == []


# states ------------------------------------------------------------------------------------------------

ARCS = {
    "event": {
        ("draft", "open"): "open",
        ("open", "close"): "closed",
        ("open", "hold"): "held",
        ("closed", "hold"): "held",
        ("held", "settle"): "settled",
        **{(state, "cancel"): "cancelled" for state in ("draft", "open", "closed")},
    },
    "sign_up": {
        ("entered", "win"): "placed",
        ("entered", "queue"): "waiting",
        ("entered", "lose"): "lost",
        ("waiting", "offer"): "offered",
        ("waiting", "promote"): "placed",
        ("offered", "confirm"): "placed",
        ("offered", "decline"): "declined",
        ("offered", "expire"): "expired",
        **{(state, "cancel"): "cancelled" for state in ("entered", "waiting", "offered", "placed")},
        ("entered", "lapse"): "lost",
        ("waiting", "lapse"): "lost",
    },
    "fault": {
        ("stands", "appeal"): "appealed",
        ("stands", "strike"): "struck",
        ("appealed", "strike"): "struck",
        ("appealed", "keep"): "kept",
    },
}
FLOWS = {"event": states.EVENT_FLOW, "sign_up": states.SIGN_UP_FLOW, "fault": states.FAULT_FLOW}
CELLS = [(name, state, move.name) for name, flow in FLOWS.items() for state in flow.states for move in flow.moves]


@pytest.mark.parametrize(("name", "state", "move"), CELLS)
def test_the_table_is_the_whole_truth(name, state, move):
    flow = FLOWS[name]
    target = ARCS[name].get((state, move))
    if target is None:
        assert codes(flow.check(move, state, None))[:1] == ["state_not_allowed"]
    else:
        assert flow.move(move).target == target and state in flow.move(move).sources


def test_only_ones_own_moves_have_no_power():
    free = {move.name for flow in FLOWS.values() for move in flow.moves if not move.power}
    assert free == {"offer", "confirm", "decline", "expire", "cancel", "lapse", "appeal"}
    assert {move.power for flow in FLOWS.values() for move in flow.moves if move.power} <= set(powers.POWERS)


def test_guards_at_the_millisecond():
    """C14: each limit named T holds for moments before T."""
    for guard, named, before, after in (
        (moves.may_confirm, "held_until", [], ["held_over"]),
        (moves.may_expire, "held_until", ["still_held"], []),
        (moves.may_cancel, "starts_at", [], ["already_begun"]),
    ):
        assert [codes(guard({"at": AT + step, named: AT})) for step in (-TICK, 0 * TICK, TICK)] == [
            before,
            after,
            after,
        ]
    close = [codes(moves.may_close({"at": AT + step, "closes_at": AT})) for step in (-TICK, 0 * TICK, TICK)]
    assert close == [["closes_later"], [], []]
    hold = [
        codes(moves.may_hold({"at": AT + step, "sessions": 1, "last_start": AT})) for step in (-TICK, 0 * TICK, TICK)
    ]
    assert hold == [["not_yet_held"], [], []]
    settle = [codes(moves.may_settle({"at": AT + step, "last_end": AT})) for step in (-TICK, 0 * TICK, TICK)]
    assert settle == [["not_yet_over"], [], []]
    window = [
        codes(rules.window(terms(opens_at=AT, closes_at=AT + timedelta(1)), AT + step))
        for step in (-TICK, 0 * TICK, TICK)
    ]
    assert window == [["not_open_yet"], [], []]
    window = [codes(rules.window(terms(closes_at=AT), AT + step)) for step in (-TICK, 0 * TICK, TICK)]
    assert window == [[], ["closed"], ["closed"]]
