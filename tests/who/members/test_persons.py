"""A person's file: corrections, identity, two files becoming one, and who may see the whole numbers."""

from __future__ import annotations

from datetime import date

import pytest

from gongjia.base import journal
from gongjia.base.refused import Forbidden, Hidden, Refused
from gongjia.who.members import actions, queries
from gongjia.who.members.models import Correction, Help, Membership, MembershipChange, Person
from tests.who.members.conftest import AT, DAY, id_card, in_role, officer

pytestmark = pytest.mark.django_db


def refused(call, *codes):
    with pytest.raises(Refused) as why:
        call()
    assert set(why.value.codes) == set(codes), why.value.codes
    return why.value


def entries(person, action):
    return [line for line in journal.timeline(person) if line.action == action]


def test_a_corrected_name_is_found_by_its_new_pieces_everywhere(world, join):
    spell = join(world.firm, "王小明")
    chair = in_role(world.firm, "chair_grassroots")
    actions.correct(person=spell.person, changes={"name": "汪晓敏", "nation": "02"}, actor=chair, at=AT, note="更正")
    names = lambda text: [row.name for row in queries.member_rows(chair, filters=queries.MemberFilter(text=text)).rows]  # noqa: E731
    assert names("汪晓") == names("wxm") == ["汪晓敏"] and names("王小") == []
    [line] = entries(spell.person, "members.corrected")
    assert line.body["fields"]["nation"] == ["01", "02"]
    assert "汪晓敏" not in str(line.body) and "王小明" not in str(line.body)  # a digest is enough


def test_nothing_changed_writes_nothing(world, join):
    spell = join(world.firm, "王小明", phone="19900000042")
    chair = in_role(world.firm, "chair_grassroots")
    actions.correct(person=spell.person, changes={"name": " 王小明 ", "phone": "+86 199 0000 0042"}, actor=chair, at=AT)
    assert entries(spell.person, "members.corrected") == []


def test_only_named_fields_are_correctable(world, join):
    spell = join(world.firm)
    for field in ("account", "merged_into", "died_on", "id_no", "card_serial", "id_index"):
        with pytest.raises(ValueError, match="not facts"):
            actions.correct(person=spell.person, changes={field: "x"}, actor=world.machine, at=AT)
    refused(lambda: actions.correct(person=spell.person, changes={"sex": "7", "phone": "12"}, actor=world.machine, at=AT),
            "code_unknown", "phone_bad")  # fmt: skip


def test_a_first_number_takes_the_power_to_edit_another_one_the_power_to_merge(world, join):
    spell = join(world.firm)
    chair, township = in_role(world.firm, "chair_grassroots"), in_role(world.lotus, "officer_township")
    number = id_card(date(1985, 5, 5), woman=True)
    change = {"person": spell.person, "id_kind": "id_card", "id_no": number, "at": AT, "note": "核对身份证原件"}
    with pytest.raises(Forbidden):
        actions.set_identity(actor=chair, **change)
    refused(lambda: actions.set_identity(actor=township, **{**change, "note": ""}), "words_missing")
    person = actions.set_identity(actor=township, **change)
    assert (person.born_on, person.sex) == (date(1985, 5, 5), "2")
    assert Person.objects.filter(id_index=number).get().pk == spell.person_id
    [line] = entries(person, "members.identity_corrected")
    assert number not in str(line.body) and number[6:14] not in str(line.body)

    bare = Person.objects.create(name="无证")
    Membership.objects.create(person=bare, org=world.firm, org_path=world.firm.path, since=DAY)
    refused(
        lambda: actions.set_identity(person=bare, id_kind="id_card", id_no=number, actor=chair, at=AT, note=""),
        "id_duplicate_elsewhere",
    )
    actions.set_identity(person=bare, id_kind="id_card", id_no=id_card(), actor=chair, at=AT, note="")
    assert str(Person.objects.get(pk=bare.pk).id_no).startswith("330***")


def test_a_number_in_use_names_its_union_only_to_who_may_see_it(world, join):
    taken, mine = join(world.firm), join(world.other, "李四")
    number = taken.person.id_no.open_unlogged()
    change = {"person": mine.person, "id_kind": "id_card", "id_no": number, "at": AT, "note": "核对"}
    blind = refused(lambda: actions.set_identity(actor=in_role(world.yangxi, "officer_township"), **change),
                    "id_duplicate_elsewhere")  # fmt: skip
    assert "甲公司" not in str(blind)
    told = refused(lambda: actions.set_identity(actor=in_role(world.fed, "city_publicity"), **change),
                   "id_duplicate_elsewhere")  # fmt: skip
    assert "甲公司" in str(told)


