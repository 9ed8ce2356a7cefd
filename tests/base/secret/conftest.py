from __future__ import annotations

import pytest

from gongjia.base.secret import keys, rotation


@pytest.fixture(params=["aes", "sm"])
def suite(request) -> str:
    return request.param


@pytest.fixture
def ring(settings, tmp_path, suite):
    """A key ring of its own in one of the two suites."""
    settings.GONGJIA_KEYS = tmp_path / "keys" / "keyring.json"
    settings.GONGJIA_CRYPTO_SUITE = suite
    keys.create()
    yield keys
    keys.forget()


@pytest.fixture
def quick(monkeypatch):
    """Processes see a new key sooner, so that rotations need not wait for them."""
    monkeypatch.setattr(keys, "REFRESH", 0.01)


@pytest.fixture(scope="session")
def holder_table(django_db_setup, django_db_blocker):
    """The tests' own table, made by the owner as a migration would."""
    from django.db import connection

    from tests.base.secret.holder import Holder
    from tests.database import DATABASE, super_connection

    with django_db_blocker.unblock(), connection.schema_editor(collect_sql=True, atomic=False) as editor:
        editor.create_model(Holder)
    with super_connection(DATABASE) as owner:
        owner.execute("set search_path = cell, public")
        for statement in [line for line in editor.collected_sql if not line.startswith("--")]:
            owner.execute(statement)
        owner.execute("grant select, insert, update, delete on secret_tests_holder to gongjia_app")
    yield
    with super_connection(DATABASE) as owner:
        owner.execute("drop table cell.secret_tests_holder")


@pytest.fixture
def holders(holder_table, db, ring, monkeypatch):
    from tests.base.secret import holder

    monkeypatch.setattr(rotation, "sealed_columns", holder.columns)
    monkeypatch.setattr(rotation, "index_columns", holder.indexes)
    return holder.Holder


@pytest.fixture
def committed_holders(holder_table, transactional_db, ring, monkeypatch):
    from tests.base.secret import holder

    monkeypatch.setattr(rotation, "sealed_columns", holder.columns)
    monkeypatch.setattr(rotation, "index_columns", holder.indexes)
    return holder.Holder
