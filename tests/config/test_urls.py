"""The house's own pages: health, and the page of last resort."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings
from django.urls import path

from gongjia.config import urls


def broken(request):
    raise RuntimeError("on purpose")


urlpatterns = [path("broken", broken)]
handler500 = urls.handler500


@pytest.mark.django_db
def test_health_says_whether_the_database_is_reached() -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_health_without_a_database_is_503() -> None:
    """pytest-django blocks the database here: the nearest thing to one that is away."""
    from unittest import mock

    from django.db import OperationalError

    with mock.patch.object(urls, "connection") as connection:
        connection.cursor.side_effect = OperationalError
        answer = urls.healthz(None)
    assert (answer.status_code, answer.content) == (503, b"no database\n")


@pytest.mark.django_db
@override_settings(ROOT_URLCONF="tests.config.test_urls")
def test_a_fault_of_the_program_is_answered_in_plain_words() -> None:
    answer = Client(raise_request_exception=False).get("/broken")
    text = answer.content.decode()
    assert answer.status_code == 500 and "系统出了问题" in text and "系统管理员" in text
    assert "RuntimeError" not in text and "on purpose" not in text
    assert "style=" not in text and "<script" not in text
