"""C07: the journal is written with the act or not at all, and a changed past is found and located."""

from __future__ import annotations

import json
import random
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
import pytest
from django.db import connection, transaction

from gongjia.base import clock, journal
from gongjia.base.actor import Actor
from gongjia.base.journal import audit, models
from tests.database import DATABASE, conninfo, super_connection

AT = "2026-05-04T09:00:00+08:00"


def moment():
    from datetime import datetime

    return datetime.fromisoformat(AT)


CLERK = Actor.system("测试", ["*"])


def write(stream="s1", **kw):
    return journal.write("test.act", actor=CLERK, at=moment(), stream=stream, **kw)


@pytest.fixture
def chain(transactional_db):
    """Three streams with twenty committed entries each, and a sealed root after the tenth."""
    audit.roots_file().unlink(missing_ok=True)
    for number in range(20):
        for stream in ("s1", "s2", "s3"):
            write(stream, payload={"n": number}, subjects=[("x.thing", uuid4())], note=f"第{number}条")
        if number == 9:
            journal.seal_roots()
    assert journal.verify() == []
    with super_connection(DATABASE) as intruder:
        intruder.execute("set search_path = cell, public")
        yield intruder
    audit.roots_file().unlink(missing_ok=True)


def faults():
    return {(fault.stream, fault.seq, fault.kind) for fault in journal.verify()}


def test_a_changed_row_is_named(chain):
    chain.execute("update journal_entry set action = 'other' where stream = 's2' and seq = 7")
    assert ("s2", 7, "changed") in faults()


def test_a_changed_payload_is_named(chain):
    chain.execute(
        "update journal_entrypayload set body = '{\"n\": 99}' where entry_id ="
        " (select id from journal_entry where stream = 's1' and seq = 3)"
    )
    assert faults() == {("s1", 3, "payload_changed")}


def test_a_changed_subject_is_named(chain):
    chain.execute(
        "delete from journal_entrysubject where entry_id = (select id from journal_entry where stream='s1' and seq=5)"
    )
    assert faults() == {("s1", 5, "subjects_changed")}


def delete_entries(intruder, where):
    intruder.execute(f"delete from journal_entrypayload where entry_id in (select id from journal_entry where {where})")
    intruder.execute(f"delete from journal_entrysubject where entry_id in (select id from journal_entry where {where})")
    intruder.execute(f"delete from journal_entry where {where}")


def test_a_deleted_row_is_named(chain):
    delete_entries(chain, "stream = 's3' and seq = 11")
    assert ("s3", 11, "missing") in faults()


def test_a_cut_tail_is_found_also_when_the_head_was_set_back(chain):
    delete_entries(chain, "stream = 's1' and seq >= 9")
    assert ("s1", 9, "tail_cut") in faults()
    chain.execute(
        "update journal_streamhead set seq = 8, mac = (select mac from journal_entry where stream='s1' and seq=8)"
        " where stream = 's1'"
    )
    assert ("s1", 9, "tail_cut") in faults()  # the sealed root outside the database still knows entry 10


def test_an_inserted_row_is_named(chain):
    chain.execute(
        "insert into journal_entry select gen_random_uuid(), stream, 21, at, recorded, action, actor_account,"
        " actor_person, org_id, subject_count, subjects_digest, payload_digest, cause_id, mac, mac"
        " from journal_entry where stream = 's2' and seq = 20"
    )
    assert ("s2", 21, "inserted") in faults()


def test_reordered_rows_are_named(chain):
    chain.execute("update journal_entry set seq = -seq where stream = 's1' and seq in (4, 5)")
    chain.execute("update journal_entry set seq = case seq when -4 then 5 else 4 end where stream='s1' and seq < 0")
    assert {("s1", 4, "reordered"), ("s1", 5, "reordered")} <= faults()


def test_a_forged_root_is_named(chain):
    lines = audit.roots_file().read_text().splitlines()
    root = json.loads(lines[0])
    root["heads"]["s1"][0] = 3
    audit.roots_file().write_text(json.dumps(root) + "\n")
    assert ("roots", 1, "root_broken") in faults()


def test_shredding_destroys_the_words_and_keeps_the_chain(chain):
    entry = models.Entry.objects.get(stream="s1", seq=4)
    journal.shred(entry.pk, actor=CLERK, at=moment(), note="本人申请删除")
    assert models.EntryPayload.objects.get(pk=entry.pk).note == ""
    assert journal.verify() == []


