"""我要入会: somebody not on file logs in by a code, applies by a union's QR or by trade and area, is admitted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from gongjia.who.accounts import actions as accounts
from gongjia.who.accounts import kinds
from gongjia.who.accounts import queries as account_queries
from gongjia.who.accounts.models import Account
from gongjia.who.members.models import Membership
from gongjia.work.programmes import actions
from gongjia.work.programmes.models import Application
from tests.faces.console.conftest import holds  # noqa: F401
from tests.faces.portal.services.conftest import AT, Phone
from tests.who.accounts.conftest import sms  # noqa: F401
from tests.who.members.conftest import id_card
from tests.work.programmes.conftest import in_role

pytestmark = pytest.mark.django_db
NUMBER = "19900005678"


@pytest.fixture
def joining(world, make):
    actions.set_routes(
        rows=[actions.Route(world.firm, area="莲花镇"), actions.Route(world.other, area="洋溪街道")],
        actor=world.machine, at=AT,
    )  # fmt: skip
    return make(type="join", title="入会申请", opens_at=AT - timedelta(days=30))


@pytest.fixture
def newcomer(site, sms):  # noqa: F811
    """A phone that nobody knows, through the log-in up to the page of joining."""

    def come(where: str) -> Phone:
        client = Client()
        assert client.get(where).status_code == 302
        answer = client.post(f"/login/?next={where}", {"phone": NUMBER, "next": where}, follow=True)
        assert answer.status_code == 200, answer.content.decode()[-600:]
        client.post("/login/code/", {"code": sms[-1].code}, follow=True)
        answer = client.post("/login/consent/", {"version": account_queries.current_notice().version}, follow=True)
        phone = Phone.__new__(Phone)
        phone.client, phone.last = client, answer
        assert phone.here == where, phone.here
        return phone

    return come


def apply(phone: Phone, **more: str) -> Application:
    typed = {
        "a-name": "吴骑手", "a-id_kind": "id_card", "a-id_no": id_card(), "a-phone": NUMBER, "a-agree": "on",
        "a-rural": "on",
    } | more  # fmt: skip
    for _turn in range(15):
        where = phone.here
        if "/fill/" not in where:
            break
        phone.send(where, **typed, next="1")
    one = Application.objects.get()
    phone.send(reverse("portal:service_summary", args=[one.pk]))
    one.refresh_from_db()
    return one


def test_a_rider_without_an_employer_joins_by_the_place_he_works_in(newcomer, joining, world):
    phone = newcomer("/m/join/")
    body = phone.open("/m/join/")
    assert "3 个工作日内答复" in body and "没有单位" in body
    phone.send("/m/join/")
    one = apply(phone, **{"a-area": "洋溪街道"})
    assert one.state == "in_review" and one.org_id == world.other.pk
    assert "乙公司工会委员会" in phone.open(reverse("portal:service_application", args=[one.pk]))
    actions.pass_on(application=one, actor=in_role(world.other, "chair_grassroots"), at=AT)
    spell = Membership.objects.get(person__name="吴骑手")
    assert spell.org_id == world.other.pk and spell.person.account == Account.objects.get(pk=one.account_id)
    assert "乙公司工会委员会" in phone.open("/m/") and "已经是会员" in phone.open("/m/join/")


def test_the_qr_of_a_union_names_it(newcomer, joining, world):
    where = f"/m/join/{world.firm.code}"
    phone = newcomer(where)
    assert "甲公司工会委员会" in phone.open(where)
    phone.send(where)
    assert apply(phone).org_id == world.firm.pk
    assert phone.client.get("/m/join/330182999").status_code == 404


def test_only_the_way_to_joining_opens_a_log_in_for_an_unknown_phone(site, sms):  # noqa: F811
    by = {"phone": NUMBER, "bound_to": "x" * 24, "at": AT}
    asked = accounts.ask_code(purpose=kinds.Purpose.LOGIN, **by)
    assert sms == [] and not Account.objects.exists()
    from gongjia.who.accounts.models import LoginCode

    LoginCode.objects.filter(pk=asked.code_id).update(issued_at=AT - timedelta(days=300))
    asked = accounts.ask_code(purpose=kinds.Purpose.JOIN, **by)
    proof = accounts.show_code(
        code_id=asked.code_id, purpose=kinds.Purpose.JOIN, bound_to="x" * 24, code=sms[-1].code, at=AT
    )
    assert len(accounts.accounts_behind(proof=proof, at=AT)) == 1
    assert len(accounts.accounts_behind(proof=proof, at=AT)) == 1  # not a second one


def test_an_officer_prints_the_qr_of_a_union_that_takes_members(holds, world):  # noqa: F811
    chair = holds("officer_township", world.lotus)
    body = chair.get(f"/console/orgs/{world.firm.pk}/join").content.decode()
    assert f"/m/join/{world.firm.code}" in body and "<svg" in body
    assert chair.get(f"/console/orgs/{world.lotus.pk}/join").status_code == 422  # a township takes none itself
    assert chair.get(f"/console/orgs/{world.other.pk}/join").status_code == 404
