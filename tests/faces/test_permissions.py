"""Every URL of the program x every role x where the record lies, against an oracle in plain Python (placements.py).

A URL without a policy fails, and so does one with arguments that nobody said how to fill. Foreign and none are one
answer, byte for byte. What is denied writes nothing, and no answer carries a number that lies sealed. With a scope
filter switched off, or a number printed (test_leaks.py), the same check finds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongjia.base import clock
from gongjia.base.models import uuid7
from gongjia.faces.shared.policy import Declared, Policy, every_url, undeclared
from tests.faces import placements
from tests.faces.canaries import Canaries
from tests.faces.placements import Persona, Target, World, undone
from tests.who.members.conftest import AT, DAY

OPEN, LOGIN, DENIED, NONE = "open", "log in", "denied", "none"
OWN_FILE = "console:roster_refused"  # the officer's own rows handed back to be mended: test_leaks.py
ELSEWHERE = ("api:",)  # asked with a token, not with a browser's session: tables of their own
# an act of the next higher union: the power counts there
OF_THE_UNION_ABOVE = frozenset(
    f"console:orgs_{name}"
    for name in ("rename", "kind", "delay", "move", "guide", "merge", "dissolve", "approve", "abandon")
)
# open to the asker, yet there may be nothing to show: no card, not the demo, not a developer's machine
MAY_LACK = ("portal:card", "demo:", "public:tour", "ui:gallery")
# a page that only answers a POST, or leads on: it names no record on GET
MUTE_ON_GET = ("portal:correction_withdraw",)
OUTSIDE = (
    "journal_",
    "django_session",
    "accounts_devicesession",
    "outbox_",
)  # a denial is journalled; that is no change of the matter
VARYING = re.compile(
    rb'(csrfmiddlewaretoken" value=|csrf-token" content=|X-CSRFToken&quot;: ?&quot;|"X-CSRFToken": ?)"?[\w-]+'
)
KEY = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    with placements.standing_world(django_db_blocker) as made:
        yield made


@pytest.fixture(scope="module")
def canaries(world) -> Canaries:
    return Canaries(world.numbers, world.births)


def urls() -> list[Declared]:
    """Those of this table; a library's own (documentation, static files) come with a policy but no view of ours."""
    return [url for url in every_url() if not url.name.startswith(ELSEWHERE)]


def expected(who: Persona, policy: Policy, name: str, target: Target | None) -> str:
    """The oracle."""
    if policy.who == "anyone":
        return OPEN
    if not who.logged_in:
        return LOGIN
    if policy.who == "member" and not who.is_person:
        return DENIED
    if policy.who == "officer" and who.role is None:
        return DENIED
    if policy.powers and not who.powers & set(policy.powers):
        return DENIED
    if target is None or name in MUTE_ON_GET:
        return OPEN
    if target.owner:
        return OPEN if target.owner == who.key else NONE
    if not target.places:
        return OPEN
    if not any(who.may(target.scope, place) for place in target.places):
        return NONE
    if policy.at == "org" or target.power:
        above = name in OF_THE_UNION_ABOVE
        places = [placements.ABOVE[place] if above else place for place in target.places]
        powers = [target.power] if target.power else policy.powers
        if not any(who.may(power, place) for power in powers for place in places):
            return DENIED
    return OPEN


def answer_of(response: Any, name: str) -> str:
    """What a page said, in the words of the oracle; a number where it said something else."""
    status = response.status_code
    if status == 302 and response["Location"].startswith("/login/?next="):
        return LOGIN
    if status in (200, 204, 302, 405, 422) or (status == 404 and name.startswith(MAY_LACK)):
        return OPEN
    return {403: DENIED, 404: NONE}.get(status, str(status))


def cells(world: World, who: Persona, url: Declared) -> Iterator[Target | None]:
    """The placements worth asking: all of them for a role below the federation; one where the place cannot matter:
    for who lacks the power itself, and for a role at the federation, whose reach is everything (another role is
    asked about another township). What belongs to one account: one's own, somebody's within reach, somebody's beyond."""
    if not url.pattern.pattern.converters:
        yield None
        return
    found = placements.targets(world, url.name)
    if who.role is None or (url.policy.powers and not who.powers & set(url.policy.powers)):
        yield from found[:1]
    elif who.home != "fed":
        yield from [one for one in found if one.owner in ("", who.key)]
        others = [one for one in found if one.owner not in ("", who.key)]
        for near in (True, False):
            yield from [one for one in others if who.covers(Persona(one.owner).home) is near][:1]
    else:
        turn = placements.PERSONAS.index(who.key) % 2
        yield from one_of_each_kind([one for one in found if one.owner in ("", who.key)], turn)
        yield from [one for one in found if one.owner not in ("", who.key)][:1]


