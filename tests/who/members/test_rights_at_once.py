"""C03: rights follow posts at the next look: granted, ended, expired, moved, covered, lapsed, closed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from gongjia.base import clock
from gongjia.base.refused import Forbidden, Refused
from gongjia.who.members import access, actions, queries
from gongjia.who.members.models import Cover, Membership, Person, Position
from gongjia.who.orgs import actions as org_actions
from tests.who.members.conftest import AT, DAY, id_card, in_role, phone

pytestmark = pytest.mark.django_db


def at_day(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, 30, tzinfo=clock.SHANGHAI)


@pytest.fixture
def people(world):
    def make(name="赵干部"):
        return actions.add_person(
            facts=actions.PersonFacts(name=name, id_kind="id_card", id_no=id_card(), phone=phone()),
            org=world.fed, actor=world.machine, at=AT,
        )  # fmt: skip

    return make


def acting(person: Person, at=AT):
    return access.actor_for(Person.objects.select_related("account").get(pk=person.pk).account, at)


def test_a_post_gives_its_role_from_its_first_day_to_its_last(world, people, django_assert_num_queries):
    person = people()
    post = actions.grant(
        person=person, org=world.lotus, role="officer_township", since=date(2018, 8, 1), until=date(2018, 9, 1),
        actor=world.machine, at=AT,
    )  # fmt: skip
    account = Person.objects.get(pk=person.pk).account
    with django_assert_num_queries(1):
        actor = access.actor_for(account, AT)
    assert (actor.label, actor.person_id) == ("赵干部", person.pk)
    [held] = actor.posts
    assert (held.id, held.role, held.org_name, held.reach) == (post.pk, "officer_township", world.lotus.name, "subtree")
    assert actor.can("members.read", world.firm) and not actor.can("members.read", world.other)
    for day, may in (
        (date(2018, 7, 31), False),
        (date(2018, 8, 1), True),
        (date(2018, 8, 31), True),
        (date(2018, 9, 1), False),
    ):
        assert acting(person, at_day(day)).holds("members.read") is may, day


def test_ending_a_post_takes_effect_on_the_next_look(world, people):
    person = people()
    post = actions.grant(
        person=person, org=world.firm, role="officer_grassroots", since=date(2018, 1, 1), actor=world.machine, at=AT
    )
    assert acting(person).holds("members.read")
    actions.end(position=post, on=DAY, why="工作调动", actor=world.machine, at=AT)
    actor = acting(person)
    assert actor.posts == () and not queries.visible(actor, Membership).exists()


def test_a_closed_account_a_dead_and_a_merged_person_have_no_rights(world, people):
    closed, dead, double, kept = people("甲"), people("乙"), people("丙"), people("丁")
    for person in (closed, dead, double):
        actions.grant(
            person=person, org=world.firm, role="officer_grassroots", since=date(2018, 1, 1), actor=world.machine, at=AT
        )
        assert acting(person).holds("members.read")
    account = Person.objects.get(pk=closed.pk).account
    account.is_active = False
    account.save()
    assert acting(closed).posts == ()
    account_of_dead = Person.objects.get(pk=dead.pk).account
    Person.objects.filter(pk=dead.pk).update(died_on=DAY)
    assert access.actor_for(account_of_dead, AT).posts == ()
    account_of_double = Person.objects.get(pk=double.pk).account
    Person.objects.filter(pk=double.pk).update(merged_into=kept)
    assert access.actor_for(account_of_double, AT).posts == ()


def test_a_union_moved_takes_its_officers_and_members_along_at_once(world, people, join):
    member = join(world.firm).person
    old_township, new_township = people("旧"), people("新")
    for person, org in ((old_township, world.lotus), (new_township, world.yangxi)):
        actions.grant(
            person=person, org=org, role="officer_township", since=date(2018, 1, 1), actor=world.machine, at=AT
        )
    own = people("本")
    actions.grant(
        person=own, org=world.firm, role="chair_grassroots", since=date(2018, 1, 1), actor=world.machine, at=AT
    )
    sees = lambda who: queries.visible(acting(who), Person).filter(pk=member.pk).exists()  # noqa: E731
    assert (sees(old_township), sees(new_township), sees(own)) == (True, False, True)
    actions.move_union(org=world.firm, parent=world.yangxi, on=DAY, actor=world.machine, at=AT)
    assert (sees(old_township), sees(new_township), sees(own)) == (False, True, True)
    assert not acting(old_township).can("members.edit", Membership.objects.get().org)
    assert queries.copies_wrong() == []


def test_a_dissolved_union_gives_no_rights(world, people, paper):
    person = people()
    actions.grant(
        person=person, org=world.school, role="chair_grassroots", since=date(2018, 1, 1), actor=world.machine, at=AT
    )
    assert acting(person).posts
    actions.dissolve_union(
        org=world.school, closed_on=DAY, cause="employer_ended", document="撤〔2018〕1号", attachment=paper,
        actor=world.machine, at=AT,
    )  # fmt: skip
    assert acting(person).posts == ()
    assert Position.objects.get(person=person).until == DAY


def test_industry_reach_begins_and_ends_with_the_guidance(world, people, join):
    member = join(world.school).person
    person = people()
    actions.grant(
        person=person, org=world.edu, role="officer_industry", since=date(2018, 1, 1), actor=world.machine, at=AT
    )
    assert queries.visible(acting(person), Person).filter(pk=member.pk).exists()
    assert acting(person).can("members.edit", world.school) and not acting(person).can("members.edit", world.firm)
    org_actions.guide_by(org=world.school, guide=None, on=DAY, actor=world.machine, at=AT)
    assert not queries.visible(acting(person), Person).filter(pk=member.pk).exists()
    assert not acting(person).can("members.edit", world.school)


def test_cover_is_dated_and_dies_with_the_post(world, people):
    holder, stand_in = people("主席"), people("代理")
    post = actions.grant(
        person=holder, org=world.firm, role="chair_grassroots", since=date(2018, 1, 1), actor=world.machine, at=AT
    )
    me = in_role(world.firm, "chair_grassroots", person=holder)
    cover = actions.cover(
        position=post, stand_in=stand_in, since=DAY, until=date(2018, 9, 3), why="休假", actor=me, at=AT
    )
    actor = acting(stand_in)
    assert actor.posts[0].on_behalf_of == "主席" and actor.can("members.edit", world.firm)
    assert acting(stand_in, at_day(date(2018, 9, 3))).posts == ()
    # who covers appoints nobody: the delegation may not outlive itself
    with pytest.raises(Refused) as why:
        actions.grant(person=people("新人"), org=world.firm, role="officer_grassroots", since=DAY, actor=actor, at=AT)
    assert why.value.codes == ("grant_beyond_own",)
    actions.end(position=post, on=date(2018, 8, 28), why="辞去", actor=me, at=AT)
    assert Cover.objects.get().until == date(2018, 8, 28)
    assert acting(stand_in, at_day(date(2018, 8, 28))).posts == ()
    with pytest.raises(Refused):
        actions.end_cover(cover=cover, on=date(2018, 9, 3), actor=me, at=AT)


def test_an_unconfirmed_post_is_shown_then_lapses_even_before_the_nightly_job(world, people, machine):
    person, keeper = people("久未确认"), people("安全")
    post = actions.grant(
        person=person, org=world.firm, role="chair_grassroots", since=date(2018, 1, 1), actor=world.machine, at=AT
    )
    actions.grant(
        person=keeper, org=world.fed, role="admin_security", since=date(2018, 1, 1), actor=world.machine, at=AT
    )
    township = in_role(world.lotus, "officer_township")
    october = date(2018, 10, 8)
    assert queries.unconfirmed_rows(township, today=DAY) == []
    [row] = queries.unconfirmed_rows(township, today=october)
    assert (row.id, row.due_since, row.lapses_on) == (post.pk, date(2018, 10, 1), date(2019, 3, 30))
    assert acting(person, at_day(date(2019, 3, 29))).posts
    assert acting(person, at_day(date(2019, 3, 30))).posts == ()
    assert acting(keeper, at_day(date(2019, 3, 30))).posts  # must stay to confirm the others
    assert actions.end_overdue(actor=machine, at=at_day(date(2019, 3, 30)))["lapsed"] == 1
    post.refresh_from_db()
    assert post.until == date(2019, 3, 30)
    assert actions.end_overdue(actor=machine, at=at_day(date(2019, 3, 30)))["lapsed"] == 0  # safe to run twice


def test_confirming_is_for_the_union_above_and_never_for_oneself(world, people):
    person = people()
    post = actions.grant(
        person=person, org=world.firm, role="chair_grassroots", since=date(2018, 1, 1), actor=world.machine, at=AT
    )
    later = at_day(date(2018, 10, 8))
    with pytest.raises(Refused):
        actions.confirm(positions=[post], actor=in_role(world.firm, "chair_grassroots", person=person), at=later)
    with pytest.raises(Forbidden):
        actions.confirm(positions=[post], actor=in_role(world.yangxi, "officer_township"), at=later)
    assert actions.confirm(positions=[post], actor=in_role(world.lotus, "officer_township"), at=later) == 1
    assert queries.unconfirmed_rows(in_role(world.lotus, "officer_township"), today=later.date()) == []


def test_nobody_grants_what_they_lack_nor_to_themselves_nor_elsewhere(world, people):
    person, chair = people(), people("主席")
    township = in_role(world.lotus, "officer_township")
    grants = [
        (township, world.firm, "chair_grassroots", person, None),
        (township, world.other, "chair_grassroots", person, Forbidden),  # outside the own subtree
        (township, world.lotus, "officer_township", person, "grant_beyond_own"),  # not even what they hold
        (township, world.fed, "city_publicity", person, Forbidden),
        (in_role(world.fed, "city_publicity"), world.lotus, "officer_township", person, None),
        (in_role(world.firm, "chair_grassroots"), world.firm, "officer_township", person, "grant_beyond_own"),
        (in_role(world.firm, "officer_grassroots"), world.firm, "officer_grassroots", person, Forbidden),
        (
            in_role(world.firm, "chair_grassroots", person=chair),
            world.firm,
            "officer_grassroots",
            chair,
            "grant_to_self",
        ),
        (in_role(world.fed, "admin_security"), world.fed, "finance_maker", people("财务"), None),
        (in_role(world.fed, "city_publicity"), world.fed, "finance_maker", people("财务二"), "grant_beyond_own"),
        (in_role(world.fed, "admin_system"), world.fed, "city_labour", person, Forbidden),
    ]
    for actor, org, role, to, expected in grants:
        call = lambda: actions.grant(person=to, org=org, role=role, since=DAY, actor=actor, at=AT)  # noqa: B023, E731
        if expected is None:
            call()
        elif isinstance(expected, str):
            with pytest.raises(Refused) as why:
                call()
            assert expected in why.value.codes, (role, why.value.codes)
        else:
            with pytest.raises(expected):
                call()


def test_excluding_roles_never_meet_in_one_person(world, people):
    person = people()
    by = {"org": world.fed, "since": DAY, "actor": world.machine, "at": AT}
    actions.grant(person=person, role="finance_maker", **by)
    for role in ("finance_checker", "finance_approver", "auditor", "admin_security"):
        with pytest.raises(Refused) as why:
            actions.grant(person=person, role=role, **by)
        assert why.value.codes == ("roles_exclude",)
    # nor by cover, nor by merging two files
    checker = people("复核")
    post = actions.grant(person=checker, role="finance_checker", **by)
    with pytest.raises(Refused) as why:
        actions.cover(
            position=post, stand_in=person, since=DAY, until=DAY + timedelta(7), why="假", actor=world.machine, at=AT
        )
    assert why.value.codes == ("roles_exclude",)


def test_city_posts_ask_for_a_second_factor_and_release_it(world, people):
    from gongjia.who.accounts.registry import directory

    person = people()
    post = actions.grant(person=person, org=world.fed, role="city_labour", since=DAY, actor=world.machine, at=AT)
    account = Person.objects.get(pk=person.pk).account
    assert account.requires_second_factor and directory().needs_factor(account.pk, AT)
    actions.end(position=post, on=DAY, why="调动", actor=world.machine, at=AT)
    account.refresh_from_db()
    assert not account.requires_second_factor and not directory().needs_factor(account.pk, AT)


def test_a_chair_in_mid_term_is_not_moved_at_will(world, people):
    term = org_actions.elect(
        org=world.firm, number=1, started_on=date(2017, 6, 1), years=5, document="选〔2017〕1号", attachment=world.paper,
        actor=world.machine, at=AT,
    ).term  # fmt: skip
    chair = people("主席")
    post = actions.grant(
        person=chair,
        org=world.firm,
        role="chair_grassroots",
        since=date(2017, 6, 1),
        term=term,
        actor=world.machine,
        at=AT,
    )
    township = in_role(world.lotus, "officer_township")
    with pytest.raises(Refused) as why:
        actions.end(position=post, on=DAY, why="调动", actor=township, at=AT)
    assert why.value.codes == ("chair_in_term",) and "18" in why.value.reasons[0].clause
    actions.end(position=post, on=DAY, why="调动", document="同意〔2018〕5号", actor=township, at=AT)


def test_a_post_is_handed_over_with_what_lies_with_its_holder_by_name(world, people, join):
    old, new = people("老张"), people("小李")
    post = actions.grant(
        person=old, org=world.firm, role="officer_grassroots", since=date(2018, 1, 1), actor=world.machine, at=AT
    )
    member = actions.open_account(person=join(world.firm).person, actor=None, at=AT)
    me = acting(member)
    correction = actions.ask_correction(account=member.account, field="nation", wanted="02", actor=me, at=AT)
    help_ = actions.ask_help(account=member.account, about="card", words="卡打不开", actor=me, at=AT)
    for row in (correction, help_):
        actions.take(row=row, actor=acting(old), at=AT)
    done = actions.hand_over(position=post, to=new, on=DAY, actor=in_role(world.lotus, "officer_township"), at=AT)
    assert done.todos == 2
    for row in (correction, help_):
        row.refresh_from_db()
        assert row.handler_id == new.pk
    assert acting(old).posts == () and acting(new).can("members.settle", world.firm)


def test_negative_control_a_remembered_actor_would_still_have_the_right(world, people):
    """What the tests above would miss if rights were cached: the actor built before the end still can."""
    person = people()
    post = actions.grant(
        person=person, org=world.firm, role="officer_grassroots", since=date(2018, 1, 1), actor=world.machine, at=AT
    )
    cached = acting(person)
    actions.end(position=post, on=DAY, why="调动", actor=world.machine, at=AT)
    assert cached.holds("members.read") and not acting(person).holds("members.read")


def test_a_duty_phone_is_whole_for_the_unions_above_and_masked_for_all_others(world, people):
    person = people()
    actions.grant(person=person, org=world.firm, role="chair_grassroots", since=DAY, actor=world.machine, at=AT)
    whole = Person.objects.get(pk=person.pk).phone.open_unlogged()

    def shown(actor):
        rows = queries.position_rows(actor, today=DAY, role="chair_grassroots")
        return list(queries.duty_phones(actor, rows).values())

    for above in (in_role(world.lotus, "officer_township"), in_role(world.fed, "leader")):
        assert shown(above) == [whole]
    [masked] = shown(in_role(world.firm, "chair_grassroots"))
    assert masked != whole and "****" in masked
    assert shown(in_role(world.yangxi, "officer_township")) == []


def test_an_actor_that_a_request_makes_only_when_asked_grants_like_any_other(world, people):
    from django.utils.functional import SimpleLazyObject

    chair = in_role(world.firm, "chair_grassroots")
    post = actions.grant(
        person=people(),
        org=world.firm,
        role="officer_grassroots",
        since=DAY,
        actor=SimpleLazyObject(lambda: chair),
        at=AT,
    )
    assert post.granted_by_id == chair.person_id
