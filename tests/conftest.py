"""Fixtures that every folder of tests may use."""

from __future__ import annotations

import pytest

from tests.database import django_db_setup  # noqa: F401  (an early plugin would lose to pytest-django's own)


@pytest.fixture(scope="session", autouse=True)
def keys() -> None:
    """A key ring of the test run."""
    from gongjia.base.secret import keys as keyring

    keyring.create()
