"""Keyset paging: every row once, forwards and backwards, with its place and the total."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from gongjia.base import clock
from gongjia.faces.shared import keyset, opaque
from gongjia.faces.shared.keyset import Cursor
from gongjia.faces.shared.models import Draft

LONG = 23


@pytest.fixture
def rows(db):
    start = clock.real_now()
    Draft.objects.bulk_create(
        Draft(account_id=uuid.UUID(int=7), key=f"k{index:02}", body=b"x", saved_at=start - timedelta(days=index // 4))
        for index in range(LONG)
    )
    return Draft.objects.all()


def walk(queryset, order, size):
    cursor, pages = Cursor(), []
    while cursor is not None:
        part = keyset.page_of(queryset, order, Cursor.decode(cursor.encode()), size)
        pages.append(part)
        assert len(pages) <= LONG, "the pages never end"
        cursor = part.next
    return pages


@pytest.mark.parametrize(
    "order", [("key",), ("-key",), ("saved_at", "key"), ("-saved_at", "-id"), ("-saved_at", "key"), ("id",)]
)
@pytest.mark.parametrize("size", [1, 5, 23, 50])
def test_every_row_once_in_order(rows, order, size):
    pages = walk(rows, order, size)
    assert [row.pk for part in pages for row in part.rows] == list(rows.order_by(*order).values_list("pk", flat=True))
    assert [part.first for part in pages] == list(range(1, LONG + 1, size))
    assert {part.total for part in pages} == {LONG}


@pytest.mark.parametrize("order", [("saved_at", "key"), ("-saved_at", "key")])
def test_back_leads_where_one_came_from(rows, order):
    pages = walk(rows, order, 5)
    part = pages[-1]
    for before in reversed(pages[:-1]):
        part = keyset.page_of(rows, order, Cursor.decode(part.previous.encode()), 5)
        assert [row.pk for row in part.rows] == [row.pk for row in before.rows]
        assert (part.first, part.last, part.total) == (before.first, before.last, LONG)
    assert part.previous is None


def test_two_statements_on_the_first_page_and_one_on_any_other(rows, django_assert_num_queries):
    with django_assert_num_queries(2):
        first = keyset.page_of(rows, ("saved_at", "key"), Cursor(), 5)
    with django_assert_num_queries(1):
        keyset.page_of(rows, ("saved_at", "key"), first.next, 5)


def test_one_direction_is_one_row_comparison(rows, django_assert_num_queries):
    first = keyset.page_of(rows, ("saved_at", "key"), Cursor(), 5)
    with django_assert_num_queries(1) as seen:
        keyset.page_of(rows, ("saved_at", "key"), first.next, 5)
    assert '("shared_draft"."saved_at", "shared_draft"."key") > (' in seen.captured_queries[0]["sql"]


def test_rows_that_came_meanwhile_are_not_skipped(rows):
    """Going back past rows that vanished begins anew instead of showing a stump."""
    second = keyset.page_of(rows, ("key",), Cursor(("k04",), 5, False, LONG), 5)
    rows.filter(key__lt="k03").delete()
    part = keyset.page_of(rows, ("key",), second.previous, 5)
    assert [row.key for row in part.rows] == ["k03", "k04", "k05", "k06", "k07"]
    assert part.first == 1


def test_an_empty_list(rows):
    part = keyset.page_of(rows.filter(key="none"), ("key",), Cursor())
    assert (part.first, part.last, part.total, part.next, part.previous) == (0, 0, 0, None, None)


def test_a_cursor_is_sealed_and_cannot_be_made_or_changed(settings):
    token = Cursor(("zhang san", "330100"), 50, False, 9).encode()
    assert "zhang" not in token
    assert Cursor.decode(token).after == ("zhang san", "330100")
    swapped = token[:-3] + ("A" if token[-3] != "A" else "B") + token[-2:]
    for wrong in (swapped, "", "x" * 40, "中文", opaque.wrap([1], "cursor"), opaque.wrap([["a"], 1, 0, 2], "search")):
        assert Cursor.decode(wrong) == Cursor()
    settings.SECRET_KEY = "another"
    assert Cursor.decode(token) == Cursor()


def test_a_page_is_never_long(rows):
    with pytest.raises(ValueError, match="200"):
        keyset.page_of(rows, ("key",), Cursor(), 201)
