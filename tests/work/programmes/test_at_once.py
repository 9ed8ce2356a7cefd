"""Several at one instant, or in one decision: one claim goes in once, a household's cap holds between them."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import connection

from gongjia.base.refused import Refused
from gongjia.work.programmes import actions
from gongjia.work.programmes.actions import applying, awarding, deciding
from gongjia.work.programmes.models import Application, Award
from tests.database import DATABASE, super_connection
from tests.work.programmes.conftest import AT, DAY, me

AID = {"kin": "living", "asked": "3000", "why": "父亲住院", "honest": True}
CAP = 500_000  # of kind "living": fen per household and year


# -- one claim, many hands ----------------------------------------------------------------------------------


def rush(drafts, actor) -> list[str]:
    """All drafts of one claim are handed in at once; what each was told: "" or the codes of its refusal."""
    barrier, told = threading.Barrier(len(drafts)), []

    def hand_in(draft) -> None:
        try:
            barrier.wait(60)
            actions.submit(application=draft, actor=actor, at=AT)
            told.append("")
        except Refused as refused:
            assert all(reason.sentence for reason in refused.reasons)
            told.append(",".join(refused.codes))
        except Exception as error:
            told.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=hand_in, args=(draft,)) for draft in drafts]
    for one in threads:
        one.start()
    for one in threads:
        one.join(120)
        assert not one.is_alive(), "a deadlock"
    return told


def drafts_of(round_, person, count: int) -> list[Application]:
    """So many drafts of the same person in the same round, as counters in several places would begin them."""
    first = actions.start_draft(round_=round_, actor=me(person), at=AT)
    first = actions.save_draft(application=first, answers={"reason": "家里有困难"}, actor=me(person), at=AT)
    found = [first]
    for _number in range(count - 1):
        copy = Application.objects.get(pk=first.pk)
        copy.pk = None
        copy.id = Application._meta.pk.get_default()
        copy._state.adding = True
        copy.save(force_insert=True)
        found.append(copy)
    return found


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("hands", [2, 8])
def test_one_claim_handed_in_by_several_hands_goes_in_once(member, make, hands):
    told = rush(drafts_of(make(), member, hands), me(member))
    assert told.count("") == 1 and set(told) == {"", "applied_already"}
    assert Application.objects.exclude(number="").count() == 1
    assert Application.objects.filter(state="draft").count() == hands - 1


@pytest.mark.django_db(transaction=True)
def test_one_draft_handed_in_twice_is_one_application(member, make):
    [draft] = drafts_of(make(), member, 1)
    told = rush([draft, Application.objects.get(pk=draft.pk)], me(member))
    assert told.count("") == 1 and "" not in sorted(told)[1:]
    assert Application.objects.exclude(number="").count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_constraint_the_claim_goes_in_more_than_once(member, make, monkeypatch):
    drafts = drafts_of(make(), member, 8)
    looked = threading.Barrier(8)
    original = applying._taken

    def together(application, claim):
        answer = original(application, claim)
        looked.wait(60)  # all have looked before the first writes
        return answer

    monkeypatch.setattr(applying, "_taken", together)
    found = "select indexdef from pg_indexes where indexname = 'application_claim_once'"
    with super_connection(DATABASE) as owner:
        index = owner.execute(found).fetchone()[0]
        owner.execute("drop index cell.application_claim_once")
        try:
            told = rush(drafts, me(member))
        finally:
            owner.execute("update cell.programmes_application set claim_key = ''")
            owner.execute(index)
    assert told.count("") > 1


# -- caps inside one decision --------------------------------------------------------------------------------


@pytest.fixture
def couple(world, people):
    """Two members of one household with a file in force."""
    from gongjia.work.households.models import FileMember, HouseholdFile

    some = people(2)
    file = HouseholdFile.objects.create(
        number="K1", org=world.lotus, head=some[0], city="330100", state="active", category="relative",
        applied_on=date(2018, 1, 1), opened_on=date(2018, 1, 5), verified_year=2018, persons=2,
    )  # fmt: skip
    for person, relation in zip(some, ("self", "spouse"), strict=True):
        FileMember.objects.create(file=file, person=person, relation=relation, name=person.name, since=date(2018, 1, 5))
    return some


@pytest.fixture
def asked(make, apply, through, couple):
    """Both of the couple ask for 3,000 of a cap of 5,000; each alone is fine."""
    round_ = make("aid", title="2018年帮扶", notice_phone="0571-64000000")
    return round_, [through(apply(round_, person, AID)) for person in couple]


def decided(world, round_, some, **amounts):
    choices = [actions.Choice(one.pk, amount=amounts.get(f"a{place}")) for place, one in enumerate(some)]
    return actions.decide(round_=round_, choices=choices, decided_on=DAY, actor=world.machine, at=AT)


@pytest.mark.django_db
def test_the_cap_of_a_household_holds_inside_one_decision(world, asked):
    round_, some = asked
    with pytest.raises(Refused) as why:
        decided(world, round_, some)
    assert why.value.codes == ("kind_cap_over",)
    assert some[1].number in why.value.reasons[0].sentence  # the second, and it is named
    with pytest.raises(Refused):  # an amount that the meeting sets passes the same cap
        decided(world, round_, some, a0=CAP, a1=100)
    decision = decided(world, round_, some, a0=300_000, a1=200_000)
    later = AT + timedelta(days=8)
    awards = actions.settle_notice(decision=decision, actor=world.machine, at=later).awarded
    assert sum(one.amount for one in awards) == CAP


@pytest.mark.django_db
def test_what_an_earlier_decision_chose_counts_while_its_notice_runs(world, asked):
    round_, [first, second] = asked
    decided(world, round_, [first])
    assert not Award.objects.exists()
    with pytest.raises(Refused) as why:
        decided(world, round_, [second])
    assert why.value.codes == ("kind_cap_over",)


@pytest.mark.django_db
def test_control_looking_at_each_alone_gives_more_than_the_cap(world, asked, monkeypatch):
    """Without what the others of the household get in the same decision, the cap is broken: else nothing is proved."""
    round_, some = asked

    def alone(some, subjects, amount_of):
        for place, facts in enumerate(some):
            amount_of(place, facts)
        return list(some)

    monkeypatch.setattr(deciding, "in_turn", alone)
    monkeypatch.setattr(awarding, "in_turn", alone)
    decision = decided(world, round_, some)
    later = AT + timedelta(days=8)
    awards = actions.settle_notice(decision=decision, actor=world.machine, at=later).awarded
    assert sum(one.amount for one in awards) > CAP
