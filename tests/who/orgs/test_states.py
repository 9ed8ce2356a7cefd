"""Every state x every move."""

from __future__ import annotations

import pytest

from gongjia.who.orgs import powers
from gongjia.who.orgs.states import HOME_FLOW, ORG_FLOW, HomeState, OrgState

ORG = {
    ("preparing", "approve"): "active",
    ("preparing", "abandon"): "dissolved",
    ("active", "dissolve"): "dissolved",
    ("active", "merge"): "merged",
}
HOME = {
    ("planned", "start"): "building",
    ("planned", "open"): "open",
    ("building", "open"): "open",
    ("planned", "close"): "closed",
    ("building", "close"): "closed",
    ("open", "close"): "closed",
}


@pytest.mark.parametrize(("flow", "states", "table"), [(ORG_FLOW, OrgState, ORG), (HOME_FLOW, HomeState, HOME)])
def test_every_state_and_move(flow, states, table):
    for state in states.values:
        open_moves = {move.name: move.target for move in flow.possible(state)}
        for move in flow.moves:
            expected = table.get((state, move.name))
            assert open_moves.get(move.name) == expected, (state, move.name)
            if expected is None:
                assert [reason.code for reason in flow.check(move.name, state, None)] == ["state_not_allowed"]


def test_every_move_asks_a_power_and_has_a_name():
    for move in (*ORG_FLOW.moves, *HOME_FLOW.moves):
        assert move.power in powers.POWERS
        assert move.label
