"""Rules of posts: who may grant what, exclusions, cover, the quarterly confirmation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest

from gongjia.who.members import registry, rules
from gongjia.who.members.kinds import Role

DAY = date(2018, 8, 27)
CHAIR = Role("chair", "主席", "subtree", ("a", "b"), grants=("officer",))
OFFICER = Role("officer", "干部", "subtree", ("a", "c"))
MAKER = Role("maker", "制单", "subtree", ("m",), excludes=("checker",), federation_only=True)
CHECKER = Role("checker", "复核", "subtree", ("k",))
ROLES = {role.key: role for role in (CHAIR, OFFICER, MAKER, CHECKER)}

GRANT = rules.GrantFacts(
    role=OFFICER, roles=ROLES, org_name="甲公司工会", org_active=True, org_is_root=False, since=DAY, until=None,
    to_self=False, granter_grants_here=frozenset({"officer"}),
)  # fmt: skip


def codes(reasons):
    assert all(reason.cure for reason in reasons)
    return {reason.code for reason in reasons}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, set()),
        ({"to_self": True}, {"grant_to_self"}),
        ({"granter_grants_here": frozenset()}, {"grant_beyond_own"}),
        ({"granter_grants_here": frozenset({"*"})}, set()),
        ({"granter_grants_here": frozenset({"other"})}, {"grant_beyond_own"}),
        ({"granter_grants_here": frozenset(), "system": True}, set()),
        ({"person_alive": False}, {"person_died"}),
        ({"person_merged": True}, {"person_merged"}),
        ({"org_active": False}, {"org_not_active"}),
        ({"until": DAY}, {"dates_order"}),
        ({"held_same_here": True}, {"post_held"}),
        ({"role": MAKER, "system": True}, {"role_only_at_root"}),
        ({"role": MAKER, "system": True, "org_is_root": True}, set()),
        # the exclusion holds from either side, wherever the other post is
        ({"role": MAKER, "system": True, "org_is_root": True, "held_roles": frozenset({"checker"})}, {"roles_exclude"}),
        ({"role": CHECKER, "system": True, "held_roles": frozenset({"maker"})}, {"roles_exclude"}),
        ({"held_roles": frozenset({"chair", "gone"})}, set()),
    ],
)
def test_may_grant(changes, expected):
    assert codes(rules.may_grant(replace(GRANT, **changes))) == expected


COVER = rules.CoverFacts(
    since=DAY, until=date(2018, 9, 27), position_since=date(2018, 1, 1), position_until=None, to_holder=False,
    to_self=False, role=MAKER, roles=ROLES,
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, set()),
        ({"until": DAY}, {"dates_order"}),
        ({"until": date(2018, 11, 27)}, set()),
        ({"until": date(2018, 11, 28)}, {"cover_too_long"}),
        ({"since": date(2017, 12, 31), "until": date(2018, 1, 31)}, {"cover_outside_post"}),
        ({"position_until": date(2018, 9, 1)}, {"cover_outside_post"}),
        ({"to_holder": True}, {"cover_by_holder"}),
        ({"to_self": True}, {"grant_to_self"}),
        ({"stand_in_alive": False}, {"person_died"}),
        ({"held_roles": frozenset({"checker"})}, {"roles_exclude"}),
    ],
)
def test_may_cover(changes, expected):
    assert codes(rules.may_cover(replace(COVER, **changes))) == expected


END = rules.EndFacts(on=DAY, since=date(2018, 1, 1), words="工作调动")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, set()),
        ({"ended": True}, {"post_ended"}),
        ({"on": date(2017, 12, 31)}, {"dates_order"}),
        ({"words": ""}, {"words_missing"}),
        ({"chair_in_term": True}, {"chair_in_term"}),
        ({"chair_in_term": True, "document": "同意〔2018〕1号"}, set()),
        ({"chair_in_term": True, "resigns": True}, set()),
    ],
)
def test_may_end(changes, expected):
    assert codes(rules.may_end(replace(END, **changes))) == expected


@pytest.mark.parametrize(
    ("confirmed", "day", "due"),
    [
        (date(2018, 7, 1), date(2018, 9, 30), None),
        (date(2018, 7, 1), date(2018, 10, 1), date(2018, 10, 1)),
        (date(2018, 6, 30), date(2018, 7, 1), date(2018, 7, 1)),
        (date(2018, 12, 31), date(2019, 1, 1), date(2019, 1, 1)),
        (date(2018, 2, 14), date(2018, 3, 31), None),
    ],
)
def test_confirmation_is_due_each_quarter(confirmed, day, due):
    assert rules.confirmation_due_since(confirmed, day) == due


def test_a_post_lapses_half_a_year_after_its_confirmation_was_due():
    assert rules.lapses_on(date(2018, 7, 1)) == date(2019, 3, 30)
    assert rules.lapses_on(date(2018, 9, 30)) == date(2019, 3, 30)


# -- the page of roles -------------------------------------------------------------------------------
def test_the_page_of_roles_is_sound():
    assert registry.check_roles() == []


def test_three_administrators_exclude_each_other_and_all_business():
    roles = registry.roles()
    three = ("admin_system", "admin_security", "admin_audit")
    for one, other in permutations(three, 2):
        assert other in roles[one].excludes
    for one in three:
        for role in roles.values():
            if role.key in three or role.key.endswith("_grassroots"):
                continue
            assert role.key in roles[one].excludes and one in role.excludes, (one, role.key)


def test_maker_checker_approver_and_auditor_are_four_people():
    roles = registry.roles()
    four = ("finance_maker", "finance_checker", "finance_approver", "auditor")
    for one, other in permutations(four, 2):
        assert other in roles[one].excludes or one in roles[other].excludes


def test_administrators_read_no_members_and_grant_nothing_to_themselves():
    roles = registry.roles()
    for key in ("admin_system", "admin_security", "admin_audit"):
        assert not {power for power in roles[key].powers if power.startswith("members.") and power != "members.trades"}
    assert "journal.read" not in roles["admin_security"].powers
    assert roles["admin_system"].grants == () == roles["admin_audit"].grants


def test_negative_control_a_role_with_an_unknown_power_is_found(settings, monkeypatch):
    from gongjia.who.members import kinds

    bad = kinds.Role("bad", "坏", "subtree", ("members.fly", "nowhere.x"), excludes=("ghost",))
    monkeypatch.setattr(registry, "roles", lambda: {"bad": bad})
    monkeypatch.setattr(registry, "import_string", lambda name: (bad,))
    found = [message.msg for message in registry.check_roles()]
    assert any("members.fly" in text for text in found)
    assert any("ghost" in text for text in found)


def test_negative_control_a_role_that_grants_more_than_it_holds_is_found(monkeypatch):
    from gongjia.who.members import kinds

    greedy = kinds.Role("greedy", "贪", "subtree", ("members.read",), grants=("rich", "*"))
    rich = kinds.Role("rich", "富", "subtree", ("members.read", "members.edit"))
    monkeypatch.setattr(registry, "roles", lambda: {"greedy": greedy, "rich": rich})
    monkeypatch.setattr(registry, "import_string", lambda name: (greedy, rich))
    assert {message.id for message in registry.check_roles()} == {"gongjia.E106", "gongjia.E107"}
