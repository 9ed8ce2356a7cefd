"""Two rounds decide over one household, or one person, at one instant: once-per, gap and caps hold between them.

Both transactions are made to meet after they have read what was given before and ahead of writing anything. With the
lock on the second cannot have read yet; with it off both have, and both give.
"""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from gongjia.base.refused import Refused
from gongjia.work.programmes import actions
from gongjia.work.programmes.actions import awarding, deciding, reviewing
from gongjia.work.programmes.models import Application, Award
from tests.work.programmes.conftest import AT, DAY
from tests.work.programmes.test_at_once import AID, CAP, couple  # noqa: F401  (fixture)

SEVERAL = pytest.mark.django_db(transaction=True)
MEET = 1.5  # seconds one waits for the other, which with the lock on never comes
REASON = {"reason": "家里有困难"}
ROUNDS = {
    # type, values of both rounds, what is answered, what the second is told
    "cap": ("aid", {"notice_phone": "0571-64000000"}, AID, "kind_cap_over"),
    "year": ("general", {"once_per": "year", "file_needed": True}, REASON, "had_already"),
    "gap": ("general", {"gap_years": 2}, REASON, "gap_running"),
    "gap_notice": (
        "general", {"gap_years": 2, "notice_days": 5, "notice_place": "unit", "notice_phone": "0571-64000000"}, REASON, "gap_running",
    ),
}  # fmt: skip


class Meeting:
    """Whoever has read the facts waits for the other to have read them too, for a while."""

    def __init__(self):
        self.barrier, self.met, self.on = threading.Barrier(2), 0, False

    def wait(self) -> None:
        if not self.on:
            return
        try:
            self.barrier.wait(MEET)
            self.met += 1
        except threading.BrokenBarrierError:
            pass


@pytest.fixture
def meeting(monkeypatch):
    found, original = Meeting(), deciding.gather

    def gather(*args):
        facts = original(*args)
        found.wait()
        return facts

    for module in (deciding, reviewing):
        monkeypatch.setattr(module, "gather", gather)
    return found


def off(monkeypatch) -> None:
    for module in (deciding, reviewing, awarding):
        monkeypatch.setattr(module, "hold_subjects", lambda *args: None)


def at_once(meeting: Meeting, *acts) -> list[str]:
    """What each was told: "" or the codes of its refusal."""
    told: list[str] = []
    meeting.on = True

    def run(act) -> None:
        try:
            act()
            told.append("")
        except Refused as refused:
            told.append(",".join(refused.codes))
        except Exception as error:
            told.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
        assert not one.is_alive(), "a deadlock"
    return told


def deciders(world, make, apply, through, people, kind):
    """Two rounds of one type, one application in each, and the two decisions."""
    type_, values, answers, _code = ROUNDS[kind]
    rounds = [make(type_, title=f"第{turn}轮", **values) for turn in ("一", "二")]
    some = [through(apply(round_, one, answers)) for round_, one in zip(rounds, people, strict=True)]
    return [
        lambda round_=round_, one=one: actions.decide(
            round_=round_, choices=[actions.Choice(one.pk)], decided_on=DAY, actor=world.machine, at=AT
        )
        for round_, one in zip(rounds, some, strict=True)
    ]


def given() -> int:
    """Those that were given it or are on notice for it."""
    return Application.objects.filter(state__in=("awarded", "on_notice")).count()


@SEVERAL
@pytest.mark.parametrize("kind", ROUNDS)
def test_two_rounds_give_a_household_once(world, make, apply, through, couple, meeting, kind):  # noqa: F811
    told = at_once(meeting, *deciders(world, make, apply, through, couple, kind))
    assert sorted(told) == ["", ROUNDS[kind][3]]
    assert given() == 1 and meeting.met == 0


@SEVERAL
@pytest.mark.parametrize("kind", ["cap", "gap_notice"])
def test_control_without_the_lock_both_rounds_give(world, make, apply, through, couple, meeting, monkeypatch, kind):  # noqa: F811
    off(monkeypatch)
    told = at_once(meeting, *deciders(world, make, apply, through, couple, kind))
    assert told == ["", ""] and given() == 2 and meeting.met == 2


