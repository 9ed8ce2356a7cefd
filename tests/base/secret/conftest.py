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
    """The tests' own table, made once by the owner as a migration would; it goes with the run's database."""
    from tests.base.secret import holder

    with django_db_blocker.unblock():
        holder.make_table()


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