def one_of_each_kind(found: list[Target], turn: int) -> Iterator[Target]:
    """One's own, and of each kind of record one, in the first township or in the second."""
    asked: dict[tuple, Target] = {}
    for one in found:
        kind = tuple(arg for arg in one.args if not isinstance(arg, UUID))
        if one.owner:
            yield one
        elif kind not in asked or (turn and "lotus" not in placements.line(one.places[-1] if one.places else None)):
            asked[kind] = one
    yield from asked.values()


def address(name: str, target: Target | None) -> str:
    return reverse(name, args=target.args if target else ())


def nowhere(name: str, target: Target) -> str:
    """The same address, of a record that does not exist."""
    return reverse(name, args=[uuid7() if isinstance(arg, UUID) else arg for arg in target.args])


def plain(response: Any) -> bytes:
    return KEY.sub(b"-", VARYING.sub(b"", response.content))


def differences(world: World, who: Persona, wanted: list[Declared], canaries: Canaries | None = None) -> list[str]:
    """Cells where the program and the oracle disagree, and answers that carry a number."""
    found, nothing = [], {}
    for url in wanted:
        client = world.client(who.key)
        for target in cells(world, who, url):
            oracle = expected(who, url.policy, url.name, target)
            with undone():
                response = client.get(address(url.name, target))
            said = answer_of(response, url.name)
            place = f"{url.name} @ {target.where() if target else ''}"
            if canaries and response.status_code < 400 and url.name != OWN_FILE and canaries.in_answer(response):
                found.append(f"{who.key}: {place}: shows a number")
            if said != oracle and response.status_code != 405:
                found.append(f"{who.key}: {place}: {oracle} expected, {said} came ({response.status_code})")
            elif said == oracle == NONE:
                kind = (url.name, *(arg for arg in target.args if not isinstance(arg, UUID)))
                if kind not in nothing:
                    with undone():
                        nothing[kind] = client.get(nowhere(url.name, target))
                if nothing[kind].status_code != 404 or plain(nothing[kind]) != plain(response):
                    found.append(f"{who.key}: {place}: foreign and none look different")
    return found


def denied_cells(world: World, who: Persona) -> list[tuple[str, str]]:
    return [
        (url.name, address(url.name, target))
        for url in urls()
        for target in cells(world, who, url)
        if expected(who, url.policy, url.name, target) != OPEN
    ]


def state_of_tables() -> dict[str, tuple]:
    """Rows and an order-free sum over all of them, table by table."""
    with connection.cursor() as cursor:
        names = [one for one in connection.introspection.table_names(cursor) if not one.startswith(OUTSIDE)]
        found = {}
        for name in names:
            cursor.execute(f'select count(*), coalesce(sum(hashtext(t::text)::bigint), 0) from "{name}" t')
            found[name] = cursor.fetchone()
    return found


def test_every_url_is_declared_and_every_argument_has_a_factory(world):
    assert undeclared() == []
    lacking = [url.name for url in urls() if url.pattern.pattern.converters and not placements.targets(world, url.name)]
    assert lacking == [], "no factory in placements.py"
    assert len(urls()) > 120


@pytest.mark.parametrize("key", placements.PERSONAS)
def test_every_url_answers_as_the_role_may_and_shows_no_number(world, canaries, key):
    assert differences(world, Persona(key), urls(), canaries) == []


@pytest.mark.parametrize("key", placements.PERSONAS)
def test_what_is_denied_writes_nothing(world, key):
    client = world.client(key)
    with undone():
        denied = denied_cells(world, Persona(key))
        before, wrong = state_of_tables(), []
        for name, where in denied:
            response = client.post(where, {"_confirm": "1", "note": "试试看", "on": "2018-08-27", "reason": "试试看"})
            # a page without any POST says so; a list leads back to itself, where the GET says no
            harmless = response.status_code == 405 or response.get("Location", "").split("?")[0] == where
            if not harmless and answer_of(response, name) not in (LOGIN, DENIED, NONE):
                wrong.append(f"{key}: {name}: {response.status_code} on POST")
        after = state_of_tables()
    assert wrong == []
    assert {name for name in after if after[name] != before[name]} == set()
    assert denied, "nothing is denied to this persona"


# a union named in the query string is a record like any other -----------------------------------------------

NAMED = (
    ("console:members", "org", "members.read"),
    ("console:dashboard", "org", "report.read"),
    ("console:targets", "org", "report.read"),
    ("console:orgs_found", "parent", "orgs.found"),
    ("console:orgs_home_new", "org", "orgs.homes"),
    ("console:orgs_desk", "org", "orgs.read"),
)


@pytest.mark.parametrize("key", ("chair_grassroots", "officer_township", "officer_industry", "city_publicity"))
def test_a_foreign_union_in_the_query_is_none(world, key):
    who, client, wrong = Persona(key), world.client(key), []
    for name, parameter, power in NAMED:
        for place in placements.PLACES:
            if power not in who.powers:
                continue
            with undone():
                response = client.get(f"{reverse(name)}?{parameter}={world.orgs[place].code}")
            body, named = response.content.decode(), world.orgs[place].name
            if who.covers(place) and response.status_code != 200:
                wrong.append(f"{name}?{parameter}={place}: {response.status_code}")
            if not who.covers(place) and (response.status_code == 200 and named in body and place == "other"):
                wrong.append(f"{name}?{parameter}={place} shows a foreign union")
            if response.status_code >= 500:
                wrong.append(f"{name}?{parameter}={place}: {response.status_code}")
    assert wrong == []


