"""Figures of programmes and money come from records: awards, applications, and what the bank said of each payment."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gongjia.base.period import Period
from gongjia.base.refused import Refused
from gongjia.money.funds import actions as funds
from gongjia.report import actions, engine, powers, records
from gongjia.report.figure import figures
from gongjia.work.programmes.models import Award
from tests.money.funds import bank as fake
from tests.money.funds.conftest import AT, chain, join, machine, paper, world  # noqa: F401
from tests.report.test_laws import each_listing
from tests.report.world import add_hand, base
from tests.who.members.conftest import officer

pytestmark = pytest.mark.django_db

H1, CUTOFF = Period.parse("2018H1"), date(2018, 8, 27)
MINE = (
    "honours.craftsmen", "honours.craftsmen_nominated", "skills.tuition_grants", "skills.tuition_asked",
    "skills.tuition_paid", "care.aid_paid", "care.gifts_households", "care.gifts_households_paid",
    "care.gifts_companies", "labour.model_units",
)  # fmt: skip


def values(fed, *keys):
    found = engine.compute([figures.get(key) for key in keys], fed, H1, CUTOFF)
    return [found[key].total.value for key in keys]


def laws(fed):
    found = engine.compute([figures.get(key) for key in MINE], fed, H1, CUTOFF)
    for key in MINE:
        cells = sum(cell.value or 0 for cell in found[key].cells.values())
        assert cells - found[key].repeated == (found[key].total.value or 0), key
        each_listing(figures.get(key), fed, found[key], H1, CUTOFF)


def test_awards_and_applications_count_by_type_each_person_once(chain):  # noqa: F811
    fed = chain.world.fed
    craft, tuition = (chain.round(f"{one}一届", 0, type=one) for one in ("craftsman", "tuition"))
    first, second = chain.member("王甲", account=False), chain.member("王乙", account=False)
    for person in (first, second):
        chain.award(person, 0, round=craft, kind="honour")
    chain.award(first, 0, round=tuition)
    late = chain.award(second, 0, round=craft, kind="honour", org=chain.world.other)
    other = "honours.craftsmen", "honours.craftsmen_nominated", "skills.tuition_grants", "skills.tuition_asked"
    assert values(fed, *other) == [2, 2, 1, 1]
    laws(fed)
    listed = list(figures.get("honours.craftsmen").records(fed, H1, CUTOFF))
    assert {one.label for one in listed} == {"王* craftsman一届"} and len(listed) == 3
    assert listed[0].url == f"/console/programmes/awards/{listed[0].id}/" and listed[0].on == date(2018, 5, 20)
    asked = list(figures.get("skills.tuition_asked").records(fed, H1, CUTOFF))
    assert asked[0].url == f"/console/review/{asked[0].id}/" and type(asked[0].on) is date
    # the control: what was revoked before the period ended, or came in from before this system, is not counted
    Award.objects.filter(person=second).exclude(pk=late.pk).update(state="revoked", revoked_on=date(2018, 6, 1))
    Award.objects.filter(pk=late.pk).update(origin="import", application=None, round=None)
    assert values(fed, "honours.craftsmen") == [1]


def test_what_is_paid_is_what_the_bank_says(chain, bank):  # noqa: F811
    fed = chain.world.fed
    hot = chain.round("送清凉", type="gifts")
    cold = chain.round("送温暖", type="gifts")
    june = {"round": hot, "awarded_on": date(2018, 6, 1), "ready_on": date(2018, 6, 1)}
    people = [chain.member(f"王{n}") for n in "甲乙丙"]
    batch = chain.send(*(chain.award(one, 600_00, **june) for one in people), chain.award(people[0], 50_00, round=cold))
    keys = "care.gifts_households", "care.gifts_households_paid", "care.aid_paid"
    assert values(fed, *keys) == [3, 0, 0]  # decided, nothing has arrived
    bank.accept(funds.take_file(batch=batch, actor=chain.maker, at=AT)[1], AT.date())
    chain.answer(batch, bank.answer())
    assert values(fed, *keys) == [3, 1_800_00, 0]  # what was given in May is no gift of the hot months
    laws(fed)
    payment = batch.payments.filter(round_id=hot.pk).first()
    bank.bounce(payment.lines.get().reference, (AT + timedelta(3)).date())
    chain.answer(batch, bank.answer(), AT + timedelta(4), "退汇.xlsx")
    assert values(fed, *keys) == [3, 1_200_00, 0]
    laws(fed)
    rows = list(figures.get("care.gifts_households_paid").records(fed, H1, CUTOFF))
    assert sorted(one.amount for one in rows) == [-600_00, 600_00, 600_00, 600_00]
    assert f"/console/funds/payments/{payment.pk}/" in {one.url for one in rows}
    assert all(records.ground_of(figures.get(one.figure), one).kind == "person" for one in rows)


def test_a_number_entered_by_hand_gives_way_where_records_are(chain):  # noqa: F811
    """Only of that union and that type: entries of other types stay."""
    firm, typed = chain.world.firm, base()
    for key in ("honours.craftsmen", "skills.tuition_grants"):
        add_hand(typed, firm, key, H1.start, H1.last_day, 7)
    assert values(chain.world.fed, "honours.craftsmen", "skills.tuition_grants") == [7, 7]
    chain.award(chain.member(account=False), 0, round=chain.round("首届", 0, type="craftsman"), kind="honour")
    assert values(chain.world.fed, "honours.craftsmen", "skills.tuition_grants") == [1, 7]
    actor = officer(firm, *powers.POWERS)
    with pytest.raises(Refused) as why:
        actions.enter_hand(
            org=firm, figure="honours.craftsmen", period=Period.parse("2018"), value=3, attachment=typed.paper,
            actor=actor, at=AT + timedelta(300),
        )  # fmt: skip
    assert "hand_covered_by_records" in why.value.codes


@pytest.fixture
def bank() -> fake.Bank:
    return fake.Bank()
