"""Every state x every move of the four flows: one arc, or a refusal that names the state; no arc without its power."""

from __future__ import annotations

import pytest

from gongjia.base import journal
from gongjia.base.actor import Actor
from gongjia.base.refused import Forbidden, Refused
from gongjia.work.programmes import powers, states
from gongjia.work.programmes.models import Appeal, Application, Award
from gongjia.work.programmes.rules import moves
from gongjia.work.programmes.rules.facts import Condition
from tests.work.programmes.conftest import AT, DAY, officer

pytestmark = pytest.mark.django_db

ARCS = {
    "round": {
        ("draft", "open"): "open",
        ("open", "close"): "closed",
        ("closed", "reopen"): "open",
        ("closed", "decide"): "decided",
        ("open", "finish"): "finished",
        ("closed", "finish"): "finished",
        ("decided", "finish"): "finished",
        ("draft", "cancel"): "cancelled",
        ("open", "cancel"): "cancelled",
        ("closed", "cancel"): "cancelled",
    },
    "application": {
        ("draft", "submit"): "in_review",
        ("returned", "resubmit"): "in_review",
        **{(state, "withdraw"): "withdrawn" for state in ("draft", "in_review", "returned", "on_notice")},
        ("in_review", "pass"): "in_review",
        ("in_review", "return"): "returned",
        ("in_review", "next_stage"): "returned",
        ("in_review", "decline"): "declined",
        ("in_review", "choose"): "on_notice",
        ("in_review", "award"): "awarded",
        ("in_review", "grant"): "awarded",
        ("on_notice", "confirm"): "awarded",
        ("on_notice", "strike"): "declined",
        ("in_review", "leave_out"): "declined",
        ("awarded", "revoke"): "revoked",
        ("declined", "reopen"): "in_review",
        **{(state, "lapse"): "withdrawn" for state in ("draft", "returned", "in_review")},
    },
    "award": {("active", "revoke"): "revoked"},
    "appeal": {("open", "uphold"): "upheld", ("open", "dismiss"): "dismissed"},
}
FLOWS = {
    "round": states.ROUND_FLOW, "application": states.APPLICATION_FLOW, "award": states.AWARD_FLOW,
    "appeal": states.APPEAL_FLOW,
}  # fmt: skip
CELLS = [(name, state, move.name) for name, flow in FLOWS.items() for state in flow.states for move in flow.moves]
OF_APPLICANT = {"submit", "resubmit", "withdraw"}


@pytest.mark.parametrize(("name", "state", "move"), CELLS)
def test_the_table_is_the_whole_truth(name, state, move):
    flow = FLOWS[name]
    target = ARCS[name].get((state, move))
    if target is None:
        assert [reason.code for reason in flow.check(move, state, None)][:1] == ["state_not_allowed"]
    else:
        assert flow.move(move).target == target and state in flow.move(move).sources


def test_only_the_applicants_own_moves_have_no_power():
    assert {move.name for flow in FLOWS.values() for move in flow.moves if not move.power} == OF_APPLICANT
    assert {move.power for flow in FLOWS.values() for move in flow.moves} - {""} <= set(powers.POWERS)


FINE = {
    "open": moves.OpenFacts(AT, AT, None, "x", 1, 1), "submit": moves.SubmitFacts(AT, "open", AT, None),
    "resubmit": moves.SubmitFacts(AT, "closed", AT, None, mended=True), "return": moves.ReturnFacts("缺材料"),
    "decline": "条件不符", "revoke": "查实造假", "reopen": "复核成立", "uphold": "属实", "dismiss": "不属实",
    "confirm": moves.ConfirmFacts(True), "strike": moves.ConfirmFacts(True, 0, standing=False),
    "cancel": moves.EndFacts(reason="经费未落实"),
}  # fmt: skip


def _fine(name, move):
    return None if (name, move) == ("round", "reopen") else FINE.get(move)


@pytest.fixture
def record(world, member, make, apply):
    def at_state(name, state):
        if name == "round":
            row = make(opened=False)
            type(row).objects.filter(pk=row.pk).update(state=state)
            row.refresh_from_db()
            return row
        one = apply(make(), member)
        if name == "application":
            Application.objects.filter(pk=one.pk).update(state=state)
            one.refresh_from_db()
            return one
        if name == "appeal":
            ended = None if state == "open" else DAY
            return Appeal.objects.create(
                application=one, org=world.fed, text="不服", filed_on=DAY, state=state, settled_on=ended
            )
        return Award.objects.create(
            application=one, round=one.round, type="general", org=world.firm, person=member, kind="grant", title="x",
            awarded_on=DAY, state=state, revoked_on=DAY if state == "revoked" else None,
        )  # fmt: skip

    return at_state


def _changes(name, move):
    if name == "award":
        return {"revoked_on": DAY}
    return {"settled_on": DAY} if name == "appeal" else {}


