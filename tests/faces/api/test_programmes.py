"""A program asks for its own account whether one may apply, applies, and is refused with the page's own reasons."""

from __future__ import annotations

import pytest

from gongjia.work.programmes.models import Application
from tests.faces.api.test_operations import Program, codes, token_of
from tests.faces.console.conftest import site  # noqa: F401
from tests.faces.portal.services.conftest import phone, text_of  # noqa: F401
from tests.work.programmes.conftest import join, machine, make, member, paper, world  # noqa: F401

pytestmark = pytest.mark.django_db
FIELDS = [
    {"key": "why", "label": "理由", "kind": "text", "required": True, "most": 20},
    {"key": "fee", "label": "学费", "kind": "money", "required": True, "max": "9000"},
]


@pytest.fixture
def round_(make, site):  # noqa: F811
    return make(fields=FIELDS, title="求学资助", conditions=[{"check": "member"}, {"check": "in_area"}])


@pytest.fixture
def program(member):  # noqa: F811
    return Program(token_of(member, may_write=True))


def test_the_same_conditions_as_on_the_page(program, phone, member, round_):  # noqa: F811
    listed = program.get("rounds").json()["items"]
    assert [one["title"] for one in listed] == ["求学资助"] and listed[0]["who"].startswith("在册会员")
    answer = program.get(f"rounds/{round_.pk}/eligibility").json()
    assert answer["ok"] and {one["code"] for one in answer["conditions"]} >= {"member", "in_area"}
    body = phone(member).open(f"/m/rounds/{round_.pk}/")
    assert all(one["sentence"] in body for one in answer["conditions"])


def test_applying_at_once_and_a_second_time(program, round_):
    where = f"rounds/{round_.pk}/applications"
    answer = program.post(where, {"answers": {"why": "读书", "fee": 7000}})
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert made["state"] == "in_review" and made["number"] and made["steps"][0]["label"] == "提交"
    assert Application.objects.get().answers["fee"] == 700_000  # yuan, not fen
    again = program.post(where, {"answers": {"why": "读书", "fee": "7000.00"}})
    assert again.status_code == 422 and "applied_already" in codes(again)
    assert Application.objects.count() == 1
    assert [one["id"] for one in program.get("applications").json()["items"]] == [made["id"]]


def test_a_refusal_says_each_field_and_leaves_no_draft(program, round_):
    answer = program.post(f"rounds/{round_.pk}/applications", {"answers": {"fee": "90000"}})
    assert answer.status_code == 422 and codes(answer) == {"why_missing", "fee_big"}
    assert not Application.objects.exists()


def test_who_is_no_member_reads_the_clause_on_both_doors(phone, world, member, round_):  # noqa: F811
    from gongjia.who.members.models import Membership

    Membership.objects.filter(person=member).update(standing="retained")
    program = Program(token_of(member, may_write=True))
    answer = program.get(f"rounds/{round_.pk}/eligibility").json()
    wrong = [one for one in answer["conditions"] if one["ok"] is False]
    assert not answer["ok"] and wrong[0]["code"] == "not_member" and wrong[0]["clause"] and wrong[0]["cure"]
    refused = program.post(f"rounds/{round_.pk}/applications", {"answers": {"why": "读书", "fee": "1"}})
    assert refused.status_code == 422 and "not_member" in codes(refused)
    browser = phone(member)
    body = browser.open(f"/m/rounds/{round_.pk}/")
    assert wrong[0]["sentence"] in body and wrong[0]["clause"] in body and "开始申请" not in body
    answer = browser.client.post(f"/m/rounds/{round_.pk}/apply")
    assert answer.status_code == 422 and wrong[0]["sentence"] in text_of(answer)


def test_reading_tokens_do_not_apply_and_others_applications_are_none(program, member, round_, join, world):  # noqa: F811
    from gongjia.who.members import actions as members
    from tests.who.members.conftest import AT

    where = f"rounds/{round_.pk}/applications"
    assert Program(token_of(member)).post(where, {"answers": {}}).status_code == 403
    made = program.post(where, {"answers": {"why": "读书", "fee": "1"}}).json()
    other = members.open_account(person=join(world.firm, "赵路人").person, actor=None, at=AT)
    stranger = Program(token_of(other))
    assert stranger.get(f"applications/{made['id']}").status_code == 404
    assert stranger.get("applications").json()["items"] == []
