"""A roster from the file to the records and back, on the real database."""

from __future__ import annotations

import io
import random

import pytest
from django.db import connection

from gongjia.base import journal, sheets
from gongjia.base.refused import Forbidden, Refused
from gongjia.demo import people
from gongjia.who.members import models
from gongjia.who.members.actions import memberships, roster, roster_missing, roster_sheets
from gongjia.who.members.roster import running
from tests.who.members.conftest import AT, id_card, in_role, officer, phone

HEADER = ["姓名", "身份证号", "手机", "学历", "所属工会", "入会时间"]


def book(*rows, header=HEADER, titles=("甲公司工会会员名册", "")) -> bytes:
    """A csv as people send it: a title row, an empty row, then the header."""
    out = io.StringIO()
    for title in titles:
        out.write(title + "," * (len(header) - 1) + "\n")
    out.write(",".join(header) + "\n")
    for row in rows:
        out.write(",".join(row) + "\n")
    return out.getvalue().encode("utf-8-sig")


def row(name="王示例", number=None, tel=None, education="大专", union="", joined="2016-03-01"):
    return [name, number or id_card(), tel or phone(), education, union, joined]


def put_in(world, data, *, org=None, actor=None, mode="changes", whole=None, run=True, name="名册.csv"):
    actor = actor or world.machine
    batch = roster.upload(actor=actor, at=AT, org=org or world.firm, file=data, name=name, mode=mode, whole=whole)
    roster.check(batch=batch, actor=actor, at=AT)
    if run:
        roster.start(batch=batch, digest=batch.digest, actor=actor, at=AT)
        roster.run(batch=batch, actor=actor)
    batch.refresh_from_db()
    return batch


def faults(batch):
    return [(one.row, one.column, one.code) for one in batch.verdicts.filter(refuses=True).order_by("row")]


def state_of_the_tables():
    """Everything a roster may touch, by value and without ciphertexts."""
    return {
        "persons": sorted(
            models.Person.objects.values_list("name", "id_index", "phone_index", "education", "job_post", "name_py"),
            key=str,
        ),
        "memberships": sorted(
            models.Membership.objects.values_list("person__id_index", "org_id", "standing", "until", "employer"),
            key=str,
        ),
        "changes": models.MembershipChange.objects.count(),
    }


def test_a_roster_becomes_members_who_can_be_found(world):
    number = id_card()
    batch = put_in(world, book(row("王示例", number, "19900000077"), row("李示范")))
    assert (batch.added, batch.refused, batch.state) == (2, 0, "done")
    person = models.Person.objects.get(id_index=number)
    assert (person.name, person.name_py, person.education) == ("王示例", "wangshili", "30")
    assert person.phone.masked() == "199****0077" and number not in repr(person.id_no)
    spell = person.memberships.get()
    assert (spell.org, spell.org_path, str(spell.since), str(spell.joined_on)) == (
        world.firm, world.firm.path, "2018-08-27", "2016-03-01",
    )  # fmt: skip
    (line,) = journal.timeline(person)
    assert line.action == "roster.added" and line.body["batch"] == str(batch.pk)
    assert journal.verify() == []


def test_a_single_admission_and_a_row_of_a_roster_leave_the_same_record(world, join):
    """The bulk path writes what the officer's form writes: nobody can tell them apart later."""
    spell = join(world.firm, "赵示例", education="30")
    put_in(world, book(row("赵示例")))
    by_form = models.Person.objects.get(pk=spell.person_id)
    by_roster = models.Person.objects.exclude(pk=spell.person_id).get(name="赵示例")
    for name in ("name_py", "name_initials", "education", "upper_no", "phone_ok", "died_on"):
        assert getattr(by_form, name) == getattr(by_roster, name), name
    assert by_form.card_serial[:2] == by_roster.card_serial[:2]
    ours, theirs = by_roster.memberships.get(), by_form.memberships.get()
    for name in ("name_keys", "standing", "change_in", "change_out", "is_latest", "org_path"):
        assert getattr(ours, name) == getattr(theirs, name), name


def test_each_fault_is_named_at_its_cell_and_the_good_rows_go_in(world):
    good, twice = id_card(), id_card()
    wrong = good[:17] + ("0" if good[17] != "0" else "1")
    batch = put_in(
        world,
        book(
            row(),
            row(number=wrong),
            row(number=twice),
            row(number=twice),
            row(name=""),
            row(tel="123"),
            row(education="大砖"),
        ),
    )
    assert faults(batch) == [
        (5, "证件号码", "id_check_digit"),
        (7, "证件号码", "id_duplicate_in_file"),
        (8, "姓名", "name_missing"),
        (9, "手机号", "phone_bad"),
        (10, "学历", "code_unknown"),
    ]
    assert (batch.rows, batch.ok, batch.added, batch.refused) == (7, 2, 2, 5)


