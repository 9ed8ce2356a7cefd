"""Rules of membership: facts in, reasons out, no database. Each reason once, each edge of a number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from gongjia.base.refused import Reason
from gongjia.who.members import rules
from gongjia.who.members.kinds import ChangeReason

DAY = date(2018, 8, 27)
ORG = rules.OrgFacts("甲公司工会", founded_on=date(2015, 3, 1))


def codes(reasons: list[Reason]) -> set[str]:
    for reason in reasons:
        assert reason.sentence.endswith(("。", "？")), reason
        assert reason.code and reason.cure, reason
    return {reason.code for reason in reasons}


ADMIT = rules.AdmitFacts(on=DAY, today=DAY, org=ORG, name="王小明", born_on=date(1990, 1, 1))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, set()),
        ({"name": " "}, {"name_missing"}),
        ({"has_identity": False}, {"id_missing"}),
        ({"born_on": None}, {"born_on_missing"}),
        ({"born_on": date(2019, 1, 1)}, {"date_impossible"}),
        ({"born_on": date(2002, 8, 28)}, {"too_young"}),  # sixteen tomorrow
        ({"born_on": date(2002, 8, 27)}, set()),  # sixteen today: 以上 includes the number
        ({"already_active": True}, {"already_member"}),
        ({"already_retained": True}, {"membership_retained"}),
        ({"died": True}, {"person_died"}),
        ({"merged": True}, {"person_merged"}),
        ({"last_left_on": date(2018, 8, 28)}, {"before_last_end"}),
        ({"last_left_on": DAY}, set()),
        ({"trade": "x", "trade_known": False}, {"code_unknown"}),
        ({"on": date(2018, 8, 28)}, {"date_in_future"}),
        ({"org": replace(ORG, active=False)}, {"org_not_active"}),
        ({"org": replace(ORG, takes_members=False)}, {"org_takes_no_members"}),
        ({"on": date(2015, 2, 28)}, {"before_founding"}),
        ({"faults": (Reason("id_check_digit", "不对。", cure="核对"),)}, {"id_check_digit"}),
    ],
)
def test_may_admit(changes, expected):
    assert codes(rules.may_admit(replace(ADMIT, **changes))) == expected


def test_admission_names_the_other_union_only_when_it_may():
    told = rules.may_admit(replace(ADMIT, already_active=True, member_of="乙公司工会"))
    untold = rules.may_admit(replace(ADMIT, already_active=True))
    assert "乙公司工会" in told[0].sentence
    assert "乙公司工会" not in untold[0].sentence and untold[0].fact == ""


TRANSFER = rules.TransferFacts(on=DAY, today=DAY, person_name="王小明", to_org=ORG, spell_since=date(2017, 1, 1))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, set()),
        ({"open_here": False}, {"not_here"}),
        ({"same_union": True}, {"same_union"}),
        ({"other_open": True}, {"transfer_open"}),
        ({"reason": ChangeReason.OWN_WISH.value}, {"code_unknown"}),
        ({"retire_kept": True}, {"retired_kept"}),
        ({"died": True}, {"person_died"}),
        ({"merged": True}, {"person_merged"}),
        ({"on": date(2018, 8, 28)}, {"date_in_future"}),
        ({"to_org": replace(ORG, active=False)}, {"org_not_active"}),
        ({"to_org": replace(ORG, takes_members=False)}, {"org_takes_no_members"}),
    ],
)
def test_may_hand_over_and_take_over(changes, expected):
    facts = replace(TRANSFER, **changes)
    assert codes(rules.may_hand_over(facts)) == expected
    assert codes(rules.may_take_over(facts)) == expected


def test_taking_over_before_the_spell_began():
    assert codes(rules.may_take_over(replace(TRANSFER, on=date(2016, 12, 31)))) == {"before_spell"}
    assert rules.may_take_over(replace(TRANSFER, on=date(2017, 1, 1))) == []


RETAIN = rules.RetainFacts(
    on=DAY, today=DAY, standing="active", spell_since=date(2017, 1, 1), reason=ChangeReason.RETIREMENT.value
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, set()),
        ({"reason": ChangeReason.UNEMPLOYED.value}, set()),
        ({"reason": ChangeReason.ARMY.value}, set()),
        ({"reason": ChangeReason.BANKRUPT.value}, set()),
        ({"reason": ChangeReason.LAID_OFF.value}, {"laid_off_no_change"}),
        ({"reason": ChangeReason.LABOUR_RELATION.value}, {"retain_reason"}),
        ({"reason": ""}, {"retain_reason"}),
        ({"standing": None}, {"no_membership"}),
        ({"standing": "retained"}, {"already_retained"}),
        ({"transfer_open": True}, {"transfer_open"}),
        ({"on": date(2016, 12, 31)}, {"before_spell"}),
        ({"on": date(2018, 8, 28)}, {"date_in_future"}),
        ({"died": True}, {"person_died"}),
        ({"merged": True}, {"person_merged"}),
    ],
)
def test_may_retain(changes, expected):
    assert codes(rules.may_retain(replace(RETAIN, **changes))) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"reason": ChangeReason.UNEMPLOYED.value}, set()),
        ({"reason": ChangeReason.ARMY.value}, set()),
        ({"reason": ChangeReason.RETIREMENT.value}, {"retired_kept"}),
        ({"reason": ChangeReason.UNEMPLOYED.value, "standing": "active"}, {"already_active"}),
        ({"reason": ChangeReason.UNEMPLOYED.value, "standing": None}, {"no_membership"}),
        ({"reason": ChangeReason.UNEMPLOYED.value, "org_active": False}, {"org_not_active"}),
        ({"reason": ChangeReason.UNION_DISSOLVED.value, "org_takes_members": False}, {"org_takes_no_members"}),
        ({"reason": ChangeReason.ARMY.value, "died": True}, {"person_died"}),
    ],
)
def test_may_resume(changes, expected):
    assert codes(rules.may_resume(replace(RETAIN, standing=changes.pop("standing", "retained"), **changes))) == expected


LEAVE = rules.LeaveFacts(on=DAY, today=DAY, standing="active", spell_since=date(2017, 1, 1), own_word=True)
SIX = replace(
    LEAVE, reason=ChangeReason.SIX_MONTHS.value, own_word=False, months_without_dues=6, months_without_meetings=6,
    was_talked_to=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (LEAVE, set()),
        (replace(LEAVE, own_word=False), {"own_word_missing"}),
        (replace(LEAVE, reason=ChangeReason.LABOUR_RELATION.value), {"leave_reason"}),
        (replace(LEAVE, standing="retained"), set()),
        (replace(LEAVE, standing=None), {"no_membership"}),
        (replace(LEAVE, transfer_open=True), {"transfer_open"}),
        (SIX, set()),
        # all three, never one alone (ZC08 6)
        (replace(SIX, months_without_dues=5), {"dues_months"}),
        (replace(SIX, months_without_meetings=5), {"meeting_months"}),
        (replace(SIX, was_talked_to=False), {"not_talked_to"}),
        (replace(SIX, months_without_dues=0, months_without_meetings=0, was_talked_to=False),
         {"dues_months", "meeting_months", "not_talked_to"}),
    ],
)  # fmt: skip
def test_may_leave(facts, expected):
    assert codes(rules.may_leave(facts)) == expected


EXPEL = rules.ExpelFacts(
    on=DAY, today=DAY, standing="active", spell_since=date(2017, 1, 1), document="决〔2018〕3号", clause="章程第七条",
    has_paper=True, group_agreed=True, convicted=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, set()),
        ({"convicted": False}, {"not_convicted"}),
        ({"group_agreed": False}, {"group_missing"}),
        ({"document": " "}, {"document_missing"}),
        ({"clause": ""}, {"clause_missing"}),
        ({"has_paper": False}, {"paper_missing"}),
        ({"standing": None}, {"no_membership"}),
        ({"transfer_open": True}, {"transfer_open"}),
    ],
)
def test_may_expel(changes, expected):
    assert codes(rules.may_expel(replace(EXPEL, **changes))) == expected


@pytest.mark.parametrize(("wage", "fee"), [(567890, 2835), (999, 0), (1000, 5), (1999, 5), (0, 0), (1_000_000, 5000)])
def test_dues(wage, fee):
    """Appendix C: 5 678.90 -> 28.35; 9.99 -> 0."""
    assert rules.dues(wage) == fee
    assert rules.dues(wage, retained=True) == 0


def test_dues_of_a_negative_wage():
    with pytest.raises(ValueError, match="negative"):
        rules.dues(-1)


def test_merging_two_files():
    assert rules.may_merge(rules.MergeFacts(words="核对过身份证")) == []
    assert codes(rules.may_merge(rules.MergeFacts())) == {"words_missing"}
    bad = rules.MergeFacts(same=True, kept_merged=True, two_cards=True, roles_clash=True, words="x")
    assert codes(rules.may_merge(bad)) == {"same_person", "person_merged", "two_identities", "roles_exclude"}


def test_answers_say_why():
    assert rules.says_why(rules.AnswerFacts("已核对")) == []
    assert codes(rules.says_why(rules.AnswerFacts("  "))) == {"words_missing"}
    assert codes(rules.says_why(None)) == {"words_missing"}
    assert codes(rules.may_settle(rules.SettleFacts(merged=True))) == {"person_merged"}


# -- identity -------------------------------------------------------------------------------------
def test_identity_faults():
    assert rules.identity_faults("id_card", "330100199001010014"[:17] + "4", DAY) is not None
    assert codes(rules.identity_faults("", "330100199001010116", DAY)) == {"code_unknown"}
    assert rules.identity_faults("id_card", "330100199001010116", DAY) == []
    assert codes(rules.identity_faults("id_card", "330100199001010117", DAY)) == {"id_check_digit"}
    assert codes(rules.identity_faults("id_card", "3.30182E+17", DAY)) == {"id_damaged"}


def test_swapped_neighbours_are_named_without_the_number():
    right = "330100199001010116"
    wrong = right[:10] + right[11] + right[10] + right[12:]
    [reason] = rules.identity_faults("id_card", wrong, DAY)
    assert reason.code in ("id_check_digit", "date_impossible")
    assert right not in reason.sentence and wrong not in reason.sentence


def test_phone_faults():
    assert rules.phone_faults("19900001234") == []
    assert codes(rules.phone_faults("1990000123")) == {"phone_bad"}


# -- names ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("单建国", "shanjianguo", "sjg"),
        ("曾小红", "zengxiaohong", "zxh"),
        ("解放", "xiefang", "xf"),
        ("仇和", "qiuhe", "qh"),
        ("区大海", "oudahai", "odh"),
        ("查良", "zhaliang", "zl"),
        ("欧阳小明", "ouyangxiaoming", "oyxm"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("买买提·艾力", "maimaitiaili", "mmtal"),
        ("John Smith", "johnsmith", "js"),
    ],
)
def test_latin_of(name, full, initials):
    assert rules.latin_of(name) == (full, initials)


@pytest.mark.parametrize(
    "typed",
    ["王", "建国", "王建", "王建国", "wjg", "wj", "jg", "wangjianguo", "jianguo", "WJG", "王 建国", "wang jian guo"],
)
def test_a_name_is_found_by_its_pieces(typed):
    keys = set(rules.keys_of("王建国"))
    wanted = rules.search_keys(typed)
    assert wanted and set(wanted) <= keys


@pytest.mark.parametrize("typed", ["王国", "李", "w", "12", "%", "", "  ", "gj"])
def test_a_name_is_not_found_by_other_text(typed):
    wanted = rules.search_keys(typed)
    assert not wanted or not set(wanted) <= set(rules.keys_of("王建国"))


def test_long_names_are_found_by_any_four_characters():
    keys = set(rules.keys_of("买买提·艾力"))
    assert set(rules.search_keys("买提艾力")) <= keys
    assert not set(rules.search_keys("买提力艾")) <= keys


# -- card -----------------------------------------------------------------------------------------
def test_card_serial():
    from gongjia.base.models import uuid7

    serials = [rules.card_serial(uuid7()) for _ in range(2000)]
    assert len(set(serials)) == 2000
    one = serials[0]
    assert rules.read_serial(rules.show_serial(one).lower()) == one
    assert rules.read_serial(one.replace("1", "I").replace("0", "O")) == one
    for at in range(2, 15):  # any one wrong character is caught
        other = "2" if one[at] != "2" else "3"
        assert rules.read_serial(one[:at] + other + one[at + 1 :]) == ""
    assert rules.read_serial("330100199001010116") == ""


# -- standing -------------------------------------------------------------------------------------
STANDING = rules.StandingFacts(
    today=DAY, org_name="甲公司工会", standing="active", since=date(2017, 1, 1), joined_on=date(2017, 1, 1),
    born_on=date(1990, 1, 1), has_identity=True, has_phone=True, phone_ok=True, desk="甲公司工会",
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "failed"),
    [
        ({}, set()),
        ({"standing": None, "left_on": date(2018, 1, 1), "left_how": "退会"}, {"membership"}),
        ({"standing": "retained"}, {"active"}),
        ({"org_active": False}, {"union"}),
        ({"has_identity": False}, {"identity"}),
        ({"born_on": None}, {"age"}),
        ({"has_phone": False}, {"phone"}),
        ({"transfer_to": "乙公司工会", "transfer_since": DAY}, {"transfer"}),
        ({"open_corrections": 2}, {"corrections"}),
    ],
)
def test_standing_says_which_rule_failed_and_who_can_cure_it(changes, failed):
    checks = rules.standing_checks(replace(STANDING, **changes))
    assert {check.code for check in checks if not check.ok} == failed
    assert all(check.cure for check in checks if not check.ok)
    assert all(check.fact for check in checks)
