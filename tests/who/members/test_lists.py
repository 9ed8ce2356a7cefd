"""The list of members: order, paging at any depth, filters, search, and one query whatever the page."""

from __future__ import annotations

from datetime import date

import pytest

from gongjia.who.members import actions, queries
from gongjia.who.members.kinds import ChangeReason
from gongjia.who.members.models import Membership
from tests.who.members.conftest import AT, DAY, in_role

pytestmark = pytest.mark.django_db
F = queries.MemberFilter


@pytest.fixture
def crowd(world, join):
    names = ["王建国", "李建军", "赵小红", "钱多多", "孙悟", "周瑜", "吴用", "郑成功", "单建国"]
    spells = [
        join(org, name, on=date(2018, 1, 1 + n)) for n, name in enumerate(names) for org in (world.firm, world.school)
    ]
    spells += [join(world.other, "王建国")]
    return spells


def names_of(page):
    return [row.name for row in page.rows]


def test_paging_forth_and_back_meets_every_row_once_in_order(world, crowd):
    actor = in_role(world.lotus, "officer_township")
    seen, cursor, pages = [], "", []
    while True:
        page = queries.member_rows(actor, cursor=cursor, limit=5)
        pages.append(page)
        seen += [row.membership_id for row in page.rows]
        assert page.first == len(seen) - len(page.rows) + 1
        if not page.next:
            break
        cursor = page.next
    wanted = list(
        Membership.objects.filter(org__in=[world.firm, world.school])
        .order_by("org_path", "pk")
        .values_list("pk", flat=True)
    )
    assert seen == wanted
    back = queries.member_rows(actor, cursor=pages[-1].back, limit=5)
    assert back.rows == pages[-2].rows and back.first == pages[-2].first
    first = queries.member_rows(actor, cursor=back.back, limit=5)
    first = queries.member_rows(actor, cursor=first.back, limit=5) if first.back else first
    assert first.rows == pages[0].rows and first.back == ""


@pytest.mark.parametrize(
    "cursor", ["", "x", "n.AAAA", "n.' or 1=1.0.1", "n..zz.1", "b.0001.00000000000000000000000000000000.5"]
)
def test_a_cursor_somebody_made_up_does_no_harm(world, crowd, cursor):
    page = queries.member_rows(in_role(world.firm, "chair_grassroots"), cursor=cursor, limit=50)
    assert all(row.org_id == world.firm.pk for row in page.rows)


def test_the_number_of_queries_does_not_depend_on_the_rows(world, join, django_assert_num_queries):
    actor = in_role(world.lotus, "officer_township")
    join(world.firm)
    with django_assert_num_queries(1):
        queries.member_rows(actor)
    for n in range(12):
        join(world.firm, f"人{n}")
    with django_assert_num_queries(1):
        assert len(queries.member_rows(actor, org=world.lotus, filters=F(text="人")).rows) == 12
    with django_assert_num_queries(1):
        assert queries.member_total(actor) == (13, True)
    assert queries.member_total(actor, most=5) == (5, False)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("王建国", {"王建国"}),
        ("建国", {"王建国", "单建国"}),
        ("wjg", {"王建国"}),
        ("sjg", {"单建国"}),
        ("jg", {"王建国", "单建国"}),
        ("shanjianguo", {"单建国"}),
        ("建", {"王建国", "李建军", "单建国"}),
        ("郑成功", {"郑成功"}),
        ("没有", set()),
        ("%", set()),
        ("w", set()),
    ],
)
def test_search_by_pieces_of_the_name(world, crowd, text, wanted):
    actor = in_role(world.lotus, "officer_township")
    page = queries.member_rows(actor, org=world.lotus, filters=F(text=text), limit=200)
    assert set(names_of(page)) == wanted
    assert all(row.org_id != world.other.pk for row in page.rows)


def test_search_by_an_exact_number_stays_in_scope(world, crowd):
    mine, foreign = crowd[0].person, crowd[-1].person
    actor = in_role(world.lotus, "officer_township")
    for text in (mine.id_no.open_unlogged(), mine.phone.open_unlogged(), mine.card_serial):
        assert F(text=text).is_exact
        assert [row.person_id for row in queries.member_rows(actor, filters=F(text=text)).rows] == [mine.pk]
    for text in (foreign.id_no.open_unlogged(), foreign.phone.open_unlogged(), foreign.card_serial):
        assert queries.member_rows(actor, filters=F(text=text)).rows == []
    # no number is confirmed digit by digit
    assert queries.member_rows(actor, filters=F(text=mine.id_no.open_unlogged()[:-1])).rows == []
    assert not F(text="建国").is_exact