def test_two_files_become_one_and_both_ids_answer(world, join):
    keep = join(world.firm, "王小明", on=date(2018, 3, 1), with_phone=False)
    lose = join(world.other, "王晓明", on=date(2016, 5, 1), phone="19900000077", nation="02", education="21")
    by_passport = Person.objects.get(pk=lose.person_id)
    by_passport.id_kind, by_passport.id_no = "passport", "E12345678"
    by_passport.save()
    account = actions.open_account(person=lose.person, actor=None, at=AT).account_id
    actions.grant(person=lose.person, org=world.other, role="officer_grassroots", since=DAY, actor=world.machine, at=AT)
    actions.offer(person=lose.person, to_org=world.school, actor=world.machine, at=AT)
    Correction.objects.create(person=lose.person, org=world.other, field="nation", asked_on=DAY)
    Help.objects.create(person=lose.person, org=world.other, about="card", asked_on=DAY)
    merge = {"keep": keep.person, "lose": lose.person, "at": AT}
    with pytest.raises(Forbidden):
        actions.merge_persons(actor=in_role(world.lotus, "officer_township"), note="同一人", **merge)
    city = in_role(world.fed, "city_publicity")
    refused(lambda: actions.merge_persons(actor=city, note=" ", **merge), "words_missing")

    kept = actions.merge_persons(actor=city, note="核对身份证，确属同一人", **merge)

    kept.refresh_from_db()
    assert kept.pk == keep.person_id
    assert queries.alive(lose.person_id) == kept.pk
    page = queries.person_page(in_role(world.firm, "chair_grassroots"), lose.person_id)  # the old id answers
    assert page.person.pk == kept.pk and page.org.pk == world.firm.pk
    assert (kept.account_id, kept.education, kept.nation, kept.id_kind) == (account, "21", "01", "id_card")
    assert kept.phone.open_unlogged() == "19900000077"
    open_spells = Membership.objects.filter(person=kept, until__isnull=True)
    assert open_spells.get().org_id == world.firm.pk and open_spells.get().joined_on == date(2016, 5, 1)
    gone = Membership.objects.get(pk=lose.pk)
    assert (gone.person_id, gone.until, gone.change_out, gone.is_latest) == (kept.pk, DAY, "14", False)
    assert gone.name_keys == keep.name_keys
    for rows in (kept.positions, kept.corrections, kept.helps, kept.transfers):
        assert rows.count() == 1
    assert kept.transfers.get().state == "withdrawn"
    lost = Person.objects.get(pk=lose.person_id)
    assert not lost.id_no and not lost.phone and lost.account_id is None and lost.merged_into_id == kept.pk
    assert MembershipChange.objects.filter(person=lost).count() == 0
    # a day on which both were members counts the person once
    assert queries.persons_in_more_than_one(date(2018, 6, 1)) == 1
    assert entries(kept, "members.persons_merged") and entries(lost, "members.persons_merged")
    for act in (
        lambda: actions.correct(person=lost, changes={"name": "x"}, actor=world.machine, at=AT),
        lambda: actions.merge_persons(keep=keep.person, lose=lost, actor=city, at=AT, note="再来"),
    ):
        refused(act, "person_merged")
    assert journal.verify() == []


def test_the_union_that_stays_may_be_the_other_one(world, join):
    keep, lose = join(world.firm, "王小明"), join(world.other, "王小明")
    Person.objects.filter(pk=lose.person_id).update(id_kind="passport")
    actions.merge_persons(
        keep=keep.person, lose=lose.person, stay_with="lose", actor=world.machine, at=AT, note="同一人"
    )
    assert Membership.objects.get(until__isnull=True).org_id == world.other.pk


def test_what_cannot_be_merged(world, join):
    a, b = join(world.firm, "甲").person, join(world.firm, "乙").person
    by = {"actor": world.machine, "at": AT, "note": "同一人"}
    refused(lambda: actions.merge_persons(keep=a, lose=b, **by), "two_identities")
    refused(lambda: actions.merge_persons(keep=a, lose=a, **by), "same_person")
    c, d = (Person.objects.create(name=name) for name in "丙丁")
    for person, role in ((c, "finance_maker"), (d, "finance_checker")):
        actions.grant(person=person, org=world.fed, role=role, since=DAY, actor=world.machine, at=AT)
    refused(lambda: actions.merge_persons(keep=c, lose=d, **by), "roles_exclude")
    assert Person.objects.filter(merged_into__isnull=False).count() == 0


def test_calling_a_member_is_written_down(world, join):
    person = join(world.firm, phone="19900000088").person
    chair = in_role(world.firm, "chair_grassroots")
    assert actions.call_number(person=person, actor=chair, at=AT) == "19900000088"
    [line] = entries(person, "reveal")
    assert "19900000088" not in str(line)
    with pytest.raises(Forbidden):
        actions.call_number(person=person, actor=in_role(world.other, "chair_grassroots"), at=AT)


def test_a_foreign_person_is_the_same_as_none(world, join):
    person = join(world.firm).person
    stranger = in_role(world.other, "chair_grassroots")
    for pk in (person.pk, Person(name="没有").pk):
        with pytest.raises(Hidden):
            queries.person_page(stranger, pk)
        with pytest.raises(Hidden):
            queries.get(stranger, Person, pk, "members.edit")
    with pytest.raises(Forbidden):
        queries.get(officer(world.firm, "members.read"), Person, person.pk, "members.edit")
    assert queries.find_person(stranger, phone=person.phone.open_unlogged()) == []
    assert queries.identity_owner(stranger, person.id_no.open_unlogged()).org_name == ""


def test_the_log_in_follows_a_phone_corrected_by_who_may_reset_log_ins(world, join):
    person = actions.open_account(person=join(world.firm, phone="19900000001").person, actor=None, at=AT)
    log_in = lambda: Person.objects.get(pk=person.pk).account.phone.open_unlogged()  # noqa: E731
    actions.correct(
        person=person, changes={"phone": "19900000002"}, actor=in_role(world.firm, "chair_grassroots"), at=AT
    )
    assert log_in() == "19900000001"  # a chair corrects the file; the log-in is taken over by nobody
    actions.correct(
        person=person, changes={"phone": "19900000003"}, actor=in_role(world.lotus, "officer_township"), at=AT
    )
    assert log_in() == "19900000003"
    assert Person.objects.get(pk=person.pk).phone_ok is False
    actions.confirm_phone(account=Person.objects.get(pk=person.pk).account)
    assert Person.objects.get(pk=person.pk).phone_ok is True
