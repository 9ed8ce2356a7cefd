"""Every state x every move of the three flows: one arc, or a refusal that names the state."""

from __future__ import annotations

import pytest

from gongjia.base.refused import Forbidden, Refused
from gongjia.who.members import actions, states
from gongjia.who.members.models import Correction, Help, Transfer
from tests.who.members.conftest import AT, DAY, officer

pytestmark = pytest.mark.django_db

ARCS = {
    "transfer": {
        ("asked", "confirm"): "offered",
        ("asked", "release"): "accepted",
        ("asked", "decline"): "declined",
        ("asked", "withdraw"): "withdrawn",
        ("offered", "accept"): "accepted",
        ("offered", "decline"): "declined",
        ("offered", "withdraw"): "withdrawn",
    },
    "correction": {
        ("open", "settle"): "settled",
        ("open", "refuse"): "refused",
        ("open", "withdraw"): "withdrawn",
    },
    "help": {("open", "finish"): "done", ("open", "close"): "closed"},
}
FLOWS = {"transfer": states.TRANSFER_FLOW, "correction": states.CORRECTION_FLOW, "help": states.HELP_FLOW}
CELLS = [(name, state, move.name) for name, flow in FLOWS.items() for state in flow.states for move in flow.moves]


@pytest.mark.parametrize(("name", "state", "move"), CELLS)
def test_the_table_is_the_whole_truth(name, state, move):
    flow = FLOWS[name]
    target = ARCS[name].get((state, move))
    if target is None:
        assert [reason.code for reason in flow.check(move, state, None)][:1] == ["state_not_allowed"]
    else:
        assert flow.move(move).target == target and state in flow.move(move).sources


@pytest.fixture
def records(world, join):
    person = join(world.firm).person
    common = {"person": person, "asked_on": DAY}

    def make(name, state):
        ended = None if state in ("asked", "offered", "open") else DAY
        if name == "transfer":
            return Transfer.objects.create(
                from_org=world.firm, to_org=world.other, asked_by="giving", state=state, ended_on=ended, **common
            )
        if name == "correction":
            return Correction.objects.create(org=world.firm, field="name", state=state, ended_on=ended, **common)
        return Help.objects.create(org=world.firm, about="other", state=state, ended_on=ended, **common)

    return make


def _walk(name, move, record, actor):
    by = {"actor": actor, "at": AT}
    if name == "transfer":
        return {
            "confirm": lambda: actions.confirm_transfer(transfer=record, **by),
            "release": lambda: actions.confirm_transfer(transfer=record, **by),
            "accept": lambda: actions.accept(transfer=record, **by),
            "decline": lambda: actions.decline(transfer=record, words="不是本单位职工", **by),
            "withdraw": lambda: actions.withdraw(transfer=record, **by),
        }[move]()
    if name == "correction":
        return {
            "settle": lambda: actions.settle_correction(correction=record, value="王小明", words="好", **by),
            "refuse": lambda: actions.refuse_correction(correction=record, words="证件上就是这样", **by),
            "withdraw": lambda: actions.withdraw_correction(correction=record, **by),
        }[move]()
    return {
        "finish": lambda: actions.finish_help(help=record, words="已办好", **by),
        "close": lambda: actions.close_help(help=record, words="联系不上", **by),
    }[move]()


@pytest.mark.parametrize(("name", "state", "move"), [cell for cell in CELLS if cell[2] != "release"])
def test_every_state_and_move_through_the_actions(world, records, name, state, move):
    record = records(name, state)
    actor = world.machine
    if name == "correction" and move == "withdraw":
        actor = officer(world.firm, "members.read", person=record.person)
    target = ARCS[name].get((state, move))
    if target is None:
        with pytest.raises(Refused) as why:
            _walk(name, move, record, actor)
        assert "state_not_allowed" in why.value.codes
        target = state
    else:
        _walk(name, move, record, actor)
    record.refresh_from_db()
    assert record.state == target
    assert (record.ended_on is None) == (target in ("asked", "offered", "open"))


@pytest.mark.parametrize(("name", "state", "move"), sorted((name, *cell) for name in ARCS for cell in ARCS[name]))
def test_no_move_without_its_power(world, records, name, state, move):
    record = records(name, state)
    if move == "release":
        Transfer.objects.filter(pk=record.pk).update(asked_by="receiving")
    for actor in (officer(world.school, "members.transfer", "members.settle"), officer(world.firm, "members.read")):
        with pytest.raises(Forbidden):
            _walk(name, move, record, actor)
    record.refresh_from_db()
    assert record.state == state
