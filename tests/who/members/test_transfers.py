"""The hand-over: who asks, who answers, what changes on which day, and both journals."""

from __future__ import annotations

from datetime import date

import pytest

from gongjia.base import journal
from gongjia.base.refused import Forbidden, Refused
from gongjia.who.members import actions, queries
from gongjia.who.members.kinds import ChangeKind, ChangeReason
from gongjia.who.members.models import Membership, MembershipChange, Transfer
from tests.who.members.conftest import AT, DAY, in_role, officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def giving(world):
    return in_role(world.firm, "chair_grassroots")


@pytest.fixture
def receiving(world):
    return in_role(world.other, "chair_grassroots")


def test_an_offer_changes_nothing_until_it_is_accepted(world, join, giving, receiving):
    spell = join(world.firm, on=date(2017, 1, 1))
    transfer = actions.offer(person=spell.person, to_org=world.other, actor=giving, at=AT)
    spell.refresh_from_db()
    assert transfer.state == "offered" and spell.until is None
    assert [row.source for row in queries.todo_rows(receiving, today=DAY)] == ["transfers"]
    assert queries.todo_rows(giving, today=DAY) == []

    with pytest.raises(Forbidden):  # the giving union cannot accept for the other
        actions.accept(transfer=transfer, actor=giving, at=AT)
    actions.accept(transfer=transfer, actor=receiving, at=AT)

    spell.refresh_from_db()
    now = Membership.objects.get(person=spell.person, until__isnull=True)
    assert (spell.until, spell.change_out, spell.is_latest) == (DAY, ChangeKind.TRANSFER_OUT, False)
    assert (now.org_id, now.since, now.joined_on, now.change_in) == (
        world.other.pk, DAY, date(2017, 1, 1), ChangeKind.TRANSFER_IN,
    )  # fmt: skip
    pairs = MembershipChange.objects.filter(kind__in=("2", "4")).values_list("org_id", "kind", "other_org_id")
    assert set(pairs) == {(world.firm.pk, "4", world.other.pk), (world.other.pk, "2", world.firm.pk)}
    # both unions have it in their own stream
    streams = {line.action: org for org in (world.firm, world.other) for line in journal.lines(org_id=org.pk, limit=50)}
    assert streams["members.handed_over"] == world.firm and streams["members.taken_over"] == world.other
    # the person left the old union's sight at once
    assert queries.visible(giving, type(spell.person)).count() == 0
    assert queries.visible(receiving, type(spell.person)).count() == 1


def test_a_member_asks_the_own_union_confirms_the_other_accepts(world, join, giving, receiving):
    person = actions.open_account(person=join(world.firm).person, actor=None, at=AT)
    me = officer(world.school, "x", person=person)
    transfer = actions.ask_by_member(account=person.account, to_org=world.other, actor=me, at=AT, words="换了单位")
    assert transfer.state == "asked"
    assert [row.subject for row in queries.todo_rows(giving, today=DAY)] == [transfer.pk]
    assert queries.todo_rows(receiving, today=DAY) == []
    with pytest.raises(Forbidden):
        actions.confirm_transfer(transfer=transfer, actor=receiving, at=AT)
    with pytest.raises(Forbidden):  # asked by the member: only the member takes it back
        actions.withdraw(transfer=transfer, actor=giving, at=AT)
    actions.confirm_transfer(transfer=transfer, actor=giving, at=AT)
    actions.accept(transfer=transfer, actor=receiving, at=AT)
    assert Membership.objects.get(person=person, until__isnull=True).org_id == world.other.pk


def test_the_receiving_union_asks_and_the_release_completes_it(world, join, giving, receiving):
    spell = join(world.firm)
    transfer = actions.ask_in(person=spell.person, to_org=world.other, actor=receiving, at=AT)
    actions.confirm_transfer(transfer=transfer, actor=giving, at=AT)
    transfer.refresh_from_db()
    assert transfer.state == "accepted"
    assert Membership.objects.get(person=spell.person, until__isnull=True).org_id == world.other.pk