def test_somebody_elsewhere_is_refused_and_the_union_named_only_to_who_may_see_it(world, join):
    number = id_card()
    join(world.other, "钱示例", id_no=number)
    batch = put_in(world, book(row("钱示例", number)), run=False)
    assert "乙公司工会委员会" in batch.verdicts.get(refuses=True).message
    stranger = in_role(world.firm, "chair_grassroots")
    batch = put_in(world, book(row("钱示例", number)), actor=stranger, run=False)
    verdict = batch.verdicts.get(refuses=True)
    assert verdict.code == "id_duplicate_elsewhere" and "乙公司" not in verdict.message


def test_the_same_file_again_changes_nothing(world):
    data = book(row("甲示例"), row("乙示例", number=" "), row("丙示例"))
    put_in(world, data)
    before = state_of_the_tables()
    batch = put_in(world, data)
    assert (batch.added, batch.changed, batch.unchanged) == (0, 0, 3)
    assert state_of_the_tables() == before


def test_changed_facts_are_written_and_an_empty_cell_erases_nothing(world):
    number = id_card()
    put_in(world, book(row("孙示例", number, "19900000001", "高中")))
    batch = put_in(world, book(row("孙示例", number, " ", "本科", joined="")))
    assert (batch.added, batch.changed) == (0, 1)
    person = models.Person.objects.get(id_index=number)
    assert person.education == "20" and person.phone.masked() == "199****0001"
    assert [line.action for line in journal.timeline(person)] == ["roster.changed", "roster.added"]


def test_several_unions_in_one_file_and_none_outside_the_officers_reach(world):
    township = in_role(world.lotus, "officer_township")
    batch = put_in(
        world,
        book(
            row(union="甲公司工会委员会"),
            row(union=world.school.code),
            row(union="乙公司工会委员会"),
            row(union="没有的工会"),
        ),
        org=world.lotus,
        actor=township,
    )
    assert faults(batch) == [(6, "所在工会", "union_out_of_scope"), (7, "所在工会", "union_unknown")]
    assert models.Membership.objects.filter(org=world.firm).count() == 1
    assert models.Membership.objects.filter(org=world.school).count() == 1


def test_control_without_the_scope_the_foreign_row_would_go_in(world):
    """Negative control: the machine itself, whose reach is everything, gets the same row in."""
    batch = put_in(world, book(row(union="乙公司工会委员会")), org=world.fed)
    assert batch.added == 1


def test_only_who_may_import_can_upload(world):
    with pytest.raises(Forbidden):
        put_in(world, book(row()), actor=officer(world.firm, "members.read"))
    with pytest.raises(Forbidden):
        put_in(world, book(row()), actor=in_role(world.other, "chair_grassroots"))


def test_undo_leaves_the_tables_as_they_were(world):
    number = id_card()
    put_in(world, book(row("周示例", number, education="高中")))
    before = state_of_the_tables()
    batch = put_in(world, book(row("周示例", number, education="本科"), row("吴示例"), row("郑示例")))
    roster.undo(batch=batch, actor=world.machine, at=AT)
    assert state_of_the_tables() == before
    assert batch.state == "undone" and journal.verify() == []


def test_undo_is_refused_once_something_depends_on_it(world):
    number = id_card()
    batch = put_in(world, book(row("冯示例", number), row("陈示例")))
    person = models.Person.objects.get(id_index=number)
    memberships.retain(person=person, reason="11", on=AT.date(), actor=world.machine, at=AT)
    with pytest.raises(Refused) as caught:
        roster.undo(batch=batch, actor=world.machine, at=AT)
    assert caught.value.codes == ("roster_used",) and caught.value.reasons[0].fact == "1"
    assert models.Person.objects.filter(name="陈示例").exists()


def test_a_full_list_names_who_is_missing_and_somebody_decides(world, join):
    kept, gone = id_card(), id_card()
    join(world.firm, "卫示例", id_no=kept)
    spell = join(world.firm, "蒋示例", id_no=gone)
    batch = put_in(world, book(row("卫示例", kept), row("沈示例")), mode="full", whole=world.firm)
    (missing,) = batch.missing.all()
    assert missing.membership_id == spell.pk
    spell.refresh_from_db()
    assert spell.until is None  # nobody leaves by silence
    roster_missing.decide_missing(batch=batch, decisions={missing.pk: "left"}, actor=world.machine, at=AT)
    spell.refresh_from_db()
    assert spell.until == AT.date() and spell.change_out == "6"
    world.firm.refresh_from_db()
    assert world.firm.roster_confirmed_on == AT.date()


