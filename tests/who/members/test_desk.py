"""What workers ask: corrections, help, 查我的会籍; and that a stranger learns nothing."""

from __future__ import annotations

from datetime import date

import pytest

from gongjia.base import journal
from gongjia.base.refused import Forbidden, Refused
from gongjia.who.members import actions, queries
from gongjia.who.members.kinds import ChangeReason
from gongjia.who.members.models import Correction, Help, Person
from tests.who.members.conftest import AT, DAY, id_card, in_role, officer, phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(world, join):
    person = actions.open_account(person=join(world.firm, "王小明").person, actor=None, at=AT)
    person.actor = officer(world.school, "x", person=person)
    return person


@pytest.fixture
def chair(world):
    return in_role(world.firm, "chair_grassroots")


def ask(me, field="nation", wanted="02", **more):
    return actions.ask_correction(account=me.account, field=field, wanted=wanted, actor=me.actor, at=AT, **more)


def test_one_tap_lands_on_the_own_unions_desk_and_settling_writes_it(world, me, chair):
    row = ask(me)
    [todo] = queries.todo_rows(chair, today=DAY)
    assert (todo.source, todo.subject, todo.due_on) == ("corrections", row.pk, date(2018, 9, 17))
    assert queries.todo_rows(in_role(world.other, "chair_grassroots"), today=DAY) == []
    actions.settle_correction(correction=row, actor=chair, at=AT)
    assert Person.objects.get(pk=me.pk).nation == "02"
    row.refresh_from_db()
    assert (row.state, row.ended_on) == ("settled", DAY)
    assert queries.todo_rows(chair, today=DAY) == []
    lines = [line for line in journal.timeline(Person.objects.get(pk=me.pk)) if line.action == "members.corrected"]
    assert lines[0].cause_id is not None


def test_asked_again_the_open_request_changes(me):
    first = ask(me, wanted="02")
    assert ask(me, wanted="03").pk == first.pk
    assert Correction.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "wanted", "code"),
    [
        ("nation", "77", "code_unknown"),
        ("phone", "12345", "phone_bad"),
        ("born_on", "昨天", "code_unknown"),
        ("id_no", "330100199001010000", "id_damaged"),
        ("nowhere", "x", "code_unknown"),
        ("name", "", "wanted_missing"),
    ],
)
def test_a_wish_that_cannot_be_is_told_at_once(me, field, wanted, code):
    with pytest.raises(Refused) as why:
        ask(me, field, wanted)
    assert why.value.codes == (code,)
    assert not Correction.objects.exists()


def test_a_number_is_settled_by_who_may_correct_numbers(world, me, chair):
    right = id_card(date(1991, 2, 3))
    row = ask(me, "id_no", right)
    with pytest.raises(Forbidden):
        actions.settle_correction(correction=row, actor=chair, at=AT, words="核对过")
    row.refresh_from_db()
    assert row.state == "open"  # nothing half done
    actions.settle_correction(correction=row, actor=in_role(world.lotus, "officer_township"), at=AT, words="核对过")
    assert Person.objects.filter(id_index=right).get().pk == me.pk


def test_a_correction_that_is_no_fact_of_the_file_is_settled_by_a_word(me, chair):
    row = ask(me, "union", "乙公司工会")
    with pytest.raises(Refused) as why:
        actions.settle_correction(correction=row, actor=chair, at=AT)
    assert why.value.codes == ("words_missing",)
    actions.settle_correction(correction=row, actor=chair, at=AT, words="已发起转接")


def test_the_wish_is_sealed(me, chair):
    row = ask(me, "phone", "19900000055")
    row = Correction.objects.get(pk=row.pk)
    assert "19900000055" not in str(row.wanted)
    assert "19900000055" not in str([line.body for line in journal.timeline(row)])


