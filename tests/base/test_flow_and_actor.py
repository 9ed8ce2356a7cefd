"""Moves, powers and refusals: pure, no database."""

from dataclasses import dataclass
from uuid import uuid4

import pytest

from gongjia.base.actor import Actor, Post
from gongjia.base.flow import Flow, Move
from gongjia.base.refused import Forbidden, Reason, Refused, refuse_if
from gongjia.base.registry import Registry


@dataclass(frozen=True)
class Place:
    id: object
    path: str


CITY, TOWN, UNION = Place(uuid4(), "0001"), Place(uuid4(), "00010001"), Place(uuid4(), "000100010003")
OTHER_TOWN = Place(uuid4(), "00010002")
INDUSTRY = Place(uuid4(), "00010009")


def post_at(place, reach, *powers):
    return Post(uuid4(), "r", "角色", place.id, "某工会", place.path, reach, frozenset(powers))


def actor(*posts, guides=lambda root, org: False):
    return Actor(uuid4(), uuid4(), "测试", posts, guides=guides)


@pytest.mark.parametrize(
    ("post_place", "reach", "where", "may"),
    [
        (TOWN, "subtree", TOWN, True),
        (TOWN, "subtree", UNION, True),
        (TOWN, "subtree", OTHER_TOWN, False),
        (TOWN, "subtree", CITY, False),
        (TOWN, "own", TOWN, True),
        (TOWN, "own", UNION, False),
        (INDUSTRY, "industry", UNION, False),
    ],
)
def test_a_power_reaches_as_far_as_its_post(post_place, reach, where, may):
    one = actor(post_at(post_place, reach, "x.do"))
    assert one.can("x.do", where) is may
    assert not one.can("x.other", where)


def test_an_industry_post_reaches_the_unions_it_guides():
    one = actor(post_at(INDUSTRY, "industry", "x.do"), guides=lambda root, org: (root, org) == (INDUSTRY.id, UNION.id))
    assert one.can("x.do", UNION)
    assert not one.can("x.do", TOWN)


def test_must_raises_forbidden_and_names_the_power():
    with pytest.raises(Forbidden) as caught:
        actor().must("x.do", TOWN)
    assert caught.value.power == "x.do"


def test_a_system_actor_holds_only_the_named_powers():
    one = Actor.system("定时任务", ["x.do"])
    assert one.can("x.do", UNION) and not one.can("x.other", UNION)
    assert Actor.system("本机", ["*"]).can("x.other", UNION)


def no_evidence(facts):
    return [] if facts["evidence"] else [Reason("evidence_missing", "缺少批准文件。")]


FLOW = Flow(
    "thing",
    "事项",
    "draft",
    {"draft": "草稿", "open": "已提交", "closed": "已办结"},
    (
        Move("submit", "draft", "open", "x.submit", no_evidence, "提交"),
        Move("close", ("draft", "open"), "closed", "x.close"),
    ),
)


def test_a_move_from_another_state_says_so():
    (reason,) = FLOW.check("submit", "closed", {"evidence": True})
    assert reason.code == "state_not_allowed" and "已办结" in reason.sentence


def test_the_guard_gives_its_reasons():
    assert [reason.code for reason in FLOW.check("submit", "draft", {"evidence": False})] == ["evidence_missing"]
    assert FLOW.check("submit", "draft", {"evidence": True}) == []


def test_possible_moves_follow_the_table():
    assert [move.name for move in FLOW.possible("draft")] == ["submit", "close"]
    assert [move.name for move in FLOW.possible("closed")] == []


def test_a_flow_with_an_unknown_state_cannot_be_written():
    with pytest.raises(ValueError, match="unknown states"):
        Flow("x", "x", "a", {"a": "甲"}, (Move("go", "a", "b", ""),))


def test_refused_carries_every_reason():
    with pytest.raises(Refused) as caught:
        refuse_if([Reason("one", "其一。"), Reason("two", "其二。")])
    assert caught.value.codes == ("one", "two")
    refuse_if([])


def test_a_registry_takes_a_key_once():
    registry = Registry("figures", key=lambda thing: thing[0])
    registry.register(("a", 1))
    with pytest.raises(ValueError, match="twice"):
        registry.register(("a", 2))
    with pytest.raises(KeyError, match="figures has no 'b'"):
        registry.get("b")
