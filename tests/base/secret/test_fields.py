"""Sealed columns in Django: what is stored, what is shown, what is refused."""

from __future__ import annotations

import copy
import json
import logging
import pickle

import pytest
from django.core.exceptions import FieldError
from django.core.serializers import serialize
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, transaction
from django.template import engines

from gongjia.base import secret
from gongjia.base.models import uuid7
from gongjia.base.secret import masks

ID, OTHER_ID, PHONE = "330100199001010015", "330100198505050022", "19900001234"


def stored(row, column="id_no"):
    with connection.cursor() as cursor:
        cursor.execute(f"select {column} from secret_tests_holder where id = %s", [row.pk])
        value = cursor.fetchone()[0]
    return None if value is None else bytes(value)


def test_a_saved_text_is_sealed_found_and_masked(holders):
    row = holders(name="甲", id_no=ID, phone=PHONE)
    row.save()
    assert ID.encode() not in stored(row)
    assert secret.unseal("test_holder.id_no", row.pk, stored(row)) == ID
    again = holders.objects.get(id_index=ID)
    assert again.pk == row.pk
    assert again.id_no.masked() == "330***********0015"
    assert again.phone.masked() == "199****1234"
    assert again.id_no.open_unlogged() == ID
    assert holders.objects.get(phone_index="+86 199-0000-1234").pk == row.pk
    assert not holders.objects.filter(id_index=OTHER_ID).exists()
    assert not holders.objects.filter(id_index="").exists()
    assert list(holders.objects.filter(id_index__in=[ID, OTHER_ID, ""])) == [row]
    assert holders.objects.exclude(id_index=ID).count() == 0


def test_equal_texts_have_different_ciphertexts_and_equal_indexes(holders):
    one, two = holders(phone=PHONE), holders(phone=PHONE)
    one.save()
    two.save()
    assert stored(one, "phone") != stored(two, "phone")
    assert stored(one, "phone_index") == stored(two, "phone_index")
    assert holders.objects.filter(phone_index=PHONE).count() == 2
    with pytest.raises(IntegrityError):
        holders.objects.bulk_create([holders(id_no=ID), holders(id_no="３３０１００１９９００１０１００１５ ")])


def test_bulk_create_binds_each_row(holders):
    rows = holders.objects.bulk_create([holders(name=str(n), phone=f"1990000{n:04d}") for n in range(50)])
    loaded = {row.pk: row for row in holders.objects.all()}
    for n, row in enumerate(rows):
        assert loaded[row.pk].phone.open_unlogged() == f"1990000{n:04d}"
        assert holders.objects.get(phone_index=f"1990000{n:04d}").pk == row.pk


def test_nothing_prints_the_whole_text(holders, caplog):
    row = holders(id_no=ID)

    def faces(value):
        logging.getLogger("test").warning("%s %r %s", value, value, {"v": value})
        yield from (
            str(value),
            repr(value),
            f"{value}",
            f"{value:>30}",
            "{}".format(value),  # noqa: UP032
            json.dumps([value], cls=DjangoJSONEncoder),
        )
        yield json.dumps({"v": value}, default=str)
        for engine in engines.all():
            yield engine.from_string("{{ v }}").render({"v": value})
        yield serialize("json", [row], fields=["id_no"])
        yield repr(row.__dict__) + repr(vars(row))
        yield str(len(value)) + repr([value])

    for value in (row.id_no,):
        assert value and all(ID not in face for face in faces(value))
    row.save()
    row.refresh_from_db()
    shown = list(faces(row.id_no))
    assert all(ID not in face for face in shown)
    assert shown[0] == "330***********0015" and '"330***********0015"' in shown[5]
    assert ID not in caplog.text
    with pytest.raises(TypeError):
        json.dumps(row.id_no)
    assert ID not in repr(list(holders.objects.values("id_no"))) + repr(list(holders.objects.values_list("id_no")))


def test_a_plain_text_is_never_pickled_a_sealed_one_may_be(holders):
    row = holders(id_no=ID)
    for value in (row, row.id_no, row.id_no.carry()):
        with pytest.raises(TypeError):
            pickle.dumps(value)
    row.save()
    assert ID.encode() not in pickle.dumps(row)
    assert pickle.loads(pickle.dumps(row.id_no)).open_unlogged() == ID
    assert copy.deepcopy(row.id_no) == row.id_no == copy.copy(row.id_no)


def test_empty_values(holders):
    row = holders(id_no="", phone=None)
    row.save()
    assert stored(row) is None and stored(row, "id_index") is None
    assert not row.id_no and row.id_no.masked() == "" and str(row.phone) == "" and row.phone.open_unlogged() == ""
    row.id_no = ID
    row.save()
    assert row.id_no and holders.objects.get(id_index=ID) == row
    row.id_no = None
    row.save()
    assert stored(row) is None and stored(row, "id_index") is None
    assert holders.objects.filter(id_no__isnull=True).count() == 1


def test_a_value_of_another_row_or_column_is_refused(holders):
    one, two = holders(id_no=ID, phone=PHONE), holders(id_no=OTHER_ID)
    one.save()
    two.save()
    with pytest.raises(secret.Swap):
        two.id_no = one.id_no
    with pytest.raises(secret.Swap):
        one.id_no = one.phone
    with pytest.raises(secret.Swap):
        holders(id_no=one.id_no)
    with pytest.raises(TypeError):
        one.id_no = 330100199001010015
    with pytest.raises(TypeError):
        one.id_no = stored(two)
    one.id_no = holders.objects.get(pk=one.pk).id_no  # its own
    one.save()
    assert one.id_no.open_unlogged() == ID


