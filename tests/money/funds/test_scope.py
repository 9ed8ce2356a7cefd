"""The machine reads what its powers name: its reach is put into an OR here, and an empty one would be lost."""

from __future__ import annotations

import pytest
from django.db.models import Q

from gongjia.base.actor import Actor
from gongjia.money.funds import powers
from gongjia.money.funds.models import Batch, Payment
from gongjia.money.funds.queries import scope
from gongjia.who.members.models import Transfer
from gongjia.who.members.queries import scope as members
from gongjia.work.programmes.models import Round
from gongjia.work.programmes.queries import rounds

pytestmark = pytest.mark.django_db


def test_a_system_actor_sees_the_rows_of_its_powers_and_no_others(chain, monkeypatch):
    chain.batch(chain.award(chain.member(), 500_00))
    reader = Actor.system("对账", [powers.READ])
    for model in (Batch, Payment):
        assert scope.visible(reader, model).count() == model.objects.count() > 0
        assert not scope.visible(Actor.system("别的", ["orgs.read"]), model).exists()
    # the control: with a reach that is empty the OR loses every row
    monkeypatch.setattr(scope, "within", lambda *args, **more: Q())
    assert not scope.visible(reader, Batch).exists()


def test_rounds_and_hand_overs_of_a_system_actor(chain):
    chain.round()
    reader = Actor.system("统计", ["programmes.read", "members.read"])
    assert rounds.rounds_of(reader).count() == Round.objects.count() > 0
    assert members.visible(reader, Transfer).count() == Transfer.objects.count()
    everything = members.gate(reader, Transfer)
    assert everything and not Transfer.objects.filter(~everything).exists()
