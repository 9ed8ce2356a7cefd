"""Joining and the four different ends, on the real database."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from gongjia.base import journal
from gongjia.base.refused import Forbidden, Refused
from gongjia.who.members import actions, queries
from gongjia.who.members.kinds import ChangeKind, ChangeReason
from gongjia.who.members.models import Membership, MembershipChange, Person
from tests.who.members.conftest import AT, DAY, id_card, in_role, officer, phone

pytestmark = pytest.mark.django_db


def refused(call, *codes):
    with pytest.raises(Refused) as why:
        call()
    assert set(why.value.codes) == set(codes)
    return why.value


def test_admission_writes_the_person_the_spell_the_change_and_the_entry(world, join):
    spell = join(world.firm, "单建国", on=date(2018, 3, 5), employer="甲公司")
    person = spell.person
    assert (person.name_py, person.name_initials) == ("shanjianguo", "sjg")
    assert person.born_on == date(1990, 1, 1) and person.sex == "1"
    assert str(person.id_no).startswith("330***") and person.card_serial
    assert spell.org_path == world.firm.path and spell.joined_on == date(2018, 3, 5) and spell.is_latest
    change = MembershipChange.objects.get(membership=spell)
    assert (change.kind, change.on) == (ChangeKind.JOIN, date(2018, 3, 5))
    [line] = [one for one in journal.timeline(person) if one.action == "members.admitted"]
    assert "330100" not in str(line.body) and "199" not in str(line.body)


def test_admission_needs_the_power_at_that_union(world):
    facts = actions.PersonFacts(name="王小明", id_kind="id_card", id_no=id_card())
    join = actions.JoinFacts(on=DAY)
    for actor in (officer(world.other, "members.admit"), officer(world.firm, "members.read")):
        with pytest.raises(Forbidden):
            actions.admit(facts=facts, org=world.firm, join=join, actor=actor, at=AT)
    assert not Person.objects.exists()
    spell = actions.admit(facts=facts, org=world.firm, join=join, actor=officer(world.lotus, "members.admit"), at=AT)
    assert spell.org_id == world.firm.pk


def test_one_membership_at_a_time_and_the_other_union_is_named_only_to_who_may_see_it(world, join):
    number = id_card()
    join(world.firm, id_no=number)
    facts = actions.PersonFacts(name="王小明", id_kind="id_card", id_no=number)

    def again(org, actor):
        return refused(
            lambda: actions.admit(facts=facts, org=org, join=actions.JoinFacts(on=DAY), actor=actor, at=AT),
            "already_member",
        )

    told = again(world.school, in_role(world.lotus, "officer_township"))
    assert "甲公司" in str(told)
    untold = again(world.other, in_role(world.other, "officer_grassroots"))
    assert "甲公司" not in str(untold) and "330" not in str(untold)
    assert Membership.objects.count() == 1


def test_the_database_itself_holds_one_active_membership_per_person(world, join):
    spell = join(world.firm)
    for latest in (True, False):
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(
                person=spell.person, org=world.other, org_path=world.other.path, since=DAY, is_latest=latest
            )


def test_the_database_refuses_an_end_before_the_beginning_or_without_a_kind(world, join):
    spell = join(world.firm)
    for change in (
        {"until": date(2018, 1, 14), "change_out": "4"},
        {"until": DAY, "change_out": ""},
        {"change_out": "4"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.filter(pk=spell.pk).update(**change)


def test_too_young_wrong_number_and_unknown_trade_are_told_together(world, machine):
    facts = actions.PersonFacts(name="", id_kind="id_card", id_no="330100200301010011", phone="123")
    with pytest.raises(Refused) as why:
        actions.admit(facts=facts, org=world.lotus, join=actions.JoinFacts(on=DAY, trade="pilot"), actor=machine, at=AT)
    assert {"name_missing", "phone_bad", "code_unknown", "org_takes_no_members"} <= set(why.value.codes)
    assert not Person.objects.exists()


def test_who_comes_back_keeps_the_file_and_the_first_joining(world, join):
    number = id_card()
    spell = join(world.firm, id_no=number, on=date(2016, 5, 1))
    actions.leave(
        person=spell.person,
        on=date(2018, 2, 1),
        reason=ChangeReason.OWN_WISH,
        own_word=True,
        actor=world.machine,
        at=AT,
    )
    again = join(world.other, id_no=number, on=date(2018, 6, 1), education="21")
    assert again.person_id == spell.person_id and again.joined_on == date(2016, 5, 1)
    assert Person.objects.get().education == "21"
    spell.refresh_from_db()
    assert (spell.until, spell.is_latest, again.is_latest) == (date(2018, 2, 1), False, True)
    refused(lambda: join(world.other, "王大明", id_no=number), "already_member")


def test_a_returning_member_of_another_name_is_not_taken_for_the_same(world, join):
    number = id_card()
    spell = join(world.firm, id_no=number)
    actions.leave(person=spell.person, on=DAY, reason=ChangeReason.OWN_WISH, own_word=True, actor=world.machine, at=AT)
    refused(lambda: join(world.other, "李大明", id_no=number, on=DAY), "name_differs")


def test_keeping_and_resuming_are_spells_of_their_own(world, join):
    spell = join(world.firm, on=date(2017, 1, 1))
    kept = actions.retain(
        person=spell.person, reason=ChangeReason.UNEMPLOYED, on=date(2018, 3, 1), actor=world.machine, at=AT
    )
    assert (kept.standing, kept.since, kept.org_id) == ("retained", date(2018, 3, 1), world.firm.pk)
    assert Person.objects.get().employment == "3"
    back = actions.resume(person=spell.person, on=date(2018, 7, 1), actor=world.machine, at=AT)
    assert (back.standing, back.joined_on) == ("active", spell.joined_on)
    assert Person.objects.get().employment == "1"
    kinds = list(MembershipChange.objects.order_by("on").values_list("kind", flat=True))
    assert kinds == [ChangeKind.JOIN, ChangeKind.RETAIN, ChangeKind.RESUME]
    # a count on each of those days comes out as it was
    for day, active, retained in ((date(2018, 2, 28), 1, 0), (date(2018, 3, 1), 0, 1), (date(2018, 7, 1), 1, 0)):
        [row] = queries.counts_on(day)
        assert (row.active, row.retained) == (active, retained)


def test_a_retired_member_stays_kept_and_is_not_transferred(world, join):
    spell = join(world.firm)
    actions.retain(person=spell.person, reason=ChangeReason.RETIREMENT, on=DAY, actor=world.machine, at=AT)
    refused(lambda: actions.resume(person=spell.person, on=DAY, actor=world.machine, at=AT), "retired_kept")
    refused(lambda: actions.offer(person=spell.person, to_org=world.other, actor=world.machine, at=AT), "retired_kept")


def test_leaving_outside_and_expelling(world, join):
    gone = join(world.firm)
    actions.leave_for_outside(person=gone.person, to="上海某公司工会", on=DAY, actor=world.machine, at=AT)
    change = MembershipChange.objects.get(kind=ChangeKind.TRANSFER_OUT)
    assert change.outside == "上海某公司工会"

    bad = join(world.firm, "李坏")
    by = {"actor": world.machine, "at": AT}
    refused(
        lambda: actions.expel(
            person=bad.person, on=DAY, document="", clause="", attachment=None, group_agreed=False, convicted=False, **by
        ),
        "not_convicted", "group_missing", "document_missing", "clause_missing", "paper_missing",
    )  # fmt: skip
    change = actions.expel(
        person=bad.person, on=DAY, document="决〔2018〕3号", clause="章程第七条", attachment=world.paper,
        group_agreed=True, convicted=True, **by,
    )  # fmt: skip
    # the next higher union finds it on its desk, the own one does not
    township = in_role(world.lotus, "officer_township")
    assert [row.source for row in queries.todo_rows(township, today=DAY)] == ["expulsions"]
    assert queries.todo_rows(in_role(world.firm, "chair_grassroots"), today=DAY) == []
    with pytest.raises(Forbidden):
        actions.note_expulsion(change=change, actor=in_role(world.firm, "chair_grassroots"), at=AT)
    actions.note_expulsion(change=change, actor=township, at=AT)
    assert queries.todo_rows(township, today=DAY) == []
    refused(lambda: actions.note_expulsion(change=change, actor=township, at=AT), "already_noted")
    refused(lambda: actions.restore(person=bad.person, note="x", **by), "expelled")


def test_an_officer_without_the_power_can_do_none_of_it(world, join):
    person = join(world.firm).person
    stranger = in_role(world.other, "chair_grassroots")
    reader = officer(world.firm, "members.read")
    calls = [
        (actions.retain, {"reason": "11", "on": DAY}),
        (actions.resume, {"on": DAY}),
        (actions.leave, {"on": DAY, "reason": "5", "own_word": True}),
        (actions.leave_for_outside, {"to": "x", "on": DAY}),
        (actions.record_death, {"died_on": DAY}),
        (actions.restore, {"note": "x"}),
        (actions.set_trade, {"trade": "", "platform": "", "area": ""}),
        (actions.correct, {"changes": {"name": "别人"}}),
        (actions.set_identity, {"id_kind": "id_card", "id_no": id_card(), "note": "x"}),
        (actions.expel, {"on": DAY, "document": "d", "clause": "c", "attachment": world.paper, "group_agreed": True,
                         "convicted": True}),
    ]  # fmt: skip
    for actor in (stranger, reader):
        for act, given in calls:
            with pytest.raises(Forbidden):
                act(person=person, actor=actor, at=AT, **given)
    assert Membership.objects.get().until is None


def test_death_ends_everything_and_a_wrong_entry_is_taken_back_from_today_on(world, join):
    spell = join(world.firm, on=date(2017, 1, 1))
    person = actions.open_account(person=spell.person, actor=None, at=AT)
    actions.grant(
        person=person, org=world.firm, role="chair_grassroots", since=date(2018, 1, 1), actor=world.machine, at=AT
    )
    actions.offer(person=person, to_org=world.other, actor=world.machine, at=AT)
    actions.record_death(person=person, died_on=date(2018, 8, 1), actor=world.machine, at=AT)
    spell.refresh_from_db()
    person.refresh_from_db()
    assert (spell.until, spell.change_out) == (date(2018, 8, 1), ChangeKind.DEATH)
    assert person.positions.get().until == date(2018, 8, 1)
    assert person.transfers.get().state == "withdrawn"
    assert person.account.is_active is False
    refused(lambda: actions.record_death(person=person, died_on=DAY, actor=world.machine, at=AT), "person_died")
    again = actions.restore(person=person, actor=world.machine, at=AT, note="同名登记错")
    assert (again.standing, again.since, again.joined_on) == ("active", DAY, date(2017, 1, 1))
    assert Person.objects.get(pk=person.pk).died_on is None
    assert queries.counts_on(date(2018, 8, 10)) == []  # what was counted then stays
    assert queries.counts_on(DAY)[0].active == 1


def test_trades_are_a_dated_list(world, join):
    by = {"actor": world.machine, "at": AT}
    actions.set_trades(
        rows=[("truck", "货车司机", "four"), ("courier", "快递员", "four")], from_on=date(2018, 1, 1), **by
    )
    spell = join(world.firm, trade="courier", platform="某快递", area="莲花镇")
    assert queries.trades_on(DAY) == [(world.firm.pk, "courier", 1)]
    actions.set_trades(rows=[("truck", "货车司机", "four"), ("host", "村播", "local")], from_on=date(2018, 8, 1), **by)
    refused(lambda: join(world.firm, "李快递", trade="courier", on=DAY), "code_unknown")
    join(world.firm, "李快递", trade="courier", on=date(2018, 7, 31))  # valid on that day
    refused(lambda: actions.set_trade(person=spell.person, trade="courier", platform="", area="", **by), "code_unknown")
    actions.set_trade(person=spell.person, trade="host", platform="某平台", area="", **by)
    assert queries.counts_on(DAY)[0].trades == 2
    refused(lambda: actions.set_trades(rows=[("a", "甲", "four")], from_on=date(2018, 7, 1), **by), "before_last_list")


def test_two_persons_may_share_a_phone_but_not_a_number(world, join):
    shared = phone()
    first, second = join(world.firm, "张父", phone=shared), join(world.firm, "张子", phone=shared)
    assert first.person_id != second.person_id
    assert {one.name for one in queries.find_persons(phone=shared)} == {"张父", "张子"}
    assert first.person.phone_index == second.person.phone_index
    with pytest.raises(IntegrityError), transaction.atomic():
        twin = Person(name="李四", id_kind="id_card", id_no=first.person.id_no.carry())
        twin.save()
