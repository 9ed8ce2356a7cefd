"""A table of the tests: two sealed columns with their indexes, and a plain one for the negative controls."""

from __future__ import annotations

from functools import cache

from django.db import connection, models

from gongjia.base.models import Record
from gongjia.base.secret import BlindIndexField, SealedBytesField, SealedField, canonical


class Holder(Record):
    name = models.CharField(max_length=40, blank=True)
    id_no = SealedField("test_holder.id_no", mask="id", null=True)
    id_index = BlindIndexField(of="id_no", canonical=canonical.id_number, unique=True)
    phone = SealedField("test_holder.phone", mask="phone", null=True)
    phone_index = BlindIndexField(of="phone", canonical=canonical.phone, db_index=True)
    plain = models.CharField(max_length=40, blank=True)
    packed = SealedBytesField("test_holder.packed", null=True)
    loose = models.BinaryField(null=True)

    class Meta:
        app_label = "secret_tests"
        db_table = "secret_tests_holder"

    @property
    def org(self) -> None:
        return None


def columns():
    """For rotation, which otherwise goes through the installed apps."""
    yield Holder, Holder._meta.get_field("id_no")
    yield Holder, Holder._meta.get_field("phone")
    yield Holder, Holder._meta.get_field("packed")


def indexes():
    yield Holder, Holder._meta.get_field("id_index")
    yield Holder, Holder._meta.get_field("phone_index")


@cache  # several files of tests ask for it
def make_table() -> None:
    from tests.database import DATABASE, super_connection

    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        editor.create_model(Holder)
    with super_connection(DATABASE) as owner:
        owner.execute("set search_path = cell, public")
        for statement in editor.collected_sql:
            if not statement.startswith("--"):
                owner.execute(statement)
        owner.execute("grant select, insert, update, delete on secret_tests_holder to gongjia_app")
