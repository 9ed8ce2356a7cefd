"""Events in the small world, and officers who run them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.faces.console.conftest import *  # noqa: F403
from tests.work.events.conftest import claim, make, people  # noqa: F401  (fixtures)


def to(name: str, *args: Any) -> str:
    return reverse(f"console:events_{name}" if name else "console:events", args=args)


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, (answer.status_code, answer.get("Location"), answer.content.decode()[-3000:])
    return answer.content.decode()


def done(answer: Any) -> str:
    """Where an act led."""
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


@pytest.fixture
def city(world, holds) -> Client:
    return holds("city_service", world.fed)


@pytest.fixture
def chair(world, holds) -> Client:
    return holds("chair_grassroots", world.firm)
