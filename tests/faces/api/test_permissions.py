"""Every operation of the interface x every role's token x where the record lies, against the oracle of placements.py.

The page's own table (`tests/faces/test_permissions.py`) leaves `api:` to this one. A new operation without a row fails.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from gongjia.base import clock
from gongjia.base.models import uuid7
from gongjia.faces.api.urls import document
from gongjia.faces.shared.policy import every_url
from gongjia.who.accounts import actions as accounts
from gongjia.who.accounts.models import ApiToken
from gongjia.who.members.access import actor_for
from gongjia.who.members.models import Membership, Transfer
from tests.faces import placements
from tests.faces.placements import MEMBER_PLACES, PERSONAS, PLACES, Persona, World, undone
from tests.who.members.conftest import AT

KEY = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{6,9}(-\d{4})?")
PERIOD = {"period": "2018"}


@dataclass(frozen=True)
class Operation:
    """One operation asked about a record at each place. `expected` is the oracle: the status for a persona there."""

    method: str
    path: str
    address: Callable[[World, str], str]  # of the record at a place
    expected: Callable[[World, Persona, str], int]
    nowhere: Callable[[], str]  # the same address, of a record that there is not
    places: tuple[str, ...] = PLACES
    query: Callable[[World, str], dict[str, str]] = lambda world, place: {}
    body: Callable[[World, str], dict[str, Any]] | None = None
    seen: str = ""  # of a list: the power by which its rows are seen


def reads(who: Persona, place: str) -> bool:
    return who.may("orgs.read", place)


def org_asked(world: World, who: Persona, place: str) -> int:
    return 200 if reads(who, place) else 404


def members_asked(world: World, who: Persona, place: str) -> int:
    if "members.read" not in who.powers:
        return 403
    return 404 if not reads(who, place) else 200 if who.may("members.read", place) else 403


def admits(world: World, who: Persona, place: str) -> int:
    if not reads(who, place):
        return 404
    return 201 if who.may("members.admit", place) else 403


def sides(world: World, place: str) -> tuple[str, str]:
    """Where the transfer of a place goes from and to."""
    row = world.rows["transfer"][place]
    names = {org.pk: key for key, org in world.orgs.items()}
    return names[row.from_org_id], names[row.to_org_id]


def takes_over(world: World, who: Persona, place: str) -> int:
    """Seen from both sides, settled by the receiving one."""
    if not any(who.may("members.read", side) for side in sides(world, place)):
        return 404
    return 200 if who.may("members.transfer", sides(world, place)[1]) else 403


def figures_asked(world: World, who: Persona, place: str) -> int:
    return 404 if not reads(who, place) else 200 if who.may("report.read", place) else 403


def report_asked(world: World, who: Persona, place: str) -> int:
    return 200 if who.may("report.read", place) else 404


def by_org(world: World, place: str) -> dict[str, str]:
    return {"org": world.orgs[place].code}


def newcomer(world: World, place: str) -> dict[str, Any]:
    return {"org": world.orgs[place].code, "on": "2018-08-20", "name": "吴新人", "id_no": NEW, "phone": "19900098765"}


def one_transfer(end: str) -> Callable[[World, str], str]:
    return lambda world, place: f"transfers/{world.rows['transfer'][place].pk}/{end}"


def always(text: str) -> Callable[..., str]:
    return lambda *_: text


def the_round(world: World) -> Any:
    return world.rows["service_round"]["fed"].pk


NEW = "330100199003070059"
OPERATIONS = (
    Operation("get", "/orgs", always("orgs"), lambda w, who, place: 200, always("orgs"), ("fed",), seen="orgs.read"),
    Operation(
        "get", "/orgs/{code}", lambda w, place: f"orgs/{w.orgs[place].code}", org_asked, always("orgs/999999999")
    ),
    Operation(
        "get", "/members", always("members"), members_asked, always("members?org=999999999"), query=by_org,
        seen="members.read",
    ),
    Operation(
        "post", "/members/admit", always("members/admit"), admits, always(""), ("firm", "school", "other"),
        body=newcomer,
    ),
    Operation(
        "get", "/transfers", always("transfers"),
        lambda w, who, place: 200 if "members.read" in who.powers else 403, always("transfers"), ("fed",),
        seen="members.read",
    ),
    Operation(
        "post", "/transfers/{pk}/accept", one_transfer("accept"), takes_over,
        lambda: f"transfers/{uuid7()}/accept", MEMBER_PLACES, body=always({}),
    ),
    Operation(
        "post", "/transfers/{pk}/decline", one_transfer("decline"), takes_over,
        lambda: f"transfers/{uuid7()}/decline", MEMBER_PLACES, body=always({"words": "不在本单位"}),
    ),
    Operation(
        "get", "/figures/{key}", always("figures/members.total"), figures_asked, always("figures/members.total?org=999999999"),
        query=lambda w, place: {**by_org(w, place), **PERIOD},
    ),
    Operation(
        "get", "/figures/{key}/records", always("figures/members.total/records"), figures_asked,
        always("figures/members.total/records?org=999999999"), query=lambda w, place: {**by_org(w, place), **PERIOD},
    ),
    Operation(
        "get", "/reports/{key}", lambda w, place: f"reports/{w.rows['report'][place].pk}", report_asked,
        lambda: f"reports/{uuid7()}", ("lotus", "other"),
    ),
    # programmes: what an account may do for itself, whatever its post
    Operation("get", "/rounds", always("rounds"), lambda w, who, place: 200, always("rounds"), ("fed",)),
    Operation(
        "get", "/rounds/{pk}/eligibility", lambda w, place: f"rounds/{the_round(w)}/eligibility",
        lambda w, who, place: 200, lambda: f"rounds/{uuid7()}/eligibility", ("fed",),
    ),
    Operation(
        "post", "/rounds/{pk}/applications", lambda w, place: f"rounds/{the_round(w)}/applications",
        lambda w, who, place: 422, always(""), ("fed",), body=always({"answers": {}}),
    ),
    Operation("get", "/applications", always("applications"), lambda w, who, place: 200, always("applications"), ("fed",)),
    Operation(
        "get", "/applications/{pk}", lambda w, place: f"applications/{w.rows['own_application'][place].pk}",
        lambda w, who, place: 200 if (who.key, place) == ("member", "firm") else 404,
        lambda: f"applications/{uuid7()}", MEMBER_PLACES,
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    with placements.standing_world(django_db_blocker) as made:
        yield made


def code_of(world: World, key: str, *, may_write: bool = True) -> str:
    account = world.accounts[key]
    actor = actor_for(account, clock.now())
    return accounts.issue_token(
        account=account, name="测试", days=30, may_write=may_write, actor=actor, at=AT
    ).code  # fmt: skip


def ask(one: Operation, address: str, query: dict[str, str], body: Any, code: str) -> Any:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    headers = {"Authorization": f"Bearer {code}"} if code else {}
    url = f"/api/v1/{address}"
    if one.method == "get":
        return client.get(url, query, headers=headers)
    return client.post(url, json.dumps(body), content_type="application/json", headers=headers)


def asked_at(world: World, one: Operation, place: str, code: str) -> Any:
    body = one.body(world, place) if one.body else None
    return ask(one, one.address(world, place), one.query(world, place), body, code)


def rows_out_of_reach(world: World, who: Persona, one: Operation, answer: Any) -> list[str]:
    """Rows of a list that lie where the role does not reach."""
    allowed = {key for key in world.orgs if who.may(one.seen, key)}
    places = {org.pk: key for key, org in world.orgs.items()}
    found = []
    for row in answer.json()["items"]:
        if one.path == "/orgs":
            lies = {key for key, org in world.orgs.items() if org.code == row["code"]}
        elif one.path == "/members":
            lies = {places[m.org_id] for m in Membership.objects.filter(person_id=row["person_id"], until=None)}
        else:
            transfer = Transfer.objects.get(pk=row["id"])
            lies = {places[transfer.from_org_id], places[transfer.to_org_id]}
        if not lies & allowed:
            found.append(f"{who.key}: {one.path} shows a row of {lies}")
    return found


def differences(world: World, who: Persona, wanted: tuple[Operation, ...] = OPERATIONS) -> list[str]:
    """Cells where the interface and the oracle disagree."""
    found = []
    with undone():
        code = code_of(world, who.key)
        for one in wanted:
            for place in one.places[: 2 if who.home == "fed" else None]:  # whose reach is everything
                oracle = one.expected(world, who, place)
                with undone():
                    answer = asked_at(world, one, place, code)
                    if one.seen and answer.status_code == 200:
                        found += rows_out_of_reach(world, who, one, answer)
                if answer.status_code != oracle:
                    found.append(
                        f"{who.key}: {one.method} {one.path} @ {place}: {oracle} expected, {answer.status_code}"
                    )
                elif oracle == 404 and one.nowhere():
                    address, _, rest = one.nowhere().partition("?")
                    query = {**one.query(world, place), **dict(part.split("=") for part in rest.split("&") if part)}
                    with undone():
                        other = ask(one, address, query, one.body(world, place) if one.body else None, code)
                    if other.status_code != 404 or KEY.sub(b"", other.content) != KEY.sub(b"", answer.content):
                        found.append(f"{who.key}: {one.path} @ {place}: foreign and none look different")
    return found


@pytest.mark.parametrize("key", [key for key in PERSONAS if key != "visitor"])
def test_a_token_opens_what_its_owner_may_do(world: World, key: str, settings) -> None:
    settings.GONGJIA_API_PER_MINUTE = 100_000
    assert differences(world, Persona(key)) == []


def test_every_operation_has_a_row() -> None:
    told = {(method, address.removeprefix("/api/v1")) for address, one in document()["paths"].items() for method in one}
    assert told == {(one.method, one.path) for one in OPERATIONS}


def test_without_a_token_no_operation_answers(world: World) -> None:
    """Nor with a session: a browser that is logged in opens nothing here."""
    for one in OPERATIONS:
        for code in ("", "gongjia_unknown"):
            with undone():
                assert asked_at(world, one, one.places[0], code).status_code == 401, one.path
        if one.method == "get":
            answer = world.client("leader").get(f"/api/v1/{one.address(world, one.places[0])}")
            assert answer.status_code == 401, one.path


def test_a_token_for_reading_writes_nothing(world: World) -> None:
    for one in OPERATIONS:
        if one.method != "get":
            with undone():
                answer = asked_at(world, one, "firm", code_of(world, "officer_township", may_write=False))
                assert answer.status_code == 403 and "只能查询" in answer.json()["reasons"][0]["sentence"], one.path


def test_what_asks_for_no_token_is_open_or_signed(world: World) -> None:
    names = {url.name for url in every_url() if url.name.startswith("api:") and ":api_v1:" not in url.name}
    assert names == {"api:openapi", "api:docs", "api:sms_report", "api:nothing"}
    for key in ("visitor", "leader"):
        client = world.client(key)
        assert client.get("/api/openapi.json").status_code == client.get("/api/docs").status_code == 200
        assert client.get("/api/v1/no/such").status_code == 404
        assert client.post("/api/sms/report", b"{}", content_type="application/json").status_code == 401


def test_control_a_scope_filter_switched_off_is_found(world: World, settings, monkeypatch) -> None:
    from gongjia.who.orgs import queries
    from gongjia.who.orgs.models import Org
    from gongjia.who.orgs.queries import scope

    settings.GONGJIA_API_PER_MINUTE = 100_000
    for module in (scope, queries):
        monkeypatch.setattr(module, "visible", lambda actor, power="": Org.objects.all())
    found = differences(world, Persona("officer_grassroots"), OPERATIONS[:2])
    assert any("/orgs/{code} @ other" in line for line in found) and any("shows a row" in line for line in found)


def test_control_a_token_that_outlives_its_owner_is_found(world: World) -> None:
    with undone():
        code = code_of(world, "officer_township")
        one = OPERATIONS[1]
        assert asked_at(world, one, "firm", code).status_code == 200
        ApiToken.objects.filter(account=world.accounts["officer_township"]).update(session_round=99)
        assert asked_at(world, one, "firm", code).status_code == 401
