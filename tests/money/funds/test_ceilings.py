"""C11: sixty-four hands on one ceiling at the same instant never go above it."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection
from django.db.models import Sum

from gongjia.base.refused import Refused
from gongjia.money.funds import actions
from gongjia.money.funds.actions import batches
from gongjia.money.funds.models import Payment
from tests.money.funds.conftest import AT

pytestmark = pytest.mark.django_db(transaction=True)

EACH, LIMIT = 100_00, 1_500_00


def rush(chain, hands: int, scope: str) -> tuple[int, int, set[str]]:
    """(payments made, fen claimed, codes of the refusals) of so many makers at once."""
    from gongjia.work.households.models import HouseholdFile

    file = HouseholdFile.objects.create(
        number="K9", org=chain.world.lotus, head=chain.member(), city="330100", applied_on=AT.date()
    )
    persons = [file.head] * hands if scope == "person" else [chain.member(f"甲{n}") for n in range(4)] * (hands // 4)
    actions.set_ceiling(
        org=chain.world.fed,
        scope=scope,
        amount=LIMIT,
        clause="办法 第十条",
        since=AT.date(),
        actor=chain.approver,
        at=AT,
    )
    work = [(chain.batch(title=f"批{n}"), chain.award(persons[n], EACH, household=file)) for n in range(hands)]
    barrier, codes = threading.Barrier(hands), set()

    def claim(batch, award) -> None:
        try:
            barrier.wait(60)
            actions.plan(batch=batch, awards=[award], **chain.by)
        except Refused as why:
            codes.update(why.codes)
        finally:
            connection.close()

    threads = [threading.Thread(target=claim, args=pair) for pair in work]
    for one in threads:
        one.start()
    for one in threads:
        one.join(120)
        assert not one.is_alive(), "a deadlock"
    found = Payment.objects.filter(state="planned")
    return found.count(), found.aggregate(sum=Sum("gross"))["sum"] or 0, codes


@pytest.mark.parametrize(
    "scope",
    ["household", *(pytest.param(one, marks=pytest.mark.proof) for one in ("person", "programme", "year"))],
)
def test_sixty_four_claims_on_one_ceiling(chain, scope):
    count, sum_, codes = rush(chain, 64, scope)
    print(f"\n{scope}: {count} of 64 claims, {sum_} fen of {LIMIT}")
    assert (count, sum_) == (LIMIT // EACH, LIMIT)
    assert codes == {"over_ceiling"}


def test_control_without_the_lock_the_ceiling_is_overspent(chain, monkeypatch):
    """openIMIS's way: each reads what is left, then writes. It must oversell, else the test above proves nothing."""

    def unlocked(keys):
        from gongjia.money.funds.models import Ceiling

        return list(Ceiling.objects.select_related("org").filter(pk__in=list(keys)))

    def slow(award, *rest):
        time.sleep(0.3)  # all have read before the first writes
        return original(award, *rest)

    original = batches._plan_one
    monkeypatch.setattr(batches, "hold_ceilings", unlocked)
    monkeypatch.setattr(
        batches,
        "hold_earmarks",
        lambda rounds: batches.Earmark.objects.select_related("line").filter(round_id__in=list(rounds)),
    )
    monkeypatch.setattr(batches, "_plan_one", slow)
    _, sum_, _ = rush(chain, 24, "household")
    assert sum_ > LIMIT
