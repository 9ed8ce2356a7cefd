"""Reporting upward: the template as data, what was told, what changed since."""

from __future__ import annotations

import io
from datetime import date

import pytest

from gongjia.base import sheets
from gongjia.base.refused import Refused
from gongjia.who.orgs import actions, queries
from gongjia.who.orgs.models import Org, UpwardMark
from gongjia.who.orgs.rules import upward
from tests.who.orgs.conftest import AT, officer

TEMPLATE = """{"key": "t", "title": "表", "of": "orgs.org", "sheet": "表", "match": "编码", "match_fact": "code",
"number": "编号", "only": {"state": ["active"]}, "columns": [
{"title": "编码", "fact": "code"}, {"title": "编号", "fact": "upper_no"}, {"title": "类型", "fact": "kind",
"codes": {"single": "1"}, "other": "9"}, {"title": "日期", "fact": "on", "shape": "yyyymmdd"},
{"title": "法人", "fact": "legal", "shape": "yes_no"}, {"title": "省", "fixed": "浙江"},
{"title": "必填", "fact": "must", "required": true}]}"""


def test_a_template_is_data():
    template = upward.load(TEMPLATE)
    row = upward.cells(template, {"code": "1", "kind": "single", "on": date(2018, 3, 1), "legal": False, "must": 0})
    assert row == ["1", "", "1", "20180301", "否", "浙江", "0"]
    assert upward.cells(template, {"kind": "joint"})[2] == "9"
    assert upward.gaps(template, upward.cells(template, {})) == ["必填"]
    assert upward.wanted(template, {"state": "active"})
    assert not upward.wanted(template, {"state": "merged"})
    assert template.facts == {"code", "upper_no", "kind", "on", "legal", "must", "state"}


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"shape": "yes_no"', '"shape": "binary"', "unknown shape"),
        ('"title": "省"', '"title": "编码"', "twice"),
        ('"fixed": "浙江"', '"fix": "浙江"', "unknown"),
    ],
)
def test_a_wrong_template_is_named(old, new, problem):
    with pytest.raises(ValueError, match=problem):
        upward.load(TEMPLATE.replace(old, new))


@pytest.mark.django_db
def test_the_shipped_example_knows_only_facts_we_have(tree, machine):
    facts = queries.org_facts([tree.firm.pk], machine)[tree.firm.pk]
    assert queries.orgs_template().facts <= set(facts)


@pytest.mark.django_db
def test_not_sent_sent_changed(tree, machine, django_assert_num_queries):
    def states():
        return {row.name: row.state_label for row in queries.upward_list(machine)}

    assert set(states().values()) == {"未报"}
    sending = actions.send_orgs(actor=machine, at=AT)
    assert (sending.sent, sending.held_back) == (8, 0)
    book = sheets.read(sending.content, "上报.xlsx").sheets[0].rows
    assert len(book) == 9
    assert book[0][0] == "本级工会编码"
    assert set(states().values()) == {"已报"}
    with pytest.raises(Refused) as refused:
        actions.send_orgs(actor=machine, at=AT)
    assert refused.value.codes == ("nothing_to_send",)
    actions.edit(org=tree.firm, changes={"address": "新路1号"}, actor=machine, at=AT)
    assert {name for name, state in states().items() if state == "报后有变化"} == {"甲公司工会委员会"}
    assert actions.send_orgs(actor=machine, at=AT).sent == 1
    assert set(states().values()) == {"已报"}
    with django_assert_num_queries(2):
        queries.upward_list(machine)


@pytest.mark.django_db
def test_the_upper_number_is_kept_and_is_no_change(tree, machine):
    actions.send_orgs(actor=machine, at=AT)
    back = io.BytesIO()
    sheets.write(
        back,
        [
            sheets.SheetOut(
                "回执",
                [sheets.Column("本级工会编码", text=True), sheets.Column("上级系统编号", text=True)],
                [[tree.firm.code, "G0001"], ["330199-9999", "G0002"], [tree.school.code, ""]],
            )
        ],
    )
    assert actions.take_org_numbers(back.getvalue(), name="回执.xlsx", actor=machine, at=AT) == (1, ["330199-9999"])
    assert Org.objects.get(pk=tree.firm.pk).upper_no == "G0001"
    assert {row.state for row in queries.upward_list(machine)} == {queries.Sent.SENT}


@pytest.mark.django_db
def test_only_what_the_power_reaches_goes_up(tree, machine):
    actor = officer(tree.lotus, "orgs.read", "orgs.upward")
    assert {row.name for row in queries.upward_list(actor)} == {
        "莲花镇工会", "甲公司工会委员会", "甲公司一车间分工会", "莲花小学工会委员会",
    }  # fmt: skip
    assert actions.set_upper_numbers(numbers={tree.other.pk: "X"}, actor=actor, at=AT) == 0
    assert queries.upward_list(officer(tree.lotus, "orgs.read")) == []


@pytest.mark.django_db
def test_no_fact_can_be_read_from_a_mark(tree, machine):
    actions.edit(org=tree.firm, changes={"head_name": "某某某"}, actor=machine, at=AT)
    actions.send_orgs(actor=machine, at=AT)
    assert all(len(mark.digest) == 32 for mark in UpwardMark.objects.all())