@SEVERAL
@pytest.mark.parametrize("held", [True, False], ids=["held", "control"])
def test_two_rounds_keep_the_gap_of_one_person_without_a_file(
    world, make, apply, through, people, meeting, monkeypatch, held
):
    [person] = people(1)
    acts = deciders(world, make, apply, through, [person, person], "gap")
    if not held:
        off(monkeypatch)
    told = at_once(meeting, *acts)
    assert sorted(told) == (["", "gap_running"] if held else ["", ""])
    assert given() == (1 if held else 2)


@SEVERAL
@pytest.mark.parametrize("held", [True, False], ids=["held", "control"])
def test_two_desks_that_decide_themselves_keep_the_gap_of_a_household(
    world, make, apply, through, couple, meeting, monkeypatch, held  # noqa: F811
):  # fmt: skip
    rounds = [make(title=f"第{turn}轮", gap_years=2, decides="desk") for turn in ("一", "二")]
    some = [apply(round_, one) for round_, one in zip(rounds, couple, strict=True)]
    for one in some:
        while one.desk_no < len(one.route):
            one = actions.pass_on(application=one, actor=world.machine, at=AT)
    if not held:
        off(monkeypatch)
    passing = [lambda one=one: actions.pass_on(application=one.pk, actor=world.machine, at=AT) for one in some]
    told = at_once(meeting, *passing)
    assert sorted(told) == (["", "gap_running"] if held else ["", ""])
    assert Award.objects.count() == (1 if held else 2)


# -- the same without any haste ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_inside_one_bulk_of_a_deciding_desk_a_household_is_given_once(world, make, apply, through, couple):  # noqa: F811
    round_ = make(once_per="year", decides="desk", desk_rules=[actions.DeskRule(1, "opener")])
    some = [apply(round_, one) for one in couple]
    bulk = actions.review_many(applications=some, verdict="pass", actor=world.machine, at=AT)
    assert len(bulk.done) == 1 and [reasons[0].code for _one, reasons in bulk.refused] == ["had_already"]
    assert "同一家庭" in bulk.refused[0][1][0].fact and "已决定" in bulk.refused[0][1][0].fact


@pytest.mark.django_db
def test_a_spouse_who_is_refused_takes_nothing_from_the_other(world, make, apply, through, couple):  # noqa: F811
    """Who fails a condition of the own gets nothing, so the other is no second one."""
    people = type(couple[0]).objects.filter(pk__in=[one.pk for one in couple])
    people.update(sex="2")
    round_ = make(
        once_per="year",
        decides="desk",
        desk_rules=[actions.DeskRule(1, "opener")],
        conditions=[{"check": "sex", "sex": "2"}],
    )
    first, second = sorted((apply(round_, one) for one in couple), key=lambda one: one.pk)
    people.filter(pk=first.person_id).update(sex="1")  # put right after the application went in
    bulk = actions.review_many(applications=[first, second], verdict="pass", actor=world.machine, at=AT)
    assert bulk.done == [second.pk] and [reasons[0].code for _one, reasons in bulk.refused] == ["sex_other"]


@pytest.mark.django_db
def test_what_is_on_notice_in_one_round_counts_in_the_next(world, make, apply, through, people):
    [person] = people(1)
    first, second = deciders(world, make, apply, through, [person, person], "gap_notice")
    first()
    with pytest.raises(Refused) as why:
        second()
    assert why.value.codes == ("gap_running",) and "已决定" in why.value.reasons[0].fact
    assert not Award.objects.exists()


@pytest.mark.django_db
def test_caps_stay_caps(world, make, apply, through, couple):  # noqa: F811
    """One after the other: 3,000 of 5,000 and again 3,000 is too much, 2,000 is not."""
    first, second = deciders(world, make, apply, through, couple, "cap")
    first()
    with pytest.raises(Refused):
        second()
    one = Application.objects.get(state="in_review")
    decision = actions.decide(
        round_=one.round,
        choices=[actions.Choice(one.pk, amount=CAP - 300_000)],
        decided_on=DAY,
        actor=world.machine,
        at=AT,
    )
    assert decision.notice_id and given() == 2
