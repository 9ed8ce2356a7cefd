"""C06: keys change while people work, in pieces that may be killed, and nothing is lost or left behind."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from psycopg.errors import UniqueViolation

from gongjia.base import secret
from gongjia.base.secret import box, keyring, rotation

ROOT = Path(__file__).parents[3]


def fill(model, count: int) -> dict:
    rows = [model(id_no=f"3301001990{n % 12 + 1:02d}01{n:04d}", phone=f"1990{n:07d}") for n in range(count)]
    model.objects.bulk_create(rows)
    return {row.pk: (f"3301001990{n % 12 + 1:02d}01{n:04d}", f"1990{n:07d}") for n, row in enumerate(rows)}


def everything_right(model, truth) -> None:
    rows = {row.pk: row for row in model.objects.all()}
    assert set(rows) == set(truth)
    for pk, (id_no, phone) in truth.items():
        assert (rows[pk].id_no.open_unlogged(), rows[pk].phone.open_unlogged()) == (id_no, phone)
    for pk in list(truth)[::7]:
        assert model.objects.get(id_index=truth[pk][0]).pk == pk


def versions(model, column="id_no") -> set:
    return {box.version_of(value)[1] for value in model.objects.values_list(column, flat=True)}


# -- fields ----------------------------------------------------------------------------------------------
def test_chunks_resume_at_their_cursor(holders, ring, suite):
    truth = fill(holders, 25)
    ring.rotate("field", {"aes": "sm", "sm": "aes"}[suite])
    assert rotation.left("field", 1) == 50
    cursor, steps = None, 0
    while True:
        done = rotation.rotate_fields(holders, "id_no", cursor, chunk=10)
        steps += 1
        cursor = done.cursor
        if cursor is None:
            break
    assert steps == 3 and versions(holders) == {2} and versions(holders, "phone") == {1}
    assert rotation.rotate_fields(holders, "id_no").changed == 0
    with pytest.raises(ValueError, match="25 values"):
        rotation.retire("field", 1)
    rotation.rotate_fields(holders, "phone")
    rotation.retire("field", 1)
    everything_right(holders, truth)


def test_a_row_saved_meanwhile_is_not_overwritten(holders, ring, monkeypatch):
    fill(holders, 3)
    ring.rotate("field")
    row = holders.objects.first()
    unseal = box.unseal_bytes

    def save_between(label, pk, data):
        if pk == row.pk and box.version_of(data)[1] == 1 and label.endswith("id_no"):
            monkeypatch.undo()
            row.id_no = "330100201001010019"
            row.save()
        return unseal(label, pk, data)

    monkeypatch.setattr(rotation.box, "unseal_bytes", save_between)
    rotation.rotate_fields(holders, "id_no")
    assert holders.objects.get(pk=row.pk).id_no.open_unlogged() == "330100201001010019"


def test_an_object_loaded_before_brings_no_old_key_back(holders, ring, quick):
    fill(holders, 1)
    stale = holders.objects.get()
    ring.rotate("field")
    rotation.run_fields()
    stale.name = "乙"
    stale.save()
    assert versions(holders) == {2}


def test_packed_bytes_get_the_new_key_too_and_undeclared_ones_hold_the_old(holders, ring, quick, monkeypatch):
    undeclared = holders._meta.get_field("loose")
    monkeypatch.setattr(rotation, "undeclared_columns", lambda: [(holders, undeclared)])
    row = holders()
    row.packed = secret.seal_bytes("test_holder.packed", row.pk, b"\xff\x00 rows")
    row.loose = secret.seal_bytes("forgotten", row.pk, b"something")
    row.save()
    ring.rotate("field")
    rotation.run_fields()
    row.refresh_from_db()
    assert box.version_of(row.packed)[1] == 2
    assert secret.unseal_bytes("test_holder.packed", row.pk, row.packed) == b"\xff\x00 rows"
    with pytest.raises(ValueError, match="1 values"):
        rotation.retire("field", 1)  # what nobody declared is not lost
    row.loose = ring.load().version("field", 1).head + bytes(29)  # a digest that looks like one by chance
    row.save()
    rotation.retire("field", 1)


def test_a_broken_row_is_named_and_stops_nothing(holders, ring, quick):
    truth = fill(holders, 5)
    bad = next(iter(truth))
    with connection.cursor() as cursor:
        cursor.execute("update secret_tests_holder set id_no = id_no || '\\x00'::bytea where id = %s", [bad])
    ring.rotate("field")
    changed, broken = rotation.run_fields()
    assert changed == 9 and broken == [f"test_holder.id_no {bad}"]
    with pytest.raises(ValueError, match="1 values"):
        rotation.retire("field", 1)


# -- index -----------------------------------------------------------------------------------------------
def test_the_index_turns_in_four_phases_and_finds_in_each(holders, ring, quick):
    truth = fill(holders, 30)
    pks = list(truth)
    assert ring.rotate("index") == 2
    seen = []
    while (phase := ring.load(fresh=True).phase) != keyring.STEADY:
        seen.append(phase)
        for step in range(3):
            everything_right(holders, truth)
            # a new row, a changed row, one written in bulk; each found at once and still unique
            pk = pks[len(seen) * 3 + step]
            number = f"33010019800101{len(seen)}{step}99"
            row = holders.objects.get(pk=pk)
            row.id_no = number
            row.save()
            truth[pk] = (number, truth[pk][1])
            assert holders.objects.get(id_index=number).pk == pk
            sql, params = holders._meta.get_field("id_index").where([number])
            with connection.cursor() as cursor:
                cursor.execute(f"select id from secret_tests_holder where {sql}", params)
                assert cursor.fetchall() == [(pk,)]
            with pytest.raises(IntegrityError), transaction.atomic():
                holders(id_no=number).save()
            with pytest.raises(UniqueViolation), transaction.atomic():
                copy_in(holders, number)
            if step == 1:
                for name in ("id_index", "phone_index"):
                    rotation.rotate_index(holders, name)
        ring.next_phase()
    assert seen == [keyring.FILL, keyring.TURN, keyring.CLEAR]
    everything_right(holders, truth)
    assert not holders.objects.filter(id_index_next__isnull=False).exists()
    assert rotation.rotate_index(holders, "id_index").changed == 0
    rotation.retire("index", 1)
    everything_right(holders, truth)


def copy_in(model, number: str) -> None:
    from gongjia.base.models import uuid7

    pk = uuid7()
    values = {"id": [pk], "id_no": secret.seal_many("test_holder.id_no", [pk], [number])}
    values |= model._meta.get_field("id_index").columns_many([number])
    names = ", ".join(values)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy secret_tests_holder ({names}, name, plain) from stdin") as to,
    ):
        to.write_row((*(column[0] for column in values.values()), "", ""))


def test_without_the_second_column_a_double_would_slip_in(holders, ring):
    """Negative control: while the index turns, a writer that knows one column only enters a person twice."""
    truth = fill(holders, 3)
    number = next(iter(truth.values()))[0]
    ring.rotate("index")
    for name in ("id_index", "phone_index"):
        rotation.rotate_index(holders, name)
    ring.next_phase()  # turn: the main column's old digests no longer guard against new ones
    column = holders._meta.get_field("id_index")
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into secret_tests_holder (id, name, plain, id_index) values (gen_random_uuid(), '', '', %s)",
            [box.blind_with(ring.load().index.main, column.label, number)],
        )
    assert holders.objects.filter(id_index=number).count() == 2


def test_a_row_of_a_late_transaction_is_mended(holders, ring, quick):
    truth = fill(holders, 4)
    ring.rotate("index")
    rotation.run_index()
    pk = next(iter(truth))
    stale = box.blind_with(ring.load().version("index", 1), "test_holder.id_no", truth[pk][0])
    holders.objects.filter(pk=pk).update(id_index=stale)  # as a transaction begun long ago would leave it
    assert not holders.objects.filter(id_index=truth[pk][0]).exists()
    assert rotation.rotate_index(holders, "id_index").changed == 1
    everything_right(holders, truth)


# -- under load, with kills --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("suite", "klass", "count", "kills"),
    [
        ("aes", "field", 300, 2),
        ("sm", "index", 300, 2),
        pytest.param("sm", "field", 2000, 40, marks=pytest.mark.proof),
        pytest.param("aes", "index", 2000, 40, marks=pytest.mark.proof),
    ],
    indirect=["suite"],
)
def test_keys_change_under_load_with_kills(committed_holders, ring, monkeypatch, suite, klass, count, kills):
    model = committed_holders
    monkeypatch.setattr("gongjia.base.secret.keys.REFRESH", 0.05)
    truth = fill(model, count)
    failed: list[str] = []
    stop = threading.Event()
    threads = [threading.Thread(target=work, args=(model, truth, n, stop, failed)) for n in range(3)]
    for one in threads:
        one.start()
    try:
        ring.rotate(klass, {"aes": "sm", "sm": "aes"}[suite])
        dice, in_the_middle = random.Random(kills), 0
        for _ in range(kills):
            process = start(klass, ring)
            time.sleep(dice.uniform(0.02, 0.4))
            in_the_middle += process.poll() is None
            process.kill()  # -9
            process.wait()
        assert in_the_middle
        assert start(klass, ring).wait(timeout=600) == 0
    finally:
        stop.set()
        for one in threads:
            one.join()
    assert failed == []
    everything_right(model, truth)
    assert ring.load(fresh=True).phase == keyring.STEADY
    if klass == "field":
        assert versions(model) == versions(model, "phone") == {2}
    rotation.retire(klass, 1)
    everything_right(model, truth)
    for name in ("id_index", "phone_index"):
        assert rotation.rotate_index(model, name, chunk=10**6).changed == 0


def start(klass: str, ring) -> subprocess.Popen:
    env = {**os.environ, "GONGJIA_KEYS": str(ring.path()), "PYTHONPATH": str(ROOT)}
    name = {"field": "fields", "index": "index"}[klass]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.base.secret.rotate_process", name, "0.05"],
        env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "ready\n"
    return process


def work(model, truth, number, stop, failed) -> None:
    """What people do meanwhile: look somebody up, read, change a phone number. Each thread has rows of its own."""
    dice = random.Random(number)
    mine = [pk for at, pk in enumerate(truth) if at % 3 == number]
    try:
        while not stop.is_set():
            pk = dice.choice(mine)
            id_no, phone = truth[pk]
            row = model.objects.get(id_index=id_no)
            if (row.pk, row.phone.open_unlogged()) != (pk, phone):
                failed.append("another value was read")
            row.phone = f"1991{dice.randrange(10**7):07d}"
            with transaction.atomic():
                row.save()
            truth[pk] = (id_no, row.phone.open_unlogged())
            time.sleep(0.05)
    except Exception as error:
        failed.append(repr(error))
    finally:
        connection.close()