def test_declining_needs_words_and_leaves_the_member_where_they_were(world, join, giving, receiving):
    spell = join(world.firm)
    transfer = actions.offer(person=spell.person, to_org=world.other, actor=giving, at=AT)
    with pytest.raises(Refused) as why:
        actions.decline(transfer=transfer, words=" ", actor=receiving, at=AT)
    assert why.value.codes == ("words_missing",)
    actions.decline(transfer=transfer, words="不是本单位职工", actor=receiving, at=AT)
    spell.refresh_from_db()
    assert spell.until is None and Transfer.objects.get().answer == "不是本单位职工"
    again = actions.offer(person=spell.person, to_org=world.school, actor=giving, at=AT)
    actions.withdraw(transfer=again, actor=giving, at=AT)


@pytest.mark.parametrize("kind", ["twice", "to_upper", "to_itself", "not_a_member", "left_meanwhile", "dead"])
def test_what_cannot_be_handed_over(world, join, giving, kind):
    spell = join(world.firm)
    by = {"person": spell.person, "actor": world.machine, "at": AT}
    if kind == "twice":
        actions.offer(to_org=world.other, **by)
        expected, call = "transfer_open", lambda: actions.offer(to_org=world.school, **by)
    elif kind == "to_upper":
        expected, call = "org_takes_no_members", lambda: actions.offer(to_org=world.yangxi, **by)
    elif kind == "to_itself":
        expected, call = "same_union", lambda: actions.offer(to_org=world.firm, **by)
    elif kind == "not_a_member":
        actions.leave_for_outside(to="外地", on=DAY, **by)
        expected, call = "no_membership", lambda: actions.offer(to_org=world.other, **by)
    elif kind == "left_meanwhile":
        transfer = actions.offer(to_org=world.other, **by)
        Membership.objects.filter(pk=spell.pk).update(org=world.school, org_path=world.school.path)
        expected, call = "not_here", lambda: actions.accept(transfer=transfer, actor=world.machine, at=AT)
    else:
        actions.record_death(died_on=DAY, **by)
        expected, call = "no_membership", lambda: actions.offer(to_org=world.other, **by)
    with pytest.raises(Refused) as why:
        call()
    assert expected in why.value.codes


def test_an_open_hand_over_holds_up_other_ends(world, join, giving):
    spell = join(world.firm)
    actions.offer(person=spell.person, to_org=world.other, actor=giving, at=AT)
    with pytest.raises(Refused) as why:
        actions.leave(person=spell.person, on=DAY, reason=ChangeReason.OWN_WISH, own_word=True, actor=giving, at=AT)
    assert why.value.codes == ("transfer_open",)


def test_a_kept_unemployed_member_becomes_active_where_they_find_work(world, join, receiving):
    spell = join(world.firm)
    actions.retain(person=spell.person, reason=ChangeReason.UNEMPLOYED, on=DAY, actor=world.machine, at=AT)
    transfer = actions.ask_in(person=spell.person, to_org=world.other, actor=receiving, at=AT)
    actions.confirm_transfer(transfer=transfer, actor=world.machine, at=AT)
    now = Membership.objects.get(person=spell.person, until__isnull=True)
    assert (now.standing, now.org_id) == ("active", world.other.pk)


def test_many_at_once_each_for_itself(world, join, giving, receiving):
    good, bad = join(world.firm, "甲").person, join(world.firm, "乙").person
    transfers = [actions.offer(person=one, to_org=world.other, actor=giving, at=AT) for one in (good, bad)]
    Membership.objects.filter(person=bad).update(org=world.school, org_path=world.school.path)
    done, refused = actions.accept_many(transfers=transfers, actor=receiving, at=AT)
    assert [one.person_id for one in done] == [good.pk]
    assert [(one.person_id, why.codes) for one, why in refused] == [(bad.pk, ("not_here",))]
    assert journal.verify() == []