def test_rows_carry_masks_only(world, crowd):
    [row, *_] = queries.member_rows(in_role(world.firm, "chair_grassroots")).rows
    assert str(row.id_no).startswith("330***") and "****" in str(row.phone)
    assert crowd[0].person.id_no.open_unlogged() not in repr(row)


def test_filters(world, join):
    actor = in_role(world.fed, "city_publicity")
    woman = join(world.firm, "女一", woman=True)
    rural = join(world.firm, "农一", is_rural_worker=True, employment="1")
    bare = join(world.firm, "无机", with_phone=False)
    kept, gone = join(world.firm, "保留"), join(world.firm, "走了")
    actions.retain(person=kept.person, reason=ChangeReason.RETIREMENT, on=DAY, actor=world.machine, at=AT)
    actions.leave(person=gone.person, on=DAY, reason="5", own_word=True, actor=world.machine, at=AT)
    listed = lambda **filters: set(names_of(queries.member_rows(actor, filters=F(**filters))))  # noqa: E731
    assert listed() == {"女一", "农一", "无机"}
    assert listed(status="retained") == {"保留"} and listed(status="left") == {"走了"}
    assert listed(status="all") == {"女一", "农一", "无机", "保留", "走了"}
    assert listed(sex="2") == {woman.person.name} and listed(rural=True) == {rural.person.name}
    assert listed(missing="phone") == {bare.person.name} and listed(missing="nonsense") == set()
    assert listed(activated=True) == set() and listed(activated=False) == {"女一", "农一", "无机"}
    assert listed(employment="1") == {"农一"} and listed(trade="any") == set()
    assert listed(joined_from=date(2018, 1, 15), joined_to=date(2018, 1, 16)) == {"女一", "农一", "无机"}
    assert listed(joined_from=date(2018, 1, 16)) == set()
    assert listed(status="left", text="走") == {"走了"}


def test_only_here_leaves_out_what_lies_below(world, join):
    join(world.firm, "本部"), join(world.workshop, "车间")
    actor = in_role(world.firm, "chair_grassroots")
    assert set(names_of(queries.member_rows(actor, org=world.firm))) == {"本部", "车间"}
    assert names_of(queries.member_rows(actor, org=world.firm, only_here=True)) == ["本部"]


def test_gaps_counts_and_officers_in_a_fixed_number_of_queries(world, join, django_assert_num_queries):
    chair = join(world.firm, "主席").person
    actions.grant(person=chair, org=world.firm, role="chair_grassroots", since=DAY, actor=world.machine, at=AT)
    join(world.firm, "甲", with_phone=False)
    join(world.school, "乙")
    township = in_role(world.lotus, "officer_township")
    with django_assert_num_queries(1):
        gaps = queries.gaps_by_org(township)
    assert (gaps[world.firm.pk].members, gaps[world.firm.pk].no_phone, gaps[world.school.pk].no_phone) == (2, 1, 0)
    with django_assert_num_queries(1):
        rows = queries.counts_on(DAY)
    assert {row.org_id: row.active for row in rows} == {world.firm.pk: 2, world.school.pk: 1}
    with django_assert_num_queries(2):
        officers = queries.officers_of([world.firm.pk, world.school.pk], DAY)
    assert [row.person_name for row in officers[world.firm.pk]] == ["主席"] and world.school.pk not in officers
    assert queries.gaps_by_org(in_role(world.other, "chair_grassroots")) == {}


def test_the_page_of_a_person_takes_the_same_queries_for_a_short_and_a_long_life(
    world, join, django_assert_num_queries
):
    actor = in_role(world.firm, "chair_grassroots")
    spell = join(world.firm, on=date(2017, 1, 1))
    with django_assert_num_queries(2):
        queries.person_page(actor, spell.person_id)
    for n in range(3):
        actions.retain(person=spell.person, reason="3", on=date(2018, 1 + 2 * n, 1), actor=world.machine, at=AT)
        actions.resume(person=spell.person, on=date(2018, 2 + 2 * n, 1), actor=world.machine, at=AT)
    with django_assert_num_queries(2):
        page = queries.person_page(actor, spell.person_id)
    assert len(page.changes) == 7 and page.standing == "active"
