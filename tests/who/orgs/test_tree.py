"""The tree: paths, closure with history, moves, what a power reaches."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from gongjia.base import journal
from gongjia.base.refused import Forbidden, Hidden, Refused
from gongjia.who.orgs import actions, queries
from gongjia.who.orgs.models import Org, OrgClosure
from tests.who.orgs.conftest import AT, officer

pytestmark = pytest.mark.django_db


def names(rows) -> list[str]:
    return [row.name for row in rows]


def line_pairs(on=None):
    return set(
        OrgClosure.objects.filter(queries.in_force(on), via="line").values_list("ancestor_id", "descendant_id", "depth")
    )


def assert_tree_holds():
    """Closure and paths as the parents tell them."""
    orgs = {org.pk: org for org in Org.objects.all()}
    pairs = set()
    for org in orgs.values():
        above, depth = org, 0
        while above is not None:
            pairs.add((above.pk, org.pk, depth))
            above, depth = orgs.get(above.parent_id), depth + 1
        assert len(org.path) == 4 * (org.level + 1)
        if org.parent_id:
            assert org.path[:-4] == orgs[org.parent_id].path
    assert line_pairs() == pairs


def test_paths_are_a_pre_order_key(tree):
    assert_tree_holds()
    assert names(queries.subtree(tree.fed)) == [
        "测试市总工会", "莲花镇工会", "甲公司工会委员会", "甲公司一车间分工会", "莲花小学工会委员会",
        "洋溪街道工会", "乙公司工会委员会", "测试市教育工会",
    ]  # fmt: skip
    assert [tree.firm.code, tree.edu.code, tree.workshop.code] == ["330182101-0001", "330182-K01", "330182101-0001-01"]


def test_a_move_rewrites_paths_and_keeps_the_old_tree(tree, machine, paper):
    moved = actions.place_under(org=tree.firm, parent=tree.yangxi, on=date(2018, 7, 1), actor=machine, at=AT)
    assert_tree_holds()
    assert Org.objects.get(pk=tree.workshop.pk).path.startswith(moved.new_path)
    assert not Org.objects.filter(queries.range_of(moved.old_path)).exists()
    # the tree of June has the firm where it was, the tree of July where it is
    june, july = date(2018, 6, 30), date(2018, 7, 1)
    assert names(queries.subtree(tree.lotus, june)) == [
        "莲花镇工会",
        "莲花小学工会委员会",
        "甲公司工会委员会",
        "甲公司一车间分工会",
    ]
    assert names(queries.subtree(tree.lotus, july)) == ["莲花镇工会", "莲花小学工会委员会"]
    assert set(names(queries.subtree(tree.yangxi, july))) == {
        "洋溪街道工会",
        "乙公司工会委员会",
        "甲公司工会委员会",
        "甲公司一车间分工会",
    }
    assert names(queries.children_of(tree.lotus, june)) == ["莲花小学工会委员会", "甲公司工会委员会"]
    assert names(queries.chain_of(tree.workshop, june)) == [
        "测试市总工会",
        "莲花镇工会",
        "甲公司工会委员会",
        "甲公司一车间分工会",
    ]
    entry = journal.timeline(tree.firm)[0]
    assert entry.label_zh == "调整隶属关系"


def test_tree_on_a_day_is_in_order_and_complete(tree, machine, django_assert_num_queries):
    actions.place_under(org=tree.firm, parent=tree.yangxi, on=date(2018, 7, 1), actor=machine, at=AT)
    with django_assert_num_queries(3):
        rows = queries.tree_on(date(2018, 6, 30))
    by_id = {row.id: row for row in rows}
    assert by_id[tree.firm.pk].parent_id == tree.lotus.pk
    assert by_id[tree.workshop.pk].level == 3
    assert rows[0].id == tree.fed.pk
    seen = set()
    for row in rows:  # parents first
        assert row.parent_id is None or row.parent_id in seen
        seen.add(row.id)
    assert {row.id for row in queries.tree_on(date(2015, 2, 28))} == {tree.fed.pk}


def test_moving_to_and_fro_leaves_a_whole_history(tree, machine):
    for parent, day in (
        (tree.yangxi, date(2018, 3, 1)),
        (tree.lotus, date(2018, 4, 1)),
        (tree.yangxi, date(2018, 5, 1)),
    ):
        actions.place_under(org=tree.firm, parent=parent, on=day, actor=machine, at=AT)
        assert_tree_holds()
    for day, parent in (
        (date(2018, 2, 28), tree.lotus),
        (date(2018, 3, 1), tree.yangxi),
        (date(2018, 4, 15), tree.lotus),
        (date(2018, 8, 27), tree.yangxi),
    ):
        above = [org.pk for org in queries.chain_of(tree.workshop, day)]
        assert above == [tree.fed.pk, parent.pk, tree.firm.pk, tree.workshop.pk], day
    with pytest.raises(Refused) as refused:
        actions.place_under(org=tree.firm, parent=tree.lotus, on=date(2018, 4, 30), actor=machine, at=AT)
    assert refused.value.codes == ("moved_before_last",)


def test_a_union_founded_below_after_the_day_of_a_backdated_move(tree, machine, paper):
    late = actions.found(
        parent=tree.firm, kind="group", name="二班小组", founded_on=date(2018, 8, 1), document="甲工1号",
        attachment=paper, actor=machine, at=AT,
    ).org  # fmt: skip
    actions.place_under(org=tree.firm, parent=tree.yangxi, on=date(2018, 7, 1), actor=machine, at=AT)
    assert_tree_holds()
    assert late.pk not in {org.pk for org in queries.subtree(tree.yangxi, date(2018, 7, 31))}
    assert late.pk in {org.pk for org in queries.subtree(tree.yangxi, date(2018, 8, 1))}


@pytest.mark.parametrize(
    ("org", "parent", "code"),
    [
        ("lotus", "firm", "parent_kind_wrong"),
        ("firm", "lotus", "parent_same"),
        ("workshop", "lotus", "parent_kind_wrong"),
    ],
)
def test_moves_that_are_refused(tree, machine, org, parent, code):
    with pytest.raises(Refused) as refused:
        actions.place_under(
            org=getattr(tree, org), parent=getattr(tree, parent), on=date(2018, 7, 1), actor=machine, at=AT
        )
    assert code in refused.value.codes
    assert_tree_holds()


def test_nothing_moves_below_itself(tree, machine, paper):
    below = actions.found(
        parent=tree.firm, kind="single", name="甲子公司工会", founded_on=date(2018, 1, 1), document="甲工2号",
        attachment=paper, actor=machine, at=AT,
    ).org  # fmt: skip
    with pytest.raises(Refused) as refused:
        actions.place_under(org=tree.firm, parent=below, on=date(2018, 7, 1), actor=machine, at=AT)
    assert "parent_inside" in refused.value.codes


def test_a_township_officer_does_not_move_a_union_away(tree):
    mover = officer(tree.lotus, "orgs.read", "orgs.move")
    with pytest.raises(Forbidden):
        actions.place_under(org=tree.firm, parent=tree.yangxi, on=date(2018, 7, 1), actor=mover, at=AT)


# industry -------------------------------------------------------------------------------------------


def industry_pairs(on=None):
    found = OrgClosure.objects.filter(queries.in_force(on), via="industry")
    return set(found.values_list("ancestor__name", "descendant__name"))


def test_an_industry_parent_reaches_what_lies_below(tree, machine, paper):
    assert industry_pairs() == {("测试市教育工会", "莲花小学工会委员会")}
    actions.found(
        parent=tree.school, kind="group", name="语文组", founded_on=date(2018, 5, 1), document="1号", attachment=paper,
        actor=machine, at=AT,
    )  # fmt: skip
    assert ("测试市教育工会", "语文组") in industry_pairs()
    actions.guide_by(org=tree.school, guide=None, on=date(2018, 6, 1), actor=machine, at=AT)
    assert industry_pairs() == set()
    assert industry_pairs(date(2018, 5, 31)) == {
        ("测试市教育工会", "莲花小学工会委员会"),
        ("测试市教育工会", "语文组"),
    }


def test_industry_reach_never_sums(tree):
    assert tree.school.pk not in {org.pk for org in queries.subtree(tree.edu)}
    assert tree.school.pk not in {org.pk for org in queries.subtree(tree.edu, date(2018, 6, 30))}
    assert names(queries.guided_by(tree.edu)) == ["莲花小学工会委员会"]


def test_a_guide_of_a_guide_reaches_too_and_circles_are_refused(tree, machine, paper):
    by = {"document": "2号", "attachment": paper, "actor": machine, "at": AT, "founded_on": date(2018, 1, 1)}
    science = actions.found(parent=tree.fed, kind="industry", name="科教文卫工会", **by).org
    actions.guide_by(org=tree.edu, guide=science, on=date(2018, 2, 1), actor=machine, at=AT)
    assert ("科教文卫工会", "莲花小学工会委员会") in industry_pairs()
    with pytest.raises(Refused) as refused:
        actions.guide_by(org=science, guide=tree.edu, on=date(2018, 3, 1), actor=machine, at=AT)
    assert "guide_circle" in refused.value.codes
    with pytest.raises(Refused) as refused:
        actions.guide_by(org=tree.firm, guide=tree.lotus, on=date(2018, 3, 1), actor=machine, at=AT)
    assert "guide_kind_wrong" in refused.value.codes


def test_a_move_takes_the_guidance_along(tree, machine):
    actions.guide_by(org=tree.firm, guide=tree.edu, on=date(2018, 2, 1), actor=machine, at=AT)
    assert ("测试市教育工会", "甲公司一车间分工会") in industry_pairs()
    actions.place_under(org=tree.firm, parent=tree.yangxi, on=date(2018, 7, 1), actor=machine, at=AT)
    assert ("测试市教育工会", "甲公司一车间分工会") in industry_pairs()
    assert ("测试市教育工会", "甲公司一车间分工会") in industry_pairs(date(2018, 3, 1))


# reach ------------------------------------------------------------------------------------------------


def seen_by(actor) -> set[str]:
    return set(names(queries.visible(actor)))


def test_what_each_reach_sees(tree):
    assert seen_by(officer(tree.firm, "orgs.read", reach="own")) == {"甲公司工会委员会"}
    assert seen_by(officer(tree.firm, "orgs.read")) == {"甲公司工会委员会", "甲公司一车间分工会"}
    assert seen_by(officer(tree.edu, "orgs.read", reach="industry")) == {"测试市教育工会", "莲花小学工会委员会"}
    assert seen_by(officer(tree.lotus, "orgs.edit")) == set()
    assert len(seen_by(officer(tree.fed, "orgs.read"))) == 8


def test_reach_agrees_with_the_actor(tree):
    """`visible` and `Actor.can` are two ways to one answer."""
    for place in (tree.fed, tree.lotus, tree.firm, tree.edu):
        for reach in ("own", "subtree", "industry"):
            actor = officer(place, "orgs.read", reach=reach)
            seen = set(queries.visible(actor).values_list("pk", flat=True))
            assert seen == {org.pk for org in Org.objects.all() if actor.can("orgs.read", org)}, (place, reach)


def test_several_posts_add_up(tree):
    first = officer(tree.firm, "orgs.read", reach="own")
    second = officer(tree.edu, "orgs.read", reach="industry")
    both = type(first)(first.account_id, first.person_id, "两职", first.posts + second.posts, guides=queries.guides)
    assert seen_by(both) == {"甲公司工会委员会", "测试市教育工会", "莲花小学工会委员会"}


def test_own_inside_a_subtree_does_not_narrow_it(tree):
    wide, narrow = officer(tree.lotus, "orgs.read"), officer(tree.lotus, "orgs.read", reach="own")
    for posts in (wide.posts + narrow.posts, narrow.posts + wide.posts):
        both = type(wide)(wide.account_id, wide.person_id, "两职", posts, guides=queries.guides)
        assert tree.firm.name in seen_by(both)


def test_foreign_is_none(tree):
    actor = officer(tree.lotus, "orgs.read")
    assert queries.get(actor, tree.firm.code) == tree.firm
    for key in (tree.other.code, tree.other.pk, "330182101-9999"):
        with pytest.raises(Hidden):
            queries.get(actor, key)
    with pytest.raises(Forbidden):
        queries.get(actor, tree.firm.pk, "orgs.close")


def test_the_range_of_a_subtree_uses_the_index(tree):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
    plan = Org.objects.filter(queries.within(officer(tree.lotus, "orgs.read"), "orgs.read")).explain()
    assert "Index" in plan
    assert "Filter" not in plan


def test_the_database_keeps_one_parent_line_at_a_time(tree):
    with pytest.raises(IntegrityError), transaction.atomic():
        OrgClosure.objects.create(ancestor=tree.lotus, descendant=tree.firm, depth=1, via="line", since=AT.date())
