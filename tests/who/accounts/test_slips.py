"""Slips: printed in bulk, used once, by the right union only."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from gongjia.base import clock
from gongjia.base.actor import Actor
from gongjia.base.journal.models import Entry
from gongjia.base.refused import Forbidden, Refused
from gongjia.base.secret import keys
from gongjia.who.accounts import actions, kinds, powers, rules
from gongjia.who.accounts.models import Account, Slip


@pytest.fixture
def issue(union, officer, directory):
    def call(*accounts, actor=None, org=union, **more):
        directory.places.setdefault(union.id, set()).update(account.pk for account in accounts)
        actor = actor or officer()
        return actions.issue_slips(
            org=org, account_ids=[account.pk for account in accounts], actor=actor, at=clock.now(), **more
        )

    return call


def use(code: str, **more) -> Account:
    return actions.use_slip(code=code, at=clock.now(), **more)


def refused(call, *args, **kwargs) -> list[str]:
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return [reason.code for reason in caught.value.reasons]


def test_a_slip_leads_to_its_account_once(person, issue):
    account = person(phone="")
    (slip,) = issue(account)
    assert (slip.account_id, slip.name, len(slip.code)) == (account.pk, "王建国", 14)
    assert use(slip.code.lower().replace("-", " "), device="d" * 24) == account
    assert refused(use, slip.code) == ["slip_bad"]
    row = Slip.objects.get()
    assert row.used_device == "d" * 24 and row.used_at


def test_only_a_keyed_digest_of_the_slip_is_kept(person, issue):
    from django.db import connection

    (slip,) = issue(person())
    with connection.cursor() as cursor:
        cursor.execute("select s::text from accounts_slip s union all select p::text from journal_entrypayload p")
        text = " ".join(row[0] for row in cursor.fetchall())
    assert rules.clean_slip(slip.code) not in text and slip.code not in text
    assert slip.code not in repr(slip)


def test_a_slip_survives_a_new_token_key(person, issue, settings, tmp_path):
    settings.GONGJIA_KEYS = tmp_path / "keyring.json"
    keys.create()
    try:
        account = person()
        (slip,) = issue(account)
        keys.rotate("token")
        assert use(slip.code) == account
    finally:
        keys.forget()


def test_it_ends_with_its_time(person, issue):
    (slip,) = issue(person())
    Slip.objects.update(expires_at=clock.real_now())
    assert refused(use, slip.code) == ["slip_bad"]


def test_a_new_slip_ends_the_one_before(person, issue):
    account = person()
    (first,), (second,) = issue(account), issue(account)
    assert refused(use, first.code) == ["slip_bad"]
    assert use(second.code) == account


def test_a_closed_account_does_not_open(person, issue):
    account = person()
    (slip,) = issue(account)
    Account.objects.update(is_active=False)
    assert refused(use, slip.code) == ["slip_bad"]
    assert refused(issue, account) == ["account_closed"]


def test_many_at_once_in_one_entry(db, issue, union, officer, directory):
    rows = [actions.NewAccount(f"会员{n}", f"199{n:08d}") for n in range(3000)]
    ids = actions.open_accounts(rows=rows, actor=None, at=clock.now())
    directory.places[union.id] = set(ids)
    slips = actions.issue_slips(org=union, account_ids=ids, actor=officer(), at=clock.now())
    assert [slip.account_id for slip in slips] == ids
    assert len({slip.code for slip in slips}) == 3000
    entry = Entry.objects.get(action="accounts.slips_issued")
    assert (entry.subject_count, entry.stream) == (3000, f"org:{union.id}")
    assert use(slips[1234].code).pk == ids[1234]


def test_who_may_print_for_whom(person, issue, union, officer, directory):
    own, member, stranger = person("赵干部"), person("王建国"), person("李外人")
    staff = person("钱市级", requires_second_factor=True)
    chair = officer(powers.SLIP, account_id=own.pk)
    assert refused(issue, own, member, actor=chair) == ["own_account"]
    assert refused(issue, staff, actor=chair) == ["needs_security"]
    assert issue(staff, actor=officer(powers.SLIP, powers.STAFF))
    call = actions.issue_slips
    at = clock.now()
    assert refused(call, org=union, account_ids=[stranger.pk], actor=chair, at=at) == ["not_yours"]
    assert refused(call, org=union, account_ids=[uuid.uuid4()], actor=chair, at=at) == ["not_yours"]
    with pytest.raises(Forbidden):
        call(org=union, account_ids=[member.pk], actor=officer("members.read"), at=at)
    elsewhere = type(union)(id=uuid.uuid4(), path="0002", code="x", name="别的工会")
    with pytest.raises(Forbidden):
        call(org=elsewhere, account_ids=[member.pk], actor=chair, at=at)
    assert Slip.objects.filter(account=member).count() == 0


def test_control_without_a_directory_nobody_belongs_anywhere(person, union, officer):
    account = person()
    call = actions.issue_slips
    assert refused(call, org=union, account_ids=[account.pk], actor=officer(), at=clock.now()) == ["not_yours"]
    machine = Actor.system("命令行", ["*"])
    assert call(org=union, account_ids=[account.pk], actor=machine, at=clock.now())


def test_lost_slips_are_ended(person, issue, union, officer):
    account = person()
    (slip,) = issue(account)
    actions.cancel_slips(org=union, account_ids=[account.pk], actor=officer(), at=clock.now(), note="遗失")
    assert refused(use, slip.code) == ["slip_bad"]


@pytest.mark.parametrize("life", [timedelta(0), kinds.SLIP_LIFE_MOST + timedelta(days=1)])
def test_no_slip_for_ever(person, issue, life):
    assert refused(issue, person(), life=life) == ["slip_life"]


def test_guessing_slips_slows_down(person, issue):
    (slip,) = issue(person())
    for _ in range(rules.SLIP_DEVICE.free):
        assert refused(use, "2222-2222-2222", device="d", network="10.0.0.1") == ["slip_bad"]
    assert refused(use, slip.code, device="d", network="10.0.0.1") == ["wait"]
    assert use(slip.code, device="another", network="10.0.0.1")  # the neighbour is not kept waiting
