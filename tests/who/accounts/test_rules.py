"""Pure decisions of log-in: every reason, no rows."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from gongjia.who.accounts import kinds, rules

NOW = datetime(2018, 8, 27, 9, 0)
LATER = NOW + timedelta(minutes=5)


def codes(reasons) -> list[str]:
    return [reason.code for reason in reasons]


@pytest.mark.parametrize("phone", ["19900000001", "13800138000"])
def test_a_mobile_number_is_one(phone):
    assert rules.phone_reasons(phone) == []


@pytest.mark.parametrize("phone", ["", "1990000000", "199000000011", "12900000001", "0571-6471", "1990000000a"])
def test_what_is_no_mobile_number(phone):
    assert codes(rules.phone_reasons(phone)) == ["phone_bad"]


def test_one_code_a_minute_and_five_a_day():
    assert rules.sending_reasons(last_sent=None, sent_today=0, now=NOW) == []
    just = NOW - timedelta(seconds=18)
    (reason,) = rules.sending_reasons(last_sent=just, sent_today=1, now=NOW)
    assert (reason.code, reason.fact) == ("code_too_soon", "42")
    minute = NOW - timedelta(minutes=1)
    assert rules.sending_reasons(last_sent=minute, sent_today=4, now=NOW) == []
    (reason,) = rules.sending_reasons(last_sent=minute, sent_today=5, now=NOW)
    assert reason.code == "code_too_many" and "登录条" in reason.cure


def right(**changes):
    facts = {"found": True, "bound": True, "used": False, "expires_at": LATER, "tries": 1, "right": True, "now": NOW}
    return rules.code_reasons(**{**facts, **changes})


def test_a_right_code_opens_also_at_the_fifth_try():
    assert right() == []
    assert right(tries=5) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"found": False},
        {"bound": False},
        {"used": True},
        {"tries": 6},
        {"expires_at": NOW},  # half-open: at its end it is over
        {"expires_at": None},
    ],
)
def test_a_right_code_that_opens_nothing(changes):
    assert codes(right(**changes)) == ["code_spent"]


def test_wrong_codes_say_how_many_tries_are_left():
    assert [right(right=False, tries=tries)[0].sentence for tries in (1, 4)] == [
        "验证码不对，还可以再试 4 次。",
        "验证码不对，还可以再试 1 次。",
    ]
    assert codes(right(right=False, tries=5)) == ["code_spent"]


def test_a_slip_is_read_as_people_type_it():
    assert rules.clean_slip(" 7k3m-9qrt x2wd ") == "7K3M9QRTX2WD"
    assert rules.show_slip("7K3M9QRTX2WD") == "7K3M-9QRT-X2WD"


def slip(**changes):
    facts = {"found": True, "used": False, "cancelled": False, "expires_at": LATER, "now": NOW}
    return rules.slip_reasons(**{**facts, **changes})


def test_every_bad_slip_gets_the_same_answer():
    assert slip() == []
    answers = [
        slip(found=False, expires_at=None),
        slip(used=True),
        slip(cancelled=True),
        slip(expires_at=NOW),
    ]
    assert {tuple(answer) for answer in answers} == {tuple(answers[0])} and codes(answers[0]) == ["slip_bad"]


def test_a_brake_delays_and_never_locks():
    rule = rules.BrakeRule("x", 3, timedelta(hours=1), timedelta(seconds=10), timedelta(minutes=1), 99)
    assert [rule.wait(tries).total_seconds() for tries in (1, 2, 3, 4, 5, 6, 7, 500)] == [0, 0, 10, 20, 40, 60, 60, 60]


def test_waiting_is_told_in_words_a_person_uses():
    rule = rules.SLIP_DEVICE
    assert "请 31 秒后" in rules.wait_reason(rule, timedelta(seconds=30.2)).sentence
    assert "请 5 分钟后" in rules.wait_reason(rule, timedelta(seconds=241)).sentence


@pytest.mark.parametrize(
    ("staff", "shown", "age", "quiet", "how"),
    [
        (False, False, 60, 29 * 60, ""),
        (False, False, 60, 30 * 60, kinds.Ended.IDLE),
        (True, True, 60, 14 * 60, ""),
        (True, True, 60, 15 * 60, kinds.Ended.IDLE),
        (False, False, 12 * 3600, 0, kinds.Ended.ABSOLUTE),
        (True, True, 8 * 3600, 0, kinds.Ended.ABSOLUTE),
        (False, False, 8 * 3600, 0, ""),
        (True, False, 0, 0, kinds.Ended.FACTOR),
    ],
)
def test_limits_of_a_session(staff, shown, age, quiet, how):
    now = 1_000_000.0
    assert rules.session_over(staff=staff, factor_shown=shown, started=now - age, seen=now - quiet, now=now) == how


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["王建国", "李梅"], ["王*", "李*"]),
        (["王建国", "王爱民"], ["王*国", "王*民"]),
        (["王建国", "王爱国"], ["王建国", "王爱国"]),
        (["王梅", "王梅"], ["王梅", "王梅"]),
        (["欧阳建国"], ["欧*"]),
    ],
)
def test_names_show_no_more_than_tells_them_apart(names, shown):
    assert rules.masked_names(names) == shown


def care(**changes):
    facts = {"own": False, "within": True, "staff": False, "may_staff": False, "reason": "本人持身份证到场"}
    return codes(rules.care_reasons(rules.CareFacts(**{**facts, **changes})))


def test_whose_account_an_officer_may_care_for():
    assert care() == []
    assert care(own=True) == ["own_account"]
    assert care(within=False) == ["not_yours"]
    assert care(staff=True) == ["needs_security"]
    assert care(staff=True, may_staff=True) == []
    assert care(reason="  ") == ["reason_missing"]
    assert care(reason="", needs_reason=False) == []


def test_a_privacy_notice_has_a_new_name_a_text_and_a_day_to_come():
    today = date(2018, 8, 27)
    body = "我们处理您的姓名和手机号。" * 20

    def check(**changes):
        facts = {"version": "2018.2", "known": ["1.0"], "body": body, "in_force_on": today, "today": today}
        return codes(rules.notice_reasons(**{**facts, **changes}))

    assert check() == []
    assert check(version="v2") == ["version_bad"]
    assert check(known=["2018.2"]) == ["version_taken"]
    assert check(body="同意") == ["body_short"]
    assert check(in_force_on=date(2018, 8, 26)) == ["date_past"]
