"""Devices, consent, and what officers do for somebody who cannot get in."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from gongjia.base import clock, journal
from gongjia.base.actor import Actor
from gongjia.base.journal.models import Entry
from gongjia.base.refused import Forbidden, Hidden, Refused
from gongjia.who.accounts import actions, kinds, powers, queries
from gongjia.who.accounts.models import Account, Consent, DeviceSession, LoginCode, SecondFactor, Slip

WHY = "本人持身份证到场，手机遗失"


def log_in(account, **more) -> str:
    store = SessionStore()
    store.create()
    actions.begin_session(
        account=account,
        session_key=store.session_key,
        way=kinds.Way.CODE,
        at=clock.now(),
        label="安卓手机 · 微信",
        **more,
    )
    return store.session_key


def alive(key: str) -> bool:
    return Session.objects.filter(session_key=key).exists()


def self_of(account) -> Actor:
    return Actor(account.pk, None, account.display_name)


def refused(call, *args, **kwargs) -> str:
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value.codes[0]


def test_the_first_log_in_activates(person):
    account = person()
    with clock.standing(date(2018, 6, 1)):
        log_in(account)
    with clock.standing(date(2018, 7, 1)):
        log_in(account)
    account.refresh_from_db()
    assert account.activated_at.astimezone(clock.SHANGHAI).date() == date(2018, 6, 1)
    assert account.last_login.astimezone(clock.SHANGHAI).date() == date(2018, 7, 1)
    cut = datetime(2018, 7, 1, tzinfo=clock.SHANGHAI)
    assert queries.activated_ids([account.pk], by=cut) == {account.pk}
    assert queries.activated_ids([account.pk], by=cut - timedelta(days=40)) == set()


def test_members_may_be_in_at_several_places_staff_at_one(person):
    member, staff = person(), person("钱市级", "19900000002", requires_second_factor=True)
    keys = [log_in(member), log_in(member)]
    assert all(map(alive, keys)) and queries.devices(member).count() == 2
    first, second = log_in(staff, factor="totp"), log_in(staff, factor="totp")
    assert not alive(first) and alive(second)
    assert DeviceSession.objects.get(account=staff, ended_at__isnull=False).ended_how == kinds.Ended.NEWER


def test_a_device_is_ended_by_its_owner_only(person):
    owner, other = person(), person("李梅", "19900000002")
    key = log_in(owner)
    device = queries.devices(owner).get()
    with pytest.raises(Hidden):
        actions.end_device(account=other, device_id=device.pk, at=clock.now())
    assert alive(key)
    actions.end_device(account=owner, device_id=device.pk, at=clock.now())
    assert not alive(key)
    assert [line.label_zh for line in journal.timeline(owner)] == ["退出登录", "登录"]
    with pytest.raises(Hidden):
        actions.end_device(account=owner, device_id=device.pk, at=clock.now())


def test_log_out_takes_the_row_away(person):
    account = person()
    key = log_in(account)
    actions.end_session(session_key=key, how=kinds.Ended.LOGOUT, at=clock.now())
    assert not alive(key) and queries.devices(account).count() == 0


def test_consent_is_to_a_version_and_word_for_word(person):
    account = person()
    notice = queries.current_notice()
    assert queries.needs_consent(account, notice) and len(notice.body) > 500
    assert refused(actions.give_consent, account=account, version="0.9", at=clock.now()) == "notice_changed"
    consent = actions.give_consent(account=account, version=notice.version, at=clock.now())
    assert consent.text_sha256 == notice.sha256 and not queries.needs_consent(account, notice)


def test_a_new_version_asks_again_from_its_day_on(person, officer):
    account = person()
    body = "我们处理您的姓名、手机号，用于会籍管理。" * 10
    with clock.standing(date(2018, 8, 27)):
        actions.give_consent(account=account, version=queries.current_notice().version, at=clock.now())
        call = {
            "version": "2018.2",
            "title": "隐私政策",
            "body": body,
            "in_force_on": date(2018, 9, 1),
            "at": clock.now(),
        }
        with pytest.raises(Forbidden):
            actions.publish_notice(actor=officer(), **call)
        actions.publish_notice(actor=officer(powers.NOTICE), **call)
        assert not queries.needs_consent(account, queries.current_notice())
    with clock.standing(date(2018, 9, 1)):
        assert queries.current_notice().version == "2018.2"
        assert queries.needs_consent(account, queries.current_notice())


def test_taking_consent_back_ends_every_device_and_leaves_the_account(person):
    account = person()
    actions.give_consent(account=account, version=queries.current_notice().version, at=clock.now())
    keys = [log_in(account), log_in(account)]
    actions.withdraw_consent(account=account, actor=self_of(account), at=clock.now())
    assert not any(map(alive, keys))
    account.refresh_from_db()
    assert account.is_active and account.consented_version == ""
    assert Consent.objects.get().withdrawn_at is not None
    again = actions.withdraw_consent
    assert refused(again, account=account, actor=self_of(account), at=clock.now()) == "consent_none"


@pytest.fixture
def lost(person, union, directory):
    """A member of `union` who is logged in somewhere, with a slip in a drawer."""
    account = person("王建国")
    directory.places[union.id] = {account.pk}
    return account


def care(account, union, officer, *held, **more):
    return {"account_id": account.pk, "org": union, "actor": officer(*held, **more), "at": clock.now(), "reason": WHY}


def test_a_lost_phone_is_replaced_by_an_officer(lost, union, officer, directory, told):
    key, round_before = log_in(lost), lost.session_round
    actions.issue_slips(org=union, account_ids=[lost.pk], actor=officer(), at=clock.now())
    actions.reset_phone(phone="199-0000-0009", **care(lost, union, officer))
    lost.refresh_from_db()
    assert str(lost.phone) == "199****0009" and lost.phone_confirmed_at is None
    assert queries.by_phone("19900000009") == [lost] and queries.by_phone("19900000001") == []
    assert not alive(key) and lost.session_round == round_before + 1
    assert Slip.objects.get().cancelled_at is not None
    assert directory.changed == [lost.pk] and told == [((lost.pk,), "login.reset")]
    entry = Entry.objects.get(action="accounts.phone_reset")
    assert entry.payload.note == WHY and "19900000009" not in str(entry.payload.body)


def test_a_lost_factor_is_unbound(lost, union, officer, told):
    assert refused(actions.reset_factor, **care(lost, union, officer)) == "factor_missing"
    SecondFactor.objects.create(account=lost, secret="A" * 32, enrolled_at=clock.real_now())
    key = log_in(lost)
    actions.reset_factor(**care(lost, union, officer))
    assert not queries.has_factor(lost) and not alive(key)


def test_a_closed_account_is_out_at_once(lost, union, officer):
    key = log_in(lost)
    actions.close_account(**care(lost, union, officer))
    assert not alive(key) and queries.account(lost.pk) is None
    assert refused(actions.close_account, **care(lost, union, officer)) == "account_closed"
    actions.reopen_account(**care(lost, union, officer))
    assert queries.account(lost.pk) == lost


CARES = [
    (actions.reset_phone, {"phone": "19900000009"}),
    (actions.reset_factor, {}),
    (actions.end_all_sessions, {}),
    (actions.close_account, {}),
    (actions.reopen_account, {}),
]


@pytest.mark.parametrize(("act", "more"), CARES)
def test_care_is_bound_to_power_place_rank_and_reason(act, more, lost, person, union, officer, directory, told):
    """Each wrong way is refused before anything is touched."""
    before = Account.objects.values().get(pk=lost.pk)
    good = {**care(lost, union, officer), **more}
    with pytest.raises(Forbidden):
        act(**{**good, "actor": officer("members.read")})
    assert refused(act, **{**good, "actor": officer(account_id=lost.pk)}) == "own_account"
    assert refused(act, **{**good, "reason": " "}) == "reason_missing"
    with pytest.raises(Hidden):
        act(**{**good, "account_id": uuid.uuid4()})
    directory.places.clear()
    assert refused(act, **good) == "not_yours"
    directory.places[union.id] = {lost.pk}
    Account.objects.filter(pk=lost.pk).update(requires_second_factor=True)
    assert refused(act, **good) == "needs_security"
    assert Account.objects.values().get(pk=lost.pk) == {**before, "requires_second_factor": True}


def test_a_changed_phone_needs_a_code_from_it(lost, directory, sms):
    asked = actions.ask_code(
        phone="19900000009", purpose=kinds.Purpose.NEW_PHONE, bound_to="s", at=clock.now(), account=lost
    )
    proof = actions.show_code(
        code_id=asked.code_id, purpose=kinds.Purpose.NEW_PHONE, bound_to="s", code=sms[0].code, at=clock.now()
    )
    actions.change_phone(account=lost, proof=proof, actor=self_of(lost), at=clock.now())
    assert queries.by_phone("19900000009") == [lost] and directory.changed == [lost.pk]
    assert lost.phone_confirmed_at is not None
    # a proof of another purpose changes nothing
    LoginCode.objects.update(issued_at=clock.real_now() - timedelta(hours=1))
    asked = actions.ask_code(phone="19900000009", purpose=kinds.Purpose.LOGIN, bound_to="s", at=clock.now())
    proof = actions.show_code(
        code_id=asked.code_id, purpose=kinds.Purpose.LOGIN, bound_to="s", code=sms[1].code, at=clock.now()
    )
    assert refused(actions.change_phone, account=lost, proof=proof, actor=None, at=clock.now()) == "code_spent"


def test_accounts_are_put_in_bulk_as_they_are_saved_singly(person, db):
    single = person("王建国", "19900000001")
    (pk,) = actions.open_accounts(rows=[actions.NewAccount("李梅", "+86 199-0000-0001")], actor=None, at=clock.now())
    bulk = Account.objects.get(pk=pk)
    assert queries.by_phone("19900000001") == [single, bulk]
    assert bulk.phone.open_unlogged() == "19900000001"
    columns = [field.attname for field in Account._meta.concrete_fields]
    same = set(columns) - {"id", "phone", "display_name", "created_at"}
    assert {name: getattr(single, name) for name in same} == {name: getattr(bulk, name) for name in same}


def test_earlier_log_ins_are_adopted_by_the_machine_only(person, officer):
    account, active = person(), person("李梅", "19900000002")
    log_in(active)
    day = datetime(2018, 5, 1, 9, 0, tzinfo=clock.SHANGHAI)
    rows = [(account.pk, day), (active.pk, day)]
    call = {"rows": rows, "at": clock.now(), "note": "原平台导出名单"}
    with pytest.raises(Forbidden):
        actions.adopt_log_ins(actor=officer(), **call)
    assert actions.adopt_log_ins(actor=Actor.system("导入", ["*"]), **call) == 1
    account.refresh_from_db()
    assert account.activated_at == day and account.consented_version == queries.current_notice().version
    assert actions.adopt_log_ins(actor=Actor.system("导入", ["*"]), **call) == 0


def test_the_sweep_takes_what_is_over_and_nothing_else(person, sms):
    account = person()
    key = log_in(account)
    dead = log_in(account)
    Session.objects.filter(session_key=dead).update(expire_date=clock.real_now() - timedelta(seconds=1))
    actions.ask_code(phone="19900000001", purpose=kinds.Purpose.LOGIN, bound_to="s", at=clock.now())
    assert actions.sweep(at=clock.now())["codes"] == 0
    LoginCode.objects.update(issued_at=clock.real_now() - timedelta(days=3))
    done = actions.sweep(at=clock.now())
    assert done["codes"] == 1 and alive(key) and not alive(dead)
    assert [row.session_key for row in queries.devices(account)] == [key]
    assert actions.sweep(at=clock.now())["ended"] == 0


def test_no_log_in_leaves_the_chain_whole(person, sms):
    log_in(person())
    assert journal.verify() == []


def _journal(account) -> list[tuple[str, str]]:
    return [(line.action, line.actor_label) for line in journal.timeline(account)][::-1]


def test_the_journal_names_who_logged_in_and_out_and_nobody_for_what_the_machine_ended(person):
    account = person("童示例")
    key = log_in(account)
    actions.end_session(session_key=key, how=kinds.Ended.LOGOUT, at=clock.now())
    key = log_in(account)
    actions.end_session(session_key=key, how=kinds.Ended.IDLE, at=clock.now())
    assert _journal(account) == [
        ("login.ok", "童示例"), ("login.out", "童示例"), ("login.ok", "童示例"), ("login.out", "系统"),
    ]  # fmt: skip


def test_a_try_that_failed_is_not_laid_to_the_owner(person):
    account = person("童示例")
    with pytest.raises(Refused):
        actions.use_slip(code="AAAA-BBBB-CCCC", at=clock.now())
    with pytest.raises(Refused):
        actions.show_factor(account=account, code="000000", at=clock.now())
    assert _journal(account) == [("login.failed", "未通过验证的人")]