# negative controls ------------------------------------------------------------------------------------------


def everything(*args: Any, **kwargs: Any) -> Q:
    return Q()


SABOTAGE = {
    "unions": ("gongjia.who.orgs.queries.scope.within", everything, "console:orgs_one"),
    "one person": ("gongjia.who.members.queries.person._covers", lambda actor, file: True, "console:members_person"),
    "hand-overs": ("gongjia.who.members.queries.scope.within", everything, "console:members_transfer"),
    "imports": ("gongjia.who.members.queries.roster.within", everything, "console:roster_one"),
    "hand entries": ("gongjia.who.orgs.queries.within", everything, "console:hand_one"),
    "a job of another": (
        "gongjia.faces.shared.pages.progress.ProgressPage.get_progress",
        lambda page: __import__("gongjia.base.progress", fromlist=["find"]).find(page.kwargs["pk"]),
        "console:progress",
    ),
}


@pytest.mark.parametrize("what", SABOTAGE)
def test_a_scope_filter_switched_off_is_found(world, monkeypatch, what):
    where, instead, name = SABOTAGE[what]
    wanted = [url for url in urls() if url.name == name]
    who = Persona("chair_grassroots")
    assert wanted and differences(world, who, wanted) == []
    monkeypatch.setattr(where, instead)
    assert differences(world, who, wanted)


def test_a_change_behind_a_denial_would_be_seen(world):
    with undone():
        before = state_of_tables()
        world.orgs["third"].__class__.objects.filter(pk=world.orgs["third"].pk).update(name="改了")
        assert state_of_tables() != before


# a list costs the same for one row and for thirty -----------------------------------------------------------


def more_members(world: World) -> None:
    from gongjia.who.members.models import Membership, Person

    for n in range(30):
        person = Person.objects.create(name=f"多人{n}", phone=world.number(), card_serial=f"M{n:07d}")
        Membership.objects.create(
            person=person, org=world.orgs["firm"], org_path=world.orgs["firm"].path, standing="active",
            since=DAY, change_in="1", is_latest=True, joined_on=DAY,
        )  # fmt: skip


def more_orgs(world: World) -> None:
    from gongjia.who.orgs import actions

    paper = world.rows["org_paper"]["firm"]
    for n in range(30):
        actions.found(
            parent=world.orgs["lotus"], kind="single", name=f"第{n}公司工会委员会", founded_on=placements.FOUNDED,
            document="建工〔2015〕1号", attachment=paper, **world.by,
        )  # fmt: skip


def more_transfers(world: World) -> None:
    from gongjia.who.members.models import Person, Transfer

    for n in range(30):
        Transfer.objects.create(
            person=Person.objects.create(name=f"转接{n}"), from_org=world.orgs["firm"], to_org=world.orgs["other"],
            asked_by="giving", state="offered", asked_on=DAY, offered_on=DAY,
        )  # fmt: skip


def more_batches(world: World) -> None:
    from gongjia.who.members.models import RosterBatch

    file = world.rows["batch"]["firm"].file
    RosterBatch.objects.bulk_create(RosterBatch(org=world.orgs["firm"], file=file, uploaded_at=AT) for _ in range(30))


def more_hand(world: World) -> None:
    from datetime import timedelta

    from gongjia.report.models import HandEntry

    like = world.rows["hand"]["firm"]
    HandEntry.objects.bulk_create(
        HandEntry(
            org=like.org, figure=like.figure, start=DAY - timedelta(n + 1), end=DAY - timedelta(n), value=1,
            officer=like.officer, officer_name="测试", attachment=like.attachment, entered_at=clock.now(),
        )
        for n in range(30)
    )  # fmt: skip


def more_positions(world: World) -> None:
    from gongjia.who.members.models import Person, Position

    for n in range(30):
        Position.objects.create(
            person=Person.objects.create(name=f"任职{n}"), org=world.orgs["firm"], role="officer_grassroots",
            since=DAY, confirmed_on=DAY,
        )  # fmt: skip


LISTS = {
    "console:members": more_members,
    "console:orgs": more_orgs,
    "console:members_transfers": more_transfers,
    "console:roster": more_batches,
    "console:hand": more_hand,
    "console:positions": more_positions,
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_for_few_rows_and_for_thirty_more(world, name):
    client, where = world.client("city_publicity"), reverse(name)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(where).status_code == 200
        return len(seen)

    with undone():
        cost()  # what is read once per process
        few = cost()
        LISTS[name](world)
        cost()  # on a slow machine the log-in stamps itself anew
        many = cost()
    assert many == few
