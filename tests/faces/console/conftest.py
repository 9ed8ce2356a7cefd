"""What tests of the console share: the small world of members, browsers of people who hold a role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gongjia.base import clock, progress
from tests.faces.login.tools import log_in
from tests.who.members.conftest import AT, at, join, machine, paper, world  # noqa: F401

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def site(plain_static):
    with clock.standing(AT):
        yield


@pytest.fixture
def holds(world) -> Callable[[str, Any], Client]:  # noqa: F811
    """A browser of somebody who holds a role at a union."""
    from gongjia.who.accounts import actions as accounts
    from gongjia.who.accounts import queries
    from gongjia.who.members import actions as members
    from gongjia.who.members.models import Person

    def make(role: str, org: Any) -> Client:
        person = Person.objects.create(name="何敏", phone=f"1990000{Person.objects.count():04d}")
        members.grant(person=person, org=org, role=role, since=date(2018, 1, 1), actor=world.machine, at=AT)
        person.refresh_from_db()
        accounts.give_consent(account=person.account, version=queries.current_notice().version, at=AT)
        return log_in(Client(), person.account)

    return make


def run_job(client: Client, answer: Any) -> str:
    """What the worker would do with the job that an answer leads to; the page of the job afterwards."""
    assert answer.status_code == 302, answer.content.decode()
    job = progress.find(answer["Location"].rstrip("/").split("/")[-1])
    assert job.state == "waiting" and answer["Location"] == reverse("console:progress", args=[job.pk])
    progress.run_now(job)
    return client.get(answer["Location"]).content.decode()


@pytest.fixture
def officer(world, holds) -> Client:  # noqa: F811
    return holds("officer_township", world.lotus)
