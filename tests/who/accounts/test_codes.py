"""Codes: what is sent, what opens, and that guessing does not."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F

from gongjia.base import clock, journal, secret
from gongjia.base.journal.models import Entry
from gongjia.base.refused import Refused
from gongjia.who.accounts import actions, kinds, rules
from gongjia.who.accounts.actions import brakes
from gongjia.who.accounts.models import Account, Brake, LoginCode

PHONE = "19900000001"


def ask(phone=PHONE, purpose=kinds.Purpose.LOGIN, bound_to="session", **more):
    return actions.ask_code(phone=phone, purpose=purpose, bound_to=bound_to, at=clock.now(), **more)


def show(asked, code, bound_to="session", purpose=kinds.Purpose.LOGIN, **more):
    return actions.show_code(
        code_id=asked.code_id, purpose=purpose, bound_to=bound_to, code=code, at=clock.now(), **more
    )


def age(**shift):
    """Let time pass for the codes already sent."""
    back = timedelta(**shift)
    LoginCode.objects.update(issued_at=F("issued_at") - back, expires_at=F("expires_at") - back)


def refused(call, *args, **kwargs) -> str:
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value.codes[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_code_that_was_sent_opens(person, sms):
    account = person()
    asked = ask("+86 199 0000 0001")
    assert asked.masked == "199****0001"
    (sent,) = sms
    assert (sent.phone, sent.template, len(sent.code)) == (PHONE, "login.code", 6)
    proof = show(asked, sent.code)
    assert actions.accounts_behind(proof=proof, at=clock.now()) == [account]
    account.refresh_from_db()
    assert account.phone_confirmed_at is not None


def test_a_code_typed_full_width_or_spaced_opens(person, sms):
    person()
    asked = ask()
    digits = sms[0].code.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    assert show(asked, f" {digits[:3]} {digits[3:]} ")


def test_a_code_opens_once(person, sms):
    person()
    asked = ask()
    show(asked, sms[0].code)
    assert refused(show, asked, sms[0].code) == "code_spent"


def test_a_code_lives_five_minutes(person, sms):
    person()
    asked = ask()
    age(minutes=5)
    assert refused(show, asked, sms[0].code) == "code_spent"
    # the control: a moment earlier it opens
    LoginCode.objects.update(expires_at=clock.real_now() + timedelta(seconds=30))
    assert show(asked, sms[0].code)


def test_five_tries_then_also_the_right_code_is_spent(person, sms):
    person()
    asked = ask()
    answers = [refused(show, asked, wrong(sms[0].code)) for _ in range(5)]
    assert answers == ["code_wrong"] * 4 + ["code_spent"]
    assert refused(show, asked, sms[0].code) == "code_spent"


def test_control_without_counting_tries_the_right_code_would_open(person, sms):
    person()
    asked = ask()
    for _ in range(5):
        refused(show, asked, wrong(sms[0].code))
        LoginCode.objects.update(tries=0)
    assert show(asked, sms[0].code)


def test_a_code_belongs_to_one_session(person, sms):
    person()
    asked = ask()
    assert refused(show, asked, sms[0].code, bound_to="another session") == "code_spent"
    assert LoginCode.objects.get().tries == 0  # a stranger does not use up the owner's tries
    assert show(asked, sms[0].code)


def test_a_code_belongs_to_one_purpose(person, sms):
    account = person()
    asked = ask("19900000009", kinds.Purpose.NEW_PHONE, account=account)
    assert refused(show, asked, sms[0].code) == "code_spent"
    assert show(asked, sms[0].code, purpose=kinds.Purpose.NEW_PHONE)


def test_only_a_keyed_digest_of_the_code_is_kept(person, sms):
    person()
    asked = ask()
    with connection.cursor() as cursor:
        cursor.execute("select l::text from accounts_logincode l")
        row = cursor.fetchone()[0]
    assert sms[0].code not in row and PHONE not in row
    digest = bytes(LoginCode.objects.get().code_mac)
    # without the key the million possible codes do not lead to the digest
    import hashlib

    guess = f"login_code\0{asked.code_id}:{sms[0].code}".encode()
    assert hashlib.sha256(guess).digest() not in digest
    assert secret.mac_ok("token", "login_code", f"{asked.code_id}:{sms[0].code}", digest)
    show(asked, sms[0].code)
    assert not LoginCode.objects.get().phone  # the number goes with the code


def test_one_a_minute_and_five_a_day_to_one_number(person, sms):
    person()
    ask()
    assert refused(ask) == "code_too_soon"
    for _ in range(4):
        age(minutes=1)
        ask(bound_to="whoever asks")
    age(minutes=1)
    assert refused(ask) == "code_too_many"
    assert len(sms) == 5
    ask("19900000002")  # another number is not braked
    age(hours=24)
    ask()


def test_an_unknown_phone_gets_the_same_answers_and_no_message(person, sms):
    """The whole course of known and unknown numbers, compared answer by answer."""
    person()
    courses = []
    for phone in (PHONE, "19900000077"):
        course = []
        asked = ask(phone)
        course.append((type(asked), asked.masked[:3], refused_words(ask, phone)))
        course += [refused_words(show, asked, "abcdef") for _ in range(6)]
        for _ in range(4):
            age(minutes=1)
            ask(phone)
        age(minutes=1)
        course.append(refused_words(ask, phone))
        courses.append(course)
    assert courses[0] == courses[1]
    assert {sent.phone for sent in sms} == {PHONE}


def refused_words(call, *args):
    with pytest.raises(Refused) as caught:
        call(*args)
    return [
        (reason.code, reason.sentence.translate({ord(c): "n" for c in "0123456789"})) for reason in caught.value.reasons
    ]


def test_an_unknown_phones_code_cannot_be_guessed_open(db, sms, monkeypatch):
    """Even the right guess of the code that was never sent opens nothing."""
    import secrets

    monkeypatch.setattr(secrets, "randbelow", lambda most: 123456)
    asked = ask("19900000077")
    assert refused(show, asked, "123456") == "code_wrong"
    assert sms == []


def test_a_closed_account_is_an_unknown_one(person, sms):
    person(is_active=False)
    ask()
    assert sms == []


def test_a_person_on_file_without_an_account_gets_one(directory, sms, db):
    directory.waiting[PHONE] = ["王建国"]
    asked = ask()
    assert Account.objects.count() == 0  # asking opens nothing
    proof = show(asked, sms[0].code)
    (account,) = actions.accounts_behind(proof=proof, at=clock.now())
    assert account.display_name == "王建国" and str(account.phone) == "199****0001"


def test_two_persons_share_a_phone(person, sms):
    first, second = person("王建国"), person("李梅")
    proof = show(ask(), sms[0].code)
    assert actions.accounts_behind(proof=proof, at=clock.now()) == [first, second]
    first.refresh_from_db()
    assert first.phone_confirmed_at is None  # whose it is was not said yet


def test_another_code_goes_to_the_number_of_this_session(person, sms):
    person()
    asked = ask()
    age(minutes=1)
    again = actions.ask_code_again(code_id=asked.code_id, bound_to="session", at=clock.now())
    assert [sent.phone for sent in sms] == [PHONE, PHONE]
    assert show(again, sms[1].code)
    age(minutes=1)
    call = actions.ask_code_again
    assert refused(call, code_id=asked.code_id, bound_to="not mine", at=clock.now()) == "code_spent"


def test_failures_are_journalled_without_the_number(person, sms):
    account = person()
    asked = ask()
    refused(show, asked, wrong(sms[0].code))
    entry = Entry.objects.get(stream="logins")
    assert entry.action == "login.failed"
    assert [line.note for line in journal.timeline(account)] == ["login code_wrong"]
    assert entry.payload.body == {}


def test_a_thousand_guesses_on_one_number_open_nothing(person, sms, monkeypatch):
    """As often as the limits let one ask, with every try used: 25 guesses a day of a million."""
    person()
    looked_at = 0
    for guess in range(1000):
        try:
            asked = ask(bound_to=str(guess))
        except Refused:
            continue
        for at in range(20):
            code = f"{(int(sms[-1].code) + 1 + at) % 1_000_000:06d}"
            if refused(show, asked, code, bound_to=str(guess)) == "code_wrong":
                looked_at += 1
        age(minutes=1)
    assert len(sms) == 5 and looked_at == 5 * 4  # the fifth wrong try is answered "spent"


def test_brakes_count_before_they_look(db, person, sms):
    rule = rules.BrakeRule("test", 3, timedelta(hours=1), timedelta(seconds=30), timedelta(minutes=1), 4)
    brakes.admit(rule, "10.0.0.1", at=clock.now())
    brakes.admit(rule, "10.0.0.1", at=clock.now())
    brakes.admit(rule, "10.0.0.1", at=clock.now())  # admitted, and the next must wait
    assert refused(brakes.admit, rule, "10.0.0.1", at=clock.now()) == "wait"
    brakes.admit(rule, "10.0.0.2", at=clock.now())
    # a delay, not a lock: after it one more try is let in, and it raises the alarm
    Brake.objects.update(wait_until=clock.real_now())
    brakes.admit(rule, "10.0.0.1", at=clock.now())
    assert Entry.objects.filter(action="login.alarm").count() == 1
    assert not Brake.objects.filter(whom__contains=b"10.0.0").exists()
    brakes.release(rule, "10.0.0.1")
    brakes.admit(rule, "10.0.0.1", at=clock.now())


def test_the_network_is_braked_over_many_numbers(person, sms):
    free = rules.ASK_NETWORK.free
    rows = [ask(f"199{n:08d}", network="10.0.0.1") for n in range(free)]
    assert len(rows) == free
    assert refused(ask, "19900011111", network="10.0.0.1") == "wait"
    ask("19900011111", network="10.0.0.2")


@pytest.mark.django_db(transaction=True)
def test_twenty_requests_at_once_send_one_message(person, sms):
    """The limit holds for requests that do not see each other yet."""
    person()
    answers: list[str] = []

    def one():
        try:
            ask()
            answers.append("sent")
        except Refused as no:
            answers.append(no.codes[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(20)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(answers) == ["code_too_soon"] * 19 + ["sent"]
    assert len(sms) == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_guesses_at_once_are_five_tries(person, sms):
    person()
    asked = ask()
    codes = [wrong(sms[0].code)] * 49 + [sms[0].code]
    answers: list[str] = []

    def one(code):
        try:
            show(asked, code)
            answers.append("open")
        except Refused as no:
            answers.append(no.codes[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(code,)) for code in codes]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert answers.count("code_wrong") <= 4
    assert answers.count("open") <= 1
