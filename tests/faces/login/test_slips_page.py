"""Printing slips: for one, for a group, within one's own unions only; the printed ones open."""

from __future__ import annotations

import re
from io import BytesIO

import openpyxl
import pytest
from django.test import Client

from gongjia.base import clock
from gongjia.base.journal.models import Entry
from gongjia.base.refused import Forbidden, Refused
from gongjia.who.accounts import actions as accounts
from gongjia.who.accounts.models import Account, Slip
from gongjia.who.members.actions.slips import print_slips
from gongjia.who.members.models import Person
from tests.faces.login.tools import log_in
from tests.who.members.conftest import in_role, join, machine, paper, world  # noqa: F401


def slips_of(org, actor, **more):
    return print_slips(org=org, actor=actor, at=clock.now(), **more)


@pytest.fixture
def crowd(world, join):  # noqa: F811
    """Three in one firm, one in a workshop of it, one in a union of another township."""
    return {
        name: join(org, name).person
        for org, name in (
            (world.firm, "王小明"), (world.firm, "李小红"), (world.firm, "赵小刚"), (world.workshop, "孙小兰"),
            (world.other, "周外人"),
        )
    }  # fmt: skip


def test_a_township_prints_for_all_its_unions_at_once(world, crowd):  # noqa: F811
    printed = slips_of(world.lotus, in_role(world.lotus, "officer_township"), whom="members")
    assert {slip.name for slip in printed} == {"王小明", "李小红", "赵小刚", "孙小兰"}
    assert [slip.org_name for slip in printed] == ["甲公司工会委员会"] * 3 + ["甲公司一车间分工会"]
    assert Account.objects.count() == 4 and Entry.objects.filter(action="members.account_linked").count() == 1
    account = accounts.use_slip(code=printed[0].code, at=clock.now())
    assert account.display_name == printed[0].name == Person.objects.get(account=account).name
    assert str(account.phone).startswith("199****")


def test_a_second_printing_opens_no_second_account(world, crowd):  # noqa: F811
    actor = in_role(world.lotus, "officer_township")
    first = slips_of(world.lotus, actor, whom="members")
    second = slips_of(world.lotus, actor, whom="members")
    assert Account.objects.count() == 4 and len(first) == len(second)
    with pytest.raises(Refused):
        accounts.use_slip(code=first[0].code, at=clock.now())


def test_only_those_who_never_came_in(world, crowd):  # noqa: F811
    actor = in_role(world.lotus, "officer_township")
    printed = slips_of(world.lotus, actor, whom="not_in")
    account = accounts.use_slip(code=printed[0].code, at=clock.now())
    Account.objects.filter(pk=account.pk).update(activated_at=clock.now())
    assert len(slips_of(world.lotus, actor, whom="not_in")) == 3


def test_strangers_and_oneself_are_refused(world, crowd):  # noqa: F811
    chair = in_role(world.firm, "chair_grassroots", person=crowd["王小明"])
    with pytest.raises(Refused) as caught:
        slips_of(world.firm, chair, person_ids=[crowd["周外人"].pk])
    assert caught.value.codes == ("not_yours",)
    with pytest.raises(Forbidden):
        slips_of(world.other, chair, whom="members")
    with pytest.raises(Forbidden):
        slips_of(world.firm, in_role(world.firm, "officer_grassroots"), whom="members")
    assert Slip.objects.count() == 0 and Account.objects.count() == 0


def test_no_slip_for_those_above(world, crowd):  # noqa: F811
    """A group leaves out whose posts need a second factor; asked for by name it is refused."""
    from gongjia.who.members import actions

    actions.grant(
        person=crowd["李小红"], org=world.fed, role="finance_maker", since=clock.today(), actor=world.machine,
        at=clock.now(), note="任命",
    )  # fmt: skip
    chair = in_role(world.firm, "chair_grassroots")
    assert "李小红" not in {slip.name for slip in slips_of(world.firm, chair, whom="members")}
    with pytest.raises(Refused) as caught:
        slips_of(world.firm, chair, person_ids=[crowd["李小红"].pk])
    assert caught.value.codes == ("needs_security",)


def test_too_many_cards_are_refused_before_any_is_made(world, crowd):  # noqa: F811
    actor = in_role(world.lotus, "officer_township")
    with pytest.raises(Refused) as caught:
        slips_of(world.lotus, actor, whom="members", most=3)
    assert caught.value.codes == ("slip_most",) and Slip.objects.count() == 0


@pytest.fixture
def township(world, crowd, settings, person, monkeypatch):  # noqa: F811
    """The officer of 莲花 in a browser."""
    account = person("何干部", "19900000055")
    actor = in_role(world.lotus, "officer_township")
    monkeypatch.setattr("gongjia.faces.shared.middleware.actor_of", lambda request: actor)
    settings.ALLOWED_HOSTS = ["*"]
    return log_in(Client(), account)


def test_the_page_prints_cards(township, world):  # noqa: F811
    page = township.get("/login/slips/")
    text = page.content.decode()
    assert page.status_code == 200 and "莲花镇工会" in text and "乙公司" not in text
    page = township.post("/login/slips/", {"union": world.lotus.code, "whom": "members", "form": "cards"})
    text = page.content.decode()
    assert page.status_code == 200 and text.count('class="slip"') == 4 and text.count("<svg role") == 4
    assert "no-store" in page["Cache-Control"] and "style=" not in text
    code = re.search(r'class="slip-code">([^<]+)<', text).group(1)
    assert accounts.use_slip(code=code, at=clock.now())


def test_the_page_gives_a_sheet(township, world):  # noqa: F811
    page = township.post("/login/slips/", {"union": world.firm.code, "whom": "members", "form": "sheet"})
    rows = list(openpyxl.load_workbook(BytesIO(page.content)).active.values)
    body = [row for row in rows if row[1] in ("王小明", "李小红", "赵小刚", "孙小兰")]
    assert len(body) == 4 and body[0][4].endswith(f"/login/slip/#{body[0][2]}")


def test_the_page_for_one_person(township, world, crowd):  # noqa: F811
    url = f"/login/slips/{crowd['孙小兰'].pk}/"
    assert "给孙小兰打印登录条" in township.get(url).content.decode() and Slip.objects.count() == 0
    text = township.post(url).content.decode()
    assert text.count('class="slip"') == 1 and "孙小兰" in text
    for stranger in (crowd["周外人"].pk, "01900000-0000-7000-8000-000000000000"):
        assert township.get(f"/login/slips/{stranger}/").status_code == 404
        assert township.post(f"/login/slips/{stranger}/").status_code == 404


def test_another_union_cannot_be_chosen(township, world):  # noqa: F811
    page = township.post("/login/slips/", {"union": world.other.code, "whom": "members", "form": "cards"})
    assert page.status_code == 422 and Slip.objects.count() == 0


def test_members_have_no_such_page(person):
    client = log_in(Client(), person())
    assert client.get("/login/slips/").status_code == 403
