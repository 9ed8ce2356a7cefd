"""Fixtures that every folder of tests may use."""

from __future__ import annotations

import pytest

from gongjia.config.processes import settle_down
from tests import looking
from tests.database import django_db_setup  # noqa: F401  (an early plugin would lose to pytest-django's own)

# files that take half a minute and more, the longest first: begun last, one worker would wait for the other
LONG = (
    "tests/faces/test_permissions.py", "tests/journeys/", "tests/config/test_life.py", "tests/config/test_kills.py",
    "tests/demo/", "tests/faces/console/events/test_looks.py", "tests/faces/rush/test_kills.py", "tests/money/funds/test_two_persons.py",
    "tests/work/events/test_races.py", "tests/report/test_laws.py", "tests/faces/api/", "tests/faces/login/test_looks.py",
    "tests/faces/shared/test_gallery.py", "tests/base/sheets/", "tests/money/funds/test_bank.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first, the others as they come."""
    places = {start: place for place, start in enumerate(LONG)}
    items.sort(key=lambda item: next((places[one] for one in LONG if item.nodeid.startswith(one)), len(LONG)))


def pytest_collection_finish() -> None:
    """All modules are loaded now: the collector need not go through them again and again."""
    settle_down()


@pytest.fixture(scope="session", autouse=True)
def keys() -> None:
    """A key ring of the test run."""
    from gongjia.base.secret import keys as keyring

    keyring.create()


@pytest.fixture(autouse=True)
def no_roots_of_others() -> None:
    """Roots that another test sealed lie outside the database: they would miss the entries that went with it."""
    from gongjia.base.journal import audit

    audit.roots_file().unlink(missing_ok=True)


@pytest.fixture
def plain_static(settings):
    """Static files as they lie in the tree: no collectstatic, no hashed names."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(scope="module")
def chromium():
    """A browser for one file of tests.

    Its driver keeps an event loop running in this thread as long as it lives; a wider scope would
    leave that loop to the next file, and whoever starts a loop of their own there is refused.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = looking.launch(playwright.chromium)
        yield browser
        browser.close()
