"""The programs' door: a token opens what its account may do now, refusals are told as on the pages, as JSON."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from gongjia.base import clock
from gongjia.base.journal.models import Entry
from gongjia.base.refused import Refused
from gongjia.who.accounts import actions as accounts
from gongjia.who.accounts.models import Account, ApiToken
from gongjia.who.members import actions as members
from gongjia.who.members.access import actor_for
from gongjia.who.members.models import Person, Position
from tests.faces.console.conftest import holds, site  # noqa: F401
from tests.who.members.conftest import AT, at, id_card, join, machine, paper, world  # noqa: F401


class Program:
    """Another system with a token."""

    def __init__(self, code: str):
        self.client = Client(enforce_csrf_checks=True)
        self.headers = {"Authorization": f"Bearer {code}"}

    def get(self, path: str, **query):
        return self.client.get(f"/api/v1/{path}", query, headers=self.headers)

    def post(self, path: str, body=None):
        return self.client.post(
            f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json", headers=self.headers
        )


@pytest.fixture
def officer(world):  # noqa: F811
    def make(role: str, org):
        person = Person.objects.create(name="何敏", phone=f"1990000{Person.objects.count():04d}")
        members.grant(person=person, org=org, role=role, since=date(2018, 1, 1), actor=world.machine, at=AT)
        person.refresh_from_db()
        return person

    return make


def token_of(person, *, may_write: bool = False) -> str:
    account = person.account
    made = accounts.issue_token(
        account=account, name="测试系统", days=30, may_write=may_write, actor=actor_for(account, AT), at=AT
    )
    return made.code


@pytest.fixture
def program(world, officer) -> Program:  # noqa: F811
    return Program(token_of(officer("officer_township", world.lotus), may_write=True))


def codes(answer) -> set[str]:
    return {reason["code"] for reason in answer.json()["reasons"]}


def test_without_a_good_token_nothing_opens(world, officer):  # noqa: F811
    for program in (Program(""), Program("gongjia_wrong")):
        answer = program.get("orgs")
        assert answer.status_code == 401 and "令牌" in answer.json()["reasons"][0]["sentence"]
    person = officer("officer_township", world.lotus)
    code = token_of(person)
    assert Program(code).get("orgs").status_code == 200
    ApiToken.objects.update(expires_at=clock.real_now() - timedelta(seconds=1))
    assert Program(code).get("orgs").status_code == 401


def test_only_a_mac_is_kept_and_a_token_ends(world, officer):  # noqa: F811
    person = officer("officer_township", world.lotus)
    code = token_of(person)
    row = ApiToken.objects.get()
    assert code not in f"{vars(row)}" and row.used_at is None
    assert Program(code).get("orgs").status_code == 200
    row.refresh_from_db()
    assert row.used_at is not None
    actor = actor_for(person.account, AT)
    accounts.revoke_token(token_id=row.pk, actor=actor, at=AT)
    assert Program(code).get("orgs").status_code == 401
    assert set(Entry.objects.filter(action__startswith="accounts.token").values_list("action", flat=True)) == {
        "accounts.token_issued", "accounts.token_revoked",
    }  # fmt: skip
    other = token_of(person)
    Account.objects.update(session_round=F("session_round") + 1)  # what logging every device out does
    assert Program(other).get("orgs").status_code == 401
    stranger = officer("officer_township", world.yangxi)
    with pytest.raises(Refused):
        accounts.issue_token(
            account=person.account, name="x", days=1, may_write=False, actor=actor_for(stranger.account, AT), at=AT
        )


def test_rights_end_with_the_post(world, officer):  # noqa: F811
    person = officer("officer_township", world.lotus)
    program = Program(token_of(person))
    assert program.get("members").status_code == 200
    Position.objects.filter(person=person).update(until=AT.date())
    answer = program.get("members")
    assert answer.status_code == 403 and codes(answer) == {"forbidden"}
    assert Entry.objects.filter(action="denied").exists()


def test_unions_in_reach_only(world, program):  # noqa: F811
    first = program.get("orgs", limit=2).json()
    assert first["items"][0]["code"] == world.lotus.code and first["next"]
    rest = program.get("orgs", limit=200, cursor=first["next"]).json()
    found = [one["code"] for one in first["items"] + rest["items"]]
    assert len(found) == len(set(found)) == 4 and world.other.code not in found
    assert program.get(f"orgs/{world.firm.code}").json()["staff_count"] == 60
    assert program.get(f"orgs/{world.other.code}").status_code == 404
    assert program.get("nothing/here").json()["reasons"][0]["code"] == "not_found"


def test_members_are_masked_and_never_sought_by_number(world, program, join):  # noqa: F811
    number = id_card()
    join(world.firm, "王小明", id_no=number)
    join(world.other, "周外人")
    answer = program.get("members", org=world.firm.code)
    assert [one["name"] for one in answer.json()["items"]] == ["王小明"]
    assert number not in answer.content.decode() and "*" in answer.json()["items"][0]["id_no"]
    assert codes(program.get("members", name=number)) == {"search_number"}
    assert codes(program.get("members", limit=5000)) == {"format"}


def test_admission_says_the_same_reasons(world, program, officer):  # noqa: F811
    number = id_card()
    body = {"org": world.firm.code, "on": "2018-08-20", "name": "吴小梅", "id_no": number, "phone": "19900009999"}
    bad = program.post("members/admit", {**body, "id_no": number[:-1] + ("1" if number[-1] != "1" else "2")})
    assert bad.status_code == 422 and "id_check_digit" in codes(bad)
    assert number[:-1] not in bad.content.decode()
    assert codes(program.post("members/admit", {"org": world.firm.code})) == {"missing"}
    made = program.post("members/admit", body)
    assert made.status_code == 201 and Person.objects.get(pk=made.json()["person_id"]).name == "吴小梅"
    assert "already_member" in codes(program.post("members/admit", body))
    assert program.post("members/admit", {**body, "org": world.other.code}).status_code == 404
    reader = Program(token_of(officer("officer_township", world.yangxi)))
    assert "只能查询" in reader.post("members/admit", body).json()["reasons"][0]["sentence"]


def test_transfers_are_taken_over_or_declined(world, program, join, officer):  # noqa: F811
    taken, kept = join(world.other, "李小红").person, join(world.other, "赵小刚").person
    offers = [members.offer(person=one, to_org=world.firm, actor=world.machine, at=AT) for one in (taken, kept)]
    waiting = {one["id"] for one in program.get("transfers").json()["items"]}
    assert waiting == {str(one.pk) for one in offers}
    assert program.post(f"transfers/{offers[0].pk}/accept").json()["state"] == "accepted"
    assert codes(program.post(f"transfers/{offers[1].pk}/decline")) == {"missing"}
    assert program.post(f"transfers/{offers[1].pk}/decline", {"words": "不在本单位"}).json()["state"] == "declined"
    again = program.post(f"transfers/{offers[0].pk}/accept")
    assert again.status_code == 422


def test_figures_and_their_records_agree(world, program, join):  # noqa: F811
    for name in ("王小明", "李小红", "赵小刚"):
        join(world.firm, name)
    asked = {"org": world.lotus.code, "period": "2018"}
    figure = program.get("figures/members.total", **asked).json()
    assert float(figure["value"]) == 3
    rows = program.get("figures/members.total/records", limit=2, **asked).json()
    more = program.get("figures/members.total/records", limit=2, after=rows["next"], **asked).json()
    assert len(rows["items"]) + len(more["items"]) == 3
    assert codes(program.get("figures/members.total", org=world.lotus.code, period="xx")) == {"period"}
    assert program.get("figures/nothing.here", **asked).status_code in (404, 422)
    assert program.get("reports/2018H1").status_code == 422
    assert program.get("reports/2018H1", org=world.lotus.code).status_code == 404


def test_the_document_describes_every_operation(db, client):
    told = client.get("/api/openapi.json").json()
    assert "/api/v1/members/admit" in told["paths"]
    page = client.get(reverse("api:docs"))
    assert page.status_code == 200
    for address in told["paths"]:
        assert address.replace("{", "{") in page.content.decode()
    assert "http://" not in page.content.decode().replace("http://www.w3.org", "")


def test_a_token_is_shown_once_on_the_page(world, holds):  # noqa: F811
    client = holds("officer_township", world.lotus)
    address = reverse("console:setup_tokens")
    made = client.post(address, {"name": "协同办公", "days": "30"})
    assert made.status_code == 200 and "只显示这一次" in made.content.decode()
    row = ApiToken.objects.get()
    assert "只显示这一次" not in client.get(address).content.decode()
    assert client.post(reverse("console:setup_token_revoke", args=[row.pk]), {"_confirm": "1"}).status_code == 302
    row.refresh_from_db()
    assert row.revoked_at is not None
