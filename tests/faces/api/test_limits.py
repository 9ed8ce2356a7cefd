"""A token may ask so often in a minute, and is not made by whoever finds a screen unlocked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connections
from django.urls import reverse

from gongjia.base import clock
from gongjia.who.accounts import actions as accounts
from gongjia.who.accounts.models import ApiToken, Brake
from tests.faces.api.test_operations import Program, codes, officer, token_of  # noqa: F401
from tests.faces.console.conftest import holds, site  # noqa: F401
from tests.who.members.conftest import machine, paper, world  # noqa: F401


@pytest.fixture
def codes_of_two(world, officer, settings) -> tuple[str, str]:  # noqa: F811
    settings.GONGJIA_API_PER_MINUTE = 3
    return token_of(officer("officer_township", world.lotus)), token_of(officer("officer_township", world.yangxi))


def test_who_asks_too_often_is_told_when_to_come_back(codes_of_two):
    greedy, other = (Program(code) for code in codes_of_two)
    assert [greedy.get("orgs").status_code for _ in range(3)] == [200, 200, 200]
    refused = greedy.get("orgs")
    assert refused.status_code == 429 and codes(refused) == {"too_many"}
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert other.get("orgs").status_code == 200  # a token's haste is its own
    Brake.objects.filter(what="api_token").update(opened_at=clock.real_now() - timedelta(seconds=61))
    assert greedy.get("orgs").status_code == 200


def test_a_request_that_is_refused_counts_too(codes_of_two):
    """Else one could look for codes of other unions without end."""
    program = Program(codes_of_two[0])
    assert [program.get("orgs/339999999").status_code for _ in range(4)] == [404, 404, 404, 429]


@pytest.mark.django_db(transaction=True)
def test_requests_at_once_are_all_counted(world, officer):  # noqa: F811
    token_of(officer("officer_township", world.lotus))
    token = ApiToken.objects.get()

    def ask(_) -> bool:
        try:
            return accounts.count_use(token, most=10) == 0
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(40))) == 10


def test_a_token_is_made_after_showing_once_more_who_it_is(world, holds):  # noqa: F811
    client = holds("officer_township", world.lotus)
    session = client.session
    session["in"] = {**session["in"], "proved": session["in"]["proved"] - 11 * 60}
    session.save()
    address = reverse("console:setup_tokens")
    asked = client.post(address, {"name": "协同办公", "days": "30", "may_write": "on"})
    assert asked.status_code == 302 and asked["Location"].startswith(reverse("login:again"))
    assert not ApiToken.objects.exists()
    back = parse_qs(urlsplit(asked["Location"]).query)["next"][0]
    page = client.get(back).content.decode()
    assert 'value="协同办公"' in page and 'value="30"' in page and "checked" in page  # nothing is typed twice

    session["in"] = {**session["in"], "proved": session["in"]["started"]}
    session.save()
    assert client.post(address, {"name": "协同办公", "days": "30"}).status_code == 200
    assert ApiToken.objects.count() == 1
