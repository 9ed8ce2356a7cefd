"""A number in all divided among unions: the boxes are filled in, nothing is written before the officer hands out."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongjia.work.events.models import Cell
from gongjia.work.programmes.models import Quota
from tests.faces.console.events.conftest import text
from tests.faces.console.events.conftest import to as event_to
from tests.faces.console.programmes.conftest import opened
from tests.faces.console.programmes.conftest import to as round_to
from tests.work.events.conftest import make, people  # noqa: F401  (fixtures)


def boxes(page: str) -> dict[str, str]:
    """Union's key -> what stands in its box."""
    found = {}
    for box in re.findall(r"<input[^>]*>", page):
        if name := re.search(r'name="q_([^"]+)"', box):
            value = re.search(r'value="([^"]*)"', box)
            found[name[1]] = value[1] if value else ""
    return found


def of(page: str, *orgs: Any) -> list[str]:
    found = boxes(page)
    return [found[str(org.pk)] for org in orgs]


def test_evenly_and_by_members_fill_the_boxes_and_write_nothing(world, holds, people):  # noqa: F811
    round_ = opened(world, quota=20)
    city = holds("city_publicity", world.fed)
    address = round_to("quota", round_.pk)
    page = text(city.get(address))
    every = len(boxes(page))
    assert set(boxes(page).values()) == {""} and 'name="n"' in page and 'value="20"' in page
    page = text(city.get(f"{address}?at={world.fed.code}&n=20&share=even"))
    found = sorted(int(value) for value in boxes(page).values())
    assert sum(found) == 20 and found[-1] - found[0] <= 1 and len(found) == every
    assert "平均分的结果，还没有下达名额" in page
    people(5, world.firm)  # all under 莲花镇
    page = text(city.get(f"{address}?at={world.fed.code}&n=20&share=members"))
    held = {key: value for key, value in boxes(page).items() if value}
    assert sum(map(int, held.values())) == 20 and int(held[str(world.lotus.pk)]) == max(map(int, held.values()))
    assert Quota.objects.count() == 0
    # what was filled in is handed out as it stands
    sent = {"at": world.fed.code, **{f"q_{key}": value for key, value in boxes(page).items()}}
    assert city.post(f"{address}?n=20&share=members", sent).status_code == 302
    assert {str(pk): str(given) for pk, given in Quota.objects.values_list("org_id", "given")} == held


def test_by_members_is_largest_remainder_over_the_whole_branch(world, holds, people):  # noqa: F811
    round_ = opened(world, quota=9)
    people(4, world.firm)
    people(1, world.school)  # of another union of the township, which an industry guides as well
    people(3, world.other)
    page = text(holds("city_publicity", world.fed).get(round_to("quota", round_.pk) + "?n=9&share=members"))
    assert of(page, world.lotus, world.yangxi) == ["6", "3"]  # 9 × 5/8 = 5.625, 9 × 3/8 = 3.375
    assert of(page, world.edu) == [""]  # none: the box stays empty, the union is not named
    assert "有 1 家分不到" in page and "会员 5 人" in page


@pytest.mark.parametrize(
    "query, words",
    (
        ("n=21&share=even", "可以分的只有 20 个"),
        ("n=0&share=even", "至少分 1 个"),
        ("n=&share=even", "请填写一共分几个"),
        ("n=abc&share=members", "整数"),
        ("n=5&share=members", "都还没有在册会员"),
    ),
)
def test_a_number_that_makes_no_sense_fills_nothing_in(world, holds, query, words):
    round_ = opened(world, quota=20)
    page = text(holds("city_publicity", world.fed).get(round_to("quota", round_.pk) + "?" + query))
    assert words in page and set(boxes(page).values()) == {""}
    assert "还没有下达名额，可以再改" not in page


def test_a_union_that_had_some_and_gets_none_is_set_to_nought(world, holds):
    round_ = opened(world, quota=20)
    city, address = holds("city_publicity", world.fed), round_to("quota", round_.pk)
    assert world.edu.code < world.yangxi.code < world.lotus.code
    last = world.lotus
    assert city.post(address, {"at": world.fed.code, f"q_{last.pk}": "7"}).status_code == 302
    page = text(city.get(address + "?n=1&share=even"))
    assert of(page, last) == ["0"] and sum(int(value or 0) for value in boxes(page).values()) == 1


def test_places_of_an_event_and_of_one_session(world, holds, make):  # noqa: F811
    from datetime import timedelta

    from gongjia.work.events.models import Session
    from tests.who.members.conftest import AT

    city = holds("city_service", world.fed)
    event = make(way="first", by_session=True, sessions=[(AT + timedelta(days=10), 4), (AT + timedelta(days=11), 9)])
    one, two = Session.objects.filter(event=event).order_by("number")
    address = event_to("quota", event.pk)
    assert "可以分的只有 4 个" in text(city.get(f"{address}?session={one.pk}&n=9&share=even"))
    page = text(city.get(f"{address}?session={two.pk}&n=9&share=even"))
    assert sum(int(value or 0) for value in boxes(page).values()) == 9
    sent = {"at": world.fed.code, "session": str(two.pk), **{f"q_{key}": value for key, value in boxes(page).items()}}
    answer = city.post(address, sent)
    assert answer.status_code == 302 and str(two.pk) in answer["Location"] and "share" not in answer["Location"]
    held = Cell.objects.filter(event=event, session=two, org__isnull=False)
    assert sum(held.values_list("total", flat=True)) == 9
    assert not Cell.objects.filter(event=event, session=one, org__isnull=False).exists()
    # what lies with the unions can be divided anew
    assert "可以分的只有" not in text(city.get(f"{address}?session={two.pk}&n=9&share=even"))


def test_who_may_not_hand_out_sees_no_way_to_divide(world, holds, make):  # noqa: F811
    event = make(way="first", total=10)
    page = text(holds("chair_grassroots", world.firm).get(event_to("quota", event.pk) + "?n=4&share=even"))
    assert boxes(page) == {} and "平均分" not in page
    round_ = opened(world, quota=20)
    page = text(holds("chair_grassroots", world.firm).get(round_to("quota", round_.pk) + "?n=4&share=even"))
    assert boxes(page) == {} and "平均分" not in page


@pytest.mark.parametrize("board", ("round", "event"))
def test_by_members_costs_one_statement_more_however_many_unions_there_are(world, holds, make, people, board):  # noqa: F811
    if board == "round":
        client, address = holds("city_publicity", world.fed), round_to("quota", opened(world, quota=20).pk)
    else:
        client, address = holds("city_service", world.fed), event_to("quota", make(way="first", total=20).pk)
    people(2, world.firm)

    def asked(query: str) -> int:
        text(client.get(address + query))
        with CaptureQueriesContext(connection) as seen:
            text(client.get(address + query))
        return len(seen)

    plain = asked("")
    assert asked("?n=20&share=even") == plain
    assert asked("?n=20&share=members") == plain + 1
    people(3, world.school)
    people(3, world.other)
    assert asked("?n=20&share=members") == plain + 1
