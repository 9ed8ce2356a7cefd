"""Lists of the register, search, one union's page."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.db.models import Q

from gongjia.base import sheets
from gongjia.base.actor import Actor
from gongjia.who.orgs import actions, queries, rules
from gongjia.who.orgs.models import Org
from tests.who.orgs.conftest import AT, DAY, officer

pytestmark = pytest.mark.django_db


def test_the_register_pages_by_the_tree(tree, django_assert_num_queries):
    actor = officer(tree.fed, "orgs.read")
    with django_assert_num_queries(2):
        first = queries.register(actor, on=DAY, limit=3)
    assert [row.name for row in first] == ["测试市总工会", "莲花镇工会", "甲公司工会委员会"]
    assert (first[2].parent_name, first[2].kind_label, first[2].state_label) == ("莲花镇工会", "单独基层工会", "正常")
    assert first[2].term_label == "未登记届次"
    with django_assert_num_queries(2):
        rest = queries.register(actor, on=DAY, after=first[-1].path)
    assert len(first) + len(rest) == 8
    assert [row.name for row in queries.register(actor, on=DAY, under=tree.yangxi)] == [
        "洋溪街道工会",
        "乙公司工会委员会",
    ]
    assert [row.name for row in queries.register(actor, on=DAY, of_kinds=["industry"])] == ["测试市教育工会"]
    assert queries.register_count(actor) == {
        "federation": 1, "township": 2, "single": 3, "branch": 1, "industry": 1,
    }  # fmt: skip


def test_lists_respect_the_scope(tree):
    actor = officer(tree.yangxi, "orgs.read")
    assert [row.name for row in queries.register(actor, on=DAY, q="公司")] == ["乙公司工会委员会"]
    assert queries.search(actor, "甲公") == []
    assert queries.register_count(actor, q="工会") == {"township": 1, "single": 1}


def test_search_by_two_characters_by_code_and_not_by_nothing(tree, machine):
    assert {row[2] for row in queries.search(machine, "甲公")} == {"甲公司工会委员会", "甲公司一车间分工会"}
    assert {row[2] for row in queries.search(machine, "教")} == {"测试市教育工会"}
    assert {row[2] for row in queries.search(machine, "330182101-")} == {
        "甲公司工会委员会",
        "甲公司一车间分工会",
        "莲花小学工会委员会",
    }
    assert queries.search(machine, "  ") == []
    assert [row[3] for row in queries.search(machine, "小学")] == ["莲花镇工会"]


def test_a_search_of_two_characters_uses_the_index(tree, machine):
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off; set local enable_indexscan = off")
    assert "org_name_keys" in Org.objects.filter(queries.named("甲公")).explain()


def test_every_name_is_found_by_each_of_its_pairs(tree, machine):
    for org in Org.objects.all():
        for at in range(len(org.name) - 1):
            pair = org.name[at : at + 2]
            assert org.name in {row[2] for row in queries.search(machine, pair, limit=50)}, pair
        assert org.name_keys == rules.name_keys(org.name, org.short_name)


def test_one_unions_page(tree, machine, django_assert_num_queries):
    actions.elect(
        org=tree.firm, number=2, years=3, started_on=date(2015, 9, 1), document="1号", attachment=tree.paper,
        actor=machine, at=AT,
    )  # fmt: skip
    with django_assert_num_queries(8):
        page = queries.file_of(tree.firm, DAY)
    assert [org.name for org in page.chain] == ["测试市总工会", "莲花镇工会", "甲公司工会委员会"]
    assert page.children == {"branch": 1}
    assert (page.head_title, page.term_status, page.term.number) == ("主席", "due", 2)
    assert "地址" in page.missing
    assert queries.file_of(tree.edu, DAY).guided == 1


def test_roots_and_codes(tree):
    assert queries.root() == tree.fed
    assert queries.by_code("330182101") == tree.lotus
    assert queries.by_code("none") is None
    assert set(queries.by_codes(["330182", "330182101", "x"])) == {"330182", "330182101"}


def test_two_queries_also_for_fifty_rows(tree, machine, django_assert_num_queries):
    rows = [["工会名称", "组织类型", "上级工会"], *([f"第{n}公司工会", "单独", "莲花镇工会"] for n in range(50))]
    actions.import_sheet(sheets.Sheet("工会", rows), actor=machine, at=AT)
    actor = officer(tree.lotus, "orgs.read")
    with django_assert_num_queries(2):
        assert len(queries.register(actor, on=DAY, limit=50)) == 50
    with django_assert_num_queries(2):
        assert len(queries.desk(actor, tree.lotus, on=DAY)) == 53


def test_a_system_actors_reach_may_stand_in_an_or_and_be_negated(tree, machine):
    """An empty Q() vanishes from an OR: what stood beside it would be all that is left."""
    whole, one = queries.within(machine, "orgs.read"), Q(pk=tree.firm.pk)
    everything = set(Org.objects.values_list("pk", flat=True))
    for condition in (whole | one, one | whole, whole & ~queries.NOTHING, ~(~whole)):
        assert set(Org.objects.filter(condition).values_list("pk", flat=True)) == everything
    assert not Org.objects.filter(~whole).exists()
    assert whole, "an empty condition would be lost"
    nothing = queries.within(Actor.system("测试", ["orgs.edit"]), "orgs.read")
    assert list(Org.objects.filter(nothing | one)) == [tree.firm]
    # the control: with the empty condition the OR keeps one row of all
    assert list(Org.objects.filter(Q() | one)) == [tree.firm]