@pytest.mark.parametrize("name", list(FLOWS))
def test_every_state_and_move_on_real_rows(record, name, world):
    for state in FLOWS[name].states:
        for arc in FLOWS[name].moves:
            if state == next(iter(FLOWS[name].states)) and arc is FLOWS[name].moves[0]:
                row = record(name, state)
            type(row).objects.filter(pk=row.pk).update(
                state=state, **({"revoked_on": DAY if state == "revoked" else None} if name == "award" else {}),
                **({"settled_on": None if state == "open" else DAY} if name == "appeal" else {}),
            )  # fmt: skip
            target = ARCS[name].get((state, arc.name))
            facts = _fine(name, arc.name)
            if target is None:
                with pytest.raises(Refused) as why:
                    journal.move(row, arc.name, actor=world.machine, at=AT, facts=facts)
                assert why.value.codes[0] == "state_not_allowed"
            else:
                journal.move(row, arc.name, actor=world.machine, at=AT, facts=facts, changes=_changes(name, arc.name))
            row.refresh_from_db()
            assert row.state == (target or state)


@pytest.mark.parametrize("name", list(FLOWS))
def test_no_move_without_its_power_nor_from_a_foreign_union(record, world, name):
    row = record(name, next(iter(FLOWS[name].states)))
    for (state, move), _target in ARCS[name].items():
        power = FLOWS[name].move(move).power
        if not power:
            continue
        if name not in ("award", "appeal"):
            type(row).objects.filter(pk=row.pk).update(state=state)
        strangers = (officer(world.school, *powers.POWERS), officer(world.fed, powers.READ), Actor(None, None, "路人"))
        for stranger in strangers:
            with pytest.raises(Forbidden):
                journal.move(row, move, actor=stranger, at=AT, facts=_fine(name, move))


# -- guards: each reason, and the control that lets it through -------------------------------------------------
NO = Condition("x_no", False, "不符合。")
GUARDS = [
    (moves.may_open, moves.OpenFacts(AT, AT, AT, "x", 0, 0, org_active=False), {"closes_in_past", "no_desk", "no_field", "org_closed"}),
    (moves.may_open, moves.OpenFacts(AT, AT, None, "x", 1, 1, notice_days=3, notice_least=5), {"notice_short", "phone_missing"}),
    (moves.may_open, moves.OpenFacts(AT, AT, None, "x", 1, 1, notice_days=5, notice_phone="1", decides="desk"), {"notice_needs_meeting"}),
    (moves.may_open, moves.OpenFacts(AT, AT, None, "x", 1, 1, notice_days=5, notice_least=5, notice_phone="1"), set()),
    (moves.may_submit, moves.SubmitFacts(AT, "closed", AT, None), {"round_not_open"}),
    (moves.may_submit, moves.SubmitFacts(AT, "open", AT, AT), {"too_late"}),
    (moves.may_submit, moves.SubmitFacts(AT, "closed", AT, AT, mended=True), set()),
    (moves.may_submit, moves.SubmitFacts(AT, "decided", AT, AT, mended=True), {"round_over"}),
    (moves.may_submit, moves.SubmitFacts(AT, "open", AT, None, conditions=(NO,), taken="1", desks=0), {"x_no", "applied_already", "no_desk_found"}),
    (moves.may_submit, moves.SubmitFacts(AT, "open", AT, None, conditions=(Condition("later", None, "填表后判定"),)), {"later"}),
    (moves.may_pass, moves.PassFacts((NO,), 0, "甲"), {"x_no", "quota_full"}),
    (moves.may_pass, moves.PassFacts((), 1, "甲"), set()),
    (moves.may_choose, moves.ChooseFacts(False, -1, (NO,), False), {"not_ready", "round_quota_full", "x_no", "tier_unknown"}),
    (moves.may_choose, moves.ChooseFacts(True, 0, (), True, -2), {"tier_full"}),
    (moves.may_choose, moves.ChooseFacts(True, 0), set()),
    (moves.may_confirm, moves.ConfirmFacts(False, 2, False), {"notice_running", "objection_open", "objection_upheld"}),
    (moves.may_confirm, None, {"notice_missing"}),
    (moves.may_strike, moves.ConfirmFacts(True), {"not_struck"}),
    (moves.says_why, " ", {"reason_missing"}),
    (moves.may_finish, moves.EndFacts(open=1), {"still_open"}),
    (moves.may_cancel, moves.EndFacts(awarded=1), {"already_awarded", "reason_missing"}),
    (moves.may_close, moves.CloseFacts(AT, AT.replace(year=2019)), {"close_needs_reason"}),
    (moves.may_close, moves.CloseFacts(AT, AT), set()),
    (moves.may_reopen, moves.UntilFacts(AT, AT, AT, decided=True), {"already_decided"}),
    (moves.may_reopen, moves.UntilFacts(AT, AT, AT), {"until_in_past"}),
    (moves.may_extend, moves.UntilFacts(AT, AT.replace(year=2019), AT.replace(year=2018, month=9)), {"until_earlier"}),
    (moves.may_extend, moves.UntilFacts(AT, AT, AT.replace(year=2019)), set()),
]  # fmt: skip


@pytest.mark.parametrize(("guard", "facts", "expected"), GUARDS)
def test_guards(guard, facts, expected):
    assert {reason.code for reason in guard(facts)} == expected