def test_a_hundred_random_tamperings_are_all_found(chain):
    dice = random.Random(7)
    columns = ("action", "at", "org_id", "actor_account", "subject_count", "cause_id")
    values = {
        "action": "'forged'",
        "at": "at + interval '1 microsecond'",
        "org_id": "gen_random_uuid()",
        "actor_account": "gen_random_uuid()",
        "subject_count": "subject_count + 1",
        "cause_id": "gen_random_uuid()",
    }
    for _ in range(100):
        stream, seq, column = dice.choice(["s1", "s2", "s3"]), dice.randint(1, 20), dice.choice(columns)
        before = chain.execute(
            f"select {column} from journal_entry where stream = %s and seq = %s", [stream, seq]
        ).fetchone()[0]
        chain.execute(
            f"update journal_entry set {column} = {values[column]} where stream = %s and seq = %s", [stream, seq]
        )
        assert (stream, seq, "changed") in faults(), (stream, seq, column)
        chain.execute(f"update journal_entry set {column} = %s where stream = %s and seq = %s", [before, stream, seq])
    assert journal.verify() == []


def test_the_applications_role_may_not_change_the_past(chain):
    with psycopg.connect(conninfo("gongjia_app"), autocommit=True) as app:
        for statement in (
            "update cell.journal_entry set action = 'x'",
            "delete from cell.journal_entry",
            "truncate cell.journal_entry cascade",
            "delete from cell.journal_entrysubject",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement)


def test_sixteen_writers_never_fork_a_stream(transactional_db):
    audit.roots_file().unlink(missing_ok=True)

    def many(number):
        try:
            for _ in range(10):
                with journal.act():
                    for stream in ("b", "a"):  # the "wrong" order: heads are locked in order all the same
                        write(stream)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(many, range(16)))
    assert models.StreamHead.objects.get(pk="a").seq == 160
    assert journal.verify() == []


@pytest.mark.django_db
def test_what_fails_leaves_no_entry():
    with pytest.raises(RuntimeError), journal.act():
        write()
        raise RuntimeError
    assert not models.Entry.objects.exists()


@pytest.mark.django_db
def test_a_nested_act_that_fails_takes_back_only_its_own_entries():
    with journal.act():
        write(note="kept")
        with pytest.raises(RuntimeError), journal.act():
            write(note="dropped")
            raise RuntimeError
    assert [entry.payload.note for entry in models.Entry.objects.select_related("payload")] == ["kept"]


@pytest.mark.django_db
def test_a_bulk_act_shows_on_each_records_timeline():
    things = [("x.thing", uuid4()) for _ in range(1200)]  # above the size at which subjects go in by COPY
    write(subjects=things)
    (line,) = journal.timeline(things[777][1])
    assert line.subject_count == 1200 and line.actor_label == "测试"


@pytest.mark.django_db
def test_recorded_is_the_databases_time_also_when_the_clock_stands():
    with clock.standing(moment()):
        write()
    assert (clock.real_now() - models.Entry.objects.get().recorded).total_seconds() < 60


# --- negative control --------------------------------------------------------------------


def test_control_an_unkeyed_chain_would_not_notice_a_careful_intruder(chain, monkeypatch):
    """With a keyless digest in place of the HMAC the same change, re-hashed, is NOT found: the key is what protects."""
    import hashlib

    from gongjia.base import secret

    def bare(text):
        return hashlib.sha256(text.encode()).digest()

    monkeypatch.setattr(secret, "mac", lambda klass, label, text: bare(text))
    monkeypatch.setattr(secret, "mac_ok", lambda klass, label, text, mac: bare(text) == bytes(mac))
    with transaction.atomic():
        write("weak")
    from gongjia.base.journal import chain as links

    row = models.Entry.objects.filter(stream="weak").values().get()
    row["action"] = "forged"
    forged = bare(links.content(row))
    chain.execute("update journal_entry set action = 'forged', mac = %s where stream = 'weak'", [forged])
    chain.execute("update journal_streamhead set mac = %s where stream = 'weak'", [forged])
    assert not [fault for fault in journal.verify() if fault.stream == "weak"]


@pytest.mark.django_db
def test_a_body_that_is_not_json_is_refused_whole():
    """Written in another form than its digest, it would later look like a change."""
    with pytest.raises(TypeError):
        write(payload={"on": moment()})
    assert not models.Entry.objects.exists()