def test_a_row_copied_under_a_new_key_is_refused_until_it_is_carried(holders):
    row = holders(phone=PHONE)
    row.save()
    loaded = holders.objects.get(pk=row.pk)
    value = loaded.phone
    loaded.pk, loaded._state.adding = uuid7(), True
    with pytest.raises(secret.Tampered), transaction.atomic():
        loaded.save()
    loaded.phone = value.carry()
    loaded.save()
    assert holders.objects.filter(phone_index=PHONE).count() == 2
    assert {one.phone.open_unlogged() for one in holders.objects.all()} == {PHONE}


def test_ways_that_know_no_row_are_refused(holders):
    row, other = holders(id_no=ID), holders(id_no=OTHER_ID)
    row.save()
    other.save()
    for value in (OTHER_ID, other.id_no, other.id_no.carry(), b"bytes"):
        with pytest.raises(secret.NotHere), transaction.atomic():
            holders.objects.filter(pk=row.pk).update(id_no=value)
    row.phone = PHONE
    with pytest.raises(secret.NotHere), transaction.atomic():
        holders.objects.bulk_update([row], ["phone"])
    for lookup in ("id_no", "id_no__contains", "id_no__startswith", "id_no__in", "id_index__startswith"):
        with pytest.raises(FieldError):
            holders.objects.filter(**{lookup: ID}).exists()
    holders.objects.filter(pk=row.pk).update(id_no=None, id_index=None)  # emptying is allowed
    assert not holders.objects.get(pk=row.pk).id_no


def test_a_column_is_never_saved_without_its_index(holders):
    row = holders(id_no=ID)
    row.save()
    row.id_no = OTHER_ID
    with pytest.raises(secret.NotHere):
        row.save(update_fields=["id_no"])
    row.save(update_fields=secret.with_indexes(holders, ["id_no", "name"]))
    assert holders.objects.get(id_index=OTHER_ID) == row
    assert not holders.objects.filter(id_index=ID).exists()
    row.name = "乙"
    row.save(update_fields=["name"])


def test_deferred_columns_load_late_and_are_not_lost(holders):
    holders(name="甲", id_no=ID, phone=PHONE).save()
    row = holders.objects.only("name").get()
    row.name = "乙"
    row.save()
    row = holders.objects.defer("id_no").get()
    assert "id_no" not in row.__dict__
    row.save()
    assert row.id_no.open_unlogged() == ID
    assert holders.objects.get(id_index=ID).name == "乙"


def test_raw_rows_are_wrapped(holders):
    row = holders(phone=PHONE)
    row.save()
    value = holders._meta.get_field("phone").wrap(row.pk, memoryview(stored(row, "phone")))
    assert value.masked() == "199****1234" and value.key_version == 1
    assert holders._meta.get_field("phone").wrap(row.pk, None).masked() == ""
    sql, params = holders._meta.get_field("phone_index").where([PHONE, "19900009999"], alias="h")
    with connection.cursor() as cursor:
        cursor.execute(f"select id from secret_tests_holder h where {sql}", params)
        assert cursor.fetchall() == [(row.pk,)]


def test_a_broken_value_shows_that_and_breaks_no_list(holders, caplog):
    holders(name="好", id_no=ID).save()
    bad = holders(name="坏", id_no=OTHER_ID)
    bad.save()
    with connection.cursor() as cursor:
        cursor.execute("update secret_tests_holder set id_no = set_byte(id_no, 20, 1 - get_byte(id_no, 20) & 1)"
                       " where id = %s", [bad.pk])  # fmt: skip
    assert {row.name: row.id_no.masked() for row in holders.objects.all()} == {
        "好": "330***********0015", "坏": masks.BROKEN,
    }  # fmt: skip
    with pytest.raises(secret.Tampered):
        holders.objects.get(pk=bad.pk).id_no.open_unlogged()
    assert "does not open" in caplog.text and OTHER_ID not in caplog.text


def test_migrations_name_both_index_columns_and_nothing_that_changes(holders):
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.state import ModelState, ProjectState

    state = ModelState.from_model(holders)
    assert {"id_index", "id_index_next", "phone_index_next"} <= set(state.fields)
    project = ProjectState()
    project.add_model(state)
    rendered = project.apps.get_model("secret_tests", "Holder")
    assert [f.name for f in rendered._meta.fields] == [f.name for f in holders._meta.fields]
    again = ProjectState()
    again.add_model(ModelState.from_model(rendered))
    assert MigrationAutodetector(project, again)._detect_changes() == {}
    text = json.dumps([repr(field.deconstruct()) for field in state.fields.values()])
    assert "canonical" not in text and "mask" not in text


def test_checks_name_a_mistaken_declaration(holders):
    assert [fault for field in holders._meta.fields for fault in field.check()] == []
    field = holders._meta.get_field("id_no")
    field.mask, before = "no such", field.mask
    try:
        assert len(field.check()) == 1
    finally:
        field.mask = before


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        ("id", "330100199001010116", "330***********0116"), ("id", "330100900101011", "330********1011"),
        ("id", "H01234567", "H******67"), ("id", "1234", "****"),
        ("phone", "13812341234", "138****1234"), ("phone", "057164712345", "**********45"), ("phone", "110", "***"),
        ("card", "6222021234567890128", "***************0128"), ("card", "1234", "****"),
        ("name", "欧阳锋", "欧*"), ("name", "", ""), ("text", "胃癌", "******"), ("text", "", ""),
    ],
)  # fmt: skip
def test_masks(mask, text, shown):
    assert masks.MASKS[mask](text) == shown