def test_help_goes_to_the_own_union_and_may_be_passed_on(world, me, chair):
    row = actions.ask_help(account=me.account, about="transfer", words="换到乙公司了", actor=me.actor, at=AT)
    assert row.org_id == world.firm.pk
    assert actions.ask_help(account=me.account, about="transfer", words="再说一遍", actor=me.actor, at=AT).pk == row.pk
    actions.take(row=row, actor=chair, at=AT)
    actions.pass_help(help=row, to_org=world.other, actor=chair, at=AT)
    assert queries.todo_rows(chair, today=DAY) == []
    with pytest.raises(Forbidden):
        actions.finish_help(help=row, words="好了", actor=chair, at=AT)
    other = in_role(world.other, "chair_grassroots")
    with pytest.raises(Refused):
        actions.finish_help(help=row, words="", actor=other, at=AT)
    actions.finish_help(help=row, words="已办理转接", actor=other, at=AT)
    assert Help.objects.get().state == "done"


def test_a_stranger_gets_the_same_answer_whether_or_not_the_person_exists(world, join, django_assert_max_num_queries):
    known = join(world.firm, "王小明").person
    number = known.id_no.open_unlogged()
    answers = [
        actions.ask_from_outside(name="王小明", phone=phone(), id_no=number, at=AT),
        actions.ask_from_outside(name="王小明", phone=phone(), id_no=id_card(), at=AT),
        actions.ask_from_outside(name="王小明", phone=phone(), at=AT),
        actions.ask_from_outside(name="不存在", phone=known.phone.open_unlogged(), at=AT),
    ]
    assert len({(answer.sentence, type(answer)) for answer in answers}) == 1
    assert Help.objects.count() == 4
    # the officer who keeps the file finds it on the desk; nobody else's desk tells of the person
    found = Help.objects.get(person=known)
    assert found.org_id == world.firm.pk
    assert set(Help.objects.filter(person__isnull=True).values_list("org_id", flat=True)) == {world.fed.pk}


def test_the_same_phone_asking_again_floods_nobody(world):
    number = phone()
    for _ in range(3):
        actions.ask_from_outside(name="王小明", phone=number, at=AT)
    assert Help.objects.count() == 1
    with pytest.raises(Refused) as why:
        actions.ask_from_outside(name=" ", phone="1", at=AT)
    assert set(why.value.codes) == {"phone_bad", "name_missing"}


def test_my_standing_says_which_rule_failed_and_who_can_cure_it(world, me, join):
    standing = queries.my_standing(me.account, DAY)
    assert standing.found and standing.ok and standing.desk_name
    actions.retain(person=me, reason=ChangeReason.UNEMPLOYED, on=DAY, actor=world.machine, at=AT)
    standing = queries.my_standing(me.account, DAY)
    assert not standing.ok
    [failed] = [check for check in standing.checks if check.blocks and not check.ok]
    assert failed.code == "active" and "甲公司" in failed.cure

    actions.leave(person=me, on=DAY, reason=ChangeReason.OWN_WISH, own_word=True, actor=world.machine, at=AT)
    [failed] = [check for check in queries.my_standing(me.account, DAY).checks if check.blocks and not check.ok]
    assert failed.code == "membership" and "退会" in failed.fact


def test_a_log_in_without_a_person_learns_only_that_nothing_was_found(world):
    from gongjia.who.accounts import actions as account_actions
    from gongjia.who.accounts.models import Account

    [pk] = account_actions.open_accounts(rows=[account_actions.NewAccount("某人", phone())], actor=None, at=AT)
    account = Account.objects.get(pk=pk)
    standing = queries.my_standing(account, DAY)
    assert (standing.found, standing.ok, standing.checks) == (False, False, [])
    row = actions.ask_help(account=account, about="find_me", words="查不到", actor=officer(world.fed, "x"), at=AT)
    assert row.org_id == world.fed.pk and row.person is None


def test_a_phone_opens_the_log_ins_of_all_who_share_it(world, join):
    from gongjia.who.accounts.registry import directory

    shared = phone()
    father, son = join(world.firm, "张父", phone=shared).person, join(world.other, "张子", phone=shared).person
    assert directory().knows(shared) and not directory().knows(phone())
    directory().open_for(shared, at=AT)
    directory().open_for(shared, at=AT)  # safe to run twice
    accounts = set(Person.objects.filter(pk__in=[father.pk, son.pk]).values_list("account_id", flat=True))
    assert None not in accounts and len(accounts) == 2
    assert directory().within(accounts, world.firm) == {Person.objects.get(pk=father.pk).account_id}
    assert directory().within(accounts, world.fed) == accounts