def test_what_was_previewed_is_what_runs(world):
    batch = put_in(world, book(row()), run=False)
    seen = batch.digest
    roster.check(batch=batch, actor=world.machine, at=AT)  # checked again: new plan
    with pytest.raises(Refused) as caught:
        roster.start(batch=batch, digest=seen, actor=world.machine, at=AT)
    assert caught.value.codes == ("preview_old",)


def test_a_person_registered_meanwhile_is_left_out_with_the_reason(world, join):
    number = id_card()
    batch = put_in(world, book(row("韩示例", number), row("杨示例")), run=False)
    join(world.other, "韩示例", id_no=number)
    roster.start(batch=batch, digest=batch.digest, actor=world.machine, at=AT)
    roster.run(batch=batch, actor=world.machine)
    assert batch.added == 1 and ("taken_meanwhile" in batch.verdicts.values_list("code", flat=True))


def test_a_chosen_mapping_is_remembered_for_the_next_file(world):
    header = ["名称甲", "编号乙", "电话", "水平", "归属", "时间"]
    data = book(row("朱示例"), header=header)
    batch = roster.upload(actor=world.machine, at=AT, org=world.firm, file=data, name="a.csv")
    with pytest.raises(Refused):
        roster.check(batch=batch, actor=world.machine, at=AT)
    sheet = sheets.read(data, name="a.csv").sheets[0].name
    mapping = {sheet: {"header_row": 3, "columns": {"name": 0, "id_no": 1, "phone": 2}}}
    roster.choose_columns(batch=batch, mapping=mapping, actor=world.machine, at=AT)
    roster.check(batch=batch, actor=world.machine, at=AT)
    assert batch.to_add == 1


def test_the_refused_rows_come_back_as_a_sheet_with_reasons(world):
    batch = put_in(world, book(row("秦示例", tel="123"), row("尤示例")))
    found = sheets.read(roster_sheets.refused_workbook(batch=batch, actor=world.machine, at=AT), name="x.xlsx").sheets[
        0
    ]
    texts = [" ".join(cells) for cells in found.rows]
    assert any("秦示例" in text and "手机号" in text for text in texts)
    assert not any("尤示例" in text for text in texts)


def test_the_plan_at_rest_holds_no_plain_number(world):
    number = id_card()
    batch = put_in(world, book(row("许示例", number, "19900000066")), run=False)
    chunk = batch.chunks.get()
    with connection.cursor() as cursor:
        cursor.execute("select plan from members_rosterchunk where id = %s", [chunk.pk])
        raw = bytes(cursor.fetchone()[0])
    assert number.encode() not in raw and "许示例".encode() not in raw


@pytest.mark.parametrize("seed", range(5))
def test_killed_between_chunks_it_resumes_and_ends_the_same(world, seed, monkeypatch):
    """C23 in small: whatever chunk the run dies in, running again ends like an undisturbed run."""
    from gongjia.who.members.roster import planning

    monkeypatch.setattr(planning.Plan.chunks, "__defaults__", (7,))
    sample = [next(iter(people.people(seed * 1000 + at, start=seed * 1000 + at))) for at in range(40)]
    data = book(*(row(one.name, one.id_no, one.phone) for one in sample))
    batch = put_in(world, data, run=False)
    roster.start(batch=batch, digest=batch.digest, actor=world.machine, at=AT)
    dice, done = random.Random(seed), running.run

    class Killed(BaseException):
        pass

    def dies(chunk, *args, **kw):
        left_out = done(chunk, *args, **kw)
        if dice.random() < 0.4:
            raise Killed
        return left_out

    monkeypatch.setattr(running, "run", dies)
    for _ in range(60):
        try:
            roster.run(batch=batch, actor=world.machine)
            break
        except Killed:
            continue
    assert batch.state == "done" and batch.added == 40
    assert models.Person.objects.count() == 40 and models.MembershipChange.objects.count() == 40
    assert journal.verify() == []


def test_control_a_cursor_outside_the_transaction_would_double_people(world):
    """Negative control of the above: forget `done_at` and the same chunk runs into the one-person constraint."""
    batch = put_in(world, book(row("何示例")))
    chunk = batch.chunks.get()
    left_out = running.run(chunk, batch, actor=world.machine, at=AT)
    assert len(left_out) == 1 and chunk.added == 0
    assert models.Person.objects.count() == 1


def test_an_import_at_four_in_the_morning_is_of_that_day(world):
    """The worker reads the moment of the run back from the database, which counts in UTC: still the day before."""
    night = AT.replace(hour=4)
    batch = put_in(world, book(row("孔示例")), run=False)
    roster.start(batch=batch, digest=batch.digest, actor=world.machine, at=night)
    batch = models.RosterBatch.objects.get(pk=batch.pk)
    roster.run(batch=batch, actor=world.machine)
    assert models.Membership.objects.get().since == night.date()
    assert models.RosterBatch.objects.get(pk=batch.pk).state == "done"
