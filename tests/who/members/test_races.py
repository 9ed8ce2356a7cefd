"""Two hands at the same instant: one membership, one hand-over, and a copied path that is never stale."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet

from gongjia.base import journal
from gongjia.base.refused import Refused
from gongjia.who.members import actions, queries
from gongjia.who.members.actions import unions
from gongjia.who.members.models import Membership, Person, Transfer
from tests.who.members.conftest import AT, DAY, id_card

pytestmark = pytest.mark.django_db(transaction=True)


def together(*calls):
    """Run the calls at the same instant, each on a connection of its own; their results or refusals."""
    barrier, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(at, call):
        try:
            barrier.wait(10)
            answers[at] = call()
        except Refused as why:
            answers[at] = why
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(at, call)) for at, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "a deadlock"
    return answers


def test_the_same_number_admitted_twice_at_once(world):
    number = id_card()
    facts = actions.PersonFacts(name="王小明", id_kind="id_card", id_no=number)

    def admit(org):
        return actions.admit(facts=facts, org=org, join=actions.JoinFacts(on=DAY), actor=world.machine, at=AT)

    answers = together(*(lambda org=org: admit(org) for org in (world.firm, world.other, world.school)))
    assert sum(isinstance(answer, Membership) for answer in answers) == 1
    assert all(isinstance(answer, Membership | Refused) for answer in answers)
    assert Membership.objects.count() == Person.objects.count() == 1


def test_a_former_member_admitted_twice_at_once(world, join):
    person = join(world.firm, on=date(2017, 1, 1)).person
    actions.leave(person=person, on=date(2018, 1, 1), reason="5", own_word=True, actor=world.machine, at=AT)

    def again(org):
        return actions.admit_known(person=person, org=org, join=actions.JoinFacts(on=DAY), actor=world.machine, at=AT)

    answers = together(lambda: again(world.firm), lambda: again(world.other))
    assert sum(isinstance(answer, Membership) for answer in answers) == 1
    assert Membership.objects.filter(until__isnull=True).count() == 1


def test_accepting_declining_and_withdrawing_at_once_has_one_winner(world, join):
    transfer = actions.offer(person=join(world.firm).person, to_org=world.other, actor=world.machine, at=AT)
    by = {"transfer": transfer, "actor": world.machine, "at": AT}
    answers = together(
        lambda: actions.accept(**by), lambda: actions.decline(words="不是", **by), lambda: actions.withdraw(**by)
    )
    assert sum(isinstance(answer, Transfer) for answer in answers) == 1
    assert Membership.objects.filter(until__isnull=True).count() == 1
    now = Membership.objects.get(until__isnull=True)
    assert (now.org_id == world.other.pk) == (Transfer.objects.get().state == "accepted")
    assert journal.verify() == []


def test_admitting_while_the_union_is_moved_leaves_no_stale_path(world):
    def admit():
        facts = actions.PersonFacts(name="王小明", id_kind="id_card", id_no=id_card())
        return actions.admit(facts=facts, org=world.firm, join=actions.JoinFacts(on=DAY), actor=world.machine, at=AT)

    answers = together(
        admit, admit,
        lambda: actions.move_union(org=world.firm, parent=world.yangxi, on=DAY, actor=world.machine, at=AT),
        admit,
    )  # fmt: skip
    assert not [answer for answer in answers if isinstance(answer, Refused)]
    world.firm.refresh_from_db()
    assert world.firm.path.startswith(world.yangxi.path)
    assert set(Membership.objects.values_list("org_path", flat=True)) == {world.firm.path}
    assert queries.copies_wrong() == []


@pytest.mark.parametrize("no_key", [False, True])
def test_nobody_joins_a_union_that_is_being_closed(world, monkeypatch, no_key):
    """The control beside it: a lock that spares the key (`no_key`) lets a newcomer slip in behind the count."""
    if no_key:
        whole = QuerySet.select_for_update
        monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **how: whole(self, **{**how, "no_key": True}))

    def join_impatiently():
        facts = actions.PersonFacts(name="王小明", id_kind="id_card", id_no=id_card())
        with connection.cursor() as cursor:
            cursor.execute("set lock_timeout = '300ms'")
        try:
            return actions.admit(
                facts=facts, org=world.firm, join=actions.JoinFacts(on=DAY), actor=world.machine, at=AT
            )
        except OperationalError:
            return "waited"

    with transaction.atomic():
        unions._locked_spells(world.firm)
        answer = together(join_impatiently)[0]
    assert (answer == "waited") is not no_key
